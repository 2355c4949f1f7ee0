import { DownOutlined, KeyOutlined, LogoutOutlined, UserOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { App, Button, Dropdown, Modal } from 'antd';
import { useState } from 'react';
import { signOut } from '../api/session';
import { useLanguage } from '../language/use-language';
import { PasswordForm } from '../login/password-form';
import { describeFailure } from '../parts/failure-notice';
import { useSession } from '../session/use-session';

export function AccountMenu() {
  const { t } = useLanguage();
  const { message } = App.useApp();
  const { user } = useSession();
  const [changing, setChanging] = useState(false);
  const leave = useMutation({
    mutationFn: signOut,
    // A whole new page: nothing of what this user saw stays in its memory.
    onSuccess: () => window.location.assign('/login'),
    onError: (error) => message.error(describeFailure(error, t).title),
  });
  return (
    <>
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            {
              key: 'role',
              disabled: true,
              icon: <UserOutlined />,
              label: `${user.loginName} · ${t(`role.${user.role}`)}`,
            },
            { type: 'divider' },
            {
              key: 'password',
              icon: <KeyOutlined />,
              label: t(user.hasPassword ? 'password.change' : 'password.set'),
            },
            { key: 'leave', icon: <LogoutOutlined />, label: t('session.leave') },
          ],
          onClick: ({ key }) => {
            if (key === 'password') setChanging(true);
            if (key === 'leave') leave.mutate();
          },
        }}
      >
        <Button type="text" aria-label={t('session.account', { name: user.displayName })}>
          <span className="only-wide">{user.displayName}</span>
          <UserOutlined className="only-narrow" />
          <DownOutlined style={{ fontSize: 10 }} />
        </Button>
      </Dropdown>
      <Modal
        open={changing}
        onCancel={() => setChanging(false)}
        title={t(user.hasPassword ? 'password.change' : 'password.set')}
        footer={null}
        destroyOnHidden
      >
        <PasswordForm onDone={() => setChanging(false)} />
      </Modal>
    </>
  );
}
