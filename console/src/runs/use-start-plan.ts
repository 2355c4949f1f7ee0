import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useNavigate } from 'react-router';
import { ApiError } from '../api/client';
import { startPlan } from '../api/push';
import type { PlanDirection, RunMode } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { describeFailure } from '../parts/failure-notice';

/** Starts a push, or a pull that goes on into the OA, and leads to it; where one is open, to that one. */
export function useStartPlan(
  corpId: string,
  direction: PlanDirection,
): {
  readonly start: (mode: RunMode) => void;
  readonly isPending: boolean;
} {
  const { t } = useLanguage();
  const { modal, message } = App.useApp();
  const navigate = useNavigate();
  const client = useQueryClient();
  const start = useMutation({
    mutationFn: (mode: RunMode) => startPlan(corpId, direction, mode),
    onSuccess: async ({ runId }) => {
      await navigate(`/runs/${runId}`);
      await client.invalidateQueries({ queryKey: ['runs'] });
      await client.invalidateQueries({ queryKey: ['overview'] });
    },
    onError: (error) => {
      const openRun = error instanceof ApiError && error.status === 409 ? error.body.runId : undefined;
      if (openRun !== undefined) {
        message.info(t(direction === 'push' ? 'push.already' : 'oa-sync.already'));
        void navigate(`/runs/${openRun}`);
        return;
      }
      const { title, advice } = describeFailure(error, t);
      modal.error({ title, content: advice });
    },
  });
  return { start: start.mutate, isPending: start.isPending };
}
