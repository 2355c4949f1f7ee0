import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { CallRecord } from '../wecom';

export type ApiMetrics = {
  readonly registry: Registry;
  readonly requests: Histogram<'method' | 'route' | 'status'>;
  readonly openRuns: Gauge<'direction'>;
  readonly lastPullAgeSeconds: Gauge<'corp'>;
  readonly callbacks: Counter<'outcome'>;
  readonly waitingEvents: Gauge<'corp'>;
  readonly departures: Gauge<'state'>;
  readonly overdueDepartures: Gauge;
  readonly oaEvents: Counter<'outcome'>;
  readonly openPushes: Gauge<'state'>;
  readonly pausedApps: Gauge;
  countWecomCall(call: CallRecord): void;
};

export function createApiMetrics(): ApiMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'wecom_bridge_api_' });
  const wecomCalls = new Counter({
    name: 'wecom_bridge_api_wecom_calls_total',
    help: 'Calls the API made to WeCom, by path and by errcode or transport fault',
    labelNames: ['path', 'outcome'],
    registers: [registry],
  });
  return {
    registry,
    countWecomCall: ({ path, errcode, fault }) =>
      wecomCalls.inc({ path, outcome: String(errcode ?? fault ?? 'unknown') }),
    requests: new Histogram({
      name: 'wecom_bridge_http_request_seconds',
      help: 'Time to answer HTTP requests, by the route that was matched',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
      registers: [registry],
    }),
    openRuns: new Gauge({
      name: 'wecom_bridge_open_runs',
      help: 'Runs that have not ended',
      labelNames: ['direction'],
      registers: [registry],
    }),
    lastPullAgeSeconds: new Gauge({
      name: 'wecom_bridge_last_pull_age_seconds',
      help: 'Time since the last complete pull of a corp ended',
      labelNames: ['corp'],
      registers: [registry],
    }),
    callbacks: new Counter({
      name: 'wecom_bridge_callbacks_total',
      help: 'Callbacks from WeCom: new, repeated, not-stored, corp-gone, or refused with the reason',
      labelNames: ['outcome'],
      registers: [registry],
    }),
    waitingEvents: new Gauge({
      name: 'wecom_bridge_waiting_events',
      help: 'Events in the inbox of a corp that were not looked into yet',
      labelNames: ['corp'],
      registers: [registry],
    }),
    departures: new Gauge({
      name: 'wecom_bridge_departures',
      help: 'Departures that have not ended',
      labelNames: ['state'],
      registers: [registry],
    }),
    overdueDepartures: new Gauge({
      name: 'wecom_bridge_departures_overdue',
      help: 'Deletions that were due more than ten minutes ago and that no run has taken up',
      registers: [registry],
    }),
    oaEvents: new Counter({
      name: 'wecom_bridge_oa_events_total',
      help: 'Events from the OA: accepted, no-rule, repeated, or differs (refused: another one has the id)',
      labelNames: ['outcome'],
      registers: [registry],
    }),
    openPushes: new Gauge({
      name: 'wecom_bridge_open_pushes',
      help: 'Messages of which something is still to be sent or taken back',
      labelNames: ['state'],
      registers: [registry],
    }),
    pausedApps: new Gauge({
      name: 'wecom_bridge_paused_apps',
      help: 'Apps through which nothing is sent until somebody has put them right',
      registers: [registry],
    }),
  };
}
