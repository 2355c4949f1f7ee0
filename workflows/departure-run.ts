import { CancellationScope, ContinueAsNew, isCancellation, proxyActivities } from '@temporalio/workflow';
import type { DepartureActivities } from '../activities/departures';
import { recordingTheEnd } from './activity-options';
import { departureRunSummaries } from './departure.texts';
import type { DirectoryPushInput, DirectoryPushResult } from './directory-push.contract';
import { carryOut } from './directory-push-procedure';

const record = proxyActivities<DepartureActivities>(recordingTheEnd);

type End = Parameters<DepartureActivities['releaseDepartureClaims']>[0]['phase'];

/** Disables, restores or deletes the members whose departures it was given: a push about them alone. */
export async function departureRun(input: DirectoryPushInput): Promise<DirectoryPushResult> {
  try {
    const result = await carryOut(input);
    await giveBack(input, result.outcome);
    return result;
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    await giveBack(input, isCancellation(error) ? 'cancelled' : 'failed');
    throw error;
  }
}

/** What was not settled belongs to nobody's run any more. */
async function giveBack({ runId }: DirectoryPushInput, phase: End): Promise<void> {
  await CancellationScope.nonCancellable(() =>
    record.releaseDepartureClaims.executeWithOptions({ summary: departureRunSummaries.release }, [
      { runId, phase },
    ]),
  );
}
