import { stageOf } from '../../domain/directory/push/order';
import type { Plan } from '../../domain/directory/push/plan';
import {
  toOaNodes,
  type DirectorySnapshot,
  type SnapshotMember,
  type SourceUser,
} from '../../domain/directory/push/snapshot';
import { planUndo } from '../../domain/directory/push/undo';
import type { PushSettings } from '../../domain/directory/settings';
import { departedBy, oaUser, plan, rules, scopeOf, sequence, settings, wecomTree } from './planning-world';
import { applyToSnapshot } from './wecom-in-memory';

type Department = { readonly id: string; name: string; parentId: string | null };
type Organisation = { departments: Department[]; users: SourceUser[] };
type Random = ReturnType<typeof dice>;

function dice(seed: number) {
  const next = sequence(seed);
  // The first numbers of neighbouring seeds are neighbours too.
  for (let i = 0; i < 20; i += 1) next();
  const below = (count: number) => Math.floor(next() * count);
  return {
    next,
    below,
    often: (share: number) => next() < share,
    pick: <T>(items: readonly T[]): T => items[below(items.length)]!,
  };
}

/** Few names, so that they clash. */
const names = ['销售部', '研发部', '财务部', '人事部', '法务部', '市场部'];

function newOrganisation(random: Random): Organisation {
  const departments: Department[] = [];
  for (let i = 0; i < 14; i += 1) {
    const parentId = departments.length === 0 || random.often(0.3) ? null : random.pick(departments).id;
    departments.push({ id: `d${i}`, name: freeName(departments, parentId, random), parentId });
  }
  const users = Array.from({ length: 25 }, (_, i) => newUser(`u${i}`, departments, random));
  return { departments, users };
}

function newUser(id: string, departments: readonly Department[], random: Random): SourceUser {
  return oaUser(id, {
    departmentId: random.often(0.95) ? random.pick(departments).id : null,
    partTimeDepartmentIds: random.often(0.4) ? [random.pick(departments).id] : [],
    managerId: random.often(0.5) ? `u${random.below(25)}` : null,
    position: random.pick([null, '', '经理', '专员']),
    status: random.often(0.1) ? 'departed' : 'active',
  });
}

function freeName(departments: readonly Department[], parentId: string | null, random: Random): string {
  const taken = new Set(departments.filter((one) => one.parentId === parentId).map(({ name }) => name));
  const free = names.filter((name) => !taken.has(name));
  return free.length > 0 ? random.pick(free) : `部门${taken.size}`;
}

function isInside(departments: readonly Department[], id: string | null, ancestor: string): boolean {
  for (let at = id; at !== null; at = departments.find((one) => one.id === at)?.parentId ?? null) {
    if (at === ancestor) return true;
  }
  return false;
}

/** What people do to an organisation between two runs: swaps, rings, moves, closures, departures, newcomers. */
function reorganise({ departments: before, users: people }: Organisation, random: Random): Organisation {
  const departments = before.map((department) => ({ ...department }));
  for (let i = 0; i < 6; i += 1) {
    const one = random.pick(departments);
    const siblings = departments.filter(({ id, parentId }) => parentId === one.parentId && id !== one.id);
    switch (random.below(5)) {
      case 0: {
        const other = siblings[0];
        if (other !== undefined) [one.name, other.name] = [other.name, one.name];
        break;
      }
      case 1: {
        const ring = [one, ...siblings].slice(0, 3);
        const first = ring[0]!.name;
        ring.forEach((department, at) => (department.name = ring[at + 1]?.name ?? first));
        break;
      }
      case 2: {
        const target = random.often(0.3) ? null : random.pick(departments);
        if (isInside(departments, target?.id ?? null, one.id)) {
          // A child above its parent: the parent moves out of its own subtree's way.
          if (target === null || target.id === one.id) break;
          const grandparent = one.parentId;
          const clashes = departments.some(
            ({ name, parentId, id }) => parentId === grandparent && name === target.name && id !== target.id,
          );
          if (clashes) target.name = freeName(departments, grandparent, random);
          target.parentId = grandparent;
          one.parentId = target.id;
          one.name = freeName(
            departments.filter(({ id }) => id !== one.id),
            target.id,
            random,
          );
        } else {
          one.parentId = null;
          const parentId = target?.id ?? null;
          one.name = freeName(
            departments.filter(({ id }) => id !== one.id),
            parentId,
            random,
          );
          one.parentId = parentId;
        }
        break;
      }
      case 3:
        one.name = freeName(departments, one.parentId, random);
        break;
      case 4: {
        const parentId = random.often(0.5) ? one.id : one.parentId;
        const id = `n${departments.length}-${random.below(1_000_000)}`;
        departments.push({ id, name: freeName(departments, parentId, random), parentId });
        break;
      }
    }
  }
  // Closed departments lose their children and people to the one above.
  let kept = departments;
  for (const gone of departments.filter(() => random.often(0.1))) {
    const isLeaf = !kept.some(({ parentId }) => parentId === gone.id);
    if (isLeaf && kept.length > 3) kept = kept.filter(({ id }) => id !== gone.id);
  }
  const exists = new Set(kept.map(({ id }) => id));
  const users = people.flatMap((user): SourceUser[] => {
    if (random.often(0.04)) return [];
    const change = random.below(6);
    const departmentId =
      user.departmentId !== null && exists.has(user.departmentId) ? user.departmentId : null;
    return [
      {
        ...user,
        departmentId: departmentId === null || change === 0 ? random.pick(kept).id : departmentId,
        partTimeDepartmentIds:
          change === 1 ? [random.pick(kept).id] : user.partTimeDepartmentIds.filter((id) => exists.has(id)),
        position: change === 2 ? random.pick(['', '总监', '专员']) : user.position,
        managerId: change === 3 ? null : user.managerId,
        status: change === 4 && random.often(0.5) ? 'departed' : 'active',
      },
    ];
  });
  if (random.often(0.8)) users.push(newUser(`v${random.below(1_000_000)}`, kept, random));
  return { departments: kept, users };
}

function oaSide({ departments, users }: Organisation): DirectorySnapshot['oa'] {
  const nodes = toOaNodes(
    [{ id: 'g', name: 'Group', parentId: null }],
    departments.map((department) => ({ ...department, subcompanyId: 'g' })),
  );
  return { reading: 'complete', nodes, users };
}

const emptyWecom: Omit<DirectorySnapshot, 'oa'> = {
  wecom: { reading: 'complete', departments: wecomTree([[1, 'Group', 0]]), members: [] },
  links: [],
  bindings: [],
  lookUps: [],
};

/** What administrators do by hand in WeCom in the meantime. */
function byHand(world: DirectorySnapshot, random: Random): DirectorySnapshot {
  const { departments } = world.wecom;
  const members = world.wecom.members.map((member): SnapshotMember => {
    const change = random.below(12);
    if (change === 0) {
      const more = [...new Set([...member.departments, random.pick(departments).departmentId])];
      return { ...member, departments: more };
    }
    if (change === 1) return { ...member, status: 'disabled' };
    if (change === 2) return { ...member, status: 'activated', seen: { name: 'Renamed by hand' } };
    if (change === 3) return { ...member, seen: { ...member.seen, position: '手工' } };
    return member;
  });
  return { ...world, wecom: { ...world.wecom, members } };
}

const variants: readonly Partial<PushSettings>[] = [
  {},
  { departmentsFullyFromOa: true, includePartTimeDepartments: true, leaders: true },
  { includePartTimeDepartments: true, leaders: true, ...departedBy({ action: 'delete' }) },
  departedBy({ moveToDepartment: { enabled: true, name: '已禁用用户' } }),
  { includePartTimeDepartments: true, ...scopeOf({ departments: ['d0', 'd3', 'd5'], outOfScope: 'delete' }) },
  scopeOf({ excludeUsers: ['u1', 'u2', 'u3'], includeUsers: ['u4'], departments: ['d1'] }),
];

const companies = Array.from({ length: 60 }, (_, i) => ({
  seed: i + 1,
  push: variants[i % variants.length]!,
}));

/** What a plan would do without anybody's leave. */
function applicable({ changes }: Plan): string[] {
  const left = new Set<string>();
  return changes.flatMap(({ id, action, hold, dependsOn }) => {
    const waits = hold !== null || dependsOn.some((other) => left.has(other));
    if (waits || action === 'skipUser' || action === 'conflict') {
      left.add(id);
      return [];
    }
    return [id];
  });
}

const waitsForDeletion = ({ changes }: Plan): boolean =>
  changes.some(
    (change) =>
      change.action === 'conflict' &&
      change.conflict.of === 'department' &&
      change.conflict.because === 'name-taken-until-deleted',
  );

it.each(companies)(
  'a plan carried out leaves nothing to do, through years of reorganisation (company $seed)',
  ({ seed, push }) => {
    const random = dice(seed);
    let organisation = newOrganisation(random);
    let world: DirectorySnapshot = { ...emptyWecom, oa: oaSide(organisation) };
    for (let year = 0; year < 6; year += 1) {
      let made: Plan;
      let runs = 0;
      do {
        made = plan(world, push);
        world = applyToSnapshot(world, made.changes, random.next).snapshot;
        runs += 1;
      } while (waitsForDeletion(made) && runs < 5);
      expect(applicable(plan(world, push))).toEqual([]);
      organisation = reorganise(organisation, random);
      world = byHand({ ...world, oa: oaSide(organisation) }, random);
    }
  },
);

it.each(companies.slice(0, 12))(
  'every change stands in a stage after those it needs (company $seed)',
  ({ seed, push }) => {
    const random = dice(seed);
    const organisation = newOrganisation(random);
    const start: DirectorySnapshot = { ...emptyWecom, oa: oaSide(organisation) };
    const world = applyToSnapshot(start, plan(start, push).changes).snapshot;
    const { changes } = plan({ ...world, oa: oaSide(reorganise(organisation, random)) }, push);
    const stages = new Map(changes.map((change) => [change.id, stageOf(change)]));
    for (const change of changes) {
      for (const id of change.dependsOn) expect(stages.get(id)).toBeLessThan(stageOf(change));
    }
  },
);

/** What outsiders can tell apart: department ids are new after a deletion, everything else has to be as it was. */
function portrait({ wecom, bindings, links }: DirectorySnapshot) {
  const byId = new Map(wecom.departments.map((department) => [department.departmentId, department]));
  const path = (departmentId: number): string => {
    const department = byId.get(departmentId);
    return department === undefined ? '' : `${path(department.parentId)}/${department.name ?? '?'}`;
  };
  const oaUserOf = new Map(bindings.map(({ memberId, oaUserId }) => [memberId, oaUserId]));
  return {
    departments: wecom.departments.map(({ departmentId }) => path(departmentId)).sort(),
    links: links.map(({ oaKey, departmentId }) => `${oaKey} ${path(departmentId)}`).sort(),
    members: wecom.members
      .map((member) => ({
        userId: member.userId,
        departments: member.departments.map(path).sort(),
        isDisabled: member.status === 'disabled',
        boundTo: oaUserOf.get(member.memberId),
        values: Object.entries({ ...member.written, ...member.seen })
          .filter(([, value]) => value !== '')
          .sort(),
      }))
      .sort((one, other) => (one.userId < other.userId ? -1 : 1)),
  };
}

it.each(companies)(
  'an undo brings back what was there, or says what it cannot (company $seed)',
  ({ seed, push }) => {
    const random = dice(seed);
    const organisation = newOrganisation(random);
    const start: DirectorySnapshot = { ...emptyWecom, oa: oaSide(organisation) };
    const before = {
      ...applyToSnapshot(start, plan(start, push).changes).snapshot,
      oa: oaSide(reorganise(organisation, random)),
    };
    const run = applyToSnapshot(before, plan(before, push).changes, random.next);
    const undo = planUndo(run.ledger, run.snapshot, settings(push), rules);
    if (undo.kind === 'stopped') throw new Error(undo.reason.code);
    const after = applyToSnapshot(run.snapshot, undo.changes, random.next).snapshot;
    const isWhole = applicable(undo).length === undo.changes.length;
    if (isWhole) expect(portrait(after)).toEqual(portrait(before));
    else {
      for (const { rule, hold } of undo.changes.filter(({ id }) => !applicable(undo).includes(id))) {
        expect([rule.code, hold?.code]).toContainEqual(
          expect.stringMatching(/^(undo-conflict|undo-before-unknown|department-not-empty)$/),
        );
      }
    }
  },
);
