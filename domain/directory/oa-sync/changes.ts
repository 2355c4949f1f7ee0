/** Where an OA's department lies; the OA's own name for it. */
export type OaDepartmentPlace = {
  readonly name: string;
  /** `department:…` or `subcompany:…`; null for the root. */
  readonly parentKey: string | null;
};

/** Ids of the OA's departments. */
export type OaPlacement = {
  readonly departmentId: string | null;
  readonly partTimeDepartmentIds: readonly string[];
};

export type OaUserState = {
  /** By the OA's own field names; null where the OA has nothing. */
  readonly values: Readonly<Record<string, string | null>>;
  /** Null where the departments stay. */
  readonly placement: OaPlacement | null;
};

type OaDepartmentSubject = {
  readonly oaKey: string;
  /** The root is on level 1. */
  readonly level: number;
  /** WeCom's number of the same department. */
  readonly departmentId: number;
};

type OaUserSubject = { readonly oaUserId: string; readonly memberId: string; readonly userId: string };

/** Changes of the OA, where WeCom is the master. */
export type OaChange =
  | (OaDepartmentSubject & {
      readonly action: 'createOaDepartment';
      readonly step: number;
      readonly before: null;
      readonly after: OaDepartmentPlace;
    })
  | (OaDepartmentSubject & {
      /** A department that gets another name and another parent is one change. */
      readonly action: 'renameOaDepartment' | 'moveOaDepartment';
      readonly step: number;
      readonly before: OaDepartmentPlace;
      readonly after: OaDepartmentPlace;
    })
  | (OaDepartmentSubject & {
      readonly action: 'removeOaDepartment';
      readonly before: OaDepartmentPlace;
      readonly after: null;
    })
  | (OaUserSubject & {
      readonly action: 'createOaUser';
      readonly before: null;
      readonly after: OaUserState;
    })
  | (OaUserSubject & {
      readonly action: 'updateOaUser' | 'returnOaUser';
      readonly before: OaUserState;
      readonly after: OaUserState;
    })
  | (OaUserSubject & {
      /** Never removed: what the OA keeps of a person stays. */
      readonly action: 'departOaUser';
      readonly before: OaUserState;
      readonly after: null;
    });

export type OaRuleCode =
  | 'roots-belong-together'
  | 'same-name-in-oa'
  | 'not-in-oa'
  | 'renamed-in-wecom'
  | 'moved-in-wecom'
  | 'gone-from-wecom'
  | 'new-in-wecom'
  | 'differs-from-wecom'
  | 'back-in-wecom'
  | 'bound-to-oa-user'
  | 'drift-accepted'
  | 'oa-conflict'
  | 'undo-oa-created-department'
  | 'undo-oa-renamed'
  | 'undo-oa-moved'
  | 'undo-oa-removed-department'
  | 'undo-oa-created'
  | 'undo-oa-updated'
  | 'undo-oa-returned'
  | 'undo-oa-departed';

export type OaDepartmentConflict =
  | 'name-unreadable'
  | 'parent-not-in-oa'
  | 'several-with-this-name-in-oa'
  | 'subcompany-stays'
  | 'subcompany-can-not-move'
  | 'top-not-linked'
  | 'not-linked'
  | 'oa-department-gone'
  | 'oa-department-changed-since';

export type OaUserConflict =
  | {
      readonly code: 'member-matches-several';
      readonly params: { readonly field: string; readonly count: number };
    }
  | {
      readonly code: 'several-match-oa-user';
      readonly params: { readonly field: string; readonly count: number };
    }
  | {
      /** Somebody told them apart: whoever would be created might be the same person once more. */
      readonly code: 'member-refused-by-person';
      readonly params: { readonly field: string; readonly loginId: string };
    }
  | { readonly code: 'login-missing' }
  | { readonly code: 'login-invalid'; readonly params: { readonly loginId: string } }
  | { readonly code: 'login-taken'; readonly params: { readonly loginId: string } }
  | { readonly code: 'login-not-unique'; readonly params: { readonly loginId: string } }
  | { readonly code: 'oa-id-taken'; readonly params: { readonly oaUserId: string } }
  | { readonly code: 'member-name-unreadable' }
  | { readonly code: 'member-department-not-in-oa' }
  | { readonly code: 'oa-user-gone'; readonly params: { readonly oaUserId: string } }
  | { readonly code: 'not-bound' }
  | { readonly code: 'field-not-mapped'; readonly params: { readonly field: string } }
  | { readonly code: 'value-unreadable'; readonly params: { readonly field: string } }
  | { readonly code: 'oa-user-changed-since'; readonly params: { readonly fields: string } };

/** Of departments and people as WeCom knows them: the OA may have nobody to speak of. */
export type OaConflict =
  | {
      readonly of: 'wecom-department';
      readonly departmentId: number;
      readonly oaKey: string | null;
      readonly because: OaDepartmentConflict;
    }
  | {
      readonly of: 'member';
      readonly memberId: string;
      readonly userId: string;
      readonly oaUserId: string | null;
      readonly because: OaUserConflict;
    };

export const oaActions = [
  'createOaDepartment',
  'renameOaDepartment',
  'moveOaDepartment',
  'removeOaDepartment',
  'createOaUser',
  'updateOaUser',
  'returnOaUser',
  'departOaUser',
] as const satisfies readonly OaChange['action'][];
