import type { PoolClient } from 'pg';
import type { PullScope, ReadingFacts } from '../domain/directory/completeness';
import type { PullCounts } from '../domain/directory/pull-counts';
import type { Department, DepartmentNode, MemberPlace } from '../wecom';
import { chunksOf } from './chunks';
import type { Database } from './database';
import { followWecom } from './departure-hooks';
import { openMergeDrift, recordMergeDrift } from './drift';
import { takeMirrorTurn } from './mirror-turn';
import { addCalls, type CallTally } from './runs';

export type PullStepName = 'departments' | 'member-ids' | 'details';

export type StepState = {
  readonly cursor: string | null;
  readonly done: boolean;
  readonly pages: number;
  readonly rows: number;
};

/** A member as an app read it. Only fields the app may read are in `details`. */
export type StagedMember = {
  readonly userId: string;
  readonly departmentIds: readonly number[];
  readonly details: Readonly<Record<string, unknown>>;
};

export type ReadDepartments = {
  readonly runId: string;
  readonly round: number;
  /** The whole corp; absent without a contacts secret. */
  readonly listed?: readonly DepartmentNode[];
  /** What the app sees, with names; absent without an app. */
  readonly visible?: readonly Department[];
  readonly calls: CallTally;
};

export type ReadMemberIds = {
  readonly runId: string;
  readonly round: number;
  /** The cursor this page was asked with. */
  readonly cursor: string | null;
  readonly nextCursor: string | null;
  readonly rows: readonly MemberPlace[];
  readonly calls: CallTally;
};

export type ReadDetails = {
  readonly runId: string;
  readonly departments: readonly { readonly departmentId: number; readonly rows: number }[];
  /** WeCom did not know them any more. */
  readonly vanished: readonly number[];
  readonly members: readonly StagedMember[];
  readonly calls: CallTally;
};

/** Another attempt of the same step was faster; read its state again. */
export class StepMovedOnError extends Error {
  constructor(step: PullStepName) {
    super(`The step ${step} has moved on since this attempt read it`);
    this.name = 'StepMovedOnError';
  }
}

/** The run was ended (cancelled, or given up) while this attempt was still at work. */
export class RunEndedError extends Error {
  constructor(runId: string) {
    super(`Run ${runId} has ended`);
    this.name = 'RunEndedError';
  }
}

export interface DirectoryPullStore {
  /** Where the step stands in this round; a new round starts it anew. */
  openStep(runId: string, step: PullStepName, round: number): Promise<StepState>;
  stageDepartments(read: ReadDepartments): Promise<{ departments: number }>;
  stageMemberIds(read: ReadMemberIds): Promise<StepState>;
  /** WeCom no longer accepts the cursor: what was listed so far is dropped. */
  restartMemberIds(runId: string, round: number): Promise<StepState>;
  /** Chooses the departments whose members an app has to be asked for, and deals them out in batches. */
  planDetails(plan: {
    readonly runId: string;
    readonly round: number;
    readonly scope: PullScope;
    readonly maxBatches: number;
    readonly smallestBatch: number;
  }): Promise<{ batches: number; departments: number; members: number }>;
  unreadDepartments(runId: string, batch: number): Promise<number[]>;
  stageDetails(read: ReadDetails): Promise<void>;
  finishDetails(runId: string): Promise<void>;
  facts(runId: string, scope: PullScope): Promise<ReadingFacts>;
  /** Counts what merging will change, and keeps the counts with the run. */
  compare(merge: Merge): Promise<PullCounts>;
  /** Takes the reading over into the mirror, once, and returns the counts that `compare` found. */
  merge(merge: Merge): Promise<PullCounts>;
  removeStaging(runId: string): Promise<void>;
  removeStagingOfEndedRuns(): Promise<void>;
}

export type Merge = {
  readonly runId: string;
  readonly corpId: string;
  readonly scope: PullScope;
  /** Whoever is not in this reading has left. */
  readonly markGone: boolean;
};

/** Larger statements gain nothing more (measured: 1,000 → 21,700 rows a second, 5,000 → 24,600, 20,000 → 23,500). */
const rowsPerStatement = 5_000;

const detailsStep: PullStepName = 'details';

export function createDirectoryPullStore(db: Database): DirectoryPullStore {
  const { pool } = db;

  return {
    openStep: (runId, step, round) => openStep(pool, runId, step, round),

    stageDepartments: ({ runId, round, listed, visible, calls }) =>
      db.transaction(async (client) => {
        await openStep(client, runId, 'departments', round);
        const departments = joinDepartments(listed, visible);
        for (const chunk of chunksOf(departments, rowsPerStatement))
          await client.query(upsertDepartments, [runId, JSON.stringify(chunk)]);
        await client.query(
          'DELETE FROM pull_department WHERE run_id = $1 AND department_id <> ALL($2::int[])',
          [runId, departments.map(({ department_id }) => department_id)],
        );
        await addCalls(client, runId, calls);
        const pages = (listed ? 1 : 0) + (visible ? 1 : 0);
        await client.query(
          `UPDATE pull_step SET done = true, pages = $3, rows = $4, updated_at = now()
           WHERE run_id = $1 AND step = 'departments' AND round = $2`,
          [runId, round, pages, departments.length],
        );
        return { departments: departments.length };
      }),

    stageMemberIds: ({ runId, round, cursor, nextCursor, rows, calls }) =>
      db.transaction(async (client) => {
        const { rows: moved } = await client.query<StepState>(
          `UPDATE pull_step SET cursor = $4, done = $5, pages = pages + 1, rows = rows + $6, updated_at = now()
           WHERE run_id = $1 AND step = 'member-ids' AND round = $2 AND NOT done AND cursor IS NOT DISTINCT FROM $3
           RETURNING cursor, done, pages, rows`,
          [runId, round, cursor, nextCursor, nextCursor === null, rows.length],
        );
        const [state] = moved;
        if (state === undefined) throw new StepMovedOnError('member-ids');
        const places = rows.map(({ userId, departmentId }) => ({
          user_id: userId,
          department_id: departmentId,
        }));
        for (const chunk of chunksOf(places, rowsPerStatement)) {
          await client.query(
            `INSERT INTO pull_listing (run_id, user_id_key, department_id, user_id)
             SELECT $1, lower(user_id), department_id, user_id
             FROM jsonb_to_recordset($2::jsonb) AS page (user_id text, department_id int)
             ON CONFLICT (run_id, user_id_key, department_id) DO NOTHING`,
            [runId, JSON.stringify(chunk)],
          );
        }
        await addCalls(client, runId, calls);
        return state;
      }),

    restartMemberIds: (runId, round) =>
      db.transaction(async (client) => {
        const { rows } = await client.query<StepState>(
          `UPDATE pull_step SET cursor = NULL, done = false, pages = 0, rows = 0, updated_at = now()
           WHERE run_id = $1 AND step = 'member-ids' AND round = $2 RETURNING cursor, done, pages, rows`,
          [runId, round],
        );
        const [state] = rows;
        if (state === undefined) throw new StepMovedOnError('member-ids');
        await client.query('DELETE FROM pull_listing WHERE run_id = $1', [runId]);
        return state;
      }),

    planDetails: ({ runId, round, scope, maxBatches, smallestBatch }) =>
      db.transaction(async (client) => {
        await refreshStatistics(client);
        const isNew = await startDetails(client, runId, round);
        if (isNew) {
          // Whoever the list does not name was seen before it was read again, and is looked up once more below.
          if (scope === 'whole-corp') {
            await client.query(
              `DELETE FROM pull_member m WHERE run_id = $1 AND NOT EXISTS (
                 SELECT FROM pull_listing l WHERE l.run_id = m.run_id AND l.user_id_key = m.user_id_key)`,
              [runId],
            );
          }
          await client.query(assignBatches[scope], [runId, maxBatches, smallestBatch]);
        }
        const { rows } = await client.query<{ batches: number; departments: number; members: number }>(
          `SELECT (count(DISTINCT batch))::int AS batches, count(batch)::int AS departments,
                  (SELECT count(DISTINCT user_id_key)::int FROM pull_listing WHERE run_id = $1) AS members
           FROM pull_department WHERE run_id = $1`,
          [runId],
        );
        await saveProgress(client, runId);
        return rows[0] ?? { batches: 0, departments: 0, members: 0 };
      }),

    async unreadDepartments(runId, batch) {
      const { rows } = await pool.query<{ department_id: number }>(
        `SELECT department_id FROM pull_department
         WHERE run_id = $1 AND batch = $2 AND details_rows IS NULL AND NOT vanished ORDER BY department_id`,
        [runId, batch],
      );
      return rows.map(({ department_id }) => department_id);
    },

    stageDetails: ({ runId, departments, vanished, members, calls }) =>
      db.transaction(async (client) => {
        // One member of several departments is in several answers, and a statement may touch a row only once.
        const distinct = [
          ...new Map(members.map((member) => [member.userId.toLowerCase(), member])).values(),
        ];
        const staged = distinct.map(({ userId, departmentIds, details }) => ({
          user_id: userId,
          departments: departmentIds,
          details,
        }));
        for (const chunk of chunksOf(staged, rowsPerStatement)) {
          await client.query(
            `INSERT INTO pull_member (run_id, user_id_key, user_id, departments, details)
             SELECT $1, lower(user_id), user_id, departments, details
             FROM jsonb_to_recordset($2::jsonb) AS answer (user_id text, departments int[], details jsonb)
             ON CONFLICT (run_id, user_id_key)
             DO UPDATE SET departments = EXCLUDED.departments, details = EXCLUDED.details`,
            [runId, JSON.stringify(chunk)],
          );
        }
        await client.query(
          `UPDATE pull_department d SET details_rows = answer.rows, vanished = false
           FROM unnest($2::int[], $3::int[]) AS answer (department_id, rows)
           WHERE d.run_id = $1 AND d.department_id = answer.department_id`,
          [runId, departments.map(({ departmentId }) => departmentId), departments.map(({ rows }) => rows)],
        );
        await client.query(
          'UPDATE pull_department SET vanished = true WHERE run_id = $1 AND department_id = ANY($2::int[])',
          [runId, vanished],
        );
        await client.query(
          `UPDATE pull_step SET pages = pages + $2, rows = rows + $3, updated_at = now()
           WHERE run_id = $1 AND step = 'details'`,
          [runId, departments.length + vanished.length, departments.reduce((sum, { rows }) => sum + rows, 0)],
        );
        await addCalls(client, runId, calls);
        await saveProgress(client, runId);
      }),

    async finishDetails(runId) {
      await pool.query(
        `UPDATE pull_step SET done = true, updated_at = now() WHERE run_id = $1 AND step = 'details'`,
        [runId],
      );
    },

    async facts(runId, scope) {
      const row = await db.transaction(async (client) => {
        await refreshStatistics(client);
        const { rows } = await client.query<ReadingFactsRow>(readFacts, [runId]);
        return rows[0];
      });
      if (row === undefined) throw new RunEndedError(runId);
      const listed = scope === 'whole-corp';
      return {
        scope,
        departments: {
          staged: row.departments,
          unknown: listed ? row.unknown_departments : 0,
          vanished: row.vanished_departments,
          miscounted: listed ? row.miscounted_departments : 0,
        },
        members: {
          staged: listed ? row.listed_members : row.detailed_members,
          unlisted: listed ? row.unlisted_members : 0,
          expectedDetails: listed ? row.expected_details : row.detailed_members,
          withDetails: listed ? row.expected_with_details : row.detailed_members,
        },
        mirror: {
          departments: row.mirror_departments,
          members: row.mirror_members,
          membersSeenAgain: row.mirror_members_seen_again,
        },
      };
    },

    compare: (merge) =>
      db.transaction(async (client) => {
        await collectReading(client, merge);
        const counts = await countChanges(client, merge);
        await client.query('UPDATE run SET counts = $2 WHERE id = $1', [merge.runId, JSON.stringify(counts)]);
        return counts;
      }),

    merge: (merge) =>
      db.transaction(async (client) => {
        const { rows } = await client.query<{ merged: boolean; ended: boolean; counts: PullCounts }>(
          `SELECT merged_at IS NOT NULL AS merged, finished_at IS NOT NULL AS ended, counts
           FROM run WHERE id = $1 FOR UPDATE`,
          [merge.runId],
        );
        const [run] = rows;
        if (run?.merged) return run.counts;
        if (run === undefined || run.ended) throw new RunEndedError(merge.runId);
        await takeMirrorTurn(client, merge.corpId);
        await collectReading(client, merge);
        const drift = await openMergeDrift(client, merge);
        await mergeReading(client, merge);
        await followWecom(client, merge.corpId);
        await recordMergeDrift(client, merge, drift);
        await client.query('UPDATE run SET merged_at = now() WHERE id = $1', [merge.runId]);
        return run.counts;
      }),

    removeStaging: (runId) =>
      db.transaction(async (client) => {
        for (const table of stagingTables)
          await client.query(`DELETE FROM ${table} WHERE run_id = $1`, [runId]);
      }),

    removeStagingOfEndedRuns: () =>
      db.transaction(async (client) => {
        for (const table of stagingTables) {
          await client.query(
            `DELETE FROM ${table} USING run WHERE run.id = ${table}.run_id AND run.finished_at IS NOT NULL`,
          );
        }
      }),
  };
}

const stagingTables = ['pull_listing', 'pull_member', 'pull_department'] as const;

type Connection = Pick<PoolClient, 'query'>;

async function openStep(
  client: Connection,
  runId: string,
  step: PullStepName,
  round: number,
): Promise<StepState> {
  await client.query(
    `INSERT INTO pull_step AS s (run_id, step, round, updated_at) VALUES ($1, $2, $3, now())
     ON CONFLICT (run_id, step) DO UPDATE
     SET round = EXCLUDED.round, cursor = NULL, done = false, pages = 0, rows = 0, updated_at = now()
     WHERE s.round < EXCLUDED.round`,
    [runId, step, round],
  );
  if (step === 'member-ids') await forgetListingOfEarlierRound(client, runId, round);
  const { rows } = await client.query<StepState & { round: number }>(
    'SELECT round, cursor, done, pages, rows FROM pull_step WHERE run_id = $1 AND step = $2',
    [runId, step],
  );
  const [state] = rows;
  if (state === undefined || state.round !== round) throw new StepMovedOnError(step);
  return state;
}

/** At the first page there is nothing to keep, whichever round or attempt it came from. */
async function forgetListingOfEarlierRound(client: Connection, runId: string, round: number): Promise<void> {
  await client.query(
    `DELETE FROM pull_listing WHERE run_id = $1 AND EXISTS (
       SELECT FROM pull_step WHERE run_id = $1 AND step = 'member-ids' AND round = $2 AND pages = 0)`,
    [runId, round],
  );
}

/** False when this round's details were planned already: an answer was lost, and the plan may be half done. */
async function startDetails(client: Connection, runId: string, round: number): Promise<boolean> {
  const { rowCount } = await client.query(
    `INSERT INTO pull_step AS s (run_id, step, round, updated_at) VALUES ($1, $2, $3, now())
     ON CONFLICT (run_id, step) DO UPDATE
     SET round = EXCLUDED.round, cursor = NULL, done = false, pages = 0, rows = 0, updated_at = now()
     WHERE s.round < EXCLUDED.round`,
    [runId, detailsStep, round],
  );
  return rowCount === 1;
}

/**
 * The tables were filled a moment ago. By statistics from when they were empty, Postgres joins 100,000 rows with
 * 100,000 row by row: an hour instead of a second.
 */
async function refreshStatistics(client: Connection): Promise<void> {
  await client.query(`ANALYZE ${stagingTables.join(', ')}`);
}

async function saveProgress(client: Connection, runId: string): Promise<void> {
  await client.query(
    `UPDATE run SET progress = (
       SELECT jsonb_build_object('done', count(*) FILTER (WHERE details_rows IS NOT NULL OR vanished),
                                 'failed', 0, 'total', count(*))
       FROM pull_department WHERE run_id = $1 AND batch IS NOT NULL)
     WHERE id = $1`,
    [runId],
  );
}

type DepartmentRow = {
  department_id: number;
  parent_id: number;
  order: number;
  listed: boolean;
  visible: boolean;
  name: string | null;
  name_en: string | null;
  leaders: readonly string[] | null;
};

function joinDepartments(
  listed: readonly DepartmentNode[] | undefined,
  visible: readonly Department[] | undefined,
): DepartmentRow[] {
  const rows = new Map<number, DepartmentRow>();
  for (const { id, parentId, order } of listed ?? []) {
    rows.set(id, {
      department_id: id,
      parent_id: parentId,
      order,
      listed: true,
      visible: false,
      name: null,
      name_en: null,
      leaders: null,
    });
  }
  for (const { id, parentId, order, name, nameEn, leaders } of visible ?? []) {
    rows.set(id, {
      department_id: id,
      parent_id: parentId,
      order,
      listed: rows.has(id),
      visible: true,
      name: name ?? null,
      name_en: nameEn ?? null,
      leaders,
    });
  }
  return [...rows.values()];
}

const upsertDepartments = `
  INSERT INTO pull_department AS d (run_id, department_id, parent_id, "order", listed, visible, name, name_en, leaders)
  SELECT $1, department_id, parent_id, "order", listed, visible, name, name_en, leaders
  FROM jsonb_to_recordset($2::jsonb) AS answer (department_id int, parent_id int, "order" bigint, listed boolean,
    visible boolean, name text, name_en text, leaders jsonb)
  ON CONFLICT (run_id, department_id) DO UPDATE SET
    parent_id = EXCLUDED.parent_id, "order" = EXCLUDED."order", listed = EXCLUDED.listed,
    visible = EXCLUDED.visible, name = EXCLUDED.name, name_en = EXCLUDED.name_en, leaders = EXCLUDED.leaders`;

/** Ranked, cut into equal batches; whatever was dealt out in an earlier round is forgotten. */
const dealOut = `
  UPDATE pull_department d SET
    batch = chosen.batch,
    details_rows = CASE WHEN chosen.batch IS NULL THEN d.details_rows END,
    vanished = d.vanished AND chosen.batch IS NULL
  FROM (
    SELECT all_departments.department_id,
           ((rank - 1) / GREATEST($3::int, ceil(size::numeric / $2::int)::int))::int AS batch
    FROM pull_department all_departments
    LEFT JOIN (SELECT department_id, row_number() OVER (ORDER BY department_id) AS rank, count(*) OVER () AS size
               FROM wanted) AS ranked USING (department_id)
    WHERE all_departments.run_id = $1
  ) AS chosen
  WHERE d.run_id = $1 AND d.department_id = chosen.department_id`;

/**
 * A department is read when the app sees it and it has members; in a second round only where the answers did not fit
 * together: never read, another number of members than listed, or a listed member without details. Where somebody
 * known before is not listed any more, the app is asked as well: two answers must agree before a person is gone.
 */
const assignBatches: Readonly<Record<PullScope, string>> = {
  'whole-corp': `
    WITH placed AS (
      SELECT department_id, count(*) AS members FROM pull_listing WHERE run_id = $1 GROUP BY department_id
    ), without_details AS (
      SELECT DISTINCT l.department_id FROM pull_listing l
      WHERE l.run_id = $1 AND NOT EXISTS (
        SELECT FROM pull_member m WHERE m.run_id = l.run_id AND m.user_id_key = l.user_id_key)
    ), lost AS (
      SELECT DISTINCT unnest(m.departments) AS department_id
      FROM mirror_member m JOIN run ON run.corp_id = m.corp_id
      WHERE run.id = $1 AND m.gone_at IS NULL AND NOT EXISTS (
        SELECT FROM pull_listing l WHERE l.run_id = $1 AND l.user_id_key = m.user_id_key)
    ), wanted AS (
      SELECT d.department_id FROM pull_department d
      LEFT JOIN placed USING (department_id)
      LEFT JOIN without_details USING (department_id)
      LEFT JOIN lost USING (department_id)
      WHERE d.run_id = $1 AND d.visible
        AND (COALESCE(placed.members, 0) <> COALESCE(d.details_rows, 0)
             OR without_details.department_id IS NOT NULL
             OR (lost.department_id IS NOT NULL AND d.details_rows IS NULL))
    )${dealOut}`,
  'app-range': `
    WITH wanted AS (
      SELECT department_id FROM pull_department WHERE run_id = $1 AND visible AND details_rows IS NULL
    )${dealOut}`,
};

type ReadingFactsRow = {
  departments: number;
  unknown_departments: number;
  vanished_departments: number;
  miscounted_departments: number;
  listed_members: number;
  unlisted_members: number;
  detailed_members: number;
  expected_details: number;
  expected_with_details: number;
  mirror_departments: number;
  mirror_members: number;
  mirror_members_seen_again: number;
};

const readFacts = `
  WITH placed AS (
    SELECT l.department_id, count(*) AS members FROM pull_listing l WHERE run_id = $1 GROUP BY l.department_id
  ), listed AS (
    SELECT l.user_id_key, bool_or(COALESCE(d.visible, false)) AS visible
    FROM pull_listing l
    LEFT JOIN pull_department d ON d.run_id = l.run_id AND d.department_id = l.department_id
    WHERE l.run_id = $1 GROUP BY l.user_id_key
  ), detailed AS (
    SELECT user_id_key FROM pull_member WHERE run_id = $1
  ), joined AS (
    SELECT listed.user_id_key AS listed_key, detailed.user_id_key AS detailed_key, listed.visible
    FROM listed FULL JOIN detailed USING (user_id_key)
  ), known AS (
    SELECT m.user_id_key FROM mirror_member m JOIN run ON run.corp_id = m.corp_id
    WHERE run.id = $1 AND m.gone_at IS NULL
  )
  SELECT
    (SELECT count(*)::int FROM pull_department WHERE run_id = $1) AS departments,
    ((SELECT count(*) FROM pull_department WHERE run_id = $1 AND NOT listed)
      + (SELECT count(*) FROM placed WHERE NOT EXISTS (
           SELECT FROM pull_department d WHERE d.run_id = $1 AND d.department_id = placed.department_id)))::int
      AS unknown_departments,
    (SELECT count(*)::int FROM pull_department WHERE run_id = $1 AND vanished) AS vanished_departments,
    (SELECT count(*)::int FROM pull_department d LEFT JOIN placed USING (department_id)
      WHERE d.run_id = $1 AND d.details_rows IS NOT NULL AND d.details_rows <> COALESCE(placed.members, 0))
      AS miscounted_departments,
    count(listed_key)::int AS listed_members,
    (count(*) FILTER (WHERE listed_key IS NULL))::int AS unlisted_members,
    count(detailed_key)::int AS detailed_members,
    (count(*) FILTER (WHERE visible))::int AS expected_details,
    (count(*) FILTER (WHERE visible AND detailed_key IS NOT NULL))::int AS expected_with_details,
    (SELECT count(*)::int FROM mirror_department m JOIN run ON run.corp_id = m.corp_id
      WHERE run.id = $1 AND m.gone_at IS NULL) AS mirror_departments,
    (SELECT count(*)::int FROM known) AS mirror_members,
    (SELECT count(*)::int FROM known WHERE EXISTS (
      SELECT FROM joined WHERE COALESCE(listed_key, detailed_key) = known.user_id_key)) AS mirror_members_seen_again
  FROM joined`;

/** The reading as one row per member, for this transaction. */
async function collectReading(client: Connection, { runId, scope, corpId }: Merge): Promise<void> {
  await client.query(`
    CREATE TEMPORARY TABLE reading (
      user_id_key text PRIMARY KEY, user_id text NOT NULL, departments int[] NOT NULL, details jsonb, status int
    ) ON COMMIT DROP`);
  if (scope === 'whole-corp') {
    await client.query(
      `INSERT INTO reading
       SELECT user_id_key, COALESCE(m.user_id, l.user_id), COALESCE(l.departments, m.departments), m.details,
              ${statusNumber('m.details')}
       FROM (SELECT user_id_key, min(user_id) AS user_id, array_agg(department_id ORDER BY department_id) AS departments
             FROM pull_listing WHERE run_id = $1 GROUP BY user_id_key) AS l
       FULL JOIN (SELECT * FROM pull_member WHERE run_id = $1) AS m USING (user_id_key)`,
      [runId],
    );
  } else {
    // Departments outside the app's range are not in its answers: those known from before are kept.
    await client.query(
      `INSERT INTO reading
       SELECT m.user_id_key, m.user_id,
              ARRAY(SELECT DISTINCT department_id FROM (
                      SELECT unnest(m.departments) AS department_id
                      UNION
                      SELECT unnest(known.departments) EXCEPT
                      SELECT department_id FROM pull_department WHERE run_id = $1 AND visible
                    ) AS kept ORDER BY department_id),
              m.details, ${statusNumber('m.details')}
       FROM pull_member m
       LEFT JOIN mirror_member known
         ON known.corp_id = $2 AND known.user_id_key = m.user_id_key AND known.gone_at IS NULL
       WHERE m.run_id = $1`,
      [runId, corpId],
    );
  }
  await client.query('ANALYZE reading');
}

export function statusNumber(details: string): string {
  return `CASE ${details}->>'status' WHEN 'activated' THEN 1 WHEN 'disabled' THEN 2 WHEN 'not-activated' THEN 4
               WHEN 'left' THEN 5 END`;
}

/** A field that this reading could not see keeps its last value. */
const seenAfter = `COALESCE(m.seen, '{}') || COALESCE(r.details, '{}')`;

const memberDiffers = `(
  m.user_id <> r.user_id OR m.departments <> r.departments
  OR (r.details IS NOT NULL AND m.seen IS DISTINCT FROM ${seenAfter}))`;

async function countChanges(client: Connection, { runId, corpId, markGone }: Merge): Promise<PullCounts> {
  const members = await client.query<Omit<PullCounts, `${string}Department`>>(
    `SELECT
       (count(*) FILTER (WHERE r.user_id_key IS NOT NULL AND (m.id IS NULL OR m.gone_at IS NOT NULL)))::int AS "createUser",
       (count(*) FILTER (WHERE r.user_id_key IS NOT NULL AND m.id IS NOT NULL AND m.gone_at IS NULL AND ${memberDiffers}))::int AS "updateUser",
       (count(*) FILTER (WHERE r.user_id_key IS NOT NULL AND m.id IS NOT NULL AND m.gone_at IS NULL
                           AND NOT ${memberDiffers}))::int AS "unchangedUser",
       (count(*) FILTER (WHERE $2 AND r.user_id_key IS NULL AND m.gone_at IS NULL))::int AS "deleteUser"
     FROM reading r
     FULL JOIN (SELECT * FROM mirror_member WHERE corp_id = $1) AS m USING (user_id_key)`,
    [corpId, markGone],
  );
  const departments = await client.query<Omit<PullCounts, `${string}User`>>(
    `SELECT
       (count(*) FILTER (WHERE d.department_id IS NOT NULL AND (m.corp_id IS NULL OR m.gone_at IS NOT NULL)))::int
         AS "createDepartment",
       (count(*) FILTER (WHERE m.gone_at IS NULL AND m.name <> d.name))::int AS "renameDepartment",
       (count(*) FILTER (WHERE m.gone_at IS NULL AND m.parent_id <> d.parent_id))::int AS "moveDepartment",
       (count(*) FILTER (WHERE m.gone_at IS NULL AND m.parent_id = d.parent_id
                           AND COALESCE(m.name = d.name, true)))::int AS "unchangedDepartment",
       (count(*) FILTER (WHERE $3 AND d.department_id IS NULL AND m.gone_at IS NULL))::int AS "deleteDepartment"
     FROM (SELECT * FROM pull_department WHERE run_id = $1) AS d
     FULL JOIN (SELECT * FROM mirror_department WHERE corp_id = $2) AS m USING (department_id)`,
    [runId, corpId, markGone],
  );
  return { ...departments.rows[0], ...members.rows[0] } as PullCounts;
}

/**
 * The bridge wrote to it, or read it for an event, while this pull was reading: what was read may be older than what is
 * known.
 */
const writtenSince = `COALESCE(GREATEST(m.written_at, m.event_read_at) > (SELECT started_at FROM run WHERE id = $1), false)`;

async function mergeReading(client: Connection, { runId, corpId, markGone }: Merge): Promise<void> {
  await client.query(
    `INSERT INTO mirror_department AS m
       (corp_id, department_id, parent_id, "order", name, name_en, leaders, first_seen_at, last_seen_at, last_run_id)
     SELECT $2, department_id, parent_id, "order", name, name_en, leaders, now(), now(), $1
     FROM pull_department WHERE run_id = $1
     ON CONFLICT (corp_id, department_id) DO UPDATE SET
       parent_id = CASE WHEN ${writtenSince} THEN m.parent_id ELSE EXCLUDED.parent_id END, "order" = EXCLUDED."order",
       name = CASE WHEN ${writtenSince} THEN m.name ELSE COALESCE(EXCLUDED.name, m.name) END,
       name_en = COALESCE(EXCLUDED.name_en, m.name_en), leaders = COALESCE(EXCLUDED.leaders, m.leaders),
       last_seen_at = EXCLUDED.last_seen_at, last_run_id = EXCLUDED.last_run_id,
       gone_at = CASE WHEN ${writtenSince} THEN m.gone_at END`,
    [runId, corpId],
  );
  await client.query(
    `UPDATE mirror_member m SET
       user_id = r.user_id, name = COALESCE(r.details->>'name', m.name), status = COALESCE(r.status, m.status),
       departments = r.departments, seen = CASE WHEN r.details IS NULL THEN m.seen ELSE ${seenAfter} END,
       ever_activated = m.ever_activated OR COALESCE(r.status = 1, false),
       -- Back after having been gone: another account under the same userid, of which nothing of this holds.
       written = CASE WHEN m.gone_at IS NULL THEN m.written END,
       created_by_bridge_at = CASE WHEN m.gone_at IS NULL THEN m.created_by_bridge_at END,
       disabled_by_bridge_at = CASE WHEN m.gone_at IS NULL THEN m.disabled_by_bridge_at END,
       last_seen_at = now(), last_run_id = $1, gone_at = NULL,
       details_seen_at = CASE WHEN r.details IS NULL THEN m.details_seen_at ELSE now() END
     FROM reading r WHERE m.corp_id = $2 AND m.user_id_key = r.user_id_key AND NOT ${writtenSince}`,
    [runId, corpId],
  );
  await client.query(
    `INSERT INTO mirror_member (id, corp_id, user_id_key, user_id, departments, name, status, ever_activated, seen,
       first_seen_at, last_seen_at, details_seen_at, last_run_id)
     SELECT gen_random_uuid()::text, $2, user_id_key, user_id, departments, details->>'name', status,
       COALESCE(status = 1, false), details, now(), now(), CASE WHEN details IS NOT NULL THEN now() END, $1
     FROM reading r
     WHERE NOT EXISTS (SELECT FROM mirror_member m WHERE m.corp_id = $2 AND m.user_id_key = r.user_id_key)`,
    [runId, corpId],
  );
  if (!markGone) return;
  await client.query(
    `UPDATE mirror_department m SET gone_at = now()
     WHERE corp_id = $2 AND gone_at IS NULL AND NOT ${writtenSince} AND NOT EXISTS (
       SELECT FROM pull_department d WHERE d.run_id = $1 AND d.department_id = m.department_id)`,
    [runId, corpId],
  );
  await client.query(
    `UPDATE mirror_member m SET gone_at = now()
     WHERE corp_id = $2 AND gone_at IS NULL AND NOT ${writtenSince} AND NOT EXISTS (
       SELECT FROM reading r WHERE r.user_id_key = m.user_id_key)`,
    [runId, corpId],
  );
}
