import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';

/** False where one with this id is open: it does what was wanted of this one. */
export async function unlessOneIsOpen(start: () => Promise<unknown>): Promise<boolean> {
  try {
    await start();
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}
