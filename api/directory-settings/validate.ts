import { compileExpression } from '../../domain/directory/expression';
import { syncsToOa } from '../../domain/directory/oa-sync/master';
import type { DirectorySettings, FieldMapping } from '../../domain/directory/settings';
import { pullableMemberFields } from '../../domain/directory/settings';
import { apiTexts } from '../../i18n/api';
import { pushApiTexts } from '../../i18n/push-api';
import type { CorpRecord } from '../../store/corps';
import type { ApiDeps } from '../deps';
import type { FieldProblem } from '../http-errors';
import { invalidField } from '../http-errors';
import { clientOf, probeWriteRight } from '../wecom-access';

/** What the schema can't know: whether what a document names is there, and whether its expressions compile. */
export async function problemsOf(
  deps: Pick<ApiDeps, 'oa' | 'mirror' | 'directorySettings' | 'corps'>,
  corp: CorpRecord,
  document: DirectorySettings,
): Promise<FieldProblem[]> {
  const { push, pull, master } = document;
  const problems: FieldProblem[] = [
    ...(await unknownReferences(deps, corp, document)),
    ...unknownTargets(push.fieldMapping),
    ...wrongExpressions(push.fieldMapping, 'push.fieldMapping'),
    ...wrongExpressions(push.externalMapping, 'push.externalMapping'),
    ...unknownSources(pull.fieldMapping),
    ...wrongExpressions(pull.fieldMapping, 'pull.fieldMapping'),
  ];
  if (pull.syncToOa && master !== 'wecom') {
    problems.push({ path: 'pull.syncToOa', said: { text: apiTexts.syncToOaNeedsWecomMaster } });
  }
  if (syncsToOa(document)) problems.push(...(await syncProblems(deps, corp, document)));
  return problems;
}

async function syncProblems(
  { directorySettings, corps }: Pick<ApiDeps, 'directorySettings' | 'corps'>,
  corp: CorpRecord,
  { pull }: DirectorySettings,
): Promise<FieldProblem[]> {
  const problems = ['loginId', 'name'].flatMap((field): FieldProblem[] =>
    pull.fieldMapping.some(({ to }) => to === field)
      ? []
      : [{ path: 'pull.fieldMapping', said: { text: pushApiTexts.pulledFieldMissing, params: { field } } }],
  );
  const others = await directorySettings.currentSettingsOfAll();
  for (const [otherId, { document }] of others) {
    if (otherId === corp.id || !syncsToOa(document)) continue;
    const other = await corps.findCorp(otherId);
    problems.push(syncToOaTaken(other?.name ?? otherId));
  }
  return problems;
}

export function syncToOaTaken(corp: string): FieldProblem {
  return { path: 'pull.syncToOa', said: { text: pushApiTexts.syncToOaTaken, params: { corp } } };
}

/** A field WeCom does not have would quietly leave the OA as it is, for everybody. */
function unknownSources(mappings: readonly FieldMapping[]): FieldProblem[] {
  return mappings.flatMap(({ to, from }, index): FieldProblem[] => {
    const path = `pull.fieldMapping.${index}.from`;
    if ((to === 'departments') !== (from === 'departments')) {
      return [{ path, said: { text: pushApiTexts.departmentsMappedByThemselves } }];
    }
    if (typeof from !== 'string' || isMemberField(from)) return [];
    const values = [...pullableMemberFields, 'extattr.…', 'external.…'].join(', ');
    return [{ path, said: { text: apiTexts.fieldNotOneOf, params: { values } } }];
  });
}

function isMemberField(field: string): boolean {
  return (pullableMemberFields as readonly string[]).includes(field) || /^(extattr|external)\../u.test(field);
}

/** What a member can be given, besides `extattr.` and the name of one of the corp's own attributes. */
const writableFields: readonly string[] = [
  'name',
  'alias',
  'mobile',
  'email',
  'biz_mail',
  'position',
  'telephone',
  'address',
  'gender',
  'external_position',
];

/** WeCom passes over a field it does not know, so it would differ again in every run. */
function unknownTargets(mappings: readonly FieldMapping[]): FieldProblem[] {
  return mappings.flatMap(({ to }, index): FieldProblem[] =>
    writableFields.includes(to) || to.startsWith('extattr.')
      ? []
      : [
          {
            path: `push.fieldMapping.${index}.to`,
            said: {
              text: apiTexts.fieldNotOneOf,
              params: { values: [...writableFields, 'extattr.…'].join(', ') },
            },
          },
        ],
  );
}

function wrongExpressions(mappings: readonly FieldMapping[], path: string): FieldProblem[] {
  return mappings.flatMap(({ from }, index): FieldProblem[] => {
    if (typeof from === 'string') return [];
    const compiled = compileExpression(from.expression);
    if (compiled.ok) return [];
    const { message, position } = compiled.error;
    return [
      {
        path: `${path}.${index}.from.expression`,
        said:
          position === null
            ? { text: pushApiTexts.expressionWrong, params: { problem: message } }
            : {
                text: pushApiTexts.expressionWrongAt,
                params: { problem: message, position: position + 1 },
              },
      },
    ];
  });
}

export async function assertMayWrite(
  deps: Pick<ApiDeps, 'corps' | 'settings' | 'rateBudget' | 'wecomTokens' | 'metrics'>,
  corp: CorpRecord,
  verify: boolean,
): Promise<void> {
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
  { appId, push, notices }: DirectorySettings,
): Promise<FieldProblem[]> {
  const problems: FieldProblem[] = [];
  if (appId !== null && !corp.apps.some(({ id }) => id === appId)) {
    problems.push({ path: 'appId', said: { text: apiTexts.unknownApp } });
  }
  notices.forEach((notice, index) => {
    if (notice.kind !== 'message' || corp.apps.some(({ id }) => id === notice.appId)) return;
    problems.push({ path: `notices.${index}.appId`, said: { text: apiTexts.unknownApp } });
  });
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
  return [...problems, ...(await unknownInWecom(mirror, corp.id, push, notices))];
}

/** Only what has been read can be compared with: before the first pull every id may be right. */
async function unknownInWecom(
  mirror: ApiDeps['mirror'],
  corpId: string,
  push: DirectorySettings['push'],
  notices: DirectorySettings['notices'],
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
      ...notices.flatMap((notice, index) =>
        notice.kind === 'message' ? [{ path: `notices.${index}.userIds`, userIds: notice.userIds }] : [],
      ),
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
