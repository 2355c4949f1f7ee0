import { departureDates } from '../../domain/departures/dates';
import type {
  DirectorySettings,
  FieldMapping,
  FieldSource,
  PushSettings,
} from '../../domain/directory/settings';
import type { Lang } from '../../i18n';
import type { ChangeRecord, PlanRecord } from '../../store/push-reading';
import { riskOf } from '../../store/push-reading';
import type { RunRecord } from '../../store/runs';
import { maskNumber, valueFor } from '../masking';
import type { Principal } from '../principal';
import { withWecom } from '../run-error';
import { pushFieldLabel, pushHoldText, pushOutcomeText, pushRuleText } from '../../i18n/directory-push';

/** Changes as rows and tables, in the reader's language and with what the reader may see. */

export type ChangeReader = { readonly principal: Principal; readonly lang: Lang };

export type FieldValues = {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
};

/** What a change changes, field by field. */
export function valuesOf({
  change,
  pathFrom,
  pathTo,
}: Pick<ChangeRecord, 'change' | 'pathFrom' | 'pathTo'>): FieldValues[] {
  switch (change.action) {
    case 'createDepartment':
      return [
        { field: 'name', before: null, after: change.after.name },
        { field: 'parentid', before: null, after: pathTo },
      ];
    case 'renameDepartment':
    case 'moveDepartment':
      return [
        ...(change.before.name === change.after.name
          ? []
          : [{ field: 'name', before: change.before.name, after: change.after.name }]),
        ...(change.action === 'moveDepartment'
          ? [{ field: 'parentid', before: pathFrom, after: pathTo }]
          : []),
      ];
    case 'deleteDepartment':
      return [{ field: 'name', before: change.before.name, after: null }];
    case 'createUser':
      return [...tableOf({}, change.after.values), { field: 'department', before: null, after: pathTo }];
    case 'updateUser':
    case 'enableUser':
    case 'disableUser':
      return [
        ...tableOf(change.before.values, change.after.values),
        ...(change.after.placement === null
          ? []
          : [{ field: 'department', before: pathFrom, after: pathTo }]),
      ];
    case 'createOaDepartment':
      return [
        { field: 'name', before: null, after: change.after.name },
        { field: 'parentid', before: null, after: pathTo },
      ];
    case 'renameOaDepartment':
    case 'moveOaDepartment':
      return [
        ...(change.before.name === change.after.name
          ? []
          : [{ field: 'name', before: change.before.name, after: change.after.name }]),
        ...(change.action === 'moveOaDepartment'
          ? [{ field: 'parentid', before: pathFrom, after: pathTo }]
          : []),
      ];
    case 'removeOaDepartment':
      return [{ field: 'name', before: change.before.name, after: null }];
    case 'createOaUser':
    case 'updateOaUser':
    case 'returnOaUser':
      return [
        ...tableOf(change.before?.values ?? {}, change.after.values),
        ...(change.after.placement === null
          ? []
          : [{ field: 'department', before: pathFrom, after: pathTo }]),
      ];
    case 'departOaUser':
      return [{ field: 'status', before: 'active', after: 'departed' }];
    case 'setSuperior':
      return [{ field: 'direct_leader', before: change.before.superior, after: change.after.superior }];
    case 'deleteUser':
    case 'bindUser':
    case 'unbindUser':
    case 'linkDepartment':
    case 'unlinkDepartment':
    case 'skipUser':
    case 'conflict':
      return [];
  }
}

type Values = Readonly<Record<string, string | null>>;

/** As people read of somebody; the database gives fields back in an order of its own. */
const fieldOrder: readonly string[] = [
  'name',
  'alias',
  'position',
  'mobile',
  'email',
  'biz_mail',
  'telephone',
  'gender',
  'address',
  'direct_leader',
];

function tableOf(before: Values, after: Values): FieldValues[] {
  const place = (field: string): number =>
    fieldOrder.includes(field) ? fieldOrder.indexOf(field) : fieldOrder.length;
  const fields = Object.keys(after).sort((one, other) => place(one) - place(other) || (one < other ? -1 : 1));
  return fields.map((field) => ({
    field,
    before: before[field] ?? null,
    after: after[field] ?? null,
  }));
}

export function shownValues(
  record: Pick<ChangeRecord, 'change' | 'pathFrom' | 'pathTo'>,
  reader: ChangeReader,
) {
  const show = (field: string, value: string | null): string | null =>
    value === null ? null : valueFor(reader.principal, field, value);
  return valuesOf(record).map(({ field, before, after }) => ({
    field,
    label: pushFieldLabel(field, reader.lang),
    before: show(field, before),
    after: show(field, after),
  }));
}

const previewFields = 2;

export function viewChange(
  record: ChangeRecord,
  run: Pick<RunRecord, 'mode' | 'phase'>,
  plan: Pick<PlanRecord, 'plannedAt'>,
  reader: ChangeReader,
  /** The document that the run used. */
  settings: DirectorySettings,
) {
  const { lang } = reader;
  const { change, outcome } = record;
  return {
    id: record.changeId,
    seq: record.seq,
    action: record.action,
    status: record.status,
    subject: subjectOf(record),
    name: record.name,
    userId: record.userId,
    oaUserId: record.oaUserId,
    memberId: record.memberId,
    oaKey: record.oaKey,
    departmentId: record.departmentId,
    mobile: record.mobile === null ? null : maskNumber(record.mobile),
    pathFrom: record.pathFrom,
    pathTo: record.pathTo,
    fields: [...record.fields],
    fieldCount: record.fields.length,
    preview: shownValues(record, reader).slice(0, previewFields),
    rule: { code: record.ruleCode, text: pushRuleText(change, lang) },
    limitGroups: [...record.limitGroups],
    risk: riskOf(record),
    heldBy: record.heldBy.map((code) => ({ code, text: pushHoldText(code, change, lang) })),
    barred: record.barred,
    leftOut: record.leftOut,
    postponedUntil: postponedUntilOf(record),
    takesEffect: takesEffect(record, run, plan, settings),
    attempts: record.attempts,
    outcome:
      outcome === null
        ? null
        : {
            code: outcome.code,
            ...withWecom(pushOutcomeText(outcome.code, outcome.params ?? {}, lang), outcome.wecom, lang),
            ...(outcome.nextTryAt === undefined ? {} : { nextTryAt: outcome.nextTryAt }),
          },
    startedAt: record.startedAt?.toISOString() ?? null,
    finishedAt: record.finishedAt?.toISOString() ?? null,
  };
}

/** Put off on this plan, or held by it since an earlier one. */
export function postponedUntilOf({
  change,
  leftOut,
  outcome,
}: Pick<ChangeRecord, 'change' | 'leftOut' | 'outcome'>): string | null {
  if (leftOut && outcome?.code === 'postponed') return String(outcome.params?.['until'] ?? '') || null;
  return change.hold?.code === 'postponed' ? change.hold.params.until : null;
}

function subjectOf({ change, oaKey, oaUserId }: ChangeRecord): 'user' | 'department' | 'folder' {
  if (oaKey?.startsWith('folder:') === true) return 'folder';
  if (change.action === 'conflict') {
    return change.conflict.of === 'user' || change.conflict.of === 'member' ? 'user' : 'department';
  }
  return oaUserId === null ? 'department' : 'user';
}

function takesEffect(
  { change, status, leftOut, barred, finishedAt }: ChangeRecord,
  { mode, phase }: Pick<RunRecord, 'mode' | 'phase'>,
  { plannedAt }: Pick<PlanRecord, 'plannedAt'>,
  settings: DirectorySettings,
): { kind: 'now' | 'on-approval' | 'never' | 'at'; at?: string; deleteAt?: string } {
  const isNever =
    leftOut || barred || change.action === 'skipUser' || change.action === 'conflict' || status === 'skipped';
  if (isNever) return { kind: 'never' };
  const days = change.action === 'disableUser' ? change.after.deleteAfterDays : null;
  const deleteAt = deletionAfter(finishedAt ?? plannedAt, days, settings);
  const deletion = deleteAt === null ? {} : { deleteAt: deleteAt.toISOString() };
  if (finishedAt !== null) return { kind: 'at', at: finishedAt.toISOString(), ...deletion };
  const waits =
    status === 'held' || mode === 'simulate' || phase === 'blocked' || phase === 'awaiting-approval';
  return { kind: waits ? 'on-approval' : 'now', ...deletion };
}

/** As the departure will be dated that begins then. */
function deletionAfter(from: Date | null, days: number | null, settings: DirectorySettings): Date | null {
  if (from === null) return null;
  const { deleteAt } = departureDates({
    disabledAt: from,
    afterDays: days,
    postponedDays: 0,
    now: from,
    before: null,
    cause: 'disabled',
    timezone: settings.timezone,
    windows: settings.maintenanceWindows,
    slot: settings.push.departed.deletionTime,
  });
  return deleteAt;
}

/** Where WeCom says what a field of the OA shall be. */
export function sourceInWecom(field: string, mapping: readonly FieldMapping[]): string | null {
  if (field === 'department')
    return mapping.some(({ to }) => to === 'departments') ? 'main_department, department' : null;
  const mapped = mapping.find(({ to }) => to === field);
  return mapped === undefined ? null : saySource(mapped.from);
}

/** Where the OA says what a field shall be. */
export function sourceOf(field: string, push: PushSettings): string | null {
  switch (field) {
    case 'name':
    case 'mobile':
    case 'email': {
      const mapped = push.fieldMapping.find(({ to }) => to === field);
      return mapped === undefined ? field : saySource(mapped.from);
    }
    case 'department':
      return push.includePartTimeDepartments ? 'departmentId, partTimeDepartmentIds' : 'departmentId';
    case 'direct_leader':
      return 'managerId';
    default: {
      const mapped = field.startsWith('external.')
        ? push.externalMapping.find(({ to }) => `external.${to}` === field)
        : push.fieldMapping.find(({ to }) => to === field);
      return mapped === undefined ? null : saySource(mapped.from);
    }
  }
}

function saySource(from: FieldSource): string {
  return typeof from === 'string' ? from : from.expression;
}
