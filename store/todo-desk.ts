import type { PoolClient } from 'pg';
import { showStateKey, type TapRefusal, type TemplateCard } from '../domain/messages/card';
import { cardChangeableForMs, type TodoAction } from '../domain/messages/message';
import { judgeTap, type PlanTapFacts } from '../domain/messages/todo';
import { callCodeContext, renderingContext, tapCodeContext } from './message-contents';
import type { SecretBox } from './secrets';
import { sendingAppColumns, toSendingApp, type SendingApp, type SendingAppRow } from './sending-app';
import type { SqlDatabase } from './sql-database';
import { deciderName, type TapState, type TodoState } from './todos';

/**
 * What the workflow of a task does to its rows. One tap at a time is on its way to whoever decides; the others wait
 * until that one has an answer. The code of a sent message is kept for what came of the task, the code of a tap for
 * everything that only concerns the person who tapped.
 */

export type TodoStanding = {
  /** The tap that has to be taken to whoever decides. */
  readonly tapId: string | null;
  /** Cards are not as they should be. */
  readonly isToBeShown: boolean;
};

export type TapToDecide = {
  readonly taskId: string;
  readonly target: 'oa' | 'plan';
  readonly runId: string | null;
  readonly planHash: string | null;
  readonly corpId: string;
  readonly actionKey: string;
  readonly userId: string;
  readonly memberId: string | null;
  /** Never null for a task of the OA. */
  readonly oaUserId: string | null;
  readonly tappedAt: Date;
};

export type Verdict =
  | { readonly kind: 'decided'; readonly by: string }
  /** Somebody was faster; what came of it, nobody has said yet. */
  | { readonly kind: 'already-decided'; readonly message: string }
  | { readonly kind: 'not-accepted'; readonly message: string }
  /** Of a plan: what was true when it was tapped is so no longer. */
  | { readonly kind: 'refused'; readonly refusal: TapRefusal };

type CardAddress = SendingApp & {
  readonly callId: string;
  readonly responseCode: string;
  /** An attempt before may have used the code. */
  readonly askedBefore: boolean;
  /** As it was sent; null once it was erased. */
  readonly card: TemplateCard | null;
};

/** All who got one message, by the code it came with. */
export type SentCard = CardAddress & { readonly userIds: readonly string[] };

/** Whoever tapped, by the code of that tap. */
export type TappedCard = CardAddress & {
  readonly tapId: string;
  readonly userId: string;
  readonly actionKey: string;
  readonly state: TapState;
  readonly reason: string | null;
};

export type TodoToShow = {
  readonly state: TodoState;
  readonly outcomeText: string | null;
  readonly by: string | null;
  readonly at: Date | null;
  /** The OA's words for whoever it refused. */
  readonly said: string | null;
};

export interface TodoDeskStore {
  /** Judges the taps that wait, and picks the one that decides; undefined where there is no such task. */
  takeUp(taskId: string): Promise<TodoStanding | undefined>;
  /** Undefined where it is not that tap's turn any more. */
  tapToDecide(taskId: string, tapId: string): Promise<TapToDecide | undefined>;
  /** Whoever decides does not answer; the decision is kept. */
  noteAway(taskId: string, tapId: string, code: string): Promise<void>;
  record(taskId: string, tapId: string, verdict: Verdict): Promise<void>;
  toShow(taskId: string): Promise<TodoToShow | undefined>;
  /** Once the task is decided: messages whose cards still are as they were sent. */
  sentCards(taskId: string): Promise<SentCard[]>;
  tappedCards(taskId: string): Promise<TappedCard[]>;
  /** Committed before the call: a code is good for one. */
  changingSent(callId: string): Promise<void>;
  changedSent(callId: string, outcome: 'updated' | 'stale', invalidUsers: readonly string[]): Promise<void>;
  changingTapped(tapId: string): Promise<void>;
  changedTapped(tap: Pick<TappedCard, 'tapId' | 'callId' | 'userId' | 'state'>): Promise<void>;
  /** Definitely not changed: the codes are good as before. */
  notChanged(code: { readonly callId: string } | { readonly tapId: string }): Promise<void>;
  /** Nothing of it is left to be shown. Returns false where there is again. */
  shown(taskId: string): Promise<boolean>;
}

const isDecided = (state: TodoState): boolean => state === 'decided' || state === 'settled';

/** Later than that WeCom would only say that it is over. */
const codeLives = `interval '${cardChangeableForMs / 1_000} seconds'`;

/**
 * Taps whose answer is due. The one that decided needs none of its own where its card has changed with the others; the
 * others wait for that, so that theirs is the last word.
 */
const dueTaps = `
  SELECT tap.* FROM card_tap tap JOIN todo t ON t.task_id = tap.task_id
   WHERE tap.task_id = $1 AND tap.response_code_enc IS NOT NULL
     AND tap.tapped_at > clock_timestamp() - ${codeLives}
     AND (tap.state IN ('late', 'refused', 'invalid') OR (tap.state = 'done' AND tap.reason IS NOT NULL)
       OR (tap.state = 'done' AND NOT EXISTS (
             SELECT FROM message_recipient r WHERE r.call_id = tap.call_id AND r.user_id_key = lower(tap.user_id)
                AND r.card_state IN ('updated', 'outstanding')))
       OR (tap.state IN ('waiting', 'deciding') AND t.oa_away_since IS NOT NULL))`;

const outstandingCalls = `
  SELECT c.* FROM oa_event e JOIN message_push p ON p.event_id = e.id JOIN message_call c ON c.push_id = p.id
   WHERE e.task_id = $1 AND c.card_state = 'outstanding' AND c.response_code_enc IS NOT NULL`;

type AddressRow = SendingAppRow & {
  readonly callId: string;
  readonly codeEnc: string;
  readonly askedBefore: boolean;
  readonly pushId: string;
  readonly hash: string;
  readonly bodyEnc: string | null;
};

const addressColumns = `c.id AS "callId", c.push_id AS "pushId", c.rendering_hash AS hash,
  (SELECT g.body_enc FROM message_rendering g WHERE g.push_id = c.push_id AND g.hash = c.rendering_hash) AS "bodyEnc",
  ${sendingAppColumns}`;

type WaitingTapRow = {
  readonly id: string;
  readonly actionKey: string;
  readonly isRecipient: boolean;
  readonly oaUserId: string | null;
  readonly isActive: boolean;
  readonly actions: { readonly actions?: readonly TodoAction[] } | null;
  readonly isApprover: boolean;
  readonly isCurrent: boolean;
};

/** With what is true of whoever tapped at this moment. */
const waitingTaps = `
  SELECT tap.id, tap.action_key AS "actionKey", e.todo_actions AS actions,
         EXISTS (SELECT FROM message_recipient r WHERE r.call_id = tap.call_id AND r.user_id_key = lower(tap.user_id)
                    AND r.state NOT IN ('invalid', 'unlicensed', 'skipped', 'failed')) AS "isRecipient",
         b.oa_user_id AS "oaUserId",
         COALESCE(m.gone_at IS NULL AND COALESCE(m.status, 1) NOT IN (2, 5), false)
           AND COALESCE(o.status, 'active') <> 'departed' AS "isActive",
         COALESCE(EXISTS (
           SELECT FROM jsonb_array_elements_text(settings.document->'push'->'approval'->'approvers') AS approver
            WHERE lower(approver) = lower(tap.user_id)), false) AS "isApprover",
         COALESCE(run.plan_hash = t.plan_hash AND run.phase = 'awaiting-approval', false) AS "isCurrent"
    FROM card_tap tap
    JOIN todo t ON t.task_id = tap.task_id
    JOIN message_call c ON c.id = tap.call_id
    JOIN message_push p ON p.id = c.push_id
    JOIN oa_event e ON e.id = p.event_id
    LEFT JOIN mirror_member m ON m.corp_id = tap.corp_id AND m.user_id_key = lower(tap.user_id)
    LEFT JOIN binding b ON b.corp_id = tap.corp_id AND b.member_id = m.id
    LEFT JOIN oa_user o ON o.id = b.oa_user_id
    LEFT JOIN run ON run.id = t.run_id
    LEFT JOIN LATERAL (
      SELECT s.document FROM directory_settings s WHERE t.target = 'plan' AND s.corp_id = tap.corp_id
       ORDER BY s.version DESC LIMIT 1) settings ON true
   WHERE tap.task_id = $1 AND tap.state = 'waiting'
   ORDER BY tap.tapped_at, tap.id`;

export function createTodoDeskStore(db: SqlDatabase, secrets: SecretBox): TodoDeskStore {
  const { pool } = db;

  function toAddress(row: AddressRow, codeContext: string): CardAddress {
    const { callId, codeEnc, askedBefore, pushId, hash, bodyEnc } = row;
    return {
      callId,
      askedBefore,
      responseCode: secrets.open(codeEnc, codeContext),
      card: bodyEnc === null ? null : cardOf(secrets.open(bodyEnc, renderingContext(pushId, hash))),
      ...toSendingApp(secrets, row),
    };
  }

  /**
   * Whoever was told that their decision is kept has no code left to be told that it was refused, and no buttons. Where
   * the message went to nobody else, its own code is theirs: the next tap brings one for the outcome.
   */
  async function lendCode(client: PoolClient, tapId: string): Promise<void> {
    const { rows } = await client.query<{ readonly callId: string; readonly codeEnc: string }>(
      `SELECT c.id AS "callId", c.response_code_enc AS "codeEnc" FROM card_tap tap JOIN message_call c ON c.id = tap.call_id
        WHERE tap.id = $1 AND tap.response_code_enc IS NULL AND c.recipients = 1 AND c.card_state = 'outstanding'
          AND c.response_code_enc IS NOT NULL AND c.response_code_used_at IS NULL FOR UPDATE OF c`,
      [tapId],
    );
    const [call] = rows;
    if (call === undefined) return;
    const { callId, codeEnc } = call;
    const code = secrets.open(codeEnc, callCodeContext(callId));
    await client.query(
      'UPDATE card_tap SET response_code_enc = $2, response_code_used_at = NULL WHERE id = $1',
      [tapId, secrets.seal(code, tapCodeContext(tapId))],
    );
    await client.query(
      `UPDATE message_call SET response_code_enc = NULL, card_state = 'stale' WHERE id = $1`,
      [callId],
    );
    await client.query(
      `UPDATE message_recipient SET card_state = 'stale' WHERE call_id = $1 AND card_state = 'outstanding'`,
      [callId],
    );
  }

  return {
    takeUp: (taskId) =>
      db.transaction(async (client): Promise<TodoStanding | undefined> => {
        const todo = await lockTodo(client, taskId);
        if (todo === undefined) return undefined;
        const tapId = isDecided(todo.state)
          ? await endTaps(client, taskId, todo.outcome)
          : await judgeTaps(client, taskId, todo);
        const { rows } = await client.query<{ readonly due: boolean }>(
          `SELECT EXISTS (${dueTaps}) OR ($2::boolean AND EXISTS (${outstandingCalls})) AS due`,
          [taskId, isDecided(todo.state)],
        );
        const isToBeShown = rows[0]?.due ?? false;
        if (isToBeShown !== todo.isToBeShown) {
          await client.query(
            'UPDATE todo SET is_to_be_shown = $2, updated_at = clock_timestamp() WHERE task_id = $1',
            [taskId, isToBeShown],
          );
        }
        return { tapId, isToBeShown };
      }),

    async tapToDecide(taskId, tapId) {
      const { rows } = await pool.query<TapToDecide>(
        `SELECT t.task_id AS "taskId", t.target, t.run_id AS "runId", t.plan_hash AS "planHash", tap.corp_id AS "corpId",
                tap.action_key AS "actionKey", tap.user_id AS "userId", tap.member_id AS "memberId",
                tap.oa_user_id AS "oaUserId", tap.tapped_at AS "tappedAt"
           FROM todo t JOIN card_tap tap ON tap.id = t.tap_id
          WHERE t.task_id = $1 AND t.tap_id = $2 AND t.state = 'deciding'`,
        [taskId, tapId],
      );
      return rows[0];
    },

    async noteAway(taskId, tapId, code) {
      await pool.query(
        `UPDATE todo SET oa_away_since = COALESCE(oa_away_since, clock_timestamp()), oa_answer = $3,
                is_to_be_shown = true, updated_at = clock_timestamp()
          WHERE task_id = $1 AND tap_id = $2 AND state = 'deciding'`,
        [taskId, tapId, JSON.stringify({ code, message: null })],
      );
    },

    record: (taskId, tapId, verdict) =>
      db.transaction(async (client) => {
        const todo = await lockTodo(client, taskId);
        // Settled meanwhile: the tap is judged by what the OA said of the task.
        if (todo === undefined || todo.tapId !== tapId || todo.state !== 'deciding') return;
        await recordVerdict(client, taskId, tapId, verdict);
        if (verdict.kind === 'not-accepted' || verdict.kind === 'refused') await lendCode(client, tapId);
      }),

    async toShow(taskId) {
      const { rows } = await pool.query<TodoToShow>(
        `SELECT t.state, COALESCE(t.outcome_text, t.outcome) AS "outcomeText",
                COALESCE(${deciderName},
                         CASE WHEN t.by NOT LIKE 'token:%' AND t.by NOT LIKE 'user:%' AND t.by NOT LIKE 'member:%'
                              THEN t.by END) AS by,
                t.at, t.oa_answer->>'message' AS said
           FROM todo t WHERE t.task_id = $1`,
        [taskId],
      );
      return rows[0];
    },

    async sentCards(taskId) {
      const { rows } = await pool.query<AddressRow & { readonly userIds: readonly string[] }>(
        `SELECT ${addressColumns}, c.response_code_enc AS "codeEnc", c.response_code_used_at IS NOT NULL AS "askedBefore",
                ARRAY(SELECT r.user_id FROM message_recipient r
                       WHERE r.call_id = c.id AND r.card_state = 'outstanding' AND r.user_id IS NOT NULL
                       ORDER BY r.seq) AS "userIds"
           FROM (${outstandingCalls}) c JOIN app a ON a.id = c.app_id JOIN corp ON corp.id = c.corp_id
          ORDER BY c.started_at, c.id`,
        [taskId],
      );
      return rows.map((row) => ({ ...toAddress(row, callCodeContext(row.callId)), userIds: row.userIds }));
    },

    async tappedCards(taskId) {
      const { rows } = await pool.query<
        AddressRow & Pick<TappedCard, 'tapId' | 'userId' | 'actionKey' | 'state' | 'reason'>
      >(
        `SELECT ${addressColumns}, tap.response_code_enc AS "codeEnc",
                tap.response_code_used_at IS NOT NULL AS "askedBefore", tap.id AS "tapId", tap.user_id AS "userId",
                tap.action_key AS "actionKey", tap.state, tap.reason->>'code' AS reason
           FROM (${dueTaps}) tap JOIN message_call c ON c.id = tap.call_id
           JOIN app a ON a.id = c.app_id JOIN corp ON corp.id = c.corp_id
          ORDER BY tap.tapped_at, tap.id`,
        [taskId],
      );
      return rows.map((row) => {
        const { tapId, userId, actionKey, state, reason } = row;
        return { ...toAddress(row, tapCodeContext(tapId)), tapId, userId, actionKey, state, reason };
      });
    },

    async changingSent(callId) {
      await pool.query(
        `UPDATE message_call SET response_code_used_at = COALESCE(response_code_used_at, clock_timestamp()) WHERE id = $1`,
        [callId],
      );
    },

    changedSent: (callId, outcome, invalidUsers) =>
      db.transaction(async (client) => {
        await client.query(
          `UPDATE message_call SET card_state = $2 WHERE id = $1 AND card_state = 'outstanding'`,
          [callId, outcome],
        );
        await client.query(
          `UPDATE message_recipient SET card_state = CASE WHEN user_id_key = ANY($3::text[]) THEN 'stale' ELSE $2 END
            WHERE call_id = $1 AND card_state = 'outstanding'`,
          [callId, outcome, invalidUsers.map((userId) => userId.toLowerCase())],
        );
      }),

    async changingTapped(tapId) {
      await pool.query(
        `UPDATE card_tap SET response_code_used_at = COALESCE(response_code_used_at, clock_timestamp()) WHERE id = $1`,
        [tapId],
      );
    },

    changedTapped: ({ tapId, callId, userId, state }) =>
      db.transaction(async (client) => {
        // It is of no use any more.
        await client.query('UPDATE card_tap SET response_code_enc = NULL WHERE id = $1', [tapId]);
        // What could not be changed with the others shows the outcome now.
        if (state !== 'late' && state !== 'done') return;
        await client.query(
          `UPDATE message_recipient r SET card_state = 'updated' FROM card_tap tap JOIN todo t ON t.task_id = tap.task_id
            WHERE tap.id = $1 AND t.state IN ('decided', 'settled')
              AND r.call_id = $2 AND r.user_id_key = lower($3) AND r.card_state = 'stale'`,
          [tapId, callId, userId],
        );
      }),

    async notChanged(code) {
      await ('callId' in code
        ? pool.query('UPDATE message_call SET response_code_used_at = NULL WHERE id = $1', [code.callId])
        : pool.query('UPDATE card_tap SET response_code_used_at = NULL WHERE id = $1', [code.tapId]));
    },

    async shown(taskId) {
      const { rowCount } = await pool.query(
        `UPDATE todo SET is_to_be_shown = false, updated_at = clock_timestamp()
          WHERE task_id = $1 AND NOT EXISTS (${dueTaps})
            AND NOT (state IN ('decided', 'settled') AND EXISTS (${outstandingCalls}))`,
        [taskId],
      );
      return rowCount === 1;
    },
  };
}

function cardOf(body: string): TemplateCard | null {
  const { template_card: card } = JSON.parse(body) as { readonly template_card?: TemplateCard };
  return card ?? null;
}

type LockedTodo = {
  readonly target: 'oa' | 'plan';
  readonly state: TodoState;
  readonly outcome: string | null;
  readonly tapId: string | null;
  readonly isToBeShown: boolean;
};

/** Taps that arrive meanwhile refer to the row without waiting for it. */
async function lockTodo(client: PoolClient, taskId: string): Promise<LockedTodo | undefined> {
  const { rows } = await client.query<LockedTodo>(
    `SELECT target, state, outcome, tap_id AS "tapId", is_to_be_shown AS "isToBeShown"
       FROM todo WHERE task_id = $1 FOR NO KEY UPDATE`,
    [taskId],
  );
  return rows[0];
}

/** It is decided. A tap that was on its way and says the same has done what its person wanted. */
async function endTaps(client: PoolClient, taskId: string, outcome: string | null): Promise<null> {
  await client.query(
    `UPDATE card_tap tap
        SET state = CASE WHEN tap.action_key = $3 THEN 'done' WHEN tap.state = 'deciding' AND tap.action_key = $2 THEN 'done'
                         ELSE 'late' END,
            reason = CASE WHEN tap.action_key = $3 THEN '{"code": "state-shown"}'::jsonb END,
            ended_at = clock_timestamp()
      WHERE tap.task_id = $1 AND tap.state IN ('waiting', 'deciding')`,
    [taskId, outcome, showStateKey],
  );
  return null;
}

/** Returns the tap whose turn it is. */
async function judgeTaps(client: PoolClient, taskId: string, todo: LockedTodo): Promise<string | null> {
  let tapId = todo.state === 'deciding' ? todo.tapId : null;
  const { rows } = await client.query<WaitingTapRow>(waitingTaps, [taskId]);
  for (const { id, actions, isApprover, isCurrent, ...facts } of rows) {
    const actionKeys = actions?.actions?.map(({ key }) => key) ?? [];
    const plan: PlanTapFacts | null = todo.target === 'plan' ? { isApprover, isCurrent } : null;
    const judged = judgeTap({ ...facts, actionKeys }, plan);
    switch (judged.kind) {
      case 'look':
        await endTap(client, id, 'done', 'state-shown');
        break;
      case 'refused':
        await endTap(client, id, 'invalid', judged.refusal);
        break;
      case 'decides':
        if (tapId !== null) break;
        tapId = id;
        await client.query(`UPDATE card_tap SET state = 'deciding', oa_user_id = $2 WHERE id = $1`, [
          id,
          facts.oaUserId,
        ]);
        await client.query(
          `UPDATE todo SET state = 'deciding', tap_id = $2, updated_at = clock_timestamp() WHERE task_id = $1`,
          [taskId, id],
        );
    }
  }
  return tapId;
}

async function endTap(
  client: PoolClient,
  tapId: string,
  state: TapState,
  code: string | null,
): Promise<void> {
  await client.query(
    `UPDATE card_tap tap SET state = $2, reason = $3, ended_at = clock_timestamp() WHERE tap.id = $1`,
    [tapId, state, code === null ? null : JSON.stringify({ code })],
  );
}

async function recordVerdict(
  client: PoolClient,
  taskId: string,
  tapId: string,
  verdict: Verdict,
): Promise<void> {
  switch (verdict.kind) {
    case 'decided':
      await client.query(
        `UPDATE todo t SET state = 'decided', outcome = tap.action_key, by = $3, at = clock_timestamp(),
                outcome_text = (
                  SELECT a->>'text' FROM message_call c JOIN message_push p ON p.id = c.push_id
                    JOIN oa_event e ON e.id = p.event_id, jsonb_array_elements(e.todo_actions->'actions') a
                   WHERE c.id = tap.call_id AND a->>'key' = tap.action_key LIMIT 1),
                oa_away_since = NULL, oa_answer = NULL, is_to_be_shown = true, updated_at = clock_timestamp()
           FROM card_tap tap WHERE t.task_id = $1 AND tap.id = $2`,
        [taskId, tapId, verdict.by],
      );
      return endTap(client, tapId, 'done', null);
    case 'already-decided':
      await client.query(
        `UPDATE todo SET state = 'settled', outcome = NULL, outcome_text = NULLIF($2, ''), by = NULL,
                at = clock_timestamp(), oa_away_since = NULL, oa_answer = $3, is_to_be_shown = true,
                updated_at = clock_timestamp()
          WHERE task_id = $1`,
        [taskId, verdict.message, JSON.stringify({ code: verdict.kind, message: verdict.message })],
      );
      return endTap(client, tapId, 'late', verdict.kind);
    case 'not-accepted':
    case 'refused': {
      const isSaid = verdict.kind === 'not-accepted';
      await client.query(
        `UPDATE todo SET state = 'open', tap_id = NULL, oa_away_since = NULL, oa_answer = $2, is_to_be_shown = true,
                updated_at = clock_timestamp()
          WHERE task_id = $1`,
        [taskId, isSaid ? JSON.stringify({ code: verdict.kind, message: verdict.message }) : null],
      );
      return isSaid
        ? endTap(client, tapId, 'refused', verdict.kind)
        : endTap(client, tapId, 'invalid', verdict.refusal);
    }
  }
}
