import type { LookUp } from '../domain/directory/push/snapshot';
import type { Database } from './database';
import { lookUpFingerprint } from './push-snapshot';
import { addCalls, type CallTally } from './runs';

export type LookUpBudget = {
  /** Wrong answers that may be had within 24 hours. */
  readonly allowed: number;
  readonly used: number;
};

/** What WeCom said, and how often it had to say that it knows nobody. */
export type LookUpAnswer = {
  readonly oaUserId: string;
  readonly field: LookUp['field'];
  readonly value: string;
  readonly userId: string | null;
  readonly wrong: number;
};

export type AskedBefore = {
  readonly oaUserId: string;
  readonly field: LookUp['field'];
  readonly valueHash: string;
  readonly userId: string | null;
  readonly askedAt: Date;
};

export interface LookUpStore {
  fingerprint(field: LookUp['field'], value: string): string;
  budget(corpId: string): Promise<LookUpBudget>;
  askedBefore(corpId: string): Promise<readonly AskedBefore[]>;
  /** The calls are counted for the run together with what they brought. */
  record(source: {
    readonly corpId: string;
    readonly runId: string;
    readonly answers: readonly LookUpAnswer[];
    readonly calls: CallTally;
  }): Promise<void>;
  /** Members nobody is bound to. */
  countUnbound(corpId: string): Promise<number>;
}

/** Half of what WeCom itself allows before it refuses all look-ups for a day. */
const allowedShare = 0.1;
const allowedAlways = 10;

export function createLookUpStore(db: Database): LookUpStore {
  const { pool } = db;
  return {
    fingerprint: lookUpFingerprint,

    async budget(corpId) {
      const { rows } = await pool.query<{ members: number; used: number }>(
        `SELECT (SELECT count(*)::int FROM mirror_member WHERE corp_id = $1 AND gone_at IS NULL) AS members,
                (SELECT coalesce(sum(wrong), 0)::int FROM look_up
                  WHERE corp_id = $1 AND asked_at > now() - interval '24 hours') AS used`,
        [corpId],
      );
      const { members, used } = rows[0] ?? { members: 0, used: 0 };
      return { allowed: Math.max(allowedAlways, Math.floor(members * allowedShare)), used };
    },

    async askedBefore(corpId) {
      const { rows } = await pool.query<AskedBefore>(
        `SELECT oa_user_id AS "oaUserId", field, value_hash AS "valueHash", user_id AS "userId", asked_at AS "askedAt"
           FROM look_up WHERE corp_id = $1`,
        [corpId],
      );
      return rows;
    },

    record: ({ corpId, runId, answers, calls }) =>
      db.transaction(async (client) => {
        const rows = answers.map(({ oaUserId, field, value, userId, wrong }) => ({
          oa_user_id: oaUserId,
          field,
          value_hash: lookUpFingerprint(field, value),
          user_id: userId,
          wrong,
        }));
        // What another value of the same person cost today still counts.
        await client.query(
          `INSERT INTO look_up AS l (corp_id, oa_user_id, field, value_hash, user_id, wrong, asked_at)
           SELECT $1, oa_user_id, field, value_hash, user_id, wrong, now()
             FROM jsonb_to_recordset($2::jsonb) AS r (oa_user_id text, field text, value_hash text, user_id text, wrong int)
           ON CONFLICT (corp_id, oa_user_id, field) DO UPDATE SET
             value_hash = EXCLUDED.value_hash, user_id = EXCLUDED.user_id, asked_at = EXCLUDED.asked_at,
             wrong = EXCLUDED.wrong
                     + CASE WHEN l.asked_at > now() - interval '24 hours' THEN l.wrong ELSE 0 END`,
          [corpId, JSON.stringify(rows)],
        );
        await addCalls(client, runId, calls);
      }),

    async countUnbound(corpId) {
      const { rows } = await pool.query<{ unbound: number }>(
        `SELECT count(*)::int AS unbound FROM mirror_member m
          WHERE m.corp_id = $1 AND m.gone_at IS NULL
            AND NOT EXISTS (SELECT FROM binding b WHERE b.member_id = m.id)`,
        [corpId],
      );
      return rows[0]?.unbound ?? 0;
    },
  };
}
