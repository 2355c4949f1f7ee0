import { rule, type Change, type ChangeOf } from './changes';
import { refKey, type DepartmentPlace, type DepartmentRef } from './department-match';
import { compareText, type SnapshotDepartment } from './snapshot';

export type DepartmentWrite = ChangeOf<'createDepartment' | 'renameDepartment' | 'moveDepartment'>;
type Relocation = ChangeOf<'renameDepartment' | 'moveDepartment'>;

export function isDepartmentWrite(change: Change): change is DepartmentWrite {
  return (
    change.action === 'createDepartment' ||
    change.action === 'renameDepartment' ||
    change.action === 'moveDepartment'
  );
}

/** Beyond this many steps a name is freed at once instead of waiting for its turn. */
const maxSteps = 400;
const temporaryNameChars = 40;

export const temporarySuffix = ':temporary';

/**
 * Brings writes of departments into steps: parents before children, a name is free before another department takes
 * it, and nothing moves below itself on the way. Departments that wait for each other's names in a ring are helped by
 * a temporary name, which is a change of its own.
 */
export function orderDepartmentWrites(
  writes: readonly DepartmentWrite[],
  departments: readonly SnapshotDepartment[],
): DepartmentWrite[] {
  const sorted = [...writes].sort((one, other) => compareText(one.id, other.id));
  const needs = findNeeds(sorted, departments);
  const freed = new Set<string>();
  for (;;) {
    const found = arrange(sorted, needs, freed);
    if (found.kind === 'arranged') return finish(sorted, needs, freed, found.steps);
    freed.add(found.freeFirst);
  }
}

type Needs = {
  /** Ids of writes that have to be done before. */
  readonly others: ReadonlyMap<string, readonly string[]>;
  /** Id of the write that gives up the name which this one takes. */
  readonly name: ReadonlyMap<string, string>;
};

function findNeeds(writes: readonly DepartmentWrite[], departments: readonly SnapshotDepartment[]): Needs {
  const parentNow = new Map(departments.map(({ departmentId, parentId }) => [departmentId, parentId]));
  const relocations = new Map<number, Relocation>();
  const creations = new Map<string, DepartmentWrite>();
  for (const write of writes) {
    if (write.action === 'createDepartment') creations.set(write.oaKey, write);
    else relocations.set(write.departmentId, write);
  }
  const holders = new Map<string, number>();
  for (const { departmentId, parentId, name, writtenName } of departments) {
    const known = name ?? writtenName;
    if (known !== null)
      holders.set(placeKey({ kind: 'existing', departmentId: parentId }, known), departmentId);
  }

  const isInside = (departmentId: number, ancestorId: number): boolean => {
    const seen = new Set<number>();
    let at: number | undefined = departmentId;
    while (at !== undefined && !seen.has(at)) {
      if (at === ancestorId) return true;
      seen.add(at);
      at = parentNow.get(at);
    }
    return false;
  };
  /** Moves that take those above the new parent out of the department that is to go below them. */
  const movesOutOf = (departmentId: number, parent: DepartmentRef): string[] => {
    const moves: string[] = [];
    const seen = new Set<string>();
    let at: DepartmentRef | undefined = parent;
    while (at !== undefined && !seen.has(refKey(at))) {
      seen.add(refKey(at));
      if (at.kind === 'planned') {
        at = creations.get(at.oaKey)?.after.parent;
        continue;
      }
      const write = relocations.get(at.departmentId);
      if (write?.action === 'moveDepartment' && isInside(at.departmentId, departmentId)) moves.push(write.id);
      const parentId: number | undefined = parentNow.get(at.departmentId);
      at =
        write?.after.parent ??
        (parentId === undefined ? undefined : { kind: 'existing', departmentId: parentId });
    }
    return moves;
  };

  const others = new Map<string, readonly string[]>();
  const name = new Map<string, string>();
  for (const write of writes) {
    const { after } = write;
    const creation = after.parent.kind === 'planned' ? creations.get(after.parent.oaKey) : undefined;
    others.set(write.id, [
      ...(creation === undefined ? [] : [creation.id]),
      ...(write.action === 'moveDepartment' ? movesOutOf(write.departmentId, after.parent) : []),
    ]);
    if (after.name === null) continue;
    const holderId = holders.get(placeKey(after.parent, after.name));
    if (holderId === undefined || ('departmentId' in write && write.departmentId === holderId)) continue;
    const giver = relocations.get(holderId);
    if (giver !== undefined) name.set(write.id, giver.id);
  }
  return { others, name };
}

type Arrangement =
  | { readonly kind: 'arranged'; readonly steps: ReadonlyMap<string, number> }
  | { readonly kind: 'ring'; readonly freeFirst: string };

function arrange(
  writes: readonly DepartmentWrite[],
  { others, name }: Needs,
  freed: ReadonlySet<string>,
): Arrangement {
  const byId = new Map(writes.map((write) => [write.id, write]));
  const steps = new Map<string, number>();
  /** From who waits to who is waited for; `byName` where it is the name of this one that is waited for. */
  const path: { readonly id: string; readonly byName: boolean }[] = [];
  const onPath = new Set<string>();
  let freeFirst: string | undefined;

  const visit = (id: string, byName: boolean): number => {
    if (onPath.has(id)) {
      // Every ring has a name in it: by parents alone nobody waits for himself.
      const ring = path.slice(path.findIndex((other) => other.id === id) + 1);
      const givers = [...ring, { id, byName }].filter((giver) => giver.byName).map((giver) => giver.id);
      freeFirst ??= givers.sort(compareText)[0];
      return 0;
    }
    const write = byId.get(id);
    if (write === undefined) return 0;
    const known = steps.get(id);
    if (known !== undefined) return known;
    path.push({ id, byName });
    onPath.add(id);
    let step = Math.max(write.level, 1);
    for (const other of others.get(id) ?? []) step = Math.max(step, visit(other, false) + 1);
    const giver = name.get(id);
    if (giver !== undefined && !freed.has(giver)) {
      if (path.length > maxSteps) freeFirst ??= giver;
      else step = Math.max(step, visit(giver, true) + 1);
      if (step > maxSteps) freeFirst ??= giver;
    }
    path.pop();
    onPath.delete(id);
    steps.set(id, step);
    return step;
  };
  for (const { id } of writes) {
    visit(id, false);
    if (freeFirst !== undefined) return { kind: 'ring', freeFirst };
  }
  return { kind: 'arranged', steps };
}

function finish(
  writes: readonly DepartmentWrite[],
  { others, name }: Needs,
  freed: ReadonlySet<string>,
  steps: ReadonlyMap<string, number>,
): DepartmentWrite[] {
  return writes.flatMap((write): DepartmentWrite[] => {
    const giver = name.get(write.id);
    const dependsOn = [
      ...(others.get(write.id) ?? []),
      ...(giver === undefined ? [] : [freed.has(giver) ? `${giver}${temporarySuffix}` : giver]),
    ];
    if (!freed.has(write.id) || write.action === 'createDepartment') {
      return [{ ...write, step: steps.get(write.id) ?? write.step, dependsOn: unique(dependsOn) }];
    }
    const taker = writes.find(({ id }) => name.get(id) === write.id);
    const temporary = temporaryRename(write, taker);
    dependsOn.push(temporary.id);
    const step = steps.get(write.id) ?? write.step;
    return [temporary, { ...write, before: temporary.after, step, dependsOn: unique(dependsOn) }];
  });
}

function temporaryRename(
  write: Relocation,
  taker: DepartmentWrite | undefined,
): ChangeOf<'renameDepartment'> {
  const { before, departmentId } = write;
  const short = [...(before.name ?? '')].slice(0, temporaryNameChars).join('');
  const place: DepartmentPlace = { name: `${short}~${departmentId}`, parent: before.parent };
  return {
    ...write,
    id: `${write.id}${temporarySuffix}`,
    action: 'renameDepartment',
    step: 0,
    after: place,
    dependsOn: [],
    rule: rule('name-freed-for-another', { name: before.name ?? '', oaKey: taker?.oaKey ?? '' }),
  };
}

export function isTemporary({ id }: Pick<Change, 'id'>): boolean {
  return id.endsWith(temporarySuffix);
}

/** The change for whose sake a temporary name is given. */
export function finalOf(changeId: string): string | undefined {
  return changeId.endsWith(temporarySuffix) ? changeId.slice(0, -temporarySuffix.length) : undefined;
}

function placeKey(parent: DepartmentRef, name: string): string {
  return `${refKey(parent)} ${name}`;
}

const unique = (ids: readonly string[]): string[] => [...new Set(ids)].sort(compareText);
