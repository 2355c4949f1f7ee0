import { syncsToOa } from '../domain/directory/oa-sync/master';
import type { RunDirection, RunPhase, RunStore } from '../store/runs';
import type { SettingsStore } from '../store/settings';

export type ScheduledRunDeps = {
  readonly runs: Pick<RunStore, 'openRunOf'>;
  readonly settings: Pick<SettingsStore, 'currentSettings'>;
};

export type ScheduledRunActivities = ReturnType<typeof createScheduledRunActivities>;

export function createScheduledRunActivities({ runs, settings }: ScheduledRunDeps) {
  return {
    /** Null when it ended in this very moment, or has not written its row yet. */
    async openRunOf({
      corpId,
      direction,
      workflowId,
    }: {
      readonly corpId: string;
      readonly direction: RunDirection;
      /** Pulls and what goes on from them into the OA have the same direction. */
      readonly workflowId?: string;
    }): Promise<{ runId: string; phase: RunPhase } | null> {
      const run = await runs.openRunOf(corpId, direction, workflowId);
      return run === undefined ? null : { runId: run.id, phase: run.phase };
    },

    /** Whether a pull of this corp goes on into the OA. */
    async syncsToOa({ corpId }: { readonly corpId: string }): Promise<boolean> {
      const { document } = await settings.currentSettings(corpId);
      return syncsToOa(document);
    },
  };
}
