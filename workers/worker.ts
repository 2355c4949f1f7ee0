import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { NativeConnection } from '@temporalio/worker';
import { Worker, type WorkerOptions } from '@temporalio/worker';
import type { Config } from '../config';
import { projectRoot } from '../project-root';
import { bridgeTaskQueue } from '../workflows/task-queues';
import type { WorkerDeps } from './deps';
import { translateFailures } from './failures';

/** Activities get this long to come to the end of what they write; then they go on elsewhere. */
const drainFor = '8 seconds';
/** For activities that ignore their cancellation. */
const stopAfter = '20 seconds';

/** By default the SDK holds beats back for 80 % of the timeout, and one late beat is taken for a dead worker. */
const heartbeatsAtMostEvery = '1 second';

export type BridgeWorkerOptions = {
  readonly connection: NativeConnection;
  readonly config: Pick<
    Config,
    'TEMPORAL_NAMESPACE' | 'WORKER_CACHED_WORKFLOWS' | 'WORKER_CONCURRENT_ACTIVITIES'
  >;
  readonly activities: WorkerDeps['activities'];
  readonly taskQueue?: string;
  /** Made before; by default the one beside the compiled code, or a new one from the sources. */
  readonly workflowBundle?: { readonly codePath: string } | undefined;
};

export function createBridgeWorker({
  connection,
  config,
  activities,
  taskQueue = bridgeTaskQueue,
  workflowBundle,
}: BridgeWorkerOptions): Promise<Worker> {
  return Worker.create({
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue,
    activities,
    ...(workflowBundle === undefined ? workflowCode() : { workflowBundle }),
    maxCachedWorkflows: config.WORKER_CACHED_WORKFLOWS,
    maxConcurrentActivityTaskExecutions: config.WORKER_CONCURRENT_ACTIVITIES,
    shutdownGraceTime: drainFor,
    shutdownForceTime: stopAfter,
    maxHeartbeatThrottleInterval: heartbeatsAtMostEvery,
    interceptors: { activity: [() => ({ inbound: translateFailures })] },
  });
}

/** Compiled code finds its bundle built beside it; from sources the worker bundles when it starts. */
function workflowCode(): Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'> {
  const codePath = join(__dirname, '..', 'workflows', 'bundle.js');
  if (existsSync(codePath)) return { workflowBundle: { codePath } };
  return { workflowsPath: join(projectRoot, 'workflows', 'index.ts') };
}
