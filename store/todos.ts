import type { CardState } from '../domain/messages/message';
import type { SqlDatabase } from './sql-database';

export type TodoState = 'open' | 'deciding' | 'decided' | 'settled';

export type TapState = 'waiting' | 'deciding' | 'done' | 'late' | 'refused' | 'invalid';

export type TodoRecord = {
  readonly taskId: string;
  readonly target: 'oa' | 'plan';
  readonly runId: string | null;
  readonly state: TodoState;
  readonly outcome: string | null;
  readonly outcomeText: string | null;
  readonly by: string | null;
  readonly byName: string | null;
  readonly at: Date | null;
  readonly oaAwaySince: Date | null;
  readonly oaAnswer: { readonly code: string; readonly message?: string | null } | null;
};

export type TodoCard = {
  readonly userId: string;
  readonly oaUserId: string | null;
  readonly pushId: string;
  readonly state: CardState;
  /** When it was changed, else when it was sent. */
  readonly at: Date | null;
};

export type TapRecord = {
  readonly id: string;
  readonly userId: string;
  readonly oaUserId: string | null;
  /** Of the OA user. */
  readonly name: string | null;
  readonly actionKey: string;
  readonly state: TapState;
  readonly reason: { readonly code: string } | null;
  readonly tappedAt: Date;
  readonly endedAt: Date | null;
};

export type TodoDetails = TodoRecord & {
  readonly cards: readonly TodoCard[];
  /** Oldest first. */
  readonly taps: readonly TapRecord[];
};

export type Settlement = {
  /** Key of an action, or the OA's own word. */
  readonly outcome: string;
  readonly by: string;
  /** For the cards; the text of the action where it is left out. */
  readonly text?: string | undefined;
};

/** `same`: it was so already. `decided-otherwise`: it stands as it is. `not-of-the-oa`: a plan is decided in its run. */
export type SettleResult = 'settled' | 'same' | 'decided-otherwise' | 'not-of-the-oa' | 'unknown';

export interface TodoStore {
  findTodo(taskId: string): Promise<TodoDetails | undefined>;
  /** The OA says what came of it; its cards are to be changed. */
  settleTodo(taskId: string, settlement: Settlement): Promise<SettleResult>;
}

/** Who `todo.by` is, by name; null of a token, and of whom nobody knows any more. */
export const deciderName = `COALESCE((SELECT name FROM oa_user WHERE id = t.by),
  (SELECT display_name FROM console_user WHERE 'user:' || id = t.by),
  (SELECT name FROM mirror_member WHERE 'member:' || id = t.by))`;

const todoColumns = `t.task_id AS "taskId", t.target, t.run_id AS "runId", t.state, t.outcome,
  t.outcome_text AS "outcomeText", t.by, ${deciderName} AS "byName", t.at, t.oa_away_since AS "oaAwaySince", t.oa_answer AS "oaAnswer"`;

export function createTodoStore(db: SqlDatabase): TodoStore {
  const { pool } = db;
  return {
    async findTodo(taskId) {
      const [todos, cards, taps] = await Promise.all([
        pool.query<TodoRecord>(`SELECT ${todoColumns} FROM todo t WHERE t.task_id = $1`, [taskId]),
        pool.query<TodoCard>(
          `SELECT r.user_id AS "userId", r.oa_user_id AS "oaUserId", r.push_id AS "pushId", r.card_state AS state,
                  COALESCE(CASE WHEN r.card_state = 'updated' THEN c.response_code_used_at END, c.sent_at) AS at
             FROM oa_event e
             JOIN message_push p ON p.event_id = e.id
             JOIN message_recipient r ON r.push_id = p.id AND r.card_state IS NOT NULL AND r.user_id IS NOT NULL
             LEFT JOIN message_call c ON c.id = r.call_id
            WHERE e.task_id = $1
            ORDER BY p.accepted_at, p.id, r.seq`,
          [taskId],
        ),
        pool.query<TapRecord>(
          `SELECT p.id, p.user_id AS "userId", p.oa_user_id AS "oaUserId", u.name, p.action_key AS "actionKey", p.state,
                  p.reason, p.tapped_at AS "tappedAt", p.ended_at AS "endedAt"
             FROM card_tap p LEFT JOIN oa_user u ON u.id = p.oa_user_id
            WHERE p.task_id = $1 ORDER BY p.tapped_at, p.id`,
          [taskId],
        ),
      ]);
      const [todo] = todos.rows;
      return todo === undefined ? undefined : { ...todo, cards: cards.rows, taps: taps.rows };
    },

    settleTodo: (taskId, { outcome, by, text }) =>
      db.transaction(async (client): Promise<SettleResult> => {
        const { rows } = await client.query<Pick<TodoRecord, 'target' | 'state' | 'outcome'>>(
          'SELECT target, state, outcome FROM todo WHERE task_id = $1 FOR UPDATE',
          [taskId],
        );
        const [todo] = rows;
        if (todo === undefined) return 'unknown';
        if (todo.target !== 'oa') return 'not-of-the-oa';
        const isDecided = todo.state === 'decided' || todo.state === 'settled';
        // The OA may have said that it is decided, and not yet what came of it.
        if (isDecided && todo.outcome !== null) {
          return todo.outcome === outcome ? 'same' : 'decided-otherwise';
        }
        // While a tap is on its way to the OA, the OA's own word is what it comes to.
        await client.query(
          `UPDATE todo SET state = 'settled', outcome = $2, by = $3, at = clock_timestamp(), is_to_be_shown = true,
                  oa_away_since = NULL, updated_at = clock_timestamp(),
                  outcome_text = COALESCE($4, (
                    SELECT a->>'text' FROM oa_event e, jsonb_array_elements(e.todo_actions->'actions') a
                     WHERE e.task_id = $1 AND a->>'key' = $2 ORDER BY e.accepted_at DESC LIMIT 1))
            WHERE task_id = $1`,
          [taskId, outcome, by, text ?? null],
        );
        return 'settled';
      }),
  };
}
