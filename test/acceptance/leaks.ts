import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client as TemporalClient, Connection } from '@temporalio/client';
import { Client as PostgresClient } from 'pg';
import type { Outsider } from './outsider';

export type Leak = { readonly where: string; readonly what: string };

type Words = {
  /** Secrets and tokens: nowhere in clear. */
  readonly secrets: readonly string[];
  /** Names, numbers and addresses of people: in the database and in answers only. */
  readonly personal: readonly string[];
};

type Endpoints = { readonly databaseUrl: string; readonly temporalAddress: string };

/** Searches everything a product leaves behind for what must not be there. */
export async function findLeaks(
  outsider: Pick<Outsider, 'product' | 'answers'>,
  words: Words,
): Promise<Leak[]> {
  const { dataFolder } = outsider.product;
  const endpoints = JSON.parse(readFileSync(join(dataFolder, 'run', 'endpoints.json'), 'utf8')) as Endpoints;
  const anything = [...words.secrets, ...words.personal];
  const places: [string, string, readonly string[]][] = [
    ['the terminal', outsider.product.output(), anything],
    ...logs(join(dataFolder, 'logs')).map(([name, text]): [string, string, readonly string[]] => [
      name,
      text,
      anything,
    ]),
    ...outsider.answers.map((text): [string, string, readonly string[]] => [
      'an answer',
      text,
      words.secrets,
    ]),
    ...(await histories(endpoints)).map(([name, text]): [string, string, readonly string[]] => [
      name,
      text,
      anything,
    ]),
    ...(await tables(endpoints)).map(([name, text]): [string, string, readonly string[]] => [
      name,
      text,
      words.secrets,
    ]),
  ];
  return places.flatMap(([where, text, forbidden]) =>
    forbidden
      .filter((word) => text.includes(word))
      .map((what) => ({ where, what: `${what} in …${around(text, what)}…` })),
  );
}

function around(text: string, word: string): string {
  const at = text.indexOf(word);
  return text.slice(Math.max(0, at - 80), at + word.length + 40);
}

function logs(folder: string): [string, string][] {
  return readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]);
}

/** Every history and schedule, with their payloads in clear. */
async function histories({ temporalAddress }: Endpoints): Promise<[string, string][]> {
  const connection = await Connection.connect({ address: temporalAddress });
  try {
    const client = new TemporalClient({ connection });
    const found: [string, string][] = [];
    for await (const { workflowId, runId } of client.workflow.list()) {
      const handle = client.workflow.getHandle(workflowId, runId);
      const [history, description] = [await handle.fetchHistory(), await handle.describe()];
      const text = JSON.stringify([history, description.raw], inClear);
      found.push([`the history of ${workflowId}`, text]);
    }
    for await (const { scheduleId } of client.schedule.list()) {
      const { raw } = await client.schedule.getHandle(scheduleId).describe();
      found.push([`the schedule ${scheduleId}`, JSON.stringify(raw, inClear)]);
    }
    return found;
  } finally {
    await connection.close();
  }
}

function inClear(key: string, value: unknown): unknown {
  // The SDK's messages turn themselves into JSON, and payloads into Base64, before a replacer sees them.
  if (key === 'data' && typeof value === 'string') return Buffer.from(value, 'base64').toString('utf8');
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  // A Buffer has become this by the time the replacer sees it.
  if (typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer') {
    return Buffer.from((value as unknown as { data: number[] }).data).toString('utf8');
  }
  return value;
}

async function tables({ databaseUrl }: Endpoints): Promise<[string, string][]> {
  const client = new PostgresClient({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    const found: [string, string][] = [];
    for (const { name } of rows) {
      const content = await client.query<{ text: string | null }>(
        `SELECT string_agg(row::text, E'\\n') AS text FROM "${name}" AS row`,
      );
      found.push([`the table ${name}`, content.rows[0]?.text ?? '']);
    }
    return found;
  } finally {
    await client.end();
  }
}
