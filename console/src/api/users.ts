import { queryOptions } from '@tanstack/react-query';
import { call, type Page } from './client';
import type { Role } from './session';

export interface ConsoleUser {
  readonly id: string;
  readonly loginName: string;
  readonly displayName: string;
  readonly role: Role;
  readonly wecomUserIds: Readonly<Record<string, string>>;
  readonly disabled: boolean;
  readonly createdAt: string;
}

export interface NewUser {
  readonly loginName: string;
  readonly displayName: string;
  readonly role: Role;
}

export type UserChange = Partial<Pick<ConsoleUser, 'displayName' | 'role' | 'disabled'>>;

export interface OneTimeLogin {
  readonly url: string;
  readonly expiresAt: string;
}

const at = (id: string, rest = '') => `/users/${encodeURIComponent(id)}${rest}`;

export const usersQuery = queryOptions({
  queryKey: ['users'],
  queryFn: async ({ signal }) => (await call<Page<ConsoleUser>>('GET', '/users', { signal })).items,
});

export const createUser = (user: NewUser): Promise<ConsoleUser> => call('POST', '/users', { body: user });
export const changeUser = (id: string, change: UserChange): Promise<ConsoleUser> =>
  call('PATCH', at(id), { body: change });
export const removeUser = (id: string): Promise<void> => call('DELETE', at(id));
export const makeOneTimeLogin = (id: string): Promise<OneTimeLogin> =>
  call('POST', at(id, '/one-time-login'));
