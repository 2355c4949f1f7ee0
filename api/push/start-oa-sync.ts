import type { PlanOnly } from '../../domain/directory/push/only';
import type { DirectorySettings } from '../../domain/directory/settings';
import { oaSyncApiTexts } from '../../i18n/oa-sync';
import type { CorpRecord } from '../../store/corps';
import type { PlanSource } from '../../workflows/directory-push.contract';
import type { ApiDeps } from '../deps';
import { ApiError } from '../http-errors';
import { startPlannedRun, type PlannedRunStart } from './start-planned-run';

/** What would end every sync to the OA before it began. */
export function assertMaySyncToOa(corp: CorpRecord, { master, pull }: DirectorySettings): void {
  if (master !== 'wecom') throw refused('oa_is_master', 'oaIsMaster');
  if (!pull.syncToOa) throw refused('sync_to_oa_off', 'syncToOaOff');
  assertMayRead(corp);
}

function assertMayRead(corp: CorpRecord): void {
  if (!corp.hasContactsSecret && corp.apps.length === 0) {
    throw refused('corp_without_credentials', 'nothingToReadWith');
  }
}

function refused(code: string, text: 'oaIsMaster' | 'syncToOaOff' | 'nothingToReadWith'): ApiError {
  return new ApiError(
    422,
    code,
    { text: oaSyncApiTexts[text] },
    { advice: { text: oaSyncApiTexts[`${text}Advice`] } },
  );
}

export type OaSyncStart = Omit<PlannedRunStart, 'plan'> & {
  /** About these alone. Of drifts: exactly what was decided about them, whichever side is the master. */
  readonly only?: PlanOnly;
  /** Without it: a new plan. */
  readonly plan?: PlanSource;
};

/** Changes of the OA, made of what WeCom has. */
export async function startOaSync(
  deps: Pick<ApiDeps, 'runs' | 'temporal' | 'directorySettings'>,
  { only, plan, ...start }: OaSyncStart,
): Promise<{ runId: string; workflowId: string }> {
  const { corp } = start;
  const { document } = await deps.directorySettings.currentSettings(corp.id);
  const isDecided = only?.driftIds !== undefined || (plan !== undefined && plan.kind !== 'push');
  // Somebody has decided about exactly this, or undoes or finishes what was begun.
  if (isDecided) assertMayRead(corp);
  else assertMaySyncToOa(corp, document);
  const source: PlanSource = plan ?? (only === undefined ? { kind: 'push' } : { kind: 'push', only });
  return startPlannedRun(deps, { ...start, plan: source }, 'pull', (input) =>
    deps.temporal.startDirectoryOaSync({ ...input, wecomCorpId: corp.corpId }),
  );
}
