import type { WorkflowHandle } from '@temporalio/client';
import { Client, Connection, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { DirectoryPullInput } from '../workflows/directory-pull.contract';
import { directoryPullId, directoryPullType } from '../workflows/directory-pull.contract';
import { bridgeCorp, bridgeFeature, bridgePhase, bridgeTrigger } from '../workflows/search-attributes';
import { bridgeTaskQueue } from '../workflows/task-queues';

export type StartedWorkflow =
  | { readonly kind: 'started'; readonly workflowId: string; readonly temporalRunId: string }
  /** `runId` of the run that is open, when its memo could be read. */
  | { readonly kind: 'already-open'; readonly workflowId: string; readonly runId: string | undefined };

export interface TemporalGateway {
  startDirectoryPull(input: DirectoryPullInput & { readonly wecomCorpId: string }): Promise<StartedWorkflow>;
  /** False when no such workflow is open any more. */
  cancel(workflowId: string, temporalRunId: string | null): Promise<boolean>;
  /** Throws while the server can't be reached. */
  ping(): Promise<{ readonly serverVersion: string }>;
  /** Workers that asked for work a moment ago. */
  countWorkers(): Promise<number>;
  close(): Promise<void>;
}

/** A person is waiting; gRPC keeps trying to connect until then. */
const callDeadlineMs = 5_000;
const probeDeadlineMs = 2_000;

/** A worker polls every minute at the latest. */
const workerSeenWithinMs = 90_000;

export function createTemporalGateway({
  address,
  namespace,
  tls,
  apiKey,
  taskQueue = bridgeTaskQueue,
}: {
  readonly address: string;
  readonly namespace: string;
  readonly tls: boolean;
  readonly apiKey: string | undefined;
  readonly taskQueue?: string;
}): TemporalGateway {
  // Lazy: the API starts and answers while Temporal is away, and the channel reconnects by itself.
  const connection = Connection.lazy({
    address,
    ...(tls || apiKey !== undefined ? { tls: true } : {}),
    ...(apiKey === undefined ? {} : { apiKey }),
  });
  const client = new Client({ connection, namespace });
  const within = <T>(deadlineMs: number, call: () => Promise<T>): Promise<T> =>
    connection.withDeadline(Date.now() + deadlineMs, call);

  return {
    async startDirectoryPull({ wecomCorpId, ...input }) {
      const workflowId = directoryPullId(input.corpId);
      try {
        const handle = await within(callDeadlineMs, () =>
          client.workflow.start(directoryPullType, {
            taskQueue,
            workflowId,
            args: [input],
            workflowIdConflictPolicy: 'FAIL',
            workflowIdReusePolicy: 'ALLOW_DUPLICATE',
            memo: { runId: input.runId },
            typedSearchAttributes: [
              { key: bridgeCorp, value: input.corpId },
              { key: bridgeFeature, value: 'directory-pull' },
              { key: bridgePhase, value: 'reading' },
              { key: bridgeTrigger, value: input.trigger },
            ],
            staticSummary: `读取通讯录 · Directory pull · ${wecomCorpId} · ${input.mode}`,
          }),
        );
        return { kind: 'started', workflowId, temporalRunId: handle.firstExecutionRunId };
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        return {
          kind: 'already-open',
          workflowId,
          runId: await runIdOf(client.workflow.getHandle(workflowId)),
        };
      }
    },

    async cancel(workflowId, temporalRunId) {
      const handle = client.workflow.getHandle(workflowId, temporalRunId ?? undefined);
      try {
        await within(callDeadlineMs, () => handle.cancel());
        return true;
      } catch (error) {
        if (isNotFound(error)) return false;
        throw error;
      }
    },

    async ping() {
      const info = await within(probeDeadlineMs, () => connection.workflowService.getSystemInfo({}));
      return { serverVersion: info.serverVersion };
    },

    async countWorkers() {
      const { pollers } = await within(probeDeadlineMs, () =>
        connection.workflowService.describeTaskQueue({
          namespace,
          taskQueue: { name: taskQueue },
          taskQueueType: 1, // workflow tasks
        }),
      );
      const seen = pollers.filter(({ lastAccessTime }) => {
        const seconds = Number(lastAccessTime?.seconds ?? 0);
        return Date.now() - seconds * 1000 < workerSeenWithinMs;
      });
      return new Set(seen.map(({ identity }) => identity)).size;
    },

    async close() {
      await connection.close();
    },
  };

  async function runIdOf(handle: WorkflowHandle): Promise<string | undefined> {
    try {
      const { memo } = await within(callDeadlineMs, () => handle.describe());
      return typeof memo?.['runId'] === 'string' ? memo['runId'] : undefined;
    } catch (error) {
      // It ended in this very moment.
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && error.name === 'WorkflowNotFoundError';
}
