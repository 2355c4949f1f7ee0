import type { Run } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { type CountLook, countLooks } from './counts';

/** From here on a number needs smaller figures to stay within its tile. */
const longFrom = 10_000;

const groups = ['members', 'departments'] as const;

/** People and departments apart; before there is anything to count, nothing is shown. */
export function CountTiles({ run }: { readonly run: Run }) {
  const { t } = useLanguage();
  if (run.phase !== 'done' && Object.values(run.counts).every((count) => count === 0)) return null;
  const shown = countLooks.filter(
    ({ name, inMirror }) => run.direction === 'push' || inMirror || run.counts[name],
  );
  const unknown = Object.keys(run.counts).filter(
    (name) => !countLooks.some((look) => look.name === name) && run.counts[name] !== 0,
  );
  return (
    <div className="count-groups">
      {groups.map((group) => (
        <section key={group} className="count-group">
          <h2>{t(`completeness.${group}`)}</h2>
          <ul className="tiles">
            {shown
              .filter((look) => look.of === group)
              .map((look) => (
                <Tile key={look.name} run={run} look={look} />
              ))}
            {group === 'members' &&
              unknown.map((name) => <Tile key={name} run={run} look={{ name, sign: '', tone: 'quiet' }} />)}
          </ul>
        </section>
      ))}
    </div>
  );
}

interface TileProps {
  readonly run: Run;
  readonly look: Pick<CountLook, 'name' | 'sign' | 'tone'>;
}

function Tile({ run, look: { name, sign, tone } }: TileProps) {
  const { maybe, number } = useLanguage();
  const count = run.counts[name] ?? 0;
  // Below its group's heading a short word is enough.
  const label = maybe(`tile.${run.direction}.${name}`) ?? maybe(`count.${name}`) ?? name;
  return (
    <li className={count === 0 ? 'tile tile-zero' : 'tile'}>
      <span
        className={`tile-number ${count === 0 ? '' : `mark-${tone}`} ${count < longFrom ? '' : 'tile-number-long'}`}
      >
        <span aria-hidden>{sign}</span> {number(count)}
      </span>
      <span className="tile-label">{label}</span>
    </li>
  );
}
