import { attendanceSources, type AttendanceSources, type PunchKinds } from '../api/attendance';
import type { Translate } from '../language/use-language';

/** "Punches (on and off duty), daily reports" */
export function whatIsRead(reads: AttendanceSources, kinds: PunchKinds, t: Translate): string {
  const words = attendanceSources
    .filter((source) => reads[source])
    .map((source) =>
      source === 'punches'
        ? t('att.reads.punches.of', { kinds: t(`att.kinds.${kinds}`) })
        : t(`att.reads.${source}`),
    )
    .join(t('list.comma'))
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
