import { useQuery } from '@tanstack/react-query';
import { type Scope, type Session, sessionQuery } from '../api/session';

/** Only below the gate, which renders nothing without a session. */
export function useSession(): Session {
  const { data } = useQuery(sessionQuery);
  if (!data) throw new Error('There is no session below the gate');
  return data;
}

/** What the API would refuse is not offered. */
export function useMay(scope: Scope): boolean {
  return useSession().scopes.includes(scope);
}
