import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../project-root';
import { ServiceUnusableError } from './service';

/** The set-up scripts know where the Temporal server is, and fetch or build it where there is none. */
export async function findTemporalBinary(): Promise<string> {
  try {
    const script = join(projectRoot, 'scripts', 'find-temporal.mjs');
    const { stdout } = await promisify(execFile)(process.execPath, [script], { encoding: 'utf8' });
    return stdout;
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new ServiceUnusableError(stderr?.trim() ?? String(error), { cause: error });
  }
}
