import { syncsToOa } from '../../domain/directory/oa-sync/master';
import { planOaSync, type OaSyncSides } from '../../domain/directory/oa-sync/plan';
import type { Change, ChangeAction } from '../../domain/directory/push/changes';
import type { Plan, PlanStop } from '../../domain/directory/push/plan';
import { planPush } from '../../domain/directory/push/plan';
import type { DirectorySnapshot } from '../../domain/directory/push/snapshot';
import type { DirectorySettings } from '../../domain/directory/settings';
import { wecomValueRules } from '../../wecom';

/** What other settings would do, planned from what was read last. Nothing is stored and WeCom is not asked. */

export type Affected = {
  readonly change: Change;
  /** What the settings in force would do; null: nothing. */
  readonly was: ChangeAction | null;
};

export type WhatIf = {
  readonly counts: Readonly<Record<string, number>>;
  readonly people: readonly Affected[];
  readonly departments: readonly Affected[];
  readonly stop: PlanStop | null;
};

/** The first ones are read; the rest is a number. */
export const affectedShown = 200;

const mostDangerousFirst: readonly ChangeAction[] = [
  'deleteUser',
  'deleteDepartment',
  'disableUser',
  'departOaUser',
  'removeOaDepartment',
  'conflict',
  'moveDepartment',
  'moveOaDepartment',
  'updateUser',
  'updateOaUser',
  'renameDepartment',
  'renameOaDepartment',
  'enableUser',
  'returnOaUser',
  'createUser',
  'createOaUser',
  'createDepartment',
  'createOaDepartment',
  'bindUser',
  'linkDepartment',
  'unbindUser',
  'unlinkDepartment',
  'setSuperior',
  'skipUser',
];

const danger = (action: ChangeAction): number => mostDangerousFirst.indexOf(action);

export function whatIf(
  snapshot: DirectorySnapshot,
  current: DirectorySettings,
  wanted: DirectorySettings,
): WhatIf {
  // What would be written is worth seeing before writing is allowed.
  const plan = (settings: DirectorySettings) =>
    planPush(snapshot, { ...settings, access: 'read-write' }, wecomValueRules);
  return compare(plan({ ...current, master: 'oa' }), plan(wanted));
}

/** The same of the OA, where WeCom is the master and is synced into it. */
export function whatIfInOa(
  sides: OaSyncSides,
  current: DirectorySettings,
  wanted: DirectorySettings,
): WhatIf {
  const before = syncsToOa(current) ? planOaSync(sides, current, wecomValueRules) : undefined;
  return compare(before, planOaSync(sides, wanted, wecomValueRules));
}

type Planned = ReturnType<typeof planPush>;

function compare(before: Planned | undefined, next: Planned): WhatIf {
  if (next.kind === 'stopped') return { counts: {}, people: [], departments: [], stop: next.reason };
  const known = before === undefined || before.kind === 'stopped' ? noChanges : mainChanges(before);
  const affected = [...mainChanges(next)]
    .flatMap(([subject, change]): Affected[] => {
      const was = known.get(subject)?.action ?? null;
      return was === change.action ? [] : [{ change, was }];
    })
    .sort(
      (one, other) =>
        danger(one.change.action) - danger(other.change.action) || (one.change.id < other.change.id ? -1 : 1),
    );
  return {
    counts: next.counts,
    people: affected.filter(({ change }) => isOfPerson(change)),
    departments: affected.filter(({ change }) => !isOfPerson(change)),
    stop: null,
  };
}

const noChanges: ReadonlyMap<string, Change> = new Map();

/** Of several changes to one person or department, the one that matters most to them. */
function mainChanges({ changes }: Plan): Map<string, Change> {
  const bySubject = new Map<string, Change>();
  for (const change of changes) {
    if (change.action === 'setSuperior' || change.action === 'skipUser') continue;
    const subject = oaUserIdOf(change) ?? oaKeyOf(change) ?? memberIdOf(change);
    if (subject === null) continue;
    const known = bySubject.get(subject);
    if (known === undefined || danger(change.action) < danger(known.action)) bySubject.set(subject, change);
  }
  return bySubject;
}

function isOfPerson(change: Change): boolean {
  return oaUserIdOf(change) !== null || memberIdOf(change) !== null;
}

/** Of a member whom the OA does not know. */
function memberIdOf(change: Change): string | null {
  return change.action === 'conflict' && change.conflict.of === 'member' ? change.conflict.memberId : null;
}

export function oaUserIdOf(change: Change): string | null {
  if (change.action === 'conflict') {
    const { conflict } = change;
    return conflict.of === 'user' || conflict.of === 'member' ? conflict.oaUserId : null;
  }
  return 'oaUserId' in change ? change.oaUserId : null;
}

export function oaKeyOf(change: Change): string | null {
  if (change.action === 'conflict') {
    return change.conflict.of === 'department' ? change.conflict.oaKey : null;
  }
  return 'oaKey' in change ? change.oaKey : null;
}
