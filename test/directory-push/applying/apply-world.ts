import { randomBytes, randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createDirectoryPullActivities } from '../../../activities/directory-pull';
import {
  createDirectoryPushApplyingActivities,
  type ApplyBatch,
  type BatchResult,
  type PushEnd,
  type PushSource,
} from '../../../activities/directory-push-applying';
import { performPlanning } from '../../../activities/directory-push-planner';
import { defaultDirectorySettings, type PushSettings } from '../../../domain/directory/settings';
import type { OaDirectory, OaUser } from '../../../oa/port';
import { createCorpStore } from '../../../store/corps';
import { openDatabase, type Database } from '../../../store/database';
import { createDirectoryPullStore } from '../../../store/directory-pull';
import { createEmbeddedOaWriter } from '../../../oa/writer';
import { createKeptDirectory } from '../../../store/oa-directory-writing';
import { createOaDirectoryStore } from '../../../store/oa-directory';
import { createPushLedgerStore, type PushLedgerStore } from '../../../store/push-ledger';
import { createPushPlanStore } from '../../../store/push-plans';
import { createRateBudgetStore } from '../../../store/rate-budget';
import { createRunStore } from '../../../store/runs';
import { createSecretBox } from '../../../store/secrets';
import { createSettingsStore } from '../../../store/settings';
import { createTokenStore } from '../../../store/wecom-tokens';
import { createWecomClient, type CallRecord, type WecomConnection } from '../../../wecom';
import { createTestDatabase } from '../../support/database';
import { startTestSimulator } from '../../support/simulator';

export type SimulatedUser = {
  readonly userid: string;
  readonly name: string;
  readonly department: readonly number[];
} & Readonly<Record<string, unknown>>;
export type SimulatedDepartment = { readonly id: number; readonly name: string; readonly parentid: number };

export type SimulatedState = {
  readonly departments: readonly SimulatedDepartment[];
  readonly users: readonly SimulatedUser[];
};

export type LedgerRow = {
  readonly seq: number;
  readonly changeId: string;
  readonly action: string;
  readonly status: string;
  readonly attempts: number;
  readonly outcome: {
    readonly code: string;
    readonly params?: Record<string, unknown>;
    readonly userIds?: readonly string[];
    readonly wecom?: { readonly errcode?: number; readonly path: string };
  } | null;
};

export type Fault = { readonly path: string; readonly times?: number; readonly rate?: number } & Readonly<
  Record<string, unknown>
>;

export type PushedCorp = { readonly id: string; readonly corpid: string; readonly appId: string };

const contactsSecret = 'contacts-secret';
const appSecret = 'app-secret';

/** An OA of a root subcompany, departments as [id, name, parent] and users. */
export function organisation(
  departments: readonly (readonly [id: string, name: string, parentId: string | null])[],
  users: readonly OaUser[],
): OaDirectory {
  return {
    subcompanies: [{ id: 'root', name: '测试企业', parentId: null, order: 0 }],
    departments: departments.map(([id, name, parentId], order) => ({
      id,
      name,
      parentId,
      subcompanyId: 'root',
      order,
    })),
    users,
  };
}

export function person(id: string, change: Partial<OaUser> = {}): OaUser {
  return {
    id,
    loginId: id,
    jobNumber: `no-${id}`,
    name: `员工${id}`,
    mobile: `137${String(Number(id.replace(/\D/g, '') || '0')).padStart(8, '0')}`,
    email: null,
    gender: null,
    position: '工程师',
    telephone: null,
    departmentId: null,
    partTimeDepartmentIds: [],
    managerId: null,
    order: 0,
    status: 'active',
    custom: {},
    ...change,
  };
}

export type ApplyWorld = Awaited<ReturnType<typeof createApplyWorld>>;

/** Real Postgres, real simulator, the product's own activities; no Temporal server between them. */
export async function createApplyWorld(elsewhere?: { readonly url: string }) {
  const [database, simulator] = await Promise.all([
    createTestDatabase(),
    elsewhere === undefined ? startTestSimulator() : { ...elsewhere, close: async () => undefined },
  ]);
  const db: Database = openDatabase({ url: database.url });
  const secrets = createSecretBox([randomBytes(32).toString('base64')]);
  const corps = createCorpStore(db, secrets);
  const settings = createSettingsStore(db);
  const runs = createRunStore(db);
  const oa = createOaDirectoryStore(db);
  const tokens = createTokenStore(db, secrets);
  const budget = createRateBudgetStore(db);
  const ledger = createPushLedgerStore(db);
  const connectWecom = (connection: WecomConnection, onCall: (call: CallRecord) => void) =>
    createWecomClient({
      connection,
      tokens,
      budget,
      onCall,
      allowedHosts: [new URL(simulator.url).host],
      timeoutMs: 3_000,
    });
  const pulls = createDirectoryPullActivities({
    corps,
    settings,
    runs,
    pulls: createDirectoryPullStore(db),
    connectWecom,
  });

  function applying(changed: Partial<PushLedgerStore> = {}) {
    return createDirectoryPushApplyingActivities({
      corps,
      settings,
      oa,
      oaWriter: createEmbeddedOaWriter(createKeptDirectory(db, oa)),
      ledger: { ...ledger, ...changed },
      connectWecom,
    });
  }

  async function control<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${simulator.url}/_sim${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  }

  const inActivity = <P extends unknown[], R>(activity: (...args: P) => Promise<R>, ...args: P): Promise<R> =>
    new MockActivityEnvironment().run<P, R, (...args: P) => Promise<R>>(activity, ...args);

  const world = {
    db,
    runs,
    ledger,
    simulator,
    applying,
    inActivity,
    control,

    async createCorp(
      change: {
        readonly corp?: Record<string, unknown>;
        readonly push?: Partial<PushSettings>;
        readonly visibleDepartments?: readonly number[];
        readonly rateLimits?: Record<string, { minute?: number }>;
      } = {},
    ): Promise<PushedCorp> {
      const corpid = `ww${randomBytes(8).toString('hex')}`;
      await control('POST', '/corps', {
        corpid,
        name: '测试企业',
        contactsSecret,
        apps: [
          {
            agentid: 1000002,
            secret: appSecret,
            name: '桥',
            visibleDepartments: change.visibleDepartments ?? [1],
          },
        ],
        ...change.corp,
      });
      const { id } = await corps.createCorp({
        name: '测试企业',
        corpId: corpid,
        kind: 'public',
        apiBaseUrl: simulator.url,
        contactsSecret,
        rateLimits: change.rateLimits ?? {},
      });
      const app = await corps.createApp(id, { name: '桥', agentId: 1000002, secret: appSecret });
      await world.setPush({ id, corpid, appId: app.id }, change.push ?? {});
      return { id, corpid, appId: app.id };
    },

    /** Without limits, as far as limits are not what the test is about. */
    async setPush(corp: PushedCorp, push: Partial<PushSettings>): Promise<void> {
      const { guard } = defaultDirectorySettings.push;
      await settings.saveSettings(
        corp.id,
        {
          ...defaultDirectorySettings,
          access: 'read-write',
          master: 'oa',
          push: {
            ...defaultDirectorySettings.push,
            guard: {
              ...guard,
              maxDecrease: null,
              maxDeletes: null,
              maxDeletePercent: null,
              maxDisables: null,
              maxDepartmentDeletes: null,
              maxBranchPercent: null,
              maxCleared: null,
            },
            ...push,
          },
        },
        'user:test',
      );
    },

    async feed(directory: OaDirectory): Promise<void> {
      await oa.seed(directory);
    },

    async pull(corp: PushedCorp): Promise<string> {
      const reading = await world.readOnly(corp);
      await reading.merge();
      return reading.runId;
    },

    /** Reads everything; what was read reaches the mirror when the test says so. */
    async readOnly(corp: PushedCorp): Promise<{ readonly runId: string; merge(): Promise<void> }> {
      const runId = randomUUID();
      const source = await inActivity(pulls.beginPull, {
        corpId: corp.id,
        runId,
        mode: 'apply' as const,
        trigger: 'push' as const,
        requestedBy: 'test',
      });
      await inActivity(pulls.readDepartments, source, 1);
      await inActivity(pulls.readMemberIds, source, 1);
      const { batches } = await inActivity(pulls.planDetails, source, 1);
      for (let batch = 0; batch < batches; batch += 1) {
        await inActivity(pulls.readMemberDetails, source, batch);
      }
      await inActivity(pulls.reviewReading, source, 1);
      return {
        runId,
        async merge() {
          await inActivity(pulls.compareWithMirror, source);
          await inActivity(pulls.mergeIntoMirror, source);
          await inActivity(pulls.finishPull, { runId, phase: 'done' as const });
        },
      };
    },

    /** `claim`: what the run takes up before it plans. */
    async plan(
      corp: PushedCorp,
      undoOfRunId?: string,
      claim?: (runId: string) => Promise<void>,
    ): Promise<PushSource> {
      const runId = randomUUID();
      const pullRunId = await world.pull(corp);
      await runs.ensureRun({
        id: runId,
        corpId: corp.id,
        direction: 'push',
        mode: 'apply',
        trigger: 'api',
        requestedBy: 'test',
        workflowId: `directory-push:${corp.id}`,
      });
      const { version } = await settings.currentSettings(corp.id);
      await runs.useSettings(runId, version);
      await createPushPlanStore(db).ensurePlan({
        runId,
        corpId: corp.id,
        kind: undoOfRunId === undefined ? 'push' : 'undo',
        undoOfRunId: undoOfRunId ?? null,
      });
      await claim?.(runId);
      const result = await performPlanning(db, { kind: 'make', corpId: corp.id, runId, pullRunId });
      if (result.kind !== 'planned') throw new Error(`Not planned: ${JSON.stringify(result)}`);
      return { corpId: corp.id, runId };
    },

    /** Stage by stage, two batches side by side, as the workflow does; once through what is left. */
    async applyOnce(
      source: PushSource,
      activities = applying(),
    ): Promise<{
      readonly done: number;
      readonly failed: number;
      readonly skipped: number;
      readonly left: number;
    }> {
      const total = { done: 0, failed: 0, skipped: 0, left: 0 };
      const batches = await inActivity(activities.listBatches, source);
      for (const stage of new Set(batches.map((batch) => batch.stage))) {
        const queue = batches.filter((batch) => batch.stage === stage).values();
        const lane = async (): Promise<void> => {
          for (const batch of queue) {
            const result: BatchResult = await inActivity(activities.applyBatch, source, batch);
            total.done += result.done;
            total.failed += result.failed;
            total.skipped += result.skipped;
            total.left += result.left;
          }
        };
        const lanes = await Promise.allSettled([lane(), lane()]);
        for (const ended of lanes) if (ended.status === 'rejected') throw ended.reason;
      }
      return total;
    },

    async finish(source: PushSource, end: PushEnd = { phase: 'done' }) {
      return inActivity(applying().finishPush, source, end);
    },

    async push(corp: PushedCorp): Promise<PushSource> {
      const source = await world.plan(corp);
      await world.applyOnce(source);
      await world.finish(source);
      return source;
    },

    async rows({ runId }: PushSource): Promise<LedgerRow[]> {
      const { rows } = await db.pool.query<LedgerRow>(
        `SELECT seq, change_id AS "changeId", action, status, attempts, outcome
         FROM push_change WHERE run_id = $1 ORDER BY seq`,
        [runId],
      );
      return rows;
    },

    async row(source: PushSource, changeId: string): Promise<LedgerRow> {
      const found = (await world.rows(source)).find((row) => row.changeId === changeId);
      if (found === undefined) throw new Error(`The plan has no ${changeId}`);
      return found;
    },

    async state(corp: PushedCorp): Promise<SimulatedState> {
      return control('GET', `/corps/${corp.corpid}/state`);
    },

    async user(corp: PushedCorp, userid: string): Promise<SimulatedUser | undefined> {
      return (await world.state(corp)).users.find((user) => user.userid === userid);
    },

    async department(corp: PushedCorp, name: string): Promise<SimulatedDepartment | undefined> {
      return (await world.state(corp)).departments.find((department) => department.name === name);
    },

    async mirrorOf(corp: PushedCorp, userId: string) {
      const { rows } = await db.pool.query<{
        id: string;
        departments: number[];
        status: number | null;
        seen: Record<string, unknown> | null;
        written: Record<string, string> | null;
        departmentsFromOa: number[];
        disabledByBridge: boolean;
        createdByBridge: boolean;
        everActivated: boolean;
        gone: boolean;
        boundTo: string | null;
      }>(
        `SELECT m.id, m.departments, m.status, m.seen, m.written, m.departments_from_oa AS "departmentsFromOa",
                m.disabled_by_bridge_at IS NOT NULL AS "disabledByBridge",
                m.created_by_bridge_at IS NOT NULL AS "createdByBridge",
                m.ever_activated AS "everActivated", m.gone_at IS NOT NULL AS gone, b.oa_user_id AS "boundTo"
         FROM mirror_member m LEFT JOIN binding b ON b.member_id = m.id
         WHERE m.corp_id = $1 AND m.user_id_key = lower($2)`,
        [corp.id, userId],
      );
      return rows[0];
    },

    async linkOf(corp: PushedCorp, oaKey: string): Promise<number | undefined> {
      const { rows } = await db.pool.query<{ id: number }>(
        'SELECT department_id AS id FROM department_link WHERE corp_id = $1 AND oa_key = $2',
        [corp.id, oaKey],
      );
      return rows[0]?.id;
    },

    faults: (...faults: readonly Fault[]) => control('POST', '/faults', faults),
    noFaults: () => control('DELETE', '/faults'),
    simulatorSettings: (change: Record<string, unknown>) => control('POST', '/settings', change),

    async byHand({ corpid }: PushedCorp, path: string, body: Record<string, unknown>): Promise<void> {
      await control('POST', `/corps/${corpid}/by-hand`, { path, body });
    },

    async forgetCalls(): Promise<void> {
      await control('DELETE', '/calls');
    },

    async calls(path: string): Promise<{ errcode: number | null; request: Record<string, unknown> }[]> {
      return control('GET', `/calls?path=${path}`);
    },

    async close(): Promise<void> {
      await db.close();
      await simulator.close();
      await database.drop();
    },
  };
  return world;
}

export type { ApplyBatch };
