import type { DirectoryPushInput, DirectoryPushResult } from './directory-push.contract';
import { carryOut } from './directory-push-procedure';

/** Brings the OA's organisation into WeCom: reads both, plans, waits for an approval where one is needed, applies. */
export async function directoryPush(input: DirectoryPushInput): Promise<DirectoryPushResult> {
  return carryOut(input);
}
