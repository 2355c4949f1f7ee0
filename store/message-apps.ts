import type { PauseCause } from './app-pauses';
import type { SqlDatabase } from './sql-database';

export type MessageAppRecord = {
  readonly appId: string;
  readonly corpId: string;
  readonly corpName: string;
  readonly name: string;
  readonly hasCallback: boolean;
  readonly pause: { readonly pausedAt: Date; readonly cause: PauseCause; readonly probes: number } | null;
  readonly waitingPushes: number;
  /** Messages by recipients, since midnight in the corp's time zone. */
  readonly sentToday: number;
  /** Enabled rules that name it. */
  readonly rules: number;
};

export interface MessageAppStore {
  /** Of all corps; the paused ones first. */
  list(): Promise<MessageAppRecord[]>;
  /** The paused ones alone. */
  paused(): Promise<MessageAppRecord[]>;
  find(appId: string): Promise<MessageAppRecord | undefined>;
}

type AppRow = Omit<MessageAppRecord, 'pause'> & {
  readonly pausedAt: Date | null;
  readonly cause: PauseCause | null;
  readonly probes: number | null;
};

/** Quiet hours, a busy WeCom and a paused app keep a push from its day to the next; longer waits are rare. */
const acceptedBefore = `interval '2 days'`;

const appsQuery = `
  SELECT a.id AS "appId", a.corp_id AS "corpId", c.name AS "corpName", a.name,
         a.callback_token_enc IS NOT NULL AND a.callback_aes_enc IS NOT NULL AS "hasCallback",
         p.paused_at AS "pausedAt", p.cause, p.probes,
         (SELECT count(*)::int FROM message_push m
           WHERE m.app_id = a.id AND m.state = ANY('{new,waiting,sending}') AND m.is_paused AND m.closed_at IS NULL)
           AS "waitingPushes",
         (SELECT COALESCE(sum(COALESCE((m.counts->>'sent')::int, 0) + COALESCE((m.counts->>'recalled')::int, 0)
                  + COALESCE((m.counts->>'recall-failed')::int, 0)), 0)::int
            FROM message_push m
           WHERE m.corp_id = a.corp_id AND m.app_id = a.id AND m.accepted_at >= day.began - ${acceptedBefore}
             AND m.first_sent_at >= day.began) AS "sentToday",
         (SELECT count(DISTINCT r.id)::int FROM message_target t JOIN message_rule r ON r.id = t.rule_id
           WHERE t.app_id = a.id AND r.deleted_at IS NULL AND r.is_enabled) AS rules
    FROM app a
    JOIN corp c ON c.id = a.corp_id
    LEFT JOIN app_pause p ON p.app_id = a.id
    CROSS JOIN LATERAL (
      SELECT COALESCE((SELECT s.document->>'timezone' FROM directory_settings s WHERE s.corp_id = c.id
                        ORDER BY s.version DESC LIMIT 1), 'Asia/Shanghai') AS name) zone
    CROSS JOIN LATERAL (
      SELECT date_trunc('day', now() AT TIME ZONE zone.name) AT TIME ZONE zone.name AS began) day`;

export function createMessageAppStore({ pool }: Pick<SqlDatabase, 'pool'>): MessageAppStore {
  return {
    async list() {
      const { rows } = await pool.query<AppRow>(
        `${appsQuery} ORDER BY (p.app_id IS NULL), c.created_at, a.created_at, a.id`,
      );
      return rows.map(toApp);
    },

    async paused() {
      const { rows } = await pool.query<AppRow>(
        `${appsQuery} WHERE p.app_id IS NOT NULL ORDER BY p.paused_at, a.id`,
      );
      return rows.map(toApp);
    },

    async find(appId) {
      const { rows } = await pool.query<AppRow>(`${appsQuery} WHERE a.id = $1`, [appId]);
      return rows[0] === undefined ? undefined : toApp(rows[0]);
    },
  };
}

function toApp({ pausedAt, cause, probes, ...app }: AppRow): MessageAppRecord {
  return {
    ...app,
    pause: pausedAt === null || cause === null ? null : { pausedAt, cause, probes: probes ?? 0 },
  };
}
