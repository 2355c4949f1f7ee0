import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Card, Form, Radio, Select } from 'antd';
import { useState } from 'react';
import { type Corp, type DirectorySettings, saveSettings, settingsQuery } from '../api/corps';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { showFieldProblems } from '../parts/form-problems';
import { QueryView } from '../parts/query-view';
import { TimeAgo } from '../parts/time';
import { useMay } from '../session/use-session';

interface SettingsForm {
  readonly access: 'read-only' | 'read-write';
  readonly appId?: string;
  readonly timezone: string;
}

export default function SettingsTab({ corp }: { readonly corp: Corp }) {
  const { t } = useLanguage();
  const settings = useQuery(settingsQuery(corp.id));
  return (
    <QueryView query={settings}>
      {(saved) => (
        <div className="two-columns">
          <Card
            title={t('settings.title')}
            extra={
              <span className="quiet small">
                {saved.version === 0
                  ? t('settings.defaults')
                  : t('settings.version', { version: saved.version })}
                {saved.savedAt !== null && (
                  <>
                    {' · '}
                    <TimeAgo at={saved.savedAt} />
                  </>
                )}
              </span>
            }
          >
            {/* A fresh form for each version, so that it never holds values of an older one. */}
            <EditSettings key={saved.version} corp={corp} saved={saved} />
          </Card>
          <Card title={t('settings.document')}>
            <p className="quiet" style={{ marginTop: 0 }}>
              {t('settings.document.about')}
            </p>
            <pre className="raw-json mono" tabIndex={0} aria-label={t('settings.document')}>
              {JSON.stringify(saved, null, 2)}
            </pre>
          </Card>
        </div>
      )}
    </QueryView>
  );
}

function EditSettings({ corp, saved }: { readonly corp: Corp; readonly saved: DirectorySettings }) {
  const { t } = useLanguage();
  const { message } = App.useApp();
  const queryClient = useQueryClient();
  const mayWrite = useMay('settings:write');
  const [form] = Form.useForm<SettingsForm>();
  const [notice, setNotice] = useState<unknown>(null);
  const save = useMutation({
    mutationFn: ({ access, appId, timezone }: SettingsForm) =>
      saveSettings(corp.id, { ...saved, access, appId: appId ?? null, timezone }),
    onSuccess: async (next) => {
      message.success(t('settings.saved', { version: next.version }));
      queryClient.setQueryData(settingsQuery(corp.id).queryKey, next);
      await queryClient.invalidateQueries({ queryKey: ['corps'], exact: true });
      await queryClient.invalidateQueries({ queryKey: ['corps', corp.id], exact: true });
    },
    onError: (error) => setNotice(showFieldProblems(form, error) ? error : null),
  });
  return (
    <Form<SettingsForm>
      form={form}
      layout="vertical"
      disabled={!mayWrite}
      initialValues={{
        access: saved.access,
        timezone: saved.timezone,
        ...(saved.appId === null ? {} : { appId: saved.appId }),
      }}
      onFinish={(values) => {
        setNotice(null);
        save.mutate(values);
      }}
    >
      <Form.Item name="access" label={t('settings.access')} extra={t('settings.access.about')}>
        <Radio.Group
          options={(['read-only', 'read-write'] as const).map((value) => ({
            value,
            label: t(`access.${value}`),
          }))}
        />
      </Form.Item>
      <Form.Item name="appId" label={t('settings.app')} extra={t('settings.app.about')}>
        <Select
          allowClear
          placeholder={t('settings.app.first')}
          options={corp.apps.map(({ id, name, agentId }) => ({ value: id, label: `${name} (${agentId})` }))}
          notFoundContent={t('corp.apps.none')}
        />
      </Form.Item>
      <Form.Item
        name="timezone"
        label={t('settings.timezone')}
        rules={[{ required: true, message: t('form.required') }]}
      >
        <Select
          showSearch
          options={Intl.supportedValuesOf('timeZone').map((zone) => ({ value: zone, label: zone }))}
        />
      </Form.Item>
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
