import { CheckOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import './bindings.css';

interface Chip<T> {
  readonly value: T;
  readonly label: ReactNode;
  /** How many it leads to. */
  readonly count?: string;
}

interface FilterChipsProps<T> {
  readonly label: string;
  readonly chips: readonly Chip<T>[];
  readonly chosen: T;
  readonly onChoose: (value: T) => void;
}

/** One of a few, all of them to be seen; the chosen one has a tick as well as a colour. */
export function FilterChips<T extends string | undefined>(props: FilterChipsProps<T>) {
  const { label, chips, chosen, onChoose } = props;
  return (
    <div className="bind-chips" role="group" aria-label={label}>
      {chips.map(({ value, label: words, count }) => (
        <button
          key={value ?? ''}
          type="button"
          className={value === chosen ? 'bind-chip bind-chip-on' : 'bind-chip'}
          aria-pressed={value === chosen}
          onClick={() => onChoose(value)}
        >
          {value === chosen && <CheckOutlined aria-hidden />}
          {words}
          {count !== undefined && <span className="bind-chip-count">{count}</span>}
        </button>
      ))}
    </div>
  );
}
