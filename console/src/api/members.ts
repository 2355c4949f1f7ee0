import { queryOptions } from '@tanstack/react-query';
import { call, type Page } from './client';

export interface Department {
  readonly departmentId: number;
  readonly parentId: number;
  /** Null where no app of the bridge may read it. */
  readonly name: string | null;
  readonly order: number;
  readonly members: number;
  readonly leaders: readonly string[] | null;
  readonly goneAt: string | null;
}

export const memberStates = ['activated', 'inactive', 'disabled', 'left', 'unknown'] as const;
export type MemberStatus = (typeof memberStates)[number];

export interface Member {
  readonly memberId: string;
  readonly userId: string;
  readonly name: string | null;
  readonly departments: readonly { readonly departmentId: number; readonly name: string | null }[];
  readonly position: string | null;
  readonly mobile: string | null;
  readonly email: string | null;
  readonly status: MemberStatus;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly detailsSeenAt: string | null;
  readonly goneAt: string | null;
}

export type FieldTable = Readonly<Record<string, unknown>>;

export interface MemberDetails extends Member {
  readonly seen: FieldTable | null;
  readonly written: FieldTable | null;
}

export interface MemberFilter {
  readonly q?: string | undefined;
  readonly departmentId?: number | undefined;
  readonly status?: MemberStatus | undefined;
  readonly gone?: boolean | undefined;
}

const at = (corpId: string, rest: string) => `/corps/${encodeURIComponent(corpId)}${rest}`;

export const departmentsQuery = (corpId: string) =>
  queryOptions({
    queryKey: ['corps', corpId, 'departments'],
    queryFn: async ({ signal }) =>
      (await call<Page<Department>>('GET', at(corpId, '/departments'), { signal })).items,
  });

export const membersQuery = (
  corpId: string,
  filter: MemberFilter,
  cursor: string | undefined,
  limit: number,
) =>
  queryOptions({
    queryKey: ['corps', corpId, 'members', filter, cursor ?? null, limit],
    queryFn: ({ signal }) =>
      call<Page<Member>>('GET', at(corpId, '/members'), {
        signal,
        query: {
          ...filter,
          ...(filter.departmentId === undefined ? {} : { includeSub: true }),
          cursor,
          limit,
        },
      }),
    placeholderData: (before) => before,
  });

export const memberQuery = (corpId: string, userId: string) =>
  queryOptions({
    queryKey: ['corps', corpId, 'member', userId],
    queryFn: ({ signal }) =>
      call<MemberDetails>('GET', at(corpId, `/members/${encodeURIComponent(userId)}`), { signal }),
  });
