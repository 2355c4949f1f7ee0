import { Rejection } from '../errors';
import { callerSeesMember } from '../state/corp';
import type { GroupChat } from '../state/corp';
import type { Member } from '../state/directory';
import type { Call, Endpoint } from './endpoint';
import { optionalInteger, optionalObject, optionalText, optionalTexts } from './params';

const MAX_OWNERS = 100;
const MAX_PAGE = 1000;
const MAX_RANGE_WITHOUT_OWNERS = 1000;

/** A group whose owner is no member any more waits for somebody to inherit it. */
const followUp = { normal: 0, ownerLeft: 1 } as const;
const lastStatus = 3;

export const externalContactEndpoints: readonly Endpoint[] = [
  {
    path: 'externalcontact/list',
    access: 'external-contacts',
    defaults: { external_userid: [] },
    handle(call) {
      const { userid } = visibleMember(call, call.query['userid'] ?? '');
      const key = userid.toLowerCase();
      const customers = call.corp.externalContacts.filter(({ follow_user: followers }) =>
        followers.some((one) => one.toLowerCase() === key),
      );
      // Seen in production where an empty list would be expected.
      if (customers.length === 0) throw new Rejection(84061);
      return { external_userid: customers.map(({ external_userid: id }) => id) };
    },
  },
  {
    path: 'externalcontact/groupchat/list',
    access: 'external-contacts',
    defaults: { group_chat_list: [] },
    handle(call) {
      const status = optionalInteger(call.body, 'status_filter') ?? 0;
      if (status < 0 || status > lastStatus) throw new Rejection(40058, 'status_filter must be 0 to 3');
      const limit = optionalInteger(call.body, 'limit') ?? 0;
      if (limit < 1 || limit > MAX_PAGE) throw new Rejection(40058, 'limit must be 1 to 1000');
      const owners = ownersAsked(call);
      const start = readCursor(optionalText(call.body, 'cursor', 50100) ?? '');
      const chats = call.corp.groupChats.filter(
        (chat) =>
          isVisible(call, chat) &&
          (owners === undefined || owners.has(chat.owner.toLowerCase())) &&
          (status === 0 || statusOf(call, chat) === status),
      );
      const page = chats.slice(start, start + limit);
      const end = start + page.length;
      return {
        group_chat_list: page.map((chat) => ({ chat_id: chat.chat_id, status: statusOf(call, chat) })),
        ...(end < chats.length ? { next_cursor: writeCursor(end) } : {}),
      };
    },
  },
  {
    path: 'externalcontact/groupchat/get',
    access: 'external-contacts',
    handle(call) {
      const chatId = optionalText(call.body, 'chat_id', 40050) ?? '';
      const chat = call.corp.groupChats.find(({ chat_id: id }) => id === chatId);
      if (chat === undefined) throw new Rejection(40050);
      if (!isVisible(call, chat)) throw new Rejection(60011);
      const { chat_id, name, owner, create_time = 0 } = chat;
      return {
        group_chat: {
          chat_id,
          name,
          owner,
          create_time,
          member_list: [{ userid: owner, type: 1, join_time: create_time, join_scene: 1 }],
          admin_list: [],
        },
      };
    },
  },
];

function visibleMember(call: Call, userid: string): Member {
  if (userid === '') throw new Rejection(41009);
  const member = call.corp.directory.member(userid);
  if (member === undefined) throw new Rejection(60111);
  if (!callerSeesMember(call.corp, call.caller, member)) {
    throw new Rejection(call.world.settings.variants.outOfRangeMember);
  }
  return member;
}

/** Lower-case userids; undefined where nobody is named. */
function ownersAsked(call: Call): ReadonlySet<string> | undefined {
  const filter = optionalObject(call.body, 'owner_filter');
  const userids = filter === undefined ? undefined : optionalTexts(filter, 'userid_list');
  if (userids === undefined || userids.length === 0) {
    if (visibleCount(call) > MAX_RANGE_WITHOUT_OWNERS) throw new Rejection(81017);
    return undefined;
  }
  if (userids.length > MAX_OWNERS) throw new Rejection(40058, 'userid_list of more than 100');
  for (const userid of userids) {
    const member = call.corp.directory.member(userid);
    if (member === undefined) {
      if (!call.corp.groupChats.some((chat) => sameUserid(chat.owner, userid))) throw new Rejection(60111);
    } else if (!callerSeesMember(call.corp, call.caller, member)) {
      throw new Rejection(call.world.settings.variants.outOfRangeMember);
    }
  }
  return new Set(userids.map((userid) => userid.toLowerCase()));
}

/** No further than it takes to know that the range is too wide. */
function visibleCount(call: Call): number {
  let count = 0;
  for (const member of call.corp.directory.members()) {
    if (callerSeesMember(call.corp, call.caller, member)) count += 1;
    if (count > MAX_RANGE_WITHOUT_OWNERS) break;
  }
  return count;
}

function isVisible(call: Call, chat: GroupChat): boolean {
  const owner = call.corp.directory.member(chat.owner);
  return owner === undefined || callerSeesMember(call.corp, call.caller, owner);
}

function statusOf(call: Call, chat: GroupChat): number {
  return call.corp.directory.member(chat.owner) === undefined ? followUp.ownerLeft : followUp.normal;
}

function sameUserid(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function writeCursor(position: number): string {
  return Buffer.from(`g1:${position}`).toString('base64url');
}

function readCursor(cursor: string): number {
  if (cursor === '') return 0;
  const match = /^g1:(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (match === null) throw new Rejection(50100);
  return Number(match[1]);
}
