import {
  condition,
  continueAsNew,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { MessageActivities } from '../activities/messages';
import { recallingMessages, workingInPostgres } from './activity-options';
import { probeAppSignal, type AppHealthInput } from './message-push.contract';
import { appHealthDetails, appHealthSummaries } from './message-push.texts';
import { appNoticeId } from './notices.contract';
import { startNotice } from './notices';
import { nth } from './waits';

const postgres = proxyActivities<MessageActivities>(workingInPostgres);
const wecom = proxyActivities<MessageActivities>(recallingMessages);

/** Before WeCom is asked once more; the last one repeats. */
const probeAfterMs = [30_000, 60_000, 120_000, 300_000];
const waveAfterMs = 200;
const longHistory = 1_000;

/** Looks after an app that may not send until it may again, and until all that waited for it has gone. */
export async function appHealth(input: AppHealthInput): Promise<void> {
  const { appId, corpId, eventsPerHistory = longHistory } = input;
  let asked = false;
  let pausedAt = input.pausedAt ?? null;
  let { probes = 0 } = input;
  setHandler(probeAppSignal, () => void (asked = true));

  for (;;) {
    const look = await postgres.lookAtApp.executeWithOptions({ summary: appHealthSummaries.look }, [
      { appId, corpId },
    ]);
    setCurrentDetails(appHealthDetails(look));
    if (look.pausedAt === null) {
      if (pausedAt !== null) {
        await startNotice(appNoticeId('app-resumed', appId, pausedAt), {
          corpId,
          runId: null,
          kind: 'app-resumed',
        });
        pausedAt = null;
      }
      if (look.waiting === 0) return;
      const { letGo } = await wecom.sendWaiting.executeWithOptions({ summary: appHealthSummaries.send }, [
        { appId, corpId },
      ]);
      await condition(() => false, letGo > 0 ? waveAfterMs : nth(probeAfterMs, 1));
    } else {
      if (pausedAt !== look.pausedAt) {
        pausedAt = look.pausedAt;
        probes = 0;
        await startNotice(appNoticeId('app-paused', appId, pausedAt), {
          corpId,
          runId: null,
          kind: 'app-paused',
        });
      }
      probes += 1;
      await condition(() => asked, nth(probeAfterMs, probes));
      asked = false;
      await wecom.probeApp.executeWithOptions({ summary: appHealthSummaries.probe }, [{ appId, corpId }]);
    }
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    if (historyLength >= eventsPerHistory || continueAsNewSuggested) {
      await continueAsNew<typeof appHealth>({ ...input, pausedAt, probes });
    }
  }
}
