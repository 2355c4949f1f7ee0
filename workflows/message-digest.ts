import { proxyActivities } from '@temporalio/workflow';
import type { MessageActivities } from '../activities/messages';
import { workingInPostgres } from './activity-options';
import type { MessageDigestInput, MessageDigestResult } from './message-push.contract';
import { messageDigestSummaries } from './message-push.texts';

const postgres = proxyActivities<MessageActivities>(workingInPostgres);

/** Started with a delay until the stretch of time is over: then what was gathered goes out, one message each. */
export async function messageDigest({ targetId, dueAt }: MessageDigestInput): Promise<MessageDigestResult> {
  return postgres.releaseDigest.executeWithOptions({ summary: messageDigestSummaries.release }, [
    { targetId, dueAt },
  ]);
}
