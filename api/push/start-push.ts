import type { DirectorySettings } from '../../domain/directory/settings';
import { pushApiTexts } from '../../i18n/push-api';
import type { CorpRecord } from '../../store/corps';
import type { RunMode } from '../../store/runs';
import type { PlanSource } from '../../workflows/directory-push.contract';
import type { RequestFacts } from '../define-route';
import type { ApiDeps } from '../deps';
import { ApiError } from '../http-errors';
import type { Principal } from '../principal';
import { runOpen, startOnceClosed, triggerOf } from '../start-run';

type StartDeps = Pick<ApiDeps, 'runs' | 'temporal'>;

/** What would end every push before it began. */
export function assertMayPush(corp: CorpRecord, { access, master }: DirectorySettings): void {
  if (access === 'read-only') throw refused('read_only', 'readOnly');
  if (master === 'wecom') throw refused('wecom_is_master', 'wecomIsMaster');
  if (!corp.hasContactsSecret) throw refused('no_contacts_secret', 'noContactsSecret');
}

function refused(code: string, text: 'readOnly' | 'wecomIsMaster' | 'noContactsSecret'): ApiError {
  return new ApiError(
    422,
    code,
    { text: pushApiTexts[text] },
    { advice: { text: pushApiTexts[`${text}Advice`] } },
  );
}

export type PushStart = {
  readonly corp: CorpRecord;
  /** Of a new run, or of the one that is taken up again. */
  readonly runId: string;
  readonly mode: RunMode;
  readonly principal: Principal;
  readonly request: RequestFacts;
  readonly plan: PlanSource;
};

/** One push per corp at a time. A plan that a limit has stopped makes way; anything else that is open is a conflict. */
export async function startPush(
  { runs, temporal }: StartDeps,
  { corp, runId, mode, principal, request, plan }: PushStart,
): Promise<{ runId: string; workflowId: string }> {
  const isNew = plan.kind !== 'remainder';
  // An earlier attempt at this very request, which died before it could answer, may even have ended since.
  const earlier = isNew && request.idempotency !== undefined ? await runs.findRun(runId) : undefined;
  if (earlier !== undefined) return { runId, workflowId: earlier.workflowId };

  const run = {
    corpId: corp.id,
    runId,
    mode,
    trigger: triggerOf(principal),
    requestedBy: principal.id,
  };
  let wasAsked = false;
  const started = await startOnceClosed(
    { runs },
    runId,
    () => temporal.startDirectoryPush({ ...run, plan, wecomCorpId: corp.corpId }),
    async (open) => {
      if (open.phase !== 'blocked') return false;
      wasAsked ||= await temporal.supersedePush({ corpId: corp.id, runId: open.id });
      return wasAsked;
    },
  );
  if (started.kind === 'already-open' && started.runId !== runId) {
    throw await runOpen({ runs }, corp.id, 'push', started.runId);
  }
  if (isNew) {
    await runs.ensureRun({
      id: runId,
      corpId: corp.id,
      direction: 'push',
      mode,
      trigger: run.trigger,
      requestedBy: run.requestedBy,
      workflowId: started.workflowId,
      ...(started.kind === 'started' ? { temporalRunId: started.temporalRunId } : {}),
    });
  }
  return { runId, workflowId: started.workflowId };
}
