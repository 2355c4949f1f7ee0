import type { PoolClient } from 'pg';

/** First of the two numbers of the lock; the second is the corp's. */
export const attendanceTurn = 0x617474;

/**
 * Whoever writes check-in data of a corp does so alone, until the end of the transaction: what was read is compared
 * with what stands, and `change_seq` grows in the order of commits, which is what the OA is told by.
 */
export async function takeAttendanceTurn(client: Pick<PoolClient, 'query'>, corpId: string): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1::int, hashtext($2))', [attendanceTurn, corpId]);
}
