import { changeActions } from '../api/push';

/** “Delete members 3, create members 12”: only what there is, the dangerous first. */
export function countsInWords(
  counts: Readonly<Record<string, number>>,
  maybe: (key: string) => string | undefined,
  number: (value: number) => string,
  comma: string,
): string {
  return changeActions
    .filter((action) => (counts[action] ?? 0) > 0)
    .map((action) => `${maybe(`count.${action}`) ?? action} ${number(counts[action] ?? 0)}`)
    .join(comma);
}

const neverWritten: ReadonlySet<string> = new Set(['conflict', 'skipUser']);

/** Whether applying the plan would write, or remember, anything. */
export function hasWork(counts: Readonly<Record<string, number>>): boolean {
  return changeActions.some((action) => !neverWritten.has(action) && (counts[action] ?? 0) > 0);
}
