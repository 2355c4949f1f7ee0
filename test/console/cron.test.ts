import { cronOf, isCron, nextRuns, rhythmOf } from '../../console/src/settings/cron';

const shanghai = 'Asia/Shanghai';
const saturday = new Date('2026-11-21T12:00:00Z');
const isoRuns = (cron: string, timezone = shanghai, from = saturday, count = 3) =>
  nextRuns(cron, timezone, from, count).map((moment) => moment.toISOString());

describe('the next runs of a schedule', () => {
  it('are moments on the clock of its zone', () => {
    expect(isoRuns('0 2 * * *')).toEqual([
      '2026-11-21T18:00:00.000Z',
      '2026-11-22T18:00:00.000Z',
      '2026-11-23T18:00:00.000Z',
    ]);
    expect(isoRuns('0 2 * * *', 'America/New_York', saturday, 1)).toEqual(['2026-11-22T07:00:00.000Z']);
  });

  it.each([
    ['every four hours', '15 */4 * * *', ['2026-11-21T12:15', '2026-11-21T16:15', '2026-11-21T20:15']],
    ['on working days', '30 1 * * 1-5', ['2026-11-22T17:30', '2026-11-23T17:30', '2026-11-24T17:30']],
    [
      'on Sundays, by either number',
      '0 9 * * 7',
      ['2026-11-22T01:00', '2026-11-29T01:00', '2026-12-06T01:00'],
    ],
    ['on Sundays, by name', '0 9 * * SUN', ['2026-11-22T01:00', '2026-11-29T01:00', '2026-12-06T01:00']],
    [
      'on the first of some months',
      '0 0 1 3,6 *',
      ['2027-02-28T16:00', '2027-05-31T16:00', '2028-02-29T16:00'],
    ],
    [
      'where both fields of days match',
      '0 9 13 * FRI',
      ['2027-08-13T01:00', '2028-10-13T01:00', '2029-04-13T01:00'],
    ],
  ])('come %s', (_, cron, expected) => {
    expect(isoRuns(cron).map((moment) => moment.slice(0, 16))).toEqual(expected);
  });

  it('leave out an hour that the change to summer time leaves out', () => {
    const before = new Date('2027-03-27T12:00:00Z');
    expect(isoRuns('30 2 * * *', 'Europe/Berlin', before, 2)).toEqual([
      '2027-03-29T00:30:00.000Z',
      '2027-03-30T00:30:00.000Z',
    ]);
  });

  it('are none where it never matches, or means nothing', () => {
    expect(isoRuns('0 0 31 2 *')).toEqual([]);
    expect(isoRuns('0 0 * *')).toEqual([]);
    expect(isoRuns('0 2 * * *', 'Not/AZone')).toEqual([]);
  });
});

describe('a rhythm people choose', () => {
  it.each(['0 2 * * *', '30 18 * * 1-5', '5 */6 * * *', '0 * * * *', '15 9 * * 0', '15 9 * * 3'])(
    'is the same cron expression again: %s',
    (cron) => {
      const { frequency, ...rest } = rhythmOf(cron);
      expect(frequency).not.toBe('custom');
      if (frequency !== 'custom') expect(cronOf({ ...rest, frequency })).toBe(cron);
    },
  );

  it.each(['0 2 1 * *', '*/5 * * * *', '0 2,14 * * *', '0 */5 * * *', 'nonsense'])(
    'is left to the expression where it says more: %s',
    (cron) => expect(rhythmOf(cron).frequency).toBe('custom'),
  );

  it.each([
    '60 0 * * *',
    '0 24 * * *',
    '0 0 0 * *',
    '0 0 * 13 *',
    '0 0 * * 8',
    '5-1 0 * * *',
    '0 0 * * * *',
    '',
  ])('refuses %p', (cron) => expect(isCron(cron)).toBe(false));
});
