import { Button, Checkbox } from 'antd';
import { Link } from 'react-router';
import { type Drift, type DriftDecision, driftDecisions, type DriftState } from '../api/drift';
import { useLanguage } from '../language/use-language';
import { Mark, type MarkIcon, type Tone } from '../parts/mark';
import { ExactTime, TimeAgo } from '../parts/time';
import { obstaclesOf, possible } from './decisions';

interface DriftRowProps {
  readonly corpId: string;
  readonly row: Drift;
  /** Obstacles that are said above the list. */
  readonly shared: readonly string[];
  readonly mayDecide: boolean;
  readonly chosen: boolean;
  readonly onChoose: (chosen: boolean) => void;
  readonly onDecide: (decision: DriftDecision) => void;
}

const looks: Readonly<Record<DriftState, { readonly tone: Tone; readonly icon: MarkIcon }>> = {
  open: { tone: 'warn', icon: 'waiting' },
  accepting: { tone: 'busy', icon: 'busy' },
  reverting: { tone: 'busy', icon: 'busy' },
  accepted: { tone: 'good', icon: 'good' },
  reverted: { tone: 'good', icon: 'good' },
  ignored: { tone: 'quiet', icon: 'stopped' },
  gone: { tone: 'quiet', icon: 'good' },
};

export function DriftRow(props: DriftRowProps) {
  const { corpId, row, shared, mayDecide, chosen, onChoose, onDecide } = props;
  const { t } = useLanguage();
  const name = nameOf(row);
  const what = { name, field: row.fieldName };
  const open = row.state === 'open';
  return (
    <li className={`drift-row ${open ? '' : 'drift-row-decided'}`}>
      <span className="drift-tick">
        {open && mayDecide && (
          <Checkbox
            aria-label={t('drift.choose', what)}
            checked={chosen}
            onChange={({ target }) => onChoose(target.checked)}
          />
        )}
      </span>
      <div className="drift-what">
        <strong className="wrap-anywhere">
          {row.kind === 'member' && row.userId != null ? (
            <Link to={`/corps/${corpId}/members?q=${encodeURIComponent(row.userId)}`}>{name}</Link>
          ) : (
            name
          )}
        </strong>
        <span className="small quiet">
          {t(`drift.kind.${row.kind}`)}{' '}
          <span className="mono">
            {row.userId ?? (row.departmentId == null ? '' : `#${row.departmentId}`)}
          </span>
        </span>
      </div>
      <div className="drift-change">
        <span className="small quiet">{row.fieldName}</span>
        <span className="wrap-anywhere">
          <del className="value-before">
            <span className="visually-hidden">{t('drift.before')}</span>
            {row.before ?? t('drift.value.none')}
          </del>{' '}
          <span aria-hidden>→</span>{' '}
          <ins className="value-after">
            <span className="visually-hidden">{t('drift.after')}</span>
            {row.after ?? t('drift.value.none')}
          </ins>
        </span>
      </div>
      <div className="drift-seen small quiet">
        <span>
          <TimeAgo at={row.firstSeenAt} />
        </span>
        <span>{t(`drift.seen.${row.seenBy}`)}</span>
      </div>
      <div className="drift-end">
        {open && mayDecide ? (
          <span className="row drift-buttons">
            {driftDecisions.map((decision) => (
              <Button
                key={decision}
                size="small"
                aria-label={t(`drift.${decision}.of`, what)}
                disabled={!possible(row, decision)}
                onClick={() => onDecide(decision)}
              >
                {t(`drift.${decision}`)}
              </Button>
            ))}
          </span>
        ) : (
          <span className="row">
            <Mark {...looks[row.state]}>{t(`drift.state.${row.state}`)}</Mark>
            {row.runId !== null && <Link to={`/runs/${row.runId}`}>{t('drift.run')}</Link>}
          </span>
        )}
        {obstaclesOf(row, t)
          .filter((words) => !shared.includes(words))
          .map((words) => (
            <span key={words} className="small quiet">
              {words}
            </span>
          ))}
        {row.decidedAt !== null && (
          <span className="small quiet">
            {row.decidedBy !== null && `${t('drift.decided', { who: row.decidedBy })} `}
            <ExactTime at={row.decidedAt} />
          </span>
        )}
      </div>
    </li>
  );
}

export function nameOf({ name, userId, departmentId }: Drift): string {
  return name ?? userId ?? (departmentId == null ? '—' : `#${departmentId}`);
}
