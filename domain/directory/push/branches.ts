import { ancestorsOf } from './department-match';
import type { DirectorySnapshot, SnapshotMember } from './snapshot';

/** Departments of a member with all above them, below the top: limits of one branch count there. */
export function branchFinder(
  snapshot: DirectorySnapshot,
  topId: number,
): (member: SnapshotMember) => readonly number[] {
  const byId = new Map(snapshot.wecom.departments.map((department) => [department.departmentId, department]));
  const aboveTop = ancestorsOf(topId, byId);
  const known = new Map<number, readonly number[]>();
  const upwards = (departmentId: number): readonly number[] => {
    const before = known.get(departmentId);
    if (before !== undefined) return before;
    const branch = [departmentId, ...ancestorsOf(departmentId, byId)].filter(
      (id) => id !== topId && !aboveTop.has(id),
    );
    known.set(departmentId, branch);
    return branch;
  };
  return ({ departments }) => [...new Set(departments.flatMap(upwards))].sort((one, other) => one - other);
}
