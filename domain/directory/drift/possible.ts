import type { DirectorySettings } from '../settings';
import type { AcceptObstacle } from './acceptance';
import type { DriftKind } from './judge';
import type { DriftState } from './listing';

/** Whether a change by hand can be accepted into the OA, or taken back in WeCom, and why not. */

export type DriftObstacle =
  | AcceptObstacle
  | 'decided'
  | 'under-way'
  | 'not-managed'
  | 'object-gone'
  | 'read-only'
  | 'wecom-is-master'
  | 'no-contacts-secret'
  | 'not-in-oa'
  | 'not-wanted'
  | 'oa-agrees'
  | 'mobile-of-activated'
  | 'creation-off'
  | 'department-not-linked'
  | 'department-stays';

export type DriftFacts = {
  readonly kind: DriftKind;
  readonly field: string;
  readonly state: DriftState;
  /** Bound, or linked. */
  readonly isManaged: boolean;
  /** Deleted in WeCom. */
  readonly isGone: boolean;
  readonly isActivated: boolean;
  readonly access: DirectorySettings['access'];
  readonly master: DirectorySettings['master'];
  readonly hasContactsSecret: boolean;
  readonly createUsers: boolean;
  /** In the OA; null where the OA has no such user or department. */
  readonly oa: {
    /** What a push would make of it; `nothing` where the OA has no say in this field. */
    readonly push: 'before' | 'same-as-now' | 'nothing';
    readonly accept: 'possible' | AcceptObstacle | 'department-not-linked' | 'oa-agrees';
  } | null;
};

const decidable: ReadonlySet<DriftState> = new Set(['open', 'ignored']);

function common({ state, isManaged, isGone, field }: DriftFacts): DriftObstacle | null {
  if (state === 'accepting' || state === 'reverting') return 'under-way';
  if (!decidable.has(state)) return 'decided';
  if (!isManaged) return 'not-managed';
  return isGone && field !== 'existence' ? 'object-gone' : null;
}

export function whyNotReverted(facts: DriftFacts): DriftObstacle | null {
  const obstacle = common(facts);
  if (obstacle !== null) return obstacle;
  if (facts.access === 'read-only') return 'read-only';
  if (facts.master === 'wecom') return 'wecom-is-master';
  if (!facts.hasContactsSecret) return 'no-contacts-secret';
  if (facts.oa === null) return 'not-in-oa';
  if (facts.field === 'mobile' && facts.isActivated) return 'mobile-of-activated';
  if (facts.field === 'existence' && facts.kind === 'member' && !facts.createUsers) return 'creation-off';
  switch (facts.oa.push) {
    case 'nothing':
      return 'not-wanted';
    case 'same-as-now':
      return 'oa-agrees';
    case 'before':
      return null;
  }
}

export function whyNotAccepted(facts: DriftFacts): DriftObstacle | null {
  const obstacle = common(facts);
  if (obstacle !== null) return obstacle;
  if (facts.oa === null) return 'not-in-oa';
  return facts.oa.accept === 'possible' ? null : facts.oa.accept;
}

export function whyNotIgnored({ kind, field, state }: DriftFacts): DriftObstacle | null {
  if (state === 'accepting' || state === 'reverting') return 'under-way';
  if (state !== 'open') return 'decided';
  // Its people would have no place: a department that is not wanted belongs out of the scope.
  return kind === 'department' && field === 'existence' ? 'department-stays' : null;
}
