import { z } from 'zod';
import { apiTexts } from '../../i18n/api';
import type { ConsoleUserRecord, Role } from '../../store/console-users';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { ApiError, notFound } from '../http-errors';
import { createOneTimeLogin } from '../one-time-login';
import type { Principal } from '../principal';
import { id } from '../schemas/common';
import * as schemas from '../schemas/session';
import { scopesOfRole } from '../scopes';

const userParams = z.object({ userId: id });

export function userRoutes(deps: ApiDeps): Route[] {
  const { users } = deps;
  const access = { scope: 'users:write' } as const;
  const tag = 'Users';

  return [
    defineRoute({
      method: 'get',
      path: '/users',
      operationId: 'listUsers',
      tag,
      summary: 'People who may sign in to the console',
      access,
      success: {
        status: 200,
        description: 'All of them',
        schema: z.object({ items: z.array(schemas.user) }),
      },
      handler: async () => ({ body: { items: (await users.listUsers()).map(toUser) } }),
    }),

    defineRoute({
      method: 'post',
      path: '/users',
      operationId: 'createUser',
      tag,
      summary: 'Add a person; they sign in first with a one-time link',
      access,
      audit: 'user.create',
      body: schemas.newUser,
      success: { status: 201, description: 'Added', schema: schemas.user },
      failures: { 409: 'The login name is taken' },
      handler: async ({ body, principal, audit }) => {
        audit.target = `user:${body.loginName}`;
        audit.detail = { role: body.role };
        assertWithinOwnRights(principal, body.role);
        const user = await users.createUser(body);
        return { body: toUser(user), headers: { Location: `/api/v1/users/${user.id}` } };
      },
    }),

    defineRoute({
      method: 'patch',
      path: '/users/{userId}',
      operationId: 'changeUser',
      tag,
      summary: 'Change name, role, WeCom userids; disable; take the password away',
      access,
      audit: 'user.change',
      params: userParams,
      body: schemas.userChange,
      success: { status: 200, description: 'Changed', schema: schemas.user },
      failures: { 409: 'The last enabled administrator must stay one' },
      handler: async ({ params, body, principal, audit }) => {
        const { password, ...change } = body;
        audit.detail = {
          ...(change.role === undefined ? {} : { role: change.role }),
          ...(change.disabled === undefined ? {} : { disabled: change.disabled }),
        };
        const { role } = await requireUser(params.userId);
        assertWithinOwnRights(principal, role);
        assertWithinOwnRights(principal, change.role ?? role);
        const user = await users.updateUser(params.userId, { ...change, clearPassword: password === null });
        if (user === undefined) throw notFound();
        audit.target = `user:${user.loginName}`;
        return { body: toUser(user) };
      },
    }),

    defineRoute({
      method: 'delete',
      path: '/users/{userId}',
      operationId: 'deleteUser',
      tag,
      summary: 'Remove a person; their sessions end at once',
      access,
      audit: 'user.delete',
      params: userParams,
      success: { status: 204, description: 'Removed', schema: z.undefined() },
      failures: { 409: 'The last enabled administrator must stay one' },
      handler: async ({ params, principal, audit }) => {
        const user = await requireUser(params.userId);
        audit.target = `user:${user.loginName}`;
        assertWithinOwnRights(principal, user.role);
        if (!(await users.deleteUser(params.userId))) throw notFound();
        return { body: undefined };
      },
    }),

    defineRoute({
      method: 'post',
      path: '/users/{userId}/one-time-login',
      operationId: 'createOneTimeLogin',
      tag,
      summary: 'Make a link that signs this person in once, within the hour',
      access,
      audit: 'user.one-time-login',
      params: userParams,
      success: { status: 201, description: 'The link', schema: schemas.oneTimeLoginLink },
      handler: async ({ params, principal, audit }) => {
        const user = await requireUser(params.userId);
        audit.target = `user:${user.loginName}`;
        assertWithinOwnRights(principal, user.role);
        const { url, expiresAt } = await createOneTimeLogin(deps, user.id);
        return { body: { url, expiresAt: expiresAt.toISOString() } };
      },
    }),
  ];

  async function requireUser(userId: string): Promise<ConsoleUserRecord> {
    const user = await users.findUser(userId);
    if (user === undefined) throw notFound();
    return user;
  }
}

/** Whoever could make an administrator, or a login of one, would be one. */
function assertWithinOwnRights(principal: Principal, role: Role): void {
  const beyond = scopesOfRole(role).find((scope) => !principal.scopes.includes(scope));
  if (beyond === undefined) return;
  throw new ApiError(403, 'forbidden', { text: apiTexts.roleBeyondOwn, params: { scope: beyond } });
}

function toUser(user: ConsoleUserRecord) {
  return { ...user, wecomUserIds: { ...user.wecomUserIds }, createdAt: user.createdAt.toISOString() };
}
