import type { ChangeOf } from '../../domain/directory/push/changes';
import type { Executor, OwnContext } from './context';
import { done, notDone, outcome } from './settled';

/** No call: only the bridge has to remember. */
export const bindUser: Executor<ChangeOf<'bindUser'>, OwnContext> = async (change, { facts }) => {
  const { memberId, oaUserId, rule } = change;
  const member = facts.members.get(memberId);
  if (member === undefined) return notDone('failed', 'member-gone');
  const boundBefore = facts.memberIdByOaUser.get(oaUserId);
  if (member.boundTo === oaUserId) return done([], outcome('already-so'));
  // Somebody has bound either of them by hand since the plan was made: never rebound.
  if (member.boundTo !== null || boundBefore !== undefined) return notDone('skipped', 'changed-since');
  const { field } = rule.params;
  return done([
    { kind: 'member-bound', memberId, oaUserId, matchedBy: typeof field === 'string' ? field : null },
  ]);
};

export const unbindUser: Executor<ChangeOf<'unbindUser'>, OwnContext> = async (change, { facts }) => {
  const { memberId, oaUserId } = change;
  const boundTo = facts.members.get(memberId)?.boundTo ?? null;
  if (boundTo === null) return done([], outcome('already-gone'));
  if (boundTo !== oaUserId) return notDone('skipped', 'changed-since');
  return done([{ kind: 'member-unbound', memberId, oaUserId }]);
};
