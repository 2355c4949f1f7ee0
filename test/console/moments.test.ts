import { isReadersClock, timeIn } from '../../console/src/parts/moments';
import { shortDay } from '../../console/src/plan/short-day';

describe('times', () => {
  it.each([
    ['Asia/Shanghai', 'second', '2026-03-01 02:30:05'],
    ['Asia/Shanghai', 'minute', '2026-03-01 02:30'],
    ['America/New_York', 'day', '2026-02-28'],
    ['Asia/Kolkata', 'clock', '00:00'],
  ] as const)(
    'are those on the corp’s clock, whatever the reader’s is: %s, to the %s',
    (zone, precision, told) => {
      expect(timeIn(zone, '2026-02-28T18:30:05Z', precision)).toBe(told);
    },
  );

  it('name their zone only where it shows the reader another time', () => {
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    expect(isReadersClock(own)).toBe(true);
    expect([isReadersClock('Pacific/Kiritimati'), isReadersClock('Pacific/Pago_Pago')]).toContain(false);
  });

  it('leave out the year where it is this one, by the corp’s calendar', () => {
    const year = new Date().getUTCFullYear();
    expect(shortDay('UTC', `${year}-05-04T12:00:00Z`)).toBe('05-04');
    expect(shortDay('UTC', `${year + 1}-05-04T12:00:00Z`)).toBe(`${year + 1}-05-04`);
  });
});
