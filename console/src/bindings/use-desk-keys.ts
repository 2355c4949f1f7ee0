import { useEffect, useRef, useState } from 'react';

interface DeskKeys {
  readonly choose: (place: number) => void;
  readonly none: () => void;
  readonly next: () => void;
  readonly previous: () => void;
}

const storedAs = 'wecom-bridge.desk-keys';

/** Single keys get in the way of speech input and screen readers: they can be switched off, and stay so. */
export function useKeysSwitch(): readonly [on: boolean, set: (on: boolean) => void] {
  const [on, setOn] = useState(() => localStorage.getItem(storedAs) !== 'off');
  return [
    on,
    (next) => {
      localStorage.setItem(storedAs, next ? 'on' : 'off');
      setOn(next);
    },
  ];
}

const elsewhere = 'input, textarea, select, [contenteditable], .ant-modal, .ant-drawer, .ant-select-dropdown';

export function useDeskKeys(on: boolean, keys: DeskKeys): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    if (!on) return;
    function press(event: KeyboardEvent) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      if (event.target instanceof Element && event.target.closest(elsewhere) !== null) return;
      // A question that is being asked is answered first.
      if (
        document.querySelector('.ant-modal-wrap:not([style*="display: none"]), .ant-drawer-open') !== null
      ) {
        return;
      }
      const { choose, none, next, previous } = latest.current;
      if (event.key === 'j') next();
      else if (event.key === 'k') previous();
      else if (event.key === '0') none();
      else if (/^[1-9]$/.test(event.key)) choose(Number(event.key) - 1);
      else return;
      event.preventDefault();
    }
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [on]);
}
