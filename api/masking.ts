import type { Principal } from './principal';
import { isAdministrator } from './principal';

/** Personal data as those see it who do not hold every right. */

/** Enough to recognise a number one knows, not enough to call it. */
export function maskNumber(number: string): string {
  const shown = number.length >= 11 ? [3, 4] : number.length >= 7 ? [0, 4] : [0, 0];
  const [head = 0, tail = 0] = shown;
  return number.slice(0, head) + '*'.repeat(number.length - head - tail) + number.slice(number.length - tail);
}

const numberFields = new Set(['mobile', 'telephone']);
const addressFields = new Set(['address']);

export function maskValue(field: string, value: string): string {
  if (numberFields.has(field)) return maskNumber(value);
  return addressFields.has(field) ? '*'.repeat(Math.min(value.length, 8)) : value;
}

export function maskTable<T extends Readonly<Record<string, unknown>>>(table: T): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(table).map(([field, value]) => [
      field,
      typeof value === 'string' ? maskValue(field, value) : value,
    ]),
  );
}

/** A value as this reader may see it. */
export function valueFor(principal: Principal, field: string, value: string): string {
  return isAdministrator(principal) ? value : maskValue(field, value);
}
