import { postponedDaysAfter } from '../domain/departures/dates';
import { refusalOf } from '../domain/departures/decisions';
import type { DepartureDecision } from '../domain/departures/departure';
import { completeSettings } from '../domain/directory/settings';
import { sameUserIdKey } from '../domain/directory/push/snapshot';
import { recordColumns, recordTables } from './departure-reading';
import { DepartureRefusedError, type DepartureRecord } from './departure-records';
import {
  addEvents,
  departureRowColumns,
  insertDepartures,
  takeSteps,
  wantedOf,
  type Connection,
  type DepartureRow,
  type Step,
} from './departure-rows';
import { restoring } from './departure-steps';
import type { BeginResult, DepartureLife, DepartureStanding } from './departures';
import { protectedPeople } from './protected-people';
import type { SqlDatabase } from './sql-database';

export function createDepartureLife(db: SqlDatabase): DepartureLife {
  return {
    begin: (corpId, begin) => db.transaction((client) => beginOne(client, corpId, begin)),

    async look(departureId) {
      const { rows } = await db.pool.query<DepartureStanding>(
        `SELECT state, delete_at AS "deleteAt", notice_at AS "noticeAt", noticed_at IS NOT NULL AS "isNoticed",
                run_id AS "runId", closed_at IS NOT NULL AS closed FROM departure WHERE id = $1`,
        [departureId],
      );
      return rows[0];
    },

    decide: (departureId, decision, by, at, dayMs = realDayMs) =>
      db.transaction(async (client) => {
        const { row, isBeingApplied } = await lockForDecision(client, departureId);
        if (row === undefined) throw new DepartureRefusedError('departure-closed');
        const refusal = refusalOf({ ...row, isBeingApplied }, decision);
        if (refusal !== undefined) throw new DepartureRefusedError(refusal);
        const step = decided(row, decision, { by, at, dayMs });
        // Whoever decides is the workflow that would be told.
        if (step !== null)
          await takeSteps(client, [
            { row, step: { ...step, set: { isToBeTold: row.isToBeTold, ...step.set } } },
          ]);
      }),
  };
}

type Found = {
  memberId: string;
  userId: string;
  name: string | null;
  status: number | null;
  isGone: boolean;
  oaUserId: string | null;
  isActiveInOa: boolean;
  disabledSince: Date | null;
  now: Date;
};

async function beginOne(
  client: Connection,
  corpId: string,
  { userId, by, at }: { readonly userId: string; readonly by: string; readonly at?: Date },
): Promise<BeginResult> {
  const { rows } = await client.query<Found>(
    `SELECT m.id AS "memberId", m.user_id AS "userId", COALESCE(m.name, o.name) AS name, m.status,
            m.gone_at IS NOT NULL AS "isGone", b.oa_user_id AS "oaUserId",
            COALESCE(o.status = 'active', false) AS "isActiveInOa", m.disabled_by_bridge_at AS "disabledSince",
            clock_timestamp() AS now
       FROM mirror_member m
       LEFT JOIN binding b ON b.member_id = m.id
       LEFT JOIN oa_user o ON o.id = b.oa_user_id
      WHERE m.corp_id = $1 AND m.user_id_key = lower($2)`,
    [corpId, userId],
  );
  const [found] = rows;
  if (found === undefined) return { kind: 'unknown-member' };
  const { memberId, oaUserId, name, isActiveInOa } = found;
  const open = await openOf(client, corpId, memberId);
  if (open !== undefined) return { kind: 'open-already', departure: open };
  if (found.isGone) return { kind: 'gone' };
  if (oaUserId === null) return { kind: 'not-bound' };
  const { document } =
    (
      await client.query<{ document: unknown }>(
        'SELECT document FROM directory_settings WHERE corp_id = $1 ORDER BY version DESC LIMIT 1',
        [corpId],
      )
    ).rows[0] ?? {};
  const { push } = completeSettings(document ?? {});
  const guarded = await protectedPeople(client, corpId, push);
  const isProtected = [...push.guard.protectedUsers, ...guarded]
    .map(sameUserIdKey)
    .some((key) => key === sameUserIdKey(found.userId) || key === sameUserIdKey(oaUserId));
  if (isProtected) return { kind: 'protected' };
  const now = at ?? found.now;
  const isDisabled = found.status === 2;
  const inserted = await insertDepartures(client, [
    {
      corpId,
      memberId,
      userId: found.userId,
      oaUserId,
      name,
      origin: 'person',
      startedBy: by,
      activeInOa: isActiveInOa,
      state: isDisabled ? 'waiting' : 'disabling',
      // Out of use for longer than anybody has waited for: the wait begins with the decision.
      disabledAt: isDisabled ? now : null,
    },
  ]);
  await addEvents(
    client,
    inserted.flatMap(({ id: departureId }) => [
      { departureId, code: 'started' as const, by, at: now, params: { origin: 'person' } },
      ...(isDisabled ? [{ departureId, code: 'disabled' as const, at: now }] : []),
    ]),
  );
  const departure = await openOf(client, corpId, memberId);
  if (departure === undefined)
    throw new Error(`The departure of member ${memberId} ended while it was begun`);
  return { kind: inserted.length === 0 ? 'open-already' : 'begun', departure };
}

async function openOf(
  client: Connection,
  corpId: string,
  memberId: string,
): Promise<DepartureRecord | undefined> {
  const { rows } = await client.query<DepartureRecord>(
    `SELECT ${recordColumns} FROM ${recordTables}
      WHERE d.corp_id = $1 AND d.member_id = $2 AND d.closed_at IS NULL`,
    [corpId, memberId],
  );
  return rows[0];
}

/** The run's row of the member first: a run that takes it up afterwards sees what was decided, and does not act on it. */
async function lockForDecision(
  client: Connection,
  departureId: string,
): Promise<{ readonly row: DepartureRow | undefined; readonly isBeingApplied: boolean }> {
  for (;;) {
    const { rows: seen } = await client.query<{ runId: string | null; memberId: string }>(
      'SELECT run_id AS "runId", member_id AS "memberId" FROM departure WHERE id = $1',
      [departureId],
    );
    const { runId = null, memberId = null } = seen[0] ?? {};
    const { rows: changes } = await client.query<{ status: string }>(
      'SELECT status FROM push_change WHERE run_id = $1 AND member_id = $2 ORDER BY seq FOR UPDATE',
      [runId, memberId],
    );
    const { rows } = await client.query<DepartureRow>(
      `SELECT ${departureRowColumns} FROM departure d WHERE d.id = $1 FOR UPDATE`,
      [departureId],
    );
    const [row] = rows;
    if (row === undefined || row.runId === runId)
      return { row, isBeingApplied: changes.some(({ status }) => status === 'applying') };
  }
}

/** Null where it changes nothing. */
function decided(
  row: DepartureRow,
  decision: DepartureDecision,
  { by, at, dayMs }: { readonly by: string; readonly at: Date; readonly dayMs: number },
): Step | null {
  const now = at;
  const again = { runId: null, reason: null, tryAt: null };
  switch (decision.kind) {
    case 'postpone': {
      const { days } = decision;
      const { deleteAt: shown, disabledAt } = row;
      const from = shown === null || shown > at ? shown : at;
      // Made exact by the desk, which knows the windows and the corp's zone.
      const deleteAt = from === null ? null : new Date(from.getTime() + days * dayMs);
      const postponedDays =
        shown === null || disabledAt === null
          ? row.postponedDays + days
          : postponedDaysAfter({ ...row, disabledAt, deleteAt: shown }, days, at, dayMs);
      return {
        set: {
          ...again,
          state: 'postponed',
          postponedDays,
          deleteAt,
          noticedAt: null,
          hurriedBy: null,
          isToBeDated: true,
          isToBeTold: true,
        },
        event: { code: 'postponed', by, at, params: { days } },
      };
    }
    case 'cancel':
      return {
        set: {
          state: 'cancelled',
          reason: { code: 'by-person' },
          closedAt: now,
          decidedBy: by,
          isKept: true,
          runId: null,
          lastRunId: row.runId ?? row.lastRunId,
          isToBeDated: false,
          tryAt: null,
        },
        event: { code: 'cancelled', by, at, params: { reason: 'by-person' } },
      };
    case 'restore':
      if (row.state === 'restoring') return null;
      return restoring('by-person', { now, by, at });
    case 'release':
      return released(row, by, at);
    case 'delete-now': {
      // The run that has it in hand deletes it anyway, once it has looked.
      const isUnderWay = row.runId !== null && row.state !== 'held';
      return {
        set: {
          ...(isUnderWay ? {} : { ...again, state: 'waiting' }),
          hurriedBy: by,
          deleteAt: at,
          isToBeDated: false,
        },
        event: { code: 'hurried', by, at },
      };
    }
    case 'hand-over-done':
      if (row.handOverDoneAt !== null) return null;
      return {
        set: {
          ...(isHeldForHandOver(row) ? { ...again, state: stateOfWait(row) } : {}),
          handOverDoneAt: at,
          handOverDoneBy: by,
        },
        event: { code: 'hand-over-done', by, at },
      };
  }
}

const realDayMs = 24 * 60 * 60_000;

const isHeldForHandOver = ({ state, reason }: DepartureRow): boolean =>
  state === 'held' && reason?.code === 'hand-over';

const stateOfWait = ({ postponedDays }: DepartureRow) => (postponedDays > 0 ? 'postponed' : 'waiting');

/** Goes on where it was held, as if what held it were not there. */
function released(row: DepartureRow, by: string, at: Date): Step {
  const code = row.reason?.code ?? '';
  const event = { code: 'released', by, at, params: { reason: code } } as const;
  const free = { runId: null, reason: null, tryAt: null } as const;
  switch (wantedOf(row)) {
    case 'disable':
      return { set: { ...free, state: 'disabling' }, event };
    case 'restore':
      return { set: { ...free, state: 'restoring', reason: { code: 'by-person' }, decidedBy: by }, event };
    case 'delete':
      return {
        set: {
          ...free,
          state: stateOfWait(row),
          ...(code === 'status-unreadable' ? { releasedBy: by } : {}),
          ...(code === 'hand-over' ? { handOverDoneAt: at, handOverDoneBy: by } : {}),
        },
        event,
      };
  }
}
