import { refusalOf, type DecidableDeparture } from '../../domain/departures/decisions';
import { openStates, releasableReasons, type DepartureDecision } from '../../domain/departures/departure';

const day = new Date('2026-12-20T19:00:00Z');

function departure(change: Partial<DecidableDeparture> = {}): DecidableDeparture {
  return {
    state: 'waiting',
    reason: null,
    disabledAt: new Date('2026-11-20T02:00:00Z'),
    deleteAt: day,
    runId: null,
    ...change,
  };
}

const decisions: readonly DepartureDecision[] = [
  { kind: 'postpone', days: 1 },
  { kind: 'cancel' },
  { kind: 'restore' },
  { kind: 'release' },
  { kind: 'delete-now' },
  { kind: 'hand-over-done' },
];

const refusals = (change: Partial<DecidableDeparture>) =>
  Object.fromEntries(decisions.map((decision) => [decision.kind, refusalOf(departure(change), decision)]));

test('whoever waits can be put off, cancelled, given back and deleted now', () => {
  expect(refusals({})).toEqual({ release: 'not-held' });
});

test.each(['deleted', 'restored', 'cancelled'] as const)(
  'nothing is decided about what has ended (%s)',
  (state) => {
    expect(new Set(Object.values(refusals({ state })))).toEqual(new Set(['departure-closed']));
  },
);

test('who is never deleted can’t be put off, and can be deleted now', () => {
  expect(refusals({ deleteAt: null })).toEqual({ postpone: 'no-date', release: 'not-held' });
});

test('before the account is disabled the departure can only be called off', () => {
  expect(refusals({ state: 'disabling', disabledAt: null, deleteAt: null })).toEqual({
    postpone: 'not-disabled-yet',
    restore: 'not-disabled-yet',
    'delete-now': 'not-disabled-yet',
    release: 'not-held',
  });
});

test('while WeCom is being told, only the hand-over can be noted', () => {
  const inProgress = {
    postpone: 'in-progress',
    cancel: 'in-progress',
    restore: 'in-progress',
    release: 'in-progress',
    'delete-now': 'in-progress',
  };
  expect(refusals({ runId: 'run', isBeingApplied: true })).toEqual(inProgress);
  expect(refusals({ runId: 'run' })).toEqual(inProgress);
  expect(refusals({ state: 'restoring' })).toEqual(inProgress);
});

test('a run that only plans, or waits for its approval, stands in nobody’s way', () => {
  expect(refusals({ runId: 'run', isBeingApplied: false })).toEqual({ release: 'not-held' });
  expect(refusals({ state: 'held', reason: { code: 'limits' }, runId: 'run' })).toEqual({});
});

test.each(['not-bound', 'bound-to-other', 'active-in-oa', 'protected-users'])(
  'what has to be put right elsewhere is not let pass (%s)',
  (code) => {
    expect(refusals({ state: 'held', reason: { code } })).toMatchObject({
      release: 'not-releasable',
      'delete-now': 'not-releasable',
    });
  },
);

test('an account that is bound to nobody, or to somebody else, is not given back by the bridge', () => {
  expect(refusals({ state: 'held', reason: { code: 'bound-to-other' } })).toMatchObject({
    restore: 'not-releasable',
  });
  expect(refusals({ state: 'held', reason: { code: 'active-in-oa' } })['restore']).toBeUndefined();
});

test.each([...releasableReasons])('what a person may let pass goes on (%s)', (code) => {
  const held = departure({ state: 'held', reason: { code } });
  expect(refusalOf(held, { kind: 'release' })).toBeUndefined();
  expect(refusalOf({ ...held, disabledAt: null }, { kind: 'release' })).toBeUndefined();
});

test('that something was handed over can be said of whatever is open', () => {
  for (const state of openStates) {
    expect(refusalOf(departure({ state, runId: 'run' }), { kind: 'hand-over-done' })).toBeUndefined();
  }
});
