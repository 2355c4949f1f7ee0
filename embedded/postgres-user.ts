import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { ServiceUnusableError } from './service';

/** How a Postgres program is run, since it refuses to run as root. */
export type PostgresUser =
  | { readonly kind: 'own' }
  /** Root, seen as an ordinary user inside a user namespace: files stay root's, closed folders stay reachable. */
  | { readonly kind: 'namespace' }
  | { readonly kind: 'borrowed'; readonly uid: number; readonly gid: number };

const unshareArgs = ['-U', '--map-user=1000'];

export function choosePostgresUser(): PostgresUser {
  if (process.getuid?.() !== 0) return { kind: 'own' };
  const probe = spawnSync('unshare', [...unshareArgs, 'id', '-u'], { encoding: 'utf8' });
  if (probe.status === 0 && probe.stdout.trim() === '1000') return { kind: 'namespace' };
  return borrowUser();
}

export function borrowUser(): PostgresUser {
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8' }));
    if (uid?.status === 0 && gid?.status === 0) {
      return { kind: 'borrowed', uid: Number(uid.stdout), gid: Number(gid.stdout) };
    }
  }
  throw new ServiceUnusableError(
    'Postgres refuses to run as root, user namespaces are not available (unshare -U), and there is neither a ' +
      'postgres nor a nobody user. Start as an ordinary user, or set DATABASE_URL to a Postgres of your own.',
  );
}

/** The command line that runs `program` as that user. */
export function commandAs(user: PostgresUser, program: string, args: readonly string[]): [string, string[]] {
  return user.kind === 'namespace'
    ? ['unshare', [...unshareArgs, '--', program, ...args]]
    : [program, [...args]];
}

export function spawnIds(user: PostgresUser): { uid?: number; gid?: number } {
  return user.kind === 'borrowed' ? { uid: user.uid, gid: user.gid } : {};
}

/** A folder's whole content belongs to the user that runs Postgres, also after a start under another one. */
export function giveTo(user: PostgresUser, folder: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = user.kind === 'borrowed' ? user : { uid: 0, gid: 0 };
  if (lstatSync(folder).uid === uid) return;
  const give = (path: string): void => {
    if (lstatSync(path).isDirectory()) for (const name of readdirSync(path)) give(join(path, name));
    chownSync(path, uid, gid);
  };
  give(folder);
}

/**
 * Where programs and data lie for that user. A borrowed user may not enter the folders above the project (a checkout
 * under /root, say): both then move to a place of the system's own.
 */
export function reachableFolders(
  user: PostgresUser,
  native: string,
  dataDir: string,
  systemFolder = '/var/lib/wecom-bridge',
): { native: string; dataDir: string } {
  if (user.kind !== 'borrowed' || (canEnter(user, native) && canEnter(user, join(dataDir, '..')))) {
    return { native, dataDir };
  }
  const installation = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  const home = join(systemFolder, installation);
  mkdirSync(home, { recursive: true, mode: 0o755 });
  const programs = join(home, 'native');
  if (!existsSync(programs)) {
    const unfinished = `${programs}.${process.pid}`;
    rmSync(unfinished, { recursive: true, force: true });
    cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
    renameSync(unfinished, programs);
  }
  if (!canEnter(user, programs)) {
    throw new ServiceUnusableError(
      `Postgres can't run as user ${user.uid}, which may enter neither ${native} nor ${programs}. Start as an ordinary ` +
        'user, or set DATABASE_URL to a Postgres of your own.',
    );
  }
  return { native: programs, dataDir: join(home, 'data') };
}

function canEnter(user: PostgresUser, folder: string): boolean {
  return spawnSync('test', ['-x', folder], { ...spawnIds(user), cwd: '/' }).status === 0;
}
