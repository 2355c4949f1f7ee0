import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import pino from 'pino';
import type { MessageTemplate, RuleOptions } from '../../../domain/messages/message';
import type { PushCounts } from '../../../store/message-counts';
import { createMessageSweep, type MessageSweepPatience } from '../../../workers/messages-sweep';
import { ensureNamespace } from '../../../workers/namespace';
import { messagePushId } from '../../../workflows/message-push.contract';
import { bridgeTaskQueue } from '../../../workflows/task-queues';
import { startTestApi, type Answer, type TestApi } from '../../api/harness';
import { installQuietRuntime, keepWorker, type TestWorker } from '../../api/worker';
import { patienceMs } from '../../support/patience';
import { testTemporal } from '../../support/temporal';
import { addOaPeople, bindPeople, membersInWecom, oaIdOf, userIdOf, usualTemplate } from '../message-people';

export { oaIdOf, userIdOf } from '../message-people';

export type PushRow = {
  readonly id: string;
  readonly eventId: string;
  readonly state: string;
  readonly kind: string;
  readonly reason: string | null;
  readonly errcode: number | null;
  readonly counts: PushCounts;
  readonly isPaused: boolean;
  readonly isClosed: boolean;
  readonly calls: number;
};

export type CallRow = {
  readonly id: string;
  readonly state: string;
  readonly recipients: number;
  readonly attempts: number;
  readonly usesDuplicateCheck: boolean;
  readonly msgId: string | null;
  readonly cardState: string | null;
  readonly recallState: string | null;
};

export type Inbox = readonly {
  readonly msgid: string;
  readonly msgtype: string;
  readonly recalled: boolean;
  readonly body: { readonly content?: string };
}[];

export type SentCall = { readonly errcode: number; readonly request: Record<string, unknown> };

export interface FlowWorld {
  readonly api: TestApi;
  readonly client: Client;
  readonly corpId: string;
  readonly corpid: string;
  readonly appId: string;
  readonly agentId: number;
  worker(): TestWorker;
  startWorker(): Promise<void>;
  stopWorker(): Promise<void>;
  sweep(patience?: Partial<MessageSweepPatience>): Promise<number>;
  /** The only rule from now on. */
  rule(template?: Partial<MessageTemplate>, options?: Partial<RuleOptions>): Promise<void>;
  /** Accepted by the API. Returns the id of its push. */
  push(event?: Readonly<Record<string, unknown>>): Promise<string>;
  row(pushId: string): Promise<PushRow>;
  rows(): Promise<PushRow[]>;
  calls(pushId: string): Promise<CallRow[]>;
  recipients(pushId: string): Promise<Record<string, string>>;
  reaches(pushId: string, ...states: readonly string[]): Promise<PushRow>;
  recall(pushId: string): Promise<Answer>;
  inbox(number: number): Promise<Inbox>;
  texts(number: number): Promise<string[]>;
  /** Calls of message/send, as the simulator saw them. */
  sendCalls(): Promise<SentCall[]>;
  fault(fault: object): Promise<void>;
  noFaults(): Promise<void>;
  /** As a worker would have left it that died when its call was under way. */
  leaveCall(pushId: string): Promise<void>;
  workflowOf(pushId: string): ReturnType<Client['workflow']['getHandle']>;
  sql<T extends object>(text: string, params?: readonly unknown[]): Promise<T[]>;
  until<T>(what: string, look: () => Promise<T | undefined>, withinMs?: number): Promise<T>;
  close(): Promise<void>;
}

export const everybody = (people: number, from = 1): string[] =>
  Array.from({ length: people }, (_, index) => oaIdOf(from + index));

let events = 0;

/** API, worker, Temporal, Postgres and simulator; people are bound, and one rule makes a message of each event. */
export async function createFlowWorld({
  people = 5,
  worker: withWorker = true,
  temporal,
}: {
  readonly people?: number;
  readonly worker?: boolean;
  /** One of the test's own, with a clock of its own. */
  readonly temporal?: { readonly address: string; readonly namespace: string };
} = {}): Promise<FlowWorld> {
  // A server of the test's own was started by a runtime.
  if (temporal === undefined) installQuietRuntime();
  const env: Readonly<Record<string, string>> =
    temporal === undefined
      ? {}
      : { TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: temporal.namespace };
  const api = await startTestApi(env);
  if (temporal === undefined) {
    await ensureNamespace(testTemporal(), api.namespace, pino({ level: 'silent' }));
  }
  const connection = await Connection.connect({ address: temporal?.address ?? testTemporal().address });
  const client = new Client({ connection, namespace: api.namespace });
  const corpid = `wwmessages${randomUUID().slice(0, 8)}`;
  const agentId = 1000002;
  const secret = `app-${randomUUID()}`;
  await api.control('/_sim/corps', {
    corpid,
    name: 'Messages',
    contactsSecret: `contacts-${randomUUID()}`,
    apps: [
      {
        agentid: agentId,
        secret,
        name: 'Messages',
        visibleDepartments: [1],
        callback: { url: 'http://127.0.0.1:9/callback', token: 'token', encodingAesKey: 'a'.repeat(43) },
      },
    ],
    users: membersInWecom(people),
  });
  const created = await api.call('/corps', { body: { name: 'Messages', corpId: corpid } });
  const corpId = String(created.body.id);
  const app = await api.call(`/corps/${corpId}/apps`, { body: { name: 'Messages', agentId, secret } });
  const appId = String(app.body.id);

  const sql: FlowWorld['sql'] = async (text, params = []) =>
    (await api.db.pool.query(text, [...params])).rows;
  await addOaPeople(sql, people);
  await bindPeople(sql, corpId, people);

  const rowsOf = (pushId: string | null): Promise<PushRow[]> =>
    sql<PushRow>(
      `SELECT p.id, p.event_id AS "eventId", p.state, p.kind, p.reason->>'code' AS reason,
              (p.reason->'wecom'->>'errcode')::int AS errcode, p.counts, p.is_paused AS "isPaused",
              p.closed_at IS NOT NULL AS "isClosed",
              (SELECT count(*)::int FROM message_call c WHERE c.push_id = p.id) AS calls
         FROM message_push p WHERE $1::text IS NULL OR p.id = $1 ORDER BY p.accepted_at, p.id`,
      [pushId],
    );

  const world: FlowWorld = {
    api,
    client,
    corpId,
    corpid,
    appId,
    agentId,
    sql,

    ...keepWorker(api, env),
    sweep: (patience) =>
      createMessageSweep(client, world.worker().deps.messageSweep, bridgeTaskQueue, patience).sweep(),

    async rule(template = {}, options = {}) {
      await sql('UPDATE message_rule SET is_enabled = false');
      const ruleId = randomUUID();
      await sql(
        `INSERT INTO message_rule (id, name, source, "order", options, created_by, updated_at)
         VALUES ($1, 'All', 'all', 1, $2, 'token:test', now())`,
        [ruleId, JSON.stringify(options)],
      );
      await sql(
        `INSERT INTO message_target (id, rule_id, position, corp_id, app_id, template) VALUES ($1, $2, 0, $3, $4, $5)`,
        [randomUUID(), ruleId, corpId, appId, JSON.stringify({ ...usualTemplate, ...template })],
      );
    },

    async push(event = {}) {
      const eventId = `event-${++events}`;
      const answer = await api.call('/oa/events', {
        body: {
          eventId,
          module: 'workflow',
          type: 'created',
          title: `Title ${eventId}`,
          recipients: [oaIdOf(1)],
          ...event,
        },
      });
      expect([answer.status, answer.text]).toEqual([202, expect.anything()]);
      return String(answer.body.pushes[0].pushId);
    },

    async row(pushId) {
      const [row] = await rowsOf(pushId);
      if (row === undefined) throw new Error(`There is no push ${pushId}`);
      return row;
    },
    rows: () => rowsOf(null),

    calls: (pushId) =>
      sql<CallRow>(
        `SELECT id, state, recipients, attempts, uses_duplicate_check AS "usesDuplicateCheck", msg_id AS "msgId",
                card_state AS "cardState", recall_state AS "recallState"
           FROM message_call WHERE push_id = $1 ORDER BY seq`,
        [pushId],
      ),

    async recipients(pushId) {
      const rows = await sql<{ id: string; state: string; reason: string | null }>(
        `SELECT oa_user_id AS id, state, reason FROM message_recipient WHERE push_id = $1 ORDER BY seq`,
        [pushId],
      );
      return Object.fromEntries(
        rows.map(({ id, state, reason }) => [id, reason === null ? state : `${state}: ${reason}`]),
      );
    },

    reaches: (pushId, ...states) =>
      world.until(`${pushId} is ${states.join(' or ')}`, async () => {
        const row = await world.row(pushId);
        return states.includes(row.state) ? row : undefined;
      }),

    recall: (pushId) =>
      api.call(`/pushes/${pushId}/recall`, { method: 'POST', headers: { 'accept-language': 'en' } }),

    inbox: async (number) =>
      (await api.control(`/_sim/corps/${corpid}/inbox/${userIdOf(number)}`, undefined, 'GET')) as Inbox,

    async texts(number) {
      const inbox = await world.inbox(number);
      return inbox.map(({ body, recalled }) => (recalled ? 'recalled' : (body.content ?? '')));
    },

    sendCalls: async () =>
      (await api.control('/_sim/calls?path=message/send', undefined, 'GET')) as SentCall[],

    async fault(fault) {
      await api.control('/_sim/faults', [fault]);
    },
    async noFaults() {
      await api.control('/_sim/faults', undefined, 'DELETE');
    },

    async leaveCall(pushId) {
      await world
        .workflowOf(pushId)
        .terminate()
        .catch(() => undefined);
      await sql(
        `UPDATE message_recipient SET state = 'sending', sending_at = now() - interval '2 minutes'
          WHERE push_id = $1 AND state = 'sent'`,
        [pushId],
      );
      await sql(
        `UPDATE message_call SET state = 'sending', msg_id = NULL, sent_at = NULL,
                started_at = started_at - interval '2 minutes' WHERE push_id = $1`,
        [pushId],
      );
      await sql(
        `UPDATE message_push SET state = 'sending', updated_at = now() - interval '1 hour',
                counts = counts - 'sent' || jsonb_build_object('sending', counts->'sent') WHERE id = $1`,
        [pushId],
      );
    },

    workflowOf: (pushId) => client.workflow.getHandle(messagePushId(pushId)),

    async until(what, look, withinMs = patienceMs) {
      for (const deadline = Date.now() + withinMs; ; await wait(50)) {
        const found = await look();
        if (found !== undefined) return found;
        if (Date.now() > deadline) {
          throw new Error(`Not in time: ${what}; ${JSON.stringify(await world.rows())}`);
        }
      }
    },

    async close() {
      await world.stopWorker();
      await connection.close();
      await api.close();
    },
  };
  await world.rule();
  if (withWorker) await world.startWorker();
  return world;
}
