import { Alert, Form } from 'antd';
import { useLanguage } from '../language/use-language';
import { OaScopePicker } from './oa-scope-picker';
import { OaPeoplePicker } from './people-pickers';
import { Section } from './section';
import { ChoiceField, CustomField, type InputProps, nameOf } from './setting-fields';

const subcompanies = nameOf('push.scope.subcompanies');
const departments = nameOf('push.scope.departments');

export function ScopeSection() {
  const { t } = useLanguage();
  const excluded = Form.useWatch<readonly string[] | undefined>(nameOf('push.scope.excludeUsers')) ?? [];
  return (
    <Section name="scope">
      <CustomField path="push.scope.departments">
        <ChosenNodesInput />
      </CustomField>
      {/* Holds the other half of the tree's choice, and shows what the API says of it. */}
      <Form.Item name={subcompanies} className="set-only-errors">
        <span />
      </Form.Item>
      <CustomField path="push.scope.includeUsers">
        <OaPeoplePicker />
      </CustomField>
      <CustomField path="push.scope.excludeUsers">
        <OaPeoplePicker />
      </CustomField>
      {excluded.length > 0 && (
        <Alert
          type="warning"
          showIcon
          className="set-consequence"
          title={t('set.push.scope.excludeUsers.danger')}
        />
      )}
      <ChoiceField path="push.scope.outOfScope" values={['depart', 'keep', 'delete']} recommended="depart" />
    </Section>
  );
}

/** The document keeps subcompanies and departments apart; people choose both in one tree. */
function ChosenNodesInput({ id, value = [], onChange }: InputProps<readonly string[]>) {
  const form = Form.useFormInstance();
  const chosenSubcompanies = Form.useWatch<readonly string[] | undefined>(subcompanies) ?? [];
  return (
    <OaScopePicker
      {...(id === undefined ? {} : { id })}
      value={{ subcompanies: chosenSubcompanies, departments: value }}
      onChange={(chosen) => {
        form.setFields([
          { name: subcompanies, value: chosen.subcompanies, errors: [] },
          { name: departments, errors: [] },
        ]);
        onChange?.(chosen.departments);
      }}
    />
  );
}
