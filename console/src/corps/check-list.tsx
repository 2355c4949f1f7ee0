import type { Check } from '../api/corps';
import { useLanguage } from '../language/use-language';
import { markIcon, type Tone } from '../parts/mark';
import type { ConsoleText } from '../../../i18n/console';

type Outcome = 'failed' | 'untried' | 'passed' | 'not-applicable';

export function outcomeOf({ ok, skipped, notApplicable }: Check): Outcome {
  if (ok) return notApplicable === true ? 'not-applicable' : 'passed';
  return skipped === true ? 'untried' : 'failed';
}

const looks: Readonly<Record<Outcome, { readonly tone: Tone; readonly word: ConsoleText }>> = {
  failed: { tone: 'bad', word: 'check.fail' },
  untried: { tone: 'quiet', word: 'check.untried' },
  passed: { tone: 'good', word: 'check.pass' },
  'not-applicable': { tone: 'quiet', word: 'check.not-applicable' },
};
const order: readonly Outcome[] = ['failed', 'untried', 'passed', 'not-applicable'];

/** Failing ones first: they are what the reader came for. */
export function CheckList({ checks }: { readonly checks: readonly Check[] }) {
  return (
    <ul className="findings">
      {order.flatMap((outcome) =>
        checks
          .filter((check) => outcomeOf(check) === outcome)
          .map((check) => <CheckRow key={check.name} check={check} outcome={outcome} />),
      )}
    </ul>
  );
}

function CheckRow({ check, outcome }: { readonly check: Check; readonly outcome: Outcome }) {
  const { tone, word } = looks[outcome];
  const { t, maybe } = useLanguage();
  const [subject = ''] = check.name.split(':');
  const title = maybe(`check.name.${subject}`) ?? check.name;
  return (
    <li className="finding">
      <span className={`finding-icon mark-${tone}`}>{markIcon(tone)}</span>
      <div className="finding-head">
        <span>
          {title}
          {check.app && t('check.of-app', { app: check.app.name })}
        </span>
        <span className={`small mark-${tone}`}>{t(word)}</span>
        {check.errcode !== undefined && check.errcode !== 0 && (
          <span className="small quiet mono">errcode {check.errcode}</span>
        )}
      </div>
      <div className="finding-body">
        <div className={outcome === 'failed' ? '' : 'quiet'}>{check.message}</div>
        {check.advice !== undefined && outcome !== 'passed' && (
          <div className={outcome === 'not-applicable' ? 'quiet' : 'finding-advice'}>
            <strong>{t(outcome === 'not-applicable' ? 'check.if-wanted' : 'check.what-to-do')}</strong>{' '}
            {check.advice}
          </div>
        )}
      </div>
    </li>
  );
}
