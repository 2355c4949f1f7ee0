import type { DepartmentConflict, DepartmentPlace, DepartmentRef } from './department-match';
import type { MemberConflict } from './member-match';
import type { MemberValues } from './snapshot';

/** What one limit of the guard counts together. */
export type LimitGroup = 'deletes' | 'disables' | 'department-deletes' | 'moves' | 'cleared';

type Params = Readonly<Record<string, string | number>>;

/** Why a change is there; its words are made in the reader's language. */
export type Rule = { readonly code: RuleCode; readonly params: Params };

export type RuleCode =
  | 'same-level-same-name'
  | 'not-in-wecom'
  | 'folder-of-disabled-members'
  | 'renamed-in-oa'
  | 'moved-in-oa'
  | 'bound-by-match-field'
  | 'new-in-oa'
  | 'fields-differ'
  | 'departments-differ'
  | 'fields-and-departments-differ'
  | 'active-again'
  | 'superior-in-oa'
  | 'departed'
  | 'gone-from-oa'
  | 'excluded'
  | 'out-of-scope'
  | 'mobile-of-activated-member'
  | 'disabled-by-hand'
  | 'department-conflict'
  | 'member-conflict';

/** Why a change waits although the plan names it. */
export type Hold =
  | { readonly code: 'status-unreadable' }
  | {
      readonly code: 'department-not-empty';
      readonly params: { readonly members: number; readonly departments: number };
      /** The first of those inside. */
      readonly userIds: readonly string[];
    };

type ChangeBase = {
  /** Made of the action and what it concerns: the same in every plan that wants the same. */
  readonly id: string;
  readonly rule: Rule;
  readonly limitGroups: readonly LimitGroup[];
  /** Ids of changes that have to be done before. */
  readonly dependsOn: readonly string[];
  readonly hold: Hold | null;
  /** Departments, up to the one below the top, whose limits this change counts in. */
  readonly branches: readonly number[];
};

type DepartmentSubject = { readonly oaKey: string; readonly level: number };
type UserSubject = { readonly oaUserId: string; readonly memberId: string; readonly userId: string };

export type Placement = {
  readonly departments: readonly DepartmentRef[];
  readonly main: DepartmentRef | null;
};

type WrittenUser = {
  readonly values: Readonly<Record<string, string | null>>;
  /** Null where the departments stay. */
  readonly placement: Placement | null;
};

export type Change = ChangeBase &
  (
    | (DepartmentSubject & {
        readonly action: 'linkDepartment';
        readonly departmentId: number;
        readonly before: null;
        readonly after: { readonly departmentId: number };
      })
    | (DepartmentSubject & {
        readonly action: 'createDepartment';
        readonly before: null;
        readonly after: { readonly name: string; readonly parent: DepartmentRef };
      })
    | (DepartmentSubject & {
        /** A department that gets another name and another parent is one change: one call. */
        readonly action: 'renameDepartment' | 'moveDepartment';
        readonly departmentId: number;
        readonly before: DepartmentPlace;
        readonly after: DepartmentPlace;
      })
    | (DepartmentSubject & {
        readonly action: 'deleteDepartment';
        readonly departmentId: number;
        readonly before: DepartmentPlace;
        readonly after: null;
      })
    | (UserSubject & {
        readonly action: 'bindUser';
        readonly before: null;
        readonly after: { readonly oaUserId: string };
      })
    | {
        readonly action: 'createUser';
        readonly oaUserId: string;
        readonly memberId: null;
        readonly userId: string;
        readonly before: null;
        readonly after: {
          readonly values: MemberValues;
          readonly placement: Placement;
          readonly invite: boolean;
          readonly notLookedUp: readonly ('mobile' | 'email')[];
        };
      }
    | (UserSubject & {
        readonly action: 'updateUser' | 'enableUser';
        readonly before: WrittenUser;
        readonly after: WrittenUser;
      })
    | {
        readonly action: 'setSuperior';
        readonly oaUserId: string;
        readonly memberId: string | null;
        readonly userId: string;
        readonly before: { readonly superior: string | null };
        readonly after: { readonly superior: string };
      }
    | (UserSubject & {
        readonly action: 'disableUser';
        readonly before: WrittenUser;
        readonly after: WrittenUser & { readonly deleteAfterDays: number | null };
      })
    | (UserSubject & { readonly action: 'deleteUser'; readonly before: WrittenUser; readonly after: null })
    | (UserSubject & {
        /** Something differs, and writing it would do nothing or harm. */
        readonly action: 'skipUser';
        readonly before: null;
        readonly after: null;
      })
    | {
        readonly action: 'conflict';
        readonly conflict:
          | { readonly of: 'department'; readonly oaKey: string; readonly because: DepartmentConflict }
          | { readonly of: 'user'; readonly oaUserId: string; readonly because: UserConflict };
        readonly before: null;
        readonly after: null;
      }
  );

export type UserConflict = MemberConflict | { readonly code: 'department-unresolved' };

export type ChangeAction = Change['action'];

export type ChangeOf<A extends ChangeAction> = Change extends infer C
  ? C extends Change
    ? A extends C['action']
      ? C
      : never
    : never
  : never;

/** Not an OA's department: made for disabled members. */
export const folderKey = 'folder:disabled-members';

export const nothingSpecial = { limitGroups: [], dependsOn: [], hold: null, branches: [] } as const;

export const rule = (code: Rule['code'], params: Rule['params'] = {}): Rule => ({ code, params });

/** Ids of the changes that bring a department into being, if it is not there yet. */
export const creating = (ref: DepartmentRef): string[] =>
  ref.kind === 'planned' ? [`createDepartment:${ref.oaKey}`] : [];
