import { wantedDepartments, type DecidedDrift } from '../drift/decided';
import { departmentsField, enabledField, existenceField } from '../drift/judge';
import type { PushSettings } from '../settings';
import {
  creating,
  nothingSpecial,
  rule,
  type Change,
  type LimitGroup,
  type Placement,
  type Rule,
  type UserConflict,
} from './changes';
import { refKey, type DepartmentMatch, type DepartmentRef } from './department-match';
import type { DepartureFacts } from './departure-facts';
import { diffFields, isPlacedSo, placeMember, type FieldDifference } from './diff';
import { orderFreedValues } from './freed-values';
import type { ActiveUser } from './member-match';
import type { FieldProblem, SnapshotMember, ValueRules } from './snapshot';
import { knownValue, sameValue, valueReader } from './values';

/** Where members will be, by the bridge's id, with the change that brings them there. */
export type MemberPlaces = ReadonlyMap<
  string,
  { readonly after: ReadonlySet<string>; readonly changeId: string }
>;

/** What people and their departures have decided about members. */
export type Decided = { readonly drift: DecidedDrift; readonly departures: DepartureFacts };

export type PlannedMembers = {
  readonly changes: Change[];
  readonly places: Map<string, { readonly after: ReadonlySet<string>; readonly changeId: string }>;
  unchanged: number;
};

type FieldRule =
  'field-missing' | 'field-too-short' | 'field-too-long' | 'field-malformed' | 'expression-failed';

/** A value that is left out, and why; the rest of the person goes on. */
type LeftOut = { readonly field: string; readonly rule: Rule };

export function planActive(
  users: readonly ActiveUser[],
  match: DepartmentMatch,
  push: PushSettings,
  rules: Pick<ValueRules, 'fieldProblem'>,
  decided: Decided,
): Pick<PlannedMembers, 'places' | 'unchanged'> & { readonly changes: readonly Change[] } {
  const planned: PlannedMembers = { changes: [], places: new Map(), unchanged: 0 };
  const usersById = new Map(users.map((user) => [user.user.id, user]));
  const top: DepartmentRef = { kind: 'existing', departmentId: match.topId };
  const readValues = valueReader(push);
  /** Those who will not exist: nobody can have them as a superior. */
  const notCreated = new Set<string>();
  // What colleagues have in common is kept once: a plan of 100,000 people has to fit beside everything else.
  const placesByKeys = new Map<string, readonly DepartmentRef[]>();
  const newcomers: Newcomers = new Map();

  const placesOf = (keys: readonly string[]): readonly DepartmentRef[] | undefined => {
    const known = placesByKeys.get(keys.join('\n'));
    if (known !== undefined) return known;
    const found = findPlaces(keys);
    if (found !== undefined) placesByKeys.set(keys.join('\n'), found);
    return found;
  };
  const findPlaces = (keys: readonly string[]): readonly DepartmentRef[] | undefined => {
    const [main] = keys;
    if (main === undefined) return [top];
    const mainRef = match.refByKey.get(main);
    // A part-time department that could not be placed is left out; without the main one nobody is placed.
    if (mainRef === undefined) return undefined;
    const others = keys.slice(1).flatMap((key) => match.refByKey.get(key) ?? []);
    return [mainRef, ...others];
  };
  const conflict = (oaUserId: string, because: UserConflict): void => {
    planned.changes.push(memberConflict(oaUserId, because));
  };

  const superiors: {
    readonly found: PlacedUser;
    readonly superior: NewUser;
    readonly written: string | null;
  }[] = [];
  for (const found of users) {
    const { user } = found;
    if (found.kind === 'not-created') continue;
    if (found.kind === 'conflict') {
      conflict(user.id, found.because);
      continue;
    }
    const fromOa = placesOf(found.scope.departmentKeys);
    const { values, failed } = readValues(user);
    const leftOut: LeftOut[] = failed.map(({ field, message }) => ({
      field,
      rule: rule('expression-failed', { field, message }),
    }));
    const superior =
      push.leaders && user.managerId !== null && user.managerId !== user.id
        ? usersById.get(user.managerId)
        : undefined;
    if (superior?.kind === 'bound') values.set('direct_leader', superior.member.userId);

    let written: string | null = null;
    if (found.kind === 'new' && decided.drift.isLeftDeleted(user)) {
      notCreated.add(user.id);
      planned.changes.push(skipped(found, leftByDecision(existenceField)));
      continue;
    }
    if (found.kind === 'new') {
      const made = planNew(found, fromOa, values, push, rules, newcomers, decided.departures);
      if ('code' in made) {
        conflict(user.id, made);
        notCreated.add(user.id);
        continue;
      }
      planned.changes.push(made.change);
      written = made.change.id;
      leftOut.push(...made.leftOut);
    } else {
      if (push.leaders && user.managerId === null && hasSuperiorFromOa(found.member)) {
        values.set('direct_leader', '');
      }
      leftOut.push(...planBound(found, fromOa, values, match, push, rules, planned, decided));
    }
    for (const one of leftOut) planned.changes.push(skipped(found, one));
    // A superior who does not exist yet can only be named once everybody does.
    if (superior?.kind === 'new') superiors.push({ found, superior, written });
  }

  for (const { found, superior, written } of superiors) {
    if (notCreated.has(superior.user.id)) continue;
    const { user } = found;
    const member = found.kind === 'bound' ? found.member : null;
    planned.changes.push({
      ...nothingSpecial,
      id: `setSuperior:${user.id}`,
      action: 'setSuperior',
      oaUserId: user.id,
      memberId: member?.memberId ?? null,
      userId: userIdOf(found),
      before: { superior: (member && knownValue(member, 'direct_leader')) ?? null },
      after: { superior: superior.userId },
      dependsOn: [...(written === null ? [] : [written]), `createUser:${superior.user.id}`],
      rule: rule('superior-in-oa'),
    });
  }
  return { ...planned, changes: orderFreedValues(planned.changes) };
}

type NewUser = Extract<ActiveUser, { kind: 'new' }>;
type BoundUser = Extract<ActiveUser, { kind: 'bound' }>;
type PlacedUser = NewUser | BoundUser;

const userIdOf = (found: PlacedUser): string => (found.kind === 'bound' ? found.member.userId : found.userId);

function memberConflict(oaUserId: string, because: UserConflict): Change {
  return {
    ...nothingSpecial,
    id: `conflict:user:${oaUserId}`,
    action: 'conflict',
    conflict: { of: 'user', oaUserId, because },
    before: null,
    after: null,
    rule: rule('member-conflict'),
  };
}

function skipped(found: PlacedUser, { field, rule: why }: LeftOut): Change {
  return {
    ...nothingSpecial,
    id: `skipUser:${found.user.id}:${why.code}:${field}`,
    action: 'skipUser',
    oaUserId: found.user.id,
    memberId: found.kind === 'bound' ? found.member.memberId : null,
    userId: userIdOf(found),
    before: null,
    after: null,
    rule: why,
  };
}

export const leftByDecision = (field: string): LeftOut => ({
  field,
  rule: rule('left-by-decision', { field }),
});

/** What WeCom would refuse, as the plan says it. */
function fieldRule(field: string, problem: FieldProblem): Rule {
  const codes: Readonly<Record<FieldProblem['kind'], FieldRule>> = {
    missing: 'field-missing',
    'too-short': 'field-too-short',
    'too-long': 'field-too-long',
    malformed: 'field-malformed',
  };
  const { kind, ...bounds } = problem;
  return rule(codes[kind], { field, ...bounds });
}

/** Somebody whom the OA named once, and whom nobody has replaced in WeCom since. */
function hasSuperiorFromOa({ seen, written }: SnapshotMember): boolean {
  const named = written['direct_leader'] ?? '';
  return named !== '' && sameValue('direct_leader', named, seen['direct_leader'] ?? named);
}

/** What all newcomers of the same departments share. */
type Newcomers = Map<
  readonly DepartmentRef[],
  { readonly placement: Placement; readonly dependsOn: readonly string[]; readonly rule: Rule }
>;

function newcomerTo(
  fromOa: readonly DepartmentRef[],
  because: NewUser['scope']['because'],
  known: Newcomers,
) {
  const before = known.get(fromOa);
  if (before !== undefined && before.rule.params['because'] === because) return before;
  const shared = {
    placement: { departments: fromOa, fromOa: fromOa.length, main: fromOa[0] ?? null },
    dependsOn: fromOa.flatMap(creating),
    rule: rule('new-in-oa', { because }),
  };
  known.set(fromOa, shared);
  return shared;
}

function planNew(
  found: NewUser,
  fromOa: readonly DepartmentRef[] | undefined,
  wanted: ReadonlyMap<string, string>,
  push: PushSettings,
  { fieldProblem }: Pick<ValueRules, 'fieldProblem'>,
  newcomers: Newcomers,
  departures: DepartureFacts,
): { readonly change: Change; readonly leftOut: readonly LeftOut[] } | UserConflict {
  const { user, userId, notLookedUp, scope } = found;
  if (fromOa === undefined) return { code: 'department-unresolved' };
  const values: Record<string, string> = {};
  const leftOut: LeftOut[] = [];
  for (const [field, value] of wanted) {
    if (value === '') continue;
    const problem = fieldProblem(field, value);
    if (problem === undefined) values[field] = value;
    else if (field === 'name') return { code: 'name-invalid', params: { problem: problem.kind } };
    else leftOut.push({ field, rule: fieldRule(field, problem) });
  }
  if (values['name'] === undefined) return { code: 'name-missing' };
  // WeCom refuses such a member (60129): better said in the plan than by a failed change.
  if (values['mobile'] === undefined && values['email'] === undefined) return { code: 'no-mobile-nor-email' };
  const { placement, dependsOn, rule: why } = newcomerTo(fromOa, scope.because, newcomers);
  return {
    leftOut,
    change: {
      ...nothingSpecial,
      id: `createUser:${user.id}`,
      action: 'createUser',
      oaUserId: user.id,
      memberId: null,
      userId,
      before: null,
      after: {
        values,
        placement,
        invite: push.inviteUsers,
        notLookedUp,
      },
      dependsOn,
      rule: departures.isDeleted(user.id) ? rule('new-after-deletion', { because: scope.because }) : why,
    },
  };
}

function planBound(
  found: BoundUser,
  fromOa: readonly DepartmentRef[] | undefined,
  wanted: ReadonlyMap<string, string>,
  match: DepartmentMatch,
  push: PushSettings,
  { fieldProblem }: Pick<ValueRules, 'fieldProblem'>,
  planned: PlannedMembers,
  { drift, departures }: Decided,
): LeftOut[] {
  const { user, member, matchedBy } = found;
  const subject = { oaUserId: user.id, memberId: member.memberId, userId: member.userId };
  const bindId = `bindUser:${user.id}`;
  if (matchedBy !== null) {
    planned.changes.push({
      ...nothingSpecial,
      ...subject,
      id: bindId,
      action: 'bindUser',
      before: null,
      after: { oaUserId: user.id },
      rule: rule('bound-by-match-field', { field: matchedBy }),
    });
  }
  const skip = (code: 'mobile-of-activated-member' | 'disabled-by-hand'): void => {
    planned.changes.push({
      ...nothingSpecial,
      ...subject,
      id: `skipUser:${user.id}:${code}`,
      action: 'skipUser',
      before: null,
      after: null,
      rule: rule(code),
    });
  };

  const folderId = match.folder?.departmentId ?? null;
  const departure = departures.of(member.memberId);
  const isReturning = departure?.wanted === 'restore' || departure?.isRestoring === true;
  const isDisabled = isKnownDisabled(member);
  // Somebody disabled in WeCom by hand was disabled for a reason that the OA does not know.
  const isEnabled =
    isDisabled &&
    (member.disabledByBridge || isReturning || drift.isTakenBack(member.memberId, enabledField));
  // Where the member was before counts until the account is theirs again.
  const remembered = isEnabled || isReturning ? (departure?.remembered ?? null) : null;
  const place =
    fromOa &&
    departures.backTo(member, remembered, (before) => placeMember(before, fromOa, { ...push, folderId }));
  if (place === undefined) planned.changes.push(memberConflict(user.id, { code: 'department-unresolved' }));
  const { fields, leftOut } = withoutProblems(
    withoutLeft(diffFields(member, wanted), member.memberId, drift),
    fieldProblem,
  );
  if (fields.ignored.length > 0) skip('mobile-of-activated-member');

  if (isDisabled && !isEnabled) skip('disabled-by-hand');
  const differsInPlace = place !== undefined && !isPlacedSo(member, place);
  const staysByDecision =
    !isReturning && drift.isLeft(member.memberId, departmentsField, wantedDepartments(found.scope));
  if (differsInPlace && staysByDecision) leftOut.push(leftByDecision(departmentsField));
  const moves = differsInPlace && !staysByDecision;
  const differs = Object.keys(fields.after).length > 0;
  if (!isEnabled && !moves && !differs) {
    planned.unchanged += 1;
    return leftOut;
  }

  const action = isEnabled ? 'enableUser' : 'updateUser';
  const limitGroups: LimitGroup[] = [
    ...(moves && !isEnabled && !isReturning ? (['moves'] as const) : []),
    ...(fields.cleared.length > 0 ? (['cleared'] as const) : []),
  ];
  const id = `${action}:${user.id}`;
  planned.changes.push({
    ...nothingSpecial,
    ...subject,
    id,
    action,
    before: { values: fields.before, placement: moves ? currentPlacement(member) : null },
    after: { values: fields.after, placement: moves ? place : null },
    limitGroups,
    dependsOn: [
      ...(matchedBy === null ? [] : [bindId]),
      ...(moves ? place.departments.flatMap(creating) : []),
    ],
    rule: rule(
      isEnabled || (isReturning && moves)
        ? 'active-again'
        : moves && differs
          ? 'fields-and-departments-differ'
          : moves
            ? 'departments-differ'
            : 'fields-differ',
    ),
  });
  if (moves) {
    planned.places.set(member.memberId, { after: new Set(place.departments.map(refKey)), changeId: id });
  }
  return leftOut;
}

type Fields = { readonly fields: FieldDifference; readonly leftOut: LeftOut[] };

/** Without what somebody decided to leave as it is in WeCom. */
function withoutLeft(fields: FieldDifference, memberId: string, drift: DecidedDrift): Fields {
  const left = Object.entries(fields.after).flatMap(([field, value]) =>
    drift.isLeft(memberId, field, value) ? [field] : [],
  );
  return { fields: without(fields, left), leftOut: left.map(leftByDecision) };
}

function without(fields: FieldDifference, left: readonly string[]): FieldDifference {
  if (left.length === 0) return fields;
  const stays = ([field]: readonly [string, unknown]): boolean => !left.includes(field);
  return {
    ...fields,
    before: Object.fromEntries(Object.entries(fields.before).filter(stays)),
    after: Object.fromEntries(Object.entries(fields.after).filter(stays)),
    cleared: fields.cleared.filter((field) => !left.includes(field)),
  };
}

function withoutProblems({ fields, leftOut }: Fields, fieldProblem: ValueRules['fieldProblem']): Fields {
  const problems: LeftOut[] = [];
  for (const [field, value] of Object.entries(fields.after)) {
    const problem = value === '' ? undefined : fieldProblem(field, value);
    if (problem !== undefined) problems.push({ field, rule: fieldRule(field, problem) });
  }
  return {
    fields: without(
      fields,
      problems.map(({ field }) => field),
    ),
    leftOut: [...leftOut, ...problems],
  };
}

export function isKnownDisabled(member: SnapshotMember): boolean {
  return member.status === 'disabled' || (member.status === null && member.disabledByBridge);
}

export function currentPlacement({
  departments,
  departmentsFromOa,
  mainDepartmentId,
  leaderIn = [],
}: SnapshotMember): Placement {
  const ref = (departmentId: number): DepartmentRef => ({ kind: 'existing', departmentId });
  const sorted = [...departments].sort((one, other) => one - other);
  const fromOa = sorted.filter((departmentId) => departmentsFromOa.includes(departmentId));
  const others = sorted.filter((departmentId) => !departmentsFromOa.includes(departmentId));
  return {
    departments: [...fromOa, ...others].map(ref),
    fromOa: fromOa.length,
    main: mainDepartmentId === null ? null : ref(mainDepartmentId),
    ...(leaderIn.length === 0 ? {} : { leaderIn: leaderIn.map(ref) }),
  };
}
