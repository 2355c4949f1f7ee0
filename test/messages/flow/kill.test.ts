import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { loadConfig } from '../../../config';
import { freePort } from '../../../embedded/ports';
import { projectRoot } from '../../../project-root';
import { testTemporal } from '../../support/temporal';
import { createFlowWorld, oaIdOf, userIdOf, type FlowWorld } from './flow-world';

/** With 1000 it takes some minutes. */
const events = Number(process.env['TEST_KILL_EVENTS'] ?? 100);
const recalls = events / 5;
const blowsInAll = Math.max(3, events / 100);
const people = 100;
const perEvent = 2;
const offeredAtOnce = 6;

jest.setTimeout(Math.max(240_000, events * 1_000));

let world: FlowWorld;
let worker: ChildProcess | undefined;
let api: ChildProcess | undefined;
let apiUrl: string;

beforeAll(async () => {
  world = await createFlowWorld({ people, worker: false });
  apiUrl = `http://127.0.0.1:${await freePort()}`;
  [worker, api] = await Promise.all([spawnPart('workers'), spawnPart('api')]);
  // Slow enough that a blow meets calls under way.
  await world.api.control('/_sim/settings', { latencyMs: 40 });
});

afterAll(async () => {
  worker?.kill('SIGKILL');
  api?.kill('SIGKILL');
  await world?.close();
});

/** As it runs in production, sweeps included, in a process that can be killed. */
async function spawnPart(part: 'workers' | 'api'): Promise<ChildProcess> {
  const config = loadConfig({
    DATABASE_URL: world.api.databaseUrl,
    TEMPORAL_ADDRESS: testTemporal().address,
    TEMPORAL_NAMESPACE: world.api.namespace,
    BRIDGE_MASTER_KEY: world.api.masterKey,
    BRIDGE_ADMIN_TOKEN: world.api.adminToken,
    SIMULATOR_URL: world.api.simulator.url,
    PORT: new URL(apiUrl).port,
  });
  const settings = Object.entries(config).map(([name, value]) => [name, String(value)]);
  const child = spawn(process.execPath, [join(projectRoot, 'dist', part, 'main.js')], {
    env: { PATH: process.env['PATH'], ...Object.fromEntries(settings), BRIDGE_LOG_LEVEL: 'silent' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`${part} ended with ${code} before it was ready`)));
  });
  return child;
}

async function killWorker(): Promise<void> {
  worker?.kill('SIGKILL');
  worker = await spawnPart('workers');
}

async function killApi(): Promise<void> {
  api?.kill('SIGKILL');
  api = await spawnPart('api');
}

type Answer = { readonly status: number; readonly body: { readonly [field: string]: unknown } };

/** As an OA asks that knows what it has to do: the same again until it is answered. */
async function post(path: string, body?: object): Promise<Answer> {
  for (const deadline = Date.now() + 120_000; ; await wait(100)) {
    try {
      const answer = await fetch(`${apiUrl}/api/v1${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${world.api.adminToken}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(20_000),
      });
      if (answer.status < 500)
        return { status: answer.status, body: (await answer.json()) as Answer['body'] };
    } catch (error) {
      // By name: jest gives tests errors of their own.
      const isAway = ['TypeError', 'TimeoutError', 'AbortError'].includes((error as Error).name);
      if (!isAway) throw error;
    }
    if (Date.now() > deadline) throw new Error(`${path}: no answer`);
  }
}

const peopleOf = (index: number): number[] =>
  Array.from({ length: perEvent }, (_, place) => ((index * perEvent + place) % people) + 1);
const isRecalled = (index: number): boolean => index % 5 === 2;

type Offered = { readonly pushId: string; readonly recall: Answer | null };

async function offer(index: number): Promise<Offered> {
  const answer = await post('/oa/events', {
    eventId: `killed-${index}`,
    module: 'workflow',
    type: 'created',
    title: `Event #${index}`,
    recipients: peopleOf(index).map(oaIdOf),
  });
  expect([answer.status, answer.body]).toEqual([202, expect.anything()]);
  const [push] = answer.body['pushes'] as { pushId: string }[];
  const pushId = push?.pushId ?? '';
  if (!isRecalled(index)) return { pushId, recall: null };
  // Some meet their push before it is sent, some in the middle of it, some afterwards.
  await wait((index * 37) % 400);
  return { pushId, recall: await post(`/pushes/${pushId}/recall`) };
}

type CallRow = { pushId: string; state: string; msgId: string | null; recallState: string | null };
type RecipientRow = { pushId: string; userId: string; state: string };
type Message = { msgid: string; recalled: boolean; body: { content?: string } };

it('a worker and an API killed again and again lose no message, send none twice, and leave each recall one outcome', async () => {
  const offered: Offered[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < events; index = next++) offered[index] = await offer(index);
  };
  const blows = (async () => {
    for (let blow = 0; blow < blowsInAll; blow += 1) {
      while (next < (events * (blow + 1)) / (blowsInAll + 1)) await wait(20);
      await (blow % 2 === 0 ? killWorker() : killApi());
    }
  })();
  await Promise.all([...Array.from({ length: offeredAtOnce }, lane), blows]);

  await world.until(
    'nothing is under way',
    async () => {
      const [row] = await world.sql<{ open: number }>(
        `SELECT count(*)::int AS open FROM message_push WHERE state IN ('new', 'waiting', 'sending', 'recalling')`,
      );
      return row?.open === 0 ? true : undefined;
    },
    120_000,
  );

  const pushes = await world.rows();
  expect(pushes).toHaveLength(events);
  const stateOf = new Map(pushes.map(({ id, state }) => [id, state]));
  const calls = await world.sql<CallRow>(
    `SELECT push_id AS "pushId", state, msg_id AS "msgId", recall_state AS "recallState" FROM message_call`,
  );
  const recipients = await world.sql<RecipientRow>(
    `SELECT push_id AS "pushId", user_id AS "userId", state FROM message_recipient`,
  );
  const phones = new Map<string, Message[]>();
  for (let person = 1; person <= people; person += 1) {
    phones.set(userIdOf(person), (await world.inbox(person)) as unknown as Message[]);
  }

  const wrong: string[] = [];
  for (const [index, { pushId, recall }] of offered.entries()) {
    const state = stateOf.get(pushId) ?? 'missing';
    const own = calls.filter((call) => call.pushId === pushId);
    for (const person of peopleOf(index)) {
      const userId = userIdOf(person);
      const row = recipients.find((one) => one.pushId === pushId && one.userId === userId);
      const seen = (phones.get(userId) ?? []).filter(({ body }) => body.content === `Event #${index}`);
      const said = `${pushId} (${state}) ${userId}: ${row?.state}, ${seen.length} on the phone`;
      if (seen.length > 1) wrong.push(`sent twice: ${said}`);
      if (recall === null && row?.state !== 'sent' && row?.state !== 'unknown') wrong.push(`lost: ${said}`);
      if (row?.state === 'sent' && seen.length !== 1) wrong.push(`not on the phone: ${said}`);
      if (row?.state === 'cancelled' && seen.length > 0) wrong.push(`sent all the same: ${said}`);
      if (row?.state === 'recalled' && seen.some(({ recalled }) => !recalled))
        wrong.push(`still there: ${said}`);
      if (recall === null && seen.some(({ recalled }) => recalled)) wrong.push(`taken back: ${said}`);
    }
    if (recall === null) {
      if (state !== 'sent' && !own.some((call) => call.state === 'unknown'))
        wrong.push(`${pushId}: ${state}`);
      continue;
    }
    // A push whose calls all lost their answers has no message number to recall by: it stays as it was.
    const isNotRecallable =
      state === 'partly' &&
      own.every(({ msgId, recallState }) => msgId === null && recallState === 'not-recallable');
    const isOver =
      ['recalled', 'partly-recalled', 'cancelled'].includes(state) ||
      isNotRecallable ||
      recall.status === 409;
    if (!isOver) wrong.push(`${pushId}: a recall answered ${recall.status} left it ${state}`);
    for (const call of own) {
      if (call.state === 'sent' && call.recallState === null)
        wrong.push(`${pushId}: a recall without outcome`);
    }
  }
  expect(wrong).toEqual([]);
  // WeCom drops what is too much for one member without a word, so the phones were no judge if it had.
  expect(offered.filter(({ recall }) => recall !== null)).toHaveLength(recalls);
});
