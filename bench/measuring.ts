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
