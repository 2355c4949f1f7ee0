import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import type { CallRecord } from '../wecom';

export interface WorkerMetrics {
  readonly registry: Registry;
  countCall(call: CallRecord): void;
}

export function createWorkerMetrics(): WorkerMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const calls = new Counter({
    name: 'wecom_calls_total',
    help: 'Calls to WeCom by API and answer',
    labelNames: ['corp', 'path', 'answer'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'wecom_call_seconds',
    help: 'Duration of one call to WeCom',
    labelNames: ['path'],
    buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20],
    registers: [registry],
  });
  const budgetWait = new Counter({
    name: 'wecom_budget_wait_seconds_total',
    help: 'Time spent waiting for the shared rate budget',
    labelNames: ['corp', 'path'],
    registers: [registry],
  });
  return {
    registry,
    countCall({ corpKey, path, errcode, fault, durationMs, budgetWaitMs }) {
      calls.inc({ corp: corpKey, path, answer: fault ?? String(errcode ?? 0) });
      seconds.observe({ path }, durationMs / 1000);
      if (budgetWaitMs > 0) budgetWait.inc({ corp: corpKey, path }, budgetWaitMs / 1000);
    },
  };
}

/** Loopback only: the API's /metrics is the one that checks tokens. */
export async function serveMetrics(
  { registry }: WorkerMetrics,
  port: number,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await listening(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}
