import { fork } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../project-root';
import type { FromGuardian, ToGuardian } from './guardian.contract';
import { ServiceUnusableError, type RunningService, type ServiceSpec } from './service';

export interface GuardedService extends RunningService {
  readonly guardianPid: number;
  /** Tells the guardian to stop the service, and does not wait for it. */
  kill(): void;
}

/** Starts a foreign server under a guardian process, so that it ends with us however we end. */
export function startGuarded(spec: ServiceSpec): Promise<GuardedService> {
  const guardian = fork(join(projectRoot, 'dist', 'embedded', 'guardian.js'), [], {
    cwd: projectRoot,
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
  });
  const send = (message: ToGuardian): void => {
    if (guardian.connected) guardian.send(message);
  };
  let reason: string | undefined;
  const exited = new Promise<string>((resolve) => {
    guardian.once('error', (error) => resolve(error.message));
    guardian.once('exit', (code, signal) => resolve(reason ?? `its guardian ended with ${signal ?? code}`));
  });
  return new Promise((resolve, reject) => {
    guardian.on('message', (message: FromGuardian) => {
      switch (message.type) {
        case 'ready':
          resolve({
            pid: message.pid,
            guardianPid: guardian.pid ?? -1,
            exited,
            async stop() {
              send({ type: 'stop' });
              await exited;
            },
            kill: () => send({ type: 'stop' }),
          });
          break;
        case 'failed':
          reject(new ServiceUnusableError(message.message));
          break;
        case 'gone':
          reason = message.reason;
          break;
        default:
          throw new Error(`unknown message ${JSON.stringify(message satisfies never)}`);
      }
    });
    void exited.then((why) => reject(new ServiceUnusableError(`${spec.service}: ${why}`)));
    send({ type: 'start', spec });
  });
}
