import { fork, type ChildProcess } from 'node:child_process';
import { basename } from 'node:path';
import { projectRoot } from '../project-root';
import type { FromPart, ToPart } from './part.contract';
import { keepLog } from './part-log';

export interface NodeProgramSpec {
  readonly name: string;
  readonly entry: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logFile: string;
  readonly onMessage?: (message: FromPart) => void;
}

export interface NodePartSpec extends NodeProgramSpec {
  readonly readyWithinMs: number;
  /** After this long a part that was asked to stop is killed. */
  readonly stopWithinMs: number;
}

export interface RunningPart {
  readonly pid: number;
  readonly exited: Promise<string>;
  stop(): Promise<void>;
  kill(): void;
  tell(message: ToPart): void;
  /** Asks the part for a one-time login; undefined when it has none to give. */
  oneTimeLogin(): Promise<string | undefined>;
}

export class PartNotReadyError extends Error {
  constructor(
    readonly part: string,
    readonly logFile: string,
    readonly reason: string | undefined,
    readonly readyWithinMs: number,
  ) {
    super(`${part} ${reason ?? `was not ready within ${readyWithinMs} ms`}`);
    this.name = 'PartNotReadyError';
  }
}

/** One of our own programs as a process: in the background of the terminal, its words kept. */
function launch(spec: NodeProgramSpec, show: (line: string) => void): LaunchedProgram {
  const child = fork(spec.entry, [], {
    cwd: projectRoot,
    env: spec.env,
    // The terminal's Ctrl-C is for the supervisor alone, which stops the parts in order.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Packages that are ES modules only are required like any other; Node 20 remarks on that at every start.
    execArgv: ['--enable-source-maps', '--disable-warning=ExperimentalWarning'],
  });
  if (spec.onMessage !== undefined) child.on('message', spec.onMessage);
  let lastWords = '';
  keepLog(spec.logFile, [child.stdout, child.stderr], (line) => {
    lastWords = line;
    show(line);
  });
  let hasExited = false;
  const exited = new Promise<ProgramEnd>((resolve) => {
    child.once('error', (error) => resolve({ code: null, reason: error.message }));
    child.once('exit', (code, signal) =>
      resolve({ code, reason: `${basename(spec.entry)} ended with ${signal ?? code}` }),
    );
  });
  void exited.then(() => (hasExited = true));
  return {
    child,
    exited,
    hasExited: () => hasExited,
    lastWords: () => lastWords,
    async stop(withinMs) {
      if (!hasExited) child.kill('SIGTERM');
      const insist = setTimeout(() => child.kill('SIGKILL'), withinMs);
      await exited;
      clearTimeout(insist);
    },
  };
}

interface ProgramEnd {
  readonly code: number | null;
  readonly reason: string;
}

interface LaunchedProgram {
  readonly child: ChildProcess;
  readonly exited: Promise<ProgramEnd>;
  hasExited(): boolean;
  lastWords(): string;
  stop(withinMs: number): Promise<void>;
}

/** Runs one of our own programs to its end. */
export async function runNodeProgram(
  spec: NodeProgramSpec & { readonly endWithinMs: number; readonly signal: AbortSignal },
): Promise<void> {
  const program = launch(spec, () => undefined);
  const stop = (): void => void program.stop(2_000);
  const tooLong = setTimeout(stop, spec.endWithinMs);
  spec.signal.addEventListener('abort', stop, { once: true });
  const { code, reason } = await program.exited;
  clearTimeout(tooLong);
  spec.signal.removeEventListener('abort', stop);
  if (code === 0) return;
  throw new PartNotReadyError(
    spec.name,
    spec.logFile,
    [reason, program.lastWords()].filter(Boolean).join(': '),
    0,
  );
}

/** Starts one of our own programs and returns once it says that it is ready. */
export async function startNodePart(spec: NodePartSpec, show: (line: string) => void): Promise<RunningPart> {
  let isReady = false;
  // Until then its words are the reason of a failure, which is told once.
  const { child, exited, hasExited, lastWords, stop } = launch(spec, (line) => {
    if (isReady) show(`[${spec.name}] ${line}`);
  });

  const messageOf = <T extends FromPart['type']>(
    type: T,
    withinMs: number,
  ): Promise<Extract<FromPart, { type: T }> | undefined> =>
    new Promise((resolve) => {
      const done = (message?: FromPart): void => {
        clearTimeout(timer);
        child.off('message', listen);
        resolve(message as Extract<FromPart, { type: T }> | undefined);
      };
      const listen = (message: FromPart): void => {
        if (message.type === type) done(message);
      };
      const timer = setTimeout(done, withinMs);
      child.on('message', listen);
      void exited.then(() => done());
    });

  const tell = (message: ToPart): void => {
    if (child.connected) child.send(message);
  };

  const part: RunningPart = {
    pid: child.pid ?? -1,
    exited: exited.then(({ reason }) => reason),
    stop: () => stop(spec.stopWithinMs),
    kill: () => void child.kill('SIGKILL'),
    tell,
    async oneTimeLogin() {
      if (!child.connected) return undefined;
      const answer = messageOf('one-time-login', 10_000);
      tell({ type: 'one-time-login' });
      return (await answer)?.url;
    },
  };

  const ready = await messageOf('ready', spec.readyWithinMs);
  isReady = ready !== undefined;
  if (isReady) return part;
  const reason = hasExited() ? [(await exited).reason, lastWords()].filter(Boolean).join(': ') : undefined;
  await part.stop();
  throw new PartNotReadyError(spec.name, spec.logFile, reason, spec.readyWithinMs);
}
