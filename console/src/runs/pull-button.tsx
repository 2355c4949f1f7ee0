import { CloudDownloadOutlined } from '@ant-design/icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useNavigate } from 'react-router';
import { ApiError } from '../api/client';
import { startPull } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { describeFailure } from '../parts/failure-notice';
import { useMay } from '../session/use-session';
import { PlanButton } from './plan-button';
import { useMaster } from './use-master';

interface PullButtonProps {
  readonly corpId: string;
  readonly type?: 'primary' | 'default';
}

/** Where a pull goes on into the OA, its plan is looked at first. */
export function PullButton({ corpId, type = 'primary' }: PullButtonProps) {
  const { t } = useLanguage();
  const { modal, message } = App.useApp();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const mayStart = useMay('runs:start');
  const { syncsToOa } = useMaster(corpId);
  const start = useMutation({
    mutationFn: () => startPull(corpId, 'apply'),
    onSuccess: async ({ runId }) => {
      await navigate(`/runs/${runId}`);
      await queryClient.invalidateQueries({ queryKey: ['runs'] });
      await queryClient.invalidateQueries({ queryKey: ['overview'] });
    },
    onError: (error) => {
      const openRun = error instanceof ApiError && error.status === 409 ? error.body.runId : undefined;
      if (openRun !== undefined) {
        message.info(t('pull.already'));
        void navigate(`/runs/${openRun}`);
        return;
      }
      const { title, advice } = describeFailure(error, t);
      modal.error({ title, content: advice });
    },
  });
  if (!mayStart) return null;
  if (syncsToOa) {
    return <PlanButton corpId={corpId} direction="pull" type={type} icon={<CloudDownloadOutlined />} />;
  }
  return (
    <Button
      type={type}
      icon={<CloudDownloadOutlined />}
      loading={start.isPending}
      onClick={() => start.mutate()}
    >
      {t('pull.start')}
    </Button>
  );
}
