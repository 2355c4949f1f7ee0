import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  makeContinueAsNewFunc,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { DirectoryPushApplyingActivities, PushSource } from '../activities/directory-push-applying';
import { workingInPostgres } from './activity-options';
import {
  approvePushUpdate,
  pausePushUpdate,
  planRewrittenSignal,
  pushProgressQuery,
  rejectPushUpdate,
  resumePushUpdate,
  snoozeNoticeSignal,
  supersedePushSignal,
  type DirectoryPushInput,
  type DirectoryPushResult,
  type PlanTarget,
  type PushContinuation,
  type PushPace,
  type PushPhase,
  type PushProgress,
  type PushRefusal,
} from './directory-push.contract';
import { pushDetails, pushSummaries } from './directory-push.texts';
import { noticeId, type NoticeKind } from './notices.contract';
import { startNotice } from './notices';
import type { RecordedError } from './run-failure';
import { bridgeCorp, bridgeFeature, bridgePhase, bridgeTrigger } from './search-attributes';

const { setPushPhase } = proxyActivities<DirectoryPushApplyingActivities>(workingInPostgres);

const minuteMs = 60_000;

const usualPace: PushPace = {
  reminderEveryMs: 24 * 60 * minuteMs,
  passWaitsMs: [5_000, 15_000, minuteMs, 2 * minuteMs, 5 * minuteMs],
  // With the waits above, some forty minutes in which WeCom settles nothing at all.
  idlePasses: 11,
  verifyAfterPauseMs: 15 * minuteMs,
  pullWaitsMs: [2_000, 5_000, 15_000, 30_000, minuteMs, 2 * minuteMs],
  // Almost an hour, and 300 events: a pull of 100,000 members takes minutes.
  pullTries: 30,
  finishBatchWithinMs: 2 * minuteMs,
  eventsPerHistory: 1_500,
};

/** How a run ends that was neither cancelled nor failed. */
export type PushEnding = {
  readonly phase: DirectoryPushResult['outcome'];
  readonly error?: RecordedError;
};

/** What every part of a run shares: what it remembers, what people told it, and where it shows how far it is. */
export interface PushRun {
  readonly input: DirectoryPushInput;
  /** The side that is written to. */
  readonly target: PlanTarget;
  readonly source: PushSource;
  readonly pace: PushPace;
  /** Replaced as a whole, never changed in place. */
  readonly state: PushContinuation;
  remember(news: Partial<PushContinuation>): void;
  count(news: Partial<PushProgress>): void;
  /** Shows the phase everywhere: in the run's row, in its search attributes and in the Temporal UI. */
  enter(phase: OpenPushPhase, error?: RecordedError): Promise<void>;
  /** The same for a phase that has just been written down together with the run's end. */
  show(phase: PushPhase): void;
  notify(kind: NoticeKind): Promise<void>;
  isCancelled(): boolean;
  throwIfCancelled(): Promise<void>;
  historyIsLong(): boolean;
  continueAsNew(): Promise<never>;
}

type OpenPushPhase = Parameters<DirectoryPushApplyingActivities['setPushPhase']>[1];

export function openRun(input: DirectoryPushInput): PushRun {
  const { corpId, runId, trigger, target = 'wecom' } = input;
  const source: PushSource = target === 'wecom' ? { corpId, runId } : { corpId, runId, target };
  const pace: PushPace = { ...usualPace, ...input.pace };
  const scope = CancellationScope.current();
  let state: PushContinuation = input.continued ?? freshState;

  const run: PushRun = {
    input,
    target,
    source,
    pace,
    get state() {
      return state;
    },

    remember(news) {
      state = { ...state, ...news };
    },

    count(news) {
      state = { ...state, progress: { ...state.progress, ...news } };
      setCurrentDetails(pushDetails(state.progress, input));
    },

    async enter(phase, error) {
      run.show(phase);
      const news: Parameters<typeof setPushPhase> =
        error === undefined ? [source, phase] : [source, phase, error];
      await setPushPhase.executeWithOptions({ summary: pushSummaries.phase(phase) }, news);
    },

    show(phase) {
      run.count({ phase });
      upsertSearchAttributes([{ key: bridgePhase, value: phase }]);
    },

    async notify(kind) {
      const count = state.notices + 1;
      run.remember({ notices: count });
      await startNotice(noticeId(kind, workflowInfo().firstExecutionRunId, count), { corpId, runId, kind });
    },

    isCancelled: () => scope.consideredCancelled,

    async throwIfCancelled() {
      if (scope.consideredCancelled) await scope.cancelRequested;
    },

    historyIsLong() {
      const { historyLength, continueAsNewSuggested } = workflowInfo();
      // Without a plan there is nothing to go on with, and planning takes a few hundred events at most.
      return state.station !== null && (historyLength >= pace.eventsPerHistory || continueAsNewSuggested);
    },

    async continueAsNew() {
      await condition(allHandlersFinished);
      // Whatever a handler changed until this very line is in the state: no message is lost.
      return makeContinueAsNewFunc<(input: DirectoryPushInput) => Promise<DirectoryPushResult>>()({
        ...input,
        continued: state,
      });
    },
  };

  listenToPeople(run);
  upsertSearchAttributes([
    { key: bridgeCorp, value: corpId },
    { key: bridgeFeature, value: featureOf(input) },
    { key: bridgePhase, value: state.progress.phase },
    { key: bridgeTrigger, value: trigger },
  ]);
  run.count({});
  return run;
}

function featureOf({ plan, target }: DirectoryPushInput): string {
  if (plan.kind === 'departures') return 'departure-run';
  return target === 'oa' ? 'directory-pull' : 'directory-push';
}

/** Handlers only note down what they were told: the procedure reacts where it can. */
function listenToPeople(run: PushRun): void {
  setHandler(pushProgressQuery, () => run.state.progress);

  setHandler(approvePushUpdate, (approval) => run.remember({ decision: { kind: 'approved', ...approval } }), {
    validator: ({ planHash }) => {
      const { waiting, decision } = run.state;
      if (waiting === null || decision !== null) throw refusal('nothing-to-approve');
      if (waiting.planHash !== planHash) throw refusal('plan-hash-differs');
    },
  });

  setHandler(rejectPushUpdate, ({ by }) => run.remember({ decision: { kind: 'rejected', by } }), {
    validator: (_) => {
      const { waiting, decision } = run.state;
      if (waiting === null || decision !== null) throw refusal('nothing-to-approve');
    },
  });

  setHandler(pausePushUpdate, () => run.remember({ halt: { reason: 'person' } }), {
    validator: () => {
      const { station, halt } = run.state;
      const isApplying = station === 'first-part' || station === 'approved-part';
      if (!isApplying || (halt !== null && halt.reason !== 'maintenance-window')) {
        throw refusal('nothing-to-pause');
      }
    },
  });

  // Also in a maintenance window: the settings may have changed, and are looked at again.
  setHandler(resumePushUpdate, () => run.remember({ halt: null, mayWriteUntil: 0 }), {
    validator: () => {
      if (run.state.halt === null) throw refusal('nothing-to-resume');
    },
  });

  setHandler(planRewrittenSignal, ({ planHash, held }) => {
    const { waiting } = run.state;
    if (waiting !== null) run.remember({ waiting: { ...waiting, planHash } });
    run.count({ planHash, held });
  });

  setHandler(supersedePushSignal, () => {
    const { waiting, decision, blocked } = run.state;
    if (blocked && waiting !== null && decision === null) run.remember({ decision: { kind: 'superseded' } });
  });

  setHandler(snoozeNoticeSignal, ({ until }) => {
    const { waiting } = run.state;
    const remindAt = Date.parse(until);
    if (waiting !== null && !Number.isNaN(remindAt)) run.remember({ waiting: { ...waiting, remindAt } });
  });
}

const freshState: PushContinuation = {
  station: null,
  progress: { phase: 'reading', planHash: null, held: 0, done: 0, failed: 0, total: 0 },
  rule: { required: 'always', timeoutHours: 0 },
  releasable: 0,
  blocked: false,
  waiting: null,
  decision: null,
  halt: null,
  haltedSince: null,
  mayWriteUntil: 0,
  idlePasses: 0,
  notices: 0,
};

function refusal(code: PushRefusal): ApplicationFailure {
  return ApplicationFailure.nonRetryable(code, code);
}
