import { compileExpression } from '../expression';
import type { SnapshotMember, SourceUser } from '../push/snapshot';
import { comparable, oaValue } from '../push/values';
import type { FieldMapping } from '../settings';

/** Where the departments go is no text, and is planned by itself. */
export const departmentsField = 'departments';

/** Nothing where WeCom does not give a value back, or gives an empty one: that never blanks anything in the OA. */
export type ReadMember = (member: SnapshotMember) => ReadonlyMap<string, string>;

type Reader = { readonly to: string; readonly read: (member: SnapshotMember) => string | null };

/** What the OA gets of a member, by the OA's field names; expressions are compiled once for all members. */
export function memberReader(mapping: readonly FieldMapping[]): ReadMember {
  const readers = mapping
    .filter(({ to }) => to !== departmentsField)
    .map(({ to, from }): Reader => ({ to, read: sourceReader(from) }));
  return (member) => {
    const values = new Map<string, string>();
    for (const { to, read } of readers) {
      const value = toOa(to, read(member)?.trim() ?? '');
      if (value !== '') values.set(to, value);
    }
    return values;
  };
}

/** The first mapping whose expression nobody could evaluate. */
export function invalidMemberMapping(mapping: readonly FieldMapping[]) {
  for (const { to, from } of mapping) {
    if (typeof from === 'string') continue;
    const compiled = compileExpression(from.expression);
    if (!compiled.ok) return { field: to, message: compiled.error.message };
  }
  return undefined;
}

function sourceReader(from: FieldMapping['from']): (member: SnapshotMember) => string | null {
  if (typeof from === 'string') return (member) => memberValue(member, from);
  const compiled = compileExpression(from.expression);
  if (!compiled.ok) return () => null;
  return (member) => {
    const found = compiled.evaluate(asUser(member));
    return found.ok ? found.value : null;
  };
}

/** As WeCom shows it now: what the bridge wrote once is no word of WeCom's. */
export function memberValue(member: SnapshotMember, field: string): string | null {
  if (field === 'userid') return member.userId;
  return Object.hasOwn(member.seen, field) ? (member.seen[field] ?? null) : null;
}

const oaGenders: Readonly<Record<string, 'male' | 'female'>> = { '1': 'male', '2': 'female' };

export function toOa(field: string, value: string): string {
  return field === 'gender'
    ? (oaGenders[value] ?? (value === 'male' || value === 'female' ? value : ''))
    : value;
}

/** What an expression reads: a member under the names of an OA user, everything WeCom shows under `custom`. */
function asUser(member: SnapshotMember): SourceUser {
  const { seen, userId } = member;
  const value = (field: string): string | null => memberValue(member, field);
  return {
    id: userId,
    loginId: userId,
    jobNumber: null,
    name: seen['name'] ?? '',
    mobile: value('mobile'),
    email: value('email'),
    gender: oaGenders[seen['gender'] ?? ''] ?? null,
    position: value('position'),
    telephone: value('telephone'),
    departmentId: null,
    partTimeDepartmentIds: [],
    managerId: null,
    status: 'active',
    custom: { ...seen, userid: userId },
  };
}

/** By the same names as `memberReader` gives. */
export function oaFieldValue(user: SourceUser, field: string): string | null {
  // The OA's own word for it, not WeCom's.
  return field === 'gender' ? user.gender : oaValue(user, field);
}

export function sameInOa(field: string, one: string, other: string): boolean {
  // Login names are told apart without regard to case.
  if (field === 'loginId') return one.toLowerCase() === other.toLowerCase();
  return comparable(field, one) === comparable(field, other);
}

export type OaDifference = {
  readonly before: Readonly<Record<string, string | null>>;
  readonly after: Readonly<Record<string, string>>;
};

export function diffOaUser(user: SourceUser, wanted: ReadonlyMap<string, string>): OaDifference {
  const before: Record<string, string | null> = {};
  const after: Record<string, string> = {};
  for (const [field, value] of wanted) {
    const current = oaFieldValue(user, field);
    if (current !== null && sameInOa(field, current, value)) continue;
    before[field] = current;
    after[field] = value;
  }
  return { before, after };
}
