import type { Database } from './database';
import type { Prisma } from './generated/client';
import type { SecretBox } from './secrets';
import { MasterKeyMissingError, SealedSecretDamagedError, secretContext } from './secrets';

export interface InstallationStore {
  readFact<T>(name: string): Promise<T | undefined>;
  saveFact(name: string, value: Prisma.InputJsonValue): Promise<void>;
}

export const masterKeyFact = 'master-key-check';
export const masterKeyFactContext = secretContext('installation_fact', 'value', masterKeyFact);

/** The database belongs to an installation with another master key. */
export class MasterKeyMismatchError extends Error {
  constructor(options?: ErrorOptions) {
    super(
      "BRIDGE_MASTER_KEY is not the key this database was made with, so its stored secrets can't be read. " +
        'Set the right key. Expected: 32 random bytes in Base64, during a rotation the new key first and the old one after a comma.',
      options,
    );
    this.name = 'MasterKeyMismatchError';
  }
}

export function createInstallationStore({ prisma }: Database): InstallationStore {
  return {
    async readFact<T>(name: string) {
      const row = await prisma.installationFact.findUnique({ where: { name } });
      return row === null ? undefined : (row.value as T);
    },
    async saveFact(name, value) {
      await prisma.installationFact.upsert({ where: { name }, create: { name, value }, update: { value } });
    },
  };
}

/** To be asked at start, so that a wrong key stops the process and never shows as a broken secret later. */
export async function assertMasterKeyFits(db: Database, secrets: SecretBox): Promise<void> {
  const sealed = secrets.seal('wecom-bridge', masterKeyFactContext);
  // Several processes may start on an empty database at once: the first one's row counts.
  await db.pool.query(
    `INSERT INTO installation_fact (name, value, updated_at) VALUES ($1, to_jsonb($2::text), now())
     ON CONFLICT (name) DO NOTHING`,
    [masterKeyFact, sealed],
  );
  const { rows } = await db.pool.query<{ value: string }>(
    `SELECT value #>> '{}' AS value FROM installation_fact WHERE name = $1`,
    [masterKeyFact],
  );
  const [row] = rows;
  if (row === undefined) return;
  try {
    secrets.open(row.value, masterKeyFactContext);
  } catch (error) {
    if (error instanceof MasterKeyMissingError || error instanceof SealedSecretDamagedError) {
      throw new MasterKeyMismatchError({ cause: error });
    }
    throw error;
  }
}
