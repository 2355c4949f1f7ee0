import { createStoringWorld, punch, type StoringCorp, type StoringWorld } from './storing-world';

let world: StoringWorld;

beforeAll(async () => {
  world = await createStoringWorld();
});

afterAll(() => world.close());

const june = { from: '2026-06-01', to: '2026-06-05' };

async function askedBy(corp: StoringCorp, wanted: Parameters<StoringCorp['begin']>[0]): Promise<string[]> {
  const runId = await corp.begin(wanted);
  const people = await world.attendanceRuns.peopleOf(runId, 0);
  return people.map(({ userId }) => userId);
}

async function changeUserId({ corpId }: StoringCorp, from: string, to: string): Promise<void> {
  await world.db.pool.query(
    'UPDATE mirror_member SET user_id = $3, user_id_key = lower($3) WHERE corp_id = $1 AND user_id = $2',
    [corpId, from, to],
  );
}

async function setGone({ corpId }: StoringCorp, userId: string): Promise<void> {
  await world.db.pool.query('UPDATE mirror_member SET gone_at = now() WHERE corp_id = $1 AND user_id = $2', [
    corpId,
    userId,
  ]);
}

describe('who is read', () => {
  let corp: StoringCorp;

  beforeAll(async () => {
    corp = await world.createCorp();
    for (const [departmentId, parentId] of [
      [1, 0],
      [2, 1],
      [3, 2],
      [4, 1],
    ]) {
      await world.db.pool.query(
        'INSERT INTO mirror_department (corp_id, department_id, parent_id) VALUES ($1, $2, $3)',
        [corp.corpId, departmentId, parentId],
      );
    }
    await corp.addMembers(['b-two', 'A-two'], { departments: [2] });
    await corp.addMembers(['below'], { departments: [3, 4], bound: false });
    await corp.addMembers(['other', 'left'], { departments: [4] });
    await setGone(corp, 'left');
  });

  it('is everybody who is bound where a rule chooses nobody', async () => {
    const ruleId = await corp.addRule({});
    expect(await askedBy(corp, { ...june, ruleId })).toEqual(['A-two', 'b-two', 'other']);
    expect(await askedBy(corp, june)).toEqual(['A-two', 'b-two', 'other']);
    const without = await corp.addRule({ scope: { excludeUserIds: ['a-TWO'] } });
    expect(await askedBy(corp, { ...june, ruleId: without })).toEqual(['b-two', 'other']);
  });

  it('is a department with all below it, and whoever is chosen by name, bound or not', async () => {
    const ruleId = await corp.addRule({
      scope: { departments: [2], userIds: ['OTHER', 'left'], excludeUserIds: ['b-two'] },
    });
    expect(await askedBy(corp, { ...june, ruleId })).toEqual(['A-two', 'below', 'other']);
    const runId = await corp.begin({ ...june, ruleId });
    expect(await world.attendanceRuns.counts(runId)).toMatchObject({ unbound: 1 });
  });

  it('is whoever a person asks for, also of those who have left', async () => {
    expect(await askedBy(corp, { ...june, userIds: ['LEFT', 'below'] })).toEqual(['below', 'left']);
  });

  it('is nobody where a department is empty', async () => {
    const ruleId = await corp.addRule({ scope: { departments: [99] } });
    expect(await askedBy(corp, { ...june, ruleId })).toEqual([]);
  });

  it('is asked for in batches of a hundred, each in all of its windows', async () => {
    const many = await world.createCorp();
    await many.addMembers(Array.from({ length: 201 }, (_, index) => `user${String(index).padStart(3, '0')}`));
    const runId = await many.begin({
      from: '2026-05-01',
      to: '2026-06-05',
      reads: { punches: true, daily: false, monthly: true },
    });
    const units = await world.attendanceRuns.openUnits(runId, 1_000);
    expect(
      units.slice(0, 4).map(({ source, batch, fromDay, toDay }) => [source, batch, fromDay, toDay]),
    ).toEqual([
      ['punches', 0, '2026-05-01', '2026-05-18'],
      ['punches', 0, '2026-05-19', '2026-06-05'],
      ['monthly', 0, '2026-05-01', '2026-05-31'],
      ['monthly', 0, '2026-06-01', '2026-06-30'],
    ]);
    expect(units).toHaveLength(12);
    const sizes = await Promise.all([0, 1, 2].map((batch) => world.attendanceRuns.peopleOf(runId, batch)));
    expect(sizes.map(({ length }) => length)).toEqual([100, 100, 1]);
    expect(await world.attendanceRuns.standing(runId)).toMatchObject({
      people: 201,
      units: 12,
      unitsDone: 0,
    });
  });
});

describe('a member', () => {
  it('whose userid was changed keeps the punches, also where two have exchanged theirs', async () => {
    const corp = await world.createCorp();
    await corp.addMembers(['a', 'b', 'c']);
    const at = '2026-06-01 08:58:00';
    await corp.read(june, { punches: ['a', 'b', 'c'].map((userId) => punch(userId, at, { notes: userId })) });
    await changeUserId(corp, 'a', 'x');
    await changeUserId(corp, 'b', 'a');
    await changeUserId(corp, 'x', 'b');
    await changeUserId(corp, 'c', 'Zhang.San');

    await corp.begin(june);
    const now = await corp.punches();
    expect(now.map(({ userId, raw }) => [userId, raw['notes']]).sort()).toEqual([
      ['Zhang.San', 'c'],
      ['a', 'b'],
      ['b', 'a'],
    ]);
    expect(await askedBy(corp, june)).toEqual(['a', 'b', 'Zhang.San']);
  });

  it('who was given the userid of somebody who has left does not get their punches', async () => {
    const corp = await world.createCorp();
    await corp.addMembers(['lee', 'wang']);
    const at = '2026-06-01 08:58:00';
    await corp.read(june, { punches: ['lee', 'wang'].map((userId) => punch(userId, at, { notes: userId })) });
    // Nobody of WeCom's has two: the other one's was freed before.
    await changeUserId(corp, 'lee', 'lee-2019');
    await setGone(corp, 'lee-2019');
    await changeUserId(corp, 'wang', 'lee');

    expect(await askedBy(corp, june)).toEqual(['lee']);
    expect((await corp.punches()).map(({ userId, raw }) => [userId, raw['notes']])).toEqual([
      ['lee', 'wang'],
      ['lee-2019', 'lee'],
    ]);
  });
});

describe('a rule', () => {
  const days = async (ruleId: string): Promise<string[]> => {
    const { rows } = await world.db.pool.query<{ day: string }>(
      'SELECT day::text FROM attendance_coverage WHERE rule_id = $1 ORDER BY day',
      [ruleId],
    );
    return rows.map(({ day }) => day);
  };

  async function scheduled(corp: StoringCorp, ruleId: string, now: string) {
    const runId = await corp.emptyRun(ruleId);
    const made = await world.attendanceRuns.ensureScheduledRun({
      runId,
      corpId: corp.corpId,
      ruleId,
      now: new Date(now),
    });
    const { rows } = await world.db.pool.query<{ from: string; to: string }>(
      'SELECT from_day::text AS from, to_day::text AS to FROM attendance_run WHERE run_id = $1',
      [runId],
    );
    return { made, ...rows[0] };
  }

  it('counts a day as read once a run of it has read all of the day and the day was over', async () => {
    const corp = await world.createCorp();
    await corp.addMembers(['a']);
    const ruleId = await corp.addRule({});
    const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
    const yesterday = new Date(Date.now() + 8 * 3_600_000 - 86_400_000).toISOString().slice(0, 10);
    await world.db.pool.query(
      `INSERT INTO attendance_gap (rule_id, day, corp_id) VALUES ($1, $2, $4), ($1, $3, $4)`,
      [ruleId, yesterday, '2026-06-01', corp.corpId],
    );
    await corp.read({ from: yesterday, to: today, ruleId }, {});

    expect(await days(ruleId)).toEqual([yesterday]);
    const { rows } = await world.db.pool.query<{ closed: boolean }>(
      'SELECT closed_at IS NOT NULL AS closed FROM attendance_gap WHERE rule_id = $1 ORDER BY day',
      [ruleId],
    );
    expect(rows).toEqual([{ closed: false }, { closed: true }]);
  });

  it('of whose people only some were read has read no day', async () => {
    const corp = await world.createCorp();
    await corp.addMembers(['a', 'b']);
    const ruleId = await corp.addRule({});
    await corp.read({ ...june, ruleId, userIds: ['a'] }, {});
    expect(await days(ruleId)).toEqual([]);
  });

  it('reads today and the days it looks back, and from days on that it has not read yet', async () => {
    const corp = await world.createCorp();
    await corp.addMembers(['a']);
    const plain = await corp.addRule({ lookBackDays: 2 });
    // Half an hour into the first of July in China.
    expect(await scheduled(corp, plain, '2026-06-30T16:30:00Z')).toEqual({
      made: 'ready',
      from: '2026-06-29',
      to: '2026-07-01',
    });
    const behind = await corp.addRule({ lookBackDays: 0, expectedFrom: '2026-06-20' });
    await world.db.pool.query(
      `INSERT INTO attendance_coverage (rule_id, day, run_id)
       SELECT $1, day, 'run' FROM generate_series('2026-06-20'::date, '2026-06-30', '1 day') AS day
       WHERE day <> '2026-06-24'`,
      [behind],
    );
    expect(await scheduled(corp, behind, '2026-06-30T16:30:00Z')).toMatchObject({ from: '2026-06-24' });
    expect(await scheduled(corp, 'gone', '2026-06-30T16:30:00Z')).toEqual({ made: 'rule-gone' });
  });
});

it('what is kept of its people goes with a corp, and of no other', async () => {
  const [corp, other] = [await world.createCorp(), await world.createCorp()];
  const first = punch('a', '2026-06-01 08:58:00');
  const report = { base_info: { acctid: 'a', date: Date.parse('2026-06-01T00:00:00+08:00') / 1_000 } };
  for (const one of [corp, other]) {
    await one.addMembers(['a']);
    const reads = { punches: true, daily: true, monthly: false };
    await one.read({ ...june, reads }, { punches: [first], reports: [report] });
    await one.read({ ...june, reads }, { punches: [{ ...first, notes: '改' }], reports: [report] });
  }
  expect(await corp.corps.deleteCorp(corp.corpId)).toBe(true);
  expect(await corp.corps.deleteCorp(corp.corpId)).toBe(false);

  const { rows } = await world.db.pool.query(
    `SELECT (SELECT count(*)::int FROM attendance_person WHERE corp_id = $1) AS people,
            (SELECT count(*)::int FROM attendance_record WHERE corp_no = $2) AS punches,
            (SELECT count(*)::int FROM attendance_report WHERE corp_no = $2) AS reports`,
    [corp.corpId, corp.corpNo],
  );
  expect(rows).toEqual([{ people: 0, punches: 0, reports: 0 }]);
  expect(await other.rowVersions()).toHaveLength(3);
  const orphans = await world.db.pool.query(
    'SELECT FROM attendance_past WHERE person_id NOT IN (SELECT id FROM attendance_person)',
  );
  expect(orphans.rowCount).toBe(0);
});
