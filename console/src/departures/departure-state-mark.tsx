import type { DepartureState } from '../api/departures';
import { useLanguage } from '../language/use-language';
import { Mark, type MarkIcon, type Tone } from '../parts/mark';

const looks: Readonly<Record<DepartureState, { readonly tone: Tone; readonly icon: MarkIcon }>> = {
  disabling: { tone: 'busy', icon: 'busy' },
  waiting: { tone: 'quiet', icon: 'waiting' },
  postponed: { tone: 'quiet', icon: 'paused' },
  held: { tone: 'warn', icon: 'warn' },
  restoring: { tone: 'busy', icon: 'busy' },
  deleted: { tone: 'bad', icon: 'stopped' },
  restored: { tone: 'good', icon: 'good' },
  cancelled: { tone: 'quiet', icon: 'quiet' },
};

export function DepartureStateMark({ state }: { readonly state: DepartureState }) {
  const { t } = useLanguage();
  return <Mark {...looks[state]}>{t(`departure.state.${state}`)}</Mark>;
}
