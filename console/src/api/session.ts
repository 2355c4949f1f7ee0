import { queryOptions } from '@tanstack/react-query';
import { ApiError, call, rememberCsrfToken } from './client';

export const roles = ['admin', 'operator', 'approver', 'viewer'] as const;
export type Role = (typeof roles)[number];

export const scopes = [
  'read',
  'corps:write',
  'settings:write',
  'runs:start',
  'runs:approve',
  'bindings:write',
  'departures:write',
  'oa:write',
  'events:write',
  'users:write',
  'tokens:write',
  'audit:read',
] as const;
export type Scope = (typeof scopes)[number];

export interface Session {
  readonly user: {
    readonly id: string;
    readonly loginName: string;
    readonly displayName: string;
    readonly role: Role;
    readonly hasPassword: boolean;
  };
  readonly scopes: readonly Scope[];
  readonly csrfToken: string;
  readonly expiresAt: string;
}

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => fetchSession(signal),
  staleTime: Infinity,
});

async function fetchSession(signal: AbortSignal): Promise<Session | null> {
  try {
    return remembered(await call<Session>('GET', '/session', { signal }));
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

export async function signIn(credentials: { loginName: string; password: string }): Promise<Session> {
  return remembered(await call<Session>('POST', '/session', { body: credentials }));
}

export async function signInOnce(token: string): Promise<Session> {
  return remembered(await call<Session>('POST', '/session/one-time', { body: { token } }));
}

export async function signOut(): Promise<void> {
  await call<void>('DELETE', '/session');
  rememberCsrfToken(undefined);
}

export function changePassword(change: { currentPassword?: string; newPassword: string }): Promise<void> {
  return call<void>('PUT', '/session/password', { body: change });
}

function remembered(session: Session): Session {
  rememberCsrfToken(session.csrfToken);
  return session;
}
