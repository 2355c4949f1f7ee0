import { z } from 'zod';
import { bindingPageTexts } from '../../i18n/binding-pages';
import { hashPassword } from '../../store/password-hash';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { conflict, notFound } from '../http-errors';

const params = z.object({ userId: z.string().min(1).max(128) });
const password = z.strictObject({ password: z.string().min(8).max(200) });

/** Passwords of the embedded OA, with which its people show on the binding page that an account is theirs. */
export function oaPasswordRoutes({ oaPasswords, settings }: ApiDeps): Route[] {
  const tag = 'OA directory';
  const access = { scope: 'users:write' } as const;

  function assertOwnPasswords(): void {
    if (settings.oaAdapter !== 'embedded') {
      throw conflict('passwords_elsewhere', bindingPageTexts.passwordsElsewhere);
    }
  }

  return [
    defineRoute({
      method: 'put',
      path: '/oa/users/{userId}/password',
      operationId: 'setOaPassword',
      tag,
      summary: 'Give a person of the embedded OA a password',
      access,
      audit: 'oa-password.set',
      params,
      body: password,
      bodyLimitBytes: 4096,
      success: { status: 204, description: 'Set', schema: z.undefined() },
      failures: { 409: 'The OA is a system of its own' },
      handler: async ({ params: { userId }, body, principal, audit }) => {
        assertOwnPasswords();
        audit.target = `oa-user:${userId}`;
        const hash = await hashPassword(body.password);
        if (!(await oaPasswords.setPasswordHash({ oaUserId: userId, hash, setBy: principal.id }))) {
          throw notFound();
        }
        return { body: undefined };
      },
    }),

    defineRoute({
      method: 'delete',
      path: '/oa/users/{userId}/password',
      operationId: 'removeOaPassword',
      tag,
      summary: 'Take the password of a person of the embedded OA away',
      access,
      audit: 'oa-password.remove',
      params,
      success: { status: 204, description: 'Removed, or there was none', schema: z.undefined() },
      failures: { 409: 'The OA is a system of its own' },
      handler: async ({ params: { userId }, audit }) => {
        assertOwnPasswords();
        audit.target = `oa-user:${userId}`;
        if (!(await oaPasswords.deletePassword(userId))) throw notFound();
        return { body: undefined };
      },
    }),
  ];
}
