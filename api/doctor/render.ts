import { doctorTexts } from '../../i18n/doctor';
import type { Lang, Text } from '../../i18n';
import { translate } from '../../i18n';
import type { CorpCheckRecord, StoredCheck } from '../../store/checks';
import type { TransportFault } from '../../wecom';
import { explainErrcode, explainFault } from '../../wecom';

/** A stored result in the reader's language. */
export function renderCheck({ id, ok, at, checks }: CorpCheckRecord, lang: Lang) {
  return { id, ok, at: at.toISOString(), checks: checks.map((check) => renderOne(check, lang)) };
}

const texts: Readonly<Record<string, Text>> = doctorTexts;

function renderOne({ name, ok, errcode, text, params, advice, app }: StoredCheck, lang: Lang) {
  const explained = explain(errcode, params?.['fault'], lang);
  const values = { ...(explained === undefined ? {} : { cause: explained.cause }), ...params };
  const say = (key: string) => translate(texts[key] ?? { 'zh-CN': key, en: key }, lang, values);
  const advised = advice !== undefined ? say(advice) : ok ? undefined : explained?.advice;
  return {
    name,
    ok,
    ...(errcode === undefined ? {} : { errcode }),
    message: say(text),
    ...(advised === undefined ? {} : { advice: advised }),
    ...(app === undefined ? {} : { app: { ...app } }),
  };
}

function explain(errcode: number | undefined, fault: string | number | undefined, lang: Lang) {
  if (errcode !== undefined) return explainErrcode(errcode, lang);
  return fault === undefined ? undefined : explainFault(fault as TransportFault, lang);
}
