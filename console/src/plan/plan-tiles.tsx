import { ArrowDownOutlined, ArrowUpOutlined } from '@ant-design/icons';
import type { ChangeFilter, Tile } from '../api/push';
import { useLanguage } from '../language/use-language';
import { parsedFilter } from './change-filter';
import { tileLook } from './tile-looks';

/** After the dangerous ones, which stand first whatever they are. */
const order = [
  'move',
  'update',
  'rename',
  'create',
  'enable',
  'return',
  'bind',
  'link',
  'superior',
  'skipped',
  'unchanged',
];

/** Nothing to look for elsewhere. */
const onlyInUndo: ReadonlySet<string> = new Set(['unbind', 'unlink']);

function place({ key, dangerous }: Tile): number {
  if (dangerous) return -1;
  const known = order.indexOf(key);
  return known === -1 ? order.length : known;
}

interface PlanTilesProps {
  /** Which side the numbers are about. */
  readonly ofOa: boolean;
  readonly tiles: readonly Tile[];
  readonly onFilter: (filter: ChangeFilter) => void;
}

/** People and departments apart; what may hurt stands first, also when it is zero. */
export function PlanTiles({ ofOa, tiles, onFilter }: PlanTilesProps) {
  const { t } = useLanguage();
  return (
    <div className="plan-tiles">
      {(['people', 'departments'] as const).map((kind) => (
        <section key={kind} className="count-group">
          <h2>{t(ofOa ? `plan.of.${kind}.oa` : `plan.of.${kind}`)}</h2>
          <ul className="tiles">
            {tiles
              .filter((tile) => tile.kind === kind && (tile.count > 0 || !onlyInUndo.has(tile.key)))
              .sort((a, b) => place(a) - place(b))
              .map((tile) => (
                <li key={tile.key}>
                  <CountTile tile={tile} onFilter={onFilter} />
                </li>
              ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function CountTile({ tile, onFilter }: { readonly tile: Tile } & Pick<PlanTilesProps, 'onFilter'>) {
  const { t, maybe, number } = useLanguage();
  const { icon, colour } = tileLook(tile.key);
  const { filter } = tile;
  const label = maybe(`plan.tile.${tile.key}`) ?? tile.key;
  const words = (
    <>
      <span className={`tile-number ${tile.count === 0 ? '' : `ink-${colour}`}`}>
        <span className="tile-icon">{icon}</span> {number(tile.count)}
      </span>
      <span className="tile-label">{label}</span>
      <span className="tile-note small">
        {tile.count > 0 && tile.share !== null && <>{percent(tile.share)}</>}
        <AgainstMedian tile={tile} />
      </span>
    </>
  );
  const look = `tile ${tile.count === 0 ? 'tile-zero' : ''} ${tile.dangerous ? 'tile-dangerous' : ''}`;
  if (tile.count === 0 || filter === null) return <div className={look}>{words}</div>;
  return (
    <button
      type="button"
      className={`${look} tile-button`}
      title={t('plan.tile.filter')}
      onClick={() => onFilter(parsedFilter(filter))}
    >
      {words}
    </button>
  );
}

/** Against the middle of the last ten runs; what is as usual needs no second look. */
function AgainstMedian({ tile: { count, median } }: { readonly tile: Tile }) {
  const { t, number } = useLanguage();
  if (median === null || (count === 0 && median === 0)) return null;
  const difference = Math.round(count - median);
  const words = t('plan.tile.median', { median: number(median) });
  if (difference === 0) return null;
  return (
    <span className="quiet" title={words}>
      {difference > 0 ? <ArrowUpOutlined aria-hidden /> : <ArrowDownOutlined aria-hidden />}
      {number(Math.abs(difference))}
      <span className="visually-hidden">{words}</span>
    </span>
  );
}

function percent(share: number): string {
  const value = share * 100;
  return `${value > 0 && value < 0.1 ? '<0.1' : value.toFixed(value < 10 ? 1 : 0).replace(/\.0$/, '')}%`;
}
