import { Client as TemporalClient, Connection } from '@temporalio/client';
import { Client as PostgresClient } from 'pg';
import { memoryMb, openHandles } from '../process-figures';
import { partNames, type PartName, type ProductProcess } from '../product-process';

/** What is to stay as it is while the load stays as it is. */
export interface Sample {
  readonly atSeconds: number;
  readonly parts: Readonly<Record<PartName, PartSample>>;
  /** Of the whole product to its Postgres. */
  readonly connections: number;
  /** Workflow and activity tasks that no worker has taken yet. */
  readonly backlog: number;
  /** Without those of pushes: each of these is open for as long as it can be recalled, a day. */
  readonly openWorkflows: number;
  readonly tables: readonly TableSample[];
}

export interface PartSample {
  readonly memoryMb: number;
  readonly handles: number;
  /** JavaScript's own heap; only where the part publishes metrics. */
  readonly heapMb?: number;
}

export interface TableSample {
  readonly table: string;
  readonly liveRows: number;
  readonly deadRows: number;
  readonly bytes: number;
}

export interface Sampler {
  take(): Promise<Sample>;
  close(): Promise<void>;
}

const openOnes = "ExecutionStatus = 'Running' AND WorkflowType != 'messagePush'";

/** Looks from outside: at /proc, at the metrics, at Postgres's and Temporal's own counts. */
export async function createSampler(
  product: ProductProcess,
  metrics: Partial<Record<PartName, string>>,
): Promise<Sampler> {
  const postgres = new PostgresClient({ connectionString: product.databaseUrl });
  await postgres.connect();
  const connection = await Connection.connect({ address: product.temporalAddress });
  const temporal = new TemporalClient({ connection });
  const from = performance.now();
  return {
    async take() {
      const processes = product.processes();
      const heaps = new Map(
        await Promise.all(
          partNames.map(async (name): Promise<[PartName, number | undefined]> => {
            const url = metrics[name];
            return [name, url === undefined ? undefined : await heapMb(url)];
          }),
        ),
      );
      const parts = Object.fromEntries(
        partNames.map((name) => {
          const heap = heaps.get(name);
          const pids = processes[name];
          const part: PartSample = {
            memoryMb: memoryMb(pids),
            handles: openHandles(pids),
            ...(heap === undefined ? {} : { heapMb: heap }),
          };
          return [name, part];
        }),
      ) as Record<PartName, PartSample>;
      const { rows: sessions } = await postgres.query<{ connections: number }>(
        `SELECT count(*)::int AS connections FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
      const { rows: tables } = await postgres.query<TableSample>(
        `SELECT relname AS "table", n_live_tup::float8 AS "liveRows", n_dead_tup::float8 AS "deadRows",
                pg_total_relation_size(relid)::float8 AS bytes
           FROM pg_stat_user_tables ORDER BY relname`,
      );
      return {
        atSeconds: Math.round((performance.now() - from) / 1000),
        parts,
        connections: sessions[0]?.connections ?? 0,
        backlog: await backlogOf(temporal),
        openWorkflows: (await temporal.workflow.count(openOnes)).count,
        tables,
      };
    },
    async close() {
      await connection.close();
      await postgres.end();
    },
  };
}

async function heapMb(url: string): Promise<number> {
  // Like any other connection, one that was kept may have been closed meanwhile.
  const answer = await fetch(url).catch(() => fetch(url));
  const text = await answer.text();
  const bytes = /^\w*nodejs_heap_size_used_bytes (\S+)$/m.exec(text)?.[1];
  if (bytes === undefined) throw new Error(`${url} does not tell the size of the heap`);
  return Math.round(Number(bytes) / 2 ** 20);
}

async function backlogOf(client: TemporalClient): Promise<number> {
  const { namespace } = client.options;
  const backlogs = await Promise.all(
    // Workflow tasks and activity tasks.
    [1, 2].map(async (taskQueueType) => {
      const { stats } = await client.workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name: 'wecom-bridge' },
        taskQueueType,
        reportStats: true,
      });
      return Number(stats?.approximateBacklogCount ?? 0);
    }),
  );
  return backlogs.reduce((sum, one) => sum + one, 0);
}
