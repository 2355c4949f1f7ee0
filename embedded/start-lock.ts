import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identify, isRunning, type ProcessIdentity } from './processes';

export class AlreadyRunningError extends Error {
  constructor(
    readonly folder: string,
    readonly pid: number,
  ) {
    super(`${folder} is in use by process ${pid}`);
    this.name = 'AlreadyRunningError';
  }
}

/** One running product per data folder. A lock whose process has gone is no lock. */
export function takeStartLock(folder: string): { release(): void } {
  const me = identify(process.pid);
  if (me === undefined) throw new Error('this process is not in the process table');
  const file = join(folder, 'lock.json');
  const mine = join(folder, `lock.${process.pid}.json`);
  writeFileSync(mine, JSON.stringify(me), { mode: 0o600 });
  try {
    for (;;) {
      try {
        // A link appears whole or not at all, and fails where the name exists.
        linkSync(mine, file);
        return { release: () => rmSync(file, { force: true }) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = readHolder(file);
      if (holder !== undefined && isRunning(holder)) throw new AlreadyRunningError(folder, holder.pid);
      setAside(file, holder);
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Two starts may meet the same stale lock: what was moved away is looked at again before it is thrown away. */
function setAside(file: string, stale: ProcessIdentity | undefined): void {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = readHolder(aside);
  if (moved !== undefined && moved.pid !== stale?.pid && isRunning(moved)) linkSync(aside, file);
  rmSync(aside, { force: true });
}

function readHolder(file: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined; // gone meanwhile, or cut short when the disk was full
  }
}
