import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Checkbox, Form, Input, Select } from 'antd';
import type { Corp } from '../api/corps';
import { type Notice, type NoticeEvent, noticeEvents } from '../api/settings';
import { useLanguage } from '../language/use-language';
import { MemberPicker } from './people-pickers';
import { Section } from './section';

const urgent: readonly NoticeEvent[] = [
  'needs-approval',
  'blocked',
  'failed',
  'paused',
  'schedule-skipped',
  'attendance-gap',
  'attendance-held',
  'departures-due',
  'departures-held',
  'app-paused',
];

const mostNotices = 20;

interface NoticesSectionProps {
  readonly corp: Corp;
  readonly disabled: boolean;
}

/** Fields of the form itself: what the API says of one lands at it. */
export function NoticesSection({ corp, disabled }: NoticesSectionProps) {
  const { t } = useLanguage();
  const form = Form.useFormInstance();
  // Also what no input stands for: the kind.
  const stored = Form.useWatch<readonly Notice[] | undefined>('notices', { form, preserve: true }) ?? [];
  return (
    <Section name="notices">
      <Form.List name="notices">
        {(entries, { add, remove }) => (
          <>
            {entries.length === 0 && <p className="quiet set-after">{t('notice.none')}</p>}
            {entries.map(({ key, name }, index) => {
              const title = t('notice.nth', { n: index + 1 });
              return (
                <fieldset key={key} className="notice">
                  <legend>
                    {title}
                    {!disabled && (
                      <Button
                        type="text"
                        size="small"
                        icon={<DeleteOutlined />}
                        aria-label={`${title}: ${t('notice.remove')}`}
                        onClick={() => remove(name)}
                      />
                    )}
                  </legend>
                  {stored[name]?.kind === 'message' ? (
                    <MessageFields at={name} corp={corp} />
                  ) : (
                    <WebhookFields at={name} hasSecret={hasSecret(stored[name])} />
                  )}
                  <Form.Item
                    name={[name, 'events']}
                    label={t('notice.events')}
                    rules={[{ required: true, message: t('form.required') }]}
                  >
                    <Checkbox.Group
                      options={noticeEvents.map((event) => ({
                        value: event,
                        label: t(`notice.event.${event}`),
                      }))}
                    />
                  </Form.Item>
                </fieldset>
              );
            })}
            {!disabled && (
              <div className="row">
                <Button
                  icon={<PlusOutlined />}
                  disabled={entries.length >= mostNotices}
                  onClick={() => add({ kind: 'webhook', name: '', url: '', events: [...urgent] })}
                >
                  {t('notice.add')}
                </Button>
                <Button
                  icon={<PlusOutlined />}
                  disabled={entries.length >= mostNotices || corp.apps.length === 0}
                  onClick={() =>
                    add({
                      ...{ kind: 'message', name: '', userIds: [], events: [...urgent] },
                      // The usual corp has one.
                      ...(corp.apps.length === 1 ? { appId: corp.apps[0]?.id } : {}),
                    })
                  }
                >
                  {t('notice.add.message')}
                </Button>
              </div>
            )}
          </>
        )}
      </Form.List>
    </Section>
  );
}

const hasSecret = (notice: Notice | undefined): boolean =>
  notice?.kind === 'webhook' && notice.hasSecret === true;

interface FieldsProps {
  /** Its place in the list. */
  readonly at: number;
}

function NameField({ at }: FieldsProps) {
  const { t } = useLanguage();
  return (
    <Form.Item
      name={[at, 'name']}
      label={t('notice.name')}
      rules={[{ required: true, whitespace: true, message: t('form.required') }]}
    >
      <Input autoComplete="off" maxLength={100} />
    </Form.Item>
  );
}

function WebhookFields({ at, hasSecret: isStored }: FieldsProps & { readonly hasSecret: boolean }) {
  const { t } = useLanguage();
  return (
    <>
      <div className="set-pair">
        <NameField at={at} />
        <Form.Item name={[at, 'secret']} label={t('notice.secret')}>
          <Input.Password
            autoComplete="new-password"
            placeholder={t(isStored ? 'notice.secret.keep' : 'notice.secret.none')}
          />
        </Form.Item>
      </div>
      <Form.Item
        name={[at, 'url']}
        label={t('notice.url')}
        extra={t('notice.url.about')}
        rules={[{ required: true, whitespace: true, message: t('form.required') }]}
      >
        <Input autoComplete="off" className="mono" placeholder="https://" />
      </Form.Item>
    </>
  );
}

/** To members of WeCom, through an app that sees them. */
function MessageFields({ at, corp }: FieldsProps & { readonly corp: Corp }) {
  const { t } = useLanguage();
  return (
    <>
      <div className="set-pair">
        <NameField at={at} />
        <Form.Item
          name={[at, 'appId']}
          label={t('notice.app')}
          rules={[{ required: true, message: t('form.required') }]}
        >
          <Select options={corp.apps.map(({ id, name }) => ({ value: id, label: name }))} />
        </Form.Item>
      </div>
      <Form.Item
        name={[at, 'userIds']}
        label={t('notice.members')}
        extra={t('notice.members.about')}
        rules={[{ required: true, message: t('form.required') }]}
      >
        <MemberPicker corpId={corp.id} />
      </Form.Item>
    </>
  );
}
