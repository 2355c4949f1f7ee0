import { ApplicationFailure } from '@temporalio/common';
import type { PushApproval, PushRefusal } from './directory-push.contract';

/** How runs are spoken to, by the API and by whoever brings a decision from a card. */

/** Which run a message is for: those of a corp that write to the same side share a workflow id. */
export type PushAddress = { readonly workflowId: string; readonly runId: string };

/** `not-open`: the run's workflow has ended, or another run has its id now. */
export type PushAnswer = 'accepted' | 'not-open' | PushRefusal;

/** What is needed of a client's handle. */
type Described = {
  describe(): Promise<{
    readonly memo?: Record<string, unknown>;
    readonly status: { readonly name: string };
  }>;
};

type Within = <T>(call: () => Promise<T>) => Promise<T>;

export interface PushDoor<Handle> {
  update(push: PushAddress, update: (handle: Handle) => Promise<void>): Promise<PushAnswer>;
  /** False when the run's workflow has ended. */
  tell(push: PushAddress, tell: (handle: Handle) => Promise<unknown>): Promise<boolean>;
}

const unlimited: Within = (call) => call();

export function createPushDoor<Handle extends Described>(
  handleOf: (workflowId: string) => Handle,
  { withinCall = unlimited, withinUpdate = unlimited }: { withinCall?: Within; withinUpdate?: Within } = {},
): PushDoor<Handle> {
  /** All pushes of a corp share a workflow id: what is meant for one must not reach the next. */
  async function open({ workflowId, runId }: PushAddress): Promise<Handle | undefined> {
    const handle = handleOf(workflowId);
    try {
      const { memo, status } = await withinCall(() => handle.describe());
      return status.name === 'RUNNING' && memo?.['runId'] === runId ? handle : undefined;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  return {
    async update(push, update) {
      const handle = await open(push);
      if (handle === undefined) return 'not-open';
      try {
        await withinUpdate(() => update(handle));
        return 'accepted';
      } catch (error) {
        if (isNotFound(error)) return 'not-open';
        const refusal =
          error instanceof Error && error.name === 'WorkflowUpdateFailedError' ? error.cause : undefined;
        if (refusal instanceof ApplicationFailure && isRefusal(refusal.type)) return refusal.type;
        throw error;
      }
    },

    async tell(push, tell) {
      const handle = await open(push);
      if (handle === undefined) return false;
      try {
        await withinCall(() => tell(handle));
        return true;
      } catch (error) {
        if (isNotFound(error)) return false;
        throw error;
      }
    },
  };
}

/** Repeated after a lost answer, it is the same approval. */
export function approvalUpdate(approval: PushApproval): { args: [PushApproval]; updateId: string } {
  return { args: [approval], updateId: `approve:${approval.planHash}:${approval.safeOnly}` };
}

const refusals: Readonly<Record<PushRefusal, true>> = {
  'nothing-to-approve': true,
  'plan-hash-differs': true,
  'nothing-to-pause': true,
  'nothing-to-resume': true,
};

function isRefusal(type: unknown): type is PushRefusal {
  return typeof type === 'string' && Object.hasOwn(refusals, type);
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && error.name === 'WorkflowNotFoundError';
}
