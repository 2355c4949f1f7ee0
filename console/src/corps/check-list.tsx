import type { Check } from '../api/corps';
import { useLanguage } from '../language/use-language';
import { markIcon } from '../parts/mark';

/** Failing ones first: they are what the reader came for. */
export function CheckList({ checks }: { readonly checks: readonly Check[] }) {
  const ordered = [...checks.filter(({ ok }) => !ok), ...checks.filter(({ ok }) => ok)];
  return (
    <ul className="findings">
      {ordered.map((check) => (
        <CheckRow key={check.name} check={check} />
      ))}
    </ul>
  );
}

function CheckRow({ check }: { readonly check: Check }) {
  const { t, maybe } = useLanguage();
  const [subject = ''] = check.name.split(':');
  const title = maybe(`check.name.${subject}`) ?? check.name;
  return (
    <li className="finding">
      <span className={`finding-icon mark-${check.ok ? 'good' : 'bad'}`}>
        {markIcon(check.ok ? 'good' : 'bad')}
      </span>
      <div className="finding-head">
        <span>
          {title}
          {check.app && t('check.of-app', { app: check.app.name })}
        </span>
        <span className={`small mark-${check.ok ? 'good' : 'bad'}`}>
          {t(check.ok ? 'check.pass' : 'check.fail')}
        </span>
        {check.errcode !== undefined && check.errcode !== 0 && (
          <span className="small quiet mono">errcode {check.errcode}</span>
        )}
      </div>
      <div className="finding-body">
        <div className={check.ok ? 'quiet' : ''}>{check.message}</div>
        {check.advice !== undefined && !check.ok && (
          <div className="finding-advice">
            <strong>{t('check.what-to-do')}</strong> {check.advice}
          </div>
        )}
      </div>
    </li>
  );
}
