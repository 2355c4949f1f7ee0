import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { commandLineOf, endProcess, identify, isRunning, type ProcessIdentity } from './processes';
import { ServiceUnusableError, type RunningService, type TemporalSpec } from './service';

const startTimeoutMs = 60_000;

/**
 * A server looks into each of its queues at most 20 times a second for each shard, and this one has a single shard for
 * everybody. Every step of every workflow needs a look: measured, an activity took 80 ms without this and 20 ms with it.
 */
const looksPerSecond = 1_000;
const queueLooks = ['transfer', 'timer', 'visibility'].flatMap((queue) => [
  '--dynamic-config-value',
  `history.${queue}ProcessorMaxPollRPS=${looksPerSecond}`,
]);

/** Starts Temporal's development server with its UI on loopback and returns once the default namespace answers. */
export async function startTemporal(spec: TemporalSpec): Promise<RunningService> {
  mkdirSync(spec.dataDir, { recursive: true, mode: 0o700 });
  mkdirSync(dirname(spec.logFile), { recursive: true });
  const pidFile = join(spec.dataDir, 'server.json');
  const databaseFile = join(spec.dataDir, 'temporal.db');
  await endLeftoverServer(pidFile, databaseFile);

  const log = openSync(spec.logFile, 'w', 0o600);
  const child = spawn(
    spec.binary,
    [
      ...['server', 'start-dev', '--log-level', 'warn', ...queueLooks],
      ...(spec.durable ? ['--db-filename', databaseFile] : []),
      ...['--ip', '127.0.0.1', '--port', String(spec.port)],
      ...['--ui-ip', '127.0.0.1', '--ui-port', String(spec.uiPort)],
    ],
    // Its own group: a terminal's Ctrl-C must not take it away from the workers that are still draining.
    { cwd: spec.dataDir, detached: true, stdio: ['ignore', log, log] },
  );
  closeSync(log);
  let ended = false;
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`ended with ${signal ?? code}`));
  });
  void exited.then(() => (ended = true));
  const server: RunningService = {
    pid: child.pid ?? -1,
    exited,
    async stop() {
      if (!ended) child.kill('SIGTERM');
      const insist = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await exited;
      clearTimeout(insist);
      rmSync(pidFile, { force: true });
    },
  };
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (identity !== undefined) writeFileSync(pidFile, JSON.stringify(identity));

  for (const deadline = Date.now() + startTimeoutMs; ; await wait(100)) {
    if (ended)
      throw new ServiceUnusableError(`Temporal did not start: ${await exited}\n${endOf(spec.logFile)}`);
    if (await answers(`127.0.0.1:${spec.port}`)) return server;
    if (Date.now() > deadline) {
      await server.stop();
      throw new ServiceUnusableError(
        `Temporal gave no answer within ${startTimeoutMs / 1000} s\n${endOf(spec.logFile)}`,
      );
    }
  }
}

async function answers(address: string): Promise<boolean> {
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ address, connectTimeout: 2_000 });
    await connection.workflowService.describeNamespace({ namespace: 'default' });
    return true;
  } catch {
    return false; // it listens before it answers, and answers before the namespace is there
  } finally {
    await connection?.close();
  }
}

/** Two servers on one database file would destroy it. Only a server of this very file is touched. */
async function endLeftoverServer(pidFile: string, databaseFile: string): Promise<void> {
  if (!existsSync(pidFile)) return;
  const server = JSON.parse(readFileSync(pidFile, 'utf8')) as ProcessIdentity;
  if (isRunning(server) && commandLineOf(server.pid).includes(databaseFile)) {
    const gone = await endProcess(server, [
      { signal: 'SIGTERM', waitMs: 10_000 },
      { signal: 'SIGKILL', waitMs: 5_000 },
    ]);
    if (!gone)
      throw new ServiceUnusableError(`Temporal ${server.pid} holds ${databaseFile} and can't be ended`);
  }
  rmSync(pidFile, { force: true });
}

const endOf = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8').slice(-4_000) : '');
