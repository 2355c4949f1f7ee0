import type { CallToRecall, PushToRecall } from '../../../domain/messages/recall';
import { judgeRecall, recallReaction, recallRefusal } from '../../../domain/messages/recall';
import { mayRepeat, reactionTo } from '../../../domain/messages/settle';
import {
  WecomAccessError,
  WecomDataError,
  WecomRateLimitedError,
  WecomTokenError,
  WecomTransientError,
} from '../../../wecom';

const path = 'message/send';

describe('a call of message/send that failed', () => {
  it.each([
    ['an address that is not trusted', new WecomAccessError({ path, errcode: 60020 })],
    ['an app without the right', new WecomAccessError({ path, errcode: 48002 })],
    ['a wrong agent id', new WecomAccessError({ path, errcode: 301002 })],
    ['a secret that was reset', new WecomTokenError({ path, errcode: 40014 })],
  ])('for %s pauses its app, and nothing is lost', (_, error) => {
    expect(reactionTo(error)).toEqual({ kind: 'pause-app' });
  });

  it('for a card without callback address fails the push alone: other messages of the app go through', () => {
    expect(reactionTo(new WecomAccessError({ path, errcode: 43012 }))).toEqual({
      kind: 'fail-push',
      code: 'refused-by-wecom',
    });
  });

  it('for the rate waits as long as WeCom says', () => {
    expect(reactionTo(new WecomRateLimitedError({ path, errcode: 45009 }, 42_000))).toEqual({
      kind: 'wait',
      reason: 'rate-limited',
      waitMs: 42_000,
    });
  });

  it('before it could arrive is tried again soon', () => {
    const error = new WecomTransientError({ path, fault: 'connect', outcomeUnknown: false });
    expect(reactionTo(error)).toMatchObject({ kind: 'wait', reason: 'wecom-busy' });
  });

  it('without an answer, or with "system busy", may have been sent', () => {
    const lost = new WecomTransientError({ path, fault: 'timeout', outcomeUnknown: true });
    const busy = new WecomTransientError({ path, errcode: -1, outcomeUnknown: true });
    expect(reactionTo(lost)).toEqual({ kind: 'outcome-unknown' });
    expect(reactionTo(busy)).toEqual({ kind: 'outcome-unknown' });
  });

  it('of a repeated card whose task_id is taken means that the first try arrived', () => {
    const taken = new WecomDataError({ path, errcode: 42014 });
    expect(reactionTo(taken, 2)).toEqual({ kind: 'sent-before' });
    expect(reactionTo(taken, 1)).toEqual({ kind: 'refused' });
  });

  it('because nobody can be reached makes them all invalid, and anything else of its content is refused', () => {
    expect(reactionTo(new WecomDataError({ path, errcode: 81013 }))).toEqual({ kind: 'all-invalid' });
    expect(reactionTo(new WecomDataError({ path, errcode: 44004 }))).toEqual({ kind: 'refused' });
  });
});

describe('a call whose answer was lost', () => {
  const startedAt = new Date('2026-11-22T00:00:00Z');
  const after = (minutes: number) => new Date(startedAt.getTime() + minutes * 60_000);

  it('is repeated while WeCom still tells it from a new one', () => {
    expect(mayRepeat({ usesDuplicateCheck: true, startedAt }, after(229.9))).toBe(true);
    expect(mayRepeat({ usesDuplicateCheck: true, startedAt }, after(230))).toBe(false);
  });

  it('is never repeated without WeCom’s check', () => {
    expect(mayRepeat({ usesDuplicateCheck: false, startedAt }, after(0))).toBe(false);
  });
});

const sent: CallToRecall = { state: 'sent', hasMsgId: true, recallState: null };
const recalled: CallToRecall = { ...sent, recallState: 'recalled' };
const tooLate: CallToRecall = { ...sent, recallState: 'too-late' };

describe('whether a push can be taken back', () => {
  const refusal = (push: Partial<PushToRecall>) =>
    recallRefusal({ state: 'sent', recipientsWaiting: 0, calls: [sent], ...push });

  it('one that was sent, or is being sent, can', () => {
    expect(refusal({})).toBeNull();
    expect(refusal({ state: 'sending', calls: [] })).toBeNull();
    expect(refusal({ state: 'new', calls: [] })).toBeNull();
    expect(refusal({ state: 'partly', calls: [sent, { ...sent, state: 'unknown' }] })).toBeNull();
  });

  it.each(['recalled', 'partly-recalled', 'cancelled'] as const)('one that is %s was taken back', (state) => {
    expect(refusal({ state })).toBe('already-recalled');
  });

  it('one of which nothing was sent can’t', () => {
    expect(refusal({ state: 'failed', calls: [{ ...sent, state: 'refused' }] })).toBe('nothing-sent');
    expect(refusal({ state: 'nobody', calls: [] })).toBe('nothing-sent');
  });

  it('one that WeCom called too old can’t; the bridge’s own clock decides nothing', () => {
    expect(refusal({ calls: [tooLate, tooLate] })).toBe('recall-too-late');
    expect(refusal({ calls: [tooLate, sent] })).toBeNull();
  });

  it('one that went out in a digest is taken back there', () => {
    expect(refusal({ isInDigest: true })).toBe('in-digest');
  });
});

describe('what a recall comes to', () => {
  it('is open while a call is under way or WeCom has not been asked', () => {
    expect(judgeRecall([recalled, { ...sent, state: 'sending', hasMsgId: false }, sent])).toEqual({
      kind: 'unfinished',
      inFlight: 1,
      toRecall: 1,
    });
  });

  it('is recalled when every message is', () => {
    expect(judgeRecall([recalled, recalled, { ...sent, state: 'refused' }])).toMatchObject({
      state: 'recalled',
      recalled: 2,
      refusal: null,
    });
  });

  it('is partly recalled when some are not', () => {
    const lost: CallToRecall = { state: 'sent', hasMsgId: false, recallState: null };
    const unknown: CallToRecall = { state: 'unknown', hasMsgId: false, recallState: null };
    expect(judgeRecall([recalled, tooLate, lost, unknown])).toEqual({
      kind: 'settled',
      state: 'partly-recalled',
      refusal: null,
      recalled: 1,
      tooLate: 1,
      notRecallable: 2,
      refused: 0,
    });
  });

  it('is cancelled when nothing had been sent', () => {
    expect(judgeRecall([])).toMatchObject({ state: 'cancelled' });
  });

  it('leaves the push as it was when everything stays', () => {
    expect(judgeRecall([tooLate])).toMatchObject({ state: null, refusal: 'recall-too-late' });
    expect(judgeRecall([{ ...sent, recallState: 'refused' }])).toMatchObject({ state: null, refusal: null });
  });
});

describe('a call of message/recall that failed', () => {
  const reaction = (errcode: number, askedBefore = false) =>
    recallReaction(new WecomDataError({ path: 'message/recall', errcode }), { askedBefore });

  it('because it is too late is so by WeCom’s word', () => {
    expect(reaction(42052)).toEqual({ kind: 'outcome', outcome: 'too-late' });
  });

  it('is asked again when its answer was lost; "no such message" then means it is done', () => {
    const lost = new WecomTransientError({ path: 'message/recall', fault: 'reset', outcomeUnknown: true });
    expect(recallReaction(lost, { askedBefore: false })).toMatchObject({ kind: 'again' });
    expect(reaction(40058, true)).toEqual({ kind: 'outcome', outcome: 'recalled' });
    expect(reaction(40058)).toEqual({ kind: 'outcome', outcome: 'refused' });
  });

  it('because the app may do nothing waits until it may', () => {
    const error = new WecomAccessError({ path: 'message/recall', errcode: 60020 });
    expect(recallReaction(error, { askedBefore: false })).toEqual({ kind: 'pause-app' });
  });

  it('for the rate waits as long as WeCom says', () => {
    const error = new WecomRateLimitedError({ path: 'message/recall', errcode: 45009 }, 9_000);
    expect(recallReaction(error, { askedBefore: false })).toEqual({ kind: 'again', waitMs: 9_000 });
  });
});
