import type { ChangeRow, ChangeStatus } from '../api/push';
import type { RunPhase } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { Mark, type MarkIcon, type Tone } from '../parts/mark';
import { timeIn } from '../parts/moments';
import { useZone } from '../parts/zone';
import { shortDay } from './short-day';
import { TimeUntil } from './time-until';

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

type StatedRow = Pick<ChangeRow, 'status' | 'leftOut' | 'attempts' | 'outcome' | 'postponedUntil'>;

/** Whether the row was tried and failed for now. */
export function isRetrying({ status, attempts, outcome }: StatedRow): boolean {
  return status === 'pending' && attempts > 0 && outcome !== null;
}

/** Whether a time is known at which it is tried again: only while its batch waits for that. */
export function waitsForRetry(row: StatedRow, phase: RunPhase): boolean {
  return isRetrying(row) && phase === 'applying' && isAhead(row.outcome?.nextTryAt);
}

function isAhead(at: string | undefined): boolean {
  return at !== undefined && Date.parse(at) > Date.now();
}

interface ChangeStateProps {
  readonly row: StatedRow;
  readonly phase: RunPhase;
}

export function ChangeState({ row, phase }: ChangeStateProps) {
  const { t, maybe } = useLanguage();
  if (row.postponedUntil !== null) return <PostponedMark until={row.postponedUntil} />;
  if (row.leftOut) {
    return (
      <Mark tone="quiet" icon="stopped">
        {t('plan.left-out')}
      </Mark>
    );
  }
  if (isRetrying(row)) return <RetryState row={row} phase={phase} />;
  const look = statusLooks[row.status] ?? { tone: 'quiet', icon: 'quiet' };
  return <Mark {...look}>{maybe(`plan.status.${row.status}`) ?? row.status}</Mark>;
}

/** Nothing is promised that nobody keeps: a run that rests or has ended tries nothing. */
function RetryState({ row, phase }: ChangeStateProps) {
  const { t } = useLanguage();
  const at = row.outcome?.nextTryAt;
  switch (phase) {
    case 'applying':
      return (
        <Mark tone="warn" icon={isAhead(at) ? 'waiting' : 'busy'}>
          {at !== undefined && isAhead(at) ? (
            <TimeUntil at={at}>{(words) => t('plan.status.retrying.in', { words })}</TimeUntil>
          ) : (
            t('plan.status.retry.queued')
          )}
        </Mark>
      );
    case 'paused':
      return (
        <Mark tone="warn" icon="paused">
          {t('plan.status.retry.paused')}
        </Mark>
      );
    case 'reading':
    case 'planning':
    case 'blocked':
    case 'awaiting-approval':
      return (
        <Mark tone="warn" icon="waiting">
          {t('plan.status.retrying')}
        </Mark>
      );
    case 'done':
    case 'failed':
    case 'rejected':
    case 'cancelled':
    case 'expired':
      return (
        <Mark tone="bad" icon="stopped">
          {t('plan.status.retry.ended')}
        </Mark>
      );
  }
}

function PostponedMark({ until }: { readonly until: string }) {
  const { t } = useLanguage();
  const zone = useZone();
  return (
    <span title={timeIn(zone, until, 'minute')}>
      <Mark tone="warn" icon="paused">
        {t('plan.postponed', { day: shortDay(zone, until) })}
      </Mark>
    </span>
  );
}
