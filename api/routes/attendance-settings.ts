import { attendanceTexts } from '../../i18n/attendance';
import type { AttendanceCredentialChange, AttendanceSettingsRecord } from '../../store/attendance-settings';
import type { CorpRecord } from '../../store/corps';
import type { CheckinCredential } from '../attendance/credential';
import { assertReadsCheckins, checkCredential, credentialKind } from '../attendance/credential';
import { notSetUp, viewSettings } from '../attendance/settings';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import { invalidField } from '../http-errors';
import * as schemas from '../schemas/attendance';
import { corpParams, verifyQuery } from '../schemas/corps';
import { requireCorp } from './corps';

/** With what check-in data is read, and where the corp's days begin. */
export function attendanceSettingsRoutes(deps: ApiDeps): Route[] {
  const { attendanceSettings, corps } = deps;
  const path = '/corps/{corpId}/attendance/settings';
  const tag = 'Attendance settings';
  const write = { scope: 'settings:write' } as const;
  const params = corpParams;

  return [
    defineRoute({
      method: 'get',
      path,
      operationId: 'getAttendanceSettings',
      tag,
      summary: 'With what check-in data is read, and where days begin',
      access: { scope: 'read' },
      params,
      success: { status: 200, description: 'The settings', schema: schemas.settings },
      handler: async ({ params: { corpId }, request: { lang } }) => {
        const corp = await requireCorp(deps, corpId);
        return { body: await viewSettings(deps, corp.id, await attendanceSettings.find(corp.id), lang) };
      },
    }),

    defineRoute({
      method: 'put',
      path,
      operationId: 'saveAttendanceSettings',
      tag,
      summary: 'Say with what check-in data is read; a credential is tried out first',
      description:
        'A self-built app of the corp (`appId`) that WeCom’s check-in app lets read, or the secret of that app itself, ' +
        'which WeCom takes from corps that had it before 2023-12-01.',
      access: write,
      audit: 'attendance-settings.save',
      params,
      query: verifyQuery,
      body: schemas.settingsChange,
      success: { status: 200, description: 'Saved', schema: schemas.settings },
      failures: { 502: 'WeCom can not be used at the moment' },
      handler: async ({ params: { corpId }, query, body, principal, request: { lang }, audit }) => {
        const corp = await requireCorp(deps, corpId);
        const { appId, secret, ...boundary } = body;
        const before = await attendanceSettings.find(corp.id);
        const change = changeOf(corp, before, { appId, secret });
        audit.target = `corp:${corp.id}`;
        audit.detail = { ...boundary, credential: change.kind, ...(appId === undefined ? {} : { appId }) };
        if (change.kind !== 'kept' && query.verify) {
          await assertReadsCheckins(deps, corp, await toCredential(corp, change));
        }
        const saved = await attendanceSettings.save(corp.id, {
          ...boundary,
          credential: change,
          ...(change.kind === 'kept' ? {} : { check: query.verify ? { ok: true } : null }),
          savedBy: principal.id,
        });
        return { body: await viewSettings(deps, corp.id, saved, lang) };
      },
    }),

    defineRoute({
      method: 'post',
      path: `${path}/check`,
      operationId: 'checkAttendanceCredential',
      tag,
      summary: 'Ask WeCom now whether it takes the saved credential',
      access: write,
      audit: 'attendance-settings.check',
      params,
      success: { status: 200, description: 'What came of it stands in `check`', schema: schemas.settings },
      failures: { 502: 'WeCom can not be used at the moment' },
      handler: async ({ params: { corpId }, request: { lang }, audit }) => {
        const corp = await requireCorp(deps, corpId);
        const credential = await attendanceSettings.credentialOf(corp.id);
        if (credential === undefined || credential.kind === 'contacts') throw notSetUp();
        const check = await checkCredential(deps, corp, credential);
        await attendanceSettings.noteCheck(corp.id, check);
        audit.detail = { ok: check.ok };
        return { body: await viewSettings(deps, corp.id, await attendanceSettings.find(corp.id), lang) };
      },
    }),
  ];

  async function toCredential(
    corp: CorpRecord,
    change: Exclude<AttendanceCredentialChange, { readonly kind: 'kept' }>,
  ): Promise<CheckinCredential> {
    if (change.kind === 'system-secret') return { kind: 'check-in', secret: change.secret };
    const app = (await corps.connectionOf(corp.id))?.apps.find(({ appId }) => appId === change.appId);
    if (app === undefined) throw invalidField('appId', attendanceTexts.appUnknown);
    return { kind: 'app', agentId: app.agentId, secret: app.secret };
  }
}

function changeOf(
  corp: CorpRecord,
  before: AttendanceSettingsRecord | undefined,
  { appId, secret }: { readonly appId: string | undefined; readonly secret: string | undefined },
): AttendanceCredentialChange {
  if (appId !== undefined && secret !== undefined) throw invalidField('secret', attendanceTexts.appOrSecret);
  if (secret !== undefined) return { kind: 'system-secret', secret };
  if (appId !== undefined) {
    if (!corp.apps.some(({ id }) => id === appId)) throw invalidField('appId', attendanceTexts.appUnknown);
    return { kind: 'app', appId };
  }
  if (before === undefined || credentialKind(before) === null) {
    throw invalidField('appId', attendanceTexts.credentialNeeded, undefined, {
      advice: { text: attendanceTexts.whichCredential },
    });
  }
  return { kind: 'kept' };
}
