import type { RecallRefusal } from '../../domain/messages/message';
import { recallRefusalTexts } from '../../i18n/messages';
import type { RecallFilter } from '../../store/message-log';
import { messageRecallId } from '../../workflows/message-push.contract';
import type { ApiDeps } from '../deps';
import type { ApiError, ApiErrorDetails } from '../http-errors';
import { conflict } from '../http-errors';
import { startSoon } from './accepting';

export function refusedRecall(refusal: RecallRefusal, extra: ApiErrorDetails['extra'] = {}): ApiError {
  const { message, advice } = recallRefusalTexts[refusal];
  return conflict(refusal.replaceAll('-', '_'), message, {
    advice: { text: advice },
    extra: { reason: refusal, ...extra },
  });
}

/** Undefined where there is nothing that could be recalled. The same id again is the same recall. */
export async function startBulkRecall(
  { messageLog, temporal, logger }: Pick<ApiDeps, 'messageLog' | 'temporal' | 'logger'>,
  { recallId, by, filter }: { readonly recallId: string; readonly by: string; readonly filter: RecallFilter },
): Promise<{ recallId: string; workflowId: string; pushes: number } | undefined> {
  const before = await messageLog.findRecall(recallId);
  const { pushes, messages } =
    before === undefined
      ? await messageLog.recallable(filter)
      : { pushes: before.counts['pushes'] ?? 0, messages: 0 };
  if (pushes === 0) return undefined;
  if (before === undefined)
    await messageLog.saveRecall({ id: recallId, askedBy: by, filter, pushes, messages });
  await startSoon([recallId], (id) => temporal.startMessageRecall({ recallId: id }), logger);
  return { recallId, workflowId: messageRecallId(recallId), pushes };
}
