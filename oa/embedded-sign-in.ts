import type { OaSignIn } from './port';

export type EmbeddedLogin = {
  readonly userId: string;
  readonly status: 'active' | 'departed';
  /** Null while the person has no password. */
  readonly passwordHash: string | null;
};

/** The embedded OA keeps its people's passwords, as hashes, in the bridge's own database. */
export function createEmbeddedSignIn({
  findLogin,
  verifyPassword,
}: {
  readonly findLogin: (loginName: string) => Promise<EmbeddedLogin | undefined>;
  /** Takes as long for a missing hash as for a wrong password. */
  readonly verifyPassword: (password: string, hash: string | null) => Promise<boolean>;
}): OaSignIn {
  return {
    async checkPassword({ loginName, password }) {
      const login = await findLogin(loginName);
      const isRight = await verifyPassword(password, login?.passwordHash ?? null);
      if (!isRight || login === undefined) return { kind: 'rejected', reason: 'wrong-password' };
      // Only who knows the password learns that the account is closed.
      if (login.status === 'departed') return { kind: 'rejected', reason: 'departed' };
      return { kind: 'accepted', userId: login.userId };
    },
  };
}
