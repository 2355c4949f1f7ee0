/** What the client keeps outside the process, so that every worker and API process shares it. */

export type TokenKey = {
  /** WeCom's own corp id, not the bridge's. */
  readonly corpId: string;
  readonly apiBaseUrl: string;
  /** Prefix of the secret's sha256 in hex; the secret itself never leaves the client. */
  readonly secretFingerprint: string;
};

export type StoredToken = { readonly token: string; readonly expiresAt: Date };

export interface TokenStore {
  read(key: TokenKey): Promise<StoredToken | undefined>;
  /**
   * Runs `fetch` while holding a cross-process lock for this key and stores what it returns.
   * If another process has meanwhile stored an unexpired token other than `staleToken`, that one is returned
   * and `fetch` is not called.
   */
  refresh(
    key: TokenKey,
    staleToken: string | undefined,
    fetch: () => Promise<StoredToken>,
    signal?: AbortSignal,
  ): Promise<StoredToken>;
}

export type CallPriority = 'interactive' | 'bulk';

export type RateWindow = {
  readonly name: 'minute' | 'hour' | 'day';
  readonly ms: number;
  /** The limit for the priority that asks: bulk is given a smaller one, the rest is kept for interactive calls. */
  readonly limit: number;
};

export type RatePermits = {
  readonly granted: number;
  /** When nothing was granted: how long until asking again makes sense. 0 otherwise. */
  readonly retryAfterMs: number;
};

export interface RateBudgetStore {
  /**
   * Takes up to `want` permits of every window at once (the same number from each), or says when to come back.
   * Permits of both priorities count against the same windows.
   */
  take(request: {
    /** The bridge's own corp id. */
    readonly corpKey: string;
    readonly api: string;
    readonly want: number;
    readonly priority: CallPriority;
    readonly windows: readonly RateWindow[];
  }): Promise<RatePermits>;
  /** WeCom answered 45009: nothing may be called for this api before `untilMs` (milliseconds since the epoch). */
  block(request: { readonly corpKey: string; readonly api: string; readonly untilMs: number }): Promise<void>;
}
