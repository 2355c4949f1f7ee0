import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { payloadOf } from '../../../activities/notices';
import { defaultDirectorySettings, noticeEvents, type NoticeEvent } from '../../../domain/directory/settings';
import type { RunRecord } from '../../../store/runs';
import { createSecretBox } from '../../../store/secrets';
import { createSettingsStore, shownUrl } from '../../../store/settings';
import { noticeType, type NoticeInput } from '../../../workflows/notices.contract';
import type { ConnectedCorp } from '../../directory-pull/pull-world';
import { eventually } from './flow-world';
import { createPushWorld, organisation, people, person, personalValues, type PushWorld } from './push-world';

type Received = {
  readonly body: string;
  readonly payload: Record<string, unknown>;
  readonly headers: IncomingMessage['headers'];
};

const secret = 'shared with whoever receives';

let world: PushWorld;
let received: Received[] = [];
let answers: number[] = [];
let redirectTo: string | undefined;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString('utf8');
    received.push({ body, payload: JSON.parse(body) as Record<string, unknown>, headers: request.headers });
    const status = answers.shift() ?? 204;
    response.writeHead(status, redirectTo === undefined ? {} : { location: redirectTo }).end();
  });
});
let url: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/key-in-the-path`;
  world = await createPushWorld();
});

beforeEach(() => {
  received = [];
  answers = [];
  redirectTo = undefined;
});

afterAll(async () => {
  await world.close();
  server.closeAllConnections();
  server.close();
});

async function corpThatTells(
  events: readonly NoticeEvent[],
  target: { readonly url?: string; readonly secret?: string | null } = {},
): Promise<ConnectedCorp> {
  const corp = await world.createCorp({});
  const settings = createSettingsStore(world.db, createSecretBox([world.config.BRIDGE_MASTER_KEY]));
  const opened = { url: target.url ?? url, secret: target.secret === undefined ? secret : target.secret };
  await settings.saveSettings(
    corp.id,
    {
      ...defaultDirectorySettings,
      access: 'read-write',
      notices: [{ kind: 'webhook', name: 'ops', url: shownUrl(opened.url), hasSecret: true, events }],
    },
    'user:test',
    [opened],
  );
  return corp;
}

async function tell(input: NoticeInput): Promise<string> {
  const workflowId = `notice:${randomUUID()}`;
  await world.client.workflow.execute<(input: NoticeInput) => Promise<void>>(noticeType, {
    taskQueue: 'wecom-bridge',
    workflowId,
    args: [input],
  });
  return workflowId;
}

async function noticesOf(corp: ConnectedCorp) {
  const { rows } = await world.db.pool.query<{
    kind: string;
    status: string;
    attempts: number;
    target: string;
    error: string | null;
  }>('SELECT kind, status, attempts, target, error FROM notice WHERE corp_id = $1', [corp.id]);
  return rows;
}

it('the end of a push is told once, signed over time and body, with numbers and without names', async () => {
  const corp = await corpThatTells(['done']);
  await world.feedOa(organisation([['d1', '研发部', null]], [...people(2), person(3, { name: '员工丙' })]));
  const run = await world.push(corp);
  expect(run).toMatchObject({ phase: 'done', error: null });
  const [notice] = await eventually(() => (received.length > 0 ? received : undefined));

  const plan = run.planHash?.slice(0, 4);
  expect(notice!.payload).toMatchObject({
    event: 'done',
    subject: `[Done] WeCom sync: 5 done, 0 failed, 0 held — plan ${plan}`,
    corp: { id: corp.id, name: '测试企业' },
    runId: run.id,
    runUrl: `http://127.0.0.1:8080/runs/${run.id}`,
    counts: { createUser: 3, createDepartment: 1 },
  });
  for (const personal of personalValues) expect(notice!.body).not.toContain(personal);
  const time = String(notice!.headers['x-bridge-time']);
  expect(Math.abs(Date.now() / 1_000 - Number(time))).toBeLessThan(60);
  expect(notice!.headers['x-bridge-signature']).toBe(
    `v1=${createHmac('sha256', secret).update(`${time}.${notice!.body}`).digest('hex')}`,
  );
  expect(received).toHaveLength(1);
  await eventually(async () => ((await noticesOf(corp))[0]?.status === 'sent' ? true : undefined));
  expect(await noticesOf(corp)).toMatchObject([
    { kind: 'done', status: 'sent', attempts: 1, target: `0 ${new URL(url).origin}/…` },
  ]);
});

it('a server that is down for a moment gets the same notice again, under the same key', async () => {
  const corp = await corpThatTells(['failed'], { secret: null });
  answers = [503];
  await tell({ corpId: corp.id, runId: null, kind: 'failed' });
  const [first, second] = received;
  expect(second!.headers['idempotency-key']).toBe(first!.headers['idempotency-key']);
  expect(second!.body).toBe(first!.body);
  expect(second!.headers['x-bridge-signature']).toBeUndefined();
  expect(await noticesOf(corp)).toMatchObject([{ status: 'sent', attempts: 2, error: null }]);
});

it('a run ends as it ends, whatever becomes of its notice', async () => {
  const corp = await corpThatTells(['done'], { url: 'http://127.0.0.1:9/nobody-listens' });
  await world.feedOa(organisation([['d1', '研发部', null]], people(1)));
  expect(await world.push(corp)).toMatchObject({ phase: 'done', error: null });
  const [notice] = await eventually(async () => {
    const rows = await noticesOf(corp);
    return (rows[0]?.attempts ?? 0) > 0 ? rows : undefined;
  });
  expect(notice).toMatchObject({ status: 'due', error: 'ECONNREFUSED' });
});

it('only what a target wants is sent to it', async () => {
  const corp = await corpThatTells(['paused']);
  await tell({ corpId: corp.id, runId: null, kind: 'done' });
  expect(received).toEqual([]);
  expect(await noticesOf(corp)).toEqual([]);
});

it('a redirect is not followed', async () => {
  const corp = await corpThatTells(['done']);
  answers = [302];
  redirectTo = url;
  await tell({ corpId: corp.id, runId: null, kind: 'done' });
  // The redirect was an answer like any other that is no success; the next attempt was taken.
  expect(received).toHaveLength(2);
  expect(received[0]!.headers['idempotency-key']).toBe(received[1]!.headers['idempotency-key']);
});

it.each(['http://169.254.169.254/latest', 'http://metadata.google.internal/'])(
  'an address that only hands out credentials (%s) is given up at once',
  async (address) => {
    const corp = await corpThatTells(['done'], { url: address });
    await tell({ corpId: corp.id, runId: null, kind: 'done' });
    expect(await noticesOf(corp)).toMatchObject([{ status: 'failed', error: 'metadata-address' }]);
  },
);

it('a corp that is gone tells nobody, and nothing fails', async () => {
  await tell({ corpId: randomUUID(), runId: null, kind: 'done' });
  expect(received).toEqual([]);
});

it.each(noticeEvents.map((kind) => ({ kind })))('the subject of "$kind" has all its numbers', ({ kind }) => {
  const run = {
    id: 'run',
    planHash: '7f3a'.padEnd(64, '0'),
    phase: 'awaiting-approval',
    counts: { disableUser: 12, deleteUser: 0, updateUser: 40, heldUser: 12 },
    progress: { done: 40, failed: 1, total: 52 },
    error: null,
  } as unknown as RunRecord;
  const notice = { id: 'n', kind, corpId: 'corp', createdAt: new Date(0) };
  const { subject, subjects } = payloadOf(notice, {
    corpName: 'Acme',
    run,
    publicUrl: 'https://bridge.example.com',
  });
  expect(Object.values(subjects).join()).not.toMatch(/[{}]/);
  if (kind === 'needs-approval') {
    expect(subject).toBe('[Needs approval] WeCom sync: 12 disable, 0 delete, 40 update — plan 7f3a');
  }
});
