import {
  condition,
  continueAsNew,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { AttendanceDeliveryActivities } from '../activities/attendance-delivery';
import { tellingTheOa } from './activity-options';
import { deliveryDetails, deliverySummaries } from './attendance-delivery.texts';
import {
  attendanceNewsSignal,
  type AttendanceDeliveryInput,
  type AttendanceDeliveryResult,
} from './attendance.contract';
import { nth } from './waits';

const oa = proxyActivities<AttendanceDeliveryActivities>(tellingTheOa);

/** Before an OA that did not answer is asked once more; the last one repeats. */
const againAfterMs = [2_000, 5_000, 15_000, 30_000, 60_000, 120_000, 300_000];
/** What an OA refuses it goes on refusing until somebody has changed something. */
const afterRefusalMs = 1_800_000;
const longHistory = 1_000;

/**
 * Tells the OA what changed in attendance, in the order in which it changed. How far it has come stands in rows: it ends
 * when everything is told, and whoever has something new starts it again.
 */
export async function attendanceDelivery(input: AttendanceDeliveryInput): Promise<AttendanceDeliveryResult> {
  const { corpId, eventsPerHistory = longHistory } = input;
  let news = false;
  let told = input.told ?? 0;
  let attempts = input.attempts ?? 0;
  setHandler(attendanceNewsSignal, () => void (news = true));

  for (;;) {
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    if (historyLength >= eventsPerHistory || continueAsNewSuggested) {
      await continueAsNew<typeof attendanceDelivery>({ ...input, told, attempts });
    }
    news = false;
    const round = await oa.tellAttendance.executeWithOptions({ summary: deliverySummaries.tell }, [
      { corpId },
    ]);
    told += round.told;
    attempts = round.kind === 'away' || round.kind === 'refused' ? attempts + 1 : 0;
    setCurrentDetails(deliveryDetails({ kind: round.kind, told, attempts }));
    switch (round.kind) {
      case 'more':
        break;
      case 'done':
        // A signal that comes later than this begins the next one.
        if (!news) return { told };
        break;
      case 'away':
        await condition(() => news, Math.max(round.waitMs ?? 0, nth(againAfterMs, attempts)));
        break;
      case 'refused':
        await condition(() => news, afterRefusalMs);
        break;
    }
  }
}
