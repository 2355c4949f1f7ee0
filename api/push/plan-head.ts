import type { DirectorySettings } from '../../domain/directory/settings';
import { defaultDirectorySettings } from '../../domain/directory/settings';
import { pullReasonTexts } from '../../i18n/directory-pull';
import type { Lang, Text } from '../../i18n';
import { translate } from '../../i18n';
import { oaSyncApiTexts } from '../../i18n/oa-sync';
import { pushApiTexts } from '../../i18n/push-api';
import type { StoredReads, StoredVerdict } from '../../store/push-plans';
import type { ChangeTally, PlanRecord } from '../../store/push-reading';
import type { RunRecord } from '../../store/runs';
import type { ApiDeps } from '../deps';
import { labelOf } from '../principal';
import { departmentNamesOf } from '../run-view';
import { approvable, numbersOf } from './push-block';
import { pushFieldLabel } from '../../i18n/directory-push';

/** The head of the plan page: tiles, limits, how complete the reads were, who decided what. */

type HeadDeps = Pick<
  ApiDeps,
  'pushReading' | 'pushPlans' | 'lookUps' | 'directorySettings' | 'mirror' | 'runs' | 'principals'
>;

const lastPushes = 10;

export async function planHead(deps: HeadDeps, run: RunRecord, plan: PlanRecord, lang: Lang) {
  const { pushReading, directorySettings } = deps;
  const [used, current, tallies, groups, lastCounts, neighbours, approvals, newestOaVersion] =
    await Promise.all([
      run.settingsVersion === null
        ? undefined
        : directorySettings.findVersion(run.corpId, run.settingsVersion),
      directorySettings.currentSettings(run.corpId),
      pushReading.tallies([run.id]),
      pushReading.limitGroupCounts(run.id),
      pushReading.countsOfLastPushes(run.id, lastPushes),
      pushReading.neighbours(run.id),
      pushReading.approvalsOf(run.id),
      pushReading.newestOaVersion(),
    ]);
  const settings = used?.document ?? defaultDirectorySettings;
  const tally = tallies.get(run.id) ?? [];
  const mayBeApproved = plan.appliedByRunId === null && approvable(run, plan, numbersOf(tally)) !== undefined;
  const [meters, completeness, lookUps, labels, movement] = await Promise.all([
    meterViews(deps, { run, plan, settings, groups, lang }),
    completenessView(deps, { run, plan, settings, lastApplied: neighbours.lastApplied?.runId ?? null, lang }),
    lookUpView(deps, run),
    deps.principals.labelsOf(approvals.map(({ actor }) => actor)),
    mayBeApproved ? deps.pushPlans.movement(run.id) : undefined,
  ]);
  return {
    tiles: tileViews({ run, parts: partsOf[plan.target], tally, groups, lastCounts }),
    meters,
    completeness,
    lookUps,
    approvals: approvals.map(({ at, actor, decision, planHash, comment }) => ({
      at: at.toISOString(),
      actor: labelOf(actor, labels),
      decision,
      planHash,
      comment,
    })),
    freshness: {
      plannedAt: plan.plannedAt?.toISOString() ?? null,
      expiresAt: plan.expiresAt?.toISOString() ?? null,
      movedOn: {
        settings: run.settingsVersion !== null && current.version !== run.settingsVersion,
        oa: plan.oaVersion !== null && (newestOaVersion ?? 0) !== plan.oaVersion,
        records: movement?.records ?? false,
      },
    },
    previousRunId: neighbours.previous?.runId ?? null,
    lastAppliedRunId: neighbours.lastApplied?.runId ?? null,
  };
}

// ---------------------------------------------------------------- tiles

type Tile = {
  readonly key: string;
  readonly kind: 'people' | 'departments';
  readonly count: number;
  readonly share: number | null;
  readonly median: number | null;
  readonly dangerous: boolean;
  readonly filter: string | null;
};

type Part = {
  readonly key: string;
  /** Name in `counts`, by which earlier runs are compared. */
  readonly counted: string | null;
  readonly of: (tally: ChangeTally) => boolean;
  readonly filter: string;
  readonly dangerous?: boolean;
};

const does =
  (action: ChangeTally['action']) =>
  (tally: ChangeTally): boolean =>
    tally.action === action;

function part(key: string, action: ChangeTally['action'], dangerous = false): Part {
  return { key, counted: action, of: does(action), filter: `action=${action}`, dangerous };
}

const departmentActions =
  'linkDepartment,unlinkDepartment,createDepartment,renameDepartment,moveDepartment,deleteDepartment';
const personActions =
  'bindUser,unbindUser,createUser,enableUser,updateUser,setSuperior,disableUser,deleteUser';
const oaDepartmentActions =
  'linkDepartment,unlinkDepartment,createOaDepartment,renameOaDepartment,moveOaDepartment,removeOaDepartment';
const oaPersonActions = 'bindUser,unbindUser,createOaUser,updateOaUser,returnOaUser,departOaUser';

const isDepartment = ({ action }: ChangeTally): boolean => action.endsWith('Department');
const isPerson = ({ action }: ChangeTally): boolean => action.endsWith('User') || action === 'setSuperior';

const conflicts: Part = {
  key: 'conflict',
  counted: 'conflict',
  of: does('conflict'),
  filter: 'action=conflict',
  dangerous: true,
};

/** What waits, and what went wrong. */
function troubled(
  belongs: (tally: ChangeTally) => boolean,
  actions: string,
  countedHeld: string | null,
): Part[] {
  return [
    {
      key: 'held',
      counted: countedHeld,
      of: (tally) => belongs(tally) && tally.status === 'held',
      filter: `held=true&action=${actions}`,
      dangerous: true,
    },
    {
      key: 'error',
      counted: null,
      of: (tally) => belongs(tally) && tally.status === 'failed',
      filter: `status=failed&action=${actions}`,
      dangerous: true,
    },
  ];
}

type Parts = { readonly people: readonly Part[]; readonly departments: readonly Part[] };

/** Dangerous ones first. */
const peopleParts: readonly Part[] = [
  part('delete', 'deleteUser', true),
  part('disable', 'disableUser', true),
  conflicts,
  ...troubled(isPerson, personActions, 'heldUser'),
  part('update', 'updateUser'),
  part('create', 'createUser'),
  part('enable', 'enableUser'),
  part('bind', 'bindUser'),
  part('unbind', 'unbindUser'),
  part('superior', 'setSuperior'),
  part('skipped', 'skipUser'),
];

const departmentParts: readonly Part[] = [
  part('delete', 'deleteDepartment', true),
  ...troubled(isDepartment, departmentActions, null),
  part('move', 'moveDepartment'),
  part('rename', 'renameDepartment'),
  part('create', 'createDepartment'),
  part('link', 'linkDepartment'),
  part('unlink', 'unlinkDepartment'),
];

const partsOf: Readonly<Record<PlanRecord['target'], Parts>> = {
  wecom: { people: peopleParts, departments: departmentParts },
  oa: {
    people: [
      part('depart', 'departOaUser', true),
      conflicts,
      ...troubled(isPerson, oaPersonActions, 'heldUser'),
      part('update', 'updateOaUser'),
      part('create', 'createOaUser'),
      part('return', 'returnOaUser'),
      part('bind', 'bindUser'),
      part('unbind', 'unbindUser'),
    ],
    departments: [
      part('remove', 'removeOaDepartment', true),
      ...troubled(isDepartment, oaDepartmentActions, null),
      part('move', 'moveOaDepartment'),
      part('rename', 'renameOaDepartment'),
      part('create', 'createOaDepartment'),
      part('link', 'linkDepartment'),
      part('unlink', 'unlinkDepartment'),
    ],
  },
};

/** They stand beside another change of the same person, who is counted by that one or as unchanged. */
const besides: ReadonlySet<string> = new Set(['bindUser', 'unbindUser', 'setSuperior', 'skipUser']);

function tileViews({
  run,
  parts: { people, departments },
  tally,
  groups,
  lastCounts,
}: {
  readonly run: RunRecord;
  readonly parts: Parts;
  readonly tally: readonly ChangeTally[];
  readonly groups: Readonly<Record<string, number>>;
  readonly lastCounts: readonly Readonly<Record<string, number>>[];
}): Tile[] {
  const medianOf = (name: string | null): number | null =>
    name === null ? null : median(lastCounts.flatMap((counts) => counts[name] ?? []));
  const build = (
    kind: Tile['kind'],
    parts: readonly Part[],
    unchanged: string,
    others: readonly Omit<Tile, 'share' | 'kind'>[],
  ): Tile[] => {
    const unchangedCount = run.counts[unchanged] ?? 0;
    const belongs = kind === 'people' ? isPerson : isDepartment;
    const all = unchangedCount + sum(tally, (one) => belongs(one) && !besides.has(one.action));
    const tiles = [
      ...parts.map(({ key, counted, of, filter, dangerous = false }) => ({
        key,
        count: sum(tally, of),
        median: medianOf(counted),
        dangerous,
        filter,
      })),
      ...others,
      {
        key: 'unchanged',
        count: unchangedCount,
        median: medianOf(unchanged),
        dangerous: false,
        // What stays as it is has no row.
        filter: null,
      },
    ];
    return tiles.map((tile) => ({
      ...tile,
      kind,
      share: all === 0 ? null : Math.min(1, tile.count / all),
    }));
  };
  const moves = groups['moves'] ?? 0;
  return [
    ...build('people', people, 'unchangedUser', [
      { key: 'move', count: moves, median: null, dangerous: false, filter: 'limitGroup=moves' },
    ]),
    ...build('departments', departments, 'unchangedDepartment', []),
  ];
}

function sum(tallies: readonly ChangeTally[], wanted: (tally: ChangeTally) => boolean): number {
  return tallies.reduce((total, tally) => (wanted(tally) ? total + tally.count : total), 0);
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? null : (upper + lower) / 2;
}

// ---------------------------------------------------------------- limits

const branchMeters = 10;

export async function meterViews(
  { pushReading, mirror }: Pick<HeadDeps, 'pushReading' | 'mirror'>,
  {
    run,
    plan,
    settings,
    groups,
    lang,
  }: {
    readonly run: RunRecord;
    readonly plan: PlanRecord;
    readonly settings: DirectorySettings;
    readonly groups: Readonly<Record<string, number>>;
    readonly lang: Lang;
  },
) {
  const { guard } = settings.push;
  const texts = plan.target === 'oa' ? { ...pushApiTexts, ...oaSyncApiTexts } : pushApiTexts;
  const measured = (plan.guard as StoredVerdict | null)?.measured;
  const lastDay =
    measured?.lastDay ??
    (await pushReading.doneWithinDay(run.corpId, run.id, plan.plannedAt ?? run.startedAt));
  const counted = (
    key: 'deletes' | 'disables' | 'department-deletes' | 'moves' | 'cleared',
    label: Text,
    allowed: number | null,
  ) => {
    const count = groups[key] ?? 0;
    const before = (lastDay as Readonly<Record<string, number>>)[key] ?? 0;
    return {
      key,
      label: translate(label, lang),
      current: count,
      lastDay: before,
      allowed,
      exceeded: allowed !== null && count > 0 && count + before > allowed,
      filter: `limitGroup=${key}`,
    };
  };
  const decrease =
    measured?.lastActiveInScope == null || plan.activeInScope === null
      ? 0
      : Math.max(0, measured.lastActiveInScope - plan.activeInScope);
  const removals = (groups['deletes'] ?? 0) + (groups['disables'] ?? 0);
  const days = lastDay as Readonly<Record<string, number>>;
  const removedBefore = (days['deletes'] ?? 0) + (days['disables'] ?? 0);
  const bound = (plan.population?.boundMembers ?? 0) + (days['deletes'] ?? 0);
  const percent = (count: number): number => (bound === 0 ? 0 : Math.round((count * 10_000) / bound) / 100);
  const ofPushes = [
    {
      key: 'decrease' as const,
      label: translate(pushApiTexts.meterDecrease, lang),
      current: decrease,
      lastDay: 0,
      allowed: guard.maxDecrease,
      // As the guard sees it: a plan about others than those who leave is not measured by it.
      exceeded:
        guard.maxDecrease !== null && decrease > guard.maxDecrease && (plan.only === null || removals > 0),
      filter: null,
    },
    counted('deletes', texts.meterDeletes, guard.maxDeletes),
  ];
  return [
    // Nobody is ever deleted from an OA, and how many it has is not what is compared.
    ...(plan.target === 'oa' ? [] : ofPushes),
    counted('disables', texts.meterDisables, guard.maxDisables),
    {
      key: 'percent' as const,
      label: translate(texts.meterPercent, lang),
      current: percent(removals),
      lastDay: percent(removedBefore),
      allowed: guard.maxDeletePercent,
      exceeded:
        guard.maxDeletePercent !== null &&
        removals > 0 &&
        removals + removedBefore >= guard.percentFrom &&
        (removals + removedBefore) * 100 > guard.maxDeletePercent * bound,
      filter: plan.target === 'oa' ? 'action=departOaUser' : 'action=deleteUser,disableUser',
    },
    counted('department-deletes', texts.meterDepartmentDeletes, guard.maxDepartmentDeletes),
    counted('moves', texts.meterMoves, guard.maxMoves),
    counted('cleared', texts.meterCleared, guard.maxCleared),
    ...(await branchViews({ pushReading, mirror }, run, plan, guard, lang)),
  ];
}

/** The departments that lose the largest share of their people. */
async function branchViews(
  { pushReading, mirror }: Pick<HeadDeps, 'pushReading' | 'mirror'>,
  run: RunRecord,
  plan: PlanRecord,
  guard: DirectorySettings['push']['guard'],
  lang: Lang,
) {
  const removals = await pushReading.removalsByBranch(run.id);
  if (removals.length === 0) return [];
  const names = await departmentNamesOf(mirror, run.corpId);
  return removals
    .map(({ departmentId, count }) => {
      const of = plan.population?.branches[String(departmentId)] ?? count;
      const name = names.get(departmentId) ?? null;
      return {
        key: 'branch' as const,
        label: translate(pushApiTexts.meterBranch, lang, { name: name ?? `#${departmentId}` }),
        current: of === 0 ? 0 : Math.round((count * 1000) / of) / 10,
        lastDay: 0,
        allowed: guard.maxBranchPercent,
        exceeded:
          guard.maxBranchPercent !== null &&
          count >= guard.percentFrom &&
          count * 100 > guard.maxBranchPercent * of,
        filter: `action=deleteUser,disableUser&department=${departmentId}`,
        department: { id: departmentId, name },
      };
    })
    .sort((one, other) => Number(other.exceeded) - Number(one.exceeded) || other.current - one.current)
    .slice(0, branchMeters);
}

// ---------------------------------------------------------------- completeness and look-ups

/** What a person would miss first. */
const watchedFields: Readonly<Record<string, string>> = {
  mobile: 'mobile',
  email: 'email',
  position: 'position',
  gender: 'gender',
  telephone: 'telephone',
};

async function completenessView(
  { pushReading, runs }: Pick<HeadDeps, 'pushReading' | 'runs'>,
  {
    run,
    plan,
    settings,
    lastApplied,
    lang,
  }: {
    readonly run: RunRecord;
    readonly plan: PlanRecord;
    readonly settings: DirectorySettings;
    readonly lastApplied: string | null;
    readonly lang: Lang;
  },
) {
  const lastPlan =
    lastApplied === null ? undefined : (await pushReading.findPlans([lastApplied])).get(lastApplied);
  const versions = [plan.oaVersion, lastPlan?.oaVersion ?? null].filter((version) => version !== null);
  const [fed, pull, lastPull, coverage] = await Promise.all([
    pushReading.oaVersions(versions),
    plan.pullRunId === null ? undefined : runs.findRun(plan.pullRunId),
    lastPlan?.pullRunId == null ? undefined : runs.findRun(lastPlan.pullRunId),
    pushReading.fieldCoverage(run.corpId),
  ]);
  const reads = plan.reads as StoredReads | null;
  const version = plan.oaVersion === null ? undefined : fed.get(plan.oaVersion);
  const completeness = run.completeness ?? pull?.completeness ?? null;
  const mapped = new Set(['mobile', 'email', ...settings.push.fieldMapping.map(({ to }) => to)]);
  const missing = Object.entries(watchedFields).filter(
    ([field, seenAs]) => mapped.has(field) && coverage.of > 0 && (coverage.seen[seenAs] ?? 0) === 0,
  );
  return {
    oa: {
      reading: reads?.oa ?? null,
      users: reads?.oaUsers ?? version?.users ?? null,
      departments: reads?.oaDepartments ?? version?.departments ?? null,
      lastUsers:
        (lastPlan?.reads as StoredReads | null | undefined)?.oaUsers ??
        (lastPlan?.oaVersion == null ? null : (fed.get(lastPlan.oaVersion)?.users ?? null)),
      version: plan.oaVersion,
      fedAt: version?.fedAt.toISOString() ?? null,
    },
    wecom: {
      reading: reads?.wecom ?? null,
      departments: completeness === null ? null : { ...completeness.departments },
      members: completeness === null ? null : { ...completeness.members },
      lastMembers: lastPull?.completeness?.members.read ?? null,
    },
    missingFields: missing.map(([field]) => ({
      field,
      text: translate(pushApiTexts.fieldNeverRead, lang, { field: pushFieldLabel(field, lang) }),
    })),
    notes:
      completeness === null
        ? plan.plannedAt === null
          ? []
          : [translate(pushApiTexts.noteNoPull, lang)]
        : completeness.reasons.map(({ code, params }) => translate(pullReasonTexts[code], lang, params)),
  };
}

async function lookUpView(
  { pushReading, lookUps }: Pick<HeadDeps, 'pushReading' | 'lookUps'>,
  run: RunRecord,
) {
  const [{ allowed, used }, notLookedUp] = await Promise.all([
    lookUps.budget(run.corpId),
    pushReading.notLookedUp(run.id),
  ]);
  return { asked: used, budget: allowed, notLookedUp };
}
