import { defaultDirectorySettings, type DirectorySettings } from '../../domain/directory/settings';
import type { RunRecord } from '../../store/runs';
import type { ApiDeps } from '../deps';

/** The document with which a run planned; the defaults for one that never came so far. */
export async function usedSettings(
  { directorySettings }: Pick<ApiDeps, 'directorySettings'>,
  { corpId, settingsVersion }: Pick<RunRecord, 'corpId' | 'settingsVersion'>,
): Promise<DirectorySettings> {
  const used =
    settingsVersion === null ? undefined : await directorySettings.findVersion(corpId, settingsVersion);
  return used?.document ?? defaultDirectorySettings;
}
