import { WorkflowNotFoundError, type Client } from '@temporalio/client';

export type Execution = { readonly isOpen: boolean; readonly runId: unknown };

/** What Temporal knows of a workflow: of the execution named, or of the newest one. `runId`: the bridge's own. */
export async function lookAt(
  client: Pick<Client, 'workflow'>,
  workflowId: string,
  temporalRunId?: string,
): Promise<Execution | 'not-found'> {
  try {
    const { status, memo } = await client.workflow.getHandle(workflowId, temporalRunId).describe();
    return { isOpen: status.name === 'RUNNING' || status.name === 'PAUSED', runId: memo?.['runId'] };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'not-found';
    throw error;
  }
}

export async function isOpen(client: Pick<Client, 'workflow'>, workflowId: string): Promise<boolean> {
  const execution = await lookAt(client, workflowId);
  return execution !== 'not-found' && execution.isOpen;
}
