import { z } from 'zod';
import { apiTexts } from '../../i18n/api';
import type { CorpCheckSummary } from '../../store/checks';
import { summarise } from '../../store/checks';
import type { AppRecord, CorpRecord } from '../../store/corps';
import type { RateLimits, WecomConnection } from '../../wecom';
import { normaliseApiBaseUrl } from '../../wecom';
import { bindUrl } from '../binding-pages';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { conflict, invalidField, notFound } from '../http-errors';
import * as schemas from '../schemas/corps';
import {
  assertApiAddressAllowed,
  assertAppWorks,
  assertContactsSecretWorks,
  assertWecomAnswers,
} from '../wecom-access';

export function corpRoutes(deps: ApiDeps): Route[] {
  const { corps, directorySettings, checks, runs, settings } = deps;
  const tag = 'Corps';

  /** Without the corp, a schedule would start runs for nobody. */
  async function removeSchedules(corp: CorpRecord): Promise<void> {
    const { document } = await directorySettings.currentSettings(corp.id);
    for (const direction of ['push', 'pull'] as const) {
      if (document[direction].schedule === null) continue;
      await deps.temporal.ensureSchedule(direction, corp.id, null);
    }
    for (const { id: ruleId, schedule } of await deps.attendanceRules.list(corp.id)) {
      if (schedule === null) continue;
      await deps.temporal.ensureAttendanceSchedule({ ruleId, corpId: corp.id, schedule: null });
    }
  }

  async function describe(corp: CorpRecord) {
    const [{ document }, check] = await Promise.all([
      directorySettings.currentSettings(corp.id),
      checks.lastCheck(corp.id),
    ]);
    return toCorp(
      corp,
      document.access,
      check === undefined ? undefined : summarise(check),
      settings.publicUrl,
    );
  }

  return [
    defineRoute({
      method: 'get',
      path: '/corps',
      operationId: 'listCorps',
      tag,
      summary: 'Connected corps with their apps',
      access: { scope: 'read' },
      success: {
        status: 200,
        description: 'All of them',
        schema: z.object({ items: z.array(schemas.corp), nextCursor: z.null() }),
      },
      handler: async () => {
        const [records, saved, summaries] = await Promise.all([
          corps.listCorps(),
          directorySettings.currentSettingsOfAll(),
          checks.lastCheckSummaries(),
        ]);
        const items = records.map((corp) =>
          toCorp(
            corp,
            saved.get(corp.id)?.document.access ?? 'read-only',
            summaries.get(corp.id),
            settings.publicUrl,
          ),
        );
        return { body: { items, nextCursor: null } };
      },
    }),

    defineRoute({
      method: 'post',
      path: '/corps',
      operationId: 'connectCorp',
      tag,
      summary: 'Connect a corp; its secret is tried out first',
      access: { scope: 'corps:write' },
      audit: 'corp.create',
      query: schemas.verifyQuery,
      body: schemas.newCorp,
      success: { status: 201, description: 'Connected', schema: schemas.corp },
      failures: { 409: 'Connected already', 502: 'WeCom can not be used at the moment' },
      handler: async ({ query, body, audit }) => {
        const given = body.apiBaseUrl ?? settings.defaultApiBaseUrl;
        await assertApiAddressAllowed(deps, {
          url: given,
          kind: body.kind,
          verify: query.verify && (body.contactsSecret !== undefined || body.apiBaseUrl !== undefined),
        });
        const apiBaseUrl = normaliseApiBaseUrl(given);
        const corp = { ...body, apiBaseUrl };
        if ((await corps.listCorps()).some((other) => isSame(other, corp))) {
          throw conflict('conflict', apiTexts.corpExists);
        }
        // Without a secret there is nothing to try out but an address that somebody typed in.
        if (query.verify && (body.contactsSecret !== undefined || body.apiBaseUrl !== undefined)) {
          const connection = {
            corpKey: `new:${body.corpId}`,
            corpId: body.corpId,
            kind: body.kind,
            apiBaseUrl,
          };
          await verify(deps, connection, body.contactsSecret, undefined);
        }
        const record = await corps.createCorp(corp);
        await deps.realCorpNotice();
        audit.corpId = record.id;
        audit.target = `corp:${record.id}`;
        audit.detail = { verified: query.verify };
        return { body: await describe(record), headers: { Location: `/api/v1/corps/${record.id}` } };
      },
    }),

    defineRoute({
      method: 'get',
      path: '/corps/{corpId}',
      operationId: 'getCorp',
      tag,
      summary: 'A corp with its apps',
      access: { scope: 'read' },
      params: schemas.corpParams,
      success: { status: 200, description: 'The corp', schema: schemas.corp },
      handler: async ({ params }) => ({ body: await describe(await requireCorp(deps, params.corpId)) }),
    }),

    defineRoute({
      method: 'patch',
      path: '/corps/{corpId}',
      operationId: 'changeCorp',
      tag,
      summary: 'Change a corp; null clears a value; what concerns the connection is tried out first',
      access: { scope: 'corps:write' },
      audit: 'corp.change',
      params: schemas.corpParams,
      query: schemas.verifyQuery,
      body: schemas.corpChange,
      success: { status: 200, description: 'Changed', schema: schemas.corp },
      failures: {
        409: 'Another corp has this corpId at this address',
        502: 'WeCom can not be used at the moment',
      },
      handler: async ({ params, query, body }) => {
        const before = await requireCorp(deps, params.corpId);
        const access = await corps.connectionOf(params.corpId);
        if (access === undefined) throw notFound();
        const kind = body.kind ?? before.kind;
        const given = body.apiBaseUrl ?? before.apiBaseUrl;
        await assertApiAddressAllowed(deps, { url: given, kind, verify: query.verify });
        const apiBaseUrl = normaliseApiBaseUrl(given);
        const connection = { ...access.connection, kind, apiBaseUrl };
        const moved = apiBaseUrl !== before.apiBaseUrl || kind !== before.kind;
        const contactsSecret =
          body.contactsSecret === undefined ? access.contactsSecret : (body.contactsSecret ?? undefined);
        if (query.verify && (moved || typeof body.contactsSecret === 'string')) {
          await verify(deps, connection, contactsSecret, access.apps[0]);
        }
        const record = await corps.updateCorp(params.corpId, { ...body, kind, apiBaseUrl });
        if (record === undefined) throw notFound();
        await deps.realCorpNotice();
        return { body: await describe(record) };
      },
    }),

    defineRoute({
      method: 'delete',
      path: '/corps/{corpId}',
      operationId: 'removeCorp',
      tag,
      summary: 'Remove a corp and everything the bridge knows of it; nothing changes in WeCom',
      access: { scope: 'corps:write' },
      audit: 'corp.delete',
      params: schemas.corpParams,
      query: z.object({
        confirm: z
          .string()
          .max(64)
          .optional()
          .meta({ description: "WeCom's corpId of the corp, typed again." }),
      }),
      success: { status: 204, description: 'Removed', schema: z.undefined() },
      failures: { 409: 'A run is open' },
      handler: async ({ params, query, audit }) => {
        const corp = await requireCorp(deps, params.corpId);
        audit.detail = { corpId: corp.corpId };
        if (query.confirm !== corp.corpId) {
          throw invalidField('confirm', apiTexts.confirmDeletion, { corpId: corp.corpId });
        }
        for (const direction of ['pull', 'push', 'attendance'] as const) {
          const open = await runs.openRunOf(corp.id, direction);
          if (open !== undefined) {
            throw conflict('run_open', apiTexts.corpHasOpenRun, { extra: { runId: open.id } });
          }
        }
        await removeSchedules(corp);
        if (!(await corps.deleteCorp(corp.id))) throw notFound();
        await deps.realCorpNotice();
        return { body: undefined };
      },
    }),

    defineRoute({
      method: 'get',
      path: '/corps/{corpId}/apps',
      operationId: 'listApps',
      tag,
      summary: 'Apps of a corp',
      access: { scope: 'read' },
      params: schemas.corpParams,
      success: {
        status: 200,
        description: 'All of them',
        schema: z.object({ items: z.array(schemas.app), nextCursor: z.null() }),
      },
      handler: async ({ params }) => {
        const { apps } = await requireCorp(deps, params.corpId);
        return { body: { items: apps.map((app) => toApp(app, settings.publicUrl)), nextCursor: null } };
      },
    }),

    defineRoute({
      method: 'post',
      path: '/corps/{corpId}/apps',
      operationId: 'addApp',
      tag,
      summary: 'Add a self-built app; it is tried out first',
      access: { scope: 'corps:write' },
      audit: 'app.create',
      params: schemas.corpParams,
      query: schemas.verifyQuery,
      body: schemas.newApp,
      success: { status: 201, description: 'Added', schema: schemas.app },
      failures: { 409: 'The corp has an app with this agentId', 502: 'WeCom can not be used at the moment' },
      handler: async ({ params, query, body, audit }) => {
        const corp = await requireCorp(deps, params.corpId);
        if (corp.apps.some(({ agentId }) => agentId === body.agentId)) {
          throw conflict('conflict', apiTexts.appExists);
        }
        if (query.verify) await assertAppWorks(deps, connectionOf(corp), body);
        const app = await corps.createApp(corp.id, body);
        audit.target = `corp:${corp.id} app:${app.id}`;
        audit.detail = { agentId: app.agentId, verified: query.verify };
        return {
          body: toApp(app, settings.publicUrl),
          headers: { Location: `/api/v1/corps/${corp.id}/apps/${app.id}` },
        };
      },
    }),

    defineRoute({
      method: 'get',
      path: '/corps/{corpId}/apps/{appId}',
      operationId: 'getApp',
      tag,
      summary: 'An app',
      access: { scope: 'read' },
      params: schemas.appParams,
      success: { status: 200, description: 'The app', schema: schemas.app },
      handler: async ({ params }) => {
        const app = requireApp(await requireCorp(deps, params.corpId), params.appId);
        return { body: toApp(app, settings.publicUrl) };
      },
    }),

    defineRoute({
      method: 'patch',
      path: '/corps/{corpId}/apps/{appId}',
      operationId: 'changeApp',
      tag,
      summary: 'Change an app; a new agentId or secret is tried out first',
      access: { scope: 'corps:write' },
      audit: 'app.change',
      params: schemas.appParams,
      query: schemas.verifyQuery,
      body: schemas.appChange,
      success: { status: 200, description: 'Changed', schema: schemas.app },
      failures: { 409: 'The corp has an app with this agentId', 502: 'WeCom can not be used at the moment' },
      handler: async ({ params, query, body }) => {
        const corp = await requireCorp(deps, params.corpId);
        const before = requireApp(corp, params.appId);
        if (query.verify && (body.agentId !== undefined || body.secret !== undefined)) {
          const access = await corps.connectionOf(corp.id);
          const secret = body.secret ?? access?.apps.find(({ appId }) => appId === before.id)?.secret;
          if (secret === undefined) throw notFound();
          await assertAppWorks(deps, connectionOf(corp), { agentId: body.agentId ?? before.agentId, secret });
        }
        const app = await corps.updateApp(corp.id, before.id, body);
        if (app === undefined) throw notFound();
        return { body: toApp(app, settings.publicUrl) };
      },
    }),

    defineRoute({
      method: 'delete',
      path: '/corps/{corpId}/apps/{appId}',
      operationId: 'removeApp',
      tag,
      summary: 'Remove an app; nothing changes in WeCom',
      description:
        'Message rules lose it as a target (one without targets sends nothing, and is listed so), and its pushes go from the log, those not sent yet included.',
      access: { scope: 'corps:write' },
      audit: 'app.delete',
      params: schemas.appParams,
      success: { status: 204, description: 'Removed', schema: z.undefined() },
      handler: async ({ params }) => {
        if (!(await corps.deleteApp(params.corpId, params.appId))) throw notFound();
        return { body: undefined };
      },
    }),
  ];
}

async function verify(
  deps: ApiDeps,
  connection: WecomConnection,
  contactsSecret: string | undefined,
  app: { readonly agentId: number; readonly secret: string } | undefined,
): Promise<void> {
  if (contactsSecret !== undefined) await assertContactsSecretWorks(deps, connection, contactsSecret);
  else if (app !== undefined) await assertAppWorks(deps, connection, app);
  else await assertWecomAnswers(deps, connection);
}

export async function requireCorp({ corps }: Pick<ApiDeps, 'corps'>, corpId: string): Promise<CorpRecord> {
  const corp = await corps.findCorp(corpId);
  if (corp === undefined) throw notFound();
  return corp;
}

function requireApp({ apps }: CorpRecord, appId: string): AppRecord {
  const app = apps.find(({ id }) => id === appId);
  if (app === undefined) throw notFound();
  return app;
}

function isSame(
  a: Pick<CorpRecord, 'corpId' | 'apiBaseUrl'>,
  b: Pick<CorpRecord, 'corpId' | 'apiBaseUrl'>,
): boolean {
  return a.corpId === b.corpId && a.apiBaseUrl === b.apiBaseUrl;
}

function connectionOf(corp: CorpRecord): WecomConnection {
  return {
    corpKey: corp.id,
    corpId: corp.corpId,
    kind: corp.kind,
    apiBaseUrl: corp.apiBaseUrl,
    rateLimits: corp.rateLimits,
  };
}

export function callbackUrl(publicUrl: string, key: string): string {
  return `${publicUrl}/callback/wecom/${key}`;
}

function toCorp(
  corp: CorpRecord,
  access: 'read-only' | 'read-write',
  check: CorpCheckSummary | undefined,
  publicUrl: string,
) {
  const { contactsCallbackKey, apps, createdAt, updatedAt, rateLimits, ...rest } = corp;
  return {
    ...rest,
    rateLimits: copyOf(rateLimits),
    contactsCallbackUrl: callbackUrl(publicUrl, contactsCallbackKey),
    access,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    lastCheck: check === undefined ? null : { ...check, at: check.at.toISOString() },
    apps: apps.map((app) => toApp(app, publicUrl)),
  };
}

function copyOf(limits: RateLimits) {
  return Object.fromEntries(Object.entries(limits).map(([api, windows]) => [api, { ...windows }]));
}

function toApp({ callbackKey, createdAt, updatedAt, ...app }: AppRecord, publicUrl: string) {
  return {
    ...app,
    callbackUrl: callbackUrl(publicUrl, callbackKey),
    bindUrl: bindUrl(publicUrl, app.id),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
