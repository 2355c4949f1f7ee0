import type { PoolClient } from 'pg';
import {
  cardChangeableForMs,
  duplicateCheckMs,
  memberQuota,
  recallableForMs,
  type EventTodo,
  type MessageEvent,
  type MessageTemplate,
  type MessageType,
  type PushReason,
  type PushState,
  type RuleOptions,
  type TodoAction,
  type TodoKind,
} from '../domain/messages/message';
import { callCodeContext, openEventContent, renderingContext } from './message-contents';
import {
  movedInPush,
  unsettledInSql,
  unsettledOf,
  type CountsDelta,
  type PushCounts,
} from './message-counts';
import {
  keepRenderings,
  putPrepared,
  recipientsToRender,
  type PreparedPush,
  type RecipientToRender,
} from './message-preparing';
import type { SecretBox } from './secrets';
import { sendingAppColumns, toSendingApp, type SendingApp, type SendingAppRow } from './sending-app';
import type { SqlDatabase } from './sql-database';
import { timeOrderedId } from './time-ordered-ids';

export type { PushCounts } from './message-counts';
export type { PreparedPush, RecipientToRender } from './message-preparing';

/**
 * The outbox. A call is committed before it is made (claim), and what came of it afterwards (settle); whatever dies in
 * between leaves a row in `sending`, and the row says whether it may be made again.
 *
 * Locks are taken in one order: the app's turn, the call, the push. Whoever changes recipients that wait holds the push.
 */

export type PushToSend = SendingApp & {
  readonly id: string;
  readonly corpId: string;
  readonly appId: string;
  readonly type: MessageType;
  readonly state: PushState;
  readonly priority: 'interactive' | 'bulk';
  readonly template: MessageTemplate;
  readonly options: RuleOptions;
  readonly counts: PushCounts;
  readonly calls: number;
  /** To how many it is to go, before anybody has looked who they are. */
  readonly recipients: number;
  readonly comesWithRows: boolean;
  readonly isPrepared: boolean;
  readonly isClosed: boolean;
  readonly recallAsked: boolean;
  /** Calls whose outcome is not known (yet). */
  readonly openCalls: number;
  readonly outstandingCards: number;
  /** How long the last call can still be taken back, and the first one's cards changed. */
  readonly openForMs: number;
  readonly cardsForMs: number | null;
  readonly taskId: string | null;
  readonly origin: string;
  /** Null once the content was erased. */
  readonly event: MessageEvent | null;
};

/** A call as it is in the outbox, with all that makes its request. */
export type ClaimedCall = {
  readonly callId: string;
  readonly attempts: number;
  readonly usesDuplicateCheck: boolean;
  readonly startedAt: Date;
  readonly userIds: readonly string[];
  /** As JSON; null once it was erased. */
  readonly body: string | null;
};

export type Claim =
  | { readonly kind: 'call'; readonly call: ClaimedCall }
  /** Whoever is left has had as many messages as WeCom delivers. */
  | { readonly kind: 'quota'; readonly waitMs: number }
  | { readonly kind: 'paused' }
  /** Nobody is left, or nobody is to get it any more. */
  | {
      readonly kind: 'nothing';
      readonly counts: PushCounts;
      readonly state: PushState;
      readonly recallAsked: boolean;
    };

export type CallSent = {
  readonly msgId: string | null;
  readonly responseCode: string | null;
  /** In lower case. */
  readonly invalidUsers: readonly string[];
  readonly unlicensedUsers: readonly string[];
};

export type Settled = { readonly state: PushState; readonly counts: PushCounts };

/** Where a call that may have been made before stands. */
export type OpenCall = {
  readonly callId: string;
  readonly usesDuplicateCheck: boolean;
  readonly startedAt: Date;
  /** How long ago the last attempt began. */
  readonly triedAgoMs: number;
  /** An identical request was begun after it: WeCom could take a repeat for that one. */
  readonly hasTwin: boolean;
};

/** For how long nothing more happens to a push by itself. */
export type PushHold =
  | { readonly kind: 'wait'; readonly waitMs: number; readonly reason: PushReason }
  | { readonly kind: 'paused'; readonly reason: PushReason };

export type ClaimOptions = {
  /** Sends although the app is paused: how it is found out that it may send again. */
  readonly despitePause?: boolean;
};

export interface MessageSendingStore {
  find(pushId: string): Promise<PushToSend | undefined>;
  recipientsToRender(
    push: Pick<PushToSend, 'id' | 'comesWithRows'>,
    page: { readonly after: number; readonly limit: number },
  ): Promise<RecipientToRender[]>;
  /** Sealed for its place. */
  sealBody(pushId: string, hash: string, body: string): string;
  /** Ahead of the preparation that needs them. */
  keepRenderings(pushId: string, renderings: PreparedPush['renderings']): Promise<void>;
  prepare(push: Pick<PushToSend, 'id' | 'comesWithRows'>, prepared: PreparedPush): Promise<void>;
  /** The next call of the push, committed before it is made. With `prepared`, the push is prepared in the same breath. */
  claim(
    push: Pick<PushToSend, 'id' | 'appId' | 'type' | 'comesWithRows'>,
    prepared?: PreparedPush | null,
    options?: ClaimOptions,
  ): Promise<Claim>;
  sent(
    call: { readonly callId: string; readonly isCard: boolean },
    answer: CallSent,
  ): Promise<Settled | undefined>;
  /**
   * It definitely was not sent: there is no such call any more, and its recipients wait again. One that was made more
   * than once stays as it is.
   */
  notSent(callId: string): Promise<void>;
  refused(
    callId: string,
    recipients: 'failed' | 'invalid',
    reason: PushReason,
    failsPush: boolean,
  ): Promise<void>;
  unknown(callId: string): Promise<void>;
  /** All of the push, or that one. */
  openCalls(pushId: string, callId?: string): Promise<OpenCall[]>;
  /** The same request once more; undefined where it has been settled meanwhile. */
  repeat(callId: string): Promise<ClaimedCall | undefined>;
  hold(pushId: string, hold: PushHold): Promise<void>;
  fail(pushId: string, reason: PushReason): Promise<void>;
  /** Nothing can be taken back any more; with `cards`, they can't be changed any more either. Returns outstanding cards. */
  close(pushId: string, cards: boolean): Promise<{ readonly outstandingCards: number }>;
}

type PushRow = Omit<PushToSend, 'event' | keyof SendingApp | 'openForMs' | 'taskId'> &
  SendingAppRow & {
    readonly eventId: string;
    readonly module: string;
    readonly eventType: string;
    readonly contentEnc: string | null;
    readonly taskId: string | null;
    readonly todoKind: TodoKind | null;
    readonly todoActions: { readonly showActions: boolean; readonly actions: readonly TodoAction[] } | null;
    readonly openForMs: number | null;
  };

const findPush = `
  SELECT p.id, p.type, p.state, p.priority, p.template, p.options, p.counts,
         p.prepared_at IS NOT NULL AS "isPrepared", p.closed_at IS NOT NULL AS "isClosed",
         p.recall_asked_at IS NOT NULL AS "recallAsked", p.event_id AS "eventId", e.module, e.type AS "eventType",
         e.origin, e.content_enc AS "contentEnc", e.task_id AS "taskId", e.todo_kind AS "todoKind",
         e.todo_actions AS "todoActions",
         ${sendingAppColumns},
         brought.n > 0 AS "comesWithRows",
         CASE WHEN brought.n > 0 THEN brought.n ELSE cardinality(e.recipients) END AS recipients,
         calls.n AS calls, calls.open AS "openCalls", calls.outstanding AS "outstandingCards",
         (extract(epoch FROM p.recall_until - clock_timestamp()) * 1000)::float8 AS "openForMs",
         (extract(epoch FROM calls."sentAt" + make_interval(secs => ${cardChangeableForMs / 1_000}) - clock_timestamp()) * 1000)::float8 AS "cardsForMs"
    FROM message_push p
    JOIN oa_event e ON e.id = p.event_id
    JOIN app a ON a.id = p.app_id
    JOIN corp corp ON corp.id = p.corp_id
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS n FROM (SELECT FROM message_recipient r WHERE r.push_id = p.id LIMIT 1000) few) brought
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS n, (count(*) FILTER (WHERE m.state = 'sending'))::int AS open,
             (count(*) FILTER (WHERE m.card_state = 'outstanding'))::int AS outstanding,
             max(m.sent_at) FILTER (WHERE m.card_state = 'outstanding') AS "sentAt"
        FROM message_call m WHERE m.push_id = p.id) calls
   WHERE p.id = $1`;

/**
 * One claim of an app at a time: what is counted of WeCom's limits per member includes the one before. The row of the
 * push is read as it is once it is locked; a recall that was asked before is seen, one that comes now waits.
 */
const takeTurn = `
  WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtextextended('message-sending ' || $2, 0)))
  SELECT p.state, p.counts, p.recall_asked_at IS NOT NULL AS "recallAsked", p.prepared_at IS NOT NULL AS "isPrepared",
         p.closed_at IS NOT NULL AS "isClosed",
         EXISTS (SELECT FROM app_pause a WHERE a.app_id = p.app_id) OR EXISTS (
           -- Those that waited for the app go first.
           SELECT FROM message_push o WHERE o.app_id = p.app_id AND o.is_paused AND o.closed_at IS NULL
              AND (o.accepted_at, o.id) < (p.accepted_at, p.id)) AS "isPaused"
    FROM turn, message_push p WHERE p.id = $1 FOR UPDATE OF p`;

const maxRecipients = 1_000;

/** Counted from when an answer came, or from when the call was begun: never less than WeCom counts. */
const recentlyHad = `
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE q.sending_at > statement_timestamp() - interval '1 minute') AS minute, count(*) AS hour
      FROM message_recipient q
     WHERE q.app_id = $2 AND q.user_id_key = r.user_id_key AND q.sending_at > statement_timestamp() - interval '1 hour') had`;

const mayGetMore = `had.minute < ${memberQuota.minute} AND had.hour < ${memberQuota.hour}`;

/** Who gets the same stands together, so the first who gets something else ends the search. */
const claimCall = `
  WITH first AS (
    SELECT r.seq, r.rendering_hash AS hash FROM message_recipient r ${recentlyHad}
     WHERE r.push_id = $1 AND r.state = 'queued' AND ${mayGetMore}
     ORDER BY r.seq LIMIT 1
  ), other AS (
    SELECT r.seq FROM message_recipient r, first f
     WHERE r.push_id = $1 AND r.state = 'queued' AND r.seq > f.seq AND r.rendering_hash <> f.hash
     ORDER BY r.seq LIMIT 1
  ), chosen AS (
    SELECT r.seq, r.user_id, r.user_id_key FROM first f, message_recipient r ${recentlyHad}
     WHERE r.push_id = $1 AND r.state = 'queued' AND r.seq >= f.seq
       AND r.seq < COALESCE((SELECT seq FROM other), 2147483647) AND ${mayGetMore}
     ORDER BY r.seq LIMIT ${maxRecipients}
  ), request AS (
    SELECT count(*)::int AS recipients, array_agg(user_id ORDER BY seq) AS "userIds",
           encode(sha256(convert_to(concat_ws(E'\\n', $2::text, (SELECT hash FROM first), $4::text,
             string_agg(user_id_key, '|' ORDER BY user_id_key COLLATE "C")), 'UTF8')), 'hex') AS hash
      FROM chosen HAVING count(*) > 0
  ), call AS (
    INSERT INTO message_call (id, push_id, corp_id, app_id, seq, rendering_hash, recipients, request_hash,
                              uses_duplicate_check, state, started_at)
    SELECT $3, p.id, p.corp_id, p.app_id, (SELECT COALESCE(max(seq), 0) + 1 FROM message_call WHERE push_id = $1),
           first.hash, request.recipients, request.hash,
           NOT EXISTS (SELECT FROM message_call t
             WHERE t.app_id = $2 AND t.request_hash = request.hash AND t.state IN ('sending', 'sent', 'unknown')
               AND t.started_at > statement_timestamp() - make_interval(secs => ${duplicateCheckMs / 1_000})),
           'sending', statement_timestamp()
      FROM message_push p, first, request WHERE p.id = $1
    RETURNING rendering_hash, recipients, uses_duplicate_check, started_at
  ), taken AS (
    UPDATE message_recipient r SET state = 'sending', call_id = $3, sending_at = statement_timestamp()
      FROM chosen c WHERE r.push_id = $1 AND r.seq = c.seq
  ), pushed AS (
    UPDATE message_push p
       SET is_paused = false, wait_until = NULL,
           -- Why it waited is over; why some of it was refused is not.
           reason = CASE WHEN p.state <> 'waiting' THEN p.reason END,
           ${movedInPush(`jsonb_build_object('queued', -call.recipients, 'sending', call.recipients)`)}
      FROM call WHERE p.id = $1
  )
  SELECT call.uses_duplicate_check AS "usesDuplicateCheck", call.started_at AS "startedAt", request."userIds",
         call.rendering_hash AS hash,
         (SELECT body_enc FROM message_rendering WHERE push_id = $1 AND hash = call.rendering_hash) AS "bodyEnc"
    FROM call, request`;

/** When the first of those who wait may get another one. */
const untilQuotaFrees = `
  SELECT min(GREATEST(minute."freeAt", hour."freeAt")) AS "freeAt", clock_timestamp() AS now
    FROM (SELECT user_id_key FROM message_recipient WHERE push_id = $1 AND state = 'queued' ORDER BY seq LIMIT 200) r
    LEFT JOIN LATERAL (
      SELECT q.sending_at + interval '1 minute' AS "freeAt" FROM message_recipient q
       WHERE q.app_id = $2 AND q.user_id_key = r.user_id_key AND q.sending_at > clock_timestamp() - interval '1 minute'
       ORDER BY q.sending_at DESC OFFSET ${memberQuota.minute - 1} LIMIT 1) minute ON true
    LEFT JOIN LATERAL (
      SELECT q.sending_at + interval '1 hour' AS "freeAt" FROM message_recipient q
       WHERE q.app_id = $2 AND q.user_id_key = r.user_id_key AND q.sending_at > clock_timestamp() - interval '1 hour'
       ORDER BY q.sending_at DESC OFFSET ${memberQuota.hour - 1} LIMIT 1) hour ON true`;

/**
 * One statement. It finds the call as its claim left it; where an attempt of another worker has settled it meanwhile,
 * it changes nothing, and `settleLate` looks closer. Cards of a task that was decided meanwhile have to be changed.
 */
const settleSent = `
  WITH call AS (
    UPDATE message_call SET state = 'sent', sent_at = clock_timestamp(), msg_id = $2, response_code_enc = $3, card_state = $4
     WHERE id = $1 AND state = 'sending' RETURNING id, push_id, sent_at
  ), told AS (
    UPDATE message_recipient r
       SET state = CASE WHEN r.user_id_key = ANY($5::text[]) THEN 'invalid'
                        WHEN r.user_id_key = ANY($6::text[]) THEN 'unlicensed' ELSE 'sent' END,
           card_state = CASE WHEN r.user_id_key <> ALL($5::text[] || $6::text[]) THEN $4::text END,
           sending_at = clock_timestamp()
      FROM call WHERE r.call_id = call.id AND r.state = 'sending'
    RETURNING r.state
  ), moved AS (
    SELECT COALESCE(jsonb_object_agg(state, n), '{}') || jsonb_build_object('sending', -COALESCE(sum(n), 0)) AS delta
      FROM (SELECT state, count(*) AS n FROM told GROUP BY state) by_state
  ), shown AS (
    UPDATE todo t SET is_to_be_shown = true FROM call, message_push p, oa_event e
     WHERE $4 = 'outstanding' AND p.id = call.push_id AND e.id = p.event_id AND t.task_id = e.task_id
       AND t.state IN ('decided', 'settled')
  )
  UPDATE message_push p
     SET first_sent_at = COALESCE(p.first_sent_at, call.sent_at), last_sent_at = call.sent_at, recall_until = call.sent_at + make_interval(secs => ${recallableForMs / 1_000}),
         ${movedInPush('moved.delta')}
    FROM call, moved WHERE p.id = call.push_id
  RETURNING p.state, p.counts`;

type LockedCall = {
  readonly id: string;
  readonly state: 'sending' | 'sent' | 'unknown' | 'refused';
  readonly attempts: number;
  readonly msgId: string | null;
  readonly pushId: string;
  readonly recallAsked: boolean;
};

export function createMessageSendingStore(db: SqlDatabase, secrets: SecretBox): MessageSendingStore {
  const { pool } = db;

  function toPush(row: PushRow): PushToSend {
    const { eventId, module, eventType, contentEnc, todoKind, todoActions, ...push } = row;
    const { agentId, secretEnc, wecomCorpId, kind, apiBaseUrl, rateLimits, ...rest } = push;
    const content = openEventContent(secrets, eventId, contentEnc);
    const todo: EventTodo | null =
      rest.taskId === null || todoKind === null
        ? null
        : { taskId: rest.taskId, kind: todoKind, showActions: false, actions: [], ...todoActions };
    return {
      ...rest,
      openForMs: rest.openForMs ?? 0,
      event: content === null ? null : { ...content, id: eventId, module, type: eventType, todo },
      ...toSendingApp(secrets, { ...rest, agentId, secretEnc, wecomCorpId, kind, apiBaseUrl, rateLimits }),
    };
  }

  const openBody = (pushId: string, hash: string, bodyEnc: string | null): string | null =>
    bodyEnc === null ? null : secrets.open(bodyEnc, renderingContext(pushId, hash));

  /** Holds the call and its push, in this order; nothing happens where there is no such call any more. */
  const withCall = (
    callId: string,
    work: (client: PoolClient, call: LockedCall) => Promise<void>,
  ): Promise<void> =>
    db.transaction(async (client) => {
      const { rows: calls } = await client.query<LockedCall>(
        'SELECT id, state, attempts, msg_id AS "msgId", push_id AS "pushId" FROM message_call WHERE id = $1 FOR UPDATE',
        [callId],
      );
      const [call] = calls;
      if (call === undefined) return;
      const { rows } = await client.query<{ recallAsked: boolean }>(
        'SELECT recall_asked_at IS NOT NULL AS "recallAsked" FROM message_push WHERE id = $1 FOR UPDATE',
        [call.pushId],
      );
      await work(client, { ...call, recallAsked: rows[0]?.recallAsked ?? false });
    });

  /** An answer that comes after somebody else took the call for lost, or got an answer of their own. */
  const settleLate = (callId: string, isCard: boolean, answer: CallSent): Promise<void> =>
    withCall(callId, async (client, call) => {
      if (call.state === 'sent' && call.msgId === null && answer.msgId !== null) {
        await client.query('UPDATE message_call SET msg_id = $2 WHERE id = $1', [callId, answer.msgId]);
      }
      if (call.state !== 'unknown') return;
      await client.query(`UPDATE message_call SET state = 'sending' WHERE id = $1`, [callId]);
      const { rowCount } = await client.query(
        `UPDATE message_recipient SET state = 'sending' WHERE call_id = $1 AND state = 'unknown'`,
        [callId],
      );
      await moveCounts(client, call.pushId, { unknown: -(rowCount ?? 0), sending: rowCount ?? 0 });
      await client.query(settleSent, sentParams(callId, isCard, answer));
    });

  const sentParams = (callId: string, isCard: boolean, answer: CallSent): unknown[] => [
    callId,
    answer.msgId,
    answer.responseCode === null ? null : secrets.seal(answer.responseCode, callCodeContext(callId)),
    // Without a code a card stays as it is: its answer was lost, or WeCom gave none.
    !isCard ? null : answer.responseCode === null ? 'stale' : 'outstanding',
    answer.invalidUsers,
    answer.unlicensedUsers,
  ];

  return {
    async find(pushId) {
      const { rows } = await pool.query<PushRow>(findPush, [pushId]);
      return rows[0] === undefined ? undefined : toPush(rows[0]);
    },

    recipientsToRender: ({ id, comesWithRows }, page) => recipientsToRender(pool, id, comesWithRows, page),

    sealBody: (pushId, hash, body) => secrets.seal(body, renderingContext(pushId, hash)),

    keepRenderings: (pushId, renderings) => keepRenderings(pool, pushId, renderings),

    prepare: ({ id, comesWithRows }, prepared) =>
      db.transaction(async (client) => {
        await client.query('SELECT FROM message_push WHERE id = $1 FOR UPDATE', [id]);
        await putPrepared(client, id, comesWithRows, prepared);
      }),

    claim: ({ id, appId, type, comesWithRows }, prepared = null, { despitePause = false } = {}) =>
      db.transaction(async (client): Promise<Claim> => {
        const { rows: turns } = await client.query<{
          readonly state: PushState;
          readonly counts: PushCounts;
          readonly recallAsked: boolean;
          readonly isPrepared: boolean;
          readonly isClosed: boolean;
          readonly isPaused: boolean;
        }>(takeTurn, [id, appId]);
        const [turn] = turns;
        if (turn === undefined || turn.recallAsked || turn.isClosed) {
          const { state = 'cancelled', counts = {}, recallAsked = false } = turn ?? {};
          return { kind: 'nothing', state, counts, recallAsked };
        }
        if (prepared !== null && !turn.isPrepared) await putPrepared(client, id, comesWithRows, prepared);
        if (turn.isPaused && !despitePause) {
          const { state, counts } = await standing(client, id);
          // One of whom nobody waits does not stand in line.
          return unsettledOf(counts) > 0
            ? { kind: 'paused' }
            : { kind: 'nothing', state, counts, recallAsked: false };
        }

        const callId = timeOrderedId();
        // No two cards are the same request: each carries the id of its call.
        const salt = type === 'template_card' ? callId : '';
        const { rows } = await client.query<{
          readonly usesDuplicateCheck: boolean;
          readonly startedAt: Date;
          readonly userIds: readonly string[];
          readonly hash: string;
          readonly bodyEnc: string | null;
        }>(claimCall, [id, appId, callId, salt]);
        const [row] = rows;
        if (row !== undefined) {
          const { hash, bodyEnc, ...call } = row;
          return { kind: 'call', call: { ...call, callId, attempts: 1, body: openBody(id, hash, bodyEnc) } };
        }
        const { state, counts } = await standing(client, id);
        if ((counts.queued ?? 0) === 0) return { kind: 'nothing', state, counts, recallAsked: false };
        const { rows: free } = await client.query<{ readonly freeAt: Date | null; readonly now: Date }>(
          untilQuotaFrees,
          [id, appId],
        );
        const waitMs = (free[0]?.freeAt?.getTime() ?? 0) - (free[0]?.now.getTime() ?? 0);
        return { kind: 'quota', waitMs: Math.max(shortestWaitMs, waitMs) };
      }),

    async sent({ callId, isCard }, answer) {
      const { rows } = await pool.query<Settled>(settleSent, sentParams(callId, isCard, answer));
      if (rows[0] !== undefined) return rows[0];
      await settleLate(callId, isCard, answer);
      return undefined;
    },

    notSent: (callId) =>
      withCall(callId, async (client, { state, attempts, pushId, recallAsked }) => {
        // What one attempt is refused for says nothing about another one, which may have arrived.
        if (state !== 'sending' || attempts > 1) return;
        // Nothing more of a push that was recalled meanwhile is sent.
        const waits = recallAsked ? 'cancelled' : 'queued';
        const { rowCount } = await client.query(
          `UPDATE message_recipient SET state = $2, call_id = NULL, sending_at = NULL WHERE call_id = $1 AND state = 'sending'`,
          [callId, waits],
        );
        await client.query('DELETE FROM message_call WHERE id = $1', [callId]);
        await moveCounts(client, pushId, { sending: -(rowCount ?? 0), [waits]: rowCount ?? 0 });
      }),

    refused: (callId, recipients, reason, failsPush) =>
      withCall(callId, async (client, { state, pushId, recallAsked }) => {
        if (state !== 'sending') return;
        await client.query(`UPDATE message_call SET state = 'refused', error = $2 WHERE id = $1`, [
          callId,
          JSON.stringify(reason),
        ]);
        const { rowCount } = await client.query(
          `UPDATE message_recipient SET state = $2 WHERE call_id = $1 AND state = 'sending'`,
          [callId, recipients],
        );
        await client.query('UPDATE message_push SET reason = $2 WHERE id = $1', [
          pushId,
          JSON.stringify(reason),
        ]);
        await moveCounts(client, pushId, { sending: -(rowCount ?? 0), [recipients]: rowCount ?? 0 });
        if (failsPush && !recallAsked) await failQueued(client, pushId);
      }),

    unknown: (callId) =>
      withCall(callId, async (client, { state, pushId }) => {
        if (state !== 'sending') return;
        await client.query(`UPDATE message_call SET state = 'unknown' WHERE id = $1`, [callId]);
        const { rowCount } = await client.query(
          `UPDATE message_recipient SET state = 'unknown', sending_at = clock_timestamp()
            WHERE call_id = $1 AND state = 'sending'`,
          [callId],
        );
        await moveCounts(client, pushId, { sending: -(rowCount ?? 0), unknown: rowCount ?? 0 });
      }),

    async openCalls(pushId, callId) {
      const { rows } = await pool.query<OpenCall>(
        `SELECT c.id AS "callId", c.uses_duplicate_check AS "usesDuplicateCheck", c.started_at AS "startedAt",
                (extract(epoch FROM clock_timestamp() - COALESCE(tried.at, c.started_at)) * 1000)::float8 AS "triedAgoMs",
                EXISTS (SELECT FROM message_call t
                  WHERE t.app_id = c.app_id AND t.request_hash = c.request_hash AND t.id <> c.id
                    AND t.started_at > c.started_at AND t.state IN ('sending', 'sent', 'unknown')) AS "hasTwin"
           FROM message_call c
           CROSS JOIN LATERAL (SELECT max(sending_at) AS at FROM message_recipient r WHERE r.call_id = c.id) tried
          WHERE c.push_id = $1 AND c.state = 'sending' AND ($2::text IS NULL OR c.id = $2) ORDER BY c.seq`,
        [pushId, callId],
      );
      return rows;
    },

    async repeat(callId) {
      const { rows } = await pool.query<{
        readonly pushId: string;
        readonly attempts: number;
        readonly usesDuplicateCheck: boolean;
        readonly startedAt: Date;
        readonly hash: string;
        readonly userIds: readonly string[];
        readonly bodyEnc: string | null;
      }>(
        `WITH call AS (
           UPDATE message_call SET attempts = attempts + 1 WHERE id = $1 AND state = 'sending'
           RETURNING id, push_id, attempts, uses_duplicate_check, started_at, rendering_hash
         ), tried AS (
           UPDATE message_recipient r SET sending_at = clock_timestamp()
             FROM call WHERE r.call_id = call.id AND r.state = 'sending' RETURNING r.seq, r.user_id
         )
         SELECT call.push_id AS "pushId", call.attempts, call.uses_duplicate_check AS "usesDuplicateCheck",
                call.started_at AS "startedAt", call.rendering_hash AS hash, g.body_enc AS "bodyEnc",
                (SELECT COALESCE(array_agg(user_id ORDER BY seq), '{}') FROM tried) AS "userIds"
           FROM call JOIN message_rendering g ON g.push_id = call.push_id AND g.hash = call.rendering_hash`,
        [callId],
      );
      const [row] = rows;
      if (row === undefined) return undefined;
      const { pushId, hash, bodyEnc, ...call } = row;
      return { ...call, callId, body: openBody(pushId, hash, bodyEnc) };
    },

    async hold(pushId, hold) {
      await pool.query(
        `UPDATE message_push
            SET state = 'waiting', reason = $2, is_paused = $3, updated_at = clock_timestamp(),
                wait_until = clock_timestamp() + make_interval(secs => $4::float8)
          WHERE id = $1 AND recall_asked_at IS NULL AND closed_at IS NULL
            -- Another attempt may have sent it meanwhile.
            AND (prepared_at IS NULL OR ${unsettledInSql('counts')})`,
        [
          pushId,
          JSON.stringify(hold.reason),
          hold.kind === 'paused',
          hold.kind === 'wait' ? hold.waitMs / 1_000 : null,
        ],
      );
    },

    fail: (pushId, reason) =>
      db.transaction(async (client) => {
        await client.query(
          `UPDATE message_push SET reason = $2 WHERE id = $1 AND recall_asked_at IS NULL AND closed_at IS NULL`,
          [pushId, JSON.stringify(reason)],
        );
        await failQueued(client, pushId);
      }),

    async close(pushId, cards) {
      const { rows } = await pool.query<{ readonly outstandingCards: number }>(
        `WITH stale AS (
           UPDATE message_call SET card_state = 'stale' WHERE $2 AND push_id = $1 AND card_state = 'outstanding'
           RETURNING id
         ), told AS (
           UPDATE message_recipient r SET card_state = 'stale' FROM stale
            WHERE r.call_id = stale.id AND r.card_state = 'outstanding'
         ), left_over AS (
           SELECT count(*)::int AS n FROM message_call WHERE NOT $2 AND push_id = $1 AND card_state = 'outstanding'
         ), closed AS (
           UPDATE message_push p SET closed_at = clock_timestamp() FROM left_over
            WHERE p.id = $1 AND p.closed_at IS NULL AND left_over.n = 0
         )
         SELECT n AS "outstandingCards" FROM left_over`,
        [pushId, cards],
      );
      return { outstandingCards: rows[0]?.outstandingCards ?? 0 };
    },
  };
}

const shortestWaitMs = 100;

async function standing(client: Pick<PoolClient, 'query'>, pushId: string): Promise<Settled> {
  const { rows } = await client.query<Settled>('SELECT state, counts FROM message_push WHERE id = $1', [
    pushId,
  ]);
  return rows[0] ?? { state: 'cancelled', counts: {} };
}

export async function moveCounts(
  client: Pick<PoolClient, 'query'>,
  pushId: string,
  delta: CountsDelta,
): Promise<void> {
  await client.query(`UPDATE message_push p SET ${movedInPush('$2::jsonb')} WHERE p.id = $1`, [
    pushId,
    JSON.stringify(delta),
  ]);
}

/** Whoever waits gets nothing; a push that was never prepared has only its event to say how many that are. */
async function failQueued(client: Pick<PoolClient, 'query'>, pushId: string): Promise<void> {
  await client.query(
    `WITH failed AS (
       UPDATE message_recipient SET state = 'failed' WHERE push_id = $1 AND state = 'queued' RETURNING seq
     ), counted AS (
       SELECT CASE WHEN p.prepared_at IS NULL AND f.n = 0
                   THEN jsonb_build_object('total', cardinality(e.recipients), 'failed', cardinality(e.recipients))
                   WHEN p.prepared_at IS NULL THEN jsonb_build_object('total', f.n, 'failed', f.n)
                   ELSE jsonb_build_object('queued', -f.n, 'failed', f.n) END AS delta
         FROM message_push p JOIN oa_event e ON e.id = p.event_id, (SELECT count(*) AS n FROM failed) f WHERE p.id = $1
     )
     UPDATE message_push p SET ${movedInPush('counted.delta')}
       FROM counted WHERE p.id = $1 AND p.recall_asked_at IS NULL AND p.closed_at IS NULL`,
    [pushId],
  );
}
