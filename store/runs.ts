import type { Completeness } from '../domain/directory/completeness';
import { CursorInvalidError, decodeCursor, encodeCursor } from './cursors';
import type { Database } from './database';
import type { Prisma } from './generated/client';

export type RunDirection = 'pull' | 'push' | 'attendance';
export type RunMode = 'simulate' | 'apply';
export type RunTrigger = 'api' | 'console' | 'schedule' | 'push' | 'oa-sync' | 'departures' | 'attendance';

export const endedPhases = ['done', 'failed', 'rejected', 'cancelled', 'expired'] as const;
export type EndedPhase = (typeof endedPhases)[number];
export type OpenPhase = 'reading' | 'planning' | 'blocked' | 'awaiting-approval' | 'applying' | 'paused';
export type RunPhase = OpenPhase | EndedPhase;

export type WecomSaid = {
  readonly errcode?: number;
  readonly errmsg?: string;
  readonly path: string;
  /** "dns", "timeout" …: when there was no answer to carry an errcode. */
  readonly fault?: string;
  readonly fromIp?: string;
};

/** Why a run failed. The text is made in the reader's language from the code, or from WeCom's errcode. */
export type RunError = {
  readonly code: string;
  readonly params?: Readonly<Record<string, string | number>>;
  readonly wecom?: WecomSaid;
};

export type RunProgress = { readonly done: number; readonly failed: number; readonly total: number };

export type RunStep = {
  readonly step: string;
  readonly done: boolean;
  readonly pages: number;
  readonly rows: number;
};

export type NewRun = {
  readonly id: string;
  readonly corpId: string;
  readonly direction: RunDirection;
  readonly mode: RunMode;
  readonly trigger: RunTrigger;
  readonly requestedBy: string;
  readonly workflowId: string;
  readonly temporalRunId?: string;
};

export type RunRecord = {
  readonly id: string;
  readonly corpId: string;
  readonly corpName: string;
  readonly direction: RunDirection;
  readonly mode: RunMode;
  readonly phase: RunPhase;
  readonly trigger: RunTrigger;
  readonly requestedBy: string;
  readonly workflowId: string;
  /** Which execution of the workflow id; null until the workflow has begun. */
  readonly temporalRunId: string | null;
  readonly settingsVersion: number | null;
  readonly planHash: string | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly verdict: unknown;
  readonly completeness: Completeness | null;
  readonly progress: RunProgress;
  /** Calls made to WeCom for this run, by API. */
  readonly apiCalls: Readonly<Record<string, number>>;
  readonly steps: readonly RunStep[];
  readonly error: RunError | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
};

export type RunFilter = {
  readonly corpId?: string | undefined;
  /** One of them, where there are several. */
  readonly direction?: RunDirection | readonly RunDirection[] | undefined;
  /** Of check-in data. */
  readonly ruleId?: string | undefined;
  readonly phase?: RunPhase | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
};

export interface RunStore {
  /** Safe to repeat: the row of a run is made once, by the API or by the workflow, whoever comes first. */
  ensureRun(run: NewRun): Promise<RunRecord>;
  findRun(id: string): Promise<RunRecord | undefined>;
  /** `workflowId`: pulls and what goes on from them into the OA have the same direction. */
  openRunOf(corpId: string, direction: RunDirection, workflowId?: string): Promise<RunRecord | undefined>;
  /** The newest run of this kind that changed the mirror. */
  lastAppliedRun(corpId: string, direction: RunDirection): Promise<RunRecord | undefined>;
  /** Newest first. */
  listRuns(filter: RunFilter): Promise<{ items: RunRecord[]; nextCursor: string | null }>;
  listOpenRuns(): Promise<RunRecord[]>;
  /** Does nothing to a run that has ended. */
  setPhase(runId: string, phase: OpenPhase): Promise<void>;
  useSettings(runId: string, settingsVersion: number): Promise<void>;
  saveCompleteness(runId: string, completeness: Completeness): Promise<void>;
  /** False when the run had ended already: the first end counts. */
  finishRun(runId: string, end: { readonly phase: EndedPhase; readonly error?: RunError }): Promise<boolean>;
  addCalls(runId: string, calls: CallTally): Promise<void>;
}

/** Number of calls by API path. */
export type CallTally = ReadonlyMap<string, number>;

const withDetails = {
  corp: { select: { name: true } },
  steps: { orderBy: { step: 'asc' } },
  calls: { orderBy: { api: 'asc' } },
} satisfies Prisma.RunInclude;

type RunRow = Prisma.RunGetPayload<{ include: typeof withDetails }>;

export function createRunStore({ prisma, pool }: Database): RunStore {
  const store: RunStore = {
    async ensureRun(run) {
      await pool.query(
        `INSERT INTO run (id, corp_id, direction, mode, phase, trigger, requested_by, workflow_id, temporal_run_id)
         VALUES ($1, $2, $3, $4, 'reading', $5, $6, $7, $8)
         ON CONFLICT (id) DO UPDATE SET temporal_run_id = COALESCE(run.temporal_run_id, EXCLUDED.temporal_run_id)`,
        [
          run.id,
          run.corpId,
          run.direction,
          run.mode,
          run.trigger,
          run.requestedBy,
          run.workflowId,
          run.temporalRunId ?? null,
        ],
      );
      return toRecord(await prisma.run.findUniqueOrThrow({ where: { id: run.id }, include: withDetails }));
    },

    async findRun(id) {
      const row = await prisma.run.findUnique({ where: { id }, include: withDetails });
      return row === null ? undefined : toRecord(row);
    },

    async openRunOf(corpId, direction, workflowId) {
      const row = await prisma.run.findFirst({
        where: {
          corpId,
          direction,
          finishedAt: null,
          ...(workflowId === undefined ? {} : { workflowId }),
        },
        orderBy: { startedAt: 'desc' },
        include: withDetails,
      });
      return row === null ? undefined : toRecord(row);
    },

    async lastAppliedRun(corpId, direction) {
      const row = await prisma.run.findFirst({
        where: { corpId, direction, mode: 'apply', phase: 'done' },
        orderBy: { startedAt: 'desc' },
        include: withDetails,
      });
      return row === null ? undefined : toRecord(row);
    },

    async listRuns({ corpId, direction, ruleId, phase, cursor, limit }) {
      const after = cursor === undefined ? undefined : positionOf(cursor);
      const rows = await prisma.run.findMany({
        where: {
          ...(corpId === undefined ? {} : { corpId }),
          ...(direction === undefined ? {} : { direction: { in: [direction].flat() } }),
          ...(ruleId === undefined ? {} : { attendance: { ruleId } }),
          ...(phase === undefined ? {} : { phase }),
          ...(after === undefined
            ? {}
            : {
                OR: [
                  { startedAt: { lt: after.startedAt } },
                  { startedAt: after.startedAt, id: { lt: after.id } },
                ],
              }),
        },
        orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
        take: limit + 1,
        include: withDetails,
      });
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      return {
        items: page.map(toRecord),
        nextCursor: last === undefined ? null : encodeCursor([last.startedAt.toISOString(), last.id]),
      };
    },

    async listOpenRuns() {
      const rows = await prisma.run.findMany({ where: { finishedAt: null }, include: withDetails });
      return rows.map(toRecord);
    },

    async setPhase(runId, phase) {
      await prisma.run.updateMany({ where: { id: runId, finishedAt: null }, data: { phase } });
    },

    async useSettings(runId, settingsVersion) {
      await prisma.run.updateMany({ where: { id: runId }, data: { settingsVersion } });
    },

    async saveCompleteness(runId, completeness) {
      await prisma.run.updateMany({
        where: { id: runId },
        data: { completeness: completeness },
      });
    },

    async finishRun(runId, { phase, error }) {
      const { rowCount } = await pool.query(
        `UPDATE run SET phase = $2, error = $3, finished_at = clock_timestamp() WHERE id = $1 AND finished_at IS NULL`,
        [runId, phase, error === undefined ? null : JSON.stringify(error)],
      );
      return rowCount === 1;
    },

    addCalls: (runId, calls) => addCalls(pool, runId, calls),
  };
  return store;
}

/** `connection` may be one inside a transaction, so that calls count together with what they brought. */
export async function addCalls(
  connection: Pick<Database['pool'], 'query'>,
  runId: string,
  calls: CallTally,
): Promise<void> {
  if (calls.size === 0) return;
  // Sorted, so that two writers take the rows' locks in one order.
  const entries = [...calls].sort(([a], [b]) => (a < b ? -1 : 1));
  await connection.query(
    `INSERT INTO run_calls AS c (run_id, api, calls)
     SELECT $1, api, calls FROM unnest($2::text[], $3::int[]) AS t (api, calls)
     ON CONFLICT (run_id, api) DO UPDATE SET calls = c.calls + EXCLUDED.calls`,
    [runId, entries.map(([api]) => api), entries.map(([, count]) => count)],
  );
}

function positionOf(cursor: string): { startedAt: Date; id: string } {
  const [startedAt = '', id = ''] = decodeCursor(cursor, 2);
  const time = new Date(startedAt);
  if (Number.isNaN(time.getTime())) throw new CursorInvalidError();
  return { startedAt: time, id };
}

function toRecord(row: RunRow): RunRecord {
  return {
    id: row.id,
    corpId: row.corpId,
    corpName: row.corp.name,
    direction: row.direction as RunDirection,
    mode: row.mode as RunMode,
    phase: row.phase as RunPhase,
    trigger: row.trigger as RunTrigger,
    requestedBy: row.requestedBy,
    workflowId: row.workflowId,
    temporalRunId: row.temporalRunId,
    settingsVersion: row.settingsVersion,
    planHash: row.planHash,
    counts: row.counts as Record<string, number>,
    verdict: row.verdict,
    completeness: row.completeness as Completeness | null,
    progress: row.progress as RunProgress,
    apiCalls: Object.fromEntries(row.calls.map(({ api, calls }) => [api, calls])),
    steps: row.steps.map(({ step, done, pages, rows }) => ({ step, done, pages, rows })),
    error: row.error as RunError | null,
    startedAt: row.startedAt,
    finishedAt: row.finishedAt,
  };
}
