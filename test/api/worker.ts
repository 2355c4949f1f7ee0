import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import pino from 'pino';
import { loadConfig } from '../../config';
import { createWorkerDeps, type WorkerDeps } from '../../workers/deps';
import { ensureNamespace } from '../../workers/namespace';
import { createBridgeWorker } from '../../workers/worker';
import { testTemporal } from '../support/temporal';
import { workflowBundle } from '../support/workflow-bundle';
import type { TestApi } from './harness';

/** A real worker beside the API under test. */
export async function startTestWorker(
  api: TestApi,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly deps: WorkerDeps; stop(): Promise<void> }> {
  const config = loadConfig({
    DATABASE_URL: api.databaseUrl,
    TEMPORAL_ADDRESS: testTemporal().address,
    TEMPORAL_NAMESPACE: api.namespace,
    BRIDGE_MASTER_KEY: api.masterKey,
    SIMULATOR_URL: api.simulator.url,
    ...env,
  });
  const logger = pino({ level: 'silent' });
  const deps = createWorkerDeps(config, logger);
  const own = env['TEMPORAL_ADDRESS'];
  // A test's own server has been made ready by the test.
  if (own === undefined) await ensureNamespace(testTemporal(), api.namespace, logger);
  const connection = await NativeConnection.connect({ address: own ?? testTemporal().address });
  const worker = await createBridgeWorker({
    connection,
    config,
    activities: deps.activities,
    workflowBundle,
  });
  const running = worker.run();
  return {
    deps,
    async stop() {
      worker.shutdown();
      await running;
      await connection.close();
      await deps.db.close();
    },
  };
}

export type TestWorker = Awaited<ReturnType<typeof startTestWorker>>;

/** A worker that a test may take away and bring back. */
export type KeptWorker = {
  worker(): TestWorker;
  startWorker(): Promise<void>;
  stopWorker(): Promise<void>;
};

export function keepWorker(api: TestApi, env: Readonly<Record<string, string>> = {}): KeptWorker {
  let worker: TestWorker | undefined;
  return {
    worker() {
      if (worker === undefined) throw new Error('There is no worker');
      return worker;
    },
    async startWorker() {
      worker = await startTestWorker(api, env);
    },
    async stopWorker() {
      const stopping = worker;
      worker = undefined;
      await stopping?.stop();
    },
  };
}

let hasRuntime = false;

/** A process has one runtime; it is installed before anything uses it. */
export function installQuietRuntime(): void {
  if (!hasRuntime) Runtime.install({ logger: new DefaultLogger('ERROR') });
  hasRuntime = true;
}
