import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

export interface DataFolder {
  readonly path: string;
  /** What belongs to the present run only. */
  readonly run: string;
  readonly logs: string;
  /** A secret of this installation: made at the first call, the same ever after, readable by its owner only. */
  secret(file: string): string;
  readJson<T>(file: string): T | undefined;
  writeJson(file: string, value: unknown): void;
}

export function openDataFolder(path: string): DataFolder {
  const run = join(path, 'run');
  const logs = join(path, 'logs');
  for (const folder of [path, run, logs]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    path,
    run,
    logs,
    secret(file) {
      const secretFile = join(path, file);
      if (!existsSync(secretFile)) createOnce(secretFile, `${randomBytes(32).toString('base64')}\n`);
      return readFileSync(secretFile, 'utf8').trim();
    },
    readJson<T>(file: string) {
      const jsonFile = join(path, file);
      return existsSync(jsonFile) ? (JSON.parse(readFileSync(jsonFile, 'utf8')) as T) : undefined;
    },
    writeJson(file, value) {
      const next = join(path, `${file}.${process.pid}`);
      writeFileSync(next, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 });
      chmodSync(next, 0o600);
      renameSync(next, join(path, file));
    },
  };
}

/** Of two processes that want to be first, one is; both then read the same content. */
function createOnce(file: string, content: string): void {
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, content, { mode: 0o600 });
  try {
    linkSync(mine, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(mine, { force: true });
  }
}
