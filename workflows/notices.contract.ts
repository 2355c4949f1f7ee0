import type { NoticeEvent } from '../domain/directory/settings';

export const noticeType = 'notice';

export type NoticeKind = NoticeEvent;

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
