import type { OaChange, OaConflict, OaRuleCode } from '../oa-sync/changes';
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
  | 'name-freed-for-another'
  | 'departed'
  | 'gone-from-oa'
  | 'excluded'
  | 'out-of-scope'
  | 'mobile-of-activated-member'
  /** Of two who have each other's. */
  | 'exchanged'
  | 'disabled-by-hand'
  /** Changed by hand in WeCom, and somebody decided that it stays. */
  | 'left-by-decision'
  | DepartureRuleCode
  | 'field-missing'
  | 'field-too-short'
  | 'field-too-long'
  | 'field-malformed'
  | 'expression-failed'
  | 'department-conflict'
  | 'member-conflict'
  | UndoRuleCode
  | OaRuleCode;

export type DepartureRuleCode =
  /** Disabled so many days ago as the settings say. */
  | 'departure-due'
  /** A person gave the account of somebody departed back. */
  | 'restored-by-decision'
  /** A person decided how a departure ends; pushes leave the account as it is. */
  | 'kept-by-decision'
  /** Active in the OA, and a person had the account taken out of use: it stays so. */
  | 'departing-by-decision'
  | 'asked-by-person'
  | 'new-after-deletion';

export type UndoRuleCode =
  | 'undo-linked'
  | 'undo-unlinked'
  | 'undo-created-department'
  | 'undo-renamed'
  | 'undo-moved'
  | 'undo-deleted-department'
  | 'undo-bound'
  | 'undo-unbound'
  /** Never activated: nothing is lost with the account. */
  | 'undo-created-deleted'
  | 'undo-created-disabled'
  | 'undo-updated'
  | 'undo-enabled'
  | 'undo-disabled'
  | 'undo-deleted'
  | 'undo-superior'
  /** Nobody ever knew what these fields held before. */
  | 'undo-before-unknown'
  | 'undo-conflict';

/** Why a change waits although the plan names it. */
export type Hold =
  /** `released`: somebody looked at it and let it pass, so nothing waits. */
  | { readonly code: 'status-unreadable'; readonly released?: true }
  | {
      /** Somebody put it off until then. */
      readonly code: 'postponed';
      readonly params: { readonly until: string; readonly timezone: string };
    }
  | {
      readonly code: 'department-not-empty';
      readonly params: { readonly members: number; readonly departments: number };
      /** The first of those inside. */
      readonly userIds: readonly string[];
    };

/** Whether something waits for it: what somebody let pass is named, and goes on. */
export function isHolding(hold: Hold | null): boolean {
  return hold !== null && !(hold.code === 'status-unreadable' && hold.released === true);
}

type ChangeBase = {
  /**
   * Made of the action and what it concerns: the same in every plan that wants the same. Those of an undo begin with
   * `undo:`.
   */
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
/** What one step needs was done in the steps before it. */
type InSteps = { readonly step: number };
/** Takes what another change gives up in the step before; without a step nobody waits for anybody. */
type AfterOthers = { readonly step?: number };
type UserSubject = { readonly oaUserId: string; readonly memberId: string; readonly userId: string };

export type Placement = {
  /** Those of the OA first. */
  readonly departments: readonly DepartmentRef[];
  /** So many of them are the OA's word; the others were there already and stay beside them. */
  readonly fromOa: number;
  readonly main: DepartmentRef | null;
  /** Those of them that the member leads; absent where that is not known, and where it is none. */
  readonly leaderIn?: readonly DepartmentRef[];
};

export type WrittenUser = {
  readonly values: Readonly<Record<string, string | null>>;
  /** Null where the departments stay. */
  readonly placement: Placement | null;
};

export type Change = ChangeBase &
  (
    | (DepartmentSubject & {
        readonly action: 'linkDepartment';
        readonly departmentId: number;
        /** The department stood for another one of the OA, which is gone; its link ends. */
        readonly before: { readonly oaKey: string } | null;
        readonly after: { readonly departmentId: number };
      })
    | (DepartmentSubject & {
        readonly action: 'unlinkDepartment';
        readonly departmentId: number;
        readonly before: { readonly departmentId: number };
        /** The link that was there before, if any. */
        readonly after: { readonly oaKey: string } | null;
      })
    | (DepartmentSubject &
        InSteps & {
          readonly action: 'createDepartment';
          readonly before: null;
          readonly after: { readonly name: string; readonly parent: DepartmentRef };
        })
    | (DepartmentSubject &
        InSteps & {
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
    | (UserSubject & {
        readonly action: 'unbindUser';
        readonly before: { readonly oaUserId: string };
        readonly after: null;
      })
    | (AfterOthers & {
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
      })
    | (UserSubject &
        AfterOthers & {
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
        /** Null: the member has no superior any more. */
        readonly after: { readonly superior: string | null };
      }
    | (UserSubject & {
        readonly action: 'disableUser';
        readonly before: WrittenUser;
        readonly after: WrittenUser & { readonly deleteAfterDays: number | null };
      })
    | (UserSubject & { readonly action: 'deleteUser'; readonly before: WrittenUser; readonly after: null })
    | {
        /** Something differs, and writing it would do nothing or harm. */
        readonly action: 'skipUser';
        readonly oaUserId: string;
        readonly memberId: string | null;
        readonly userId: string;
        readonly before: null;
        readonly after: null;
      }
    | {
        readonly action: 'conflict';
        readonly conflict:
          | { readonly of: 'department'; readonly oaKey: string; readonly because: DepartmentConflict }
          | { readonly of: 'user'; readonly oaUserId: string; readonly because: UserConflict }
          | OaConflict;
        readonly before: null;
        readonly after: null;
      }
    | OaChange
  );

export type UserConflict =
  | MemberConflict
  | { readonly code: 'department-unresolved' }
  | {
      /** An undo found another value than its run had written. */
      readonly code: 'changed-since';
      readonly params: { readonly fields: string };
    }
  | { readonly code: 'member-gone' }
  | { readonly code: 'binding-changed-since' }
  | { readonly code: 'department-gone' };

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
