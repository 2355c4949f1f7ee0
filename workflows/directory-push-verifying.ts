import {
  ApplicationFailure,
  executeChild,
  ParentClosePolicy,
  proxyActivities,
  sleep,
  uuid4,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { DepartureActivities } from '../activities/departures';
import type { DirectoryPushPlanningActivities } from '../activities/directory-push-planning';
import type { OaDirectoryRefreshActivities } from '../activities/oa-directory-refresh';
import { readingFromWecom, workingInPostgres } from './activity-options';
import {
  directoryPullId,
  directoryPullType,
  type DirectoryPullInput,
  type DirectoryPullResult,
} from './directory-pull.contract';
import { departureRunSummaries } from './departure.texts';
import type { PushEnding, PushRun } from './directory-push-run';
import { pushSummaries } from './directory-push.texts';
import { bridgeCorp, bridgeFeature, bridgePhase, bridgeTrigger } from './search-attributes';
import { nth } from './waits';

const oa = proxyActivities<OaDirectoryRefreshActivities>(readingFromWecom);
const { newestPull } = proxyActivities<DepartureActivities>(workingInPostgres);
const { verifyPlan } = proxyActivities<DirectoryPushPlanningActivities>(workingInPostgres);

export const planExpired: PushEnding = { phase: 'expired', error: { code: 'plan-moved-on' } };

/**
 * Brings the copy of the OA and the mirror of WeCom up to date, so that the plan is made of what is there. Returns the
 * id of the pull's run.
 */
export async function readBothSides(run: PushRun): Promise<string> {
  if (run.state.progress.phase !== 'reading') await run.enter('reading');
  await oa.refreshOaDirectory.executeWithOptions({ summary: pushSummaries.readOa }, []);
  return (await earlierPull(run)) ?? pull(run);
}

/** Whoever is to be disabled at once does not wait until everybody has been read. */
async function earlierPull({ input: { corpId, plan } }: PushRun): Promise<string | null> {
  if (plan.kind !== 'departures' || plan.job !== 'changes') return null;
  const { runId } = await newestPull.executeWithOptions({ summary: departureRunSummaries.newestPull }, [
    { corpId },
  ]);
  return runId;
}

async function pull({ input, pace, target }: PushRun): Promise<string> {
  const { corpId, requestedBy } = input;
  const trigger = target === 'oa' ? 'oa-sync' : 'push';
  for (let tries = 1; ; tries += 1) {
    const runId = uuid4();
    try {
      await executeChild<(input: DirectoryPullInput) => Promise<DirectoryPullResult>>(directoryPullType, {
        workflowId: directoryPullId(corpId),
        args: [{ corpId, runId, mode: 'apply', trigger, requestedBy }],
        parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
        memo: { runId },
        typedSearchAttributes: [
          { key: bridgeCorp, value: corpId },
          { key: bridgeFeature, value: 'directory-pull' },
          { key: bridgePhase, value: 'reading' },
          { key: bridgeTrigger, value: trigger },
        ],
        staticSummary: pushSummaries.pull,
      });
      return runId;
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      // Somebody else's pull: when it began is unknown, so it is waited for and ours comes after it.
      if (tries >= pace.pullTries) {
        throw ApplicationFailure.nonRetryable('Another pull of this corp did not end', 'PullBusy', {
          code: 'pull-busy',
        });
      }
      await sleep(nth(pace.pullWaitsMs, tries));
    }
  }
}

/** Plans anew and compares. Where the answer is no, a new plan has been stored and the run's row names it. */
export async function stillThePlan(
  run: PushRun,
  part: 'whole' | 'held' | 'remainder',
  pullRunId: string,
): Promise<boolean> {
  await run.enter('planning');
  const { same } = await verifyPlan.executeWithOptions({ summary: pushSummaries.verify }, [
    run.source,
    part,
    pullRunId,
  ]);
  return same;
}
