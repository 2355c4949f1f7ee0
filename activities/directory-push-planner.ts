import { randomUUID } from 'node:crypto';
import { planAccepted } from '../domain/directory/oa-sync/accept';
import { planOaSync, type OaPlan } from '../domain/directory/oa-sync/plan';
import { planOaUndo } from '../domain/directory/oa-sync/undo';
import type { Change } from '../domain/directory/push/changes';
import { guardPlan } from '../domain/directory/push/guard';
import { takeBackOnly } from '../domain/directory/drift/taken-back';
import { keepOnly, subjectsOf } from '../domain/directory/push/only';
import { planPush, type Plan } from '../domain/directory/push/plan';
import { holdPostponed } from '../domain/directory/push/postponing';
import { changeDigest } from '../domain/directory/push/plan-hash';
import { planUndo } from '../domain/directory/push/undo';
import { holdingsOf } from '../store/push-plan-holdings';
import { createRowWriter, type PlanRow } from '../store/push-plan-rows';
import {
  createPushPlanStore,
  sha256,
  type PlanHead,
  type PlanPart,
  type PlanTarget,
  type PlanTotals,
  type PushPlanRecord,
  type UsedSettings,
} from '../store/push-plans';
import { createPushSnapshotStore, type PushSnapshot } from '../store/push-snapshot';
import type { RunError } from '../store/runs';
import type { SqlDatabase } from '../store/sql-database';
// Not by way of the whole client, which brings along what no plan needs.
import { wecomValueRules } from '../wecom/value-rules';
import { planLookUps, type LookUpPlan } from './directory-push-look-ups';
import { isStillWanted } from './directory-push-same-effect';

/** What takes seconds of computing at 100,000 people; everything in it can be sent to a thread. */
export type PlanningJob = { readonly corpId: string; readonly runId: string } & (
  | { readonly kind: 'look-up'; /** The newest. */ readonly pullRunId: null }
  | ({ readonly pullRunId: string } & (
      | { readonly kind: 'make' }
      | { readonly kind: 'adopt' }
      | { readonly kind: 'verify'; readonly part: PlanPart }
    ))
);

export type PlanningResult =
  | ({ readonly kind: 'look-up' } & LookUpPlan)
  | { readonly kind: 'planned'; readonly totals: PlanTotals }
  | { readonly kind: 'same' }
  | { readonly kind: 'moved'; readonly nextRunId: string }
  /** It has moved on, and no plan takes its place. */
  | { readonly kind: 'lapsed' }
  | { readonly kind: 'stopped'; readonly reason: RunError };

type Planned = {
  readonly snapshot: PushSnapshot;
  readonly settings: UsedSettings;
  readonly target: PlanTarget;
  readonly outcome: Plan | { readonly kind: 'stopped'; readonly reason: RunError };
};

/** Reads both sides as they stand, plans, and keeps what came of it. Nothing here asks WeCom. */
export async function performPlanning(db: SqlDatabase, job: PlanningJob): Promise<PlanningResult> {
  const plans = createPushPlanStore(db);
  const snapshots = createPushSnapshotStore(db);
  const { corpId, runId, pullRunId } = job;

  const record = await plans.findPlan(runId);
  if (record === undefined) throw new Error(`Run ${runId} was not begun`);

  switch (job.kind) {
    case 'look-up':
      return lookUp(record);
    case 'make':
      return make(record);
    case 'adopt':
      return adopt(record);
    case 'verify':
      return verify(record, job.part);
  }

  async function lookUp(record: PushPlanRecord): Promise<PlanningResult> {
    const { document } = await versionOf(record);
    const snapshot = await snapshots.readSnapshot(corpId);
    const { candidates, findable } = planLookUps(snapshot, document.push, wecomValueRules);
    if (record.only === null) return { kind: 'look-up', candidates, findable };
    // The day's questions are not spent on people whom this plan is not about.
    const { oaUserIds } = subjectsOf(record.only, snapshot.bindings);
    const asked = candidates.filter(({ oaUserId }) => oaUserIds.has(oaUserId));
    return { kind: 'look-up', candidates: asked, findable: asked.length === 0 ? [] : findable };
  }

  async function make(record: PushPlanRecord): Promise<PlanningResult> {
    const version = await versionOf(record);
    const planned = await plan(record, version);
    if (planned.outcome.kind === 'stopped') {
      await plans.saveStop(runId, planned.outcome.reason);
      return planned.outcome;
    }
    const { head, rows } = await toRows(runId, planned, planned.outcome);
    return { kind: 'planned', totals: await plans.savePlan(head, rows) };
  }

  async function adopt(record: PushPlanRecord): Promise<PlanningResult> {
    const original = record.basedOnRunId === null ? undefined : await plans.findPlan(record.basedOnRunId);
    if (original === undefined) throw new Error(`Run ${runId} has no plan to adopt`);
    const version = await plans.settings(corpId, null);
    const planned = await plan(record, version);
    const isSame =
      original.settingsVersion === version.version && (await stands(original.runId, 'whole', planned));
    if (!isSame) return offerNext(record, planned);
    const history = await plans.guardHistory(corpId, version.document, record.target);
    const { completeness } = planned.snapshot;
    const totals = await plans.copyPlan(
      original.runId,
      { runId, corpId, pullRunId, completeness, history },
      version.document.push,
    );
    return { kind: 'planned', totals };
  }

  async function verify(record: PushPlanRecord, part: PlanPart): Promise<PlanningResult> {
    // An earlier attempt has said so already, and its answer was lost.
    if (record.nextRunId !== null) return { kind: 'moved', nextRunId: record.nextRunId };
    const version = await plans.settings(corpId, null);
    const planned = await plan(record, version);
    const isSame = record.settingsVersion === version.version && (await stands(runId, part, planned));
    return isSame ? { kind: 'same' } : offerNext(record, planned);
  }

  function versionOf({ settingsVersion }: PushPlanRecord): Promise<UsedSettings> {
    return plans.settings(corpId, settingsVersion);
  }

  async function plan(record: PushPlanRecord, version: UsedSettings): Promise<Planned> {
    return record.target === 'oa' ? planForOa(record, version) : planForWecom(record, version);
  }

  async function planForOa(
    { kind, undoOfRunId, only }: PushPlanRecord,
    version: UsedSettings,
  ): Promise<Planned> {
    const sides = await snapshots.readOaSyncSides(corpId, { pullRunId: pullRunId ?? undefined });
    const { snapshot } = sides;
    const { document } = version;
    const planned = async (): Promise<OaPlan> => {
      if (kind === 'undo' && undoOfRunId !== null) {
        return planOaUndo(await plans.doneChangesOf(undoOfRunId), sides);
      }
      if (only?.driftIds !== undefined) {
        return planAccepted(await plans.acceptedDrifts(only.driftIds), sides, document.push);
      }
      const whole = planOaSync(sides, document, wecomValueRules);
      if (whole.kind === 'stopped') return whole;
      const kept = only === null ? whole : keepOnly(whole, only, snapshot);
      return holdPostponed(kept, await plans.postponements(corpId), document.timezone);
    };
    const made = await planned();
    const outcome =
      made.kind === 'stopped'
        ? made
        : holdPostponed(made, await plans.postponements(corpId), document.timezone);
    return { snapshot, settings: version, outcome, target: 'oa' };
  }

  async function planForWecom(
    { kind, undoOfRunId, only }: PushPlanRecord,
    version: UsedSettings,
  ): Promise<Planned> {
    const snapshot = await snapshots.readSnapshot(corpId, { pullRunId: pullRunId ?? undefined, runId });
    const { document } = version;
    const whole =
      kind === 'undo' && undoOfRunId !== null
        ? planUndo(await plans.doneChangesOf(undoOfRunId), snapshot, document, wecomValueRules)
        : planPush(snapshot, document, wecomValueRules);
    if (whole.kind === 'stopped') return { snapshot, settings: version, outcome: whole, target: 'wecom' };
    const decided = only?.driftIds === undefined ? whole : takeBackOnly(whole, snapshot, only);
    const kept = only === null ? whole : keepOnly(decided, only, snapshot);
    const outcome = holdPostponed(kept, await plans.postponements(corpId), document.timezone);
    return { snapshot, settings: version, outcome, target: 'wecom' };
  }

  /** Whether all that would be applied now is still wanted; what came new since is no reason against it. */
  async function stands(ofRunId: string, part: PlanPart, { snapshot, outcome }: Planned): Promise<boolean> {
    if (outcome.kind === 'stopped') return false;
    const stored = await plans.digestsOf(ofRunId, part);
    const differing = new Set(stored.keys());
    const fresh = new Map<string, Change>();
    for (const change of outcome.changes) {
      fresh.set(change.id, change);
      const digest = stored.get(change.id);
      if (digest !== undefined && changeDigest(change, sha256) === digest) differing.delete(change.id);
    }
    // Who was taken back from the run meanwhile is left alone when their turn comes; that is no other plan.
    for (const changeId of await plans.takenBackFrom(ofRunId, [...differing])) {
      if (!fresh.has(changeId)) differing.delete(changeId);
    }
    if (differing.size === 0) return true;
    // Nothing was written yet: nothing can differ for a good reason.
    if (part === 'whole') return false;
    const changes = await plans.changesOf(ofRunId, [...differing]);
    return isStillWanted(changes, fresh, snapshot.links);
  }

  async function offerNext(record: PushPlanRecord, planned: Planned): Promise<PlanningResult> {
    // Nobody has to approve what becomes of it: its departures are given to another run by themselves.
    if (record.kind === 'departures') return { kind: 'lapsed' };
    const id = record.nextRunId ?? randomUUID();
    if (planned.outcome.kind === 'stopped') {
      await plans.saveNextPlan({ id, insteadOf: runId, stopped: planned.outcome.reason }, null, []);
    } else {
      const { head, rows } = await toRows(id, planned, planned.outcome);
      await plans.saveNextPlan({ id, insteadOf: runId }, head, rows);
    }
    return { kind: 'moved', nextRunId: id };
  }

  async function toRows(
    id: string,
    { snapshot, settings: { version, document }, target }: Planned,
    outcome: Plan,
  ): Promise<{ readonly head: PlanHead; readonly rows: Iterable<PlanRow> }> {
    const history = await plans.guardHistory(corpId, document, target);
    const verdict = guardPlan(outcome, history, document.push.guard);
    const holdings = holdingsOf(outcome, verdict, history, document.push.guard);
    const toRow = createRowWriter(snapshot, outcome.changes);
    const { oa, wecom } = snapshot;
    const head: PlanHead = {
      runId: id,
      corpId,
      settingsVersion: version,
      pullRunId,
      oaVersion: snapshot.oaVersion,
      readAt: snapshot.readAt,
      completeness: snapshot.completeness,
      counts: outcome.counts,
      population: outcome.population,
      reads: {
        ...outcome.reads,
        oaUsers: oa.users.filter(({ status }) => status === 'active').length,
        oaDepartments: oa.nodes.length,
        wecomMembers: wecom.members.length,
        wecomDepartments: wecom.departments.length,
      },
      verdict,
      history,
    };
    // Made as they are written: 100,000 rows at once would not fit beside the plan they come from.
    function* rows(): Generator<PlanRow> {
      for (const [seq, change] of outcome.changes.entries()) {
        yield toRow(change, { seq, digest: changeDigest(change, sha256), holding: holdings.get(change.id) });
      }
    }
    return { head, rows: rows() };
  }
}
