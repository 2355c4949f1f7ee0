import { randomBytes, randomUUID } from 'node:crypto';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, type Worker } from '@temporalio/worker';
import pino from 'pino';
import { loadConfig, type Config } from '../../config';
import { createCorpStore, type CorpStore } from '../../store/corps';
import { openDatabase, type Database } from '../../store/database';
import { createMirrorStore, type MirrorStore } from '../../store/mirror';
import { createRunStore, type RunRecord, type RunStore } from '../../store/runs';
import { createSecretBox } from '../../store/secrets';
import { createSettingsStore, type SettingsStore } from '../../store/settings';
import {
  directoryPullId,
  directoryPullType,
  type DirectoryPullInput,
  type DirectoryPullResult,
  type PullMode,
} from '../../workflows/directory-pull.contract';
import { createWorkerDeps } from '../../workers/deps';
import { ensureNamespace } from '../../workers/namespace';
import { createBridgeWorker } from '../../workers/worker';
import { createTestDatabase } from '../support/database';
import { startEditingProxy, type Edit } from './editing-proxy';
import { startTestSimulator, type TestSimulator } from '../support/simulator';
import { createTestNamespace, testTemporal } from '../support/temporal';
import { workflowBundle } from '../support/workflow-bundle';

export const contactsSecret = 'contacts-secret';
export const appSecret = 'app-secret';
export const agentId = 1000002;

/** WeCom's own field names: what `POST /_sim/corps` takes. */
export type SimulatedCorp = {
  readonly departments?: readonly { id: number; name: string; parentid: number; order?: number }[];
  readonly users?: readonly ({ userid: string; name: string; department: number[] } & Record<
    string,
    unknown
  >)[];
  readonly generate?: { readonly members: number; readonly departments: number };
  readonly rights?: 'today' | 'legacy';
  readonly visibleDepartments?: readonly number[];
  readonly visibleUsers?: readonly string[];
};

export type ConnectedCorp = { readonly id: string; readonly corpid: string; readonly appId: string | null };

type Credentials = { readonly contacts?: boolean; readonly app?: boolean };

export interface PullWorld {
  readonly simulator: TestSimulator;
  readonly db: Database;
  readonly corps: CorpStore;
  readonly settings: SettingsStore;
  readonly runs: RunStore;
  readonly mirror: MirrorStore;
  readonly client: Client;
  readonly config: Config;
  /** A corp in the simulator, and the same one connected to the bridge. */
  createCorp(corp: SimulatedCorp, credentials?: Credentials): Promise<ConnectedCorp>;
  control(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
  /** Changes the answers of one API on their way; without `edit` they arrive unchanged again. */
  editAnswers(path: string, edit?: Edit): void;
  byHand(corp: ConnectedCorp, path: string, body: Record<string, unknown>): Promise<void>;
  startPull(corp: ConnectedCorp, mode?: PullMode): Promise<StartedPull>;
  /** Starts a pull and waits for its end, whatever that is. */
  pull(corp: ConnectedCorp, mode?: PullMode): Promise<RunRecord>;
  ended(runId: string): Promise<RunRecord>;
  callsByPath(): Promise<Record<string, number>>;
  members(corp: ConnectedCorp): Promise<MemberInMirror[]>;
  departments(corp: ConnectedCorp): Promise<DepartmentInMirror[]>;
  close(): Promise<void>;
}

export type StartedPull = {
  readonly runId: string;
  readonly handle: WorkflowHandle<(input: DirectoryPullInput) => Promise<DirectoryPullResult>>;
};

export type MemberInMirror = {
  userId: string;
  departments: number[];
  name: string | null;
  status: number | null;
  gone: boolean;
};

export type DepartmentInMirror = { id: number; parentId: number; name: string | null; gone: boolean };

/** Another Temporal server than the one of the whole run, ready for use. */
export type OwnTemporal = { readonly address: string; readonly namespace: string };

/** Real Temporal, Postgres and simulator; the worker runs inside the test unless `worker` is false. */
export async function createPullWorld(
  options: {
    readonly worker?: boolean;
    readonly env?: Readonly<Record<string, string>>;
    readonly temporal?: OwnTemporal;
  } = {},
): Promise<PullWorld> {
  const { temporal } = options;
  const [database, namespace, simulator] = await Promise.all([
    createTestDatabase(),
    temporal?.namespace ?? createTestNamespace(),
    startTestSimulator(),
  ]);
  const wecom = await startEditingProxy(simulator.url);
  const { address } = temporal ?? testTemporal();
  const config = loadConfig({
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    BRIDGE_MASTER_KEY: randomBytes(32).toString('base64'),
    SIMULATOR_URL: wecom.url,
    BRIDGE_LOG_LEVEL: 'silent',
    ...options.env,
  });
  const logger = pino({ level: config.BRIDGE_LOG_LEVEL });
  if (temporal === undefined) await ensureNamespace({ address }, namespace, logger);

  const db = openDatabase({ url: database.url });
  const corps = createCorpStore(db, createSecretBox([config.BRIDGE_MASTER_KEY]));
  const settings = createSettingsStore(db);
  const runs = createRunStore(db);
  const mirror = createMirrorStore(db);
  const connection = await Connection.connect({ address });
  const client = new Client({ connection, namespace });
  const stopWorker = options.worker === false ? undefined : await startWorker(config);

  async function control(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${simulator.url}/_sim${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? undefined : answer.json();
  }

  const world: PullWorld = {
    simulator,
    db,
    corps,
    settings,
    runs,
    mirror,
    client,
    config,
    control,
    editAnswers: wecom.edit,

    async createCorp({ visibleDepartments, visibleUsers, ...corp }, { contacts = true, app = true } = {}) {
      const corpid = `ww${randomBytes(8).toString('hex')}`;
      await control('POST', '/corps', {
        corpid,
        name: '测试企业',
        contactsSecret,
        apps: [
          {
            agentid: agentId,
            secret: appSecret,
            name: '桥',
            visibleDepartments: visibleDepartments ?? [1],
            visibleUsers: visibleUsers ?? [],
          },
        ],
        ...corp,
      });
      const { id } = await corps.createCorp({
        name: '测试企业',
        corpId: corpid,
        kind: 'public',
        apiBaseUrl: wecom.url,
        contactsSecret: contacts ? contactsSecret : undefined,
      });
      const saved = app ? await corps.createApp(id, { name: '桥', agentId, secret: appSecret }) : undefined;
      return { id, corpid, appId: saved?.id ?? null };
    },

    async byHand({ corpid }, path, body) {
      await control('POST', `/corps/${corpid}/by-hand`, { path, body });
    },

    async startPull(corp, mode = 'apply') {
      const runId = randomUUID();
      const input: DirectoryPullInput = {
        corpId: corp.id,
        runId,
        mode,
        trigger: 'api',
        requestedBy: 'token:test',
      };
      const handle = await client.workflow.start<(input: DirectoryPullInput) => Promise<DirectoryPullResult>>(
        directoryPullType,
        {
          taskQueue: 'wecom-bridge',
          workflowId: directoryPullId(corp.id),
          workflowIdConflictPolicy: 'FAIL',
          args: [input],
          memo: { runId },
        },
      );
      return { runId, handle };
    },

    async pull(corp, mode = 'apply') {
      const { runId, handle } = await world.startPull(corp, mode);
      // How it ended is in the run's row.
      await handle.result().catch(() => undefined);
      return world.ended(runId);
    },

    async ended(runId) {
      const run = await runs.findRun(runId);
      if (run?.finishedAt == null) throw new Error(`Run ${runId} is still open: ${run?.phase}`);
      return run;
    },

    async callsByPath() {
      return (await control('GET', '/calls?summary=1')) as Record<string, number>;
    },

    async members({ id }) {
      const { rows } = await db.pool.query<MemberInMirror>(
        `SELECT user_id AS "userId", departments, name, status, gone_at IS NOT NULL AS gone
         FROM mirror_member WHERE corp_id = $1 ORDER BY user_id_key`,
        [id],
      );
      return rows;
    },

    async departments({ id }) {
      const { rows } = await db.pool.query<DepartmentInMirror>(
        `SELECT department_id AS id, parent_id AS "parentId", name, gone_at IS NOT NULL AS gone
         FROM mirror_department WHERE corp_id = $1 ORDER BY department_id`,
        [id],
      );
      return rows;
    },

    async close() {
      await stopWorker?.();
      await connection.close();
      await db.close();
      await wecom.close();
      await simulator.close();
      await database.drop();
    },
  };
  return world;
}

let runtimeInstalled = false;

/** The product's own composition, inside this process. */
export async function startWorker(config: Config): Promise<() => Promise<void>> {
  if (!runtimeInstalled) Runtime.install({ logger: new DefaultLogger('ERROR') });
  runtimeInstalled = true;
  const deps = createWorkerDeps(config, pino({ level: 'silent' }));
  const connection = await NativeConnection.connect({ address: config.TEMPORAL_ADDRESS });
  const worker: Worker = await createBridgeWorker({
    connection,
    config,
    activities: deps.activities,
    workflowBundle,
  });
  const running = worker.run();
  return async () => {
    worker.shutdown();
    await running;
    await connection.close();
    await deps.db.close();
  };
}
