import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { decide, type Decided, type Decision } from '../api/push';
import { type Run, runQuery } from '../api/runs';
import { useLanguage } from '../language/use-language';
import { describeFailure } from '../parts/failure-notice';
import { shortHash } from './short-hash';

interface Decisions {
  readonly deciding: boolean;
  readonly leaveOut: (ids: readonly string[]) => void;
  readonly takeBackIn: (ids: readonly string[]) => void;
  /** Asks first: it writes the settings. */
  readonly leaveOutAlways: (ids: readonly string[]) => void;
}

/** Every decision rewrites the plan: the hash that was read aloud a minute ago is another one now, and that is said. */
export function useDecisions(run: Run, onDecided: () => void, onPlanAnew: () => void): Decisions {
  const { t, number } = useLanguage();
  const { message, modal } = App.useApp();
  const client = useQueryClient();
  const decision = useMutation({
    mutationFn: (made: Decision) => decide(run.id, made),
    onSuccess: (decided: Decided) => {
      onDecided();
      if (decided.planAnew === true) {
        modal.confirm({
          title: t('plan.decide.always.done', { version: decided.settingsVersion ?? '' }),
          content: t('plan.decide.always.anew'),
          okText: t('plan.again'),
          cancelText: t('action.close'),
          onOk: onPlanAnew,
        });
        return;
      }
      message.success(
        t('plan.decide.done', {
          before: shortHash(run.planHash),
          after: shortHash(decided.planHash),
          count: number(decided.leftOut),
        }),
      );
    },
    onError: (error) => {
      const { title, advice } = describeFailure(error, t);
      modal.error({ title, content: advice });
    },
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: runQuery(run.id).queryKey });
      await client.invalidateQueries({ queryKey: ['runs', 'plan', run.id] });
    },
  });
  return {
    deciding: decision.isPending,
    leaveOut: (ids) => decision.mutate({ leaveOut: ids }),
    takeBackIn: (ids) => decision.mutate({ takeBackIn: ids }),
    leaveOutAlways: (ids) => {
      modal.confirm({
        title: t('plan.decide.always.title', { count: number(ids.length) }),
        content: t('plan.decide.always.about'),
        okText: t('plan.decide.always'),
        okButtonProps: { danger: true },
        cancelText: t('action.cancel'),
        onOk: () => decision.mutate({ leaveOut: ids, always: true }),
      });
    },
  };
}
