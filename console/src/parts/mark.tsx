import {
  CheckCircleFilled,
  ClockCircleOutlined,
  CloseCircleFilled,
  ExclamationCircleFilled,
  InfoCircleFilled,
  MinusCircleOutlined,
  PauseCircleFilled,
  StopOutlined,
  SyncOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';

export type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'quiet';

const icons: Record<string, ReactNode> = {
  good: <CheckCircleFilled aria-hidden />,
  warn: <ExclamationCircleFilled aria-hidden />,
  bad: <CloseCircleFilled aria-hidden />,
  busy: <SyncOutlined spin aria-hidden />,
  quiet: <MinusCircleOutlined aria-hidden />,
  waiting: <ClockCircleOutlined aria-hidden />,
  paused: <PauseCircleFilled aria-hidden />,
  stopped: <StopOutlined aria-hidden />,
  info: <InfoCircleFilled aria-hidden />,
};

export type MarkIcon = Tone | 'waiting' | 'paused' | 'stopped' | 'info';

export function markIcon(icon: MarkIcon): ReactNode {
  return icons[icon];
}

interface MarkProps {
  readonly tone: Tone;
  readonly icon?: MarkIcon;
  readonly children: ReactNode;
}

/** A state in colour, icon and word: the colour is never alone. */
export function Mark({ tone, icon = tone, children }: MarkProps) {
  return (
    <span className={`mark mark-${tone}`}>
      {markIcon(icon)}
      <span>{children}</span>
    </span>
  );
}
