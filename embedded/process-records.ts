import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endProcess, identify, isRunning, type ProcessIdentity } from './processes';

// Every process of a run is on record, so that the next start can end what outlived a run that was killed.

const suffix = '.process.json';

export function recordProcess(runFolder: string, name: string, pid: number): void {
  const identity = identify(pid);
  if (identity !== undefined)
    writeFileSync(join(runFolder, name + suffix), JSON.stringify(identity), { mode: 0o600 });
}

/** Ends what a killed run left behind, and gives the number of processes ended. */
export async function endLeftovers(runFolder: string): Promise<number> {
  const files = readdirSync(runFolder).filter((file) => file.endsWith(suffix));
  const ended = await Promise.all(
    files.map(async (file) => {
      const identity = readIdentity(join(runFolder, file));
      const wasRunning = identity !== undefined && isRunning(identity);
      if (wasRunning) {
        await endProcess(identity, [
          { signal: 'SIGTERM', waitMs: 10_000 },
          { signal: 'SIGKILL', waitMs: 2_000 },
        ]);
      }
      rmSync(join(runFolder, file), { force: true });
      return wasRunning;
    }),
  );
  return ended.filter(Boolean).length;
}

function readIdentity(file: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined; // written while the machine went down
  }
}
