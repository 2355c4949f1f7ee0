import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporal } from '@temporalio/proto';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { projectRoot } from '../../project-root';
import { workflowBundle } from './workflow-bundle';

const { History } = temporal.api.history.v1;

export type WorkflowHistory = temporal.api.history.v1.IHistory;

export interface StoredHistory {
  /** Below test/, without the ending: `departure/histories/deleted`. */
  readonly file: string;
  readonly workflowType: string;
  readonly history: WorkflowHistory;
  /** All that stands in it, payloads in clear. */
  readonly text: string;
}

const tests = join(projectRoot, 'test');

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

/** Every history that lies in a folder `histories` anywhere below test/. */
export function storedHistories(): StoredHistory[] {
  return readdirSync(tests, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => /(^|\/)histories\/[^/]+\.json$/.test(file))
    .sort()
    .map((file) => {
      const plain = JSON.parse(readFileSync(join(tests, file), 'utf8')) as Record<string, unknown>;
      const history = History.fromObject(plain);
      const started = history.events[0]?.workflowExecutionStartedEventAttributes;
      return {
        file: file.replace(/\.json$/, ''),
        workflowType: started?.workflowType?.name ?? '',
        history,
        text: JSON.stringify(plain, (key, value: unknown) =>
          key === 'data' && typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : value,
        ),
      };
    });
}

/** Holds each history against the workflows of today; gives what is wrong, by file, and nothing for those understood. */
export async function replay(histories: readonly StoredHistory[]): Promise<ReadonlyMap<string, Error>> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const wrong = new Map<string, Error>();
  const replayed = Worker.runReplayHistories(
    { workflowBundle },
    histories.map(({ file, history }) => ({ workflowId: file, history })),
  );
  for await (const { workflowId, error } of replayed) if (error) wrong.set(workflowId, error);
  return wrong;
}
