import { setTimeout as wait } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';

export async function countEvents(address: string, workflowId: string): Promise<number> {
  const connection = await Connection.connect({ address });
  try {
    const { historyLength } = await new Client({ connection }).workflow.getHandle(workflowId).describe();
    return historyLength;
  } finally {
    await connection.close();
  }
}

export const secondsSince = (startedAt: number): number => (performance.now() - startedAt) / 1000;

export const toTenths = (seconds: number): number => Math.round(seconds * 10) / 10;

export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new Error(`Not a whole number: ${text}`);
  return value;
}

/** One after the other at a steady rate, whether the answers come or not. `dueAt` is a time of `performance.now()`. */
export async function atRate<T>(
  count: number,
  rate: number,
  offer: (index: number, dueAt: number) => Promise<T>,
): Promise<T[]> {
  const pending: Promise<T>[] = [];
  const startedAt = performance.now();
  for (let next = 0; next < count; await wait(2)) {
    const due = ((performance.now() - startedAt) / 1000) * rate;
    for (; next < count && next < due; next += 1) {
      pending.push(offer(next, startedAt + (next / rate) * 1000));
    }
  }
  return Promise.all(pending);
}

export const inOrder = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);

export function percentile(sorted: readonly number[], share: number): number {
  return toTenths(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
}
