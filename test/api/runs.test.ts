import { setTimeout as wait } from 'node:timers/promises';
import { patienceMs } from '../support/patience';
import type { Answer, SimulatedCorp, TestApi } from './harness';
import { startTestApi } from './harness';
import { startTestWorker } from './worker';

let api: TestApi;
let worker: { stop(): Promise<void> };

beforeAll(async () => {
  api = await startTestApi({ TEMPORAL_UI_URL: 'http://temporal-ui.example' });
  worker = await startTestWorker(api);
});
afterAll(async () => {
  await worker.stop();
  await api.close();
});

const pull = { direction: 'pull', mode: 'apply' };

async function connect(options: { app?: boolean } = {}): Promise<{ id: string; corp: SimulatedCorp }> {
  const corp = await api.createCorp();
  const created = await api.call('/corps', {
    body: { name: 'A', corpId: corp.corpId, contactsSecret: corp.contactsSecret },
  });
  const id = String(created.body.id);
  if (options.app !== false) {
    const app = await api.call(`/corps/${id}/apps`, {
      body: { name: '通讯录', agentId: corp.agentId, secret: corp.appSecret },
    });
    expect(app.status).toBe(201);
  }
  return { id, corp };
}

async function ended(runId: string): Promise<Answer> {
  for (const deadline = Date.now() + patienceMs; ;) {
    const answer = await api.call(`/runs/${runId}`);
    if (answer.body.finishedAt !== null) return answer;
    if (Date.now() > deadline) throw new Error(`still open: ${answer.text}`);
    await wait(100);
  }
}

describe('a pull', () => {
  it('is started by the API, ends in the mirror, and is told whole', async () => {
    const { id } = await connect();
    const started = await api.call(`/corps/${id}/directory/runs`, { body: pull });
    expect(started.status).toBe(202);
    expect(started.body).toEqual({ runId: expect.any(String), workflowId: `directory-pull:${id}` });
    expect(started.headers.get('location')).toBe(`/api/v1/runs/${started.body.runId}`);

    const { body: run } = await ended(started.body.runId);
    expect(run).toMatchObject({
      id: started.body.runId,
      corpId: id,
      direction: 'pull',
      mode: 'apply',
      phase: 'done',
      trigger: 'api',
      requestedBy: 'token:BRIDGE_ADMIN_TOKEN',
      completeness: {
        complete: true,
        departments: { expected: 2, read: 2 },
        members: { expected: 1, read: 1 },
      },
      counts: { createDepartment: 2, createUser: 1 },
      error: null,
    });
    expect(run.temporalUrl).toMatch(
      new RegExp(`^http://temporal-ui.example/namespaces/${api.namespace}/workflows/directory-pull%3A${id}/`),
    );
    expect((await api.call(`/corps/${id}/directory/runs`)).body.items).toEqual([run]);
    expect((await api.call('/runs?limit=1')).body.items).toEqual([run]);

    const departments = await api.call(`/corps/${id}/departments`);
    expect(departments.body).toMatchObject({
      total: 2,
      items: [{ departmentId: 1 }, { departmentId: 2, name: '研发部', members: 1 }],
    });
    const members = await api.call(`/corps/${id}/members?q=${encodeURIComponent('张')}`);
    expect(members.body).toMatchObject({
      total: 1,
      nextCursor: null,
      items: [{ userId: 'zhangsan', name: '张三' }],
    });
    expect((await api.call(`/corps/${id}/members/ZhangSan`)).body).toMatchObject({
      userId: 'zhangsan',
      seen: expect.anything(),
    });
    expect((await api.call(`/corps/${id}/members/nobody`)).status).toBe(404);
  });

  it('shows phone numbers to administrators only', async () => {
    const { id } = await connect();
    await api.db.pool.query(
      `INSERT INTO mirror_member (id, corp_id, user_id_key, user_id, departments, seen)
       VALUES (gen_random_uuid(), $1, 'lisi', 'lisi', '{1}', '{"mobile": "19900001234", "position": "工程师"}')`,
      [id],
    );
    const viewer = await api.signIn('viewer');
    expect((await api.call(`/corps/${id}/members`)).body.items[0].mobile).toBe('19900001234');
    const masked = await viewer.call(`/corps/${id}/members/lisi`);
    expect(masked.body.mobile).toBe('199****1234');
    expect(masked.text).not.toContain('19900001234');
    expect((await viewer.call(`/corps/${id}/members`)).text).not.toContain('19900001234');
  });

  it('refuses a second start while one is open, naming the open run, and can be cancelled', async () => {
    const { id } = await connect();
    await api.control('/_sim/faults', [{ path: 'department/simplelist', delayMs: 3_000, times: 5 }]);
    const first = await api.call(`/corps/${id}/directory/runs`, { body: pull });
    const second = await api.call(`/corps/${id}/directory/runs`, { body: pull });
    expect(second.status).toBe(409);
    expect(second.body.error).toMatchObject({ code: 'run_open', runId: first.body.runId });
    expect((await api.call(`/corps/${id}?confirm=x`, { method: 'DELETE' })).status).toBe(422);

    const cancelled = await api.call(`/runs/${first.body.runId}/cancel`, { method: 'POST' });
    expect([cancelled.status, cancelled.body]).toEqual([202, { runId: first.body.runId }]);
    expect((await ended(first.body.runId)).body.phase).toBe('cancelled');
    await api.control('/_sim/faults', undefined, 'DELETE');
    expect((await api.call(`/runs/${first.body.runId}/cancel`, { method: 'POST' })).status).toBe(409);
    const third = await api.call(`/corps/${id}/directory/runs`, { body: pull });
    expect(third.status).toBe(202);
    expect((await ended(third.body.runId)).body.phase).toBe('done');
  });

  it('keeps a corp with an open run from being removed', async () => {
    const { id, corp } = await connect();
    await api.control('/_sim/faults', [{ path: 'department/simplelist', delayMs: 2_000, times: 2 }]);
    const { body } = await api.call(`/corps/${id}/directory/runs`, { body: pull });
    const removal = await api.call(`/corps/${id}?confirm=${corp.corpId}`, { method: 'DELETE' });
    expect(removal.body.error).toMatchObject({ code: 'run_open', runId: body.runId });
    await ended(body.runId);
    await api.control('/_sim/faults', undefined, 'DELETE');
    expect((await api.call(`/corps/${id}?confirm=${corp.corpId}`, { method: 'DELETE' })).status).toBe(204);
    expect((await api.call(`/runs/${body.runId}`)).status).toBe(404);
  });

  it('says why it failed and what to do, in the language of the reader', async () => {
    const { id } = await connect();
    await api.control('/_sim/settings', { trustedIps: ['203.0.113.9'] });
    const { body } = await api.call(`/corps/${id}/directory/runs`, { body: pull });
    const failed = await ended(body.runId);
    await api.control('/_sim/settings', { trustedIps: null });
    expect(failed.body).toMatchObject({ phase: 'failed', error: { wecom: { errcode: 60020 } } });
    expect(failed.body.error.advice).toContain('企业可信IP');
    const english = await api.call(`/runs/${body.runId}`, { headers: { 'accept-language': 'en' } });
    expect(english.body.error.advice).toMatch(/Trusted company IP/);
    const overview = await api.call('/overview');
    expect(overview.body.attention).toContainEqual(
      expect.objectContaining({ level: 'error', code: 'pull-failed', link: `/runs/${body.runId}` }),
    );
  });

  it('needs a credential, and says where to find one', async () => {
    const { body: corp } = await api.call('/corps?verify=false', {
      body: { name: 'Bare', corpId: 'wwbarecorp01' },
    });
    const answer = await api.call(`/corps/${corp.id}/directory/runs`, { body: pull });
    expect(answer.status).toBe(422);
    expect(answer.body.error.advice).toContain('通讯录同步');
  });

  it('names what is wrong in the request', async () => {
    const { id } = await connect({ app: false });
    const answer = await api.call(`/corps/${id}/directory/runs`, {
      body: { direction: 'sideways', mode: 'apply', force: true },
    });
    expect(answer.body.error.fields.map(({ path }: { path: string }) => path).sort()).toEqual([
      'direction',
      'force',
    ]);
    expect(
      (await api.call(`/corps/${id}/directory/runs`, { body: { direction: 'push', mode: 'simulate' } })).body
        .error.code,
    ).toBe('read_only');
    expect((await api.call('/corps/nobody/directory/runs', { body: pull })).status).toBe(404);
    expect((await api.call('/runs?cursor=broken')).body.error.fields[0].path).toBe('cursor');
    expect((await api.call('/runs?limit=0')).body.error.fields[0].path).toBe('limit');
    expect((await api.call(`/corps/${id}/members?cursor=x`)).status).toBe(422);
  });
});

describe('an Idempotency-Key', () => {
  const start = (id: string, key: string, body: unknown = pull) =>
    api.call(`/corps/${id}/directory/runs`, { body, headers: { 'idempotency-key': key } });

  it('gives the first answer again, also when the run has ended', async () => {
    const { id } = await connect();
    const first = await start(id, 'monday');
    await ended(first.body.runId);
    const again = await start(id, 'monday');
    expect(again.status).toBe(202);
    expect(again.body).toEqual(first.body);
    expect([first, again].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
    expect((await api.call(`/corps/${id}/directory/runs`)).body.items).toHaveLength(1);
  });

  it('starts one run when it arrives several times at once', async () => {
    const { id } = await connect();
    const answers = await Promise.all([1, 2, 3, 4].map(() => start(id, 'at-once')));
    const accepted = answers.filter(({ status }) => status === 202);
    expect(accepted.length).toBeGreaterThan(0);
    expect(new Set(accepted.map(({ body }) => body.runId)).size).toBe(1);
    for (const { status, headers } of answers.filter((answer) => !accepted.includes(answer))) {
      expect([status, headers.get('retry-after')]).toEqual([409, '1']);
    }
    await ended(accepted[0]?.body.runId);
  });

  it('is refused for another request, and not used up by a refusal', async () => {
    const { id } = await connect();
    expect((await start(id, 'tuesday', { direction: 'pull' })).status).toBe(422);
    const first = await start(id, 'tuesday');
    expect(first.status).toBe(202);
    const other = await start(id, 'tuesday', { direction: 'pull', mode: 'simulate' });
    expect([other.status, other.body.error.code]).toEqual([409, 'idempotency_conflict']);
    await ended(first.body.runId);
  });

  it('finds its run again when the process that began to answer has died', async () => {
    const { id } = await connect();
    const first = await start(id, 'wednesday');
    await ended(first.body.runId);
    // What such a process leaves behind: the claim of two minutes ago, without an answer.
    const { pool } = api.db;
    await pool.query(
      `INSERT INTO idempotency_key (principal, key, request_hash, created_at)
       SELECT principal, 'thursday', request_hash, now() - interval '2 minutes' FROM idempotency_key WHERE key = 'wednesday'`,
    );
    await api.control('/_sim/faults', [{ path: 'department/simplelist', delayMs: 2_000, times: 2 }]);
    const begun = await start(id, 'thursday');
    await pool.query(`UPDATE idempotency_key SET status = NULL, body = NULL WHERE key = 'thursday'`);
    const again = await start(id, 'thursday');
    expect([begun.status, again.status, again.body]).toEqual([202, 202, begun.body]);
    await ended(begun.body.runId);
    await api.control('/_sim/faults', undefined, 'DELETE');
    expect((await api.call(`/corps/${id}/directory/runs`)).body.items).toHaveLength(2);
  });

  it('is busy, not free, while another process is answering', async () => {
    const { id } = await connect();
    const first = await start(id, 'friday');
    await ended(first.body.runId);
    await api.db.pool.query(`UPDATE idempotency_key SET status = NULL, body = NULL WHERE key = 'friday'`);
    expect((await start(id, 'friday')).body.error.code).toBe('idempotency_conflict');
  });
});

describe('readiness', () => {
  it('holds while database, Temporal and a worker are there', async () => {
    const answer = await api.fetch('/readyz', { token: null });
    expect([answer.status, answer.body]).toEqual([
      200,
      { ok: true, database: { ok: true }, temporal: { ok: true }, workers: { ok: true, count: 1 } },
    ]);
  });

  it('is told in the overview and the system page', async () => {
    expect((await api.call('/overview')).body.health).toEqual({
      database: { ok: true },
      temporal: { ok: true },
      workers: { ok: true, count: 1 },
    });
    expect((await api.call('/system')).body).toMatchObject({
      workers: { pollers: 1 },
      simulatorUrl: api.simulator.url,
    });
  });
});

describe('without Temporal', () => {
  it('a start is answered with 503 and nothing is left behind; the rest works', async () => {
    const alone = await startTestApi({ TEMPORAL_ADDRESS: '127.0.0.1:1', TEMPORAL_NAMESPACE: 'default' });
    const { body: corp } = await alone.call('/corps?verify=false', {
      body: { name: 'A', corpId: 'wwalonecorp1', contactsSecret: 'some-secret-0001' },
    });
    const start = await alone.call(`/corps/${corp.id}/directory/runs`, {
      body: pull,
      headers: { 'idempotency-key': 'k' },
    });
    expect([start.status, start.body.error.code]).toEqual([503, 'unavailable']);
    expect((await alone.call(`/corps/${corp.id}/directory/runs`)).body.items).toEqual([]);
    const ready = await alone.fetch('/readyz', { token: null });
    expect([ready.status, ready.body.temporal.ok, ready.body.database.ok]).toEqual([503, false, true]);
    expect((await alone.call('/overview')).body.attention[0]).toMatchObject({
      level: 'error',
      code: 'temporal-down',
    });
    await alone.close();
  });
});
