import { useQuery } from '@tanstack/react-query';
import { Skeleton } from 'antd';
import { Link } from 'react-router';
import { type DepartureCounts, departureCountsQuery } from '../api/departures';
import type { DirectorySettings } from '../api/settings';
import { useLanguage } from '../language/use-language';
import { sectionId } from '../settings/section';
import { QueryView } from '../parts/query-view';
import { Verdict } from '../parts/verdict';
import { useDepartureView } from './use-departure-view';

interface DeparturesHeadProps {
  readonly corpId: string;
  readonly settings: DirectorySettings | undefined;
}

export function DeparturesHead({ corpId, settings }: DeparturesHeadProps) {
  const counts = useQuery(departureCountsQuery(corpId));
  return (
    <QueryView query={counts} waiting={<Skeleton active title={false} paragraph={{ rows: 3 }} />}>
      {(data) => (
        <>
          <CountsVerdict corpId={corpId} counts={data} settings={settings} />
          <CountTiles counts={data} />
        </>
      )}
    </QueryView>
  );
}

function CountsVerdict({
  corpId,
  counts,
  settings,
}: DeparturesHeadProps & { readonly counts: DepartureCounts }) {
  const { t, number } = useLanguage();
  const { held, dueWithinWeek } = counts;
  const title =
    held > 0
      ? t('departure.verdict.held', { count: number(held) })
      : dueWithinWeek > 0
        ? t('departure.verdict.soon', { count: number(dueWithinWeek) })
        : t('departure.verdict.none');
  return (
    <Verdict
      tone={held > 0 ? 'warn' : dueWithinWeek > 0 ? 'busy' : 'good'}
      {...(held === 0 && dueWithinWeek > 0 ? { icon: 'waiting' as const } : {})}
      title={title}
    >
      {settings !== undefined && (
        <span className="quiet small">
          <Rule departed={settings.push.departed} timezone={settings.timezone} />{' '}
          {counts.daySeconds !== null && (
            <>{t('departure.rule.rehearsal', { seconds: number(counts.daySeconds) })} </>
          )}
          <Link to={`/corps/${corpId}/settings#${sectionId('departed')}`}>{t('departure.rule.change')}</Link>
        </span>
      )}
    </Verdict>
  );
}

/** What the settings make of somebody who leaves. */
export function Rule({
  departed: { action, deleteAfterDays, deletionTime },
  timezone,
}: {
  readonly departed: DirectorySettings['push']['departed'];
  readonly timezone: string;
}) {
  const { t, number } = useLanguage();
  if (action === 'delete') return <>{t('departure.rule.delete')}</>;
  if (deleteAfterDays === null || deleteAfterDays === 0) return <>{t('departure.rule.never')}</>;
  return <>{t('departure.rule', { days: number(deleteAfterDays), time: deletionTime, timezone })}</>;
}

/** The dangerous first; a click leads to them. */
function CountTiles({ counts }: { readonly counts: DepartureCounts }) {
  const { t, number } = useLanguage();
  const { view, open, change } = useDepartureView();
  const tiles = [
    { key: 'held', count: counts.held },
    { key: 'soon', count: counts.dueWithinWeek },
    { key: 'waiting', count: counts.waiting + counts.postponed },
    { key: 'busy', count: counts.disabling + counts.restoring },
    { key: 'done', count: counts.deleted + counts.restored + counts.cancelled },
  ] as const;
  const none = { q: undefined, month: undefined, day: undefined };
  return (
    <ul className="departure-tiles" aria-label={t('departure.counts')}>
      {tiles.map(({ key, count }) => {
        const chosen = key === 'done' ? view === 'done' : view === 'timeline' && open === key;
        return (
          <li key={key}>
            <button
              type="button"
              className={`tile departure-tile ${count === 0 ? 'tile-zero' : ''} ${
                key === 'held' && count > 0 ? 'departure-tile-held' : ''
              } ${chosen ? 'departure-tile-on' : ''}`}
              aria-pressed={chosen}
              onClick={() =>
                change(
                  key === 'done'
                    ? { view: chosen ? undefined : 'done', state: undefined, ...none }
                    : { view: undefined, state: chosen ? undefined : key, ...none },
                )
              }
            >
              <span className="tile-number">{number(count)}</span>
              <span className="tile-label">{t(`departure.count.${key}`)}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
