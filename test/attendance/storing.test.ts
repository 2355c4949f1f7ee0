import type { RawPunch } from '../../domain/attendance/punch';
import { createStoringWorld, punch, rowsFor, type StoringCorp, type StoringWorld } from './storing-world';

let world: StoringWorld;

beforeAll(async () => {
  world = await createStoringWorld();
});

afterAll(() => world.close());

async function corpWith(...userIds: string[]): Promise<StoringCorp> {
  const corp = await world.createCorp();
  await corp.addMembers(userIds);
  return corp;
}

const june = { from: '2026-06-01', to: '2026-06-05' };

function workDays(userid: string, days: number, from = 1): RawPunch[] {
  return Array.from(
    { length: days },
    (_, index) => `2026-06-${String(index + from).padStart(2, '0')}`,
  ).flatMap((day) => [
    punch(userid, `${day} 08:58:00`),
    punch(userid, `${day} 18:02:00`, { checkin_type: '下班打卡' }),
  ]);
}

const numbers = (counts: object) => expect.objectContaining(counts) as object;

describe('what WeCom has', () => {
  it('is kept as WeCom gave it', async () => {
    const corp = await corpWith('ZhangSan');
    const row = punch('zhangsan', '2026-06-01 09:12:00', {
      exception_type: '时间异常;地点异常',
      新字段: '\\N',
    });
    const counts = await corp.read(june, { punches: [row] });

    expect(counts).toMatchObject({ read: 1, new: 1, changed: 0, superseded: 0, unchanged: 0, heldBack: 0 });
    expect(await corp.punches()).toEqual([
      {
        userId: 'ZhangSan',
        at: '2026-06-01 09:12:00',
        kind: '上班打卡',
        day: '2026-06-01',
        exceptions: 1 | 16,
        version: 1,
        superseded: false,
        raw: row,
      },
    ]);
  });

  it('is stored once, and a second reading writes to no row', async () => {
    const corp = await corpWith('a', 'b', 'c');
    const punches = [...workDays('a', 5), ...workDays('b', 5), ...workDays('c', 5)];
    const first = await corp.read(june, { punches });
    const before = await corp.rowVersions();
    const second = await corp.read(june, { punches });

    expect(first).toMatchObject({ read: 30, new: 30 });
    expect(second).toMatchObject({ read: 30, new: 0, changed: 0, superseded: 0, unchanged: 30 });
    expect(before).toHaveLength(30);
    expect(await corp.rowVersions()).toEqual(before);
  });

  it('is known again by any kind that WeCom may write, and missed by it', async () => {
    const corp = await corpWith('a');
    const kinds = ['a\tb', 'a\\tb', 'a\nb', 'a\r"b', "\\N'", ''];
    const punches = kinds.map((kind) => punch('a', '2026-06-01 09:00:00', { checkin_type: kind }));
    await corp.read(june, { punches });
    expect(await corp.read(june, { punches })).toMatchObject({ new: 0, changed: 0, unchanged: kinds.length });
    expect(await corp.read(june, { punches: [] })).toMatchObject({ superseded: kinds.length });
    expect((await corp.punches()).map(({ kind }) => kind).sort()).toEqual([...kinds].sort());
  });

  it('is compared by what it says: fields in another order are no change', async () => {
    const corp = await corpWith('a');
    const punches = workDays('a', 2);
    await corp.read(june, { punches });
    const turned = punches.map((row) => Object.fromEntries(Object.entries(row).reverse()) as RawPunch);

    expect(await corp.read(june, { punches: turned })).toMatchObject({ changed: 0, unchanged: 4 });
  });

  it('is told apart by kind, time, timeline and group', async () => {
    const corp = await corpWith('a');
    const at = '2026-06-01 08:58:00';
    const punches = [
      punch('a', at),
      punch('a', at, { timeline_id: 2 }),
      punch('a', at, { groupid: 2 }),
      punch('a', at, { checkin_type: '外出打卡' }),
      punch('a', at, { checkin_type: '加班 打卡\t新' }),
      punch('a', '2026-06-01 08:58:01'),
    ];
    expect(await corp.read(june, { punches: [...punches, punch('a', at)] })).toMatchObject({ new: 6 });
    expect(await corp.read(june, { punches })).toMatchObject({ new: 0, unchanged: 6 });
    expect(await corp.read(june, { punches: [] })).toMatchObject({ superseded: 6 });
    expect(await corp.read(june, { punches })).toMatchObject({ changed: 6 });
  });

  it('is neither lost nor doubled where windows and days meet', async () => {
    const corp = await corpWith('a');
    const edges = [
      '2026-04-01 04:00:00',
      '2026-05-01 03:59:59',
      '2026-05-01 04:00:00',
      '2026-06-01 03:59:59',
    ];
    const punches = [...edges, '2026-04-01 03:59:59', '2026-06-01 04:00:00'].map((at) => punch('a', at));
    const run = { from: '2026-04-01', to: '2026-05-31', dayStartsAt: '04:00' };

    expect(await corp.read(run, { punches })).toMatchObject({ read: 4, new: 4 });
    expect((await corp.punches()).map(({ at, day }) => [at, day])).toEqual([
      ['2026-04-01 04:00:00', '2026-04-01'],
      ['2026-05-01 03:59:59', '2026-04-30'],
      ['2026-05-01 04:00:00', '2026-05-01'],
      ['2026-06-01 03:59:59', '2026-05-31'],
    ]);
    expect(await corp.read(run, { punches })).toMatchObject({ new: 0, unchanged: 4 });
  });

  it('is found again where WeCom answers with more than it was asked for', async () => {
    const corp = await corpWith('a');
    const outside = punch('a', '2026-06-09 08:58:00');
    const runId = await corp.begin({ from: '2026-06-01', to: '2026-06-10' });
    await corp.readAll(runId, { punches: [outside] });
    const before = await corp.rowVersions();

    const narrow = await corp.begin(june);
    const [unit] = await world.attendanceRuns.openUnits(narrow, 10);
    if (unit === undefined) throw new Error('There is a unit');
    const wide = { ...unit, endsAt: new Date(Date.parse('2026-06-10T00:00:00Z')) };
    const [order, people] = await Promise.all([
      world.attendanceRuns.order(narrow),
      world.attendanceRuns.peopleOf(narrow, 0),
    ]);
    const rows = rowsFor(wide, people, { punches: [outside] }, order);
    const { counts } = await world.storing.storeUnit(order, {
      unit,
      people,
      rows,
      read: 1,
      calls: new Map(),
    });

    expect(counts).toMatchObject({ new: 0, unchanged: 1 });
    expect(await corp.rowVersions()).toEqual(before);
  });
});

describe('what WeCom changes', () => {
  it('replaces what stood, which is kept as the past', async () => {
    const corp = await corpWith('a', 'b');
    const punches = [...workDays('a', 1), ...workDays('b', 1)];
    await corp.read(june, { punches });
    const [first] = punches;
    if (first === undefined) throw new Error('There are punches');
    const moved = [{ ...first, location_title: '二号楼' }, ...punches.slice(1)];

    expect(await corp.read(june, { punches: moved })).toMatchObject({ new: 0, changed: 1, unchanged: 3 });
    expect(await corp.past()).toEqual([{ userId: 'a', version: 1, became: 'changed', location: '总部大楼' }]);
    const [stands] = await corp.punches();
    expect(stands).toMatchObject({ version: 2, superseded: false, raw: { location_title: '二号楼' } });
  });

  it('missing from a whole reading, is superseded and never erased', async () => {
    const corp = await corpWith('a', 'b');
    const punches = [...workDays('a', 2), ...workDays('b', 2)];
    await corp.read(june, { punches });
    const corrected = [...punches.slice(1), punch('a', '2026-06-01 08:30:00', { notes: '补卡' })];

    expect(await corp.read(june, { punches: corrected })).toMatchObject({
      new: 1,
      superseded: 1,
      unchanged: 7,
    });
    const ofA = (await corp.punches()).filter(({ userId, day }) => userId === 'a' && day === '2026-06-01');
    expect(ofA.map(({ at, superseded, version }) => [at, superseded, version])).toEqual([
      ['2026-06-01 08:30:00', false, 1],
      ['2026-06-01 08:58:00', true, 2],
      ['2026-06-01 18:02:00', false, 1],
    ]);
    const before = await corp.rowVersions();
    expect(await corp.read(june, { punches: corrected })).toMatchObject({ superseded: 0, unchanged: 8 });
    expect(await corp.rowVersions()).toEqual(before);
  });

  it('there again, stands again, with its past', async () => {
    const corp = await corpWith('a');
    const punches = workDays('a', 2);
    await corp.read(june, { punches });
    await corp.read(june, { punches: punches.slice(1) });

    expect(await corp.read(june, { punches })).toMatchObject({ new: 0, changed: 1, unchanged: 3 });
    expect((await corp.punches()).map(({ version, superseded }) => [version, superseded])).toEqual([
      [3, false],
      [1, false],
      [1, false],
      [1, false],
    ]);
    expect((await corp.past()).map(({ version, became }) => [version, became])).toEqual([
      [1, 'superseded'],
      [2, 'returned'],
    ]);
  });

  it('outside of what was asked for, stays as it is', async () => {
    const corp = await corpWith('a', 'b');
    const punches = [
      ...workDays('a', 5),
      ...workDays('b', 5),
      punch('a', '2026-06-02 12:00:00', { checkin_type: '外出打卡' }),
    ];
    await corp.read(june, { punches });

    // Another day, another person, another kind.
    expect(
      await corp.read(
        { from: '2026-06-02', to: '2026-06-02', userIds: ['A'], kinds: 'work' },
        { punches: [] },
      ),
    ).toMatchObject({ superseded: 2 });
    expect(await corp.read({ ...june, userIds: ['a'], kinds: 'outing' }, { punches: [] })).toMatchObject({
      superseded: 1,
    });
    const left = (await corp.punches()).filter(({ superseded }) => !superseded);
    expect(left).toHaveLength(18);
  });

  it('of somebody WeCom does not know, stays as it is', async () => {
    const corp = await corpWith('a', 'b');
    const punches = [...workDays('a', 1), ...workDays('b', 1)];
    await corp.read(june, { punches });
    const runId = await corp.begin(june);
    const [unit] = await world.attendanceRuns.openUnits(runId, 10);
    const [, b] = await world.attendanceRuns.peopleOf(runId, 0);
    if (unit === undefined || b === undefined) throw new Error('There is a unit, and two people');
    await world.attendanceRuns.markUnknown(runId, b, 301_021);
    await world.attendanceRuns.markUnknown(runId, b, 301_021);

    const { counts } = await corp.storeUnit(runId, unit, { punches: [] });
    expect(counts).toMatchObject({ superseded: 2 });
    expect(await world.attendanceRuns.counts(runId)).toMatchObject({ unknownPeople: 1, superseded: 2 });
    expect((await corp.punches()).filter(({ userId }) => userId === 'b')).toEqual([
      numbers({ superseded: false }),
      numbers({ superseded: false }),
    ]);
  });

  it("moves to its day by another hour of the day's beginning", async () => {
    const corp = await corpWith('a');
    const punches = [punch('a', '2026-06-02 00:30:00', { checkin_type: '下班打卡' })];
    await corp.read(june, { punches });

    expect(await corp.read({ ...june, dayStartsAt: '04:00' }, { punches })).toMatchObject({ changed: 1 });
    expect(await corp.punches()).toEqual([numbers({ day: '2026-06-01', version: 2 })]);
  });
});

describe('an answer without much of what stood', () => {
  const people = ['a', 'b', 'c'];
  const all = people.flatMap((userId) => workDays(userId, 30));
  const month = { from: '2026-06-01', to: '2026-06-30' };

  it('is not believed, until a person accepts the loss', async () => {
    const corp = await corpWith(...people);
    await corp.read(month, { punches: all });
    const short = [...all.slice(0, 150), punch('a', '2026-06-01 12:00:00')];

    expect(await corp.read(month, { punches: short })).toMatchObject({
      new: 1,
      superseded: 0,
      heldBack: 30,
      unchanged: 150,
    });
    expect((await corp.punches()).filter(({ superseded }) => superseded)).toEqual([]);
    expect(await heldBackUnits(corp)).toBe(1);
    expect(await corp.read({ ...month, acceptLoss: true }, { punches: short })).toMatchObject({
      superseded: 30,
      heldBack: 0,
    });
    expect((await corp.punches()).filter(({ superseded }) => superseded)).toHaveLength(30);
  });

  it('is believed where it is little: up to 20 rows, or one in ten', async () => {
    const corp = await corpWith(...people);
    await corp.read(month, { punches: all });

    expect(await corp.read(month, { punches: all.slice(0, -20) })).toMatchObject({
      superseded: 20,
      heldBack: 0,
    });
    expect(await corp.read(month, { punches: all.slice(0, -41) })).toMatchObject({
      superseded: 0,
      heldBack: 21,
    });
    expect(await corp.read(month, { punches: all.slice(0, -36) })).toMatchObject({
      superseded: 16,
      heldBack: 0,
    });
  });

  async function heldBackUnits({ corpId }: StoringCorp): Promise<number> {
    const { rowCount } = await world.db.pool.query(
      'SELECT FROM attendance_unit JOIN attendance_run USING (run_id) WHERE corp_id = $1 AND held_back',
      [corpId],
    );
    return rowCount ?? 0;
  }
});

describe('attempts', () => {
  it('that store the same answer again find it stored', async () => {
    const corp = await corpWith('a');
    const runId = await corp.begin(june);
    const [unit] = await world.attendanceRuns.openUnits(runId, 10);
    if (unit === undefined) throw new Error('There is a unit');
    await corp.storeUnit(runId, unit, { punches: workDays('a', 5) });
    const before = await corp.rowVersions();

    // The answer of a worker that was thought dead, older than what stands.
    const late = await corp.storeUnit(runId, unit, { punches: [] });
    expect(late.counts).toBeNull();
    expect(await corp.rowVersions()).toEqual(before);
    expect(await world.attendanceRuns.standing(runId)).toMatchObject({ units: 1, unitsDone: 1, rows: 10 });
  });

  it('that break leave the unit as it was', async () => {
    const corp = await corpWith('a');
    const runId = await corp.begin(june);
    const [unit] = await world.attendanceRuns.openUnits(runId, 10);
    if (unit === undefined) throw new Error('There is a unit');
    const broken = punch('a', '2026-06-01 08:58:00', { groupid: 2 ** 53 - 1, checkin_type: '上班\u0000' });

    await expect(corp.storeUnit(runId, unit, { punches: [...workDays('a', 5), broken] })).rejects.toThrow();
    expect(await corp.punches()).toEqual([]);
    expect(await world.attendanceRuns.standing(runId)).toMatchObject({ unitsDone: 0, rows: 0 });
    expect((await corp.storeUnit(runId, unit, { punches: workDays('a', 5) })).counts).toMatchObject({
      new: 10,
    });
  });

  it('for a run that has ended store nothing', async () => {
    const corp = await corpWith('a');
    const runId = await corp.begin(june);
    const [unit] = await world.attendanceRuns.openUnits(runId, 10);
    const order = await world.attendanceRuns.order(runId);
    const people = await world.attendanceRuns.peopleOf(runId, 0);
    if (unit === undefined) throw new Error('There is a unit');
    await world.runs.finishRun(runId, { phase: 'cancelled' });
    const rows = rowsFor(unit, people, { punches: workDays('a', 1) }, order);

    await expect(
      world.storing.storeUnit(order, { unit, people, rows, read: 2, calls: new Map() }),
    ).rejects.toThrow('has ended');
    expect(await corp.punches()).toEqual([]);
  });

  it('of two runs at once store every punch once, and number changes in the order of commits', async () => {
    const corp = await corpWith('a', 'b', 'c');
    const other = await corpWith('x');
    const punches = ['a', 'b', 'c', 'x'].flatMap((userId) => workDays(userId, 5));
    const ruleId = await corp.addRule({});
    const counts = await Promise.all([
      corp.read(june, { punches }),
      corp.read({ ...june, ruleId }, { punches }),
      other.read(june, { punches }),
    ]);

    expect(counts[0].new + counts[1].new).toBe(30);
    expect(counts[0].unchanged + counts[1].unchanged).toBe(30);
    expect(counts[2].new).toBe(10);
    expect(await corp.punches()).toHaveLength(30);
    const { rows } = await world.db.pool.query<{ distinct: number }>(
      'SELECT count(DISTINCT change_seq)::int AS distinct FROM attendance_record r JOIN attendance_person p ON p.id = r.person_id WHERE p.corp_id = ANY($1)',
      [[corp.corpId, other.corpId]],
    );
    expect(rows).toEqual([{ distinct: 40 }]);
  });

  it('learn from what they store that the run was paused', async () => {
    const corp = await corpWith('a');
    const runId = await corp.begin(june);
    const [unit] = await world.attendanceRuns.openUnits(runId, 10);
    if (unit === undefined) throw new Error('There is a unit');
    await world.attendanceRuns.setPaused(runId, true);

    expect(await corp.storeUnit(runId, unit, { punches: [] })).toMatchObject({ paused: true });
    expect(await world.attendanceRuns.standing(runId)).toMatchObject({ paused: true, unitsDone: 1 });
  });
});
