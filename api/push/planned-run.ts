import type { RunRecord } from '../../store/runs';
import { isOaSyncId } from '../../workflows/directory-oa-sync.contract';

/** Runs with a plan: pushes, and pulls that go on into the OA. */
export function isPlanned({ direction, workflowId }: Pick<RunRecord, 'direction' | 'workflowId'>): boolean {
  return direction === 'push' || isOaSyncId(workflowId);
}

export function writesToOa({ workflowId }: Pick<RunRecord, 'workflowId'>): boolean {
  return isOaSyncId(workflowId);
}
