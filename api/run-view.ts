import type { z } from 'zod';
import { defaultDirectorySettings } from '../domain/directory/settings';
import { pullReasonTexts } from '../i18n/directory-pull';
import type { Lang } from '../i18n';
import { translate } from '../i18n';
import type { ChangeTally, PlanRecord } from '../store/push-reading';
import type { RunRecord } from '../store/runs';
import type { SettingsVersion } from '../store/settings';
import { viewAttendanceBlock, viewAttendanceError } from './attendance/run-block';
import type { ApiDeps } from './deps';
import type { Principal } from './principal';
import { labelOf } from './principal';
import { isPlanned } from './push/planned-run';
import { viewPushBlock } from './push/push-block';
import { viewVerdict } from './push/verdict';
import { viewRunError } from './run-error';
import type { run as runSchema } from './schemas/runs';
import { workflowUrl } from './temporal-url';

export type RunView = z.input<typeof runSchema>;

/** Every run has all of them, whatever its kind. */
const noCounts = {
  createDepartment: 0,
  moveDepartment: 0,
  renameDepartment: 0,
  deleteDepartment: 0,
  unchangedDepartment: 0,
  createUser: 0,
  updateUser: 0,
  disableUser: 0,
  enableUser: 0,
  deleteUser: 0,
  unchangedUser: 0,
  heldUser: 0,
  conflict: 0,
};

type ViewDeps = Pick<
  ApiDeps,
  'principals' | 'settings' | 'pushReading' | 'directorySettings' | 'mirror' | 'attendanceOverview'
>;

export type RunReader = { readonly principal: Principal; readonly lang: Lang };

/** Runs as the API answers them, in the reader's language. */
export async function viewRuns(
  deps: ViewDeps,
  runs: readonly RunRecord[],
  { principal, lang }: RunReader,
): Promise<RunView[]> {
  const [pushes, attendance] = await Promise.all([
    readPushes(deps, runs),
    deps.attendanceOverview.runFacts(runs.filter(readsAttendance).map(({ id }) => id)),
  ]);
  const labels = await deps.principals.labelsOf([
    ...runs.map(({ requestedBy }) => requestedBy),
    ...[...pushes.plans.values()].flatMap(({ approvedBy, rejectedBy }) =>
      [approvedBy, rejectedBy].filter((id) => id !== null),
    ),
  ]);
  return runs.map((run) => {
    const { temporalRunId: _, startedAt, finishedAt, error, completeness, verdict: _verdict, ...rest } = run;
    const plan = pushes.plans.get(run.id);
    const tallies = pushes.tallies.get(run.id) ?? [];
    const facts = attendance.get(run.id);
    return {
      ...rest,
      requestedBy: labelOf(run.requestedBy, labels),
      counts: { ...noCounts, ...run.counts, ...facts?.counts },
      apiCalls: addCalls(run.apiCalls, pushes.pullCalls.get(run.id)),
      steps: run.steps.map((step) => ({ ...step })),
      verdict: isPlanned(run)
        ? viewVerdict(run, tallies, pushes.departmentNames.get(run.corpId) ?? new Map(), lang)
        : null,
      completeness:
        completeness === null
          ? null
          : {
              ...completeness,
              reasons: completeness.reasons.map(({ code, params }) => ({
                code,
                message: translate(pullReasonTexts[code], lang, params),
              })),
            },
      push:
        plan === undefined
          ? null
          : viewPushBlock({
              run,
              plan,
              tallies,
              approval:
                pushes.settings.get(run.corpId)?.document.push.approval ??
                defaultDirectorySettings.push.approval,
              principal,
              labels,
              lang,
            }),
      attendance: facts === undefined ? null : viewAttendanceBlock(facts, lang),
      startedAt: startedAt.toISOString(),
      finishedAt: finishedAt?.toISOString() ?? null,
      temporalUrl: workflowUrl(deps.settings, run.workflowId, run.temporalRunId),
      error:
        error === null
          ? null
          : readsAttendance(run)
            ? viewAttendanceError(error, lang)
            : viewRunError(error, lang),
    };
  });
}

function readsAttendance({ direction }: RunRecord): boolean {
  return direction === 'attendance';
}

type Pushes = {
  readonly plans: ReadonlyMap<string, PlanRecord>;
  readonly tallies: ReadonlyMap<string, readonly ChangeTally[]>;
  readonly pullCalls: ReadonlyMap<string, Readonly<Record<string, number>>>;
  readonly settings: ReadonlyMap<string, SettingsVersion>;
  /** Of corps whose plans speak of single departments. */
  readonly departmentNames: ReadonlyMap<string, ReadonlyMap<number, string | null>>;
};

const noPushes: Pushes = {
  plans: new Map(),
  tallies: new Map(),
  pullCalls: new Map(),
  settings: new Map(),
  departmentNames: new Map(),
};

async function readPushes(
  { pushReading, directorySettings, mirror }: ViewDeps,
  runs: readonly RunRecord[],
): Promise<Pushes> {
  const pushes = runs.filter(isPlanned);
  if (pushes.length === 0) return noPushes;
  const ids = pushes.map(({ id }) => id);
  const corpIds = [...new Set(pushes.map(({ corpId }) => corpId))];
  const speakingOfBranches = [
    ...new Set(pushes.filter(({ verdict }) => namesBranch(verdict)).map(({ corpId }) => corpId)),
  ];
  const [plans, tallies, pullCalls, settings, names] = await Promise.all([
    pushReading.findPlans(ids),
    pushReading.tallies(ids),
    pushReading.callsOfPulls(ids),
    Promise.all(corpIds.map(async (id) => [id, await directorySettings.currentSettings(id)] as const)),
    Promise.all(speakingOfBranches.map(async (id) => [id, await departmentNamesOf(mirror, id)] as const)),
  ]);
  return { plans, tallies, pullCalls, settings: new Map(settings), departmentNames: new Map(names) };
}

function namesBranch(verdict: unknown): boolean {
  const { reasons = [] } = (verdict ?? {}) as { readonly reasons?: readonly object[] };
  return reasons.some((reason) => 'departmentId' in reason);
}

export async function departmentNamesOf(
  mirror: Pick<ApiDeps['mirror'], 'listDepartments'>,
  corpId: string,
): Promise<ReadonlyMap<number, string | null>> {
  const departments = await mirror.listDepartments(corpId);
  return new Map(departments.map(({ departmentId, name }) => [departmentId, name]));
}

/** A push begins with a pull: its calls are calls for the push. */
function addCalls(
  own: Readonly<Record<string, number>>,
  pulls: Readonly<Record<string, number>> = {},
): Record<string, number> {
  const sum = { ...own };
  for (const [api, calls] of Object.entries(pulls)) sum[api] = (sum[api] ?? 0) + calls;
  return sum;
}
