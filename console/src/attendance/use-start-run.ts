import { useMutation } from '@tanstack/react-query';
import { App } from 'antd';
import { useNavigate } from 'react-router';
import { type NewAttendanceRun, startAttendanceRun } from '../api/attendance';
import { ApiError } from '../api/client';
import { useLanguage } from '../language/use-language';
import { describeFailure } from '../parts/failure-notice';
import { useReadAttendanceAnew } from './use-read-anew';

/** Starts a reading; where one of the same rule is open, leads to that one. */
export function useStartAttendanceRun(corpId: string, onStarted?: (runId: string) => void) {
  const { t } = useLanguage();
  const { modal, message } = App.useApp();
  const navigate = useNavigate();
  const readAnew = useReadAttendanceAnew(corpId);
  return useMutation({
    mutationFn: (run: NewAttendanceRun) => startAttendanceRun(corpId, run),
    onSuccess: ({ runId }) => {
      message.success(t('att.run.started'));
      onStarted?.(runId);
    },
    onError: (error) => {
      const openRun = error instanceof ApiError && error.status === 409 ? error.body.runId : undefined;
      if (openRun !== undefined) {
        message.info(t('att.run.already'));
        void navigate(`/runs/${openRun}`);
        return;
      }
      // A form shows at its inputs what is wrong with them.
      if (error instanceof ApiError && (error.body.fields ?? []).length > 0 && onStarted !== undefined)
        return;
      const { title, advice } = describeFailure(error, t);
      modal.error({ title, content: advice });
    },
    onSettled: readAnew,
  });
}
