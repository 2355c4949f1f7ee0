import { WecomRateLimitedError } from './errors';
import type { RateLimits } from './limits';
import { rateWindows } from './limits';
import { pause } from './pause';
import type { CallPriority, RateBudgetStore } from './ports';

/**
 * Permits come from the store in small blocks, one round trip for many calls. A block grows while it is used up
 * quickly and falls back to one when it is not, so that a slow caller does not waste a small budget.
 */
type Lease = {
  permits: number;
  expiresAtMs: number;
  size: number;
  /** One question to the store at a time; who waits shares the answer. */
  asking: Promise<number> | undefined;
};

// Shorter than any window by far: a permit must not be used much later than it was counted.
const leaseLifetimeMs = 2_000;
const largestLease = 50;
// While the next block is fetched, the calls go on with the rest of this one; a slow caller's small block is not worth it.
const smallestLeaseAskedAhead = 16;
// At most this share of the smallest window in one block, so that processes share a small budget fairly.
const leaseShareOfWindow = 0.01;

// Long enough to ride out a brief shortage, short enough that an activity still heartbeats.
const longestWaitMs: Readonly<Record<CallPriority, number>> = { interactive: 1_500, bulk: 5_000 };

// As with tokens, leases belong to the store that gave them, however many clients share it.
const leasesByStore = new WeakMap<RateBudgetStore, Map<string, Lease>>();

export type RateBudget = {
  /** Returns how long the permit had to be waited for. */
  acquire(api: string, priority: CallPriority, signal: AbortSignal | undefined): Promise<number>;
  /** Nobody calls this api for a while; what is already leased is worthless. */
  block(api: string, forMs: number): Promise<void>;
};

export function createRateBudget({
  budget,
  corpKey,
  rateLimits,
}: {
  readonly budget: RateBudgetStore;
  readonly corpKey: string;
  readonly rateLimits: RateLimits | undefined;
}): RateBudget {
  const leases = leasesOf(budget);
  const leaseId = (api: string, priority: CallPriority) => `${corpKey} ${api} ${priority}`;

  async function ask(lease: Lease, api: string, priority: CallPriority): Promise<number> {
    const windows = rateWindows(api, priority, rateLimits);
    const usedUpInTime = Date.now() < lease.expiresAtMs;
    const cap = Math.max(
      1,
      Math.min(largestLease, ...windows.map(({ limit }) => Math.floor(limit * leaseShareOfWindow))),
    );
    const want = Math.min(cap, usedUpInTime ? lease.size * 2 : 1);
    const { granted, retryAfterMs } = await budget.take({ corpKey, api, want, priority, windows });
    lease.size = Math.max(1, granted);
    lease.permits = granted + (Date.now() < lease.expiresAtMs ? lease.permits : 0);
    lease.expiresAtMs = Date.now() + leaseLifetimeMs;
    return granted > 0 ? 0 : Math.max(1, retryAfterMs);
  }

  async function permitOrWaitMs(api: string, priority: CallPriority): Promise<number> {
    const lease = leaseOf(leases, leaseId(api, priority));
    for (;;) {
      if (lease.permits > 0 && Date.now() < lease.expiresAtMs) {
        lease.permits -= 1;
        if (lease.permits <= lease.size / 2 && lease.size >= smallestLeaseAskedAhead) {
          // Whoever finds the lease used up asks again, and hears of a store that is away.
          asking(lease, api, priority).catch(() => undefined);
        }
        return 0;
      }
      const waitMs = await asking(lease, api, priority);
      if (waitMs > 0) return waitMs;
    }
  }

  function asking(lease: Lease, api: string, priority: CallPriority): Promise<number> {
    return (lease.asking ??= ask(lease, api, priority).finally(() => {
      lease.asking = undefined;
    }));
  }

  return {
    async acquire(api, priority, signal) {
      const startedAtMs = Date.now();
      for (;;) {
        signal?.throwIfAborted();
        const waitMs = await permitOrWaitMs(api, priority);
        const waitedMs = Date.now() - startedAtMs;
        if (waitMs === 0) return waitedMs;
        if (waitedMs + waitMs > longestWaitMs[priority]) {
          throw new WecomRateLimitedError({ path: api, errmsg: 'own rate budget used up' }, waitMs);
        }
        await pause(waitMs, signal);
      }
    },

    async block(api, forMs) {
      for (const priority of ['interactive', 'bulk'] as const) {
        leaseOf(leases, leaseId(api, priority)).permits = 0;
      }
      await budget.block({ corpKey, api, untilMs: Date.now() + forMs });
    },
  };
}

function leasesOf(budget: RateBudgetStore): Map<string, Lease> {
  const existing = leasesByStore.get(budget);
  if (existing) return existing;
  const fresh = new Map<string, Lease>();
  leasesByStore.set(budget, fresh);
  return fresh;
}

function leaseOf(leases: Map<string, Lease>, id: string): Lease {
  const existing = leases.get(id);
  if (existing) return existing;
  const fresh: Lease = { permits: 0, expiresAtMs: 0, size: 1, asking: undefined };
  leases.set(id, fresh);
  return fresh;
}
