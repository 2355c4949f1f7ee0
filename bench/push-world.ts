import { setTimeout as wait } from 'node:timers/promises';
import type { ProductProcess } from './product-process';
import { asNdjson, makeOa } from './simulated-oa';

export type Delivered = {
  readonly event: string;
  readonly person: number;
  readonly msgid: string;
  readonly sentAtMs: number;
};

/** One corp with as many people, all bound, and an app whose rules make texts of events and cards of to-dos. */
export interface PushWorld {
  readonly people: number;
  /** Returns whether it was accepted. */
  offer(event: OfferedEvent): Promise<boolean>;
  /** What stands on the phones of these people, each message once for each of them. */
  delivered(people: Iterable<number>): Promise<Delivered[]>;
  inbox(person: number): Promise<InboxMessage[]>;
  /** So many calls of the app have arrived since `DELETE /_sim/calls`. */
  calls(path: string): Promise<number>;
  forgetCalls(): Promise<void>;
  /** When the cards of a task were last changed, by the task's id in WeCom. */
  cardChanges(): Promise<Map<string, number>>;
  click(msgid: string, person: number, key: string): Promise<{ readonly taskId: string }>;
  /** Nothing of the messages waits or is being sent. */
  untilSent(): Promise<void>;
  readonly simulator: { readonly corpid: string; readonly secret: string; readonly agentid: number };
}

export type OfferedEvent = {
  readonly id: string;
  readonly people: readonly number[];
  readonly asTodo?: boolean;
};

export type InboxMessage = {
  readonly msgid: string;
  readonly sentAt: string;
  /** What stands in the request under the type of the message. */
  readonly body: { readonly content?: string };
  readonly card?: object;
};

type CallRow = {
  readonly at: string;
  readonly errcode: number | null;
  readonly request: { readonly template_card?: { readonly task_id?: string } };
};

const corpid = 'wwbench0000000001';
const corpName = 'Bench';
const agentid = 1000002;
const secrets = { contacts: 'bench-contacts-secret', app: 'bench-app-secret' };
const callback = {
  token: 'benchCallbackToken',
  encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
};
const giveUpAfterMs = 30 * 60_000;
const inboxesAtOnce = 16;
const oaUserId = (person: number): string => `oa${person}`;
const userId = (person: number): string => `user${person}`;

export async function createPushWorld(product: ProductProcess, people: number): Promise<PushWorld> {
  await fillBothSides(product, people);
  await connectCorp(product);
  const inbox = (person: number): Promise<InboxMessage[]> =>
    product.control('GET', `/corps/${corpid}/inbox/${userId(person)}`);

  return {
    people,
    simulator: { corpid, secret: secrets.app, agentid },
    inbox,

    async offer({ id, people: recipients, asTodo = false }) {
      const todo = {
        taskId: `task-${id}`,
        kind: 'pending',
        showActions: true,
        actions: [
          { key: 'approve', text: 'Approve' },
          { key: 'reject', text: 'Reject' },
        ],
      };
      try {
        await product.api('POST', '/oa/events', {
          eventId: id,
          module: asTodo ? 'todo' : 'news',
          type: 'created',
          title: `Event #${id}`,
          url: 'https://oa.example.com/',
          recipients: recipients.map(oaUserId),
          ...(asTodo ? { todo } : {}),
        });
        return true;
      } catch {
        return false;
      }
    },

    async delivered(persons) {
      const waiting = [...new Set(persons)];
      const found: Delivered[] = [];
      const lane = async (): Promise<void> => {
        for (let person = waiting.pop(); person !== undefined; person = waiting.pop()) {
          for (const { msgid, sentAt, body } of await inbox(person)) {
            const event = /#(\S+)/.exec(body.content ?? '')?.[1];
            if (event !== undefined) found.push({ event, person, msgid, sentAtMs: Date.parse(sentAt) });
          }
        }
      };
      await Promise.all(Array.from({ length: inboxesAtOnce }, lane));
      return found;
    },

    async calls(path) {
      const byPath = await product.control<Record<string, number>>('GET', '/calls?summary=1');
      return byPath[path] ?? 0;
    },
    forgetCalls: () => product.control('DELETE', '/calls'),

    async cardChanges() {
      const rows = await product.control<CallRow[]>('GET', '/calls?path=message/update_template_card');
      const changed = new Map<string, number>();
      for (const { at, errcode, request } of rows) {
        const taskId = request.template_card?.task_id;
        if (errcode === 0 && taskId !== undefined) changed.set(taskId, Date.parse(at));
      }
      return changed;
    },

    click: (msgid, person, key) =>
      product.control('POST', `/corps/${corpid}/messages/${msgid}/click`, { userid: userId(person), key }),

    untilSent: () =>
      until(async () => {
        const waiting = await Promise.all(
          // One by one: each is a question to an index.
          ['new', 'waiting', 'sending'].map(async (state) => {
            const page = await product.api<{ items: unknown[] }>('GET', `/pushes?state=${state}&limit=1`);
            return page.items.length;
          }),
        );
        return waiting.every((count) => count === 0);
      }),
  };
}

/** Both sides alike: what is measured begins with people who are bound. */
async function fillBothSides(product: ProductProcess, people: number): Promise<void> {
  const oa = makeOa(corpName, { users: people, departments: Math.max(1, Math.ceil(people / 100)) });
  const numbers = new Map(oa.departments.map(({ id }, index) => [id, index + 1]));
  await product.control('POST', '/corps', {
    corpid,
    name: corpName,
    contactsSecret: secrets.contacts,
    apps: [{ agentid, secret: secrets.app, name: corpName, visibleDepartments: [1] }],
    departments: oa.departments.map(({ id, name, parentId }) => ({
      id: numbers.get(id),
      name,
      parentid: parentId === null ? 0 : numbers.get(parentId),
    })),
    users: oa.users.map(({ loginId, name, mobile, position, departmentId }) => ({
      userid: loginId,
      name,
      mobile,
      position,
      department: [numbers.get(departmentId)],
    })),
  });
  await product.send('PUT', '/oa/directory', asNdjson(oa), 'application/x-ndjson');
}

async function connectCorp(product: ProductProcess): Promise<void> {
  const { id } = await product.api<{ id: string }>('POST', '/corps', {
    name: corpName,
    corpId: corpid,
    apiBaseUrl: product.simulatorUrl,
    contactsSecret: secrets.contacts,
  });
  const app = await product.api<{ id: string; callbackUrl: string }>('POST', `/corps/${id}/apps`, {
    name: corpName,
    agentId: agentid,
    secret: secrets.app,
    callback,
  });
  const verdict = await product.control<{ errcode: number; errmsg: string }>(
    'PUT',
    `/corps/${corpid}/callbacks`,
    { agentid, url: app.callbackUrl, ...callback },
  );
  if (verdict.errcode !== 0) throw new Error(`The callback was refused: ${verdict.errmsg}`);
  await product.api('PUT', `/corps/${id}/directory/settings`, {
    access: 'read-write',
    master: 'oa',
    push: {
      userIdFrom: 'loginId',
      match: [{ oaField: 'loginId', wecomField: 'userid' }],
      approval: { required: 'never' },
    },
  });
  // It finds everybody in place, and binds them.
  const { runId } = await product.api<{ runId: string }>('POST', `/corps/${id}/directory/runs`, {
    direction: 'push',
    mode: 'apply',
  });
  await until(async () => {
    const run = await product.api<{ phase: string; finishedAt: string | null }>('GET', `/runs/${runId}`);
    if (run.finishedAt === null) return false;
    if (run.phase === 'done') return true;
    throw new Error(`The push of the directory ended as ${run.phase}`);
  });
  for (const [source, type] of [
    ['news', 'text'],
    ['todo', 'template_card'],
  ]) {
    await product.api('POST', '/message-rules', {
      name: source,
      source,
      targets: [{ corpId: id, appId: app.id, type }],
    });
  }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + giveUpAfterMs; Date.now() < deadline; await wait(100)) {
    if (await isSo()) return;
  }
  throw new Error(`It did not come to that within ${giveUpAfterMs} ms`);
}
