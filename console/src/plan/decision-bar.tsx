import { Button } from 'antd';
import type { ChangeRow } from '../api/push';
import { useLanguage } from '../language/use-language';

interface DecisionBarProps {
  readonly chosen: ReadonlyMap<string, ChangeRow>;
  readonly deciding: boolean;
  readonly onLeaveOut: (ids: readonly string[]) => void;
  readonly onTakeBackIn: (ids: readonly string[]) => void;
  readonly onAlways: (ids: readonly string[]) => void;
  readonly onClear: () => void;
}

/** Follows the eye at the foot of the screen while something is ticked. */
export function DecisionBar(props: DecisionBarProps) {
  const { chosen, deciding, onLeaveOut, onTakeBackIn, onAlways, onClear } = props;
  const { t, number } = useLanguage();
  if (chosen.size === 0) return null;
  const rows = [...chosen.values()];
  const inPlan = rows.filter(({ leftOut }) => !leftOut).map(({ id }) => id);
  const out = rows.filter(({ leftOut }) => leftOut).map(({ id }) => id);
  const people = rows.filter(({ subject }) => subject === 'user').map(({ id }) => id);
  return (
    <div className="decision-bar" role="region" aria-label={t('plan.decide')}>
      <strong aria-live="polite">{t('plan.decide.chosen', { count: number(chosen.size) })}</strong>
      <span className="row">
        {inPlan.length > 0 && (
          <Button type="primary" loading={deciding} onClick={() => onLeaveOut(inPlan)}>
            {t('plan.decide.once.count', { count: number(inPlan.length) })}
          </Button>
        )}
        {out.length > 0 && (
          <Button loading={deciding} onClick={() => onTakeBackIn(out)}>
            {t('plan.decide.take-back.count', { count: number(out.length) })}
          </Button>
        )}
        {people.length > 0 && (
          <Button danger loading={deciding} onClick={() => onAlways(people)}>
            {t('plan.decide.always')}
          </Button>
        )}
        <Button onClick={onClear}>{t('plan.choose.none')}</Button>
      </span>
    </div>
  );
}
