import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { startTestApi, type TestApi } from '../api/harness';
import { startTestWorker } from '../api/worker';
import { patienceMs } from '../support/patience';

let api: TestApi;
let worker: Awaited<ReturnType<typeof startTestWorker>>;
let corp: { readonly id: string; readonly corpid: string; readonly appId: string };

type Days = { readonly from: string; readonly to: string };
type Counts = Record<'read' | 'new' | 'changed' | 'superseded' | 'unchanged' | 'heldBack', number>;
type RecordPage = { items: { at: string; day: string }[]; nextCursor: string | null };
type CallRow = { errcode: number; request: { starttime: number; endtime: number; useridlist: string[] } };

const agentid = 1000002;
/** Each test is about somebody of its own, so none sees another one's records. */
const members = Array.from({ length: 12 }, (_, index) => `member${index}`);
let nextMember = 0;
const somebody = (): string => members[nextMember++] ?? 'nobody is left';

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  api = await startTestApi();
  worker = await startTestWorker(api);
  corp = await connect();
});

afterAll(async () => {
  await worker.stop();
  await api.close();
});

async function ask<T>(path: string, body?: object, method?: string): Promise<T> {
  const answer = await api.call(path, {
    ...(body === undefined ? {} : { body }),
    ...(method === undefined ? {} : { method }),
  });
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${answer.text}`);
  return answer.body as T;
}

async function connect(): Promise<typeof corp> {
  const corpid = `ww${randomBytes(8).toString('hex')}`;
  await api.control('/_sim/corps', {
    corpid,
    name: '测试企业',
    contactsSecret: 'contacts-secret',
    apps: [{ agentid, secret: 'app-secret', name: '桥', visibleDepartments: [1], permissions: ['checkin'] }],
    users: members.map((userid) => ({ userid, name: userid, department: [1] })),
  });
  const { id } = await ask<{ id: string }>('/corps', {
    name: '测试企业',
    corpId: corpid,
    apiBaseUrl: api.simulator.url,
    contactsSecret: 'contacts-secret',
  });
  const app = await ask<{ id: string }>(`/corps/${id}/apps`, {
    name: '桥',
    agentId: agentid,
    secret: 'app-secret',
  });
  const { runId } = await ask<{ runId: string }>(`/corps/${id}/directory/runs`, {
    direction: 'pull',
    mode: 'apply',
  });
  await ended(runId);
  return { id, corpid, appId: app.id };
}

async function ended(runId: string): Promise<{ attendance?: { counts: Counts } }> {
  for (const deadline = Date.now() + patienceMs; ; await wait(50)) {
    const run = await ask<{ phase: string; finishedAt: string | null; attendance?: { counts: Counts } }>(
      `/runs/${runId}`,
    );
    if (run.finishedAt !== null) {
      expect(run).toMatchObject({ phase: 'done' });
      return run;
    }
    if (Date.now() > deadline) throw new Error(`The run is still ${run.phase}`);
  }
}

async function daysBegin(timezone: string, dayStartsAt: string): Promise<void> {
  const settings = { appId: corp.appId, timezone, dayStartsAt };
  await ask(`/corps/${corp.id}/attendance/settings`, settings, 'PUT');
}

async function punch(userid: string, moments: readonly (string | number)[]): Promise<void> {
  const rows = moments.map((moment, index) => ({
    userid,
    groupname: '白班',
    checkin_type: index % 2 === 0 ? '上班打卡' : '下班打卡',
    checkin_time: (typeof moment === 'number' ? moment : Date.parse(moment)) / 1_000,
    groupid: 1,
    timeline_id: 1,
  }));
  await api.control(`/_sim/corps/${corp.corpid}/checkins`, rows);
}

async function read(userId: string, days: Days): Promise<Counts> {
  const { runId } = await ask<{ runId: string }>(`/corps/${corp.id}/attendance/runs`, {
    ...days,
    userIds: [userId],
  });
  const { attendance } = await ended(runId);
  if (attendance === undefined) throw new Error('The run says nothing of what it read');
  return attendance.counts;
}

/** [moment, day], oldest first. */
async function records(userId: string): Promise<[string, string][]> {
  const found: [string, string][] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const after: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: RecordPage = await ask(
      `/corps/${corp.id}/attendance/records?userId=${userId}&state=all&limit=200${after}`,
    );
    found.push(...page.items.map(({ at, day }): [string, string] => [new Date(at).toISOString(), day]));
    cursor = page.nextCursor;
  }
  return found.sort(([one], [other]) => one.localeCompare(other));
}

function countByDay(rows: readonly (readonly [string, string])[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [, day] of rows) counts[day] = (counts[day] ?? 0) + 1;
  return counts;
}

const utc = (local: string, offset: string): string => new Date(`${local}${offset}`).toISOString();
const dayAfter = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);

it('a punch at half past midnight belongs to the day before, where days begin at four', async () => {
  await daysBegin('Asia/Shanghai', '04:00');
  const who = somebody();
  const at = (local: string): string => utc(local, '+08:00');
  const punches: [string, string][] = [
    [at('2026-05-01T03:59:59'), '2026-04-30'],
    [at('2026-05-01T04:00:00'), '2026-05-01'],
    [at('2026-05-02T00:30:00'), '2026-05-01'],
    [at('2026-05-02T03:59:59'), '2026-05-01'],
    [at('2026-05-02T04:00:00'), '2026-05-02'],
  ];
  await punch(
    who,
    punches.map(([moment]) => moment),
  );

  expect(await read(who, { from: '2026-05-01', to: '2026-05-01' })).toMatchObject({ read: 3, new: 3 });
  expect(await records(who)).toEqual(punches.slice(1, 4));
  expect(await read(who, { from: '2026-04-30', to: '2026-04-30' })).toMatchObject({ read: 1, new: 1 });
  expect(await read(who, { from: '2026-05-02', to: '2026-05-02' })).toMatchObject({ read: 1, new: 1 });
  expect(await records(who)).toEqual(punches);
  expect(await read(who, { from: '2026-04-30', to: '2026-05-02' })).toMatchObject({
    read: 5,
    new: 0,
    changed: 0,
    superseded: 0,
    unchanged: 5,
  });
});

it('months that are read one by one hold each punch around their ends once', async () => {
  await daysBegin('Asia/Shanghai', '00:00');
  const who = somebody();
  const local = [
    '2024-02-28T23:59:59',
    '2024-02-29T00:00:00',
    '2024-02-29T23:59:59',
    '2024-03-01T00:00:00',
    '2025-12-31T23:59:59',
    '2026-01-01T00:00:00',
    '2026-01-31T23:59:59',
    '2026-02-01T00:00:00',
    '2026-02-28T23:59:59',
    '2026-03-01T00:00:00',
  ];
  await punch(
    who,
    local.map((moment) => utc(moment, '+08:00')),
  );

  const months: [Days, number][] = [
    [{ from: '2024-02-01', to: '2024-02-29' }, 3],
    [{ from: '2024-03-01', to: '2024-03-31' }, 1],
    [{ from: '2025-12-01', to: '2025-12-31' }, 1],
    [{ from: '2026-01-01', to: '2026-01-31' }, 2],
    [{ from: '2026-02-01', to: '2026-02-28' }, 2],
    [{ from: '2026-03-01', to: '2026-03-31' }, 1],
  ];
  for (const [month, punches] of months) {
    expect([month, await read(who, month)]).toEqual([
      month,
      expect.objectContaining({ read: punches, new: punches, superseded: 0 }),
    ]);
  }
  expect(await records(who)).toEqual(local.map((moment) => [utc(moment, '+08:00'), moment.slice(0, 10)]));
});

// The hours of each day: the clocks of Cairo leave out midnight, and have the hour before it twice.
it.each([
  ['America/New_York', '00:00', '2026-03-07', '2026-03-07T05:00:00Z', [24, 23, 24]],
  ['America/New_York', '00:00', '2026-10-31', '2026-10-31T04:00:00Z', [24, 25, 24]],
  ['America/New_York', '02:30', '2026-03-07', '2026-03-07T07:30:00Z', [24, 23, 24]],
  ['America/New_York', '01:30', '2026-10-31', '2026-10-31T05:30:00Z', [24, 25, 24]],
  ['Africa/Cairo', '00:00', '2026-04-23', '2026-04-22T22:00:00Z', [24, 23, 24]],
  ['Africa/Cairo', '00:00', '2026-10-28', '2026-10-27T21:00:00Z', [24, 25, 24]],
])(
  'when clocks change in %s and days begin at %s, from %s on every half hour is in one day',
  async (timezone, dayStartsAt, firstDay, startsAt, hours) => {
    await daysBegin(timezone, dayStartsAt);
    const who = somebody();
    const halfHourMs = 1_800_000;
    const from = Date.parse(startsAt);
    const halfHours = hours.reduce((sum, ofDay) => sum + ofDay * 2, 0);
    // An hour more on either side, which nobody asks for.
    await punch(
      who,
      Array.from({ length: halfHours + 4 }, (_, index) => {
        const begins = from + (index - 2) * halfHourMs;
        return [begins, begins + halfHourMs - 1_000];
      }).flat(),
    );

    for (const [index, ofDay] of hours.entries()) {
      const day = dayAfter(firstDay, index);
      expect([day, await read(who, { from: day, to: day })]).toEqual([
        day,
        expect.objectContaining({ read: ofDay * 4, new: ofDay * 4 }),
      ]);
    }
    const found = await records(who);
    expect(countByDay(found)).toEqual(
      Object.fromEntries(hours.map((ofDay, index) => [dayAfter(firstDay, index), ofDay * 4])),
    );
    expect(found.at(0)?.[0]).toBe(new Date(from).toISOString());
    expect(found.at(-1)?.[0]).toBe(new Date(from + halfHours * halfHourMs - 1_000).toISOString());

    const whole = { from: firstDay, to: dayAfter(firstDay, hours.length - 1) };
    expect(await read(who, whole)).toMatchObject({
      read: found.length,
      new: 0,
      changed: 0,
      superseded: 0,
      unchanged: found.length,
    });
  },
);

it('a range of 67 days is asked for in as few windows as WeCom allows, and no punch at their edges is lost or comes twice', async () => {
  await daysBegin('America/New_York', '00:00');
  const who = somebody();
  const days = Array.from({ length: 67 }, (_, index) => dayAfter('2026-09-10', index));
  // In the night to 2 November the clocks have been put back.
  const midnight = (day: string): number =>
    Date.parse(utc(`${day}T00:00:00`, day <= '2026-11-01' ? '-04:00' : '-05:00'));
  const edges = days.flatMap((day) => [midnight(day), midnight(dayAfter(day, 1)) - 1_000]);
  const before = midnight('2026-09-10') - 1_000;
  const after = midnight('2026-11-16');
  await punch(who, [...edges, before, after]);
  await api.control('/_sim/calls', undefined, 'DELETE');

  const range = { from: '2026-09-10', to: '2026-11-15' };
  expect(await read(who, range)).toMatchObject({ read: 134, new: 134, superseded: 0, heldBack: 0 });
  expect(await records(who)).toEqual(
    edges.map((moment, index) => [new Date(moment).toISOString(), days[Math.floor(index / 2)]]),
  );

  const calls = (await api.control('/_sim/calls?path=checkin/getcheckindata', undefined, 'GET')) as CallRow[];
  const windows = calls.map(({ request }) => request).sort((one, other) => one.starttime - other.starttime);
  expect(calls.every(({ errcode }) => errcode === 0)).toBe(true);
  expect(windows).toHaveLength(3);
  expect(windows[0]?.starttime).toBe(midnight('2026-09-10') / 1_000);
  expect(windows.at(-1)?.endtime).toBe(midnight('2026-11-16') / 1_000 - 1);
  for (const [index, { starttime, endtime }] of windows.entries()) {
    expect(endtime - starttime + 1).toBeLessThanOrEqual(30 * 86_400);
    const next = windows[index + 1];
    if (next !== undefined) expect(next.starttime).toBe(endtime + 1);
  }

  expect(await read(who, range)).toMatchObject({
    read: 134,
    new: 0,
    changed: 0,
    superseded: 0,
    unchanged: 134,
  });
});
