import type { PoolClient } from 'pg';
import type { PushSettings } from '../domain/directory/settings';

/** Protected by what they are: userids of bound administrators and approvers. */
export async function protectedPeople(
  client: Pick<PoolClient, 'query'>,
  corpId: string,
  { approval }: Pick<PushSettings, 'approval'>,
): Promise<string[]> {
  const { rows } = await client.query<{ userId: string }>(
    `SELECT wecom_user_ids->>$1 AS "userId" FROM console_user
      WHERE disabled_at IS NULL AND role IN ('admin', 'approver') AND wecom_user_ids->>$1 IS NOT NULL`,
    [corpId],
  );
  return [...rows.map(({ userId }) => userId), ...approval.approvers];
}
