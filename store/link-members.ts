import type { PoolClient } from 'pg';
import {
  compareWithUser,
  likeliestFirst,
  linkMembers,
  type LinkMember,
  type LinkUser,
  type LinkVerdict,
  type MatchField,
} from '../domain/directory/linking';
import type { MemberValues } from '../domain/directory/push/snapshot';
import { knownValues } from '../domain/directory/push/values';
import { refusedPairs } from '../domain/directory/refused-pairs';
import { bindMembers, lockBindings } from './bindings';
import { chunksOf } from './chunks';
import type { Database } from './database';
import { fetched, memberColumns, toSnapshotMember, type MemberRow } from './push-snapshot';
import { readRefusedPairs } from './refused-pairs';

export type LinkCounts = {
  /** Members bound because exactly one OA user fits. */
  readonly bindUser: number;
  /** Unbound members about whom somebody has to decide. */
  readonly conflict: number;
};

export type LinkRequest = {
  readonly corpId: string;
  readonly match: readonly MatchField[];
};

export interface LinkMemberStore {
  /** Binds those for whom exactly one OA user fits, and brings the conflicts up to date; counts them with the run. */
  linkAfterPull(
    request: LinkRequest & { readonly runId: string; readonly bind: boolean },
  ): Promise<LinkCounts>;
  /** What a pull that leaves the mirror alone would do, of the members it read. */
  countForSimulation(
    request: LinkRequest & { readonly runId: string; readonly bind: boolean },
  ): Promise<LinkCounts>;
  /** Brings the conflicts up to date; how many are open then. */
  lookAgain(request: LinkRequest): Promise<number>;
  /**
   * Who one unbound member is, by the same rules; `values` are known of the member just now. Undefined where there is
   * no such member, or no longer an unbound one.
   */
  findLink(
    request: LinkRequest & { readonly memberId: string; readonly values?: MemberValues },
  ): Promise<LinkVerdict | undefined>;
}

export function createLinkMemberStore(db: Database): LinkMemberStore {
  return {
    linkAfterPull: ({ corpId, match, runId, bind }) =>
      db.transaction(async (client) => {
        await lockBindings(client, corpId);
        const verdicts = await judge(client, corpId, match);
        if (bind && !(await isLossInDoubt(client))) {
          await bindUnique(client, { corpId, runId }, verdicts);
        }
        const conflict = await writeConflicts(client, { corpId, runId }, verdicts);
        // Another attempt finds them bound already: what the run has bound is counted, not what this attempt bound.
        const { rows } = await client.query<{ bound: number }>(
          `SELECT count(*)::int AS bound FROM binding_event
           WHERE corp_id = $1 AND run_id = $2 AND event = 'bound' AND source = 'pulled'`,
          [corpId, runId],
        );
        const counts = { bindUser: rows[0]?.bound ?? 0, conflict };
        await saveCounts(client, runId, counts);
        return counts;
      }),

    countForSimulation: ({ corpId, match, runId, bind }) =>
      db.transaction(async (client) => {
        const verdicts = await judge(client, corpId, match, await readStaged(client, corpId, runId, match));
        const counts = {
          bindUser: bind && !(await isLossInDoubt(client)) ? verdicts.filter(isUnique).length : 0,
          conflict: verdicts.filter(isConflict).length,
        };
        await saveCounts(client, runId, counts);
        return counts;
      }),

    lookAgain: ({ corpId, match }) =>
      db.transaction(async (client) => {
        await lockBindings(client, corpId);
        const verdicts = await judge(client, corpId, match);
        return writeConflicts(client, { corpId, runId: null }, verdicts);
      }),

    findLink: ({ corpId, memberId, match, values = {} }) =>
      db.transaction(async (client) => {
        const [found] = await readUnbound(client, corpId, 'AND m.id = $2', [memberId]);
        if (found === undefined) return undefined;
        const member = { ...found, values: { ...found.values, ...values } };
        const members = [member, ...(await readRivals(client, corpId, member, match))];
        const users = await readUsersLike(client, corpId, member, match);
        const refused = refusedPairs(await readRefusedPairs(client, corpId));
        const [verdict] = linkMembers({ members, users, match, refused });
        if (verdict?.kind !== 'unique') return verdict;
        return (await isLossInDoubt(client)) ? { memberId, kind: 'none' } : verdict;
      }),
  };
}

type Connection = Pick<PoolClient, 'query'>;
type Owner = { readonly corpId: string; readonly runId: string | null };

/** `others`: members that are not in the mirror yet. */
async function judge(
  client: PoolClient,
  corpId: string,
  match: readonly MatchField[],
  others: readonly LinkMember[] = [],
): Promise<LinkVerdict[]> {
  const { seen, written, params } = matchedValues('m.seen', 'm.written', match);
  const members = await readMembers(
    client,
    noNames,
    `SELECT m.id, m.user_id, ${seen} AS seen, ${written} AS written,
            coalesce(m.written_at > coalesce(m.details_seen_at, '-infinity'), false) AS written_later, ${unread}
     ${unboundFrom} ORDER BY m.user_id_key`,
    [corpId, ...params],
  );
  // Before the OA's people are read: they may be a hundred thousand, and nobody here to be one of them.
  if (members.length + others.length === 0) return [];
  const users = await readUsers(client, corpId, match);
  if (users.length === 0) return [];
  const refused = refusedPairs(await readRefusedPairs(client, corpId));
  const verdicts = linkMembers({ members: [...members, ...others], users, match, refused });
  return withReasons(client, corpId, verdicts);
}

/** For conflicts both sides are read whole: only there somebody wants to know what else speaks for whom. */
async function withReasons(
  client: PoolClient,
  corpId: string,
  verdicts: readonly LinkVerdict[],
): Promise<LinkVerdict[]> {
  const explained = new Map<string, LinkVerdict>();
  const conflicts = verdicts.filter((verdict) => verdict.kind === 'conflict');
  for (const chunk of chunksOf(conflicts, conflictsAtOnce)) {
    const members = await readLinkMembers(
      client,
      corpId,
      chunk.map(({ memberId }) => memberId),
    );
    const oaUserIds = chunk.flatMap(({ candidates }) => candidates.map(({ oaUserId }) => oaUserId));
    const users = await readLinkUsers(client, corpId, [...new Set(oaUserIds)]);
    const membersById = new Map(members.map((member) => [member.memberId, member]));
    const usersById = new Map(users.map((user) => [user.id, user]));
    for (const verdict of chunk) {
      const member = membersById.get(verdict.memberId);
      if (member === undefined) continue;
      const candidates = verdict.candidates.flatMap(({ oaUserId }) => {
        const user = usersById.get(oaUserId);
        return user === undefined ? [] : [compareWithUser(member, user)];
      });
      explained.set(verdict.memberId, { ...verdict, candidates: candidates.sort(likeliestFirst) });
    }
  }
  return verdicts.map((verdict) => explained.get(verdict.memberId) ?? verdict);
}

const conflictsAtOnce = 1_000;

// ---------------------------------------------------------------- both sides

const unboundFrom = `FROM mirror_member m
  WHERE m.corp_id = $1 AND m.gone_at IS NULL AND m.status IS DISTINCT FROM 5
    AND NOT EXISTS (SELECT FROM binding b WHERE b.member_id = m.id)`;

/** What the mirror calls a field that it saw, where that is not WeCom's own name. */
const seenAs: Readonly<Record<string, string>> = {
  biz_mail: 'bizMail',
  external_position: 'externalPosition',
  direct_leader: 'directLeaders',
};

function seenKeyOf(wecomField: string): string {
  if (wecomField.startsWith('extattr.')) return 'extAttrs';
  return wecomField.startsWith('external.') ? 'externalProfile' : (seenAs[wecomField] ?? wecomField);
}

/** Of 100,000 members only what they are matched by: the whole of them would fill hundreds of megabytes. */
function matchedValues(seenColumn: string, writtenColumn: string, match: readonly MatchField[]) {
  const params: string[] = [];
  // The corp is the first parameter.
  const param = (key: string): string => `$${params.push(key) + 1}::text`;
  const only = (column: string, keys: readonly string[]): string =>
    keys.length === 0
      ? 'NULL::jsonb'
      : `jsonb_strip_nulls(jsonb_build_object(${[...new Set(keys)]
          .map(param)
          .map((key) => `${key}, ${column}->${key}`)
          .join(', ')}))`;
  const fields = match.map(({ wecomField }) => wecomField).filter((field) => field !== 'userid');
  return { seen: only(seenColumn, fields.map(seenKeyOf)), written: only(writtenColumn, fields), params };
}

/** Of no use to matching. */
const unread = `'{}'::int[] AS departments, NULL::int AS status, '{}'::int[] AS departments_from_oa,
  false AS disabled_by_bridge`;

async function readUnbound(
  client: PoolClient,
  corpId: string,
  condition: string,
  params: readonly unknown[],
): Promise<LinkMember[]> {
  const query = `SELECT ${memberColumns} ${unboundFrom} ${condition} ORDER BY m.user_id_key`;
  return readMembers(client, await departmentNames(client, corpId), query, [corpId, ...params]);
}

/** Members by their ids, bound or not. */
export async function readLinkMembers(
  client: PoolClient,
  corpId: string,
  memberIds: readonly string[],
): Promise<LinkMember[]> {
  const query = `SELECT ${memberColumns} FROM mirror_member m WHERE m.corp_id = $1 AND m.id = ANY($2::text[])`;
  return readMembers(client, await departmentNames(client, corpId), query, [corpId, memberIds]);
}

/** Of a reading that is not in the mirror: those nobody has seen before, or who were bound to nobody when they left. */
async function readStaged(
  client: PoolClient,
  corpId: string,
  runId: string,
  match: readonly MatchField[],
): Promise<LinkMember[]> {
  const { seen, params } = matchedValues('p.details', 'p.details', match);
  const run = `$${params.length + 2}`;
  const query = `
    SELECT coalesce(former.id, 'read ' || l.user_id_key) AS id, l.user_id, ${seen} AS seen, NULL::jsonb AS written, false AS written_later,
           ${unread}
    FROM (SELECT user_id_key, min(user_id) AS user_id
          FROM (SELECT user_id_key, user_id FROM pull_listing WHERE run_id = ${run}
                UNION ALL SELECT user_id_key, user_id FROM pull_member WHERE run_id = ${run}) AS named
          GROUP BY user_id_key) AS l
    LEFT JOIN pull_member p ON p.run_id = ${run} AND p.user_id_key = l.user_id_key
    LEFT JOIN mirror_member former ON former.corp_id = $1 AND former.user_id_key = l.user_id_key
    WHERE NOT EXISTS (SELECT FROM mirror_member m LEFT JOIN binding b ON b.member_id = m.id
      WHERE m.corp_id = $1 AND m.user_id_key = l.user_id_key AND (m.gone_at IS NULL OR b.member_id IS NOT NULL))`;
  return readMembers(client, noNames, query, [corpId, ...params, runId]);
}

type DepartmentNames = ReadonlyMap<number, string>;

const noNames: DepartmentNames = new Map();

async function departmentNames(client: Connection, corpId: string): Promise<DepartmentNames> {
  const { rows } = await client.query<{ id: number; name: string }>(
    `SELECT department_id AS id, name FROM mirror_department
     WHERE corp_id = $1 AND gone_at IS NULL AND name IS NOT NULL`,
    [corpId],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}

async function readMembers(
  client: PoolClient,
  names: DepartmentNames,
  query: string,
  params: readonly unknown[],
): Promise<LinkMember[]> {
  const members: LinkMember[] = [];
  for await (const rows of fetched<MemberRow>(client, query, params)) {
    for (const row of rows) {
      const member = toSnapshotMember(row, (text) => text);
      const departments = member.departments.flatMap((id) => names.get(id) ?? []);
      members.push({
        memberId: member.memberId,
        userId: member.userId,
        values: knownValues(member),
        departmentNames: departments.length === 0 ? none : departments,
      });
    }
  }
  return members;
}

type UserRow = {
  id: string;
  login_id: string | null;
  job_number: string | null;
  name: string | null;
  mobile: string | null;
  email: string | null;
  gender: LinkUser['gender'];
  position: string | null;
  telephone: string | null;
  department_id: string | null;
  status: LinkUser['status'];
  custom: LinkUser['custom'] | null;
  department_name: string | null;
  bound_to: string | null;
};

const userColumns = `u.id, u.login_id, u.job_number, u.name, u.mobile, u.email, u.gender, u.position, u.telephone,
  u.department_id, u.status, u.custom, d.name AS department_name, b.member_id AS bound_to`;

const userFrom = `FROM oa_user u
  LEFT JOIN oa_department d ON d.id = u.department_id
  LEFT JOIN binding b ON b.corp_id = $1 AND b.oa_user_id = u.id`;

/** Everybody active, with what they are matched by: nothing else is of use before there is a conflict. */
async function readUsers(
  client: PoolClient,
  corpId: string,
  match: readonly MatchField[],
): Promise<LinkUser[]> {
  const needed = new Set(match.map(({ oaField }) => userColumnOf[oaField] ?? 'u.custom'));
  const columns = userFields.map((column) => (needed.has(column) ? column : `NULL AS ${column.slice(2)}`));
  const query = `SELECT u.id, u.status, ${columns.join(', ')}, NULL AS department_id, NULL AS department_name,
                        b.member_id AS bound_to
                 FROM oa_user u LEFT JOIN binding b ON b.corp_id = $1 AND b.oa_user_id = u.id
                 WHERE u.status = 'active' ORDER BY u.id`;
  const users: LinkUser[] = [];
  for await (const rows of fetched<UserRow>(client, query, [corpId])) users.push(...rows.map(toLinkUser));
  return users;
}

const userFields = [
  'u.login_id',
  'u.job_number',
  'u.name',
  'u.mobile',
  'u.email',
  'u.gender',
  'u.position',
  'u.telephone',
  'u.custom',
];

/** OA users by their ids, those who left included. */
export async function readLinkUsers(
  client: Connection,
  corpId: string,
  oaUserIds: readonly string[],
): Promise<LinkUser[]> {
  const { rows } = await client.query<UserRow>(
    `SELECT ${userColumns} ${userFrom} WHERE u.id = ANY($2::text[])`,
    [corpId, oaUserIds],
  );
  return rows.map(toLinkUser);
}

const none: readonly string[] = [];
const noCustom: LinkUser['custom'] = {};

function toLinkUser(row: UserRow): LinkUser {
  return {
    id: row.id,
    loginId: row.login_id ?? '',
    jobNumber: row.job_number,
    name: row.name ?? '',
    mobile: row.mobile,
    email: row.email,
    gender: row.gender,
    position: row.position,
    telephone: row.telephone,
    departmentId: row.department_id,
    partTimeDepartmentIds: none,
    managerId: null,
    status: row.status,
    custom: row.custom === null || Object.keys(row.custom).length === 0 ? noCustom : row.custom,
    departmentName: row.department_name,
    boundTo: row.bound_to,
  };
}

// ---------------------------------------------------------------- one member

/** Wider than any comparison of values: what is found is judged by the same rules as everybody. */
const widely = (expression: string): string =>
  `regexp_replace(regexp_replace(lower(${expression}), '[\\s-]', '', 'g'), '^\\+86', '')`;

function wide(value: string): string {
  return value.toLowerCase().replace(/[\s-]/g, '').replace(/^\+86/, '');
}

const userColumnOf: Readonly<Record<string, string>> = {
  id: 'u.id',
  loginId: 'u.login_id',
  jobNumber: 'u.job_number',
  name: 'u.name',
  mobile: 'u.mobile',
  email: 'u.email',
  position: 'u.position',
  telephone: 'u.telephone',
  gender: 'u.gender',
};

const knownOf = ({ userId, values }: LinkMember, wecomField: string): string =>
  (wecomField === 'userid' ? userId : values[wecomField]) ?? '';

async function readUsersLike(
  client: Connection,
  corpId: string,
  member: LinkMember,
  match: readonly MatchField[],
): Promise<LinkUser[]> {
  const params: unknown[] = [corpId];
  const param = (value: unknown): string => `$${params.push(value)}`;
  const conditions = match.flatMap(({ oaField, wecomField }) => {
    const key = wide(knownOf(member, wecomField));
    if (key === '') return [];
    const column = userColumnOf[oaField] ?? `u.custom->>${param(oaField.replace(/^custom\./, ''))}`;
    return [`${widely(column)} = ${param(key)}`];
  });
  if (conditions.length === 0) return [];
  const { rows } = await client.query<UserRow>(
    `SELECT ${userColumns} ${userFrom} WHERE u.status = 'active' AND (${conditions.join(' OR ')}) ORDER BY u.id`,
    params,
  );
  return rows.map(toLinkUser);
}

/** Unbound members with the same value in one of the fields. No two have the same userid. */
async function readRivals(
  client: PoolClient,
  corpId: string,
  member: LinkMember,
  match: readonly MatchField[],
): Promise<LinkMember[]> {
  const params: unknown[] = [corpId, member.memberId];
  const param = (value: unknown): string => `$${params.push(value)}`;
  const conditions = match.flatMap(({ wecomField }) => {
    const key = wide(knownOf(member, wecomField));
    if (wecomField === 'userid' || key === '') return [];
    const wanted = param(key);
    const written = `${widely(`m.written->>${param(wecomField)}`)} = ${wanted}`;
    const attribute = /^extattr\.(.+)$/s.exec(wecomField)?.[1];
    if (attribute === undefined) {
      return [written, `${widely(`m.seen->>${param(seenAs[wecomField] ?? wecomField)}`)} = ${wanted}`];
    }
    return [
      written,
      `EXISTS (SELECT FROM jsonb_array_elements(
         CASE jsonb_typeof(m.seen->'extAttrs') WHEN 'array' THEN m.seen->'extAttrs' END) AS a
       WHERE a->>'name' = ${param(attribute)} AND ${widely(`a->>'value'`)} = ${wanted})`,
    ];
  });
  if (conditions.length === 0) return [];
  return readUnbound(client, corpId, `AND m.id <> $2 AND (${conditions.join(' OR ')})`, params.slice(1));
}

// ---------------------------------------------------------------- what comes of it

/** Half a feed makes somebody the only one of a name who shares it with others. */
async function isLossInDoubt(client: Connection): Promise<boolean> {
  const { rows } = await client.query<{ inDoubt: boolean }>(
    'SELECT confirmed_at IS NULL AS "inDoubt" FROM oa_directory_version ORDER BY version DESC LIMIT 1',
  );
  return rows[0]?.inDoubt ?? false;
}

type Unique = Extract<LinkVerdict, { kind: 'unique' }>;
type Conflict = Extract<LinkVerdict, { kind: 'conflict' }>;

const isUnique = (verdict: LinkVerdict): verdict is Unique => verdict.kind === 'unique';
const isConflict = (verdict: LinkVerdict): verdict is Conflict => verdict.kind === 'conflict';

async function bindUnique(
  client: Connection,
  { corpId, runId }: Owner,
  verdicts: readonly LinkVerdict[],
): Promise<void> {
  const unique = verdicts.filter(isUnique);
  await bindMembers(
    client,
    corpId,
    unique.map(({ memberId, oaUserId, matchedBy }) => ({
      memberId,
      oaUserId,
      source: 'pulled',
      matchedBy,
      runId,
    })),
  );
}

/** Returns how many are open. What people decided stays, unless other users come into question now. */
async function writeConflicts(
  client: Connection,
  { corpId, runId }: Owner,
  verdicts: readonly LinkVerdict[],
): Promise<number> {
  const open = verdicts.filter(isConflict);
  await client.query(
    `DELETE FROM link_conflict c WHERE corp_id = $1 AND decided_at IS NULL
       AND NOT EXISTS (SELECT FROM unnest($2::text[]) AS o (member_id) WHERE o.member_id = c.member_id)`,
    [corpId, open.map(({ memberId }) => memberId)],
  );
  for (const chunk of chunksOf(open, rowsPerStatement)) {
    const rows = chunk.map(({ memberId, code, candidates }) => ({ memberId, code, candidates }));
    await client.query(upsertConflicts, [corpId, JSON.stringify(rows), runId]);
  }
  return open.length;
}

const rowsPerStatement = 5_000;

const upsertConflicts = `
  INSERT INTO link_conflict AS c (corp_id, member_id, code, candidates, run_id)
  SELECT $1, o."memberId", o.code, o.candidates, $3
  FROM jsonb_to_recordset($2::jsonb) AS o ("memberId" text, code text, candidates jsonb)
  ON CONFLICT (corp_id, member_id) DO UPDATE SET
    code = EXCLUDED.code, candidates = EXCLUDED.candidates, run_id = EXCLUDED.run_id,
    found_at = CASE WHEN c.decided_at IS NULL AND c.candidates = EXCLUDED.candidates THEN c.found_at ELSE now() END,
    decided_at = NULL, decided_by = NULL, oa_user_id = NULL, rule = NULL
  WHERE c.decided_at IS NOT NULL OR c.code <> EXCLUDED.code OR c.candidates <> EXCLUDED.candidates`;

async function saveCounts(client: Connection, runId: string, counts: LinkCounts): Promise<void> {
  await client.query('UPDATE run SET counts = counts || $2::jsonb WHERE id = $1', [
    runId,
    JSON.stringify(counts),
  ]);
}
