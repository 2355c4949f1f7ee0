import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { Client, Connection, isGrpcServiceError } from '@temporalio/client';
import {
  type InternalConnectionOptions,
  InternalConnectionOptionsSymbol,
} from '@temporalio/client/lib/connection';
import { msToTs, requiredTsToMs } from '@temporalio/common/lib/time';
import type { temporal } from '@temporalio/proto';
import { freePort } from '../../embedded/ports';
import { bridgeSearchAttributes } from '../../workflows/search-attributes';
import { patienceMs } from './patience';

/** A Temporal server whose clock stands beside ours: it goes at our pace until it is told to be so much later. */
export interface VirtualTime {
  readonly address: string;
  readonly namespace: string;
  readonly client: Client;
  now(): Promise<Date>;
  /** Everything that falls due meanwhile is done, in order, before this returns. */
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** Value of Temporal's API, which its packages publish as a type only. */
const indexedValueKeyword = 2;
const namespace = 'default';

const lookEveryMs = 50;
/** So many looks in a row: between two of somebody's steps there is a moment without any, a long one on a busy machine. */
const certainAfter = 20;
/** A refusal is tried again by the client, which must not go on when somebody else holds the time by then. */
const lettingGoTakesMs = 200;

/** Undefined where this machine can't have the server; global set-up has looked. */
export function timeSkippingServer(): string | undefined {
  return process.env['TEST_TIME_SKIPPING_SERVER'] || undefined;
}

export async function startVirtualTime(): Promise<VirtualTime> {
  const path = timeSkippingServer();
  if (path === undefined) {
    throw new Error(
      [
        "Temporal's test server was not found and could not be fetched. Any one of these helps:",
        '  1. Name an executable of it in TEST_TIME_SKIPPING_SERVER',
        '  2. Let this machine reach temporal.download, where the SDK gets it',
        '  3. Install Java 8 or newer with access to a Maven repository',
        process.env['TEST_TIME_SKIPPING_LACKS'] ?? '',
      ].join('\n'),
    );
  }
  const address = `127.0.0.1:${await freePort()}`;
  const server = startServer(path, address);
  const connection = await connectTo(address, server);
  const { testService } = connection;
  if (testService === undefined) throw new Error('This server has one clock only: the real one');
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(
      bridgeSearchAttributes.map(({ name }) => [name, indexedValueKeyword]),
    ),
  });

  /**
   * Nobody has anything to do at this moment. The server holds the time still for a child that told its end to a parent
   * who had ended before, and never lets go of it again: then it is up to us.
   */
  async function isQuiet(): Promise<boolean> {
    const { executions } = await connection.workflowService.listOpenWorkflowExecutions({
      namespace,
      startTimeFilter: {},
    });
    const isBusy = await Promise.all(
      (executions ?? []).map(async ({ execution }) => {
        const { history } = await connection.workflowService.getWorkflowExecutionHistory({
          namespace,
          execution,
        });
        return hasWork(history?.events ?? []);
      }),
    );
    return !isBusy.includes(true);
  }

  const letGo = async (): Promise<void> => {
    try {
      await connection.withDeadline(Date.now() + lettingGoTakesMs, () => testService.unlockTimeSkipping({}));
    } catch (error) {
      // Nothing held it any more: it goes by itself.
      if (!isGrpcServiceError(error)) throw error;
    }
  };

  return {
    address,
    namespace,
    client: new Client({ connection, namespace }),
    async now() {
      const { time } = await testService.getCurrentTime({});
      return new Date(requiredTsToMs(time, 'time'));
    },

    async advance(ms) {
      let isOver = false;
      const slept = testService
        .unlockTimeSkippingWithSleep({ duration: msToTs(ms) })
        .finally(() => (isOver = true));
      for (let quiet = 0; !isOver;) {
        await Promise.race([slept, wait(lookEveryMs)]);
        if (isOver) break;
        quiet = (await isQuiet()) ? quiet + 1 : 0;
        if (quiet < certainAfter) continue;
        await letGo();
        quiet = 0;
      }
      await slept;
    },

    async close() {
      await connection.close();
      await ended(server);
    },
  };
}

/** Not as the SDK starts it: that gives the server five seconds. */
function startServer(path: string, address: string): ChildProcess {
  const port = address.slice(address.indexOf(':') + 1);
  return spawn(path, [port], { stdio: 'ignore' });
}

async function connectTo(address: string, server: ChildProcess): Promise<Connection> {
  const options: InternalConnectionOptions = {
    address,
    [InternalConnectionOptionsSymbol]: { supportsTestService: true },
  };
  let startError: Error | undefined;
  server.once('error', (error) => (startError = error));
  for (const deadline = Date.now() + patienceMs; ; await wait(lookEveryMs)) {
    try {
      return await Connection.connect(options);
    } catch (error) {
      const hasEnded = server.exitCode !== null || server.signalCode !== null;
      if (startError !== undefined || hasEnded || Date.now() > deadline) {
        server.kill('SIGKILL');
        throw new Error("Temporal's test server did not start", { cause: startError ?? error });
      }
    }
  }
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const end = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGKILL');
  await end;
}

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** From the history: asked for it, the server stumbles over children that are just being started. */
function hasWork(events: readonly HistoryEvent[]): boolean {
  const open = new Set<string>();
  const begin = ({ eventId }: HistoryEvent): void => void open.add(String(eventId));
  for (const event of events) {
    if (event.workflowTaskScheduledEventAttributes) begin(event);
    if (event.activityTaskScheduledEventAttributes) begin(event);
    if (event.startChildWorkflowExecutionInitiatedEventAttributes) begin(event);
    for (const ended of [
      event.workflowTaskCompletedEventAttributes?.scheduledEventId,
      event.workflowTaskFailedEventAttributes?.scheduledEventId,
      event.workflowTaskTimedOutEventAttributes?.scheduledEventId,
      event.activityTaskCompletedEventAttributes?.scheduledEventId,
      event.activityTaskFailedEventAttributes?.scheduledEventId,
      event.activityTaskTimedOutEventAttributes?.scheduledEventId,
      event.activityTaskCanceledEventAttributes?.scheduledEventId,
      event.childWorkflowExecutionStartedEventAttributes?.initiatedEventId,
      event.startChildWorkflowExecutionFailedEventAttributes?.initiatedEventId,
    ]) {
      if (ended != null) open.delete(String(ended));
    }
  }
  return open.size > 0;
}
