import type { FormInstance } from 'antd';
import type { MatchRule, SettingsDocument } from '../api/settings';

/** What somebody has just edited. */
export interface EditedPart {
  readonly push?: { readonly match?: readonly MatchRule[] };
  readonly pull?: { readonly linkNewMembers?: Partial<SettingsDocument['pull']['linkNewMembers']> };
}

const list = ['push', 'match'] as ['push', 'match'];

/** There is one list of match fields: its first pair is what a pull links new members by. */
export function keepOneMatchList(form: FormInstance<SettingsDocument>, { push, pull }: EditedPart): void {
  const first = push?.match?.[0];
  if (first !== undefined) {
    form.setFieldValue(['pull', 'linkNewMembers', 'wecomField'], first.wecomField);
    form.setFieldValue(['pull', 'linkNewMembers', 'oaField'], first.oaField);
  }
  const { wecomField, oaField } = pull?.linkNewMembers ?? {};
  if (wecomField === undefined && oaField === undefined) return;
  const [pair, ...others] = form.getFieldValue(list) as readonly MatchRule[];
  if (pair === undefined) return;
  form.setFieldValue(list, [
    {
      ...pair,
      ...(wecomField === undefined ? {} : { wecomField }),
      ...(oaField === undefined ? {} : { oaField }),
    },
    ...others,
  ]);
}
