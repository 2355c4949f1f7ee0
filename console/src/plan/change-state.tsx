import type { ChangeRow, ChangeStatus } from '../api/push';
import { useLanguage } from '../language/use-language';
import { Mark, type MarkIcon, type Tone } from '../parts/mark';
import { TimeAgo } from '../parts/time';

interface Look {
  readonly tone: Tone;
  readonly icon: MarkIcon;
}

export const statusLooks: Readonly<Record<ChangeStatus, Look>> = {
  pending: { tone: 'quiet', icon: 'waiting' },
  applying: { tone: 'busy', icon: 'busy' },
  done: { tone: 'good', icon: 'good' },
  failed: { tone: 'bad', icon: 'bad' },
  held: { tone: 'warn', icon: 'stopped' },
  conflict: { tone: 'warn', icon: 'warn' },
  skipped: { tone: 'quiet', icon: 'quiet' },
  undone: { tone: 'quiet', icon: 'stopped' },
};

type StatedRow = Pick<ChangeRow, 'status' | 'leftOut' | 'attempts' | 'outcome'>;

/** Whether the row was tried, failed for now, and will be tried again. */
export function isRetrying({ status, attempts, outcome }: StatedRow): boolean {
  return status === 'pending' && attempts > 0 && outcome !== null;
}

export function ChangeState({ row }: { readonly row: StatedRow }) {
  const { t, maybe } = useLanguage();
  if (row.leftOut) {
    return (
      <Mark tone="quiet" icon="stopped">
        {t('plan.left-out')}
      </Mark>
    );
  }
  if (isRetrying(row)) {
    return (
      <Mark tone="warn" icon="busy">
        {t('plan.status.retrying')}
        {row.outcome?.nextTryAt != null && (
          <span className="small">
            {' '}
            <TimeAgo at={row.outcome.nextTryAt} />
          </span>
        )}
      </Mark>
    );
  }
  const look = statusLooks[row.status] ?? { tone: 'quiet', icon: 'quiet' };
  return <Mark {...look}>{maybe(`plan.status.${row.status}`) ?? row.status}</Mark>;
}
