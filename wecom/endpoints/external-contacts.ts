import { z } from 'zod';
import type { ApiCaller } from '../api-request';
import type { CallOptions } from '../connection';
import { WecomAlreadySoError } from '../errors';
import { pageSizes } from '../limits';
import { looseNumber, looseString, stringList } from './answer-fields';

export type CustomerGroupBrief = {
  readonly chatId: string;
  /** `unknown`: a number that WeCom has added since. */
  readonly standing: 'normal' | 'owner-left' | 'being-inherited' | 'inherited' | 'unknown';
};

export type CustomerGroup = {
  readonly chatId: string;
  /** Empty where nobody gave the group a name. */
  readonly name: string;
  readonly ownerUserId?: string;
};

const noCustomersErrcode = 84061;

const standings: Readonly<Record<number, CustomerGroupBrief['standing']>> = {
  0: 'normal',
  1: 'owner-left',
  2: 'being-inherited',
  3: 'inherited',
};

const customerList = z.object({ external_userid: stringList });

const groupPage = z.object({
  group_chat_list: z
    .array(z.object({ chat_id: z.string(), status: looseNumber }))
    .nullish()
    .transform((list) => list ?? []),
  next_cursor: looseString,
});

const group = z.object({
  group_chat: z.object({ chat_id: z.string(), name: looseString, owner: looseString }),
});

/** Only for an app that may call these interfaces (48002 otherwise), and only about members it sees. */
export function externalContactEndpoints(api: ApiCaller) {
  return {
    /** The member's customers. WeCom gives them at once, and refuses instead of answering with none (84061). */
    async list({ userId }: { readonly userId: string }, call?: CallOptions): Promise<readonly string[]> {
      try {
        const { external_userid: externalUserIds } = await api.call(
          {
            path: 'externalcontact/list',
            method: 'GET',
            query: { userid: userId },
            writes: false,
            answer: customerList,
          },
          call,
        );
        return externalUserIds;
      } catch (error) {
        if (error instanceof WecomAlreadySoError && error.errcode === noCustomersErrcode) return [];
        throw error;
      }
    },

    /** Groups with customers that one of these members owns, a page at a time; at most 100 members. */
    async listGroups(
      {
        ownerUserIds,
        cursor,
        limit = pageSizes.customerGroups,
      }: { readonly ownerUserIds: readonly string[]; readonly cursor?: string; readonly limit?: number },
      call?: CallOptions,
    ): Promise<{ readonly groups: readonly CustomerGroupBrief[]; readonly nextCursor?: string }> {
      const { group_chat_list: rows, next_cursor: nextCursor } = await api.call(
        {
          path: 'externalcontact/groupchat/list',
          method: 'POST',
          body: { owner_filter: { userid_list: ownerUserIds }, cursor, limit },
          writes: false,
          answer: groupPage,
        },
        call,
      );
      const groups = rows.map(({ chat_id: chatId, status = 0 }) => ({
        chatId,
        standing: standings[status] ?? ('unknown' as const),
      }));
      return { groups, ...(nextCursor ? { nextCursor } : {}) };
    },

    async getGroup({ chatId }: { readonly chatId: string }, call?: CallOptions): Promise<CustomerGroup> {
      const { group_chat: row } = await api.call(
        {
          path: 'externalcontact/groupchat/get',
          method: 'POST',
          body: { chat_id: chatId, need_name: 0 },
          writes: false,
          answer: group,
        },
        call,
      );
      return {
        chatId: row.chat_id,
        name: row.name ?? '',
        ...(row.owner ? { ownerUserId: row.owner } : {}),
      };
    },
  };
}

export type ExternalContactEndpoints = ReturnType<typeof externalContactEndpoints>;
