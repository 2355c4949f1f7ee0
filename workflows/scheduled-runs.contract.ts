import type { Schedule } from '../domain/directory/settings';

export const scheduledPushType = 'scheduledPush';
export const scheduledPullType = 'scheduledPull';

export const pushScheduleId = (corpId: string): string => `directory-push-schedule:${corpId}`;
export const pullScheduleId = (corpId: string): string => `directory-pull-schedule:${corpId}`;

export type ScheduledDirection = 'push' | 'pull';

/** Who asks for a run that no person asked for. */
export const scheduleRequester = 'schedule';

/** Started by a Temporal Schedule; starts the run itself under its usual id, or says that one was open. */
export interface ScheduledRunInput {
  readonly corpId: string;
}

export type ScheduledRunResult =
  | { readonly kind: 'started'; readonly runId: string }
  /** `openRunId`: the one that was open, where its row says so. */
  | { readonly kind: 'skipped'; readonly openRunId: string | null };

const directions = {
  push: {
    scheduleId: pushScheduleId,
    workflowType: scheduledPushType,
    workflowId: (corpId: string): string => `scheduled-push:${corpId}`,
    summary: '定时推送 · scheduled push',
  },
  pull: {
    scheduleId: pullScheduleId,
    workflowType: scheduledPullType,
    workflowId: (corpId: string): string => `scheduled-pull:${corpId}`,
    summary: '定时拉取 · scheduled pull',
  },
} as const;

export function scheduleId(direction: ScheduledDirection, corpId: string): string {
  return directions[direction].scheduleId(corpId);
}

/** The corp and direction of a schedule of ours; undefined for any other id. */
export function parseScheduleId(
  id: string,
): { readonly direction: ScheduledDirection; readonly corpId: string } | undefined {
  for (const direction of ['push', 'pull'] as const) {
    const prefix = scheduleId(direction, '');
    if (id.startsWith(prefix) && id.length > prefix.length) {
      return { direction, corpId: id.slice(prefix.length) };
    }
  }
  return undefined;
}

/** A Temporal Schedule in the shape its client takes, without the state: a pause belongs to whoever made it. */
export type RunScheduleOptions = {
  readonly scheduleId: string;
  readonly spec: { readonly cronExpressions: string[]; readonly timezone: string };
  readonly policies: { readonly overlap: 'SKIP'; readonly catchupWindow: string };
  readonly action: {
    readonly type: 'startWorkflow';
    readonly workflowType: string;
    readonly workflowId: string;
    readonly taskQueue: string;
    readonly args: [ScheduledRunInput];
    readonly memo: { readonly cron: string; readonly timezone: string };
    readonly staticSummary: string;
  };
};

/** After an outage, a run that was due within this time is made up for; an older one is not. */
export const catchupWindow = '1 hour';

export function scheduleOptions(
  direction: ScheduledDirection,
  corpId: string,
  { cron, timezone }: Schedule,
  taskQueue: string,
): RunScheduleOptions {
  const { workflowType, workflowId, summary } = directions[direction];
  return {
    scheduleId: scheduleId(direction, corpId),
    spec: { cronExpressions: [cron], timezone },
    policies: { overlap: 'SKIP', catchupWindow },
    action: {
      type: 'startWorkflow',
      workflowType,
      workflowId: workflowId(corpId),
      taskQueue,
      args: [{ corpId }],
      // Temporal gives a cron expression back in another form: this is what a schedule is compared by.
      memo: { cron, timezone },
      staticSummary: summary,
    },
  };
}
