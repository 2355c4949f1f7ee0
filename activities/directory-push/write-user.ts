import type { ChangeOf } from '../../domain/directory/push/changes';
import type { MemberFacts } from '../../store/push-ledger';
import { WecomAlreadySoError, type Member, type MemberChange } from '../../wecom';
import { isSettled, placeIn, type ChangeContext, type Executor, type PlacedIn } from './context';
import { memberFields, showsValues } from './member-fields';
import { ownerOf, visibleMember } from './reading-back';
import { done, notDone, outcome, saidBy, type Settled } from './settled';

type Values = Readonly<Record<string, string>>;

/** All that one call writes to a member that exists; the values are absolute, so writing them again changes nothing. */
type Writing = {
  readonly userId: string;
  readonly values: Values;
  readonly place: PlacedIn | null;
  readonly enabled: boolean | null;
};

export const updateUser: Executor<ChangeOf<'updateUser' | 'enableUser'>> = async (change, context) => {
  const { memberId, oaUserId, userId, action, after } = change;
  const member = context.facts.members.get(memberId);
  if (member === undefined) return notDone('failed', 'member-gone');
  if (member.boundTo !== oaUserId) return notDone('skipped', 'changed-since');
  // The OA gave them back, and may have let them go again since.
  const isBack = action === 'enableUser' && change.rule.code === 'active-again' && !context.perhapsDone;
  if (isBack && (await context.oa.findUser(oaUserId))?.status === 'departed') {
    return notDone('skipped', 'changed-since');
  }
  const place = after.placement === null ? null : placeIn(after.placement, context);
  if (place !== null && isSettled(place)) return place;

  const { mobile, ...others } = known(after.values);
  // WeCom ignores it without a word, so it is neither sent nor remembered as written.
  const ignoresMobile = mobile !== undefined && (member.everActivated || member.status === 1);
  const values = mobile === undefined || ignoresMobile ? others : { ...others, mobile };
  const enabled = action === 'enableUser' ? true : null;
  const mobileIgnored = ignoresMobile ? outcome('mobile-of-activated-member') : null;
  if (Object.keys(values).length === 0 && place === null && enabled === null) {
    return { status: 'skipped', effects: [], outcome: mobileIgnored };
  }
  const settled = await writeMember({ userId, values, place, enabled }, context, member.externalValues);
  return settled.status === 'done' && mobileIgnored !== null
    ? { ...settled, outcome: mobileIgnored }
    : settled;
};

export const disableUser: Executor<ChangeOf<'disableUser'>> = async (change, context) => {
  const { memberId, oaUserId, userId, after } = change;
  const member = context.facts.members.get(memberId);
  if (member === undefined) return done([], outcome('already-gone'));
  if (member.boundTo !== oaUserId) return notDone('skipped', 'changed-since');
  // Sent already, perhaps: then it is disabled for certain first, and given back by what the OA's word began.
  if (!context.perhapsDone) {
    const obstacle = await whatStandsAgainst(change, member, context);
    if (obstacle !== undefined) return obstacle;
  }
  const place = after.placement === null ? null : placeIn(after.placement, context);
  if (place !== null && isSettled(place)) return place;
  const writing = { userId, values: known(after.values), place, enabled: false };
  return writeMember(writing, context, member.externalValues);
};

async function whatStandsAgainst(
  { oaUserId, rule }: ChangeOf<'disableUser'>,
  { departure, status }: MemberFacts,
  { runId, oa }: ChangeContext,
): Promise<Settled | undefined> {
  if (departure !== null && departure.runId !== runId) {
    const isWaiting = departure.state === 'waiting' || departure.state === 'postponed';
    // Another run was faster, and the days until the deletion count from there.
    if (isWaiting && status === 2) return done([], outcome('already-so'));
    // Somebody has it back, or is about to.
    if (isWaiting || departure.state === 'restoring') return notDone('skipped', 'changed-since');
  }
  const hasLeft = rule.code === 'departed' || rule.code === 'gone-from-oa';
  const isBack = hasLeft && (await oa.findUser(oaUserId))?.status === 'active';
  return isBack ? notDone('skipped', 'changed-since') : undefined;
}

export const setSuperior: Executor<ChangeOf<'setSuperior'>> = async (change, context) => {
  const { memberId, oaUserId, userId, after } = change;
  const boundTo = memberId === null ? oaUserId : context.facts.members.get(memberId)?.boundTo;
  if (boundTo !== oaUserId) return notDone('skipped', 'changed-since');
  const values = { direct_leader: after.superior ?? '' };
  return writeMember({ userId, values, place: null, enabled: null }, context, {});
};

async function writeMember(
  writing: Writing,
  context: ChangeContext,
  externalBefore: Values,
): Promise<Settled> {
  const { userId, values, place, enabled } = writing;
  const { contacts, call, perhapsDone } = context;
  const written = {
    kind: 'member-written',
    userId,
    values,
    placement: place === null ? null : { departments: place.departments, fromOa: place.fromOa },
    enabled,
  } as const;
  const seen = perhapsDone ? await visibleMember(userId, context) : undefined;
  if (seen !== undefined && isWritten(seen, writing)) return done([written], outcome('already-so'));
  try {
    await contacts.members.update(changeOf(writing, externalBefore), call);
    return done([written]);
  } catch (error) {
    if (!(error instanceof WecomAlreadySoError)) throw error;
    return refused(error, values, context);
  }
}

function changeOf({ userId, values, place, enabled }: Writing, externalBefore: Values): MemberChange {
  return {
    userId,
    ...memberFields(values, externalBefore),
    ...(place === null ? {} : { departmentIds: place.departments, ...leadershipIn(place) }),
    ...(place === null || place.main === null ? {} : { mainDepartmentId: place.main }),
    ...(enabled === null ? {} : { enabled }),
  };
}

/** One word for each of the departments, in their order. */
function leadershipIn({ departments, leaderIn }: PlacedIn): Pick<MemberChange, 'leaderIn'> {
  return leaderIn === undefined ? {} : { leaderIn: departments.map((id) => leaderIn.includes(id)) };
}

/** False also where something can't be read: then it is written again. */
function isWritten(member: Member, { values, place, enabled }: Writing): boolean {
  const departments = new Set(member.departmentIds);
  const isPlaced =
    place === null ||
    (departments.size === place.departments.length &&
      place.departments.every((id) => departments.has(id)) &&
      (place.main === null || member.mainDepartmentId === place.main) &&
      leads(member, place));
  const isEnabled = enabled === null || member.enabled === enabled;
  return isPlaced && isEnabled && showsValues(member, values);
}

function leads(member: Member, { leaderIn = [] }: PlacedIn): boolean {
  return leaderIn.every((id) => member.leaderIn[member.departmentIds.indexOf(id)] === true);
}

const takenErrcodes: Readonly<Record<number, 'mobile' | 'email'>> = { 60104: 'mobile', 60106: 'email' };

async function refused(error: WecomAlreadySoError, values: Values, context: ChangeContext): Promise<Settled> {
  const wecom = saidBy(error);
  const field = takenErrcodes[error.errcode ?? 0];
  if (field !== undefined) {
    const owner = await ownerOf(values, field, context);
    return notDone('conflict', field === 'mobile' ? 'mobile-exists' : 'email-exists', {
      wecom,
      ...(owner === undefined ? {} : { userIds: [owner] }),
    });
  }
  // With a superior in the same call, nobody can tell which of the two WeCom does not know.
  const isAboutSuperior = (values['direct_leader'] ?? '') !== '';
  if (error.state === 'not-found' && !isAboutSuperior) return notDone('failed', 'member-gone', { wecom });
  return notDone('failed', 'wecom-refused', { wecom });
}

function known(values: Readonly<Record<string, string | null>>): Values {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== null),
  );
}
