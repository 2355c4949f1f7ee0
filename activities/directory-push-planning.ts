import { activityInfo, cancellationSignal, log } from '@temporalio/activity';
import { sameUserIdKey } from '../domain/directory/push/snapshot';
import type { DirectorySettings } from '../domain/directory/settings';
import type { CorpStore } from '../store/corps';
import type { Database } from '../store/database';
import { createDepartureStore } from '../store/departures';
import { createLookUpStore, type LookUpAnswer } from '../store/push-look-ups';
import {
  ApprovalOutdatedError,
  createPushPlanStore,
  type NewPlan,
  type PlanPart,
  type PlanTotals,
} from '../store/push-plans';
import type { RunStore } from '../store/runs';
import type { SettingsStore } from '../store/settings';
import type { CallRecord, WecomClient, WecomConnection, WecomSession } from '../wecom';
import { WecomAlreadySoError, WecomDataError, WecomRateLimitedError } from '../wecom';
import type { DirectoryPushInput, PushApproval } from '../workflows/directory-push.contract';
import { isLookUpField, type Candidate, type Question } from './directory-push-look-ups';
import type { PushSource } from './directory-push-applying';
import type { PlanningJob, PlanningResult } from './directory-push-planner';
import { planAside } from './directory-push-planning-thread';
import { withHeartbeat } from './heartbeat';
import { countCalls } from './wecom-calls';

export type DirectoryPushPlanningDeps = {
  readonly db: Database;
  readonly corps: Pick<CorpStore, 'findCorp' | 'connectionOf'>;
  readonly settings: Pick<SettingsStore, 'currentSettings'>;
  readonly runs: Pick<RunStore, 'ensureRun' | 'setPhase' | 'useSettings' | 'addCalls'>;
  connectWecom(connection: WecomConnection, onCall: (call: CallRecord) => void): WecomClient;
};

export type { PushSource };

export type PushStart = PushSource & {
  readonly approval: {
    readonly required: 'never' | 'over-limit' | 'always';
    readonly timeoutHours: number;
  };
};

/** What the workflow needs to know of a plan: no names, only numbers and hashes. */
export type PlanFacts = PlanTotals;

/** The push can't be planned as things are; a person has to change something. */
export class PushRefusedError extends Error {
  constructor(
    readonly code: string,
    readonly params: Readonly<Record<string, string | number>> = {},
  ) {
    super(`The directory can't be pushed: ${code}`);
    this.name = 'PushRefusedError';
  }
}

export type DirectoryPushPlanningActivities = ReturnType<typeof createDirectoryPushPlanningActivities>;

/** Asked side by side; WeCom allows far more, but what is under way when the budget ends was asked already. */
const questionsInFlight = 8;
/** Of one question at most: a mail address may be a business one or a personal one. */
const wrongAnswersOf = { mobile: 1, email: 2 } as const;
/** Somebody may have joined WeCom meanwhile. */
const askAgainAfterMs = 7 * 24 * 60 * 60_000;
/** WeCom answers a ban with a day's wait; what the budget of our own takes is shorter. */
const bannedFromMs = 10 * 60_000;

export function createDirectoryPushPlanningActivities(deps: DirectoryPushPlanningDeps) {
  const { db, corps, settings, runs, connectWecom } = deps;
  const plans = createPushPlanStore(db);
  const lookUps = createLookUpStore(db);
  const departures = createDepartureStore(db);
  const plan = (job: PlanningJob): Promise<PlanningResult> => planAside(db, job, cancellationSignal());

  /** The plan that the input speaks of, kept beside the run. */
  async function recordPlan({ runId, corpId, plan, target }: DirectoryPushInput): Promise<void> {
    const ensure = (facts: Omit<NewPlan, 'runId' | 'corpId' | 'target'>): Promise<void> =>
      plans.ensurePlan({ runId, corpId, target: target ?? 'wecom', ...facts });
    switch (plan.kind) {
      case 'push':
        return ensure({ kind: 'push', only: plan.only ?? null });
      case 'undo':
        return ensure({ kind: 'undo', undoOfRunId: plan.runId });
      case 'departures':
        // Given to the run before it began, by the desk.
        return ensure({ kind: 'departures', only: { memberIds: await departures.claimedBy(runId) } });
      case 'approved-plan': {
        const original = await plans.findPlan(plan.runId);
        if (original === undefined) throw new PushRefusedError('plan-not-found', { runId: plan.runId });
        const { kind, undoOfRunId, only } = original;
        return ensure({ kind, undoOfRunId, only, basedOnRunId: plan.runId });
      }
      case 'remainder':
        return undefined;
    }
  }

  /** What ends every plan for WeCom before it is made. */
  async function assertMayWriteToWecom(corpId: string, document: DirectorySettings): Promise<void> {
    if (document.access === 'read-only') throw new PushRefusedError('read-only');
    if (document.master === 'wecom') throw new PushRefusedError('wecom-is-master');
    const access = await corps.connectionOf(corpId);
    if (access?.contactsSecret === undefined) throw new PushRefusedError('no-contacts-secret');
  }

  /** Undoing, and what somebody decided about single drifts, is no question of who is the master. */
  async function assertMayWriteToOa(runId: string, { master, pull }: DirectorySettings): Promise<void> {
    const record = await plans.findPlan(runId);
    if (record?.kind === 'undo' || record?.only?.driftIds !== undefined) return;
    if (master !== 'wecom') throw new PushRefusedError('oa-is-master');
    if (!pull.syncToOa) throw new PushRefusedError('sync-to-oa-off');
  }

  return {
    /** Makes the run's rows, and says at once what stands in the way of any push. */
    async beginPush(input: DirectoryPushInput): Promise<PushStart> {
      const { corpId, runId } = input;
      // The row comes before the rules are looked at: a refusal must have a run to be told by.
      if ((await corps.findCorp(corpId)) === undefined) throw new PushRefusedError('corp-not-found');
      const { workflowExecution } = activityInfo();
      if (workflowExecution === undefined) throw new Error('A push is begun by its workflow only');
      await runs.ensureRun({
        id: runId,
        corpId,
        direction: input.target === 'oa' ? 'pull' : 'push',
        mode: input.mode,
        trigger: input.trigger,
        requestedBy: input.requestedBy,
        workflowId: workflowExecution.workflowId,
        temporalRunId: workflowExecution.runId,
      });
      const { document, version } = await settings.currentSettings(corpId);
      if (input.plan.kind === 'remainder') await plans.reopen(runId, input.plan.of, workflowExecution.runId);
      else await runs.useSettings(runId, version);
      await recordPlan(input);
      if (input.target === 'oa') await assertMayWriteToOa(runId, document);
      else await assertMayWriteToWecom(corpId, document);
      const { required, timeoutHours } = document.push.approval;
      return { corpId, runId, approval: { required, timeoutHours } };
    },

    /** Asks WeCom who has a mobile or a mail address, for people whom nothing else finds, as far as the budget goes. */
    async lookUpMembers(
      source: PushSource,
    ): Promise<{ readonly asked: number; readonly found: number; readonly leftOver: number }> {
      const nothing = { asked: 0, found: 0, leftOver: 0 };
      const { document } = await settings.currentSettings(source.corpId);
      const isAsking = document.push.match.some(({ wecomField }) => isLookUpField(wecomField));
      if (!isAsking || (await lookUps.countUnbound(source.corpId)) === 0) return nothing;
      return withHeartbeat(async (reached) => {
        const planned = await plan({ kind: 'look-up', ...source, pullRunId: null });
        if (planned.kind !== 'look-up') throw new Error('Look-ups were planned, and something else came');
        const open = await notAskedYet(source.corpId, planned.candidates);
        if (open.length === 0 || planned.findable.length === 0) return nothing;
        return askAll(source, open, new Set(planned.findable), reached);
      });
    },

    /** The whole plan, stored and judged. */
    async makePlan(source: PushSource, pullRunId: string): Promise<PlanFacts> {
      return withHeartbeat(async () => {
        await runs.setPhase(source.runId, 'planning');
        const made = await plan({ kind: 'make', ...source, pullRunId });
        switch (made.kind) {
          case 'planned':
            return made.totals;
          case 'stopped':
            // Without its words, which are about departments and people: they stand in the run's verdict.
            throw new PushRefusedError(made.reason.code);
          default:
            throw new Error('A plan was to be made, and something else came');
        }
      });
    },

    /** Takes over the plan of another run if planning now would give the same. */
    async adoptPlan(
      source: PushSource,
      pullRunId: string,
    ): Promise<PlanFacts | { readonly moved: true; readonly nextRunId: string | null }> {
      return withHeartbeat(async () => {
        await runs.setPhase(source.runId, 'planning');
        const adopted = await plan({ kind: 'adopt', ...source, pullRunId });
        switch (adopted.kind) {
          case 'planned':
            return adopted.totals;
          case 'moved':
            return { moved: true, nextRunId: adopted.nextRunId };
          case 'lapsed':
            return { moved: true, nextRunId: null };
          default:
            throw new Error('A plan was to be adopted, and something else came');
        }
      });
    },

    /** Plans anew, and says whether what would be applied now is still what would be done. */
    async verifyPlan(
      source: PushSource,
      part: PlanPart,
      pullRunId: string,
    ): Promise<{ readonly same: true } | { readonly same: false; readonly nextRunId: string | null }> {
      return withHeartbeat(async () => {
        const verified = await plan({ kind: 'verify', part, ...source, pullRunId });
        switch (verified.kind) {
          case 'same':
            return { same: true };
          case 'moved':
            return { same: false, nextRunId: verified.nextRunId };
          case 'lapsed':
            return { same: false, nextRunId: null };
          default:
            throw new Error('A plan was to be verified, and something else came');
        }
      });
    },

    /** From here on the run can be approved under the hash that is returned, until the time that is returned. */
    async awaitingApproval(
      { corpId, runId }: PushSource,
      part: 'whole' | 'held',
    ): Promise<{
      readonly expiresAt: string;
      readonly deletions: number;
      /** Those that an approval would release. */
      readonly held: number;
      readonly planHash: string;
    }> {
      if (part === 'held') {
        const { releasable, deletions, planHash } = await plans.totals(runId);
        // Nothing to wait for: the run keeps the hash of what it applied.
        if (releasable === 0) return { expiresAt: new Date().toISOString(), deletions, held: 0, planHash };
      }
      const { document } = await settings.currentSettings(corpId);
      const opened = await plans.awaitApproval(runId, document.push.approval.timeoutHours);
      return {
        expiresAt: opened.expiresAt.toISOString(),
        deletions: opened.deletions,
        held: part === 'held' ? opened.releasable : opened.held,
        planHash: opened.planHash,
      };
    },

    async releaseHeld({ runId }: PushSource, approval: PushApproval): Promise<void> {
      try {
        await plans.releaseHeld(runId, approval);
      } catch (error) {
        if (error instanceof ApprovalOutdatedError) throw new PushRefusedError('plan-hash-differs');
        throw error;
      }
    },
  };

  async function notAskedYet(
    corpId: string,
    candidates: readonly Candidate[],
  ): Promise<readonly Candidate[]> {
    const before = new Map(
      (await lookUps.askedBefore(corpId)).map((asked) => [`${asked.field} ${asked.oaUserId}`, asked]),
    );
    const asksAgain = (oaUserId: string, { field, value }: Question): boolean => {
      const asked = before.get(`${field} ${oaUserId}`);
      if (asked === undefined || asked.valueHash !== lookUps.fingerprint(field, value)) return true;
      return asked.userId === null && asked.askedAt.getTime() < Date.now() - askAgainAfterMs;
    };
    const open = candidates.flatMap(({ oaUserId, questions }) => {
      const unasked = questions.filter((question) => asksAgain(oaUserId, question));
      return unasked.length === 0 ? [] : [{ oaUserId, questions: unasked }];
    });
    // Whoever was never asked about comes first.
    const isNew = ({ oaUserId, questions }: Candidate): boolean =>
      questions.some(({ field }) => !before.has(`${field} ${oaUserId}`));
    return [...open.filter(isNew), ...open.filter((candidate) => !isNew(candidate))];
  }

  async function askAll(
    { corpId, runId }: PushSource,
    candidates: readonly Candidate[],
    findable: Set<string>,
    reached: (details: object) => void,
  ): Promise<{ readonly asked: number; readonly found: number; readonly leftOver: number }> {
    const access = await corps.connectionOf(corpId);
    if (access?.contactsSecret === undefined) throw new PushRefusedError('no-contacts-secret');
    const calls = countCalls();
    const contacts = connectWecom(access.connection, calls.onCall).as({
      kind: 'contacts',
      secret: access.contactsSecret,
    });
    let asked = 0;
    let found = 0;
    let next = 0;
    let isBanned = false;
    while (next < candidates.length && findable.size > 0 && !isBanned) {
      cancellationSignal().throwIfAborted();
      const { allowed, used } = await lookUps.budget(corpId);
      const together: Candidate[] = [];
      let worst = 0;
      for (const candidate of candidates.slice(next, next + questionsInFlight)) {
        worst += candidate.questions.reduce((sum, { field }) => sum + wrongAnswersOf[field], 0);
        if (used + worst > allowed) break;
        together.push(candidate);
      }
      if (together.length === 0) break;
      const settled = await Promise.allSettled(together.map((candidate) => ask(contacts, candidate)));
      const answers = settled.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
      // What was answered is kept, whatever became of the others: a question costs only once.
      await calls.storedWith((tally) => lookUps.record({ corpId, runId, answers, calls: tally }));
      for (const { userId } of answers) {
        if (userId === null) continue;
        found += 1;
        findable.delete(sameUserIdKey(userId));
      }
      asked += answers.length;
      for (const one of settled) {
        if (one.status === 'fulfilled') continue;
        if (!isBan(one.reason)) throw one.reason;
        isBanned = true;
      }
      if (isBanned) log.warn('WeCom refuses look-ups for now; the plan is made without them', { runId });
      else next += together.length;
      reached({ asked, found });
    }
    const leftOver = findable.size === 0 ? 0 : candidates.length - next;
    return { asked, found, leftOver };
  }
}

/** One person's questions in order; the first that names somebody is the last. */
async function ask(contacts: WecomSession, { oaUserId, questions }: Candidate): Promise<LookUpAnswer[]> {
  const answers: LookUpAnswer[] = [];
  for (const { field, value } of questions) {
    const { userId, wrong } = await askOne(contacts, { field, value });
    answers.push({ oaUserId, field, value, userId, wrong });
    if (userId !== null) break;
  }
  return answers;
}

async function askOne(
  { members }: WecomSession,
  { field, value }: Question,
): Promise<{ readonly userId: string | null; readonly wrong: number }> {
  const call = { signal: cancellationSignal(), priority: 'bulk' } as const;
  const ways =
    field === 'mobile'
      ? [() => members.userIdByMobile({ mobile: value }, call)]
      : (['business', 'personal'] as const).map(
          (kind) => () => members.userIdByEmail({ email: value, kind }, call),
        );
  let wrong = 0;
  for (const way of ways) {
    try {
      return { userId: await way(), wrong };
    } catch (error) {
      // Nobody has it, or it is nothing that anybody could have.
      const isUnknown = error instanceof WecomDataError || error instanceof WecomAlreadySoError;
      if (!isUnknown) throw error;
      wrong += 1;
    }
  }
  return { userId: null, wrong };
}

function isBan(error: unknown): boolean {
  return error instanceof WecomRateLimitedError && error.retryAfterMs >= bannedFromMs;
}
