import type { DueDeparture } from '../domain/departures/notice';
import type { DepartureState, HandOverItem } from '../domain/departures/departure';
import type { SqlDatabase } from './sql-database';

export type DueDepartures = {
  readonly total: number;
  readonly owning: number;
  /** The next deletion first. */
  readonly items: readonly DueDeparture[];
};

export type HeldDepartures = {
  readonly total: number;
  /** By the code of the reason, the most frequent first. */
  readonly reasons: readonly { readonly code: string; readonly count: number }[];
};

/** What notices about departures tell. */
export interface DepartureNoticeStore {
  /** Those noted as told at that moment that are still going to be deleted. */
  notedAt(corpId: string, at: Date, limit: number): Promise<DueDepartures>;
  heldNow(corpId: string): Promise<HeldDepartures>;
  /** When one of those that are held now became so last; undefined where there is none. */
  newestHolding(corpId: string): Promise<Date | undefined>;
}

type DueRow = {
  departureId: string;
  userId: string;
  name: string | null;
  state: DepartureState;
  deleteAt: Date;
  handOver: HandOverItem[] | null;
  isHandOverDone: boolean;
  total: number;
  owning: number;
};

export function createDepartureNoticeStore({ pool }: SqlDatabase): DepartureNoticeStore {
  return {
    async notedAt(corpId, at, limit) {
      const { rows } = await pool.query<DueRow>(
        `SELECT id AS "departureId", user_id AS "userId", name, state, delete_at AS "deleteAt",
                hand_over AS "handOver", hand_over_done_at IS NOT NULL AS "isHandOverDone",
                count(*) OVER ()::int AS total,
                count(*) FILTER (WHERE hand_over_done_at IS NULL AND EXISTS (
                  SELECT FROM jsonb_array_elements(coalesce(hand_over, '[]')) AS item
                   WHERE item->'count' = 'null' OR (item->>'count')::int > 0)) OVER ()::int AS owning
           FROM departure
          WHERE corp_id = $1 AND noticed_at = $2 AND closed_at IS NULL AND delete_at IS NOT NULL
          ORDER BY delete_at, user_id COLLATE "C" LIMIT $3`,
        [corpId, at, limit],
      );
      const [first] = rows;
      return {
        total: first?.total ?? 0,
        owning: first?.owning ?? 0,
        items: rows.map(({ total: _total, owning: _owning, ...row }) => row),
      };
    },

    async heldNow(corpId) {
      const { rows } = await pool.query<{ code: string; count: number }>(
        `SELECT coalesce(reason->>'code', '') AS code, count(*)::int AS count
           FROM departure WHERE corp_id = $1 AND state = 'held' AND closed_at IS NULL
          GROUP BY 1 ORDER BY 2 DESC, 1`,
        [corpId],
      );
      return { total: rows.reduce((sum, { count }) => sum + count, 0), reasons: rows };
    },

    async newestHolding(corpId) {
      const { rows } = await pool.query<{ at: Date | null }>(
        `SELECT max(e.at) AS at FROM departure d JOIN departure_event e ON e.departure_id = d.id AND e.code = 'held'
          WHERE d.corp_id = $1 AND d.state = 'held' AND d.closed_at IS NULL`,
        [corpId],
      );
      return rows[0]?.at ?? undefined;
    },
  };
}
