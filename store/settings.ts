import type { DirectorySettings } from '../domain/directory/settings';
import { defaultDirectorySettings } from '../domain/directory/settings';
import type { Database } from './database';
import { isUniqueViolation } from './errors';
import type { Prisma } from './generated/client';

export type SettingsVersion = {
  /** 0 while nothing was saved: the defaults. */
  readonly version: number;
  readonly document: DirectorySettings;
  readonly savedAt: Date | null;
  /** Id of the principal, for example `user:…`. */
  readonly savedBy: string | null;
};

export interface SettingsStore {
  currentSettings(corpId: string): Promise<SettingsVersion>;
  currentSettingsOfAll(): Promise<ReadonlyMap<string, SettingsVersion>>;
  saveSettings(corpId: string, document: DirectorySettings, savedBy: string): Promise<SettingsVersion>;
}

type Row = { version: number; document: Prisma.JsonValue; savedBy: string; createdAt: Date };

export function createSettingsStore({ prisma }: Database): SettingsStore {
  const newest = (corpId: string) =>
    prisma.directorySettings.findFirst({ where: { corpId }, orderBy: { version: 'desc' } });

  return {
    async currentSettings(corpId) {
      const row = await newest(corpId);
      return row === null ? neverSaved : toVersion(row);
    },

    async currentSettingsOfAll() {
      const rows = await prisma.directorySettings.findMany({
        distinct: ['corpId'],
        orderBy: [{ corpId: 'asc' }, { version: 'desc' }],
      });
      return new Map(rows.map((row) => [row.corpId, toVersion(row)]));
    },

    async saveSettings(corpId, document, savedBy) {
      // Two administrators saving at once get two versions: the loser of the race takes the next number.
      for (;;) {
        const version = ((await newest(corpId))?.version ?? 0) + 1;
        try {
          const row = await prisma.directorySettings.create({
            data: { corpId, version, document: document, savedBy },
          });
          return toVersion(row);
        } catch (error) {
          if (!isUniqueViolation(error)) throw error;
        }
      }
    },
  };
}

const neverSaved: SettingsVersion = {
  version: 0,
  document: defaultDirectorySettings,
  savedAt: null,
  savedBy: null,
};

function toVersion(row: Row): SettingsVersion {
  // Written only through the schema of the API, with every default filled in.
  const document = row.document as unknown as DirectorySettings;
  return { version: row.version, document, savedAt: row.createdAt, savedBy: row.savedBy };
}
