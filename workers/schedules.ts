import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  type Client,
  type ScheduleDescription,
} from '@temporalio/client';
import type { Logger } from 'pino';
import type { DirectorySettings } from '../domain/directory/settings';
import {
  attendanceScheduleOptions,
  ruleOfScheduleId,
  type AttendanceScheduleOptions,
  type ScheduledRule,
} from '../workflows/attendance.contract';
import {
  parseScheduleId,
  scheduleOptions,
  type RunScheduleOptions,
  type ScheduledDirection,
} from '../workflows/scheduled-runs.contract';

export type CorpSchedules = {
  readonly corpId: string;
  readonly settings: Pick<DirectorySettings, 'push' | 'pull'>;
};

export type ScheduleChanges = {
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
};

const directions: readonly ScheduledDirection[] = ['push', 'pull'];

/**
 * Makes the schedules in Temporal those of the settings. The API changes one whenever settings are saved; this heals
 * what it could not reach. A schedule that somebody paused stays paused.
 */
export function reconcileSchedules(
  client: Pick<Client, 'schedule'>,
  corpSchedules: () => Promise<readonly CorpSchedules[]>,
  taskQueue: string,
  logger: Logger,
): Promise<ScheduleChanges> {
  const wanted = async () =>
    (await corpSchedules()).flatMap(({ corpId, settings }) =>
      directions.flatMap((direction) => {
        const { schedule } = settings[direction];
        return schedule === null ? [] : [scheduleOptions(direction, corpId, schedule, taskQueue)];
      }),
    );
  return reconcile(client, { isOurs: (id) => parseScheduleId(id) !== undefined, wanted }, logger);
}

/** The same for the rules of attendance. */
export function reconcileAttendanceSchedules(
  client: Pick<Client, 'schedule'>,
  rules: () => Promise<readonly ScheduledRule[]>,
  taskQueue: string,
  logger: Logger,
): Promise<ScheduleChanges> {
  const wanted = async () => (await rules()).map((rule) => attendanceScheduleOptions(rule, taskQueue));
  return reconcile(client, { isOurs: (id) => ruleOfScheduleId(id) !== undefined, wanted }, logger);
}

async function reconcile(
  client: Pick<Client, 'schedule'>,
  {
    isOurs,
    wanted: read,
  }: {
    readonly isOurs: (scheduleId: string) => boolean;
    /** Read after the schedules were listed: one that was made in between is not taken for a leftover. */
    readonly wanted: () => Promise<readonly ScheduleOptions[]>;
  },
  logger: Logger,
): Promise<ScheduleChanges> {
  const existing: string[] = [];
  for await (const { scheduleId } of client.schedule.list()) existing.push(scheduleId);
  const wanted = await read();
  const changes = { created: 0, updated: 0, deleted: 0 };
  const attempt = async (scheduleId: string, work: () => Promise<keyof typeof changes | undefined>) => {
    try {
      const change = await work();
      if (change !== undefined) changes[change] += 1;
    } catch (error) {
      // One expression that Temporal does not understand must not keep the others from running.
      logger.warn({ err: error, scheduleId }, 'a schedule could not be set');
    }
  };

  const wantedIds = new Set(wanted.map(({ scheduleId }) => scheduleId));
  for (const scheduleId of existing) {
    if (!isOurs(scheduleId) || wantedIds.has(scheduleId)) continue;
    await attempt(scheduleId, () => remove(client, scheduleId));
  }
  for (const options of wanted) await attempt(options.scheduleId, () => ensure(client, options));
  return changes;
}

type ScheduleOptions = RunScheduleOptions | AttendanceScheduleOptions;

async function ensure(
  client: Pick<Client, 'schedule'>,
  options: ScheduleOptions,
): Promise<'created' | 'updated' | undefined> {
  const handle = client.schedule.getHandle(options.scheduleId);
  const current = await described(() => handle.describe());
  if (current === undefined) {
    try {
      await client.schedule.create(options);
      return 'created';
    } catch (error) {
      // Another worker that starts at the same time was first.
      if (error instanceof ScheduleAlreadyRunning) return undefined;
      throw error;
    }
  }
  if (isSame(current, options)) return undefined;
  const { spec, policies, action } = options;
  await handle.update(({ state }) => ({ spec, policies, action, state }));
  return 'updated';
}

async function remove(client: Pick<Client, 'schedule'>, scheduleId: string): Promise<'deleted' | undefined> {
  try {
    await client.schedule.getHandle(scheduleId).delete();
    return 'deleted';
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}

async function described(look: () => Promise<ScheduleDescription>): Promise<ScheduleDescription | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}

function isSame({ action }: ScheduleDescription, { action: wanted }: ScheduleOptions): boolean {
  return (
    action.workflowType === wanted.workflowType &&
    action.taskQueue === wanted.taskQueue &&
    action.memo?.['cron'] === wanted.memo.cron &&
    action.memo['timezone'] === wanted.memo.timezone
  );
}
