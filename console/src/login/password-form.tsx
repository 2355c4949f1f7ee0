import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { changePassword, type Session, sessionQuery } from '../api/session';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { showFieldProblems } from '../parts/form-problems';
import { useSession } from '../session/use-session';

interface Passwords {
  readonly currentPassword?: string;
  readonly newPassword: string;
  readonly again: string;
}

const shortestPassword = 12;

export function PasswordForm({
  onDone,
  onSkip,
}: {
  readonly onDone: () => void;
  readonly onSkip?: () => void;
}) {
  const { t } = useLanguage();
  const { message } = App.useApp();
  const { user } = useSession();
  const queryClient = useQueryClient();
  const [form] = Form.useForm<Passwords>();
  const [notice, setNotice] = useState<unknown>(null);
  const save = useMutation({
    mutationFn: ({ currentPassword, newPassword }: Passwords) =>
      changePassword({ newPassword, ...(currentPassword === undefined ? {} : { currentPassword }) }),
    onSuccess: () => {
      queryClient.setQueryData(sessionQuery.queryKey, (session: Session | null | undefined) =>
        session ? { ...session, user: { ...session.user, hasPassword: true } } : session,
      );
      message.success(t('password.saved'));
      onDone();
    },
    onError: (error) => setNotice(showFieldProblems(form, error) ? error : null),
  });
  return (
    <Form
      form={form}
      layout="vertical"
      requiredMark={false}
      onFinish={(passwords) => {
        setNotice(null);
        save.mutate(passwords);
      }}
    >
      {/* Lets password managers file the new password under the right account. */}
      <input type="text" name="username" autoComplete="username" value={user.loginName} readOnly hidden />
      {user.hasPassword && (
        <Form.Item
          name="currentPassword"
          label={t('password.current')}
          rules={[{ required: true, message: t('form.required') }]}
        >
          <Input.Password autoComplete="current-password" />
        </Form.Item>
      )}
      <Form.Item
        name="newPassword"
        label={t('password.new')}
        extra={t('password.rule', { shortest: shortestPassword })}
        rules={[
          {
            required: true,
            min: shortestPassword,
            message: t('password.rule', { shortest: shortestPassword }),
          },
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={t('password.again')}
        dependencies={['newPassword']}
        rules={[
          { required: true, message: t('form.required') },
          ({ getFieldValue }) => ({
            validator: (_, again: string | undefined) =>
              again === undefined || again === '' || again === getFieldValue('newPassword')
                ? Promise.resolve()
                : Promise.reject(new Error(t('password.differs'))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      {notice !== null && (
        <div className="form-notice">
          <FailureNotice error={notice} />
        </div>
      )}
      <div className="row">
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {t('action.save')}
        </Button>
        {onSkip && <Button onClick={onSkip}>{t('password.later')}</Button>}
      </div>
    </Form>
  );
}
