// A version of the product as it was at a commit, in a folder of its own that is kept for the next time.
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CommandError, run } from '../lib/command.mjs';
import { root } from '../lib/paths.mjs';
import { SetupError, step } from '../lib/say.mjs';

// Not below node_modules: there, whatever bundles the workflows takes them for a package and leaves them as they are.
const versions = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'wecom-bridge', 'versions');

/**
 * @param {string} commit
 * @returns {Promise<{ name: string, folder: string }>}
 */
export async function checkOut(commit) {
  const name = await shortName(commit);
  const folder = join(versions, name);
  if (existsSync(folder)) return { name, folder };
  await step(`Checking out ${name}`, async () => {
    const next = `${folder}.${process.pid}`;
    mkdirSync(versions, { recursive: true });
    try {
      await run('git', ['clone', '--quiet', '--shared', '--no-checkout', root, next]);
      await run('git', ['-c', 'advice.detachedHead=false', 'checkout', '--quiet', name], { cwd: next });
      renameSync(next, folder);
    } finally {
      rmSync(next, { recursive: true, force: true });
    }
  });
  return { name, folder };
}

/** @param {string} commit */
async function shortName(commit) {
  try {
    return (await run('git', ['rev-parse', '--short=7', '--verify', `${commit}^{commit}`])).trim();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new SetupError(
      `There is no commit ${commit} here. In a shallow clone, git fetch --unshallow brings the earlier ones.`,
      { cause: error },
    );
  }
}
