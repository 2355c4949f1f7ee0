import { byteCount, charCount, optionalObject, optionalText } from '../endpoints/params';
import type { Fields } from '../endpoints/endpoint';
import { Rejection } from '../errors';
import type { Settings } from '../settings';
import type { Corp } from '../state/corp';
import type { Directory, ExtAttribute, Member } from '../state/directory';

/** Each check throws the code WeCom gives; `self` is the member being updated, so that it may keep its own values. */

export function assertUserid(userid: string): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9_\-@.]{0,63}$/.test(userid)) throw new Rejection(40003);
}

export function assertMemberName(name: string): void {
  if (name.trim() === '' || charCount(name) > 64) throw new Rejection(60112);
}

export function assertMobile(directory: Directory, mobile: string, self?: Member): void {
  if (!/^\+?[0-9-]{5,32}$/.test(mobile) || mobile.length > 32) throw new Rejection(60103);
  const holder = directory.memberByMobile(mobile);
  if (holder !== undefined && holder !== self) throw new Rejection(60104);
}

export function assertEmail(directory: Directory, email: string, self?: Member): void {
  if (byteCount(email) < 6 || byteCount(email) > 64 || !/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(email)) {
    throw new Rejection(60105);
  }
  const holder = directory.memberByEmail(email);
  if (holder !== undefined && holder !== self) throw new Rejection(60106);
}

export function assertBizMail(directory: Directory, mail: string, self?: Member): void {
  if (byteCount(mail) < 6 || byteCount(mail) > 64 || !/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(mail)) {
    throw new Rejection(60143);
  }
  const holder = directory.memberByBizMail(mail);
  if (holder !== undefined && holder !== self) throw new Rejection(60145);
}

/** The plain text fields, each with its own limit and code. */
export function readTextFields(body: Fields): Partial<Member> {
  const limited = (name: string, fits: (text: string) => boolean, errcode: number): string | undefined => {
    const value = optionalText(body, name, errcode);
    if (value !== undefined && !fits(value)) throw new Rejection(errcode, name);
    return value;
  };
  limited('english_name', (text) => byteCount(text) <= 64, 301014);
  return withoutUndefined<Member>({
    alias: limited('alias', (text) => charCount(text) <= 64, 40058),
    position: limited('position', (text) => charCount(text) <= 128, 301012),
    telephone: limited('telephone', (text) => byteCount(text) <= 32 && /^[0-9+,-]*$/.test(text), 301013),
    address: limited('address', (text) => charCount(text) <= 128, 40058),
    external_position: limited('external_position', (text) => charCount(text) <= 12, 40058),
    nickname: limited('nickname', (text) => charCount(text) <= 64, 40058),
    gender: readGender(body),
  });
}

function readGender(body: Fields): '0' | '1' | '2' | undefined {
  const value = body['gender'];
  if (value === undefined || value === null) return undefined;
  const text = String(value);
  if (text === '') return '0';
  if (text === '0' || text === '1' || text === '2') return text;
  throw new Rejection(40058, 'gender');
}

export function assertDirectLeaders(
  directory: Directory,
  leaders: readonly string[],
  settings: Settings,
): void {
  if (leaders.length > settings.variants.directLeaders) throw new Rejection(60257);
  for (const userid of leaders)
    if (directory.member(userid) === undefined) throw new Rejection(60111, userid);
}

/** Attributes that no admin has defined are ignored, empty ones clear. */
export function mergeExtAttributes(
  corp: Corp,
  body: Fields,
  current: readonly ExtAttribute[],
): ExtAttribute[] | undefined {
  const extattr = optionalObject(body, 'extattr');
  if (extattr === undefined) return undefined;
  const attrs = extattr['attrs'];
  if (!Array.isArray(attrs)) throw new Rejection(40058, 'extattr.attrs');
  const merged = new Map(current.map((attribute) => [attribute.name, attribute]));
  for (const item of attrs as unknown[]) {
    if (typeof item !== 'object' || item === null) throw new Rejection(40058, 'extattr.attrs');
    const fields = item as Fields;
    const name = optionalText(fields, 'name') ?? '';
    if (!corp.extattrs.some((defined) => defined.name === name)) continue;
    const attribute = readExtAttribute(fields, name);
    if (attribute === undefined) merged.delete(name);
    else merged.set(name, attribute);
  }
  return [...merged.values()];
}

function readExtAttribute(fields: Fields, name: string): ExtAttribute | undefined {
  const web = optionalObject(fields, 'web');
  if (fields['type'] === 1) {
    const url = optionalText(web ?? {}, 'url') ?? '';
    const title = optionalText(web ?? {}, 'title') ?? '';
    if (url === '' && title === '') return undefined;
    if (charCount(title) > 12 || !/^https?:\/\//.test(url)) throw new Rejection(40058, `extattr ${name}`);
    return { type: 1, name, web: { url, title } };
  }
  if (fields['type'] !== undefined && fields['type'] !== 0) throw new Rejection(40058, `extattr ${name}`);
  // Older callers send the value beside the name.
  const value = optionalText(optionalObject(fields, 'text') ?? fields, 'value') ?? '';
  if (charCount(value) > 64) throw new Rejection(40058, `extattr ${name}`);
  return value === '' ? undefined : { type: 0, name, text: { value } };
}

export function readExternalProfile(corp: Corp, body: Fields): Fields | undefined {
  const profile = optionalObject(body, 'external_profile');
  if (profile === undefined) return undefined;
  const corpName = optionalText(profile, 'external_corp_name');
  if (corpName !== undefined && corpName !== '' && !corp.certifiedNames.includes(corpName))
    throw new Rejection(41036);
  const attributes = profile['external_attr'];
  if (attributes === undefined) return profile;
  if (!Array.isArray(attributes)) throw new Rejection(90106);
  return {
    ...profile,
    external_attr: (attributes as unknown[]).filter((one) => isKeptExternalAttribute(one)),
  };
}

function isKeptExternalAttribute(attribute: unknown): boolean {
  if (typeof attribute !== 'object' || attribute === null) throw new Rejection(90106);
  const fields = attribute as Fields;
  const part = (name: string): Fields => optionalObject(fields, name, 90106) ?? {};
  const text = (from: Fields, name: string, errcode: number): string =>
    optionalText(from, name, errcode) ?? '';
  if (text(fields, 'name', 90106) === '') throw new Rejection(90106);
  switch (fields['type']) {
    case 0: {
      const value = text(part('text'), 'value', 90101);
      if (charCount(value) > 12) throw new Rejection(90101);
      return value !== '';
    }
    case 1: {
      const url = text(part('web'), 'url', 90103);
      const title = text(part('web'), 'title', 90102);
      if (url === '' && title === '') return false;
      if (title === '' || charCount(title) > 12) throw new Rejection(90102);
      if (!/^https?:\/\//.test(url)) throw new Rejection(90103);
      return true;
    }
    case 2: {
      const appid = text(part('miniprogram'), 'appid', 90106);
      const title = text(part('miniprogram'), 'title', 90104);
      const pagepath = text(part('miniprogram'), 'pagepath', 90105);
      if (appid === '' && title === '' && pagepath === '') return false;
      if (charCount(title) > 12) throw new Rejection(90104);
      if (pagepath === '') throw new Rejection(90105);
      return true;
    }
    default:
      throw new Rejection(90100);
  }
}

export function withoutUndefined<T extends object>(fields: Partial<T>): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}
