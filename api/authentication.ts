import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import type { ApiTokenStore } from '../store/api-tokens';
import type { SessionStore } from '../store/sessions';
import type { Principal } from './principal';
import { installationPrincipal } from './principal';
import { isScope, scopesOfRole } from './scopes';

export const sessionCookie = 'bridge_session';
export const csrfHeader = 'x-csrf-token';

/** What is stored of a token. Tokens are 32 random bytes, so an unsalted hash can't be guessed back. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('hex');
}

export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Compares in constant time, whatever the lengths. */
export function equalSecrets(given: string, expected: string): boolean {
  const hash = (value: string) => createHash('sha256').update(value, 'utf8').digest();
  return timingSafeEqual(hash(given), hash(expected));
}

export type Authenticator = (request: Request) => Promise<Principal | undefined>;

export function createAuthenticator({
  tokens,
  sessions,
  adminToken,
}: {
  readonly tokens: ApiTokenStore;
  readonly sessions: SessionStore;
  readonly adminToken: string | undefined;
}): Authenticator {
  return async (request) => {
    const authorization = request.get('authorization');
    // A token that is sent decides; a cookie beside it is not looked at.
    if (authorization !== undefined) {
      const token = /^Bearer +([\x21-\x7e]+)$/i.exec(authorization)?.[1];
      return token === undefined ? undefined : byToken(token);
    }
    const cookie = readCookie(request.get('cookie'), sessionCookie);
    return cookie === undefined ? undefined : bySession(cookie);
  };

  async function byToken(token: string): Promise<Principal | undefined> {
    if (adminToken !== undefined && equalSecrets(token, adminToken)) return installationPrincipal;
    const record = await tokens.useToken(hashToken(token));
    if (record === undefined) return undefined;
    return {
      kind: 'token',
      id: `token:${record.id}`,
      label: `token:${record.name}`,
      scopes: record.scopes.filter(isScope),
    };
  }

  async function bySession(cookie: string): Promise<Principal | undefined> {
    const session = await sessions.findSession(hashToken(cookie));
    if (session === undefined) return undefined;
    const { user, tokenHash, csrfToken, expiresAt } = session;
    return {
      kind: 'user',
      id: `user:${user.id}`,
      label: `user:${user.loginName}`,
      scopes: scopesOfRole(user.role),
      user,
      session: { tokenHash, csrfToken, expiresAt },
    };
  }
}

export function readCookie(header: string | undefined, name: string): string | undefined {
  return header
    ?.split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);
}

export function setSessionCookie(
  token: string,
  options: { readonly secure: boolean; readonly expiresAt: Date },
): string {
  return cookie(
    token,
    options.secure,
    Math.max(0, Math.floor((options.expiresAt.getTime() - Date.now()) / 1000)),
  );
}

export function clearSessionCookie(options: { readonly secure: boolean }): string {
  return cookie('', options.secure, 0);
}

function cookie(value: string, secure: boolean, maxAgeSeconds: number): string {
  return [
    `${sessionCookie}=${value}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Strict',
    `Max-Age=${maxAgeSeconds}`,
    ...(secure ? ['Secure'] : []),
  ].join('; ');
}
