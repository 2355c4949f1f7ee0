import { consoleTexts } from '../../i18n/console';
import { type DoctorText, doctorTexts } from '../../i18n/doctor';
import type { Lang, Text } from '../../i18n';
import { translate } from '../../i18n';
import type { CorpCheckRecord, StoredCheck } from '../../store/checks';
import type { TransportFault } from '../../wecom';
import { explainErrcode, explainFault } from '../../wecom';

/** A stored result in the reader's language. */
export function renderCheck({ id, ok, at, checks }: CorpCheckRecord, lang: Lang) {
  return { id, ok, at: at.toISOString(), checks: checks.map((check) => renderOne(check, lang)) };
}

const notChecked: DoctorText = 'not-checked';

/** Nothing was found wrong because there was nothing to look at: not used here, or needed only by whoever wants it. */
const notApplicable: ReadonlySet<string> = new Set<DoctorText>([
  'tls-not-used',
  'public-ip-unknown',
  'contacts-write-not-needed',
  'api-ips-private',
  'callback-not-configured',
  'bind-page-none',
  'bind-page-elsewhere',
  'domain-private',
  'domain-none',
]);

const titles: Readonly<Record<string, Text>> = consoleTexts;

/** A check's name as the console shows it; `token.app:1000002` is about one app. */
function titleOf(check: string, lang: Lang): string {
  const [kind = check, agentId] = check.split(':');
  const title = titles[`check.name.${kind}`];
  if (title === undefined) return check;
  return translate(title, lang) + (agentId === undefined ? '' : ` ${agentId}`);
}

const texts: Readonly<Record<string, Text>> = doctorTexts;

function renderOne({ name, ok, errcode, text, params, advice, app }: StoredCheck, lang: Lang) {
  const explained = explain(errcode, params?.['fault'], lang);
  const because = params?.['because'];
  const values = {
    ...params,
    ...(explained === undefined ? {} : { cause: explained.cause }),
    ...(because === undefined ? {} : { because: titleOf(String(because), lang) }),
  };
  const say = (key: string) => translate(texts[key] ?? { 'zh-CN': key, en: key }, lang, values);
  const advised = advice !== undefined ? say(advice) : ok ? undefined : explained?.advice;
  return {
    name,
    ok,
    ...(text === notChecked ? { skipped: true } : {}),
    ...(notApplicable.has(text) ? { notApplicable: true } : {}),
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
