// What a version leaves behind: its rows as SQL, and the histories of the workflows that were open.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { inRoot } from '../lib/paths.mjs';
import { say } from '../lib/say.mjs';

const require = createRequire(import.meta.url);
const { Client } = /** @type {typeof import('pg')} */ (require(inRoot('node_modules', 'pg')));
const { temporal } = /** @type {typeof import('@temporalio/proto')} */ (
  require(inRoot('node_modules', '@temporalio', 'proto'))
);

/** @param {import('./world.mjs').World} world @param {string} folder */
export async function record(world, folder) {
  mkdirSync(join(folder, 'histories'), { recursive: true });
  const { databaseUrl } = world.installed.endpoints();
  const sql = await dump(databaseUrl);
  writeFileSync(join(folder, 'database.sql.gz'), gzipSync(sql, { level: 9 }));
  const { killedAt: _, token: __, ...known } = world.known;
  writeFileSync(
    join(folder, 'known.json'),
    `${JSON.stringify({ masterKey: world.installed.masterKey, ...known }, undefined, 1)}\n`,
  );
  const names = await recordHistories(world, join(folder, 'histories'));
  say(`${Math.round(sql.length / 1024)} KiB of SQL, ${names.join(', ')}`);
}

/** Which migrations were applied, then every row; whoever reads it makes the tables by these migrations. @param {string} url */
async function dump(url) {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    // One moment for all tables, whatever is written meanwhile.
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const { rows: tables } = await client.query(
      `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = 'public' AND c.relkind = 'r' AND NOT c.relispartition ORDER BY 1`,
    );
    const parts = [];
    for (const { name } of tables) {
      const { rows } = await client.query(
        `SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns,
           string_agg('quote_nullable(' || quote_ident(attname) || '::text)', ' || '', '' || ' ORDER BY attnum) AS "values"
         FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
        [`public."${name}"`],
      );
      const { columns, values } = rows[0];
      const { rows: lines } = await client.query(
        `SELECT '(' || ${values} || ')' AS line FROM public."${name}" ORDER BY 1`,
      );
      if (lines.length === 0) continue;
      const tuples = lines.map(({ line }) => line).join(',\n');
      parts.push(`INSERT INTO public."${name}" (${columns}) OVERRIDING SYSTEM VALUE VALUES\n${tuples};\n`);
    }
    const { rows: sequences } = await client.query(
      `SELECT quote_literal(schemaname || '.' || quote_ident(sequencename)) AS name, last_value::text AS last
       FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL`,
    );
    for (const { name, last } of sequences) parts.push(`SELECT setval(${name}, ${last});\n`);
    return parts.join('\n');
  } finally {
    await client.end();
  }
}

/** @param {import('./world.mjs').World} world @param {string} folder */
function recordHistories({ withTemporal }, folder) {
  const { History } = temporal.api.history.v1;
  return withTemporal(async (client) => {
    /** @type {Map<string, number>} */
    const seen = new Map();
    for await (const { workflowId, runId, type } of client.workflow.list({
      query: "ExecutionStatus = 'Running'",
    })) {
      const number = (seen.get(type) ?? 0) + 1;
      // Of one kind, two show as much as twenty.
      if (type.startsWith('temporal-sys') || number > 2) continue;
      seen.set(type, number);
      const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
      const plain = History.toObject(History.fromObject(history), {
        longs: String,
        enums: String,
        bytes: String,
      });
      // Nor where the code lay.
      const nameless = (/** @type {string} */ key, /** @type {unknown} */ value) => {
        if (key === 'identity') return 'recorder';
        return key === 'stackTrace'
          ? String(value).replaceAll(/\(\/\S*\/(?=[^/\s]+\/[^/\s]+:\d)/g, '(')
          : value;
      };
      const file = `${type}-${number}.json`;
      writeFileSync(join(folder, file), `${JSON.stringify(plain, nameless, 1)}\n`);
    }
    return [...seen.keys()];
  });
}
