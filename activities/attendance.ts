import { setImmediate } from 'node:timers/promises';
import { activityInfo, cancellationSignal } from '@temporalio/activity';
import {
  readBatch,
  unknownMemberErrcodes,
  type BatchRows,
  type RowBytes,
  type UnknownPerson,
} from '../domain/attendance/batches';
import { dayFinder, type DayFinder } from '../domain/attendance/day-boundary';
import { plainPunches } from '../domain/attendance/plain-punches';
import { fromWecom, type RawPunch } from '../domain/attendance/punch';
import {
  dailyReportFromWecom,
  monthlyReportFromWecom,
  type RawReport,
  type Report,
} from '../domain/attendance/report';
import { rowDigest } from '../store/attendance-digest';
import {
  packPunches,
  packReports,
  type PackedRows,
  type Packing,
  type PunchPacking,
} from '../store/attendance-packing';
import type {
  AskedPerson,
  AttendanceOrder,
  AttendanceRunCounts,
  AttendanceRunStore,
  AttendanceStanding,
  AttendanceUnit,
} from '../store/attendance-runs';
import type { AttendanceSettingsStore } from '../store/attendance-settings';
import type { AttendanceStoringStore, UnitAnswer } from '../store/attendance-storing';
import type { CorpStore } from '../store/corps';
import type { EndedPhase, RunError, RunStore } from '../store/runs';
import type { CallRecord, WecomClient, WecomConnection, WecomSession } from '../wecom';
import { WecomAccessError, WecomError } from '../wecom';
import type { AttendancePullInput } from '../workflows/attendance.contract';
import { withHeartbeat } from './heartbeat';
import { eachInFlight } from './in-flight';
import { countCalls, storeRemaining, type CallCounter } from './wecom-calls';

export type AttendanceDeps = {
  readonly corps: Pick<CorpStore, 'findCorp' | 'connectionOf'>;
  readonly settings: Pick<AttendanceSettingsStore, 'credentialOf'>;
  readonly runs: RunStore;
  readonly attendanceRuns: AttendanceRunStore;
  readonly storing: AttendanceStoringStore;
  connectWecom(connection: WecomConnection, onCall: (call: CallRecord) => void): WecomClient;
};

/** A person has to change something before check-in data can be read. */
export class AttendanceRefusedError extends Error {
  constructor(
    readonly code: 'corp-not-found' | 'attendance-not-set-up' | 'attendance-rule-gone' | 'attendance-nobody',
  ) {
    super(`Check-in data can't be read: ${code}`);
    this.name = 'AttendanceRefusedError';
  }
}

export type AttendanceRef = { readonly corpId: string; readonly runId: string };

export type AttendanceReading = AttendanceStanding & {
  /** Units that are still to be read. */
  readonly remaining: number;
  /** The corp's members were never read from WeCom: that comes first. */
  readonly nobodyKnown?: true;
};

/** WeCom answers in some 100 to 300 ms, and an answer of 100 people and 30 days is some 6 MB: four keep storing busy. */
const callsInFlight = 4;

/** A year of 10,000 people is 1,300 calls or more: a dozen of these activities, of which each costs a few events. */
const unitsAtOnce = 150;
const atMostMs = 5 * 60_000;

/** Rows that are made ready between two turns of the event loop: the heartbeat and the other calls wait for it. */
const rowsAtOnce = 2_000;

export type AttendanceActivities = ReturnType<typeof createAttendanceActivities>;

export function createAttendanceActivities(deps: AttendanceDeps) {
  const { corps, settings, runs, attendanceRuns, storing, connectWecom } = deps;

  async function sessionOf(corpId: string, calls: CallCounter): Promise<WecomSession> {
    const access = await corps.connectionOf(corpId);
    if (access === undefined) throw new AttendanceRefusedError('corp-not-found');
    const credential = await settings.credentialOf(corpId);
    if (credential === undefined) throw new AttendanceRefusedError('attendance-not-set-up');
    return connectWecom(access.connection, calls.onCall).as(credential);
  }

  async function standing(runId: string): Promise<AttendanceReading> {
    return readingOf(await attendanceRuns.standing(runId));
  }

  return {
    /** Makes the run's rows where nobody made them, and fixes who is asked, in how many calls. */
    async beginAttendance(input: AttendancePullInput): Promise<AttendanceReading> {
      const { corpId, runId, ruleId, trigger, requestedBy } = input;
      return withHeartbeat(async () => {
        // The row comes before the secrets are opened: what goes wrong with them must have a run to be told by.
        if ((await corps.findCorp(corpId)) === undefined) throw new AttendanceRefusedError('corp-not-found');
        const { workflowExecution } = activityInfo();
        if (workflowExecution === undefined) throw new Error('A run is begun by its workflow only');
        await runs.ensureRun({
          id: runId,
          corpId,
          direction: 'attendance',
          mode: 'apply',
          trigger,
          requestedBy,
          workflowId: workflowExecution.workflowId,
          temporalRunId: workflowExecution.runId,
        });
        if (ruleId !== null && trigger === 'schedule') {
          const made = await attendanceRuns.ensureScheduledRun({ runId, corpId, ruleId, now: new Date() });
          if (made === 'rule-gone') throw new AttendanceRefusedError('attendance-rule-gone');
          if (made === 'not-set-up') throw new AttendanceRefusedError('attendance-not-set-up');
        }
        const access = await corps.connectionOf(corpId);
        if (access === undefined) throw new AttendanceRefusedError('corp-not-found');
        if ((await settings.credentialOf(corpId)) === undefined) {
          throw new AttendanceRefusedError('attendance-not-set-up');
        }
        const prepared = readingOf(await attendanceRuns.prepare(runId, new Date()));
        if (prepared.people > 0) return prepared;
        if (await attendanceRuns.isNobodyKnown(corpId)) return { ...prepared, nobodyKnown: true };
        throw new AttendanceRefusedError('attendance-nobody');
      });
    },

    /**
     * Reads what is not read yet. Comes back after a while, when all is read (`remaining: 0`), and between two units
     * when the run was paused: what is under way is stored first.
     */
    async readUnits({ corpId, runId }: AttendanceRef): Promise<AttendanceReading> {
      const calls = countCalls();
      return withHeartbeat(async (reached) => {
        const before = await standing(runId);
        if (before.paused || before.remaining === 0) return before;
        const order = await attendanceRuns.order(runId);
        const wecom = await sessionOf(corpId, calls);
        const days = dayFinder(order);
        const until = Date.now() + atMostMs;
        const units = await attendanceRuns.openUnits(runId, unitsAtOnce);
        let stop = false;
        let done = before.unitsDone;
        // One at a time: each waits for the same lock in Postgres, and would hold a connection for it.
        let storingTurn: Promise<unknown> = Promise.resolve();

        const readUnit = async (unit: AttendanceUnit, signal: AbortSignal): Promise<void> => {
          const people = await attendanceRuns.peopleOf(runId, unit.batch);
          const { unknown, ...answer } = await ask(wecom, { order, unit, people, days, signal });
          if (done === 0) refuseIfNobodyIsVisible(people, unknown);
          for (const { person, error } of unknown)
            await attendanceRuns.markUnknown(runId, person, error.errcode ?? 0);
          const stored = storingTurn.then(() =>
            calls.storedWith((tally) => storing.storeUnit(order, { unit, ...answer, calls: tally })),
          );
          storingTurn = stored.catch(() => undefined);
          const { counts, paused } = await stored;
          if (counts !== null) done += 1;
          stop ||= paused;
          reached({ units: done });
        };

        // A batch's units one after the other: who is unknown in the first is not asked for in the others.
        await eachInFlight(
          batchesOf(units),
          { limit: callsInFlight, signal: cancellationSignal() },
          async (batch, signal) => {
            for (const unit of batch) {
              if (stop || signal.aborted || Date.now() > until) return;
              await readUnit(unit, signal);
            }
          },
        );
        return standing(runId);
      }).finally(() => storeRemaining(runs, runId, calls));
    },

    /** For people, and for whoever is reading units. */
    async setAttendancePaused({
      runId,
      paused,
    }: {
      readonly runId: string;
      readonly paused: boolean;
    }): Promise<void> {
      await attendanceRuns.setPaused(runId, paused);
      await runs.setPhase(runId, paused ? 'paused' : 'reading');
    },

    async finishAttendance(end: {
      readonly runId: string;
      readonly phase: EndedPhase;
      readonly error?: RunError;
    }): Promise<AttendanceRunCounts> {
      const { runId, phase, error } = end;
      // Before its end is written: a run that is done has covered its days.
      if (phase === 'done') await attendanceRuns.cover(runId);
      await runs.finishRun(runId, { phase, ...(error === undefined ? {} : { error }) });
      return attendanceRuns.counts(runId);
    },
  };
}

function readingOf(standing: AttendanceStanding): AttendanceReading {
  return { ...standing, remaining: standing.units - standing.unitsDone };
}

function batchesOf(units: readonly AttendanceUnit[]): AttendanceUnit[][] {
  const batches = new Map<number, AttendanceUnit[]>();
  for (const unit of units) {
    const batch = batches.get(unit.batch);
    if (batch === undefined) batches.set(unit.batch, [unit]);
    else batch.push(unit);
  }
  return [...batches.values()];
}

type Question = {
  readonly order: AttendanceOrder;
  readonly unit: AttendanceUnit;
  readonly people: readonly AskedPerson[];
  readonly days: DayFinder;
  readonly signal: AbortSignal;
};

type Unknown = { readonly person: AskedPerson; readonly error: WecomError };

/** What WeCom gave is let go of here: several answers are held at a time. */
async function ask(
  wecom: WecomSession,
  { order, unit, people: asked, days, signal }: Question,
): Promise<Pick<UnitAnswer, 'people' | 'rows' | 'read'> & { readonly unknown: readonly Unknown[] }> {
  const refusals: WecomError[] = [];
  const refusedFor = (error: unknown): number | null => {
    if (!(error instanceof WecomError) || !unknownMemberErrcodes.includes(error.errcode ?? 0)) return null;
    refusals.push(error);
    return error.errcode ?? null;
  };
  const call = { signal, priority: 'bulk' } as const;
  const { startsAt, endsAt } = unit;

  async function read<Raw>(
    readFew: (userIds: readonly string[]) => Promise<BatchRows<Raw>>,
    packingOf: (people: readonly AskedPerson[]) => RowPacking<Raw>,
  ) {
    const userIds = asked.map(({ userId }) => userId);
    const { rows, unknown } = await readBatch(userIds, readFew, refusedFor);
    const named = whoWas(asked, unknown, refusals);
    const packing = packingOf(named.people);
    for (let index = 0; index < rows.length; index += 1) {
      if (rows.unread === undefined || !packing.addUnread(rows.unread, index)) {
        packing.add(rows.at(index) as Raw);
      }
      if ((index + 1) % rowsAtOnce === 0) await setImmediate();
    }
    return { ...named, rows: packing.packed(), read: rows.length };
  }

  switch (unit.source) {
    case 'punches':
      return read(
        (userIds) => wecom.checkin.punches({ kinds: order.kinds, startsAt, endsAt, userIds }, call),
        (people) => punchPacking(packPunches(order, people), days),
      );
    case 'daily':
      return read(
        (userIds) => wecom.checkin.dailyReports({ startsAt, endsAt, userIds }, call),
        (people) =>
          reportPacking(packReports(order, people), (row) =>
            dailyReportFromWecom(row, { timezone: order.timezone, digest: rowDigest }),
          ),
      );
    case 'monthly':
      return read(
        (userIds) => wecom.checkin.monthlyReports({ startsAt, endsAt, userIds }, call),
        (people) =>
          reportPacking(packReports(order, people), (row) =>
            monthlyReportFromWecom(row, unit.fromDay, rowDigest),
          ),
      );
  }
}

type RowPacking<Raw> = {
  add(row: Raw): void;
  /** False: it has to be read. */
  addUnread(rows: RowBytes, index: number): boolean;
  packed(): PackedRows;
};

function punchPacking(packing: PunchPacking, days: DayFinder): RowPacking<RawPunch> {
  const plain = plainPunches(days);
  return {
    add: (row) => packing.add(fromWecom(row, { days, digest: rowDigest })),
    addUnread({ body, bounds }, index) {
      const punch = plain.read(body, bounds[index * 2] ?? 0, bounds[index * 2 + 1] ?? 0);
      if (punch !== null) packing.addPlain(punch);
      return punch !== null;
    },
    packed: packing.packed,
  };
}

function reportPacking(
  packing: Packing<Report>,
  make: (row: RawReport) => Report | null,
): RowPacking<RawReport> {
  return {
    add(row) {
      const report = make(row);
      if (report !== null) packing.add(report);
    },
    addUnread: () => false,
    packed: packing.packed,
  };
}

function whoWas(
  asked: readonly AskedPerson[],
  unknown: readonly UnknownPerson[],
  refusals: readonly WecomError[],
): { readonly people: readonly AskedPerson[]; readonly unknown: readonly Unknown[] } {
  const errcodes = new Map(unknown.map(({ userId, errcode }) => [userId, errcode]));
  return {
    people: asked.filter(({ userId }) => !errcodes.has(userId)),
    unknown: asked.flatMap((person) => {
      const errcode = errcodes.get(person.userId);
      const error = refusals.find((refusal) => refusal.errcode === errcode);
      return error === undefined ? [] : [{ person, error }];
    }),
  };
}

/** Not one of so many people: it is the app's visible range that is wrong, and thousands would be asked one by one. */
function refuseIfNobodyIsVisible(people: readonly AskedPerson[], unknown: readonly Unknown[]): void {
  const [first] = unknown;
  if (first === undefined || people.length < 2 || unknown.length < people.length) return;
  if (unknown.every(({ error }) => error instanceof WecomAccessError)) throw first.error;
}
