import { useSyncExternalStore } from 'react';
import { filterText, parsedFilter } from './change-filter';
import type { ChangeFilter } from '../api/push';

export interface SavedView {
  readonly name: string;
  readonly filter: ChangeFilter;
}

const storageKey = 'wecom-bridge.plan-views';
const atMost = 20;
const listeners = new Set<() => void>();
let views = storedViews();

export function useSavedViews(): readonly SavedView[] {
  return useSyncExternalStore(watch, () => views);
}

/** A name that is there already gets the new filter. */
export function saveView(name: string, filter: ChangeFilter): void {
  keep([{ name, filter }, ...views.filter((view) => view.name !== name)].slice(0, atMost));
}

export function forgetView(name: string): void {
  keep(views.filter((view) => view.name !== name));
}

function keep(next: readonly SavedView[]): void {
  views = next;
  try {
    const stored = next.map((view) => ({ name: view.name, filter: filterText(view.filter) }));
    localStorage.setItem(storageKey, JSON.stringify(stored));
  } catch {
    // Storage can be switched off in the browser: the views then last until the page is closed.
  }
  for (const listener of listeners) listener();
}

function watch(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function storedViews(): readonly SavedView[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]');
    if (!Array.isArray(stored)) return [];
    return stored.flatMap((entry: unknown): SavedView[] => {
      if (typeof entry !== 'object' || entry === null || !('name' in entry) || !('filter' in entry))
        return [];
      const { name, filter } = entry;
      return typeof name === 'string' && typeof filter === 'string'
        ? [{ name, filter: parsedFilter(filter) }]
        : [];
    });
  } catch {
    // Switched off, or written by something else.
    return [];
  }
}
