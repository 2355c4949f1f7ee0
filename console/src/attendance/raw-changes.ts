import type { RawRow } from '../api/attendance-values';

export interface FieldChange {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** Which fields of WeCom's row differ, by name; what WeCom counts in seconds is told on the corp's clock. */
export function changedFields(
  before: RawRow,
  after: RawRow,
  timezone: string | undefined,
): readonly FieldChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .map((name) => ({
      name,
      before: told(name, before[name], timezone),
      after: told(name, after[name], timezone),
    }))
    .filter((change) => change.before !== change.after);
}

function told(name: string, value: unknown, timezone: string | undefined): string {
  if (value === undefined || value === null || value === '') return '—';
  if (typeof value === 'number' && name.endsWith('_time')) {
    return value === 0 ? '—' : momentIn(timezone, new Date(value * 1_000));
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function momentIn(timezone: string | undefined, at: Date): string {
  // Swedish writes dates like ISO 8601.
  return new Intl.DateTimeFormat('sv-SE', {
    ...{ dateStyle: 'short', timeStyle: 'medium' },
    ...(timezone === undefined ? {} : { timeZone: timezone }),
  }).format(at);
}
