import type { Logger } from 'pino';
import { createDirectoryPullActivities, type DirectoryPullActivities } from '../activities/directory-pull';
import type { Config } from '../config';
import { createCorpStore } from '../store/corps';
import { openDatabase, type Database } from '../store/database';
import { createDirectoryPullStore } from '../store/directory-pull';
import { createRateBudgetStore } from '../store/rate-budget';
import { createRunStore, type RunStore } from '../store/runs';
import { createSecretBox, type SecretBox } from '../store/secrets';
import { createSettingsStore } from '../store/settings';
import { createTokenStore } from '../store/wecom-tokens';
import { createWecomClient, hostsOf } from '../wecom';
import { createWorkerMetrics, type WorkerMetrics } from './metrics';

export interface WorkerDeps {
  readonly db: Database;
  readonly secrets: SecretBox;
  readonly runs: RunStore;
  readonly metrics: WorkerMetrics;
  readonly activities: DirectoryPullActivities;
}

/** The composition root: every collaborator of the worker is made here. */
export function createWorkerDeps(config: Config, logger: Logger): WorkerDeps {
  const db = openDatabase({
    url: config.DATABASE_URL,
    // One for each activity that may run, and some for the waits inside them.
    maxConnections: config.WORKER_CONCURRENT_ACTIVITIES + 5,
    onConnectionLost: (error) => logger.warn({ err: error }, 'a connection to the database was lost'),
  });
  const secrets = createSecretBox(config.BRIDGE_MASTER_KEY.split(','));
  const corps = createCorpStore(db, secrets);
  const settings = createSettingsStore(db);
  const runs = createRunStore(db);
  const pulls = createDirectoryPullStore(db);
  const tokens = createTokenStore(db, secrets);
  const budget = createRateBudgetStore(db);
  const metrics = createWorkerMetrics();
  const allowedHosts = hostsOf(config.SIMULATOR_URL);

  return {
    db,
    secrets,
    runs,
    metrics,
    activities: createDirectoryPullActivities({
      corps,
      settings,
      runs,
      pulls,
      connectWecom: (connection, onCall) =>
        createWecomClient({
          connection,
          tokens,
          budget,
          allowedHosts,
          onCall: (call) => {
            metrics.countCall(call);
            onCall(call);
          },
        }),
    }),
  };
}
