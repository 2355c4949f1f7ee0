import type { NewAttendanceSettings } from '../api/attendance-values';

export const credentialWays = ['app', 'system-secret'] as const;
export type CredentialWay = (typeof credentialWays)[number];

export interface SettingsDraft {
  readonly way: CredentialWay;
  readonly appId?: string | null;
  readonly secret?: string;
  readonly timezone: string;
  readonly dayStartsAt: string;
}

/** One of the two ways; a secret that was not typed again stays what it is. */
export function settingsOf(draft: SettingsDraft): NewAttendanceSettings {
  const { way, appId, secret, timezone, dayStartsAt } = draft;
  const typed = secret?.trim() ?? '';
  return {
    ...(way === 'app' && appId != null ? { appId } : {}),
    ...(way === 'system-secret' && typed !== '' ? { secret: typed } : {}),
    timezone,
    dayStartsAt,
  };
}
