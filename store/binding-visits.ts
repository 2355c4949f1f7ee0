import type { Database } from './database';

/** Employees on their way through the binding page. Callers hash tokens; nothing here could be used to go on. */

export type NewVisit = {
  readonly stateHash: string;
  readonly browserHash: string;
  readonly corpId: string;
  readonly appId: string;
  readonly returnTo: string | null;
  readonly expiresAt: Date;
};

export type VisitRecord = {
  readonly stateHash: string;
  readonly corpId: string;
  readonly appId: string;
  readonly returnTo: string | null;
  /** Who it is, by WeCom's word; null until then. */
  readonly memberId: string | null;
};

export type VisitLookUp =
  | { readonly kind: 'open'; readonly visit: VisitRecord }
  /** The browser that began it may begin anew. */
  | { readonly kind: 'expired' | 'used'; readonly visit: VisitRecord }
  | { readonly kind: 'unknown' | 'other-browser' };

export interface BindingVisitStore {
  createVisit(visit: NewVisit): Promise<void>;
  /** Good once, in the browser that began the visit; another browser does not use it up. */
  beginExchange(stateHash: string, browserHash: string): Promise<VisitLookUp>;
  setMember(stateHash: string, memberId: string): Promise<void>;
  /** A visit whose member is known and who has not been bound yet. */
  findVisit(stateHash: string, browserHash: string): Promise<VisitLookUp>;
  endVisit(stateHash: string): Promise<void>;
  deleteExpired(): Promise<void>;
}

type VisitRow = {
  state_hash: string;
  browser_hash: string;
  corp_id: string;
  app_id: string;
  return_to: string | null;
  expired: boolean;
  exchanged: boolean;
  ended: boolean;
  member_id: string | null;
};

const columns = `state_hash, browser_hash, corp_id, app_id, return_to, expires_at <= now() AS expired,
  exchanged_at IS NOT NULL AS exchanged, ended_at IS NOT NULL AS ended, member_id`;

export function createBindingVisitStore({
  prisma,
  pool,
}: Pick<Database, 'prisma' | 'pool'>): BindingVisitStore {
  async function read(stateHash: string): Promise<VisitRow | undefined> {
    const { rows } = await pool.query<VisitRow>(
      `SELECT ${columns} FROM binding_visit WHERE state_hash = $1`,
      [stateHash],
    );
    return rows[0];
  }

  return {
    async createVisit(visit) {
      await prisma.bindingVisit.create({ data: visit });
    },

    async beginExchange(stateHash, browserHash) {
      const taken = await pool.query<VisitRow>(
        `UPDATE binding_visit SET exchanged_at = now()
         WHERE state_hash = $1 AND browser_hash = $2 AND exchanged_at IS NULL AND ended_at IS NULL AND expires_at > now()
         RETURNING ${columns}`,
        [stateHash, browserHash],
      );
      const [row] = taken.rows;
      if (row !== undefined) return { kind: 'open', visit: toVisit(row) };
      const known = await read(stateHash);
      if (known === undefined) return { kind: 'unknown' };
      return refusalOf(known, browserHash) ?? { kind: 'used', visit: toVisit(known) };
    },

    async setMember(stateHash, memberId) {
      await pool.query('UPDATE binding_visit SET member_id = $2 WHERE state_hash = $1', [
        stateHash,
        memberId,
      ]);
    },

    async findVisit(stateHash, browserHash) {
      const row = await read(stateHash);
      if (row === undefined || row.member_id === null) return { kind: 'unknown' };
      const refusal = refusalOf(row, browserHash);
      if (refusal !== undefined) return refusal;
      return { kind: row.ended ? 'used' : 'open', visit: toVisit(row) };
    },

    async endVisit(stateHash) {
      await pool.query('UPDATE binding_visit SET ended_at = now() WHERE state_hash = $1', [stateHash]);
    },

    async deleteExpired() {
      await pool.query(`DELETE FROM binding_visit WHERE expires_at < now() - interval '1 hour'`);
    },
  };
}

function refusalOf(row: VisitRow, browserHash: string): VisitLookUp | undefined {
  if (row.browser_hash !== browserHash) return { kind: 'other-browser' };
  return row.expired ? { kind: 'expired', visit: toVisit(row) } : undefined;
}

function toVisit(row: VisitRow): VisitRecord {
  return {
    stateHash: row.state_hash,
    corpId: row.corp_id,
    appId: row.app_id,
    returnTo: row.return_to,
    memberId: row.member_id,
  };
}
