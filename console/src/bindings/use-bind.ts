import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { ApiError } from '../api/client';
import { bindMember, corpKey, unbindMember } from '../api/bindings';
import { useLanguage } from '../language/use-language';
import { describeFailure } from '../parts/failure-notice';

/** Everything of the corp that shows a binding is read anew. */
export function useReadAnew(corpId: string): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: corpKey(corpId) }),
      client.invalidateQueries({ queryKey: ['oa', 'user'] }),
    ]);
  };
}

export interface Wanted {
  readonly member: { readonly userId: string; readonly name: string | null };
  readonly oa: { readonly id: string; readonly name: string | null };
  /** Somebody has read who loses a binding by it. */
  readonly replace: boolean;
}

/** Codes of the API: somebody else has the OA user, or the member has another one. */
const replaceable = new Set(['oa_user_bound', 'member_bound']);

export function useBind(corpId: string, onDone: (wanted: Wanted) => void) {
  const { t } = useLanguage();
  const { modal, message } = App.useApp();
  const readAnew = useReadAnew(corpId);
  const bind = useMutation({
    mutationFn: ({ member, oa, replace }: Wanted) => bindMember(corpId, member.userId, oa.id, replace),
    onSuccess: async (_, wanted) => {
      const { member, oa } = wanted;
      message.success(t('bind.done', { member: member.name ?? member.userId, oa: oa.name ?? oa.id }));
      onDone(wanted);
      await readAnew();
    },
    onError: (error, wanted) => {
      // Bound by somebody else since this page was read.
      if (wanted.replace || !(error instanceof ApiError) || !replaceable.has(error.code)) return;
      const { title, advice } = describeFailure(error, t);
      modal.confirm({
        title,
        content: [advice, t('bind.accounts-stay')].filter(Boolean).join('\n'),
        okText: t('bind.replace.anyway'),
        okButtonProps: { danger: true },
        cancelText: t('action.cancel'),
        onOk: () => bind.mutate({ ...wanted, replace: true }),
      });
    },
  });
  return bind;
}

interface Bound {
  readonly userId: string;
  readonly name: string | null;
  readonly oaName: string;
}

export function useUnbind(corpId: string) {
  const { t } = useLanguage();
  const { modal, message } = App.useApp();
  const readAnew = useReadAnew(corpId);
  const unbind = useMutation({
    mutationFn: ({ userId }: Bound) => unbindMember(corpId, userId),
    onSuccess: async (_, { userId, name }) => {
      message.success(t('bind.undone', { member: name ?? userId }));
      await readAnew();
    },
    onError: (error) => {
      const { title, advice } = describeFailure(error, t);
      modal.error({ title, content: advice });
    },
  });
  return {
    isPending: unbind.isPending,
    ask: (bound: Bound) =>
      void modal.confirm({
        title: t('bind.unbind.title', { member: bound.name ?? bound.userId }),
        content: t('bind.unbind.about', { oa: bound.oaName }),
        okText: t('bind.action.unbind'),
        okButtonProps: { danger: true },
        cancelText: t('action.cancel'),
        onOk: () => unbind.mutateAsync(bound).catch(() => undefined),
      }),
  };
}
