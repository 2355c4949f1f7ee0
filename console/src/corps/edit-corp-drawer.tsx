import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Drawer, Form, Input, InputNumber, Radio, Select } from 'antd';
import { useState } from 'react';
import {
  type CallbackKeys,
  changeCorp,
  type Corp,
  type CorpChange,
  type CorpKind,
  corpKinds,
} from '../api/corps';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { showFieldProblems } from '../parts/form-problems';
import { type CallbackChoice, CallbackFields, chosenCallback } from './callback-fields';

interface EditForm {
  readonly name: string;
  readonly kind: CorpKind;
  readonly apiBaseUrl: string;
  readonly accountLimit: number | null;
  readonly secretChoice: 'keep' | 'set' | 'clear';
  readonly contactsSecret?: string;
  readonly callbackChoice: CallbackChoice;
  readonly contactsCallback?: Partial<CallbackKeys>;
}

interface EditCorpDrawerProps {
  readonly corp: Corp;
  readonly open: boolean;
  readonly onClose: () => void;
}

export function EditCorpDrawer({ corp, open, onClose }: EditCorpDrawerProps) {
  const { t } = useLanguage();
  return (
    <Drawer open={open} onClose={onClose} size={520} title={t('connection.edit')} destroyOnHidden>
      <EditCorp corp={corp} onDone={onClose} />
    </Drawer>
  );
}

function EditCorp({ corp, onDone }: { readonly corp: Corp; readonly onDone: () => void }) {
  const { t } = useLanguage();
  const { message } = App.useApp();
  const queryClient = useQueryClient();
  const [form] = Form.useForm<EditForm>();
  const kind = Form.useWatch('kind', form) ?? corp.kind;
  const secretChoice = Form.useWatch('secretChoice', form) ?? 'keep';
  const [notice, setNotice] = useState<unknown>(null);
  const save = useMutation({
    mutationFn: (change: CorpChange) => changeCorp(corp.id, change),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['corps'] });
      message.success(t('form.saved'));
      onDone();
    },
    onError: (error) => setNotice(showFieldProblems(form, error) ? error : null),
  });
  return (
    <Form<EditForm>
      form={form}
      layout="vertical"
      initialValues={{
        name: corp.name,
        kind: corp.kind,
        apiBaseUrl: corp.apiBaseUrl,
        accountLimit: corp.accountLimit,
        secretChoice: 'keep',
      }}
      onFinish={(values) => {
        setNotice(null);
        save.mutate(changeOf(corp, values));
      }}
    >
      <Form.Item
        name="name"
        label={t('connect.name')}
        rules={[{ required: true, whitespace: true, message: t('form.required') }]}
      >
        <Input autoComplete="off" maxLength={100} />
      </Form.Item>
      <Form.Item name="kind" label={t('connect.kind')} extra={t(`kind.${kind}.about`)}>
        <Select options={corpKinds.map((value) => ({ value, label: t(`kind.${value}`) }))} />
      </Form.Item>
      <Form.Item
        name="apiBaseUrl"
        label={t('connect.base-url')}
        rules={[{ required: true, message: t('form.required') }]}
      >
        <Input type="url" autoComplete="off" className="mono" />
      </Form.Item>
      <Form.Item name="accountLimit" label={t('corp.account-limit')} extra={t('corp.account-limit.about')}>
        <InputNumber min={1} precision={0} style={{ width: '100%' }} />
      </Form.Item>
      <Form.Item name="secretChoice" label={t('connect.contacts-secret')}>
        <Radio.Group
          options={[
            { value: 'keep', label: t(corp.hasContactsSecret ? 'secret.keep' : 'secret.none') },
            { value: 'set', label: t(corp.hasContactsSecret ? 'secret.replace' : 'secret.set') },
            ...(corp.hasContactsSecret ? [{ value: 'clear', label: t('secret.clear') }] : []),
          ]}
        />
      </Form.Item>
      {secretChoice === 'set' && (
        <Form.Item
          name="contactsSecret"
          label={t('secret.new')}
          extra={t('connect.contacts-secret.about')}
          rules={[{ required: true, whitespace: true, message: t('form.required') }]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
      )}
      <CallbackFields
        form={form}
        name="contactsCallback"
        configured={corp.contactsCallbackConfigured}
        url={corp.contactsCallbackUrl}
        about={t('callback.contacts.where')}
      />
      {notice !== null && (
        <div className="form-notice">
          <FailureNotice error={notice} />
        </div>
      )}
      <div className="row">
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {t('action.save')}
        </Button>
        <Button onClick={onDone}>{t('action.cancel')}</Button>
      </div>
    </Form>
  );
}

/** Only what differs travels, so that a change made elsewhere meanwhile is not undone. */
function changeOf(corp: Corp, values: EditForm): CorpChange {
  const contactsCallback = chosenCallback(values.callbackChoice, values.contactsCallback);
  const accountLimit = values.accountLimit ?? null;
  return {
    ...(values.name.trim() === corp.name ? {} : { name: values.name.trim() }),
    ...(values.kind === corp.kind ? {} : { kind: values.kind }),
    ...(values.apiBaseUrl.trim() === corp.apiBaseUrl ? {} : { apiBaseUrl: values.apiBaseUrl.trim() }),
    ...(accountLimit === corp.accountLimit ? {} : { accountLimit }),
    ...(values.secretChoice === 'set' ? { contactsSecret: values.contactsSecret?.trim() ?? '' } : {}),
    ...(values.secretChoice === 'clear' ? { contactsSecret: null } : {}),
    ...(contactsCallback === undefined ? {} : { contactsCallback }),
  };
}
