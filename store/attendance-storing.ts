import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { AttendanceCounts } from '../domain/attendance/attendance';
import { isHeldBack } from '../domain/attendance/loss';
import { comparePacked, type SomeLines } from './attendance-comparison';
import type { PackedRows } from './attendance-packing';
import { alteredTable, type Kept } from './attendance-rows';
import type { AskedPerson, AttendanceOrder, AttendanceUnit } from './attendance-runs';
import { takeAttendanceTurn } from './attendance-turn';
import { chunksOf } from './chunks';
import type { Database } from './database';
import { RunEndedError } from './directory-pull';
import { addCalls, type CallTally } from './runs';

/** What WeCom answered to one call. */
export type UnitAnswer = {
  readonly unit: AttendanceUnit;
  /** Without those WeCom does not know: of them nothing was read. */
  readonly people: readonly AskedPerson[];
  readonly rows: PackedRows;
  /** Rows that WeCom sent. */
  readonly read: number;
  readonly calls: CallTally;
};

export type StoredUnit = {
  /** Null: another attempt had stored this unit. */
  readonly counts: AttendanceCounts | null;
  /** The run was paused meanwhile: nothing new is to be begun. */
  readonly paused: boolean;
};

export interface AttendanceStoringStore {
  /**
   * What is new, was changed, or is missing from a complete answer, in one transaction that marks the unit as done as
   * well. Safe to repeat; rows that are as they were are not touched.
   */
  storeUnit(order: AttendanceOrder, answer: UnitAnswer): Promise<StoredUnit>;
}

/** Each statement stays small, even where much is missing and an administrator has accepted it. */
const keysPerStatement = 1_000;

export function createAttendanceStoringStore(db: Database): AttendanceStoringStore {
  return {
    storeUnit: (order, answer) =>
      db.transaction(async (client) => {
        await takeAttendanceTurn(client, order.corpId);
        const { unit, calls } = answer;
        const state = await openUnit(client, order.runId, unit.seq);
        if (state.done) return { counts: null, paused: state.paused };
        const { counts, heldBack } = await store(client, order, answer);
        await addCalls(client, order.runId, calls);
        await closeUnit(client, order.runId, unit.seq, { counts, heldBack });
        return { counts, paused: state.paused };
      }),
  };
}

async function store(
  client: PoolClient,
  order: AttendanceOrder,
  { unit, people, rows: packed, read }: UnitAnswer,
): Promise<{ counts: AttendanceCounts; heldBack: boolean }> {
  const { kept } = packed;
  const standing = await readStanding(client, order, unit, people, packed);
  const { fresh, altered, missing, unchanged, standingRows } = comparePacked(packed, standing);
  const heldBack = isHeldBack({ missing: missing.length, standing: standingRows }, order);

  await insert(client, kept, fresh);
  await alter(client, order, kept, altered);
  if (!heldBack) {
    for (const keys of chunksOf(missing, keysPerStatement)) {
      await client.query(kept.supersede(keys, order.runId));
    }
  }
  return {
    counts: {
      read,
      new: fresh.count,
      changed: altered.count,
      superseded: heldBack ? 0 : missing.length,
      unchanged,
      heldBack: heldBack ? missing.length : 0,
    },
    heldBack,
  };
}

/** Whether the unit is still to be stored. Waits for another attempt that is just storing it. */
async function openUnit(
  client: PoolClient,
  runId: string,
  seq: number,
): Promise<{ done: boolean; paused: boolean }> {
  const { rows } = await client.query<{ done: boolean; paused: boolean }>(
    `SELECT u.state = 'done' AS done, a.paused_at IS NOT NULL AS paused,
            -- Statistics of these tables are hours behind after a first run, and by them Postgres may choose to read
            -- all rows of all corps, one by one for each of a hundred: what is left to it is the primary key.
            set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
            set_config('enable_mergejoin', 'off', true),
            -- Moments are compared as texts.
            set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO', true)
     FROM attendance_unit u
     JOIN attendance_run a ON a.run_id = u.run_id
     JOIN run ON run.id = u.run_id AND run.finished_at IS NULL
     WHERE u.run_id = $1 AND u.seq = $2 FOR UPDATE OF u`,
    [runId, seq],
  );
  const [state] = rows;
  if (state === undefined) throw new RunEndedError(runId);
  return state;
}

async function closeUnit(
  client: PoolClient,
  runId: string,
  seq: number,
  { counts, heldBack }: { readonly counts: AttendanceCounts; readonly heldBack: boolean },
): Promise<void> {
  await client.query(
    `WITH unit AS (
       UPDATE attendance_unit SET state = 'done', counts = $3::jsonb, held_back = $4, finished_at = now()
       WHERE run_id = $1 AND seq = $2
     ), progress AS (
       UPDATE run
       SET progress = progress || jsonb_build_object('done', COALESCE((progress->>'done')::int, 0) + 1)
       WHERE id = $1
     )
     UPDATE attendance_run SET counts = counts || (
       SELECT jsonb_object_agg(name, COALESCE((counts->>name)::int, 0) + number::int)
       FROM jsonb_each_text($3::jsonb) AS unit_counts (name, number))
     WHERE run_id = $1`,
    [runId, seq, JSON.stringify(counts), heldBack],
  );
}

async function readStanding(
  client: PoolClient,
  order: AttendanceOrder,
  unit: AttendanceUnit,
  people: readonly AskedPerson[],
  { kept, days }: PackedRows,
): Promise<string | null> {
  const { fromDay: from, toDay: to } = unit;
  const { rows } = await client.query<{ lines: string | null }>(kept.standing, [
    people.map(({ personId }) => personId),
    ...kept.question(order, unit, days ?? { from, to }),
  ]);
  return rows[0]?.lines ?? null;
}

async function insert(client: PoolClient, { table, columns }: Kept, fresh: SomeLines): Promise<void> {
  if (fresh.count > 0) await copy(client, `${table} (${columns})`, fresh);
}

async function alter(
  client: PoolClient,
  { runId }: AttendanceOrder,
  kept: Kept,
  altered: SomeLines,
): Promise<void> {
  if (altered.count === 0) return;
  await client.query(
    `CREATE TEMPORARY TABLE ${alteredTable} ON COMMIT DROP AS SELECT ${kept.columns} FROM ${kept.table} WITH NO DATA`,
  );
  await copy(client, `${alteredTable} (${kept.columns})`, altered);
  await client.query(`ANALYZE ${alteredTable}`);
  await client.query(kept.alter(runId));
}

/** A stream of lines into Postgres: nothing that it takes is as fast. */
async function copy(client: PoolClient, table: string, lines: SomeLines): Promise<void> {
  await pipeline(Readable.from(lines.bytes()), client.query(copyFrom(`COPY ${table} FROM STDIN`)));
}
