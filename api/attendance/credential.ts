import type { Lang, Text } from '../../i18n';
import { translate } from '../../i18n';
import { attendanceTexts } from '../../i18n/attendance';
import type { AttendanceCheck, AttendanceSettingsRecord } from '../../store/attendance-settings';
import type { CorpRecord } from '../../store/corps';
import type { Credential } from '../../wecom';
import { WecomAccessError } from '../../wecom';
import type { ApiDeps } from '../deps';
import { invalid, notFound, wecomSaid } from '../http-errors';
import { withWecom } from '../run-error';
import { askForCheckins } from '../wecom-access';

/** With what a corp's check-in data is read, and what to click where WeCom refuses it. */

export type CheckinCredential = Extract<Credential, { readonly kind: 'app' | 'check-in' }>;

const apiForbidden = 48002;
const wrongSecretErrcodes = new Set([40001, 40056, 41004, 42001]);

/** What is saved only when WeCom takes it. */
export async function assertReadsCheckins(
  deps: ApiDeps,
  corp: CorpRecord,
  credential: CheckinCredential,
): Promise<void> {
  const refusal = await askWecom(deps, corp, credential);
  if (refusal === undefined) return;
  const advice = adviceFor(credential.kind, refusal.errcode);
  throw invalid([{ path: credential.kind === 'app' ? 'appId' : 'secret', said: wecomSaid(refusal) }], {
    wecom: refusal,
    ...(advice === undefined ? {} : { advice: { text: advice } }),
  });
}

export async function checkCredential(
  deps: ApiDeps,
  corp: CorpRecord,
  credential: CheckinCredential,
): Promise<AttendanceCheck> {
  const refusal = await askWecom(deps, corp, credential);
  if (refusal === undefined) return { ok: true };
  const { errcode, errmsg, path, fromIp } = refusal;
  return {
    ok: false,
    wecom: {
      path,
      ...(errcode === undefined ? {} : { errcode }),
      ...(errmsg === undefined ? {} : { errmsg }),
      ...(fromIp === undefined ? {} : { fromIp }),
    },
  };
}

/** WeCom being busy or out of reach says nothing about the credential: that is thrown. */
async function askWecom(
  deps: ApiDeps,
  corp: CorpRecord,
  credential: CheckinCredential,
): Promise<WecomAccessError | undefined> {
  const access = await deps.corps.connectionOf(corp.id);
  if (access === undefined) throw notFound();
  try {
    await askForCheckins(deps, access.connection, credential);
    return undefined;
  } catch (error) {
    if (error instanceof WecomAccessError && error.errcode !== undefined) return error;
    throw error;
  }
}

function adviceFor(kind: CheckinCredential['kind'], errcode: number | undefined): Text | undefined {
  if (errcode === apiForbidden) {
    return kind === 'app' ? attendanceTexts.appNotAllowedAdvice : attendanceTexts.secretNotAllowedAdvice;
  }
  return kind === 'check-in' && wrongSecretErrcodes.has(errcode ?? 0)
    ? attendanceTexts.secretWrongAdvice
    : undefined;
}

type Refusal = NonNullable<AttendanceCheck['wecom']>;

/** What WeCom said of a credential for check-ins, and what to click about it. */
export function sayRefusal(
  message: Text,
  wecom: Refusal,
  kind: CheckinCredential['kind'],
  lang: Lang,
): ReturnType<typeof withWecom> {
  const said = withWecom(translate(message, lang), wecom, lang);
  const advice = adviceFor(kind, wecom.errcode);
  return advice === undefined ? said : { ...said, advice: translate(advice, lang) };
}

export function credentialKind({
  appId,
  hasSecret,
}: Pick<AttendanceSettingsRecord, 'appId' | 'hasSecret'>): CheckinCredential['kind'] | null {
  if (appId !== null) return 'app';
  return hasSecret ? 'check-in' : null;
}
