import { nothingSpecial, rule, type Change, type LimitGroup } from '../push/changes';
import { inOrderOfApplying } from '../push/order';
import { compareText, type OaNode, type SnapshotMember, type SourceUser } from '../push/snapshot';
import { sameValue } from '../push/values';
import type { PushSettings } from '../settings';
import type { OaPlacement, OaUserConflict } from './changes';
import { departmentConflict, levelIn, planOaRemovals } from './departments';
import { oaFieldValue, toOa } from './member-values';
import { departure, isSamePlacement, memberConflict, placeOf } from './members';
import { oaBranchFinder, oaPlan, type OaPlan, type OaSyncSides } from './plan';

/** What was found changed by hand in WeCom, and is to be in the OA too. */
export type AcceptedDrift = {
  readonly driftId: string;
  readonly kind: 'member' | 'department';
  readonly memberId: string | null;
  readonly departmentId: number | null;
  /** As WeCom names it; `departments`, `parent`, or `existence` where it was deleted. */
  readonly field: string;
};

/**
 * Exactly what somebody decided about, whichever side is the master: the OA's field gets the value WeCom has now. Only
 * fields that come from one field of the OA can go back there.
 */
export function planAccepted(
  drifts: readonly AcceptedDrift[],
  sides: OaSyncSides,
  push: Pick<PushSettings, 'fieldMapping'>,
): OaPlan {
  const { snapshot, gone } = sides;
  const branchesOf = oaBranchFinder(snapshot);
  const keyOf = new Map(snapshot.links.map(({ oaKey, departmentId }) => [departmentId, oaKey]));
  const nodes = new Map(snapshot.oa.nodes.map((node) => [node.key, node]));
  const membersById = new Map(snapshot.wecom.members.map((member) => [member.memberId, member]));
  const goneById = new Map(gone.map((member) => [member.memberId, member]));
  const usersById = new Map(snapshot.oa.users.map((user) => [user.id, user]));
  const boundTo = new Map(snapshot.bindings.map(({ memberId, oaUserId }) => [memberId, oaUserId]));
  const changes: Change[] = [];

  const byMember = new Map<string, string[]>();
  const byDepartment = new Map<number, Set<string>>();
  for (const { kind, memberId, departmentId, field } of drifts) {
    if (kind === 'member' && memberId !== null) {
      byMember.set(memberId, [...(byMember.get(memberId) ?? []), field]);
    } else if (departmentId !== null) {
      byDepartment.set(departmentId, (byDepartment.get(departmentId) ?? new Set()).add(field));
    }
  }

  for (const [memberId, fields] of byMember) acceptMember(memberId, [...new Set(fields)].sort(compareText));
  for (const [departmentId, fields] of byDepartment) acceptDepartment(departmentId, fields);
  changes.sort(inOrderOfApplying);
  return {
    ...oaPlan(sides, changes, { unchangedDepartment: 0, unchangedUser: 0, notCreatedUser: 0 }),
    isPartial: true,
  };

  function acceptMember(memberId: string, fields: readonly string[]): void {
    const member = membersById.get(memberId);
    const left = goneById.get(memberId);
    const subject = member ?? left;
    // WeCom has somebody again under the same userid, or the member was never bound: nothing to accept.
    if (subject === undefined) return;
    const oaUserId = boundTo.get(memberId) ?? null;
    const user = oaUserId === null ? undefined : usersById.get(oaUserId);
    const conflict = (because: OaUserConflict): void => {
      const id = `conflict:${subject.userId}:${because.code}`;
      changes.push(memberConflict(id, { memberId, userId: subject.userId }, oaUserId, because));
    };
    if (oaUserId === null) return conflict({ code: 'not-bound' });
    if (user === undefined) return conflict({ code: 'oa-user-gone', params: { oaUserId } });
    if (member === undefined) {
      if (user.status === 'departed') return;
      changes.push({
        ...departure(user, subject, branchesOf(user)),
        id: `departOaUser:${user.id}`,
        rule: rule('drift-accepted'),
      });
      return;
    }
    writeFields(member, user, fields, conflict);
  }

  function writeFields(
    member: SnapshotMember,
    user: SourceUser,
    fields: readonly string[],
    conflict: (because: OaUserConflict) => void,
  ): void {
    const before: Record<string, string | null> = {};
    const after: Record<string, string | null> = {};
    const limitGroups = new Set<LimitGroup>();
    let placement: OaPlacement | null = null;
    for (const field of fields) {
      if (field === 'existence') continue;
      if (field === 'departments' || field === 'department') {
        const found = placeOf(member, { keyOf }, user);
        if (found === null) conflict({ code: 'member-department-not-in-oa' });
        else if (!isSamePlacement(found, placementOf(user))) {
          placement = found;
          if (found.departmentId !== user.departmentId) limitGroups.add('moves');
        }
        continue;
      }
      const oaField = sourceOf(field);
      if (oaField === undefined) {
        conflict({ code: 'field-not-mapped', params: { field } });
        continue;
      }
      if (!Object.hasOwn(member.seen, field)) {
        conflict({ code: 'value-unreadable', params: { field } });
        continue;
      }
      const value = toOa(oaField, member.seen[field] ?? '');
      const current = oaFieldValue(user, oaField);
      if (sameValue(field, current ?? '', value)) continue;
      // Somebody emptied it on purpose, and somebody decided that it shall be so; a name is never emptied.
      if (value === '' && (oaField === 'name' || oaField === 'loginId')) {
        conflict({ code: 'value-unreadable', params: { field } });
        continue;
      }
      before[oaField] = current;
      after[oaField] = value === '' ? null : value;
      if (value === '') limitGroups.add('cleared');
    }
    if (placement === null && Object.keys(after).length === 0) return;
    changes.push({
      ...nothingSpecial,
      id: `updateOaUser:${user.id}`,
      action: 'updateOaUser',
      oaUserId: user.id,
      memberId: member.memberId,
      userId: member.userId,
      before: { values: before, placement: placement === null ? null : placementOf(user) },
      after: { values: after, placement },
      limitGroups: [...limitGroups].sort(compareText),
      branches: branchesOf(user),
      rule: rule('drift-accepted'),
    });
  }

  /** The field of the OA that the push makes this one of, if it is one field and nothing more. */
  function sourceOf(field: string): string | undefined {
    const mapped = push.fieldMapping.find(({ to }) => to === field);
    if (mapped !== undefined) return typeof mapped.from === 'string' ? mapped.from : undefined;
    return field === 'name' || field === 'mobile' || field === 'email' ? field : undefined;
  }

  function acceptDepartment(departmentId: number, fields: ReadonlySet<string>): void {
    const oaKey = keyOf.get(departmentId);
    const node = oaKey === undefined ? undefined : nodes.get(oaKey);
    const conflict = (because: Parameters<typeof departmentConflict>[3]): void => {
      changes.push(departmentConflict(`conflict:#${departmentId}`, departmentId, oaKey ?? null, because));
    };
    if (oaKey === undefined) return conflict('not-linked');
    if (node === undefined) return conflict('oa-department-gone');
    const department = snapshot.wecom.departments.find((one) => one.departmentId === departmentId);
    if (department === undefined) {
      const only = snapshot.links.filter((link) => link.departmentId === departmentId);
      const { changes: removals } = planOaRemovals(
        { ...snapshot, links: only },
        { keyOf: new Map(), changes: [] },
        new Map(),
      );
      changes.push(...removals.map((change) => ({ ...change, rule: rule('drift-accepted') })));
      return;
    }
    const before = { name: node.name, parentKey: node.parentKey };
    const isRenamed = fields.has('name') && department.name !== null && department.name !== node.name;
    if (fields.has('name') && department.name === null) conflict('name-unreadable');
    const parentKey =
      fields.has('parent') || fields.has('parentid') ? keyOf.get(department.parentId) : undefined;
    if ((fields.has('parent') || fields.has('parentid')) && parentKey === undefined)
      conflict('parent-not-in-oa');
    const isMoved = parentKey !== undefined && parentKey !== node.parentKey;
    if (isMoved && !mayLieBelow(node, parentKey)) return conflict('subcompany-can-not-move');
    if (!isRenamed && !isMoved) return;
    const action = isMoved ? 'moveOaDepartment' : 'renameOaDepartment';
    const level = levelIn(nodes, oaKey);
    changes.push({
      ...nothingSpecial,
      id: `${action}:${oaKey}`,
      action,
      oaKey,
      level,
      step: level,
      departmentId,
      before,
      after: {
        name: isRenamed && department.name !== null ? department.name : node.name,
        parentKey: isMoved ? parentKey : node.parentKey,
      },
      rule: rule('drift-accepted'),
    });
  }
}

export function mayLieBelow({ kind }: Pick<OaNode, 'kind'>, parentKey: string | null): boolean {
  return kind !== 'subcompany' || (parentKey !== null && parentKey.startsWith('subcompany:'));
}

function placementOf({ departmentId, partTimeDepartmentIds }: SourceUser): OaPlacement {
  return { departmentId, partTimeDepartmentIds };
}
