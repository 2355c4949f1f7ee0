import type { ChangeOf } from '../../domain/directory/push/changes';
import type { DepartmentRef } from '../../domain/directory/push/department-match';
import { decideScope } from '../../domain/directory/push/scope';
import type { OaNode } from '../../domain/directory/push/snapshot';
import { toOaNodes } from '../../domain/directory/push/snapshot';
import { defaultDirectorySettings } from '../../domain/directory/settings';
import type { StoredVerdict } from '../../store/push-plans';
import type { DepartmentChange, DepartmentCounts } from '../../store/push-reading';
import type { RunRecord } from '../../store/runs';
import type { ApiDeps } from '../deps';

/** Both trees of a plan, level by level, with what is planned for the people below each department. */

type TreeState = 'matched' | 'new' | 'linked' | 'gone' | 'out-of-scope' | 'unmanaged' | 'conflict';

type Node = {
  readonly key: string;
  readonly name: string | null;
  readonly state: TreeState;
  readonly linkedTo: string | null;
  /** Under which changes know it. */
  readonly refs: readonly string[];
  readonly departmentId: number | null;
  readonly hasChildren: boolean;
};

const wecomRootId = 1;

type TreeDeps = Pick<ApiDeps, 'oa' | 'mirror' | 'pushReading' | 'directorySettings'>;

const noCounts: DepartmentCounts = { create: 0, update: 0, move: 0, disable: 0, delete: 0, held: 0 };

export async function treeLevel(
  deps: TreeDeps,
  run: RunRecord,
  { side, parent }: { readonly side: 'oa' | 'wecom'; readonly parent?: string | undefined },
) {
  const [links, changes] = await Promise.all([
    deps.pushReading.linksOf(run.corpId),
    deps.pushReading.departmentChanges(run.id),
  ]);
  const planned = plannedOf(changes, links);
  const nodes =
    side === 'oa' ? await oaLevel(deps, run, planned, parent) : await wecomLevel(deps, run, planned, parent);
  const counts = await deps.pushReading.countByDepartment(run.id, nodes);
  const beyond = departmentsBeyondLimit(run.verdict);
  return {
    items: nodes.map(({ key, name, state, linkedTo, departmentId, hasChildren }) => ({
      key,
      name,
      state,
      linkedTo,
      counts: { ...noCounts, ...counts.get(key) },
      limitExceeded: departmentId !== null && beyond.has(departmentId),
      hasChildren,
    })),
  };
}

type Planned = {
  /** By OA key. */
  readonly departmentIds: ReadonlyMap<string, number>;
  readonly oaKeys: ReadonlyMap<number, string>;
  readonly newLinks: ReadonlySet<string>;
  readonly created: ReadonlySet<string>;
  readonly createdBelow: ReadonlyMap<string, readonly DepartmentChange[]>;
  readonly conflicts: ReadonlySet<string>;
  readonly deleted: ReadonlySet<number>;
  /** The same for a plan that changes the OA. */
  readonly inOa: {
    readonly created: ReadonlyMap<string, ChangeOf<'createOaDepartment'>>;
    readonly removed: ReadonlySet<string>;
    readonly conflicts: ReadonlySet<number>;
  };
};

function plannedOf(
  changes: readonly DepartmentChange[],
  links: readonly { readonly oaKey: string; readonly departmentId: number }[],
): Planned {
  const departmentIds = new Map(links.map(({ oaKey, departmentId }) => [oaKey, departmentId]));
  const newLinks = new Set<string>();
  const created = new Set<string>();
  const createdBelow = new Map<string, DepartmentChange[]>();
  const conflicts = new Set<string>();
  const deleted = new Set<number>();
  const createdInOa = new Map<string, ChangeOf<'createOaDepartment'>>();
  const removedFromOa = new Set<string>();
  const conflictsOfWecom = new Set<number>();
  for (const row of changes) {
    const { change } = row;
    switch (change.action) {
      case 'linkDepartment':
        newLinks.add(change.oaKey);
        departmentIds.set(change.oaKey, change.departmentId);
        break;
      case 'createDepartment': {
        created.add(change.oaKey);
        const parent = refOf(change.after.parent);
        createdBelow.set(parent, [...(createdBelow.get(parent) ?? []), row]);
        break;
      }
      case 'deleteDepartment':
        deleted.add(change.departmentId);
        break;
      case 'conflict':
        if (change.conflict.of === 'department') conflicts.add(change.conflict.oaKey);
        if (change.conflict.of === 'wecom-department') conflictsOfWecom.add(change.conflict.departmentId);
        break;
      case 'createOaDepartment':
        createdInOa.set(change.oaKey, change);
        departmentIds.set(change.oaKey, change.departmentId);
        break;
      case 'removeOaDepartment':
        removedFromOa.add(change.oaKey);
        break;
      default:
        break;
    }
  }
  const oaKeys = new Map([...departmentIds].map(([oaKey, departmentId]) => [departmentId, oaKey]));
  const inOa = { created: createdInOa, removed: removedFromOa, conflicts: conflictsOfWecom };
  return { departmentIds, oaKeys, newLinks, created, createdBelow, conflicts, deleted, inOa };
}

function refOf(ref: DepartmentRef): string {
  return ref.kind === 'existing' ? `#${ref.departmentId}` : ref.oaKey;
}

async function oaLevel(
  { oa, directorySettings }: TreeDeps,
  run: RunRecord,
  planned: Planned,
  parent: string | undefined,
): Promise<Node[]> {
  const [subcompanies, departments, used] = await Promise.all([
    oa.listSubcompanies(),
    oa.listDepartments(),
    run.settingsVersion === null ? undefined : directorySettings.findVersion(run.corpId, run.settingsVersion),
  ]);
  const nodes = toOaNodes(subcompanies, departments);
  const scope = decideScope(nodes, (used?.document ?? defaultDirectorySettings).push);
  const { created } = planned.inOa;
  const parents = new Set([
    ...nodes.map(({ parentKey }) => parentKey),
    ...[...created.values()].map(({ after }) => after.parentKey),
  ]);
  const known = new Set(nodes.map(({ key }) => key));
  const coming = [...created.values()]
    .filter(({ oaKey, after }) => after.parentKey === (parent ?? null) && !known.has(oaKey))
    .map(({ oaKey, departmentId, after }): Node => ({
      key: oaKey,
      name: after.name,
      state: 'new',
      linkedTo: `#${departmentId}`,
      refs: [oaKey, `#${departmentId}`],
      departmentId,
      hasChildren: parents.has(oaKey),
    }));
  const existing = nodes
    .filter(({ parentKey }) => parentKey === (parent ?? null))
    .map((node) => {
      const departmentId = planned.departmentIds.get(node.key) ?? null;
      return {
        key: node.key,
        name: node.name,
        state: oaState(
          node,
          planned,
          departmentId,
          scope.chosen.has(node.key) || scope.structure.has(node.key),
        ),
        linkedTo: departmentId === null ? null : `#${departmentId}`,
        refs: [node.key, ...(departmentId === null ? [] : [`#${departmentId}`])],
        departmentId,
        hasChildren: parents.has(node.key),
      };
    });
  return [...existing, ...coming];
}

function oaState(
  { key }: OaNode,
  planned: Planned,
  departmentId: number | null,
  inScope: boolean,
): TreeState {
  if (planned.conflicts.has(key)) return 'conflict';
  if (planned.inOa.removed.has(key)) return 'gone';
  if (!inScope) return 'out-of-scope';
  if (planned.newLinks.has(key)) return 'matched';
  // Also where a link is left of a department that stands for it no more.
  if (planned.created.has(key)) return 'new';
  return departmentId === null ? 'unmanaged' : 'linked';
}

function wecomState(departmentId: number, oaKey: string | null, planned: Planned): TreeState {
  if (planned.inOa.conflicts.has(departmentId)) return 'conflict';
  if (planned.deleted.has(departmentId)) return 'gone';
  if (oaKey === null) return 'unmanaged';
  // WeCom's root is nobody's work: its link may be left of a time without a top department.
  if (planned.inOa.created.has(oaKey) || (planned.created.has(oaKey) && departmentId !== wecomRootId)) {
    return 'new';
  }
  return planned.newLinks.has(oaKey) ? 'matched' : 'linked';
}

async function wecomLevel(
  { mirror, oa }: TreeDeps,
  run: RunRecord,
  planned: Planned,
  parent: string | undefined,
): Promise<Node[]> {
  const departments = (await mirror.listDepartments(run.corpId)).filter(({ goneAt }) => goneAt === null);
  const known = new Set(departments.map(({ departmentId }) => departmentId));
  const parents = new Set(departments.map(({ parentId }) => parentId));
  const existing = departments
    .filter(({ departmentId, parentId }) =>
      parent === undefined
        ? // Where an app sees a part only, its upper departments hang on nothing.
          !known.has(parentId) || parentId === departmentId
        : `#${parentId}` === parent && parentId !== departmentId,
    )
    .map(({ departmentId, name }): Node => {
      const ref = `#${departmentId}`;
      const oaKey = planned.oaKeys.get(departmentId) ?? null;
      return {
        key: ref,
        name,
        state: wecomState(departmentId, oaKey, planned),
        linkedTo: oaKey,
        refs: [ref, ...(oaKey === null ? [] : [oaKey])],
        departmentId,
        hasChildren: parents.has(departmentId) || planned.createdBelow.has(ref),
      };
    });
  // What the plan created is there once it was applied.
  const there = new Set(existing.map(({ linkedTo }) => linkedTo));
  const below = parent === undefined ? [] : (planned.createdBelow.get(parent) ?? []);
  const coming = below.filter(({ oaKey }) => !there.has(oaKey));
  if (coming.length === 0) return existing;
  const names = new Map(
    toOaNodes(await oa.listSubcompanies(), await oa.listDepartments()).map(({ key, name }) => [key, name]),
  );
  return [
    ...existing,
    ...coming.flatMap(({ change }): Node[] => {
      if (change.action !== 'createDepartment') return [];
      const { oaKey } = change;
      return [
        {
          key: oaKey,
          name: change.after.name,
          state: 'new',
          linkedTo: names.has(oaKey) ? oaKey : null,
          refs: [oaKey],
          departmentId: null,
          hasChildren: planned.createdBelow.has(oaKey),
        },
      ];
    }),
  ];
}

function departmentsBeyondLimit(verdict: unknown): ReadonlySet<number> {
  const reasons = (verdict as StoredVerdict | null)?.reasons ?? [];
  return new Set(reasons.flatMap((reason) => ('departmentId' in reason ? [reason.departmentId] : [])));
}
