import { startPostgres } from './postgres';
import type { FromGuardian, ToGuardian } from './guardian.contract';
import { startTemporal } from './temporal';
import type { RunningService, ServiceSpec } from './service';

// A process between the supervisor and one foreign server. The server can't notice that the supervisor was killed; the
// guardian does, by its IPC channel, and stops the server.

/** With the supervisor gone, the parts are draining too and still need the server for a moment. */
const drainMs = 2_000;

let service: Promise<RunningService> | undefined;
let isStopping = false;

process.on('message', (message: ToGuardian) => {
  switch (message.type) {
    case 'start':
      service ??= start(message.spec);
      break;
    case 'stop':
      void stop();
      break;
    default:
      throw new Error(`unknown message ${JSON.stringify(message satisfies never)}`);
  }
});
process.on('disconnect', () => setTimeout(() => void stop(), drainMs));
process.on('SIGTERM', () => void stop());
// Ctrl-C is for the supervisor, which stops us when our turn has come.
process.on('SIGINT', () => undefined);

async function start(spec: ServiceSpec): Promise<RunningService> {
  try {
    const started = await (spec.service === 'postgres' ? startPostgres(spec) : startTemporal(spec));
    tell({ type: 'ready', pid: started.pid });
    void started.exited.then((reason) => {
      if (isStopping) return;
      tell({ type: 'gone', reason });
      leave(1);
    });
    return started;
  } catch (error) {
    tell({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
    leave(1);
    throw error;
  }
}

async function stop(): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  try {
    await (await service)?.stop();
    leave(0);
  } catch {
    leave(1); // a service that failed to start has been reported and has nothing to stop
  }
}

function tell(message: FromGuardian): void {
  if (process.connected) process.send?.(message);
}

/** The channel is closed first so that what was said has been sent. */
function leave(code: number): void {
  process.exitCode = code;
  if (process.connected) process.disconnect();
  setTimeout(() => process.exit(code), 200).unref();
}
