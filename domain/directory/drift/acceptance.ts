import type { FieldMapping, PushSettings } from '../settings';
import { departmentsField, enabledField, existenceField } from './judge';

/** Into which field of the OA a changed field of a member goes, by the mapping read the other way round. */
export type AcceptedField =
  | { readonly kind: 'field'; readonly oaField: string }
  | { readonly kind: 'departments' }
  | { readonly kind: 'departed' }
  | { readonly kind: 'none'; readonly because: AcceptObstacle };

export type AcceptObstacle =
  /** What the expression made of the OA's value can't be taken apart again. */
  | 'expression'
  /** No field of the OA has a say in it. */
  | 'not-mapped'
  /** The OA's own keys. */
  | 'oa-key'
  /** Disabled in WeCom is not departed in the OA. */
  | 'status'
  | 'superior';

type Mappings = Pick<PushSettings, 'fieldMapping'>;

/** Of an OA user, without asking the OA. */
const alwaysMapped = new Set(['name', 'mobile', 'email']);
const writable = new Set(['name', 'mobile', 'email', 'gender', 'position', 'telephone', 'jobNumber']);

export function acceptedOaField(field: string, { fieldMapping }: Mappings): AcceptedField {
  const none = (because: AcceptObstacle): AcceptedField => ({ kind: 'none', because });
  if (field === departmentsField) return { kind: 'departments' };
  if (field === existenceField) return { kind: 'departed' };
  if (field === enabledField) return none('status');
  if (field === 'direct_leader') return none('superior');
  const mapping: FieldMapping | undefined = fieldMapping.find(({ to }) => to === field);
  if (mapping === undefined) {
    return alwaysMapped.has(field) ? { kind: 'field', oaField: field } : none('not-mapped');
  }
  const { from } = mapping;
  if (typeof from !== 'string') return none('expression');
  if (writable.has(from) || from.startsWith('custom.')) return { kind: 'field', oaField: from };
  if (from === 'id' || from === 'loginId') return none('oa-key');
  // The name of a custom field may stand for itself.
  return { kind: 'field', oaField: `custom.${from}` };
}
