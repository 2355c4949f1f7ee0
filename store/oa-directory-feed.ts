import { randomUUID } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { DirectoryChange, DirectoryRemovals, GivenRows } from '../domain/oa-directory/change';
import { changeDirectory } from '../domain/oa-directory/change';
import type { DirectoryProblem } from '../domain/oa-directory/check';
import type { DirectoryOutline, DirectoryTable, UserOutline } from '../domain/oa-directory/directory';
import type { Loss } from '../domain/oa-directory/loss';
import { judgeLoss } from '../domain/oa-directory/loss';
import type { Database } from './database';

export type StagedEntry = {
  readonly kind: DirectoryTable;
  readonly entry: { readonly id: string };
};

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

export type FeedChange =
  | { readonly kind: 'whole'; readonly rows: GivenRows; readonly complete: boolean }
  | { readonly kind: 'patch'; readonly rows: GivenRows; readonly remove: DirectoryRemovals };

export interface OaDirectoryFeedStore {
  /** What has arrived waits in rows of its own; nobody reads it before the feed is stored. */
  openFeed(): Promise<OaFeed>;
  readState(): Promise<DirectoryState>;
  /** True when the newest version was in doubt about exactly this loss, and is not any more. */
  confirmLoss(loss: number, confirmedBy: string): Promise<boolean>;
}

export interface OaFeed {
  stage(entries: readonly StagedEntry[]): Promise<void>;
  /** Everything or nothing; feeds that arrive together are stored one after the other. */
  store(change: FeedChange, fedBy: string): Promise<FeedResult>;
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
        const { rowCount } = await client.query(
          `UPDATE oa_directory_version SET confirmed_at = now(), confirmed_by = $2
            WHERE version = (SELECT max(version) FROM oa_directory_version) AND confirmed_at IS NULL AND lost = $1`,
          [loss, confirmedBy],
        );
        return rowCount === 1;
      });
    },
  };
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

function createFeed(db: Database): OaFeed {
  const { pool } = db;
  const feedId = randomUUID();
  let seq = 0;
  return {
    async stage(entries) {
      const rows = entries.map(({ kind, entry }) => ({ seq: seq++, kind, id: entry.id, entry }));
      await pool.query(
        `INSERT INTO oa_feed_row (feed_id, seq, kind, entry_id, entry)
         SELECT $1, seq, kind, id, entry FROM jsonb_to_recordset($2::jsonb) AS r (seq int, kind text, id text, entry jsonb)`,
        [feedId, JSON.stringify(rows)],
      );
    },

    store: (change, fedBy) =>
      db.transaction(async (client) => {
        await takeTurn(client);
        const before = await readOutline(client);
        const { after, problems } = changeDirectory(before, toDirectoryChange(change));
        if (problems.length > 0) throw new DirectoryRefusedError(problems);
        const version = await nextVersion(client);
        const counts = await merge(client, { feedId, version, change, before, after });
        const unconfirmed = await recordVersion(client, { version, change, fedBy, counts });
        await client.query('DELETE FROM oa_feed_row WHERE feed_id = $1', [feedId]);
        return { version, counts, unconfirmed };
      }),

    async discard() {
      await pool.query('DELETE FROM oa_feed_row WHERE feed_id = $1', [feedId]);
    },
  };
}

function toDirectoryChange(change: FeedChange): DirectoryChange {
  return change.kind === 'whole' ? { kind: 'whole', rows: change.rows } : change;
}

async function takeTurn(client: PoolClient): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [directoryLock]);
}

async function readOutline(client: PoolClient): Promise<DirectoryOutline> {
  const subcompanies = await client.query<DirectoryOutline['subcompanies'][number]>(
    'SELECT id, parent_id AS "parentId" FROM oa_subcompany ORDER BY id',
  );
  const departments = await client.query<DirectoryOutline['departments'][number]>(
    'SELECT id, parent_id AS "parentId", subcompany_id AS "subcompanyId" FROM oa_department ORDER BY id',
  );
  const users = await client.query<UserOutline>(
    `SELECT id, login_id AS "loginId", department_id AS "departmentId",
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
  readonly before: DirectoryOutline;
  readonly after: DirectoryOutline;
};

async function merge(client: PoolClient, facts: Merge): Promise<FeedCounts> {
  // Without its new statistics Postgres takes the feed for a handful of rows and joins it row by row.
  await client.query('ANALYZE oa_feed_row');
  const subcompanies = await mergeStructure(client, facts, 'subcompanies');
  const departments = await mergeStructure(client, facts, 'departments');
  return { ...(await mergeUsers(client, facts)), subcompanies, departments };
}

async function mergeStructure(
  client: PoolClient,
  { feedId, change, before, after }: Merge,
  table: 'subcompanies' | 'departments',
): Promise<StructureCounts> {
  const stored = new Set(before[table].map(({ id }) => id));
  const kept = after[table].map(({ id }) => id);
  const created = kept.filter((id) => !stored.has(id)).length;
  const { rowCount: removed } = await client.query(
    `DELETE FROM ${tableOf[table]} WHERE id <> ALL ($1::text[])`,
    [kept],
  );
  const written = await upsert(client, table, { feedId, keepWhatIsLeftOut: change.kind === 'patch' });
  return {
    created,
    updated: written - created,
    removed: removed ?? 0,
    unchanged: change.rows[table].length - written,
  };
}

async function mergeUsers(client: PoolClient, { feedId, version, change, before, after }: Merge) {
  const statusBefore = new Map(before.users.map(({ id, status }) => [id, status]));
  const given = new Set(change.rows.users.map(({ id }) => id));
  let created = 0;
  let returned = 0;
  let departed = 0;
  let departedAsGiven = 0;
  const left: string[] = [];
  for (const { id, status } of after.users) {
    const was = statusBefore.get(id);
    if (was === undefined) created++;
    else if (was === 'departed' && status === 'active') returned++;
    else if (was === 'active' && status === 'departed') {
      departed++;
      if (given.has(id)) departedAsGiven++;
      else left.push(id);
    }
  }
  const written = await upsert(client, 'users', {
    feedId,
    keepWhatIsLeftOut: change.kind === 'patch',
    version,
  });
  await client.query(
    `UPDATE oa_user SET status = 'departed', departed_at = now(), departed_version = $2, updated_at = now()
      WHERE id = ANY ($1::text[])`,
    [left, version],
  );
  return {
    created,
    updated: written - created - returned - departedAsGiven,
    departed,
    returned,
    unchanged: given.size - written,
  };
}

/** Rows that say nothing new are left alone. Returns how many were written. */
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
  const fresh = columns.map(({ name }) => `excluded."${name}"`).join(', ');
  const isUsers = table === 'users';
  const { rowCount } = await client.query(
    `INSERT INTO ${target} AS t (id, ${names}${isUsers ? ', departed_at, departed_version, updated_at' : ''})
     SELECT f.entry_id, ${fields}
            ${isUsers ? `, CASE WHEN r.status = 'departed' THEN now() END, CASE WHEN r.status = 'departed' THEN $4::int END, now()` : ''}
       FROM oa_feed_row f
       LEFT JOIN ${target} t ON $3::boolean AND t.id = f.entry_id
      CROSS JOIN LATERAL jsonb_to_record(
              $2::jsonb || CASE WHEN t.id IS NULL THEN '{}' ELSE jsonb_build_object(${stored}) END || f.entry
            ) AS r (${record})
      WHERE f.feed_id = $1 AND f.kind = '${table}'
     ON CONFLICT (id) DO UPDATE
        SET ${sets}
            ${isUsers ? `, departed_at = CASE WHEN excluded.status = 'departed' THEN coalesce(t.departed_at, now()) END, departed_version = CASE WHEN excluded.status = 'departed' AND t.status = 'departed' THEN t.departed_version ELSE excluded.departed_version END, updated_at = now()` : ''}
      WHERE (${own}) IS DISTINCT FROM (${fresh})`,
    [
      facts.feedId,
      JSON.stringify(defaultsOf[table]),
      facts.keepWhatIsLeftOut,
      ...(isUsers ? [facts.version] : []),
    ],
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
): Promise<Loss | null> {
  const { rows } = await client.query<Loss & { ours: boolean }>(
    `SELECT coalesce(base.active_users, 0) AS of, coalesce(base.source <> 'demo', false) AS ours,
            (SELECT count(*)::int FROM oa_user WHERE departed_version > base.version) AS lost
       FROM (SELECT) AS always
       LEFT JOIN (SELECT * FROM oa_directory_version WHERE confirmed_at IS NOT NULL ORDER BY version DESC LIMIT 1) base ON true`,
  );
  const { lost, of, ours } = rows[0] ?? { lost: 0, of: 0, ours: false };
  // Nobody of the demo's people is missed.
  const complete = !ours || (change.kind === 'whole' && change.complete);
  const unconfirmed = judgeLoss({ lost, of }, { complete });
  await insertVersion(client, {
    version,
    source: change.kind,
    fedBy,
    counts,
    loss: { lost, of },
    confirmed: unconfirmed === null,
  });
  return unconfirmed;
}

export async function insertVersion(
  client: PoolClient,
  version: {
    readonly version: number;
    readonly source: 'whole' | 'patch' | 'demo';
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
