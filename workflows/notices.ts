import {
  ActivityFailure,
  CancellationScope,
  log,
  ParentClosePolicy,
  proxyActivities,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { NoticeActivities } from '../activities/notices';
import { recordingTheEnd, sendingNotices } from './activity-options';
import { noticeType, type NoticeInput } from './notices.contract';
import { bridgeCorp, bridgeFeature } from './search-attributes';
import { unlessOneIsOpen } from './starting';

const record = proxyActivities<NoticeActivities>(recordingTheEnd);
const delivery = proxyActivities<NoticeActivities>(sendingNotices);

/** Tells everybody who wants to know; one whose server is down for a day is given up and stands so in the list. */
export async function notice(input: NoticeInput): Promise<void> {
  const noticeIds = await record.recordNotices.executeWithOptions({ summary: '登记 · record' }, [
    { ...input, id: workflowInfo().workflowId },
  ]);
  await Promise.all(
    noticeIds.map(async (noticeId) => {
      try {
        await delivery.sendNotice.executeWithOptions({ summary: '发送 · send' }, [noticeId]);
      } catch (error) {
        if (!(error instanceof ActivityFailure)) throw error;
        await CancellationScope.nonCancellable(() =>
          record.giveNoticeUp.executeWithOptions({ summary: '放弃 · give up' }, [noticeId]),
        );
      }
    }),
  );
}

/** In a workflow of its own: a run neither waits for somebody's server nor fails because of it. */
export async function startNotice(workflowId: string, input: NoticeInput): Promise<void> {
  const isNew = await unlessOneIsOpen(() =>
    CancellationScope.nonCancellable(() =>
      startChild<typeof notice>(noticeType, {
        workflowId,
        args: [input],
        parentClosePolicy: ParentClosePolicy.ABANDON,
        // Told twice under one id is told once, also when the first has arrived long since.
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        staticSummary: `通知 · notice: ${input.kind}`,
        typedSearchAttributes: [
          { key: bridgeCorp, value: input.corpId },
          { key: bridgeFeature, value: 'notice' },
        ],
      }),
    ),
  );
  if (!isNew) log.info('the same notice was told before', { workflowId });
}
