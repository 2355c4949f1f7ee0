import { createContext } from 'react';

/** The time zone of the corp: in it are made the dates of deletions, and what the API says of them. */
export const ZoneContext = createContext<string | undefined>(undefined);
