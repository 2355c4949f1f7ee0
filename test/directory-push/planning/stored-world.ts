import { randomBytes, randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { performPlanning, type PlanningResult } from '../../../activities/directory-push-planner';
import {
  createDirectoryPushPlanningActivities,
  type DirectoryPushPlanningActivities,
} from '../../../activities/directory-push-planning';
import {
  defaultDirectorySettings,
  type DirectorySettings,
  type PushSettings,
} from '../../../domain/directory/settings';
import type { OaDirectory, OaUser } from '../../../domain/oa-directory/directory';
import { createCorpStore } from '../../../store/corps';
import { openDatabase, type Database } from '../../../store/database';
import { createOaDirectoryFeedStore } from '../../../store/oa-directory-feed';
import { createOaDirectoryStore } from '../../../store/oa-directory';
import { createPushPlanStore, type PushPlanStore } from '../../../store/push-plans';
import { createPushSnapshotStore, type PushSnapshotStore } from '../../../store/push-snapshot';
import { createRunStore } from '../../../store/runs';
import { createSecretBox } from '../../../store/secrets';
import { createSettingsStore } from '../../../store/settings';
import { createRateBudgetStore } from '../../../store/rate-budget';
import { createTokenStore } from '../../../store/wecom-tokens';
import { createWecomClient, hostsOf } from '../../../wecom';
import { createTestDatabase } from '../../support/database';

export type WecomDepartment = readonly [departmentId: number, name: string | null, parentId: number];

export type WecomMember = {
  readonly userId: string;
  readonly departments: readonly number[];
  /** 1 activated, 2 disabled, 4 not activated. */
  readonly status?: number;
  readonly seen?: Readonly<Record<string, unknown>>;
  readonly written?: Readonly<Record<string, string>>;
  /** Id of the OA user it is bound to. */
  readonly boundTo?: string;
};

export interface StoredWorld {
  readonly db: Database;
  readonly corpId: string;
  readonly plans: PushPlanStore;
  readonly snapshots: PushSnapshotStore;
  readonly activities: DirectoryPushPlanningActivities;
  /** As a worker would run it. */
  run<Args extends unknown[], Result>(
    activity: (...args: Args) => Promise<Result>,
    ...args: Args
  ): Promise<Result>;
  /** A new version of the settings. */
  configure(push?: Partial<PushSettings>, change?: Partial<DirectorySettings>): Promise<void>;
  feed(directory: OaDirectory, options?: { readonly complete?: boolean }): Promise<void>;
  patchUser(user: Partial<OaUser> & { readonly id: string }): Promise<void>;
  /** As a pull would have left it. */
  see(departments: readonly WecomDepartment[], members: readonly WecomMember[]): Promise<string>;
  link(links: Readonly<Record<string, number>>): Promise<void>;
  beginRun(plan?: {
    readonly basedOnRunId?: string;
    readonly undoOfRunId?: string;
    readonly mode?: 'simulate' | 'apply';
  }): Promise<string>;
  /** A simulation, planned to its end. */
  simulate(): Promise<{ readonly runId: string; readonly result: PlanningResult }>;
  make(runId: string): Promise<PlanningResult>;
  setPhase(runId: string, phase: string): Promise<void>;
  rows(runId: string): Promise<PlanRowInTable[]>;
  close(): Promise<void>;
}

export type PlanRowInTable = {
  readonly seq: number;
  readonly changeId: string;
  readonly action: string;
  readonly status: string;
  readonly stage: number;
  readonly name: string | null;
  readonly search: string;
  readonly pathFrom: string | null;
  readonly pathTo: string | null;
  readonly departmentRefs: string[];
  readonly fields: string[];
  readonly heldBy: string[];
  readonly barred: boolean;
  readonly leftOut: boolean;
  readonly outcome: { code: string; params?: Record<string, string> } | null;
};

/** Activities that are meant to fail do not fill the test's output. */
const quiet = new DefaultLogger('ERROR');

/** As the bridge would have written the user of the same id. */
export const member = (userId: string, change: Partial<WecomMember> = {}): WecomMember => ({
  userId,
  written: { name: `Name ${userId}`, mobile: mobileOf(userId) },
  departments: [1],
  status: 4,
  seen: {
    name: `Name ${userId}`,
    status: 'not-activated',
    orders: [0],
    leaderIn: [false],
    directLeaders: [],
    extAttrs: [],
  },
  ...change,
});

const mobileOf = (id: string): string => `1380000${id.replace(/\D/g, '').padStart(4, '0')}`;

export const oaUser = (id: string, change: Partial<OaUser> = {}): OaUser => ({
  id,
  loginId: id,
  jobNumber: `no-${id}`,
  name: `Name ${id}`,
  mobile: mobileOf(id),
  email: null,
  gender: null,
  position: null,
  telephone: null,
  departmentId: null,
  partTimeDepartmentIds: [],
  managerId: null,
  order: 0,
  status: 'active',
  custom: {},
  ...change,
});

/** The first row is the subcompany at the top; the others are departments. */
export function oaDirectory(
  rows: readonly (readonly [id: string, name: string, parent: string | null])[],
  users: readonly OaUser[],
): OaDirectory {
  const [root, ...departments] = rows;
  const [rootId, rootName] = root!;
  return {
    subcompanies: [{ id: rootId, name: rootName, parentId: null, order: 0 }],
    departments: departments.map(([id, name, parent]) => ({
      id,
      name,
      parentId: parent === rootId ? null : parent,
      subcompanyId: rootId,
      order: 0,
    })),
    users,
  };
}

/** Nobody answers under the address unless the test has a WeCom of its own. */
export async function createStoredWorld({
  apiBaseUrl = 'http://127.0.0.1:9',
  corpid = `ww${randomBytes(8).toString('hex')}`,
  contactsSecret = 'secret',
}: {
  readonly apiBaseUrl?: string;
  readonly corpid?: string;
  readonly contactsSecret?: string | null;
} = {}): Promise<StoredWorld> {
  const database = await createTestDatabase();
  const db = openDatabase({ url: database.url });
  const secrets = createSecretBox([randomBytes(32).toString('base64')]);
  const corps = createCorpStore(db, secrets);
  const { id: corpId } = await corps.createCorp({
    name: '测试企业',
    corpId: corpid,
    kind: 'public',
    apiBaseUrl,
    contactsSecret: contactsSecret ?? undefined,
  });
  const settings = createSettingsStore(db);
  const runs = createRunStore(db);
  const plans = createPushPlanStore(db);
  const tokens = createTokenStore(db, secrets);
  const budget = createRateBudgetStore(db);
  const activities = createDirectoryPushPlanningActivities({
    db,
    corps,
    settings,
    runs,
    connectWecom: (connection, onCall) =>
      createWecomClient({ connection, tokens, budget, allowedHosts: hostsOf(apiBaseUrl), onCall }),
  });
  const feeds = createOaDirectoryFeedStore(db);
  const oa = createOaDirectoryStore(db);
  let pullRunId = '';

  async function newRun(direction: 'push' | 'pull', mode: 'simulate' | 'apply'): Promise<string> {
    const id = randomUUID();
    await runs.ensureRun({
      id,
      corpId,
      direction,
      mode,
      trigger: 'api',
      requestedBy: 'token:test',
      workflowId: `directory-${direction}:${corpId}`,
    });
    return id;
  }

  const world: StoredWorld = {
    db,
    corpId,
    plans,
    snapshots: createPushSnapshotStore(db),
    activities,
    run: (activity, ...args) =>
      new MockActivityEnvironment(undefined, { logger: quiet }).run(activity, ...args),

    async configure(push = {}, change = {}) {
      await settings.saveSettings(
        corpId,
        {
          ...defaultDirectorySettings,
          access: 'read-write',
          ...change,
          push: { ...defaultDirectorySettings.push, ...push },
        },
        'user:test',
      );
    },

    async feed({ subcompanies, departments, users }, { complete = true } = {}) {
      const before = await feeds.readState();
      if (before.version === 0) {
        await oa.seed({ subcompanies, departments, users });
        await db.pool.query(`UPDATE oa_directory_version SET source = 'whole'`);
        return;
      }
      const feed = await feeds.openFeed();
      for (const row of subcompanies) await feed.add('subcompanies', row);
      for (const row of departments) await feed.add('departments', row);
      for (const row of users) await feed.add('users', row);
      await feed.store({ kind: 'whole', complete }, 'token:test');
    },

    async patchUser(user) {
      const feed = await feeds.openFeed();
      await feed.add('users', user);
      await feed.store({ kind: 'patch', remove: { departments: [], users: [] } }, 'token:test');
    },

    async see(departments, members) {
      pullRunId = await newRun('pull', 'apply');
      const rows = members.map((row) => ({
        id: randomUUID(),
        written: null,
        seen: null,
        status: null,
        ...row,
      }));
      await db.transaction(async (client) => {
        await client.query(
          `UPDATE run SET merged_at = now(), finished_at = now(), phase = 'done', completeness = $2 WHERE id = $1`,
          [
            pullRunId,
            JSON.stringify({
              scope: 'whole-corp',
              departments: { expected: departments.length, read: departments.length },
              members: { expected: members.length, read: members.length },
              details: { expected: members.length, read: members.length },
              complete: true,
              reasons: [],
            }),
          ],
        );
        await client.query(
          `INSERT INTO mirror_department AS d (corp_id, department_id, parent_id, name, last_run_id, last_seen_at)
           SELECT $1, r.department_id, r.parent_id, r.name, $3, now()
             FROM jsonb_to_recordset($2::jsonb) AS r (department_id int, name text, parent_id int)
           ON CONFLICT (corp_id, department_id) DO UPDATE
             SET parent_id = EXCLUDED.parent_id, name = EXCLUDED.name, last_seen_at = now()`,
          [
            corpId,
            JSON.stringify(
              departments.map(([department_id, name, parent_id]) => ({ department_id, name, parent_id })),
            ),
            pullRunId,
          ],
        );
        await client.query(
          `INSERT INTO mirror_member AS m (id, corp_id, user_id_key, user_id, departments, name, status, seen, written,
                                           last_seen_at, details_seen_at, last_run_id)
           SELECT r.id, $1, lower("userId"), "userId", r.departments, r.seen->>'name', r.status, r.seen, r.written,
                  now(), CASE WHEN r.seen IS NOT NULL THEN now() END, $3
             FROM jsonb_to_recordset($2::jsonb) AS r (id text, "userId" text, departments int[], status int, seen jsonb,
                                                      written jsonb)
           ON CONFLICT (corp_id, user_id_key) DO UPDATE SET departments = EXCLUDED.departments, seen = EXCLUDED.seen,
             status = EXCLUDED.status, last_seen_at = now(), details_seen_at = EXCLUDED.details_seen_at`,
          [corpId, JSON.stringify(rows), pullRunId],
        );
        await client.query(
          `INSERT INTO binding (corp_id, member_id, oa_user_id, source)
           SELECT $1, m.id, "boundTo", 'matched'
             FROM jsonb_to_recordset($2::jsonb) AS r ("userId" text, "boundTo" text)
             JOIN mirror_member m ON m.corp_id = $1 AND m.user_id_key = lower("userId")
            WHERE "boundTo" IS NOT NULL ON CONFLICT DO NOTHING`,
          [corpId, JSON.stringify(rows)],
        );
      });
      return pullRunId;
    },

    async link(links) {
      for (const [oaKey, departmentId] of Object.entries(links)) {
        await db.pool.query(
          'INSERT INTO department_link (corp_id, oa_key, department_id) VALUES ($1, $2, $3)',
          [corpId, oaKey, departmentId],
        );
      }
    },

    async beginRun({ basedOnRunId, undoOfRunId, mode = 'simulate' } = {}) {
      const runId = await newRun('push', mode);
      await runs.useSettings(runId, (await settings.currentSettings(corpId)).version);
      await plans.ensurePlan({
        runId,
        corpId,
        kind: undoOfRunId === undefined ? 'push' : 'undo',
        ...(basedOnRunId === undefined ? {} : { basedOnRunId }),
        ...(undoOfRunId === undefined ? {} : { undoOfRunId }),
      });
      return runId;
    },

    make: (runId) => performPlanning(db, { kind: 'make', corpId, runId, pullRunId }),

    async simulate() {
      const runId = await world.beginRun();
      const result = await world.make(runId);
      await runs.finishRun(runId, { phase: 'done' });
      return { runId, result };
    },

    async setPhase(runId, phase) {
      await db.pool.query('UPDATE run SET phase = $2 WHERE id = $1', [runId, phase]);
    },

    async rows(runId) {
      const { rows } = await db.pool.query<PlanRowInTable>(
        `SELECT seq, change_id AS "changeId", action, status, stage, name, search, path_from AS "pathFrom",
                path_to AS "pathTo", department_refs AS "departmentRefs", fields, held_by AS "heldBy", barred,
                left_out AS "leftOut", outcome
           FROM push_change WHERE run_id = $1 ORDER BY seq`,
        [runId],
      );
      return rows;
    },

    async close() {
      await db.close();
      await database.drop();
    },
  };
  return world;
}
