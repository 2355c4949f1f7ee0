import type { DayBoundary } from '../../domain/attendance/attendance';
import type { Lang } from '../../i18n';
import { translate } from '../../i18n';
import { attendanceTexts } from '../../i18n/attendance';
import type { AttendanceSettingsRecord } from '../../store/attendance-settings';
import type { ApiDeps } from '../deps';
import { ApiError } from '../http-errors';
import { credentialKind, sayRefusal } from './credential';

export const usualBoundary: DayBoundary = { timezone: 'Asia/Shanghai', dayStartsAt: '00:00' };

type ViewDeps = Pick<ApiDeps, 'attendanceRules'>;

export async function viewSettings(
  { attendanceRules }: ViewDeps,
  corpId: string,
  saved: AttendanceSettingsRecord | undefined,
  lang: Lang,
) {
  const kind = saved === undefined ? null : credentialKind(saved);
  const check = saved === undefined || kind === null ? null : viewCheck(saved, kind, lang);
  return {
    appId: saved?.appId ?? null,
    hasSecret: saved?.hasSecret ?? false,
    timezone: saved?.timezone ?? usualBoundary.timezone,
    dayStartsAt: saved?.dayStartsAt ?? usualBoundary.dayStartsAt,
    configured: kind !== null,
    credential: kind === 'check-in' ? ('system-secret' as const) : kind,
    check,
    advice:
      kind === null
        ? translate(attendanceTexts.whichCredential, lang)
        : (check?.advice ?? (await whatIsMissing(attendanceRules, corpId, lang))),
  };
}

function viewCheck({ check, checkedAt }: AttendanceSettingsRecord, kind: 'app' | 'check-in', lang: Lang) {
  if (check === null || checkedAt === null) return null;
  const at = checkedAt.toISOString();
  if (check.ok || check.wecom === undefined) {
    return { ok: check.ok, at, message: null, advice: null, wecom: null };
  }
  const {
    message,
    advice = null,
    wecom = null,
  } = sayRefusal(attendanceTexts.checkRefused, check.wecom, kind, lang);
  return { ok: false, at, message, advice, wecom };
}

async function whatIsMissing(
  rules: ApiDeps['attendanceRules'],
  corpId: string,
  lang: Lang,
): Promise<string | null> {
  const { isRead, isBound } = await rules.known(corpId, { departments: [], userIds: [] });
  if (!isRead) return translate(attendanceTexts.membersNotReadAdvice, lang);
  return isBound ? null : translate(attendanceTexts.nobodyBoundAdvice, lang);
}

export function notSetUp(): ApiError {
  return new ApiError(
    422,
    'attendance_not_set_up',
    { text: attendanceTexts.notSetUp },
    { advice: { text: attendanceTexts.notSetUpAdvice } },
  );
}

export function boundaryOf(saved: AttendanceSettingsRecord | undefined): DayBoundary {
  if (saved === undefined) return usualBoundary;
  return { timezone: saved.timezone, dayStartsAt: saved.dayStartsAt };
}
