import type { NoticeEvent } from '../domain/directory/settings';
import type { Database } from './database';

export type NoticeRecord = {
  readonly id: string;
  readonly corpId: string;
  readonly runId: string | null;
  readonly kind: NoticeEvent;
  /** Position in the list of the settings it was recorded with. */
  readonly position: number;
  /** Scheme and host. */
  readonly shownUrl: string;
  readonly status: 'due' | 'sent' | 'failed';
  readonly attempts: number;
  readonly createdAt: Date;
};

export type NewNotice = {
  readonly id: string;
  readonly corpId: string;
  readonly runId: string | null;
  readonly kind: NoticeEvent;
  readonly position: number;
  readonly shownUrl: string;
};

export interface NoticeStore {
  /** Safe to repeat: a notice keeps its id. */
  record(notices: readonly NewNotice[]): Promise<void>;
  find(id: string): Promise<NoticeRecord | undefined>;
  markSent(id: string): Promise<void>;
  /** It stays due. `error` is a code, never an answer's text. */
  noteAttempt(id: string, error: string): Promise<void>;
  giveUp(id: string, error?: string): Promise<void>;
}

export function createNoticeStore({ prisma }: Database): NoticeStore {
  return {
    async record(notices) {
      await prisma.notice.createMany({
        data: notices.map(({ position, shownUrl, ...notice }) => ({
          ...notice,
          target: `${position} ${shownUrl}`,
          status: 'due',
        })),
        skipDuplicates: true,
      });
    },

    async find(id) {
      const row = await prisma.notice.findUnique({ where: { id } });
      if (row === null) return undefined;
      const [position = '', shownUrl = ''] = row.target.split(' ');
      return {
        id: row.id,
        corpId: row.corpId,
        runId: row.runId,
        kind: row.kind as NoticeEvent,
        position: Number(position),
        shownUrl,
        status: row.status as NoticeRecord['status'],
        attempts: row.attempts,
        createdAt: row.createdAt,
      };
    },

    async markSent(id) {
      await prisma.notice.updateMany({
        where: { id },
        data: { status: 'sent', error: null, sentAt: new Date(), attempts: { increment: 1 } },
      });
    },

    async noteAttempt(id, error) {
      await prisma.notice.updateMany({
        where: { id, status: 'due' },
        data: { error, attempts: { increment: 1 } },
      });
    },

    async giveUp(id, error) {
      await prisma.notice.updateMany({
        where: { id, status: 'due' },
        data: { status: 'failed', ...(error === undefined ? {} : { error }) },
      });
    },
  };
}
