import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useEffect, useRef } from 'react';
import {
  decideDeparture,
  type DecisionAnswers,
  type Departure,
  type DepartureAction,
  departuresKey,
} from '../api/departures';
import { useLanguage } from '../language/use-language';

/** Everything that shows a departure is read anew, also after a refusal: it tells that something has changed. */
export function useReadDeparturesAnew(corpId: string): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: departuresKey(corpId) }),
      client.invalidateQueries({ queryKey: ['corps', corpId, 'member'] }),
      client.invalidateQueries({ queryKey: ['corps', corpId, 'members'] }),
      client.invalidateQueries({ queryKey: ['runs', 'list'] }),
    ]);
  };
}

/** What one part of the page has seen to change, its other parts read anew. */
export function useTellOthers(
  corpId: string,
  seen: string | undefined,
  others: readonly ('list' | 'summary' | 'calendar')[],
): void {
  const client = useQueryClient();
  const before = useRef<string | undefined>(undefined);
  const parts = others.join();
  useEffect(() => {
    const changed = seen !== undefined && before.current !== undefined && before.current !== seen;
    if (seen !== undefined) before.current = seen;
    if (!changed) return;
    for (const part of parts.split(',')) {
      void client.invalidateQueries({ queryKey: [...departuresKey(corpId), part] });
    }
  }, [client, corpId, seen, parts]);
}

export function useDecide(
  corpId: string,
  departure: Pick<Departure, 'userId'>,
  action: DepartureAction,
  onDone?: () => void,
) {
  const { t } = useLanguage();
  const { message } = App.useApp();
  const readAnew = useReadDeparturesAnew(corpId);
  return useMutation({
    mutationFn: (answers: DecisionAnswers) => decideDeparture(corpId, departure.userId, action, answers),
    onSuccess: () => {
      message.success(t(`departure.did.${action}`));
      onDone?.();
    },
    onSettled: readAnew,
  });
}
