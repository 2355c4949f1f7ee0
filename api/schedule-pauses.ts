import type { Lang } from '../i18n';
import { translate } from '../i18n';
import { pushApiTexts } from '../i18n/push-api';
import type { ApiDeps } from './deps';
import { labelOf } from './principal';
import type { ScheduleState } from './temporal';

/** What is shown of a pause; null for a schedule that is not paused. */
export async function pauseNote(
  { schedulePauses, principals }: Pick<ApiDeps, 'schedulePauses' | 'principals'>,
  scheduleId: string,
  { paused, note }: ScheduleState,
  lang: Lang,
): Promise<string | null> {
  if (!paused) return null;
  const pause = await schedulePauses.find(scheduleId);
  // Paused in Temporal's own UI since, or before its words were kept here.
  if (pause === undefined || pause.by !== note) return note;
  if (pause.note !== null && pause.note !== '') return pause.note;
  const actor = labelOf(pause.by, await principals.labelsOf([pause.by]));
  return translate(pushApiTexts.schedulePausedBy, lang, { actor });
}
