import type { MemberStatus, MemberValues } from '../push/snapshot';
import { sameValue } from '../push/values';

/**
 * What was changed by hand in WeCom is what differs from the bridge's last word without the bridge having written it.
 * Where the bridge never had to write a value, because WeCom had what the OA wanted, its last word is what it saw.
 */

export type DriftKind = 'member' | 'department';

/** Text of a field, ids of departments, or the id of a parent; null where there is nothing any more. */
export type DriftValue = string | number | readonly number[] | DepartmentFacts | null;

/** Of a department that was deleted: what is left to tell which one it was. */
export type DepartmentFacts = {
  readonly oaKey: string;
  readonly name: string | null;
  readonly parentId: number;
};

export type Judgement =
  | { readonly kind: 'drifted'; readonly before: DriftValue; readonly after: DriftValue }
  | { readonly kind: 'right' };

/** By field; a field that is not named could not be compared. */
export type Judgements = ReadonlyMap<string, Judgement>;

/** Of fields that were found changed before, and are still: what stood there first. */
export type ListedBefore = ReadonlyMap<string, DriftValue>;

export const departmentsField = 'departments';
export const enabledField = 'enabled';
export const existenceField = 'existence';
export const nameField = 'name';
export const parentField = 'parent';

/** What is compared, by the settings. */
export type Watch = {
  /** Fields of members that the OA has a say in, beside those that were written. */
  readonly fields: ReadonlySet<string>;
  /** Departments that the OA does not name are foreign ones. */
  readonly departmentsFullyFromOa: boolean;
  /** Those that stand for departments of the OA. */
  readonly linkedDepartments: ReadonlySet<number>;
};

/** Of somebody who is bound: what is known, and what this reading brought. */
export type ManagedMember = {
  readonly name: string | null;
  readonly written: MemberValues;
  readonly departmentsFromOa: readonly number[];
  readonly disabledByBridge: boolean;
  readonly createdByBridge: boolean;
  /** As the reading before showed it; null where none did, or where that is no measure. */
  readonly before: {
    readonly seen: MemberValues;
    readonly departments: readonly number[];
    readonly status: MemberStatus | null;
  } | null;
  readonly now:
    | 'gone'
    | {
        /** Only what this reading gave: what an app may not read is no answer. */
        readonly seen: MemberValues;
        readonly departments: readonly number[];
        readonly status: MemberStatus | null;
      };
};

export function judgeMember(member: ManagedMember, listed: ListedBefore, watch: Watch): Judgements {
  const judged = new Map<string, Judgement>();
  const { now, written } = member;
  if (now === 'gone') {
    return judged.set(existenceField, { kind: 'drifted', before: member.name ?? '', after: null });
  }
  judged.set(existenceField, { kind: 'right' });

  for (const [field, after] of Object.entries(now.seen)) {
    const before = written[field] ?? textOf(listed.get(field)) ?? seenBefore(member, field, watch);
    if (before === undefined) continue;
    judged.set(
      field,
      sameValue(field, before, after) ? { kind: 'right' } : { kind: 'drifted', before, after },
    );
  }

  const departments = judgeDepartments(member, now.departments, listed, watch);
  if (departments !== undefined) judged.set(departmentsField, departments);

  const enabled = judgeEnabled(member, now.status, listed);
  if (enabled !== undefined) judged.set(enabledField, enabled);
  return judged;
}

function seenBefore({ before }: ManagedMember, field: string, { fields }: Watch): string | undefined {
  return fields.has(field) ? before?.seen[field] : undefined;
}

/** What WeCom added is its own business, unless the OA has the whole say. */
function judgeDepartments(
  { departmentsFromOa, before }: ManagedMember,
  now: readonly number[],
  listed: ListedBefore,
  { departmentsFullyFromOa, linkedDepartments }: Watch,
): Judgement | undefined {
  const base =
    departmentsFromOa.length > 0
      ? departmentsFromOa
      : (numbersOf(listed.get(departmentsField)) ?? before?.departments ?? []);
  // Where the bridge never had to place anybody, those that stand for the OA's are what counts.
  const expected = departmentsFromOa.length > 0 ? base : base.filter((id) => linkedDepartments.has(id));
  if (expected.length === 0) return undefined;
  const current = new Set(now);
  const known = new Set(base);
  const taken = expected.some((departmentId) => !current.has(departmentId));
  const added = departmentsFullyFromOa && now.some((departmentId) => !known.has(departmentId));
  return taken || added ? { kind: 'drifted', before: sorted(base), after: sorted(now) } : { kind: 'right' };
}

function judgeEnabled(
  { disabledByBridge, createdByBridge, before }: ManagedMember,
  status: MemberStatus | null,
  listed: ListedBefore,
): Judgement | undefined {
  if (status === null || status === 'left') return undefined;
  const isDisabled = status === 'disabled';
  if (disabledByBridge) {
    return isDisabled ? { kind: 'right' } : { kind: 'drifted', before: 'disabled', after: 'enabled' };
  }
  if (!isDisabled) return { kind: 'right' };
  // Disabled before the bridge had anything to do with the account: nobody has changed anything since.
  const wasEnabled =
    createdByBridge ||
    before?.status === 'activated' ||
    before?.status === 'not-activated' ||
    listed.get(enabledField) === 'enabled';
  return wasEnabled ? { kind: 'drifted', before: 'enabled', after: 'disabled' } : undefined;
}

/** Of a department that is linked. */
export type ManagedDepartment = {
  readonly oaKey: string;
  readonly written: { readonly name?: string; readonly parentId?: number };
  /** As the reading before showed it; null where that is no measure. */
  readonly before: { readonly name: string | null; readonly parentId: number } | null;
  readonly now: 'gone' | { readonly name: string | null; readonly parentId: number };
};

export function judgeDepartment(department: ManagedDepartment, listed: ListedBefore): Judgements {
  const { oaKey, written, before, now } = department;
  const judged = new Map<string, Judgement>();
  const name = written.name ?? textOf(listed.get(nameField)) ?? before?.name ?? null;
  const parentId = written.parentId ?? numberOf(listed.get(parentField)) ?? before?.parentId;
  if (now === 'gone') {
    return judged.set(existenceField, {
      kind: 'drifted',
      before: { oaKey, name, parentId: parentId ?? 0 },
      after: null,
    });
  }
  judged.set(existenceField, { kind: 'right' });
  if (name !== null && now.name !== null) judged.set(nameField, compared(name, now.name));
  if (parentId !== undefined) judged.set(parentField, compared(parentId, now.parentId));
  return judged;
}

function compared(before: DriftValue, after: DriftValue): Judgement {
  return before === after ? { kind: 'right' } : { kind: 'drifted', before, after };
}

export function sameDriftValue(field: string, one: DriftValue, other: DriftValue): boolean {
  if (typeof one === 'string' && typeof other === 'string') return sameValue(field, one, other);
  return JSON.stringify(one) === JSON.stringify(other);
}

const sorted = (ids: readonly number[]): number[] => [...ids].sort((one, other) => one - other);

const textOf = (value: DriftValue | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;
const numberOf = (value: DriftValue | undefined): number | undefined =>
  typeof value === 'number' ? value : undefined;
const numbersOf = (value: DriftValue | undefined): readonly number[] | undefined =>
  Array.isArray(value) ? (value as readonly number[]) : undefined;
