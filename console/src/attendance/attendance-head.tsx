import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Skeleton } from 'antd';
import { useEffect, useRef } from 'react';
import { Link } from 'react-router';
import {
  attendanceKey,
  attendanceRunsQuery,
  attendanceSummaryQuery,
  type AttendanceSettings,
  type AttendanceSummary,
  type ExceptionCode,
} from '../api/attendance';
import { isOpen } from '../api/runs';
import { useLanguage } from '../language/use-language';
import type { Tone } from '../parts/mark';
import { QueryView } from '../parts/query-view';
import { TimeAgo } from '../parts/time';
import { Verdict } from '../parts/verdict';
import { GapAlarm } from './gap-alarm';
import { DeliveryAlarm } from './delivery-state';
import { countOf } from './run-counts';
import {
  type AttendanceViewName,
  elsewhere,
  type ExceptionFilter,
  useAttendanceView,
} from './use-attendance-view';

interface AttendanceHeadProps {
  readonly corpId: string;
  readonly settings: AttendanceSettings;
  readonly view: AttendanceViewName;
}

export function AttendanceHead({ corpId, settings, view }: AttendanceHeadProps) {
  const summary = useQuery(attendanceSummaryQuery(corpId));
  return (
    <QueryView query={summary} waiting={<Skeleton active title={false} paragraph={{ rows: 3 }} />}>
      {(data) => (
        <>
          <GapAlarm corpId={corpId} gaps={data.openGaps} />
          <DeliveryAlarm corpId={corpId} summary={data} />
          {view !== 'settings' && <Standing corpId={corpId} summary={data} settings={settings} />}
          {data.lastRun !== null && view === 'records' && <Today summary={data} />}
        </>
      )}
    </QueryView>
  );
}

/** The one sentence: is what is shown here complete and new? */
function Standing({
  corpId,
  summary: { lastRun, openGaps, delivery },
  settings,
}: {
  readonly corpId: string;
  readonly summary: AttendanceSummary;
  readonly settings: AttendanceSettings;
}) {
  const { t } = useLanguage();
  const { open } = useAttendanceView();
  const failing = delivery.punches.failingSince ?? delivery.reports.failingSince;
  const refused = settings.check?.ok === false;
  useReadOnceEnded(corpId, lastRun !== null && isOpen(lastRun));
  const runs = useInfiniteQuery(attendanceRunsQuery(corpId, {}));
  const newest = runs.data?.pages[0]?.items.find((run) => !isOpen(run));
  const [tone, key] = ((): readonly [Tone, StandingWords] => {
    if (refused) return ['bad', 'refused'];
    if (lastRun === null) return ['quiet', 'never'];
    if (isOpen(lastRun)) return ['busy', lastRun.phase === 'paused' ? 'paused' : 'running'];
    if (lastRun.phase === 'failed') return ['bad', 'failed'];
    if (newest !== undefined && countOf(newest, 'heldBack') > 0) return ['warn', 'held'];
    if (openGaps.length > 0) return ['warn', 'gaps'];
    return failing === null ? ['good', 'good'] : ['warn', 'undelivered'];
  })();
  return (
    <Verdict tone={tone} title={t(`att.standing.${key}`)}>
      <span className="quiet small">
        {refused ? (
          <button type="button" className="link-button" onClick={() => open('settings')}>
            {t('att.standing.refused.go')}
          </button>
        ) : lastRun === null ? (
          <button type="button" className="link-button" onClick={() => open('rules')}>
            {t('att.standing.never.go')}
          </button>
        ) : (
          <>
            {t('att.standing.last')} <TimeAgo at={lastRun.startedAt} /> ·{' '}
            {lastRun.from === lastRun.to ? lastRun.from : `${lastRun.from} – ${lastRun.to}`} ·{' '}
            <Link to={`/runs/${lastRun.id}`}>{t('att.standing.see')}</Link>
          </>
        )}
      </span>
    </Verdict>
  );
}

/** A run that has ended has changed what the views below show. */
function useReadOnceEnded(corpId: string, isRunning: boolean): void {
  const client = useQueryClient();
  const wasRunning = useRef(isRunning);
  useEffect(() => {
    const ended = wasRunning.current && !isRunning;
    wasRunning.current = isRunning;
    if (ended) void client.invalidateQueries({ queryKey: attendanceKey(corpId) });
  }, [client, corpId, isRunning]);
}

type StandingWords =
  'refused' | 'never' | 'running' | 'paused' | 'failed' | 'held' | 'gaps' | 'undelivered' | 'good';

/** Of the corp's day that has begun; a click leads to them. */
function Today({ summary: { today } }: { readonly summary: AttendanceSummary }) {
  const { t, number } = useLanguage();
  const { open } = useAttendanceView();
  const count = (code: ExceptionCode) => today.exceptions[code] ?? 0;
  const tiles: readonly {
    readonly key: string;
    readonly label: string;
    readonly count: number;
    readonly exception?: ExceptionFilter;
    readonly tone?: Tone;
  }[] = [
    { key: 'records', label: t('att.today.records'), count: today.records },
    { key: 'people', label: t('att.today.people'), count: today.people },
    ...(['late', 'early', 'missing'] as const).map((code) => ({
      key: code,
      label: t(`att.exception.${code}`),
      count: count(code),
      exception: code,
      tone: code === 'missing' ? ('bad' as const) : ('warn' as const),
    })),
    {
      key: 'elsewhere',
      label: t('att.exception.elsewhere'),
      count: elsewhere.reduce((sum, code) => sum + count(code), 0),
      exception: 'elsewhere',
      tone: 'warn',
    },
  ];
  return (
    <ul className="att-tiles" aria-label={t('att.today')}>
      {tiles.map(({ key, label, count: value, exception, tone }) => (
        <li key={key}>
          <button
            type="button"
            className={value === 0 ? 'tile tile-zero departure-tile' : 'tile departure-tile'}
            onClick={() =>
              open('records', {
                from: today.day,
                to: today.day,
                ...(exception === undefined ? {} : { exception }),
              })
            }
          >
            <span className={tone !== undefined && value > 0 ? `tile-number mark-${tone}` : 'tile-number'}>
              {number(value)}
            </span>
            <span className="tile-label">{label}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
