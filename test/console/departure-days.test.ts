import { dayAfter, dayIn, monthAfter, weeksOf } from '../../console/src/departures/days';

describe('the days of the departures’ calendar', () => {
  it('are those of the corp’s time zone, whatever the browser’s is', () => {
    const at = new Date('2026-11-28T19:00:00Z');
    expect(dayIn('Asia/Shanghai', at)).toBe('2026-11-29');
    expect(dayIn('America/New_York', at)).toBe('2026-11-28');
  });

  it('stand in weeks from Monday to Sunday, filled with the days of the neighbouring months', () => {
    const weeks = weeksOf('2026-11');
    expect(weeks.every((week) => week.length === 7)).toBe(true);
    expect(weeks[0]).toEqual(expect.arrayContaining(['2026-10-26', '2026-11-01']));
    expect(weeks.at(-1)).toEqual(expect.arrayContaining(['2026-11-30', '2026-12-06']));
    expect(weeksOf('2027-02')).toHaveLength(4);
  });

  it('go on over the ends of months and years', () => {
    expect(dayAfter('2026-12-31', 1)).toBe('2027-01-01');
    expect(dayAfter('2028-03-01', -1)).toBe('2028-02-29');
    expect(monthAfter('2026-12', 1)).toBe('2027-01');
    expect(monthAfter('2026-01', -1)).toBe('2025-12');
  });
});
