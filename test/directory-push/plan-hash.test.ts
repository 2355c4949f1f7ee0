import { changeDigest, planHash } from '../../domain/directory/push/plan-hash';
import type { DirectorySnapshot } from '../../domain/directory/push/snapshot';
import {
  member,
  oaTree,
  oaUser,
  plan,
  scopeOf,
  sequence,
  sha256,
  shuffled,
  snapshot,
  wecomTree,
  type Row,
} from './planning-world';

/** A bit of everything: matched, new, renamed, gone, bound, unbound, departed and clashing. */
function mixedCompany(seed: number): DirectorySnapshot {
  const random = sequence(seed);
  const pick = (count: number) => Math.floor(random() * count);
  const rows: Row[] = [['g', 'Group', null]];
  for (let i = 0; i < 30; i += 1) rows.push([`d${i}`, `D${pick(20)}`, i === 0 ? 'g' : `d${pick(i)}`]);
  const wecom = Array.from(
    { length: 25 },
    (_, i) => [i + 2, `D${pick(20)}`, i === 0 ? 1 : 1 + pick(i + 1)] as const,
  );
  const users = Array.from({ length: 120 }, (_, i) =>
    oaUser(`u${i}`, {
      departmentId: `d${pick(30)}`,
      partTimeDepartmentIds: [`d${pick(30)}`],
      managerId: `u${pick(120)}`,
      jobNumber: `m${pick(60)}`,
      status: pick(10) === 0 ? 'departed' : 'active',
    }),
  );
  const members = Array.from({ length: 60 }, (_, i) =>
    member(`m${i}`, { departments: [1 + pick(26), 1 + pick(26)] }),
  );
  const bound = Object.fromEntries(users.slice(0, 40).map(({ id }, i) => [id, `m${i}`]));
  const links = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`d${i * 3}`, i + 4]));
  return snapshot({
    nodes: oaTree(rows),
    departments: wecomTree([[1, 'Group', 0], ...wecom]),
    users,
    members,
    bound,
    links: { g: 1, ...links },
  });
}

const push = { leaders: true, includePartTimeDepartments: true, ...scopeOf({ outOfScope: 'delete' }) };
const hashOf = (world: DirectorySnapshot, version = 1) =>
  planHash(
    plan(world, push).changes.map((change) => changeDigest(change, sha256)),
    version,
    sha256,
  );

it.each([1, 2, 3, 4, 5])('whatever the order of reading, the plan is the same (company %i)', (seed) => {
  const world = mixedCompany(seed);
  const random = sequence(seed + 100);
  const other: DirectorySnapshot = {
    oa: { ...world.oa, nodes: shuffled(world.oa.nodes, random), users: shuffled(world.oa.users, random) },
    wecom: {
      ...world.wecom,
      departments: shuffled(world.wecom.departments, random),
      members: shuffled(world.wecom.members, random),
    },
    links: shuffled(world.links, random),
    bindings: shuffled(world.bindings, random),
    lookUps: [],
  };
  expect(plan(other, push).changes).toEqual(plan(world, push).changes);
  expect(hashOf(other)).toBe(hashOf(world));
});

it.each([1, 2, 3])(
  'every change stands after those it depends on, and under an id of its own (company %i)',
  (seed) => {
    const { changes } = plan(mixedCompany(seed), push);
    const at = new Map(changes.map(({ id }, index) => [id, index]));
    expect(at.size).toBe(changes.length);
    for (const [index, { dependsOn }] of changes.entries()) {
      for (const other of dependsOn) expect(at.get(other)).toBeLessThan(index);
    }
  },
);

it('another version of the settings is another plan', () => {
  const world = mixedCompany(1);
  expect(hashOf(world, 2)).not.toBe(hashOf(world, 1));
});

it('another value in one change is another plan', () => {
  const users = (position: string) => snapshot({ users: [oaUser('u1', { position })] });
  expect(hashOf(users('Boss'))).not.toBe(hashOf(users('Clerk')));
});

it('an edit in the OA that changes nothing in WeCom leaves the plan as it is', () => {
  const users = (telephone: string) => snapshot({ users: [oaUser('u1', { telephone })] });
  expect(hashOf(users('1'))).toBe(hashOf(users('2')));
});
