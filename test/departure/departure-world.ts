import { setTimeout as wait } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import pino from 'pino';
import type { DepartureState } from '../../domain/departures/departure';
import { releaseLostClaims } from '../../workers/departures-sweep';
import {
  departureDeskStart,
  departureDeskType,
  departureId as departureWorkflowId,
} from '../../workflows/departure.contract';
import { bridgeTaskQueue } from '../../workflows/task-queues';
import { startTestApi, type TestApi } from '../api/harness';
import { installQuietRuntime, startTestWorker, type TestWorker } from '../api/worker';
import { createApiPushWorld, person, type ApiPushWorld } from '../directory-push/api/push-world';
import { patienceMs } from '../support/patience';
import { testTemporal } from '../support/temporal';

export type DepartureRow = {
  id: string;
  memberId: string;
  userId: string;
  state: DepartureState;
  reason: string | null;
  errcode: number | null;
  origin: string;
  disabledAt: Date | null;
  deleteAt: Date | null;
  closedAt: Date | null;
  remembered: unknown;
  isKept: boolean;
  runId: string | null;
  lastRunId: string | null;
};

export type SimulatedMember = {
  readonly userid: string;
  readonly enable?: number;
  readonly department: readonly number[];
  readonly is_leader_in_dept?: readonly number[];
};

export interface DepartureWorld {
  readonly api: TestApi;
  readonly client: Client;
  readonly corp: ApiPushWorld;
  startWorker(): Promise<void>;
  stopWorker(): Promise<void>;
  /** Other settings from now on; what is not said is as a new world has it. */
  configure(settings: Pick<DepartureWorldOptions, 'departed' | 'guard' | 'push'>): Promise<void>;
  /** Whole pushes of people with these numbers, all active. */
  hire(...numbers: readonly number[]): Promise<void>;
  /** Some people's records in the OA, by a PATCH; fields as the OA has them. */
  patch(...users: readonly { readonly id: string; readonly [field: string]: unknown }[]): Promise<void>;
  depart(...numbers: readonly number[]): Promise<void>;
  /** As the simulator has them; undefined where it has nobody of that name. */
  member(number: number): Promise<SimulatedMember | undefined>;
  byHand(path: string, body: Record<string, unknown>): Promise<void>;
  /** Newest first. */
  departures(number?: number): Promise<DepartureRow[]>;
  /** Until the newest departure of that person is in this state. */
  reaches(number: number, ...states: readonly DepartureState[]): Promise<DepartureRow>;
  /** What a person decides, by the API. */
  decide(
    number: number,
    what: string,
    body?: object,
  ): Promise<{ readonly status: number; readonly body: unknown; readonly text: string }>;
  changesOf(runId: string): Promise<{ changeId: string; status: string; outcome: string | null }[]>;
  /** Ids of the corp's runs of this trigger, oldest first. */
  runs(): Promise<{ id: string; phase: string }[]>;
  workflowOf(row: DepartureRow): ReturnType<Client['workflow']['getHandle']>;
  until<T>(what: string, look: () => Promise<T | undefined>, withinMs?: number): Promise<T>;
  close(): Promise<void>;
}

export const userIdOf = (number: number): string => `u${number}`;
export const oaIdOf = (number: number): string => `U${number}`;

/** No limits, as far as limits are not what the test is about. */
export const noLimits = {
  maxDecrease: null,
  maxDeletes: null,
  maxDeletePercent: null,
  maxDisables: null,
  maxDepartmentDeletes: null,
  maxBranchPercent: null,
};

export type DepartureWorldOptions = {
  readonly departed?: object;
  readonly guard?: object;
  /** More of the settings' push part. */
  readonly push?: object;
  /** How long a "day" lasts. */
  readonly daySeconds?: number;
  readonly worker?: boolean;
};

function pushSettings({ departed = {}, guard = {}, push = {} }: DepartureWorldOptions): object {
  return {
    guard: { ...noLimits, ...guard },
    departed: {
      action: 'disable',
      immediate: true,
      deleteAfterDays: null,
      moveToDepartment: { enabled: false, name: '已禁用用户' },
      ...departed,
    },
    ...push,
  };
}

/** API, worker, Temporal, Postgres and simulator, with days of seconds: what waits a week is over soon. */
export async function createDepartureWorld({
  departed = {},
  guard = {},
  push = {},
  daySeconds = 1,
  worker: withWorker = true,
}: DepartureWorldOptions = {}): Promise<DepartureWorld> {
  installQuietRuntime();
  const env = { DEPARTURE_DAY_SECONDS: String(daySeconds) };
  const api = await startTestApi(env);
  const connection = await Connection.connect(testTemporal());
  const client = new Client({ connection, namespace: api.namespace });
  const logger = pino({ level: 'silent' });
  let worker: TestWorker | undefined;
  let sweeping: Promise<void> | undefined;
  let sweeps = true;

  async function sweep({ deps }: TestWorker): Promise<void> {
    for (; sweeps; await wait(200)) {
      for (const corpId of await deps.departures.corpsWithWork()) {
        // Nobody waits for more to come.
        await client.workflow.start(departureDeskType, {
          ...departureDeskStart(corpId, bridgeTaskQueue),
          args: [{ corpId, lingerMs: 200 }],
        });
      }
      await releaseLostClaims(client, deps.departureSweep, deps.departures, logger);
    }
  }

  const startWorker = async (): Promise<void> => {
    worker = await startTestWorker(api, env);
    sweeps = true;
    sweeping = sweep(worker);
  };
  const stopWorker = async (): Promise<void> => {
    const stopping = worker;
    worker = undefined;
    sweeps = false;
    await sweeping;
    await stopping?.stop();
  };
  if (withWorker) await startWorker();
  const corp = await createApiPushWorld(api, pushSettings({ departed, guard, push }));

  const world: DepartureWorld = {
    api,
    client,
    corp,
    startWorker,
    stopWorker,

    configure: (settings) => corp.configure(pushSettings(settings)),

    async hire(...numbers) {
      await corp.feed(numbers.map((number) => person(oaIdOf(number))));
      await corp.push({}, 'done');
    },

    async patch(...users) {
      const answer = await api.call('/oa/directory', { method: 'PATCH', body: { upsert: { users } } });
      expect([answer.status, answer.text]).toEqual([200, expect.anything()]);
    },

    depart: (...numbers) =>
      world.patch(...numbers.map((number) => ({ id: oaIdOf(number), status: 'departed' }))),

    async member(number) {
      const members = (await corp.members()) as unknown as Record<string, SimulatedMember>;
      return members[userIdOf(number)];
    },

    async byHand(path, body) {
      const answer = (await api.control(`/_sim/corps/${corp.corpid}/by-hand`, { path, body })) as {
        errcode: number;
      };
      if (answer.errcode !== 0) throw new Error(JSON.stringify(answer));
    },

    async departures(number) {
      const { rows } = await api.db.pool.query<DepartureRow>(
        `SELECT id, member_id AS "memberId", user_id AS "userId", state, reason->>'code' AS reason,
                (reason->'wecom'->>'errcode')::int AS errcode, origin, disabled_at AS "disabledAt",
                delete_at AS "deleteAt", closed_at AS "closedAt", remembered, is_kept AS "isKept", run_id AS "runId",
                last_run_id AS "lastRunId"
           FROM departure WHERE corp_id = $1 AND ($2::text IS NULL OR lower(user_id) = $2)
          ORDER BY created_at DESC, id DESC`,
        [corp.corpId, number === undefined ? null : userIdOf(number)],
      );
      return rows;
    },

    reaches: (number, ...states) =>
      world.until(`${userIdOf(number)} is ${states.join(' or ')}`, async () => {
        const [newest] = await world.departures(number);
        return newest !== undefined && states.includes(newest.state) ? newest : undefined;
      }),

    decide: (number, what, body) =>
      api.call(`/corps/${corp.corpId}/departures/${userIdOf(number)}/${what}`, {
        method: 'POST',
        ...(body === undefined ? {} : { body }),
        headers: { 'accept-language': 'en' },
      }),

    async changesOf(runId) {
      const { rows } = await api.db.pool.query<{ changeId: string; status: string; outcome: string | null }>(
        `SELECT change_id AS "changeId", status, outcome->>'code' AS outcome FROM push_change
          WHERE run_id = $1 ORDER BY seq`,
        [runId],
      );
      return rows;
    },

    async runs() {
      const { rows } = await api.db.pool.query<{ id: string; phase: string }>(
        `SELECT id, phase FROM run WHERE corp_id = $1 AND trigger = 'departures' ORDER BY started_at`,
        [corp.corpId],
      );
      return rows;
    },

    workflowOf: ({ memberId }) => client.workflow.getHandle(departureWorkflowId(corp.corpId, memberId)),

    async until(what, look, withinMs = patienceMs) {
      for (const deadline = Date.now() + withinMs; ; await wait(100)) {
        const found = await look();
        if (found !== undefined) return found;
        if (Date.now() > deadline) {
          const rows = await world.departures();
          const runs = await world.runs();
          throw new Error(`Not in time: ${what}; ${JSON.stringify(rows)} ${JSON.stringify(runs)}`);
        }
      }
    },

    async close() {
      await stopWorker();
      await connection.close();
      await api.close();
    },
  };
  return world;
}
