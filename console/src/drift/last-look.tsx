import type { DriftCoverage } from '../api/drift';
import { useLanguage } from '../language/use-language';
import { TimeAgo } from '../parts/time';

export const neverLooked = ({ lastLookedAt, lastEventAt }: DriftCoverage): boolean =>
  lastLookedAt === null && lastEventAt === null;

/** Nothing found means little without the time of the last look. */
export function LastLook({ coverage }: { readonly coverage: DriftCoverage | undefined }) {
  const { t } = useLanguage();
  if (coverage === undefined) return null;
  const { lastLookedAt, lastEventAt, callbackConfigured } = coverage;
  if (neverLooked(coverage)) return <>{t('drift.looked.never')}</>;
  return (
    <>
      {lastLookedAt !== null && (
        <>
          {t('drift.looked')} <TimeAgo at={lastLookedAt} />
        </>
      )}
      {lastLookedAt !== null && ' · '}
      {lastEventAt === null ? (
        t(callbackConfigured ? 'drift.event.never' : 'callbacks.unset')
      ) : (
        <>
          {t('drift.event')} <TimeAgo at={lastEventAt} />
        </>
      )}
    </>
  );
}
