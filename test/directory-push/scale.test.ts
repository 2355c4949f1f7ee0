import { guardPlan } from '../../domain/directory/push/guard';
import { changeDigest, planHash } from '../../domain/directory/push/plan-hash';
import { defaultDirectorySettings } from '../../domain/directory/settings';
import {
  member,
  oaTree,
  oaUser,
  plan,
  quietDay,
  sha256,
  snapshot,
  wecomTree,
  type Row,
} from './planning-world';

const people = 100_000;
const units = 3_000;

const rows: Row[] = [
  ['g', 'Group', null],
  ...Array.from({ length: units }, (_, i): Row => [
    `d${i}`,
    `D${i}`,
    i < 10 ? 'g' : `d${Math.floor(i / 10)}`,
  ]),
];
const nodes = oaTree(rows);
const users = Array.from({ length: people }, (_, i) =>
  oaUser(`u${i}`, { departmentId: `d${i % units}`, mobile: `1${String(i).padStart(10, '0')}` }),
);

// Anything quadratic would take hours here.
const testTimeoutMs = 300_000;

it(
  '100,000 people and 3,000 departments into an empty WeCom are planned, judged and hashed in one go',
  () => {
    const made = plan(snapshot({ nodes, users }));
    guardPlan(made, quietDay, defaultDirectorySettings.push.guard);
    planHash(
      made.changes.map((change) => changeDigest(change, sha256)),
      1,
      sha256,
    );
    expect(made.counts).toMatchObject({ createDepartment: units, createUser: people });
  },
  testTimeoutMs,
);

it(
  '100,000 departures from 3,000 departments that are gone are planned and judged in one go',
  () => {
    const departments = wecomTree([
      [1, 'Group', 0],
      ...Array.from(
        { length: units },
        (_, i) => [i + 2, `D${i}`, i < 10 ? 1 : Math.floor(i / 10) + 2] as const,
      ),
    ]);
    const members = users.map(({ id }, i) => member(id, { departments: [(i % units) + 2] }));
    const made = plan(
      snapshot({
        nodes: oaTree([['g', 'Group', null]]),
        departments,
        members,
        bound: Object.fromEntries(users.map(({ id }) => [id, id])),
        links: { g: 1, ...Object.fromEntries(Array.from({ length: units }, (_, i) => [`d${i}`, i + 2])) },
      }),
    );
    const verdict = guardPlan(made, quietDay, defaultDirectorySettings.push.guard);
    expect(made.counts).toMatchObject({ disableUser: people, deleteDepartment: units });
    expect(verdict.barredChangeIds).toHaveLength(people + units);
  },
  testTimeoutMs,
);
