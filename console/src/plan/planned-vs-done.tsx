import { useQueries } from '@tanstack/react-query';
import { Button } from 'antd';
import { changeActions, changeCountsQuery, type ChangeFilter, type ChangeStatus } from '../api/push';
import type { Run } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { Mark } from '../parts/mark';
import { ActionPill } from './action-pill';

const columns = [
  'done',
  'failed',
  'conflict',
  'pending',
  'held',
  'skipped',
  'undone',
] as const satisfies ChangeStatus[];

interface PlannedVsDoneProps {
  readonly run: Run;
  readonly onFilter: (filter: ChangeFilter) => void;
}

/** What was planned and what became of it; where the two differ stands first. */
export function PlannedVsDone({ run, onFilter }: PlannedVsDoneProps) {
  const { t, number } = useLanguage();
  const key = `${run.phase} ${run.progress.done} ${run.progress.failed}`;
  const counts = useQueries({ queries: columns.map((status) => changeCountsQuery(run.id, status, key)) });
  const of = (status: ChangeStatus, action: string): number =>
    counts[(columns as readonly ChangeStatus[]).indexOf(status)]?.data?.[action] ?? 0;
  const rows = changeActions
    .map((action) => ({
      action,
      planned: columns.reduce((sum, status) => sum + of(status, action), 0),
      done: of('done', action),
    }))
    .filter(({ planned, action }) => planned > 0 && action !== 'conflict' && action !== 'skipUser')
    .sort((a, b) => b.planned - b.done - (a.planned - a.done));
  if (rows.length === 0) return null;
  const differing = rows.filter(({ planned, done }) => planned !== done).length;
  return (
    <>
      {differing === 0 ? (
        <Mark tone="good">{t('plan.outcome.same')}</Mark>
      ) : (
        <Mark tone="warn">{t('plan.outcome.differs', { count: differing })}</Mark>
      )}
      <div className="table-box">
        <table className="figures outcome" aria-label={t('plan.outcome')}>
          <thead>
            <tr>
              <th scope="col">{t('plan.column.action')}</th>
              <th scope="col">{t('plan.outcome.planned')}</th>
              {columns.map((status) => (
                <th scope="col" key={status}>
                  {t(status === 'pending' ? 'plan.outcome.left' : `plan.status.${status}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ action, planned }) => (
              <tr key={action}>
                <th scope="row">
                  <ActionPill action={action} />
                </th>
                <td>{number(planned)}</td>
                {columns.map((status) => {
                  const count = of(status, action);
                  return (
                    <td key={status}>
                      {count === 0 ? (
                        <span className="quiet">0</span>
                      ) : (
                        <Button
                          type="link"
                          className="figure-link"
                          aria-label={t('plan.outcome.show', {
                            action: t(`count.${action}`),
                            status: t(`plan.status.${status}`),
                            count: number(count),
                          })}
                          onClick={() => onFilter({ action, status })}
                        >
                          {number(count)}
                        </Button>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
