import type { PoolClient } from 'pg';
import type { PushReason, PushState, RecallOutcome, RecallRefusal } from '../domain/messages/message';
import { judgeRecall, recallRefusal, type CallToRecall, type RecallCounts } from '../domain/messages/recall';
import { stateByCounts, type PushCounts } from './message-counts';
import { recallFilterInSql, type RecallFilter } from './message-log';
import { moveCounts } from './message-sending';
import type { SqlDatabase } from './sql-database';

/**
 * Taking pushes back. Asking is one transaction that holds the push: from then on nothing more of it is claimed, and
 * what was claimed before is a call that has to be waited for. Each call gets one outcome.
 */

export type RecallRequest = {
  /** Id of the console user or API token. */
  readonly by: string;
  /** Of a recall of many. */
  readonly recallId: string | null;
};

export type RecallAnswer =
  { readonly kind: 'asked' } | { readonly kind: 'refused'; readonly refusal: RecallRefusal };

export type MessageToRecall = {
  readonly callId: string;
  readonly msgId: string;
  /** An earlier request about it may have arrived. */
  readonly askedBefore: boolean;
};

export type RecallVerdict =
  | { readonly kind: 'unfinished'; readonly inFlight: number; readonly toRecall: number }
  | ({
      readonly kind: 'settled';
      readonly state: PushState;
      readonly refusal: RecallRefusal | null;
    } & RecallCounts);

export type RecallTally = {
  readonly asked: number;
  readonly tooLate: number;
  readonly nothingSent: number;
  readonly refused: number;
};

export type BulkPage = {
  readonly pushIds: readonly string[];
  /** Where the next page begins; null after the last one. */
  readonly next: string | null;
};

export interface MessageRecallStore {
  /** Marks the push, unless there is nothing to take back. Undefined where there is no such push. */
  ask(pushId: string, request: RecallRequest): Promise<RecallAnswer | undefined>;
  messagesToRecall(pushId: string): Promise<MessageToRecall[]>;
  /** Committed before WeCom is asked. */
  asking(callId: string): Promise<void>;
  settle(callId: string, outcome: RecallOutcome, error: PushReason | null): Promise<void>;
  /** Ends the recall once each call has an outcome. */
  finish(pushId: string): Promise<RecallVerdict>;

  request(recallId: string): Promise<{ readonly by: string; readonly filter: RecallFilter } | undefined>;
  /** Those that match and are not marked yet, or are marked for this very recall. */
  matching(recallId: string, filter: RecallFilter, after: string | null, limit: number): Promise<BulkPage>;
  marked(recallId: string, limit: number): Promise<string[]>;
  /** Nothing more happens to these. */
  ended(recallId: string): Promise<string[]>;
  finishBulk(recallId: string, tally: RecallTally): Promise<void>;
}

type PushRow = {
  readonly state: PushState;
  readonly counts: PushCounts;
  readonly isPrepared: boolean;
  readonly digestPushId: string | null;
  readonly recallId: string | null;
  readonly recallAsked: boolean;
  readonly recipients: number;
};

type CallRow = CallToRecall & { readonly callId: string };

const callsOf = `
  SELECT id AS "callId", state, msg_id IS NOT NULL AS "hasMsgId", NULLIF(recall_state, 'asked') AS "recallState"
    FROM message_call WHERE push_id = $1 ORDER BY seq`;

export function createMessageRecallStore(db: SqlDatabase): MessageRecallStore {
  const { pool } = db;
  return {
    ask: (pushId, { by, recallId }) =>
      db.transaction(async (client): Promise<RecallAnswer | undefined> => {
        const { rows } = await client.query<PushRow>(
          `SELECT p.state, p.counts, p.prepared_at IS NOT NULL AS "isPrepared", p.digest_push_id AS "digestPushId",
                  p.recall_id AS "recallId", p.recall_asked_at IS NOT NULL AS "recallAsked",
                  cardinality(e.recipients) AS recipients
             FROM message_push p JOIN oa_event e ON e.id = p.event_id WHERE p.id = $1 FOR UPDATE OF p`,
          [pushId],
        );
        const [push] = rows;
        if (push === undefined) return undefined;
        // The same recall of many, after whoever carried it out died.
        if (push.recallAsked && recallId !== null && push.recallId === recallId) return { kind: 'asked' };
        const { rows: calls } = await client.query<CallRow>(callsOf, [pushId]);
        const { queued = 0, gathered = 0 } = push.counts;
        const refusal =
          push.digestPushId !== null && calls.length === 0 && queued === 0
            ? 'in-digest'
            : recallRefusal({
                state: push.state,
                recipientsWaiting: push.isPrepared ? queued + gathered : push.recipients,
                calls,
              });
        if (refusal !== null) return { kind: 'refused', refusal };
        await client.query(
          `UPDATE message_push
              SET recall_asked_at = COALESCE(recall_asked_at, clock_timestamp()),
                  recall_asked_by = COALESCE(recall_asked_by, $2), recall_id = COALESCE(recall_id, $3),
                  state = 'recalling', is_paused = false, wait_until = NULL, updated_at = clock_timestamp()
            WHERE id = $1`,
          [pushId, by, recallId],
        );
        await cancelWaiting(client, pushId, push);
        // Nothing was sent: it is over with this transaction.
        if (calls.length === 0) await finish(client, pushId);
        return { kind: 'asked' };
      }),

    async messagesToRecall(pushId) {
      const { rows } = await pool.query<MessageToRecall>(
        `SELECT id AS "callId", msg_id AS "msgId", recall_state IS NOT NULL AS "askedBefore"
           FROM message_call
          WHERE push_id = $1 AND state = 'sent' AND msg_id IS NOT NULL
            AND (recall_state IS NULL OR recall_state = 'asked') ORDER BY seq`,
        [pushId],
      );
      return rows;
    },

    async asking(callId) {
      await pool.query(
        `UPDATE message_call SET recall_state = 'asked' WHERE id = $1 AND recall_state IS NULL`,
        [callId],
      );
    },

    settle: (callId, outcome, error) =>
      db.transaction(async (client) => {
        // The call before the push, as wherever both are held.
        const { rows } = await client.query<{ readonly pushId: string; readonly recallState: string | null }>(
          `SELECT push_id AS "pushId", recall_state AS "recallState" FROM message_call WHERE id = $1 FOR UPDATE`,
          [callId],
        );
        const [call] = rows;
        // One outcome, whoever else asked as well.
        if (call === undefined || (call.recallState !== null && call.recallState !== 'asked')) return;
        await client.query(
          `UPDATE message_call
              SET recall_state = $2, recall_error = $3, recalled_at = CASE WHEN $2 = 'recalled' THEN clock_timestamp() END,
                  card_state = CASE WHEN $2 = 'recalled' AND card_state = 'outstanding' THEN 'stale' ELSE card_state END
            WHERE id = $1`,
          [callId, outcome, error === null ? null : JSON.stringify(error)],
        );
        if (outcome !== 'recalled') return;
        const { rowCount } = await client.query(
          `UPDATE message_recipient
              SET state = 'recalled', card_state = CASE WHEN card_state = 'outstanding' THEN 'stale' ELSE card_state END
            WHERE call_id = $1 AND state = 'sent'`,
          [callId],
        );
        await moveCounts(client, call.pushId, { sent: -(rowCount ?? 0), recalled: rowCount ?? 0 });
      }),

    finish: (pushId) =>
      db.transaction(async (client) => {
        await client.query('SELECT FROM message_push WHERE id = $1 FOR UPDATE', [pushId]);
        return finish(client, pushId);
      }),

    async request(recallId) {
      const { rows } = await pool.query<{
        readonly by: string;
        readonly filter: Record<string, string | null>;
      }>(`SELECT asked_by AS by, filter FROM message_recall WHERE id = $1`, [recallId]);
      const [row] = rows;
      if (row === undefined) return undefined;
      const { eventId = null, ruleId = null, appId = null, corpId = null, from, to } = row.filter;
      const time = (value: string | null | undefined): Date | null =>
        value == null ? null : new Date(value);
      return { by: row.by, filter: { eventId, ruleId, appId, corpId, from: time(from), to: time(to) } };
    },

    async matching(recallId, filter, after, limit) {
      const params: unknown[] = [recallId, after, limit];
      const condition = recallFilterInSql(filter, (value) => `$${params.push(value)}`);
      const { rows } = await pool.query<{ readonly id: string }>(
        `SELECT p.id FROM message_push p
          WHERE (p.recall_id = $1 OR (${condition})) AND ($2::text IS NULL OR p.id > $2)
          ORDER BY p.id LIMIT $3`,
        params,
      );
      const pushIds = rows.map(({ id }) => id);
      return { pushIds, next: pushIds.length < limit ? null : (pushIds.at(-1) ?? null) };
    },

    async marked(recallId, limit) {
      const { rows } = await pool.query<{ readonly id: string }>(
        `SELECT id FROM message_push WHERE recall_id = $1 AND state = 'recalling' ORDER BY id LIMIT $2`,
        [recallId, limit],
      );
      return rows.map(({ id }) => id);
    },

    async ended(recallId) {
      const { rows } = await pool.query<{ readonly id: string }>(
        `SELECT id FROM message_push WHERE recall_id = $1 AND closed_at IS NOT NULL ORDER BY id`,
        [recallId],
      );
      return rows.map(({ id }) => id);
    },

    async finishBulk(recallId, { asked, tooLate, nothingSent, refused }) {
      await pool.query(
        `WITH ended AS (
           SELECT p.state, (SELECT COALESCE(sum(c.recipients), 0) FROM message_call c
                             WHERE c.push_id = p.id AND c.recall_state = 'recalled') AS messages,
                  EXISTS (SELECT FROM message_call c WHERE c.push_id = p.id AND c.recall_state = 'too-late') AS late
             FROM message_push p WHERE p.recall_id = $1
         )
         UPDATE message_recall r
            SET phase = 'done', finished_at = clock_timestamp(), counts = (
              SELECT jsonb_build_object(
                'pushes', $2::int + $3::int + $4::int + $5::int,
                'recalled', count(*) FILTER (WHERE state = 'recalled'),
                'partlyRecalled', count(*) FILTER (WHERE state = 'partly-recalled'),
                'cancelled', count(*) FILTER (WHERE state = 'cancelled'),
                'tooLate', $3::int + count(*) FILTER (WHERE state IN ('sent', 'partly') AND late),
                'nothingSent', $4::int,
                'refused', $5::int + count(*) FILTER (WHERE state IN ('sent', 'partly') AND NOT late),
                'messages', COALESCE(sum(messages), 0)) FROM ended)
          WHERE r.id = $1 AND r.phase <> 'done'`,
        [recallId, asked, tooLate, nothingSent, refused],
      );
    },
  };
}

/** Whoever has not got it never will. A push that was never prepared has only its event to say how many that are. */
async function cancelWaiting(
  client: Pick<PoolClient, 'query'>,
  pushId: string,
  { isPrepared, recipients }: Pick<PushRow, 'isPrepared' | 'recipients'>,
): Promise<void> {
  const { rows } = await client.query<{ readonly queued: number; readonly gathered: number }>(
    `WITH waiting AS (
       SELECT seq, state FROM message_recipient WHERE push_id = $1 AND state IN ('queued', 'gathered')
     ), cancelled AS (
       UPDATE message_recipient r SET state = 'cancelled' FROM waiting w WHERE r.push_id = $1 AND r.seq = w.seq
     )
     SELECT (count(*) FILTER (WHERE state = 'queued'))::int AS queued,
            (count(*) FILTER (WHERE state = 'gathered'))::int AS gathered FROM waiting`,
    [pushId],
  );
  const { queued = 0, gathered = 0 } = rows[0] ?? {};
  if (isPrepared) {
    await moveCounts(client, pushId, { queued: -queued, gathered: -gathered, cancelled: queued + gathered });
    return;
  }
  const total = queued + gathered > 0 ? queued + gathered : recipients;
  await client.query('UPDATE message_push SET counts = $2, prepared_at = clock_timestamp() WHERE id = $1', [
    pushId,
    JSON.stringify({ total, cancelled: total }),
  ]);
}

async function finish(client: Pick<PoolClient, 'query'>, pushId: string): Promise<RecallVerdict> {
  const { rows: calls } = await client.query<CallRow>(callsOf, [pushId]);
  const verdict = judgeRecall(calls);
  if (verdict.kind === 'unfinished') return verdict;
  await client.query(
    `UPDATE message_call SET recall_state = 'not-recallable'
      WHERE push_id = $1 AND recall_state IS NULL AND (state = 'unknown' OR (state = 'sent' AND msg_id IS NULL))`,
    [pushId],
  );
  if (verdict.state === 'partly-recalled') {
    const { rowCount } = await client.query(
      `UPDATE message_recipient SET state = 'recall-failed' WHERE push_id = $1 AND state = 'sent'`,
      [pushId],
    );
    await moveCounts(client, pushId, { sent: -(rowCount ?? 0), 'recall-failed': rowCount ?? 0 });
  }
  // What could not be taken back at all is as it was, and can be looked at until its time is over.
  const { rows } = await client.query<{ readonly state: PushState }>(
    `UPDATE message_push p
        SET state = CASE WHEN $2::text IS NOT NULL THEN $2
                         WHEN COALESCE((p.counts->>'cancelled')::int, 0) > 0 THEN 'partly-recalled'
                         ELSE ${stateByCounts('p.counts')} END,
            reason = CASE WHEN $2 = 'cancelled' THEN '{"code": "recalled-before-sending"}'::jsonb ELSE p.reason END,
            recalled_at = CASE WHEN $2::text IS NOT NULL THEN clock_timestamp() ELSE p.recalled_at END,
            closed_at = CASE WHEN $2::text IS NOT NULL THEN COALESCE(p.closed_at, clock_timestamp()) ELSE p.closed_at END,
            updated_at = clock_timestamp()
      WHERE p.id = $1 RETURNING p.state`,
    [pushId, verdict.state],
  );
  return { ...verdict, state: rows[0]?.state ?? 'recalled' };
}
