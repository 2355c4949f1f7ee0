import { Alert, Form } from 'antd';
import { useLanguage } from '../language/use-language';
import { ClockInput } from './clock-input';
import { Section } from './section';
import {
  ChoiceField,
  CustomField,
  type InputProps,
  nameOf,
  NumberField,
  SwitchField,
  TextField,
} from './setting-fields';

export function DepartedSection() {
  const { t } = useLanguage();
  const action = Form.useWatch<string | undefined>(nameOf('push.departed.action'));
  const days = Form.useWatch<number | null | undefined>(nameOf('push.departed.deleteAfterDays')) ?? 0;
  const moves = Form.useWatch<boolean | undefined>(nameOf('push.departed.moveToDepartment.enabled'));
  return (
    <Section name="departed">
      <ChoiceField path="push.departed.action" values={['disable', 'delete']} recommended="disable" />
      {action !== 'delete' && (
        <>
          <NumberField
            path="push.departed.deleteAfterDays"
            suffix={t('set.push.departed.deleteAfterDays.suffix')}
            max={3_650}
            empty={t('set.unset')}
          >
            {days > 0 && Number.isInteger(days) && (
              <Alert
                type="error"
                showIcon
                className="set-consequence"
                title={t('set.push.departed.deleteAfterDays.danger', { days })}
              />
            )}
          </NumberField>
          {days > 0 && (
            <>
              <CustomField path="push.departed.deletionTime" required>
                <TimeOfDay />
              </CustomField>
              <SwitchField path="push.departed.holdForHandOver" />
            </>
          )}
          <SwitchField path="push.departed.moveToDepartment.enabled" />
          {moves === true && <TextField path="push.departed.moveToDepartment.name" />}
        </>
      )}
      <SwitchField path="push.departed.immediate" />
    </Section>
  );
}

function TimeOfDay({ value = '', onChange }: InputProps<string>) {
  const { t } = useLanguage();
  return (
    <ClockInput
      label={t('set.push.departed.deletionTime')}
      value={value}
      onChange={(time) => onChange?.(time)}
    />
  );
}
