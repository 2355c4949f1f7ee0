import { useMutation } from '@tanstack/react-query';
import { App, Form, Input, Modal, Radio } from 'antd';
import { useState } from 'react';
import { type ChangeDetails, type Decided, postponeChange } from '../api/push';
import { dayAfter, todayIn } from '../departures/days';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { useZone } from '../parts/zone';

interface PostponeDialogProps {
  readonly runId: string;
  readonly change: ChangeDetails;
  readonly onClose: () => void;
  readonly onPostponed: (decided: Decided) => void;
}

interface Answers {
  readonly until?: string;
  readonly comment?: string;
}

const periods = [1, 3, 7, 14, 30] as const;

/** Some days, or up to a day of the calendar. */
export function PostponeDialog({ runId, change, onClose, onPostponed }: PostponeDialogProps) {
  const { t } = useLanguage();
  const today = todayIn(useZone());
  const { message } = App.useApp();
  const [form] = Form.useForm<Answers>();
  const [days, setDays] = useState<number | 'date'>(7);
  const postpone = useMutation({
    mutationFn: ({ until, comment = '' }: Answers) =>
      postponeChange(runId, change.id, {
        ...(days === 'date' ? { until: until ?? '' } : { days }),
        ...(comment.trim() === '' ? {} : { comment: comment.trim() }),
      }),
    onSuccess: (decided, { until }) => {
      const last = days === 'date' ? (until ?? '') : dayAfter(today, days);
      message.success(t('plan.postpone.done', { day: last }));
      onPostponed(decided);
    },
  });
  return (
    <Modal
      open
      title={t('plan.postpone.title', { name: change.name ?? change.userId ?? change.id })}
      okText={t('plan.postpone.submit')}
      cancelText={t('action.cancel')}
      confirmLoading={postpone.isPending}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <Form<Answers> form={form} layout="vertical" onFinish={(answers) => postpone.mutate(answers)}>
        <p className="quiet">{t('plan.postpone.about')}</p>
        <Form.Item label={t('plan.postpone.for')}>
          <Radio.Group
            optionType="button"
            aria-label={t('plan.postpone.for')}
            value={days}
            onChange={({ target }) => setDays(target.value as number | 'date')}
            options={[
              ...periods.map((period) => ({
                value: period,
                label: period === 1 ? t('plan.postpone.day') : t('plan.postpone.days', { days: period }),
              })),
              { value: 'date', label: t('plan.postpone.date') },
            ]}
          />
        </Form.Item>
        {days === 'date' && (
          <Form.Item
            name="until"
            label={t('plan.postpone.until')}
            rules={[
              { required: true, message: t('form.required') },
              {
                validator: (_, typed?: string) =>
                  typed === undefined || typed === '' || typed > today
                    ? Promise.resolve()
                    : Promise.reject(new Error(t('plan.postpone.until.past'))),
              },
            ]}
          >
            <Input type="date" min={dayAfter(today, 1)} style={{ width: 180 }} />
          </Form.Item>
        )}
        <Form.Item name="comment" label={t('plan.postpone.comment')}>
          <Input.TextArea rows={2} maxLength={500} />
        </Form.Item>
        {postpone.error !== null && <FailureNotice error={postpone.error} />}
      </Form>
    </Modal>
  );
}
