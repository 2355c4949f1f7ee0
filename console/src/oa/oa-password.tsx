import { KeyOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { App, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { type OaUser, setOaPassword } from '../api/oa';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { showFieldProblems } from '../parts/form-problems';
import { useMay } from '../session/use-session';

const shortest = 8;

/** Of the OA that the bridge keeps itself; another one answers that it keeps its own. */
export function OaPassword({ user }: { readonly user: OaUser }) {
  const { t } = useLanguage();
  const maySet = useMay('users:write');
  const [open, setOpen] = useState(false);
  if (!maySet || user.status === 'departed') return null;
  return open ? (
    <PasswordForm user={user} onClose={() => setOpen(false)} />
  ) : (
    <div>
      <Button icon={<KeyOutlined />} onClick={() => setOpen(true)}>
        {t('oa.password')}
      </Button>
    </div>
  );
}

interface PasswordFormProps {
  readonly user: OaUser;
  readonly onClose: () => void;
}

function PasswordForm({ user, onClose }: PasswordFormProps) {
  const { t } = useLanguage();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ password: string }>();
  const [notice, setNotice] = useState<unknown>(null);
  const save = useMutation({
    mutationFn: (password: string) => setOaPassword(user.id, password),
    onSuccess: () => {
      message.success(t('oa.password.done', { name: user.name }));
      onClose();
    },
    onError: (error) => setNotice(showFieldProblems(form, error) ? error : null),
  });
  return (
    <Form
      form={form}
      layout="vertical"
      className="oa-password"
      onFinish={({ password }) => {
        setNotice(null);
        save.mutate(password);
      }}
    >
      <p className="quiet">{t('oa.password.about')}</p>
      <Form.Item
        name="password"
        label={t('oa.password.new')}
        rules={[
          { required: true, message: t('form.required') },
          { min: shortest, message: t('oa.password.short') },
        ]}
      >
        <Input.Password autoComplete="new-password" maxLength={200} />
      </Form.Item>
      {notice !== null && (
        <div className="form-notice">
          <FailureNotice error={notice} />
        </div>
      )}
      <div className="row">
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {t('oa.password')}
        </Button>
        <Button onClick={onClose}>{t('action.cancel')}</Button>
      </div>
    </Form>
  );
}
