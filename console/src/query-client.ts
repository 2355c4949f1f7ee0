import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError, UnreachableError } from './api/client';
import { sessionQuery } from './api/session';

const repeats = 2;

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: endSessionOn401 }),
  mutationCache: new MutationCache({ onError: endSessionOn401 }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // A refusal stays a refusal; a restart or a lost network mends itself.
      retry: (failures, error) =>
        failures < repeats &&
        (error instanceof UnreachableError || (error instanceof ApiError && error.status === 503)),
    },
    mutations: { retry: false },
  },
});

/** Expired, or signed out elsewhere: the gate leads to the login, and back afterwards. */
function endSessionOn401(error: unknown): void {
  if (!(error instanceof ApiError) || error.code !== 'unauthenticated') return;
  queryClient.setQueryData(sessionQuery.queryKey, null);
}
