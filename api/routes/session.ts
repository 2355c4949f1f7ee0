import { createHash } from 'node:crypto';
import { z } from 'zod';
import { apiTexts } from '../../i18n/api';
import { hashPassword, verifyPassword } from '../../store/password-hash';
import { callerNetwork } from '../addresses';
import { clearSessionCookie, hashToken, newToken, setSessionCookie } from '../authentication';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { ApiError, invalidField } from '../http-errors';
import type { Principal } from '../principal';
import * as schemas from '../schemas/session';
import { scopesOfRole } from '../scopes';

const loginWindowMs = 15 * 60_000;
const failuresPerNameAndAddress = 5;
const failuresPerAddress = 20;

export function sessionRoutes(deps: ApiDeps): Route[] {
  const { sessions, users, settings } = deps;
  const secure = settings.publicUrl.startsWith('https:');

  /** Always a new one: whoever planted or kept the browser's old cookie has nothing of it. */
  async function openSession(userId: string, before: Principal | undefined) {
    const user = await users.findUser(userId);
    if (user === undefined) throw loginLinkUsed();
    const token = newToken();
    const csrfToken = newToken();
    const expiresAt = new Date(Date.now() + settings.sessionHours * 3_600_000);
    await sessions.createSession({ tokenHash: hashToken(token), userId, csrfToken, expiresAt });
    if (before?.kind === 'user') await sessions.deleteSession(before.session.tokenHash);
    return {
      body: sessionBody({ user, csrfToken, expiresAt }),
      headers: { 'Set-Cookie': setSessionCookie(token, { secure, expiresAt }) },
    };
  }

  return [
    defineRoute({
      method: 'get',
      path: '/session',
      operationId: 'getSession',
      tag: 'Session',
      summary: 'Who is signed in to the console',
      access: 'signed-in',
      success: { status: 200, description: 'The session', schema: schemas.session },
      failures: { 403: 'An API token is not a person' },
      handler: async ({ principal }) => {
        const person = requirePerson(principal);
        return {
          body: sessionBody({
            user: person.user,
            csrfToken: person.session.csrfToken,
            expiresAt: person.session.expiresAt,
          }),
        };
      },
    }),

    defineRoute({
      method: 'post',
      path: '/session',
      operationId: 'signIn',
      tag: 'Session',
      summary: 'Sign in with login name and password',
      access: 'public',
      audit: 'session.sign-in',
      body: schemas.login,
      bodyLimitBytes: 4096,
      success: { status: 200, description: 'Signed in; the cookie is set', schema: schemas.session },
      failures: { 401: 'Name or password is wrong', 429: 'Too many failed logins' },
      handler: async ({ body, request, audit, principal }) => {
        const loginName = body.loginName.toLowerCase();
        audit.target = 'user:?';
        const network = callerNetwork(request.remoteIp);
        // With the address: who fails elsewhere must not lock the person out here.
        const byName = `name:${bucketOf(loginName)}|${network}`;
        const byAddress = `addr:${network}`;
        const { retryAfterMs } = await sessions.takeLoginAttempt(
          [
            { subject: byName, failures: failuresPerNameAndAddress },
            { subject: byAddress, failures: failuresPerAddress },
          ],
          loginWindowMs,
        );
        if (retryAfterMs > 0) throw tooManyLogins(retryAfterMs);
        const found = await users.findLogin(loginName);
        // People type passwords into the wrong box: only a name that exists is written down.
        if (found !== undefined) audit.target = `user:${found.user.loginName}`;
        const good = await verifyPassword(body.password, found?.passwordHash ?? null);
        if (!good || found === undefined || found.user.disabled) {
          throw new ApiError(401, 'login_failed', { text: apiTexts.loginFailed });
        }
        await sessions.returnLoginAttempt({ reset: byName, decrement: byAddress });
        audit.actor = `user:${found.user.loginName}`;
        return openSession(found.user.id, principal);
      },
    }),

    defineRoute({
      method: 'post',
      path: '/session/one-time',
      operationId: 'signInOnce',
      tag: 'Session',
      summary: 'Sign in with a one-time login link',
      access: 'public',
      audit: 'session.sign-in-once',
      body: schemas.oneTimeLogin,
      bodyLimitBytes: 4096,
      success: { status: 200, description: 'Signed in; the cookie is set', schema: schemas.session },
      failures: { 401: 'The link has expired or was used', 429: 'Too many failed logins' },
      handler: async ({ body, request, audit, principal }) => {
        // Looked at first: nobody guesses a link, and it is the way in for whom others' failures have locked out.
        const userId = await sessions.useOneTimeLogin(hashToken(body.token));
        if (userId === undefined) {
          const byAddress = `addr:${callerNetwork(request.remoteIp)}`;
          const { retryAfterMs } = await sessions.takeLoginAttempt(
            [{ subject: byAddress, failures: failuresPerAddress }],
            loginWindowMs,
          );
          throw retryAfterMs > 0 ? tooManyLogins(retryAfterMs) : loginLinkUsed();
        }
        const reply = await openSession(userId, principal);
        audit.actor = `user:${reply.body.user.loginName}`;
        audit.target = audit.actor;
        return reply;
      },
    }),

    defineRoute({
      method: 'delete',
      path: '/session',
      operationId: 'signOut',
      tag: 'Session',
      summary: 'Sign out',
      access: 'signed-in',
      audit: 'session.sign-out',
      success: { status: 204, description: 'Signed out', schema: z.undefined() },
      handler: async ({ principal }) => {
        await sessions.deleteSession(requirePerson(principal).session.tokenHash);
        return { body: undefined, headers: { 'Set-Cookie': clearSessionCookie({ secure }) } };
      },
    }),

    defineRoute({
      method: 'put',
      path: '/session/password',
      operationId: 'changePassword',
      tag: 'Session',
      summary: "Change one's own password; every other session of this person ends",
      access: 'signed-in',
      audit: 'session.change-password',
      body: schemas.passwordChange,
      bodyLimitBytes: 4096,
      success: { status: 204, description: 'Changed', schema: z.undefined() },
      failures: { 429: 'Too many wrong passwords' },
      handler: async ({ principal, body, audit }) => {
        const { user, session } = requirePerson(principal);
        audit.target = `user:${user.loginName}`;
        if (user.hasPassword) {
          if (body.currentPassword === undefined) {
            throw invalidField('currentPassword', apiTexts.currentPasswordRequired);
          }
          // A stolen session must not be a way to try passwords without a limit.
          const subject = `password:${user.id}`;
          const { retryAfterMs } = await sessions.takeLoginAttempt(
            [{ subject, failures: failuresPerNameAndAddress }],
            loginWindowMs,
          );
          if (retryAfterMs > 0) throw tooManyLogins(retryAfterMs);
          const stored = await users.passwordHashOf(user.id);
          if (!(await verifyPassword(body.currentPassword, stored))) {
            throw invalidField('currentPassword', apiTexts.currentPasswordWrong);
          }
          await sessions.returnLoginAttempt({ reset: subject, decrement: '' });
        }
        await users.setPasswordHash(user.id, await hashPassword(body.newPassword));
        await sessions.deleteSessionsOf(user.id, session.tokenHash);
        return { body: undefined };
      },
    }),
  ];
}

/** Enough to count by, too little to find out what was typed. */
function bucketOf(loginName: string): string {
  return createHash('sha256').update(loginName).digest('hex').slice(0, 4);
}

function sessionBody({
  user,
  csrfToken,
  expiresAt,
}: {
  readonly user: Extract<Principal, { kind: 'user' }>['user'];
  readonly csrfToken: string;
  readonly expiresAt: Date;
}) {
  const { id, loginName, displayName, role, hasPassword } = user;
  return {
    user: { id, loginName, displayName, role, hasPassword },
    scopes: [...scopesOfRole(role)],
    csrfToken,
    expiresAt: expiresAt.toISOString(),
  };
}

function requirePerson(principal: Principal): Extract<Principal, { kind: 'user' }> {
  if (principal.kind === 'user') return principal;
  throw new ApiError(403, 'forbidden', { text: apiTexts.userOnly });
}

function loginLinkUsed(): ApiError {
  return new ApiError(
    401,
    'login_failed',
    { text: apiTexts.loginLinkUsed },
    { advice: { text: apiTexts.loginLinkAdvice } },
  );
}

function tooManyLogins(retryAfterMs: number): ApiError {
  return new ApiError(
    429,
    'rate_limited',
    { text: apiTexts.tooManyLogins, params: { minutes: Math.ceil(retryAfterMs / 60_000) } },
    { headers: { 'Retry-After': String(Math.ceil(retryAfterMs / 1000)) } },
  );
}
