import type { Placement } from '../directory/push/changes';
import type { DepartmentRef } from '../directory/push/department-match';
import type { RememberedPlace } from './departure';

/** What a change had before it, as a departure remembers it; null where nobody knew where the member was. */
export function rememberedOf(before: Placement | null): RememberedPlace | null {
  if (before === null) return null;
  const departments = numbersOf(before.departments);
  if (departments.length === 0) return null;
  return {
    departments,
    departmentsFromOa: departments.slice(0, before.fromOa),
    mainDepartmentId: before.main?.kind === 'existing' ? before.main.departmentId : null,
    leaderIn: numbersOf(before.leaderIn ?? []),
  };
}

function numbersOf(refs: readonly DepartmentRef[]): number[] {
  return refs.flatMap((ref) => (ref.kind === 'existing' ? [ref.departmentId] : []));
}
