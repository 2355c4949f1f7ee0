import { Button } from 'antd';
import type { DepartureDetails } from '../api/departures';
import { useBindingWords } from '../bindings/use-binding-words';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { Mark } from '../parts/mark';
import { HandOverCount } from './hand-over-words';
import { Minute } from './minute';
import { useDecide } from './use-decide';
import { useMayDecide } from './use-may-decide';

interface HandOverListProps {
  readonly corpId: string;
  readonly departure: DepartureDetails;
}

/** What the person still owns, as far as it could be read, and whether somebody took it over. */
export function HandOverList({ corpId, departure }: HandOverListProps) {
  const { t, number } = useLanguage();
  const { actor } = useBindingWords();
  const may = useMayDecide();
  const done = useDecide(corpId, departure, 'handOverDone');
  const { handOver, handOverReadAt, handOverDoneAt, handOverDoneBy, can } = departure;
  return (
    <div className="stack departure-hand-over">
      {handOver === null && <span className="quiet">{t('departure.hand-over.unread')}</span>}
      {handOver?.length === 0 && <span className="quiet">{t('departure.hand-over.none')}</span>}
      {handOver !== null && handOver.length > 0 && (
        <ul className="departure-owned">
          {handOver.map((item) => (
            <li key={item.kind} className={item.count === 0 ? 'quiet' : undefined}>
              <HandOverCount item={item} />
              {item.hint !== null && <div className="small quiet">{item.hint}</div>}
              {item.names.length > 0 && (
                <div className="small quiet">
                  {item.names.join(t('list.comma'))}
                  {item.count !== null &&
                    item.count > item.names.length &&
                    t('departure.hand-over.more', { count: number(item.count - item.names.length) })}
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
      {handOverReadAt !== null && (
        <span className="small quiet">
          {t('departure.hand-over.read')} <Minute at={handOverReadAt} />
        </span>
      )}
      {handOverDoneAt !== null ? (
        <div>
          <Mark tone="good">
            {t('departure.hand-over.done')}
            {handOverDoneBy !== null && ` · ${actor(handOverDoneBy)}`}
          </Mark>{' '}
          <span className="small quiet">
            <Minute at={handOverDoneAt} />
          </span>
        </div>
      ) : (
        may.handOverDone &&
        can.handOverDone && (
          <div>
            <Button loading={done.isPending} onClick={() => done.mutate({})}>
              {t('departure.do.handOverDone')}
            </Button>
          </div>
        )
      )}
      {done.error !== null && <FailureNotice error={done.error} />}
    </div>
  );
}
