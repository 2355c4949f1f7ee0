import { PlusOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Checkbox, Drawer, Form, Input, InputNumber } from 'antd';
import { useState } from 'react';
import { type Scope, scopes } from '../api/session';
import { type ApiToken, createToken, revokeToken, tokensQuery } from '../api/tokens';
import { AccessPage } from './access-page';
import { useLanguage } from '../language/use-language';
import { CopyField } from '../parts/copy-field';
import { describeFailure, FailureNotice } from '../parts/failure-notice';
import { showFieldProblems } from '../parts/form-problems';
import { Mark } from '../parts/mark';
import { QueryView } from '../parts/query-view';
import { RecordList } from '../parts/record-list';
import { ExactTime, TimeAgo } from '../parts/time';

export function Component() {
  const { t } = useLanguage();
  const tokens = useQuery(tokensQuery);
  const [adding, setAdding] = useState(false);
  return (
    <AccessPage
      open="/tokens"
      lead={
        <>
          {t('tokens.lead')}{' '}
          <a href="/api/docs" target="_blank" rel="noreferrer">
            {t('tokens.docs')}
          </a>
        </>
      }
      actions={
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
          {t('tokens.add')}
        </Button>
      }
    >
      <QueryView query={tokens}>{(items) => <Tokens tokens={items} />}</QueryView>
      <Drawer
        open={adding}
        onClose={() => setAdding(false)}
        size={480}
        title={t('tokens.add')}
        destroyOnHidden
      >
        <NewTokenForm onDone={() => setAdding(false)} />
      </Drawer>
    </AccessPage>
  );
}

function Tokens({ tokens }: { readonly tokens: readonly ApiToken[] }) {
  const { t } = useLanguage();
  const { modal, message } = App.useApp();
  const queryClient = useQueryClient();
  const revoke = useMutation({
    mutationFn: revokeToken,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey }),
    onError: (error) => message.error(describeFailure(error, t).title),
  });

  function confirm({ id, name }: ApiToken) {
    modal.confirm({
      title: t('tokens.revoke.title', { name }),
      content: t('tokens.revoke.about'),
      okText: t('tokens.revoke'),
      okButtonProps: { danger: true },
      cancelText: t('action.cancel'),
      onOk: () => revoke.mutate(id),
    });
  }

  return (
    <RecordList<ApiToken>
      label={t('tokens.title')}
      records={tokens}
      rowKey={({ id }) => id}
      empty={t('tokens.empty')}
      columns={[
        { key: 'name', title: t('tokens.name'), role: 'heading', render: ({ name }) => name },
        {
          key: 'prefix',
          title: t('tokens.prefix'),
          render: ({ prefix }) => <span className="mono">{prefix}…</span>,
        },
        {
          key: 'scopes',
          title: t('tokens.scopes'),
          render: (token) => <span className="mono small">{token.scopes.join(' ')}</span>,
        },
        { key: 'state', title: t('users.state'), render: (token) => <TokenState token={token} /> },
        {
          key: 'lastUsedAt',
          title: t('tokens.used'),
          render: ({ lastUsedAt }) =>
            lastUsedAt === null ? t('tokens.unused') : <TimeAgo at={lastUsedAt} />,
        },
        {
          key: 'expiresAt',
          title: t('tokens.expires'),
          render: ({ expiresAt }) =>
            expiresAt === null ? t('tokens.forever') : <ExactTime at={expiresAt} />,
        },
        {
          key: 'actions',
          title: '',
          role: 'actions',
          align: 'right',
          render: (token) =>
            token.revokedAt === null && (
              <Button danger type="text" onClick={() => confirm(token)}>
                {t('tokens.revoke')}
              </Button>
            ),
        },
      ]}
    />
  );
}

function TokenState({ token }: { readonly token: ApiToken }) {
  const { t } = useLanguage();
  const [openedAt] = useState(() => Date.now());
  if (token.revokedAt !== null) {
    return (
      <Mark tone="quiet" icon="stopped">
        {t('tokens.revoked')}
      </Mark>
    );
  }
  if (token.expiresAt !== null && Date.parse(token.expiresAt) <= openedAt) {
    return (
      <Mark tone="quiet" icon="waiting">
        {t('tokens.expired')}
      </Mark>
    );
  }
  return <Mark tone="good">{t('tokens.valid')}</Mark>;
}

interface TokenForm {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresInDays?: number | null;
}

function NewTokenForm({ onDone }: { readonly onDone: () => void }) {
  const { t } = useLanguage();
  const queryClient = useQueryClient();
  const [form] = Form.useForm<TokenForm>();
  const [notice, setNotice] = useState<unknown>(null);
  const create = useMutation({
    mutationFn: ({ name, scopes: chosen, expiresInDays }: TokenForm) =>
      createToken({ name: name.trim(), scopes: chosen, ...(expiresInDays ? { expiresInDays } : {}) }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey }),
    onError: (error) => setNotice(showFieldProblems(form, error) ? error : null),
  });
  if (create.data) {
    return (
      <div className="stack">
        <Alert type="success" showIcon title={t('tokens.made')} description={t('tokens.made.about')} />
        <CopyField value={create.data.token} label={t('tokens.title')} />
        <Button onClick={onDone}>{t('action.close')}</Button>
      </div>
    );
  }
  return (
    <Form<TokenForm>
      form={form}
      layout="vertical"
      initialValues={{ scopes: ['read'], expiresInDays: 90 }}
      onFinish={(values) => {
        setNotice(null);
        create.mutate(values);
      }}
    >
      <Form.Item
        name="name"
        label={t('tokens.name')}
        extra={t('tokens.name.about')}
        rules={[{ required: true, whitespace: true, message: t('form.required') }]}
      >
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="scopes"
        label={t('tokens.scopes')}
        rules={[{ required: true, message: t('form.required') }]}
      >
        <Checkbox.Group style={{ display: 'grid', gap: 8 }}>
          {scopes.map((scope) => (
            <Checkbox key={scope} value={scope}>
              {t(`scope.${scope}`)} <span className="mono small quiet">{scope}</span>
            </Checkbox>
          ))}
        </Checkbox.Group>
      </Form.Item>
      <Form.Item name="expiresInDays" label={t('tokens.days')} extra={t('tokens.days.about')}>
        <InputNumber min={1} max={3650} precision={0} style={{ width: '100%' }} />
      </Form.Item>
      {notice !== null && (
        <div className="form-notice">
          <FailureNotice error={notice} />
        </div>
      )}
      <div className="row">
        <Button type="primary" htmlType="submit" loading={create.isPending}>
          {t('tokens.add.submit')}
        </Button>
        <Button onClick={onDone}>{t('action.cancel')}</Button>
      </div>
    </Form>
  );
}
