import { Connection } from '@temporalio/client';
import pino from 'pino';
import { createWorkerMetrics, serveMetrics } from '../../workers/metrics';
import { ensureNamespace } from '../../workers/namespace';
import { createTestNamespace, testTemporal } from '../support/temporal';

const logger = pino({ level: 'silent' });

it('a worker makes its namespace fit: search attributes, and 30 days of ended runs', async () => {
  const namespace = await createTestNamespace();
  const address = testTemporal();

  // Two workers that start together, and one that comes later.
  await Promise.all([
    ensureNamespace(address, namespace, logger),
    ensureNamespace(address, namespace, logger),
  ]);
  await ensureNamespace(address, namespace, logger);

  const connection = await Connection.connect(address);
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    expect(Object.keys(customAttributes)).toEqual(
      expect.arrayContaining(['BridgeCorp', 'BridgeFeature', 'BridgePhase', 'BridgeTrigger']),
    );
    const { config } = await connection.workflowService.describeNamespace({ namespace });
    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 86_400);
  } finally {
    await connection.close();
  }
});

it('metrics tell calls by API and answer, and nothing else is served', async () => {
  const metrics = createWorkerMetrics();
  metrics.countCall({
    corpKey: 'corp-1',
    path: 'user/list',
    credential: 'app:1000002',
    errcode: 45009,
    durationMs: 120,
    budgetWaitMs: 500,
    attempt: 1,
  });
  const server = await serveMetrics(metrics, 0);
  try {
    const answer = await fetch(`http://127.0.0.1:${server.port}/metrics`);
    const text = await answer.text();
    expect(text).toContain('wecom_calls_total{corp="corp-1",path="user/list",answer="45009"} 1');
    expect(text).toContain('wecom_budget_wait_seconds_total{corp="corp-1",path="user/list"} 0.5');
    expect((await fetch(`http://127.0.0.1:${server.port}/other`)).status).toBe(404);
  } finally {
    await server.close();
  }
});
