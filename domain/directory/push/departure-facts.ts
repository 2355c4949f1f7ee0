import type { RememberedPlace } from '../../departures/departure';
import type { Placement } from './changes';
import { refKey, type DepartmentRef } from './department-match';
import type { DepartureFact, DirectorySnapshot, SnapshotMember } from './snapshot';

/** Departures, as planning asks for them. */
export type DepartureFacts = {
  readonly of: (memberId: string) => DepartureFact | undefined;
  /** The user's account was deleted at the end of a departure. */
  readonly isDeleted: (oaUserId: string) => boolean;
  /** Where the member was before, as far as it is still there; undefined where nothing of it is. */
  readonly formerPlace: (remembered: RememberedPlace | null) => Placement | undefined;
  /** The place that is found for a member who comes back, as if nobody had moved them away. */
  readonly backTo: <P extends Placement>(
    member: SnapshotMember,
    remembered: RememberedPlace | null,
    placed: (before: SnapshotMember) => P | undefined,
  ) => P | undefined;
};

export function departureFacts(
  {
    departures = [],
    deletedOaUserIds = [],
    wecom,
  }: Pick<DirectorySnapshot, 'departures' | 'deletedOaUserIds' | 'wecom'>,
  folderId: number | null,
): DepartureFacts {
  const byMember = new Map(departures.map((departure) => [departure.memberId, departure]));
  const deleted = new Set(deletedOaUserIds);
  const existing = new Set(
    byMember.size === 0 ? [] : wecom.departments.map(({ departmentId }) => departmentId),
  );
  existing.delete(folderId ?? 0);

  const formerPlace: DepartureFacts['formerPlace'] = (remembered) => {
    if (remembered === null) return undefined;
    const isFromOa = (departmentId: number): boolean => remembered.departmentsFromOa.includes(departmentId);
    const left = remembered.departments.filter((departmentId) => existing.has(departmentId));
    if (left.length === 0) return undefined;
    const fromOa = left.filter(isFromOa);
    const departments = [...fromOa, ...left.filter((departmentId) => !isFromOa(departmentId))].map(
      existingRef,
    );
    const main = remembered.mainDepartmentId;
    return withLeads(
      {
        departments,
        fromOa: fromOa.length,
        main: main !== null && left.includes(main) ? existingRef(main) : null,
      },
      remembered,
    );
  };

  return {
    of: (memberId) => byMember.get(memberId),
    isDeleted: (oaUserId) => deleted.has(oaUserId),
    formerPlace,
    backTo(member, remembered, placed) {
      if (remembered === null) return placed(member);
      const former = remembered.departments.filter((departmentId) => existing.has(departmentId));
      const place = placed({
        ...member,
        departments: [...new Set([...former, ...member.departments])],
        departmentsFromOa: [...new Set([...remembered.departmentsFromOa, ...member.departmentsFromOa])],
      });
      return place && withLeads(place, remembered);
    },
  };
}

const existingRef = (departmentId: number): DepartmentRef => ({ kind: 'existing', departmentId });

/** Leads again what the member led, of the departments that they come back to. */
function withLeads<P extends Placement>(place: P, { leaderIn }: RememberedPlace): P {
  const led = new Set(leaderIn.map((departmentId) => refKey(existingRef(departmentId))));
  const leads = place.departments.filter((ref) => led.has(refKey(ref)));
  return leads.length === 0 ? place : { ...place, leaderIn: leads };
}
