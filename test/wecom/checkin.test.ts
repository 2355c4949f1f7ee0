import {
  createWecomClient,
  pageSizes,
  rateWindows,
  WecomAccessError,
  WecomAlreadySoError,
  WecomTransientError,
} from '../../wecom';
import { startTestSimulator, type TestSimulator } from '../support/simulator';
import { memoryBudget, memoryTokenStore } from './memory-stores';
import { startRawServer } from './raw-server';
import { agentId, createSimulatedCorp, type SimulatedCorp } from './simulated-corp';

let simulator: TestSimulator;
beforeAll(async () => {
  simulator = await startTestSimulator();
});
afterAll(() => simulator.close());

const at = (moment: string): number => Date.parse(`${moment}+08:00`) / 1_000;
const appSecret = 'attendance';
const systemSecret = 'of-the-check-in-app';

const rows = [
  { userid: 'LiLei', checkin_type: '上班打卡', checkin_time: at('2026-10-01T08:55:00') },
  { userid: 'LiLei', checkin_type: '外出打卡', checkin_time: at('2026-10-01T15:00:00') },
  {
    userid: 'hanmeimei',
    checkin_type: '下班打卡',
    exception_type: '时间异常;地点异常',
    checkin_time: at('2026-10-30T23:59:59'),
    sch_checkin_time: at('2026-10-30T18:00:00'),
    mediaids: ['WWCISP_1'],
    timeline_id: 2,
    groupid: 1,
    something_new: { depth: [1, '二'] },
  },
];

async function corpWith(
  permissions: readonly string[],
  input: Record<string, unknown> = {},
): Promise<SimulatedCorp> {
  const corp = await createSimulatedCorp(simulator, {
    apps: [{ agentid: agentId, secret: appSecret, name: '考勤', permissions }],
    ...input,
  });
  await corp.control('POST', `corps/${corp.corpId}/checkins`, rows);
  return { ...corp, credentials: { ...corp.credentials, app: { kind: 'app', agentId, secret: appSecret } } };
}

const october = {
  startsAt: new Date('2026-10-01T00:00:00+08:00'),
  endsAt: new Date('2026-10-30T23:59:59+08:00'),
  userIds: ['LiLei', 'hanmeimei'],
};

const checkinOf = (corp: SimulatedCorp) => corp.client().wecom.as(corp.credentials.app).checkin;

it('punches come as WeCom gave them, with fields that nobody here knows', async () => {
  const read = [...(await checkinOf(await corpWith(['checkin'])).punches({ kinds: 'all', ...october }))];
  const found = (kind: string) => read.find(({ checkin_type: other }) => other === kind);
  expect(read).toHaveLength(3);
  expect(found('下班打卡')).toMatchObject(rows[2] ?? {});
  expect(found('上班打卡')).toMatchObject(rows[0] ?? {});
});

it('both ends of a window belong to it', async () => {
  const checkin = checkinOf(await corpWith(['checkin']));
  const from = (startsAt: string, endsAt: string) =>
    checkin.punches({
      kinds: 'all',
      startsAt: new Date(`${startsAt}+08:00`),
      endsAt: new Date(`${endsAt}+08:00`),
      userIds: ['LiLei'],
    });
  expect(await from('2026-10-01T08:55:00', '2026-10-01T15:00:00')).toHaveLength(2);
  expect(await from('2026-10-01T08:55:01', '2026-10-01T14:59:59')).toHaveLength(0);
});

it.each([
  ['work', ['上班打卡', '下班打卡']],
  ['outing', ['外出打卡']],
  ['all', ['上班打卡', '外出打卡', '下班打卡']],
] as const)('of the kinds %s, those come', async (kinds, expected) => {
  const read = [...(await checkinOf(await corpWith(['checkin'])).punches({ kinds, ...october }))];
  expect(new Set(read.map(({ checkin_type: kind }) => kind))).toEqual(new Set(expected));
});

it('daily reports come for each member and day, the last one included; monthly ones for each member', async () => {
  const checkin = checkinOf(await corpWith(['checkin']));
  const midnights = {
    startsAt: new Date('2026-10-01T00:00:00+08:00'),
    endsAt: new Date('2026-10-03T00:00:00+08:00'),
    userIds: ['LiLei', 'hanmeimei'],
  };
  const daily = await checkin.dailyReports(midnights);
  expect(daily.map(({ base_info: { acctid, date } }) => `${acctid} ${date}`).sort()).toEqual(
    ['LiLei', 'hanmeimei'].flatMap((userId) =>
      ['2026-10-01', '2026-10-02', '2026-10-03'].map((day) => `${userId} ${at(`${day}T00:00:00`)}`),
    ),
  );
  expect(daily[0]).toHaveProperty('summary_info');
  const monthly = await checkin.monthlyReports(midnights);
  expect(monthly.map(({ base_info: { acctid } }) => acctid)).toEqual(['LiLei', 'hanmeimei']);
});

it('the corp’s rules are read without naming a member', async () => {
  expect(await checkinOf(await corpWith(['checkin'])).corpOptions()).toEqual({
    groups: expect.any(Array) as unknown[],
  });
});

it('an app that is not among those of check-in is an access error with WeCom’s errcode, whatever it asks for', async () => {
  const corp = await corpWith([]);
  const checkin = checkinOf(corp);
  for (const ask of [
    () => checkin.punches({ kinds: 'all', ...october }),
    () => checkin.dailyReports(october),
    () => checkin.monthlyReports(october),
    () => checkin.corpOptions(),
    () => corp.client().contacts.checkin.corpOptions(),
  ]) {
    const refused = ask();
    await expect(refused).rejects.toThrow(WecomAccessError);
    await expect(refused).rejects.toMatchObject({ errcode: 48002 });
  }
});

it('the secret of the check-in app reads where the corp still has one, and is told from other credentials', async () => {
  const corp = await corpWith([], { rights: 'legacy', systemSecrets: { checkin: systemSecret } });
  const { wecom, records } = corp.client();
  const system = wecom.as({ kind: 'check-in', secret: systemSecret });
  expect(await system.checkin.punches({ kinds: 'all', ...october })).toHaveLength(3);
  expect(new Set(records.map(({ credential }) => credential))).toEqual(new Set(['check-in']));

  const today = await corpWith([], { systemSecrets: { checkin: systemSecret } });
  const refused = today.client().wecom.as({ kind: 'check-in', secret: systemSecret }).checkin.corpOptions();
  await expect(refused).rejects.toMatchObject({ errcode: 48002 });
});

it('one unknown member costs the whole call, and is not taken for one without punches', async () => {
  const checkin = checkinOf(await corpWith(['checkin']));
  const refused = checkin.punches({ kinds: 'all', ...october, userIds: ['LiLei', 'nobody'] });
  await expect(refused).rejects.toThrow(WecomAlreadySoError);
  await expect(refused).rejects.toMatchObject({ errcode: 301021, state: 'not-found' });
});

it('a member outside the app’s range is an access error', async () => {
  const corp = await corpWith([], {
    apps: [
      {
        agentid: agentId,
        secret: appSecret,
        name: '考勤',
        permissions: ['checkin'],
        visibleDepartments: [3],
      },
    ],
  });
  const checkin = checkinOf(corp);
  await expect(checkin.punches({ kinds: 'all', ...october })).rejects.toMatchObject({ errcode: 60011 });
  expect(await checkin.punches({ kinds: 'all', ...october, userIds: ['hanmeimei'] })).toHaveLength(1);
});

it('nobody, and more than a hundred members, are asked for by mistake only', async () => {
  const corp = await corpWith(['checkin']);
  const { wecom, records } = corp.client();
  const { checkin } = wecom.as(corp.credentials.app);
  const hundred = Array.from({ length: pageSizes.checkinUsers + 1 }, (_, index) => `user${index}`);
  await expect(checkin.punches({ kinds: 'all', ...october, userIds: [] })).rejects.toThrow('1 to 100');
  await expect(checkin.dailyReports({ ...october, userIds: hundred })).rejects.toThrow('1 to 100');
  expect(records).toEqual([]);
});

it.each([
  ['checkin/getcheckindata', 600],
  ['checkin/getcheckin_daydata', 100],
  ['checkin/getcheckin_monthdata', 60],
  ['checkin/getcorpcheckinoption', 60],
])('%s is called at most %i times a minute', (path, limit) => {
  expect(rateWindows(path, 'interactive')).toEqual([{ name: 'minute', ms: 60_000, limit }]);
});

describe('an answer', () => {
  async function answeredWith(answer: unknown) {
    const server = await startRawServer((_request, response) => response.end(JSON.stringify(answer)));
    const { checkin } = createWecomClient({
      connection: { corpKey: 'corp-1', corpId: 'ww1', kind: 'private', apiBaseUrl: server.url },
      tokens: memoryTokenStore(),
      budget: memoryBudget(),
    }).as({ kind: 'check-in', secret: systemSecret });
    const outcome = await checkin
      .punches({ kinds: 'all', ...october })
      .then((punches) => ({ punches: [...punches] }))
      .catch((error: unknown) => ({ error }));
    await server.close();
    return outcome;
  }

  it('without rows has none', async () => {
    expect(await answeredWith({ errcode: 0 })).toEqual({ punches: [] });
    expect(await answeredWith({ errcode: 0, checkindata: null })).toEqual({ punches: [] });
  });

  it('with numbers as strings is read', async () => {
    const row = { userid: 'LiLei', checkin_type: '上班打卡', checkin_time: '1795136100' };
    expect(await answeredWith({ errcode: 0, checkindata: [row] })).toEqual({ punches: [row] });
  });

  it.each([
    { checkin_type: '上班打卡', checkin_time: 1_795_136_100 },
    { userid: '', checkin_type: '上班打卡', checkin_time: 1_795_136_100 },
    { userid: 'LiLei', checkin_time: 1_795_136_100 },
    { userid: 'LiLei', checkin_type: '上班打卡' },
    { userid: 'LiLei', checkin_type: '上班打卡', checkin_time: '' },
    { userid: 'LiLei', checkin_type: '上班打卡', checkin_time: 'yesterday' },
    null,
  ])('with a row that is nobody’s or of no time is a broken one: %j', async (row) => {
    const good = { userid: 'LiLei', checkin_type: '上班打卡', checkin_time: 1_795_136_100 };
    const outcome = await answeredWith({ errcode: 0, checkindata: [good, row] });
    expect(outcome).toMatchObject({ error: { fault: 'broken-answer', path: 'checkin/getcheckindata' } });
    expect('error' in outcome && outcome.error).toBeInstanceOf(WecomTransientError);
  });

  it('that names whom it refuses is told without the name', async () => {
    const outcome = await answeredWith({ errcode: 301021, errmsg: 'invalid userid lilei, LiLei' });
    expect(outcome).toMatchObject({ error: { errcode: 301021, errmsg: 'invalid userid …, …' } });
  });
});
