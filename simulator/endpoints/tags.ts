import { Rejection } from '../errors';
import type { Caller, Tag } from '../state/corp';
import type { Call, Endpoint, Fields } from './endpoint';
import { isVisibleDepartment, isVisibleMember } from './invite';
import {
  charCount,
  optionalInteger,
  optionalIntegers,
  optionalText,
  optionalTexts,
  queryInteger,
} from './params';

const MAX_USERS = 1000;
const MAX_PARTIES = 100;
const MAX_NODES = 30_000;

export const tagEndpoints: readonly Endpoint[] = [
  {
    path: 'tag/create',
    access: 'ids',
    writes: true,
    handle(call) {
      const { tags } = call.corp;
      const tagname = readTagName(call);
      const tagid = optionalInteger(call.body, 'tagid', 40068) || Math.max(0, ...tags.keys()) + 1;
      if (tagid < 1 || tags.has(tagid)) throw new Rejection(40068);
      tags.set(tagid, { tagid, tagname, owner: ownerOf(call.caller), users: new Set(), parties: new Set() });
      return { errmsg: 'created', tagid };
    },
  },
  {
    path: 'tag/update',
    access: 'ids',
    writes: true,
    handle(call) {
      const tag = ownTag(call, optionalInteger(call.body, 'tagid', 40068));
      tag.tagname = readTagName(call, tag);
      return { errmsg: 'updated' };
    },
  },
  {
    path: 'tag/delete',
    access: 'ids',
    writes: true,
    handle(call) {
      const tag = ownTag(call, queryInteger(call.query, 'tagid', 40068));
      call.corp.tags.delete(tag.tagid);
      for (const app of call.corp.apps.values()) {
        app.visibleTags = app.visibleTags.filter((id) => id !== tag.tagid);
      }
      return { errmsg: 'deleted' };
    },
  },
  {
    path: 'tag/get',
    access: 'ids',
    defaults: { userlist: [], partylist: [] },
    handle(call) {
      const tag = tagOf(call, queryInteger(call.query, 'tagid', 40068));
      const users = [...tag.users].filter((userid) => isVisibleMember(call, userid));
      return {
        tagname: tag.tagname,
        userlist: users.flatMap((userid) => {
          const member = call.corp.directory.member(userid);
          return member === undefined ? [] : [{ userid: member.userid, name: member.name }];
        }),
        partylist: [...tag.parties].filter((id) => isVisibleDepartment(call, id)),
      };
    },
  },
  {
    path: 'tag/list',
    access: 'ids',
    defaults: { taglist: [] },
    handle: (call) => ({
      taglist: [...call.corp.tags.values()].map(({ tagid, tagname }) => ({ tagid, tagname })),
    }),
  },
  {
    path: 'tag/addtagusers',
    access: 'ids',
    writes: true,
    handle: (call) =>
      editTargets(call, (tag, users, parties) => {
        if (tag.users.size + tag.parties.size + users.length + parties.length > MAX_NODES)
          throw new Rejection(81003);
        for (const userid of users) tag.users.add(userid.toLowerCase());
        for (const id of parties) tag.parties.add(id);
        call.changes.record({ kind: 'update_tag', tagid: tag.tagid, addUsers: users, addParties: parties });
      }),
  },
  {
    path: 'tag/deltagusers',
    access: 'ids',
    writes: true,
    handle: (call) =>
      editTargets(call, (tag, users, parties) => {
        for (const userid of users) tag.users.delete(userid.toLowerCase());
        for (const id of parties) tag.parties.delete(id);
        call.changes.record({ kind: 'update_tag', tagid: tag.tagid, delUsers: users, delParties: parties });
      }),
  },
];

function editTargets(
  call: Call,
  edit: (tag: Tag, users: readonly string[], parties: readonly number[]) => void,
): Fields {
  const tag = ownTag(call, optionalInteger(call.body, 'tagid', 40068));
  const users = optionalTexts(call.body, 'userlist') ?? [];
  const parties = optionalIntegers(call.body, 'partylist') ?? [];
  if (users.length + parties.length === 0) throw new Rejection(40063, 'userlist and partylist');
  if (users.length > MAX_USERS || parties.length > MAX_PARTIES) throw new Rejection(81014);
  const invalidUsers = users.filter((userid) => !isVisibleMember(call, userid));
  const invalidParties = parties.filter((id) => !isVisibleDepartment(call, id));
  if (invalidUsers.length + invalidParties.length === users.length + parties.length)
    throw new Rejection(40070);
  call.changes.watch(() => call.corp.directory.members());
  edit(
    tag,
    users.filter((userid) => !invalidUsers.includes(userid)),
    parties.filter((id) => !invalidParties.includes(id)),
  );
  if (invalidUsers.length + invalidParties.length === 0) return {};
  return {
    errmsg: 'invalid userlist and partylist faild',
    ...(invalidUsers.length === 0 ? {} : { invalidlist: invalidUsers.join('|') }),
    ...(invalidParties.length === 0 ? {} : { invalidparty: invalidParties }),
  };
}

function readTagName(call: Call, self?: Tag): string {
  const tagname = optionalText(call.body, 'tagname', 40072);
  if (tagname === undefined) throw new Rejection(41018);
  if (tagname.trim() === '' || charCount(tagname) > 32) throw new Rejection(40072);
  for (const tag of call.corp.tags.values())
    if (tag !== self && tag.tagname === tagname) throw new Rejection(40071);
  return tagname;
}

function tagOf(call: Call, tagid: number | undefined): Tag {
  if (tagid === undefined) throw new Rejection(41017);
  const tag = call.corp.tags.get(tagid);
  if (tag === undefined) throw new Rejection(40068);
  return tag;
}

/** Only whoever made a tag may change it; an admin may change all of them. */
function ownTag(call: Call, tagid: number | undefined): Tag {
  const tag = tagOf(call, tagid);
  if (call.caller.kind !== 'admin' && tag.owner !== ownerOf(call.caller)) throw new Rejection(81011);
  return tag;
}

function ownerOf(caller: Caller): string {
  switch (caller.kind) {
    case 'app':
      return `app:${caller.app.agentid}`;
    case 'system':
      return `system:${caller.system}`;
    case 'contacts':
    case 'admin':
      return caller.kind;
  }
}
