import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Checkbox, Form, Input } from 'antd';
import { type Notice, type NoticeEvent, noticeEvents } from '../api/settings';
import { useLanguage } from '../language/use-language';
import { Section } from './section';

const urgent: readonly NoticeEvent[] = [
  'needs-approval',
  'blocked',
  'failed',
  'paused',
  'schedule-skipped',
  'departures-due',
  'departures-held',
];

/** Fields of the form itself: what the API says of one lands at it. */
export function NoticesSection({ disabled }: { readonly disabled: boolean }) {
  const { t } = useLanguage();
  const stored = Form.useWatch<readonly Notice[] | undefined>('notices') ?? [];
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
                  <div className="set-pair">
                    <Form.Item
                      name={[name, 'name']}
                      label={t('notice.name')}
                      rules={[{ required: true, whitespace: true, message: t('form.required') }]}
                    >
                      <Input autoComplete="off" maxLength={100} />
                    </Form.Item>
                    <Form.Item name={[name, 'secret']} label={t('notice.secret')}>
                      <Input.Password
                        autoComplete="new-password"
                        placeholder={t(
                          stored[name]?.hasSecret === true ? 'notice.secret.keep' : 'notice.secret.none',
                        )}
                      />
                    </Form.Item>
                  </div>
                  <Form.Item
                    name={[name, 'url']}
                    label={t('notice.url')}
                    extra={t('notice.url.about')}
                    rules={[{ required: true, whitespace: true, message: t('form.required') }]}
                  >
                    <Input autoComplete="off" className="mono" placeholder="https://" />
                  </Form.Item>
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
              <Button
                icon={<PlusOutlined />}
                disabled={entries.length >= 20}
                onClick={() => add({ kind: 'webhook', name: '', url: '', events: [...urgent] })}
              >
                {t('notice.add')}
              </Button>
            )}
          </>
        )}
      </Form.List>
    </Section>
  );
}
