import type { FieldMapping, PushSettings } from '../settings';
import type { SnapshotMember, SourceUser, ValueRules } from './snapshot';

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

/** Without them nobody can sign in or be told from others. */
const neverCleared: ReadonlySet<string> = new Set(['name', 'mobile', 'email']);

/** What the OA wants, by WeCom's field names; `""` clears, a field not named is left alone. */
export function wantedValues(
  user: SourceUser,
  settings: Pick<PushSettings, 'fieldMapping' | 'externalMapping'>,
  { evaluate }: Pick<ValueRules, 'evaluate'>,
): ReadonlyMap<string, string> {
  const wanted = new Map<string, string>();
  const want = (field: string, value: string | null): void => {
    if (value === null) return;
    if (value.trim() === '' && neverCleared.has(field)) return;
    wanted.set(field, value.trim());
  };
  const read = ({ from }: FieldMapping): string | null =>
    typeof from === 'string' ? oaValue(user, from) : evaluate(from.expression, user);

  want('name', user.name);
  want('mobile', user.mobile);
  want('email', user.email);
  for (const mapping of settings.fieldMapping) want(mapping.to, read(mapping));
  for (const mapping of settings.externalMapping) want(`external.${mapping.to}`, read(mapping));
  return wanted;
}
