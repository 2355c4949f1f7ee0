import type { BindingSource } from '../domain/directory/binding-sources';
import type { Change, ChangeAction } from '../domain/directory/push/changes';
import type { PlanOnly } from '../domain/directory/push/only';
import { CursorInvalidError, decodeCursor, encodeCursor } from './cursors';
import type { Database } from './database';
import { escapePattern } from './patterns';
import type { WecomSaid } from './runs';

/** Plans and ledgers as people read them: filtered, counted, compared. Nothing here writes. */

export type ChangeStatus =
  'pending' | 'held' | 'applying' | 'done' | 'failed' | 'skipped' | 'conflict' | 'undone';

export type PlanRecord = {
  readonly runId: string;
  readonly corpId: string;
  readonly kind: 'push' | 'undo' | 'departures';
  /** The side that the plan changes. */
  readonly target: 'wecom' | 'oa';
  readonly basedOnRunId: string | null;
  readonly undoOfRunId: string | null;
  /** Null: about everybody. */
  readonly only: PlanOnly | null;
  readonly pullRunId: string | null;
  readonly oaVersion: number | null;
  readonly plannedAt: Date | null;
  readonly activeInScope: number | null;
  readonly population: PlanPopulationRecord | null;
  readonly reads: { readonly oa: string; readonly wecom: string } | null;
  readonly guard: unknown;
  readonly firstHash: string | null;
  readonly approvedBy: string | null;
  readonly approvedAt: Date | null;
  readonly rejectedBy: string | null;
  readonly rejectedReason: string | null;
  readonly expiresAt: Date | null;
  readonly snoozedUntil: Date | null;
  readonly nextRunId: string | null;
  /** The newest run that applies or applied this simulation; one that ended before it wrote anything is none. */
  readonly appliedByRunId: string | null;
  readonly appliedAt: Date | null;
};

export type PlanPopulationRecord = {
  readonly activeInScope: number;
  readonly boundMembers: number;
  /** Bound members by department, those of its children included. */
  readonly branches: Readonly<Record<string, number>>;
};

/** How many changes of a plan are alike in what matters for its head. */
export type ChangeTally = {
  readonly action: ChangeAction;
  readonly status: ChangeStatus;
  readonly leftOut: boolean;
  readonly barred: boolean;
  /** A conflict that only WeCom's answer showed. */
  readonly refused?: boolean;
  readonly count: number;
};

/** What became of a change: {code, params, wecom}; words are made in the reader's language. */
export type ChangeOutcome = {
  readonly code: string;
  readonly params?: Readonly<Record<string, string | number>>;
  readonly wecom?: WecomSaid;
  readonly nextTryAt?: string;
};

export type ChangeRecord = {
  readonly seq: number;
  readonly changeId: string;
  readonly action: ChangeAction;
  readonly status: ChangeStatus;
  readonly change: Change;
  readonly rank: number;
  readonly memberId: string | null;
  readonly userId: string | null;
  readonly oaUserId: string | null;
  readonly oaKey: string | null;
  readonly departmentId: number | null;
  readonly name: string | null;
  readonly pathFrom: string | null;
  readonly pathTo: string | null;
  readonly fields: readonly string[];
  readonly ruleCode: string;
  readonly limitGroups: readonly string[];
  readonly dependsOn: readonly string[];
  readonly heldBy: readonly string[];
  readonly barred: boolean;
  readonly leftOut: boolean;
  readonly attempts: number;
  readonly outcome: ChangeOutcome | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** As WeCom showed it or the bridge wrote it last. */
  readonly mobile: string | null;
};

export type Risk = 'high' | 'medium' | 'low';

export type ChangeFilter = {
  readonly action?: readonly ChangeAction[] | undefined;
  readonly status?: readonly ChangeStatus[] | undefined;
  /** WeCom's number or an OA key; with everything below. */
  readonly department?: string | undefined;
  readonly field?: string | undefined;
  readonly rule?: string | undefined;
  readonly limitGroup?: string | undefined;
  readonly held?: boolean | undefined;
  readonly leftOut?: boolean | undefined;
  readonly risk?: readonly Risk[] | undefined;
  /** Not in the plan before this one. */
  readonly new?: boolean | undefined;
  readonly q?: string | undefined;
};

export type ChangeSort = 'danger' | 'seq';

export type ChangeHistoryEntry = {
  readonly runId: string;
  readonly at: Date;
  readonly action: ChangeAction;
  readonly status: ChangeStatus;
};

export type ComparedChange = {
  readonly kind: 'appeared' | 'vanished' | 'changed';
  readonly changeId: string;
  readonly action: ChangeAction;
  readonly name: string | null;
  readonly userId: string | null;
  /** As the other plan has it. */
  readonly other: Change | null;
  /** As this plan has it. */
  readonly own: Change | null;
};

export type DepartmentCounts = {
  readonly create: number;
  readonly update: number;
  readonly move: number;
  readonly disable: number;
  readonly delete: number;
  readonly held: number;
};

/** A department's part in a plan. */
export type DepartmentChange = {
  readonly action: ChangeAction;
  readonly oaKey: string | null;
  readonly departmentId: number | null;
  readonly change: Change;
};

export type PlanApprovalRecord = {
  readonly at: Date;
  readonly actor: string;
  readonly decision: string;
  readonly planHash: string | null;
  readonly comment: string | null;
};

export type PlanOutline = {
  readonly runId: string;
  readonly plannedAt: Date | null;
  readonly planHash: string | null;
};

export interface PushReadingStore {
  findPlans(runIds: readonly string[]): Promise<ReadonlyMap<string, PlanRecord>>;
  tallies(runIds: readonly string[]): Promise<ReadonlyMap<string, readonly ChangeTally[]>>;
  /** Calls made for the pull behind a push belong to it. */
  callsOfPulls(runIds: readonly string[]): Promise<ReadonlyMap<string, Readonly<Record<string, number>>>>;
  listChanges(
    runId: string,
    query: ChangeFilter & {
      readonly sort: ChangeSort;
      readonly cursor?: string | undefined;
      readonly limit: number;
    },
  ): Promise<{ items: ChangeRecord[]; nextCursor: string | null }>;
  /** By action, the filter's own `action` left aside. */
  countChanges(runId: string, filter: ChangeFilter): Promise<Readonly<Partial<Record<ChangeAction, number>>>>;
  findChange(runId: string, changeId: string): Promise<ChangeRecord | undefined>;
  /** What runs did or meant to do to the same person or department, newest first. */
  historyOf(
    corpId: string,
    subject: { readonly oaUserId: string | null; readonly oaKey: string | null },
    limit: number,
  ): Promise<ChangeHistoryEntry[]>;
  /** In the order of applying, in portions. */
  exportChanges(runId: string, filter: ChangeFilter): AsyncGenerator<readonly ChangeRecord[]>;
  /** The plan before this one, and the last one that was applied to its end. */
  neighbours(
    runId: string,
  ): Promise<{ readonly previous: PlanOutline | null; readonly lastApplied: PlanOutline | null }>;
  findOutline(runId: string, corpId: string): Promise<PlanOutline | undefined>;
  compare(
    runId: string,
    otherRunId: string,
    page: {
      readonly kind?: ComparedChange['kind'] | undefined;
      readonly cursor?: string | undefined;
      readonly limit: number;
    },
  ): Promise<{
    counts: { appeared: number; vanished: number; changed: number; same: number };
    items: ComparedChange[];
    nextCursor: string | null;
  }>;
  /** People under each node; `refs` are the names under which changes know its department. */
  countByDepartment(
    runId: string,
    nodes: readonly { readonly key: string; readonly refs: readonly string[] }[],
  ): Promise<ReadonlyMap<string, DepartmentCounts>>;
  departmentChanges(runId: string): Promise<DepartmentChange[]>;
  linksOf(corpId: string): Promise<{ oaKey: string; departmentId: number; linkedAt: Date }[]>;
  limitGroupCounts(runId: string): Promise<Readonly<Record<string, number>>>;
  /** Disables and deletes by department, those below it included. */
  removalsByBranch(runId: string): Promise<{ departmentId: number; count: number }[]>;
  /** Done for the corp in the 24 hours before `before` by other runs, by limit group. */
  doneWithinDay(corpId: string, exceptRunId: string, before: Date): Promise<Readonly<Record<string, number>>>;
  /** Counts of the pushes planned before this one. */
  countsOfLastPushes(runId: string, limit: number): Promise<Readonly<Record<string, number>>[]>;
  approvalsOf(runId: string): Promise<PlanApprovalRecord[]>;
  /** The newest run that a schedule started. */
  lastScheduledRun(
    corpId: string,
    direction: 'push' | 'pull',
  ): Promise<{ id: string; phase: string; startedAt: Date } | null>;
  notLookedUp(runId: string): Promise<number>;
  oaVersions(
    versions: readonly number[],
  ): Promise<
    ReadonlyMap<number, { readonly users: number; readonly departments: number; readonly fedAt: Date }>
  >;
  newestOaVersion(): Promise<number | null>;
  bindingsOf(corpId: string, memberIds: readonly string[]): Promise<ReadonlyMap<string, BindingRecord>>;
  bindingOfUser(corpId: string, oaUserId: string): Promise<BindingRecord | undefined>;
  /** In how many members of the corp each field was seen, of those an app reads. */
  fieldCoverage(
    corpId: string,
  ): Promise<{ readonly of: number; readonly seen: Readonly<Record<string, number>> }>;
}

export type BindingRecord = {
  readonly oaUserId: string;
  /** Of the OA user; null when the OA does not know them any more. */
  readonly name: string | null;
  readonly source: BindingSource;
  readonly matchedBy: string | null;
  readonly runId: string | null;
  /** Id of a principal; null where nobody did it by hand. */
  readonly boundBy: string | null;
  readonly boundAt: Date;
};

type Row = {
  seq: number;
  change_id: string;
  action: ChangeAction;
  status: ChangeStatus;
  change: Change;
  rank: number;
  member_id: string | null;
  user_id: string | null;
  oa_user_id: string | null;
  oa_key: string | null;
  department_id: number | null;
  name: string | null;
  path_from: string | null;
  path_to: string | null;
  fields: string[];
  rule_code: string;
  limit_groups: string[];
  depends_on: string[];
  held_by: string[];
  barred: boolean;
  left_out: boolean;
  attempts: number;
  outcome: ChangeOutcome | null;
  started_at: Date | null;
  finished_at: Date | null;
  mobile: string | null;
};

const columns = `c.seq, c.change_id, c.action, c.status, c.change, c.rank, c.member_id, c.user_id, c.oa_user_id, c.oa_key,
  c.department_id, c.name, c.path_from, c.path_to, c.fields, c.rule_code, c.limit_groups, c.depends_on, c.held_by,
  c.barred, c.left_out, c.attempts, c.outcome, c.started_at, c.finished_at`;

const mobileColumn = `COALESCE(c.change->'after'->'values'->>'mobile', m.seen->>'mobile', m.written->>'mobile') AS mobile`;

/** Of the rows that `page` names, by where they lie: no statistics can make that slow. */
const withMobile = (page: string, order: string) =>
  `SELECT ${columns}, ${mobileColumn} FROM (${page}) p
     JOIN push_change c ON c.ctid = p.ctid
     LEFT JOIN mirror_member m ON m.id = c.member_id
    ORDER BY ${order}`;

export const highRiskActions: readonly ChangeAction[] = [
  'deleteUser',
  'disableUser',
  'deleteDepartment',
  'departOaUser',
  'removeOaDepartment',
];
export const mediumRiskActions: readonly ChangeAction[] = [
  'moveDepartment',
  'moveOaDepartment',
  'conflict',
  'unbindUser',
  'unlinkDepartment',
];
const mediumRiskGroups: readonly string[] = ['moves', 'cleared'];

export function riskOf({ action, limitGroups }: Pick<ChangeRecord, 'action' | 'limitGroups'>): Risk {
  if (highRiskActions.includes(action)) return 'high';
  if (mediumRiskActions.includes(action)) return 'medium';
  return limitGroups.some((group) => mediumRiskGroups.includes(group)) ? 'medium' : 'low';
}

/** Whoever makes a file of them works on one portion without a pause: other requests wait that long. */
const rowsPerPortion = 500;

export function createPushReadingStore(db: Database): PushReadingStore {
  const { prisma, pool } = db;

  async function conditionsOf(
    runId: string,
    filter: ChangeFilter,
    param: (value: unknown) => string,
  ): Promise<{ others: string[]; action: string | undefined }> {
    const others: string[] = [];
    const { action, status, department, field, rule, limitGroup, held, leftOut, risk, q } = filter;
    if (status !== undefined) others.push(`c.status = ANY(${param(status)}::text[])`);
    if (department !== undefined) {
      others.push(`c.department_refs && ${param(await refsOf(runId, department))}::text[]`);
    }
    if (field !== undefined) others.push(`c.fields @> ARRAY[${param(field)}::text]`);
    if (rule !== undefined) others.push(`c.rule_code = ${param(rule)}`);
    if (limitGroup !== undefined) others.push(`c.limit_groups @> ARRAY[${param(limitGroup)}::text]`);
    if (held !== undefined) others.push(held ? `c.status = 'held'` : `c.status <> 'held'`);
    if (leftOut !== undefined) others.push(leftOut ? 'c.left_out' : 'NOT c.left_out');
    if (risk !== undefined) others.push(`(${risk.map((one) => riskCondition(one, param)).join(' OR ')})`);
    if (filter.new !== undefined) {
      const { previous } = await neighbours(runId);
      const known = `EXISTS (SELECT FROM push_change o WHERE o.run_id = ${param(previous?.runId ?? '')} AND o.change_id = c.change_id)`;
      others.push(filter.new ? `NOT ${known}` : known);
    }
    if (q !== undefined && q !== '')
      others.push(`c.search LIKE ${param(`%${escapePattern(q.toLowerCase())}%`)}`);
    return {
      others,
      action: action === undefined ? undefined : `c.action = ANY(${param(action)}::text[])`,
    };
  }

  /** An OA's department that is linked is known by its number to most changes, and the other way round. */
  async function refsOf(runId: string, department: string): Promise<string[]> {
    const given = /^#?\d{1,10}$/.test(department) ? `#${department.replace('#', '')}` : department;
    const departmentId = given.startsWith('#') ? Number(given.slice(1)) : null;
    const { rows } = await pool.query<{ oa_key: string; department_id: number }>(
      `SELECT l.oa_key, l.department_id FROM department_link l JOIN run r ON r.corp_id = l.corp_id
        WHERE r.id = $1 AND (l.oa_key = $2 OR l.department_id = $3)
       UNION
       SELECT oa_key, department_id FROM push_change
        WHERE run_id = $1 AND action = 'linkDepartment' AND (oa_key = $2 OR department_id = $3)`,
      [runId, given, departmentId !== null && departmentId <= 2_147_483_647 ? departmentId : null],
    );
    return [
      ...new Set([given, ...rows.flatMap(({ oa_key, department_id }) => [oa_key, `#${department_id}`])]),
    ];
  }

  async function neighbours(
    runId: string,
  ): Promise<{ previous: PlanOutline | null; lastApplied: PlanOutline | null }> {
    const { rows } = await pool.query<{ which: 'previous' | 'applied' } & OutlineRow>(
      `WITH own AS (SELECT p.corp_id, p.planned_at, p.target, p.only, r.started_at FROM push_plan p JOIN run r ON r.id = p.run_id
                     WHERE p.run_id = $1)
       (SELECT 'previous' AS which, p.run_id, p.planned_at, COALESCE(r.plan_hash, p.first_hash) AS plan_hash
          FROM own JOIN push_plan p ON p.corp_id = own.corp_id JOIN run r ON r.id = p.run_id
         WHERE p.run_id <> $1 AND p.planned_at < COALESCE(own.planned_at, 'infinity')
           AND p.target = own.target AND p.only IS NOT DISTINCT FROM own.only
         ORDER BY p.planned_at DESC LIMIT 1)
       UNION ALL
       (SELECT 'applied', p.run_id, p.planned_at, COALESCE(p.first_hash, r.plan_hash)
          FROM own JOIN push_plan p ON p.corp_id = own.corp_id JOIN run r ON r.id = p.run_id
         WHERE p.run_id <> $1 AND p.applied_at IS NOT NULL AND p.planned_at < COALESCE(own.planned_at, 'infinity')
           AND p.target = own.target AND p.only IS NOT DISTINCT FROM own.only
         ORDER BY p.applied_at DESC LIMIT 1)`,
      [runId],
    );
    const outline = (which: 'previous' | 'applied') => {
      const row = rows.find((candidate) => candidate.which === which);
      return row === undefined ? null : toOutline(row);
    };
    return { previous: outline('previous'), lastApplied: outline('applied') };
  }

  async function pageOfChanges(
    runId: string,
    filter: ChangeFilter,
    { sort, after, limit }: { sort: ChangeSort; after?: readonly number[] | undefined; limit: number },
  ): Promise<ChangeRecord[]> {
    const params: unknown[] = [runId];
    const param = (value: unknown): string => `$${params.push(value)}`;
    const { others, action } = await conditionsOf(runId, filter, param);
    const key = sort === 'danger' ? ['rank', 'seq'] : ['seq'];
    const conditions = ['c.run_id = $1', ...others, ...(action === undefined ? [] : [action])];
    if (after !== undefined) {
      const position = after.map((value) => `${param(value)}::int`).join(', ');
      conditions.push(`(${key.map((column) => `c.${column}`).join(', ')}) > (${position})`);
    }
    const order = key.map((column) => `c.${column}`).join(', ');
    const page = `SELECT c.ctid FROM push_change c WHERE ${conditions.join(' AND ')} ORDER BY ${order} LIMIT ${param(limit)}`;
    const { rows } = await pool.query<Row>(withMobile(page, order), params);
    return rows.map(toChange);
  }

  async function runsApplying(runIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (runIds.length === 0) return new Map();
    const { rows } = await pool.query<{ of: string; by: string }>(
      `SELECT DISTINCT ON (own.run_id) own.run_id AS of, r.id AS by
         FROM push_plan own JOIN push_plan p ON p.corp_id = own.corp_id AND p.based_on_run_id = own.run_id
         JOIN run r ON r.id = p.run_id
        WHERE own.run_id = ANY($1::text[]) AND r.mode = 'apply'
          AND (r.finished_at IS NULL OR r.phase = 'done'
               OR EXISTS (SELECT FROM push_change c
                           WHERE c.run_id = r.id AND c.status IN ('applying', 'done', 'undone')))
        ORDER BY own.run_id, r.started_at DESC`,
      [runIds],
    );
    return new Map(rows.map(({ of, by }) => [of, by]));
  }

  return {
    neighbours,

    async findPlans(runIds) {
      const [rows, appliedBy] = await Promise.all([
        prisma.pushPlan.findMany({ where: { runId: { in: [...runIds] } } }),
        runsApplying(runIds),
      ]);
      return new Map(
        rows.map((row) => [
          row.runId,
          {
            ...row,
            appliedByRunId: appliedBy.get(row.runId) ?? null,
            kind: row.kind as PlanRecord['kind'],
            target: row.target as PlanRecord['target'],
            only: row.only as PlanOnly | null,
            population: row.population as PlanPopulationRecord | null,
            reads: row.reads as PlanRecord['reads'],
            guard: row.guard,
          },
        ]),
      );
    },

    async tallies(runIds) {
      const found = new Map<string, ChangeTally[]>(runIds.map((runId) => [runId, []]));
      if (runIds.length === 0) return found;
      const { rows } = await pool.query<ChangeTally & { runId: string }>(
        `SELECT run_id AS "runId", action, status, left_out AS "leftOut", barred,
                status = 'conflict' AND attempts > 0 AS refused, count(*)::int AS count
           FROM push_change WHERE run_id = ANY($1::text[])
          GROUP BY run_id, action, status, left_out, barred, refused`,
        [runIds],
      );
      for (const { runId, ...tally } of rows) found.get(runId)?.push(tally);
      return found;
    },

    async callsOfPulls(runIds) {
      const { rows } = await pool.query<{ run_id: string; api: string; calls: number }>(
        `SELECT p.run_id, c.api, c.calls FROM push_plan p JOIN run_calls c ON c.run_id = p.pull_run_id
          WHERE p.run_id = ANY($1::text[])`,
        [runIds],
      );
      const found = new Map<string, Record<string, number>>();
      for (const { run_id, api, calls } of rows) {
        const of = found.get(run_id) ?? {};
        of[api] = (of[api] ?? 0) + calls;
        found.set(run_id, of);
      }
      return found;
    },

    async listChanges(runId, { sort, cursor, limit, ...filter }) {
      const parts = sort === 'danger' ? 2 : 1;
      const after = cursor === undefined ? undefined : decodeCursor(cursor, parts).map(Number);
      if (after?.some((value) => !Number.isSafeInteger(value)) === true) throw new CursorInvalidError();
      const rows = await pageOfChanges(runId, filter, { sort, after, limit: limit + 1 });
      const items = rows.slice(0, limit);
      const last = rows.length > limit ? items.at(-1) : undefined;
      const key = last === undefined ? [] : sort === 'danger' ? [last.rank, last.seq] : [last.seq];
      return { items, nextCursor: last === undefined ? null : encodeCursor(key.map(String)) };
    },

    async countChanges(runId, { action: _action, ...filter }) {
      const params: unknown[] = [runId];
      const { others } = await conditionsOf(runId, filter, (value) => `$${params.push(value)}`);
      const { rows } = await pool.query<{ action: ChangeAction; count: number }>(
        `SELECT c.action, count(*)::int AS count FROM push_change c
          WHERE ${['c.run_id = $1', ...others].join(' AND ')} GROUP BY c.action`,
        params,
      );
      return Object.fromEntries(rows.map(({ action, count }) => [action, count]));
    },

    async findChange(runId, changeId) {
      const { rows } = await pool.query<Row>(
        withMobile('SELECT ctid FROM push_change WHERE run_id = $1 AND change_id = $2', 'c.seq'),
        [runId, changeId],
      );
      const [row] = rows;
      return row === undefined ? undefined : toChange(row);
    },

    async historyOf(corpId, { oaUserId, oaKey }, limit) {
      if (oaUserId === null && oaKey === null) return [];
      const { rows } = await pool.query<ChangeHistoryEntry>(
        `SELECT c.run_id AS "runId", COALESCE(c.finished_at, p.planned_at, r.started_at) AS at, c.action, c.status
           FROM push_change c JOIN run r ON r.id = c.run_id LEFT JOIN push_plan p ON p.run_id = c.run_id
          WHERE c.corp_id = $1 AND ${oaUserId === null ? 'c.oa_key' : 'c.oa_user_id'} = $2
          ORDER BY at DESC, c.seq DESC LIMIT $3`,
        [corpId, oaUserId ?? oaKey, limit],
      );
      return rows;
    },

    async *exportChanges(runId, filter) {
      let after: readonly number[] | undefined;
      for (;;) {
        const rows = await pageOfChanges(runId, filter, { sort: 'seq', after, limit: rowsPerPortion });
        if (rows.length > 0) yield rows;
        const last = rows.at(-1);
        if (last === undefined || rows.length < rowsPerPortion) return;
        after = [last.seq];
      }
    },

    async findOutline(runId, corpId) {
      const { rows } = await pool.query<OutlineRow>(
        `SELECT p.run_id, p.planned_at, COALESCE(r.plan_hash, p.first_hash) AS plan_hash
           FROM push_plan p JOIN run r ON r.id = p.run_id WHERE p.run_id = $1 AND p.corp_id = $2`,
        [runId, corpId],
      );
      const [row] = rows;
      return row === undefined ? undefined : toOutline(row);
    },

    async compare(runId, otherRunId, { kind, cursor, limit }) {
      const [after] = cursor === undefined ? [] : decodeCursor(cursor, 1);
      const joined = `(SELECT change_id, digest, action, name, user_id, change FROM push_change WHERE run_id = $1) own
          FULL JOIN (SELECT change_id, digest, action, name, user_id, change FROM push_change WHERE run_id = $2) other
          USING (change_id)`;
      const counted = await pool.query<{ appeared: number; vanished: number; changed: number; same: number }>(
        `SELECT count(*) FILTER (WHERE other.digest IS NULL)::int AS appeared,
                count(*) FILTER (WHERE own.digest IS NULL)::int AS vanished,
                count(*) FILTER (WHERE own.digest <> other.digest)::int AS changed,
                count(*) FILTER (WHERE own.digest = other.digest)::int AS same
           FROM ${joined.replaceAll(', action, name, user_id, change', '')}`,
        [runId, otherRunId],
      );
      const differs = {
        appeared: 'other.digest IS NULL',
        vanished: 'own.digest IS NULL',
        changed: 'own.digest <> other.digest',
      };
      const which = kind === undefined ? 'own.digest IS DISTINCT FROM other.digest' : differs[kind];
      const { rows } = await pool.query<ComparedChange>(
        `SELECT CASE WHEN other.digest IS NULL THEN 'appeared' WHEN own.digest IS NULL THEN 'vanished' ELSE 'changed' END AS kind,
                change_id AS "changeId", COALESCE(own.action, other.action) AS action,
                COALESCE(own.name, other.name) AS name, COALESCE(own.user_id, other.user_id) AS "userId",
                own.change AS own, other.change AS other
           FROM ${joined}
          WHERE ${which} AND ($3::text IS NULL OR change_id > $3) ORDER BY change_id LIMIT $4`,
        [runId, otherRunId, after ?? null, limit + 1],
      );
      const items = rows.slice(0, limit);
      const last = rows.length > limit ? items.at(-1) : undefined;
      return {
        counts: counted.rows[0] ?? { appeared: 0, vanished: 0, changed: 0, same: 0 },
        items,
        nextCursor: last === undefined ? null : encodeCursor([last.changeId]),
      };
    },

    async countByDepartment(runId, nodes) {
      const found = new Map<string, DepartmentCounts>();
      const names = nodes.flatMap(({ key, refs }) => refs.map((ref) => ({ key, ref })));
      if (names.length === 0) return found;
      const { rows } = await pool.query<DepartmentCounts & { key: string }>(
        `WITH node AS (SELECT * FROM unnest($2::text[], $3::text[]) AS n (key, ref)),
              hit AS (SELECT DISTINCT node.key, c.seq, c.action, c.status, c.limit_groups
                        FROM push_change c, unnest(c.department_refs) AS r (ref) JOIN node ON node.ref = r.ref
                       WHERE c.run_id = $1 AND c.oa_user_id IS NOT NULL AND NOT c.left_out)
         SELECT key,
                count(*) FILTER (WHERE action IN ('createUser', 'createOaUser'))::int AS create,
                count(*) FILTER (WHERE action IN ('updateUser', 'enableUser', 'updateOaUser', 'returnOaUser')
                                   AND NOT limit_groups @> ARRAY['moves'])::int AS update,
                count(*) FILTER (WHERE limit_groups @> ARRAY['moves'])::int AS move,
                count(*) FILTER (WHERE action IN ('disableUser', 'departOaUser'))::int AS disable,
                count(*) FILTER (WHERE action = 'deleteUser')::int AS delete,
                count(*) FILTER (WHERE status = 'held')::int AS held
           FROM hit GROUP BY key`,
        [runId, names.map(({ key }) => key), names.map(({ ref }) => ref)],
      );
      for (const { key, ...counts } of rows) found.set(key, counts);
      return found;
    },

    async departmentChanges(runId) {
      const { rows } = await pool.query<DepartmentChange>(
        `SELECT action, oa_key AS "oaKey", department_id AS "departmentId", change FROM push_change
          WHERE run_id = $1 AND (action LIKE '%Department' OR (action = 'conflict' AND oa_user_id IS NULL))`,
        [runId],
      );
      return rows;
    },

    async linksOf(corpId) {
      return prisma.departmentLink.findMany({
        where: { corpId },
        select: { oaKey: true, departmentId: true, linkedAt: true },
      });
    },

    async limitGroupCounts(runId) {
      const { rows } = await pool.query<{ name: string; count: number }>(
        `SELECT g.name, count(*)::int AS count FROM push_change, unnest(limit_groups) AS g (name)
          WHERE run_id = $1 AND NOT left_out GROUP BY g.name`,
        [runId],
      );
      return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
    },

    async removalsByBranch(runId) {
      const { rows } = await pool.query<{ departmentId: number; count: number }>(
        `SELECT branch::int AS "departmentId", count(*)::int AS count
           FROM push_change c, jsonb_array_elements_text(c.change->'branches') AS branch
          WHERE c.run_id = $1 AND c.limit_groups && ARRAY['deletes', 'disables'] AND NOT c.left_out
          GROUP BY branch`,
        [runId],
      );
      return rows;
    },

    async doneWithinDay(corpId, exceptRunId, before) {
      const { rows } = await pool.query<{ name: string; count: number }>(
        `SELECT g.name, count(*)::int AS count FROM push_change, unnest(limit_groups) AS g (name)
          WHERE corp_id = $1 AND status = 'done' AND finished_at > $3::timestamptz - interval '24 hours'
            AND finished_at <= $3 AND run_id <> $2
          GROUP BY g.name`,
        [corpId, exceptRunId, before],
      );
      return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
    },

    async countsOfLastPushes(runId, limit) {
      const { rows } = await pool.query<{ counts: Record<string, number> }>(
        `SELECT r.counts FROM push_plan own JOIN push_plan p ON p.corp_id = own.corp_id JOIN run r ON r.id = p.run_id
          WHERE own.run_id = $1 AND p.run_id <> $1 AND p.kind = 'push'
            AND p.only IS NOT DISTINCT FROM own.only AND p.target = own.target
            AND p.planned_at < COALESCE(own.planned_at, 'infinity')
          ORDER BY p.planned_at DESC LIMIT $2`,
        [runId, limit],
      );
      return rows.map(({ counts }) => counts);
    },

    async approvalsOf(runId) {
      return prisma.pushApproval.findMany({
        where: { runId },
        orderBy: [{ at: 'asc' }, { id: 'asc' }],
        select: { at: true, actor: true, decision: true, planHash: true, comment: true },
      });
    },

    async lastScheduledRun(corpId, direction) {
      return prisma.run.findFirst({
        where: { corpId, direction, trigger: 'schedule' },
        orderBy: { startedAt: 'desc' },
        select: { id: true, phase: true, startedAt: true },
      });
    },

    async notLookedUp(runId) {
      const { rows } = await pool.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM push_change
          WHERE run_id = $1 AND action = 'createUser' AND jsonb_array_length(change->'after'->'notLookedUp') > 0`,
        [runId],
      );
      return rows[0]?.count ?? 0;
    },

    async oaVersions(versions) {
      const rows = await prisma.oaDirectoryVersion.findMany({ where: { version: { in: [...versions] } } });
      return new Map(
        rows.map(({ version, activeUsers, departments, subcompanies, fedAt }) => [
          version,
          { users: activeUsers, departments: departments + subcompanies, fedAt },
        ]),
      );
    },

    async newestOaVersion() {
      const row = await prisma.oaDirectoryVersion.findFirst({
        orderBy: { version: 'desc' },
        select: { version: true },
      });
      return row?.version ?? null;
    },

    async bindingsOf(corpId, memberIds) {
      const { rows } = await pool.query<BindingRecord & { memberId: string }>(
        `SELECT b.member_id AS "memberId", ${bindingColumns} FROM binding b LEFT JOIN oa_user u ON u.id = b.oa_user_id
          WHERE b.corp_id = $1 AND b.member_id = ANY($2::text[])`,
        [corpId, memberIds],
      );
      return new Map(rows.map(({ memberId, ...binding }) => [memberId, binding]));
    },

    async bindingOfUser(corpId, oaUserId) {
      const { rows } = await pool.query<BindingRecord>(
        `SELECT ${bindingColumns} FROM binding b LEFT JOIN oa_user u ON u.id = b.oa_user_id
          WHERE b.corp_id = $1 AND b.oa_user_id = $2`,
        [corpId, oaUserId],
      );
      return rows[0];
    },

    async fieldCoverage(corpId) {
      const { rows } = await pool.query<{ field: string | null; members: number; of: number }>(
        `WITH known AS (SELECT seen FROM mirror_member WHERE corp_id = $1 AND gone_at IS NULL AND seen IS NOT NULL)
         SELECT NULL AS field, 0 AS members, count(*)::int AS of FROM known
         UNION ALL
         SELECT e.key, count(*)::int, 0 FROM known, jsonb_each(seen) AS e (key, value)
          WHERE e.value NOT IN ('null', '""', '[]', '{}') GROUP BY e.key
         UNION ALL
         SELECT 'extattr.' || (a->>'name'), count(*)::int, 0
           FROM known, jsonb_array_elements(CASE jsonb_typeof(seen->'extAttrs') WHEN 'array' THEN seen->'extAttrs' END) AS a
          WHERE a->>'name' <> '' GROUP BY 1
         UNION ALL
         SELECT 'external.' || (a->>'name'), count(*)::int, 0
           FROM known, jsonb_array_elements(CASE jsonb_typeof(seen->'externalProfile'->'attrs')
                                              WHEN 'array' THEN seen->'externalProfile'->'attrs' END) AS a
          WHERE a->>'name' <> '' GROUP BY 1`,
        [corpId],
      );
      return {
        of: rows.find(({ field }) => field === null)?.of ?? 0,
        seen: Object.fromEntries(
          rows.flatMap(({ field, members }) => (field === null ? [] : [[field, members]])),
        ),
      };
    },
  };
}

const bindingColumns = `b.oa_user_id AS "oaUserId", u.name, b.source, b.matched_by AS "matchedBy", b.run_id AS "runId",
  b.bound_by AS "boundBy", b.bound_at AS "boundAt"`;

type OutlineRow = { run_id: string; planned_at: Date | null; plan_hash: string | null };

function toOutline({ run_id, planned_at, plan_hash }: OutlineRow): PlanOutline {
  return { runId: run_id, plannedAt: planned_at, planHash: plan_hash };
}

function riskCondition(risk: Risk, param: (value: unknown) => string): string {
  const is = (actions: readonly ChangeAction[]) => `c.action = ANY(${param(actions)}::text[])`;
  const counts = () => `c.limit_groups && ${param(mediumRiskGroups)}::text[]`;
  switch (risk) {
    case 'high':
      return is(highRiskActions);
    case 'medium':
      return `(NOT ${is(highRiskActions)} AND (${is(mediumRiskActions)} OR ${counts()}))`;
    case 'low':
      return `(NOT ${is([...highRiskActions, ...mediumRiskActions])} AND NOT ${counts()})`;
  }
}

function toChange(row: Row): ChangeRecord {
  return {
    seq: row.seq,
    changeId: row.change_id,
    action: row.action,
    status: row.status,
    change: row.change,
    rank: row.rank,
    memberId: row.member_id,
    userId: row.user_id,
    oaUserId: row.oa_user_id,
    oaKey: row.oa_key,
    departmentId: row.department_id,
    name: row.name,
    pathFrom: row.path_from,
    pathTo: row.path_to,
    fields: row.fields,
    ruleCode: row.rule_code,
    limitGroups: row.limit_groups,
    dependsOn: row.depends_on,
    heldBy: row.held_by,
    barred: row.barred,
    leftOut: row.left_out,
    attempts: row.attempts,
    outcome: row.outcome,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    mobile: row.mobile,
  };
}
