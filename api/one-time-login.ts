import { hashToken, newToken } from './authentication';
import type { ApiDeps } from './deps';

const lifetimeMs = 3_600_000;

/** A link that signs this person in, once, within the hour. */
export async function createOneTimeLogin(
  { sessions, settings }: Pick<ApiDeps, 'sessions' | 'settings'>,
  userId: string,
): Promise<{ url: string; expiresAt: Date }> {
  const token = newToken();
  const expiresAt = new Date(Date.now() + lifetimeMs);
  await sessions.createOneTimeLogin({ tokenHash: hashToken(token), userId, expiresAt });
  return { url: `${settings.publicUrl}/login?token=${token}`, expiresAt };
}
