import type { RunDirection, RunPhase, RunStore } from '../store/runs';

export type ScheduledRunDeps = { readonly runs: Pick<RunStore, 'openRunOf'> };

export type ScheduledRunActivities = ReturnType<typeof createScheduledRunActivities>;

export function createScheduledRunActivities({ runs }: ScheduledRunDeps) {
  return {
    /** Null when it ended in this very moment, or has not written its row yet. */
    async openRunOf({
      corpId,
      direction,
    }: {
      readonly corpId: string;
      readonly direction: RunDirection;
    }): Promise<{ runId: string; phase: RunPhase } | null> {
      const run = await runs.openRunOf(corpId, direction);
      return run === undefined ? null : { runId: run.id, phase: run.phase };
    },
  };
}
