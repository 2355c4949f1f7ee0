import type { RememberedPlace } from '../../departures/departure';
import type { OaUser } from '../../oa-directory/directory';

/** Both sides as planning sees them: read whole, then compared without asking anybody again. */

export type OaNodeKind = 'subcompany' | 'department';

/** Subcompanies and departments both become departments in WeCom, level by level. */
export type OaNode = {
  /** Of both kinds together: a subcompany and a department may carry the same id. */
  readonly key: string;
  readonly kind: OaNodeKind;
  readonly id: string;
  readonly name: string;
  readonly parentKey: string | null;
};

/** What planning needs of an OA's user: where they stand in a list is not compared. */
export type SourceUser = Omit<OaUser, 'order'>;

/** Simple values by WeCom's field names; a missing key means nobody knows the value. */
export type MemberValues = Readonly<Record<string, string>>;

export type MemberStatus = 'activated' | 'disabled' | 'not-activated' | 'left';

export type SnapshotMember = {
  readonly memberId: string;
  readonly userId: string;
  readonly departments: readonly number[];
  readonly mainDepartmentId: number | null;
  /** Null while no app sees the member. */
  readonly status: MemberStatus | null;
  readonly seen: MemberValues;
  readonly written: MemberValues;
  /** Those of the departments into which the bridge put the member on the OA's word. */
  readonly departmentsFromOa: readonly number[];
  readonly disabledByBridge: boolean;
  /** Those of the departments that the member leads; absent while nobody has seen that. */
  readonly leaderIn?: readonly number[];
};

export type SnapshotDepartment = {
  readonly departmentId: number;
  readonly parentId: number;
  /** Null while no app may read it. */
  readonly name: string | null;
  readonly writtenName: string | null;
};

export type DepartmentLink = { readonly oaKey: string; readonly departmentId: number };
export type Binding = { readonly memberId: string; readonly oaUserId: string };

/** What asking WeCom by mobile or mail found out; `userId` is null where nobody has it. */
export type LookUp = {
  readonly oaUserId: string;
  readonly field: 'mobile' | 'email';
  readonly userId: string | null;
};

/** What somebody decided about a change that was made by hand in WeCom. */
export type DriftDecision = {
  readonly driftId: string;
  readonly memberId: string | null;
  readonly departmentId: number | null;
  /** Of a member or a department, or `departments`, `enabled`, `existence`, `parent`. */
  readonly field: string;
} & (
  | {
      /** Left as it is until the OA wants something else than it did then. */
      readonly decision: 'ignored';
      readonly oaValue: string | null;
    }
  | { readonly decision: 'reverting' }
);

/** What planning has to know of a member's departure: the open one, or the last one where somebody decided how it ends. */
export type DepartureFact = {
  readonly memberId: string;
  readonly standing:
    | 'open'
    /** Given back by a person, or enabled by hand: neither disabled nor deleted. */
    | 'kept-enabled'
    /** Cancelled: stays as it is, and is never deleted. */
    | 'kept-disabled';
  /** What the planning run has taken it up for; null in any other run. */
  readonly wanted: 'disable' | 'delete' | 'restore' | null;
  /** Begun by a person while the OA has the user as active, and the OA has not let them go since. */
  readonly askedByPerson: boolean;
  /** Somebody let the deletion pass although nobody sees the member's status. */
  readonly isReleased: boolean;
  readonly remembered: RememberedPlace | null;
  /** Another run is about to enable the account again: this one leaves it alone. */
  readonly isRestoring?: boolean;
};

export type OaReading = 'complete' | 'incomplete' | 'loss-unconfirmed';
export type WecomReading = 'complete' | 'incomplete';

export type DirectorySnapshot = {
  readonly oa: {
    readonly reading: OaReading;
    readonly nodes: readonly OaNode[];
    readonly users: readonly SourceUser[];
  };
  readonly wecom: {
    readonly reading: WecomReading;
    readonly departments: readonly SnapshotDepartment[];
    /** Those that exist: who is gone from WeCom is not here. */
    readonly members: readonly SnapshotMember[];
  };
  readonly links: readonly DepartmentLink[];
  readonly bindings: readonly Binding[];
  readonly lookUps: readonly LookUp[];
  /** Absent where nobody decided anything. */
  readonly driftDecisions?: readonly DriftDecision[];
  /** Whom a person told apart; absent where nobody did. */
  readonly refusedPairs?: readonly Binding[];
  /** Absent where there are none. */
  readonly departures?: readonly DepartureFact[];
  /** OA users whose member was deleted when its day had come: whoever comes back is a new member. */
  readonly deletedOaUserIds?: readonly string[];
};

/** WeCom's own rules for values, known to its client. */
export type ValueRules = {
  readonly alterDepartmentName: (name: string) => string;
  /** What is wrong with it as a userid, if anything. */
  readonly userIdProblem: (userId: string) => string | undefined;
  /** What WeCom would refuse in a value, by the names of `MemberValues`; nothing for fields without a rule. */
  readonly fieldProblem: (field: string, value: string) => FieldProblem | undefined;
};

export type FieldProblem =
  | { readonly kind: 'missing' }
  | { readonly kind: 'too-short'; readonly min: number; readonly unit: 'bytes' | 'characters' }
  | { readonly kind: 'too-long'; readonly max: number; readonly unit: 'bytes' | 'characters' | 'items' }
  | { readonly kind: 'malformed' };

export const departmentKey = (id: string): string => `department:${id}`;
export const subcompanyKey = (id: string): string => `subcompany:${id}`;

/** One tree of both kinds; a department without a parent hangs on its subcompany. */
export function toOaNodes(
  subcompanies: readonly { readonly id: string; readonly name: string; readonly parentId: string | null }[],
  departments: readonly {
    readonly id: string;
    readonly name: string;
    readonly parentId: string | null;
    readonly subcompanyId: string | null;
  }[],
): OaNode[] {
  return [
    ...subcompanies.map(({ id, name, parentId }): OaNode => ({
      key: subcompanyKey(id),
      kind: 'subcompany',
      id,
      name,
      parentKey: parentId === null ? null : subcompanyKey(parentId),
    })),
    ...departments.map(({ id, name, parentId, subcompanyId }): OaNode => ({
      key: departmentKey(id),
      kind: 'department',
      id,
      name,
      parentKey:
        parentId !== null
          ? departmentKey(parentId)
          : subcompanyId === null
            ? null
            : subcompanyKey(subcompanyId),
    })),
  ];
}

export function sameUserIdKey(userId: string): string {
  // WeCom looks userids up without regard to case.
  return userId.toLowerCase();
}

/** Code units: the same on every machine, unlike the order of a locale. */
export function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
