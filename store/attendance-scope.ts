import type { AttendanceScope } from '../domain/attendance/attendance';

/** Whom a scope means, as parts of a query about `mirror_member m` whose first four parameters are `scopeParams`. */

// UNION, not UNION ALL: a cycle left by half a reading ends the recursion instead of going on for ever.
export const departmentsBelow = `below AS (
  SELECT unnest($2::int[]) AS department_id
  UNION
  SELECT d.department_id FROM mirror_department d JOIN below b ON d.parent_id = b.department_id
  WHERE d.corp_id = $1 AND d.gone_at IS NULL
)`;

/** Before the first binding of the corp everybody is read: what is read is kept for them. */
export const isInScope = `(m.corp_id = $1 AND m.gone_at IS NULL AND m.user_id_key <> ALL($4::text[]) AND CASE
  WHEN cardinality($2::int[]) + cardinality($3::text[]) = 0
    THEN EXISTS (SELECT FROM binding b WHERE b.member_id = m.id)
      OR NOT EXISTS (SELECT FROM binding WHERE corp_id = $1)
  ELSE m.user_id_key = ANY($3) OR m.departments && ARRAY(SELECT department_id FROM below)
END)`;

export function scopeParams(
  corpId: string,
  { departments, userIds, excludeUserIds }: AttendanceScope,
): [string, readonly number[], readonly string[], readonly string[]] {
  return [corpId, departments, userIdKeys(userIds), userIdKeys(excludeUserIds)];
}

/** WeCom does not tell upper from lower case. */
export function userIdKeys(userIds: readonly string[]): string[] {
  return userIds.map((userId) => userId.toLowerCase());
}
