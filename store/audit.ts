import type { Database } from './database';

export type AuditResult = 'ok' | 'refused' | 'failed';

export type AuditDetail = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

export type NewAuditEntry = {
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly corpId: string | null;
  readonly result: AuditResult;
  readonly code: string | null;
  /** Names of changed fields and harmless values; never a secret, never a person's data. */
  readonly detail: AuditDetail;
  readonly remoteIp: string | null;
};

export type AuditEntry = NewAuditEntry & { readonly id: string; readonly at: Date };

export type AuditFilter = {
  readonly corpId?: string | undefined;
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
};

export interface AuditStore {
  record(entry: NewAuditEntry): Promise<void>;
  /** Newest first; `action` may be a prefix such as `corp.`. */
  list(filter: AuditFilter): Promise<{ items: AuditEntry[]; nextCursor: string | null }>;
}

export function createAuditStore({ prisma }: Database): AuditStore {
  return {
    async record(entry) {
      await prisma.auditEntry.create({ data: { ...entry, detail: entry.detail } });
    },

    async list({ corpId, actor, action, cursor, limit }) {
      const rows = await prisma.auditEntry.findMany({
        where: {
          ...(corpId === undefined ? {} : { corpId }),
          ...(actor === undefined ? {} : { actor }),
          ...(action === undefined
            ? {}
            : action.endsWith('.')
              ? { action: { startsWith: action } }
              : { action }),
          ...(cursor === undefined ? {} : { id: { lt: BigInt(cursor) } }),
        },
        orderBy: { id: 'desc' },
        take: limit + 1,
      });
      const page = rows.slice(0, limit);
      return {
        items: page.map((row) => ({
          ...row,
          id: row.id.toString(),
          result: row.result as AuditResult,
          detail: row.detail as AuditDetail,
        })),
        nextCursor: rows.length > limit ? (page.at(-1)?.id.toString() ?? null) : null,
      };
    },
  };
}
