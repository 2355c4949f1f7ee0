import { setTimeout as wait } from 'node:timers/promises';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import pino from 'pino';
import { defaultDirectorySettings } from '../../domain/directory/settings';
import { closeStaleRuns } from '../../workers/stale-runs';
import { bridgeCorp, bridgeFeature, bridgePhase, bridgeTrigger } from '../../workflows/search-attributes';
import { pullProgressQuery } from '../../workflows/directory-pull.contract';
import { patienceMs } from '../support/patience';
import { fixtureCorp, personalValues } from './fixture-corp';
import { appSecret, createPullWorld, type ConnectedCorp, type PullWorld } from './pull-world';

let world: PullWorld;

beforeAll(async () => {
  world = await createPullWorld();
});

afterEach(async () => {
  await world.control('DELETE', '/faults');
  await world.control('POST', '/settings', { latencyMs: 0 });
  for (const path of ['user/list_id', 'user/list', 'department/simplelist', 'department/list']) {
    world.editAnswers(path);
  }
});

afterAll(async () => {
  await world.close();
});

const nothing = {
  createDepartment: 0,
  renameDepartment: 0,
  moveDepartment: 0,
  deleteDepartment: 0,
  unchangedDepartment: 0,
  createUser: 0,
  updateUser: 0,
  deleteUser: 0,
  unchangedUser: 0,
  bindUser: 0,
  conflict: 0,
};

async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + patienceMs; ; await wait(50)) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error('It did not come to that in time');
  }
}

async function namesOfGone(corp: ConnectedCorp): Promise<string[]> {
  return (await world.members(corp)).filter(({ gone }) => gone).map(({ userId }) => userId);
}

async function seenOf(corp: ConnectedCorp, userId: string) {
  return (await world.mirror.findMember(corp.id, userId))?.seen;
}

async function stagedRows(runId: string): Promise<number> {
  const { rows } = await world.db.pool.query<{ staged: number }>(
    `SELECT ((SELECT count(*) FROM pull_department WHERE run_id = $1) + (SELECT count(*) FROM pull_member WHERE run_id = $1)
           + (SELECT count(*) FROM pull_listing WHERE run_id = $1))::int AS staged`,
    [runId],
  );
  return rows[0]?.staged ?? -1;
}

describe('what a pull brings', () => {
  it('every department and member is taken into the mirror, with details where the app sees them', async () => {
    const corp = await world.createCorp(fixtureCorp);

    const run = await world.pull(corp);

    expect(run).toMatchObject({
      phase: 'done',
      error: null,
      counts: { ...nothing, createDepartment: 4, createUser: 3 },
      completeness: {
        scope: 'whole-corp',
        departments: { expected: 4, read: 4 },
        members: { expected: 3, read: 3 },
        details: { expected: 3, read: 3 },
        complete: true,
        reasons: [],
      },
    });
    expect(await world.members(corp)).toEqual([
      { userId: 'Ada', departments: [2], name: '阿达', status: 1, gone: false },
      { userId: 'bob', departments: [3, 4], name: '波波', status: 1, gone: false },
      { userId: 'carol', departments: [1], name: '卡萝', status: 2, gone: false },
    ]);
    expect(await world.departments(corp)).toEqual([
      { id: 1, parentId: 0, name: '测试企业', gone: false },
      { id: 2, parentId: 1, name: '研发部', gone: false },
      { id: 3, parentId: 1, name: '市场部', gone: false },
      { id: 4, parentId: 2, name: '前端组', gone: false },
    ]);
    expect(await stagedRows(run.id)).toBe(0);
  });

  it('it makes the fewest calls the page sizes allow, and counts each of them once', async () => {
    const corp = await world.createCorp(fixtureCorp);
    await world.control('DELETE', '/calls');

    const run = await world.pull(corp);

    const calls = {
      gettoken: 2,
      'department/simplelist': 1,
      'department/list': 1,
      'user/list_id': 1,
      'user/list': 4,
    };
    expect(await world.callsByPath()).toEqual(calls);
    expect(run.apiCalls).toEqual(calls);
  });

  it('a second pull of an unchanged corp changes nothing', async () => {
    const corp = await world.createCorp(fixtureCorp);
    await world.pull(corp);
    const before = await world.members(corp);

    const run = await world.pull(corp);

    expect(run.counts).toEqual({ ...nothing, unchangedDepartment: 4, unchangedUser: 3 });
    expect(await world.members(corp)).toEqual(before);
  });

  it('what changed in WeCom is counted by kind; who left is marked as gone, and who returns is back', async () => {
    const corp = await world.createCorp(fixtureCorp);
    await world.pull(corp);
    await world.byHand(corp, 'user/delete', { userid: 'bob' });
    await world.byHand(corp, 'user/create', {
      userid: 'dora',
      name: '朵拉',
      department: [3],
      mobile: '19900000004',
    });
    await world.byHand(corp, 'user/update', { userid: 'Ada', position: '总监' });
    await world.byHand(corp, 'department/update', { id: 3, name: '销售部' });
    await world.byHand(corp, 'department/delete', { id: 4 });

    const run = await world.pull(corp);

    expect(run.counts).toEqual({
      ...nothing,
      renameDepartment: 1,
      deleteDepartment: 1,
      unchangedDepartment: 2,
      createUser: 1,
      updateUser: 1,
      deleteUser: 1,
      unchangedUser: 1,
    });
    expect(await namesOfGone(corp)).toEqual(['bob']);
    expect((await world.departments(corp)).filter(({ gone }) => gone)).toEqual([
      { id: 4, parentId: 2, name: '前端组', gone: true },
    ]);

    await world.byHand(corp, 'user/create', {
      userid: 'bob',
      name: '波波',
      department: [3],
      mobile: '19900000002',
    });
    expect((await world.pull(corp)).counts).toMatchObject({ createUser: 1, unchangedUser: 3 });
    expect(await namesOfGone(corp)).toEqual([]);
  });

  it('a simulation reads and counts, and leaves the mirror as it is', async () => {
    const corp = await world.createCorp(fixtureCorp);

    const run = await world.pull(corp, 'simulate');

    expect(run).toMatchObject({ phase: 'done', counts: { createDepartment: 4, createUser: 3 } });
    expect(await world.members(corp)).toEqual([]);
    expect(await world.departments(corp)).toEqual([]);
  });
});

describe('what may be read', () => {
  it('with the contacts secret alone everybody is known by id; an app added later brings names', async () => {
    const corp = await world.createCorp(fixtureCorp, { app: false });

    expect(await world.pull(corp)).toMatchObject({
      phase: 'done',
      completeness: { complete: true, members: { read: 3 }, details: { expected: 0, read: 0 } },
    });
    expect((await world.members(corp)).map(({ userId, name, status }) => [userId, name, status])).toEqual([
      ['Ada', null, null],
      ['bob', null, null],
      ['carol', null, null],
    ]);

    await world.corps.createApp(corp.id, { name: '桥', agentId: 1000002, secret: appSecret });
    expect(await world.pull(corp)).toMatchObject({ counts: { updateUser: 3 } });
    expect((await world.members(corp)).map(({ name }) => name)).toEqual(['阿达', '波波', '卡萝']);
  });

  it('who is outside the visible range of the app is known by id, and keeps what was seen before', async () => {
    const corp = await world.createCorp(fixtureCorp);
    await world.pull(corp);
    await world
      .byHand(corp, 'agent/set_scope', { agentid: 1000002, visibleDepartments: [2] })
      .catch(() => undefined);
    world.editAnswers('department/list', (answer) => ({
      ...answer,
      department: (answer['department'] as { id: number }[]).filter(({ id }) => id === 2 || id === 4),
    }));

    const run = await world.pull(corp);

    expect(run.completeness).toMatchObject({ complete: true, details: { expected: 2, read: 2 } });
    expect(run.counts).toMatchObject({ updateUser: 0, deleteUser: 0, renameDepartment: 0 });
    expect((await world.members(corp)).find(({ userId }) => userId === 'carol')?.name).toBe('卡萝');
    expect((await world.departments(corp)).find(({ id }) => id === 3)?.name).toBe('市场部');
  });

  it('a field that is no longer given keeps its last value', async () => {
    const corp = await world.createCorp({ ...fixtureCorp, rights: 'legacy' });
    await world.pull(corp);
    expect(await seenOf(corp, 'ada')).toMatchObject({ mobile: '19900000001' });
    // As WeCom did to everybody: the same app sees less from one day to the next.
    world.editAnswers('user/list', (answer) => ({
      ...answer,
      userlist: (answer['userlist'] as Record<string, unknown>[]).map(({ mobile: _, ...member }) => member),
    }));

    expect(await world.pull(corp)).toMatchObject({ counts: { updateUser: 0, unchangedUser: 3 } });
    expect(await seenOf(corp, 'ada')).toMatchObject({ mobile: '19900000001', position: '经理' });
  });

  it('with an app alone nobody is ever marked as gone, whatever its range becomes', async () => {
    const corp = await world.createCorp(fixtureCorp, { contacts: false });
    expect(await world.pull(corp)).toMatchObject({
      phase: 'done',
      counts: { createUser: 3, createDepartment: 4 },
      completeness: { scope: 'app-range', complete: true },
    });
    world.editAnswers('department/list', (answer) => ({
      ...answer,
      department: (answer['department'] as { id: number }[]).filter(({ id }) => id === 3),
    }));

    const run = await world.pull(corp);

    expect(run).toMatchObject({ phase: 'done', counts: { deleteUser: 0, deleteDepartment: 0 } });
    expect(await namesOfGone(corp)).toEqual([]);
  });

  it('the app that the settings choose decides whose names and details are read', async () => {
    const apps = [
      { agentid: 1000002, secret: appSecret, name: '桥', visibleDepartments: [3] },
      { agentid: 1000003, secret: 'other-secret', name: '研发助手', visibleDepartments: [2] },
    ];
    const simulated = { ...fixtureCorp, apps };
    const corp = await world.createCorp(simulated, { contacts: false });
    const other = { name: '研发助手', agentId: 1000003, secret: 'other-secret' };
    const { id: appId } = await world.corps.createApp(corp.id, other);
    await world.settings.saveSettings(corp.id, { ...defaultDirectorySettings, appId }, 'token:test');

    expect(await world.pull(corp)).toMatchObject({ phase: 'done', completeness: { scope: 'app-range' } });
    expect((await world.departments(corp)).map(({ name }) => name)).toEqual(['研发部', '前端组']);
    expect((await world.members(corp)).map(({ name }) => name)).toEqual(['阿达', '波波']);
  });

  it('an app that sees single members only is refused, with the range to choose', async () => {
    const corp = await world.createCorp(
      { ...fixtureCorp, visibleDepartments: [], visibleUsers: ['Ada'] },
      { contacts: false },
    );
    expect(await world.pull(corp)).toMatchObject({
      phase: 'failed',
      error: { code: 'app-without-departments', params: { agentId: 1000002 } },
    });
  });

  it('a corp without any credential is refused', async () => {
    const corp = await world.createCorp(fixtureCorp, { contacts: false, app: false });
    expect(await world.pull(corp)).toMatchObject({ phase: 'failed', error: { code: 'no-credential' } });
  });

  it('a department too large for one answer is read by names', async () => {
    const corp = await world.createCorp(fixtureCorp);
    await world.control('POST', '/faults', [{ path: 'user/list', errcode: 45029, times: 1 }]);
    const run = await world.pull(corp);
    expect(run.completeness).toMatchObject({ complete: true, details: { expected: 3, read: 3 } });
    expect(run.apiCalls).toMatchObject({ 'user/list': 4, 'user/simplelist': 1 });
  });
});

describe('an answer that is not whole', () => {
  it('an empty id list is not an empty company', async () => {
    const corp = await world.createCorp(fixtureCorp);
    await world.pull(corp);
    world.editAnswers('user/list_id', () => ({ errcode: 0, errmsg: 'ok', next_cursor: '', dept_user: [] }));

    const { runId, handle } = await world.startPull(corp);

    expect(await handle.result()).toMatchObject({ outcome: 'incomplete', counts: { deleteUser: 0 } });
    const run = await world.ended(runId);
    expect(run).toMatchObject({ phase: 'done', completeness: { complete: false } });
    expect(run.completeness?.reasons.map(({ code }) => code)).toContain('nothing-read');
    expect(await namesOfGone(corp)).toEqual([]);
  });

  it('with the contacts secret alone, too', async () => {
    const corp = await world.createCorp(fixtureCorp, { app: false });
    await world.pull(corp);
    world.editAnswers('user/list_id', () => ({ errcode: 0, errmsg: 'ok', next_cursor: '', dept_user: [] }));
    expect(await world.pull(corp)).toMatchObject({
      completeness: { complete: false },
      counts: { deleteUser: 0 },
    });
    expect(await namesOfGone(corp)).toEqual([]);
  });

  it('a reading without anybody known before is another company, and nobody is gone', async () => {
    const corp = await world.createCorp(fixtureCorp, { app: false });
    await world.pull(corp);
    world.editAnswers('user/list_id', () => ({
      errcode: 0,
      next_cursor: '',
      dept_user: [{ userid: 'stranger', department: 1 }],
    }));
    expect(await world.pull(corp)).toMatchObject({
      completeness: { complete: false, reasons: [{ code: 'everything-dropped', params: { count: 3 } }] },
      counts: { createUser: 1, deleteUser: 0 },
    });
    expect(await namesOfGone(corp)).toEqual([]);
  });

  it('half an id list is noticed, because the app sees the others', async () => {
    const corp = await world.createCorp(fixtureCorp);
    await world.pull(corp);
    world.editAnswers('user/list_id', (answer) => ({
      ...answer,
      dept_user: (answer['dept_user'] as { userid: string }[]).filter(({ userid }) => userid !== 'Ada'),
    }));

    const run = await world.pull(corp);

    expect(run).toMatchObject({
      phase: 'done',
      completeness: { complete: false, reasons: [{ code: 'members-unlisted', params: { count: 1 } }] },
      counts: { deleteUser: 0 },
    });
    expect(await namesOfGone(corp)).toEqual([]);
  });

  it('a slip that the second reading does not show again costs nothing', async () => {
    const corp = await world.createCorp(fixtureCorp);
    await world.pull(corp);
    let asked = 0;
    world.editAnswers('user/list_id', (answer) => {
      asked += 1;
      return asked === 1 ? { ...answer, dept_user: (answer['dept_user'] as unknown[]).slice(2) } : undefined;
    });

    expect(await world.pull(corp)).toMatchObject({
      completeness: { complete: true },
      counts: { ...nothing, unchangedDepartment: 4, unchangedUser: 3 },
    });
    expect(asked).toBe(2);
  });

  it('half a page of details leaves the others as they were', async () => {
    const corp = await world.createCorp(fixtureCorp);
    await world.pull(corp);
    world.editAnswers('user/list', (answer, query) =>
      query.get('department_id') === '2' ? { ...answer, userlist: [] } : undefined,
    );

    const run = await world.pull(corp);

    expect(run.completeness).toMatchObject({
      complete: false,
      reasons: [{ code: 'details-missing', params: { count: 1 } }],
    });
    expect(await seenOf(corp, 'Ada')).toMatchObject({ position: '经理' });
    expect(await namesOfGone(corp)).toEqual([]);
  });

  it('a department made and filled between two calls is found by the second reading', async () => {
    const corp = await world.createCorp(fixtureCorp);
    let isFirst = true;
    world.editAnswers('department/simplelist', (answer) => {
      if (!isFirst) return undefined;
      isFirst = false;
      return {
        ...answer,
        department_id: (answer['department_id'] as { id: number }[]).filter(({ id }) => id !== 4),
      };
    });
    const run = await world.pull(corp);
    expect(run.completeness).toMatchObject({ complete: true, departments: { expected: 4, read: 4 } });
    expect(run.apiCalls).toMatchObject({ 'department/simplelist': 2, 'user/list_id': 2 });
  });

  it('a department deleted while it is read is no failure', async () => {
    const corp = await world.createCorp(fixtureCorp);
    await world.pull(corp);
    await world.control('POST', '/faults', [{ path: 'user/list', errcode: 60003, times: 1 }]);
    expect(await world.pull(corp)).toMatchObject({
      phase: 'done',
      completeness: { complete: true },
      counts: { deleteUser: 0, deleteDepartment: 0 },
    });
  });

  it('a department that stays unreadable makes the reading incomplete', async () => {
    const corp = await world.createCorp(fixtureCorp);
    world.editAnswers('user/list', (_, query) =>
      query.get('department_id') === '2' ? { errcode: 60003, errmsg: 'department not found' } : undefined,
    );
    const run = await world.pull(corp);
    expect(run.completeness?.reasons.map(({ code }) => code)).toEqual([
      'departments-vanished',
      'details-missing',
    ]);
  });
});

describe('when WeCom or the network fails', () => {
  it.each([
    ['WeCom is busy', { path: '*', errcode: -1, times: 3 }],
    ['a gateway answers', { path: '*', httpStatus: 502, times: 2 }],
    ['answers are lost', { path: '*', drop: 'after', times: 3 }],
    ['calls never arrive', { path: '*', drop: 'before', times: 3 }],
    ['bodies are cut in half', { path: 'user/list', body: 'truncated', times: 2 }],
    ['tokens are refused before their time', { path: 'user/list', errcode: 40014, times: 1 }],
    ['tokens have expired', { path: 'user/list_id', errcode: 42001, times: 1 }],
  ] as const)('%s: the pull ends as if nothing had happened', async (_, fault) => {
    const corp = await world.createCorp(fixtureCorp);
    await world.control('POST', '/faults', [fault]);
    expect(await world.pull(corp)).toMatchObject({
      phase: 'done',
      completeness: { complete: true },
      counts: { ...nothing, createDepartment: 4, createUser: 3 },
    });
  });

  it('a cursor that WeCom no longer accepts starts the list anew', async () => {
    const corp = await world.createCorp({ generate: { members: 20_500, departments: 20 } });
    let refused = 0;
    world.editAnswers('user/list_id', (answer) => {
      const isSecondPage = (answer['next_cursor'] as string) !== '' && refused === 0;
      if (isSecondPage) return void (refused += 1);
      if (refused !== 1) return undefined;
      refused += 1;
      return { errcode: 50100, errmsg: 'invalid cursor', next_cursor: '', dept_user: [] };
    });

    const run = await world.pull(corp);

    expect(run).toMatchObject({
      phase: 'done',
      counts: { createUser: 20_500 },
      completeness: { complete: true, members: { expected: 20_500, read: 20_500 } },
    });
    // The first page, the refused one, and all three from the start.
    expect(run.apiCalls['user/list_id']).toBe(5);
    expect(run.steps).toContainEqual(expect.objectContaining({ step: 'member-ids', done: true, pages: 3 }));
  });

  it('a refusal that only an administrator can lift ends the run at once and names the errcode', async () => {
    const corp = await world.createCorp(fixtureCorp);
    await world.control('POST', '/faults', [{ path: 'user/list', errcode: 60020, rate: 1 }]);

    const run = await world.pull(corp);

    expect(run).toMatchObject({
      phase: 'failed',
      error: { code: 'wecom-access', wecom: { errcode: 60020, path: 'user/list' } },
    });
    expect(await world.members(corp)).toEqual([]);
    expect(await stagedRows(run.id)).toBe(0);
  });

  it('a wrong secret ends the run at once', async () => {
    const corp = await world.createCorp(fixtureCorp);
    await world.corps.updateCorp(corp.id, { contactsSecret: 'another' });
    expect(await world.pull(corp)).toMatchObject({
      phase: 'failed',
      error: { code: 'wecom-access', wecom: { errcode: 40001, path: 'gettoken' } },
    });
  });

  it('a rate limit is waited for as long as WeCom says, and a cancellation does not have to wait', async () => {
    const corp = await world.createCorp(fixtureCorp);
    await world.control('POST', '/faults', [{ path: 'user/list_id', errcode: 45009, times: 1 }]);
    const { runId, handle } = await world.startPull(corp);

    const waiting = await eventually(async () => {
      const { raw } = await handle.describe();
      const [activity] = raw.pendingActivities ?? [];
      return activity?.lastFailure?.applicationFailureInfo?.type === 'WecomRateLimitedError'
        ? activity
        : undefined;
    });
    const waitSeconds = Number(waiting.scheduledTime?.seconds ?? 0) - Date.now() / 1000;
    expect(waitSeconds).toBeGreaterThan(30);

    await handle.cancel();
    await expect(handle.result()).rejects.toThrow();
    expect(await world.ended(runId)).toMatchObject({ phase: 'cancelled' });
  });
});

describe('the life of a run', () => {
  it('one pull per corp at a time', async () => {
    const corp = await world.createCorp(fixtureCorp);
    await world.control('POST', '/settings', { latencyMs: 300 });
    const { handle } = await world.startPull(corp);
    await expect(world.startPull(corp)).rejects.toThrow(WorkflowExecutionAlreadyStartedError);
    await handle.result();
  });

  it('a cancelled pull stops, leaves the mirror alone, and another one may start', async () => {
    const corp = await world.createCorp({ generate: { members: 2_000, departments: 400 } });
    await world.control('POST', '/settings', { latencyMs: 100 });
    const { runId, handle } = await world.startPull(corp);
    await eventually(async () => ((await world.runs.findRun(runId))?.progress.total ?? 0) > 0 || undefined);

    await handle.cancel();
    await expect(handle.result()).rejects.toThrow();

    expect((await handle.describe()).status.name).toBe('CANCELLED');
    expect(await world.ended(runId)).toMatchObject({ phase: 'cancelled', error: null });
    expect(await world.members(corp)).toEqual([]);
    expect(await stagedRows(runId)).toBe(0);
    await world.control('POST', '/settings', { latencyMs: 0 });
    expect(await world.pull(corp)).toMatchObject({ phase: 'done', counts: { createUser: 2_000 } });
  });

  it('a run whose workflow was terminated does not stay open', async () => {
    const corp = await world.createCorp(fixtureCorp);
    await world.control('POST', '/settings', { latencyMs: 500 });
    const { runId, handle } = await world.startPull(corp);
    await eventually(async () => (await world.runs.findRun(runId))?.temporalRunId ?? undefined);
    const logger = pino({ level: 'silent' });
    expect(await closeStaleRuns(world.client, world.runs, logger)).toBe(0);

    await handle.terminate('by an administrator');

    expect(await closeStaleRuns(world.client, world.runs, logger)).toBe(1);
    expect(await world.ended(runId)).toMatchObject({ phase: 'failed', error: { code: 'workflow-ended' } });
  });

  it('it can be found by corp, feature, phase and trigger, and tells how far it has come', async () => {
    const corp = await world.createCorp(fixtureCorp);
    const { handle } = await world.startPull(corp);
    await handle.result();

    const { typedSearchAttributes } = await handle.describe();
    expect(
      [bridgeCorp, bridgeFeature, bridgePhase, bridgeTrigger].map((key) => typedSearchAttributes.get(key)),
    ).toEqual([corp.id, 'directory-pull', 'done', 'api']);
    expect(await handle.query(pullProgressQuery)).toEqual({
      phase: 'done',
      round: 1,
      departments: 4,
      members: 3,
      details: { batchesDone: 1, batches: 1 },
    });
  });

  it('no name, userid, number or secret enters the history', async () => {
    const corp = await world.createCorp(fixtureCorp);
    const { handle } = await world.startPull(corp);
    await handle.result();

    const { events } = await handle.fetchHistory();
    const text = JSON.stringify(events, (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value,
    );
    expect(text).toContain(corp.id);
    for (const personal of [...personalValues, appSecret, corp.corpid]) {
      expect(text).not.toContain(personal);
    }
  });
});
