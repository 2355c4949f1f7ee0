import { temporal } from '@temporalio/proto';

const { History } = temporal.api.history.v1;

export type WorkflowHistory = temporal.api.history.v1.IHistory;

/** Readable in a review: enums by name, payloads in Base64. */
export function historyToText(history: WorkflowHistory): string {
  const plain = History.toObject(History.fromObject(history), {
    longs: String,
    enums: String,
    bytes: String,
  });
  // The name of the machine that recorded it is nobody's business.
  const nameless = (key: string, value: unknown): unknown => (key === 'identity' ? 'recorder' : value);
  return `${JSON.stringify(plain, nameless, 1)}\n`;
}

export function historyFromText(text: string): WorkflowHistory {
  return History.fromObject(JSON.parse(text) as Record<string, unknown>);
}
