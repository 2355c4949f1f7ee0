import type { ReactNode } from 'react';

interface FactLineProps {
  /** False leaves a fact out. */
  readonly items: readonly (readonly [label: string, value: ReactNode] | false)[];
}

/** Facts side by side, each under its label. */
export function FactLine({ items }: FactLineProps) {
  return (
    <dl className="fact-line">
      {items
        .filter((item) => item !== false)
        .map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
