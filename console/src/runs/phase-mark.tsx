import type { RunPhase } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { Mark, type MarkIcon, type Tone } from '../parts/mark';

interface Look {
  readonly tone: Tone;
  readonly icon: MarkIcon;
}

export const phaseLooks: Readonly<Record<RunPhase, Look>> = {
  reading: { tone: 'busy', icon: 'busy' },
  planning: { tone: 'busy', icon: 'busy' },
  applying: { tone: 'busy', icon: 'busy' },
  blocked: { tone: 'bad', icon: 'stopped' },
  'awaiting-approval': { tone: 'warn', icon: 'waiting' },
  paused: { tone: 'warn', icon: 'paused' },
  done: { tone: 'good', icon: 'good' },
  failed: { tone: 'bad', icon: 'bad' },
  rejected: { tone: 'quiet', icon: 'stopped' },
  cancelled: { tone: 'quiet', icon: 'stopped' },
  expired: { tone: 'quiet', icon: 'waiting' },
};

interface PhaseMarkProps {
  readonly phase: RunPhase;
  /** A read that ended without being whole is done, and not good. */
  readonly incomplete?: boolean;
}

export function PhaseMark({ phase, incomplete = false }: PhaseMarkProps) {
  const { t } = useLanguage();
  if (phase === 'done' && incomplete) return <Mark tone="warn">{t('run.incomplete')}</Mark>;
  return <Mark {...phaseLooks[phase]}>{t(`phase.${phase}`)}</Mark>;
}
