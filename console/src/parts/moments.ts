export type Precision = 'day' | 'minute' | 'second' | 'clock';

const day = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
const clock = { hour: '2-digit', minute: '2-digit' } as const;

const formats: Readonly<Record<Precision, Intl.DateTimeFormatOptions>> = {
  day,
  minute: { ...day, ...clock },
  second: { ...day, ...clock, second: '2-digit' },
  clock,
};

/** 2026-03-01 09:30:00, as clock and calendar on the wall of the zone show it; without one, on the reader's. */
export function timeIn(zone: string | undefined, at: Date | string, precision: Precision): string {
  // Swedish writes dates and times like ISO 8601.
  const format = new Intl.DateTimeFormat('sv-SE', {
    ...formats[precision],
    ...(zone === undefined ? {} : { timeZone: zone }),
  });
  return format.format(new Date(at));
}

/** Winter and summer of the years around: zones that differ only by name are no news to the reader. */
const samples = ['2025-01-15', '2025-07-15', '2028-01-15', '2028-07-15'].map((on) => `${on}T12:00:00Z`);

export function isReadersClock(zone: string): boolean {
  return samples.every((at) => timeIn(zone, at, 'minute') === timeIn(undefined, at, 'minute'));
}
