import type { TestApi } from '../../api/harness';
import { startTestApi } from '../../api/harness';
import { connectCorp, deletes, disables, storePlan, updates } from './stored-plan';

let api: TestApi;
let corpId: string;
let earlier: string;
let runId: string;

const english = { 'accept-language': 'en' };

beforeAll(async () => {
  api = await startTestApi();
  corpId = await connectCorp(api);
  await api.db.pool.query(
    `INSERT INTO mirror_department (corp_id, department_id, parent_id, name)
     VALUES ($1, 1, 0, 'Test corp'), ($1, 2, 1, '研发部'), ($1, 3, 1, '测试部')`,
    [corpId],
  );
  await api.db.pool.query(
    `INSERT INTO mirror_member (id, corp_id, user_id_key, user_id, departments, seen)
     VALUES ($1 || '/member-U1', $1, 'u1', 'u1', '{2}', '{"mobile": "19900001234", "position": "工程师"}')`,
    [corpId],
  );
  await api.db.pool.query(
    `INSERT INTO oa_subcompany (id, name) VALUES ('S1', 'Test corp') ON CONFLICT DO NOTHING`,
  );
  await api.db.pool.query(
    `INSERT INTO oa_department (id, name, subcompany_id) VALUES ('D2', '研发部', 'S1'), ('D9', '新部门', 'S1')`,
  );
  await api.db.pool.query(
    `INSERT INTO oa_user (id, login_id, name, department_id, updated_at) VALUES ('U1', 'u1', '张三', 'D2', now())`,
  );
  await api.db.pool.query(
    `INSERT INTO department_link (corp_id, oa_key, department_id) VALUES ($1, 'subcompany:S1', 1), ($1, 'department:D2', 2)`,
    [corpId],
  );
  earlier = await storePlan(api.db, corpId, {
    plannedAt: '2026-11-01T02:00:00.000Z',
    appliedAt: '2026-11-01T02:01:00.000Z',
    mode: 'apply',
    planHash: 'b'.repeat(64),
    counts: { disableUser: 4, unchangedUser: 90 },
    rows: [
      updates('U1', { position: '工程师' }, { position: '组长' }, { status: 'done' }),
      updates('U9', { position: 'a' }, { position: 'b' }, { status: 'done' }),
    ],
  });
  runId = await storePlan(api.db, corpId, {
    phase: 'blocked',
    mode: 'apply',
    counts: { updateUser: 2, disableUser: 2, deleteUser: 1, unchangedUser: 95, heldUser: 3 },
    verdict: {
      kind: 'blocked',
      reasons: [
        { code: 'limit-exceeded', group: 'disables', params: { count: 2, lastDay: 0, limit: 1 } },
        { code: 'branch-exceeded', departmentId: 2, params: { count: 3, of: 4, limit: 50 } },
      ],
    },
    rows: [
      updates(
        'U1',
        { position: '工程师', mobile: '19900001234' },
        { position: '=经理', mobile: '19900005678' },
        { name: '张三', search: '张三 zhangsan zs u1 5678' },
      ),
      updates('U2', { position: '' }, { position: '职员' }, { name: '李四', search: '李四 lisi ls u2 0002' }),
      disables('U3', { status: 'held', heldBy: ['limit-exceeded'], name: '王五' }),
      disables('U4', { status: 'held', heldBy: ['protected-users'], barred: true, name: '赵六' }),
      deletes('U5', { status: 'held', heldBy: ['limit-exceeded'], name: '钱七', refs: ['#3', '#1'] }),
    ],
  });
});
afterAll(() => api.close());

const changes = (query: string) => api.call(`/runs/${runId}/changes?${query}`, { headers: english });
const idsOf = (answer: { body: { items: { id: string }[] } }) => answer.body.items.map(({ id }) => id);

describe('a run that pushes', () => {
  it('tells what is held, and how many deletions its approver has to type', async () => {
    const { body } = await api.call(`/runs/${runId}`, { headers: english });
    expect(body).toMatchObject({
      direction: 'push',
      phase: 'blocked',
      verdict: {
        kind: 'blocked',
        summary: '2 people will be disabled, 1 deleted; a limit is exceeded, nothing is written',
        reasons: [
          { code: 'limit-exceeded', count: 2, limit: 1, group: 'disables' },
          { code: 'branch-exceeded', departmentId: 2, count: 3, limit: 50 },
        ],
      },
      push: {
        kind: 'push',
        deletions: 1,
        held: 3,
        releasable: 2,
        barred: 1,
        leftOut: 0,
        undoable: false,
        retryable: 0,
        resumable: false,
        canApprove: { allowed: true },
      },
    });
  });

  it('says to whom it is shown whether they may approve', async () => {
    const viewer = await api.signIn('viewer');
    const approver = await api.signIn('approver');
    expect((await viewer.call(`/runs/${runId}`)).body.push.canApprove).toMatchObject({ allowed: false });
    // What a limit has stopped is an administrator's decision.
    expect((await approver.call(`/runs/${runId}`, { headers: english })).body.push.canApprove).toEqual({
      allowed: false,
      why: 'This plan was stopped by a limit; only an administrator may approve it.',
    });
  });

  it('has a head with tiles, limits and what it is compared with', async () => {
    const { status, body } = await api.call(`/runs/${runId}/plan`, { headers: english });
    expect(status).toBe(200);
    const tile = (key: string, kind = 'people') =>
      body.tiles.find((one: { key: string; kind: string }) => one.key === key && one.kind === kind);
    expect(tile('disable')).toMatchObject({
      count: 2,
      dangerous: true,
      median: 4,
      filter: 'action=disableUser',
    });
    expect(tile('delete')).toMatchObject({ count: 1, share: 0.01 });
    expect(tile('held')).toMatchObject({ count: 3 });
    expect(tile('unchanged')).toMatchObject({ count: 95, median: 90, filter: null });
    expect(tile('create', 'departments')).toMatchObject({ count: 0 });
    const meter = (key: string) => body.meters.find((one: { key: string }) => one.key === key);
    expect(meter('disables')).toMatchObject({ current: 2, allowed: 100, exceeded: false });
    expect(meter('branch')).toMatchObject({
      current: 100,
      allowed: 50,
      department: { id: 2, name: '研发部' },
    });
    expect(body).toMatchObject({
      previousRunId: earlier,
      lastAppliedRunId: earlier,
      freshness: { movedOn: { settings: false, oa: false } },
    });
  });
});

describe('the list of changes', () => {
  it('puts the dangerous ones first', async () => {
    const { body } = await changes('');
    expect(idsOf({ body })).toEqual([
      'deleteUser:U5',
      'disableUser:U3',
      'disableUser:U4',
      'updateUser:U1',
      'updateUser:U2',
    ]);
    expect(body).toMatchObject({
      total: 5,
      nextCursor: null,
      byAction: { deleteUser: 1, disableUser: 2, updateUser: 2 },
    });
    expect(body.items[3]).toMatchObject({
      name: '张三',
      userId: 'u1',
      mobile: '199****5678',
      fieldCount: 2,
      preview: [{ field: 'position', before: '工程师', after: '=经理' }, { field: 'mobile' }],
      risk: 'low',
      takesEffect: { kind: 'on-approval' },
    });
    expect(body.items[2]).toMatchObject({ barred: true, takesEffect: { kind: 'never' } });
    expect(body.items[1].takesEffect).toMatchObject({ kind: 'on-approval', deleteAt: expect.any(String) });
  });

  it.each([
    ['action=updateUser', ['updateUser:U1', 'updateUser:U2']],
    ['action=deleteUser,disableUser&held=true', ['deleteUser:U5', 'disableUser:U3', 'disableUser:U4']],
    ['status=pending', ['updateUser:U1', 'updateUser:U2']],
    ['department=3', ['deleteUser:U5']],
    ['department=%233', ['deleteUser:U5']],
    ['department=department:D2&action=disableUser', ['disableUser:U3', 'disableUser:U4']],
    ['department=subcompany:S1&action=deleteUser', ['deleteUser:U5']],
    ['field=mobile', ['updateUser:U1']],
    ['rule=departed&limitGroup=deletes', ['deleteUser:U5']],
    ['risk=&action=&leftOut=false&held=false', ['updateUser:U1', 'updateUser:U2']],
    ['risk=low', ['updateUser:U1', 'updateUser:U2']],
    ['risk=high&leftOut=false', ['deleteUser:U5', 'disableUser:U3', 'disableUser:U4']],
    ['new=true&action=updateUser', ['updateUser:U2']],
    ['new=false', ['updateUser:U1']],
    ['q=zhang', ['updateUser:U1']],
    ['q=0002', ['updateUser:U2']],
    [`q=${encodeURIComponent('李四')}`, ['updateUser:U2']],
    ['q=%25', []],
    ['sort=seq&limit=2', ['updateUser:U1', 'updateUser:U2']],
  ])('answers %s', async (query, expected) => {
    const answer = await changes(query);
    expect(answer.status).toBe(200);
    expect(idsOf(answer)).toEqual(expected);
  });

  it('counts under every filter but the action', async () => {
    const { body } = await changes('action=updateUser&held=true');
    expect(body).toMatchObject({ total: 0, items: [], byAction: { disableUser: 2, deleteUser: 1 } });
  });

  it('is the same page by page', async () => {
    for (const sort of ['danger', 'seq']) {
      const whole = idsOf(await changes(`sort=${sort}`));
      const paged: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const { body } = await changes(`sort=${sort}&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
        paged.push(...idsOf({ body }));
        cursor = body.nextCursor as string | null;
      }
      expect(paged).toEqual(whole);
    }
  });

  it.each([
    ['action=fly', 'action'],
    ['risk=some', 'risk'],
    ['cursor=x', 'cursor'],
    ['sort=name', 'sort'],
  ])('refuses %s by naming it', async (query, field) => {
    const answer = await changes(query);
    expect(answer.status).toBe(422);
    expect(answer.body.error.fields[0].path).toMatch(new RegExp(`^${field}`));
  });
});

describe('a change', () => {
  it('is told with before, after, its history, and raw to administrators only', async () => {
    const path = `/runs/${runId}/changes/${encodeURIComponent('updateUser:U1')}`;
    const { body } = await api.call(path, { headers: english });
    expect(body).toMatchObject({
      id: 'updateUser:U1',
      values: [
        { field: 'position', before: '工程师', after: '=经理', source: 'position' },
        { field: 'mobile', before: '19900001234', after: '19900005678', source: 'mobile' },
      ],
      before: { values: { mobile: '19900001234' } },
      raw: { id: 'updateUser:U1' },
    });
    expect(body.history.map((entry: { runId: string }) => entry.runId)).toEqual([runId, earlier]);
    expect(body.why.map(({ step }: { step: string }) => step)).toEqual([
      'source',
      'scope',
      'binding',
      'rule',
      'date',
    ]);

    const viewer = await api.signIn('viewer');
    const masked = await viewer.call(path);
    expect(masked.status).toBe(200);
    expect(masked.body.raw).toBeUndefined();
    expect(masked.text).not.toMatch(/1990000(1234|5678)/);
    expect((await viewer.call(`/runs/${runId}/changes`)).text).not.toMatch(/1990000(1234|5678)/);
  });

  it('that the plan does not have is not found', async () => {
    expect((await api.call(`/runs/${runId}/changes/updateUser:U404`)).status).toBe(404);
    expect((await api.call(`/runs/nobody/changes`)).status).toBe(404);
  });
});

describe('both trees', () => {
  it('roll up what is planned below each department', async () => {
    const roots = await api.call(`/runs/${runId}/tree?side=wecom`);
    expect(roots.body.items).toEqual([
      {
        key: '#1',
        name: 'Test corp',
        state: 'linked',
        linkedTo: 'subcompany:S1',
        counts: { create: 0, update: 2, move: 0, disable: 2, delete: 1, held: 3 },
        limitExceeded: false,
        hasChildren: true,
      },
    ]);
    const below = await api.call(`/runs/${runId}/tree?side=wecom&parent=%231`);
    expect(below.body.items).toMatchObject([
      { key: '#2', state: 'linked', limitExceeded: true, counts: { disable: 2, delete: 0 } },
      { key: '#3', state: 'unmanaged', linkedTo: null, counts: { delete: 1 } },
    ]);
    const oa = await api.call(`/runs/${runId}/tree?side=oa&parent=subcompany:S1`);
    expect(oa.body.items).toMatchObject([
      { key: 'department:D2', state: 'linked', linkedTo: '#2', counts: { disable: 2, update: 2 } },
      { key: 'department:D9', linkedTo: null, counts: { disable: 0 } },
    ]);
  });
});

describe('a comparison', () => {
  it('names what appeared, vanished and changed against the plan before', async () => {
    const { body } = await api.call(`/runs/${runId}/compare?with=previous`, { headers: english });
    expect(body.with).toMatchObject({ runId: earlier, planHash: 'b'.repeat(64) });
    expect(body.counts).toEqual({ appeared: 4, vanished: 1, changed: 1, same: 0 });
    expect(body.items.map(({ kind, id }: { kind: string; id: string }) => `${kind} ${id}`)).toEqual([
      'appeared deleteUser:U5',
      'appeared disableUser:U3',
      'appeared disableUser:U4',
      'changed updateUser:U1',
      'appeared updateUser:U2',
      'vanished updateUser:U9',
    ]);
    expect(body.items[3]).toMatchObject({
      before: [{ field: 'position', after: '组长' }],
      after: [{ field: 'position', after: '=经理' }, { field: 'mobile' }],
    });
    const page = await api.call(`/runs/${runId}/compare?with=${earlier}&limit=4`);
    const rest = await api.call(`/runs/${runId}/compare?with=${earlier}&cursor=${page.body.nextCursor}`);
    expect(idsOf(rest)).toEqual(['updateUser:U2', 'updateUser:U9']);
    const changed = await api.call(`/runs/${runId}/compare?kind=changed`);
    expect(idsOf(changed)).toEqual(['updateUser:U1']);
  });

  it('with nothing to compare is empty, and refuses a run of another corp', async () => {
    const { body } = await api.call(`/runs/${earlier}/compare?with=previous`);
    expect(body).toEqual({
      with: null,
      counts: { appeared: 0, vanished: 0, changed: 0, same: 0 },
      items: [],
      nextCursor: null,
    });
    expect((await api.call(`/runs/${earlier}/compare?with=nobody`)).status).toBe(422);
  });
});
