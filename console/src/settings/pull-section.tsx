import { Alert, Button, Form } from 'antd';
import { useState } from 'react';
import { useLanguage } from '../language/use-language';
import { scrolling } from '../parts/motion';
import { matchedFields, useFieldNames } from './field-names';
import { FieldSelect } from './field-select';
import { MappingEditor } from './mapping-editor';
import { MasterDialog } from './master-dialog';
import { OaFieldInput } from './members-section';
import { ScheduleEditor } from './schedule-editor';
import { Section, sectionId } from './section';
import { CustomField, type InputProps, nameOf, SwitchField } from './setting-fields';
import { SyncSwitch } from './sync-switch';

interface PullSectionProps {
  readonly corpId: string;
  readonly disabled: boolean;
}

export function PullSection({ corpId, disabled }: PullSectionProps) {
  const { t } = useLanguage();
  const form = Form.useFormInstance();
  const links = Form.useWatch<boolean | undefined>(nameOf('pull.linkNewMembers.enabled'));
  const timezone = Form.useWatch<string | undefined>('timezone') ?? 'Asia/Shanghai';
  const master = Form.useWatch<string | undefined>('master');
  const syncs = Form.useWatch<boolean | undefined>(nameOf('pull.syncToOa'));
  const [asking, setAsking] = useState(false);
  const both = syncs === true && master === 'oa';
  const setSync = (on: boolean) => form.setFieldValue(nameOf('pull.syncToOa'), on);
  return (
    <Section name="pull">
      <SwitchField path="pull.linkNewMembers.enabled" />
      {links === true && (
        <>
          <div className="set-pair">
            <CustomField path="pull.linkNewMembers.wecomField" required>
              <WecomFieldInput label={t('set.pull.linkNewMembers.wecomField')} />
            </CustomField>
            <CustomField path="pull.linkNewMembers.oaField" required>
              <OaFieldInput label={t('set.pull.linkNewMembers.oaField')} />
            </CustomField>
          </div>
          <p className="set-about small">
            {t('set.pull.linkNewMembers.shared')}{' '}
            <button
              type="button"
              className="link-button"
              onClick={() =>
                document.getElementById(sectionId('members'))?.scrollIntoView({ behavior: scrolling })
              }
            >
              {t('set.pull.linkNewMembers.go')}
            </button>
          </p>
        </>
      )}
      <CustomField path="pull.schedule">
        <ScheduleEditor label={t('set.pull.schedule')} timezone={timezone} disabled={disabled} />
      </CustomField>
      <div className="set-row">
        <div className="set-row-words">
          <div className="set-label">{t('set.pull.syncToOa')}</div>
          <div className="set-about">{t('set.pull.syncToOa.about')}</div>
          {syncs === true && !both && <div className="set-about small">{t('set.pull.syncToOa.loses')}</div>}
          {both && (
            <Alert
              type="error"
              showIcon
              role="alert"
              title={t('set.pull.syncToOa.refused')}
              action={
                !disabled && (
                  <Button size="small" onClick={() => setSync(false)}>
                    {t('set.pull.syncToOa.switch-off')}
                  </Button>
                )
              }
            />
          )}
        </div>
        <Form.Item
          name={nameOf('pull.syncToOa')}
          valuePropName="checked"
          className="set-row-control"
          dependencies={['master']}
          rules={[
            ({ getFieldValue }) => ({
              validator: (_, on: boolean | undefined) =>
                on === true && getFieldValue('master') === 'oa'
                  ? Promise.reject(new Error(' '))
                  : Promise.resolve(),
            }),
          ]}
        >
          <SyncSwitch onAsk={() => setAsking(true)} />
        </Form.Item>
      </div>
      {syncs === true && (
        <CustomField path="pull.fieldMapping">
          <MappingEditor kind="to-oa" corpId={corpId} disabled={disabled} />
        </CustomField>
      )}
      {asking && (
        <MasterDialog
          now={master === 'wecom' ? 'wecom' : 'oa'}
          onClose={() => setAsking(false)}
          onChosen={(chosen) => {
            setAsking(false);
            form.setFieldValue('master', chosen);
            setSync(chosen === 'wecom');
          }}
        />
      )}
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
