import { Button } from 'antd';
import type { Departure } from '../api/departures';
import { useLanguage } from '../language/use-language';

interface WhoProps {
  readonly departure: Pick<Departure, 'name' | 'userId'>;
  readonly onOpen: () => void;
}

export function Who({ departure, onOpen }: WhoProps) {
  const { t } = useLanguage();
  const name = nameOf(departure);
  return (
    <span className="bind-cell departure-who">
      <Button type="link" className="bind-open" aria-label={t('departure.open', { name })} onClick={onOpen}>
        {name}
      </Button>
      <span className="mono small quiet">{departure.userId}</span>
    </span>
  );
}

export function nameOf({ name, userId }: Pick<Departure, 'name' | 'userId'>): string {
  return name ?? userId;
}
