import type { NoticeEvent } from '../domain/directory/settings';
import { bridgeCorp, bridgeFeature } from './search-attributes';

export const noticeType = 'notice';

export type NoticeKind = NoticeEvent;

/** How a notice is started by whoever is no workflow. Told twice under one id is told once. */
export function noticeStart(workflowId: string, input: NoticeInput, taskQueue: string) {
  return {
    taskQueue,
    workflowId,
    args: [input] as [NoticeInput],
    workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
    typedSearchAttributes: [
      { key: bridgeCorp, value: input.corpId },
      { key: bridgeFeature, value: 'notice' },
    ],
    staticSummary: `通知 · notice: ${input.kind}`,
  };
}

/** What there is to tell; the words and numbers are read when it is sent. */
export interface NoticeInput {
  readonly corpId: string;
  readonly runId: string | null;
  readonly kind: NoticeKind;
}

/**
 * Told apart by whoever tells and how often it has: another notice of the same kind has another id. Notices about
 * departures have `departureNoticeId` instead, and no run: whom they are about follows from the moment in their id.
 */
export function noticeId(kind: NoticeKind, executionId: string, count: number): string {
  return `notice:${kind}:${executionId}:${count}`;
}

export type AttendanceGap = {
  readonly ruleId: string;
  /** YYYY-MM-DD, the first and the last of the days that were missed. */
  readonly from: string;
  readonly to: string;
};

/** Names the rule and the days: the same gap is told once. */
export function attendanceGapNoticeId({ ruleId, from, to }: AttendanceGap): string {
  return `notice:attendance-gap:${ruleId}:${from}:${to}`;
}

/** The gap in such an id; the id of a notice for a certain target goes on after it. */
export function gapOfNotice(noticeId: string): AttendanceGap | undefined {
  const [, ruleId, from, to] =
    /^notice:attendance-gap:([^:]+):(\d{4}-\d\d-\d\d):(\d{4}-\d\d-\d\d)/.exec(noticeId) ?? [];
  return ruleId === undefined || from === undefined || to === undefined ? undefined : { ruleId, from, to };
}

export type AppNoticeKind = 'app-paused' | 'app-resumed';

/** Notices about an app name it in their id, with the moment since when it was paused. */
export function appNoticeId(kind: AppNoticeKind, appId: string, pausedAt: string): string {
  return `notice:${kind}:${appId}:${pausedAt}`;
}

/** The app in such an id; the id of a notice for a certain target goes on after it. */
export function appOfNotice(noticeId: string): string | undefined {
  return /^notice:app-(?:paused|resumed):([^:]+):/.exec(noticeId)?.[1];
}
