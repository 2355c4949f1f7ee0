import type { AttendanceCount } from '../api/attendance';
import type { Run } from '../api/runs';
import { useLanguage } from '../language/use-language';
import type { Tone } from '../parts/mark';

interface CountLook {
  readonly name: AttendanceCount;
  readonly sign: string;
  readonly tone: Tone;
}

/** What was read, what became of it, and what somebody should look at. */
export const attendanceCountLooks: readonly CountLook[] = [
  { name: 'read', sign: '', tone: 'quiet' },
  { name: 'new', sign: '+', tone: 'good' },
  { name: 'changed', sign: '~', tone: 'busy' },
  { name: 'superseded', sign: '−', tone: 'warn' },
  { name: 'unchanged', sign: '=', tone: 'quiet' },
  { name: 'heldBack', sign: '⊘', tone: 'bad' },
  { name: 'unknownPeople', sign: '?', tone: 'warn' },
  { name: 'unbound', sign: '○', tone: 'warn' },
];

export function countOf({ attendance, counts }: Run, name: AttendanceCount): number {
  return attendance?.counts[name] ?? counts[name] ?? 0;
}

/** In one line, for lists. */
export function AttendanceCountWords({ run }: { readonly run: Run }) {
  const { t, number } = useLanguage();
  const told = attendanceCountLooks.filter(
    ({ name }) => name === 'read' || (name !== 'unchanged' && countOf(run, name) > 0),
  );
  return (
    <span className="cell-words">
      {told
        .map(({ name, sign }) => {
          // Within a sentence.
          const word = t(`att.count.${name}`).toLowerCase();
          // A sign stays with its number.
          return `${sign}\u00a0${t('att.count.in-list', { word, count: number(countOf(run, name)) })}`.trim();
        })
        .join(t('list.comma'))}
    </span>
  );
}

export function AttendanceCountTiles({ run }: { readonly run: Run }) {
  const { t, number } = useLanguage();
  return (
    <ul className="tiles att-counts" aria-label={t('att.counts')}>
      {attendanceCountLooks.map(({ name, sign, tone }) => {
        const count = countOf(run, name);
        return (
          <li
            key={name}
            className={count === 0 ? 'tile tile-zero' : 'tile'}
            title={t(`att.count.${name}.about`)}
          >
            <span
              className={`tile-number ${count === 0 ? '' : `mark-${tone}`} ${count < longFrom ? '' : 'tile-number-long'}`}
            >
              <span aria-hidden>{sign}</span> {number(count)}
            </span>
            <span className="tile-label">{t(`att.count.${name}`)}</span>
          </li>
        );
      })}
    </ul>
  );
}

/** From here on a number needs smaller figures to stay within its tile. */
const longFrom = 10_000;
