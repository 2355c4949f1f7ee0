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

export type AppNoticeKind = 'app-paused' | 'app-resumed';

/** Notices about an app name it in their id, with the moment since when it was paused. */
export function appNoticeId(kind: AppNoticeKind, appId: string, pausedAt: string): string {
  return `notice:${kind}:${appId}:${pausedAt}`;
}

/** The app in such an id; the id of a notice for a certain target goes on after it. */
export function appOfNotice(noticeId: string): string | undefined {
  return /^notice:app-(?:paused|resumed):([^:]+):/.exec(noticeId)?.[1];
}
