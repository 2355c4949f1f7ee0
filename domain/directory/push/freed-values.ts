import { nothingSpecial, rule, type Change, type ChangeOf } from './changes';
import { comparable } from './values';

/** What only one member may have. */
const uniqueFields = ['mobile', 'email'] as const;
type UniqueField = (typeof uniqueFields)[number];

type Write = ChangeOf<'createUser' | 'updateUser' | 'enableUser'>;

/** Beyond so many, WeCom's answer decides. */
const mostSteps = 190;

/**
 * A number or an address that somebody gives up may be taken by another in the same run, once it is free. Where people
 * exchange theirs nobody can begin: WeCom has no way to do that, and the plan says so.
 */
export function orderFreedValues(changes: readonly Change[]): readonly Change[] {
  const freedBy = findFreed(changes);
  if (freedBy.size === 0) return changes;
  const needs = new Map<string, Map<UniqueField, string>>();
  for (const change of changes) {
    if (!isWrite(change)) continue;
    for (const field of uniqueFields) {
      const value = change.after.values[field];
      const holder = value == null ? undefined : freedBy.get(keyOf(field, value));
      if (holder === undefined || holder === change.id) continue;
      const own = needs.get(change.id) ?? new Map<UniqueField, string>();
      needs.set(change.id, own.set(field, holder));
    }
  }
  if (needs.size === 0) return changes;

  const steps = stepsOf(needs);
  const dropped = new Set<string>();
  const arranged = changes.flatMap((change): Change[] => {
    const own = needs.get(change.id);
    if (own === undefined || !isWrite(change)) return [change];
    const step = steps.get(change.id);
    if (step !== undefined && step <= mostSteps) {
      return [{ ...change, step, dependsOn: [...new Set([...change.dependsOn, ...own.values()])] }];
    }
    // Whoever is new keeps it: without, there may be neither a number nor an address to be invited by.
    if (change.action === 'createUser') return [change];
    const { rest, isEmpty } = without(change, [...own.keys()]);
    if (isEmpty) dropped.add(change.id);
    return [...(isEmpty ? [] : [rest]), ...[...own.keys()].map((field) => exchanged(change, field))];
  });
  if (dropped.size === 0) return arranged;
  return arranged.map((change) =>
    change.dependsOn.some((id) => dropped.has(id))
      ? { ...change, dependsOn: change.dependsOn.filter((id) => !dropped.has(id)) }
      : change,
  );
}

function isWrite(change: Change): change is Write {
  return change.action === 'createUser' || change.action === 'updateUser' || change.action === 'enableUser';
}

function findFreed(changes: readonly Change[]): ReadonlyMap<string, string> {
  const freedBy = new Map<string, string>();
  for (const change of changes) {
    if (change.action !== 'updateUser' && change.action !== 'enableUser') continue;
    for (const field of uniqueFields) {
      const before = change.before.values[field];
      const after = change.after.values[field];
      if (before != null && before !== '' && after !== undefined) {
        freedBy.set(keyOf(field, before), change.id);
      }
    }
  }
  return freedBy;
}

const keyOf = (field: UniqueField, value: string): string => `${field} ${comparable(field, value)}`;

/** Steps after the first; those who wait for each other have none. */
function stepsOf(needs: ReadonlyMap<string, ReadonlyMap<UniqueField, string>>): ReadonlyMap<string, number> {
  const steps = new Map<string, number>();
  for (let before = -1; before !== steps.size;) {
    before = steps.size;
    for (const [id, own] of needs) {
      if (steps.has(id)) continue;
      const holders = [...own.values()].map((holder) => (needs.has(holder) ? steps.get(holder) : 0));
      if (holders.some((step) => step === undefined)) continue;
      steps.set(id, Math.max(...holders.map((step) => step ?? 0)) + 1);
    }
  }
  return steps;
}

function without(
  change: ChangeOf<'updateUser' | 'enableUser'>,
  fields: readonly UniqueField[],
): { readonly rest: Change; readonly isEmpty: boolean } {
  const keep = (values: Readonly<Record<string, string | null>>) =>
    Object.fromEntries(Object.entries(values).filter(([field]) => !fields.some((other) => other === field)));
  const rest = {
    ...change,
    before: { ...change.before, values: keep(change.before.values) },
    after: { ...change.after, values: keep(change.after.values) },
  };
  const isEmpty =
    change.action === 'updateUser' &&
    rest.after.placement === null &&
    Object.keys(rest.after.values).length === 0;
  return { rest, isEmpty };
}

function exchanged(change: ChangeOf<'updateUser' | 'enableUser'>, field: UniqueField): Change {
  const { oaUserId, memberId, userId } = change;
  return {
    ...nothingSpecial,
    id: `skipUser:${oaUserId}:exchanged:${field}`,
    action: 'skipUser',
    oaUserId,
    memberId,
    userId,
    before: null,
    after: null,
    rule: rule('exchanged', { field }),
  };
}
