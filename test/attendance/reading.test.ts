import { randomBytes, randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createAttendanceActivities, type AttendanceReading } from '../../activities/attendance';
import type { RawPunch } from '../../domain/attendance/punch';
import type { AttendanceRunCounts } from '../../store/attendance-runs';
import { createAttendanceSettingsStore } from '../../store/attendance-settings';
import { createRateBudgetStore } from '../../store/rate-budget';
import { createSecretBox } from '../../store/secrets';
import { createTokenStore } from '../../store/wecom-tokens';
import { createWecomClient, hostsOf } from '../../wecom';
import { startTestSimulator, type TestSimulator } from '../support/simulator';
import { createStoringWorld, punch, type RunWanted, type StoringWorld } from './storing-world';

const agentId = 1_000_002;
const readsAll = { punches: true, daily: true, monthly: true };
const june = { from: '2026-06-01', to: '2026-06-30' };

let world: StoringWorld;
let simulator: TestSimulator;

beforeAll(async () => {
  [world, simulator] = await Promise.all([createStoringWorld(), startTestSimulator()]);
});

afterAll(async () => {
  await simulator.close();
  await world.close();
});

afterEach(() => control('DELETE', '/faults'));

async function control<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${simulator.url}/_sim${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

type Wecom = {
  readonly users: readonly string[];
  /** Known to the bridge, and not to WeCom any more. */
  readonly gone?: readonly string[];
  readonly visibleUsers?: readonly string[];
  readonly hasCredential?: boolean;
};

async function createCorp({ users, gone = [], visibleUsers, hasCredential = true }: Wecom) {
  const corpid = `ww${randomBytes(8).toString('hex')}`;
  await control('POST', '/corps', {
    corpid,
    name: '测试企业',
    contactsSecret: 'contacts',
    apps: [
      {
        agentid: agentId,
        secret: 'app',
        name: '考勤',
        permissions: ['checkin'],
        ...(visibleUsers === undefined ? { visibleDepartments: [1] } : { visibleUsers }),
      },
    ],
    users: users.map((userid) => ({ userid, name: userid, department: [1] })),
  });
  const secrets = createSecretBox([randomBytes(32).toString('base64')]);
  const corp = await world.createCorp({ corpId: corpid, apiBaseUrl: simulator.url, secrets });
  const app = await corp.corps.createApp(corp.corpId, { name: '考勤', agentId, secret: 'app' });
  const settings = createAttendanceSettingsStore(world.db, secrets);
  if (hasCredential) {
    await settings.save(corp.corpId, {
      credential: { kind: 'app', appId: app.id },
      check: { ok: true },
      savedBy: 'token:test',
    });
  }
  await corp.addMembers([...users, ...gone]);
  const activities = createAttendanceActivities({
    corps: corp.corps,
    settings,
    runs: world.runs,
    attendanceRuns: world.attendanceRuns,
    storing: world.storing,
    connectWecom: (connection, onCall) =>
      createWecomClient({
        connection,
        tokens: createTokenStore(world.db, secrets),
        budget: createRateBudgetStore(world.db),
        onCall,
        allowedHosts: hostsOf(simulator.url),
      }),
  });

  const readUnits = (runId: string): Promise<AttendanceReading> =>
    new MockActivityEnvironment().run(activities.readUnits, { corpId: corp.corpId, runId });

  return {
    ...corp,
    corpid,
    readUnits,
    activities,

    async add(rows: readonly RawPunch[]): Promise<void> {
      await control('POST', `/corps/${corpid}/checkins`, rows);
    },

    generate: (fields: Readonly<Record<string, unknown>>) =>
      control('POST', `/corps/${corpid}/checkins/generate`, { exceptionRate: 0, photoRate: 0, ...fields }),

    /** A run from its beginning to its end. */
    async run(wanted: RunWanted) {
      const runId = await corp.begin(wanted);
      await readUnits(runId);
      const counts = await finish(runId);
      const run = await world.runs.findRun(runId);
      return { runId, counts, apiCalls: run?.apiCalls ?? {}, progress: run?.progress };
    },

    finish,

    async unknown(runId: string): Promise<{ userId: string; errcode: number }[]> {
      const { rows } = await world.db.pool.query<{ userId: string; errcode: number }>(
        `SELECT p.user_id AS "userId", asked.errcode FROM attendance_run_person asked
         JOIN attendance_person p ON p.id = asked.person_id
         WHERE asked.run_id = $1 AND asked.state = 'unknown' ORDER BY 1`,
        [runId],
      );
      return rows;
    },
  };

  function finish(runId: string): Promise<AttendanceRunCounts> {
    return new MockActivityEnvironment().run(activities.finishAttendance, { runId, phase: 'done' as const });
  }
}

const named = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `user${String(index).padStart(4, '0')}`);

it('a whole company is read in as few calls as WeCom allows, and read again without a change', async () => {
  const corp = await createCorp({ users: named(120) });
  await corp.generate({ from: '2026-05-30', days: 33, perDay: 4 });
  const range = { from: '2026-06-01', to: '2026-07-01' };

  const first = await corp.run(range);
  expect(first).toMatchObject({
    counts: { read: 120 * 31 * 4, new: 120 * 31 * 4, unknownPeople: 0, unbound: 0 },
    apiCalls: { 'checkin/getcheckindata': 4, gettoken: 1 },
    progress: { done: 4, failed: 0, total: 4 },
  });
  const before = await corp.rowVersions();
  expect(before).toHaveLength(120 * 31 * 4);
  const again = await corp.run(range);
  expect(again.counts).toMatchObject({ new: 0, changed: 0, superseded: 0, unchanged: 120 * 31 * 4 });
  expect(await corp.rowVersions()).toEqual(before);
});

it('two members whom WeCom does not know cost the others nothing, and are named', async () => {
  const users = named(98);
  const corp = await createCorp({ users, gone: ['user0040x', 'user0090x'] });
  await corp.generate({ from: '2026-04-01', days: 91, perDay: 2 });

  const { runId, counts, apiCalls } = await corp.run({ from: '2026-04-01', to: '2026-06-29' });
  expect(counts).toMatchObject({ new: 98 * 90 * 2, unknownPeople: 2 });
  expect(await corp.unknown(runId)).toEqual([
    { userId: 'user0040x', errcode: 301_021 },
    { userId: 'user0090x', errcode: 301_021 },
  ]);
  // One window of three with the search for two among a hundred; in the others nobody asks for them again.
  expect(apiCalls['checkin/getcheckindata']).toBeLessThanOrEqual(2 + 1 + 2 * 2 * 7);
  expect(apiCalls['checkin/getcheckindata']).toBeGreaterThan(2 + 7);
});

it('an app that sees nobody who is asked for is refused as a whole', async () => {
  const corp = await createCorp({ users: named(50), visibleUsers: ['user0000'] });
  const runId = await corp.begin({ ...june, userIds: named(50).slice(1) });

  await expect(corp.readUnits(runId)).rejects.toMatchObject({ name: 'WecomAccessError', errcode: 60_011 });
  expect(await world.attendanceRuns.standing(runId)).toMatchObject({ unitsDone: 0 });
  expect(await corp.unknown(runId)).toEqual([]);
  // Calls that were refused were made.
  expect((await world.runs.findRun(runId))?.apiCalls['checkin/getcheckindata']).toBeGreaterThan(1);
});

it('of an app that sees some, the others are named', async () => {
  const corp = await createCorp({ users: ['a', 'b', 'c'], visibleUsers: ['b'] });
  await corp.add([punch('b', '2026-06-01 08:58:00')]);
  const { runId, counts } = await corp.run(june);

  expect(counts).toMatchObject({ new: 1, unknownPeople: 2 });
  expect(await corp.unknown(runId)).toEqual([
    { userId: 'a', errcode: 60_011 },
    { userId: 'c', errcode: 60_011 },
  ]);
});

it('days and months as WeCom reckons them are kept once, and follow its corrections', async () => {
  const corp = await createCorp({ users: named(3) });
  await corp.generate({ from: '2026-05-25', days: 40, perDay: 2 });
  const range = { from: '2026-05-28', to: '2026-06-03' };

  const first = await corp.run({ ...range, reads: readsAll });
  expect(first.apiCalls).toMatchObject({
    'checkin/getcheckindata': 1,
    'checkin/getcheckin_daydata': 1,
    'checkin/getcheckin_monthdata': 2,
  });
  expect(first.counts).toMatchObject({ new: 3 * (7 * 2 + 7 + 2) });
  const { rows } = await world.db.pool.query(
    `SELECT period, count(*)::int AS reports, min(day)::text AS first, max(day)::text AS last
     FROM attendance_report JOIN attendance_person p ON p.id = person_id WHERE p.corp_id = $1
     GROUP BY period ORDER BY period`,
    [corp.corpId],
  );
  expect(rows).toEqual([
    { period: 'daily', reports: 21, first: '2026-05-28', last: '2026-06-03' },
    { period: 'monthly', reports: 6, first: '2026-05-01', last: '2026-06-01' },
  ]);
  const before = await corp.rowVersions();
  expect((await corp.run({ ...range, reads: readsAll })).counts).toMatchObject({ new: 0, changed: 0 });
  expect(await corp.rowVersions()).toEqual(before);

  await corp.add([punch('user0001', '2026-06-02 03:00:00', { checkin_type: '下班打卡' })]);
  const corrected = await corp.run({ ...range, reads: readsAll });
  expect(corrected.counts.new).toBe(1);
  expect(corrected.counts.changed).toBeGreaterThan(0);
});

it('what is done when a run is paused stays done, and the rest is read later', async () => {
  const corp = await createCorp({ users: named(2) });
  await corp.generate({ from: '2026-01-01', days: 180, perDay: 1 });
  const runId = await corp.begin({ from: '2026-01-01', to: '2026-06-29' });
  const environment = new MockActivityEnvironment();
  let pausing: Promise<void> | undefined;
  environment.on('heartbeat', (details: { units?: number } | undefined) => {
    if (details?.units === undefined) return;
    pausing ??= new MockActivityEnvironment().run(corp.activities.setAttendancePaused, {
      runId,
      paused: true,
    });
  });

  const stopped: AttendanceReading = await environment.run(corp.activities.readUnits, {
    corpId: corp.corpId,
    runId,
  });
  await pausing;
  expect(stopped).toMatchObject({ units: 6, paused: true });
  expect(stopped.remaining).toBeGreaterThan(0);
  expect((await world.runs.findRun(runId))?.phase).toBe('paused');
  expect(await corp.readUnits(runId)).toMatchObject({ unitsDone: stopped.unitsDone, paused: true });

  await new MockActivityEnvironment().run(corp.activities.setAttendancePaused, { runId, paused: false });
  expect(await corp.readUnits(runId)).toMatchObject({ remaining: 0, paused: false });
  const { new: stored } = await corp.finish(runId);
  expect(stored).toBe(2 * 180);
  expect((await world.runs.findRun(runId))?.apiCalls['checkin/getcheckindata']).toBe(6);
});

it('an attempt that is cancelled leaves what it stored, and the next one reads the rest only', async () => {
  const corp = await createCorp({ users: named(1) });
  await corp.generate({ from: '2026-01-01', days: 180, perDay: 1 });
  const runId = await corp.begin({ from: '2026-01-01', to: '2026-06-29' });
  const environment = new MockActivityEnvironment();
  environment.on('heartbeat', (details: { units?: number } | undefined) => {
    if (details?.units !== undefined) environment.cancel();
  });

  await expect(environment.run(corp.activities.readUnits, { corpId: corp.corpId, runId })).rejects.toThrow();
  const { unitsDone } = await world.attendanceRuns.standing(runId);
  expect(unitsDone).toBeGreaterThan(0);
  expect(unitsDone).toBeLessThan(6);
  expect(await corp.readUnits(runId)).toMatchObject({ remaining: 0 });
  expect(await corp.finish(runId)).toMatchObject({ new: 180 });
});

it('a token that WeCom ends early, a lost answer and a broken gateway leave the records as they should be', async () => {
  const corp = await createCorp({ users: named(120) });
  await corp.generate({ from: '2026-06-01', days: 30, perDay: 2 });
  const runId = await corp.begin(june);
  await control('POST', '/faults', [{ path: 'checkin/getcheckindata', times: 1, errcode: 42_001 }]);
  await control('POST', '/faults', [{ path: 'checkin/getcheckindata', times: 1, drop: 'after' }]);
  await control('POST', '/faults', [{ path: 'checkin/getcheckindata', times: 1, httpStatus: 502 }]);

  // As Temporal does, until nothing remains.
  const failures: unknown[] = [];
  let reading: AttendanceReading | undefined;
  for (let attempt = 1; attempt <= 5 && reading?.remaining !== 0; attempt += 1) {
    reading = await corp.readUnits(runId).catch((error: unknown) => {
      failures.push(error);
      return undefined;
    });
  }
  expect(failures.length).toBeGreaterThan(0);
  expect(await corp.finish(runId)).toMatchObject({ new: 120 * 30 * 2, unknownPeople: 0 });
  expect(await corp.rowVersions()).toHaveLength(120 * 30 * 2);
});

it.each([
  { why: 'nothing to read with', hasCredential: false, scope: {}, code: 'attendance-not-set-up' },
  { why: 'nobody to read of', hasCredential: true, scope: { departments: [99] }, code: 'attendance-nobody' },
])('a run with $why is refused, with a row to say so', async ({ hasCredential, scope, code }) => {
  const corp = await createCorp({ users: ['a'], hasCredential });
  const ruleId = await corp.addRule({ scope });
  const runId = randomUUID();
  const input = { corpId: corp.corpId, runId, ruleId, trigger: 'schedule', requestedBy: 'schedule' } as const;

  await expect(
    new MockActivityEnvironment().run(corp.activities.beginAttendance, input),
  ).rejects.toMatchObject({ name: 'AttendanceRefusedError', code });
  expect(await world.runs.findRun(runId)).toMatchObject({ direction: 'attendance', phase: 'reading' });
});

it('a run of a corp whose members were never read says so, and can be begun again', async () => {
  const corp = await createCorp({ users: [] });
  const ruleId = await corp.addRule({});
  const runId = randomUUID();
  const input = { corpId: corp.corpId, runId, ruleId, trigger: 'schedule', requestedBy: 'schedule' } as const;
  const begin = () => new MockActivityEnvironment().run(corp.activities.beginAttendance, input);

  expect(await begin()).toMatchObject({ people: 0, nobodyKnown: true });
  await corp.addMembers(['a']);
  expect(await begin()).toMatchObject({ people: 1, remaining: 1 });
});

it('a scheduled run makes its own rows, once', async () => {
  const corp = await createCorp({ users: named(3) });
  const ruleId = await corp.addRule({ lookBackDays: 2 });
  const runId = randomUUID();
  const input = { corpId: corp.corpId, runId, ruleId, trigger: 'schedule', requestedBy: 'schedule' } as const;
  const begin = () => new MockActivityEnvironment().run(corp.activities.beginAttendance, input);

  expect(await begin()).toEqual({ people: 3, units: 1, unitsDone: 0, rows: 0, paused: false, remaining: 1 });
  expect(await begin()).toMatchObject({ people: 3, units: 1 });
});
