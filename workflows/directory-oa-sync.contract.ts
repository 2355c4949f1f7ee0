import type { DirectoryPushInput } from './directory-push.contract';

export const directoryOaSyncType = 'directoryOaSync';

const idPrefix = 'directory-oa-sync:';

/** One per corp at a time. Under an id of its own: one that waits for an approval is in no pull's way. */
export function directoryOaSyncId(corpId: string): string {
  return `${idPrefix}${corpId}`;
}

/** Whether a run brings WeCom's directory into the OA, by the id of its workflow. */
export function isOaSyncId(workflowId: string): boolean {
  return workflowId.startsWith(idPrefix);
}

/** The same run as a push, with the OA at its other end: approved, paused, rejected and undone in the same way. */
export type DirectoryOaSyncInput = Omit<DirectoryPushInput, 'target'>;
