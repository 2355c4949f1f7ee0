import { Fragment, type ReactNode } from 'react';

interface FactsProps {
  /** False leaves a fact out. */
  readonly items: readonly (readonly [label: string, value: ReactNode] | false)[];
}

export function Facts({ items }: FactsProps) {
  return (
    <div className="facts-box">
      <dl className="facts">
        {items
          .filter((item) => item !== false)
          .map(([label, value]) => (
            <Fragment key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </Fragment>
          ))}
      </dl>
    </div>
  );
}
