import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Card, Form, Input, Radio } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { type CorpKind, corpKinds, createCorp, type NewCorp } from '../api/corps';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { showFieldProblems } from '../parts/form-problems';
import { Page } from '../parts/page';

interface ConnectForm {
  readonly name: string;
  readonly corpId: string;
  readonly kind: CorpKind;
  readonly apiBaseUrl?: string;
  readonly contactsSecret?: string;
}

export function Component() {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [form] = Form.useForm<ConnectForm>();
  const kind = Form.useWatch('kind', form) ?? 'public';
  const [notice, setNotice] = useState<unknown>(null);
  const create = useMutation({
    mutationFn: createCorp,
    onSuccess: async (corp) => {
      await queryClient.invalidateQueries({ queryKey: ['corps'] });
      await navigate(`/corps/${corp.id}/apps`);
    },
    onError: (error) => setNotice(showFieldProblems(form, error) ? error : null),
  });

  function connect(values: ConnectForm) {
    setNotice(null);
    create.mutate(newCorpOf(values));
  }

  return (
    <Page
      title={t('connect.title')}
      lead={t('connect.lead')}
      back={{ to: '/corps', label: t('corps.title') }}
    >
      <div className="two-columns">
        <Card>
          <Form<ConnectForm>
            form={form}
            layout="vertical"
            initialValues={{ kind: 'public' }}
            onFinish={connect}
            scrollToFirstError
          >
            <Form.Item name="kind" label={t('connect.kind')} extra={t(`kind.${kind}.about`)}>
              <Radio.Group
                optionType="button"
                buttonStyle="solid"
                options={corpKinds.map((value) => ({ value, label: t(`kind.${value}`) }))}
              />
            </Form.Item>
            <Form.Item
              name="name"
              label={t('connect.name')}
              extra={t('connect.name.about')}
              rules={[{ required: true, whitespace: true, message: t('form.required') }]}
            >
              <Input autoComplete="off" maxLength={100} />
            </Form.Item>
            <Form.Item
              name="corpId"
              label={t('connect.corp-id')}
              extra={t('connect.corp-id.about')}
              rules={[{ required: true, whitespace: true, message: t('form.required') }]}
            >
              <Input autoComplete="off" className="mono" placeholder="ww…" />
            </Form.Item>
            <Form.Item
              name="apiBaseUrl"
              label={t('connect.base-url')}
              extra={t(kind === 'public' ? 'connect.base-url.public' : 'connect.base-url.about')}
              rules={kind === 'public' ? [] : [{ required: true, message: t('form.required') }]}
            >
              <Input
                type="url"
                inputMode="url"
                autoComplete="off"
                className="mono"
                placeholder={kind === 'public' ? 'https://qyapi.weixin.qq.com' : 'https://'}
              />
            </Form.Item>
            <Form.Item
              name="contactsSecret"
              label={t('connect.contacts-secret')}
              extra={t('connect.contacts-secret.about')}
            >
              <Input.Password autoComplete="new-password" />
            </Form.Item>
            {notice !== null && (
              <div className="form-notice">
                <FailureNotice error={notice} />
              </div>
            )}
            <div className="row">
              <Button type="primary" htmlType="submit" loading={create.isPending}>
                {t('connect.submit')}
              </Button>
              <span className="quiet">{t('connect.checked-first')}</span>
            </div>
          </Form>
        </Card>
        <div className="stack">
          <Card title={t('connect.where')}>
            <ol className="where-list">
              <li>{t('connect.where.sign-in')}</li>
              <li>{t('connect.where.corp-id')}</li>
              <li>{t('connect.where.contacts')}</li>
              <li>{t('connect.where.ip')}</li>
            </ol>
          </Card>
          <Alert type="info" showIcon title={t('connect.secrets')} />
        </div>
      </div>
    </Page>
  );
}

/** What is left empty is left out: the API's own default stands for it. */
function newCorpOf({ name, corpId, kind, apiBaseUrl = '', contactsSecret = '' }: ConnectForm): NewCorp {
  return {
    name: name.trim(),
    corpId: corpId.trim(),
    kind,
    ...(apiBaseUrl.trim() === '' ? {} : { apiBaseUrl: apiBaseUrl.trim() }),
    ...(contactsSecret.trim() === '' ? {} : { contactsSecret: contactsSecret.trim() }),
  };
}
