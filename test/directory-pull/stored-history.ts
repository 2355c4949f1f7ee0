import { temporal } from '@temporalio/proto';
import { projectRoot } from '../../project-root';

const { History } = temporal.api.history.v1;

export type WorkflowHistory = temporal.api.history.v1.IHistory;

/** Readable in a review: enums by name, payloads in Base64. */
export function historyToText(history: WorkflowHistory): string {
  const plain = History.toObject(History.fromObject(history), {
    longs: String,
    enums: String,
    bytes: String,
  });
  // The name of the machine that recorded it, and where the code lay there, are nobody's business.
  const nameless = (key: string, value: unknown): unknown => {
    if (key === 'identity') return 'recorder';
    return key === 'stackTrace' ? String(value).replaceAll(`${projectRoot}/`, '') : value;
  };
  return `${JSON.stringify(plain, nameless, 1)}\n`;
}

export function historyFromText(text: string): WorkflowHistory {
  return History.fromObject(JSON.parse(text) as Record<string, unknown>);
}
