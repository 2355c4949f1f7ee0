import type { Database } from './database';
import type { Prisma } from './generated/client';

export type ApiTokenRecord = {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly string[];
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
};

export interface ApiTokenStore {
  listTokens(): Promise<ApiTokenRecord[]>;
  createToken(token: {
    readonly name: string;
    readonly tokenHash: string;
    readonly prefix: string;
    readonly scopes: readonly string[];
    readonly createdBy: string;
    readonly expiresAt: Date | null;
  }): Promise<ApiTokenRecord>;
  /** Undefined when unknown, revoked or expired. */
  useToken(tokenHash: string): Promise<ApiTokenRecord | undefined>;
  revokeToken(id: string): Promise<ApiTokenRecord | undefined>;
}

type Row = Prisma.ApiTokenGetPayload<object>;

// A token in busy use would otherwise write its row with every request.
const lastUsedResolutionMs = 60_000;

export function createApiTokenStore({ prisma }: Database): ApiTokenStore {
  return {
    async listTokens() {
      return (await prisma.apiToken.findMany({ orderBy: { createdAt: 'desc' } })).map(toRecord);
    },

    async createToken({ scopes, ...token }) {
      return toRecord(await prisma.apiToken.create({ data: { ...token, scopes: [...scopes] } }));
    },

    async useToken(tokenHash) {
      const row = await prisma.apiToken.findUnique({ where: { tokenHash } });
      if (row === null || row.revokedAt !== null) return undefined;
      const now = new Date();
      if (row.expiresAt !== null && row.expiresAt <= now) return undefined;
      if (row.lastUsedAt === null || now.getTime() - row.lastUsedAt.getTime() > lastUsedResolutionMs) {
        await prisma.apiToken.updateMany({ where: { id: row.id }, data: { lastUsedAt: now } });
      }
      return toRecord(row);
    },

    async revokeToken(id) {
      await prisma.apiToken.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: new Date() } });
      const row = await prisma.apiToken.findUnique({ where: { id } });
      return row === null ? undefined : toRecord(row);
    },
  };
}

function toRecord({ tokenHash: _, ...row }: Row): ApiTokenRecord {
  return row;
}
