import type { ChangeOf } from '../../domain/directory/push/changes';
import { WecomAlreadySoError, type MemberStatus } from '../../wecom';
import type { ChangeContext, Executor } from './context';
import { visibleMember } from './reading-back';
import { done, notDone, outcome, type Settled } from './settled';

type Deletion = ChangeOf<'deleteUser'>;

/** An account is gone for good, so everything that led to this is looked at once more. */
export const deleteUser: Executor<Deletion> = async (change, context) => {
  const { userId } = change;
  const { contacts, call, perhapsDone } = context;
  const gone = { kind: 'member-gone', userId } as const;
  const obstacle = await whatStandsAgainst(change, context);
  if (obstacle !== undefined) return obstacle;
  try {
    await contacts.members.delete({ userId }, call);
    return done([gone]);
  } catch (error) {
    if (!(error instanceof WecomAlreadySoError) || error.state !== 'not-found') throw error;
    return done([gone], outcome(perhapsDone ? 'already-so' : 'already-gone'));
  }
};

const statusNumbers: Readonly<Record<MemberStatus, number | null>> = {
  activated: 1,
  disabled: 2,
  'not-activated': 4,
  left: 5,
  unknown: null,
};

async function whatStandsAgainst(change: Deletion, context: ChangeContext): Promise<Settled | undefined> {
  const { memberId, oaUserId, userId, hold } = change;
  const member = context.facts.members.get(memberId);
  if (member === undefined) return done([], outcome('already-gone'));
  if (member.boundTo !== oaUserId) return notDone('skipped', 'changed-since');
  const isDue = change.rule.code === 'departure-due';
  // Put off, cancelled or given back meanwhile: each of them takes the departure out of the run's hands.
  if (isDue && (member.departure?.runId !== context.runId || member.departure.state === 'restoring')) {
    return notDone('skipped', 'changed-since');
  }
  if (hasLeftCompany(change) && (await context.oa.findUser(oaUserId))?.status === 'active') {
    return notDone('skipped', 'changed-since');
  }
  const isReleased = hold?.code === 'status-unreadable';
  // Released by an approval although nobody sees the member's status.
  if (isReleased && !isDue) return undefined;
  const seen = await visibleMember(userId, context);
  const status = seen === undefined ? null : statusNumbers[seen.status];
  if (isReleased && status === null) return undefined;
  if (seen === undefined) {
    // After a lost answer the account may be gone already; the plan was made when an app still saw it.
    return context.perhapsDone && member.status !== null ? undefined : notDone('held', 'status-unreadable');
  }
  if (!isDue) return status === member.status ? undefined : notDone('skipped', 'changed-since');
  if (status === null) return notDone('held', 'status-unreadable');
  return outOfUse.has(seen.status) ? undefined : notDone('skipped', 'changed-since');
}

const outOfUse: ReadonlySet<MemberStatus> = new Set(['disabled', 'left']);

/** Of a departure that is due, its rule's `because` says how it began. */
function hasLeftCompany({ rule }: Deletion): boolean {
  const because = rule.code === 'departure-due' ? rule.params['because'] : rule.code;
  return because === 'departed' || because === 'gone-from-oa';
}
