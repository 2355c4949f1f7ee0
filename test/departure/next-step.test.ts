import { nextStepOf, type ClockFace, type NextStep } from '../../domain/departures/next-step';

const now = Date.parse('2026-03-01T00:00:00Z');
const inDays = (days: number): string => new Date(now + days * 86_400_000).toISOString();

const waiting: ClockFace = {
  state: 'waiting',
  deleteAt: inDays(30),
  noticeAt: inDays(27),
  isNoticed: false,
  isClaimed: false,
  isClosed: false,
};

it.each<[policy: string, departure: Partial<ClockFace>, next: NextStep]>([
  ['waits for the notice first', {}, { kind: 'wait', waitMs: 27 * 86_400_000 }],
  [
    'waits for the day once the notice is out',
    { isNoticed: true },
    { kind: 'wait', waitMs: 30 * 86_400_000 },
  ],
  ['waits for nothing without a date', { deleteAt: null, noticeAt: null }, { kind: 'none' }],
  ['asks when the notice is due', { noticeAt: inDays(0) }, { kind: 'due' }],
  ['asks when its day has come', { deleteAt: inDays(-3), isNoticed: true }, { kind: 'due' }],
  ['asks at once to be disabled', { state: 'disabling', deleteAt: null, noticeAt: null }, { kind: 'due' }],
  ['asks at once to be restored, whatever its date', { state: 'restoring' }, { kind: 'due' }],
  [
    'postponed waits like any other',
    { state: 'postponed', isNoticed: true },
    { kind: 'wait', waitMs: 2_592e6 },
  ],
  ['waits for the run that has it', { isClaimed: true, deleteAt: inDays(-1) }, { kind: 'in-hand' }],
  [
    'a held one waits for a person, also past its day',
    { state: 'held', deleteAt: inDays(-1) },
    { kind: 'none' },
  ],
  ['a held one in an approval waits for the run', { state: 'held', isClaimed: true }, { kind: 'in-hand' }],
  [
    'an ended one waits for nothing',
    { state: 'deleted', isClosed: true, deleteAt: inDays(-1) },
    { kind: 'none' },
  ],
])('%s', (_, departure, next) => {
  expect(nextStepOf({ ...waiting, ...departure }, now)).toEqual(next);
});
