import { Form } from 'antd';
import { Link } from 'react-router';
import { useLanguage } from '../language/use-language';
import { useFieldNames, useOaFields } from './field-names';
import { FieldSelect } from './field-select';
import { MatchEditor } from './match-editor';
import { Section } from './section';
import { CustomField, type InputProps, nameOf, SwitchField } from './setting-fields';

interface MembersSectionProps {
  readonly corpId: string;
  readonly disabled: boolean;
}

export function MembersSection({ corpId, disabled }: MembersSectionProps) {
  const { t } = useLanguage();
  const creates = Form.useWatch<boolean | undefined>(nameOf('push.createUsers'));
  return (
    <Section name="members">
      <SwitchField path="push.createUsers" />
      {creates !== false && (
        <>
          <SwitchField path="push.inviteUsers" />
          <CustomField path="push.userIdFrom" required>
            <OaFieldInput label={t('set.push.userIdFrom')} />
          </CustomField>
        </>
      )}
      <CustomField path="push.match">
        <MatchEditor corpId={corpId} disabled={disabled} />
      </CustomField>
      <p className="set-after">
        <Link to="?view=fields">{t('set.fields.open')}</Link>
      </p>
    </Section>
  );
}

export function OaFieldInput({
  id,
  value,
  onChange,
  label,
}: InputProps<string> & { readonly label: string }) {
  const names = useFieldNames();
  const fields = useOaFields();
  return (
    <FieldSelect
      {...(id === undefined ? {} : { id })}
      label={label}
      value={value}
      fields={fields}
      nameOf={(field) => names.oa(field)}
      typed={(words) => (words.startsWith('custom.') ? words : `custom.${words}`)}
      onChange={(field) => onChange?.(field)}
    />
  );
}
