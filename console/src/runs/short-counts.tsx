import { isOpen, type Run } from '../api/runs';
import { AttendanceCountWords } from '../attendance/run-counts';
import { useLanguage } from '../language/use-language';
import { countLooks } from './counts';
import { RunBar } from './run-bar';

const shownAtMost = 3;

/** The counts of a run in one line: what changed, or that nothing did. */
export function ShortCounts({ run }: { readonly run: Run }) {
  const { t, maybe, number } = useLanguage();
  if (run.error && !isOpen(run)) return <span className="cell-words">{run.error.message}</span>;
  if (run.direction === 'attendance') return <AttendanceCountWords run={run} />;
  const changes = countLooks.filter(({ name, tone }) => tone !== 'quiet' && (run.counts[name] ?? 0) > 0);
  if (changes.length === 0) {
    return <span className="quiet">{run.phase === 'done' ? t('counts.nothing') : '—'}</span>;
  }
  const word = (name: string) => maybe(`count.${run.direction}.${name}`) ?? maybe(`count.${name}`) ?? name;
  return (
    <span className="cell-words">
      {run.push !== null && <RunBar run={run} />}
      {changes
        .slice(0, shownAtMost)
        .map(({ name, sign }) => `${sign} ${number(run.counts[name] ?? 0)} ${word(name)}`)
        .join(t('list.comma'))}
      {changes.length > shownAtMost && ' …'}
      {(run.push?.held ?? 0) > 0 && (
        <span className="quiet"> · {t('plan.held.count', { count: number(run.push?.held ?? 0) })}</span>
      )}
    </span>
  );
}
