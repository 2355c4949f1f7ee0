import type { PoolClient } from 'pg';
import type { OpenDepartureState } from '../domain/departures/departure';
import type { Change } from '../domain/directory/push/changes';
import { bindMembers, unbindMembers } from './bindings';
import type { Database } from './database';
import { settleDepartures } from './departure-hooks';
import { endDecisionsOfRun, endDriftOfWrites } from './drift-decisions';
import { addCalls, type CallTally, type EndedPhase, type OpenPhase, type RunError } from './runs';

/** Changes of one stage that lie together: any order will do among them. */
export type LedgerBatch = {
  readonly stage: number;
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly changes: number;
};

/** A change that this attempt may carry out now. */
export type ClaimedChange = {
  readonly seq: number;
  /** Number of this attempt: whoever claims the row later makes this attempt's outcome void. */
  readonly attempt: number;
  readonly change: Change;
  /** An earlier attempt began it, and nobody knows how that ended. */
  readonly perhapsDone: boolean;
};

export type Claim = {
  readonly changes: readonly ClaimedChange[];
  /** Their dependencies failed, or will not be done: settled at once. */
  readonly skipped: number;
  /** Their dependencies are still open: they stay pending. */
  readonly waiting: number;
  /** Null when the range holds nothing more. */
  readonly nextSeq: number | null;
};

/** Why a change ended as it did; the words are made in the reader's language. */
export type LedgerOutcome = {
  readonly code: string;
  readonly params?: Readonly<Record<string, string | number>>;
  /** Of people found in the way: the member that has the userid already, those inside a department. */
  readonly userIds?: readonly string[];
  readonly wecom?: RunError['wecom'];
};

/** What carrying out a change has made true: written together with the outcome. */
export type LedgerEffect =
  | {
      readonly kind: 'department-written';
      readonly departmentId: number;
      readonly parentId: number | null;
      readonly name: string | null;
    }
  | { readonly kind: 'department-gone'; readonly departmentId: number }
  | {
      readonly kind: 'department-linked';
      readonly oaKey: string;
      readonly departmentId: number;
      readonly oaName: string | null;
    }
  | { readonly kind: 'department-unlinked'; readonly oaKey: string; readonly departmentId: number }
  | {
      readonly kind: 'member-created';
      readonly userId: string;
      readonly oaUserId: string;
      readonly values: Readonly<Record<string, string>>;
      readonly departments: readonly number[];
      readonly fromOa: readonly number[];
    }
  | {
      readonly kind: 'member-written';
      readonly userId: string;
      readonly values: Readonly<Record<string, string>>;
      /** Null where the departments stay. */
      readonly placement: {
        readonly departments: readonly number[];
        /** Those that the OA named: the others were there already, or are where disabled members are kept. */
        readonly fromOa: readonly number[];
      } | null;
      /** Null where that stays. */
      readonly enabled: boolean | null;
    }
  | { readonly kind: 'member-gone'; readonly userId: string }
  | {
      readonly kind: 'member-bound';
      readonly memberId: string;
      readonly oaUserId: string;
      readonly matchedBy: string | null;
      /** `synced`: the OA user was made for the member. */
      readonly source?: 'matched' | 'synced';
    }
  | { readonly kind: 'member-unbound'; readonly memberId: string; readonly oaUserId: string };

export type Settlement = {
  readonly seq: number;
  readonly attempt: number;
  readonly effects: readonly LedgerEffect[];
} & (
  | {
      readonly status: 'done' | 'failed' | 'skipped' | 'conflict' | 'held';
      readonly outcome: LedgerOutcome | null;
    }
  /** Pending again, or still `applying` where it is perhaps done; `outcome` is what stood in the way last. */
  | { readonly status: 'left'; readonly perhapsDone: boolean; readonly outcome: LedgerOutcome | null }
  /** Claimed, and not begun by this attempt. */
  | { readonly status: 'given-back'; readonly perhapsDone: boolean }
);

/** What has to be known beside a change in order to carry it out. */
export type ChangeFacts = {
  /** Departments that exist, of those asked for. */
  readonly departments: ReadonlySet<number>;
  readonly departmentByOaKey: ReadonlyMap<string, number>;
  /** By the bridge's id. */
  readonly members: ReadonlyMap<string, MemberFacts>;
  /** OA users who have a member that exists. */
  readonly memberIdByOaUser: ReadonlyMap<string, string>;
};

export type MemberFacts = {
  readonly userId: string;
  /** 1 activated, 2 disabled, 4 not activated, 5 left; null while no app sees the member. */
  readonly status: number | null;
  readonly everActivated: boolean;
  /** External attributes as last written; those that WeCom showed come first. */
  readonly externalValues: Readonly<Record<string, string>>;
  readonly boundTo: string | null;
  /** The open one; `runId` is the run that has taken it up. */
  readonly departure: { readonly state: OpenDepartureState; readonly runId: string | null } | null;
};

export type FactsWanted = {
  readonly departmentIds: readonly number[];
  readonly oaKeys: readonly string[];
  readonly memberIds: readonly string[];
  readonly oaUserIds: readonly string[];
};

export type LedgerTotals = { readonly done: number; readonly failed: number; readonly held: number };

export interface PushLedgerStore {
  /** What is left to be done, in the order of applying. Also brings the run's progress up to date. */
  listBatches(runId: string): Promise<LedgerBatch[]>;
  /** Takes the next changes of a range: their rows say `applying` before anything is sent. */
  claim(range: {
    readonly runId: string;
    readonly fromSeq: number;
    readonly toSeq: number;
    readonly limit: number;
  }): Promise<Claim>;
  facts(corpId: string, wanted: FactsWanted): Promise<ChangeFacts>;
  /** Outcomes, what they made true, progress and calls in one transaction. Outcomes of void attempts are dropped. */
  settle(settled: {
    readonly runId: string;
    readonly corpId: string;
    readonly settlements: readonly Settlement[];
    readonly calls: CallTally;
  }): Promise<void>;
  setPhase(runId: string, phase: OpenPhase, error?: RunError): Promise<void>;
  /** What was tried and left is tried again then. */
  noteNextTry(runId: string, at: Date): Promise<void>;
  finish(
    runId: string,
    end: { readonly phase: EndedPhase; readonly error?: RunError },
  ): Promise<LedgerTotals>;
}

/** Rows in one activity: some seconds of work, and few enough that a killed worker repeats little. */
const largestBatch = 500;
/** Two batches run side by side; a stage with more changes than this gets at least two. */
const smallestStageToDivide = 20;

/** Skips and conflicts of the plan itself: never applied. */
const firstStageNotApplied = 9000;

const broken = new Set(['failed', 'skipped', 'conflict', 'held', 'undone']);

export function createPushLedgerStore(db: Database): PushLedgerStore {
  const { pool } = db;

  return {
    async listBatches(runId) {
      await pool.query(recountProgress, [runId]);
      const { rows } = await pool.query<LedgerBatch>(
        `WITH open AS (
           SELECT seq, stage, row_number() OVER (PARTITION BY stage ORDER BY seq) AS place,
                  count(*) OVER (PARTITION BY stage) AS size
           FROM push_change
           WHERE run_id = $1 AND status IN ('pending', 'applying') AND NOT left_out AND stage < $2
         ), dealt AS (
           -- An even number of equal parts, so that of two side by side neither waits for the other.
           SELECT seq, stage, (place - 1) * CASE WHEN size < $4 THEN 1 ELSE 2 * ceil(size / (2.0 * $3))::int END / size AS part
           FROM open
         )
         SELECT stage, min(seq) AS "fromSeq", max(seq) AS "toSeq", count(*)::int AS changes
         FROM dealt GROUP BY stage, part ORDER BY stage, part`,
        [runId, firstStageNotApplied, largestBatch, smallestStageToDivide],
      );
      return rows;
    },

    claim: ({ runId, fromSeq, toSeq, limit }) =>
      db.transaction(async (client) => {
        const { rows: taken } = await client.query<OpenRow>(
          `SELECT seq, status, attempts, change, depends_on AS "dependsOn" FROM push_change
           WHERE run_id = $1 AND seq BETWEEN $2 AND $3 AND status IN ('pending', 'applying') AND NOT left_out
             AND stage < $5
           ORDER BY seq LIMIT $4 FOR UPDATE`,
          [runId, fromSeq, toSeq, limit, firstStageNotApplied],
        );
        const takenBack = await skipTakenBack(client, runId, taken);
        const rows = taken.filter(({ seq }) => !takenBack.has(seq));
        const dependencies = await stateOfDependencies(client, runId, rows);
        const ready: OpenRow[] = [];
        const hopeless: { seq: number; change: string }[] = [];
        let waiting = 0;
        for (const row of rows) {
          const states = row.dependsOn.map((id) => [id, dependencies.get(id) ?? 'done'] as const);
          const lost = states.find(([, state]) => state === 'broken');
          // Begun already: how that ended has to be found out, whatever became of the rest.
          if (lost !== undefined && row.status === 'pending')
            hopeless.push({ seq: row.seq, change: lost[0] });
          else if (states.every(([, state]) => state === 'done') || row.status === 'applying')
            ready.push(row);
          else waiting += 1;
        }
        await markApplying(client, runId, ready);
        await skipDependants(client, runId, hopeless);
        const last = taken.at(-1);
        return {
          changes: ready.map(({ seq, status, attempts, change }) => ({
            seq,
            attempt: attempts + 1,
            change,
            perhapsDone: status === 'applying',
          })),
          skipped: hopeless.length + takenBack.size,
          waiting,
          nextSeq: last === undefined || taken.length < limit ? null : last.seq + 1,
        };
      }),

    async facts(corpId, { departmentIds, oaKeys, memberIds, oaUserIds }) {
      const [departments, links, members, bindings] = await Promise.all([
        // Links lead to departments too: which of them exist is asked in the same breath.
        pool.query<{ id: number }>(
          `SELECT department_id AS id FROM mirror_department
           WHERE corp_id = $1 AND gone_at IS NULL AND (department_id = ANY($2::int[]) OR department_id IN (
             SELECT department_id FROM department_link WHERE corp_id = $1 AND oa_key = ANY($3::text[])))`,
          [corpId, departmentIds, oaKeys],
        ),
        pool.query<{ oaKey: string; departmentId: number }>(
          `SELECT oa_key AS "oaKey", department_id AS "departmentId" FROM department_link
           WHERE corp_id = $1 AND oa_key = ANY($2::text[])`,
          [corpId, oaKeys],
        ),
        pool.query<MemberFacts & { id: string }>(
          `SELECT m.id, m.user_id AS "userId", m.status, m.ever_activated AS "everActivated",
                  b.oa_user_id AS "boundTo", COALESCE((
                    SELECT jsonb_object_agg(key, value) FROM jsonb_each_text(m.written)
                    WHERE key LIKE 'external.%'), '{}') AS "externalValues",
                  CASE WHEN d.id IS NOT NULL
                    THEN jsonb_build_object('state', d.state, 'runId', d.run_id) END AS departure
           FROM mirror_member m LEFT JOIN binding b ON b.member_id = m.id
                LEFT JOIN departure d ON d.corp_id = m.corp_id AND d.member_id = m.id AND d.closed_at IS NULL
           WHERE m.corp_id = $1 AND m.id = ANY($2::text[]) AND m.gone_at IS NULL`,
          [corpId, memberIds],
        ),
        pool.query<{ oaUserId: string; memberId: string }>(
          `SELECT b.oa_user_id AS "oaUserId", b.member_id AS "memberId"
           FROM binding b JOIN mirror_member m ON m.id = b.member_id
           WHERE b.corp_id = $1 AND b.oa_user_id = ANY($2::text[]) AND m.gone_at IS NULL`,
          [corpId, oaUserIds],
        ),
      ]);
      return {
        departments: new Set(departments.rows.map(({ id }) => id)),
        departmentByOaKey: new Map(links.rows.map(({ oaKey, departmentId }) => [oaKey, departmentId])),
        members: new Map(members.rows.map(({ id, ...facts }) => [id, facts])),
        memberIdByOaUser: new Map(bindings.rows.map(({ oaUserId, memberId }) => [oaUserId, memberId])),
      };
    },

    settle: ({ runId, corpId, settlements, calls }) =>
      db.transaction(async (client) => {
        const ended = await stillOurs(client, runId, settlements);
        const effects = ended.flatMap((settlement) =>
          settlement.effects.map((effect) => ({ ...effect, seq: settlement.seq })),
        );
        await writeEffects(client, { runId, corpId }, effects);
        await endDriftOfWrites(client, { runId, corpId }, effects);
        await writeOutcomes(client, { runId, corpId }, ended);
        await settleDepartures(client, { runId, corpId }, ended);
        await addCalls(client, runId, calls);
        const done = ended.filter(({ status }) => status === 'done').length;
        const failed = ended.filter(({ status }) => status === 'failed' || status === 'conflict').length;
        await client.query(
          `UPDATE run SET progress = progress || jsonb_build_object(
             'done', (progress->>'done')::int + $2::int, 'failed', (progress->>'failed')::int + $3::int)
           WHERE id = $1`,
          [runId, done, failed],
        );
      }),

    async setPhase(runId, phase, error) {
      await pool.query('UPDATE run SET phase = $2, error = $3 WHERE id = $1 AND finished_at IS NULL', [
        runId,
        phase,
        error === undefined ? null : JSON.stringify(error),
      ]);
    },

    async noteNextTry(runId, at) {
      await pool.query(
        `UPDATE push_change SET outcome = outcome || jsonb_build_object('nextTryAt', $2::text)
         WHERE run_id = $1 AND status IN ('pending', 'applying') AND attempts > 0 AND jsonb_typeof(outcome) = 'object'`,
        [runId, at.toISOString()],
      );
    },

    finish: (runId, { phase, error }) =>
      db.transaction(async (client) => {
        await client.query(recountProgress, [runId]);
        await client.query(
          `UPDATE run SET phase = $2, error = ${errorInFull}, finished_at = clock_timestamp()
           WHERE id = $1 AND finished_at IS NULL`,
          [runId, phase, error === undefined ? null : JSON.stringify(error)],
        );
        // What approvals or limits hold back does not make the rest less than the whole of what could be applied.
        await client.query(
          `UPDATE push_plan p SET applied_at = clock_timestamp() FROM run
           WHERE p.run_id = $1 AND run.id = $1 AND run.mode = 'apply' AND run.phase = 'done' AND p.applied_at IS NULL
             AND NOT EXISTS (SELECT FROM push_change c
               WHERE c.run_id = $1 AND c.status IN ('pending', 'applying') AND NOT c.left_out AND c.stage < $2)`,
          [runId, firstStageNotApplied],
        );
        await client.query(markUndone, [runId]);
        await endDecisionsOfRun(client, runId);
        const { rows } = await client.query<LedgerTotals>(
          `SELECT (count(*) FILTER (WHERE status = 'done'))::int AS done,
                  (count(*) FILTER (WHERE ${endedBadly}))::int AS failed,
                  (count(*) FILTER (WHERE status = 'held' AND NOT left_out))::int AS held
           FROM push_change WHERE run_id = $1`,
          [runId],
        );
        return rows[0] ?? { done: 0, failed: 0, held: 0 };
      }),
  };
}

type Connection = Pick<PoolClient, 'query'>;

type OpenRow = {
  seq: number;
  status: 'pending' | 'applying';
  attempts: number;
  change: Change;
  dependsOn: string[];
};

/** A workflow knows why a plan was stopped by the code alone: what it is about was written down with the verdict. */
const errorInFull = `
  CASE WHEN verdict->>'kind' = 'stopped' AND verdict#>>'{reasons,0,code}' = $3::jsonb->>'code'
       THEN verdict#>'{reasons,0}' ELSE $3::jsonb END`;

/** A conflict that the plan itself found was never tried. */
const endedBadly = `(status = 'failed' OR (status = 'conflict' AND attempts > 0))`;

const recountProgress = `
  UPDATE run SET progress = (
    SELECT jsonb_build_object(
      'done', count(*) FILTER (WHERE status IN ('done', 'undone')),
      'failed', count(*) FILTER (WHERE ${endedBadly}),
      'total', count(*) FILTER (WHERE status IN ('pending', 'applying', 'done', 'undone') OR ${endedBadly}))
    FROM push_change WHERE run_id = $1 AND NOT left_out AND (stage < ${firstStageNotApplied} OR attempts > 0))
  WHERE id = $1`;

/** Whatever an undo did to a person or a department takes back all that its run had done to them. */
const markUndone = `
  WITH subject AS (
    SELECT COALESCE('user ' || oa_user_id, 'department ' || oa_key) AS name, bool_and(status = 'done') AS taken_back
    FROM push_change
    WHERE run_id = $1 AND (oa_user_id IS NOT NULL OR oa_key IS NOT NULL)
    GROUP BY 1
  )
  UPDATE push_change c SET status = 'undone', undone_by_run_id = $1
  FROM push_plan p, subject
  WHERE p.run_id = $1 AND p.kind = 'undo' AND c.run_id = p.undo_of_run_id AND c.status = 'done'
    AND subject.taken_back AND subject.name = COALESCE('user ' || c.oa_user_id, 'department ' || c.oa_key)`;

async function stateOfDependencies(
  client: Connection,
  runId: string,
  rows: readonly OpenRow[],
): Promise<ReadonlyMap<string, 'done' | 'open' | 'broken'>> {
  const ids = [...new Set(rows.flatMap(({ dependsOn }) => dependsOn))];
  if (ids.length === 0) return new Map();
  const found = await client.query<{ id: string; status: string; leftOut: boolean }>(
    `SELECT change_id AS id, status, left_out AS "leftOut" FROM push_change
     WHERE run_id = $1 AND change_id = ANY($2::text[])`,
    [runId, ids],
  );
  return new Map(
    found.rows.map(({ id, status, leftOut }) => [
      id,
      status === 'done' ? 'done' : leftOut || broken.has(status) ? 'broken' : 'open',
    ]),
  );
}

async function markApplying(client: Connection, runId: string, rows: readonly OpenRow[]): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `UPDATE push_change SET status = 'applying', attempts = attempts + 1,
       started_at = COALESCE(started_at, clock_timestamp()), finished_at = NULL
     WHERE run_id = $1 AND seq = ANY($2::int[])`,
    [runId, rows.map(({ seq }) => seq)],
  );
}

/**
 * Of a run made of departures: somebody decided otherwise about the member after the plan was made. A decision waits for
 * these rows, or these wait for it: what is `applying` from here on was not decided otherwise before.
 */
async function skipTakenBack(
  client: Connection,
  runId: string,
  rows: readonly OpenRow[],
): Promise<ReadonlySet<number>> {
  const pending = rows.flatMap(({ seq, status }) => (status === 'pending' ? [seq] : []));
  if (pending.length === 0) return new Set();
  const skipped = await client.query<{ seq: number }>(
    `UPDATE push_change c SET status = 'skipped', finished_at = clock_timestamp(),
       outcome = jsonb_build_object('code', 'changed-since')
     FROM push_plan p
     WHERE p.run_id = $1 AND p.kind = 'departures' AND c.run_id = $1 AND c.seq = ANY($2::int[])
       AND c.action IN ('disableUser', 'deleteUser', 'enableUser', 'updateUser')
       AND NOT EXISTS (SELECT FROM departure d
         WHERE d.run_id = $1 AND d.member_id = c.member_id AND d.closed_at IS NULL)
     RETURNING c.seq`,
    [runId, pending],
  );
  return new Set(skipped.rows.map(({ seq }) => seq));
}

async function skipDependants(
  client: Connection,
  runId: string,
  hopeless: readonly { readonly seq: number; readonly change: string }[],
): Promise<void> {
  if (hopeless.length === 0) return;
  await client.query(
    `UPDATE push_change c SET status = 'skipped', finished_at = clock_timestamp(),
       outcome = jsonb_build_object('code', 'dependency-failed', 'params', jsonb_build_object('change', lost.change))
     FROM unnest($2::int[], $3::text[]) AS lost (seq, change)
     WHERE c.run_id = $1 AND c.seq = lost.seq`,
    [runId, hopeless.map(({ seq }) => seq), hopeless.map(({ change }) => change)],
  );
}

/** Those whose rows nobody else has claimed since. */
async function stillOurs(
  client: Connection,
  runId: string,
  settlements: readonly Settlement[],
): Promise<readonly Settlement[]> {
  const { rows } = await client.query<{ seq: number; attempts: number }>(
    `SELECT seq, attempts FROM push_change WHERE run_id = $1 AND seq = ANY($2::int[]) AND status = 'applying'
     ORDER BY seq FOR UPDATE`,
    [runId, settlements.map(({ seq }) => seq)],
  );
  const attempts = new Map(rows.map((row) => [row.seq, row.attempts]));
  return settlements.filter(({ seq, attempt }) => attempts.get(seq) === attempt);
}

async function writeOutcomes(
  client: Connection,
  { runId, corpId }: Owner,
  settlements: readonly Settlement[],
): Promise<void> {
  const rows = settlements.map((settlement) => ({
    seq: settlement.seq,
    ...rowAfter(settlement),
    ...foundOut(settlement.effects),
  }));
  await client.query(
    `UPDATE push_change c SET status = s.status, attempts = s.attempts,
       outcome = CASE WHEN s.keeps THEN c.outcome ELSE NULLIF(s.outcome, 'null'::jsonb) END,
       finished_at = CASE WHEN s.ended THEN clock_timestamp() END,
       -- What WeCom refused is not released by an approval: something has to change first.
       barred = c.barred OR s.status = 'held',
       held_by = CASE WHEN s.status = 'held' AND NOT s.outcome->>'code' = ANY(c.held_by)
                      THEN c.held_by || (s.outcome->>'code') ELSE c.held_by END,
       department_id = COALESCE(c.department_id, s."departmentId"),
       member_id = COALESCE(c.member_id, m.id)
     FROM jsonb_to_recordset($3::jsonb) AS s (seq int, status text, attempts int, outcome jsonb, ended boolean,
       keeps boolean, "departmentId" int, "userIdKey" text)
     LEFT JOIN mirror_member m ON m.corp_id = $2 AND m.user_id_key = s."userIdKey"
     WHERE c.run_id = $1 AND c.seq = s.seq`,
    [runId, corpId, JSON.stringify(rows)],
  );
}

function rowAfter(settlement: Settlement) {
  const { attempt, status } = settlement;
  switch (status) {
    case 'given-back':
      return {
        status: settlement.perhapsDone ? 'applying' : 'pending',
        attempts: attempt - 1,
        outcome: null,
        ended: false,
        keeps: true,
      };
    case 'left':
      return {
        status: settlement.perhapsDone ? 'applying' : 'pending',
        attempts: attempt,
        outcome: settlement.outcome,
        ended: false,
        keeps: false,
      };
    default:
      return { status, attempts: attempt, outcome: settlement.outcome, ended: true, keeps: false };
  }
}

/** Of what was created: the plan could not know it yet. */
function foundOut(effects: readonly LedgerEffect[]) {
  let departmentId: number | null = null;
  let userIdKey: string | null = null;
  for (const effect of effects) {
    if (effect.kind === 'department-written') departmentId = effect.departmentId;
    if (effect.kind === 'member-created') userIdKey = effect.userId.toLowerCase();
  }
  return { departmentId, userIdKey };
}

type Owner = { readonly runId: string; readonly corpId: string };
type EffectOf<K extends LedgerEffect['kind']> = Extract<LedgerEffect, { kind: K }> & { readonly seq: number };
type Writers = {
  readonly [K in LedgerEffect['kind']]: (
    client: Connection,
    owner: Owner,
    effects: readonly EffectOf<K>[],
  ) => Promise<unknown>;
};

/** Each kind in one statement, and the kinds in one order: two batches never wait for each other's rows in a circle. */
const writers: Writers = {
  'department-written': (client, { corpId, runId }, effects) =>
    client.query(
      `INSERT INTO mirror_department AS m (corp_id, department_id, parent_id, name, written, written_at, last_run_id)
       SELECT $1, "departmentId", COALESCE("parentId", 0), name,
              jsonb_strip_nulls(jsonb_build_object('name', name, 'parentId', "parentId")), clock_timestamp(), $2
       FROM jsonb_to_recordset($3::jsonb) AS e ("departmentId" int, "parentId" int, name text)
       ORDER BY "departmentId"
       ON CONFLICT (corp_id, department_id) DO UPDATE SET
         parent_id = CASE WHEN EXCLUDED.written ? 'parentId' THEN EXCLUDED.parent_id ELSE m.parent_id END,
         name = COALESCE(EXCLUDED.name, m.name), written = COALESCE(m.written, '{}') || EXCLUDED.written,
         written_at = EXCLUDED.written_at, gone_at = NULL`,
      [corpId, runId, JSON.stringify(effects)],
    ),

  'department-unlinked': (client, { corpId }, effects) =>
    client.query(
      `DELETE FROM department_link l USING unnest($2::text[], $3::int[]) AS e (oa_key, department_id)
       WHERE l.corp_id = $1 AND l.oa_key = e.oa_key AND l.department_id = e.department_id`,
      [corpId, effects.map(({ oaKey }) => oaKey), effects.map(({ departmentId }) => departmentId)],
    ),

  'department-linked': async (client, { corpId, runId }, effects) => {
    const departmentIds = effects.map(({ departmentId }) => departmentId);
    const oaKeys = effects.map(({ oaKey }) => oaKey);
    // A department stands for one of the OA's only, and the other way round.
    await client.query(
      `DELETE FROM department_link l USING unnest($2::text[], $3::int[]) AS e (oa_key, department_id)
       WHERE l.corp_id = $1 AND (l.oa_key = e.oa_key) <> (l.department_id = e.department_id)`,
      [corpId, oaKeys, departmentIds],
    );
    return client.query(
      `INSERT INTO department_link AS l (corp_id, oa_key, department_id, oa_name, run_id)
       SELECT $1, e.oa_key, e.department_id, e.oa_name, $2
       FROM unnest($3::text[], $4::int[], $5::text[]) AS e (oa_key, department_id, oa_name)
       ON CONFLICT (corp_id, oa_key) DO UPDATE SET oa_name = COALESCE(EXCLUDED.oa_name, l.oa_name)`,
      [corpId, runId, oaKeys, departmentIds, effects.map(({ oaName }) => oaName)],
    );
  },

  'department-gone': async (client, { corpId }, effects) => {
    const departmentIds = effects.map(({ departmentId }) => departmentId);
    await client.query('DELETE FROM department_link WHERE corp_id = $1 AND department_id = ANY($2::int[])', [
      corpId,
      departmentIds,
    ]);
    return client.query(
      `UPDATE mirror_department SET gone_at = clock_timestamp(), written_at = clock_timestamp()
       WHERE corp_id = $1 AND department_id = ANY($2::int[])`,
      [corpId, departmentIds],
    );
  },

  'member-created': async (client, { corpId, runId }, effects) => {
    const rows = JSON.stringify(effects);
    // A pull may have found the new member already; of an account that was deleted under the same userid nothing holds.
    await client.query(
      `INSERT INTO mirror_member AS m (id, corp_id, user_id_key, user_id, departments, name, status, written, written_at,
         departments_from_oa, created_by_bridge_at, last_run_id)
       SELECT gen_random_uuid()::text, $1, lower("userId"), "userId", departments, "values"->>'name', 4, "values",
         clock_timestamp(), "fromOa", clock_timestamp(), $2
       FROM jsonb_to_recordset($3::jsonb) AS e ("userId" text, departments int[], "fromOa" int[], "values" jsonb)
       ORDER BY lower("userId")
       ON CONFLICT (corp_id, user_id_key) DO UPDATE SET
         user_id = EXCLUDED.user_id, departments = EXCLUDED.departments, name = EXCLUDED.name,
         status = CASE WHEN m.gone_at IS NULL THEN COALESCE(m.status, 4) ELSE 4 END,
         seen = CASE WHEN m.gone_at IS NULL THEN m.seen END,
         details_seen_at = CASE WHEN m.gone_at IS NULL THEN m.details_seen_at END,
         ever_activated = m.gone_at IS NULL AND m.ever_activated,
         written = EXCLUDED.written, written_at = EXCLUDED.written_at,
         departments_from_oa = EXCLUDED.departments_from_oa, created_by_bridge_at = EXCLUDED.created_by_bridge_at,
         disabled_by_bridge_at = NULL, gone_at = NULL`,
      [corpId, runId, rows],
    );
    // A binding to an account that is gone gives way.
    const inTheWay = await client.query<{ id: string }>(
      `SELECT b.member_id AS id
       FROM jsonb_to_recordset($2::jsonb) AS e ("userId" text, "oaUserId" text)
       JOIN mirror_member m ON m.corp_id = $1 AND m.user_id_key = lower(e."userId")
       JOIN binding b ON b.corp_id = $1 AND (b.oa_user_id = e."oaUserId" OR b.member_id = m.id)`,
      [corpId, rows],
    );
    const gone = inTheWay.rows.map(({ id }) => id);
    await unbindMembers(client, corpId, gone, { source: 'gone', runId });
    const created = await client.query<{ memberId: string; oaUserId: string }>(
      `SELECT m.id AS "memberId", e."oaUserId"
       FROM jsonb_to_recordset($2::jsonb) AS e ("userId" text, "oaUserId" text)
       JOIN mirror_member m ON m.corp_id = $1 AND m.user_id_key = lower(e."userId")`,
      [corpId, rows],
    );
    return bindMembers(
      client,
      corpId,
      created.rows.map((pair) => ({ ...pair, source: 'created', runId })),
    );
  },

  'member-written': (client, { corpId }, effects) =>
    client.query(
      `UPDATE mirror_member m SET
         name = COALESCE(e."values"->>'name', m.name),
         written = COALESCE(m.written, '{}') || e."values", written_at = clock_timestamp(),
         -- Of where the member was, and how, a reading tells again.
         seen = m.seen - CASE WHEN NOT e."isPlaced" THEN '{}' ELSE '{mainDepartmentId,orders,leaderIn}'::text[] END
                       - CASE WHEN e.enabled IS NULL THEN '{}' ELSE '{status,enabled}'::text[] END,
         departments = COALESCE(e.departments, m.departments),
         departments_from_oa = COALESCE(e.from_oa, m.departments_from_oa),
         status = CASE e.enabled WHEN false THEN 2 WHEN true THEN CASE WHEN m.ever_activated THEN 1 ELSE 4 END
                  ELSE m.status END,
         disabled_by_bridge_at = CASE e.enabled WHEN false THEN clock_timestamp() WHEN true THEN NULL
                                 ELSE m.disabled_by_bridge_at END
       FROM (
         SELECT "userId", "values", enabled, "isPlaced", CASE WHEN "isPlaced" THEN departments END AS departments,
                CASE WHEN "isPlaced" THEN "fromOa" END AS from_oa
         FROM jsonb_to_recordset($2::jsonb) AS e ("userId" text, "values" jsonb, enabled boolean, "isPlaced" boolean,
           departments int[], "fromOa" int[])
       ) AS e
       WHERE m.corp_id = $1 AND m.user_id_key = lower(e."userId")`,
      [
        corpId,
        JSON.stringify(
          effects.map(({ userId, values, enabled, placement }) => ({
            userId,
            values,
            enabled,
            isPlaced: placement !== null,
            ...placement,
          })),
        ),
      ],
    ),

  'member-unbound': async (client, { corpId, runId }, effects) => {
    const pairs = await client.query<{ id: string }>(
      `SELECT b.member_id AS id FROM binding b JOIN unnest($2::text[], $3::text[]) AS e (member_id, oa_user_id)
         ON b.member_id = e.member_id AND b.oa_user_id = e.oa_user_id
       WHERE b.corp_id = $1`,
      [corpId, effects.map(({ memberId }) => memberId), effects.map(({ oaUserId }) => oaUserId)],
    );
    const memberIds = pairs.rows.map(({ id }) => id);
    return unbindMembers(client, corpId, memberIds, { source: 'undone', runId });
  },

  'member-bound': (client, { corpId, runId }, effects) =>
    bindMembers(
      client,
      corpId,
      effects.map(({ memberId, oaUserId, matchedBy, source = 'matched' }) => ({
        memberId,
        oaUserId,
        source,
        matchedBy,
        runId,
      })),
    ),

  'member-gone': async (client, { corpId, runId }, effects) => {
    const keys = effects.map(({ userId }) => userId.toLowerCase());
    const bound = await client.query<{ id: string }>(
      'SELECT id FROM mirror_member WHERE corp_id = $1 AND user_id_key = ANY($2::text[])',
      [corpId, keys],
    );
    const memberIds = bound.rows.map(({ id }) => id);
    await unbindMembers(client, corpId, memberIds, { source: 'gone', runId });
    return client.query(
      `UPDATE mirror_member SET gone_at = clock_timestamp(), written_at = clock_timestamp()
       WHERE corp_id = $1 AND user_id_key = ANY($2::text[])`,
      [corpId, keys],
    );
  },
};

async function writeEffects(
  client: Connection,
  owner: Owner,
  effects: readonly (LedgerEffect & { readonly seq: number })[],
): Promise<void> {
  for (const kind of Object.keys(writers) as LedgerEffect['kind'][])
    await writeKind(client, owner, kind, effects);
}

async function writeKind<K extends LedgerEffect['kind']>(
  client: Connection,
  owner: Owner,
  kind: K,
  effects: readonly (LedgerEffect & { readonly seq: number })[],
): Promise<void> {
  const ofKind = effects.filter((effect): effect is EffectOf<K> => effect.kind === kind);
  if (ofKind.length > 0) await writers[kind](client, owner, ofKind);
}
