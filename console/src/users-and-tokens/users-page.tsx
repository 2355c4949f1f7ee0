import { PlusOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Drawer, Dropdown, Form, Input, Modal, Select, Tag } from 'antd';
import { useState } from 'react';
import { type Role, roles } from '../api/session';
import {
  changeUser,
  type ConsoleUser,
  createUser,
  makeOneTimeLogin,
  type OneTimeLogin,
  removeUser,
  type UserChange,
  usersQuery,
} from '../api/users';
import { AccessPage } from './access-page';
import { useLanguage } from '../language/use-language';
import { CopyField } from '../parts/copy-field';
import { describeFailure, FailureNotice } from '../parts/failure-notice';
import { showFieldProblems } from '../parts/form-problems';
import { Mark } from '../parts/mark';
import { QueryView } from '../parts/query-view';
import { RecordList } from '../parts/record-list';
import { ExactTime, TimeAgo } from '../parts/time';
import { useSession } from '../session/use-session';

export function Component() {
  const { t } = useLanguage();
  const users = useQuery(usersQuery);
  const [form, setForm] = useState<{ readonly user: ConsoleUser | undefined } | undefined>();
  const [link, setLink] = useState<(OneTimeLogin & { readonly loginName: string }) | undefined>();
  return (
    <AccessPage
      open="/users"
      lead={t('users.lead')}
      actions={
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setForm({ user: undefined })}>
          {t('users.add')}
        </Button>
      }
    >
      <QueryView query={users}>
        {(items) => <Users users={items} onEdit={(user) => setForm({ user })} onLink={setLink} />}
      </QueryView>
      <Drawer
        open={form !== undefined}
        onClose={() => setForm(undefined)}
        size={480}
        title={form?.user === undefined ? t('users.add') : t('users.edit', { name: form.user.displayName })}
        destroyOnHidden
      >
        {form && <EditUser user={form.user} onDone={() => setForm(undefined)} />}
      </Drawer>
      <Modal
        open={link !== undefined}
        onCancel={() => setLink(undefined)}
        footer={null}
        title={t('users.link.title')}
      >
        {link && (
          <div className="stack">
            <span>{t('users.link.about', { name: link.loginName })}</span>
            <CopyField value={link.url} label={t('users.link.title')} />
            <span className="quiet">
              {t('users.link.until')} <ExactTime at={link.expiresAt} />
            </span>
          </div>
        )}
      </Modal>
    </AccessPage>
  );
}

interface UsersProps {
  readonly users: readonly ConsoleUser[];
  readonly onEdit: (user: ConsoleUser) => void;
  readonly onLink: (link: OneTimeLogin & { readonly loginName: string }) => void;
}

function Users({ users, onEdit, onLink }: UsersProps) {
  const { t } = useLanguage();
  const { modal, message } = App.useApp();
  const session = useSession();
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries({ queryKey: usersQuery.queryKey });
  const fail = (error: unknown) => {
    const { title, advice } = describeFailure(error, t);
    modal.error({ title, content: advice });
  };
  const link = useMutation({
    mutationFn: ({ id }: ConsoleUser) => makeOneTimeLogin(id),
    onSuccess: (made, { loginName }) => onLink({ ...made, loginName }),
    onError: fail,
  });
  const change = useMutation({
    mutationFn: ({ id, ...changes }: UserChange & { readonly id: string }) => changeUser(id, changes),
    onSuccess: async () => {
      message.success(t('form.saved'));
      await refresh();
    },
    onError: fail,
  });
  const remove = useMutation({ mutationFn: removeUser, onSuccess: refresh, onError: fail });

  function act(key: string, user: ConsoleUser) {
    if (key === 'edit') onEdit(user);
    if (key === 'link') link.mutate(user);
    if (key === 'toggle') change.mutate({ id: user.id, disabled: !user.disabled });
    if (key === 'remove') {
      modal.confirm({
        title: t('users.remove.title', { name: user.displayName }),
        content: t('users.remove.about'),
        okText: t('action.remove'),
        okButtonProps: { danger: true },
        cancelText: t('action.cancel'),
        onOk: () => remove.mutate(user.id),
      });
    }
  }

  return (
    <RecordList<ConsoleUser>
      label={t('users.title')}
      records={users}
      rowKey={({ id }) => id}
      empty={t('users.empty')}
      columns={[
        {
          key: 'displayName',
          title: t('users.name'),
          role: 'heading',
          render: ({ id, displayName }) => (
            <>
              {displayName} {id === session.user.id && <Tag>{t('users.you')}</Tag>}
            </>
          ),
        },
        {
          key: 'loginName',
          title: t('login.name'),
          render: ({ loginName }) => <span className="mono">{loginName}</span>,
        },
        { key: 'role', title: t('users.role'), render: ({ role }) => t(`role.${role}`) },
        {
          key: 'disabled',
          title: t('users.state'),
          render: ({ disabled }) =>
            disabled ? (
              <Mark tone="quiet" icon="stopped">
                {t('users.disabled')}
              </Mark>
            ) : (
              <Mark tone="good">{t('users.enabled')}</Mark>
            ),
        },
        {
          key: 'createdAt',
          title: t('users.created'),
          render: ({ createdAt }) => <TimeAgo at={createdAt} />,
        },
        {
          key: 'actions',
          title: '',
          role: 'actions',
          align: 'right',
          render: (user) => (
            <Dropdown
              trigger={['click']}
              menu={{
                items: [
                  { key: 'edit', label: t('action.edit') },
                  { key: 'link', label: t('users.link.make'), disabled: user.disabled },
                  { key: 'toggle', label: t(user.disabled ? 'users.enable' : 'users.disable') },
                  { key: 'remove', label: t('action.remove'), danger: true },
                ],
                onClick: ({ key }) => act(key, user),
              }}
            >
              <Button aria-label={t('users.actions', { name: user.displayName })}>{t('action.more')}</Button>
            </Dropdown>
          ),
        },
      ]}
    />
  );
}

interface UserForm {
  readonly loginName: string;
  readonly displayName: string;
  readonly role: Role;
}

function EditUser({ user, onDone }: { readonly user: ConsoleUser | undefined; readonly onDone: () => void }) {
  const { t } = useLanguage();
  const { message } = App.useApp();
  const queryClient = useQueryClient();
  const [form] = Form.useForm<UserForm>();
  const role = Form.useWatch('role', form) ?? user?.role ?? 'viewer';
  const [notice, setNotice] = useState<unknown>(null);
  const save = useMutation({
    mutationFn: ({ loginName, displayName, role: chosen }: UserForm) =>
      user === undefined
        ? createUser({ loginName: loginName.trim(), displayName: displayName.trim(), role: chosen })
        : changeUser(user.id, { displayName: displayName.trim(), role: chosen }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: usersQuery.queryKey });
      message.success(t('form.saved'));
      onDone();
    },
    onError: (error) => setNotice(showFieldProblems(form, error) ? error : null),
  });
  return (
    <Form<UserForm>
      form={form}
      layout="vertical"
      initialValues={user ?? { role: 'viewer' }}
      onFinish={(values) => {
        setNotice(null);
        save.mutate(values);
      }}
    >
      <Form.Item
        name="loginName"
        label={t('login.name')}
        rules={[{ required: true, whitespace: true, message: t('form.required') }]}
      >
        <Input autoComplete="off" disabled={user !== undefined} />
      </Form.Item>
      <Form.Item
        name="displayName"
        label={t('users.name')}
        rules={[{ required: true, whitespace: true, message: t('form.required') }]}
      >
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="role" label={t('users.role')} extra={t(`role.${role}.about`)}>
        <Select options={roles.map((value) => ({ value, label: t(`role.${value}`) }))} />
      </Form.Item>
      {notice !== null && (
        <div className="form-notice">
          <FailureNotice error={notice} />
        </div>
      )}
      {user === undefined && <p className="quiet">{t('users.add.about')}</p>}
      <div className="row">
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          {t('action.save')}
        </Button>
        <Button onClick={onDone}>{t('action.cancel')}</Button>
      </div>
    </Form>
  );
}
