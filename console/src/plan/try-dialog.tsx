import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Form, InputNumber, Modal } from 'antd';
import { useNavigate } from 'react-router';
import { ApiError } from '../api/client';
import { type ChangeDetails, tryChange } from '../api/push';
import { type Run } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { writesToOa } from './target';
import { worded } from './change-words';

interface TryDialogProps {
  readonly run: Run;
  readonly change: ChangeDetails;
  readonly onClose: () => void;
}

interface Answers {
  readonly deletions?: number | null;
}

/** What one change deletes. */
const deleted = 1;

/** Says what will be written, and leads to the run that writes it. */
export function TryDialog({ run, change, onClose }: TryDialogProps) {
  const { t, maybe, number } = useLanguage();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [form] = Form.useForm<Answers>();
  const deletes = change.action === 'deleteUser';
  const start = useMutation({
    mutationFn: ({ deletions }: Answers) =>
      tryChange(run.id, change.id, deletions == null ? {} : { expectedDeletions: deletions }),
    onSuccess: async ({ runId }) => {
      message.success(t('plan.try.started'));
      await navigate(`/runs/${runId}`);
      await client.invalidateQueries({ queryKey: ['runs', 'list'] });
      await client.invalidateQueries({ queryKey: ['overview'] });
    },
  });
  const openRun =
    start.error instanceof ApiError && start.error.status === 409 ? start.error.body.runId : undefined;
  const name = change.name ?? change.userId ?? change.oaKey ?? change.id;
  const account = change.userId !== null && change.userId !== name ? ` (${change.userId})` : '';
  return (
    <Modal
      open
      width={600}
      title={t('plan.try.title')}
      okText={t('plan.try')}
      okButtonProps={{ danger: deletes }}
      cancelText={t('action.cancel')}
      confirmLoading={start.isPending}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <Form<Answers> form={form} layout="vertical" onFinish={(answers) => start.mutate(answers)}>
        <p>{t('plan.try.about')}</p>
        <div className="try-words">
          <strong>
            {t(writesToOa(run) ? 'plan.try.oa' : 'plan.try.wecom', {
              action: maybe(`count.${change.action}`) ?? change.action,
              name: `${name}${account}`,
            })}
          </strong>
          {change.values.length > 0 && (
            <ul>
              {change.values.map(({ field, label, before, after }) => (
                <li key={field} className="wrap-anywhere">
                  {t('plan.try.value', { label, before: worded(before), after: worded(after) })}
                </li>
              ))}
            </ul>
          )}
          {change.dependsOn.length > 0 && (
            <div className="quiet">{t('plan.try.depends', { count: number(change.dependsOn.length) })}</div>
          )}
        </div>
        <p className="quiet">{t('plan.try.limits')}</p>
        {deletes && (
          <Form.Item
            name="deletions"
            label={t('plan.try.typed')}
            required
            rules={[
              {
                validator: (_, typed: number | null | undefined) =>
                  typed == null
                    ? Promise.reject(new Error(t('form.required')))
                    : typed === deleted
                      ? Promise.resolve()
                      : Promise.reject(new Error(t('plan.try.typed.differ'))),
              },
            ]}
          >
            <InputNumber min={0} precision={0} controls={false} autoComplete="off" style={{ width: 160 }} />
          </Form.Item>
        )}
        {openRun !== undefined && openRun !== run.id ? (
          <Alert
            type="warning"
            showIcon
            title={start.error?.message}
            action={<a href={`/runs/${openRun}`}>{t('attention.open')}</a>}
          />
        ) : (
          start.error !== null && <FailureNotice error={start.error} />
        )}
      </Form>
    </Modal>
  );
}
