import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import pino from 'pino';
import type { AttendanceSources, PunchKinds } from '../../../domain/attendance/attendance';
import { defaultDirectorySettings, noticeEvents, type Schedule } from '../../../domain/directory/settings';
import { createReferenceOa, type ReferenceOa } from '../../../reference-oa/app';
import { createAttendanceDeliveryStore } from '../../../store/attendance-delivery';
import { createAttendanceGapStore } from '../../../store/attendance-gaps';
import { createAttendanceRunStore } from '../../../store/attendance-runs';
import type { RunRecord } from '../../../store/runs';
import { createSecretBox } from '../../../store/secrets';
import { createSettingsStore } from '../../../store/settings';
import { noticeGaps, startDeliveries } from '../../../workers/attendance-sweep';
import {
  attendanceDeliveryId,
  attendanceDeliveryStart,
  attendanceDeliveryType,
  attendancePullId,
  attendancePullType,
  scheduledAttendanceType,
  type AttendancePullInput,
  type AttendancePullResult,
} from '../../../workflows/attendance.contract';
import type { ScheduledRunResult } from '../../../workflows/scheduled-runs.contract';
import { bridgeTaskQueue } from '../../../workflows/task-queues';
import { appSecret, createPullWorld, startWorker, type PullWorld } from '../../directory-pull/pull-world';
import { patienceMs } from '../../support/patience';

/** Days that are long over. */
export const firstDay = '2026-03-02';
const dayMs = 86_400_000;

export const logger = pino({ level: 'silent' });

export type RunWanted = {
  readonly from?: string;
  readonly to?: string;
  readonly ruleId?: string | null;
  readonly kinds?: PunchKinds;
  readonly reads?: Partial<AttendanceSources>;
  readonly acceptLoss?: boolean;
};

export type StartedRun = {
  readonly runId: string;
  readonly handle: WorkflowHandle<(input: AttendancePullInput) => Promise<AttendancePullResult>>;
};

export type Kept = {
  readonly id: string;
  readonly oaUserId: string;
  readonly state: string;
  readonly version: number;
};

type OaServer = {
  readonly oa: ReferenceOa;
  readonly url: string;
  /** Each batch that came, by its key, with how many items. */
  readonly batches: { readonly path: string; readonly key: string }[];
  /** Answers instead of the OA; 'lost' lets it take the batch and says nothing. */
  spoil: number | 'lost' | undefined;
  /** How long it takes over a batch. */
  delayMs: number;
  close(): Promise<void>;
};

export type FlowWorld = Awaited<ReturnType<typeof createFlowWorld>>;
export type FlowCorp = Awaited<ReturnType<FlowWorld['createCorp']>>;

const secret = 'a-secret-of-at-least-thirty-two-characters';

export const dayAfter = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);

/** Worker, Temporal, Postgres and simulator; the embedded OA, or the reference OA behind real HTTP. */
export async function createFlowWorld({
  http = false,
  worker: withWorker = true,
}: { readonly http?: boolean; readonly worker?: boolean } = {}) {
  const server = http ? await startOa() : undefined;
  const world = await createPullWorld({
    worker: false,
    env: server === undefined ? {} : { OA_ADAPTER: 'http', OA_HTTP_URL: server.url, OA_HTTP_SECRET: secret },
  });
  const { client, db, config } = world;
  const delivery = createAttendanceDeliveryStore(db);
  const gaps = createAttendanceGapStore(db);
  let stop = withWorker ? await startWorker(config) : undefined;

  const flow = {
    world,
    client,
    db,
    config,
    delivery,
    gaps,
    server: server as OaServer,

    async startWorker() {
      stop ??= await startWorker(config);
    },
    async stopWorker() {
      await stop?.();
      stop = undefined;
    },

    sql: async <T extends object>(text: string, params: readonly unknown[] = []): Promise<T[]> =>
      (await db.pool.query<T>(text, [...params])).rows,

    createCorp: (options: { readonly people?: number; readonly bound?: number } = {}) =>
      createCorp(flow.tools, options),

    sweepDeliveries: () => startDeliveries(client, delivery, bridgeTaskQueue),
    sweepGaps: (now: Date) => noticeGaps(client, gaps, bridgeTaskQueue, logger, now),

    async until<T>(what: string, look: () => Promise<T | undefined>, withinMs = patienceMs): Promise<T> {
      for (const deadline = Date.now() + withinMs; ; await wait(50)) {
        const found = await look();
        if (found !== undefined) return found;
        if (Date.now() > deadline) throw new Error(`Not in time: ${what}`);
      }
    },

    async close() {
      await stop?.();
      await world.close();
      await server?.close();
    },

    get tools(): Tools {
      return { world, until: flow.until, attendanceRuns: createAttendanceRunStore(db) };
    },
  };
  return flow;
}

type Tools = {
  readonly world: PullWorld;
  readonly attendanceRuns: ReturnType<typeof createAttendanceRunStore>;
  until<T>(what: string, look: () => Promise<T | undefined>, withinMs?: number): Promise<T>;
};

async function createCorp(
  { world, attendanceRuns, until }: Tools,
  { people = 4, bound = people }: { readonly people?: number; readonly bound?: number },
) {
  const { client, config, db, runs } = world;
  const settings = createSettingsStore(db, createSecretBox(config.BRIDGE_MASTER_KEY.split(',')));
  const { pool } = db;
  const corpid = `ww${randomBytes(8).toString('hex')}`;
  const userIds = Array.from({ length: people }, (_, index) => `u${index + 1}`);
  await world.control('POST', '/corps', {
    corpid,
    name: '测试企业',
    contactsSecret: 'contacts-secret',
    apps: [
      {
        agentid: 1000002,
        secret: appSecret,
        name: '桥',
        visibleDepartments: [1],
        permissions: ['checkin'],
      },
    ],
    users: userIds.map((userid) => ({ userid, name: `Person ${userid}`, department: [1] })),
  });
  const { id: corpId } = await world.corps.createCorp({
    name: '测试企业',
    corpId: corpid,
    kind: 'public',
    apiBaseUrl: String(config.SIMULATOR_URL),
    contactsSecret: 'contacts-secret',
  });
  const app = await world.corps.createApp(corpId, { name: '桥', agentId: 1000002, secret: appSecret });
  if (app === undefined) throw new Error('The app was not saved');
  await pool.query(
    `INSERT INTO attendance_settings (corp_id, app_id, saved_by) VALUES ($1, $2, 'token:test')`,
    [corpId, app.id],
  );
  for (const userId of userIds) {
    await pool.query(
      `INSERT INTO mirror_member (id, corp_id, user_id_key, user_id, departments, name)
       VALUES ($1, $2, lower($3), $3, '{1}', $3)`,
      [`${corpid}-${userId}`, corpId, userId],
    );
  }

  const corp = {
    corpId,
    corpid,
    userIds,

    async bind(...which: readonly string[]): Promise<void> {
      for (const userId of which) {
        await pool.query(
          `INSERT INTO binding (corp_id, member_id, oa_user_id, source) VALUES ($1, $2, $3, 'manual')`,
          [corpId, `${corpid}-${userId}`, `oa-${corpid}-${userId}`],
        );
      }
    },

    /** Four punches a day of everybody, as the simulator makes them up. */
    async punchesFor(days: number, from = firstDay, perDay = 2): Promise<void> {
      const options = { from, days, perDay, exceptionRate: 0, photoRate: 0 };
      await world.control('POST', `/corps/${corpid}/checkins/generate`, options);
    },

    async punch(userId: string, at: string, more: Readonly<Record<string, unknown>> = {}): Promise<void> {
      const row = { userid: userId, checkin_type: '上班打卡', checkin_time: Date.parse(at) / 1_000, ...more };
      await world.control('POST', `/corps/${corpid}/checkins`, [row]);
    },

    async forget(userId: string, at: string): Promise<void> {
      const query = `userid=${userId}&checkin_time=${Date.parse(at) / 1_000}`;
      await world.control('DELETE', `/corps/${corpid}/checkins?${query}`);
    },

    /** Any notice that can be told is recorded; where it goes to, nobody listens. */
    async listenToNotices(): Promise<void> {
      const url = 'http://127.0.0.1:9/notices';
      await settings.saveSettings(
        corpId,
        {
          ...defaultDirectorySettings,
          notices: [{ kind: 'webhook', name: 'ops', url, hasSecret: false, events: [...noticeEvents] }],
        },
        'user:test',
        [{ url, secret: null }],
      );
    },

    async notices(): Promise<{ id: string; kind: string; runId: string | null }[]> {
      const { rows } = await pool.query<{ id: string; kind: string; runId: string | null }>(
        'SELECT id, kind, run_id AS "runId" FROM notice WHERE corp_id = $1 ORDER BY created_at, id',
        [corpId],
      );
      return rows;
    },

    async addRule({
      schedule = null,
      expectedFrom = null,
      lookBackDays = 3,
    }: {
      readonly schedule?: Schedule | null;
      readonly expectedFrom?: string | null;
      readonly lookBackDays?: number;
    } = {}): Promise<string> {
      const ruleId = randomUUID();
      await pool.query(
        `INSERT INTO attendance_rule (id, corp_id, name, scope, kinds, schedule, look_back_days, fingerprint,
           created_by, updated_at, expected_from)
         VALUES ($1, $2, '考勤', $3, 'all', $4, $5, $1, 'token:test', now(), $6)`,
        [
          ruleId,
          corpId,
          JSON.stringify({ departments: [1], userIds: [], excludeUserIds: [] }),
          schedule === null ? null : JSON.stringify(schedule),
          lookBackDays,
          expectedFrom,
        ],
      );
      return ruleId;
    },

    async start({
      from = firstDay,
      to = from,
      ruleId = null,
      kinds = 'all',
      reads = {},
      acceptLoss = false,
    }: RunWanted = {}): Promise<StartedRun> {
      const runId = randomUUID();
      await runs.ensureRun({
        id: runId,
        corpId,
        direction: 'attendance',
        mode: 'apply',
        trigger: 'api',
        requestedBy: 'token:test',
        workflowId: attendancePullId(corpId, ruleId),
      });
      await attendanceRuns.ensureAttendanceRun({
        runId,
        corpId,
        ruleId,
        ruleName: ruleId === null ? null : '考勤',
        from,
        to,
        userIds: ruleId === null ? userIds : null,
        kinds,
        reads: { punches: true, daily: false, monthly: false, ...reads },
        acceptLoss,
        timezone: 'Asia/Shanghai',
        dayStartsAt: '00:00',
      });
      const handle = await client.workflow.start<
        (input: AttendancePullInput) => Promise<AttendancePullResult>
      >(attendancePullType, {
        taskQueue: bridgeTaskQueue,
        workflowId: attendancePullId(corpId, ruleId),
        workflowIdConflictPolicy: 'FAIL',
        args: [{ corpId, runId, ruleId, trigger: 'api', requestedBy: 'token:test' }],
        memo: { runId },
      });
      return { runId, handle };
    },

    /** Starts a run and waits for its end, whatever that is. */
    async run(wanted: RunWanted = {}): Promise<RunRecord> {
      const { runId, handle } = await corp.start(wanted);
      await handle.result().catch(() => undefined);
      return corp.ended(runId);
    },

    async ended(runId: string): Promise<RunRecord> {
      return { ...(await world.ended(runId)), counts: await attendanceRuns.counts(runId) };
    },

    /** As Temporal's schedule does when it is time. */
    whenDue: (ruleId: string): Promise<ScheduledRunResult> =>
      client.workflow.execute(scheduledAttendanceType, {
        taskQueue: bridgeTaskQueue,
        workflowId: `scheduled-attendance:${ruleId}`,
        args: [{ corpId, ruleId }],
      }),

    async reaches(runId: string, ...phases: readonly string[]): Promise<RunRecord> {
      return until(`${runId} is ${phases.join(' or ')}`, async () => {
        const run = await runs.findRun(runId);
        return run !== undefined && phases.includes(run.phase) ? run : undefined;
      });
    },

    deliveryHandle: () => client.workflow.getHandle(attendanceDeliveryId(corpId)),

    /** As somebody does who does not want to wait. */
    async tellNow(): Promise<void> {
      await client.workflow.signalWithStart(
        attendanceDeliveryType,
        attendanceDeliveryStart(corpId, bridgeTaskQueue),
      );
    },

    /** What the embedded OA has of the corp's people. */
    async kept(): Promise<Kept[]> {
      const { rows } = await pool.query<Kept>(
        `SELECT id, oa_user_id AS "oaUserId", state, version FROM oa_attendance
          WHERE oa_user_id LIKE $1 ORDER BY id`,
        [`oa-${corpid}-%`],
      );
      return rows;
    },

    keeps: (count: number): Promise<Kept[]> =>
      until(`the OA has ${count}`, async () => {
        const kept = await corp.kept();
        return kept.length === count ? kept : undefined;
      }),
  };
  await corp.bind(...userIds.slice(0, bound));
  return corp;
}

async function startOa(): Promise<OaServer> {
  const oa = createReferenceOa({ secret, directory: { subcompanies: [], departments: [], users: [] } });
  const running = { oa, batches: [] as { path: string; key: string }[], spoil: undefined, delayMs: 0 } as {
    -readonly [K in keyof OaServer]: OaServer[K];
  };
  const server: Server = createServer((request, response) => {
    running.batches.push({ path: request.url ?? '', key: String(request.headers['idempotency-key']) });
    const { spoil } = running;
    if (typeof spoil === 'number') {
      response.writeHead(spoil, { 'content-type': 'application/json' });
      return void response.end('{"error":{"code":"not_today","message":""}}');
    }
    // It has taken the batch, and its answer is lost.
    if (spoil === 'lost') response.end = (() => response.destroy()) as typeof response.end;
    setTimeout(() => oa.app(request, response), running.delayMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  running.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  running.close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return running;
}
