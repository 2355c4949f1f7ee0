import { z } from 'zod';
import { apiTexts } from '../../i18n/api';
import { hashPassword, verifyPassword } from '../../store/password-hash';
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

  async function openSession(userId: string) {
    const user = await users.findUser(userId);
    if (user === undefined) throw loginLinkUsed();
    const token = newToken();
    const csrfToken = newToken();
    const expiresAt = new Date(Date.now() + settings.sessionHours * 3_600_000);
    await sessions.createSession({ tokenHash: hashToken(token), userId, csrfToken, expiresAt });
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
      handler: async ({ body, request, audit }) => {
        const loginName = body.loginName.toLowerCase();
        audit.target = `user:${loginName}`;
        const byName = `name:${loginName}|${request.remoteIp}`;
        const byAddress = `addr:${request.remoteIp}`;
        const { retryAfterMs } = await sessions.takeLoginAttempt(
          [
            { subject: byName, failures: failuresPerNameAndAddress },
            { subject: byAddress, failures: failuresPerAddress },
          ],
          loginWindowMs,
        );
        if (retryAfterMs > 0) throw tooManyLogins(retryAfterMs);
        const found = await users.findLogin(loginName);
        const good = await verifyPassword(body.password, found?.passwordHash ?? null);
        if (!good || found === undefined || found.user.disabled) {
          throw new ApiError(401, 'login_failed', { text: apiTexts.loginFailed });
        }
        await sessions.returnLoginAttempt({ reset: byName, decrement: byAddress });
        audit.actor = `user:${found.user.loginName}`;
        return openSession(found.user.id);
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
      handler: async ({ body, request, audit }) => {
        const byAddress = `addr:${request.remoteIp}`;
        const { retryAfterMs } = await sessions.takeLoginAttempt(
          [{ subject: byAddress, failures: failuresPerAddress }],
          loginWindowMs,
        );
        if (retryAfterMs > 0) throw tooManyLogins(retryAfterMs);
        const userId = await sessions.useOneTimeLogin(hashToken(body.token));
        if (userId === undefined) throw loginLinkUsed();
        await sessions.returnLoginAttempt({ reset: '', decrement: byAddress });
        const reply = await openSession(userId);
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
      handler: async ({ principal, body, request, audit }) => {
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
          await sessions.returnLoginAttempt({ reset: subject, decrement: `addr:${request.remoteIp}` });
        }
        await users.setPasswordHash(user.id, await hashPassword(body.newPassword));
        await sessions.deleteSessionsOf(user.id, session.tokenHash);
        return { body: undefined };
      },
    }),
  ];
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
