import type { EventState, PushCall, PushState, RecipientState } from '../api/messages';
import { useLanguage } from '../language/use-language';
import { Mark, type MarkIcon, type Tone } from '../parts/mark';

interface Look {
  readonly tone: Tone;
  readonly icon: MarkIcon;
}

const pushLooks: Readonly<Record<EventState, Look>> = {
  'no-rule': { tone: 'quiet', icon: 'quiet' },
  new: { tone: 'busy', icon: 'busy' },
  waiting: { tone: 'warn', icon: 'waiting' },
  gathered: { tone: 'quiet', icon: 'waiting' },
  sending: { tone: 'busy', icon: 'busy' },
  sent: { tone: 'good', icon: 'good' },
  partly: { tone: 'warn', icon: 'warn' },
  failed: { tone: 'bad', icon: 'bad' },
  nobody: { tone: 'warn', icon: 'quiet' },
  recalling: { tone: 'busy', icon: 'busy' },
  recalled: { tone: 'quiet', icon: 'stopped' },
  'partly-recalled': { tone: 'warn', icon: 'stopped' },
  cancelled: { tone: 'quiet', icon: 'stopped' },
};

export function PushStateMark({
  state,
  paused = false,
}: {
  readonly state: EventState;
  readonly paused?: boolean;
}) {
  const { t } = useLanguage();
  if (paused && state === 'waiting') {
    return (
      <Mark tone="warn" icon="paused">
        {t('msg.state.paused')}
      </Mark>
    );
  }
  return <Mark {...pushLooks[state]}>{t(`msg.state.${state}`)}</Mark>;
}

const recipientLooks: Readonly<Record<RecipientState, Look>> = {
  queued: { tone: 'quiet', icon: 'waiting' },
  sending: { tone: 'busy', icon: 'busy' },
  sent: { tone: 'good', icon: 'good' },
  invalid: { tone: 'bad', icon: 'bad' },
  unlicensed: { tone: 'bad', icon: 'bad' },
  failed: { tone: 'bad', icon: 'bad' },
  unknown: { tone: 'warn', icon: 'warn' },
  skipped: { tone: 'quiet', icon: 'quiet' },
  gathered: { tone: 'quiet', icon: 'waiting' },
  cancelled: { tone: 'quiet', icon: 'stopped' },
  recalled: { tone: 'quiet', icon: 'stopped' },
  'recall-failed': { tone: 'warn', icon: 'warn' },
};

export function RecipientStateMark({ state }: { readonly state: RecipientState }) {
  const { t } = useLanguage();
  return <Mark {...recipientLooks[state]}>{t(`msg.to.${state}`)}</Mark>;
}

const callLooks: Readonly<Record<PushCall['state'], Look>> = {
  sending: { tone: 'busy', icon: 'busy' },
  sent: { tone: 'good', icon: 'good' },
  unknown: { tone: 'warn', icon: 'warn' },
  refused: { tone: 'bad', icon: 'bad' },
};

export function CallStateMark({ state }: Pick<PushCall, 'state'>) {
  const { t } = useLanguage();
  return <Mark {...callLooks[state]}>{t(`msg.call.${state}`)}</Mark>;
}

/** Those that the log is narrowed to by one chip. */
export const stateGroups = {
  open: ['new', 'waiting', 'gathered', 'sending', 'recalling'],
  sent: ['sent'],
  partly: ['partly'],
  failed: ['failed', 'nobody'],
  recalled: ['recalled', 'partly-recalled', 'cancelled'],
} as const satisfies Readonly<Record<string, readonly PushState[]>>;
export type StateGroup = keyof typeof stateGroups;
