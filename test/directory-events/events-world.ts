import { setTimeout as wait } from 'node:timers/promises';
import { randomBytes } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { encrypt, getSignature } from '@wecom/crypto';
import { directoryEventsId } from '../../workflows/directory-events.contract';
import type { TestApi } from '../api/harness';
import { startTestApi } from '../api/harness';
import { startTestWorker } from '../api/worker';
import { testTemporal } from '../support/temporal';
import { patienceMs } from '../support/patience';

export const callback = {
  token: 'callbackToken1',
  encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
};

export type MemberRow = {
  id: string;
  userId: string;
  departments: number[];
  name: string | null;
  gone: boolean;
};
export type DepartmentRow = { id: number; parentId: number; name: string | null; gone: boolean };
export type EventRow = {
  kind: string;
  outcome: string | null;
  deliveries: number;
  attempts: number;
  processed: boolean;
};

export type EventsCorp = { readonly id: string; readonly corpid: string; readonly url: string };

type CorpOptions = {
  readonly contacts?: boolean;
  readonly app?: boolean;
  readonly rights?: 'today' | 'legacy';
  readonly visibleDepartments?: readonly number[];
  readonly generate?: { readonly members: number; readonly departments: number };
  /** Whether the simulator sends its events to the bridge. */
  readonly sends?: boolean;
};

export interface EventsWorld {
  readonly api: TestApi;
  readonly client: Client;
  startWorker(): Promise<void>;
  stopWorker(): Promise<void>;
  /** In the simulator, connected, pulled once by nobody: the mirror is empty. */
  createCorp(options?: CorpOptions): Promise<EventsCorp>;
  pull(corp: EventsCorp): Promise<void>;
  byHand(corp: EventsCorp, path: string, body: Record<string, unknown>): Promise<void>;
  /** An event as WeCom sends it, made by Tencent's own library. */
  deliver(corp: EventsCorp, fields: Readonly<Record<string, string | number>>): Promise<number>;
  members(corp: EventsCorp): Promise<MemberRow[]>;
  departments(corp: EventsCorp): Promise<DepartmentRow[]>;
  events(corp: EventsCorp): Promise<EventRow[]>;
  /** Until every event that was received has its end. */
  settled(corp: EventsCorp, count: number): Promise<EventRow[]>;
  /** Signals and activities of all executions of the corp's workflow. */
  history(corp: EventsCorp): Promise<{ signals: number; batches: number; executions: number; text: string }>;
  callsByPath(): Promise<Record<string, number>>;
  close(): Promise<void>;
}

const agentid = 1000002;

export async function createEventsWorld(options: { readonly worker?: boolean } = {}): Promise<EventsWorld> {
  const api = await startTestApi();
  const connection = await Connection.connect(testTemporal());
  const client = new Client({ connection, namespace: api.namespace });
  let worker: { stop(): Promise<void> } | undefined;
  const world: EventsWorld = {
    api,
    client,
    async startWorker() {
      worker = await startTestWorker(api);
    },
    async stopWorker() {
      const stopping = worker;
      worker = undefined;
      await stopping?.stop();
    },

    async createCorp({
      contacts = true,
      app = true,
      rights,
      visibleDepartments = [1],
      generate,
      sends = true,
    } = {}) {
      const corpid = `ww${randomBytes(8).toString('hex')}`;
      await api.control('/_sim/corps', {
        corpid,
        name: '测试企业',
        contactsSecret: 'contacts-secret',
        ...(rights === undefined ? {} : { rights }),
        apps: [{ agentid, secret: 'app-secret', name: '桥', visibleDepartments }],
        ...(generate === undefined
          ? {
              departments: [
                { id: 2, name: '研发部', parentid: 1 },
                { id: 3, name: '市场部', parentid: 1 },
              ],
              users: [
                { userid: 'ada', name: '阿达', department: [2] },
                { userid: 'bob', name: '波波', department: [3] },
              ],
            }
          : { generate }),
      });
      const created = await api.call('/corps', {
        body: {
          name: '测试企业',
          corpId: corpid,
          contactsCallback: callback,
          ...(contacts ? { contactsSecret: 'contacts-secret' } : {}),
        },
      });
      const corp = { id: created.body.id, corpid, url: created.body.contactsCallbackUrl };
      if (app)
        await api.call(`/corps/${corp.id}/apps`, {
          body: { name: '桥', agentId: agentid, secret: 'app-secret' },
        });
      if (sends)
        await api.control(
          `/_sim/corps/${corpid}/callbacks`,
          { agentid: 'contacts', url: corp.url, ...callback },
          'PUT',
        );
      return corp;
    },

    async pull({ id }) {
      const started = await api.call(`/corps/${id}/directory/runs`, {
        body: { direction: 'pull', mode: 'apply' },
      });
      for (const deadline = Date.now() + patienceMs; ; await wait(100)) {
        const run = await api.call(`/runs/${started.body.runId}`);
        if (run.body.finishedAt !== null) {
          if (run.body.phase !== 'done') throw new Error(`The pull ended as ${run.text}`);
          return;
        }
        if (Date.now() > deadline) throw new Error('The pull did not end');
      }
    },

    async byHand({ corpid }, path, body) {
      const answer = (await api.control(`/_sim/corps/${corpid}/by-hand`, { path, body })) as {
        errcode: number;
      };
      if (answer.errcode !== 0) throw new Error(JSON.stringify(answer));
    },

    async deliver({ corpid, url }, fields) {
      const inner = Object.entries({
        ToUserName: corpid,
        FromUserName: 'sys',
        CreateTime: 1_403_610_513,
        MsgType: 'event',
        Event: 'change_contact',
        ...fields,
      })
        .map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`)
        .join('');
      const encrypted = encrypt(callback.encodingAesKey, `<xml>${inner}</xml>`, corpid);
      const timestamp = String(Math.floor(Date.now() / 1000));
      const nonce = randomBytes(6).toString('hex');
      const query = new URLSearchParams({
        msg_signature: getSignature(callback.token, timestamp, nonce, encrypted),
        timestamp,
        nonce,
      });
      const answer = await fetch(`${url}?${query.toString()}`, {
        method: 'POST',
        body: `<xml><ToUserName><![CDATA[${corpid}]]></ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`,
      });
      await answer.arrayBuffer();
      return answer.status;
    },

    async members({ id }) {
      const { rows } = await api.db.pool.query<MemberRow>(
        `SELECT id, user_id AS "userId", departments, name, gone_at IS NOT NULL AS gone FROM mirror_member
         WHERE corp_id = $1 ORDER BY user_id_key`,
        [id],
      );
      return rows;
    },

    async departments({ id }) {
      const { rows } = await api.db.pool.query<DepartmentRow>(
        `SELECT department_id AS id, parent_id AS "parentId", name, gone_at IS NOT NULL AS gone
         FROM mirror_department WHERE corp_id = $1 ORDER BY department_id`,
        [id],
      );
      return rows;
    },

    async events({ id }) {
      const { rows } = await api.db.pool.query<EventRow>(
        `SELECT kind, outcome, deliveries, attempts, processed_at IS NOT NULL AS processed FROM callback_event
         WHERE corp_id = $1 ORDER BY received_at, id`,
        [id],
      );
      return rows;
    },

    async settled(corp, count) {
      for (const deadline = Date.now() + patienceMs; ; await wait(50)) {
        const events = await world.events(corp);
        if (events.length >= count && events.every(({ processed }) => processed)) return events;
        if (Date.now() > deadline) throw new Error(`Not settled: ${JSON.stringify(events.slice(0, 20))}`);
      }
    },

    async history({ id }) {
      let [signals, batches, executions, text] = [0, 0, 0, ''];
      const query = `WorkflowId = '${directoryEventsId(id)}'`;
      for await (const { runId } of client.workflow.list({ query })) {
        executions += 1;
        const { events } = await client.workflow.getHandle(directoryEventsId(id), runId).fetchHistory();
        text += JSON.stringify(events, (key, value: unknown) =>
          value instanceof Uint8Array || key === 'data' ? Buffer.from(value as never).toString() : value,
        );
        for (const event of events ?? []) {
          if (event.workflowExecutionSignaledEventAttributes) signals += 1;
          if (event.activityTaskScheduledEventAttributes) batches += 1;
        }
      }
      return { signals, batches, executions, text };
    },

    async callsByPath() {
      const answer = await fetch(`${api.simulator.url}/_sim/calls?summary=1`);
      return (await answer.json()) as Record<string, number>;
    },

    async close() {
      await worker?.stop();
      await connection.close();
      await api.close();
    },
  };
  if (options.worker !== false) await world.startWorker();
  return world;
}
