import type { FieldMapping, PushSettings } from '../settings';
import { compileExpression, type ExpressionValue } from '../expression';
import type { MemberValues, SnapshotMember, SourceUser } from './snapshot';

/** Null where the OA says nothing. */
export function oaValue(user: SourceUser, field: string): string | null {
  switch (field) {
    case 'id':
    case 'loginId':
    case 'jobNumber':
    case 'name':
    case 'mobile':
    case 'email':
    case 'position':
    case 'telephone':
      return user[field];
    case 'gender':
      return user.gender === null ? null : wecomGender[user.gender];
    default: {
      const name = field.startsWith('custom.') ? field.slice('custom.'.length) : field;
      return Object.hasOwn(user.custom, name) ? (user.custom[name] ?? null) : null;
    }
  }
}

const wecomGender = { male: '1', female: '2' } as const;

/** WeCom has its own spelling of mobiles, and tells neither userids nor mail addresses apart by case. */
export function comparable(field: string, value: string): string {
  switch (field) {
    case 'mobile':
      return value.replace(/[\s-]/g, '').replace(/^\+86/, '');
    case 'userid':
    case 'direct_leader':
    case 'email':
      return value.trim().toLowerCase();
    default:
      return value;
  }
}

export function sameValue(field: string, one: string, other: string): boolean {
  return comparable(field, one) === comparable(field, other);
}

/** As WeCom shows it now, else as the bridge wrote it last. */
export function knownValue(
  member: Pick<SnapshotMember, 'seen' | 'written'>,
  field: string,
): string | undefined {
  return member.seen[field] ?? member.written[field];
}

/** The same for every field of which anything is known. */
export function knownValues({ seen, written }: Pick<SnapshotMember, 'seen' | 'written'>): MemberValues {
  return { ...written, ...seen };
}

/** Without them nobody can sign in or be told from others. */
const neverCleared: ReadonlySet<string> = new Set(['name', 'mobile', 'email']);

export type WantedValues = {
  /** By WeCom's field names; `""` clears, a field not named is left alone. */
  readonly values: Map<string, string>;
  /** Expressions that had no answer for this user; their fields are left alone. */
  readonly failed: readonly { readonly field: string; readonly message: string }[];
};

type Mappings = Pick<PushSettings, 'fieldMapping' | 'externalMapping'>;
type Reader = { readonly field: string; readonly read: (user: SourceUser) => ExpressionValue };

/** What the OA wants of a user, by the settings; their expressions are compiled once for all users. */
export function valueReader({ fieldMapping, externalMapping }: Mappings): (user: SourceUser) => WantedValues {
  const readers: Reader[] = [
    ...fieldMapping.map((mapping) => ({ field: mapping.to, read: sourceReader(mapping) })),
    ...externalMapping.map((mapping) => ({ field: externalField(mapping.to), read: sourceReader(mapping) })),
  ];
  return (user) => {
    const values = new Map<string, string>();
    const failed: { field: string; message: string }[] = [];
    const want = (field: string, value: string | null): void => {
      if (value === null) return;
      const trimmed = value.trim();
      if (trimmed !== '' || !neverCleared.has(field)) values.set(field, toWecom(field, trimmed));
    };
    want('name', user.name);
    want('mobile', user.mobile);
    want('email', user.email);
    for (const { field, read } of readers) {
      const found = read(user);
      if (found.ok) want(field, found.value);
      else failed.push({ field, message: found.error.message });
    }
    return { values, failed };
  };
}

/** The first mapping whose expression nobody could evaluate. */
export function invalidMapping({ fieldMapping, externalMapping }: Mappings) {
  for (const { to, from } of [...fieldMapping, ...externalMapping]) {
    if (typeof from === 'string') continue;
    const compiled = compileExpression(from.expression);
    if (!compiled.ok) return { field: to, message: compiled.error.message };
  }
  return undefined;
}

function sourceReader({ from }: FieldMapping): (user: SourceUser) => ExpressionValue {
  if (typeof from === 'string') return (user) => ({ ok: true, value: oaValue(user, from) });
  const compiled = compileExpression(from.expression);
  return compiled.ok ? compiled.evaluate : () => compiled;
}

/** The position shown to outsiders is a field of its own in WeCom, beside the outer profile. */
function externalField(to: string): string {
  return to === 'external_position' ? to : `external.${to}`;
}

/** An expression gives the OA's word for a gender, or WeCom's. */
function toWecom(field: string, value: string): string {
  if (field !== 'gender') return value;
  return value === 'male' ? wecomGender.male : value === 'female' ? wecomGender.female : value;
}
