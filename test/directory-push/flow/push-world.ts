import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { defaultDirectorySettings, type PushSettings } from '../../../domain/directory/settings';
import type { OaDirectory, OaUser } from '../../../domain/oa-directory/directory';
import { createOaDirectoryFeedStore } from '../../../store/oa-directory-feed';
import type { RunPhase, RunRecord } from '../../../store/runs';
import {
  approvePushUpdate,
  directoryPushId,
  directoryPushType,
  type DirectoryPushInput,
  type DirectoryPushResult,
} from '../../../workflows/directory-push.contract';
import { createPullWorld, type ConnectedCorp, type PullWorld } from '../../directory-pull/pull-world';
import { patienceMs } from '../../support/patience';
import { quickPace } from './flow-world';

export type SimulatedUser = {
  readonly userid: string;
  readonly name: string;
  readonly department: readonly number[];
} & Readonly<Record<string, unknown>>;

export type SimulatedState = {
  readonly departments: readonly { readonly id: number; readonly name: string; readonly parentid: number }[];
  readonly users: readonly SimulatedUser[];
};

export type StartedPush = {
  readonly corp: ConnectedCorp;
  readonly runId: string;
  readonly handle: WorkflowHandleWithFirstExecutionRunId<
    (input: DirectoryPushInput) => Promise<DirectoryPushResult>
  >;
};

export type LedgerRow = {
  readonly changeId: string;
  readonly action: string;
  readonly status: string;
  readonly attempts: number;
  readonly outcome: { readonly code: string } | null;
};

export interface PushWorld extends PullWorld {
  /** A corp with nothing but its root, which the bridge may write to. */
  createWritableCorp(push?: Partial<PushSettings>): Promise<ConnectedCorp>;
  configure(corp: ConnectedCorp, push: Partial<PushSettings>): Promise<void>;
  /** The whole directory of the OA, as of now. */
  feedOa(directory: OaDirectory): Promise<void>;
  startPush(corp: ConnectedCorp, input?: Partial<DirectoryPushInput>): Promise<StartedPush>;
  /** Starts a push and waits for its end, whatever that is. */
  push(corp: ConnectedCorp, input?: Partial<DirectoryPushInput>): Promise<RunRecord>;
  endOf(push: StartedPush): Promise<RunRecord>;
  reaches(push: StartedPush, phase: RunPhase): Promise<RunRecord>;
  approve(push: StartedPush, run: RunRecord): Promise<void>;
  ledger(runId: string): Promise<LedgerRow[]>;
  state(corp: ConnectedCorp): Promise<SimulatedState>;
  /** Calls of an API that changed something in WeCom, or would have. */
  writes(): Promise<Record<string, number>>;
}

/** An OA of a root, departments as [id, name, parent] and users. */
export function organisation(
  departments: readonly (readonly [id: string, name: string, parentId: string | null])[],
  users: readonly OaUser[],
): OaDirectory {
  return {
    subcompanies: [{ id: 'root', name: '测试企业', parentId: null, order: 0 }],
    departments: departments.map(([id, name, parentId], order) => ({
      ...{ id, name, parentId, subcompanyId: 'root', order },
    })),
    users,
  };
}

export function person(number: number, change: Partial<OaUser> = {}): OaUser {
  return {
    id: `oa-${number}`,
    loginId: `staff${number}`,
    jobNumber: `J${number}`,
    name: `员工${number}`,
    mobile: `137${String(number).padStart(8, '0')}`,
    email: null,
    gender: null,
    position: '工程师',
    telephone: null,
    departmentId: 'd1',
    partTimeDepartmentIds: [],
    managerId: null,
    order: 0,
    status: 'active',
    custom: {},
    ...change,
  };
}

export function people(count: number, change: Partial<OaUser> = {}): OaUser[] {
  return Array.from({ length: count }, (_, index) => person(index + 1, change));
}

/** What must be in no history, log or notice. */
export const personalValues = ['员工', 'staff', '1370000', '研发部', '市场部', '工程师'];

/** Without limits, as far as limits are not what the test is about. */
export const noLimits: PushSettings['guard'] = {
  ...defaultDirectorySettings.push.guard,
  maxDecrease: null,
  maxDeletes: null,
  maxDeletePercent: null,
  maxDisables: null,
  maxDepartmentDeletes: null,
  maxBranchPercent: null,
  maxCleared: null,
};

export async function createPushWorld(
  options: Parameters<typeof createPullWorld>[0] = {},
): Promise<PushWorld> {
  const pullWorld = await createPullWorld(options);
  const { db, client, runs, settings, control } = pullWorld;
  const feeds = createOaDirectoryFeedStore(db);

  const world: PushWorld = {
    ...pullWorld,

    async createWritableCorp(push = {}) {
      const corp = await pullWorld.createCorp({});
      await world.configure(corp, push);
      return corp;
    },

    async configure(corp, push) {
      await settings.saveSettings(
        corp.id,
        {
          ...defaultDirectorySettings,
          access: 'read-write',
          push: { ...defaultDirectorySettings.push, guard: noLimits, ...push },
        },
        'user:test',
      );
    },

    async feedOa({ subcompanies, departments, users }) {
      const feed = await feeds.openFeed();
      for (const row of subcompanies) await feed.add('subcompanies', row);
      for (const row of departments) await feed.add('departments', row);
      for (const row of users) await feed.add('users', row);
      await feed.store({ kind: 'whole', complete: true }, 'token:test');
    },

    async startPush(corp, input = {}) {
      const runId = input.runId ?? randomUUID();
      const handle = await client.workflow.start<(input: DirectoryPushInput) => Promise<DirectoryPushResult>>(
        directoryPushType,
        {
          taskQueue: 'wecom-bridge',
          workflowId: directoryPushId(corp.id),
          workflowIdConflictPolicy: 'FAIL',
          memo: { runId },
          args: [
            {
              corpId: corp.id,
              runId,
              mode: 'apply',
              trigger: 'api',
              requestedBy: 'token:test',
              plan: { kind: 'push' },
              ...input,
              pace: { ...quickPace, ...input.pace },
            },
          ],
        },
      );
      return { corp, runId, handle };
    },

    async push(corp, input) {
      return world.endOf(await world.startPush(corp, input));
    },

    async endOf({ runId, handle }) {
      // How it ended is in the run's row.
      await handle.result().catch(() => undefined);
      return world.ended(runId);
    },

    async reaches({ runId, handle }, phase) {
      for (const deadline = Date.now() + patienceMs; ; await wait(30)) {
        const run = await runs.findRun(runId);
        if (run?.phase === phase) return run;
        // Until it has begun, the row tells the end of the execution before.
        const isOver = run?.finishedAt != null && run.temporalRunId === handle.firstExecutionRunId;
        if (isOver || Date.now() > deadline) {
          throw new Error(`Not ${phase} but ${run?.phase}: ${JSON.stringify(run?.error)}`);
        }
      }
    },

    async approve({ handle }, { planHash }) {
      await handle.executeUpdate(approvePushUpdate, {
        args: [{ planHash: planHash ?? '', by: 'user:test', safeOnly: false }],
      });
    },

    async ledger(runId) {
      const { rows } = await db.pool.query<LedgerRow>(
        `SELECT change_id AS "changeId", action, status, attempts, outcome
         FROM push_change WHERE run_id = $1 ORDER BY seq`,
        [runId],
      );
      return rows;
    },

    async state({ corpid }) {
      return (await control('GET', `/corps/${corpid}/state`)) as SimulatedState;
    },

    async writes() {
      const calls = await world.callsByPath();
      return Object.fromEntries(
        Object.entries(calls).filter(([path]) => /\/(create|update|delete|batchdelete)$/.test(path)),
      );
    },
  };
  return world;
}
