import { syncsToOa } from '../../domain/directory/oa-sync/master';
import { planOaSync, type OaSyncSides } from '../../domain/directory/oa-sync/plan';
import { planPush, type Plan, type PlanStop } from '../../domain/directory/push/plan';
import type { DirectorySettings, Master } from '../../domain/directory/settings';
import type { Lang } from '../../i18n';
import { translate } from '../../i18n';
import { pushStopText } from '../../i18n/directory-push';
import { pushApiTexts } from '../../i18n/push-api';
import { wecomValueRules } from '../../wecom';
import type { ApiError } from '../http-errors';
import { conflict } from '../http-errors';

/** What would follow from another master, before it is saved. */

export type MasterChange = {
  readonly from: Master;
  readonly to: Master;
  /** Into the OA, before and afterwards. */
  readonly didSync: boolean;
  readonly willSync: boolean;
};

/** Undefined where the save decides nothing anew. */
export function masterChangeOf(
  before: DirectorySettings,
  after: DirectorySettings,
): MasterChange | undefined {
  const change = {
    from: before.master,
    to: after.master,
    didSync: syncsToOa(before),
    willSync: syncsToOa(after),
  };
  const isAnother = change.from !== change.to || (change.willSync && !change.didSync);
  return isAnother ? change : undefined;
}

export function confirmMaster(
  { from, to, willSync, didSync }: MasterChange,
  document: DirectorySettings,
  sides: OaSyncSides,
  lang: Lang,
): ApiError {
  const say = (key: keyof typeof pushApiTexts, params = {}) => translate(pushApiTexts[key], lang, params);
  const { plan, stop } = follow(document, sides);
  const counts = plan?.counts ?? {};
  const effects = [
    ...(from === 'oa' && to === 'wecom' ? [say('masterPushesEnd')] : []),
    ...(didSync && !willSync ? [say('masterSyncEnds')] : []),
    ...(to === 'wecom' && !willSync ? [say('masterNothingInOa')] : []),
    ...(stop === undefined ? [] : [say('masterStopped', { reason: stopText(stop, lang) })]),
    ...(plan === undefined ? [] : inWords(plan.counts, to, say)),
  ];
  return conflict('confirm_master', pushApiTexts.confirmMaster, {
    advice: { text: pushApiTexts.confirmMasterAdvice },
    extra: { from, to, syncToOa: willSync, effects, counts: nonZero(counts) },
  });
}

function follow(
  document: DirectorySettings,
  sides: OaSyncSides,
): { readonly plan?: Plan; readonly stop?: PlanStop } {
  if (document.master === 'wecom' && !syncsToOa(document)) return {};
  const made =
    document.master === 'oa'
      ? // What would be written is worth seeing before writing is allowed.
        planPush(sides.snapshot, { ...document, access: 'read-write' }, wecomValueRules)
      : planOaSync(sides, document, wecomValueRules);
  return made.kind === 'stopped' ? { stop: made.reason } : { plan: made };
}

type Counts = Readonly<Record<string, number>>;
type Say = (key: keyof typeof pushApiTexts, params?: Readonly<Record<string, number>>) => string;

function inWords(counts: Counts, to: Master, say: Say): string[] {
  const of = (...actions: readonly string[]): number =>
    actions.reduce((total, action) => total + (counts[action] ?? 0), 0);
  return to === 'wecom'
    ? [
        say('masterOaPeople', {
          created: of('createOaUser'),
          changed: of('updateOaUser'),
          departed: of('departOaUser'),
          returned: of('returnOaUser'),
          conflicts: of('conflict'),
        }),
        say('masterOaDepartments', {
          created: of('createOaDepartment'),
          changed: of('renameOaDepartment', 'moveOaDepartment'),
          removed: of('removeOaDepartment'),
        }),
      ]
    : [
        say('masterMembers', {
          created: of('createUser'),
          changed: of('updateUser', 'enableUser'),
          disabled: of('disableUser'),
          deleted: of('deleteUser'),
          conflicts: of('conflict'),
        }),
        say('masterDepartments', {
          created: of('createDepartment'),
          changed: of('renameDepartment', 'moveDepartment'),
          removed: of('deleteDepartment'),
        }),
      ];
}

function stopText(stop: PlanStop, lang: Lang): string {
  return pushStopText(stop.code, 'params' in stop ? stop.params : {}, lang) ?? stop.code;
}

function nonZero(counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}
