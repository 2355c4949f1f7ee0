import { mayDecideByCard } from '../../../domain/directory/push/approval';
import { showStateKey } from '../../../domain/messages/card';
import { judgeTap, type PlanTapFacts, type TapFacts } from '../../../domain/messages/todo';

const tap: TapFacts = {
  actionKey: 'approve',
  actionKeys: ['approve', 'reject'],
  isRecipient: true,
  oaUserId: 'U1',
  isActive: true,
};
const plan: PlanTapFacts = { isApprover: true, isCurrent: true };

it.each([
  [{}, { kind: 'decides' }],
  [{ actionKey: showStateKey, isRecipient: false }, { kind: 'look' }],
  [
    { isRecipient: false, oaUserId: null },
    { kind: 'refused', refusal: 'not-a-recipient' },
  ],
  [{ oaUserId: null }, { kind: 'refused', refusal: 'not-bound' }],
  [{ isActive: false }, { kind: 'refused', refusal: 'not-active' }],
  [{ actionKey: 'sign' }, { kind: 'refused', refusal: 'unknown-action' }],
] as const)('a tap on a to-do with %j is judged', (facts, judged) => {
  expect(judgeTap({ ...tap, ...facts }, null)).toEqual(judged);
});

it.each([
  [{ oaUserId: null }, {}, { kind: 'decides' }],
  [{}, { isApprover: false, isCurrent: false }, { kind: 'refused', refusal: 'not-an-approver' }],
  [{}, { isCurrent: false }, { kind: 'refused', refusal: 'plan-changed' }],
  [{ isActive: false }, {}, { kind: 'refused', refusal: 'not-active' }],
  [{ actionKeys: ['reject'] }, {}, { kind: 'refused', refusal: 'unknown-action' }],
] as const)('a tap on a plan with %j and %j is judged', (facts, planFacts, judged) => {
  expect(judgeTap({ ...tap, ...facts }, { ...plan, ...planFacts })).toEqual(judged);
});

describe('on a card', () => {
  const rule = {
    required: 'always',
    timeoutHours: 72,
    approvers: ['ZhangSan'],
    requesterMayApprove: false,
  } as const;
  const member = { userId: 'zhangsan', principalId: 'user:1' };

  it('those decide whom the settings name, and nobody where they name nobody', () => {
    const decision = { approves: true, requestedBy: 'user:2' };
    expect(mayDecideByCard(member, rule, decision)).toBe(true);
    expect(mayDecideByCard({ ...member, userId: 'lisi' }, rule, decision)).toBe(false);
    expect(mayDecideByCard(member, { ...rule, approvers: [] }, decision)).toBe(false);
  });

  it('whoever asked for a run approves it only where they may, and may always take it back', () => {
    const own = { approves: true, requestedBy: 'user:1' };
    expect(mayDecideByCard(member, rule, own)).toBe(false);
    expect(mayDecideByCard(member, { ...rule, requesterMayApprove: true }, own)).toBe(true);
    expect(mayDecideByCard(member, rule, { ...own, approves: false })).toBe(true);
  });
});
