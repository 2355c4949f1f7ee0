import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useNavigate } from 'react-router';
import { commandRun, type RunCommand, snoozeRun } from '../api/push';
import { type Run, runQuery } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { describeFailure } from '../parts/failure-notice';

interface RunCommands {
  /** What is under way, so that its button can show it. */
  readonly pending: RunCommand | undefined;
  readonly send: (command: RunCommand) => void;
  /** Asks first. */
  readonly ask: (command: 'cancel' | 'undo' | 'retry-failed') => void;
  readonly snooze: (hours: number) => void;
}

const lookEveryMs = 700;
const looks = 20;

async function untilMoved(client: QueryClient, { id, phase, finishedAt }: Run): Promise<void> {
  const { queryKey } = runQuery(id);
  for (let look = 0; look < looks; look += 1) {
    await client.refetchQueries({ queryKey });
    const now = client.getQueryData(queryKey);
    if (now?.phase !== phase || now.finishedAt !== finishedAt) return;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

export function useRunCommands(run: Run): RunCommands {
  const { t } = useLanguage();
  const { message, modal } = App.useApp();
  const navigate = useNavigate();
  const client = useQueryClient();
  const showFailure = (error: unknown) => {
    const { title, advice } = describeFailure(error, t);
    modal.error({ title, content: advice });
  };
  const command = useMutation({
    mutationFn: (wanted: RunCommand) => commandRun(run.id, wanted),
    onSuccess: async ({ runId }, wanted) => {
      message.success(t(`plan.command.${wanted}.asked`));
      if (runId !== run.id) await navigate(`/runs/${runId}`);
    },
    onError: showFailure,
    // Its button stays busy until the run has followed: an ended one is taken up again a moment later.
    onSettled: (answer) => (answer?.runId === run.id ? untilMoved(client, run) : undefined),
  });
  const snooze = useMutation({
    mutationFn: (hours: number) => snoozeRun(run.id, hours),
    onSuccess: () => message.success(t('plan.snooze.done')),
    onError: showFailure,
    onSettled: () => client.invalidateQueries({ queryKey: runQuery(run.id).queryKey }),
  });
  return {
    pending: command.isPending ? command.variables : undefined,
    send: (wanted) => command.mutate(wanted),
    ask: (wanted) => {
      modal.confirm({
        title: t(`plan.command.${wanted}.title`),
        content: t(`plan.command.${wanted}.about`),
        okText: t(`plan.command.${wanted}`),
        okButtonProps: { danger: wanted === 'cancel' },
        cancelText: t('action.cancel'),
        onOk: () => command.mutate(wanted),
      });
    },
    snooze: (hours) => snooze.mutate(hours),
  };
}
