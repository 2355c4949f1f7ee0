import type { Router } from 'express';
import { Router as createRouter } from 'express';
import { openStates } from '../domain/departures/departure';
import { apiTexts } from '../i18n/api';
import { openPushStates } from '../domain/messages/message';
import { isLoopback } from './addresses';
import type { Authenticator } from './authentication';
import type { ApiDeps } from './deps';
import { ApiError } from './http-errors';
import { factsOf, sendError } from './request';

export type PartHealth = { readonly ok: boolean };

export type Health = {
  readonly database: PartHealth;
  readonly temporal: PartHealth;
  readonly workers: PartHealth & { readonly count: number };
};

export type HealthProbe = () => Promise<Health>;

/** Anybody may ask; the answer is shared for a moment so that asking often costs nothing. */
const sharedForMs = 1_000;
const databaseDeadlineMs = 3_000;

export function createHealthProbe({
  database,
  temporal,
}: Pick<ApiDeps, 'database' | 'temporal'>): HealthProbe {
  let shared: { readonly health: Promise<Health>; readonly atMs: number } | undefined;

  async function probe(): Promise<Health> {
    const [stored, server, workers] = await Promise.all([
      isFine(withDeadline(database.ping(), databaseDeadlineMs)),
      isFine(temporal.ping()),
      temporal.countWorkers().catch(() => 0),
    ]);
    return {
      database: { ok: stored },
      temporal: { ok: server },
      workers: { ok: workers > 0, count: workers },
    };
  }

  return () => {
    if (shared === undefined || Date.now() - shared.atMs > sharedForMs) {
      shared = { health: probe(), atMs: Date.now() };
    }
    return shared.health;
  };
}

export function healthRouter(deps: ApiDeps, probe: HealthProbe, authenticate: Authenticator): Router {
  const router = createRouter();

  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });

  router.get('/readyz', async (_request, response) => {
    const health = await probe();
    const ok = Object.values(health).every((part: PartHealth) => part.ok);
    response.status(ok ? 200 : 503).json({ ok, ...health });
  });

  router.get('/metrics', async (request, response) => {
    // The connection's own address: a header must not make somebody local. Behind a proxy that runs on this machine
    // everybody would be, so a forwarded request needs the token.
    const local = isLoopback(request.socket.remoteAddress) && request.get('x-forwarded-for') === undefined;
    if (!local && !((await authenticate(request))?.scopes.includes('read') ?? false)) {
      const error = new ApiError(401, 'unauthenticated', { text: apiTexts.metricsForbidden });
      return sendError(response, error, factsOf(request, response).lang);
    }
    await refreshGauges(deps);
    response.type(deps.metrics.registry.contentType).send(await deps.metrics.registry.metrics());
  });

  return router;
}

async function refreshGauges({
  metrics,
  database,
  callbackEvents,
}: Pick<ApiDeps, 'metrics' | 'database' | 'callbackEvents'>): Promise<void> {
  const [gauges, backlog] = await Promise.all([database.gauges(), callbackEvents.backlog()]);
  const { openRuns, pullAges, departures, overdueDepartures, openPushes, pausedApps } = gauges;
  metrics.openRuns.reset();
  for (const direction of ['pull', 'push', 'attendance']) metrics.openRuns.set({ direction }, 0);
  for (const { direction, runs } of openRuns) metrics.openRuns.set({ direction }, runs);
  metrics.lastPullAgeSeconds.reset();
  for (const { corpId, seconds } of pullAges) metrics.lastPullAgeSeconds.set({ corp: corpId }, seconds);
  metrics.waitingEvents.reset();
  for (const { corpId, waiting } of backlog) metrics.waitingEvents.set({ corp: corpId }, waiting);
  metrics.departures.reset();
  for (const state of openStates) metrics.departures.set({ state }, 0);
  for (const { state, count } of departures) metrics.departures.set({ state }, count);
  metrics.overdueDepartures.set(overdueDepartures);
  metrics.openPushes.reset();
  for (const state of openPushStates) metrics.openPushes.set({ state }, 0);
  for (const { state, count } of openPushes) metrics.openPushes.set({ state }, count);
  metrics.pausedApps.set(pausedApps);
}

async function isFine(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch {
    // Which part is ill is the answer; why stands in that part's own log.
    return false;
  }
}

async function withDeadline<T>(call: Promise<T>, deadlineMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
}
