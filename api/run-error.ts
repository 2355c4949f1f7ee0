import type { Lang } from '../i18n';
import { translate } from '../i18n';
import { pullFailureTexts } from '../i18n/directory-pull';
import type { ChangeOutcome } from '../store/push-reading';
import type { RunError } from '../store/runs';
import type { TransportFault } from '../wecom';
import { explainErrcode, explainFault } from '../wecom';
import { pushStopText } from '../i18n/directory-push';

export type RunErrorView = {
  code: string;
  message: string;
  advice?: string;
  wecom?: { errcode: number | null; errmsg: string; path: string };
};

const failureTexts: Readonly<Record<string, { 'zh-CN': string; en: string }>> = pullFailureTexts;

/** Why a run failed or waits, in the reader's language. */
export function viewRunError({ code, params, wecom }: RunError, lang: Lang): RunErrorView {
  const text = failureTexts[code];
  const message =
    pushStopText(code, params ?? {}, lang) ?? translate(text ?? pullFailureTexts.internal, lang, params);
  return { code, ...withWecom(message, wecom, lang) };
}

/** Adds what WeCom said, and what to do about it. */
export function withWecom(
  message: string,
  wecom: ChangeOutcome['wecom'],
  lang: Lang,
): Omit<RunErrorView, 'code'> {
  if (wecom === undefined) return { message };
  const explained =
    wecom.errcode !== undefined
      ? explainErrcode(wecom.errcode, lang, wecom.fromIp)
      : wecom.fault !== undefined
        ? explainFault(wecom.fault as TransportFault, lang)
        : undefined;
  return {
    message: explained === undefined ? message : `${message} ${explained.cause}`,
    ...(explained === undefined ? {} : { advice: explained.advice }),
    wecom: { errcode: wecom.errcode ?? null, errmsg: wecom.errmsg ?? '', path: wecom.path },
  };
}
