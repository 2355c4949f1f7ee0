import { Form } from 'antd';
import { useLanguage } from '../language/use-language';
import { useFieldNames } from './field-names';
import { FieldSelect } from './field-select';
import { matchedFields } from './field-names';
import { OaFieldInput } from './members-section';
import { Section } from './section';
import { CustomField, type InputProps, nameOf, SwitchField } from './setting-fields';

export function PullSection() {
  const { t } = useLanguage();
  const links = Form.useWatch<boolean | undefined>(nameOf('pull.linkNewMembers.enabled'));
  const master = Form.useWatch<string | undefined>('master');
  const syncs = Form.useWatch<boolean | undefined>(nameOf('pull.syncToOa'));
  return (
    <Section name="pull">
      <SwitchField path="pull.linkNewMembers.enabled" />
      {links === true && (
        <div className="set-pair">
          <CustomField path="pull.linkNewMembers.wecomField" required>
            <WecomFieldInput label={t('set.pull.linkNewMembers.wecomField')} />
          </CustomField>
          <CustomField path="pull.linkNewMembers.oaField" required>
            <OaFieldInput label={t('set.pull.linkNewMembers.oaField')} />
          </CustomField>
        </div>
      )}
      {(master === 'wecom' || syncs === true) && <SwitchField path="pull.syncToOa" />}
    </Section>
  );
}

function WecomFieldInput({ id, value, onChange, label }: InputProps<string> & { readonly label: string }) {
  const names = useFieldNames();
  return (
    <FieldSelect
      {...(id === undefined ? {} : { id })}
      label={label}
      value={value}
      fields={matchedFields}
      nameOf={(field) => names.wecom(field)}
      typed={(words) => (words.startsWith('extattr.') ? words : `extattr.${words}`)}
      onChange={(field) => onChange?.(field)}
    />
  );
}
