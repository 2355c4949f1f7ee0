import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type ApiMetrics = {
  readonly registry: Registry;
  readonly requests: Histogram<'method' | 'route' | 'status'>;
  readonly openRuns: Gauge<'direction'>;
  readonly lastPullAgeSeconds: Gauge<'corp'>;
};

export function createApiMetrics(): ApiMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'wecom_bridge_api_' });
  return {
    registry,
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
  };
}
