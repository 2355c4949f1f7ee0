import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Form, Input, Modal } from 'antd';
import { rejectRun } from '../api/push';
import { type Run, runQuery } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';

export function RejectDialog({ run, onClose }: { readonly run: Run; readonly onClose: () => void }) {
  const { t } = useLanguage();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [form] = Form.useForm<{ readonly reason: string }>();
  const reject = useMutation({
    mutationFn: ({ reason }: { readonly reason: string }) => rejectRun(run.id, reason.trim()),
    onSuccess: () => {
      message.success(t('plan.reject.done'));
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: runQuery(run.id).queryKey }),
  });
  return (
    <Modal
      open
      title={t('plan.reject.title')}
      okText={t('plan.reject')}
      okButtonProps={{ danger: true }}
      cancelText={t('action.cancel')}
      confirmLoading={reject.isPending}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <Form form={form} layout="vertical" onFinish={(answers) => reject.mutate(answers)}>
        <p className="quiet">{t('plan.reject.about')}</p>
        <Form.Item
          name="reason"
          label={t('plan.reject.reason')}
          rules={[{ required: true, whitespace: true, message: t('form.required') }]}
        >
          <Input.TextArea rows={3} maxLength={1_000} autoFocus />
        </Form.Item>
        {reject.error !== null && <FailureNotice error={reject.error} />}
      </Form>
    </Modal>
  );
}
