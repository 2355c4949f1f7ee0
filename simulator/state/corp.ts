import type { Checkins } from './checkins';
import type { Department, Directory, Member } from './directory';
import type { Messages } from './messages';

export type Rights = 'today' | 'legacy';
export type SystemApp = 'externalcontact' | 'checkin' | 'archive';

export type CallbackReceiver = {
  readonly url: string;
  readonly token: string;
  readonly encodingAesKey: string;
  /** Receivers of contact changes saved since 2022-08-15 get ids only. */
  readonly payload?: 'reduced' | 'full';
};

export type App = {
  readonly agentid: number;
  secret: string;
  name: string;
  visibleDepartments: number[];
  visibleUsers: string[];
  visibleTags: number[];
  permissions: string[];
  callback?: CallbackReceiver;
  trustedIps?: string[];
  disabled: boolean;
  description: string;
  redirectDomain: string;
  homeUrl: string;
  reportLocationFlag: 0 | 1;
  isReportEnter: 0 | 1;
  squareLogoUrl: string;
};

export type Tag = {
  readonly tagid: number;
  tagname: string;
  readonly owner: string;
  readonly users: Set<string>;
  readonly parties: Set<number>;
};

export type MediaFile = {
  readonly mediaId: string;
  readonly type: string;
  readonly filename: string;
  readonly contentType: string;
  readonly content: Buffer;
  readonly createdAtMs: number;
};

export type ExternalContact = {
  readonly external_userid: string;
  readonly name: string;
  /** The members whose customer this is. */
  readonly follow_user: readonly string[];
};

export type GroupChat = {
  readonly chat_id: string;
  readonly name: string;
  /** May be a userid that has been deleted. */
  readonly owner: string;
  readonly create_time?: number;
};

export type Corp = {
  readonly corpid: string;
  readonly name: string;
  readonly rights: Rights;
  readonly contactsSecret: string;
  contactsCallback?: CallbackReceiver;
  readonly contactsTrustedIps?: string[];
  readonly systemSecrets: Readonly<Partial<Record<SystemApp, string>>>;
  readonly accountLimit: number | null;
  readonly creator: string | null;
  /** Of WeCom's own console; where some are named, one of them stays. */
  readonly admins: readonly string[];
  readonly certifiedNames: readonly string[];
  readonly extattrs: readonly { readonly name: string; readonly type: 0 | 1 }[];
  readonly externalContacts: readonly ExternalContact[];
  readonly groupChats: readonly GroupChat[];
  readonly apps: Map<number, App>;
  readonly directory: Directory;
  readonly tags: Map<number, Tag>;
  readonly media: Map<string, MediaFile>;
  readonly messages: Messages;
  readonly checkins: Checkins;
};

/** Who holds the token of a call. `admin` is a person in WeCom's own console. */
export type Caller =
  | { readonly kind: 'contacts' }
  | { readonly kind: 'app'; readonly app: App }
  | { readonly kind: 'system'; readonly system: SystemApp }
  | { readonly kind: 'admin' };

export function appSeesDepartment(corp: Corp, app: App, departmentId: number): boolean {
  for (const id of corp.directory.ancestry(departmentId))
    if (app.visibleDepartments.includes(id)) return true;
  return false;
}

export function appSeesMember(corp: Corp, app: App, member: Member): boolean {
  if (app.visibleUsers.some((userid) => userid.toLowerCase() === member.userid.toLowerCase())) return true;
  if (member.department.some((id) => appSeesDepartment(corp, app, id))) return true;
  return app.visibleTags.some((tagid) => tagHolds(corp, corp.tags.get(tagid), member));
}

function tagHolds(corp: Corp, tag: Tag | undefined, member: Member): boolean {
  if (tag === undefined) return false;
  if (tag.users.has(member.userid.toLowerCase())) return true;
  return member.department.some((id) => [...corp.directory.ancestry(id)].some((up) => tag.parties.has(up)));
}

/** The tops of what the caller may see: the root for whole-corp callers. */
export function visibleTops(caller: Caller, wholeCorp: readonly number[]): readonly number[] {
  return caller.kind === 'app' ? caller.app.visibleDepartments : wholeCorp;
}

export function callerSeesDepartment(corp: Corp, caller: Caller, department: Department): boolean {
  return caller.kind !== 'app' || appSeesDepartment(corp, caller.app, department.id);
}

export function callerSeesMember(corp: Corp, caller: Caller, member: Member): boolean {
  return caller.kind !== 'app' || appSeesMember(corp, caller.app, member);
}
