import { createContext, useContext } from 'react';

/**
 * The time zone in which times are told. On the pages of one corp, its runs among them, it is the corp's; on pages
 * about all of them it is undefined, which is the browser's.
 */
export const ZoneContext = createContext<string | undefined>(undefined);

export const useZone = (): string | undefined => useContext(ZoneContext);
