import type { AttendanceCorp, AttendanceWorld } from './attendance-world';
import { createAttendanceWorld } from './attendance-world';

let world: AttendanceWorld;
let corp: AttendanceCorp;
beforeAll(async () => {
  world = await createAttendanceWorld();
  corp = await world.createCorp();
  await world.setUp(corp);
});
afterAll(() => world.close());

const path = (of: AttendanceCorp = corp) => `/corps/${of.id}/attendance/rules`;
const nightly = { cron: '0 2 * * *', timezone: 'Asia/Shanghai' };
const fieldsOf = (body: { readonly error: { readonly fields: readonly { readonly path: string }[] } }) =>
  body.error.fields.map((field) => field.path);

async function clear(): Promise<void> {
  for (const { ruleId } of (await world.call(path())).body.items) {
    expect((await world.call(`${path()}/${ruleId}`, undefined, 'DELETE')).status).toBe(204);
  }
}
afterEach(clear);

it('reads the punches of everybody who is bound, unless told otherwise', async () => {
  const { status, body, headers } = await world.call(path(), { name: '每日考勤' });
  expect(status).toBe(201);
  expect(body).toEqual({
    ruleId: expect.any(String),
    name: '每日考勤',
    scope: { departments: [], userIds: [], excludeUserIds: [] },
    kinds: 'all',
    reads: { punches: true, daily: false, monthly: false },
    schedule: null,
    lookBackDays: 3,
    enabled: true,
    paused: false,
    pauseNote: null,
    nextRuns: [],
    lastRun: null,
    openGaps: [],
    people: 2,
    createdBy: 'token:BRIDGE_ADMIN_TOKEN',
    createdAt: expect.any(String),
    updatedAt: expect.any(String),
  });
  expect(headers.get('location')).toBe(`/api/v1${path()}/${body.ruleId}`);
  expect((await world.call(`${path()}/${body.ruleId}`)).body).toEqual(body);
  expect((await world.call(path())).body.items).toEqual([body]);
});

it('counts whom its departments and members mean, without those it leaves out', async () => {
  const scope = { departments: [1], excludeUserIds: ['BOB'] };
  expect((await world.call(path(), { name: 'a', scope })).body.people).toBe(2);
  expect((await world.call(path(), { name: 'b', scope: { userIds: ['CAI'] } })).body.people).toBe(1);
});

it('begins by itself at the times of its schedule, in its zone, can be paused with a note, and keeps the pause', async () => {
  const schedule = { cron: '30 2 * * *', timezone: 'Europe/Berlin' };
  const { body: rule } = await world.call(path(), { name: '定时', schedule });
  expect(rule.nextRuns).toHaveLength(5);
  const shown = new Date(rule.nextRuns[0]).toLocaleTimeString('en-GB', { timeZone: 'Europe/Berlin' });
  expect(shown).toBe('02:30:00');

  const own = `${path()}/${rule.ruleId}`;
  const paused = await world.call(`${own}/pause`, { note: '盘点' });
  expect(paused.body).toMatchObject({ paused: true, pauseNote: '盘点', nextRuns: [], enabled: true });
  const changed = await world.call(own, { name: '改名', schedule: nightly }, 'PUT');
  expect(changed.body).toMatchObject({ name: '改名', schedule: nightly, paused: true });
  const resumed = await world.call(`${own}/resume`, undefined, 'POST');
  expect(resumed.body).toMatchObject({ paused: false, pauseNote: null });
  expect(resumed.body.nextRuns).toHaveLength(5);

  const off = await world.call(own, { name: '停用', schedule: nightly, enabled: false }, 'PUT');
  expect(off.body).toMatchObject({ enabled: false, nextRuns: [] });
  expect(await world.api.deps.temporal.describeAttendanceSchedule(rule.ruleId)).toBeUndefined();
  expect((await world.call(`${own}/pause`, {})).body.error.code).toBe('rule_not_scheduled');
});

it('asks for whole days from the day on which it is switched on with a schedule', async () => {
  const expectedFrom = async (ruleId: string) =>
    (
      await world.sql<{ day: string | null }>(
        'SELECT expected_from::text AS day FROM attendance_rule WHERE id = $1',
        [ruleId],
      )
    )[0]?.day;
  const { body: rule } = await world.call(path(), { name: 'x', schedule: nightly });
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format();
  expect(await expectedFrom(rule.ruleId)).toBe(today);
  await world.sql(`UPDATE attendance_rule SET expected_from = '2026-01-05'`);
  await world.call(`${path()}/${rule.ruleId}`, { name: 'y', schedule: nightly }, 'PUT');
  expect(await expectedFrom(rule.ruleId)).toBe('2026-01-05');
  await world.call(`${path()}/${rule.ruleId}`, { name: 'y', schedule: nightly, enabled: false }, 'PUT');
  expect(await expectedFrom(rule.ruleId)).toBeNull();
});

it('refuses a second rule with the same members, kinds and times, whatever it is called', async () => {
  const rule = { scope: { userIds: ['Ada', 'bob'] }, kinds: 'work', schedule: nightly };
  const { body: first } = await world.call(path(), { name: '一', ...rule });
  const second = await world.call(path(), { ...rule, name: '二', scope: { userIds: ['BOB', 'ada'] } });
  expect([second.status, fieldsOf(second.body)]).toEqual([422, ['schedule']]);
  expect(second.body.error.fields[0].message).toContain('same times');

  const other = await world.call(path(), { ...rule, name: '二', kinds: 'outing' });
  expect(other.status).toBe(201);
  const turned = await world.call(`${path()}/${other.body.ruleId}`, { ...rule, name: '二' }, 'PUT');
  expect([turned.status, fieldsOf(turned.body)]).toEqual([422, ['schedule']]);
  const same = await world.call(`${path()}/${first.ruleId}`, { name: '三', ...rule }, 'PUT');
  expect([same.status, same.body.name]).toEqual([200, '三']);
});

it('names every field that can not be used', async () => {
  const good = { name: '规则' };
  const cases: [Record<string, unknown>, string[]][] = [
    [{ name: ' ' }, ['name']],
    [{ scope: { departments: [1, 77] } }, ['scope.departments.1']],
    [{ scope: { departments: [1, 2 ** 31] } }, ['scope.departments.1']],
    [{ scope: { userIds: ['ada', 'nobody', 'Bob', 'noone'] } }, ['scope.userIds.1', 'scope.userIds.3']],
    [{ scope: { excludeUserIds: ['nobody'] } }, ['scope.excludeUserIds.0']],
    [{ kinds: 'lunch' }, ['kinds']],
    [{ reads: { punches: false } }, ['reads']],
    [{ reads: {} }, ['reads']],
    [{ schedule: { ...nightly, cron: '61 * * * *' } }, ['schedule.cron']],
    [{ schedule: { ...nightly, timezone: 'Asia/Nowhere' } }, ['schedule.timezone']],
    [{ lookBackDays: -1 }, ['lookBackDays']],
    [{ lookBackDays: 31 }, ['lookBackDays']],
    [{ lookBackDays: 1.5 }, ['lookBackDays']],
    [{ enabled: 'yes' }, ['enabled']],
    [{ colour: 'red' }, ['colour']],
  ];
  for (const [wrong, fields] of cases) {
    const answer = await world.call(path(), { ...good, ...wrong });
    expect([answer.status, fieldsOf(answer.body)]).toEqual([422, fields]);
  }
  expect((await world.call(path())).body.items).toEqual([]);
});

it('says that the directory was never read where that is why nobody is known', async () => {
  const unread = await world.createCorp({ members: false });
  const { body } = await world.call(path(unread), { name: 'x', scope: { userIds: ['ada'] } });
  expect(fieldsOf(body)).toEqual(['scope.userIds.0']);
  expect(body.error.advice).toContain('Pull');
});

it('is nobody else’s: ids of another corp are not found', async () => {
  const other = await world.createCorp();
  const { body: rule } = await world.call(path(), { name: 'x', schedule: nightly });
  const foreign = `${path(other)}/${rule.ruleId}`;
  expect((await world.call(foreign)).status).toBe(404);
  expect((await world.call(foreign, { name: 'y' }, 'PUT')).status).toBe(404);
  expect((await world.call(`${foreign}/pause`, {})).status).toBe(404);
  expect((await world.call(foreign, undefined, 'DELETE')).status).toBe(404);
  expect((await world.call(`${path()}/${rule.ruleId}`)).body.name).toBe('x');
});

it('is removed with its schedule, and with its corp', async () => {
  const { body: rule } = await world.call(path(), { name: 'x', schedule: nightly });
  expect(await world.api.deps.temporal.describeAttendanceSchedule(rule.ruleId)).toBeDefined();
  await world.call(`${path()}/${rule.ruleId}`, undefined, 'DELETE');
  expect(await world.api.deps.temporal.describeAttendanceSchedule(rule.ruleId)).toBeUndefined();
  expect((await world.call(`${path()}/${rule.ruleId}`)).status).toBe(404);

  const other = await world.createCorp();
  const { body: its } = await world.call(path(other), { name: 'x', schedule: nightly });
  expect(
    (await world.call(`/corps/${other.id}?confirm=${other.wecomCorpId}`, undefined, 'DELETE')).status,
  ).toBe(204);
  expect(await world.api.deps.temporal.describeAttendanceSchedule(its.ruleId)).toBeUndefined();
});

it('is made once under one Idempotency-Key', async () => {
  const headers = { 'idempotency-key': 'rule-1' };
  const first = await world.call(path(), { name: 'x' }, 'POST', headers);
  const again = await world.call(path(), { name: 'x' }, 'POST', headers);
  expect([first.status, again.status, again.body]).toEqual([201, 201, first.body]);
});

it('lets viewers look, operators pause, and administrators alone save', async () => {
  const { body: rule } = await world.call(path(), { name: 'x', schedule: nightly });
  const own = `${path()}/${rule.ruleId}`;
  const viewer = await world.api.signIn('viewer');
  const operator = await world.api.signIn('operator');
  expect((await viewer.call(path())).status).toBe(200);
  expect((await viewer.call(`${own}/pause`, { body: {} })).status).toBe(403);
  expect((await operator.call(`${own}/pause`, { body: {} })).body.pauseNote).toContain('operator');
  expect((await operator.call(`${own}/resume`, { body: {} })).status).toBe(200);
  for (const person of [viewer, operator]) {
    expect((await person.call(path(), { body: { name: 'y' } })).status).toBe(403);
    expect((await person.call(own, { method: 'PUT', body: { name: 'y' } })).status).toBe(403);
    expect((await person.call(own, { method: 'DELETE' })).status).toBe(403);
  }
  const { text: audit } = await world.call('/audit?limit=100');
  for (const action of ['create', 'change', 'pause', 'resume', 'remove']) {
    expect(audit).toContain(`attendance-rule.${action}`);
  }
});
