import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** What the kernel knows of processes: asking costs them nothing. */

/** With everything it has started, down to Postgres's own processes. */
export function processTree(root: number): number[] {
  const childrenOf = new Map<number, number[]>();
  for (const pid of readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)) {
    const parent = Number(statOf(pid)?.[1]);
    childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), pid]);
  }
  const tree = [root];
  // It grows while it is gone through.
  for (const pid of tree) tree.push(...(childrenOf.get(pid) ?? []));
  return tree;
}

/** Those that have ended are part of what their parents have used. */
export function cpuSecondsOf(pids: readonly number[]): number {
  const ticksPerSecond = 100;
  const ticks = pids.map((pid) => {
    const [user, system, endedUser, endedSystem] = (statOf(pid) ?? []).slice(11, 15).map(Number);
    return (user ?? 0) + (system ?? 0) + (endedUser ?? 0) + (endedSystem ?? 0);
  });
  return ticks.reduce((sum, one) => sum + one, 0) / ticksPerSecond;
}

/** What follows the name: state, parent, …; undefined where the process has ended. */
function statOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** The most memory it ever held. */
export function peakRssMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kilobytes === undefined) throw new Error(`The peak memory of process ${pid} can't be read`);
  return Math.round(Number(kilobytes) / 1024);
}

/** What several of them share, as Postgres's processes do, counts once. */
export function memoryMb(pids: readonly number[]): number {
  const kilobytes = pids.map((pid) => {
    const rollup = readIfThere(`/proc/${pid}/smaps_rollup`);
    return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0);
  });
  return Math.round(kilobytes.reduce((sum, one) => sum + one, 0) / 1024);
}

/** Files, sockets, pipes, timers: whatever they hold open. */
export function openHandles(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    try {
      return sum + readdirSync(`/proc/${pid}/fd`).length;
    } catch {
      return sum; // it has ended
    }
  }, 0);
}

/** Of all processors of the machine since it was started; two of these tell how busy it was in between. */
export function machineClock(): {
  readonly processors: number;
  readonly busyTicks: number;
  readonly allTicks: number;
} {
  const [, ...ticks] = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').split(/\s+/);
  const [user = 0, nice = 0, system = 0, idle = 0, waiting = 0, ...others] = ticks.slice(0, 8).map(Number);
  const busyTicks = user + nice + system + others.reduce((sum, one) => sum + one, 0);
  return { processors: availableParallelism(), busyTicks, allTicks: busyTicks + idle + waiting };
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
