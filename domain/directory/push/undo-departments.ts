import { nothingSpecial, rule, type Change, type ChangeOf } from './changes';
import { planDepartmentDeletes, type GoingDepartment } from './department-changes';
import {
  ancestorsOf,
  climb,
  isSamePlace,
  refKey,
  type DepartmentConflict,
  type DepartmentPlace,
  type DepartmentRef,
} from './department-match';
import { orderDepartmentWrites, type DepartmentWrite } from './department-order';
import type { MemberPlaces } from './member-changes';
import type { DirectorySnapshot, SnapshotDepartment } from './snapshot';
import type { DoneChange } from './undo';

/** Where departments of the run's before-images and after-images are now. */
export type UndonePlaces = {
  /** Null where the department is gone and does not come back. */
  readonly restored: (ref: DepartmentRef) => DepartmentRef | null;
  /** As the run wrote it; null where that department is not known. */
  readonly written: (ref: DepartmentRef) => number | null;
  /** Ids of changes by which the department comes back, if it has to. */
  readonly restoring: (ref: DepartmentRef) => readonly string[];
};

export type UndoneDepartments = {
  readonly changes: readonly Change[];
  readonly places: UndonePlaces;
  /** Departments that the run created, once it is known who leaves them. */
  readonly planDeletes: (placed: MemberPlaces) => readonly Change[];
  readonly unchanged: number;
};

type Relocated = {
  readonly id: string;
  readonly oaKey: string;
  readonly before: DepartmentPlace;
  after: DepartmentPlace;
};
type Deleted = { readonly id: string; readonly change: ChangeOf<'deleteDepartment'> };

export function undoDepartments(done: readonly DoneChange[], snapshot: DirectorySnapshot): UndoneDepartments {
  const byId = new Map(snapshot.wecom.departments.map((department) => [department.departmentId, department]));
  const linkOf = new Map(snapshot.links.map(({ oaKey, departmentId }) => [oaKey, departmentId]));
  const keyOf = new Map(snapshot.links.map(({ oaKey, departmentId }) => [departmentId, oaKey]));
  const changes: Change[] = [];
  let unchanged = 0;

  const createdIds = new Map<string, number>();
  const relocated = new Map<number, Relocated>();
  const deleted = new Map<number, Deleted>();
  for (const { change, departmentId } of done) {
    const id = `undo:${change.id}`;
    if (change.action === 'createDepartment' && departmentId !== null)
      createdIds.set(change.oaKey, departmentId);
    if (change.action === 'deleteDepartment') deleted.set(change.departmentId, { id, change });
    if (change.action === 'renameDepartment' || change.action === 'moveDepartment') {
      const { oaKey, before, after } = change;
      const earlier = relocated.get(change.departmentId);
      // A temporary name and the change it made room for are one change of that department.
      if (earlier === undefined) relocated.set(change.departmentId, { id, oaKey, before, after });
      else relocated.set(change.departmentId, { ...earlier, id, after });
    }
  }

  const comesBack = new Set([...deleted.values()].map(({ id }) => id));
  const existing = (departmentId: number): DepartmentRef => ({ kind: 'existing', departmentId });
  const places: UndonePlaces = {
    restored: (ref) => {
      const id = ref.kind === 'existing' ? ref.departmentId : createdIds.get(ref.oaKey);
      if (id === undefined) return null;
      if (byId.has(id)) return existing(id);
      const gone = deleted.get(id);
      return gone !== undefined && comesBack.has(gone.id)
        ? { kind: 'planned', oaKey: gone.change.oaKey }
        : null;
    },
    written: (ref) =>
      ref.kind === 'existing'
        ? ref.departmentId
        : (createdIds.get(ref.oaKey) ?? linkOf.get(ref.oaKey) ?? null),
    restoring: (ref) => {
      const id =
        ref.kind === 'existing' && !byId.has(ref.departmentId)
          ? deleted.get(ref.departmentId)?.id
          : undefined;
      return id === undefined || !comesBack.has(id) ? [] : [id];
    },
  };

  const conflict = (of: DoneChange['change'], oaKey: string, because: DepartmentConflict): void => {
    changes.push(departmentConflict(`undo:${of.id}`, oaKey, because));
  };
  const deniedById = new Map<string, DepartmentConflict>();
  let writes: DepartmentWrite[] = [];
  // Whoever can't be written stands in the way of others; the list gets shorter until all of it is possible.
  for (;;) {
    writes = [];
    const deny = (id: string, because: DepartmentConflict): void => {
      deniedById.set(id, because);
      comesBack.delete(id);
    };
    const deniedBefore = deniedById.size;
    for (const { id, change } of deleted.values()) {
      if (deniedById.has(id)) continue;
      const { oaKey, before, level } = change;
      const parent = places.restored(before.parent);
      if (linkOf.has(oaKey)) deny(id, 'changed-since');
      else if (before.name === null) deny(id, 'name-empty');
      else if (parent === null) deny(id, 'parent-unresolved');
      else {
        writes.push({
          ...nothingSpecial,
          id,
          action: 'createDepartment',
          oaKey,
          level,
          step: level,
          before: null,
          after: { name: before.name, parent },
          rule: rule('undo-deleted-department'),
        });
      }
    }
    for (const [departmentId, net] of relocated) {
      if (deniedById.has(net.id)) continue;
      const now = byId.get(departmentId);
      const parent = places.restored(net.before.parent);
      const writtenParent = places.written(net.after.parent);
      if (now === undefined) deny(net.id, 'department-gone');
      else if (parent === null) deny(net.id, 'parent-unresolved');
      else {
        const place: DepartmentPlace = { name: now.name ?? now.writtenName, parent: existing(now.parentId) };
        const back: DepartmentPlace = { name: net.before.name ?? place.name, parent };
        const wrote: DepartmentPlace = {
          name: net.after.name ?? place.name,
          parent: writtenParent === null ? net.after.parent : existing(writtenParent),
        };
        if (isSamePlace(place, back)) continue;
        if (!isSamePlace(place, wrote)) deny(net.id, 'changed-since');
        else
          writes.push(relocation(net, departmentId, place, back, ancestorsOf(departmentId, byId).size + 1));
      }
    }
    for (const [id, because] of findTaken(writes, snapshot.wecom.departments)) deny(id, because);
    for (const id of findBelowThemselves(writes, snapshot.wecom.departments)) deny(id, 'below-itself');
    if (deniedById.size === deniedBefore) break;
  }
  for (const { id, change } of deleted.values()) {
    const because = deniedById.get(id);
    if (because !== undefined) conflict(change, change.oaKey, because);
  }
  for (const net of relocated.values()) {
    const because = deniedById.get(net.id);
    if (because !== undefined) changes.push(departmentConflict(net.id, net.oaKey, because));
    else if (!writes.some(({ id }) => id === net.id)) unchanged += 1;
  }
  const ordered = orderDepartmentWrites(writes, snapshot.wecom.departments);
  changes.push(...ordered);

  const going = new Map<number, GoingDepartment>();
  for (const { change, departmentId } of done) {
    const id = `undo:${change.id}`;
    if (change.action === 'createDepartment' && departmentId !== null) {
      const now = byId.get(departmentId);
      const { oaKey, after } = change;
      if (now === undefined) unchanged += 1;
      else if (!isStillSo(now, after, places)) conflict(change, oaKey, 'changed-since');
      else going.set(departmentId, { id, oaKey, rule: rule('undo-created-department') });
    }
    if (change.action === 'linkDepartment') {
      const { oaKey, level, before } = change;
      if (!linkOf.has(oaKey)) unchanged += 1;
      else if (linkOf.get(oaKey) !== change.departmentId) conflict(change, oaKey, 'changed-since');
      else {
        changes.push({
          ...nothingSpecial,
          id,
          action: 'unlinkDepartment',
          oaKey,
          level,
          departmentId: change.departmentId,
          before: { departmentId: change.departmentId },
          after: before,
          rule: rule('undo-linked'),
        });
      }
    }
    if (change.action === 'unlinkDepartment') {
      const { oaKey, level } = change;
      const linkedTo = linkOf.get(oaKey);
      const holder = keyOf.get(change.departmentId) ?? null;
      if (linkedTo === change.departmentId) unchanged += 1;
      else if (!byId.has(change.departmentId)) conflict(change, oaKey, 'department-gone');
      else if (linkedTo !== undefined || holder !== (change.after?.oaKey ?? null)) {
        conflict(change, oaKey, 'changed-since');
      } else {
        changes.push({
          ...nothingSpecial,
          id,
          action: 'linkDepartment',
          oaKey,
          level,
          departmentId: change.departmentId,
          before: change.after,
          after: { departmentId: change.departmentId },
          rule: rule('undo-unlinked'),
        });
      }
    }
  }

  return {
    changes,
    places,
    planDeletes: (placed) => planDepartmentDeletes(going, snapshot, placed, ordered),
    unchanged,
  };
}

function relocation(
  { id, oaKey }: Relocated,
  departmentId: number,
  before: DepartmentPlace,
  after: DepartmentPlace,
  level: number,
): DepartmentWrite {
  const isMoved = refKey(before.parent) !== refKey(after.parent);
  return {
    ...nothingSpecial,
    id,
    action: isMoved ? 'moveDepartment' : 'renameDepartment',
    oaKey,
    level,
    step: level,
    departmentId,
    before,
    after,
    rule: rule(isMoved ? 'undo-moved' : 'undo-renamed'),
  };
}

/** Names that somebody holds who keeps them. */
function findTaken(
  writes: readonly DepartmentWrite[],
  departments: readonly SnapshotDepartment[],
): Map<string, DepartmentConflict> {
  const leaving = new Set(
    writes.flatMap((write) => (write.action === 'createDepartment' ? [] : [write.departmentId])),
  );
  const holders = new Map<string, number>();
  for (const { departmentId, parentId, name, writtenName } of departments) {
    const known = name ?? writtenName;
    if (known !== null && !leaving.has(departmentId)) holders.set(`#${parentId} ${known}`, departmentId);
  }
  const wanted = new Set<string>();
  const taken = new Map<string, DepartmentConflict>();
  for (const { id, after } of writes) {
    if (after.name === null) continue;
    const place = `${refKey(after.parent)} ${after.name}`;
    if (holders.has(place) || wanted.has(place)) taken.set(id, 'name-taken');
    wanted.add(place);
  }
  return taken;
}

/** Moves that something between the two places, which stays, makes impossible. */
function findBelowThemselves(
  writes: readonly DepartmentWrite[],
  departments: readonly SnapshotDepartment[],
): string[] {
  const parentOf = new Map<string, DepartmentRef>(
    departments.map(({ departmentId, parentId }) => [
      `#${departmentId}`,
      { kind: 'existing', departmentId: parentId },
    ]),
  );
  for (const write of writes) {
    const key = write.action === 'createDepartment' ? `+${write.oaKey}` : `#${write.departmentId}`;
    parentOf.set(key, write.after.parent);
  }
  const { inRings } = climb(parentOf);
  return writes.flatMap((write) =>
    write.action === 'moveDepartment' && inRings.has(`#${write.departmentId}`) ? [write.id] : [],
  );
}

function isStillSo(
  now: SnapshotDepartment,
  wrote: { readonly name: string; readonly parent: DepartmentRef },
  places: UndonePlaces,
): boolean {
  const name = now.name ?? now.writtenName;
  return (name === null || name === wrote.name) && places.written(wrote.parent) === now.parentId;
}

function departmentConflict(id: string, oaKey: string, because: DepartmentConflict): Change {
  return {
    ...nothingSpecial,
    id: `${id}:conflict`,
    action: 'conflict',
    conflict: { of: 'department', oaKey, because },
    before: null,
    after: null,
    rule: rule('undo-conflict'),
  };
}
