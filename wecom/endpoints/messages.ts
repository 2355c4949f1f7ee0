import { z } from 'zod';
import type { ApiCaller } from '../api-request';
import type { CallOptions } from '../connection';
import { pageSizes } from '../limits';
import { acknowledged, idsAsEchoed, looseString, wholeNumber } from './answer-fields';

/** The window in which WeCom drops a request that is exactly like an earlier one. */
const duplicateCheckSeconds = 14_400;

export type OutgoingMessage = {
  /** At most 1,000. */
  readonly userIds: readonly string[];
  /** `msgtype` and the object of that name. */
  readonly body: Readonly<Record<string, unknown>> | { readonly msgtype: string };
  readonly usesDuplicateCheck: boolean;
};

export type SentMessage = {
  /** Null where WeCom gave none: such a message can't be recalled. */
  readonly msgId: string | null;
  /** For changing the card once; null for messages that can't be changed. */
  readonly responseCode: string | null;
  /** Unknown, or outside the app's range. WeCom answers in lower case. */
  readonly invalidUsers: readonly string[];
  readonly unlicensedUsers: readonly string[];
};

export type CardUpdate = {
  /** At most 1,000. */
  readonly userIds: readonly string[];
  readonly responseCode: string;
} & ({ readonly card: object } | { readonly replaceName: string });

export type AppMessageCount = { readonly agentId: number; readonly appName: string; readonly count: number };

/** "a|b"; some deployments answer with a list, and many with nothing at all. */
const userList = z
  .union([
    z.string().transform((joined) => joined.split('|')),
    z.array(z.string()),
    z.null().transform((): string[] => []),
  ])
  .optional()
  .transform((list) => (list ?? []).map((id) => id.trim()).filter((id) => id !== ''));

const sent = z
  .object({
    msgid: looseString,
    response_code: looseString,
    invaliduser: userList,
    unlicenseduser: userList,
  })
  .transform((answer): SentMessage => ({
    msgId: answer.msgid || null,
    responseCode: answer.response_code || null,
    invalidUsers: answer.invaliduser,
    unlicensedUsers: answer.unlicenseduser,
  }));

const updated = z
  .object({ invaliduser: userList })
  .transform(({ invaliduser }) => ({ invalidUsers: invaliduser }));

const statistics = z.object({
  statistics: z
    .array(z.object({ agentid: wholeNumber, app_name: z.string().catch(''), count: wholeNumber }))
    .nullish()
    .transform((list) => list ?? []),
});

const days = { today: 0, yesterday: 1 } as const;

export function messageEndpoints(api: ApiCaller, ownAgentId: number | undefined) {
  function agentId(): number {
    if (ownAgentId === undefined)
      throw new Error('Messages are sent as an app, not with the contacts secret.');
    return ownAgentId;
  }

  return {
    async send(
      { userIds, body, usesDuplicateCheck }: OutgoingMessage,
      call?: CallOptions,
    ): Promise<SentMessage> {
      assertUsers(userIds);
      return api.call(
        {
          path: 'message/send',
          method: 'POST',
          body: {
            touser: userIds.join('|'),
            agentid: agentId(),
            ...body,
            ...(usesDuplicateCheck
              ? { enable_duplicate_check: 1, duplicate_check_interval: duplicateCheckSeconds }
              : {}),
          },
          unspeakable: [...idsAsEchoed(userIds), ...textsIn(body)],
          writes: true,
          answer: sent,
        },
        call,
      );
    },

    async recall({ msgId }: { readonly msgId: string }, call?: CallOptions): Promise<void> {
      await api.call(
        {
          path: 'message/recall',
          method: 'POST',
          body: { msgid: msgId },
          unspeakable: [msgId],
          writes: true,
          answer: acknowledged,
        },
        call,
      );
    },

    async updateTemplateCard(
      update: CardUpdate,
      call?: CallOptions,
    ): Promise<{ readonly invalidUsers: readonly string[] }> {
      const { userIds, responseCode } = update;
      assertUsers(userIds);
      const change =
        'card' in update ? { template_card: update.card } : { button: { replace_name: update.replaceName } };
      return api.call(
        {
          path: 'message/update_template_card',
          method: 'POST',
          body: { userids: userIds, agentid: agentId(), response_code: responseCode, ...change },
          unspeakable: [responseCode, ...idsAsEchoed(userIds), ...textsIn(change)],
          writes: true,
          answer: updated,
        },
        call,
      );
    },

    /** How many messages each app has sent, as WeCom counts them. */
    async statistics(
      { day }: { readonly day: keyof typeof days },
      call?: CallOptions,
    ): Promise<readonly AppMessageCount[]> {
      const answer = await api.call(
        {
          path: 'message/get_statistics',
          method: 'POST',
          body: { time_type: days[day] },
          writes: false,
          answer: statistics,
        },
        call,
      );
      return answer.statistics.map((row) => ({
        agentId: row.agentid,
        appName: row.app_name,
        count: row.count,
      }));
    },
  };
}

export type MessageEndpoints = ReturnType<typeof messageEndpoints>;

function assertUsers(userIds: readonly string[]): void {
  const max = pageSizes.messageUsers;
  if (userIds.length >= 1 && userIds.length <= max) return;
  throw new Error(`A call is for 1 to ${max} members, not for ${userIds.length}.`);
}

/** What WeCom might echo of a message. Shorter ones would cross out half of what it says. */
function textsIn(value: unknown, shortest = 4): string[] {
  if (typeof value === 'string') return value.length >= shortest ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([field, part]) =>
    field === 'msgtype' || field === 'card_type' ? [] : textsIn(part, shortest),
  );
}
