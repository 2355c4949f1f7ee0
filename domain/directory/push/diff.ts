import type { Placement } from './changes';
import { refKey, type DepartmentRef } from './department-match';
import type { MemberValues, SnapshotMember } from './snapshot';
import { knownValue, sameValue } from './values';

export type FieldDifference = {
  /** Only fields that change; null where nobody knows what WeCom has. */
  readonly before: Readonly<Record<string, string | null>>;
  readonly after: MemberValues;
  readonly cleared: readonly string[];
  /** WeCom would ignore these without a word. */
  readonly ignored: readonly string[];
};

export function diffFields(member: SnapshotMember, wanted: ReadonlyMap<string, string>): FieldDifference {
  const before: Record<string, string | null> = {};
  const after: Record<string, string> = {};
  const cleared: string[] = [];
  const ignored: string[] = [];
  for (const [field, value] of wanted) {
    const known = knownValue(member, field);
    // Where nothing is known to be there, nothing is cleared: it would be written for everybody, run after run.
    if (known === undefined ? value === '' : sameValue(field, known, value)) continue;
    if (field === 'mobile' && member.status === 'activated') {
      // Unknown is not different: without this, every run would speak of every activated member.
      if (known !== undefined) ignored.push(field);
      continue;
    }
    before[field] = known ?? null;
    after[field] = value;
    if (value === '') cleared.push(field);
  }
  return { before, after, cleared, ignored };
}

export type MemberDepartments = Placement & { readonly main: DepartmentRef };

export type PlacementRules = {
  readonly departmentsFullyFromOa: boolean;
  /** Nobody who works here belongs into it. */
  readonly folderId: number | null;
};

/** Where a member will be; the OA's departments come first, the main one before the others. */
export function placeMember(
  member: SnapshotMember,
  fromOa: readonly DepartmentRef[],
  { departmentsFullyFromOa, folderId }: PlacementRules,
): MemberDepartments | undefined {
  const [main] = fromOa;
  if (main === undefined) return undefined;
  const current = member.departments.filter((departmentId) => departmentId !== folderId);
  // With a single department there is nothing to merge: the OA decides, whatever the setting says.
  if (departmentsFullyFromOa || current.length <= 1)
    return { departments: fromOa, fromOa: fromOa.length, main };
  const wanted = new Set(fromOa.map(refKey));
  const leftInOa = new Set(member.departmentsFromOa);
  const others = current
    // A department that the OA gave once, and names no longer, is not one that WeCom added.
    .filter((departmentId) => !leftInOa.has(departmentId))
    .sort((one, other) => one - other)
    .map((departmentId): DepartmentRef => ({ kind: 'existing', departmentId }))
    .filter((ref) => !wanted.has(refKey(ref)));
  return { departments: [...fromOa, ...others], fromOa: fromOa.length, main };
}

export function isPlacedSo(member: SnapshotMember, place: Placement): boolean {
  const current = new Set(member.departments.map((departmentId) => `#${departmentId}`));
  const sameDepartments =
    current.size === place.departments.length && place.departments.every((ref) => current.has(refKey(ref)));
  const sameMain =
    place.main === null ||
    member.mainDepartmentId === null ||
    refKey(place.main) === `#${member.mainDepartmentId}`;
  return sameDepartments && sameMain && leadsSo(member, place);
}

/** True also where nobody has seen whom the member leads: then nothing is written for that alone. */
function leadsSo({ leaderIn }: SnapshotMember, place: Placement): boolean {
  if (leaderIn === undefined || place.leaderIn === undefined) return true;
  const leads = new Set(leaderIn.map((departmentId) => `#${departmentId}`));
  return place.leaderIn.every((ref) => leads.has(refKey(ref)));
}
