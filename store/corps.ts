import { randomBytes, randomUUID } from 'node:crypto';
import type { RateLimits, WecomConnection } from '../wecom';
import { removeAttendance } from './attendance-removal';
import { takeAttendanceTurn } from './attendance-turn';
import type { Database } from './database';
import { isUniqueViolation } from './errors';
import type { Prisma } from './generated/client';
import type { SecretBox } from './secrets';
import { secretContext } from './secrets';

export type CorpKind = 'public' | 'private' | 'government';

export type AppRecord = {
  readonly id: string;
  /** The bridge's own corp id. */
  readonly corpId: string;
  readonly name: string;
  readonly agentId: number;
  readonly callbackKey: string;
  readonly callbackConfigured: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

export type CorpRecord = {
  readonly id: string;
  readonly name: string;
  /** WeCom's corp id (ww…). */
  readonly corpId: string;
  readonly kind: CorpKind;
  readonly apiBaseUrl: string;
  readonly hasContactsSecret: boolean;
  readonly contactsCallbackKey: string;
  readonly contactsCallbackConfigured: boolean;
  readonly accountLimit: number | null;
  readonly rateLimits: RateLimits;
  readonly isDemo: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly apps: readonly AppRecord[];
};

export type CallbackSecrets = { readonly token: string; readonly encodingAesKey: string };

export type NewCorp = {
  readonly name: string;
  readonly corpId: string;
  readonly kind: CorpKind;
  readonly apiBaseUrl: string;
  readonly contactsSecret?: string | undefined;
  readonly contactsCallback?: CallbackSecrets | undefined;
  readonly accountLimit?: number | undefined;
  readonly rateLimits?: RateLimits | undefined;
  readonly isDemo?: boolean | undefined;
};

/** `undefined` leaves a value alone, `null` clears it. */
export type CorpChange = {
  readonly name?: string | undefined;
  readonly kind?: CorpKind | undefined;
  readonly apiBaseUrl?: string | undefined;
  readonly contactsSecret?: string | null | undefined;
  readonly contactsCallback?: CallbackSecrets | null | undefined;
  readonly accountLimit?: number | null | undefined;
  readonly rateLimits?: RateLimits | null | undefined;
};

export type NewApp = {
  readonly name: string;
  readonly agentId: number;
  readonly secret: string;
  readonly callback?: CallbackSecrets | undefined;
};

export type AppChange = {
  readonly name?: string | undefined;
  readonly agentId?: number | undefined;
  readonly secret?: string | undefined;
  readonly callback?: CallbackSecrets | null | undefined;
};

export type CorpAccess = {
  readonly connection: WecomConnection;
  readonly contactsSecret?: string;
  readonly apps: readonly {
    readonly appId: string;
    readonly agentId: number;
    readonly name: string;
    readonly secret: string;
  }[];
};

/** Where a callback address leads; `secrets` is absent while the callback is not configured. */
export type CallbackTarget = {
  readonly corp: CorpRecord;
  readonly app: AppRecord | null;
  readonly secrets?: CallbackSecrets;
};

export class CorpExistsError extends Error {
  constructor() {
    super('This corp is already connected at this API address');
    this.name = 'CorpExistsError';
  }
}

export class AppExistsError extends Error {
  constructor() {
    super('This corp already has an app with this agentId');
    this.name = 'AppExistsError';
  }
}

export interface CorpStore {
  listCorps(): Promise<CorpRecord[]>;
  findCorp(id: string): Promise<CorpRecord | undefined>;
  createCorp(corp: NewCorp): Promise<CorpRecord>;
  updateCorp(id: string, change: CorpChange): Promise<CorpRecord | undefined>;
  deleteCorp(id: string): Promise<boolean>;
  createApp(corpId: string, app: NewApp): Promise<AppRecord>;
  updateApp(corpId: string, appId: string, change: AppChange): Promise<AppRecord | undefined>;
  deleteApp(corpId: string, appId: string): Promise<boolean>;
  /** Everything needed to call WeCom for this corp, secrets included: never to be logged or answered. */
  connectionOf(corpId: string): Promise<CorpAccess | undefined>;
  findCallback(callbackKey: string): Promise<CallbackTarget | undefined>;
}

type AppRow = Prisma.AppGetPayload<object>;
type CorpRow = Prisma.CorpGetPayload<{ include: { apps: true } }>;

const withApps = { apps: { orderBy: { createdAt: 'asc' } } } satisfies Prisma.CorpInclude;

export function createCorpStore(db: Database, secrets: SecretBox): CorpStore {
  const { prisma } = db;

  const sealIn =
    (table: 'corp' | 'app', id: string) =>
    (column: string, plain: string): string =>
      secrets.seal(plain, secretContext(table, column, id));

  function openCallback(
    table: 'corp' | 'app',
    id: string,
    columns: readonly [tokenColumn: string, aesColumn: string],
    sealed: readonly [token: string | null, aes: string | null],
  ): CallbackSecrets | undefined {
    const [token, aes] = sealed;
    if (token === null || aes === null) return undefined;
    return {
      token: secrets.open(token, secretContext(table, columns[0], id)),
      encodingAesKey: secrets.open(aes, secretContext(table, columns[1], id)),
    };
  }

  const store: CorpStore = {
    async listCorps() {
      const rows = await prisma.corp.findMany({ include: withApps, orderBy: { createdAt: 'asc' } });
      return rows.map(toCorpRecord);
    },

    async findCorp(id) {
      const row = await prisma.corp.findUnique({ where: { id }, include: withApps });
      return row === null ? undefined : toCorpRecord(row);
    },

    async createCorp(corp) {
      const id = randomUUID();
      const seal = sealIn('corp', id);
      try {
        const row = await prisma.corp.create({
          data: {
            id,
            name: corp.name,
            corpId: corp.corpId,
            kind: corp.kind,
            apiBaseUrl: corp.apiBaseUrl,
            contactsSecretEnc:
              corp.contactsSecret === undefined ? null : seal('contacts_secret_enc', corp.contactsSecret),
            contactsCallbackKey: newCallbackKey(),
            contactsCallbackTokenEnc:
              corp.contactsCallback === undefined
                ? null
                : seal('contacts_callback_token_enc', corp.contactsCallback.token),
            contactsCallbackAesEnc:
              corp.contactsCallback === undefined
                ? null
                : seal('contacts_callback_aes_enc', corp.contactsCallback.encodingAesKey),
            accountLimit: corp.accountLimit ?? null,
            rateLimits: corp.rateLimits ?? {},
            isDemo: corp.isDemo ?? false,
          },
          include: withApps,
        });
        return toCorpRecord(row);
      } catch (error) {
        if (isUniqueViolation(error)) throw new CorpExistsError();
        throw error;
      }
    },

    async updateCorp(id, change) {
      const seal = sealIn('corp', id);
      const data: Prisma.CorpUpdateInput = {
        ...given('name', change.name),
        ...given('kind', change.kind),
        ...given('apiBaseUrl', change.apiBaseUrl),
        ...given('accountLimit', change.accountLimit),
        ...given(
          'rateLimits',
          change.rateLimits === undefined ? undefined : ((change.rateLimits ?? {}) as Prisma.InputJsonObject),
        ),
        ...given(
          'contactsSecretEnc',
          sealed(change.contactsSecret, (plain) => seal('contacts_secret_enc', plain)),
        ),
        ...given(
          'contactsCallbackTokenEnc',
          sealed(change.contactsCallback, ({ token }) => seal('contacts_callback_token_enc', token)),
        ),
        ...given(
          'contactsCallbackAesEnc',
          sealed(change.contactsCallback, ({ encodingAesKey }) =>
            seal('contacts_callback_aes_enc', encodingAesKey),
          ),
        ),
      };
      try {
        const { count } = await prisma.corp.updateMany({ where: { id }, data });
        return count === 0 ? undefined : await store.findCorp(id);
      } catch (error) {
        if (isUniqueViolation(error)) throw new CorpExistsError();
        throw error;
      }
    },

    async deleteCorp(id) {
      const corp = await prisma.corp.findUnique({
        where: { id },
        select: { corpId: true, apiBaseUrl: true },
      });
      if (corp === null) return false;
      return db.transaction(async (client) => {
        // A reading that is just being stored comes first; the next one finds its run gone.
        await takeAttendanceTurn(client, id);
        await removeAttendance(client, id);
        const { rowCount } = await client.query('DELETE FROM corp WHERE id = $1', [id]);
        await client.query('DELETE FROM wecom_token WHERE corp_id = $1 AND api_base_url = $2', [
          corp.corpId,
          corp.apiBaseUrl,
        ]);
        return rowCount === 1;
      });
    },

    async createApp(corpId, app) {
      const id = randomUUID();
      const seal = sealIn('app', id);
      try {
        const row = await prisma.app.create({
          data: {
            id,
            corpId,
            name: app.name,
            agentId: app.agentId,
            secretEnc: seal('secret_enc', app.secret),
            callbackKey: newCallbackKey(),
            callbackTokenEnc:
              app.callback === undefined ? null : seal('callback_token_enc', app.callback.token),
            callbackAesEnc:
              app.callback === undefined ? null : seal('callback_aes_enc', app.callback.encodingAesKey),
          },
        });
        return toAppRecord(row);
      } catch (error) {
        if (isUniqueViolation(error)) throw new AppExistsError();
        throw error;
      }
    },

    async updateApp(corpId, appId, change) {
      const seal = sealIn('app', appId);
      const data: Prisma.AppUpdateManyMutationInput = {
        ...given('name', change.name),
        ...given('agentId', change.agentId),
        ...given('secretEnc', change.secret === undefined ? undefined : seal('secret_enc', change.secret)),
        ...given(
          'callbackTokenEnc',
          sealed(change.callback, ({ token }) => seal('callback_token_enc', token)),
        ),
        ...given(
          'callbackAesEnc',
          sealed(change.callback, ({ encodingAesKey }) => seal('callback_aes_enc', encodingAesKey)),
        ),
      };
      try {
        const { count } = await prisma.app.updateMany({ where: { id: appId, corpId }, data });
        if (count === 0) return undefined;
      } catch (error) {
        if (isUniqueViolation(error)) throw new AppExistsError();
        throw error;
      }
      const row = await prisma.app.findUnique({ where: { id: appId } });
      return row === null ? undefined : toAppRecord(row);
    },

    async deleteApp(corpId, appId) {
      const { count } = await prisma.app.deleteMany({ where: { id: appId, corpId } });
      return count > 0;
    },

    async connectionOf(corpId) {
      const row = await prisma.corp.findUnique({ where: { id: corpId }, include: withApps });
      if (row === null) return undefined;
      return {
        connection: {
          corpKey: row.id,
          corpId: row.corpId,
          kind: row.kind,
          apiBaseUrl: row.apiBaseUrl,
          rateLimits: row.rateLimits as RateLimits,
        },
        ...(row.contactsSecretEnc === null
          ? {}
          : {
              contactsSecret: secrets.open(
                row.contactsSecretEnc,
                secretContext('corp', 'contacts_secret_enc', row.id),
              ),
            }),
        apps: row.apps.map((app) => ({
          appId: app.id,
          agentId: app.agentId,
          name: app.name,
          secret: secrets.open(app.secretEnc, secretContext('app', 'secret_enc', app.id)),
        })),
      };
    },

    async findCallback(callbackKey) {
      const app = await prisma.app.findUnique({
        where: { callbackKey },
        include: { corp: { include: withApps } },
      });
      if (app !== null) {
        const { corp, ...appRow } = app;
        const opened = openCallback(
          'app',
          app.id,
          ['callback_token_enc', 'callback_aes_enc'],
          [app.callbackTokenEnc, app.callbackAesEnc],
        );
        return {
          corp: toCorpRecord(corp),
          app: toAppRecord(appRow),
          ...(opened === undefined ? {} : { secrets: opened }),
        };
      }
      const corp = await prisma.corp.findUnique({
        where: { contactsCallbackKey: callbackKey },
        include: withApps,
      });
      if (corp === null) return undefined;
      const opened = openCallback(
        'corp',
        corp.id,
        ['contacts_callback_token_enc', 'contacts_callback_aes_enc'],
        [corp.contactsCallbackTokenEnc, corp.contactsCallbackAesEnc],
      );
      return { corp: toCorpRecord(corp), app: null, ...(opened === undefined ? {} : { secrets: opened }) };
    },
  };
  return store;
}

/** Part of a public address: long enough not to be guessed. */
function newCallbackKey(): string {
  return randomBytes(18).toString('base64url');
}

function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: V });
}

function sealed<T extends string | CallbackSecrets>(
  value: T | null | undefined,
  seal: (value: T) => string,
): string | null | undefined {
  if (value === undefined) return undefined;
  return value === null ? null : seal(value);
}

function toCorpRecord(row: CorpRow): CorpRecord {
  return {
    id: row.id,
    name: row.name,
    corpId: row.corpId,
    kind: row.kind,
    apiBaseUrl: row.apiBaseUrl,
    hasContactsSecret: row.contactsSecretEnc !== null,
    contactsCallbackKey: row.contactsCallbackKey,
    contactsCallbackConfigured: row.contactsCallbackTokenEnc !== null && row.contactsCallbackAesEnc !== null,
    accountLimit: row.accountLimit,
    rateLimits: row.rateLimits as RateLimits,
    isDemo: row.isDemo,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    apps: row.apps.map(toAppRecord),
  };
}

function toAppRecord(row: AppRow): AppRecord {
  return {
    id: row.id,
    corpId: row.corpId,
    name: row.name,
    agentId: row.agentId,
    callbackKey: row.callbackKey,
    callbackConfigured: row.callbackTokenEnc !== null && row.callbackAesEnc !== null,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}
