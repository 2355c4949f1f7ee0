import type { AttentionCode } from '../i18n/overview';
import type { AttendanceTroubles } from '../store/attendance-gaps';
import type { CorpCheckSummary } from '../store/checks';
import type { CorpRecord } from '../store/corps';
import type { DepartureCounts } from '../store/departures';
import type { MessageAppRecord } from '../store/message-apps';
import type { RunRecord } from '../store/runs';
import type { Health } from './health';

/** What an administrator should look at, the most pressing first. */

export type AttentionLevel = 'error' | 'warning' | 'info';

export type Attention = {
  readonly level: AttentionLevel;
  readonly code: AttentionCode;
  readonly params: Readonly<Record<string, string | number>>;
  /** A page of the console. */
  readonly link: string | null;
};

export type CorpState = {
  readonly corp: CorpRecord;
  readonly lastCheck: CorpCheckSummary | undefined;
  readonly lastPull: RunRecord | undefined;
  readonly lastPush: RunRecord | undefined;
  /** Plans that wait for somebody: pulls, and what departures want, go on beside them. */
  readonly waitingRuns: readonly RunRecord[];
  /** Changes made by hand in WeCom that nobody has decided about. */
  readonly openDrift: number;
  /** Members for whom somebody has to say whom in the OA they are. */
  readonly openConflicts: number;
  readonly departures: Pick<DepartureCounts, 'held' | 'dueWithinWeek'> | undefined;
  readonly attendance: AttendanceTroubles | undefined;
};

export type PausedApp = Pick<MessageAppRecord, 'corpName' | 'name' | 'waitingPushes'>;

const urgency: Readonly<Record<AttentionLevel, number>> = { error: 0, warning: 1, info: 2 };

export function whatNeedsAttention(
  health: Health,
  corps: readonly CorpState[],
  pausedApps: readonly PausedApp[],
): Attention[] {
  const found = [
    ...aboutHealth(health),
    ...pausedApps.map(aboutPausedApp),
    ...aboutInstallation(corps),
    ...corps.flatMap(aboutCorp),
  ];
  return found.sort((a, b) => urgency[a.level] - urgency[b.level]);
}

function aboutHealth({ temporal, workers }: Health): Attention[] {
  if (!temporal.ok) return [{ level: 'error', code: 'temporal-down', params: {}, link: '/system' }];
  return workers.ok ? [] : [{ level: 'error', code: 'workers-down', params: {}, link: '/system' }];
}

function aboutPausedApp({ corpName, name, waitingPushes }: PausedApp): Attention {
  const params = { corp: corpName, app: name, count: waitingPushes };
  return { level: 'error', code: 'app-paused', params, link: '/messages/apps' };
}

function aboutInstallation(corps: readonly CorpState[]): Attention[] {
  if (corps.length === 0) return [{ level: 'info', code: 'no-corp', params: {}, link: '/corps/new' }];
  return corps.every(({ corp }) => corp.isDemo)
    ? [{ level: 'info', code: 'only-demo', params: {}, link: '/corps/new' }]
    : [];
}

function aboutCorp(state: CorpState): Attention[] {
  const {
    corp,
    lastCheck,
    lastPull,
    lastPush,
    waitingRuns,
    openDrift,
    openConflicts,
    departures,
    attendance,
  } = state;
  const params = { corp: corp.name };
  const page = `/corps/${corp.id}`;
  if (!corp.hasContactsSecret && corp.apps.length === 0) {
    return [{ level: 'warning', code: 'no-credentials', params, link: page }];
  }
  return [
    ...(corp.apps.length === 0
      ? [{ level: 'info', code: 'no-app', params, link: `${page}/apps` } as const]
      : []),
    ...aboutCheck(lastCheck, params, page),
    ...aboutPull(lastPull, params, page),
    ...(waitingRuns.some(({ id }) => id === lastPush?.id) ? [] : aboutPush(lastPush, params)),
    ...waitingRuns.flatMap((run) => aboutPush(run, params)),
    ...aboutDrift(openDrift, params, page),
    ...aboutConflicts(openConflicts, params, page),
    ...aboutDepartures(departures, params, page),
    ...aboutAttendance(attendance, params, page),
  ];
}

function aboutCheck(
  check: CorpCheckSummary | undefined,
  params: Attention['params'],
  page: string,
): Attention[] {
  if (check === undefined) return [{ level: 'info', code: 'never-checked', params, link: page }];
  if (check.ok) return [];
  return [
    { level: 'warning', code: 'check-failed', params: { ...params, failed: check.failed }, link: page },
  ];
}

function aboutPull(run: RunRecord | undefined, params: Attention['params'], page: string): Attention[] {
  if (run === undefined) return [{ level: 'info', code: 'never-pulled', params, link: `${page}/runs` }];
  const link = `/runs/${run.id}`;
  if (run.phase === 'failed') return [{ level: 'error', code: 'pull-failed', params, link }];
  if (run.phase === 'done' && run.completeness?.complete === false) {
    return [{ level: 'warning', code: 'pull-incomplete', params, link }];
  }
  return [];
}

function aboutPush(run: RunRecord | undefined, params: Attention['params']): Attention[] {
  if (run === undefined) return [];
  const link = `/runs/${run.id}`;
  switch (run.phase) {
    case 'awaiting-approval':
      return [{ level: 'warning', code: 'push-awaiting-approval', params, link }];
    case 'blocked':
      return [{ level: 'error', code: 'push-blocked', params, link }];
    case 'paused':
      return [{ level: 'warning', code: 'push-paused', params, link }];
    case 'failed':
      return [{ level: 'error', code: 'push-failed', params, link }];
    case 'reading':
    case 'planning':
    case 'applying':
    case 'done':
    case 'rejected':
    case 'cancelled':
    case 'expired':
      return [];
  }
}

function aboutDrift(count: number, params: Attention['params'], page: string): Attention[] {
  if (count === 0) return [];
  return [{ level: 'warning', code: 'drift-open', params: { ...params, count }, link: `${page}/drift` }];
}

function aboutConflicts(count: number, params: Attention['params'], page: string): Attention[] {
  if (count === 0) return [];
  const link = `${page}/bindings?view=conflicts`;
  return [{ level: 'warning', code: 'binding-conflicts', params: { ...params, count }, link }];
}

function aboutDepartures(
  departures: CorpState['departures'],
  params: Attention['params'],
  page: string,
): Attention[] {
  const { held = 0, dueWithinWeek = 0 } = departures ?? {};
  const link = `${page}/departures`;
  return [
    ...(held === 0
      ? []
      : [{ level: 'warning', code: 'departures-held', params: { ...params, count: held }, link } as const]),
    ...(dueWithinWeek === 0
      ? []
      : [
          {
            level: 'info',
            code: 'departures-due',
            params: { ...params, count: dueWithinWeek },
            link,
          } as const,
        ]),
  ];
}

function aboutAttendance(
  attendance: AttendanceTroubles | undefined,
  params: Attention['params'],
  page: string,
): Attention[] {
  const { openGaps = 0, oaAwaySince = null } = attendance ?? {};
  const link = `${page}/attendance`;
  return [
    ...(openGaps === 0
      ? []
      : [
          { level: 'warning', code: 'attendance-gap', params: { ...params, count: openGaps }, link } as const,
        ]),
    ...(oaAwaySince === null
      ? []
      : [{ level: 'warning', code: 'attendance-oa-away', params, link } as const]),
  ];
}
