import { writingTime } from '../../../domain/directory/maintenance-windows';
import type { MaintenanceWindow } from '../../../domain/directory/settings';

const shanghai = 'Asia/Shanghai';
const everyDay = [1, 2, 3, 4, 5, 6, 7];
const hourMs = 3_600_000;

/** Monday the 16th of November 2026, as the clock in Shanghai shows it. */
const monday = (time: string): Date => new Date(`2026-11-16T${time}:00+08:00`);

it.each<{ title: string; windows: MaintenanceWindow[]; now: Date; waitHours: number; openHours: number }>([
  { title: 'without windows: open', windows: [], now: monday('12:00'), waitHours: 0, openHours: 192 },
  {
    title: 'inside a window: closed until its end',
    windows: [{ days: [1], from: '10:00', to: '14:00' }],
    now: monday('12:00'),
    waitHours: 2,
    openHours: 0,
  },
  {
    title: 'before a window: open until its beginning',
    windows: [{ days: [1], from: '13:00', to: '14:00' }],
    now: monday('12:00'),
    waitHours: 0,
    openHours: 1,
  },
  {
    title: 'at the end of a window: open until the next week',
    windows: [{ days: [1], from: '10:00', to: '12:00' }],
    now: monday('12:00'),
    waitHours: 0,
    openHours: 7 * 24 - 2,
  },
  {
    title: 'a window over midnight belongs to the day it begins on',
    windows: [{ days: [7], from: '22:00', to: '06:00' }],
    now: monday('01:00'),
    waitHours: 5,
    openHours: 0,
  },
  {
    title: 'on another day: open',
    windows: [{ days: [2], from: '10:00', to: '14:00' }],
    now: monday('12:00'),
    waitHours: 0,
    openHours: 22,
  },
  {
    title: 'windows that touch are one',
    windows: [
      { days: [1], from: '10:00', to: '13:00' },
      { days: [1], from: '13:00', to: '15:00' },
    ],
    now: monday('12:00'),
    waitHours: 3,
    openHours: 0,
  },
  {
    title: 'from and to alike: the whole day',
    windows: [{ days: [1], from: '00:00', to: '00:00' }],
    now: monday('12:00'),
    waitHours: 12,
    openHours: 0,
  },
])('$title', ({ windows, now, waitHours, openHours }) => {
  expect(writingTime(windows, shanghai, now)).toEqual({
    waitMs: waitHours * hourMs,
    openForMs: openHours * hourMs,
  });
});

it('times are those on the wall, in summer and in winter', () => {
  const night: MaintenanceWindow[] = [{ days: everyDay, from: '08:00', to: '20:00' }];
  const berlin = 'Europe/Berlin';
  // The clocks go back on the 25th of October 2026.
  expect(writingTime(night, berlin, new Date('2026-10-24T17:00:00Z')).waitMs).toBe(hourMs);
  expect(writingTime(night, berlin, new Date('2026-10-26T17:00:00Z')).waitMs).toBe(2 * hourMs);
  expect(writingTime(night, berlin, new Date('2026-10-24T18:00:00Z')).openForMs).toBe(13 * hourMs);
});
