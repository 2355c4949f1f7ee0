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
  const { memberId, oaUserId, userId, hold, rule } = change;
  const member = context.facts.members.get(memberId);
  if (member === undefined) return done([], outcome('already-gone'));
  if (member.boundTo !== oaUserId) return notDone('skipped', 'changed-since');
  const hasLeft = rule.code === 'departed' || rule.code === 'gone-from-oa';
  if (hasLeft && (await context.oa.findUser(oaUserId))?.status === 'active') {
    return notDone('skipped', 'changed-since');
  }
  // Released by an approval although nobody sees the member's status.
  if (hold?.code === 'status-unreadable') return undefined;
  const seen = await visibleMember(userId, context);
  if (seen === undefined) {
    // After a lost answer the account may be gone already; the plan was made when an app still saw it.
    return context.perhapsDone && member.status !== null ? undefined : notDone('held', 'status-unreadable');
  }
  return statusNumbers[seen.status] === member.status ? undefined : notDone('skipped', 'changed-since');
}
