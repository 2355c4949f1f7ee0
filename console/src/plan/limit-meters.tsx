import { Button } from 'antd';
import type { ChangeFilter, Meter } from '../api/push';
import { useLanguage } from '../language/use-language';
import { Mark } from '../parts/mark';
import { parsedFilter } from './change-filter';

interface LimitMetersProps {
  readonly meters: readonly Meter[];
  readonly onFilter: (filter: ChangeFilter) => void;
}

/** How much of each limit this plan uses; what lies past the mark is red, and said. */
export function LimitMeters({ meters, onFilter }: LimitMetersProps) {
  const { t } = useLanguage();
  const ordered = [...meters].sort((a, b) => Number(b.exceeded) - Number(a.exceeded));
  if (ordered.length === 0) return <p className="quiet">{t('plan.limits.none')}</p>;
  return (
    <ul className="meters">
      {ordered.map((meter) => (
        <li key={`${meter.key} ${meter.department?.id ?? ''}`} className="meter">
          <OneMeter meter={meter} onFilter={onFilter} />
        </li>
      ))}
    </ul>
  );
}

function OneMeter({ meter, onFilter }: { readonly meter: Meter } & Pick<LimitMetersProps, 'onFilter'>) {
  const { t, number } = useLanguage();
  const { label, current, lastDay, allowed, exceeded, filter, department, key } = meter;
  const isPercent = key === 'percent' || key === 'branch';
  const shown = (value: number) => (isPercent ? `${number(Math.round(value * 10) / 10)}%` : number(value));
  const used = current + lastDay;
  const whole = Math.max(used, allowed ?? 0, 1);
  const mark = allowed === null ? 100 : (allowed / whole) * 100;
  // Without a limit there is nothing to be full of.
  const within = allowed === null ? 0 : (Math.min(used, exceeded ? allowed : used) / whole) * 100;
  const beyond = exceeded ? (Math.max(0, used - (allowed ?? used)) / whole) * 100 : 0;
  // A share of very few people says nothing: such a limit counts from a number on.
  const tooFew = !exceeded && allowed !== null && used > allowed;
  const name = department?.name == null ? label : t('plan.limit.of', { label, department: department.name });
  return (
    <>
      <div className="spread meter-words">
        <span>{name}</span>
        <span className={exceeded ? 'mark-bad meter-figure' : 'meter-figure'}>
          {t('plan.limit.figure', {
            current: shown(used),
            allowed: allowed === null ? t('plan.limit.unlimited') : shown(allowed),
          })}
        </span>
      </div>
      <div
        className="meter-bar"
        role="meter"
        aria-label={name}
        aria-valuenow={used}
        aria-valuemin={0}
        aria-valuemax={whole}
        aria-valuetext={`${shown(used)} / ${allowed === null ? t('plan.limit.unlimited') : shown(allowed)}`}
      >
        <span className="meter-within" style={{ width: `${within}%` }} />
        <span className="meter-beyond" style={{ width: `${beyond}%` }} />
        {allowed !== null && mark < 100 && <span className="meter-mark" style={{ left: `${mark}%` }} />}
      </div>
      <div className="row small meter-foot">
        {exceeded ? (
          <Mark tone="bad">{t('plan.limit.exceeded')}</Mark>
        ) : (
          <span className="quiet">
            {t(
              allowed === null ? 'plan.limit.no-limit' : tooFew ? 'plan.limit.too-few' : 'plan.limit.within',
            )}
          </span>
        )}
        {lastDay > 0 && <span className="quiet">{t('plan.limit.last-day', { count: shown(lastDay) })}</span>}
        {current > 0 && filter !== null && (
          <Button type="link" className="meter-who" onClick={() => onFilter(parsedFilter(filter))}>
            {t('plan.limit.who')}
          </Button>
        )}
      </div>
    </>
  );
}
