import { writingTime, type WritingTime } from '../domain/directory/maintenance-windows';
import type { SettingsStore } from '../store/settings';

export type MaintenanceDeps = { readonly settings: Pick<SettingsStore, 'currentSettings'> };

/** A window that was added meanwhile is noticed after this long at the latest. */
const askAgainAfterMs = 10 * 60_000;

export type MaintenanceActivities = ReturnType<typeof createMaintenanceActivities>;

export function createMaintenanceActivities({ settings }: MaintenanceDeps) {
  return {
    /** Of the settings in force, not of those the plan was made with: they are about today. */
    async lookAtMaintenanceWindows({ corpId }: { readonly corpId: string }): Promise<WritingTime> {
      const { document } = await settings.currentSettings(corpId);
      const time = writingTime(document.maintenanceWindows, document.timezone, new Date());
      return { ...time, openForMs: Math.min(time.openForMs, askAgainAfterMs) };
    },
  };
}
