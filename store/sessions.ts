import type { ConsoleUserRecord, Role } from './console-users';
import type { Database } from './database';

export type SessionRecord = {
  readonly tokenHash: string;
  readonly csrfToken: string;
  readonly expiresAt: Date;
  readonly user: ConsoleUserRecord;
};

export type LoginLimit = { readonly subject: string; readonly failures: number };

/** Callers hash tokens; nothing here could be used to sign in. */
export interface SessionStore {
  createSession(session: {
    readonly tokenHash: string;
    readonly userId: string;
    readonly csrfToken: string;
    readonly expiresAt: Date;
  }): Promise<void>;
  /** Undefined when unknown, expired, or the user is disabled. */
  findSession(tokenHash: string): Promise<SessionRecord | undefined>;
  deleteSession(tokenHash: string): Promise<void>;
  deleteSessionsOf(userId: string, except?: string): Promise<void>;
  createOneTimeLogin(login: {
    readonly tokenHash: string;
    readonly userId: string;
    readonly expiresAt: Date;
  }): Promise<void>;
  /** The user's id, once. */
  useOneTimeLogin(tokenHash: string): Promise<string | undefined>;
  /**
   * Counts a login for each subject before its password is looked at, so that many at once can't slip through.
   * Answers how long to wait when one of them has no attempts left.
   */
  takeLoginAttempt(
    limits: readonly LoginLimit[],
    windowMs: number,
  ): Promise<{ readonly retryAfterMs: number }>;
  /** A good login gives its attempts back. */
  returnLoginAttempt(subjects: { readonly reset: string; readonly decrement: string }): Promise<void>;
  deleteExpired(): Promise<void>;
}

type SessionRow = {
  token_hash: string;
  csrf_token: string;
  expires_at: Date;
  id: string;
  login_name: string;
  display_name: string;
  role: Role;
  has_password: boolean;
  wecom_user_ids: Record<string, string>;
  created_at: Date;
};

export function createSessionStore({ prisma, pool }: Database): SessionStore {
  return {
    async createSession(session) {
      await prisma.consoleSession.create({ data: session });
    },

    async findSession(tokenHash) {
      const { rows } = await pool.query<SessionRow>(
        `SELECT s.token_hash, s.csrf_token, s.expires_at, u.id, u.login_name, u.display_name, u.role,
                u.password_hash IS NOT NULL AS has_password, u.wecom_user_ids, u.created_at
           FROM console_session s JOIN console_user u ON u.id = s.user_id
          WHERE s.token_hash = $1 AND s.expires_at > now() AND u.disabled_at IS NULL`,
        [tokenHash],
      );
      const [row] = rows;
      if (row === undefined) return undefined;
      return {
        tokenHash: row.token_hash,
        csrfToken: row.csrf_token,
        expiresAt: row.expires_at,
        user: {
          id: row.id,
          loginName: row.login_name,
          displayName: row.display_name,
          role: row.role,
          hasPassword: row.has_password,
          wecomUserIds: row.wecom_user_ids,
          disabled: false,
          createdAt: row.created_at,
        },
      };
    },

    async deleteSession(tokenHash) {
      await prisma.consoleSession.deleteMany({ where: { tokenHash } });
    },

    async deleteSessionsOf(userId, except) {
      await prisma.consoleSession.deleteMany({
        where: { userId, ...(except === undefined ? {} : { tokenHash: { not: except } }) },
      });
    },

    async createOneTimeLogin(login) {
      await prisma.oneTimeLogin.create({ data: login });
    },

    async useOneTimeLogin(tokenHash) {
      const { rows } = await pool.query<{ user_id: string }>(
        `UPDATE one_time_login l SET used_at = now()
           FROM console_user u
          WHERE l.token_hash = $1 AND l.used_at IS NULL AND l.expires_at > now()
            AND u.id = l.user_id AND u.disabled_at IS NULL
      RETURNING l.user_id`,
        [tokenHash],
      );
      return rows[0]?.user_id;
    },

    async takeLoginAttempt(limits, windowMs) {
      let retryAfterMs = 0;
      for (const { subject, failures } of limits) {
        const { rows } = await pool.query<{ failures: number; left_ms: string }>(
          `INSERT INTO login_attempt AS a (subject, failures, window_start) VALUES ($1, 1, now())
           ON CONFLICT (subject) DO UPDATE SET
             failures = CASE WHEN a.window_start < now() - $2 * interval '1 millisecond' THEN 1 ELSE a.failures + 1 END,
             window_start = CASE WHEN a.window_start < now() - $2 * interval '1 millisecond' THEN now()
                                 ELSE a.window_start END
           RETURNING failures,
             extract(epoch FROM window_start + $2 * interval '1 millisecond' - now()) * 1000 AS left_ms`,
          [subject, windowMs],
        );
        const [row] = rows;
        if (row !== undefined && row.failures > failures) {
          retryAfterMs = Math.max(retryAfterMs, Math.ceil(Number(row.left_ms)), 1);
        }
      }
      return { retryAfterMs };
    },

    async returnLoginAttempt({ reset, decrement }) {
      await pool.query('DELETE FROM login_attempt WHERE subject = $1', [reset]);
      await pool.query('UPDATE login_attempt SET failures = greatest(failures - 1, 0) WHERE subject = $1', [
        decrement,
      ]);
    },

    async deleteExpired() {
      await pool.query('DELETE FROM console_session WHERE expires_at < now()');
      await pool.query('DELETE FROM one_time_login WHERE expires_at < now()');
      await pool.query(`DELETE FROM login_attempt WHERE window_start < now() - interval '1 day'`);
    },
  };
}
