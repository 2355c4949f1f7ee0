import type { PlanOnly } from '../../domain/directory/push/only';
import type { DirectorySettings } from '../../domain/directory/settings';
import { pushApiTexts } from '../../i18n/push-api';
import type { CorpRecord } from '../../store/corps';
import type { RunMode } from '../../store/runs';
import type { RequestFacts } from '../define-route';
import type { ApiDeps } from '../deps';
import { ApiError } from '../http-errors';
import type { Principal } from '../principal';
import { newRunId } from '../start-run';
import { startPlannedRun, type PlannedRunStart } from './start-planned-run';

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

export type PushStart = PlannedRunStart;

/** One push per corp at a time. A plan that a limit has stopped makes way; anything else that is open is a conflict. */
export async function startPush(
  deps: StartDeps,
  start: PushStart,
): Promise<{ runId: string; workflowId: string }> {
  const { corp } = start;
  return startPlannedRun(deps, start, 'push', (run) =>
    deps.temporal.startDirectoryPush({ ...run, wecomCorpId: corp.corpId }),
  );
}

/**
 * A push about some people and departments alone. Everything else of a push holds: one at a time, its limits, its
 * approvals.
 */
export async function startOnlyPush(
  deps: StartDeps & Pick<ApiDeps, 'directorySettings'>,
  {
    corp,
    only,
    mode = 'apply',
    principal,
    request,
  }: {
    readonly corp: CorpRecord;
    /** Ids only; see `store/push-subjects.ts` for names. */
    readonly only: PlanOnly;
    readonly mode?: RunMode;
    readonly principal: Principal;
    readonly request: RequestFacts;
  },
): Promise<{ runId: string; workflowId: string }> {
  const { document } = await deps.directorySettings.currentSettings(corp.id);
  assertMayPush(corp, document);
  return startPush(deps, {
    corp,
    runId: newRunId(request),
    mode,
    principal,
    request,
    plan: { kind: 'push', only },
  });
}
