import type { EmbeddedLogin } from '../oa/embedded-sign-in';
import type { Database } from './database';

/** Passwords of the embedded OA's people, as hashes. */
export interface OaPasswordStore {
  /** Case does not matter. Of several with one login name, as departed people may have, whoever is still there. */
  findLogin(loginName: string): Promise<EmbeddedLogin | undefined>;
  /** False when the OA does not know the user. */
  setPasswordHash(password: {
    readonly oaUserId: string;
    readonly hash: string;
    /** Id of a principal. */
    readonly setBy: string;
  }): Promise<boolean>;
  /** False when the OA does not know the user; without a password nothing changes. */
  deletePassword(oaUserId: string): Promise<boolean>;
}

type LoginRow = { id: string; status: string; hash: string | null };

export function createOaPasswordStore({ pool }: Pick<Database, 'pool'>): OaPasswordStore {
  return {
    async findLogin(loginName) {
      const { rows } = await pool.query<LoginRow>(
        `SELECT u.id, u.status, p.hash FROM oa_user u LEFT JOIN oa_password p ON p.oa_user_id = u.id
         WHERE lower(u.login_id) = lower($1) ORDER BY u.status = 'active' DESC, u.id LIMIT 1`,
        [loginName],
      );
      const [row] = rows;
      if (row === undefined) return undefined;
      return {
        userId: row.id,
        status: row.status === 'active' ? 'active' : 'departed',
        passwordHash: row.hash,
      };
    },

    async setPasswordHash({ oaUserId, hash, setBy }) {
      const { rowCount } = await pool.query(
        `INSERT INTO oa_password (oa_user_id, hash, set_by)
         SELECT id, $2, $3 FROM oa_user WHERE id = $1
         ON CONFLICT (oa_user_id) DO UPDATE SET hash = excluded.hash, set_by = excluded.set_by, set_at = now()`,
        [oaUserId, hash, setBy],
      );
      return rowCount === 1;
    },

    async deletePassword(oaUserId) {
      const { rows } = await pool.query<{ known: boolean }>(
        `WITH gone AS (DELETE FROM oa_password WHERE oa_user_id = $1 RETURNING 1)
         SELECT EXISTS (SELECT FROM oa_user WHERE id = $1) AS known`,
        [oaUserId],
      );
      return rows[0]?.known ?? false;
    },
  };
}
