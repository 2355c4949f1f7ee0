import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Form, Input, InputNumber, Modal, Radio } from 'antd';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { ApiError } from '../api/client';
import { approveRun, changeCountsQuery, type PushFacts } from '../api/push';
import { type Run, runQuery } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { FailureNotice } from '../parts/failure-notice';
import { CopyField } from '../parts/copy-field';
import { countsInWords } from './counts-in-words';
import { writesToOa } from './target';

export type ApprovedPart = 'whole' | 'safe';

interface ApproveDialogProps {
  readonly run: Run;
  readonly push: PushFacts;
  readonly part: ApprovedPart;
  readonly onPart: (part: ApprovedPart) => void;
  readonly onClose: () => void;
}

interface Answers {
  readonly deletions?: number | null;
  readonly comment?: string;
}

/** What is approved is one plan, named by its fingerprint; whoever deletes people types how many. */
export function ApproveDialog({ run, push, part, onPart, onClose }: ApproveDialogProps) {
  const { t, maybe, number } = useLanguage();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [form] = Form.useForm<Answers>();
  // A plan rewritten meanwhile is not the one that is being read here.
  const [planHash] = useState(run.planHash ?? '');
  const safe = useQuery({
    ...changeCountsQuery(run.id, 'pending', planHash),
    enabled: part === 'safe' && push.deletions > 0,
  });
  const deletions = part === 'whole' ? push.deletions : (safe.data?.['deleteUser'] ?? 0);
  const approve = useMutation({
    mutationFn: ({ comment, deletions: typed }: Answers) =>
      approveRun(run.id, {
        planHash,
        ...(comment === undefined || comment.trim() === '' ? {} : { comment: comment.trim() }),
        ...(typed == null ? {} : { expectedDeletions: typed }),
        ...(part === 'safe' ? { safeOnly: true } : {}),
      }),
    onSuccess: async ({ runId }) => {
      message.success(t('plan.approve.done'));
      onClose();
      if (runId !== run.id) await navigate(`/runs/${runId}`);
    },
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: runQuery(run.id).queryKey });
      await client.invalidateQueries({ queryKey: ['runs'] });
      await client.invalidateQueries({ queryKey: ['overview'] });
    },
  });
  const needsNumber =
    deletions > 0 || (approve.error instanceof ApiError && approve.error.code === 'deletions_required');
  const moved = run.planHash !== planHash;
  const words = countsInWords(run.counts, maybe, number, t('list.comma'));
  return (
    <Modal
      open
      width={600}
      title={t(run.mode === 'simulate' ? 'plan.approve.title.simulation' : 'plan.approve.title')}
      okText={t(part === 'safe' ? 'plan.approve.safe' : 'plan.approve')}
      okButtonProps={{ danger: needsNumber, disabled: moved }}
      cancelText={t('action.cancel')}
      confirmLoading={approve.isPending}
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <Form<Answers> form={form} layout="vertical" onFinish={(answers) => approve.mutate(answers)}>
        <p className="dialog-lead">{run.verdict?.summary ?? words}</p>
        {words !== '' && <p className="quiet">{words}</p>}
        {writesToOa(run) && <p>{t('plan.approve.oa')}</p>}
        {push.held > 0 && (
          <Form.Item label={t('plan.approve.part')}>
            <Radio.Group
              value={part}
              onChange={({ target }) => onPart(target.value === 'safe' ? 'safe' : 'whole')}
              options={[
                {
                  value: 'whole',
                  label: t('plan.approve.part.whole', { count: number(push.releasable) }),
                },
                { value: 'safe', label: t('plan.approve.part.safe', { count: number(push.held) }) },
              ]}
              vertical
            />
            {push.barred > 0 && (
              <p className="small quiet">{t('plan.approve.barred', { count: number(push.barred) })}</p>
            )}
          </Form.Item>
        )}
        <Form.Item label={t('plan.hash')} extra={t('plan.hash.about')}>
          <CopyField value={planHash} label={t('plan.hash')} />
        </Form.Item>
        {needsNumber && (
          <Form.Item
            name="deletions"
            label={t('plan.approve.deletions')}
            extra={t('plan.approve.deletions.about')}
            required
            rules={[
              {
                validator: (_, typed: number | null | undefined) =>
                  typed == null
                    ? Promise.reject(new Error(t('form.required')))
                    : typed === deletions || deletions === 0
                      ? Promise.resolve()
                      : Promise.reject(new Error(t('plan.approve.deletions.differ'))),
              },
            ]}
          >
            <InputNumber min={0} precision={0} controls={false} autoComplete="off" style={{ width: 160 }} />
          </Form.Item>
        )}
        <Form.Item name="comment" label={t('plan.approve.comment')}>
          <Input.TextArea rows={2} maxLength={1_000} />
        </Form.Item>
        {moved && <Alert type="warning" showIcon title={t('plan.approve.rewritten')} />}
        {approve.error !== null && <FailureNotice error={approve.error} />}
      </Form>
    </Modal>
  );
}
