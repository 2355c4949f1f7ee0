import type { Departure } from '../api/departures';
import { useLanguage } from '../language/use-language';
import { useNow } from '../parts/time';
import { Minute } from './minute';

type Dates = Pick<Departure, 'state' | 'disabledAt' | 'deleteAt' | 'daysLeft'>;

/** When the account is deleted, and how much of the wait is over. */
export function DaysLeft({ departure }: { readonly departure: Dates }) {
  const { t } = useLanguage();
  const { state, disabledAt, deleteAt, daysLeft } = departure;
  if (state === 'restoring') return <span className="quiet">—</span>;
  // Also one that is held before it was disabled.
  if (disabledAt === null) return <span className="quiet">{t('departure.delete.after-disabling')}</span>;
  if (deleteAt === null) return <span className="quiet">{t('departure.delete.never')}</span>;
  return <DueDate disabledAt={disabledAt} deleteAt={deleteAt} daysLeft={daysLeft} />;
}

/** From here on the day is near. */
const nearDays = 3;
const lookEveryMs = 10_000;

interface DueDateProps {
  readonly disabledAt: string | null;
  readonly deleteAt: string;
  /** Of the corp's calendar. */
  readonly daysLeft: number | null;
}

function DueDate({ disabledAt, deleteAt, daysLeft }: DueDateProps) {
  const { t, number } = useLanguage();
  const now = useNow(lookEveryMs);
  const words = () => {
    if (daysLeft === null || daysLeft < 0 || Date.parse(deleteAt) <= now) return t('departure.days.due');
    if (daysLeft === 0) return t('departure.days.today');
    return t(daysLeft === 1 ? 'departure.days.one' : 'departure.days', { days: number(daysLeft) });
  };
  const near = daysLeft !== null && daysLeft <= nearDays;
  return (
    <span className="departure-left">
      <Minute at={deleteAt} />
      <span className="departure-left-days small">
        {disabledAt !== null && (
          <span className={near ? 'departure-bar departure-bar-near' : 'departure-bar'} aria-hidden>
            <span style={{ width: `${waited(disabledAt, deleteAt, now)}%` }} />
          </span>
        )}
        <span className={near ? 'departure-near' : 'quiet'}>{words()}</span>
      </span>
    </span>
  );
}

/** In percent. */
function waited(from: string, to: string, now: number): number {
  const whole = Date.parse(to) - Date.parse(from);
  if (whole <= 0) return 100;
  return Math.round(Math.min(1, Math.max(0, (now - Date.parse(from)) / whole)) * 100);
}
