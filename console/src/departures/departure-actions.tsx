import { Button } from 'antd';
import { useState } from 'react';
import type { DepartureAction, DepartureDetails } from '../api/departures';
import { useLanguage } from '../language/use-language';
import { DecideDialog } from './decide-dialog';
import { DeleteNowDialog } from './delete-now-dialog';
import { PostponeDepartureDialog } from './postpone-departure-dialog';
import { useMayDecide } from './use-may-decide';

interface DepartureActionsProps {
  readonly corpId: string;
  readonly departure: DepartureDetails;
}

/** Going on first, what can't be taken back last. */
const offered = [
  'release',
  'postpone',
  'restore',
  'cancel',
  'deleteNow',
] as const satisfies DepartureAction[];
type Offered = (typeof offered)[number];

export function DepartureActions({ corpId, departure }: DepartureActionsProps) {
  const { t } = useLanguage();
  const may = useMayDecide();
  const [asked, setAsked] = useState<Offered | undefined>();
  const possible = offered.filter((action) => may[action] && departure.can[action]);
  const props = { corpId, departure, onClose: () => setAsked(undefined) };
  return (
    <>
      {possible.length > 0 && (
        <div className="row" role="group" aria-label={t('departure.actions')}>
          {possible.map((action) => (
            <Button
              key={action}
              type={action === 'release' ? 'primary' : 'default'}
              danger={action === 'deleteNow'}
              onClick={() => setAsked(action)}
            >
              {t(`departure.do.${action}`)}
            </Button>
          ))}
        </div>
      )}
      {asked === 'postpone' && <PostponeDepartureDialog {...props} />}
      {asked === 'deleteNow' && <DeleteNowDialog {...props} />}
      {(asked === 'release' || asked === 'restore' || asked === 'cancel') && (
        <DecideDialog {...props} action={asked} />
      )}
    </>
  );
}
