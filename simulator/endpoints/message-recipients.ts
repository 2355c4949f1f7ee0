import { Rejection } from '../errors';
import { appSeesDepartment } from '../state/corp';
import type { App, Corp } from '../state/corp';
import type { Member } from '../state/directory';
import type { Fields } from './endpoint';
import { optionalIntegers, optionalText, optionalTexts } from './params';

export type Asked = {
  readonly everyone: boolean;
  readonly users: readonly string[];
  readonly parties: readonly string[];
  readonly tags: readonly string[];
};

export type Recipients = {
  readonly members: readonly Member[];
  readonly invaliduser: readonly string[];
  readonly invalidparty: readonly string[];
  readonly invalidtag: readonly string[];
};

/** message/send joins its recipients with `|`. */
export function askedByText(body: Fields): Asked {
  const [users, parties, tags] = ['touser', 'toparty', 'totag'].map((name) =>
    (optionalText(body, name, 40035) ?? '').split('|').filter((entry) => entry !== ''),
  ) as [string[], string[], string[]];
  const everyone = users.length === 1 && users[0]?.toLowerCase() === '@all';
  return checked(
    everyone ? { everyone, users: [], parties: [], tags: [] } : { everyone, users, parties, tags },
    82001,
  );
}

/** message/update_template_card takes lists. */
export function askedByList(body: Fields): Asked {
  const users = optionalTexts(body, 'userids', 40035) ?? [];
  const parties = (optionalIntegers(body, 'partyids', 40035) ?? []).map(String);
  const tags = (optionalIntegers(body, 'tagids', 40035) ?? []).map(String);
  const everyone = body['atall'] === 1;
  return checked(
    everyone ? { everyone, users: [], parties: [], tags: [] } : { everyone, users, parties, tags },
    82101,
  );
}

function checked(asked: Asked, whenEmpty: number): Asked {
  const { everyone, users, parties, tags } = asked;
  if (!everyone && users.length + parties.length + tags.length === 0) throw new Rejection(whenEmpty);
  if (users.length > 1000) throw new Rejection(40032);
  if (parties.length > 100) throw new Rejection(82002);
  if (tags.length > 100) throw new Rejection(82003);
  return asked;
}

/** Everybody meant, once; whoever the app doesn't see is invalid, and comes back in lower case. */
export function recipientsOf(corp: Corp, app: App, asked: Asked): Recipients {
  const range = new AppRange(corp, app);
  const members = new Set<Member>();
  const invaliduser: string[] = [];
  const invalidparty: string[] = [];
  const invalidtag: string[] = [];
  const addVisible = (found: Iterable<Member>): void => {
    for (const member of found) if (range.sees(member)) members.add(member);
  };

  if (asked.everyone) addVisible(corp.directory.members());
  for (const userid of asked.users) {
    const member = corp.directory.member(userid);
    if (member !== undefined && range.sees(member)) members.add(member);
    else invaliduser.push(userid.toLowerCase());
  }
  for (const party of asked.parties) {
    const id = Number(party);
    if (!corp.directory.departments.has(id) || !appSeesDepartment(corp, app, id)) invalidparty.push(party);
    else for (const below of corp.directory.subtree(id)) addVisible(corp.directory.membersIn(below));
  }
  for (const name of asked.tags) {
    const tag = corp.tags.get(Number(name));
    if (tag === undefined) {
      invalidtag.push(name);
      continue;
    }
    for (const userid of tag.users) {
      const member = corp.directory.member(userid);
      if (member !== undefined) addVisible([member]);
    }
    for (const id of tag.parties) {
      for (const below of corp.directory.subtree(id)) addVisible(corp.directory.membersIn(below));
    }
  }
  return { members: [...members], invaliduser, invalidparty, invalidtag };
}

/** The visible range of an app, worked out once for a thousand recipients. */
class AppRange {
  readonly #departments = new Map<number, boolean>();
  readonly #users: ReadonlySet<string>;
  readonly #tagUsers = new Set<string>();
  readonly #tops: ReadonlySet<number>;

  constructor(
    private readonly corp: Corp,
    app: App,
  ) {
    this.#users = new Set(app.visibleUsers.map((userid) => userid.toLowerCase()));
    const tops = new Set(app.visibleDepartments);
    for (const tagid of app.visibleTags) {
      const tag = corp.tags.get(tagid);
      for (const userid of tag?.users ?? []) this.#tagUsers.add(userid);
      for (const id of tag?.parties ?? []) tops.add(id);
    }
    this.#tops = tops;
  }

  sees(member: Member): boolean {
    if (member.department.some((id) => this.#seesDepartment(id))) return true;
    const key = member.userid.toLowerCase();
    return this.#users.has(key) || this.#tagUsers.has(key);
  }

  #seesDepartment(id: number): boolean {
    const known = this.#departments.get(id);
    if (known !== undefined) return known;
    let seen = false;
    for (const up of this.corp.directory.ancestry(id)) seen ||= this.#tops.has(up);
    this.#departments.set(id, seen);
    return seen;
  }
}
