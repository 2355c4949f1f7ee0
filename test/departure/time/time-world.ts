import { WithStartWorkflowOperation } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import pino from 'pino';
import type { DepartureDecision } from '../../../domain/departures/departure';
import {
  defaultDirectorySettings,
  type DirectorySettings,
  type PushSettings,
} from '../../../domain/directory/settings';
import { createDepartureStore, type DepartureRecord, type DepartureStore } from '../../../store/departures';
import { createWorkerDeps } from '../../../workers/deps';
import { createBridgeWorker } from '../../../workers/worker';
import {
  decideDepartureUpdate,
  departureDeskStart,
  departureDeskType,
  departureId,
  departureStart,
  departureType,
  departureViewQuery,
  type DepartureDeskInput,
  type DepartureDeskResult,
  type DepartureInput,
  type DepartureResult,
  type DepartureView,
} from '../../../workflows/departure.contract';
import type { ConnectedCorp } from '../../directory-pull/pull-world';
import { createPushWorld, noLimits, type PushWorld } from '../../directory-push/flow/push-world';
import { startVirtualTime, type VirtualTime } from '../../support/time-skipping';
import { workflowBundle } from '../../support/workflow-bundle';

export const dayMs = 24 * 3_600_000;

export interface TimeWorld extends Omit<PushWorld, 'configure' | 'createWritableCorp'> {
  readonly time: VirtualTime;
  readonly departures: DepartureStore;
  createDepartingCorp(settings: DepartingSettings): Promise<ConnectedCorp>;
  configure(corp: ConnectedCorp, settings: DepartingSettings): Promise<void>;
  advanceDays(days: number): Promise<void>;
  /** Dates, tells and starts what is wanted now, as the worker's sweep has it done every other second. */
  sweep(corp: ConnectedCorp): Promise<void>;
  of(corp: ConnectedCorp, userId: string): Promise<DepartureRecord>;
  /** What the member's workflow goes by. */
  viewOf(corp: ConnectedCorp, userId: string): Promise<DepartureView>;
  decide(corp: ConnectedCorp, userId: string, decision: DepartureDecision): Promise<void>;
  userIds(corp: ConnectedCorp): Promise<readonly string[]>;
  /** How often WeCom was told to delete this member. */
  deletionsOf(corp: ConnectedCorp, userId: string): Promise<number>;
  eventCodes(corp: ConnectedCorp, userId: string): Promise<readonly string[]>;
}

export type DepartingSettings = Partial<Pick<DirectorySettings, 'timezone' | 'maintenanceWindows'>> & {
  readonly departed?: Partial<PushSettings['departed']>;
};

const cachedWorkflows = 100;

let runtimeInstalled = false;

/**
 * Real workflows, activities, Postgres and simulator on a clock of their own. Rows are written at the time of this
 * machine, so a member is disabled before the clock is advanced.
 */
export async function createTimeWorld(): Promise<TimeWorld> {
  // The server is started by the runtime.
  if (!runtimeInstalled) {
    Runtime.install({
      logger: new DefaultLogger('ERROR'),
      // It complains of what this server lacks, and of local activities of workflows that are not cached.
      telemetryOptions: { logging: { filter: 'off' } },
    });
  }
  runtimeInstalled = true;
  const time = await startVirtualTime();
  const pushWorld = await createPushWorld({ worker: false, temporal: time });
  const { client, config, db, settings } = pushWorld;
  const departures = createDepartureStore(db);
  const stopWorker = await startOwnWorker();

  async function startOwnWorker(): Promise<() => Promise<void>> {
    const deps = createWorkerDeps(config, pino({ level: 'silent' }));
    const connection = await NativeConnection.connect({ address: time.address });
    const started = await createBridgeWorker({
      connection,
      config: { ...config, WORKER_CACHED_WORKFLOWS: cachedWorkflows },
      activities: deps.activities,
      workflowBundle,
    });
    const running = started.run();
    return async () => {
      started.shutdown();
      await running;
      await connection.close();
      await deps.db.close();
    };
  }

  const world: TimeWorld = {
    ...pushWorld,
    time,
    departures,

    async createDepartingCorp(wanted) {
      const corp = await pushWorld.createCorp({});
      await world.configure(corp, wanted);
      return corp;
    },

    async configure(corp, { departed, ...wanted }) {
      const { push } = defaultDirectorySettings;
      await settings.saveSettings(
        corp.id,
        {
          ...defaultDirectorySettings,
          ...wanted,
          access: 'read-write',
          push: { ...push, guard: noLimits, departed: { ...push.departed, ...departed } },
        },
        'user:test',
      );
    },

    async push(corp, input) {
      const run = await pushWorld.push(corp, input);
      if (run.phase !== 'done') throw new Error(`The push ended as ${run.phase}: ${run.error?.code}`);
      return run;
    },

    advanceDays: (days) => time.advance(days * dayMs),

    async sweep(corp) {
      const desk = await client.workflow.start<(input: DepartureDeskInput) => Promise<DepartureDeskResult>>(
        departureDeskType,
        departureDeskStart(corp.id, 'wecom-bridge'),
      );
      let isOver = false;
      const ended = desk.result().finally(() => (isOver = true));
      // It stays for a while in case that more comes.
      while (!isOver) await time.advance(1_000);
      await ended;
    },

    async of(corp, userId) {
      const found = await departures.findNewest(corp.id, userId);
      if (found === undefined) throw new Error(`${userId} has no departure`);
      return found;
    },

    async viewOf(corp, userId) {
      const { memberId } = await world.of(corp, userId);
      return client.workflow.getHandle(departureId(corp.id, memberId)).query(departureViewQuery);
    },

    async decide(corp, userId, decision) {
      const { id, memberId } = await world.of(corp, userId);
      const startWorkflowOperation = new WithStartWorkflowOperation<
        (input: DepartureInput) => Promise<DepartureResult>
      >(departureType, departureStart({ corpId: corp.id, memberId, departureId: id }, 'wecom-bridge'));
      await client.workflow.executeUpdateWithStart(decideDepartureUpdate, {
        startWorkflowOperation,
        args: [{ decision, by: 'user:test' }],
      });
    },

    async userIds(corp) {
      return (await world.state(corp)).users.map(({ userid }) => userid).sort();
    },

    async deletionsOf({ corpid }, userId) {
      const rows = (await world.control('GET', `/calls?corpid=${corpid}`)) as readonly {
        readonly path: string;
        readonly errcode: number;
        readonly request: { readonly userid?: string; readonly useridlist?: readonly string[] };
      }[];
      return rows.filter(
        ({ path, request }) =>
          (path === 'user/delete' && request.userid === userId) ||
          (path === 'user/batchdelete' && request.useridlist?.includes(userId)),
      ).length;
    },

    async eventCodes(corp, userId) {
      const { id } = await world.of(corp, userId);
      return (await departures.eventsOf(id)).map(({ code }) => code);
    },

    async close() {
      await stopWorker();
      await pushWorld.close();
      await time.close();
    },
  };
  return world;
}
