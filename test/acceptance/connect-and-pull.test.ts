import { findLeaks } from './leaks';
import type { Mirror, Run, SimulatedCorp } from './outsider';
import { Outsider, until } from './outsider';

const unchanged = {
  createUser: 0,
  updateUser: 0,
  deleteUser: 0,
  createDepartment: 0,
  renameDepartment: 0,
  moveDepartment: 0,
  deleteDepartment: 0,
};

let outsider: Outsider;
/** Started first and looked at last: WeCom closes an API for a whole minute. */
let limited: { readonly corp: SimulatedCorp; readonly runId: string };
beforeAll(async () => {
  outsider = await Outsider.start();
  limited = await startLimitedPull();
});
afterAll(async () => {
  await outsider?.product.stop();
});

async function startLimitedPull(): Promise<typeof limited> {
  const { corp, id } = await connectedSmallCorp();
  await outsider.simulator('/faults', [{ path: 'user/list', times: 1, errcode: 45009 }]);
  const { body } = await outsider.startPull(id);
  await until('the limit is met', async () => {
    const rows: { errcode: number | null }[] = await outsider.simulator(`/calls?corpid=${corp.corpId}`);
    return rows.some(({ errcode }) => errcode === 45009);
  });
  return { corp, runId: body.runId };
}

/** Six people in four departments, two of them outside what the app sees. */
function smallCorp(): Parameters<Outsider['postCorp']>[0] {
  return {
    departments: [
      { id: 2, name: '研发部', parentid: 1 },
      { id: 3, name: '市场部', parentid: 1 },
      { id: 4, name: '测试组', parentid: 2 },
    ],
    users: [
      { userid: 'zhang.san', name: '张三', department: [2], position: '工程师' },
      { userid: 'LiSi', name: '李四', department: [2, 4], position: '主管' },
      { userid: 'wangwu', name: '王五', department: [4] },
      { userid: 'zhaoliu', name: '赵六', department: [3] },
      { userid: 'sunqi', name: '孙七', department: [3] },
      { userid: 'qianba', name: '钱八', department: [1] },
    ],
  };
}

async function connectedSmallCorp(
  body: Parameters<Outsider['postCorp']>[0] = {},
  connection?: Parameters<Outsider['connect']>[1],
): Promise<{ corp: SimulatedCorp; id: string }> {
  const corp = await outsider.postCorp({ ...smallCorp(), ...body });
  return { corp, id: await outsider.connect(corp, connection) };
}

async function demoCorp(): Promise<{ readonly id: string; readonly corpId: string }> {
  const { body } = await outsider.call('/corps');
  return body.items.find(({ isDemo }: { isDemo: boolean }) => isDemo);
}

function memberOf(mirror: Mirror, userId: string) {
  return mirror.members.find((member) => member.userId === userId);
}

/** Members whom the mirror holds as gone; the list shows them only when asked for. */
async function gone(corpId: string): Promise<string[]> {
  const { body } = await outsider.call(`/corps/${corpId}/members?gone=true&limit=200`);
  return body.items.map((member: { userId: string }) => member.userId);
}

function changes({ counts }: Run): Run['counts'] {
  return Object.fromEntries(Object.keys(unchanged).map((name) => [name, counts[name] ?? -1]));
}

describe('the first screen', () => {
  it('after the start a demo corp of some 300 members in some 30 departments is connected and read-write', async () => {
    const { body } = await outsider.call('/corps');
    const demos = body.items.filter(({ isDemo }: { isDemo: boolean }) => isDemo);
    expect(demos).toHaveLength(1);
    const [demo] = demos;
    expect(demo).toMatchObject({ isDemo: true, access: 'read-write', hasContactsSecret: true });
    expect(demo.apps).toHaveLength(1);
    const state = await outsider.simulator(`/corps/${demo.corpId}/state`);
    expect(state.users.length).toBeGreaterThan(250);
    expect(state.users.length).toBeLessThan(400);
    expect(state.departments.length).toBeGreaterThanOrEqual(25);
    expect(state.departments.length).toBeLessThanOrEqual(40);
  });

  it('the demo corp passes its check and can be pulled at once', async () => {
    const id = String((await demoCorp()).id);
    const check = await outsider.call(`/corps/${id}/check`, { method: 'POST' });
    expect({ status: check.status, ok: check.body.ok, checks: check.body.checks }).toMatchObject({
      status: 200,
      ok: true,
    });
    const run = await outsider.pull(id);
    expect(run).toMatchObject({ phase: 'done', error: null, completeness: { complete: true, reasons: [] } });
    expect(run.counts['createUser']).toBe(run.completeness?.members.read);
    expect(run.counts['createUser']).toBeGreaterThan(250);
  });

  it('the embedded OA holds an organisation with the same root as the demo corp', async () => {
    const demo = await demoCorp();
    const { items } = (await outsider.call('/oa/departments')).body;
    const roots = (items as { name: string; parentId: string | null; subcompanyId: string | null }[])
      .filter(({ parentId, subcompanyId }) => parentId === null && subcompanyId === null)
      .map(({ name }) => name);
    const state = await outsider.simulator(`/corps/${demo.corpId}/state`);
    const wecomRoot = state.departments.find((department: { id: number }) => department.id === 1);
    expect(roots).toEqual([wecomRoot.name]);
    expect((await outsider.call('/oa/users?limit=1')).body.items).toHaveLength(1);
  });
});

describe('a corp of one’s own', () => {
  it('is connected, gets an app, passes its check, and is pulled with names and a proof of completeness', async () => {
    const { corp, id } = await connectedSmallCorp();

    const check = await outsider.call(`/corps/${id}/check`, { method: 'POST' });
    expect(check.body.checks.filter(({ ok }: { ok: boolean }) => !ok)).toEqual([]);
    expect((await outsider.call(`/corps/${id}`)).body.lastCheck).toMatchObject({ ok: true, failed: 0 });

    const started = await outsider.startPull(id);
    expect(started.status).toBe(202);
    expect(started.body).toEqual({ runId: expect.any(String), workflowId: `directory-pull:${id}` });
    expect(started.headers.get('location')).toBe(`/api/v1/runs/${started.body.runId}`);

    const run = await outsider.untilEnded(started.body.runId);
    expect(run).toMatchObject({
      corpId: id,
      direction: 'pull',
      mode: 'apply',
      phase: 'done',
      error: null,
      counts: { ...unchanged, createUser: 6, createDepartment: 4, unchangedUser: 0, unchangedDepartment: 0 },
      completeness: {
        complete: true,
        departments: { expected: 4, read: 4 },
        members: { expected: 6, read: 6 },
        details: { expected: 6, read: 6 },
        reasons: [],
      },
      progress: { failed: 0 },
    });
    expect(run.temporalUrl).toContain(outsider.product.temporalUiUrl);

    const mirror = await outsider.mirror(id);
    expect(
      mirror.departments.map(({ departmentId, parentId, name }) => [departmentId, parentId, name]),
    ).toEqual(
      expect.arrayContaining([
        [1, 0, corp.name],
        [2, 1, '研发部'],
        [3, 1, '市场部'],
        [4, 2, '测试组'],
      ]),
    );
    expect(memberOf(mirror, 'LiSi')).toMatchObject({
      name: '李四',
      position: '主管',
      status: 'activated',
      departments: [
        { departmentId: 2, name: '研发部' },
        { departmentId: 4, name: '测试组' },
      ],
      goneAt: null,
    });
  });

  it('pulled a second time, nothing changes', async () => {
    const { id } = await connectedSmallCorp();
    await outsider.pull(id);
    const before = await outsider.mirror(id);
    const run = await outsider.pull(id);
    expect(run.counts).toMatchObject({ ...unchanged, unchangedUser: 6, unchangedDepartment: 4 });
    expect(await outsider.mirror(id)).toEqual(before);
  });

  it('what an administrator changes in WeCom is seen by the next pull', async () => {
    const { corp, id } = await connectedSmallCorp();
    await outsider.pull(id);
    await outsider.byHand(corp, 'department/create', { id: 5, name: '法务部', parentid: 1 });
    await outsider.byHand(corp, 'department/update', { id: 3, name: '市场与品牌部' });
    await outsider.byHand(corp, 'department/update', { id: 4, parentid: 3 });
    await outsider.byHand(corp, 'user/update', { userid: 'wangwu', position: '测试经理' });
    await outsider.byHand(corp, 'user/update', { userid: 'zhaoliu', enable: 0 });
    await outsider.byHand(corp, 'user/create', {
      userid: 'newcomer',
      name: '新同事',
      mobile: '19912340001',
      department: [5],
    });

    const run = await outsider.pull(id);
    expect(changes(run)).toEqual({
      ...unchanged,
      createUser: 1,
      updateUser: 2,
      createDepartment: 1,
      renameDepartment: 1,
      moveDepartment: 1,
    });
    const mirror = await outsider.mirror(id);
    expect(memberOf(mirror, 'newcomer')).toMatchObject({
      name: '新同事',
      departments: [{ departmentId: 5, name: '法务部' }],
    });
    expect(memberOf(mirror, 'wangwu')).toMatchObject({ position: '测试经理' });
    expect(memberOf(mirror, 'zhaoliu')).toMatchObject({ status: 'disabled' });
    expect(mirror.departments.find(({ departmentId }) => departmentId === 3)).toMatchObject({
      name: '市场与品牌部',
    });
  });

  it('a simulation counts what it would change and leaves the mirror as it was', async () => {
    const { corp, id } = await connectedSmallCorp();
    await outsider.pull(id);
    const before = await outsider.mirror(id);
    await outsider.byHand(corp, 'user/delete', { userid: 'wangwu' });
    await outsider.byHand(corp, 'user/update', { userid: 'zhang.san', position: '架构师' });

    const run = await outsider.pull(id, 'simulate');
    expect(run).toMatchObject({ mode: 'simulate', phase: 'done', completeness: { complete: true } });
    expect(changes(run)).toEqual({ ...unchanged, updateUser: 1, deleteUser: 1 });
    expect(await outsider.mirror(id)).toEqual(before);
  });
});

describe('who is gone', () => {
  it('a member removed from WeCom is marked as gone, and comes back when WeCom has them again', async () => {
    const { corp, id } = await connectedSmallCorp();
    await outsider.pull(id);
    await outsider.byHand(corp, 'user/delete', { userid: 'sunqi' });
    expect(changes(await outsider.pull(id))).toEqual({ ...unchanged, deleteUser: 1 });
    expect(await gone(id)).toEqual(['sunqi']);
    expect(memberOf(await outsider.mirror(id), 'sunqi')).toBeUndefined();

    await outsider.byHand(corp, 'user/create', {
      userid: 'sunqi',
      name: '孙七',
      mobile: '19912340002',
      department: [3],
    });
    expect(changes(await outsider.pull(id))).toEqual({ ...unchanged, createUser: 1 });
    expect(await gone(id)).toEqual([]);
  });

  it.each([
    { connected: 'with the contacts secret', contacts: true },
    { connected: 'through the app alone', contacts: false },
  ])(
    'a member who only left the app’s visible range is not gone and keeps their name ($connected)',
    async ({ contacts }) => {
      const { corp, id } = await connectedSmallCorp({}, { contacts });
      await outsider.pull(id);
      await outsider.postCorp({ ...smallCorp(), visibleDepartments: [2] }, corp);

      const run = await outsider.pull(id);
      expect(run).toMatchObject({ phase: 'done', counts: { deleteUser: 0, deleteDepartment: 0 } });
      expect(await gone(id)).toEqual([]);
      expect(memberOf(await outsider.mirror(id), 'zhaoliu')).toMatchObject({ name: '赵六', goneAt: null });
    },
  );

  it('without a contacts secret nobody is ever marked as gone, because nobody can know', async () => {
    const { corp, id } = await connectedSmallCorp({}, { contacts: false });
    await outsider.pull(id);
    await outsider.byHand(corp, 'user/delete', { userid: 'sunqi' });
    const run = await outsider.pull(id);
    expect(run.counts).toMatchObject({ deleteUser: 0 });
    expect(await gone(id)).toEqual([]);
  });

  it('an empty answer without an error is not an empty company: nobody is gone, and the run says why', async () => {
    const { corp, id } = await connectedSmallCorp();
    await outsider.pull(id);
    const before = await outsider.mirror(id);
    await outsider.postCorp({ users: [] }, corp);

    const run = await outsider.pull(id);
    expect(run).toMatchObject({
      phase: 'done',
      counts: { deleteUser: 0, deleteDepartment: 0 },
      completeness: { complete: false, reasons: [{ code: 'nothing-read', message: expect.any(String) }] },
    });
    expect(await gone(id)).toEqual([]);
    expect((await outsider.mirror(id)).members.map(({ userId, name }) => [userId, name])).toEqual(
      before.members.map(({ userId, name }) => [userId, name]),
    );
  });

  it('a directory in which nobody known is left is taken for a mistake', async () => {
    const { corp, id } = await connectedSmallCorp();
    await outsider.pull(id);
    await outsider.postCorp({ users: [{ userid: 'stranger', name: '陌生人', department: [1] }] }, corp);
    const run = await outsider.pull(id);
    expect(run.completeness).toMatchObject({ complete: false, reasons: [{ code: 'everything-dropped' }] });
    expect(await gone(id)).toEqual([]);
  });
});

describe('one run per corp', () => {
  it('a second start is refused with the id of the run that is open; a cancelled run ends as cancelled', async () => {
    const { corp, id } = await connectedSmallCorp();
    await outsider.simulator('/settings', { latencyMs: 1_500 });
    try {
      const first = await outsider.startPull(id);
      expect(first.status).toBe(202);
      const second = await outsider.startPull(id);
      expect(second.status).toBe(409);
      expect(second.body.error).toMatchObject({ code: 'run_open', runId: first.body.runId });

      const removal = await outsider.call(`/corps/${id}?confirm=${corp.corpId}`, { method: 'DELETE' });
      expect(removal.status).toBe(409);
      expect(removal.body.error).toMatchObject({ code: 'run_open', runId: first.body.runId });

      const cancel = await outsider.call(`/runs/${first.body.runId}/cancel`, { method: 'POST' });
      expect(cancel.status).toBe(202);
      expect(cancel.body).toEqual({ runId: first.body.runId });
      const run = await outsider.untilEnded(first.body.runId);
      expect(run).toMatchObject({ phase: 'cancelled', error: null });
    } finally {
      await outsider.simulator('/settings', { latencyMs: 0 });
    }
    expect((await outsider.mirror(id)).members).toEqual([]);
    expect(await outsider.pull(id)).toMatchObject({ phase: 'done' });
  });

  it('a run that has ended can not be cancelled', async () => {
    const { id } = await connectedSmallCorp();
    const run = await outsider.pull(id);
    const cancel = await outsider.call(`/runs/${run.id}/cancel`, { method: 'POST' });
    expect(cancel.status).toBe(409);
    expect((await outsider.run(run.id)).phase).toBe('done');
  });

  it('corps do not wait for one another', async () => {
    const [one, two] = [await connectedSmallCorp(), await connectedSmallCorp()];
    const started = await Promise.all([outsider.startPull(one.id), outsider.startPull(two.id)]);
    expect(started.map(({ status }) => status)).toEqual([202, 202]);
    for (const { body } of started)
      expect(await outsider.untilEnded(body.runId)).toMatchObject({ phase: 'done' });
  });

  it('the same Idempotency-Key gets the first answer again, and only one run is started', async () => {
    const { id } = await connectedSmallCorp();
    const headers = { 'idempotency-key': `pull-${id}` };
    const first = await outsider.startPull(id, 'apply', { headers });
    const replayed = await outsider.startPull(id, 'apply', { headers });
    expect([replayed.status, replayed.body]).toEqual([202, first.body]);
    expect(replayed.headers.get('idempotency-replayed')).toBe('true');
    await outsider.untilEnded(first.body.runId);

    const later = await outsider.startPull(id, 'apply', { headers });
    expect([later.status, later.body]).toEqual([202, first.body]);
    const other = await outsider.startPull(id, 'simulate', { headers });
    expect([other.status, other.body.error.code]).toEqual([409, 'idempotency_conflict']);
    expect((await outsider.call(`/corps/${id}/directory/runs`)).body.items).toHaveLength(1);
  });

  it('two starts at the same moment under one Idempotency-Key start one run', async () => {
    const { id } = await connectedSmallCorp();
    const headers = { 'idempotency-key': `twins-${id}` };
    const answers = await Promise.all([
      outsider.startPull(id, 'apply', { headers }),
      outsider.startPull(id, 'apply', { headers }),
    ]);
    expect(answers.map(({ status }) => status)).toContain(202);
    for (const { status, body } of answers) {
      if (status !== 202) expect([status, body.error.code]).toEqual([409, 'idempotency_conflict']);
    }
    const { items } = (await outsider.call(`/corps/${id}/directory/runs`)).body;
    expect(items).toHaveLength(1);
    await outsider.untilEnded(items[0].id);
  });

  it('a push into a corp that may only be read is refused, and starts nothing', async () => {
    const { id } = await connectedSmallCorp();
    const answer = await outsider.call(`/corps/${id}/directory/runs`, {
      body: { direction: 'push', mode: 'simulate' },
    });
    expect([answer.status, answer.body.error.code]).toEqual([422, 'read_only']);
    expect((await outsider.call(`/corps/${id}/directory/runs`)).body.items).toEqual([]);
  });
});

describe('when WeCom is difficult', () => {
  afterEach(async () => {
    await outsider.simulator('/faults', undefined, 'DELETE');
    await outsider.simulator('/settings', undefined, 'DELETE');
  });

  /** What the simulator counted for a run, and what the run says of itself. */
  async function pullAndCount(id: string, corp: SimulatedCorp): Promise<{ run: Run; made: Run['apiCalls'] }> {
    const count = async (): Promise<Map<string, number>> => {
      const rows: { path: string }[] = await outsider.simulator(`/calls?corpid=${corp.corpId}`);
      const counts = new Map<string, number>();
      for (const { path } of rows) counts.set(path, (counts.get(path) ?? 0) + 1);
      return counts;
    };
    const before = await count();
    const run = await outsider.pull(id);
    const made = [...(await count())]
      .map(([path, calls]) => [path, calls - (before.get(path) ?? 0)] as const)
      .filter(([, calls]) => calls > 0);
    return { run, made: Object.fromEntries(made) };
  }

  it('an undisturbed pull counts each of its calls and needs no more than the page sizes demand', async () => {
    const { corp, id } = await connectedSmallCorp();
    const { run, made } = await pullAndCount(id, corp);
    expect(run.apiCalls).toEqual(made);
    const { gettoken: _tokens, ...reads } = made;
    expect(reads).toEqual({
      'department/simplelist': 1,
      'department/list': 1,
      'user/list_id': 1,
      'user/list': 4,
    });
  });

  it.each([
    { problem: 'the token is called invalid', fault: { path: 'user/list', times: 2, errcode: 40014 } },
    { problem: 'the token has expired', fault: { path: 'user/list_id', times: 1, errcode: 42001 } },
    { problem: 'WeCom is busy', fault: { path: 'user/list', times: 3, errcode: -1 } },
    { problem: 'an answer is lost', fault: { path: 'user/list', times: 2, drop: 'after' } },
    { problem: 'a connection is cut', fault: { path: 'department/simplelist', times: 1, drop: 'before' } },
    { problem: 'a gateway answers 502', fault: { path: 'user/list_id', times: 1, httpStatus: 502 } },
    { problem: 'an answer is cut off', fault: { path: 'user/list', times: 1, body: 'truncated' } },
  ])(
    '$problem in the middle of a pull: it ends complete and counts every call it made',
    async ({ fault }) => {
      const { corp, id } = await connectedSmallCorp();
      await outsider.simulator('/faults', [fault]);
      const { run, made } = await pullAndCount(id, corp);
      expect(run).toMatchObject({
        phase: 'done',
        error: null,
        completeness: { complete: true },
        counts: { createUser: 6, createDepartment: 4 },
      });
      expect(run.apiCalls).toEqual(made);
    },
  );

  it('a refused secret in the middle of a pull ends it with the cause and the fix, and the mirror stays', async () => {
    const { id } = await connectedSmallCorp();
    await outsider.pull(id);
    const before = await outsider.mirror(id);
    await outsider.simulator('/faults', [{ path: 'user/list_id', errcode: 60020 }]);
    const run = await outsider.pull(id);
    expect(run).toMatchObject({
      phase: 'failed',
      error: {
        code: 'wecom-access',
        message: expect.any(String),
        advice: expect.any(String),
        wecom: { errcode: 60020, path: 'user/list_id', errmsg: expect.any(String) },
      },
    });
    expect(await outsider.mirror(id)).toEqual(before);
    await outsider.simulator('/faults', undefined, 'DELETE');
    expect(await outsider.pull(id)).toMatchObject({ phase: 'done' });
  });

  it('a rate limit in the middle of a pull is waited for, and the pull ends complete', async () => {
    const { runId, corp } = limited;
    const run = await outsider.untilEnded(runId, 85_000);
    expect(run).toMatchObject({ phase: 'done', error: null, completeness: { complete: true } });
    const rows: { errcode: number | null }[] = await outsider.simulator(
      `/calls?corpid=${corp.corpId}&path=user/list`,
    );
    expect(rows.map(({ errcode }) => errcode)).toContain(45009);
    // Calls that were given up when the limit was met count too; one or the other may never have left.
    expect(run.apiCalls['user/list']).toBeGreaterThanOrEqual(rows.length);
    expect(run.apiCalls['user/list']).toBeLessThanOrEqual(rows.length + 3);
  });
});

describe('what others may see', () => {
  it('metrics tell of open runs and of the last pull, with ids only', async () => {
    const { id } = await connectedSmallCorp();
    await outsider.pull(id);
    const metrics = await outsider.fetch('/metrics', { token: null });
    expect(metrics.status).toBe(200);
    expect(metrics.text).toMatch(/^wecom_bridge_open_runs\{direction="pull"\} \d+$/m);
    expect(metrics.text).toMatch(
      new RegExp(`^wecom_bridge_last_pull_age_seconds\\{corp="${id}"\\} [\\d.]+$`, 'm'),
    );
  });

  it('metrics asked for from elsewhere need a token', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.9' };
    expect((await outsider.fetch('/metrics', { token: null, headers })).status).toBe(401);
    expect((await outsider.fetch('/metrics', { headers })).status).toBe(200);
  });

  it('alive and ready are told to anybody', async () => {
    const alive = await outsider.fetch('/healthz', { token: null });
    expect([alive.status, alive.body]).toEqual([200, { status: 'ok' }]);
    const ready = await outsider.fetch('/readyz', { token: null });
    expect([ready.status, ready.body]).toMatchObject([
      200,
      { ok: true, database: { ok: true }, temporal: { ok: true }, workers: { ok: true } },
    ]);
  });

  it('no log, answer, history or table holds a secret, and no log or history a person', async () => {
    const { corp, id } = await connectedSmallCorp({
      rights: 'legacy',
      users: [
        {
          userid: 'legacy-member',
          name: '欧阳慕容',
          department: [1],
          mobile: '19988887777',
          email: 'ouyang.murong@example.com',
        },
      ],
    });
    await outsider.pull(id);
    const member = memberOf(await outsider.mirror(id), 'legacy-member');
    expect(member).toMatchObject({ name: '欧阳慕容', mobile: '19988887777' });
    const callback = { token: 'callbackTokenOfThisTest', encodingAesKey: 'k'.repeat(43) };
    const patched = await outsider.call(`/corps/${id}`, {
      method: 'PATCH',
      body: { contactsCallback: callback },
    });
    expect([patched.status, patched.body.contactsCallbackConfigured]).toEqual([200, true]);
    // A secret that is refused must not be repeated either.
    const refused = 'contacts-refused-and-never-repeated';
    await outsider.call(`/corps/${id}`, { method: 'PATCH', body: { contactsSecret: refused } });

    const token = async (secret: string): Promise<string> => {
      const answer = await outsider.wecom('gettoken', { corpid: corp.corpId, corpsecret: secret });
      expect(answer['errcode']).toBe(0);
      return String(answer['access_token']);
    };
    // What may be there is found: the search itself works.
    const found = await findLeaks(outsider, { secrets: [], personal: [id] });
    expect(found.map(({ where }) => where)).toEqual(
      expect.arrayContaining([`the history of directory-pull:${id}`]),
    );
    const leaks = await findLeaks(outsider, {
      secrets: [
        ...outsider.corps.flatMap(({ contactsSecret, appSecret }) => [contactsSecret, appSecret]),
        ...Object.values(callback),
        refused,
        await token(corp.contactsSecret),
        await token(corp.appSecret),
        outsider.product.adminToken,
      ],
      personal: ['欧阳慕容', '19988887777', 'ouyang.murong@example.com', '张三', '李四'],
    });
    expect(leaks).toEqual([]);
  });
});
