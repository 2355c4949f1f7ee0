import { z } from 'zod';
import { apiTexts } from '../../i18n/api';
import { roles, scopes } from '../scopes';
import { id, matching, name, timestamp } from './common';

export const role = z.enum(roles);
export const scope = z.enum(scopes);

export const session = z
  .object({
    user: z.object({
      id,
      loginName: z.string(),
      displayName: z.string(),
      role,
      hasPassword: z.boolean(),
    }),
    scopes: z.array(scope),
    csrfToken: z.string(),
    expiresAt: timestamp,
  })
  .meta({ id: 'Session' });

export const login = z.strictObject({
  loginName: z.string().trim().min(1).max(64),
  password: z.string().min(1).max(200),
});

export const oneTimeLogin = z.strictObject({ token: z.string().min(1).max(200) });

export const passwordChange = z.strictObject({
  currentPassword: z.string().min(1).max(200).optional(),
  newPassword: z.string().min(12).max(200),
});

export const user = z
  .object({
    id,
    loginName: z.string(),
    displayName: z.string(),
    role,
    hasPassword: z.boolean(),
    wecomUserIds: z.record(z.string(), z.string()),
    disabled: z.boolean(),
    createdAt: timestamp,
  })
  .meta({ id: 'User' });

const wecomUserIds = z
  .record(z.string().min(1).max(64), z.string().min(1).max(64))
  .meta({ description: "The person's WeCom userid by corp (the bridge's corp id)." });

export const newUser = z.strictObject({
  loginName: matching(/^[a-z0-9][a-z0-9._@-]{1,63}$/, apiTexts.loginNameShape),
  displayName: name,
  role,
  wecomUserIds: wecomUserIds.optional(),
});

export const userChange = z.strictObject({
  displayName: name.optional(),
  role: role.optional(),
  wecomUserIds: wecomUserIds.optional(),
  disabled: z.boolean().optional(),
  password: z.null().optional().meta({
    description: 'null takes the password away; a one-time login then lets the person set a new one.',
  }),
});

export const oneTimeLoginLink = z.object({ url: z.string(), expiresAt: timestamp });

export const token = z
  .object({
    id,
    name: z.string(),
    prefix: z.string(),
    scopes: z.array(scope),
    createdAt: timestamp,
    createdBy: z.string(),
    expiresAt: timestamp.nullable(),
    lastUsedAt: timestamp.nullable(),
    revokedAt: timestamp.nullable(),
  })
  .meta({ id: 'ApiToken' });

export const newToken = z.strictObject({
  name,
  scopes: z.array(scope).min(1).max(scopes.length),
  expiresInDays: z.int().min(1).max(3650).optional(),
});

export const createdToken = token.extend({
  token: z.string().meta({ description: 'Shown this once.' }),
});
