import { apiTexts } from '../../i18n/api';
import type { DirectorySettings } from '../../domain/directory/settings';
import type { CorpRecord } from '../../store/corps';
import type { SettingsVersion } from '../../store/settings';
import type { Route } from '../define-route';
import { defineRoute } from '../define-route';
import type { ApiDeps } from '../deps';
import type { FieldProblem } from '../http-errors';
import { invalid, invalidField } from '../http-errors';
import * as schemas from '../schemas/directory-settings';
import { corpParams, verifyQuery } from '../schemas/corps';
import { labelOf } from '../principal';
import { clientOf, probeWriteRight } from '../wecom-access';
import { requireCorp } from './corps';

export function directorySettingsRoutes(deps: ApiDeps): Route[] {
  const { directorySettings } = deps;
  const path = '/corps/{corpId}/directory/settings';
  const tag = 'Directory settings';

  return [
    defineRoute({
      method: 'get',
      path,
      operationId: 'getDirectorySettings',
      tag,
      summary: 'The settings in force',
      access: { scope: 'read' },
      params: corpParams,
      success: { status: 200, description: 'The newest version', schema: schemas.savedDirectorySettings },
      handler: async ({ params }) => {
        const corp = await requireCorp(deps, params.corpId);
        return { body: await toVersion(deps, await directorySettings.currentSettings(corp.id)) };
      },
    }),

    defineRoute({
      method: 'put',
      path,
      operationId: 'saveDirectorySettings',
      tag,
      summary: 'Save a new version; what the body leaves out takes its default',
      access: { scope: 'settings:write' },
      audit: 'directory-settings.save',
      params: corpParams,
      query: verifyQuery,
      body: schemas.directorySettingsBody,
      bodyLimitBytes: 4 * 1024 * 1024,
      success: { status: 200, description: 'The version saved', schema: schemas.savedDirectorySettings },
      failures: { 502: 'WeCom can not be used at the moment' },
      handler: async ({ params, query, body, principal, audit }) => {
        const corp = await requireCorp(deps, params.corpId);
        const document = schemas.toDirectorySettings(body);
        const problems = await unknownReferences(deps, corp, document);
        if (document.pull.syncToOa && document.master !== 'wecom') {
          problems.push({ path: 'pull.syncToOa', said: { text: apiTexts.syncToOaNeedsWecomMaster } });
        }
        if (problems.length > 0) throw invalid(problems);
        const before = await directorySettings.currentSettings(corp.id);
        if (document.access === 'read-write') {
          await assertMayWrite(deps, corp, query.verify && before.document.access !== 'read-write');
        }
        const saved = await directorySettings.saveSettings(corp.id, document, principal.id);
        audit.detail = { version: saved.version, access: document.access, master: document.master };
        return { body: await toVersion(deps, saved) };
      },
    }),
  ];
}

async function assertMayWrite(deps: ApiDeps, corp: CorpRecord, verify: boolean): Promise<void> {
  const access = await deps.corps.connectionOf(corp.id);
  const advice = { advice: { text: apiTexts.readWriteAdvice } };
  if (access?.contactsSecret === undefined) {
    throw invalidField('access', apiTexts.readWriteNeedsSecret, undefined, advice);
  }
  if (!verify) return;
  const right = await probeWriteRight(clientOf(deps, access.connection), access.contactsSecret);
  if (right === 'refused') throw invalidField('access', apiTexts.readWriteRefused, undefined, advice);
}

/** A scope that names nobody would quietly be an empty scope. */
async function unknownReferences(
  { oa, mirror }: Pick<ApiDeps, 'oa' | 'mirror'>,
  corp: CorpRecord,
  { appId, push }: DirectorySettings,
): Promise<FieldProblem[]> {
  const problems: FieldProblem[] = [];
  if (appId !== null && !corp.apps.some(({ id }) => id === appId)) {
    problems.push({ path: 'appId', said: { text: apiTexts.unknownApp } });
  }
  const { scope } = push;
  const unknown = await oa.unknownIds({
    subcompanies: scope.subcompanies,
    departments: scope.departments,
    users: [...scope.includeUsers, ...scope.excludeUsers],
  });
  const lists = [
    {
      name: 'subcompanies',
      ids: scope.subcompanies,
      missing: unknown.subcompanies,
      text: apiTexts.unknownOaSubcompany,
    },
    {
      name: 'departments',
      ids: scope.departments,
      missing: unknown.departments,
      text: apiTexts.unknownOaDepartment,
    },
    { name: 'includeUsers', ids: scope.includeUsers, missing: unknown.users, text: apiTexts.unknownOaUser },
    { name: 'excludeUsers', ids: scope.excludeUsers, missing: unknown.users, text: apiTexts.unknownOaUser },
  ];
  for (const { name, ids, missing, text } of lists) {
    const gone = new Set(missing);
    ids.forEach((id, index) => {
      if (gone.has(id))
        problems.push({ path: `push.scope.${name}.${index}`, said: { text, params: { id } } });
    });
  }
  return [...problems, ...(await unknownInWecom(mirror, corp.id, push))];
}

/** Only what has been read can be compared with: before the first pull every id may be right. */
async function unknownInWecom(
  mirror: ApiDeps['mirror'],
  corpId: string,
  push: DirectorySettings['push'],
): Promise<FieldProblem[]> {
  const { departments, members } = await mirror.counts(corpId);
  const problems: FieldProblem[] = [];
  const { topDepartmentId } = push;
  if (departments > 0 && topDepartmentId !== null) {
    const known = (await mirror.listDepartments(corpId)).some(
      ({ departmentId, goneAt }) => departmentId === topDepartmentId && goneAt === null,
    );
    if (!known) {
      problems.push({
        path: 'push.topDepartmentId',
        said: { text: apiTexts.unknownDepartment, params: { id: topDepartmentId } },
      });
    }
  }
  if (members > 0) {
    const lists = [
      { path: 'push.approval.approvers', userIds: push.approval.approvers },
      { path: 'push.guard.protectedUsers', userIds: push.guard.protectedUsers },
    ];
    for (const { path, userIds } of lists) {
      for (const [index, userId] of userIds.entries()) {
        if ((await mirror.findMember(corpId, userId)) !== undefined) continue;
        problems.push({
          path: `${path}.${index}`,
          said: { text: apiTexts.unknownMember, params: { id: userId } },
        });
      }
    }
  }
  return problems;
}

async function toVersion(
  deps: Pick<ApiDeps, 'principals'>,
  { version, document, savedAt, savedBy }: SettingsVersion,
) {
  const labels = await deps.principals.labelsOf(savedBy === null ? [] : [savedBy]);
  return {
    ...schemas.directorySettings.parse(document),
    version,
    savedAt: savedAt?.toISOString() ?? null,
    savedBy: savedBy === null ? null : labelOf(savedBy, labels),
  };
}
