import type { z } from 'zod';
import { pullFailureTexts, pullReasonTexts } from '../i18n/directory-pull';
import type { Lang } from '../i18n';
import { translate } from '../i18n';
import type { RunError, RunRecord } from '../store/runs';
import type { TransportFault } from '../wecom';
import { explainErrcode, explainFault } from '../wecom';
import type { ApiDeps } from './deps';
import { labelOf } from './principal';
import type { run as runSchema } from './schemas/runs';

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

/** Runs as the API answers them, in the reader's language. */
export async function viewRuns(
  deps: Pick<ApiDeps, 'principals' | 'settings'>,
  runs: readonly RunRecord[],
  lang: Lang,
): Promise<RunView[]> {
  const labels = await deps.principals.labelsOf(runs.map(({ requestedBy }) => requestedBy));
  return runs.map((run) => {
    const { temporalRunId: _, startedAt, finishedAt, error, completeness, verdict, ...rest } = run;
    return {
      ...rest,
      requestedBy: labelOf(run.requestedBy, labels),
      counts: { ...noCounts, ...run.counts },
      apiCalls: { ...run.apiCalls },
      steps: run.steps.map((step) => ({ ...step })),
      verdict: verdict as RunView['verdict'],
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
      startedAt: startedAt.toISOString(),
      finishedAt: finishedAt?.toISOString() ?? null,
      temporalUrl: temporalUrl(deps.settings, run),
      error: error === null ? null : viewError(error, lang),
    };
  });
}

function temporalUrl(
  { temporalUiUrl, temporalNamespace }: ApiDeps['settings'],
  run: RunRecord,
): string | null {
  if (temporalUiUrl === undefined) return null;
  const path = [
    'namespaces',
    temporalNamespace,
    'workflows',
    run.workflowId,
    ...(run.temporalRunId === null ? [] : [run.temporalRunId, 'history']),
  ];
  return `${temporalUiUrl}/${path.map(encodeURIComponent).join('/')}`;
}

const failureTexts: Readonly<Record<string, { 'zh-CN': string; en: string }>> = pullFailureTexts;

function viewError({ code, params, wecom }: RunError, lang: Lang): NonNullable<RunView['error']> {
  const message = translate(failureTexts[code] ?? pullFailureTexts.internal, lang, params);
  if (wecom === undefined) return { code, message };
  const explained =
    wecom.errcode !== undefined
      ? explainErrcode(wecom.errcode, lang, wecom.fromIp)
      : wecom.fault !== undefined
        ? explainFault(wecom.fault as TransportFault, lang)
        : undefined;
  return {
    code,
    message: explained === undefined ? message : `${message} ${explained.cause}`,
    ...(explained === undefined ? {} : { advice: explained.advice }),
    wecom: { errcode: wecom.errcode ?? null, errmsg: wecom.errmsg ?? '', path: wecom.path },
  };
}
