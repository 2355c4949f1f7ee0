import { matchMembers } from '../domain/directory/push/member-match';
import { decideScope } from '../domain/directory/push/scope';
import {
  sameUserIdKey,
  type DirectorySnapshot,
  type LookUp,
  type ValueRules,
} from '../domain/directory/push/snapshot';
import { knownValue, oaValue } from '../domain/directory/push/values';
import type { PushSettings } from '../domain/directory/settings';

export type LookUpField = LookUp['field'];

export type Question = { readonly field: LookUpField; readonly value: string };

/** A person whom no binding and no readable field finds; the questions stand in the order of the match fields. */
export type Candidate = { readonly oaUserId: string; readonly questions: readonly Question[] };

export type LookUpPlan = {
  readonly candidates: readonly Candidate[];
  /** Members nobody is bound to and whose value WeCom does not show: they are the only ones to be found. */
  readonly findable: readonly string[];
};

export const lookUpFields = ['mobile', 'email'] as const satisfies readonly LookUpField[];

export function isLookUpField(field: string): field is LookUpField {
  return lookUpFields.some((known) => known === field);
}

export function planLookUps(snapshot: DirectorySnapshot, push: PushSettings, rules: ValueRules): LookUpPlan {
  const match = matchMembers(snapshot, decideScope(snapshot.oa.nodes, push), push, rules);
  const taken = new Set(snapshot.bindings.map(({ memberId }) => memberId));
  for (const found of match.active) if (found.kind === 'bound') taken.add(found.member.memberId);
  const free = snapshot.wecom.members.filter(({ memberId }) => !taken.has(memberId));

  const asking = push.match.flatMap(({ oaField, wecomField }) =>
    isLookUpField(wecomField) && free.some((member) => knownValue(member, wecomField) === undefined)
      ? [{ oaField, field: wecomField }]
      : [],
  );
  const findable = free
    .filter((member) => asking.some(({ field }) => knownValue(member, field) === undefined))
    .map(({ userId }) => sameUserIdKey(userId));
  if (findable.length === 0) return { candidates: [], findable };

  const candidates = match.active.flatMap((found): Candidate[] => {
    if (found.kind === 'bound') return [];
    // More than one fits already: an answer would only be one more.
    if (found.kind === 'conflict' && unaskedConflicts.has(found.because.code)) return [];
    const questions = asking.flatMap(({ oaField, field }): Question[] => {
      const value = oaValue(found.user, oaField)?.trim() ?? '';
      return value === '' || rules.fieldProblem(field, value) !== undefined ? [] : [{ field, value }];
    });
    return questions.length === 0 ? [] : [{ oaUserId: found.user.id, questions }];
  });
  return { candidates, findable };
}

const unaskedConflicts: ReadonlySet<string> = new Set([
  'several-members-match',
  'several-oa-users-match',
  'member-not-read',
]);
