import { Alert, Form } from 'antd';
import { useLanguage } from '../language/use-language';
import { MemberPicker } from './people-pickers';
import { Section } from './section';
import { ChoiceField, CustomField, nameOf, NumberField, SwitchField } from './setting-fields';

export function ApprovalSection({ corpId }: { readonly corpId: string }) {
  const { t } = useLanguage();
  const approvers = Form.useWatch<readonly string[] | undefined>(nameOf('push.approval.approvers')) ?? [];
  const own = Form.useWatch<boolean | undefined>(nameOf('push.approval.requesterMayApprove'));
  return (
    <Section name="approval">
      <ChoiceField
        path="push.approval.required"
        values={['over-limit', 'always', 'never']}
        recommended="over-limit"
      />
      <CustomField path="push.approval.approvers">
        <MemberPicker corpId={corpId} />
      </CustomField>
      <SwitchField path="push.approval.requesterMayApprove">
        {own === false && approvers.length === 1 && (
          <Alert
            type="warning"
            showIcon
            className="set-consequence"
            title={t('set.push.approval.requesterMayApprove.alone')}
          />
        )}
      </SwitchField>
      <div className="set-gap" />
      <NumberField
        path="push.approval.timeoutHours"
        suffix={t('set.push.approval.timeoutHours.suffix')}
        min={1}
        max={8_760}
      />
    </Section>
  );
}
