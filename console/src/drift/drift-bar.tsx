import { Button } from 'antd';
import { type Drift, type DriftDecision, driftDecisions } from '../api/drift';
import { useLanguage } from '../language/use-language';
import { possible } from './decisions';

interface DriftBarProps {
  readonly rows: readonly Drift[];
  readonly onDecide: (decision: DriftDecision) => void;
  readonly onClear: () => void;
}

/** Follows the eye at the foot of the screen while something is ticked. */
export function DriftBar({ rows, onDecide, onClear }: DriftBarProps) {
  const { t, number } = useLanguage();
  if (rows.length === 0) return null;
  return (
    <div className="decision-bar" role="region" aria-label={t('drift.decide')}>
      <strong aria-live="polite">{t('drift.chosen', { count: number(rows.length) })}</strong>
      <span className="row">
        {driftDecisions.map((decision) => {
          const count = rows.filter((row) => possible(row, decision)).length;
          return (
            <Button key={decision} disabled={count === 0} onClick={() => onDecide(decision)}>
              {t(`drift.${decision}`)} {number(count)}
            </Button>
          );
        })}
        <Button type="link" onClick={onClear}>
          {t('drift.choose.none')}
        </Button>
      </span>
    </div>
  );
}
