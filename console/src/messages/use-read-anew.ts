import { useQueryClient } from '@tanstack/react-query';
import { appsKey, eventsKey, pushesKey, recallsKey } from '../api/messages';

/** Everything that shows a push is read anew, also after a refusal: it tells that something has changed. */
export function useReadMessagesAnew(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await Promise.all(
      [pushesKey, eventsKey, recallsKey, appsKey].map((queryKey) => client.invalidateQueries({ queryKey })),
    );
  };
}
