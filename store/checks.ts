import type { Database } from './database';
import type { Prisma } from './generated/client';

/** One answer of the connection doctor; its texts are made in the reader's language. */
export type StoredCheck = {
  readonly name: string;
  readonly ok: boolean;
  readonly errcode?: number;
  readonly text: string;
  readonly params?: Readonly<Record<string, string | number>>;
  readonly advice?: string;
  readonly app?: { readonly id: string; readonly name: string };
};

export type CorpCheckRecord = {
  readonly id: string;
  readonly corpId: string;
  readonly ok: boolean;
  readonly checks: readonly StoredCheck[];
  readonly at: Date;
};

export type CorpCheckSummary = {
  readonly id: string;
  readonly ok: boolean;
  readonly at: Date;
  readonly failed: number;
};

export interface CheckStore {
  saveCheck(check: {
    readonly corpId: string;
    readonly ok: boolean;
    readonly checks: readonly StoredCheck[];
    readonly startedBy: string;
  }): Promise<CorpCheckRecord>;
  lastCheck(corpId: string): Promise<CorpCheckRecord | undefined>;
  lastCheckSummaries(): Promise<ReadonlyMap<string, CorpCheckSummary>>;
}

type Row = Prisma.CorpCheckGetPayload<object>;

const keptPerCorp = 50;

export function createCheckStore({ prisma, pool }: Database): CheckStore {
  return {
    async saveCheck({ corpId, ok, checks, startedBy }) {
      const row = await prisma.corpCheck.create({
        data: { corpId, ok, checks: checks, startedBy },
      });
      await pool.query(
        `DELETE FROM corp_check WHERE corp_id = $1 AND id IN (
           SELECT id FROM corp_check WHERE corp_id = $1 ORDER BY created_at DESC OFFSET $2)`,
        [corpId, keptPerCorp],
      );
      return toRecord(row);
    },

    async lastCheck(corpId) {
      const row = await prisma.corpCheck.findFirst({ where: { corpId }, orderBy: { createdAt: 'desc' } });
      return row === null ? undefined : toRecord(row);
    },

    async lastCheckSummaries() {
      const rows = await prisma.corpCheck.findMany({
        distinct: ['corpId'],
        orderBy: [{ corpId: 'asc' }, { createdAt: 'desc' }],
      });
      return new Map(rows.map((row) => [row.corpId, summarise(toRecord(row))]));
    },
  };
}

export function summarise({ id, ok, at, checks }: CorpCheckRecord): CorpCheckSummary {
  return { id, ok, at, failed: checks.filter((check) => !check.ok).length };
}

function toRecord(row: Row): CorpCheckRecord {
  return {
    id: row.id,
    corpId: row.corpId,
    ok: row.ok,
    checks: row.checks as unknown as StoredCheck[],
    at: row.createdAt,
  };
}
