import {
  CancellationScope,
  isCancellation,
  patched,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { DirectoryPullActivities, PullSource } from '../activities/directory-pull';
import type { MemberLinkingActivities } from '../activities/member-linking';
import type { PullCounts } from '../domain/directory/pull-counts';
import { readingFromWecom, recordingTheEnd, workingInPostgres } from './activity-options';
import {
  pullProgressQuery,
  type DirectoryPullInput,
  type DirectoryPullResult,
  type PullMode,
  type PullPhase,
  type PullProgress,
} from './directory-pull.contract';
import { pullDetails, pullSummaries } from './directory-pull.texts';
import { asFailure, recordedError } from './run-failure';
import { bridgeCorp, bridgeFeature, bridgePhase, bridgeTrigger } from './search-attributes';

const wecom = proxyActivities<DirectoryPullActivities>(readingFromWecom);
const postgres = proxyActivities<DirectoryPullActivities>(workingInPostgres);
const linking = proxyActivities<MemberLinkingActivities>(workingInPostgres);
const record = proxyActivities<DirectoryPullActivities>(recordingTheEnd);

/** Reads the directory of one corp from WeCom into the mirror. Nothing is ever written to WeCom. */
export async function directoryPull(input: DirectoryPullInput): Promise<DirectoryPullResult> {
  const { corpId, runId, mode, trigger } = input;
  let progress: PullProgress = {
    phase: 'reading',
    round: 1,
    departments: 0,
    members: 0,
    details: { batchesDone: 0, batches: 0 },
  };
  setHandler(pullProgressQuery, () => progress);
  const report = (news: Partial<PullProgress>): void => {
    progress = { ...progress, ...news };
    setCurrentDetails(pullDetails(progress));
  };
  const enter = (phase: PullPhase): void => {
    report({ phase });
    upsertSearchAttributes([{ key: bridgePhase, value: phase }]);
  };

  upsertSearchAttributes([
    { key: bridgeCorp, value: corpId },
    { key: bridgeFeature, value: 'directory-pull' },
    { key: bridgePhase, value: 'reading' },
    { key: bridgeTrigger, value: trigger },
  ]);

  try {
    const source = await postgres.beginPull.executeWithOptions({ summary: pullSummaries.begin }, [input]);
    const complete = await readDirectory(source, report);

    enter('planning');
    const planned = await postgres.compareWithMirror.executeWithOptions({ summary: pullSummaries.compare }, [
      source,
    ]);
    const counts =
      mode === 'apply' ? await merge(source, enter) : { ...planned, ...(await link(source, mode)) };

    await end({ runId, phase: 'done' }, pullSummaries.finish);
    enter('done');
    return { runId, outcome: complete ? 'done' : 'incomplete', counts };
  } catch (error) {
    const phase = isCancellation(error) ? 'cancelled' : 'failed';
    const reason = phase === 'failed' ? { error: recordedError(error) } : {};
    await end({ runId, phase, ...reason }, pullSummaries[phase]);
    enter(phase);
    throw asFailure(error);
  }
}

/** Reads everything once, and a second time where the directory changed under the reader's eyes. */
async function readDirectory(
  source: PullSource,
  report: (news: Partial<PullProgress>) => void,
): Promise<boolean> {
  for (let round = 1; ; round += 1) {
    const { departments } = await wecom.readDepartments.executeWithOptions(
      { summary: pullSummaries.departments(round) },
      [source, round],
    );
    report({ round, departments });

    if (source.scope === 'whole-corp') {
      await wecom.readMemberIds.executeWithOptions({ summary: pullSummaries.memberIds(round) }, [
        source,
        round,
      ]);
    }

    const plan = await postgres.planDetails.executeWithOptions({ summary: pullSummaries.planDetails }, [
      source,
      round,
    ]);
    report({ members: plan.members, details: { batchesDone: 0, batches: plan.batches } });
    for (let batch = 0; batch < plan.batches; batch += 1) {
      await wecom.readMemberDetails.executeWithOptions(
        { summary: pullSummaries.details({ batch: batch + 1, batches: plan.batches }) },
        [source, batch],
      );
      report({ details: { batchesDone: batch + 1, batches: plan.batches } });
    }

    const review = await postgres.reviewReading.executeWithOptions({ summary: pullSummaries.review }, [
      source,
      round,
    ]);
    report({ departments: review.departments, members: review.members });
    if (!review.readAgain) return review.complete;
  }
}

/** From here on a cancellation comes too late: the merge is one transaction and takes seconds. */
async function merge(source: PullSource, enter: (phase: PullPhase) => void): Promise<PullCounts> {
  return CancellationScope.nonCancellable(async () => {
    enter('applying');
    const counts = await postgres.mergeIntoMirror.executeWithOptions({ summary: pullSummaries.merge }, [
      source,
    ]);
    return { ...counts, ...(await link(source, 'apply')) };
  });
}

/** Says of members without a binding who they are in the OA; a simulation only counts them. */
async function link(source: PullSource, mode: PullMode): Promise<Partial<PullCounts>> {
  if (!patched('link-new-members')) return {};
  const { corpId, runId } = source;
  return linking.linkNewMembers.executeWithOptions({ summary: pullSummaries.link }, [
    { corpId, runId },
    mode,
  ]);
}

async function end(
  outcome: Parameters<DirectoryPullActivities['finishPull']>[0],
  summary: string,
): Promise<void> {
  await CancellationScope.nonCancellable(() => record.finishPull.executeWithOptions({ summary }, [outcome]));
}
