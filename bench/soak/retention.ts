import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { secondsSince, toTenths } from '../measuring';
import type { ProductProcess } from '../product-process';

/** What is kept for months can't be waited for: half of it is made so old that it has to go. */
export interface RetentionResult {
  readonly aged: Readonly<Record<AgedTable, number>>;
  /** Of those, still there at the end. */
  readonly left: Readonly<Record<AgedTable, number>>;
  /** From the start of a worker, which looks for what is old, until all of it is gone. */
  readonly seconds: number;
  /** Rows that belonged to it and nobody owns any more. */
  readonly orphans: number;
}

type AgedTable = 'oa_event' | 'callback_event';

const keptAtMostDays = 400;
const goneWithinMs = 5 * 60_000;

export async function checkRetention(product: ProductProcess): Promise<RetentionResult> {
  const client = new Client({ connectionString: product.databaseUrl });
  await client.connect();
  try {
    const aged = {
      oa_event: await age(client, 'oa_event', 'accepted_at', 'id'),
      callback_event: await age(client, 'callback_event', 'received_at', 'id'),
    };
    // Nothing is forgotten that can still be taken back: their day is over as well.
    await client.query(
      `UPDATE message_push p SET closed_at = e.accepted_at FROM oa_event e
        WHERE e.id = p.event_id AND p.closed_at IS NULL AND e.accepted_at < now() - make_interval(days => $1 - 1)`,
      [keptAtMostDays],
    );
    const from = performance.now();
    // It looks when it starts, and then once an hour.
    const worker = await product.startWorker();
    try {
      let left = await oldOnes(client);
      for (const deadline = Date.now() + goneWithinMs; Date.now() < deadline; await wait(250)) {
        left = await oldOnes(client);
        if (left.oa_event + left.callback_event === 0) break;
      }
      return { aged, left, seconds: toTenths(secondsSince(from)), orphans: await orphans(client) };
    } finally {
      await worker.stop();
    }
  } finally {
    await client.end();
  }
}

async function age(client: Client, table: AgedTable, column: string, key: string): Promise<number> {
  const { rowCount } = await client.query(
    `UPDATE ${table} SET ${column} = ${column} - make_interval(days => $1)
      WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE ${column} IS NOT NULL
                        ORDER BY ${column} LIMIT (SELECT count(*) / 2 FROM ${table}))`,
    [keptAtMostDays],
  );
  return rowCount ?? 0;
}

async function oldOnes(client: Client): Promise<Record<AgedTable, number>> {
  const { rows } = await client.query<Record<AgedTable, number>>(
    `SELECT (SELECT count(*)::int FROM oa_event WHERE accepted_at < now() - make_interval(days => $1 - 1)) AS oa_event,
            (SELECT count(*)::int FROM callback_event
              WHERE received_at < now() - make_interval(days => $1 - 1)) AS callback_event`,
    [keptAtMostDays],
  );
  return rows[0] ?? { oa_event: NaN, callback_event: NaN };
}

async function orphans(client: Client): Promise<number> {
  const { rows } = await client.query<{ orphans: number }>(
    `SELECT (SELECT count(*) FROM message_push p WHERE NOT EXISTS (SELECT FROM oa_event e WHERE e.id = p.event_id))::int
          + (SELECT count(*) FROM message_recipient r
              WHERE NOT EXISTS (SELECT FROM message_push p WHERE p.id = r.push_id))::int
          + (SELECT count(*) FROM message_call c
              WHERE NOT EXISTS (SELECT FROM message_push p WHERE p.id = c.push_id))::int AS orphans`,
  );
  return rows[0]?.orphans ?? NaN;
}
