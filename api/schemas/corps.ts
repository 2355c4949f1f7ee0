import { z } from 'zod';
import { apiTexts } from '../../i18n/api';
import { flag, id, matching, name, says, timestamp } from './common';

export const corpKind = z.enum(['public', 'private', 'government']);

export const secret = matching(/^[\x21-\x7e]{1,256}$/, apiTexts.secretShape);

export const callbackSecrets = z.strictObject({
  token: matching(/^[A-Za-z0-9]{1,32}$/, apiTexts.callbackTokenShape),
  encodingAesKey: matching(/^[A-Za-z0-9]{43}$/, apiTexts.aesKeyShape),
});

const apiBaseUrl = z
  .string()
  .max(300)
  .refine(
    (value) => /^https?:\/\/[^\s/]+/i.test(value) && URL.canParse(value),
    says(apiTexts.apiBaseUrlNotUrl),
  )
  .meta({ format: 'uri', example: 'https://qyapi.weixin.qq.com' });

const accountLimit = z.int().min(1).max(10_000_000);

const apiPath = matching(/^(\*|[a-z_]+(\/[a-z_]+)*)$/, apiTexts.fieldWrongFormat);
const perWindow = z.int().min(1).max(10_000_000).optional();
const rateLimits = z
  .record(apiPath, z.strictObject({ minute: perWindow, hour: perWindow, day: perWindow }))
  .meta({ description: "Lower limits than WeCom's published ones, by API path or `*`." });

export const newCorp = z.strictObject({
  name,
  corpId: matching(/^[A-Za-z0-9][\w-]{1,63}$/, apiTexts.corpIdShape).meta({ example: 'ww0123456789abcdef' }),
  kind: corpKind.default('public'),
  apiBaseUrl: apiBaseUrl.optional(),
  contactsSecret: secret.optional(),
  contactsCallback: callbackSecrets.optional(),
  accountLimit: accountLimit.optional(),
  rateLimits: rateLimits.optional(),
});

export const corpChange = z.strictObject({
  name: name.optional(),
  kind: corpKind.optional(),
  apiBaseUrl: apiBaseUrl.optional(),
  contactsSecret: secret.nullable().optional(),
  contactsCallback: callbackSecrets.nullable().optional(),
  accountLimit: accountLimit.nullable().optional(),
  rateLimits: rateLimits.nullable().optional(),
});

const agentId = z.int().min(1).max(2_147_483_647).meta({ example: 1000002 });

export const newApp = z.strictObject({
  name,
  agentId,
  secret,
  callback: callbackSecrets.optional(),
});

export const appChange = z.strictObject({
  name: name.optional(),
  agentId: agentId.optional(),
  secret: secret.optional(),
  callback: callbackSecrets.nullable().optional(),
});

export const app = z
  .object({
    id,
    corpId: id.meta({ description: "The bridge's own id of the corp." }),
    name: z.string(),
    agentId: z.int(),
    callbackUrl: z.string(),
    callbackConfigured: z.boolean(),
    bindUrl: z
      .string()
      .meta({ description: 'The page on which employees bind; the home page to set for the app in WeCom.' }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'App' });

export const lastCheck = z.object({ id, ok: z.boolean(), at: timestamp, failed: z.int() }).nullable();

export const corp = z
  .object({
    id,
    name: z.string(),
    corpId: z.string(),
    kind: corpKind,
    apiBaseUrl: z.string(),
    hasContactsSecret: z.boolean(),
    contactsCallbackUrl: z.string(),
    contactsCallbackConfigured: z.boolean(),
    accountLimit: z.int().nullable(),
    rateLimits: z.record(
      z.string(),
      z.object({ minute: z.int().optional(), hour: z.int().optional(), day: z.int().optional() }),
    ),
    isDemo: z.boolean(),
    access: z.enum(['read-only', 'read-write']),
    createdAt: timestamp,
    updatedAt: timestamp,
    lastCheck,
    apps: z.array(app),
  })
  .meta({ id: 'Corp' });

export const corpParams = z.object({ corpId: id });
export const appParams = z.object({ corpId: id, appId: id });

export const verifyQuery = z.object({
  verify: flag.default(true).meta({ description: 'false saves without asking WeCom, to prepare offline.' }),
});
