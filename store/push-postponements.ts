import type { PoolClient } from 'pg';
import type { Postponement } from '../domain/directory/push/postponing';
import type { SqlDatabase } from './sql-database';

export type PostponementRecord = {
  readonly changeId: string;
  readonly until: Date;
  /** Id of the principal. */
  readonly by: string;
  readonly comment: string | null;
  readonly createdAt: Date;
  /** As the newest plan that wants it names its subject; nulls where no plan is there any more. */
  readonly action: string | null;
  readonly name: string | null;
  readonly userId: string | null;
  readonly oaUserId: string | null;
  readonly oaKey: string | null;
  readonly runId: string | null;
};

export interface PushPostponementStore {
  /** The next to end comes first. */
  list(corpId: string): Promise<PostponementRecord[]>;
  find(corpId: string, changeId: string): Promise<PostponementRecord | undefined>;
  /** False when there was none. */
  remove(corpId: string, changeId: string): Promise<boolean>;
}

type Connection = Pick<PoolClient, 'query'>;

export function createPushPostponementStore({ pool }: Pick<SqlDatabase, 'pool'>): PushPostponementStore {
  const read = async (corpId: string, changeId: string | null): Promise<PostponementRecord[]> => {
    const { rows } = await pool.query<PostponementRecord>(
      `SELECT p.change_id AS "changeId", p.until, p.by, p.comment, p.created_at AS "createdAt", c.action, c.name,
              c.user_id AS "userId", c.oa_user_id AS "oaUserId", c.oa_key AS "oaKey", c.run_id AS "runId"
         FROM push_postponement p
         LEFT JOIN LATERAL (
           SELECT c.action, c.name, c.user_id, c.oa_user_id, c.oa_key, c.run_id
             FROM push_plan o JOIN push_change c ON c.run_id = o.run_id AND c.change_id = p.change_id
            WHERE o.corp_id = p.corp_id AND o.planned_at IS NOT NULL
            ORDER BY o.planned_at DESC LIMIT 1) c ON true
        WHERE p.corp_id = $1 AND p.until > now() AND ($2::text IS NULL OR p.change_id = $2)
        ORDER BY p.until, p.change_id`,
      [corpId, changeId],
    );
    return rows;
  };
  return {
    list: (corpId) => read(corpId, null),

    async find(corpId, changeId) {
      const [found] = await read(corpId, changeId);
      return found;
    },

    remove: (corpId, changeId) => removePostponement(pool, corpId, changeId),
  };
}

/** Those that hold now; whose day has come is forgotten. */
export async function postponementsNow(client: Connection, corpId: string): Promise<Postponement[]> {
  await client.query('DELETE FROM push_postponement WHERE corp_id = $1 AND until <= now()', [corpId]);
  const { rows } = await client.query<{ changeId: string; until: Date }>(
    'SELECT change_id AS "changeId", until FROM push_postponement WHERE corp_id = $1',
    [corpId],
  );
  return rows.map(({ changeId, until }) => ({ changeId, until: until.toISOString() }));
}

export async function savePostponement(
  client: Connection,
  corpId: string,
  {
    changeId,
    until,
    by,
    comment,
  }: {
    readonly changeId: string;
    readonly until: Date;
    readonly by: string;
    readonly comment: string | null;
  },
): Promise<void> {
  await client.query(
    `INSERT INTO push_postponement (corp_id, change_id, until, by, comment) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (corp_id, change_id) DO UPDATE SET until = EXCLUDED.until, by = EXCLUDED.by,
       comment = EXCLUDED.comment, created_at = now()`,
    [corpId, changeId, until, by, comment],
  );
}

export async function removePostponement(
  client: Connection,
  corpId: string,
  changeId: string,
): Promise<boolean> {
  const { rowCount } = await client.query(
    'DELETE FROM push_postponement WHERE corp_id = $1 AND change_id = $2',
    [corpId, changeId],
  );
  return (rowCount ?? 0) > 0;
}
