import type { ReactNode } from 'react';
import { type MarkIcon, markIcon, type Tone } from './mark';

interface VerdictProps {
  readonly tone: Tone;
  readonly icon?: MarkIcon;
  readonly title: ReactNode;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

/** The one sentence a page begins with. */
export function Verdict({ tone, icon = tone, title, children, actions }: VerdictProps) {
  return (
    <section className={`verdict mark-${tone}`}>
      <span className="verdict-icon">{markIcon(icon)}</span>
      <div className="verdict-words">
        {/* The sentence is read out when it changes; what counts the seconds below it is not. */}
        <strong aria-live="polite">{title}</strong>
        {children}
      </div>
      {actions !== undefined && <div className="verdict-actions">{actions}</div>}
    </section>
  );
}
