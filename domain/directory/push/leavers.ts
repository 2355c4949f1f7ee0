import { wantedOfLeaver } from '../drift/decided';
import { enabledField } from '../drift/judge';
import type { PushSettings } from '../settings';
import {
  creating,
  folderKey,
  nothingSpecial,
  rule,
  type Change,
  type ChangeOf,
  type Placement,
  type Rule,
} from './changes';
import { refKey, type DepartmentMatch, type DepartmentRef } from './department-match';
import type { DepartureFacts } from './departure-facts';
import { isPlacedSo } from './diff';
import {
  currentPlacement,
  isKnownDisabled,
  leftByDecision,
  type Decided,
  type PlannedMembers,
} from './member-changes';
import type { ActiveUser, Leaver, MemberMatch } from './member-match';
import type { DepartureFact, SnapshotMember } from './snapshot';
import { knownValues } from './values';

/** Whose account is out of use, or is going to be: the OA may have them as active. */
type Departing = Omit<Leaver, 'because'> & {
  readonly because: Leaver['because'] | 'asked-by-person';
};

type BoundUser = Extract<ActiveUser, { kind: 'bound' }>;

/** Whom a person had taken out of use is planned with those who leave, although the OA has them as active. */
export function withoutDeparting(
  { active, leavers }: Pick<MemberMatch, 'active' | 'leavers'>,
  departures: DepartureFacts,
): { readonly staying: readonly ActiveUser[]; readonly departing: readonly Departing[] } {
  const isDeparting = (user: ActiveUser): user is BoundUser =>
    user.kind === 'bound' && isKeptAway(user.member, departures.of(user.member.memberId));
  const departing = active
    .filter(isDeparting)
    .map(({ member, user }): Departing => ({ member, oaUserId: user.id, because: 'asked-by-person' }));
  if (departing.length === 0) return { staying: active, departing: leavers };
  return { staying: active.filter((user) => !isDeparting(user)), departing: [...leavers, ...departing] };
}

function isKeptAway(member: SnapshotMember, departure: DepartureFact | undefined): boolean {
  switch (departure?.standing) {
    case 'open':
      return departure.askedByPerson && departure.wanted !== 'restore' && departure.isRestoring !== true;
    case 'kept-disabled':
      return isKnownDisabled(member);
    default:
      return false;
  }
}

/** What becomes of the account of somebody who leaves. */
type Way =
  | 'stays'
  | 'is-disabled'
  | 'is-deleted'
  /** The day of the departure has come. */
  | 'is-due'
  | 'is-restored'
  | 'is-kept'
  | 'is-departing';

type Settings = Pick<PushSettings, 'departed' | 'scope'>;
type Action = PushSettings['departed']['action'] | PushSettings['scope']['outOfScope'];

function wayOf(leaver: Departing, departure: DepartureFact | undefined, settings: Settings): Way {
  const action = actionFor(leaver, departure, settings);
  if (departure?.standing === 'open') return wayOfDeparture(leaver, departure, action);
  const way = usualWay(leaver.member, action);
  if (departure === undefined) return way;
  return way === 'stays' && leaver.because !== 'asked-by-person' ? 'stays' : 'is-kept';
}

function actionFor({ because }: Departing, departure: DepartureFact | undefined, settings: Settings): Action {
  const hasLeftCompany = because === 'departed' || because === 'gone-from-oa';
  if (hasLeftCompany) return settings.departed.action;
  return departure?.askedByPerson === true ? 'disable' : settings.scope.outOfScope;
}

function usualWay(member: SnapshotMember, action: Action): Way {
  switch (action) {
    case 'keep':
      return 'stays';
    case 'delete':
      return 'is-deleted';
    case 'disable':
    case 'depart':
      return isOutOfUse(member) ? 'stays' : 'is-disabled';
  }
}

/** Disabled, and the time until the deletion runs: no plan is faster than the departure's own day. */
function wayOfDeparture({ member, because }: Departing, departure: DepartureFact, action: Action): Way {
  const isOut = isOutOfUse(member);
  switch (departure.wanted) {
    case 'restore':
      return 'is-restored';
    case 'delete':
      // Active in the OA, or kept where they are: nobody's account goes without a look at that.
      if (departure.askedByPerson || action === 'keep') return 'stays';
      return isOut || member.status === null ? 'is-due' : 'stays';
    case 'disable':
      return isOut ? 'stays' : usualWay(member, action);
    case null:
      if (because === 'asked-by-person') return 'is-departing';
      return isOut || member.status === null || departure.isRestoring === true
        ? 'stays'
        : usualWay(member, action);
  }
}

function isOutOfUse(member: SnapshotMember): boolean {
  return isKnownDisabled(member) || member.status === 'left';
}

export function planLeavers(
  leavers: readonly Departing[],
  match: DepartmentMatch,
  settings: Settings,
  branchesOf: (member: SnapshotMember) => readonly number[],
  { drift, departures }: Decided,
): PlannedMembers & { readonly needsFolder: boolean } {
  const planned: PlannedMembers = { changes: [], places: new Map(), unchanged: 0 };
  const folder = folderOf(match, settings);
  let needsFolder = false;

  const write = (change: Written, after: Placement | null): void => {
    planned.changes.push(change);
    if (after === null && change.action !== 'deleteUser') return;
    const departments = new Set(after?.departments.map(refKey));
    planned.places.set(change.memberId, { after: departments, changeId: change.id });
  };

  for (const leaver of leavers) {
    const { member, because } = leaver;
    const departure = departures.of(member.memberId);
    const way = wayOf(leaver, departure, settings);
    switch (way) {
      case 'stays':
        planned.unchanged += 1;
        break;
      case 'is-kept':
        planned.changes.push(skipped(leaver, rule('kept-by-decision')));
        break;
      case 'is-departing':
        planned.changes.push(skipped(leaver, rule('departing-by-decision')));
        break;
      case 'is-deleted':
      case 'is-due':
        write(deletion(leaver, way === 'is-due' ? departure : undefined, branchesOf), null);
        break;
      case 'is-disabled': {
        const isLeft =
          because !== 'asked-by-person' &&
          departure?.askedByPerson !== true &&
          drift.isLeft(member.memberId, enabledField, wantedOfLeaver(because));
        if (isLeft) {
          const left = leftByDecision(enabledField);
          planned.changes.push(skipped(leaver, left.rule, left.field));
          break;
        }
        if (folder !== null) needsFolder = true;
        const change = disabling(leaver, departure, folder, settings, branchesOf);
        write(change, change.after.placement);
        break;
      }
      case 'is-restored': {
        const change = restoring(leaver, departures.formerPlace(departure?.remembered ?? null));
        if (change === undefined) planned.unchanged += 1;
        else write(change, change.after.placement);
        break;
      }
    }
  }
  return { ...planned, needsFolder };
}

type Written = ChangeOf<'deleteUser' | 'disableUser' | 'enableUser' | 'updateUser'>;

/** Where disabled members are put; null where they stay where they are. */
function folderOf(match: DepartmentMatch, { departed }: Settings): DepartmentRef | null {
  if (!departed.moveToDepartment.enabled) return null;
  if (match.folder !== null) return { kind: 'existing', departmentId: match.folder.departmentId };
  return match.canCreateFolder ? { kind: 'planned', oaKey: folderKey } : null;
}

const subjectOf = ({ member, oaUserId }: Departing) => ({
  oaUserId,
  memberId: member.memberId,
  userId: member.userId,
});

function skipped(leaver: Departing, why: Rule, field?: string): Change {
  return {
    ...nothingSpecial,
    ...subjectOf(leaver),
    id: ['skipUser', leaver.oaUserId, why.code, ...(field === undefined ? [] : [field])].join(':'),
    action: 'skipUser',
    before: null,
    after: null,
    rule: why,
  };
}

function deletion(
  leaver: Departing,
  due: DepartureFact | undefined,
  branchesOf: (member: SnapshotMember) => readonly number[],
): ChangeOf<'deleteUser'> {
  const { member, oaUserId, because } = leaver;
  return {
    ...nothingSpecial,
    ...subjectOf(leaver),
    id: `deleteUser:${oaUserId}`,
    action: 'deleteUser',
    // All that is known goes with the account: an undo has nothing else to make it from.
    before: { values: knownValues(member), placement: currentPlacement(member) },
    after: null,
    limitGroups: ['deletes'],
    hold:
      member.status === null
        ? { code: 'status-unreadable', ...(due?.isReleased === true ? { released: true } : {}) }
        : null,
    branches: branchesOf(member),
    rule: due === undefined ? rule(because) : rule('departure-due', { because }),
  };
}

function disabling(
  leaver: Departing,
  departure: DepartureFact | undefined,
  folder: DepartmentRef | null,
  { departed }: Settings,
  branchesOf: (member: SnapshotMember) => readonly number[],
): ChangeOf<'disableUser'> {
  const { member, oaUserId, because } = leaver;
  return {
    ...nothingSpecial,
    ...subjectOf(leaver),
    id: `disableUser:${oaUserId}`,
    action: 'disableUser',
    before: { values: {}, placement: currentPlacement(member) },
    after: {
      values: {},
      placement: folder === null ? null : { departments: [folder], fromOa: 0, main: folder },
      // Zero days, as the settings put it, means never.
      deleteAfterDays: departed.deleteAfterDays === 0 ? null : departed.deleteAfterDays,
    },
    limitGroups: ['disables'],
    dependsOn: folder === null ? [] : creating(folder),
    branches: branchesOf(member),
    rule: rule(departure?.askedByPerson === true ? 'asked-by-person' : because),
  };
}

/** Undefined where nothing is left to be done: the account is in use, and where it was. */
function restoring(
  leaver: Departing,
  place: Placement | undefined,
): ChangeOf<'enableUser' | 'updateUser'> | undefined {
  const { member, oaUserId } = leaver;
  if (member.status === 'left') return undefined;
  const moves = place !== undefined && !isPlacedSo(member, place);
  const isInUse = member.status === 'activated' || member.status === 'not-activated';
  if (isInUse && !moves) return undefined;
  const action = isInUse ? 'updateUser' : 'enableUser';
  return {
    ...nothingSpecial,
    ...subjectOf(leaver),
    id: `${action}:${oaUserId}`,
    action,
    before: { values: {}, placement: moves ? currentPlacement(member) : null },
    after: { values: {}, placement: moves ? place : null },
    rule: rule('restored-by-decision'),
  };
}
