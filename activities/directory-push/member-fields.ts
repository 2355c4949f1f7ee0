import { parseAttribute } from '../../domain/directory/attribute-value';
import type { ExtAttr, ExternalAttr, ExternalProfile, Gender, Member, MemberFields } from '../../wecom';
import { sameUserId } from '../../wecom';

type Values = Readonly<Record<string, string>>;

const textFields = {
  name: 'name',
  alias: 'alias',
  mobile: 'mobile',
  email: 'email',
  biz_mail: 'bizMail',
  position: 'position',
  telephone: 'telephone',
  address: 'address',
  external_position: 'externalPosition',
} as const satisfies Readonly<Record<string, keyof MemberFields>>;

const genders: Readonly<Record<string, Gender>> = { '1': 'male', '2': 'female' };

const extAttrPrefix = 'extattr.';
const externalPrefix = 'external.';
const externalCorpName = 'external_corp_name';

/** Values by WeCom's own names, as the client wants them. `externalBefore`: WeCom replaces that profile as a whole. */
export function memberFields(values: Values, externalBefore: Values = {}): MemberFields {
  const gender = genders[values['gender'] ?? ''];
  const superior = values['direct_leader'];
  const extAttrs = Object.entries(values)
    .filter(([field]) => field.startsWith(extAttrPrefix))
    .map(([field, value]) => extAttr(field.slice(extAttrPrefix.length), value));
  const writesExternal = Object.keys(values).some((field) => field.startsWith(externalPrefix));
  return {
    ...textsOf(values),
    ...(gender === undefined ? {} : { gender }),
    ...(superior === undefined ? {} : { directLeaders: superior === '' ? [] : [superior] }),
    ...(extAttrs.length === 0 ? {} : { extAttrs }),
    ...(writesExternal ? { externalProfile: externalProfile({ ...externalBefore, ...values }) } : {}),
  };
}

function textsOf(values: Values): MemberFields {
  return Object.fromEntries(
    Object.entries(textFields).flatMap(([field, key]) =>
      values[field] === undefined ? [] : [[key, values[field]]],
    ),
  );
}

function extAttr(name: string, text: string): ExtAttr {
  const parsed = parseAttribute(name, text);
  // A text attribute may hold an address; only one that is written as a link is one.
  return parsed.type === 'web' && text.startsWith('[')
    ? { name, ...parsed }
    : { type: 'text', name, value: text };
}

function externalProfile(values: Values): ExternalProfile {
  const attrs: ExternalAttr[] = [];
  let corpName: string | undefined;
  for (const [field, text] of Object.entries(values)) {
    if (!field.startsWith(externalPrefix)) continue;
    const name = field.slice(externalPrefix.length);
    if (name === externalCorpName) corpName = text;
    else if (text !== '') attrs.push({ name, ...parseAttribute(name, text) });
  }
  return { ...(corpName === undefined ? {} : { corpName }), attrs };
}

/** False also where a field can't be read: then nobody knows. */
export function showsValues(member: Member, values: Values): boolean {
  return Object.entries(values).every(([field, value]) => shows(member, field, value));
}

function shows(member: Member, field: string, value: string): boolean {
  if (field === 'gender') return member.gender !== undefined && member.gender === genders[value];
  if (field === 'direct_leader') {
    const [leader = ''] = member.directLeaders;
    return sameUserId(leader, value);
  }
  if (field.startsWith(extAttrPrefix)) {
    const wanted = extAttr(field.slice(extAttrPrefix.length), value);
    const seen = member.extAttrs.find(({ name }) => name === wanted.name);
    return value === '' ? seen === undefined : sameAttribute(seen, wanted);
  }
  if (field.startsWith(externalPrefix)) {
    const name = field.slice(externalPrefix.length);
    if (name === externalCorpName) return member.externalProfile?.corpName === value;
    const seen = member.externalProfile?.attrs.find((attr) => attr.name === name);
    return value === '' ? seen === undefined : sameAttribute(seen, { name, ...parseAttribute(name, value) });
  }
  const key = textFields[field as keyof typeof textFields];
  return member[key] === value;
}

function sameAttribute(one: ExternalAttr | undefined, other: ExternalAttr): boolean {
  if (one === undefined || one.type !== other.type) return false;
  return Object.entries(other).every(([key, value]) => one[key as keyof ExternalAttr] === value);
}
