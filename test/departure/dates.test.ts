import { departureDates, postponedDaysAfter, type DateQuestion } from '../../domain/departures/dates';
import { localDate } from '../../domain/time/zones';
import type { MaintenanceWindow } from '../../domain/directory/settings';
import { sequence } from '../directory-push/planning-world';

const dayMs = 24 * 3_600_000;
const everyDay = [1, 2, 3, 4, 5, 6, 7];

function ask(change: Partial<DateQuestion> = {}) {
  const disabledAt = change.disabledAt ?? new Date('2026-11-20T02:00:00Z');
  return departureDates({
    disabledAt,
    afterDays: 30,
    postponedDays: 0,
    now: disabledAt,
    before: null,
    cause: 'disabled',
    timezone: 'Asia/Shanghai',
    windows: [],
    slot: '03:00',
    ...change,
  });
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

/** What the clock on the wall shows there. */
function wallClock(at: Date | null, timezone: string): string {
  return new Intl.DateTimeFormat('sv-SE', {
    timeZone: timezone,
    dateStyle: 'short',
    timeStyle: 'short',
  }).format(at ?? new Date(Number.NaN));
}

test('a deletion comes at the first time of day for deletions after so many whole days', () => {
  // Disabled at 10:00 in Shanghai: 30 days later at 10:00, and the next 03:00 after that.
  const { deleteAt, noticeAt } = ask();
  expect(iso(deleteAt)).toBe('2026-12-20T19:00:00.000Z');
  expect(wallClock(deleteAt, 'Asia/Shanghai')).toBe('2026-12-21 03:00');
  expect(wallClock(noticeAt, 'Asia/Shanghai')).toBe('2026-12-18 03:00');
});

test('all who are disabled on one day before the time of day are deleted together', () => {
  const times = ['2026-11-19T19:00:01Z', '2026-11-20T02:00:00Z', '2026-11-20T19:00:00Z'];
  const dates = times.map((at) => iso(ask({ disabledAt: new Date(at) }).deleteAt));
  expect(new Set(dates)).toEqual(new Set(['2026-12-20T19:00:00.000Z']));
});

test.each([null, 0])('%p days mean that nobody is ever deleted', (afterDays) => {
  expect(ask({ afterDays })).toEqual({ deleteAt: null, noticeAt: null });
  expect(ask({ afterDays, cause: 'settings', before: new Date('2026-12-20T19:00:00Z') })).toEqual({
    deleteAt: null,
    noticeAt: null,
  });
});

test('a single day is no reason to warn first: the notice is due at once', () => {
  const { deleteAt, noticeAt } = ask({ afterDays: 1 });
  expect(wallClock(deleteAt, 'Asia/Shanghai')).toBe('2026-11-22 03:00');
  expect(iso(noticeAt)).toBe('2026-11-20T02:00:00.000Z');
});

describe('where the clocks change', () => {
  test.each([
    // Between the two, an hour (Lord Howe: half an hour) is left out, or comes twice.
    ['Europe/Berlin', '2027-03-27T12:00:00Z', 2, '2027-03-30 03:00'],
    ['Europe/Berlin', '2026-10-24T12:00:00Z', 2, '2026-10-27 03:00'],
    ['America/New_York', '2027-03-13T12:00:00Z', 2, '2027-03-16 03:00'],
    ['America/New_York', '2026-10-31T12:00:00Z', 2, '2026-11-03 03:00'],
    ['Australia/Lord_Howe', '2026-10-03T00:00:00Z', 2, '2026-10-06 03:00'],
    ['Australia/Lord_Howe', '2027-04-03T00:00:00Z', 2, '2027-04-06 03:00'],
  ])('in %s, days are days of the calendar', (timezone, disabledAt, afterDays, expected) => {
    const { deleteAt } = ask({ timezone, disabledAt: new Date(disabledAt), afterDays });
    expect(wallClock(deleteAt, timezone)).toBe(expected);
  });

  test.each([
    ['Europe/Berlin', '2027-03-27T00:00:00Z', '02:30', '2027-03-28 03:30'],
    ['America/New_York', '2027-03-13T07:00:00Z', '02:30', '2027-03-14 03:30'],
    ['Australia/Lord_Howe', '2026-10-02T15:00:00Z', '02:15', '2026-10-04 02:45'],
  ])(
    'in %s, a time of day that the clocks leave out is as late as they jump',
    (timezone, at, slot, expected) => {
      const { deleteAt } = ask({ timezone, disabledAt: new Date(at), afterDays: 1, slot });
      expect(wallClock(deleteAt, timezone)).toBe(expected);
    },
  );

  test('of a time of day that comes twice, the first one counts', () => {
    const { deleteAt } = ask({
      timezone: 'Europe/Berlin',
      disabledAt: new Date('2026-10-24T00:00:00Z'),
      afterDays: 1,
      slot: '02:30',
    });
    expect(iso(deleteAt)).toBe('2026-10-25T00:30:00.000Z');
  });
});

describe('maintenance windows', () => {
  const nightly: MaintenanceWindow = { days: everyDay, from: '22:00', to: '06:30' };

  test('nothing is deleted in one: the deletions of that day come when it is over', () => {
    const { deleteAt } = ask({ windows: [nightly] });
    expect(wallClock(deleteAt, 'Asia/Shanghai')).toBe('2026-12-21 06:30');
  });

  test('windows that follow each other are one', () => {
    const windows = [nightly, { days: everyDay, from: '06:30', to: '09:00' }];
    expect(wallClock(ask({ windows }).deleteAt, 'Asia/Shanghai')).toBe('2026-12-21 09:00');
  });

  test('a window on another day is none', () => {
    const windows = [{ ...nightly, days: [3] }];
    expect(wallClock(ask({ windows }).deleteAt, 'Asia/Shanghai')).toBe('2026-12-21 03:00');
  });

  test('where they leave no time at all the date stays, and the run itself waits', () => {
    const windows = [{ days: everyDay, from: '00:00', to: '00:00' }];
    expect(wallClock(ask({ windows }).deleteAt, 'Asia/Shanghai')).toBe('2026-12-21 03:00');
  });
});

describe('a change of the settings', () => {
  const now = new Date('2026-12-10T04:00:00Z');
  const before = new Date('2026-12-20T19:00:00Z');
  // The first 03:00 in Shanghai that lies three days after noon on 10 December.
  const warned = '2026-12-13T19:00:00.000Z';
  const changed = (change: Partial<DateQuestion>) => iso(ask({ cause: 'settings', now, ...change }).deleteAt);

  test('that moves a date later is taken as it is', () => {
    expect(changed({ before, afterDays: 60 })).toBe('2027-01-19T19:00:00.000Z');
  });

  test('that moves it earlier is taken as it is while there is time to warn', () => {
    expect(changed({ before, afterDays: 25 })).toBe('2026-12-15T19:00:00.000Z');
  });

  test.each([1, 10, 22])('to %p days leaves at least three days to warn', (afterDays) => {
    expect(changed({ before, afterDays })).toBe(warned);
  });

  test('leaves at least three days to warn where there was no date', () => {
    expect(changed({ before: null, afterDays: 10 })).toBe(warned);
    expect(iso(ask({ cause: 'settings', now, before: null, afterDays: 10 }).noticeAt)).toBe(
      '2026-12-10T19:00:00.000Z',
    );
  });

  test('never puts off who was told an earlier day already', () => {
    const tomorrow = new Date('2026-12-10T19:00:00Z');
    expect(changed({ before: tomorrow, afterDays: 5 })).toBe(tomorrow.toISOString());
  });

  test('counts what was postponed', () => {
    expect(changed({ before, afterDays: 25, postponedDays: 7 })).toBe('2026-12-22T19:00:00.000Z');
  });

  test('is the same for another time of day, another zone and other windows', () => {
    expect(changed({ before, slot: '04:00' })).toBe('2026-12-20T20:00:00.000Z');
    expect(changed({ before, timezone: 'Europe/Berlin' })).toBe('2026-12-20T02:00:00.000Z');
    expect(changed({ before, windows: [{ days: everyDay, from: '02:00', to: '05:00' }] })).toBe(
      '2026-12-20T21:00:00.000Z',
    );
  });
});

test('what failed on its day is tried at the next time of day, and never at the one that failed', () => {
  const due = new Date('2026-12-20T19:00:00Z');
  const retried = (now: Date) =>
    wallClock(ask({ cause: 'retry', before: due, now }).deleteAt, 'Asia/Shanghai');
  expect(retried(due)).toBe('2026-12-22 03:00');
  expect(retried(new Date(due.getTime() + 2_000))).toBe('2026-12-22 03:00');
  expect(retried(new Date(due.getTime() - 2_000))).toBe('2026-12-21 03:00');
});

test('a deletion that somebody hurried is tried again where nobody is ever deleted', () => {
  const now = new Date('2026-12-10T04:00:00Z');
  expect(wallClock(ask({ cause: 'retry', afterDays: null, now }).deleteAt, 'Asia/Shanghai')).toBe(
    '2026-12-11 03:00',
  );
});

test('a date found late is never in the past', () => {
  const now = new Date('2027-01-10T04:00:00Z');
  expect(wallClock(ask({ now }).deleteAt, 'Asia/Shanghai')).toBe('2027-01-11 03:00');
});

describe('putting off', () => {
  const disabledAt = new Date('2026-11-20T02:00:00Z');
  const deleteAt = new Date('2026-12-20T19:00:00Z');
  const putOff = (days: number, change: Partial<Parameters<typeof postponedDaysAfter>[0]>, now: Date) =>
    postponedDaysAfter({ disabledAt, afterDays: 30, deleteAt, postponedDays: 0, ...change }, days, now);
  const dateAfter = (postponedDays: number, now: Date): string =>
    wallClock(ask({ cause: 'settings', now, postponedDays, before: deleteAt }).deleteAt, 'Asia/Shanghai');

  test('counts from the day of the deletion, and again from the one that this made', () => {
    const now = new Date('2026-12-01T04:00:00Z');
    const postponedDays = putOff(7, {}, now);
    expect(dateAfter(postponedDays, now)).toBe('2026-12-28 03:00');
    const shown = new Date('2026-12-27T19:00:00Z');
    expect(dateAfter(putOff(3, { postponedDays, deleteAt: shown }, now), now)).toBe('2026-12-31 03:00');
  });

  test('counts from now where the day is over: what was held is not put off into the past', () => {
    const now = new Date('2026-12-31T04:00:00Z');
    expect(dateAfter(putOff(5, {}, now), now)).toBe('2027-01-07 03:00');
  });

  test('counts from the day that attempts in vain have made of it', () => {
    const now = new Date('2026-12-24T04:00:00Z');
    const tomorrow = new Date('2026-12-24T19:00:00Z');
    expect(dateAfter(putOff(7, { deleteAt: tomorrow }, now), now)).toBe('2027-01-01 03:00');
  });

  test('counts in the days of a rehearsal as well', () => {
    const tenSeconds = 10_000;
    const at = (days: number): Date => new Date(disabledAt.getTime() + days * tenSeconds);
    const putOffBy2 = (deleteAt: Date, now: Date) =>
      postponedDaysAfter({ disabledAt, afterDays: 3, postponedDays: 0, deleteAt }, 2, now, tenSeconds);
    expect(putOffBy2(at(3), at(1))).toBe(2);
    expect(putOffBy2(at(3), at(5.5))).toBe(5);
    // Tried in vain meanwhile.
    expect(putOffBy2(at(4.5), at(4))).toBe(4);
  });

  test('is at least by as many days as somebody said, and by one more at most, whenever they say it', () => {
    const random = sequence(7);
    for (let run = 0; run < 500; run += 1) {
      const timezone = zones[Math.floor(random() * zones.length)]!;
      const from = new Date(Date.UTC(2026, 0, 1) + Math.floor(random() * 900 * dayMs));
      const days = 1 + Math.floor(random() * 60);
      const fresh = ask({ disabledAt: from, timezone });
      const now = new Date(from.getTime() + Math.floor(random() * 60 * dayMs));
      const postponedDays = postponedDaysAfter(
        { disabledAt: from, afterDays: 30, postponedDays: 0, deleteAt: fresh.deleteAt! },
        days,
        now,
      );
      const shown = Math.max(fresh.deleteAt!.getTime(), now.getTime());
      const { deleteAt: put } = ask({
        disabledAt: from,
        timezone,
        now,
        postponedDays,
        before: new Date(shown),
        cause: 'settings',
      });
      const by = (put!.getTime() - shown) / dayMs;
      expect(by).toBeGreaterThan(days - 0.1);
      expect(by).toBeLessThan(Math.max(days + 2.1, 4.1));
    }
  });
});

test('in a rehearsal a day is as short as it was set, without times of day and windows', () => {
  const disabledAt = new Date('2026-11-20T02:00:00Z');
  const windows = [{ days: everyDay, from: '00:00', to: '00:00' }];
  const { deleteAt, noticeAt } = ask({ disabledAt, afterDays: 5, dayMs: 2_000, windows });
  expect(deleteAt!.getTime() - disabledAt.getTime()).toBe(10_000);
  expect(noticeAt!.getTime() - disabledAt.getTime()).toBe(4_000);
  const now = new Date(disabledAt.getTime() + 10_000);
  expect(ask({ disabledAt, afterDays: 5, dayMs: 2_000, cause: 'retry', now }).deleteAt!.getTime()).toBe(
    now.getTime() + 2_000,
  );
});

const zones = ['Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC'];

test('in every zone and season: at least so many days, at most one more, at the time of day, never unwarned', () => {
  const random = sequence(6);
  const slots = ['00:00', '02:15', '03:00', '23:45'];
  for (let run = 0; run < 1_500; run += 1) {
    const timezone = zones[Math.floor(random() * zones.length)]!;
    const slot = slots[Math.floor(random() * slots.length)]!;
    const disabledAt = new Date(Date.UTC(2026, 0, 1) + Math.floor(random() * 900 * dayMs));
    const afterDays = 1 + Math.floor(random() * 400);
    const fresh = ask({ disabledAt, afterDays, timezone, slot });
    const days = (fresh.deleteAt!.getTime() - disabledAt.getTime()) / dayMs;
    expect(days).toBeGreaterThan(afterDays - 0.1);
    expect(days).toBeLessThanOrEqual(afterDays + 1.1);
    expect(fresh.noticeAt! <= fresh.deleteAt!).toBe(true);
    expect([0, 1]).toContain(
      Math.round(
        (Date.parse(localDate(fresh.deleteAt!, timezone)) - Date.parse(localDate(disabledAt, timezone))) /
          dayMs,
      ) - afterDays,
    );

    const now = new Date(disabledAt.getTime() + Math.floor(random() * 500 * dayMs));
    const before = random() < 0.3 ? null : fresh.deleteAt;
    const other = 1 + Math.floor(random() * 400);
    const redated = ask({ disabledAt, afterDays: other, timezone, slot, now, before, cause: 'settings' });
    const earliest = now.getTime() + 3 * dayMs - 3_700_000;
    const isWarned = redated.deleteAt!.getTime() >= earliest;
    expect(isWarned || (before !== null && redated.deleteAt! >= before)).toBe(true);
    // Made again, it is the same: a date does not wander because somebody saves the settings twice.
    const again = ask({
      disabledAt,
      afterDays: other,
      timezone,
      slot,
      now,
      before: redated.deleteAt,
      cause: 'settings',
    });
    expect(again.deleteAt).toEqual(redated.deleteAt);
  }
});
