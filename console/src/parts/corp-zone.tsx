import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { settingsQuery } from '../api/settings';
import { useLanguage } from '../language/use-language';
import { isReadersClock } from './moments';
import { useZone, ZoneContext } from './zone';

const staleTime = 30_000;

interface CorpZoneProps {
  readonly corpId: string;
  readonly children: ReactNode;
}

/** Everything within tells its times on the corp's clock. */
export function CorpZone({ corpId, children }: CorpZoneProps) {
  const settings = useQuery({ ...settingsQuery(corpId), staleTime });
  return <ZoneContext value={settings.data?.timezone}>{children}</ZoneContext>;
}

/** Said once on a page, and only to readers whose own clock shows another time. */
export function ZoneNote() {
  const { t } = useLanguage();
  const zone = useZone();
  if (zone === undefined || isReadersClock(zone)) return null;
  return <span className="small quiet">{t('zone.note', { timezone: zone })}</span>;
}

/** For a part of the page with a zone of its own; above it stands the corp's. */
export function OtherZoneNote({ zone }: { readonly zone: string }) {
  const { t } = useLanguage();
  const above = useZone();
  if (above === undefined || above === zone) return null;
  return <span className="small quiet">{t('zone.note.here', { timezone: zone })}</span>;
}
