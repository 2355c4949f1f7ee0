import { formatAttribute, type AttributeValue } from '../domain/directory/attribute-value';
import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { Completeness } from '../domain/directory/completeness';
import {
  toOaNodes,
  type Binding,
  type DirectorySnapshot,
  type DriftDecision,
  type LookUp,
  type MemberStatus,
  type MemberValues,
  type OaNode,
  type SnapshotDepartment,
  type SnapshotMember,
  type SourceUser,
} from '../domain/directory/push/snapshot';
import { comparable } from '../domain/directory/push/values';
import type { Loss } from '../domain/oa-directory/loss';
import { readDepartureFacts } from './departure-facts';
import { readRefusedPairs } from './refused-pairs';
import type { SqlDatabase } from './sql-database';

/** Both sides as they stood at one moment, and what is to be known of the readings behind them. */
export type PushSnapshot = DirectorySnapshot & {
  /** Changes of either side after this moment are not in the snapshot. */
  readonly readAt: Date;
  /** 0 while nothing was fed. */
  readonly oaVersion: number;
  readonly lossUnconfirmed: Loss | null;
  /** Of the pull that read WeCom; null where none was. */
  readonly completeness: Completeness | null;
};

export type SnapshotOptions = {
  /** The pull that read WeCom; without it, the corp's newest pull that reached the mirror. */
  readonly pullRunId?: string | undefined;
  /** The run that plans: what the departures given to it are wanted for. */
  readonly runId?: string | undefined;
};

/** Bound members whom WeCom has no more, and WeCom's own id of their corp. */
export type GoneFromWecom = {
  readonly gone: readonly { readonly memberId: string; readonly userId: string }[];
  readonly corpid: string;
};

export interface PushSnapshotStore {
  /** Both at the same moment. */
  readOaSyncSides(
    corpId: string,
    options?: SnapshotOptions,
  ): Promise<GoneFromWecom & { readonly snapshot: PushSnapshot }>;
  readSnapshot(corpId: string, options?: SnapshotOptions): Promise<PushSnapshot>;
}

/** What was read becomes small objects before the next rows come. */
const rowsPerFetch = 2_000;

export function createPushSnapshotStore(db: SqlDatabase): PushSnapshotStore {
  const atOneMoment = <T>(read: (client: PoolClient) => Promise<T>): Promise<T> =>
    db.transaction(async (client) => {
      await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
      return read(client);
    });
  return {
    readSnapshot: (corpId, options) => atOneMoment((client) => readSnapshot(client, corpId, options)),

    readOaSyncSides: (corpId, options) =>
      atOneMoment(async (client) => {
        const snapshot = await readSnapshot(client, corpId, options);
        const { rows: gone } = await client.query<GoneFromWecom['gone'][number]>(
          `SELECT m.id AS "memberId", m.user_id AS "userId"
             FROM binding b JOIN mirror_member m ON m.id = b.member_id
            WHERE b.corp_id = $1 AND m.gone_at IS NOT NULL ORDER BY m.user_id_key`,
          [corpId],
        );
        const { rows: corps } = await client.query<{ corpid: string }>(
          'SELECT corp_id AS corpid FROM corp WHERE id = $1',
          [corpId],
        );
        return { snapshot, gone, corpid: corps[0]?.corpid ?? corpId };
      }),
  };
}

async function readSnapshot(
  client: PoolClient,
  corpId: string,
  { pullRunId, runId }: SnapshotOptions = {},
): Promise<PushSnapshot> {
  const moment = await client.query<{ now: Date }>('SELECT now() AS now');
  const version = await readOaVersion(client);
  const nodes = await readOaNodes(client);
  const users = await readOaUsers(client);
  const completeness = await readCompleteness(client, corpId, pullRunId);
  const departments = await readDepartments(client, corpId);
  const bindings = await readBindings(client, corpId, users);
  const members = await readMembers(client, corpId, bindings);
  const refusedPairs = await readRefusedPairs(client, corpId);
  const departures = await readDepartureFacts(client, corpId, runId ?? null);
  const links = await client.query<{ oaKey: string; departmentId: number }>(
    'SELECT oa_key AS "oaKey", department_id AS "departmentId" FROM department_link WHERE corp_id = $1 ORDER BY oa_key',
    [corpId],
  );
  return {
    readAt: moment.rows[0]?.now ?? new Date(),
    oaVersion: version.version,
    lossUnconfirmed: version.unconfirmed,
    completeness,
    oa: { reading: version.unconfirmed === null ? 'complete' : 'loss-unconfirmed', nodes, users },
    wecom: {
      reading:
        completeness?.complete === true && completeness.scope === 'whole-corp' ? 'complete' : 'incomplete',
      departments,
      members: members.all,
    },
    links: links.rows,
    bindings: members.bindings,
    lookUps: await readLookUps(client, corpId, users),
    ...(await readDriftDecisions(client, corpId)),
    ...(refusedPairs.length === 0 ? {} : { refusedPairs }),
    ...departures,
  } satisfies PushSnapshot;
}

/** Tells values apart without keeping them: who was asked about is nobody's business later on. */
export function lookUpFingerprint(field: LookUp['field'], value: string): string {
  return createHash('sha256')
    .update(`${field} ${comparable(field, value)}`)
    .digest('hex');
}

async function readOaVersion(
  client: PoolClient,
): Promise<{ readonly version: number; readonly unconfirmed: Loss | null }> {
  const { rows } = await client.query<{ version: number; lost: number; of: number; inDoubt: boolean }>(
    `SELECT version, lost, lost_of AS of, confirmed_at IS NULL AS "inDoubt"
       FROM oa_directory_version ORDER BY version DESC LIMIT 1`,
  );
  const [newest] = rows;
  if (newest === undefined) return { version: 0, unconfirmed: null };
  const { version, lost, of, inDoubt } = newest;
  return { version, unconfirmed: inDoubt ? { lost, of } : null };
}

export async function readOaNodes(client: Pick<PoolClient, 'query'>): Promise<OaNode[]> {
  const subcompanies = await client.query<{ id: string; name: string; parentId: string | null }>(
    'SELECT id, name, parent_id AS "parentId" FROM oa_subcompany ORDER BY id',
  );
  const departments = await client.query<{
    id: string;
    name: string;
    parentId: string | null;
    subcompanyId: string | null;
  }>(
    'SELECT id, name, parent_id AS "parentId", subcompany_id AS "subcompanyId" FROM oa_department ORDER BY id',
  );
  return toOaNodes(subcompanies.rows, departments.rows);
}

type UserRow = {
  id: string;
  login_id: string;
  job_number: string | null;
  name: string;
  mobile: string | null;
  email: string | null;
  gender: SourceUser['gender'];
  position: string | null;
  telephone: string | null;
  department_id: string | null;
  part_time_department_ids: string[];
  manager_id: string | null;
  status: SourceUser['status'];
  custom: Record<string, string>;
};

const nothing: readonly never[] = [];
const noFields: Readonly<Record<string, string>> = {};

async function readOaUsers(client: PoolClient): Promise<SourceUser[]> {
  const users: SourceUser[] = [];
  const shared = sharedTexts();
  const query = `SELECT id, login_id, job_number, name, mobile, email, gender, position, telephone, department_id,
                        coalesce(part_time_department_ids, '{}') AS part_time_department_ids, manager_id, status, custom
                   FROM oa_user ORDER BY id`;
  for await (const rows of fetched<UserRow>(client, query, [])) {
    for (const row of rows) {
      users.push({
        id: row.id,
        // The login name is the id with most feeds: one text instead of two.
        loginId: row.login_id === row.id ? row.id : row.login_id,
        jobNumber: row.job_number,
        name: row.name,
        mobile: row.mobile,
        email: row.email,
        gender: row.gender,
        position: shared(row.position),
        telephone: row.telephone,
        departmentId: shared(row.department_id),
        partTimeDepartmentIds:
          row.part_time_department_ids.length === 0 ? nothing : row.part_time_department_ids,
        managerId: shared(row.manager_id),
        status: row.status,
        custom: Object.keys(row.custom).length === 0 ? noFields : row.custom,
      });
    }
  }
  return users;
}

async function readCompleteness(
  client: PoolClient,
  corpId: string,
  pullRunId: string | undefined,
): Promise<Completeness | null> {
  const { rows } = await client.query<{ completeness: Completeness | null }>(
    `SELECT completeness FROM run
      WHERE corp_id = $1 AND direction = 'pull' AND ($2::text IS NULL AND merged_at IS NOT NULL OR id = $2)
      ORDER BY merged_at DESC NULLS LAST LIMIT 1`,
    [corpId, pullRunId ?? null],
  );
  return rows[0]?.completeness ?? null;
}

async function readDepartments(client: PoolClient, corpId: string): Promise<SnapshotDepartment[]> {
  const { rows } = await client.query<SnapshotDepartment>(
    `SELECT department_id AS "departmentId", parent_id AS "parentId", written->>'name' AS "writtenName",
            CASE WHEN written_at > last_seen_at THEN coalesce(written->>'name', name) ELSE name END AS name
       FROM mirror_department WHERE corp_id = $1 AND gone_at IS NULL ORDER BY department_id`,
    [corpId],
  );
  return rows;
}

export type MemberRow = {
  id: string;
  user_id: string;
  departments: number[];
  status: number | null;
  seen: Record<string, unknown> | null;
  written: Record<string, unknown> | null;
  written_later: boolean;
  departments_from_oa: number[];
  disabled_by_bridge: boolean;
};

const statuses: Readonly<Record<number, MemberStatus>> = {
  1: 'activated',
  2: 'disabled',
  4: 'not-activated',
  5: 'left',
};

/** A status that the last reading did not bring is hearsay, unless the bridge itself made it so since. */
export const memberColumns = `m.id, m.user_id, m.departments, m.seen, m.written,
  CASE WHEN m.details_seen_at >= m.last_seen_at OR m.written_at > m.last_seen_at THEN m.status END AS status,
  coalesce(m.written_at > coalesce(m.details_seen_at, '-infinity'), false) AS written_later,
  coalesce(m.departments_from_oa, '{}') AS departments_from_oa, m.disabled_by_bridge_at IS NOT NULL AS disabled_by_bridge`;

type BoundUser = { readonly id: string; readonly user: SourceUser | undefined };

/** Who is bound to each member. */
async function readBindings(
  client: PoolClient,
  corpId: string,
  users: readonly SourceUser[],
): Promise<Map<string, BoundUser>> {
  const usersById = new Map(users.map((user) => [user.id, user]));
  const bound = new Map<string, BoundUser>();
  const query = 'SELECT member_id, oa_user_id FROM binding WHERE corp_id = $1 ORDER BY oa_user_id';
  for await (const rows of fetched<{ member_id: string; oa_user_id: string }>(client, query, [corpId])) {
    for (const { member_id, oa_user_id } of rows) {
      const user = usersById.get(oa_user_id);
      bound.set(member_id, { id: user?.id ?? oa_user_id, user });
    }
  }
  return bound;
}

/** Bindings of members who are gone come last: they tell a person who was bound from one who never was. */
async function readMembers(
  client: PoolClient,
  corpId: string,
  bound: Map<string, BoundUser>,
): Promise<{ readonly all: SnapshotMember[]; readonly bindings: Binding[] }> {
  const all: SnapshotMember[] = [];
  const bindings: Binding[] = [];
  const shared = sharedTexts();
  const query = `SELECT ${memberColumns} FROM mirror_member m
                  WHERE corp_id = $1 AND gone_at IS NULL ORDER BY user_id_key`;
  for await (const rows of fetched<MemberRow>(client, query, [corpId])) {
    for (const row of rows) {
      const binding = bound.get(row.id);
      all.push(
        toSnapshotMember(row, binding?.user === undefined ? shared : sharedWith(binding.user, shared)),
      );
      if (binding === undefined) continue;
      bindings.push({ memberId: row.id, oaUserId: binding.id });
      bound.delete(row.id);
    }
  }
  for (const [memberId, { id: oaUserId }] of bound) bindings.push({ memberId, oaUserId });
  return { all, bindings };
}

/** WeCom mostly has what the OA has: one text instead of three (at 100,000 people 78 MiB instead of 110). */
function sharedWith(user: SourceUser, others: SharedTexts): SharedTexts {
  const own = [user.id, user.name, user.mobile, user.email, user.telephone, user.jobNumber];
  return (text) => {
    const index = own.indexOf(text);
    return index === -1 ? others(text) : (own[index] as typeof text);
  };
}

export function toSnapshotMember(row: MemberRow, shared: SharedTexts = sharedTexts()): SnapshotMember {
  const written = writtenValues(row.written, shared);
  const seen = seenValues(row.seen, shared);
  return {
    memberId: row.id,
    userId: shared(row.user_id),
    // The driver's lists have room for many more entries than they hold.
    departments: row.departments.slice(),
    mainDepartmentId: mainDepartmentOf(row),
    status: (row.status === null ? undefined : statuses[row.status]) ?? null,
    seen: row.written_later ? without(seen, written) : seen,
    written,
    departmentsFromOa: row.departments_from_oa.length === 0 ? nothing : row.departments_from_oa.slice(),
    disabledByBridge: row.disabled_by_bridge,
    ...ledBy(row),
  };
}

const nothingLed = { leaderIn: nothing };

/** Flags of another number of departments belong to an earlier reading, or to one that saw only some of them. */
function ledBy({ seen, departments }: MemberRow): Pick<SnapshotMember, 'leaderIn'> {
  const flags = list(seen?.['leaderIn']);
  if (flags.length === 0 || flags.length !== departments.length) return {};
  const leaderIn = departments.filter((_, at) => flags[at] === true);
  return leaderIn.length === 0 ? nothingLed : { leaderIn };
}

function mainDepartmentOf({ seen, departments }: MemberRow): number | null {
  const main = seen?.['mainDepartmentId'];
  // Seen before the member was moved away from it, it says nothing any more.
  return typeof main === 'number' && departments.includes(main) ? main : null;
}

/** What WeCom showed before the bridge wrote is out of date; what it did not write still holds. */
function without(seen: MemberValues, written: MemberValues): MemberValues {
  return Object.fromEntries(Object.entries(seen).filter(([field]) => !Object.hasOwn(written, field)));
}

/** The WeCom client's names to WeCom's own, as plans speak of fields. */
const seenTexts: readonly (readonly [client: string, wecom: string])[] = [
  ['name', 'name'],
  ['alias', 'alias'],
  ['mobile', 'mobile'],
  ['email', 'email'],
  ['bizMail', 'biz_mail'],
  ['position', 'position'],
  ['telephone', 'telephone'],
  ['address', 'address'],
  ['externalPosition', 'external_position'],
];

const genderCodes: Readonly<Record<string, string>> = { male: '1', female: '2' };

const noValues: MemberValues = {};

export function seenValues(
  seen: Readonly<Record<string, unknown>> | null,
  shared: SharedTexts = sharedTexts(),
): MemberValues {
  if (seen === null) return noValues;
  const values: Record<string, string> = {};
  for (const [client, wecom] of seenTexts) {
    const value = seen[client];
    if (typeof value === 'string') values[wecom] = shared(value);
  }
  const gender = genderCodes[String(seen['gender'])];
  if (gender !== undefined) values['gender'] = gender;
  const [leader] = list(seen['directLeaders']);
  // None, and not readable, look the same.
  if (typeof leader === 'string') values['direct_leader'] = shared(leader);
  for (const attr of list(seen['extAttrs'])) addAttr(values, 'extattr', attr);
  const profile = seen['externalProfile'];
  if (isTable(profile)) {
    if (typeof profile['corpName'] === 'string') values['external.external_corp_name'] = profile['corpName'];
    for (const attr of list(profile['attrs'])) addAttr(values, 'external', attr);
  }
  return values;
}

function addAttr(values: Record<string, string>, kind: 'extattr' | 'external', attr: unknown): void {
  if (!isTable(attr) || typeof attr['name'] !== 'string') return;
  const { name, type, value, url, title, appId, pagePath } = attr;
  const text = (part: unknown): string => (typeof part === 'string' ? part : '');
  // In the words in which it would be wanted, so that a link compares equal.
  const said = (attribute: AttributeValue): void =>
    void (values[`${kind}.${text(name)}`] = formatAttribute(text(name), attribute));
  if (type === 'web') said({ type, url: text(url), title: text(title) });
  else if (type === 'miniprogram')
    said({ type, appId: text(appId), pagePath: text(pagePath), title: text(title) });
  else if (typeof value === 'string') said({ type: 'text', value });
}

function writtenValues(written: Readonly<Record<string, unknown>> | null, shared: SharedTexts): MemberValues {
  if (written === null) return noValues;
  const values: Record<string, string> = {};
  for (const [field, value] of Object.entries(written)) {
    if (typeof value === 'string') values[field] = shared(value);
  }
  return values;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : nothing;
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function readLookUps(
  client: PoolClient,
  corpId: string,
  users: readonly SourceUser[],
): Promise<LookUp[]> {
  const { rows } = await client.query<LookUp & { valueHash: string; value: string | null }>(
    `SELECT oa_user_id AS "oaUserId", field, value_hash AS "valueHash", user_id AS "userId"
       FROM look_up WHERE corp_id = $1 ORDER BY oa_user_id, field`,
    [corpId],
  );
  if (rows.length === 0) return [];
  const usersById = new Map(users.map((user) => [user.id, user]));
  return rows
    .filter(({ oaUserId, field, valueHash }) => {
      const user = usersById.get(oaUserId);
      // Another number is another question. Any field of the OA may be the one that is matched by.
      const values =
        user === undefined ? nothing : [user[field], user.loginId, ...Object.values(user.custom)];
      return values.some((value) => value !== null && lookUpFingerprint(field, value) === valueHash);
    })
    .map(({ oaUserId, field, userId }) => ({ oaUserId, field, userId }));
}

async function readDriftDecisions(
  client: PoolClient,
  corpId: string,
): Promise<Pick<DirectorySnapshot, 'driftDecisions'>> {
  const { rows } = await client.query<DriftDecision>(
    `SELECT id AS "driftId", member_id AS "memberId", department_id AS "departmentId", field, state AS decision,
            oa_value#>>'{}' AS "oaValue"
       FROM drift WHERE corp_id = $1 AND state IN ('ignored', 'reverting') ORDER BY id`,
    [corpId],
  );
  return rows.length === 0 ? {} : { driftDecisions: rows };
}

/** Rows of a query in portions, within the transaction of `client`. */
export async function* fetched<Row extends object>(
  client: PoolClient,
  query: string,
  params: readonly unknown[],
): AsyncGenerator<readonly Row[]> {
  await client.query(`DECLARE portions NO SCROLL CURSOR FOR ${query}`, [...params]);
  for (;;) {
    const { rows } = await client.query<Row>(`FETCH ${rowsPerFetch} FROM portions`);
    if (rows.length > 0) yield rows;
    if (rows.length < rowsPerFetch) break;
  }
  await client.query('CLOSE portions');
}

type SharedTexts = <T extends string | null>(text: T) => T;

/** 100,000 people share some hundred positions and departments: each of these texts is kept once. */
function sharedTexts(): SharedTexts {
  const known = new Map<string, string>();
  return (text) => {
    if (text === null || text.length > longestSharedText) return text;
    const before = known.get(text);
    if (before !== undefined) return before as typeof text;
    if (known.size < mostSharedTexts) known.set(text, text);
    return text;
  };
}

const longestSharedText = 64;
const mostSharedTexts = 20_000;
