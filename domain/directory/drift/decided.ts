import type { DirectorySnapshot, OaNode, SourceUser } from '../push/snapshot';
import type { Leaver } from '../push/member-match';
import type { UserScope } from '../push/scope';
import { sameValue } from '../push/values';
import { existenceField } from './judge';

/** Decisions about changes by hand, as planning asks for them. */
export type DecidedDrift = {
  /** Fields of a member that stay as they are while the OA wants what it wanted then. */
  readonly isLeft: (memberId: string, field: string, wanted: string | null) => boolean;
  readonly isDepartmentLeft: (departmentId: number, field: string, wanted: string | null) => boolean;
  /** Somebody decided that this change is to be taken back. */
  readonly isTakenBack: (memberId: string, field: string) => boolean;
  /** The account was deleted by hand, and stays so. */
  readonly isLeftDeleted: (user: Pick<SourceUser, 'id' | 'status'>) => boolean;
};

export function decidedDrift({
  driftDecisions = [],
  bindings,
}: Pick<DirectorySnapshot, 'driftDecisions' | 'bindings'>): DecidedDrift {
  const left = new Map<string, string | null>();
  const takenBack = new Set<string>();
  for (const decided of driftDecisions) {
    const key = `${decided.memberId ?? decided.departmentId ?? ''} ${decided.field}`;
    if (decided.decision === 'ignored') left.set(key, decided.oaValue);
    else takenBack.add(key);
  }
  const isLeft = (subject: string | number, field: string, wanted: string | null): boolean => {
    const then = left.get(`${subject} ${field}`);
    if (then === undefined) return false;
    return then === null || wanted === null ? then === wanted : sameValue(field, then, wanted);
  };
  const deleted = driftDecisions.some(
    ({ decision, field }) => decision === 'ignored' && field === existenceField,
  );
  const memberIds = new Map(deleted ? bindings.map(({ oaUserId, memberId }) => [oaUserId, memberId]) : []);
  return {
    isLeft,
    isLeftDeleted: (user) => {
      const memberId = memberIds.get(user.id);
      return memberId !== undefined && isLeft(memberId, existenceField, wantedStatus(user));
    },
    isDepartmentLeft: isLeft,
    isTakenBack: (memberId, field) => takenBack.has(`${memberId} ${field}`),
  };
}

/** What the OA wants, in words that can be kept and compared. */
export function wantedDepartments(scope: UserScope): string | null {
  return scope.kind === 'in' ? [...scope.departmentKeys].sort().join(' ') : null;
}

export function wantedStatus(user: Pick<SourceUser, 'status'> | undefined): string {
  return user?.status ?? 'gone';
}

export function wantedOfLeaver(because: Leaver['because']): string {
  return because === 'gone-from-oa' ? 'gone' : because === 'departed' ? 'departed' : 'active';
}

export function wantedParent({ parentKey }: Pick<OaNode, 'parentKey'>): string {
  return parentKey ?? '';
}
