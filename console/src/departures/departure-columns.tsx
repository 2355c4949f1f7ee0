import type { Departure } from '../api/departures';
import type { Translate } from '../language/use-language';
import type { RecordColumn } from '../parts/record-list';
import { DaysLeft } from './days-left';
import { DepartureStateMark } from './departure-state-mark';
import { HandOverWords } from './hand-over-words';
import { Minute } from './minute';
import { Who } from './who';
import { Why } from './why';

/** Of those that have not ended. */
export function openColumns(
  t: Translate,
  onOpen: (userId: string) => void,
): readonly RecordColumn<Departure>[] {
  return [
    {
      key: 'who',
      title: t('departure.who'),
      role: 'heading',
      render: (departure) => <Who departure={departure} onOpen={() => onOpen(departure.userId)} />,
    },
    {
      key: 'state',
      title: t('departure.state'),
      render: (departure) => (
        <span className="departure-cell">
          <DepartureStateMark state={departure.state} />
          <Why departure={departure} />
        </span>
      ),
    },
    {
      key: 'disabled',
      title: t('departure.disabled-at'),
      render: ({ disabledAt }) =>
        disabledAt === null ? <span className="quiet">—</span> : <Minute at={disabledAt} />,
    },
    {
      key: 'deletes',
      title: t('departure.delete-at'),
      render: (departure) => <DaysLeft departure={departure} />,
    },
    {
      key: 'hand-over',
      title: t('departure.hand-over'),
      render: (departure) => <HandOverWords departure={departure} />,
    },
  ];
}
