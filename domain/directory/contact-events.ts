/**
 * What WeCom tells by itself about members and departments. An event says that something happened; what is true now
 * is read, because events come late, twice and out of order.
 */
export type ContactEvent =
  | {
      readonly kind: 'member-changed';
      readonly userId: string;
      /** The userid was changed to this one. */
      readonly newUserId?: string;
      /** All of the member's departments, where the event says so. */
      readonly departmentIds?: readonly number[];
    }
  | { readonly kind: 'member-deleted'; readonly userId: string }
  | {
      readonly kind: 'department-changed';
      readonly departmentId: number;
      readonly name?: string;
      readonly parentId?: number;
    }
  | { readonly kind: 'department-deleted'; readonly departmentId: number }
  /** Tags, and whatever WeCom may invent: the mirror has no place for it. */
  | { readonly kind: 'other' };

export type ReceivedContactEvent = {
  readonly eventId: string;
  /** In the order of which events are told apart: WeCom's own second, then the arrival. */
  readonly createdAtSeconds: number;
  readonly receivedAtMs: number;
  readonly event: ContactEvent;
};

/** All that a batch of events says about one member. */
export type MemberNews = {
  /** The userid of now. */
  readonly userId: string;
  /** The userids of before, the oldest first. */
  readonly formerUserIds: readonly string[];
  /** The last of the events is a deletion. */
  readonly deleted: boolean;
  /** Deleted and made again: another account under the same userid. */
  readonly madeAnew: boolean;
  /** What the last event that named departments said. */
  readonly departmentIds: readonly number[] | null;
  /** When the last event arrived. */
  readonly toldAtMs: number;
  readonly eventIds: readonly string[];
};

export type DepartmentNews = {
  readonly departmentId: number;
  readonly deleted: boolean;
  readonly name: string | null;
  readonly parentId: number | null;
  readonly toldAtMs: number;
  readonly eventIds: readonly string[];
};

export type ContactNews = {
  readonly members: readonly MemberNews[];
  readonly departments: readonly DepartmentNews[];
  /** Events about nothing that the mirror holds. */
  readonly nothingToDo: readonly string[];
};

/** One entry for each member and department: a burst of events about one of them is one thing to look at. */
export function collectNews(events: readonly ReceivedContactEvent[]): ContactNews {
  const members = new Map<string, MemberNews>();
  const departments = new Map<number, DepartmentNews>();
  const nothingToDo: string[] = [];
  const inOrder = events.toSorted(
    (a, b) =>
      a.createdAtSeconds - b.createdAtSeconds ||
      a.receivedAtMs - b.receivedAtMs ||
      (a.eventId < b.eventId ? -1 : 1),
  );
  for (const received of inOrder) {
    const { event, eventId } = received;
    switch (event.kind) {
      case 'member-changed':
      case 'member-deleted':
        addMemberNews(members, event, received);
        break;
      case 'department-changed':
      case 'department-deleted':
        departments.set(
          event.departmentId,
          departmentNewsAfter(departments.get(event.departmentId), event, received),
        );
        break;
      case 'other':
        nothingToDo.push(eventId);
        break;
    }
  }
  return { members: [...members.values()], departments: [...departments.values()], nothingToDo };
}

/** WeCom takes userids that differ in case for the same. */
const keyOf = (userId: string): string => userId.toLowerCase();

type MemberEvent = Extract<ContactEvent, { readonly userId: string }>;

function addMemberNews(
  members: Map<string, MemberNews>,
  event: MemberEvent,
  received: ReceivedContactEvent,
): void {
  const { eventId, receivedAtMs: toldAtMs } = received;
  const before = members.get(keyOf(event.userId));
  if (event.kind === 'member-deleted') {
    members.set(keyOf(event.userId), {
      userId: event.userId,
      formerUserIds: before?.formerUserIds ?? [],
      deleted: true,
      madeAnew: false,
      departmentIds: null,
      toldAtMs,
      eventIds: [...(before?.eventIds ?? []), eventId],
    });
    return;
  }
  const { userId, newUserId = userId } = event;
  const isRenamed = newUserId !== userId;
  // Events about the new userid may have come before the one that says whose it is.
  const ahead = isRenamed && keyOf(newUserId) !== keyOf(userId) ? members.get(keyOf(newUserId)) : undefined;
  if (isRenamed) members.delete(keyOf(userId));
  members.set(keyOf(newUserId), {
    userId: newUserId,
    formerUserIds: [
      ...(ahead?.formerUserIds ?? []),
      ...(before?.formerUserIds ?? []),
      ...(isRenamed ? [userId] : []),
    ],
    deleted: false,
    madeAnew: before?.deleted === true || before?.madeAnew === true,
    departmentIds: event.departmentIds ?? before?.departmentIds ?? ahead?.departmentIds ?? null,
    toldAtMs,
    eventIds: [...(before?.eventIds ?? []), ...(ahead?.eventIds ?? []), eventId],
  });
}

type DepartmentEvent = Extract<ContactEvent, { readonly departmentId: number }>;

function departmentNewsAfter(
  before: DepartmentNews | undefined,
  event: DepartmentEvent,
  received: ReceivedContactEvent,
): DepartmentNews {
  const common = {
    departmentId: event.departmentId,
    toldAtMs: received.receivedAtMs,
    eventIds: [...(before?.eventIds ?? []), received.eventId],
  };
  if (event.kind === 'department-deleted') return { ...common, deleted: true, name: null, parentId: null };
  return {
    ...common,
    deleted: false,
    name: event.name ?? before?.name ?? null,
    parentId: event.parentId ?? before?.parentId ?? null,
  };
}

/** What became of an event. */
export const eventOutcomes = ['applied', 'nothing-to-do', 'not-visible', 'left-to-pull', 'failed'] as const;
export type EventOutcome = (typeof eventOutcomes)[number];
export type OutcomeCounts = Readonly<Record<EventOutcome, number>>;

export const noOutcomes: OutcomeCounts = {
  applied: 0,
  'nothing-to-do': 0,
  'not-visible': 0,
  'left-to-pull': 0,
  failed: 0,
};

export function addOutcomes(a: OutcomeCounts, b: OutcomeCounts): OutcomeCounts {
  return {
    applied: a.applied + b.applied,
    'nothing-to-do': a['nothing-to-do'] + b['nothing-to-do'],
    'not-visible': a['not-visible'] + b['not-visible'],
    'left-to-pull': a['left-to-pull'] + b['left-to-pull'],
    failed: a.failed + b.failed,
  };
}

/** Of a member whom somebody has to read: where they are, as far as it is known. */
export type WantedMember = { readonly userId: string; readonly departmentIds: readonly number[] };

/** A department is read as a whole where that saves calls, and its answer is not much larger than what is wanted. */
const worthReadingWhole = { atLeast: 4, membersForEach: 40 };

/**
 * Departments to read as wholes, and who remains to be read alone. Chosen greedily: the department that settles most
 * comes first.
 */
export function chooseReads(
  wanted: readonly WantedMember[],
  /** How many members each department has, as far as it is known. */
  sizes: ReadonlyMap<number, number>,
): { readonly departmentIds: readonly number[]; readonly userIds: readonly string[] } {
  const byDepartment = new Map<number, Set<string>>();
  for (const { userId, departmentIds } of wanted) {
    for (const departmentId of departmentIds) {
      const there = byDepartment.get(departmentId) ?? new Set();
      byDepartment.set(departmentId, there.add(userId));
    }
  }
  const open = new Set(wanted.map(({ userId }) => userId));
  const chosen: number[] = [];
  const byPromise = [...byDepartment].toSorted(([, a], [, b]) => b.size - a.size);
  for (const [departmentId, users] of byPromise) {
    const settled = [...users].filter((userId) => open.has(userId));
    const size = sizes.get(departmentId) ?? 0;
    const { atLeast, membersForEach } = worthReadingWhole;
    if (settled.length < atLeast || size > settled.length * membersForEach) continue;
    chosen.push(departmentId);
    for (const userId of settled) open.delete(userId);
  }
  return { departmentIds: chosen, userIds: [...open] };
}
