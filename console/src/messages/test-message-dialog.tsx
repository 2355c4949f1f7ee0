import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, AutoComplete, Button, Form, Input, Modal, Select, Switch } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { randomKey } from '../api/client';
import { type AcceptedEvent, rulesQuery, sendEvent, type TodoKind, todoKinds } from '../api/messages';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { showFieldProblems } from '../parts/form-problems';
import { OaPeoplePicker } from '../settings/people-pickers';
import { eventLink } from './links';
import { useReadMessagesAnew } from './use-read-anew';

interface TestEvent {
  readonly recipients: readonly string[];
  readonly module: string;
  readonly title: string;
  readonly content: string;
  readonly url: string;
  readonly withTodo: boolean;
  readonly kind: TodoKind;
  readonly showActions: boolean;
}

/** An event as the OA would send it, to people chosen here: it takes the way of all others. */
export function TestMessageDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useLanguage();
  const [form] = Form.useForm<TestEvent>();
  const [notice, setNotice] = useState<unknown>(null);
  const readAnew = useReadMessagesAnew();
  const rules = useQuery(rulesQuery);
  const modules = [
    ...new Set((rules.data ?? []).map(({ source }) => source).filter((source) => source !== 'all')),
  ];
  const withTodo = Form.useWatch('withTodo', form) === true;
  const send = useMutation({
    mutationFn: (event: TestEvent) =>
      sendEvent(toEvent(event, [t('msg.test.approve'), t('msg.test.reject')])),
    onError: (error) => setNotice(showFieldProblems(form, error) ? error : null),
    onSettled: readAnew,
  });
  if (send.data !== undefined) {
    return (
      <Modal
        open
        title={t('msg.test.title')}
        onCancel={onClose}
        footer={<Button onClick={onClose}>{t('action.close')}</Button>}
      >
        <Accepted event={send.data} onClose={onClose} />
      </Modal>
    );
  }
  return (
    <Modal
      open
      title={t('msg.test.title')}
      okText={t('msg.test.send')}
      cancelText={t('action.cancel')}
      confirmLoading={send.isPending}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <p className="msg-lead quiet">{t('msg.test.about')}</p>
      <Form<TestEvent>
        form={form}
        layout="vertical"
        className="msg-test"
        initialValues={{
          recipients: [],
          module: 'workflow',
          title: t('msg.test.title.sample'),
          content: t('msg.test.content.sample'),
          // News and cards have to lead somewhere.
          url: window.location.origin,
          withTodo: false,
          kind: 'pending',
          showActions: true,
        }}
        onFinish={(event) => {
          setNotice(null);
          send.mutate(event);
        }}
      >
        <Form.Item
          name="recipients"
          label={t('msg.test.to')}
          rules={[{ required: true, message: t('msg.test.to.needed') }]}
        >
          <OaPeoplePicker />
        </Form.Item>
        <Form.Item
          name="module"
          label={t('msg.source')}
          extra={t('msg.test.module.about')}
          rules={[{ required: true, whitespace: true, message: t('form.required') }]}
        >
          <AutoComplete options={modules.map((value) => ({ value }))} />
        </Form.Item>
        <Form.Item
          name="title"
          label={t('msg.field.title')}
          rules={[{ required: true, whitespace: true, message: t('form.required') }]}
        >
          <Input autoComplete="off" maxLength={1000} />
        </Form.Item>
        <Form.Item name="content" label={t('msg.field.content')}>
          <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} />
        </Form.Item>
        <Form.Item name="url" label={t('msg.field.url')}>
          <Input autoComplete="off" className="mono" />
        </Form.Item>
        <Form.Item
          name="withTodo"
          label={t('msg.test.todo')}
          extra={t('msg.test.todo.about')}
          valuePropName="checked"
        >
          <Switch />
        </Form.Item>
        {withTodo && (
          <div className="set-pair">
            <Form.Item name="kind" label={t('msg.todo.kind')}>
              <Select options={todoKinds.map((value) => ({ value, label: t(`msg.todo.kind.${value}`) }))} />
            </Form.Item>
            <Form.Item name="showActions" label={t('msg.test.buttons')} valuePropName="checked">
              <Switch />
            </Form.Item>
          </div>
        )}
      </Form>
      {notice !== null && <FailureNotice error={notice} />}
    </Modal>
  );
}

function toEvent(event: TestEvent, [approve, reject]: readonly [string, string]) {
  const id = `test-${randomKey().slice(0, 16)}`;
  return {
    eventId: id,
    module: event.module.trim(),
    type: 'test',
    title: event.title.trim(),
    content: event.content.trim() === '' ? null : event.content,
    url: event.url.trim() === '' ? null : event.url.trim(),
    imageUrl: null,
    recipients: event.recipients,
    todo: event.withTodo
      ? {
          taskId: id,
          kind: event.kind,
          showActions: event.showActions,
          actions: event.showActions
            ? [
                { key: 'approve', text: approve },
                { key: 'reject', text: reject },
              ]
            : [],
        }
      : null,
  };
}

function Accepted({ event, onClose }: { readonly event: AcceptedEvent; readonly onClose: () => void }) {
  const { t, number } = useLanguage();
  const none = event.pushes.length === 0;
  return (
    <Alert
      type={none ? 'warning' : 'success'}
      showIcon
      role="status"
      title={none ? t('msg.test.no-rule') : t('msg.test.accepted', { count: number(event.pushes.length) })}
      description={
        <Link to={eventLink(event.eventId)} onClick={onClose}>
          {t('msg.test.see')}
        </Link>
      }
    />
  );
}
