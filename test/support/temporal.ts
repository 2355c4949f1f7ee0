import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { patienceMs } from './patience';

export function testTemporal(): { readonly address: string } {
  const address = process.env['TEST_TEMPORAL_ADDRESS'];
  if (!address) throw new Error('TEST_TEMPORAL_ADDRESS is not set: jest runs without its global set-up');
  return { address };
}

/** A namespace of its own, ready for use. */
export async function createTestNamespace(): Promise<string> {
  const namespace = `test-${randomUUID()}`;
  const connection = await Connection.connect(testTemporal());
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('1 day'),
    });
    // The frontend answers for a new namespace only after its cache has been refreshed.
    for (const deadline = Date.now() + patienceMs; ;) {
      try {
        await connection.workflowService.listWorkflowExecutions({ namespace, pageSize: 1 });
        return namespace;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await wait(100);
      }
    }
  } finally {
    await connection.close();
  }
}
