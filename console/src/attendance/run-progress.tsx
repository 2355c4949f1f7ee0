import { CaretRightOutlined, PauseOutlined, StopOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { App, Button, Progress } from 'antd';
import { commandRun } from '../api/push';
import { isOpen, type Run } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { describeFailure } from '../parts/failure-notice';
import { useMay } from '../session/use-session';
import { useReadAttendanceAnew } from './use-read-anew';

/** How many of the calls to WeCom have been made. */
export function AttendanceProgress({ run }: { readonly run: Run }) {
  const { t, number } = useLanguage();
  const { done, failed, total } = run.progress;
  const paused = run.phase === 'paused' || run.attendance?.paused === true;
  const percent =
    total === 0 ? (run.phase === 'done' ? 100 : 0) : Math.floor(((done + failed) / total) * 100);
  return (
    <div>
      <Progress
        percent={percent}
        status={
          run.phase === 'done'
            ? 'success'
            : run.phase === 'failed'
              ? 'exception'
              : paused
                ? 'normal'
                : 'active'
        }
        aria-label={t('att.progress')}
      />
      <span className="small quiet">
        {total === 0 && isOpen(run)
          ? t('att.progress.preparing')
          : t('att.progress.calls', { done: number(done), total: number(total) })}
        {failed > 0 && ` · ${t('att.progress.failed', { failed: number(failed) })}`}
        {paused && isOpen(run) && ` · ${t('att.progress.paused')}`}
      </span>
    </div>
  );
}

type Command = 'pause' | 'resume' | 'cancel';

/** What was read stays, whatever becomes of the run. */
export function AttendanceRunButtons({ run }: { readonly run: Run }) {
  const { t } = useLanguage();
  const { modal, message } = App.useApp();
  const mayStart = useMay('runs:start');
  const readAnew = useReadAttendanceAnew(run.corpId);
  const command = useMutation({
    mutationFn: (wanted: Command) => commandRun(run.id, wanted),
    onSuccess: (_, wanted) => message.success(t(`att.run.${wanted}.asked`)),
    onError: (error) => {
      const { title, advice } = describeFailure(error, t);
      modal.error({ title, content: advice });
    },
    onSettled: readAnew,
  });
  if (!mayStart || !isOpen(run)) return null;
  const pending = command.isPending ? command.variables : undefined;
  const paused = run.phase === 'paused' || run.attendance?.paused === true;

  function confirmCancel() {
    modal.confirm({
      title: t('att.run.cancel.title'),
      content: t('att.run.cancel.about'),
      okText: t('run.cancel'),
      okButtonProps: { danger: true },
      cancelText: t('run.cancel.no'),
      onOk: () => command.mutate('cancel'),
    });
  }

  return (
    <>
      {paused ? (
        <Button
          type="primary"
          icon={<CaretRightOutlined />}
          loading={pending === 'resume'}
          onClick={() => command.mutate('resume')}
        >
          {t('att.run.resume')}
        </Button>
      ) : (
        <Button
          icon={<PauseOutlined />}
          loading={pending === 'pause'}
          onClick={() => command.mutate('pause')}
        >
          {t('att.run.pause')}
        </Button>
      )}
      <Button danger icon={<StopOutlined />} loading={pending === 'cancel'} onClick={confirmCancel}>
        {t('run.cancel')}
      </Button>
    </>
  );
}
