import type { RateBudgetStore, RateWindow, StoredToken, TokenStore } from '../../wecom';

/** Both ports over plain maps; `refreshes` and `takes` count round trips. */
export function memoryTokenStore(): TokenStore & { refreshes: number; reads: number } {
  const tokens = new Map<string, StoredToken>();
  const locks = new Map<string, Promise<unknown>>();
  const store: TokenStore & { refreshes: number; reads: number } = {
    refreshes: 0,
    reads: 0,
    read(key) {
      store.reads += 1;
      return Promise.resolve(tokens.get(JSON.stringify(key)));
    },
    refresh(key, staleToken, fetch) {
      store.refreshes += 1;
      const id = JSON.stringify(key);
      const previous = locks.get(id) ?? Promise.resolve();
      const turn = previous.then(async () => {
        const stored = tokens.get(id);
        if (stored && stored.token !== staleToken && stored.expiresAt.getTime() > Date.now()) return stored;
        const fresh = await fetch();
        tokens.set(id, fresh);
        return fresh;
      });
      locks.set(
        id,
        turn.catch(() => undefined),
      );
      return turn;
    },
  };
  return store;
}

export type Take = { readonly api: string; readonly want: number; readonly priority: string };

export function memoryBudget(): RateBudgetStore & { readonly takes: Take[]; used(api: string): number } {
  const used = new Map<string, { count: number; sinceMs: number }>();
  const blocked = new Map<string, number>();
  const takes: Take[] = [];

  function room(api: string, { name, ms, limit }: RateWindow): { left: number; resetsInMs: number } {
    const id = `${api} ${name}`;
    const nowMs = Date.now();
    const current = used.get(id);
    if (!current || nowMs - current.sinceMs >= ms) used.set(id, { count: 0, sinceMs: nowMs });
    const { count = 0, sinceMs = nowMs } = used.get(id) ?? {};
    return { left: limit - count, resetsInMs: sinceMs + ms - nowMs };
  }

  return {
    takes,
    used: (api) => used.get(`${api} minute`)?.count ?? 0,
    take({ corpKey, api, want, priority, windows }) {
      takes.push({ api, want, priority });
      const id = `${corpKey} ${api}`;
      const blockedMs = (blocked.get(id) ?? 0) - Date.now();
      if (blockedMs > 0) return Promise.resolve({ granted: 0, retryAfterMs: blockedMs });
      const rooms = windows.map((window) => room(api, window));
      const granted = Math.max(0, Math.min(want, ...rooms.map(({ left }) => left)));
      for (const { name } of windows) {
        const entry = used.get(`${api} ${name}`);
        if (entry) entry.count += granted;
      }
      const retryAfterMs = granted > 0 ? 0 : Math.max(...rooms.map((r) => (r.left > 0 ? 0 : r.resetsInMs)));
      return Promise.resolve({ granted, retryAfterMs });
    },
    block({ corpKey, api, untilMs }) {
      blocked.set(`${corpKey} ${api}`, untilMs);
      return Promise.resolve();
    },
  };
}
