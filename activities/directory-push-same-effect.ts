import type { Change } from '../domain/directory/push/changes';
import type { DepartmentRef } from '../domain/directory/push/department-match';
import type { DepartmentLink } from '../domain/directory/push/snapshot';
import type { StoredChange } from '../store/push-plans';

type ById = ReadonlyMap<string, Change>;

/**
 * Whether changes of a plan that was applied in part are still what a new plan wants. What the run has written itself
 * does not count: a department that it created is there now, and what depended on it depends on nothing any more.
 */
export function isStillWanted(
  stored: readonly StoredChange[],
  fresh: ById,
  links: readonly DepartmentLink[],
): boolean {
  const linked = new Map(links.map(({ oaKey, departmentId }) => [oaKey, departmentId]));
  const superiors = new Map<string, string | null>();
  for (const { change } of stored) {
    if (change.action === 'setSuperior') superiors.set(change.oaUserId, change.after.superior);
  }
  return stored.every(({ change, attempts, isRecordNewer }) => {
    const now = fresh.get(change.id);
    if (now !== undefined) {
      // Put off on another plan meanwhile: this one may not do it all the same.
      if (now.hold?.code === 'postponed' && change.hold?.code !== 'postponed') return false;
      const given = withoutSuperior(now, change, superiors);
      return effectOf(change, linked) === effectOf(given, linked);
    }
    if (change.action === 'setSuperior' && isSetWithTheRest(change, fresh)) return true;
    // It was tried, and WeCom is as it should be: the answer was lost, and trying again finds that out.
    return attempts > 0 && !isRecordNewer;
  });
}

/** Both exist by now, so the superior comes with the other fields. */
function isSetWithTheRest(change: Extract<Change, { action: 'setSuperior' }>, fresh: ById): boolean {
  return ['updateUser', 'enableUser'].some((action) => {
    const now = fresh.get(`${action}:${change.oaUserId}`);
    if (now?.action !== 'updateUser' && now?.action !== 'enableUser') return false;
    return (now.after.values['direct_leader'] ?? null) === (change.after.superior ?? '');
  });
}

/** A superior whom the stored plan sets in a step of its own is no other value of this change. */
function withoutSuperior(now: Change, before: Change, superiors: ReadonlyMap<string, string | null>): Change {
  if (now.action !== 'updateUser' && now.action !== 'enableUser') return now;
  if (before.action !== now.action || Object.hasOwn(before.after.values, 'direct_leader')) return now;
  const superior = now.after.values['direct_leader'];
  if (superior === undefined || superiors.get(now.oaUserId) !== superior) return now;
  const without = (values: Readonly<Record<string, string | null>>): Record<string, string | null> =>
    Object.fromEntries(Object.entries(values).filter(([field]) => field !== 'direct_leader'));
  return {
    ...now,
    before: { ...now.before, values: without(now.before.values) },
    after: { ...now.after, values: without(now.after.values) },
  };
}

/** What would be written, over what: without the order, the reasons and the limits it counts in. */
function effectOf(change: Change, linked: ReadonlyMap<string, number>): string {
  const { action, id, before, after } = change;
  return JSON.stringify({ action, id, before, after }, (key, value: unknown) => {
    if (key === 'notLookedUp') return undefined;
    if (isRef(value)) return refNow(value, linked);
    if (Array.isArray(value)) {
      return value.every(isRef) ? value.map((ref) => refNow(ref, linked)) : (value as unknown[]);
    }
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}

function isRef(value: unknown): value is DepartmentRef {
  if (typeof value !== 'object' || value === null) return false;
  const { kind } = value as { readonly kind?: unknown };
  return kind === 'existing' || kind === 'planned';
}

function refNow(ref: DepartmentRef, linked: ReadonlyMap<string, number>): string {
  if (ref.kind === 'existing') return `#${ref.departmentId}`;
  const departmentId = linked.get(ref.oaKey);
  return departmentId === undefined ? `+${ref.oaKey}` : `#${departmentId}`;
}
