import { queryOptions } from '@tanstack/react-query';
import type { BindingFacts } from './bindings';
import { call, type Page } from './client';
import type { MemberDeparture } from './departures';

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

/** Of a member; the OA person is named as far as the OA still knows them. */
export interface MemberBinding extends BindingFacts {
  readonly oaUserId: string;
  readonly name: string | null;
}

export const bindingStates = ['bound', 'unbound', 'conflict'] as const;
export type BindingState = (typeof bindingStates)[number];

export interface BindingEvent {
  readonly event: 'bound' | 'unbound' | 'refused';
  readonly oaUserId: string;
  readonly oaName: string | null;
  readonly source: string;
  readonly matchedBy: string | null;
  readonly by: string | null;
  readonly runId: string | null;
  readonly at: string;
}

export interface Member {
  readonly memberId: string;
  readonly userId: string;
  readonly name: string | null;
  readonly departments: readonly { readonly departmentId: number; readonly name: string | null }[];
  readonly position: string | null;
  readonly mobile: string | null;
  readonly email: string | null;
  readonly status: MemberStatus;
  readonly binding: MemberBinding | null;
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly detailsSeenAt: string | null;
  readonly goneAt: string | null;
  /** The newest; null where there never was one. */
  readonly departure?: MemberDeparture | null;
}

export type FieldTable = Readonly<Record<string, unknown>>;

export interface MemberDetails extends Member {
  readonly seen: FieldTable | null;
  readonly written: FieldTable | null;
  /** The latest first. */
  readonly bindingHistory?: readonly BindingEvent[];
  /** How many changes made by hand wait for a decision. */
  readonly drift?: number;
}

export interface MemberFilter {
  readonly q?: string | undefined;
  readonly departmentId?: number | undefined;
  readonly status?: MemberStatus | undefined;
  readonly binding?: BindingState | undefined;
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
