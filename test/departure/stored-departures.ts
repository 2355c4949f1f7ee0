import type { DepartureState } from '../../domain/departures/departure';
import type { TestApi } from '../api/harness';
import { addMembers, connectCorp, feedOa } from '../binding/bindings-world';

/** Departures as rows alone: what the API makes of them needs no worker. */

export type StoredDeparture = {
  readonly userId: string;
  readonly state: DepartureState;
  readonly name?: string | null;
  readonly oaUserId?: string;
  readonly memberId?: string;
  readonly origin?: string;
  readonly startedBy?: string | null;
  readonly reason?: object | null;
  readonly createdAt?: Date;
  readonly disabledAt?: Date | null;
  readonly deleteAt?: Date | null;
  readonly afterDays?: number | null;
  readonly postponedDays?: number;
  readonly closedAt?: Date | null;
  readonly handOver?: readonly object[] | null;
  readonly runId?: string | null;
  readonly decidedBy?: string | null;
};

export const dayMs = 24 * 3_600_000;

export const inDays = (days: number, from = new Date()): Date => new Date(from.getTime() + days * dayMs);

export interface StoredWorld {
  readonly id: string;
  readonly corpId: string;
  readonly members: ReadonlyMap<string, string>;
  /** A path below the corp. */
  at(path: string): string;
  /** Gives the departure's id. */
  store(departure: StoredDeparture): Promise<string>;
  clear(): Promise<void>;
  configure(document?: object): Promise<void>;
}

const ended: readonly DepartureState[] = ['deleted', 'restored', 'cancelled'];

/** A corp that may be written to, with ada, bob and carol bound to OA users, and dave to nobody. */
export async function createStoredWorld(api: TestApi): Promise<StoredWorld> {
  const corp = await connectCorp(api);
  const members = await addMembers(api, corp.id, [
    { userId: 'ada', name: '阿达' },
    { userId: 'bob', name: '鲍勃' },
    { userId: 'carol', name: '卡萝尔', status: 2 },
    { userId: 'dave', name: '戴夫' },
    { userId: 'gone', name: '已走', gone: true },
  ]);
  await feedOa(api, [
    { id: 'u1', name: '阿达' },
    { id: 'u2', name: '鲍勃' },
    { id: 'u3', name: '卡萝尔' },
  ]);
  for (const [userId, oaUserId] of [
    ['ada', 'u1'],
    ['bob', 'u2'],
    ['carol', 'u3'],
  ] as const) {
    const answer = await api.call(`/corps/${corp.id}/bindings/${userId}`, {
      method: 'PUT',
      body: { oaUserId },
    });
    if (answer.status !== 200) throw new Error(answer.text);
  }
  const world: StoredWorld = {
    ...corp,
    members,
    at: (path) => `/corps/${corp.id}${path}`,

    async store(given) {
      const {
        userId,
        state,
        memberId = members.get(userId) ?? `member-${userId}`,
        createdAt = new Date(),
        disabledAt = state === 'disabling' ? null : inDays(-1),
        closedAt = ended.includes(state) ? new Date() : null,
      } = given;
      const { rows } = await api.db.pool.query<{ id: string }>(
        `INSERT INTO departure (id, corp_id, member_id, user_id, oa_user_id, name, origin, started_by, state, reason,
           created_at, disabled_at, delete_at, after_days, postponed_days, closed_at, hand_over, run_id, decided_by,
           is_to_be_dated, is_to_be_told)
         VALUES (gen_random_uuid()::text, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
           false, false)
         RETURNING id`,
        [
          corp.id,
          memberId,
          userId,
          given.oaUserId ?? `oa-${userId}`,
          given.name ?? null,
          given.origin ?? 'push',
          given.startedBy ?? null,
          state,
          given.reason == null ? null : JSON.stringify(given.reason),
          createdAt,
          disabledAt,
          given.deleteAt ?? null,
          given.afterDays ?? null,
          given.postponedDays ?? 0,
          closedAt,
          given.handOver == null ? null : JSON.stringify(given.handOver),
          given.runId ?? null,
          given.decidedBy ?? null,
        ],
      );
      return String(rows[0]?.id);
    },

    async clear() {
      await api.db.pool.query('DELETE FROM departure WHERE corp_id = $1', [corp.id]);
    },

    async configure(document = {}) {
      const answer = await api.call(`/corps/${corp.id}/directory/settings?verify=false`, {
        method: 'PUT',
        body: { access: 'read-write', ...document },
      });
      if (answer.status !== 200) throw new Error(answer.text);
    },
  };
  await world.configure();
  return world;
}

export async function storeEvent(
  api: TestApi,
  departureId: string,
  code: string,
  {
    params = {},
    by = null,
    runId = null,
  }: { readonly params?: object; readonly by?: string | null; readonly runId?: string | null } = {},
): Promise<void> {
  await api.db.pool.query(
    'INSERT INTO departure_event (departure_id, code, by, run_id, params) VALUES ($1, $2, $3, $4, $5)',
    [departureId, code, by, runId, JSON.stringify(params)],
  );
}
