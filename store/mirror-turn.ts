import type { PoolClient } from 'pg';

/** First of the two numbers of the lock; the second is the corp's. */
const mirrorTurn = 0x6d6972;

/**
 * Whoever writes readings of a whole corp, or of what its events named, into the mirror does so alone, until the end
 * of the transaction: each compares what it read with what is there.
 */
export async function takeMirrorTurn(client: Pick<PoolClient, 'query'>, corpId: string): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1::int, hashtext($2))', [mirrorTurn, corpId]);
}
