import { setTimeout as wait } from 'node:timers/promises';
import type { ProductProcess } from '../product-process';

/** Ids of what is there, by the path's segment or the name of the field in which they stand. */
export type Known = Readonly<Record<string, readonly string[]>>;

type Listed<T> = { readonly items: readonly T[] };
type Run = { readonly id: string; readonly phase: string; readonly planHash?: string | null };

const endedPhases = ['done', 'failed', 'rejected', 'cancelled', 'expired', 'blocked', 'awaiting-approval'];
const settleWithinMs = 180_000;
const dayMs = 86_400_000;
const taskId = 'fuzz-task-1';
const verificationFile = 'WW_verify_0123456789abcdef.txt';

/** The demo after a morning's work: of every kind of thing there is at least one. */
export async function workInDemo(product: ProductProcess): Promise<Known> {
  const post = <T>(path: string, body: unknown = {}) => product.api<T>('POST', path, body);
  const get = <T>(path: string) => product.api<T>('GET', path);

  const corp = await soon(async () => (await get<Listed<{ id: string; corpId: string }>>('/corps')).items[0]);
  const inCorp = `/corps/${corp.id}`;
  const app = await soon(async () => (await get<Listed<{ id: string }>>(`${inCorp}/apps`)).items[0]);
  const ruleIds = await soon(async () => {
    const { items } = await get<Listed<{ ruleId: string }>>('/message-rules');
    return items.length === 0 ? undefined : items.map(({ ruleId }) => ruleId);
  });

  const pull = await ended(await start('pull', 'apply'));
  const simulation = await ended(await start('push', 'simulate'));
  const push = await ended(await start('push', 'apply'));
  const members = (await get<Listed<{ userId: string }>>(`${inCorp}/members?limit=20`)).items.map(
    ({ userId }) => userId,
  );
  const oaUsers = (await get<Listed<{ id: string }>>('/oa/users?limit=20')).items.map(({ id }) => id);

  const { eventId } = await post<{ eventId: string }>('/oa/events', {
    eventId: 'fuzz-1',
    module: 'workflow',
    type: 'todo.created',
    title: 'To be read',
    recipients: oaUsers,
    todo: {
      taskId,
      kind: 'pending',
      showActions: true,
      actions: [{ key: 'agree', text: 'Agree' }],
    },
  });
  const pushes = await soon(async () => {
    const { items } = await get<Listed<{ pushId: string }>>(`/pushes?eventId=${eventId}`);
    return items.length === 0 ? undefined : items.map(({ pushId }) => pushId);
  });
  const attendanceRule = await post<{ ruleId: string }>(`${inCorp}/attendance/rules`, { name: 'Everybody' });
  const attendance = await ended(
    (
      await post<{ runId: string }>(`${inCorp}/attendance/runs`, {
        from: dayBeforeToday(3),
        to: dayBeforeToday(1),
      })
    ).runId,
  );
  const records = await get<Listed<{ recordId: string }>>(`${inCorp}/attendance/records?limit=20`);
  const bound = await get<Listed<{ userId: string }>>(`${inCorp}/bindings?limit=20`);
  const leaving = bound.items.slice(0, 4).map(({ userId }) => userId);
  for (const userId of leaving) await post(`${inCorp}/departures`, { userId });
  const user = await post<{ id: string }>('/users', {
    loginName: 'reader',
    displayName: 'Reader',
    role: 'viewer',
  });
  const token = await post<{ id: string }>('/tokens', { name: 'reader', scopes: ['read'] });
  await post('/verification-files', { name: verificationFile, content: '0123456789abcdef' });
  const changes = await get<Listed<{ id: string }>>(`/runs/${simulation.id}/changes?limit=50`);
  const drift = await get<Listed<{ id: string }>>(`${inCorp}/drift?limit=20`);
  const runs = [pull, simulation, push, attendance].map(({ id }) => id);
  const planHash = [simulation, push].flatMap(({ planHash }) => (planHash ? [planHash] : []));

  return {
    corps: [corp.id],
    corpId: [corp.id],
    confirm: [corp.corpId],
    apps: [app.id],
    'message-apps': [app.id],
    appId: [app.id],
    'message-rules': ruleIds,
    rules: [attendanceRule.ruleId],
    ruleId: [...ruleIds, attendanceRule.ruleId],
    runs,
    with: runs,
    planHash,
    changes: changes.items.map(({ id }) => id),
    versions: ['1', '2'],
    drift: drift.items.map(({ id }) => id),
    members,
    departures: leaving,
    bindings: members,
    userId: members,
    'oa/users': oaUsers,
    oaUserId: oaUsers,
    events: [eventId],
    eventId: [eventId],
    pushes,
    todos: [taskId],
    records: records.items.map(({ recordId }) => recordId),
    'v1/users': [user.id],
    tokens: [token.id],
    'verification-files': [verificationFile],
  };

  async function start(direction: string, mode: string): Promise<string> {
    return (await post<{ runId: string }>(`${inCorp}/directory/runs`, { direction, mode })).runId;
  }

  function ended(runId: string): Promise<Run> {
    return soon(async () => {
      const run = await get<Run>(`/runs/${runId}`);
      return endedPhases.includes(run.phase) ? run : undefined;
    });
  }
}

async function soon<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + settleWithinMs; ; await wait(500)) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error('The demo does not become what it has to be');
  }
}

function dayBeforeToday(days: number): string {
  return new Date(Date.now() - days * dayMs).toISOString().slice(0, 10);
}
