import { Link } from 'react-router';
import type { DepartureEvent } from '../api/departures';
import { useBindingWords } from '../bindings/use-binding-words';
import { useLanguage } from '../language/use-language';
import type { Tone } from '../parts/mark';
import { Minute } from './minute';

const tones: Readonly<Record<string, Tone>> = {
  held: 'warn',
  deleted: 'bad',
  restored: 'good',
  released: 'busy',
  hurried: 'busy',
};

/** What happened, the latest first: nobody scrolls for it. */
export function LifeLine({ events }: { readonly events: readonly DepartureEvent[] }) {
  const { t } = useLanguage();
  const { actor } = useBindingWords();
  return (
    <ol className="departure-life" reversed>
      {[...events].reverse().map(({ at, code, text, by, runId }, index) => (
        <li key={`${at} ${code} ${index}`} className={`mark-${tones[code] ?? 'quiet'}`}>
          <span className="departure-life-words">{text}</span>
          <span className="small quiet departure-life-when">
            <Minute at={at} />
            {by !== null && <span>{actor(by)}</span>}
            {runId !== null && <Link to={`/runs/${runId}`}>{t('departure.run.see')}</Link>}
          </span>
        </li>
      ))}
    </ol>
  );
}
