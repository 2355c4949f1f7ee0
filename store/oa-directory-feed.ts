import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import type { DirectoryChange, DirectoryRemovals, GivenRows } from '../domain/oa-directory/change';
import { changeDirectory } from '../domain/oa-directory/change';
import type { DirectoryProblem } from '../domain/oa-directory/check';
import type { DirectoryOutline, DirectoryTable, UserOutline } from '../domain/oa-directory/directory';
import type { Loss } from '../domain/oa-directory/loss';
import { judgeLoss } from '../domain/oa-directory/loss';
import type { Database } from './database';
import { followOa } from './departure-hooks';
import type { FeedRow } from './oa-feed-rows';
import { FeedRows } from './oa-feed-rows';

export type FeedCounts = {
  /** People. */
  readonly created: number;
  readonly updated: number;
  readonly departed: number;
  readonly returned: number;
  readonly unchanged: number;
  readonly subcompanies: StructureCounts;
  readonly departments: StructureCounts;
};

export type StructureCounts = {
  readonly created: number;
  readonly updated: number;
  readonly removed: number;
  readonly unchanged: number;
};

export type FeedResult = {
  readonly version: number;
  readonly counts: FeedCounts;
  readonly unconfirmed: Loss | null;
};

export type DirectoryState = {
  /** 0 while nothing was fed. */
  readonly version: number;
  readonly updatedAt: Date | null;
  readonly subcompanies: number;
  readonly departments: number;
  readonly users: { readonly active: number; readonly departed: number };
  readonly unconfirmed: Loss | null;
};

/** What becomes of the rows that were added. */
export type FeedChange =
  | { readonly kind: 'whole'; readonly complete: boolean }
  | { readonly kind: 'table'; readonly table: DirectoryTable }
  | {
      readonly kind: 'patch';
      readonly remove: DirectoryRemovals;
      /** An OA that lists what changed may name people who came and left in between. */
      readonly ignoreUnknownRemovals?: boolean;
      /**
       * WeCom's word, where WeCom is the master: a plan was held against its limits, so nobody doubts it here. A doubt
       * about an earlier feed stays.
       */
      readonly isPlanned?: boolean;
    };

/** People who departed in versions that nobody has confirmed: nothing is done to them because of it. */
export type UnconfirmedLoss = Loss & {
  /** The newest version, which is in doubt. */
  readonly version: number;
  /** The newest version beyond doubt; 0 where there is none. */
  readonly confirmedVersion: number;
  readonly userIds: readonly string[];
};

export interface OaDirectoryFeedStore {
  /** What has arrived waits in rows of its own; nobody reads it before the feed is stored. */
  openFeed(): Promise<OaFeed>;
  readState(): Promise<DirectoryState>;
  /** True when the newest version was in doubt about exactly this loss, and is not any more. */
  confirmLoss(loss: number, confirmedBy: string): Promise<boolean>;
  /** Null while nothing is in doubt. */
  unconfirmedLoss(): Promise<UnconfirmedLoss | null>;
}

/** What has to become true together with the new version. */
export type SameTransaction = (client: PoolClient, version: number) => Promise<void>;

export interface OaFeed {
  /** Resolves when there is room for the next row. */
  add<T extends DirectoryTable>(table: T, row: FeedRow[T]): Promise<void>;
  /** Takes up what an earlier process has added under the same id. */
  resume(): Promise<void>;
  /** Everything or nothing; feeds that arrive together are stored one after the other. */
  store(change: FeedChange, fedBy: string, sameTransaction?: SameTransaction): Promise<FeedResult>;
  /** What `store` would say; nothing is stored, and the rows go on waiting. */
  tryOut(change: FeedChange, fedBy: string): Promise<FeedResult>;
  discard(): Promise<void>;
}

/** The feed contradicts itself or what is stored. Nothing was stored. */
export class DirectoryRefusedError extends Error {
  constructor(readonly problems: readonly DirectoryProblem[]) {
    super(`The OA directory was refused: ${problems.length} problem(s)`);
    this.name = 'DirectoryRefusedError';
  }
}

/** Rows of a feed whose process died are of no use to anybody. */
const leftoversAfterHours = 24;

/** Any constant; writers of the OA directory take turns by it. */
export const directoryLock = 742_118_003;

type Column = { readonly name: string; readonly field: string; readonly type: string };

const columnsOf: Readonly<Record<DirectoryTable, readonly Column[]>> = {
  subcompanies: [text('name'), text('parent_id', 'parentId'), { name: 'order', field: 'order', type: 'int' }],
  departments: [
    text('name'),
    text('parent_id', 'parentId'),
    text('subcompany_id', 'subcompanyId'),
    { name: 'order', field: 'order', type: 'int' },
  ],
  users: [
    text('login_id', 'loginId'),
    text('job_number', 'jobNumber'),
    text('name'),
    text('mobile'),
    text('email'),
    text('gender'),
    text('position'),
    text('telephone'),
    text('department_id', 'departmentId'),
    { name: 'part_time_department_ids', field: 'partTimeDepartmentIds', type: 'text[]' },
    text('manager_id', 'managerId'),
    { name: 'order', field: 'order', type: 'int' },
    text('status'),
    { name: 'custom', field: 'custom', type: 'jsonb' },
  ],
};

const tableOf: Readonly<Record<DirectoryTable, string>> = {
  subcompanies: 'oa_subcompany',
  departments: 'oa_department',
  users: 'oa_user',
};

const defaultsOf: Readonly<Record<DirectoryTable, object>> = {
  subcompanies: { order: 0 },
  departments: { order: 0 },
  users: { order: 0, partTimeDepartmentIds: [], status: 'active', custom: {} },
};

export function createOaDirectoryFeedStore(db: Database): OaDirectoryFeedStore {
  const { pool } = db;
  return {
    async openFeed() {
      await pool.query('DELETE FROM oa_feed_row WHERE received_at < now() - make_interval(hours => $1)', [
        leftoversAfterHours,
      ]);
      return createFeed(db);
    },

    async readState() {
      const { rows } = await pool.query<StateRow>(
        `SELECT (SELECT count(*)::int FROM oa_subcompany) AS subcompanies,
                (SELECT count(*)::int FROM oa_department) AS departments,
                (SELECT count(*)::int FROM oa_user WHERE status = 'active') AS active,
                (SELECT count(*)::int FROM oa_user WHERE status <> 'active') AS departed,
                v.version, v.fed_at AS "updatedAt", v.lost, v.lost_of AS of, v.confirmed_at IS NULL AS "inDoubt"
           FROM (SELECT) AS always
           LEFT JOIN (SELECT * FROM oa_directory_version ORDER BY version DESC LIMIT 1) v ON true`,
      );
      return toState(rows[0]);
    },

    async confirmLoss(loss, confirmedBy) {
      return db.transaction(async (client) => {
        await takeTurn(client);
        const inDoubt = await readUnconfirmedLoss(client);
        const { rowCount } = await client.query(
          `UPDATE oa_directory_version SET confirmed_at = now(), confirmed_by = $2
            WHERE version = (SELECT max(version) FROM oa_directory_version) AND confirmed_at IS NULL AND lost = $1`,
          [loss, confirmedBy],
        );
        if (rowCount !== 1) return false;
        await followOa(client, { departed: inDoubt?.userIds ?? [], returned: [] });
        return true;
      });
    },

    unconfirmedLoss: () => readUnconfirmedLoss(pool),
  };
}

/** Also for readers inside a transaction of their own. */
export async function readUnconfirmedLoss(client: Pool | PoolClient): Promise<UnconfirmedLoss | null> {
  const { rows } = await client.query<UnconfirmedLoss>(
    `SELECT v.version, v.lost, v.lost_of AS of, b.confirmed AS "confirmedVersion",
            ARRAY(SELECT id FROM oa_user WHERE departed_version > b.confirmed ORDER BY id) AS "userIds"
       FROM (SELECT * FROM oa_directory_version ORDER BY version DESC LIMIT 1) v
      CROSS JOIN (SELECT coalesce(max(version), 0) AS confirmed FROM oa_directory_version WHERE confirmed_at IS NOT NULL) b
      WHERE v.confirmed_at IS NULL`,
  );
  return rows[0] ?? null;
}

type StateRow = {
  readonly subcompanies: number;
  readonly departments: number;
  readonly active: number;
  readonly departed: number;
  readonly version: number | null;
  readonly updatedAt: Date | null;
  readonly lost: number | null;
  readonly of: number | null;
  readonly inDoubt: boolean;
};

function toState(row: StateRow | undefined): DirectoryState {
  if (row === undefined) throw new Error('counting the OA directory gave no row');
  const { subcompanies, departments, active, departed, version, updatedAt, lost, of, inDoubt } = row;
  return {
    version: version ?? 0,
    updatedAt,
    subcompanies,
    departments,
    users: { active, departed },
    unconfirmed: version !== null && inDoubt ? { lost: lost ?? 0, of: of ?? 0 } : null,
  };
}

/** Rolls back what was only tried out. */
class TriedOut extends Error {
  constructor(readonly result: FeedResult) {
    super('tried out');
  }
}

/** `feedId`: of a feed whose rows wait already. */
export function createFeed(db: Database, feedId: string = randomUUID()): OaFeed {
  const { pool } = db;
  const added = new FeedRows(pool, feedId);

  async function storeWithin(
    client: PoolClient,
    rows: GivenRows,
    { change, fedBy }: { readonly change: FeedChange; readonly fedBy: string },
  ): Promise<FeedResult> {
    await takeTurn(client);
    await added.assertComplete(client);
    const before = await readOutline(client, change.kind);
    const { after, problems } = changeDirectory(before, toDirectoryChange(change, rows, before));
    if (problems.length > 0) throw new DirectoryRefusedError(problems);
    const version = await nextVersion(client);
    const { counts, returned } = await merge(client, { feedId, version, change, rows, before, after });
    const { unconfirmed, since } = await recordVersion(client, { version, change, fedBy, counts });
    // While a loss is in doubt nobody is disabled because of it; who is back is back all the same.
    const departed = unconfirmed === null ? await departedSince(client, since) : [];
    await followOa(client, { departed, returned });
    return { version, counts, unconfirmed };
  }

  return {
    add: (table, row) => added.add(table, row),
    resume: () => added.resume(),

    async store(change, fedBy, sameTransaction) {
      const rows = await added.arrived();
      return db.transaction(async (client) => {
        const result = await storeWithin(client, rows, { change, fedBy });
        await client.query('DELETE FROM oa_feed_row WHERE feed_id = $1', [feedId]);
        await sameTransaction?.(client, result.version);
        return result;
      });
    },

    async tryOut(change, fedBy) {
      const rows = await added.arrived();
      try {
        return await db.transaction(async (client) => {
          throw new TriedOut(await storeWithin(client, rows, { change, fedBy }));
        });
      } catch (error) {
        if (error instanceof TriedOut) return error.result;
        throw error;
      }
    },

    async discard() {
      await added.settle();
      await pool.query('DELETE FROM oa_feed_row WHERE feed_id = $1', [feedId]);
    },
  };
}

function toDirectoryChange(change: FeedChange, rows: GivenRows, before: DirectoryOutline): DirectoryChange {
  if (change.kind === 'whole') return { kind: 'whole', rows };
  if (change.kind === 'table') return { kind: 'table', table: change.table, rows };
  if (change.ignoreUnknownRemovals !== true) return { kind: 'patch', rows, remove: change.remove };
  const known = new Set(before.users.map(({ id }) => id));
  const { departments, users } = change.remove;
  return { kind: 'patch', rows, remove: { departments, users: users.filter((id) => known.has(id)) } };
}

export async function takeTurn(client: PoolClient): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [directoryLock]);
}

async function readOutline(client: PoolClient, kind: FeedChange['kind']): Promise<DirectoryOutline> {
  const subcompanies = await client.query<DirectoryOutline['subcompanies'][number]>(
    'SELECT id, parent_id AS "parentId" FROM oa_subcompany ORDER BY id',
  );
  const departments = await client.query<DirectoryOutline['departments'][number]>(
    'SELECT id, parent_id AS "parentId", subcompany_id AS "subcompanyId" FROM oa_department ORDER BY id',
  );
  // Of people who are replaced or leave, nothing counts but that they were there.
  const users = await client.query<UserOutline>(
    kind === 'whole'
      ? `SELECT id, '' AS "loginId", NULL AS "departmentId", '{}'::text[] AS "partTimeDepartmentIds",
                NULL AS "managerId", status
           FROM oa_user ORDER BY id`
      : `SELECT id, login_id AS "loginId", department_id AS "departmentId",
                part_time_department_ids AS "partTimeDepartmentIds", manager_id AS "managerId", status
           FROM oa_user ORDER BY id`,
  );
  return { subcompanies: subcompanies.rows, departments: departments.rows, users: users.rows };
}

async function nextVersion(client: PoolClient): Promise<number> {
  const { rows } = await client.query<{ version: number }>(
    'SELECT coalesce(max(version), 0) + 1 AS version FROM oa_directory_version',
  );
  return rows[0]?.version ?? 1;
}

type Merge = {
  readonly feedId: string;
  readonly version: number;
  readonly change: FeedChange;
  readonly rows: GivenRows;
  readonly before: DirectoryOutline;
  readonly after: DirectoryOutline;
};

async function merge(
  client: PoolClient,
  facts: Merge,
): Promise<{ readonly counts: FeedCounts; readonly returned: readonly string[] }> {
  // Without its new statistics Postgres takes the feed for a handful of rows and joins it row by row.
  await client.query('ANALYZE oa_feed_row');
  const subcompanies = await mergeStructure(client, facts, 'subcompanies');
  const departments = await mergeStructure(client, facts, 'departments');
  const users = await mergeUsers(client, facts);
  return { counts: { ...users.counts, subcompanies, departments }, returned: users.returned };
}

async function mergeStructure(
  client: PoolClient,
  { feedId, change, rows, before, after }: Merge,
  table: 'subcompanies' | 'departments',
): Promise<StructureCounts> {
  const stored = new Set(before[table].map(({ id }) => id));
  const kept = after[table].map(({ id }) => id);
  const created = kept.filter((id) => !stored.has(id)).length;
  const { rowCount: removed } = await client.query(
    `DELETE FROM ${tableOf[table]} WHERE id <> ALL ($1::text[])`,
    [kept],
  );
  const written = await upsert(client, table, { feedId, keepWhatIsLeftOut: change.kind !== 'whole' });
  return {
    created,
    updated: written - created,
    removed: removed ?? 0,
    unchanged: rows[table].length - written,
  };
}

async function mergeUsers(client: PoolClient, { feedId, version, change, rows, before, after }: Merge) {
  const statusBefore = new Map(before.users.map(({ id, status }) => [id, status]));
  const given = new Set(rows.users.map(({ id }) => id));
  let created = 0;
  const returned: string[] = [];
  let departed = 0;
  let departedAsGiven = 0;
  const left: string[] = [];
  for (const { id, status } of after.users) {
    const was = statusBefore.get(id);
    if (was === undefined) created++;
    else if (was === 'departed' && status === 'active') returned.push(id);
    else if (was === 'active' && status === 'departed') {
      departed++;
      if (given.has(id)) departedAsGiven++;
      else left.push(id);
    }
  }
  const written = await upsert(client, 'users', {
    feedId,
    keepWhatIsLeftOut: change.kind !== 'whole',
    version,
  });
  await client.query(
    `UPDATE oa_user SET status = 'departed', departed_at = now(), departed_version = $2, updated_at = now()
      WHERE id = ANY ($1::text[])`,
    [left, version],
  );
  const counts = {
    created,
    updated: written - created - returned.length - departedAsGiven,
    departed,
    returned: returned.length,
    unchanged: given.size - written,
  };
  return { counts, returned };
}

/** Rows that say nothing new are not touched, not even locked. Returns how many were written. */
async function upsert(
  client: PoolClient,
  table: DirectoryTable,
  facts: { readonly feedId: string; readonly keepWhatIsLeftOut: boolean; readonly version?: number },
): Promise<number> {
  const columns = columnsOf[table];
  const target = tableOf[table];
  const names = columns.map(({ name }) => `"${name}"`).join(', ');
  const stored = columns.map(({ name, field }) => `'${field}', t."${name}"`).join(', ');
  const record = columns.map(({ field, type }) => `"${field}" ${type}`).join(', ');
  const fields = columns.map(({ field }) => `r."${field}"`).join(', ');
  const sets = columns.map(({ name }) => `"${name}" = excluded."${name}"`).join(', ');
  const own = columns.map(({ name }) => `t."${name}"`).join(', ');
  const given = facts.keepWhatIsLeftOut
    ? `$2::jsonb || CASE WHEN t.id IS NULL THEN '{}' ELSE jsonb_build_object(${stored}) END || f.entry`
    : '$2::jsonb || f.entry';
  const isUsers = table === 'users';
  const { rowCount } = await client.query(
    `INSERT INTO ${target} AS t (id, ${names}${isUsers ? ', departed_at, departed_version, updated_at' : ''})
     SELECT f.entry_id, ${fields}
            ${isUsers ? `, CASE WHEN r.status = 'departed' THEN now() END, CASE WHEN r.status = 'departed' THEN $3::int END, now()` : ''}
       FROM oa_feed_row f
       LEFT JOIN ${target} t ON t.id = f.entry_id
      CROSS JOIN LATERAL jsonb_to_record(${given}) AS r (${record})
      WHERE f.feed_id = $1 AND f.kind = '${table}' AND (t.id IS NULL OR (${own}) IS DISTINCT FROM (${fields}))
     ON CONFLICT (id) DO UPDATE
        SET ${sets}
            ${isUsers ? `, departed_at = CASE WHEN excluded.status = 'departed' THEN coalesce(t.departed_at, now()) END, departed_version = CASE WHEN excluded.status = 'departed' AND t.status = 'departed' THEN t.departed_version ELSE excluded.departed_version END, updated_at = now()` : ''}`,
    [facts.feedId, JSON.stringify(defaultsOf[table]), ...(isUsers ? [facts.version] : [])],
  );
  return rowCount ?? 0;
}

type VersionFacts = {
  readonly version: number;
  readonly change: FeedChange;
  readonly fedBy: string;
  readonly counts: FeedCounts;
};

/**
 * The loss is counted since the last version beyond doubt: a second feed that brings the same few people must not make
 * the doubt about the first one go away.
 */
async function recordVersion(
  client: PoolClient,
  { version, change, fedBy, counts }: VersionFacts,
): Promise<{ readonly unconfirmed: Loss | null; readonly since: number | null }> {
  const { rows } = await client.query<Loss & { ours: boolean; since: number | null }>(
    `SELECT base.version AS since, coalesce(base.active_users, 0) AS of, coalesce(base.source <> 'demo', false) AS ours,
            (SELECT count(*)::int FROM oa_user WHERE departed_version > base.version) AS lost
       FROM (SELECT) AS always
       LEFT JOIN (SELECT * FROM oa_directory_version WHERE confirmed_at IS NOT NULL ORDER BY version DESC LIMIT 1) base ON true`,
  );
  const { lost, of, ours, since } = rows[0] ?? { lost: 0, of: 0, ours: false, since: null };
  // Nobody of the demo's people is missed.
  const complete = !ours || (change.kind === 'whole' && change.complete);
  const isPlanned = change.kind === 'patch' && change.isPlanned === true;
  const unconfirmed = isPlanned
    ? (await isInDoubt(client))
      ? { lost, of }
      : null
    : judgeLoss({ lost, of }, { complete });
  await insertVersion(client, {
    version,
    source: isPlanned ? 'wecom' : change.kind === 'table' ? 'whole' : change.kind,
    fedBy,
    counts,
    loss: { lost, of },
    confirmed: unconfirmed === null,
  });
  return { unconfirmed, since };
}

/** Whoever has left since the last version beyond doubt, and not only with the newest one. */
async function departedSince(client: PoolClient, version: number | null): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM oa_user WHERE departed_version > $1 AND status = 'departed' ORDER BY id`,
    [version],
  );
  return rows.map(({ id }) => id);
}

async function isInDoubt(client: PoolClient): Promise<boolean> {
  const { rows } = await client.query<{ inDoubt: boolean }>(
    `SELECT confirmed_at IS NULL AS "inDoubt" FROM oa_directory_version ORDER BY version DESC LIMIT 1`,
  );
  return rows[0]?.inDoubt ?? false;
}

export async function insertVersion(
  client: PoolClient,
  version: {
    readonly version: number;
    readonly source: 'whole' | 'patch' | 'demo' | 'wecom';
    readonly fedBy: string;
    readonly counts: FeedCounts | Record<string, never>;
    readonly loss: Loss;
    readonly confirmed: boolean;
  },
): Promise<void> {
  await client.query(
    `INSERT INTO oa_directory_version (version, source, fed_by, fed_at, counts, lost, lost_of, confirmed_at,
                                       subcompanies, departments, active_users, departed_users)
     SELECT $1, $2, $3, now(), $4::jsonb, $5, $6, CASE WHEN $7::boolean THEN now() END,
            (SELECT count(*) FROM oa_subcompany), (SELECT count(*) FROM oa_department),
            count(*) FILTER (WHERE status = 'active'), count(*) FILTER (WHERE status <> 'active')
       FROM oa_user`,
    [
      version.version,
      version.source,
      version.fedBy,
      JSON.stringify(version.counts),
      version.loss.lost,
      version.loss.of,
      version.confirmed,
    ],
  );
}

function text(name: string, field = name): Column {
  return { name, field, type: 'text' };
}
