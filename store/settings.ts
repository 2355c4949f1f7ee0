import type { DirectorySettings, MessageNotice, WebhookNotice } from '../domain/directory/settings';
import { completeSettings, defaultDirectorySettings } from '../domain/directory/settings';
import { syncsToOa } from '../domain/directory/oa-sync/master';
import { CursorInvalidError, decodeCursor, encodeCursor } from './cursors';
import type { Database } from './database';
import { followSettings } from './departure-hooks';
import { isUniqueViolation } from './errors';
import type { SecretBox } from './secrets';
import { secretContext } from './secrets';

export type SettingsVersion = {
  /** 0 while nothing was saved: the defaults. */
  readonly version: number;
  readonly document: DirectorySettings;
  readonly savedAt: Date | null;
  /** Id of the principal, for example `user:…`. */
  readonly savedBy: string | null;
};

export type SavedSettings = SettingsVersion & {
  /** Open departures that get another date, or their first one. */
  readonly departuresRedated: number;
};

/** The part of a notice's target that is kept sealed. */
export type NoticeSecret = { readonly url: string; readonly secret: string | null };

/** Where a notice goes, opened for sending. */
export type OpenNoticeTarget = OpenWebhook | MessageNotice;
export type OpenWebhook = Omit<WebhookNotice, 'url' | 'hasSecret'> & NoticeSecret;

/** Messages to members have nothing to hide. */
export function secretOf(target: OpenNoticeTarget): NoticeSecret | null {
  return target.kind === 'webhook' ? { url: target.url, secret: target.secret } : null;
}

/** Only one corp may have its directory synced into the OA. */
export class SyncToOaTakenError extends Error {
  constructor(
    /** The bridge's id of the corp that does. */
    readonly corpId: string,
  ) {
    super('Another corp is synced into the OA');
    this.name = 'SyncToOaTakenError';
  }
}

export interface SettingsStore {
  currentSettings(corpId: string): Promise<SettingsVersion>;
  currentSettingsOfAll(): Promise<ReadonlyMap<string, SettingsVersion>>;
  findVersion(corpId: string, version: number): Promise<SettingsVersion | undefined>;
  /** Newest first. */
  listVersions(
    corpId: string,
    page: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<{ items: SettingsVersion[]; nextCursor: string | null }>;
  /** `notices`: one for each of the document's, in the same order. Throws a SyncToOaTakenError. */
  saveSettings(
    corpId: string,
    document: DirectorySettings,
    savedBy: string,
    notices?: readonly (NoticeSecret | null)[],
  ): Promise<SavedSettings>;
  /** Of the version in force, or of another one. */
  noticeTargets(corpId: string, version?: number): Promise<OpenNoticeTarget[]>;
}

type Row = {
  version: number;
  document: unknown;
  savedBy: string;
  createdAt: Date;
};

export function noticesContext(corpId: string, version: number): string {
  return secretContext('directory_settings', 'notices_enc', `${corpId}/${version}`);
}

/** Enough to recognise an address one knows. */
export function shownUrl(url: string): string {
  return `${new URL(url).origin}/…`;
}

/** `secrets` may be left out where no notice is saved or sent. */
export function createSettingsStore({ prisma }: Database, secrets?: SecretBox): SettingsStore {
  const newest = (corpId: string) =>
    prisma.directorySettings.findFirst({ where: { corpId }, orderBy: { version: 'desc' } });

  const box = (): SecretBox => {
    if (secrets === undefined) throw new Error('The addresses of notices can not be opened here');
    return secrets;
  };

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

    async findVersion(corpId, version) {
      if (version === 0) return neverSaved;
      const row = await prisma.directorySettings.findUnique({
        where: { corpId_version: { corpId, version } },
      });
      return row === null ? undefined : toVersion(row);
    },

    async listVersions(corpId, { cursor, limit }) {
      const [after] = cursor === undefined ? [] : decodeCursor(cursor, 1);
      if (after !== undefined && !/^\d{1,9}$/.test(after)) throw new CursorInvalidError();
      const rows = await prisma.directorySettings.findMany({
        where: { corpId, ...(after === undefined ? {} : { version: { lt: Number(after) } }) },
        orderBy: { version: 'desc' },
        take: limit + 1,
      });
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      return {
        items: page.map(toVersion),
        nextCursor: last === undefined ? null : encodeCursor([String(last.version)]),
      };
    },

    async saveSettings(corpId, document, savedBy, notices = []) {
      if (notices.length !== document.notices.length) throw new Error('Notices without their addresses');
      const shown: DirectorySettings = {
        ...document,
        notices: document.notices.map((notice, index) => {
          if (notice.kind === 'message') return notice;
          const { url = notice.url, secret = null } = notices[index] ?? {};
          return { ...notice, url: shownUrl(url), hasSecret: secret !== null };
        }),
      };
      // Two administrators saving at once get two versions: the loser of the race takes the next number.
      for (;;) {
        const before = (await newest(corpId)) ?? undefined;
        const version = (before?.version ?? 0) + 1;
        const noticesEnc =
          notices.length === 0 ? null : box().seal(JSON.stringify(notices), noticesContext(corpId, version));
        try {
          return await prisma.$transaction(async (client) => {
            if (syncsToOa(document)) {
              // Two corps that are switched on at once come one after the other.
              await client.$executeRaw`SELECT pg_advisory_xact_lock(${syncToOaLock})`;
              const other = await otherSyncingCorp(client, corpId);
              if (other !== undefined) throw new SyncToOaTakenError(other);
            }
            const saved = await client.directorySettings.create({
              data: { corpId, version, document: shown, noticesEnc, savedBy },
            });
            const old = before === undefined ? neverSaved.document : toVersion(before).document;
            const departuresRedated = await followSettings(client, corpId, old, document);
            return { ...toVersion(saved), departuresRedated };
          }, redatingLimits);
        } catch (error) {
          if (!isUniqueViolation(error)) throw error;
        }
      }
    },

    async noticeTargets(corpId, version) {
      const row =
        version === undefined
          ? await newest(corpId)
          : await prisma.directorySettings.findUnique({ where: { corpId_version: { corpId, version } } });
      if (row === null || row.noticesEnc === null) return [];
      const opened = JSON.parse(
        box().open(row.noticesEnc, noticesContext(corpId, row.version)),
      ) as (NoticeSecret | null)[];
      const { document } = toVersion(row);
      return document.notices.flatMap((notice, index): OpenNoticeTarget[] => {
        if (notice.kind === 'message') return [notice];
        const { kind, name, events } = notice;
        const secret = opened[index];
        return secret == null ? [] : [{ kind, name, events, ...secret }];
      });
    },
  };
}

/** Of 100,000 departures every row is touched. */
const redatingLimits = { timeout: 120_000, maxWait: 10_000 };

/** Anything that no other lock of the bridge is called. */
const syncToOaLock = 7_120_012;

async function otherSyncingCorp(
  client: Pick<Database['prisma'], 'directorySettings'>,
  corpId: string,
): Promise<string | undefined> {
  const rows = await client.directorySettings.findMany({
    where: { corpId: { not: corpId } },
    distinct: ['corpId'],
    orderBy: [{ corpId: 'asc' }, { version: 'desc' }],
  });
  return rows.find(({ document }) => syncsToOa(completeSettings(document)))?.corpId;
}

const neverSaved: SettingsVersion = {
  version: 0,
  document: defaultDirectorySettings,
  savedAt: null,
  savedBy: null,
};

function toVersion(row: Row): SettingsVersion {
  // Written only through the schema of the API, perhaps by an earlier version of it.
  const document = completeSettings(row.document);
  return { version: row.version, document, savedAt: row.createdAt, savedBy: row.savedBy };
}
