import { Form } from 'antd';
import { useLanguage } from '../language/use-language';
import { ScheduleEditor } from './schedule-editor';
import { SchedulesInForce } from './schedules-card';
import { Section } from './section';
import { CustomField, nameOf } from './setting-fields';
import { WindowsEditor } from './windows-editor';

interface SchedulesSectionProps {
  readonly corpId: string;
  readonly disabled: boolean;
}

export function SchedulesSection({ corpId, disabled }: SchedulesSectionProps) {
  const { t } = useLanguage();
  const timezone = Form.useWatch<string | undefined>('timezone') ?? 'Asia/Shanghai';
  return (
    <Section name="schedules">
      <CustomField path="push.schedule">
        <ScheduleEditor label={t('set.push.schedule')} timezone={timezone} disabled={disabled} />
      </CustomField>
      <Form.Item
        name={nameOf('maintenanceWindows')}
        label={<span className="set-label">{t('set.maintenanceWindows')}</span>}
        extra={t('set.maintenanceWindows.about', { timezone })}
      >
        <WindowsEditor disabled={disabled} />
      </Form.Item>
      <SchedulesInForce corpId={corpId} />
    </Section>
  );
}
