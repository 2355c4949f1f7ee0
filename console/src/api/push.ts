import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call, callFile, type Page, randomKey, type WecomAnswer } from './client';
import type { PlanDirection, Run, RunMode, RunPhase } from './runs';

export const changeActions = [
  'deleteUser',
  'disableUser',
  'departOaUser',
  'deleteDepartment',
  'removeOaDepartment',
  'conflict',
  'moveDepartment',
  'moveOaDepartment',
  'updateUser',
  'updateOaUser',
  'renameDepartment',
  'renameOaDepartment',
  'createUser',
  'createOaUser',
  'createDepartment',
  'createOaDepartment',
  'enableUser',
  'returnOaUser',
  'bindUser',
  'linkDepartment',
  'unbindUser',
  'unlinkDepartment',
  'setSuperior',
  'skipUser',
] as const;
export type ChangeAction = (typeof changeActions)[number];

export const changeStatuses = [
  'pending',
  'applying',
  'done',
  'failed',
  'held',
  'conflict',
  'skipped',
  'undone',
] as const;
export type ChangeStatus = (typeof changeStatuses)[number];

export const risks = ['high', 'medium', 'low'] as const;
export type Risk = (typeof risks)[number];

export interface CodedText {
  readonly code: string;
  readonly text: string;
}

/** What a run has beyond a pull's when it pushes. */
export interface PushFacts {
  readonly kind: 'push' | 'undo' | 'departures';
  /** The side that the plan changes. */
  readonly target: 'wecom' | 'oa';
  readonly basedOnRunId: string | null;
  readonly undoOfRunId: string | null;
  /** The plan is about these alone. */
  readonly only?: Readonly<Record<string, readonly string[]>> | null;
  readonly pullRunId: string | null;
  readonly nextRunId: string | null;
  /** The run that applies or applied this simulation. */
  readonly appliedByRunId: string | null;
  readonly oaVersion: number | null;
  readonly plannedAt: string | null;
  readonly firstHash: string | null;
  readonly approvedBy: string | null;
  readonly approvedAt: string | null;
  readonly rejectedBy: string | null;
  readonly rejectedReason: string | null;
  readonly expiresAt: string | null;
  readonly snoozedUntil: string | null;
  readonly appliedAt: string | null;
  readonly deletions: number;
  readonly held: number;
  readonly releasable: number;
  readonly barred: number;
  readonly leftOut: number;
  readonly undoable: boolean;
  readonly retryable: number;
  readonly canApprove: { readonly allowed: boolean; readonly why?: string };
  readonly resumable: boolean;
}

export interface VerdictReason {
  readonly code: string;
  readonly message: string;
  readonly count?: number | undefined;
  readonly limit?: number | undefined;
  readonly group?: string | undefined;
  readonly departmentId?: number | undefined;
}

export interface PushVerdict {
  readonly kind: 'pass' | 'hold' | 'blocked' | 'stopped';
  readonly summary: string;
  readonly reasons: readonly VerdictReason[];
}

export interface Tile {
  readonly key: string;
  readonly kind: 'people' | 'departments';
  readonly count: number;
  readonly share: number | null;
  readonly median: number | null;
  readonly dangerous: boolean;
  /** Query of the list of changes behind it. */
  readonly filter: string | null;
}

export interface Meter {
  readonly key: string;
  readonly label: string;
  readonly current: number;
  readonly lastDay: number;
  readonly allowed: number | null;
  readonly exceeded: boolean;
  /** A query string for the list of changes. */
  readonly filter: string | null;
  readonly department?: { readonly id: number; readonly name: string | null };
}

export interface ReadExtent {
  readonly expected: number;
  readonly read: number;
}

export interface PlanCompleteness {
  readonly oa: {
    readonly reading: string | null;
    readonly users: number | null;
    readonly departments: number | null;
    readonly lastUsers: number | null;
    readonly version: number | null;
    readonly fedAt: string | null;
  };
  readonly wecom: {
    readonly reading: string | null;
    readonly departments: ReadExtent | null;
    readonly members: ReadExtent | null;
    readonly lastMembers: number | null;
  };
  readonly missingFields: readonly { readonly field: string; readonly text: string }[];
  readonly notes: readonly string[];
}

export interface Approval {
  readonly at: string;
  readonly actor: string;
  readonly decision: string;
  readonly planHash: string | null;
  readonly comment: string | null;
}

export interface Plan {
  readonly tiles: readonly Tile[];
  readonly meters: readonly Meter[];
  readonly completeness: PlanCompleteness;
  readonly lookUps: { readonly asked: number; readonly budget: number; readonly notLookedUp: number };
  readonly approvals: readonly Approval[];
  readonly freshness: {
    readonly plannedAt: string | null;
    readonly expiresAt: string | null;
    readonly movedOn: { readonly settings: boolean; readonly oa: boolean; readonly records: boolean };
  };
  readonly previousRunId: string | null;
  readonly lastAppliedRunId: string | null;
}

export interface ChangeOutcome {
  readonly code: string;
  readonly message: string;
  readonly advice?: string;
  readonly wecom?: WecomAnswer;
  readonly nextTryAt?: string;
}

export interface FieldPreview {
  readonly field: string;
  readonly label: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Nothing is written before that day, whichever plan wants it. */
export interface Postponement {
  readonly changeId: string;
  readonly until: string;
  readonly by: string;
  readonly comment: string | null;
  readonly createdAt: string;
}

export interface ChangeRow {
  readonly id: string;
  readonly seq: number;
  readonly action: ChangeAction;
  readonly status: ChangeStatus;
  readonly subject: 'user' | 'department' | 'folder';
  readonly name: string | null;
  readonly userId: string | null;
  readonly oaUserId: string | null;
  readonly memberId: string | null;
  readonly oaKey: string | null;
  readonly departmentId: number | null;
  readonly mobile: string | null;
  readonly pathFrom: string | null;
  readonly pathTo: string | null;
  readonly fields: readonly string[];
  readonly fieldCount: number;
  readonly preview: readonly FieldPreview[];
  readonly rule: CodedText;
  readonly limitGroups: readonly string[];
  readonly risk: Risk;
  readonly heldBy: readonly CodedText[];
  readonly barred: boolean;
  readonly leftOut: boolean;
  /** Put off until then, as this plan knows it. */
  readonly postponedUntil: string | null;
  readonly takesEffect: {
    readonly kind: 'now' | 'on-approval' | 'never' | 'at';
    readonly at?: string;
    readonly deleteAt?: string;
  };
  readonly attempts: number;
  readonly outcome: ChangeOutcome | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

export interface ChangePage extends Page<ChangeRow> {
  readonly total: number;
  readonly byAction: Readonly<Record<string, number>>;
}

export interface ChangeDetails extends ChangeRow {
  readonly values: readonly (FieldPreview & {
    readonly source: string | null;
    readonly rule: string | null;
  })[];
  readonly why: readonly { readonly step: string; readonly title: string; readonly text: string }[];
  readonly history: readonly {
    readonly runId: string;
    readonly at: string;
    readonly action: ChangeAction;
    readonly status: ChangeStatus;
  }[];
  readonly dependsOn: readonly string[];
  readonly before: unknown;
  readonly after: unknown;
  /** Administrators only. */
  readonly raw?: unknown;
}

/** The filter of the list, as it stands in the address. */
export type ChangeFilter = Readonly<Partial<Record<ChangeFilterName, string>>>;

export const changeFilterNames = [
  'action',
  'status',
  'department',
  'field',
  'rule',
  'limitGroup',
  'held',
  'leftOut',
  'risk',
  'new',
  'q',
] as const;
export type ChangeFilterName = (typeof changeFilterNames)[number];

export type TreeSide = 'oa' | 'wecom';

export const treeCounts = ['create', 'update', 'move', 'disable', 'delete', 'held'] as const;

export interface TreeItem {
  /** An OA key, or `#` and WeCom's number. */
  readonly key: string;
  readonly name: string | null;
  readonly state: 'matched' | 'new' | 'linked' | 'gone' | 'out-of-scope' | 'unmanaged' | 'conflict';
  /** The key of its counterpart on the other side. */
  readonly linkedTo: string | null;
  readonly counts: Readonly<Record<(typeof treeCounts)[number], number>>;
  readonly limitExceeded: boolean;
  readonly hasChildren: boolean;
}

export type CompareKind = 'appeared' | 'vanished' | 'changed';

export interface Comparison {
  /** Null while there is no other plan. */
  readonly with: {
    readonly runId: string;
    readonly plannedAt: string | null;
    readonly planHash: string | null;
  } | null;
  readonly counts: Readonly<Record<CompareKind | 'same', number>>;
  readonly items: readonly {
    readonly kind: CompareKind;
    readonly id: string;
    readonly action: ChangeAction;
    readonly name: string | null;
    readonly userId: string | null;
    readonly before?: readonly FieldPreview[];
    readonly after?: readonly FieldPreview[];
  }[];
  readonly nextCursor: string | null;
}

export interface Decision {
  readonly leaveOut?: readonly string[];
  readonly takeBackIn?: readonly string[];
  readonly always?: boolean;
}

export interface Decided {
  readonly planHash: string | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly verdict: PushVerdict | null;
  readonly deletions: number;
  readonly leftOut: number;
  readonly settingsVersion?: number;
  /** The settings changed: the plan has to be made again. */
  readonly planAnew?: boolean;
}

const at = (runId: string, rest: string) => `/runs/${encodeURIComponent(runId)}${rest}`;

/** Phases in which the rows change by themselves. */
export function isMoving(phase: RunPhase): boolean {
  return phase === 'applying' || phase === 'paused';
}

const movingEveryMs = 2_000;

/** Part of the key is what changes the head of the page: a decision, an approval, the end. */
export const planQuery = (run: Pick<Run, 'id' | 'phase' | 'planHash'>) =>
  queryOptions({
    queryKey: ['runs', 'plan', run.id, 'head', run.phase, run.planHash],
    queryFn: ({ signal }) => call<Plan>('GET', at(run.id, '/plan'), { signal }),
    placeholderData: (before) => before,
    refetchInterval: run.phase === 'applying' ? 5_000 : false,
  });

export const changesPerPage = 100;

export const changePageQuery = (
  runId: string,
  filter: ChangeFilter,
  cursor: string | undefined,
  live: boolean,
) =>
  queryOptions({
    queryKey: ['runs', 'plan', runId, 'changes', filter, cursor ?? null],
    queryFn: ({ signal }) =>
      call<ChangePage>('GET', at(runId, '/changes'), {
        signal,
        query: { ...filter, sort: 'danger', cursor, limit: changesPerPage },
      }),
    refetchInterval: live ? movingEveryMs : false,
  });

/** Only the numbers of one status, by action; what was left out is none of the plan. */
export const changeCountsQuery = (runId: string, status: ChangeStatus, key: string) =>
  queryOptions({
    queryKey: ['runs', 'plan', runId, 'counts', status, key],
    queryFn: async ({ signal }) => {
      const { byAction } = await call<ChangePage>('GET', at(runId, '/changes'), {
        signal,
        query: { status, leftOut: false, limit: 1 },
      });
      return byAction;
    },
  });

export const changeQuery = (runId: string, changeId: string, live: boolean) =>
  queryOptions({
    queryKey: ['runs', 'plan', runId, 'change', changeId],
    queryFn: ({ signal }) =>
      call<ChangeDetails>('GET', at(runId, `/changes/${encodeURIComponent(changeId)}`), { signal }),
    refetchInterval: live ? movingEveryMs : false,
  });

export const treeQuery = (runId: string, side: TreeSide, parent: string | undefined) =>
  queryOptions({
    queryKey: ['runs', 'plan', runId, 'tree', side, parent ?? null],
    queryFn: async ({ signal }) =>
      (await call<Page<TreeItem>>('GET', at(runId, '/tree'), { signal, query: { side, parent } })).items,
    staleTime: 60_000,
  });

export const comparisonQuery = (runId: string, other: string, kind: CompareKind | undefined) =>
  infiniteQueryOptions({
    queryKey: ['runs', 'plan', runId, 'compare', other, kind ?? null],
    queryFn: ({ signal, pageParam }) =>
      call<Comparison>('GET', at(runId, '/compare'), {
        signal,
        query: { with: other, kind, cursor: pageParam, limit: 50 },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

/** One key per click: a repeat after a lost answer finds the run that the first attempt started. */
export function startPlan(
  corpId: string,
  direction: PlanDirection,
  mode: RunMode,
): Promise<{ runId: string; workflowId: string }> {
  return call('POST', `/corps/${encodeURIComponent(corpId)}/directory/runs`, {
    body: { direction, mode },
    headers: { 'idempotency-key': randomKey() },
  });
}

export interface ApprovalOfPlan {
  readonly planHash: string;
  readonly comment?: string;
  readonly expectedDeletions?: number;
  readonly safeOnly?: boolean;
}

type Accepted = Promise<{ runId: string }>;

export function approveRun(runId: string, approval: ApprovalOfPlan): Accepted {
  return call('POST', at(runId, '/approve'), { body: approval });
}

export function rejectRun(runId: string, reason: string): Accepted {
  return call('POST', at(runId, '/reject'), { body: { reason } });
}

export function snoozeRun(runId: string, hours: number): Promise<unknown> {
  return call('POST', at(runId, '/snooze'), { body: { hours } });
}

export type RunCommand = 'pause' | 'resume' | 'cancel' | 'retry-failed' | 'undo';

export function commandRun(runId: string, command: RunCommand): Accepted {
  return call('POST', at(runId, `/${command}`));
}

export function decide(runId: string, decision: Decision): Promise<Decided> {
  return call('POST', at(runId, '/decisions'), { body: decision });
}

const changeAt = (runId: string, changeId: string, rest: string) =>
  at(runId, `/changes/${encodeURIComponent(changeId)}${rest}`);

export interface Postponing {
  readonly days?: number;
  /** A day: it begins in the corp's time zone. */
  readonly until?: string;
  readonly comment?: string;
}

/** What is put off now, with who did it and why. */
export const postponementsQuery = (corpId: string) =>
  queryOptions({
    queryKey: ['corps', corpId, 'postponements'],
    queryFn: async ({ signal }) =>
      (
        await call<Page<Postponement>>('GET', `/corps/${encodeURIComponent(corpId)}/postponements`, {
          signal,
        })
      ).items,
  });

/** Leaves the change out of this plan, and holds it in every later one until then. */
export function postponeChange(runId: string, changeId: string, postponing: Postponing): Promise<Decided> {
  return call('POST', changeAt(runId, changeId, '/postpone'), { body: postponing });
}

export function takeBackPostponement(runId: string, changeId: string): Promise<Decided> {
  return call('DELETE', changeAt(runId, changeId, '/postpone'));
}

/** A run about this one change alone, and what it depends on. */
export function tryChange(
  runId: string,
  changeId: string,
  { expectedDeletions }: { readonly expectedDeletions?: number } = {},
): Accepted {
  return call('POST', changeAt(runId, changeId, '/try'), {
    body: expectedDeletions === undefined ? {} : { expectedDeletions },
    headers: { 'idempotency-key': randomKey() },
  });
}

export const exportFormats = ['xlsx', 'csv', 'json'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Where the files are; a browser that follows the address gets them in its own language. */
export function exportAddress(runId: string, format: ExportFormat, filter: ChangeFilter): string {
  return `/api/v1${at(runId, '/export')}?${new URLSearchParams({ format, ...filter }).toString()}`;
}

export function approvalSheetAddress(runId: string): string {
  return `/api/v1${at(runId, '/approval-sheet')}`;
}

export function fetchExport(runId: string, format: ExportFormat, filter: ChangeFilter) {
  return callFile(at(runId, '/export'), { format, ...filter });
}

export function fetchApprovalSheet(runId: string) {
  return callFile(at(runId, '/approval-sheet'));
}
