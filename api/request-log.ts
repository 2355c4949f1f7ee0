import type { NextFunction, Request, Response } from 'express';
import type { Logger } from 'pino';
import type { ApiMetrics } from './metrics';
import { requestIdOf } from './request';

/** Paths that say nothing: they are asked every few seconds. */
const quietPaths = new Set(['/healthz', '/readyz', '/metrics']);

/**
 * One line a request: no body, no query (it may hold a one-time token or what somebody searched for), and of the path
 * only the pattern, because it may hold a userid.
 */
export function requestLog(logger: Logger, metrics: ApiMetrics) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const requestId = requestIdOf(request);
    response.setHeader('X-Request-Id', requestId);
    const startedAt = performance.now();
    response.once('close', () => {
      const route = routeOf(request);
      const durationMs = Math.round(performance.now() - startedAt);
      const { method } = request;
      const status = response.statusCode;
      metrics.requests.observe({ method, route, status: String(status) }, durationMs / 1000);
      if (quietPaths.has(request.path) && status < 500) return;
      logger[status >= 500 ? 'warn' : 'info']({ requestId, method, route, status, durationMs }, 'request');
    });
    next();
  };
}

function routeOf(request: Request): string {
  const { route, baseUrl } = request as { route?: { path?: unknown }; baseUrl: string };
  return typeof route?.path === 'string' ? baseUrl + route.path : 'unmatched';
}
