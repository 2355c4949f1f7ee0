import { DeleteOutlined, EditOutlined, PlusOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Card, Empty } from 'antd';
import { useState } from 'react';
import { type Corp, type CorpApp, removeApp } from '../api/corps';
import { useLanguage } from '../language/use-language';
import { CopyField } from '../parts/copy-field';
import { Facts } from '../parts/facts';
import { describeFailure } from '../parts/failure-notice';
import { Mark } from '../parts/mark';
import { TimeAgo } from '../parts/time';
import { useMay } from '../session/use-session';
import { AppDrawer } from './app-drawer';

export function AppsTab({ corp }: { readonly corp: Corp }) {
  const { t } = useLanguage();
  const mayWrite = useMay('corps:write');
  const [form, setForm] = useState<{ readonly app: CorpApp | undefined } | undefined>();
  const add = mayWrite && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setForm({ app: undefined })}>
      {t('app.add')}
    </Button>
  );
  return (
    <div className="stack">
      <div className="spread">
        <span className="quiet">{t('app.about')}</span>
        {corp.apps.length > 0 && add}
      </div>
      {corp.apps.length === 0 && (
        <Card>
          <Empty description={t('app.empty')}>{add}</Empty>
        </Card>
      )}
      {corp.apps.map((app) => (
        <AppCard key={app.id} corp={corp} app={app} onEdit={() => setForm({ app })} />
      ))}
      <AppDrawer corp={corp} open={form !== undefined} app={form?.app} onClose={() => setForm(undefined)} />
    </div>
  );
}

interface AppCardProps {
  readonly corp: Corp;
  readonly app: CorpApp;
  readonly onEdit: () => void;
}

function AppCard({ corp, app, onEdit }: AppCardProps) {
  const { t } = useLanguage();
  const { modal, message } = App.useApp();
  const queryClient = useQueryClient();
  const mayWrite = useMay('corps:write');
  const remove = useMutation({
    mutationFn: () => removeApp(corp.id, app.id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['corps'] }),
    onError: (error) => message.error(describeFailure(error, t).title),
  });

  function confirmRemoval() {
    modal.confirm({
      title: t('app.remove.title', { name: app.name }),
      content: t('app.remove.about'),
      okText: t('app.remove'),
      okButtonProps: { danger: true },
      cancelText: t('action.cancel'),
      onOk: () => remove.mutate(),
    });
  }

  return (
    <Card
      title={app.name}
      extra={
        mayWrite && (
          <span className="row">
            <Button icon={<EditOutlined />} onClick={onEdit}>
              {t('action.edit')}
            </Button>
            <Button
              danger
              icon={<DeleteOutlined />}
              aria-label={t('app.remove.what', { name: app.name })}
              loading={remove.isPending}
              onClick={confirmRemoval}
            />
          </span>
        )
      }
    >
      <Facts
        items={[
          ['AgentId', <span className="mono">{app.agentId}</span>],
          [t('app.secret'), <Mark tone="good">{t('secret.stored')}</Mark>],
          [
            t('callback.title'),
            app.callbackConfigured ? (
              <Mark tone="good">{t('callback.set')}</Mark>
            ) : (
              <Mark tone="quiet">{t('callback.unset')}</Mark>
            ),
          ],
          [t('callback.url'), <CopyField value={app.callbackUrl} label={t('callback.url')} />],
          app.bindUrl !== undefined && [
            t('app.bind'),
            <CopyField value={app.bindUrl} label={t('app.bind')} />,
          ],
          [t('app.changed'), <TimeAgo at={app.updatedAt} />],
        ]}
      />
    </Card>
  );
}
