import type { DirectoryOaSyncInput } from './directory-oa-sync.contract';
import type { DirectoryPushResult } from './directory-push.contract';
import { carryOut } from './directory-push-procedure';

/** Brings WeCom's organisation into the OA: by the procedure of a push, with the OA at the other end. */
export async function directoryOaSync(input: DirectoryOaSyncInput): Promise<DirectoryPushResult> {
  return carryOut({ ...input, target: 'oa' });
}
