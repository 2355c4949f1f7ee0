import type { RunMode, RunPhase } from '../api/runs';
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
  readonly mode?: RunMode;
  /** A read that ended without being whole is done, and not good. */
  readonly incomplete?: boolean;
}

export function PhaseMark({ phase, mode = 'apply', incomplete = false }: PhaseMarkProps) {
  const { t } = useLanguage();
  if (phase === 'done' && incomplete) return <Mark tone="warn">{t('run.incomplete')}</Mark>;
  // Nothing was written: a bare “done” beside the button that writes would say otherwise.
  if (phase === 'done' && mode === 'simulate')
    return <Mark {...phaseLooks.done}>{t('phase.simulated')}</Mark>;
  return <Mark {...phaseLooks[phase]}>{t(`phase.${phase}`)}</Mark>;
}
