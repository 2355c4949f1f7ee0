import { addDays } from '../../../domain/attendance/day-boundary';
import type { AttendanceCorp, AttendanceWorld } from './attendance-world';
import { createAttendanceWorld, expecting, row, until } from './attendance-world';

let world: AttendanceWorld;
let corp: AttendanceCorp;
beforeAll(async () => {
  world = await createAttendanceWorld({ worker: true });
  corp = await world.createCorp();
  await world.setUp(corp);
  await world.punch(corp, [
    row('Ada', '2026-03-02 09:20', { exception_type: '时间异常', sch_checkin_time: 0 }),
    row('Ada', '2026-03-02 18:01', { checkin_type: '下班打卡', timeline_id: 2 }),
    row('bob', '2026-03-03 08:55'),
    row('cai', '2026-03-03 08:56'),
  ]);
});
afterAll(() => world.close());

const path = (of: AttendanceCorp = corp) => `/corps/${of.id}/attendance/runs`;
const days = { from: '2026-03-02', to: '2026-03-04' };
const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format();
const fieldsOf = (body: { readonly error: { readonly fields: readonly { readonly path: string }[] } }) =>
  body.error.fields.map((field) => field.path);

it('reads everybody who is bound, is told whole, and a second one changes nothing', async () => {
  const started = await world.call(path(), days);
  expect(started.status).toBe(202);
  expect(started.body).toEqual({ runId: expect.any(String), workflowId: `attendance-pull:${corp.id}` });
  expect(started.headers.get('location')).toBe(`/api/v1/runs/${started.body.runId}`);
  const run = await world.ended(started.body.runId);
  expect(run).toMatchObject({
    id: started.body.runId,
    corpId: corp.id,
    direction: 'attendance',
    mode: 'apply',
    phase: 'done',
    trigger: 'api',
    requestedBy: 'token:BRIDGE_ADMIN_TOKEN',
    progress: { done: 1, failed: 0, total: 1 },
    apiCalls: { 'checkin/getcheckindata': 1 },
    counts: { read: 3, new: 3 },
    push: null,
    verdict: null,
    error: null,
    attendance: {
      ruleId: null,
      ruleName: null,
      userIds: null,
      ...days,
      kinds: 'all',
      reads: { punches: true, daily: false, monthly: false },
      timezone: 'Asia/Shanghai',
      dayStartsAt: '00:00',
      acceptLoss: false,
      people: 2,
      counts: {
        read: 3,
        new: 3,
        changed: 0,
        superseded: 0,
        unchanged: 0,
        heldBack: 0,
        unknownPeople: 0,
        unbound: 0,
      },
      unknownPeople: [],
      heldBack: [],
      paused: false,
    },
  });
  const second = await world.run(corp, days);
  expect(second.attendance.counts).toMatchObject({ read: 3, new: 0, changed: 0, unchanged: 3 });
  const { body: listed } = await world.call(`${path()}?limit=1`);
  expect(listed.items.map(({ id }: { id: string }) => id)).toEqual([second.id]);
  const { body: rest } = await world.call(`${path()}?limit=1&cursor=${listed.nextCursor}`);
  expect(rest).toMatchObject({ items: [{ id: run.id }], nextCursor: null });
  expect((await world.call(`/runs?direction=attendance&corpId=${corp.id}`)).body.items).toHaveLength(2);
  expect((await world.call(`/corps/${corp.id}/directory/runs`)).body.items).toEqual([]);
});

it('reads members who are named, bound or not, each once however they are written', async () => {
  const run = await world.run(corp, { ...days, userIds: ['CAI', 'cai'], reads: { punches: true } });
  expect(run.attendance).toMatchObject({ people: 1, userIds: ['cai'], counts: { read: 1, unbound: 1 } });
  const { body } = await world.call(`/corps/${corp.id}/attendance/records?userId=Cai`);
  expect(body.items).toHaveLength(1);
  expect(body.items[0]).not.toHaveProperty('oaUserId');
});

it('tells the OA, and what was kept for somebody once they are bound', async () => {
  const told = (oaUserId: string) =>
    until(`what the OA was told of ${oaUserId}`, async () => {
      const { body } = await world.call(`/oa/attendance?oaUserId=${oaUserId}`);
      return body.items.length === 0 ? undefined : body;
    });
  const { items } = await told('u1');
  expect(items).toMatchObject([
    { oaUserId: 'u1', type: 'punch', day: '2026-03-02', state: 'current', version: 1 },
    { oaUserId: 'u1', type: 'punch', day: '2026-03-02', state: 'current', version: 1 },
  ]);
  expect(items[0].item).toMatchObject({ kind: '上班打卡', exception: '时间异常', exceptions: ['late'] });
  const page = (await world.call('/oa/attendance?limit=1')).body;
  expect(page.nextCursor).toBe(page.items[0].seq);
  const next = (await world.call(`/oa/attendance?limit=1&after=${page.nextCursor}`)).body;
  expect(next.items[0].id).not.toBe(page.items[0].id);

  const summary = (await world.call(`/corps/${corp.id}/attendance/summary`)).body;
  expect(summary.waitingForBinding).toEqual({ people: 1, records: 1 });
  const other = await world.createCorp({ bound: false });
  await world.bind(other.id, 'cai', 'u3');
  expect((await world.call('/oa/attendance?oaUserId=u3')).body.items).toEqual([]);
  await world.bind(corp.id, 'cai', 'u3');
  const retry = await world.call(`/corps/${corp.id}/attendance/delivery/retry`, undefined, 'POST');
  expect([retry.status, retry.body]).toEqual([202, { workflowId: `attendance-delivery:${corp.id}` }]);
  expect((await told('u3')).items).toHaveLength(1);
});

it('names the days that can not be read', async () => {
  const tomorrow = addDays(today, 1);
  const cases: [Record<string, unknown>, string[]][] = [
    [{ from: '2026-03-04', to: '2026-03-02' }, ['to']],
    [{ from: today, to: addDays(today, 2) }, ['to']],
    [{ from: addDays(today, -365), to: today }, ['from']],
    [{ from: '2009-12-31', to: '2010-01-02' }, ['from']],
    [{ from: '2026-02-30', to: '2026-03-02' }, ['from']],
    [{ from: '2026-03-02' }, ['to']],
    [{ to: '2026-03-02' }, ['from']],
    [{ from: tomorrow, to: tomorrow }, ['to']],
    [{ ...days, userIds: ['ada', 'nobody'] }, ['userIds.1']],
    [{ ...days, userIds: [] }, ['userIds']],
    [{ ...days, ruleId: 'nothing' }, ['ruleId']],
    [{ ...days, kinds: 'lunch' }, ['kinds']],
    [{ ...days, reads: { punches: false } }, ['reads']],
    [{ ...days, colour: 'red' }, ['colour']],
    [{ from: '2026-03-04', to: '2026-03-02', userIds: ['nobody'] }, ['to', 'userIds.0']],
  ];
  for (const [body, fields] of cases) {
    const answer = await world.call(path(), body);
    expect([body, answer.status, fieldsOf(answer.body)]).toEqual([body, 422, fields]);
  }
  const whole = await world.call(path(), { from: addDays(today, -364), to: today, userIds: ['bob'] });
  expect(whole.status).toBe(202);
  expect((await world.ended(whole.body.runId)).progress).toEqual({ done: 13, failed: 0, total: 13 });
});

it('says what to do where nothing is set, members are named before they were read, or a rule means nobody', async () => {
  const bare = await world.createCorp({ members: false });
  const unset = await world.call(path(bare), days);
  expect([unset.status, unset.body.error]).toMatchObject([
    422,
    { code: 'attendance_not_set_up', advice: expect.stringContaining('Settings') },
  ]);
  await world.setUp(bare);
  const named = await world.call(path(bare), { ...days, userIds: ['Ada'] });
  expect([fieldsOf(named.body), named.body.error.advice]).toEqual([
    ['userIds.0'],
    expect.stringContaining('Pull'),
  ]);
  const scope = { userIds: ['cai'], excludeUserIds: ['cai'] };
  const { body: rule } = await world.call(`/corps/${corp.id}/attendance/rules`, { name: '无人', scope });
  const run = await world.run(corp, { ...days, ruleId: rule.ruleId });
  expect([run.phase, run.error]).toMatchObject([
    'failed',
    { code: 'attendance-nobody', advice: expect.stringContaining('choose departments') },
  ]);
});

it('reads the directory first where nobody was ever read', async () => {
  const unread = await world.createCorp({ members: false });
  await world.setUp(unread);
  const run = await world.run(unread, days);
  expect([run.phase, run.attendance.people]).toEqual(['done', 3]);
});

it('reads everybody before the first binding, and keeps it for them', async () => {
  const unbound = await world.createCorp({ bound: false });
  await world.setUp(unbound);
  expect((await world.run(unbound, days)).attendance).toMatchObject({ people: 3, counts: { unbound: 3 } });
});

it('reads for a rule what the rule says, beside a run without one', async () => {
  const rule = await expecting(
    201,
    world.call(`/corps/${corp.id}/attendance/rules`, {
      name: '日报',
      scope: { departments: [1] },
      reads: { daily: true },
    }),
  );
  const run = await world.run(corp, { ...days, ruleId: rule.ruleId });
  expect(run.workflowId).toBe(`attendance-pull:${corp.id}:${rule.ruleId}`);
  expect(run.attendance).toMatchObject({
    ruleId: rule.ruleId,
    ruleName: '日报',
    reads: { punches: false, daily: true, monthly: false },
    people: 3,
  });
  const { body: listed } = await world.call(`${path()}?ruleId=${rule.ruleId}&phase=done`);
  expect(listed.items.map(({ id }: { id: string }) => id)).toEqual([run.id]);
  const after = await world.call(`/corps/${corp.id}/attendance/rules/${rule.ruleId}`);
  expect(after.body.lastRun).toMatchObject({ id: run.id, phase: 'done', ...days });
  const reports = await world.call(`/corps/${corp.id}/attendance/reports?userId=ada`);
  expect(reports.body.items).toHaveLength(3);
  expect(
    (await world.call(`/corps/${corp.id}/attendance/rules/${rule.ruleId}`, undefined, 'DELETE')).status,
  ).toBe(204);
  expect((await world.call(`/runs/${run.id}`)).body.attendance).toMatchObject({
    ruleId: null,
    ruleName: '日报',
  });
});

it('is started once under one Idempotency-Key', async () => {
  const headers = { 'idempotency-key': 'run-1' };
  const first = await world.call(path(), days, 'POST', headers);
  await world.ended(first.body.runId);
  const again = await world.call(path(), days, 'POST', headers);
  expect([first.status, again.status, again.body]).toEqual([202, 202, first.body]);
});

it('names a member WeCom does not know, and reads the others', async () => {
  const lost = await world.createCorp();
  await world.setUp(lost);
  await world.punch(lost, [row('bob', '2026-03-03 08:55')]);
  await world.sql(
    `UPDATE mirror_member SET user_id = 'ghost', user_id_key = 'ghost' WHERE corp_id = $1 AND user_id = 'Ada'`,
    [lost.id],
  );
  const run = await world.run(lost, days);
  expect(run.phase).toBe('done');
  expect(run.attendance).toMatchObject({
    counts: { read: 1, unknownPeople: 1 },
    unknownPeople: [{ userId: 'ghost', errcode: 301021, message: expect.any(String) }],
  });
});

it('is started by operators, seen by viewers, and found in the audit log without anybody’s name', async () => {
  const viewer = await world.api.signIn('viewer');
  const operator = await world.api.signIn('operator');
  expect((await viewer.call(path())).status).toBe(200);
  expect((await viewer.call(path(), { body: days })).status).toBe(403);
  expect((await viewer.call(`/corps/${corp.id}/attendance/delivery/retry`, { method: 'POST' })).status).toBe(
    403,
  );
  const started = await operator.call(path(), { body: { ...days, userIds: ['Ada'] } });
  expect(started.status).toBe(202);
  expect((await world.ended(started.body.runId)).trigger).toBe('console');
  const [entry] = (await world.call('/audit?limit=5')).body.items.filter(
    ({ action }: { action: string }) => action === 'attendance-run.start',
  );
  expect(entry).toMatchObject({ target: `run:${started.body.runId}`, detail: { ...days, people: 1 } });
  expect(JSON.stringify(entry)).not.toContain('Ada');
  expect((await world.call('/corps/nobody/attendance/runs', days)).status).toBe(404);
});
