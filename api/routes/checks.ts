import { z } from 'zod';
import { judge } from '../doctor/judge';
import { probe } from '../doctor/probe';
import { renderCheck } from '../doctor/render';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { notFound } from '../http-errors';
import { id, timestamp } from '../schemas/common';
import { corpParams } from '../schemas/corps';
import type { WecomSession } from '../../wecom';
import { WecomAccessError } from '../../wecom';
import type { CorpAccess } from '../../store/corps';
import { askPublicIp, clientOf } from '../wecom-access';
import { requireCorp } from './corps';

const check = z
  .object({
    id,
    ok: z.boolean(),
    at: timestamp,
    checks: z.array(
      z.object({
        name: z.string().meta({ example: 'trusted-ip' }),
        ok: z.boolean(),
        skipped: z.boolean().optional().meta({ description: 'What it needs failed before it.' }),
        notApplicable: z.boolean().optional().meta({
          description:
            'With `ok`: there was nothing to look at; `message` says why, `advice` what to do if it is wanted.',
        }),
        errcode: z.int().optional(),
        message: z.string(),
        advice: z.string().optional(),
        app: z.object({ id, name: z.string() }).optional(),
      }),
    ),
  })
  .meta({ id: 'CorpCheck' });

const network = z
  .object({
    publicIp: z.string().nullable(),
    apiDomainIps: z.array(z.string()),
    callbackIps: z.array(z.string()),
    checkedAt: timestamp,
  })
  .meta({ id: 'CorpNetwork' });

export function checkRoutes(deps: ApiDeps): Route[] {
  const { corps, checks } = deps;
  const tag = 'Connection check';

  async function requireAccess(corpId: string) {
    const corp = await requireCorp(deps, corpId);
    const access = await corps.connectionOf(corp.id);
    if (access === undefined) throw notFound();
    return { corp, access };
  }

  return [
    defineRoute({
      method: 'post',
      path: '/corps/{corpId}/check',
      operationId: 'checkCorp',
      tag,
      summary: 'Try out the whole connection; says what to click where',
      access: { scope: 'runs:start' },
      audit: 'corp.check',
      params: corpParams,
      success: { status: 200, description: 'The findings', schema: check },
      handler: async ({ params, principal, request, audit }) => {
        const { corp, access } = await requireAccess(params.corpId);
        const judged = judge(await probe(deps, corp, access));
        const saved = await checks.saveCheck({ corpId: corp.id, ...judged, startedBy: principal.id });
        audit.detail = { ok: judged.ok, failed: judged.checks.filter(({ ok }) => !ok).length };
        return { body: renderCheck(saved, request.lang) };
      },
    }),

    defineRoute({
      method: 'get',
      path: '/corps/{corpId}/check',
      operationId: 'getLastCheck',
      tag,
      summary: 'The findings of the last check',
      access: { scope: 'read' },
      params: corpParams,
      success: { status: 200, description: 'The findings', schema: check },
      handler: async ({ params, request }) => {
        const corp = await requireCorp(deps, params.corpId);
        const last = await checks.lastCheck(corp.id);
        if (last === undefined) throw notFound();
        return { body: renderCheck(last, request.lang) };
      },
    }),

    defineRoute({
      method: 'get',
      path: '/corps/{corpId}/network',
      operationId: 'getNetwork',
      tag,
      summary: "The bridge's own public IP, WeCom's API IPs and callback IPs, for firewalls and trusted IPs",
      access: { scope: 'read' },
      params: corpParams,
      success: { status: 200, description: 'The addresses', schema: network },
      failures: { 502: 'WeCom can not be used at the moment' },
      handler: async ({ params }) => {
        const { access } = await requireAccess(params.corpId);
        const session = sessionOf(deps, access);
        const [{ publicIp }, apiDomainIps, callbackIps] = await Promise.all([
          askPublicIp(deps, access.connection),
          emptyWithoutAccess(session?.network.apiDomainIps()),
          emptyWithoutAccess(session?.network.callbackIps()),
        ]);
        return { body: { publicIp, apiDomainIps, callbackIps, checkedAt: new Date().toISOString() } };
      },
    }),
  ];
}

function sessionOf(
  deps: ApiDeps,
  { connection, contactsSecret, apps }: CorpAccess,
): WecomSession | undefined {
  const client = clientOf(deps, connection);
  const [app] = apps;
  if (app !== undefined) return client.as({ kind: 'app', agentId: app.agentId, secret: app.secret });
  return contactsSecret === undefined ? undefined : client.as({ kind: 'contacts', secret: contactsSecret });
}

/** The public IP is wanted most where WeCom refuses everything else because it does not trust this IP yet. */
async function emptyWithoutAccess(ips: Promise<string[]> | undefined): Promise<string[]> {
  try {
    return (await ips) ?? [];
  } catch (error) {
    if (error instanceof WecomAccessError) return [];
    throw error;
  }
}
