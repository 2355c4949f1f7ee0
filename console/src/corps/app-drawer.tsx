import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Drawer, Form, Input, InputNumber } from 'antd';
import { useState } from 'react';
import { addApp, type CallbackKeys, changeApp, type Corp, type CorpApp } from '../api/corps';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { showFieldProblems } from '../parts/form-problems';
import { BindingPageAddress } from './binding-page-address';
import { type CallbackChoice, CallbackFields, chosenCallback } from './callback-fields';

interface AppForm {
  readonly name: string;
  readonly agentId: number;
  readonly secret?: string;
  readonly callbackChoice: CallbackChoice;
  readonly callback?: Partial<CallbackKeys>;
}

interface AppDrawerProps {
  readonly corp: Corp;
  readonly open: boolean;
  /** Undefined: a new one. */
  readonly app: CorpApp | undefined;
  readonly onClose: () => void;
}

export function AppDrawer({ corp, open, app, onClose }: AppDrawerProps) {
  const { t } = useLanguage();
  return (
    <Drawer
      open={open}
      onClose={onClose}
      size={520}
      title={app === undefined ? t('app.add') : t('app.edit', { name: app.name })}
      destroyOnHidden
    >
      <EditApp corp={corp} app={app} onDone={onClose} />
    </Drawer>
  );
}

function EditApp({
  corp,
  app,
  onDone,
}: Pick<AppDrawerProps, 'corp' | 'app'> & { readonly onDone: () => void }) {
  const { t } = useLanguage();
  const { message } = App.useApp();
  const queryClient = useQueryClient();
  const [form] = Form.useForm<AppForm>();
  const [notice, setNotice] = useState<unknown>(null);
  const save = useMutation({
    mutationFn: (values: AppForm) => (app === undefined ? add(corp, values) : change(corp, app, values)),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['corps'] });
      message.success(t(app === undefined ? 'app.added' : 'form.saved'));
      onDone();
    },
    onError: (error) => setNotice(showFieldProblems(form, error) ? error : null),
  });
  return (
    <Form<AppForm>
      form={form}
      layout="vertical"
      {...(app === undefined ? {} : { initialValues: { name: app.name, agentId: app.agentId } })}
      onFinish={(values) => {
        setNotice(null);
        save.mutate(values);
      }}
    >
      {app === undefined && <p style={{ marginTop: 0 }}>{t('app.where')}</p>}
      <Form.Item
        name="name"
        label={t('app.name')}
        rules={[{ required: true, whitespace: true, message: t('form.required') }]}
      >
        <Input autoComplete="off" maxLength={100} />
      </Form.Item>
      <Form.Item
        name="agentId"
        label="AgentId"
        extra={t('app.agent-id.about')}
        rules={[{ required: true, message: t('form.required') }]}
      >
        <InputNumber min={0} precision={0} controls={false} style={{ width: '100%' }} placeholder="1000002" />
      </Form.Item>
      <Form.Item
        name="secret"
        label="Secret"
        extra={t(app === undefined ? 'app.secret.about' : 'app.secret.keep')}
        rules={app === undefined ? [{ required: true, whitespace: true, message: t('form.required') }] : []}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <CallbackFields
        form={form}
        name="callback"
        configured={app?.callbackConfigured ?? false}
        url={app?.callbackUrl}
        about={t('callback.app.where')}
      />
      {app?.bindUrl !== undefined && <BindingPageAddress bindUrl={app.bindUrl} />}
      {notice !== null && (
        <div className="form-notice">
          <FailureNotice error={notice} />
        </div>
      )}
      <div className="row">
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {t(app === undefined ? 'app.add.submit' : 'action.save')}
        </Button>
        <Button onClick={onDone}>{t('action.cancel')}</Button>
      </div>
    </Form>
  );
}

function add(
  corp: Corp,
  { name, agentId, secret = '', callbackChoice, callback }: AppForm,
): Promise<CorpApp> {
  const keys = chosenCallback(callbackChoice, callback);
  return addApp(corp.id, {
    name: name.trim(),
    agentId,
    secret: secret.trim(),
    ...(keys ? { callback: keys } : {}),
  });
}

function change(
  corp: Corp,
  app: CorpApp,
  { name, agentId, secret = '', callbackChoice, callback }: AppForm,
): Promise<CorpApp> {
  const keys = chosenCallback(callbackChoice, callback);
  return changeApp(corp.id, app.id, {
    ...(name.trim() === app.name ? {} : { name: name.trim() }),
    ...(agentId === app.agentId ? {} : { agentId }),
    ...(secret.trim() === '' ? {} : { secret: secret.trim() }),
    ...(keys === undefined ? {} : { callback: keys }),
  });
}
