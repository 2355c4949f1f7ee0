import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Card, Form, InputNumber } from 'antd';
import { useState } from 'react';
import { type MessageSettings, messageSettingsQuery, saveMessageSettings } from '../api/messages';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { showFieldProblems } from '../parts/form-problems';
import { QueryView } from '../parts/query-view';
import { useMay } from '../session/use-session';

/** How long what messages said is kept, and how long that they were sent. */
export default function RetentionTab() {
  const { t } = useLanguage();
  const settings = useQuery(messageSettingsQuery);
  return (
    <Card title={<h2 className="set-heading">{t('msg.retention')}</h2>}>
      <p className="set-lead">{t('msg.retention.lead')}</p>
      <QueryView query={settings}>{(data) => <RetentionForm settings={data} />}</QueryView>
    </Card>
  );
}

const mostDays = 3_650;

function RetentionForm({ settings }: { readonly settings: MessageSettings }) {
  const { t } = useLanguage();
  const { message } = App.useApp();
  const client = useQueryClient();
  const mayWrite = useMay('settings:write');
  const [form] = Form.useForm<MessageSettings>();
  const [notice, setNotice] = useState<unknown>(null);
  const save = useMutation({
    mutationFn: saveMessageSettings,
    onSuccess: (saved) => {
      client.setQueryData(messageSettingsQuery.queryKey, saved);
      message.success(t('form.saved'));
    },
    onError: (error) => setNotice(showFieldProblems(form, error) ? error : null),
  });
  return (
    <Form<MessageSettings>
      form={form}
      layout="vertical"
      className="set-section"
      initialValues={settings}
      disabled={!mayWrite}
      onFinish={(values) => {
        setNotice(null);
        save.mutate(values);
      }}
    >
      {(['contentDays', 'logDays'] as const).map((name) => (
        <Form.Item
          key={name}
          name={name}
          label={<span className="set-label">{t(`msg.retention.${name}`)}</span>}
          extra={t(`msg.retention.${name}.about`)}
          rules={[{ required: true, message: t('form.required') }]}
        >
          <InputNumber
            className="set-number"
            min={1}
            max={mostDays}
            precision={0}
            suffix={t('msg.retention.suffix')}
          />
        </Form.Item>
      ))}
      {notice !== null && (
        <div className="form-notice">
          <FailureNotice error={notice} />
        </div>
      )}
      {mayWrite && (
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {t('action.save')}
        </Button>
      )}
    </Form>
  );
}
