import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { encrypt, getSignature } from '@wecom/crypto';
import pino from 'pino';
import type { TemplateCard } from '../../../domain/messages/card';
import { ensureNamespace } from '../../../workers/namespace';
import { createTodoSweep, type TodoSweepPatience } from '../../../workers/todos-sweep';
import { bridgeTaskQueue } from '../../../workflows/task-queues';
import { todoId } from '../../../workflows/todo.contract';
import { startTestApi, type TestApi } from '../../api/harness';
import { installQuietRuntime, keepWorker, type TestWorker } from '../../api/worker';
import { patienceMs } from '../../support/patience';
import { testTemporal } from '../../support/temporal';
import { addOaPeople, bindPeople, membersInWecom, oaIdOf, userIdOf } from '../message-people';

export { userIdOf } from '../message-people';

export type TodoCorp = {
  readonly corpId: string;
  readonly corpid: string;
  readonly appId: string;
  readonly agentId: number;
  readonly callbackUrl: string;
};

export type InboxCard = {
  readonly msgid: string;
  readonly msgtype: string;
  readonly body: TemplateCard;
  readonly card: TemplateCard;
};

export type TodoView = {
  readonly state: string;
  readonly outcome: string | null;
  readonly outcomeText: string | null;
  readonly by: string | null;
  readonly oaAwaySince: string | null;
  readonly oaAnswer: { readonly code: string; readonly message: string | null } | null;
  readonly cards: readonly { readonly userId: string; readonly state: string }[];
  readonly taps: readonly {
    readonly userId: string;
    readonly action: string;
    readonly state: string;
    readonly reason: string | null;
  }[];
};

export interface TodosWorld {
  readonly api: TestApi;
  readonly client: Client;
  readonly corps: readonly [TodoCorp, TodoCorp];
  worker(): TestWorker;
  startWorker(): Promise<void>;
  stopWorker(): Promise<void>;
  sweep(patience?: Partial<TodoSweepPatience>): Promise<number>;
  /** An event with a to-do, sent to these people in both corps. Returns its task. */
  task(
    people: readonly number[],
    todo?: Readonly<Record<string, unknown>>,
    event?: Readonly<Record<string, unknown>>,
  ): Promise<string>;
  /** The newest card of a person, as it looks now. */
  card(corp: TodoCorp, number: number): Promise<InboxCard>;
  /** Presses a button on the newest card of a person. */
  tap(corp: TodoCorp, number: number, key: string): Promise<void>;
  /** A tap as WeCom tells it, whoever could have made it. Returns the status with which it was answered. */
  deliver(
    corp: TodoCorp,
    tap: { readonly callId: string; readonly userId: string; readonly key: string; readonly code?: string },
  ): Promise<number>;
  todo(taskId: string): Promise<TodoView>;
  /** Until the task is as asked. */
  reaches(taskId: string, what: string, is: (todo: TodoView) => boolean): Promise<TodoView>;
  settle(taskId: string, body: object): Promise<{ readonly status: number; readonly text: string }>;
  callbackEvents(): Promise<{ kind: string; outcome: string | null; deliveries: number }[]>;
  callIdOf(taskId: string, corp: TodoCorp): Promise<string>;
  workflowOf(taskId: string): ReturnType<Client['workflow']['getHandle']>;
  sql<T extends object>(text: string, params?: readonly unknown[]): Promise<T[]>;
  until<T>(what: string, look: () => Promise<T | undefined>, withinMs?: number): Promise<T>;
  close(): Promise<void>;
}

export const actions = [
  { key: 'approve', text: '同意' },
  { key: 'reject', text: '退回' },
];

const callback = { token: 'callbackToken1', encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C' };
const template = {
  type: 'template_card',
  title: null,
  content: null,
  buttonText: null,
  imageUrl: null,
  url: 'https://oa.example.com/todo',
};

/** Two corps whose apps call back, the same people in both, and one rule that sends every to-do through both. */
export async function createTodosWorld(
  env: Readonly<Record<string, string>> = {},
  { people = 4, worker: withWorker = true }: { readonly people?: number; readonly worker?: boolean } = {},
): Promise<TodosWorld> {
  installQuietRuntime();
  const api = await startTestApi(env);
  await ensureNamespace(testTemporal(), api.namespace, pino({ level: 'silent' }));
  const connection = await Connection.connect(testTemporal());
  const client = new Client({ connection, namespace: api.namespace });
  const sql: TodosWorld['sql'] = async (text, params = []) =>
    (await api.db.pool.query(text, [...params])).rows;

  await addOaPeople(sql, people);

  async function createCorp(name: string, agentId: number): Promise<TodoCorp> {
    const corpid = `wwtodos${randomBytes(6).toString('hex')}`;
    const secret = `app-${randomUUID()}`;
    await api.control('/_sim/corps', {
      corpid,
      name,
      contactsSecret: `contacts-${randomUUID()}`,
      apps: [{ agentid: agentId, secret, name, visibleDepartments: [1] }],
      users: membersInWecom(people),
    });
    const corpId = String((await api.call('/corps', { body: { name, corpId: corpid } })).body.id);
    const app = await api.call(`/corps/${corpId}/apps`, { body: { name, agentId, secret, callback } });
    const callbackUrl = String(app.body.callbackUrl);
    await api.control(
      `/_sim/corps/${corpid}/callbacks`,
      { agentid: agentId, url: callbackUrl, ...callback },
      'PUT',
    );
    await bindPeople(sql, corpId, people);
    return { corpId, corpid, appId: String(app.body.id), agentId, callbackUrl };
  }
  const corps = [await createCorp('One', 1000002), await createCorp('Two', 1000003)] as const;
  const ruleId = randomUUID();
  await sql(
    `INSERT INTO message_rule (id, name, source, "order", options, created_by, updated_at)
     VALUES ($1, 'All', 'all', 1, '{}', 'token:test', now())`,
    [ruleId],
  );
  for (const [position, { corpId, appId }] of corps.entries()) {
    await sql(
      `INSERT INTO message_target (id, rule_id, position, corp_id, app_id, template) VALUES ($1, $2, $3, $4, $5, $6)`,
      [randomUUID(), ruleId, position, corpId, appId, JSON.stringify(template)],
    );
  }

  const world: TodosWorld = {
    api,
    client,
    corps,
    sql,
    ...keepWorker(api, env),
    sweep: (patience) => {
      const { cardTaps: taps, todoSweep: todos } = world.worker().deps;
      return createTodoSweep(client, { taps, todos }, bridgeTaskQueue, patience).sweep();
    },

    async task(numbers, todo = {}, event = {}) {
      const taskId = `task-${randomUUID()}`;
      const answer = await api.call('/oa/events', {
        body: {
          eventId: `event-${randomUUID()}`,
          module: 'workflow',
          type: 'created',
          title: `Title ${taskId}`,
          recipients: numbers.map(oaIdOf),
          todo: { taskId, kind: 'pending', showActions: true, actions, ...todo },
          ...event,
        },
      });
      expect([answer.status, answer.text]).toEqual([202, expect.anything()]);
      await world.until('the cards are sent', async () => {
        const [row] = await sql<{ open: number }>(
          `SELECT count(*)::int AS open FROM message_push p JOIN oa_event e ON e.id = p.event_id
            WHERE e.task_id = $1 AND p.state NOT IN ('sent', 'partly', 'nobody')`,
          [taskId],
        );
        return row?.open === 0 ? true : undefined;
      });
      return taskId;
    },

    async card({ corpid }, number) {
      const inbox = (await api.control(
        `/_sim/corps/${corpid}/inbox/${userIdOf(number)}`,
        undefined,
        'GET',
      )) as InboxCard[];
      const newest = inbox.at(-1);
      if (newest === undefined) throw new Error(`${userIdOf(number)} has no message`);
      return newest;
    },

    async tap(corp, number, key) {
      const { msgid } = await world.card(corp, number);
      await api.control(`/_sim/corps/${corp.corpid}/messages/${msgid}/click`, {
        userid: userIdOf(number),
        key,
      });
    },

    async deliver({ corpid, agentId, callbackUrl }, { callId, userId, key, code = 'no-such-code' }) {
      const fields = {
        ToUserName: corpid,
        FromUserName: userId,
        CreateTime: 1_403_610_513,
        MsgType: 'event',
        Event: 'template_card_event',
        EventKey: key,
        TaskId: callId,
        CardType: 'button_interaction',
        ResponseCode: code,
        AgentID: agentId,
      };
      const inner = Object.entries(fields)
        .map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`)
        .join('');
      const encrypted = encrypt(callback.encodingAesKey, `<xml>${inner}</xml>`, corpid);
      const timestamp = String(Math.floor(Date.now() / 1_000));
      const nonce = randomBytes(6).toString('hex');
      const query = new URLSearchParams({
        msg_signature: getSignature(callback.token, timestamp, nonce, encrypted),
        timestamp,
        nonce,
      });
      const answer = await fetch(`${callbackUrl}?${query.toString()}`, {
        method: 'POST',
        body: `<xml><ToUserName><![CDATA[${corpid}]]></ToUserName><AgentID><![CDATA[${agentId}]]></AgentID><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`,
      });
      await answer.arrayBuffer();
      return answer.status;
    },

    async todo(taskId) {
      const answer = await api.call(`/oa/todos/${taskId}`);
      expect([answer.status, answer.text]).toEqual([200, expect.anything()]);
      return answer.body as TodoView;
    },

    reaches: (taskId, what, is) =>
      world.until(what, async () => {
        const todo = await world.todo(taskId);
        return is(todo) ? todo : undefined;
      }),

    settle: (taskId, body) => api.call(`/oa/todos/${taskId}/settle`, { body }),

    callbackEvents: () =>
      sql(
        `SELECT kind, outcome, deliveries FROM callback_event WHERE kind LIKE 'event/template%' ORDER BY received_at`,
      ),

    async callIdOf(taskId, { corpId }) {
      const [row] = await sql<{ id: string }>(
        `SELECT c.id FROM message_call c JOIN message_push p ON p.id = c.push_id JOIN oa_event e ON e.id = p.event_id
          WHERE e.task_id = $1 AND c.corp_id = $2`,
        [taskId, corpId],
      );
      return row?.id ?? '';
    },

    workflowOf: (taskId) => client.workflow.getHandle(todoId(taskId)),

    async until(what, look, withinMs = patienceMs) {
      for (const deadline = Date.now() + withinMs; ; await wait(50)) {
        const found = await look();
        if (found !== undefined) return found;
        if (Date.now() > deadline) {
          const rows = await sql(
            `SELECT task_id, state, outcome, is_to_be_shown FROM todo ORDER BY created_at DESC LIMIT 3`,
          );
          const taps = await sql(
            `SELECT user_id, action_key, state, reason FROM card_tap ORDER BY tapped_at DESC LIMIT 5`,
          );
          const calls = await sql(
            `SELECT state, card_state, error FROM message_call ORDER BY started_at DESC LIMIT 5`,
          );
          throw new Error(`Not in time: ${what}; ${JSON.stringify({ rows, taps, calls })}`);
        }
      }
    },

    async close() {
      await world.stopWorker();
      await connection.close();
      await api.close();
    },
  };
  if (withWorker) await world.startWorker();
  return world;
}

/** Everybody's card of the task shows what came of it. */
export const allUpdated = ({ cards }: TodoView): boolean =>
  cards.length > 0 && cards.every(({ state }) => state === 'updated');

/** What a card says below its title, and in its rows. */
export function said({
  main_title: title,
  horizontal_content_list: rows = [],
  quote_area: quote,
}: TemplateCard) {
  return {
    remark: title.desc,
    ...Object.fromEntries(rows.map(({ keyname, value }) => [keyname, value])),
    ...(quote === undefined ? {} : { quote: quote.quote_text }),
  };
}
