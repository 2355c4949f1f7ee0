import { pinyin } from 'pinyin-pro';
import type { Change, ChangeAction } from '../domain/directory/push/changes';
import type { DepartmentRef } from '../domain/directory/push/department-match';
import { stageOf } from '../domain/directory/push/order';
import {
  departmentKey,
  type DirectorySnapshot,
  type OaNode,
  type SnapshotDepartment,
} from '../domain/directory/push/snapshot';
import { statusOf, type ChangeStatus, type Holding } from './push-plan-holdings';

/** A change as a row of `push_change`, in the table's own column names. */
export type PlanRow = {
  readonly seq: number;
  readonly change_id: string;
  readonly action: ChangeAction;
  readonly status: ChangeStatus;
  readonly stage: number;
  readonly change: Change;
  readonly digest: string;
  readonly rank: number;
  readonly member_id: string | null;
  readonly user_id: string | null;
  readonly oa_user_id: string | null;
  readonly oa_key: string | null;
  readonly department_id: number | null;
  readonly name: string | null;
  readonly search: string;
  readonly path_from: string | null;
  readonly path_to: string | null;
  readonly department_refs: readonly string[];
  readonly fields: readonly string[];
  readonly rule_code: string;
  readonly limit_groups: readonly string[];
  readonly depends_on: readonly string[];
  readonly held_by: readonly string[];
  readonly barred: boolean;
};

export const pathSeparator = ' / ';

/** What people look at first comes first. */
const ranks: Readonly<Record<ChangeAction, number>> = {
  deleteUser: 10,
  deleteDepartment: 20,
  removeOaDepartment: 20,
  departOaUser: 30,
  disableUser: 30,
  unbindUser: 40,
  conflict: 45,
  moveDepartment: 50,
  moveOaDepartment: 50,
  enableUser: 55,
  returnOaUser: 55,
  renameDepartment: 60,
  renameOaDepartment: 60,
  unlinkDepartment: 62,
  skipUser: 70,
  createDepartment: 75,
  createOaDepartment: 75,
  createUser: 80,
  createOaUser: 80,
  updateUser: 85,
  updateOaUser: 85,
  setSuperior: 90,
  bindUser: 92,
  linkDepartment: 95,
};

const updates: ReadonlySet<ChangeAction> = new Set(['updateUser', 'updateOaUser']);

function rankOf(change: Change): number {
  if (change.limitGroups.includes('cleared')) return 42;
  if (updates.has(change.action) && change.limitGroups.includes('moves')) return 57;
  return ranks[change.action];
}

/** Turns changes into rows with the words that people search and read by. */
export type RowWriter = (
  change: Change,
  place: { readonly seq: number; readonly digest: string; readonly holding: Holding | undefined },
) => PlanRow;

export function createRowWriter(snapshot: DirectorySnapshot, changes: readonly Change[]): RowWriter {
  const paths = createPaths(snapshot, changes);
  const usersById = new Map(snapshot.oa.users.map((user) => [user.id, user]));
  const membersById = new Map(snapshot.wecom.members.map((member) => [member.memberId, member]));

  return (change, { seq, digest, holding }) => {
    const subject = subjectOf(change);
    const user = subject.oaUserId === null ? undefined : usersById.get(subject.oaUserId);
    const member = subject.memberId === null ? undefined : membersById.get(subject.memberId);
    const places = placesOf(change, paths, {
      current: member?.departments ?? [],
      main: member?.mainDepartmentId ?? null,
      oaKey: user?.departmentId == null ? null : `department:${user.departmentId}`,
    });
    const name =
      subject.kind === 'user'
        ? (user?.name ?? member?.seen['name'] ?? member?.written['name'] ?? null)
        : departmentName(change, paths);
    const mobile = user?.mobile ?? member?.seen['mobile'] ?? member?.written['mobile'];
    return {
      seq,
      change_id: change.id,
      action: change.action,
      status: statusOf(change, holding),
      stage: stageOf(change),
      change,
      digest,
      rank: rankOf(change),
      member_id: subject.memberId,
      user_id: subject.userId ?? member?.userId ?? null,
      oa_user_id: subject.oaUserId,
      oa_key: subject.oaKey,
      department_id: subject.departmentId,
      name,
      search: searchText([
        name,
        subject.userId ?? member?.userId,
        user?.jobNumber,
        user?.loginId,
        subject.oaUserId,
        mobile?.slice(-mobileTail),
      ]),
      path_from: places.from,
      path_to: places.to,
      department_refs: places.refs,
      fields: fieldsOf(change),
      rule_code: change.rule.code,
      limit_groups: change.limitGroups,
      depends_on: change.dependsOn,
      held_by: holding?.codes ?? [],
      barred: holding?.barred ?? false,
    };
  };
}

/** As many digits as people say when they tell two numbers apart. */
const mobileTail = 4;

type Subject = {
  readonly kind: 'user' | 'department';
  readonly memberId: string | null;
  readonly userId: string | null;
  readonly oaUserId: string | null;
  readonly oaKey: string | null;
  readonly departmentId: number | null;
};

function subjectOf(change: Change): Subject {
  const nobody = { memberId: null, userId: null, oaUserId: null, oaKey: null, departmentId: null };
  if (change.action === 'conflict') {
    const { conflict } = change;
    switch (conflict.of) {
      case 'user':
        return { ...nobody, kind: 'user', oaUserId: conflict.oaUserId };
      case 'department':
        return { ...nobody, kind: 'department', oaKey: conflict.oaKey };
      case 'member': {
        const { memberId, userId, oaUserId } = conflict;
        return { ...nobody, kind: 'user', memberId, userId, oaUserId };
      }
      case 'wecom-department': {
        const { departmentId, oaKey } = conflict;
        return { ...nobody, kind: 'department', departmentId, oaKey };
      }
    }
  }
  if ('oaUserId' in change) {
    const { memberId, userId, oaUserId } = change;
    return { ...nobody, kind: 'user', memberId, userId, oaUserId };
  }
  return {
    ...nobody,
    kind: 'department',
    oaKey: change.oaKey,
    departmentId: 'departmentId' in change ? change.departmentId : null,
  };
}

function fieldsOf(change: Change): string[] {
  switch (change.action) {
    case 'createUser':
      return [...Object.keys(change.after.values), 'department'];
    case 'updateUser':
    case 'enableUser':
    case 'disableUser':
      return [
        ...(change.action === 'updateUser' ? [] : ['enable']),
        ...Object.keys(change.after.values),
        ...(change.after.placement === null ? [] : ['department']),
      ];
    case 'setSuperior':
      return ['direct_leader'];
    case 'createDepartment':
      return ['name', 'parentid'];
    case 'renameDepartment':
    case 'moveDepartment':
      return [
        ...(change.before.name === change.after.name ? [] : ['name']),
        ...(change.action === 'moveDepartment' ? ['parentid'] : []),
      ];
    case 'createOaDepartment':
      return ['name', 'parentid'];
    case 'renameOaDepartment':
    case 'moveOaDepartment':
      return [
        ...(change.before.name === change.after.name ? [] : ['name']),
        ...(change.action === 'moveOaDepartment' ? ['parentid'] : []),
      ];
    case 'createOaUser':
    case 'updateOaUser':
    case 'returnOaUser':
      return [
        ...(change.action === 'returnOaUser' ? ['status'] : []),
        ...Object.keys(change.after.values),
        ...(change.after.placement === null ? [] : ['department']),
      ];
    case 'departOaUser':
      return ['status'];
    case 'linkDepartment':
    case 'unlinkDepartment':
    case 'deleteDepartment':
    case 'removeOaDepartment':
    case 'bindUser':
    case 'unbindUser':
    case 'deleteUser':
    case 'skipUser':
    case 'conflict':
      return [];
  }
}

type Places = { readonly from: string | null; readonly to: string | null; readonly refs: readonly string[] };

/** Where a person stands before the change, for changes that do not say so themselves. */
type Standing = {
  readonly current: readonly number[];
  readonly main: number | null;
  readonly oaKey: string | null;
};

function placesOf(change: Change, paths: Paths, standing: Standing): Places {
  const mainFirst = (place: {
    readonly departments: readonly DepartmentRef[];
    readonly main: DepartmentRef | null;
  }) => place.main ?? place.departments[0];
  const here = standing.current.map((departmentId): DepartmentRef => ({ kind: 'existing', departmentId }));
  const hereMain =
    standing.main === null ? here[0] : ({ kind: 'existing', departmentId: standing.main } as const);
  const pathOf = (ref: DepartmentRef | undefined): string | null =>
    ref === undefined ? null : paths.pathOf(ref);

  switch (change.action) {
    case 'createUser': {
      const { placement } = change.after;
      return { from: null, to: pathOf(mainFirst(placement)), refs: paths.refsOf(placement.departments) };
    }
    case 'updateUser':
    case 'enableUser':
    case 'disableUser': {
      const before = change.before.placement?.departments ?? here;
      const from = pathOf(
        change.before.placement === null ? hereMain : (mainFirst(change.before.placement) ?? hereMain),
      );
      const after = change.after.placement;
      return {
        from,
        to: after === null ? from : pathOf(mainFirst(after)),
        refs: paths.refsOf([...before, ...(after?.departments ?? [])]),
      };
    }
    case 'deleteUser':
      return { from: pathOf(hereMain), to: null, refs: paths.refsOf(here) };
    case 'bindUser':
    case 'unbindUser':
    case 'setSuperior':
    case 'skipUser': {
      const at = pathOf(hereMain);
      return { from: at, to: at, refs: paths.refsOf(here) };
    }
    case 'createDepartment': {
      const to = join(paths.pathOf(change.after.parent), change.after.name);
      return {
        from: null,
        to,
        refs: [...new Set([change.oaKey, ...paths.refsOf([change.after.parent])])],
      };
    }
    case 'renameDepartment':
    case 'moveDepartment': {
      const itself: DepartmentRef = { kind: 'existing', departmentId: change.departmentId };
      return {
        from: paths.pathOf(itself),
        to: join(paths.pathOf(change.after.parent), change.after.name ?? paths.nameOf(change.departmentId)),
        refs: [...new Set([change.oaKey, ...paths.refsOf([itself, change.after.parent])])],
      };
    }
    case 'linkDepartment':
    case 'unlinkDepartment':
    case 'deleteDepartment': {
      const itself: DepartmentRef = { kind: 'existing', departmentId: change.departmentId };
      const at = paths.pathOf(itself);
      return {
        from: at,
        to: change.action === 'deleteDepartment' ? null : at,
        refs: [...new Set([change.oaKey, ...paths.refsOf([itself])])],
      };
    }
    case 'createOaDepartment': {
      const { name, parentKey } = change.after;
      const above = parentKey === null ? '' : (paths.oaPathOf(parentKey) ?? '');
      const refs = parentKey === null ? [] : paths.oaRefsOf(parentKey);
      return {
        from: null,
        to: join(above, name),
        refs: [...new Set([change.oaKey, `#${change.departmentId}`, ...refs])],
      };
    }
    case 'renameOaDepartment':
    case 'moveOaDepartment': {
      const { name, parentKey } = change.after;
      const above = parentKey === null ? '' : (paths.oaPathOf(parentKey) ?? '');
      const refs = parentKey === null ? [] : paths.oaRefsOf(parentKey);
      return {
        from: paths.oaPathOf(change.oaKey),
        to: join(above, name),
        refs: [...new Set([`#${change.departmentId}`, ...paths.oaRefsOf(change.oaKey), ...refs])],
      };
    }
    case 'removeOaDepartment':
      return {
        from: paths.oaPathOf(change.oaKey),
        to: null,
        refs: [...new Set([`#${change.departmentId}`, ...paths.oaRefsOf(change.oaKey)])],
      };
    case 'createOaUser':
    case 'updateOaUser':
    case 'returnOaUser': {
      const before = change.before?.placement ?? null;
      const after = change.after.placement;
      const at = before === null ? standing.oaKey : keyOfDepartment(before.departmentId);
      const goal = after === null ? at : keyOfDepartment(after.departmentId);
      const from = change.action === 'createOaUser' || at === null ? null : paths.oaPathOf(at);
      const keys = [at, goal, ...(after?.partTimeDepartmentIds ?? []).map(keyOfDepartment)];
      return {
        from,
        to: goal === null ? null : paths.oaPathOf(goal),
        refs: [
          ...new Set([
            ...keys.flatMap((key) => (key === null ? [] : paths.oaRefsOf(key))),
            ...paths.refsOf(here),
          ]),
        ],
      };
    }
    case 'departOaUser': {
      if (standing.oaKey === null) return { from: null, to: null, refs: [] };
      return { from: paths.oaPathOf(standing.oaKey), to: null, refs: paths.oaRefsOf(standing.oaKey) };
    }
    case 'conflict': {
      const { conflict } = change;
      if (conflict.of === 'wecom-department') {
        const itself: DepartmentRef = { kind: 'existing', departmentId: conflict.departmentId };
        return { from: null, to: paths.pathOf(itself), refs: paths.refsOf([itself]) };
      }
      if (conflict.of === 'member') {
        return { from: null, to: pathOf(hereMain), refs: paths.refsOf(here) };
      }
      const key = conflict.of === 'department' ? conflict.oaKey : standing.oaKey;
      if (key === null) return { from: null, to: null, refs: [] };
      return { from: null, to: paths.oaPathOf(key), refs: paths.oaRefsOf(key) };
    }
  }
}

function keyOfDepartment(id: string | null): string | null {
  return id === null ? null : departmentKey(id);
}

function departmentName(change: Change, paths: Paths): string | null {
  switch (change.action) {
    case 'createOaDepartment':
    case 'renameOaDepartment':
    case 'moveOaDepartment':
      return change.after.name;
    case 'removeOaDepartment':
      return change.before.name;
    case 'createDepartment':
      return change.after.name;
    case 'renameDepartment':
    case 'moveDepartment':
      return change.after.name ?? change.before.name;
    case 'deleteDepartment':
      return change.before.name;
    case 'linkDepartment':
    case 'unlinkDepartment':
      return paths.nameOf(change.departmentId);
    case 'conflict':
      if (change.conflict.of === 'wecom-department') return paths.nameOf(change.conflict.departmentId);
      return change.conflict.of === 'department' ? paths.oaNameOf(change.conflict.oaKey) : null;
    default:
      return null;
  }
}

type Paths = {
  readonly pathOf: (ref: DepartmentRef) => string;
  readonly nameOf: (departmentId: number) => string;
  /** Every department with all above it, by WeCom's number and by the OA's key. */
  readonly refsOf: (refs: readonly DepartmentRef[]) => string[];
  readonly oaPathOf: (oaKey: string) => string | null;
  readonly oaNameOf: (oaKey: string) => string | null;
  readonly oaRefsOf: (oaKey: string) => string[];
};

type Way = { readonly path: string; readonly refs: readonly string[] };

const nowhere: Way = { path: '', refs: [] };

function createPaths(snapshot: DirectorySnapshot, changes: readonly Change[]): Paths {
  const byId = new Map<number, SnapshotDepartment>(
    snapshot.wecom.departments.map((department) => [department.departmentId, department]),
  );
  const nodes = new Map<string, OaNode>(snapshot.oa.nodes.map((node) => [node.key, node]));
  const keyOf = new Map(snapshot.links.map(({ oaKey, departmentId }) => [departmentId, oaKey]));
  const created = new Map<string, { readonly name: string; readonly parent: DepartmentRef }>();
  /** As they will be, where they are not there yet. */
  const createdInOa = new Map<string, { readonly name: string; readonly parentKey: string | null }>();
  for (const change of changes) {
    if (change.action === 'createOaDepartment') {
      createdInOa.set(change.oaKey, change.after);
      keyOf.set(change.departmentId, change.oaKey);
    }
    if (change.action === 'createDepartment') created.set(change.oaKey, change.after);
    if (change.action === 'linkDepartment') keyOf.set(change.departmentId, change.oaKey);
  }

  const nameOf = (departmentId: number): string => {
    const department = byId.get(departmentId);
    return department?.name ?? department?.writtenName ?? `#${departmentId}`;
  };

  const known = new Map<string, Way>();
  const under = new Set<string>();
  /** A circle, which only half a reading can show, ends where it closes. */
  const once = (key: string, find: () => Way): Way => {
    const before = known.get(key);
    if (before !== undefined) return before;
    if (under.has(key)) return nowhere;
    under.add(key);
    const way = find();
    under.delete(key);
    known.set(key, way);
    return way;
  };
  const below = (parent: Way, name: string, refs: readonly string[]): Way => ({
    path: join(parent.path, name),
    refs: [...refs, ...parent.refs],
  });

  const wayOf = (ref: DepartmentRef): Way => {
    if (ref.kind === 'planned') {
      return once(ref.oaKey, () => {
        const planned = created.get(ref.oaKey);
        if (planned === undefined) return { path: nodes.get(ref.oaKey)?.name ?? '', refs: [ref.oaKey] };
        return below(wayOf(planned.parent), planned.name, [ref.oaKey]);
      });
    }
    const { departmentId } = ref;
    return once(`#${departmentId}`, () => {
      const department = byId.get(departmentId);
      const key = keyOf.get(departmentId);
      const refs = [`#${departmentId}`, ...(key === undefined ? [] : [key])];
      const parentId = department?.parentId;
      const parent =
        parentId === undefined || !byId.has(parentId)
          ? nowhere
          : wayOf({ kind: 'existing', departmentId: parentId });
      return below(parent, nameOf(departmentId), refs);
    });
  };

  const oaWayOf = (oaKey: string): Way =>
    once(`oa ${oaKey}`, () => {
      const node = nodes.get(oaKey) ?? createdInOa.get(oaKey);
      if (node === undefined) return { path: '', refs: [oaKey] };
      return below(node.parentKey === null ? nowhere : oaWayOf(node.parentKey), node.name, [oaKey]);
    });

  return {
    pathOf: (ref) => wayOf(ref).path,
    nameOf,
    refsOf: (refs) => [...new Set(refs.flatMap((ref) => wayOf(ref).refs))],
    oaPathOf: (oaKey) => oaWayOf(oaKey).path || null,
    oaNameOf: (oaKey) => nodes.get(oaKey)?.name ?? null,
    oaRefsOf: (oaKey) => [...oaWayOf(oaKey).refs],
  };
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}${pathSeparator}${name}`;
}

const chinese = /\p{Script=Han}/u;

/** Lower case; Chinese names also by their sound, whole and by first letters. */
function searchText(parts: readonly (string | null | undefined)[]): string {
  const words = new Set<string>();
  for (const part of parts) {
    if (part == null || part === '') continue;
    words.add(part.toLowerCase());
    if (!chinese.test(part)) continue;
    const sounds = pinyin(part, { toneType: 'none', type: 'array', nonZh: 'consecutive' });
    words.add(sounds.join('').toLowerCase());
    words.add(
      sounds
        .map((sound) => sound.slice(0, 1))
        .join('')
        .toLowerCase(),
    );
  }
  return [...words].join(' ');
}
