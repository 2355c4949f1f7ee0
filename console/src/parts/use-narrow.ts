import { useSyncExternalStore } from 'react';

const narrow = window.matchMedia('(max-width: 900px)');

function watch(listener: () => void): () => void {
  narrow.addEventListener('change', listener);
  return () => narrow.removeEventListener('change', listener);
}

/** True where tables become cards and the navigation a drawer: the same width as in style.css. */
export function useNarrow(): boolean {
  return useSyncExternalStore(watch, () => narrow.matches);
}
