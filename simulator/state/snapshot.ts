import { wholeMember } from '../endpoints/member-view';
import type { CorpInput, MemberInput } from '../control/schemas';
import { buildCorp } from './build-corp';
import type { StoredCheckins } from './checkins';
import type { Corp } from './corp';
import type { StoredMessages } from './messages';

/** A corp as the body that would make it again; what is on disk and, without the secrets, what /state shows. */
export function corpSnapshot(
  corp: Corp,
): CorpInput & { media: StoredMedia[]; messages?: StoredMessages; checkins?: StoredCheckins } {
  return {
    corpid: corp.corpid,
    name: corp.name,
    rights: corp.rights,
    contactsSecret: corp.contactsSecret,
    contactsCallback: corp.contactsCallback,
    contactsTrustedIps: corp.contactsTrustedIps,
    systemSecrets: corp.systemSecrets,
    accountLimit: corp.accountLimit ?? undefined,
    creator: corp.creator ?? undefined,
    admins: [...corp.admins],
    unlicensed: [...corp.messages.unlicensed],
    certifiedNames: [...corp.certifiedNames],
    extattrs: [...corp.extattrs],
    externalContacts: corp.externalContacts.map((one) => ({ ...one, follow_user: [...one.follow_user] })),
    groupChats: corp.groupChats.map((one) => ({ ...one })),
    apps: [...corp.apps.values()].map((app) => ({
      ...app,
      permissions: app.permissions as ('checkin' | 'externalcontact' | 'archive')[],
    })),
    departments: [...corp.directory.departments.values()].map((one) => ({
      ...one,
      department_leader: corp.directory.leadersOf(one.id),
    })),
    users: [...corp.directory.members()].map(
      (member) =>
        ({
          ...wholeMember(member),
          activated: member.activated,
          userid_changeable: member.useridChangeable,
          biz_mail_alias: { item: member.biz_mail_alias },
          nickname: member.nickname,
        }) as unknown as MemberInput,
    ),
    tags: [...corp.tags.values()].map((tag) => ({
      tagid: tag.tagid,
      tagname: tag.tagname,
      owner: tag.owner,
      userlist: [...tag.users],
      partylist: [...tag.parties],
    })),
    media: [...corp.media.values()].map(({ content, ...file }) => ({
      ...file,
      content: content.toString('base64'),
    })),
    messages: corp.messages.stored(),
    checkins: corp.checkins.stored(),
  };
}

type StoredMedia = {
  mediaId: string;
  type: string;
  filename: string;
  contentType: string;
  content: string;
  createdAtMs: number;
};

export function restoreCorp({ media, messages, checkins, ...input }: ReturnType<typeof corpSnapshot>): Corp {
  const corp = buildCorp(input);
  for (const file of media) {
    corp.media.set(file.mediaId, { ...file, content: Buffer.from(file.content, 'base64') });
  }
  if (messages !== undefined) corp.messages.restore(messages);
  if (checkins !== undefined) corp.checkins.restore(checkins);
  return corp;
}

export function publicState(corp: Corp): Record<string, unknown> {
  const {
    contactsSecret: _contacts,
    systemSecrets: _system,
    contactsCallback,
    apps = [],
    media,
    messages: _messages,
    checkins: _checkins,
    ...rest
  } = corpSnapshot(corp);
  return {
    ...rest,
    contactsCallback: contactsCallback === undefined ? null : { url: contactsCallback.url },
    apps: apps.map(({ secret: _secret, callback, ...app }) => ({
      ...app,
      callback: callback === undefined ? null : { url: callback.url },
    })),
    media: media.map(({ content, ...file }) => ({ ...file, bytes: Buffer.byteLength(content, 'base64') })),
    counts: { departments: corp.directory.departments.size, users: corp.directory.memberCount },
  };
}
