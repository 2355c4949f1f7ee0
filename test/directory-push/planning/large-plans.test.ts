import type { PlanningResult } from '../../../activities/directory-push-planner';
import { planAside } from '../../../activities/directory-push-planning-thread';
import { createStoredWorld, member, oaDirectory, oaUser, type StoredWorld } from './stored-world';

const people = 20_000;
const units = 600;

let world: StoredWorld;
let pullRunId: string;

const directory = oaDirectory(
  [
    ['g', '集团', null],
    ...Array.from({ length: units }, (_, i): readonly [string, string, string] => [
      `d${i}`,
      `部门${i}`,
      i < 10 ? 'g' : `d${Math.floor(i / 10)}`,
    ]),
  ],
  Array.from({ length: people }, (_, i) =>
    oaUser(`u${i}`, { departmentId: `d${i % units}`, mobile: `1${String(i).padStart(10, '0')}` }),
  ),
);

beforeAll(async () => {
  world = await createStoredWorld();
  await world.configure();
  await world.feed(directory);
  await world.link({ 'subcompany:g': 1 });
  pullRunId = await world.see([[1, '集团', 0]], []);
});

afterAll(() => world.close());

const plan = (runId: string, signal = new AbortController().signal): Promise<PlanningResult> =>
  planAside(world.db, { kind: 'make', corpId: world.corpId, runId, pullRunId }, signal);

it('20,000 people and 600 departments are planned beside the other work of the process, and kept whole', async () => {
  const runId = await world.beginRun();
  const made = await plan(runId);
  expect(made).toMatchObject({ kind: 'planned', totals: { verdict: 'pass', changes: people + units } });
  const { rows } = await world.db.pool.query<{ rows: number; last: number; ids: number; digests: number }>(
    `SELECT count(*)::int AS rows, max(seq) AS last, count(DISTINCT change_id)::int AS ids,
            count(DISTINCT digest)::int AS digests
       FROM push_change WHERE run_id = $1`,
    [runId],
  );
  const total = people + units;
  expect(rows).toEqual([{ rows: total, last: total - 1, ids: total, digests: total }]);
});

it('everybody being there already makes a plan without a change', async () => {
  const other = await createStoredWorld();
  try {
    await other.configure();
    await other.feed(directory);
    await other.link(
      Object.fromEntries([
        ['subcompany:g', 1],
        ...Array.from({ length: units }, (_, i) => [`department:d${i}`, i + 2] as const),
      ]),
    );
    await other.see(
      [
        [1, '集团', 0],
        ...Array.from(
          { length: units },
          (_, i) => [i + 2, `部门${i}`, i < 10 ? 1 : Math.floor(i / 10) + 2] as const,
        ),
      ],
      directory.users.map(({ id, name, mobile }, i) =>
        member(id, {
          departments: [(i % units) + 2],
          written: { name, mobile: mobile! },
          boundTo: id,
        }),
      ),
    );
    const { runId, result } = await other.simulate();
    expect(result).toMatchObject({ kind: 'planned', totals: { verdict: 'pass', changes: 0 } });
    const { rows } = await other.db.pool.query('SELECT counts FROM run WHERE id = $1', [runId]);
    expect(rows[0].counts).toMatchObject({ unchangedUser: people, unchangedDepartment: units + 1 });
  } finally {
    await other.close();
  }
});

it('a plan that is called off leaves nothing half kept', async () => {
  const runId = await world.beginRun();
  const stop = new AbortController();
  const planning = plan(runId, stop.signal);
  stop.abort(new Error('called off'));
  await expect(planning).rejects.toThrow('called off');
  expect(await world.rows(runId)).toEqual([]);
});
