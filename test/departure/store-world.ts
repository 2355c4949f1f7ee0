import { randomUUID } from 'node:crypto';
import type { Change } from '../../domain/directory/push/changes';
import type { PushSettings } from '../../domain/directory/settings';
import { createDepartureStore, type DepartureRecord, type DepartureStore } from '../../store/departures';
import { followWecom } from '../../store/departure-hooks';
import { createOaDirectoryFeedStore, type OaDirectoryFeedStore } from '../../store/oa-directory-feed';
import {
  createPushLedgerStore,
  type LedgerEffect,
  type LedgerOutcome,
  type PushLedgerStore,
  type Settlement,
} from '../../store/push-ledger';
import { createRunStore, type EndedPhase } from '../../store/runs';
import {
  createStoredWorld,
  member,
  oaDirectory,
  oaUser,
  type StoredWorld,
  type WecomMember,
} from '../directory-push/planning/stored-world';

export type Outcome =
  | { readonly status: 'done' }
  | (LedgerOutcome & { readonly status: 'failed' | 'skipped' | 'held' | 'conflict' });

export interface DepartureStoreWorld extends StoredWorld {
  readonly departures: DepartureStore;
  readonly ledger: PushLedgerStore;
  readonly feeds: OaDirectoryFeedStore;
  /** As it was when it was made: nothing but the corp. */
  empty(): Promise<void>;
  /** u1, u2 … in the OA and in WeCom, bound, disabled at once when they leave. */
  people(
    count: number,
    change?: Partial<PushSettings['departed']>,
    push?: Partial<PushSettings>,
  ): Promise<void>;
  /** As a pull of the whole corp finds them, and merges it. */
  finds(members: readonly WecomMember[]): Promise<void>;
  leave(...ids: string[]): Promise<void>;
  comeBack(...ids: string[]): Promise<void>;
  /** The newest of the member's. */
  of(userId: string): Promise<DepartureRecord>;
  memberId(userId: string): Promise<string>;
  codes(userId: string): Promise<string[]>;
  /** A run of its own, planned; undefined where nothing was to be claimed. */
  planRun(job: 'changes' | 'deletions', at?: Date): Promise<string | undefined>;
  /** As an ordinary push plans. */
  planPush(): Promise<string>;
  /** Claims everything of the run and leaves it applying. */
  take(runId: string): Promise<{ seq: number; attempt: number; change: Change }[]>;
  settle(
    runId: string,
    taken: readonly { seq: number; attempt: number; change: Change }[],
    outcome?: Outcome,
  ): Promise<void>;
  end(runId: string, phase?: EndedPhase): Promise<void>;
  /** Plans, applies and ends a run. */
  carryOut(job: 'changes' | 'deletions', at?: Date): Promise<string>;
  /** As the desk would. */
  date(afterDays: number | null, deleteAt: Date | null, noticeAt?: Date | null, at?: Date): Promise<void>;
}

export const tree = [['g', '集团', null]] as const;
export const wecomTree = [[1, '集团', 0]] as const;

export async function createDepartureStoreWorld(): Promise<DepartureStoreWorld> {
  const stored = await createStoredWorld();
  const { db, corpId } = stored;
  const departures = createDepartureStore(db);
  const ledger = createPushLedgerStore(db);
  const feeds = createOaDirectoryFeedStore(db);
  const runs = createRunStore(db);

  const { rows: corpRows } = await db.pool.query<Record<string, unknown>>('SELECT * FROM corp');
  const { rows: tables } = await db.pool.query<{ name: string }>(
    `SELECT quote_ident(tablename) AS name FROM pg_tables
      WHERE schemaname = 'public' AND tablename NOT IN ('_prisma_migrations', 'installation_fact')`,
  );

  const patch = async (ids: readonly string[], status: 'active' | 'departed'): Promise<void> => {
    const feed = await feeds.openFeed();
    for (const id of ids) await feed.add('users', { id, status });
    await feed.store({ kind: 'patch', remove: { departments: [], users: [] } }, 'token:test');
  };

  const memberId = async (userId: string): Promise<string> => {
    const { rows } = await db.pool.query<{ id: string }>(
      'SELECT id FROM mirror_member WHERE corp_id = $1 AND user_id_key = lower($2)',
      [corpId, userId],
    );
    return rows[0]!.id;
  };

  const world: DepartureStoreWorld = {
    ...stored,
    departures,
    ledger,
    feeds,
    memberId,

    empty: () =>
      db.transaction(async (client) => {
        // Rows by the thousand that nothing refers to any more: their order makes no difference.
        await client.query(
          [
            'SET LOCAL session_replication_role = replica',
            ...tables.map(({ name }) => `DELETE FROM ${name}`),
          ].join(';'),
        );
        await client.query('INSERT INTO corp SELECT * FROM jsonb_populate_recordset(NULL::corp, $1)', [
          JSON.stringify(corpRows),
        ]);
      }),

    async people(count, change = {}, push = {}) {
      // Somebody stays: an OA without anybody would be taken for one that was read badly.
      const ids = [...Array.from({ length: count }, (_, index) => `u${index + 1}`), 'u9999'];
      await stored.configure({
        departed: {
          action: 'disable',
          immediate: true,
          deleteAfterDays: 7,
          deletionTime: '03:00',
          holdForHandOver: false,
          moveToDepartment: { enabled: false, name: '已禁用用户' },
          ...change,
        },
        guard: {
          maxDecrease: null,
          maxDeletes: null,
          maxDeletePercent: null,
          maxDisables: null,
          maxDepartmentDeletes: null,
          maxBranchPercent: null,
          percentFrom: 3,
          maxMoves: null,
          maxCleared: null,
          protectedUsers: [],
          onExceed: 'hold-risky',
        },
        ...push,
      });
      await stored.feed(
        oaDirectory(
          tree,
          ids.map((id) => oaUser(id)),
        ),
      );
      await stored.link({ 'subcompany:g': 1 });
      await stored.see(
        wecomTree,
        ids.map((id) => member(id, { boundTo: id })),
      );
    },

    async finds(members) {
      await stored.see(wecomTree, members);
      await db.transaction(async (client) => {
        await followWecom(client, corpId);
      });
    },

    leave: (...ids) => patch(ids, 'departed'),
    comeBack: (...ids) => patch(ids, 'active'),

    async of(userId) {
      const found = await departures.findNewest(corpId, userId);
      if (found === undefined) throw new Error(`${userId} has no departure`);
      return found;
    },

    async codes(userId) {
      const events = await departures.eventsOf((await world.of(userId)).id);
      return events.map(({ code }) => code);
    },

    async planRun(job, at = new Date()) {
      const runId = randomUUID();
      const { claimed } = await departures.claim(corpId, job, runId, at, 10_000);
      if (claimed === 0) return undefined;
      await runs.ensureRun({
        id: runId,
        corpId,
        direction: 'push',
        mode: 'apply',
        trigger: 'departures',
        requestedBy: 'system:departures',
        workflowId: `departure-run:${runId}`,
      });
      const { rows } = await db.pool.query<{ version: number }>(
        'SELECT max(version) AS version FROM directory_settings WHERE corp_id = $1',
        [corpId],
      );
      await runs.useSettings(runId, rows[0]!.version);
      await stored.plans.ensurePlan({
        runId,
        corpId,
        kind: 'departures',
        only: { memberIds: await departures.claimedBy(runId) },
      });
      const result = await stored.make(runId);
      if (result.kind !== 'planned') throw new Error(JSON.stringify(result));
      await departures.noteAfterPlanning(runId);
      return runId;
    },

    async planPush() {
      const runId = await stored.beginRun({ mode: 'apply' });
      const result = await stored.make(runId);
      if (result.kind !== 'planned') throw new Error(JSON.stringify(result));
      return runId;
    },

    async take(runId) {
      const taken = [];
      for (const { fromSeq, toSeq } of await ledger.listBatches(runId)) {
        const { changes } = await ledger.claim({ runId, fromSeq, toSeq, limit: 10_000 });
        taken.push(...changes);
      }
      return taken;
    },

    settle: (runId, taken, outcome = { status: 'done' }) =>
      ledger.settle({
        runId,
        corpId,
        calls: new Map(),
        settlements: taken.map(({ seq, attempt, change }): Settlement => {
          if (outcome.status === 'done')
            return { seq, attempt, status: 'done', outcome: null, effects: effectsOf(change) };
          const { status, ...rest } = outcome;
          return { seq, attempt, status, outcome: rest, effects: [] };
        }),
      }),

    async end(runId, phase = 'done') {
      await ledger.finish(runId, { phase });
      await departures.releaseClaims(runId, { phase });
    },

    async carryOut(job, at) {
      const runId = await world.planRun(job, at);
      if (runId === undefined) throw new Error(`no ${job}`);
      await world.settle(runId, await world.take(runId));
      await world.end(runId);
      return runId;
    },

    async date(afterDays, deleteAt, noticeAt = null, at = new Date()) {
      const rows = await departures.openToDate(corpId, 10_000);
      await departures.saveDates(
        rows.map(({ id, version }) => ({ id, version, afterDays, deleteAt, noticeAt })),
        at,
      );
    },
  };
  return world;
}

function effectsOf(change: Change): LedgerEffect[] {
  switch (change.action) {
    case 'disableUser':
    case 'enableUser':
    case 'updateUser':
      return [
        {
          kind: 'member-written',
          userId: change.userId,
          values: {},
          placement: null,
          enabled: change.action === 'updateUser' ? null : change.action === 'enableUser',
        },
      ];
    case 'deleteUser':
      return [{ kind: 'member-gone', userId: change.userId }];
    default:
      return [];
  }
}
