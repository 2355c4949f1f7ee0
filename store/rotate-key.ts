import type { Database } from './database';
import { masterKeyFact, masterKeyFactContext } from './installation';
import { renderingContext } from './message-contents';
import type { SecretBox } from './secrets';
import { secretContext } from './secrets';
import { noticesContext } from './settings';
import { tokenContext } from './wecom-tokens';

export type RotationCount = { readonly column: string; readonly resealed: number; readonly current: number };

type SealedColumn = {
  readonly table: string;
  readonly column: string;
  /** SQL of the row's key, as text columns. */
  readonly key: readonly string[];
  readonly context: (key: readonly string[]) => string;
};

const byId = (table: string, column: string): SealedColumn => ({
  table,
  column,
  key: ['id'],
  context: ([id = '']) => secretContext(table, column, id),
});

/** Every column that holds ciphertexts. */
export const sealedColumns: readonly SealedColumn[] = [
  byId('corp', 'contacts_secret_enc'),
  byId('corp', 'contacts_callback_token_enc'),
  byId('corp', 'contacts_callback_aes_enc'),
  byId('app', 'secret_enc'),
  byId('app', 'callback_token_enc'),
  byId('app', 'callback_aes_enc'),
  byId('callback_event', 'payload_enc'),
  byId('oa_event', 'content_enc'),
  {
    table: 'message_rendering',
    column: 'body_enc',
    key: ['push_id', 'hash'],
    context: ([pushId = '', hash = '']) => renderingContext(pushId, hash),
  },
  byId('message_call', 'response_code_enc'),
  byId('card_tap', 'response_code_enc'),
  {
    table: 'attendance_settings',
    column: 'secret_enc',
    key: ['corp_id'],
    context: ([corpId = '']) => secretContext('attendance_settings', 'secret_enc', corpId),
  },
  {
    table: 'directory_settings',
    column: 'notices_enc',
    key: ['corp_id', 'version'],
    context: ([corpId = '', version = '']) => noticesContext(corpId, Number(version)),
  },
  {
    table: 'wecom_token',
    column: 'token_enc',
    key: ['corp_id', 'api_base_url', 'secret_fingerprint'],
    context: ([corpId = '', apiBaseUrl = '', secretFingerprint = '']) =>
      tokenContext({ corpId, apiBaseUrl, secretFingerprint }),
  },
];

const batchRows = 500;

/**
 * Encrypts everything anew under the newest key, in batches while the bridge runs. Interrupted, it goes on where it
 * was: what carries the newest key already is left alone.
 */
export async function rotateMasterKey(db: Database, secrets: SecretBox): Promise<RotationCount[]> {
  const counts: RotationCount[] = [];
  for (const column of sealedColumns) counts.push(await rotateColumn(db, secrets, column));
  // Last, because a process with the new key alone must not start before everything is readable to it.
  await rotateKeyCheck(db, secrets);
  return counts;
}

async function rotateColumn(db: Database, secrets: SecretBox, sealed: SealedColumn): Promise<RotationCount> {
  const { table, column, key, context } = sealed;
  let resealed = 0;
  let current = 0;
  let after: readonly string[] | undefined;
  const keyColumns = key.join(', ');
  for (;;) {
    const position: string =
      after === undefined
        ? ''
        : `AND (${keyColumns}) > (${key.map((_, index) => `$${index + 1}`).join(', ')})`;
    const { rows }: { rows: Record<string, string>[] } = await db.pool.query(
      `SELECT ${keyColumns}, ${column} AS sealed FROM ${table}
        WHERE ${column} IS NOT NULL ${position} ORDER BY ${keyColumns} LIMIT ${batchRows}`,
      after === undefined ? [] : [...after],
    );
    for (const row of rows) {
      const values = key.map((name) => row[name] ?? '');
      const before = row['sealed'] ?? '';
      if (secrets.isSealedWithNewestKey(before)) {
        current += 1;
        continue;
      }
      const anew = secrets.seal(secrets.open(before, context(values)), context(values));
      // Somebody may have changed the secret meanwhile: theirs is newer and carries the newest key already.
      const { rowCount } = await db.pool.query(
        `UPDATE ${table} SET ${column} = $1
          WHERE ${column} = $2 AND (${keyColumns}) = (${key.map((_, index) => `$${index + 3}`).join(', ')})`,
        [anew, before, ...values],
      );
      if (rowCount === 1) resealed += 1;
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < batchRows) break;
    after = key.map((name) => last[name] ?? '');
  }
  return { column: `${table}.${column}`, resealed, current };
}

async function rotateKeyCheck(db: Database, secrets: SecretBox): Promise<void> {
  const { rows } = await db.pool.query<{ sealed: string }>(
    `SELECT value #>> '{}' AS sealed FROM installation_fact WHERE name = $1`,
    [masterKeyFact],
  );
  const [row] = rows;
  if (row === undefined || secrets.isSealedWithNewestKey(row.sealed)) return;
  const anew = secrets.seal(secrets.open(row.sealed, masterKeyFactContext), masterKeyFactContext);
  await db.pool.query(
    `UPDATE installation_fact SET value = to_jsonb($1::text), updated_at = now() WHERE name = $2`,
    [anew, masterKeyFact],
  );
}
