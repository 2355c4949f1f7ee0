import { z } from 'zod';
import { apiTexts } from '../../i18n/api';
import type { ApiTokenRecord } from '../../store/api-tokens';
import { hashToken, newToken } from '../authentication';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { ApiError, notFound } from '../http-errors';
import { id } from '../schemas/common';
import * as schemas from '../schemas/session';
import { isScope } from '../scopes';

/** Tells tokens of the bridge from others, for people and for secret scanners. */
const tokenPrefix = 'wcb_';
const shownCharacters = tokenPrefix.length + 6;
const dayMs = 86_400_000;

export function tokenRoutes({ tokens }: ApiDeps): Route[] {
  const access = { scope: 'tokens:write' } as const;
  const tag = 'API tokens';

  return [
    defineRoute({
      method: 'get',
      path: '/tokens',
      operationId: 'listTokens',
      tag,
      summary: 'API tokens, revoked and expired ones included',
      access,
      success: {
        status: 200,
        description: 'All of them',
        schema: z.object({ items: z.array(schemas.token) }),
      },
      handler: async () => ({ body: { items: (await tokens.listTokens()).map(toToken) } }),
    }),

    defineRoute({
      method: 'post',
      path: '/tokens',
      operationId: 'createToken',
      tag,
      summary: 'Make an API token; it is shown this once',
      access,
      audit: 'token.create',
      body: schemas.newToken,
      success: { status: 201, description: 'The token', schema: schemas.createdToken },
      handler: async ({ body, principal, audit }) => {
        const beyond = body.scopes.find((scope) => !principal.scopes.includes(scope));
        if (beyond !== undefined) {
          throw new ApiError(403, 'forbidden', { text: apiTexts.scopeBeyondOwn, params: { scope: beyond } });
        }
        const token = tokenPrefix + newToken();
        const record = await tokens.createToken({
          name: body.name,
          tokenHash: hashToken(token),
          prefix: token.slice(0, shownCharacters),
          scopes: [...new Set(body.scopes)],
          createdBy: principal.label,
          expiresAt:
            body.expiresInDays === undefined ? null : new Date(Date.now() + body.expiresInDays * dayMs),
        });
        audit.target = `token:${record.id}`;
        audit.detail = { scopes: record.scopes };
        return { body: { ...toToken(record), token }, headers: { Location: `/api/v1/tokens/${record.id}` } };
      },
    }),

    defineRoute({
      method: 'delete',
      path: '/tokens/{tokenId}',
      operationId: 'revokeToken',
      tag,
      summary: 'Revoke an API token',
      access,
      audit: 'token.revoke',
      params: z.object({ tokenId: id }),
      success: { status: 204, description: 'Revoked', schema: z.undefined() },
      handler: async ({ params }) => {
        if ((await tokens.revokeToken(params.tokenId)) === undefined) throw notFound();
        return { body: undefined };
      },
    }),
  ];
}

function toToken({ createdAt, expiresAt, lastUsedAt, revokedAt, scopes, ...record }: ApiTokenRecord) {
  return {
    ...record,
    scopes: scopes.filter(isScope),
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null,
  };
}
