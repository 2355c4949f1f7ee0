import type { Database } from './database';
import type { Prisma } from './generated/client';

export type StoredAnswer = {
  readonly status: number;
  readonly body: unknown;
};

export type IdempotencyClaim =
  /** The request is ours to answer. `since` stays the same when an abandoned request is taken over. */
  | { readonly kind: 'claimed'; readonly since: Date }
  | { readonly kind: 'answered'; readonly answer: StoredAnswer }
  | { readonly kind: 'in-progress' }
  /** The key was used for another request. */
  | { readonly kind: 'other-request' };

export type IdempotencyRequest = {
  readonly principal: string;
  readonly key: string;
  readonly requestHash: string;
};

export interface IdempotencyStore {
  claim(request: IdempotencyRequest): Promise<IdempotencyClaim>;
  complete(request: IdempotencyRequest, answer: StoredAnswer): Promise<void>;
  /** Nothing was started: the same key may try again. */
  release(request: IdempotencyRequest): Promise<void>;
  /** Something may have been started: the same key may try again at once, and goes on with the same `since`. */
  abandon(request: IdempotencyRequest): Promise<void>;
  deleteExpired(): Promise<void>;
}

type Row = {
  request_hash: string;
  status: number | null;
  body: unknown;
  created_at: Date;
  abandoned: boolean;
};

/** A process that died while answering must not hold the key for the whole day. */
const abandonedAfterSeconds = 60;
/** In place of the status of an answer, where a request ended without one. */
const abandonedStatus = 0;

export function createIdempotencyStore({ prisma, pool }: Database): IdempotencyStore {
  return {
    async claim({ principal, key, requestHash }) {
      await pool.query(
        `DELETE FROM idempotency_key WHERE principal = $1 AND key = $2 AND created_at < now() - interval '24 hours'`,
        [principal, key],
      );
      const inserted = await pool.query<{ created_at: Date }>(
        `INSERT INTO idempotency_key (principal, key, request_hash) VALUES ($1, $2, $3)
         ON CONFLICT (principal, key) DO NOTHING RETURNING created_at`,
        [principal, key, requestHash],
      );
      const [mine] = inserted.rows;
      if (mine !== undefined) return { kind: 'claimed', since: mine.created_at };

      // Of several that ask again together, one goes on.
      const takenOver = await pool.query<{ created_at: Date }>(
        `UPDATE idempotency_key SET status = NULL
          WHERE principal = $1 AND key = $2 AND request_hash = $3 AND status = $4 RETURNING created_at`,
        [principal, key, requestHash, abandonedStatus],
      );
      const [left] = takenOver.rows;
      if (left !== undefined) return { kind: 'claimed', since: left.created_at };

      const { rows } = await pool.query<Row>(
        `SELECT request_hash, status, body, created_at,
                created_at < now() - $3 * interval '1 second' AS abandoned
           FROM idempotency_key WHERE principal = $1 AND key = $2`,
        [principal, key, abandonedAfterSeconds],
      );
      const [row] = rows;
      if (row === undefined) return { kind: 'in-progress' };
      if (row.request_hash !== requestHash) return { kind: 'other-request' };
      if (row.status === abandonedStatus) return { kind: 'in-progress' };
      if (row.status !== null) return { kind: 'answered', answer: { status: row.status, body: row.body } };
      return row.abandoned ? { kind: 'claimed', since: row.created_at } : { kind: 'in-progress' };
    },

    async complete({ principal, key }, { status, body }) {
      await prisma.idempotencyKey.updateMany({
        where: { principal, key },
        data: { status, body: body as Prisma.InputJsonValue },
      });
    },

    async release({ principal, key }) {
      await prisma.idempotencyKey.deleteMany({ where: { principal, key, status: null } });
    },

    async abandon({ principal, key }) {
      await prisma.idempotencyKey.updateMany({
        where: { principal, key, status: null },
        data: { status: abandonedStatus },
      });
    },

    async deleteExpired() {
      await pool.query(`DELETE FROM idempotency_key WHERE created_at < now() - interval '24 hours'`);
    },
  };
}
