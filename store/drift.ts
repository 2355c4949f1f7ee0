import { randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import {
  judgeDepartment,
  judgeMember,
  type DriftKind,
  type DriftValue,
  type Judgements,
  type ManagedMember,
  type Watch,
} from '../domain/directory/drift/judge';
import {
  activeDriftStates,
  listingSteps,
  type ListedDrift,
  type ListingStep,
} from '../domain/directory/drift/listing';
import { watchedFields } from '../domain/directory/drift/watched-fields';
import type { MemberStatus } from '../domain/directory/push/snapshot';
import { defaultDirectorySettings, type DirectorySettings } from '../domain/directory/settings';
import { chunksOf } from './chunks';
import { endDecisions } from './drift-decisions';
import { seenValues } from './push-snapshot';

/** Finding what was changed by hand, in the transaction that brings a reading into the mirror. */

type Connection = Pick<PoolClient, 'query'>;
type Table = Readonly<Record<string, unknown>>;

export type DriftSource = 'event' | 'pull';

/** What was known of the managed ones before a reading changed the mirror. */
export type DriftBaseline = {
  readonly members: ReadonlyMap<string, MemberBefore>;
  readonly departments: ReadonlyMap<number, DepartmentBefore>;
};

type MemberBefore = {
  readonly seen: Table | null;
  readonly departments: readonly number[];
  readonly status: number | null;
  readonly wasGone: boolean;
};

type DepartmentBefore = {
  readonly name: string | null;
  readonly parentId: number;
  readonly wasGone: boolean;
};

export type DriftReading = {
  readonly seenBy: DriftSource;
  /** When the reading began: of what the bridge wrote since, it knows nothing. */
  readonly at: Date;
  /** `details` is what this reading gave of the member, by the names of `wecom`'s client; null if it gave none. */
  readonly members?: readonly { readonly memberId: string; readonly details: Table | null }[];
  readonly departmentIds?: readonly number[];
  /** From `readDriftBaseline`. Without it, only what the bridge wrote is compared. */
  readonly before?: DriftBaseline;
};

/** To be read before the mirror is changed. */
export async function readDriftBaseline(
  client: Connection,
  corpId: string,
  {
    memberIds = [],
    departmentIds = [],
  }: { readonly memberIds?: readonly string[]; readonly departmentIds?: readonly number[] },
): Promise<DriftBaseline> {
  const members = await client.query<MemberBefore & { id: string }>(
    `SELECT id, seen, departments, status, gone_at IS NOT NULL AS "wasGone"
     FROM mirror_member WHERE corp_id = $1 AND id = ANY($2::text[])`,
    [corpId, memberIds],
  );
  const departments = await client.query<DepartmentBefore & { id: number }>(
    `SELECT department_id AS id, name, parent_id AS "parentId", gone_at IS NOT NULL AS "wasGone"
     FROM mirror_department WHERE corp_id = $1 AND department_id = ANY($2::int[])`,
    [corpId, departmentIds],
  );
  return {
    members: new Map(members.rows.map(({ id, ...before }) => [id, before])),
    departments: new Map(departments.rows.map(({ id, ...before }) => [id, before])),
  };
}

/** After the mirror was changed, in the same transaction. Members and departments nobody manages are left out. */
export async function recordDrift(client: Connection, corpId: string, reading: DriftReading): Promise<void> {
  const { seenBy, at, members = [], departmentIds = [], before } = reading;
  const watch = await readWatch(client, corpId);
  if (watch === undefined || (members.length === 0 && departmentIds.length === 0)) return;
  await takeTurn(client, corpId);
  await endDecisions(client, corpId);
  const details = new Map(members.map((member) => [member.memberId, member.details]));
  for (const chunk of chunksOf(details.keys(), rowsPerFetch)) {
    const { rows } = await client.query<Omit<MemberRow, keyof MemberReading>>(
      `SELECT ${memberColumns} FROM mirror_member m
       JOIN binding b ON b.corp_id = m.corp_id AND b.member_id = m.id
       WHERE m.corp_id = $1 AND m.id = ANY($2::text[]) AND ($3 OR m.written IS NOT NULL)
         AND COALESCE(m.written_at <= $4, true) AND NOT ${isOnItsWay('$1')}`,
      [corpId, chunk, watch.includesUnwritten, at],
    );
    const read = rows.map((row): MemberRow => {
      const known = before?.members.get(row.id);
      return {
        ...row,
        details: details.get(row.id) ?? null,
        beforeSeen: known?.seen ?? null,
        beforeDepartments: known?.departments ?? null,
        beforeStatus: known?.status ?? null,
        wasGone: known?.wasGone ?? false,
      };
    });
    await listMembers(client, corpId, watch, read, seenBy);
  }
  if (departmentIds.length > 0) {
    const { rows } = await client.query<Omit<DepartmentRow, 'beforeName' | 'beforeParentId' | 'wasGone'>>(
      `SELECT ${departmentColumns}, m.name FROM mirror_department m
       JOIN department_link l ON l.corp_id = m.corp_id AND l.department_id = m.department_id
       WHERE m.corp_id = $1 AND m.department_id = ANY($2::int[]) AND ($3 OR m.written IS NOT NULL)
         AND COALESCE(m.written_at <= $4, true) AND NOT ${isDepartmentOnItsWay('$1')}`,
      [corpId, departmentIds, watch.includesUnwritten, at],
    );
    const read = rows.map((row): DepartmentRow => {
      const known = before?.departments.get(row.departmentId);
      return {
        ...row,
        beforeName: known?.name ?? null,
        beforeParentId: known?.parentId ?? null,
        wasGone: known?.wasGone ?? false,
      };
    });
    await listDepartments(client, corpId, watch, read, seenBy);
  }
}

/** A change is on its way to WeCom: what is there already may be our own, although the ledger does not say so yet. */
const onItsWay = (corp: string, column: 'member_id' | 'user_id' | 'department_id'): string =>
  `ARRAY(SELECT ${column === 'user_id' ? 'lower(c.user_id)' : `c.${column}`}
         FROM push_change c JOIN run ON run.id = c.run_id
         WHERE c.corp_id = ${corp} AND c.status = 'applying' AND run.finished_at IS NULL AND c.${column} IS NOT NULL)`;

const isOnItsWay = (corp: string): string =>
  `(m.id = ANY(${onItsWay(corp, 'member_id')}) OR m.user_id_key = ANY(${onItsWay(corp, 'user_id')}))`;

const isDepartmentOnItsWay = (corp: string): string =>
  `m.department_id = ANY(${onItsWay(corp, 'department_id')})`;

type MergedRun = { readonly runId: string; readonly corpId: string };

/**
 * Before a pull's reading is merged: which of the managed ones it may find changed, and how they were. A member that
 * was written since it was last read is looked at too, because a reading like the one before then is a change by hand.
 */
export async function openMergeDrift(
  client: Connection,
  { runId, corpId }: MergedRun,
): Promise<MergeDrift | undefined> {
  const watch = await readWatch(client, corpId);
  if (watch === undefined) return undefined;
  await client.query(
    `CREATE TEMPORARY TABLE drift_member ON COMMIT DROP AS
     SELECT m.id, CASE WHEN $3 THEN m.seen END AS seen, m.departments, m.status, m.gone_at IS NOT NULL AS was_gone
     FROM mirror_member m
     JOIN binding b ON b.corp_id = m.corp_id AND b.member_id = m.id
     LEFT JOIN reading r ON r.user_id_key = m.user_id_key
     WHERE m.corp_id = $2 AND ($3 OR m.written IS NOT NULL)
       AND COALESCE(GREATEST(m.written_at, m.event_read_at) <= (SELECT started_at FROM run WHERE id = $1), true)
       AND NOT ${isOnItsWay('$2')}
       AND (r.user_id_key IS NULL OR m.gone_at IS NOT NULL OR m.departments <> r.departments
            OR m.written_at > CASE WHEN r.details IS NULL THEN m.last_seen_at
                                   ELSE COALESCE(m.details_seen_at, '-infinity') END AND NOT ${readAsWritten}
            OR (r.details IS NOT NULL AND NOT COALESCE(m.seen @> r.details, false))
            OR EXISTS (SELECT FROM drift d WHERE d.corp_id = $2 AND d.member_id = m.id
                         AND d.state = ANY($4::text[])))`,
    [runId, corpId, watch.includesUnwritten, activeDriftStates],
  );
  await client.query(
    `CREATE TEMPORARY TABLE drift_department ON COMMIT DROP AS
     SELECT m.department_id, m.name, m.parent_id, m.gone_at IS NOT NULL AS was_gone
     FROM mirror_department m
     JOIN department_link l ON l.corp_id = m.corp_id AND l.department_id = m.department_id
     WHERE m.corp_id = $2 AND ($3 OR m.written IS NOT NULL)
       AND COALESCE(GREATEST(m.written_at, m.event_read_at) <= (SELECT started_at FROM run WHERE id = $1), true)
       AND NOT ${isDepartmentOnItsWay('$2')}`,
    [runId, corpId, watch.includesUnwritten],
  );
  return { watch };
}

const sameText = (field: string, clientName = field): string =>
  `COALESCE(m.written->>'${field}' = r.details->>'${clientName}', true)`;

/**
 * Read as it was written: nothing to look at. Only what can be told at a glance, for the pull after 100,000 people were
 * created; whatever is in doubt is compared in earnest.
 */
const readAsWritten = `(
  r.details IS NULL OR (
    ${sameText('name')} AND ${sameText('alias')} AND ${sameText('mobile')} AND ${sameText('email')}
    AND ${sameText('biz_mail', 'bizMail')} AND ${sameText('position')} AND ${sameText('telephone')}
    AND ${sameText('address')} AND ${sameText('external_position', 'externalPosition')}
    AND COALESCE(m.written->>'gender' = CASE r.details->>'gender' WHEN 'male' THEN '1' WHEN 'female' THEN '2' END, true)
    AND COALESCE(m.written->>'direct_leader' = r.details->'directLeaders'->>0, true)
    AND COALESCE(r.details->'extAttrs', '[]') = '[]' AND NOT r.details ? 'externalProfile'
    AND m.status IS NOT DISTINCT FROM r.status))`;

export type MergeDrift = { readonly watch: CorpWatch };

/** After the reading was merged, in the same transaction. */
export async function recordMergeDrift(
  client: Connection,
  { runId, corpId }: MergedRun,
  opened: MergeDrift | undefined,
): Promise<void> {
  if (opened === undefined) return;
  const { watch } = opened;
  await takeTurn(client, corpId);
  await endDecisions(client, corpId);
  await client.query(
    `DECLARE drifting NO SCROLL CURSOR FOR
     SELECT ${memberColumns}, r.details, d.seen AS "beforeSeen", d.departments AS "beforeDepartments",
            d.status AS "beforeStatus", d.was_gone AS "wasGone"
     FROM drift_member d JOIN mirror_member m ON m.id = d.id
     LEFT JOIN reading r ON r.user_id_key = m.user_id_key`,
  );
  for (;;) {
    const { rows } = await client.query<MemberRow>(`FETCH ${rowsPerFetch} FROM drifting`);
    await listMembers(client, corpId, watch, rows, 'pull');
    if (rows.length < rowsPerFetch) break;
  }
  await client.query('CLOSE drifting');
  const { rows: departments } = await client.query<DepartmentRow>(
    `SELECT ${departmentColumns}, p.name, d.name AS "beforeName", d.parent_id AS "beforeParentId",
            d.was_gone AS "wasGone"
     FROM drift_department d
     JOIN mirror_department m ON m.corp_id = $2 AND m.department_id = d.department_id
     JOIN department_link l ON l.corp_id = $2 AND l.department_id = d.department_id
     LEFT JOIN pull_department p ON p.run_id = $1 AND p.department_id = d.department_id
     WHERE p.department_id IS NOT NULL OR m.gone_at IS NOT NULL`,
    [runId, corpId],
  );
  await listDepartments(client, corpId, watch, departments, 'pull');
  await endUnmanaged(client, corpId);
}

type CorpWatch = Watch & {
  /** Also objects that the bridge never had to write: WeCom had what the OA wanted. */
  readonly includesUnwritten: boolean;
};

/** Nothing where WeCom is the master: whatever is changed there is meant. */
async function readWatch(client: Connection, corpId: string): Promise<CorpWatch | undefined> {
  const { rows } = await client.query<{ document: DirectorySettings }>(
    'SELECT document FROM directory_settings WHERE corp_id = $1 ORDER BY version DESC LIMIT 1',
    [corpId],
  );
  const settings = rows[0]?.document ?? defaultDirectorySettings;
  if (settings.master === 'wecom') return undefined;
  const includesUnwritten = settings.access === 'read-write';
  const links = await client.query<{ departmentId: number }>(
    'SELECT department_id AS "departmentId" FROM department_link WHERE corp_id = $1 AND $2',
    [corpId, includesUnwritten],
  );
  return {
    includesUnwritten,
    fields: includesUnwritten ? watchedFields(settings.push) : new Set(),
    departmentsFullyFromOa: settings.push.departmentsFullyFromOa,
    linkedDepartments: new Set(links.rows.map(({ departmentId }) => departmentId)),
  };
}

/** Two readings at once would list the same change twice. */
async function takeTurn(client: Connection, corpId: string): Promise<void> {
  await client.query(`SELECT pg_advisory_xact_lock(hashtextextended('drift ' || $1, 0))`, [corpId]);
}

const rowsPerFetch = 1_000;
const rowsPerStatement = 5_000;

type MemberReading = {
  readonly details: Table | null;
  readonly beforeSeen: Table | null;
  readonly beforeDepartments: readonly number[] | null;
  readonly beforeStatus: number | null;
  readonly wasGone: boolean;
};

type MemberRow = MemberReading & {
  readonly id: string;
  readonly name: string | null;
  readonly written: Table | null;
  readonly departments: readonly number[];
  readonly departmentsFromOa: readonly number[];
  readonly disabledByBridge: boolean;
  readonly createdByBridge: boolean;
  readonly isGone: boolean;
};

const memberColumns = `m.id, COALESCE(m.name, m.user_id) AS name, m.written, m.departments,
  COALESCE(m.departments_from_oa, '{}') AS "departmentsFromOa", m.disabled_by_bridge_at IS NOT NULL AS "disabledByBridge",
  m.created_by_bridge_at IS NOT NULL AS "createdByBridge", m.gone_at IS NOT NULL AS "isGone"`;

type DepartmentRow = {
  readonly departmentId: number;
  readonly oaKey: string;
  readonly written: { readonly name?: string; readonly parentId?: number } | null;
  readonly parentId: number;
  readonly isGone: boolean;
  /** As this reading gave it; null if it gave none. */
  readonly name: string | null;
  readonly beforeName: string | null;
  readonly beforeParentId: number | null;
  readonly wasGone: boolean;
};

const departmentColumns = `m.department_id AS "departmentId", l.oa_key AS "oaKey", m.written, m.parent_id AS "parentId",
  m.gone_at IS NOT NULL AS "isGone"`;

async function listMembers(
  client: Connection,
  corpId: string,
  watch: CorpWatch,
  rows: readonly MemberRow[],
  seenBy: DriftSource,
): Promise<void> {
  const listed = await listedBefore<string>(
    client,
    corpId,
    'member_id',
    rows.map(({ id }) => id),
  );
  const steps = rows.flatMap((row): Step[] => {
    const known = listed.get(row.id) ?? [];
    // Back after having been deleted: another account, of which nothing of this holds.
    const isAnother = row.wasGone && !row.isGone;
    const found = isAnother
      ? known.map(({ id }): ListingStep => ({ kind: 'over', id }))
      : listingSteps(known, judgeMember(toManaged(row), valuesListed(known), watch));
    return found.map((step) => ({ ...step, of: 'member', memberId: row.id, departmentId: null }));
  });
  await take(client, corpId, steps, seenBy);
}

function toManaged(row: MemberRow): ManagedMember {
  const { details, beforeDepartments } = row;
  const status = details?.['status'];
  return {
    name: row.name,
    written: (row.written ?? {}) as ManagedMember['written'],
    departmentsFromOa: row.departmentsFromOa,
    disabledByBridge: row.disabledByBridge,
    createdByBridge: row.createdByBridge,
    before:
      beforeDepartments === null
        ? null
        : {
            seen: seenValues(row.beforeSeen),
            departments: beforeDepartments,
            status: row.beforeStatus === null ? null : (statusOfNumber[row.beforeStatus] ?? null),
          },
    now: row.isGone
      ? 'gone'
      : {
          seen: seenValues(details),
          departments: row.departments,
          status: statuses.has(String(status)) ? (status as MemberStatus) : null,
        },
  };
}

const statusOfNumber: Readonly<Record<number, MemberStatus>> = {
  1: 'activated',
  2: 'disabled',
  4: 'not-activated',
  5: 'left',
};
const statuses: ReadonlySet<string> = new Set(Object.values(statusOfNumber));

async function listDepartments(
  client: Connection,
  corpId: string,
  watch: CorpWatch,
  rows: readonly DepartmentRow[],
  seenBy: DriftSource,
): Promise<void> {
  const listed = await listedBefore<number>(
    client,
    corpId,
    'department_id',
    rows.map(({ departmentId }) => departmentId),
  );
  const steps = rows.flatMap((row): Step[] => {
    const { departmentId, oaKey, written, name, parentId, beforeName, beforeParentId } = row;
    const known = listed.get(departmentId) ?? [];
    const isMeasure = watch.includesUnwritten && !row.wasGone && beforeParentId !== null;
    const judged: Judgements = judgeDepartment(
      {
        oaKey,
        written: written ?? {},
        before: isMeasure ? { name: beforeName, parentId: beforeParentId } : null,
        now: row.isGone ? 'gone' : { name, parentId },
      },
      valuesListed(known),
    );
    return listingSteps(known, judged).map((step) => ({
      ...step,
      of: 'department',
      memberId: null,
      departmentId,
    }));
  });
  await take(client, corpId, steps, seenBy);
}

async function listedBefore<Id extends string | number>(
  client: Connection,
  corpId: string,
  column: 'member_id' | 'department_id',
  ids: readonly Id[],
): Promise<ReadonlyMap<Id, ListedDrift[]>> {
  const bySubject = new Map<Id, ListedDrift[]>();
  if (ids.length === 0) return bySubject;
  const { rows } = await client.query<ListedDrift & { subject: Id }>(
    `SELECT id, field, before, after, state, ${column} AS subject FROM drift
     WHERE corp_id = $1 AND kind = $4 AND state = ANY($3::text[]) AND ${column} = ANY($2) ORDER BY first_seen_at, id`,
    [corpId, ids, activeDriftStates, column === 'member_id' ? 'member' : 'department'],
  );
  for (const { subject, ...drift } of rows)
    bySubject.set(subject, [...(bySubject.get(subject) ?? []), drift]);
  return bySubject;
}

function valuesListed(listed: readonly ListedDrift[]): ReadonlyMap<string, DriftValue> {
  return new Map(listed.map(({ field, before }) => [field, before]));
}

type Step = ListingStep & {
  readonly of: DriftKind;
  readonly memberId: string | null;
  readonly departmentId: number | null;
};

async function take(
  client: Connection,
  corpId: string,
  steps: readonly Step[],
  seenBy: DriftSource,
): Promise<void> {
  const over = steps.flatMap((step) => (step.kind === 'over' ? [step.id] : []));
  if (over.length > 0)
    await client.query(`UPDATE drift SET state = 'gone' WHERE id = ANY($1::text[])`, [over]);

  const again = steps.flatMap((step) => (step.kind === 'seen-again' ? [step.id] : []));
  if (again.length > 0) {
    await client.query('UPDATE drift SET last_seen_at = now() WHERE id = ANY($1::text[])', [again]);
  }

  const changed = steps.flatMap((step) =>
    step.kind === 'changed-again' || step.kind === 'reopened'
      ? [{ id: step.id, after: step.after, reopened: step.kind === 'reopened' }]
      : [],
  );
  for (const chunk of chunksOf(changed, rowsPerStatement)) {
    await client.query(
      `UPDATE drift d SET after = c.after, last_seen_at = now(),
         state = CASE WHEN c.reopened THEN 'open' ELSE d.state END,
         decided_by = CASE WHEN NOT c.reopened THEN d.decided_by END,
         decided_at = CASE WHEN NOT c.reopened THEN d.decided_at END,
         run_id = CASE WHEN NOT c.reopened THEN d.run_id END
       FROM jsonb_to_recordset($1::jsonb) AS c (id text, after jsonb, reopened boolean) WHERE d.id = c.id`,
      [JSON.stringify(chunk)],
    );
  }

  const found = steps.flatMap((step) =>
    step.kind === 'found'
      ? [
          {
            id: randomUUID(),
            kind: step.of,
            member_id: step.memberId,
            department_id: step.departmentId,
            field: step.field,
            before: step.before,
            after: step.after,
          },
        ]
      : [],
  );
  for (const chunk of chunksOf(found, rowsPerStatement)) {
    await client.query(
      `INSERT INTO drift (id, corp_id, kind, member_id, department_id, field, before, after, seen_by,
         first_seen_at, last_seen_at)
       SELECT id, $1, kind, member_id, department_id, field, before, after, $3, now(), now()
       FROM jsonb_to_recordset($2::jsonb) AS f (id text, kind text, member_id text, department_id int, field text,
         before jsonb, after jsonb)`,
      [corpId, JSON.stringify(chunk), seenBy],
    );
  }
}

/** Nobody's any more: unbound, or no longer linked. */
async function endUnmanaged(client: Connection, corpId: string): Promise<void> {
  await client.query(
    `UPDATE drift d SET state = 'gone' WHERE corp_id = $1 AND state = ANY($2::text[]) AND CASE kind
       WHEN 'member' THEN NOT EXISTS (SELECT FROM binding b WHERE b.corp_id = $1 AND b.member_id = d.member_id)
       ELSE NOT EXISTS (SELECT FROM department_link l WHERE l.corp_id = $1 AND l.department_id = d.department_id)
     END`,
    [corpId, activeDriftStates],
  );
}

/** How many changes by hand wait for a decision, by member. */
export async function openDriftOf(
  client: Connection,
  corpId: string,
  memberIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await client.query<{ memberId: string; count: number }>(
    `SELECT member_id AS "memberId", count(*)::int AS count FROM drift
     WHERE corp_id = $1 AND member_id = ANY($2::text[]) AND state = 'open' GROUP BY member_id`,
    [corpId, memberIds],
  );
  return new Map(rows.map(({ memberId, count }) => [memberId, count]));
}
