import { ScheduleNotFoundError, WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { missedDays } from '../domain/attendance/gaps';
import type { AttendanceDeliveryStore } from '../store/attendance-delivery';
import type { AttendanceGapStore, ExpectingRule } from '../store/attendance-gaps';
import {
  attendanceDeliveryStart,
  attendanceDeliveryType,
  attendanceScheduleId,
} from '../workflows/attendance.contract';
import { attendanceGapNoticeId, noticeStart, noticeType } from '../workflows/notices.contract';

/**
 * Whoever was bound to somebody meanwhile, and what a run could not say any more. A delivery that is open goes on by its
 * own clock.
 */
export async function startDeliveries(
  client: Pick<Client, 'workflow'>,
  delivery: Pick<AttendanceDeliveryStore, 'corpsWithNews'>,
  taskQueue: string,
): Promise<number> {
  const corpIds = await delivery.corpsWithNews();
  for (const corpId of corpIds) {
    const { signal: _, signalArgs: __, ...start } = attendanceDeliveryStart(corpId, taskQueue);
    await client.workflow.start(attendanceDeliveryType, start);
  }
  return corpIds.length;
}

/** Days that are over, should have been read by now, and were not: one notice for all that are new of a rule. */
export async function noticeGaps(
  client: Pick<Client, 'workflow' | 'schedule'>,
  gaps: Pick<AttendanceGapStore, 'expectingRules' | 'note'>,
  taskQueue: string,
  logger: Logger,
  now: Date = new Date(),
): Promise<number> {
  let found = 0;
  for (const rule of await gaps.expectingRules()) {
    const days = newlyMissed(rule, now);
    const [from] = days;
    const to = days.at(-1);
    if (from === undefined || to === undefined) continue;
    // Somebody wants it so; what is missing then is found once it goes on.
    if (await isPaused(client, rule.ruleId)) continue;
    const { ruleId, corpId } = rule;
    // Told before it is written down: a worker that dies in between tells again, under the same id.
    await tell(client, { ruleId, corpId, from, to }, taskQueue);
    await gaps.note(rule, days);
    logger.warn({ corpId, ruleId, from, to, days: days.length }, 'days of an attendance rule were not read');
    found += days.length;
  }
  return found;
}

function newlyMissed(rule: ExpectingRule, now: Date): readonly string[] {
  return missedDays({ ...rule, now }).filter((day) => !rule.noticed.has(day));
}

async function isPaused(client: Pick<Client, 'schedule'>, ruleId: string): Promise<boolean> {
  try {
    const { state } = await client.schedule.getHandle(attendanceScheduleId(ruleId)).describe();
    return state.paused;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return false;
    throw error;
  }
}

async function tell(
  client: Pick<Client, 'workflow'>,
  gap: { readonly ruleId: string; readonly corpId: string; readonly from: string; readonly to: string },
  taskQueue: string,
): Promise<void> {
  const input = { corpId: gap.corpId, runId: null, kind: 'attendance-gap' } as const;
  try {
    await client.workflow.start(noticeType, noticeStart(attendanceGapNoticeId(gap), input, taskQueue));
  } catch (error) {
    // Another worker's sweep was first.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
