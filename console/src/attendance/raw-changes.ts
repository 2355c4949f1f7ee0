import type { RawRow } from '../api/attendance-values';
import { timeIn } from '../parts/moments';

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
    return value === 0 ? '—' : timeIn(timezone, new Date(value * 1_000), 'second');
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
