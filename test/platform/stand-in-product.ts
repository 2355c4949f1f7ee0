import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { identify, isRunning, type ProcessIdentity } from '../../embedded/processes';
import { patienceMs } from '../support/patience';

export interface StandInProduct {
  readonly dataFolder: string;
  readonly pid: number;
  output(): string;
  /** What the stand-ins noted: `<part> ready <pid>`, `<part> drained`, `<part> disconnected`. */
  events(): string[];
  pidOf(part: 'api' | 'worker' | 'simulator'): number;
  untilShown(pattern: RegExp): Promise<void>;
  untilNoted(event: RegExp, times?: number): Promise<void>;
  /** The product's processes, itself included. */
  processes(): ProcessIdentity[];
  signal(signal: NodeJS.Signals): void;
  ended(): Promise<number | null>;
}

const ownPorts = /^(PORT|SIMULATOR_PORT|TEMPORAL_UI_PORT|DATABASE_URL|TEMPORAL_ADDRESS|BRIDGE_.*)$/;

/** The real supervisor, Postgres and Temporal; our own parts are stand-ins. */
export function startStandIns(
  options: { readonly env?: Readonly<Record<string, string>>; readonly dataFolder?: string } = {},
): StandInProduct {
  const dataFolder = options.dataFolder ?? newDataFolder();
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ownPorts.test(name)));
  const child = spawn(
    process.execPath,
    [join(__dirname, 'fixtures', 'stand-ins', 'supervise-stand-ins.cjs')],
    {
      env: { ...inherited, BRIDGE_DATA_DIR: dataFolder, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (output += data.toString()));
  const end = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const pid = child.pid ?? -1;
  const log = join(dataFolder, 'events.log');
  const events = (): string[] => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []);

  return {
    dataFolder,
    pid,
    output: () => output,
    events,
    pidOf(part) {
      const last = events().findLast((event) => event.startsWith(`${part} ready `));
      return Number(last?.split(' ')[2]);
    },
    untilShown: (pattern) =>
      until(
        () => pattern.test(output),
        () => `${String(pattern)} was not shown:\n${output}`,
        () => child.exitCode !== null || child.signalCode !== null,
      ),
    untilNoted: (event, times = 1) =>
      until(
        () => events().filter((line) => event.test(line)).length >= times,
        () => `${String(event)} was not noted ${times} times:\n${events().join('\n')}\n${output}`,
      ),
    processes: () => processTree(pid),
    signal: (signal) => void child.kill(signal),
    ended: () => end,
  };
}

/** A process and all that descend from it. */
export function processTree(pid: number): ProcessIdentity[] {
  return [pid, ...descendants(pid)].flatMap((process) => identify(process) ?? []);
}

export const shown = /Stop with Ctrl-C/;

const made: string[] = [];

export function newDataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wecom-bridge-platform-'));
  made.push(folder);
  return join(folder, 'data');
}

export function removeDataFolders(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export async function untilGone(processes: readonly ProcessIdentity[]): Promise<void> {
  await until(
    () => !processes.some(isRunning),
    () => `still running: ${processes.filter(isRunning).map(describe).join('\n')}`,
  );
}

const describe = ({ pid }: ProcessIdentity): string =>
  `${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')}`;

export async function until(
  isSo: () => boolean,
  complaint: () => string,
  isHopeless: () => boolean = () => false,
): Promise<void> {
  for (const deadline = Date.now() + patienceMs; ; await wait(50)) {
    const hopeless = isHopeless();
    if (isSo()) return;
    if (hopeless || Date.now() > deadline) throw new Error(complaint());
  }
}

function descendants(of: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const parent = parentOf(name);
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const all: number[] = [];
  for (const queue = [of]; queue.length > 0;) {
    const next = children.get(queue.pop() ?? -1) ?? [];
    all.push(...next);
    queue.push(...next);
  }
  return all;
}

function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined; // it has just ended
  }
}

/** Addresses on which these processes listen, as dotted or colon text. */
export function listeningAddresses(pids: readonly number[]): string[] {
  const sockets = new Set(pids.flatMap(socketsOf));
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'utf8')
      .trimEnd()
      .split('\n')
      .slice(1)
      .flatMap((line) => {
        const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
        return state === '0A' && sockets.has(`socket:[${inode}]`)
          ? [addressText(local.split(':')[0] ?? '')]
          : [];
      }),
  );
}

function socketsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}

/** The kernel writes each 32-bit word of an address in the byte order of the machine. */
function addressText(hex: string): string {
  const words = (hex.match(/.{8}/g) ?? []).map((word) => [...Buffer.from(word, 'hex')].reverse());
  if (words.length === 1) return (words[0] ?? []).join('.');
  const text = Buffer.from(words.flat()).toString('hex');
  return text === '0'.repeat(31) + '1' ? '127.0.0.1 as ::1' : text;
}
