import type { Lang } from '../../i18n';
import { translate } from '../../i18n';
import { attendanceFailureTexts, attendanceTexts } from '../../i18n/attendance';
import type { AttendanceRunFacts } from '../../store/attendance-overview';
import type { AttendanceRunCounts } from '../../store/attendance-runs';
import type { RunError } from '../../store/runs';
import { explainErrcode } from '../../wecom';
import type { RunErrorView } from '../run-error';
import { viewRunError } from '../run-error';

/** What a run that reads check-in data has besides what every run has. */

export const noAttendanceRunCounts: AttendanceRunCounts = {
  read: 0,
  new: 0,
  changed: 0,
  superseded: 0,
  unchanged: 0,
  heldBack: 0,
  unknownPeople: 0,
  unbound: 0,
};

export function viewAttendanceBlock(facts: AttendanceRunFacts, lang: Lang) {
  const { counts, isPaused, unknownPeople, heldBack, reads, userIds, ...rest } = facts;
  return {
    ...rest,
    userIds: userIds === null ? null : [...userIds],
    reads: { ...reads },
    counts: { ...noAttendanceRunCounts, ...counts },
    unknownPeople: unknownPeople.map(({ userId, errcode }) => ({
      userId,
      errcode,
      message:
        errcode === null
          ? translate(attendanceTexts.unknownPerson, lang)
          : explainErrcode(errcode, lang).cause,
    })),
    heldBack: heldBack.map((stretch) => ({ ...stretch })),
    paused: isPaused,
  };
}

/** Why a run failed that reads check-in data: WeCom's refusals have another remedy than those of the directory. */
export function viewAttendanceError(error: RunError, lang: Lang): RunErrorView {
  const own = attendanceFailureTexts[error.code];
  if (own !== undefined) {
    return {
      code: error.code,
      message: translate(own.message, lang, error.params),
      advice: translate(own.advice, lang, error.params),
    };
  }
  const view = viewRunError(error, lang);
  return error.wecom?.errcode === 48002
    ? { ...view, advice: translate(attendanceTexts.whichCredential, lang) }
    : view;
}
