import type { DirectorySettings } from '../settings';

/** Whether a pull of the corp goes on into the OA. */
export function syncsToOa({ master, pull }: Pick<DirectorySettings, 'master' | 'pull'>): boolean {
  return master === 'wecom' && pull.syncToOa;
}
