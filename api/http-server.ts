import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';

/** How long a caller may take, so that nobody holds connections by being slow. */
export type CallerLimits = {
  readonly headersMs: number;
  /** Headers and body: 50 MB of an OA's directory over a slow line. */
  readonly requestMs: number;
  /** Longer than proxies keep theirs: a connection that is closed from here may have a callback on its way. */
  readonly keptAliveMs: number;
  /** Nothing sent and nothing taken: somebody who asked for an export and does not read it. */
  readonly silentMs: number;
  readonly connections: number;
  readonly lookEveryMs: number;
};

export const callerLimits: CallerLimits = {
  headersMs: 20_000,
  requestMs: 300_000,
  keptAliveMs: 75_000,
  silentMs: 300_000,
  connections: 5_000,
  lookEveryMs: 5_000,
};

export function createHttpServer(listener: RequestListener, limits: CallerLimits = callerLimits): Server {
  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.keptAliveMs,
      connectionsCheckingInterval: limits.lookEveryMs,
    },
    listener,
  );
  server.maxConnections = limits.connections;
  server.setTimeout(limits.silentMs);
  return server;
}
