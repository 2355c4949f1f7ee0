import type { PoolClient } from 'pg';

/**
 * What is kept of a corp's people goes with the corp. These rows have no foreign keys, which would cost each of a
 * million punches a look at its person, so they are removed by hand.
 */
export async function removeAttendance(client: Pick<PoolClient, 'query'>, corpId: string): Promise<void> {
  await client.query(
    `DELETE FROM attendance_past WHERE person_id IN (SELECT id FROM attendance_person WHERE corp_id = $1)`,
    [corpId],
  );
  for (const table of ['attendance_record', 'attendance_report']) {
    await client.query(
      `DELETE FROM ${table} WHERE corp_no = (SELECT corp_no FROM attendance_settings WHERE corp_id = $1)`,
      [corpId],
    );
  }
}
