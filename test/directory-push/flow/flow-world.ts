import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Client, Connection, type WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { heartbeat, cancellationSignal } from '@temporalio/activity';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import pino from 'pino';
import type { ApplyBatch, BatchResult } from '../../../activities/directory-push-applying';
import type { PlanFacts } from '../../../activities/directory-push-planning';
import { noPullCounts } from '../../../domain/directory/pull-counts';
import type { RunError } from '../../../store/runs';
import type { BridgeActivities } from '../../../workers/deps';
import { ensureNamespace } from '../../../workers/namespace';
import { createBridgeWorker } from '../../../workers/worker';
import {
  directoryPushId,
  directoryPushType,
  type DirectoryPushInput,
  type DirectoryPushResult,
  type PushApprovalRule,
  type PushPace,
} from '../../../workflows/directory-push.contract';
import { createTestNamespace, testTemporal } from '../../support/temporal';
import { workflowBundle } from '../../support/workflow-bundle';
import { patienceMs } from '../../support/patience';

/** What the parts around the workflow do in one test; everything not said goes well. */
export type Script = {
  readonly rule?: Partial<PushApprovalRule>;
  readonly facts?: Partial<PlanFacts>;
  /** Stages of the pending changes, one number for each. */
  readonly pending?: readonly number[];
  /** Stages of the changes that an approval releases. */
  readonly held?: readonly number[];
  readonly batchSize?: number;
  readonly beginPush?: () => void;
  readonly makePlan?: () => void;
  readonly adopted?: 'moved';
  /** Answers of verifyPlan in turn; the last one repeats. */
  readonly verified?: readonly boolean[];
  /** Replaces what applying a batch does; undefined settles it as usual. */
  readonly applyBatch?: (batch: ApplyBatch, count: number) => Promise<BatchResult | undefined>;
  /** Answers of the look at the windows in turn, as milliseconds to wait; then they are open. */
  readonly closedForMs?: readonly number[];
  readonly expiresInMs?: number;
  /** Whether a pull goes on into the OA. */
  readonly syncsToOa?: boolean;
  readonly readingMs?: number;
  /** Whom a notice is for; `nobody-takes-it` refuses. */
  readonly noticeIds?: readonly string[];
  /** Called at the beginning of each pull, with its number. */
  readonly read?: (count: number) => void;
};

export type Scenario = {
  readonly corpId: string;
  readonly runId: string;
  readonly handle: WorkflowHandleWithFirstExecutionRunId<
    (input: DirectoryPushInput) => Promise<DirectoryPushResult>
  >;
  /** What the workflow had done, in order. */
  readonly calls: readonly string[];
  readonly changes: readonly { readonly seq: number; readonly stage: number; readonly status: string }[];
  readonly ends: readonly { phase: string; error?: RunError }[];
  /** How many batches were under way at once, at most. */
  readonly mostBatches: number;
};

export interface FlowWorld {
  readonly client: Client;
  readonly namespace: string;
  start(script: Script, input?: Partial<DirectoryPushInput>): Promise<Scenario>;
  /** Another execution under the same ids, with the same rows. */
  again(scenario: Scenario, input: Partial<DirectoryPushInput>): Promise<Scenario>;
  close(): Promise<void>;
}

type MutableScenario = {
  corpId: string;
  runId: string;
  script: Script;
  calls: string[];
  changes: { seq: number; stage: number; status: string }[];
  ends: { phase: string; error?: RunError }[];
  batches: number;
  underWay: number;
  mostBatches: number;
  verified: number;
  looks: number;
};

/** Short waits for everything that takes hours in earnest. */
export const quickPace: PushPace = {
  reminderEveryMs: 60_000,
  passWaitsMs: [50],
  idlePasses: 3,
  verifyAfterPauseMs: 60_000,
  pullWaitsMs: [200],
  pullTries: 50,
  finishBatchWithinMs: 60_000,
  eventsPerHistory: 1_500,
};

export const planHash = 'a'.repeat(64);
export const heldHash = 'b'.repeat(64);

let runtimeInstalled = false;

/** The product's worker and workflows on a real Temporal server; the activities stand in for the rest of the world. */
export async function createFlowWorld({
  workflowType = directoryPushType,
  workflowIdOf = directoryPushId,
}: {
  readonly workflowType?: string;
  readonly workflowIdOf?: (corpId: string) => string;
} = {}): Promise<FlowWorld> {
  if (!runtimeInstalled) Runtime.install({ logger: new DefaultLogger('ERROR') });
  runtimeInstalled = true;
  const namespace = await createTestNamespace();
  const { address } = testTemporal();
  await ensureNamespace({ address }, namespace, pino({ level: 'silent' }));
  const connection = await Connection.connect({ address });
  const client = new Client({ connection, namespace });
  const native = await NativeConnection.connect({ address });
  const scenarios = new Map<string, MutableScenario>();
  const worker = await createBridgeWorker({
    workflowBundle,
    connection: native,
    config: {
      TEMPORAL_NAMESPACE: namespace,
      WORKER_CACHED_WORKFLOWS: 100,
      WORKER_CONCURRENT_ACTIVITIES: 20,
    },
    activities: standIns(
      (corpId) => {
        const scenario = scenarios.get(corpId);
        if (scenario === undefined) throw ApplicationFailure.nonRetryable(`Unknown corp ${corpId}`);
        return scenario;
      },
      (runId) => {
        const scenario = [...scenarios.values()].find((one) => one.runId === runId);
        if (scenario === undefined) throw ApplicationFailure.nonRetryable(`Unknown run ${runId}`);
        return scenario;
      },
    ),
  });
  const running = worker.run();

  async function begin(scenario: MutableScenario, input: Partial<DirectoryPushInput>): Promise<Scenario> {
    const { corpId, runId } = scenario;
    const handle = await client.workflow.start<(input: DirectoryPushInput) => Promise<DirectoryPushResult>>(
      workflowType,
      {
        taskQueue: 'wecom-bridge',
        workflowId: workflowIdOf(corpId),
        workflowIdConflictPolicy: 'FAIL',
        staticSummary: '推送通讯录 · Directory push',
        memo: { runId },
        args: [
          {
            corpId,
            runId,
            mode: 'apply',
            trigger: 'api',
            requestedBy: 'token:test',
            plan: { kind: 'push' },
            ...input,
            pace: { ...quickPace, ...input.pace },
          },
        ],
      },
    );
    return {
      corpId,
      runId,
      handle,
      calls: scenario.calls,
      changes: scenario.changes,
      ends: scenario.ends,
      get mostBatches() {
        return scenario.mostBatches;
      },
    };
  }

  return {
    client,
    namespace,

    async start(script, input = {}) {
      const corpId = randomUUID();
      const stages = [
        ...(script.pending ?? [2000]).map((stage) => ({ stage, status: 'pending' })),
        ...(script.held ?? []).map((stage) => ({ stage, status: 'held' })),
      ];
      const scenario: MutableScenario = {
        corpId,
        runId: randomUUID(),
        script,
        calls: [],
        changes: stages.sort((a, b) => a.stage - b.stage).map((change, seq) => ({ seq, ...change })),
        ends: [],
        batches: 0,
        underWay: 0,
        mostBatches: 0,
        verified: 0,
        looks: 0,
      };
      scenarios.set(corpId, scenario);
      return begin(scenario, input);
    },

    async again({ corpId }, input) {
      const scenario = scenarios.get(corpId);
      if (scenario === undefined) throw new Error(`Unknown corp ${corpId}`);
      return begin(scenario, input);
    },

    async close() {
      worker.shutdown();
      await running;
      await native.close();
      await connection.close();
    },
  };
}

function standIns(
  of: (corpId: string) => MutableScenario,
  byRun: (runId: string) => MutableScenario,
): BridgeActivities {
  const nothing = async (): Promise<never> => {
    throw ApplicationFailure.nonRetryable('not expected here');
  };
  const heldOf = (scenario: MutableScenario) => scenario.changes.filter(({ status }) => status === 'held');
  const pendingOf = (scenario: MutableScenario) =>
    scenario.changes.filter(({ status }) => status === 'pending');
  const factsOf = (scenario: MutableScenario): PlanFacts => {
    const held = heldOf(scenario).length;
    const safe = pendingOf(scenario).length;
    return {
      planHash,
      verdict: held > 0 ? 'hold' : 'pass',
      changes: held + safe,
      safe,
      held,
      releasable: held,
      deletions: 0,
      ...scenario.script.facts,
    };
  };

  return {
    async beginPush({ corpId, runId, target }) {
      const scenario = of(corpId);
      scenario.calls.push(target === 'oa' ? 'begin for the OA' : 'begin');
      scenario.script.beginPush?.();
      return {
        corpId,
        runId,
        approval: { required: 'over-limit', timeoutHours: 72, ...scenario.script.rule },
      };
    },
    refreshOaDirectory: async () => ({ kind: 'not-asked' }),
    async lookUpMembers({ corpId }) {
      of(corpId).calls.push('look up');
      return { asked: 0, found: 0, leftOver: 0 };
    },
    async makePlan({ corpId }, _pullRunId) {
      const scenario = of(corpId);
      scenario.calls.push('plan');
      scenario.script.makePlan?.();
      return factsOf(scenario);
    },
    async adoptPlan({ corpId }) {
      const scenario = of(corpId);
      scenario.calls.push('adopt');
      return scenario.script.adopted === 'moved'
        ? { moved: true, nextRunId: randomUUID() }
        : factsOf(scenario);
    },
    async verifyPlan({ corpId }, part) {
      const scenario = of(corpId);
      const { verified = [true] } = scenario.script;
      const same = verified[Math.min(scenario.verified, verified.length - 1)] ?? true;
      scenario.verified += 1;
      scenario.calls.push(`verify ${part}`);
      return same ? { same } : { same, nextRunId: randomUUID() };
    },
    async awaitingApproval({ corpId }, part) {
      const scenario = of(corpId);
      const held = heldOf(scenario).length;
      scenario.calls.push(`await approval of ${part}`);
      return {
        expiresAt: new Date(Date.now() + (scenario.script.expiresInMs ?? 60_000)).toISOString(),
        deletions: 0,
        held,
        planHash: part === 'whole' ? planHash : heldHash,
      };
    },
    async pushStanding({ corpId }) {
      const scenario = of(corpId);
      const released = scenario.calls.filter((call) => call.startsWith('release'));
      const approved = released.length === 0 ? 'no' : released[0] === 'release' ? 'yes' : 'safe-part';
      return { ...factsOf(scenario), approved };
    },
    async releaseHeld({ corpId }, { safeOnly }) {
      const scenario = of(corpId);
      scenario.calls.push(safeOnly ? 'release nothing' : 'release');
      if (!safeOnly) for (const change of heldOf(scenario)) change.status = 'pending';
    },
    async listBatches({ corpId }) {
      const scenario = of(corpId);
      const size = scenario.script.batchSize ?? 500;
      const batches: ApplyBatch[] = [];
      for (const { seq, stage } of pendingOf(scenario)) {
        const last = batches.at(-1);
        if (last?.stage === stage && last.changes < size) {
          batches[batches.length - 1] = { ...last, toSeq: seq, changes: last.changes + 1 };
        } else batches.push({ stage, fromSeq: seq, toSeq: seq, changes: 1 });
      }
      return batches;
    },
    async applyBatch({ corpId }, batch) {
      const scenario = of(corpId);
      scenario.batches += 1;
      scenario.underWay += 1;
      scenario.mostBatches = Math.max(scenario.mostBatches, scenario.underWay);
      try {
        const count = scenario.batches;
        scenario.calls.push(`apply ${batch.stage}`);
        const answer = await scenario.script.applyBatch?.(batch, count);
        if (answer !== undefined) return answer;
        const inBatch = pendingOf(scenario).filter(({ seq }) => seq >= batch.fromSeq && seq <= batch.toSeq);
        for (const change of inBatch) change.status = 'done';
        return { done: inBatch.length, failed: 0, skipped: 0, left: 0 };
      } finally {
        scenario.underWay -= 1;
      }
    },
    async setPushPhase({ corpId }, phase, error) {
      of(corpId).calls.push(error === undefined ? phase : `${phase}: ${error.code}`);
    },
    async noteNextTry({ corpId }) {
      of(corpId).calls.push('next try');
    },
    async finishPush({ corpId }, end) {
      const scenario = of(corpId);
      scenario.calls.push(`end ${end.phase}`);
      scenario.ends.push(end);
      return {
        done: scenario.changes.filter(({ status }) => status === 'done').length,
        failed: 0,
        held: heldOf(scenario).length,
      };
    },
    async lookAtMaintenanceWindows({ corpId }) {
      const scenario = of(corpId);
      const waitMs = scenario.script.closedForMs?.[scenario.looks] ?? 0;
      scenario.looks += 1;
      return waitMs > 0 ? { waitMs, openForMs: 0 } : { waitMs: 0, openForMs: 600_000 };
    },
    syncsToOa: async ({ corpId }) => of(corpId).script.syncsToOa ?? false,
    async openRunOf({ corpId }) {
      const scenario = of(corpId);
      const phase = scenario.calls.includes('blocked') ? 'blocked' : 'applying';
      return { runId: scenario.runId, phase };
    },
    async recordNotices({ corpId, kind }) {
      const scenario = of(corpId);
      scenario.calls.push(`notice ${kind}`);
      return [...(scenario.script.noticeIds ?? [])];
    },
    processDirectoryEvents: nothing,
    async sendNotice(noticeId) {
      if (noticeId === 'nobody-takes-it') throw ApplicationFailure.nonRetryable('refused');
    },
    giveNoticeUp: async () => undefined,

    async beginPull({ corpId, runId, trigger }) {
      const scenario = of(corpId);
      scenario.calls.push(`pull by ${trigger}`);
      scenario.script.read?.(scenario.calls.filter((call) => call.startsWith('pull by')).length);
      return { corpId, runId, scope: 'whole-corp', appId: null };
    },
    async readDepartments({ corpId }) {
      await resting(of(corpId).script.readingMs ?? 0);
      return { departments: 1 };
    },
    readMemberIds: async () => ({ pages: 1, rows: 0 }),
    planDetails: async () => ({ batches: 0, departments: 0, members: 0 }),
    readMemberDetails: nothing,
    reviewReading: async () => ({ readAgain: false, complete: true, departments: 1, members: 0 }),
    compareWithMirror: async () => noPullCounts,
    mergeIntoMirror: async () => noPullCounts,
    linkNewMembers: async () => ({ bindUser: 0, conflict: 0 }),
    finishPull: async () => undefined,

    async newestPull({ corpId }) {
      of(corpId).calls.push('newest pull');
      return { runId: randomUUID() };
    },
    async noteDepartures({ runId }) {
      byRun(runId).calls.push('note departures');
    },
    async releaseDepartureClaims({ runId, phase }) {
      byRun(runId).calls.push(`give back after ${phase}`);
    },
    lookAtDeparture: nothing,
    lookAtDesk: nothing,
    decideDeparture: nothing,
    dateDepartures: nothing,
    tellDepartures: nothing,
    handOverToRead: nothing,
    readHandOver: nothing,
    dueNotices: nothing,
    noteNotices: nothing,
    newestHolding: nothing,
    claimDepartures: nothing,
    sendPush: nothing,
    sendBulk: nothing,
    closePush: nothing,
    recallPush: nothing,
    finishRecall: nothing,
    markRecalls: nothing,
    carryOutRecalls: nothing,
    finishRecalls: nothing,
    releaseDigest: nothing,
    lookAtApp: nothing,
    probeApp: nothing,
    sendWaiting: nothing,
    tellRecalled: nothing,
    takeUpTodo: nothing,
    decideTodo: nothing,
    showTodo: nothing,
    beginAttendance: nothing,
    readUnits: nothing,
    setAttendancePaused: nothing,
    finishAttendance: nothing,
    tellAttendance: nothing,
  };
}

/** Beats, and ends early when it is cancelled. */
export async function resting(ms: number): Promise<void> {
  for (const until = Date.now() + ms; Date.now() < until; await wait(Math.min(100, ms))) {
    heartbeat();
    cancellationSignal().throwIfAborted();
  }
}

export async function eventually<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (const deadline = Date.now() + patienceMs; ; await wait(30)) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error('It did not come to that in time');
  }
}

/** Until the scenario has done what is named, so many times. */
export async function reached(scenario: Scenario, call: string, times = 1): Promise<void> {
  await eventually(() => scenario.calls.filter((one) => one === call).length >= times || undefined);
}
