import './memory';
import { Client } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, type LogLevel } from '@temporalio/worker';
import type { Logger } from 'pino';
import { ConfigError, loadConfig, type Config } from '../config';
import { assertMasterKeyFits, MasterKeyMismatchError } from '../store/installation';
import { bridgeTaskQueue } from '../workflows/task-queues';
import { noticeGaps, startDeliveries } from './attendance-sweep';
import { createWorkerDeps, type WorkerDeps } from './deps';
import { createWorkerLogger } from './logger';
import {
  cancelRunsForNobody,
  releaseLostClaims,
  startDepartureDesks,
  wakeOverdueDepartures,
} from './departures-sweep';
import { startWaitingEvents } from './events-sweep';
import { forgetOldMessages } from './messages-retention';
import { createMessageSweep } from './messages-sweep';
import { serveMetrics } from './metrics';
import { createPlanCardSweep } from './plan-cards-sweep';
import { ensureNamespace } from './namespace';
import { reconcileAttendanceSchedules, reconcileSchedules, type CorpSchedules } from './schedules';
import { closeStaleRuns } from './stale-runs';
import { createTodoSweep } from './todos-sweep';
import { createBridgeWorker } from './worker';

const staleRunsEveryMs = 30_000;
const schedulesEveryMs = 10 * 60_000;
const waitingEventsEveryMs = 30_000;
const departureDesksEveryMs = 2_000;
const lostClaimsEveryMs = 30_000;
const overdueDeparturesEveryMs = 3_600_000;
const attendanceEveryMs = 60_000;
const messagesEveryMs = 2_000;
const todosEveryMs = 2_000;
const oldEventsEveryMs = 3_600_000;
const oldMessagesEveryMs = 3_600_000;
/** Long enough to see what WeCom told last month. */
const eventsKeptDays = 30;
/** The server may be starting together with this process. */
const connectWithinMs = 60_000;

async function main(): Promise<void> {
  const config = loadConfig();
  const logger = createWorkerLogger(config.BRIDGE_LOG_LEVEL);
  installRuntime(logger);
  const deps = createWorkerDeps(config, logger);
  const address = temporalOptions(config);
  await untilReachable('the database', () => assertMasterKeyFits(deps.db, deps.secrets), logger);
  const connection = await untilReachable('Temporal', () => NativeConnection.connect(address), logger);
  try {
    await ensureNamespace(address, config.TEMPORAL_NAMESPACE, logger);
    const client = new Client({ connection, namespace: config.TEMPORAL_NAMESPACE });
    const worker = await createBridgeWorker({ connection, config, activities: deps.activities });
    const metrics =
      config.METRICS_PORT === undefined ? undefined : await serveMetrics(deps.metrics, config.METRICS_PORT);

    const stop = (reason: string): void => {
      if (worker.getState() !== 'RUNNING') return;
      logger.info({ reason }, 'draining');
      worker.shutdown();
    };
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(signal));
    // Whoever started this process has gone, perhaps killed: nobody would ever stop it.
    process.on('disconnect', () => stop('disconnect'));

    const running = worker.run();
    const stopCleaning = repeatedly(staleRunsEveryMs, logger, 'stale runs could not be looked for', () =>
      closeStaleRuns(client, deps.runs, logger),
    );
    const stopReconciling = repeatedly(schedulesEveryMs, logger, 'schedules could not be reconciled', () =>
      reconcileSchedules(client, () => corpSchedules(deps), bridgeTaskQueue, logger),
    );
    const stopSweeping = repeatedly(
      waitingEventsEveryMs,
      logger,
      'waiting events could not be looked for',
      () => startWaitingEvents(client, deps.events, bridgeTaskQueue, logger),
    );
    const stopDepartures = [
      repeatedly(departureDesksEveryMs, logger, 'departures could not be looked for', () =>
        startDepartureDesks(client, deps.departures, bridgeTaskQueue),
      ),
      repeatedly(lostClaimsEveryMs, logger, 'lost departures could not be looked for', () =>
        releaseLostClaims(client, deps.departureSweep, deps.departures, logger),
      ),
      repeatedly(lostClaimsEveryMs, logger, 'runs without departures could not be looked for', () =>
        cancelRunsForNobody(client, deps.departureSweep, logger),
      ),
      repeatedly(overdueDeparturesEveryMs, logger, 'overdue departures could not be looked for', () =>
        wakeOverdueDepartures(deps.departureSweep, logger),
      ),
    ];
    const stopAttendance = [
      repeatedly(schedulesEveryMs, logger, 'attendance schedules could not be reconciled', () =>
        reconcileAttendanceSchedules(
          client,
          () => deps.attendanceGaps.scheduledRules(),
          bridgeTaskQueue,
          logger,
        ),
      ),
      repeatedly(attendanceEveryMs, logger, 'attendance to tell the OA could not be looked for', () =>
        startDeliveries(client, deps.attendanceDelivery, bridgeTaskQueue),
      ),
      repeatedly(attendanceEveryMs, logger, 'missed days of attendance could not be looked for', () =>
        noticeGaps(client, deps.attendanceGaps, bridgeTaskQueue, logger),
      ),
    ];
    const messageSweep = createMessageSweep(client, deps.messageSweep, bridgeTaskQueue);
    const stopMessages = repeatedly(messagesEveryMs, logger, 'messages could not be looked for', () =>
      messageSweep.sweep(),
    );
    const todoSweep = createTodoSweep(
      client,
      { taps: deps.cardTaps, todos: deps.todoSweep },
      bridgeTaskQueue,
    );
    const planCards = createPlanCardSweep(deps.planCards, deps.publicUrl);
    const stopPlanCards = repeatedly(todosEveryMs, logger, 'plans could not be looked for', () =>
      planCards.sweep(),
    );
    const stopTodos = repeatedly(todosEveryMs, logger, 'tasks could not be looked for', () =>
      todoSweep.sweep(),
    );
    const stopRetention = repeatedly(oldMessagesEveryMs, logger, 'old messages could not be forgotten', () =>
      forgetOldMessages(deps.messageRetention, logger, () => worker.getState() !== 'RUNNING'),
    );
    const stopForgetting = repeatedly(oldEventsEveryMs, logger, 'old events could not be removed', () =>
      deps.events.removeProcessed(eventsKeptDays),
    );
    process.send?.({ type: 'ready' });
    logger.info({ namespace: config.TEMPORAL_NAMESPACE }, 'worker ready');
    try {
      await running;
    } finally {
      await Promise.all([
        stopCleaning(),
        stopReconciling(),
        stopSweeping(),
        ...stopDepartures.map((stop) => stop()),
        ...stopAttendance.map((stop) => stop()),
        stopMessages(),
        stopPlanCards(),
        stopTodos(),
        stopRetention(),
        stopForgetting(),
      ]);
      await metrics?.close();
    }
  } finally {
    await connection.close();
    await deps.db.close();
  }
  logger.info('worker stopped');
}

async function corpSchedules({ corps, settings }: WorkerDeps): Promise<CorpSchedules[]> {
  const [all, saved] = await Promise.all([corps.listCorps(), settings.currentSettingsOfAll()]);
  return all.flatMap(({ id }) => {
    const document = saved.get(id)?.document;
    return document === undefined ? [] : [{ corpId: id, settings: document }];
  });
}

function temporalOptions(config: Config) {
  const { TEMPORAL_ADDRESS: address, TEMPORAL_TLS: tls, TEMPORAL_API_KEY: apiKey } = config;
  return {
    address,
    ...(tls || apiKey !== undefined ? { tls: true } : {}),
    ...(apiKey === undefined ? {} : { apiKey }),
  };
}

/** The SDK's own lines, those of its native part included, in the worker's log. */
function installRuntime(logger: Logger): void {
  const level = (logger.level === 'silent' ? 'error' : logger.level).toUpperCase() as LogLevel;
  Runtime.install({
    logger: new DefaultLogger(
      level === ('FATAL' as string) ? 'ERROR' : level,
      ({ level: of, message, meta }) => {
        const log = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;
        logger[log[of]](
          { ...meta, ...(meta?.['error'] === undefined ? {} : { err: meta['error'], error: undefined }) },
          message,
        );
      },
    ),
    telemetryOptions: { logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} } },
    // main() decides about signals: the database is closed after the worker, not with it.
    shutdownSignals: [],
  });
}

async function untilReachable<T>(
  what: 'Temporal' | 'the database',
  connect: () => Promise<T>,
  logger: Logger,
): Promise<T> {
  const deadline = Date.now() + connectWithinMs;
  for (;;) {
    try {
      return await connect();
    } catch (error) {
      if (error instanceof MasterKeyMismatchError || Date.now() >= deadline) throw error;
      logger.warn({ err: error }, `${what} is not reachable yet`);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}

/** At once and then again and again; a failure is logged and does not end it. */
function repeatedly(
  everyMs: number,
  logger: Logger,
  problem: string,
  work: () => Promise<unknown>,
): () => Promise<void> {
  let stopped = false;
  let isBusy = false;
  let running: Promise<void> = Promise.resolve();
  const once = (): void => {
    isBusy = true;
    running = work()
      .then(
        () => undefined,
        (error: unknown) => logger.warn({ err: error }, problem),
      )
      .finally(() => (isBusy = false));
  };
  once();
  // While the database or Temporal is away one try may outlast the next.
  const timer = setInterval(() => !stopped && !isBusy && once(), everyMs);
  return async () => {
    stopped = true;
    clearInterval(timer);
    await running;
  };
}

main().then(
  // Left alone, the IPC channel keeps the process alive, and whoever stops it waits for nothing.
  () => process.exit(0),
  (error: unknown) => {
    if (error instanceof ConfigError || error instanceof MasterKeyMismatchError)
      process.stderr.write(`${error.message}\n`);
    else createWorkerLogger().fatal({ err: error }, 'the worker ended');
    // The SDK's native part may keep the process alive.
    process.exit(1);
  },
);
