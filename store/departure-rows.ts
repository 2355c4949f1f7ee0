import type { PoolClient } from 'pg';
import type {
  DepartureOrigin,
  DepartureReason,
  DepartureState,
  RememberedPlace,
} from '../domain/departures/departure';
import type { DirectorySettings } from '../domain/directory/settings';
import type { DepartureEventCode } from './departure-records';

/** Rows as those write them who change what becomes of a member. */

export type Connection = Pick<PoolClient, 'query'>;

export type DepartureRow = {
  readonly id: string;
  readonly corpId: string;
  readonly memberId: string;
  readonly oaUserId: string;
  readonly origin: DepartureOrigin;
  /** Days between disabling and deletion that the date was made with. */
  readonly afterDays: number | null;
} & WrittenColumns;

type WrittenColumns = {
  readonly activeInOa: boolean;
  readonly state: DepartureState;
  readonly reason: DepartureReason | null;
  readonly disabledAt: Date | null;
  readonly postponedDays: number;
  readonly deleteAt: Date | null;
  readonly noticedAt: Date | null;
  readonly closedAt: Date | null;
  readonly remembered: RememberedPlace | null;
  readonly handOverDoneAt: Date | null;
  readonly handOverDoneBy: string | null;
  readonly releasedBy: string | null;
  readonly hurriedBy: string | null;
  readonly decidedBy: string | null;
  readonly isKept: boolean;
  readonly runId: string | null;
  readonly lastRunId: string | null;
  readonly tryAt: Date | null;
  readonly isToBeDated: boolean;
  readonly isToBeTold: boolean;
};

export type NewEvent = {
  readonly code: DepartureEventCode;
  readonly by?: string | null;
  readonly runId?: string | null;
  readonly params?: Readonly<Record<string, string | number | null>>;
  /** Now, where it is left out. */
  readonly at?: Date;
};

/** What becomes of a row. */
export type Step = {
  readonly set: Partial<WrittenColumns>;
  readonly event: NewEvent | null;
};

const columns: Readonly<Record<keyof WrittenColumns, readonly [name: string, type: string]>> = {
  activeInOa: ['active_in_oa', 'boolean'],
  state: ['state', 'text'],
  reason: ['reason', 'jsonb'],
  disabledAt: ['disabled_at', 'timestamptz'],
  postponedDays: ['postponed_days', 'int'],
  deleteAt: ['delete_at', 'timestamptz'],
  noticedAt: ['noticed_at', 'timestamptz'],
  closedAt: ['closed_at', 'timestamptz'],
  remembered: ['remembered', 'jsonb'],
  handOverDoneAt: ['hand_over_done_at', 'timestamptz'],
  handOverDoneBy: ['hand_over_done_by', 'text'],
  releasedBy: ['released_by', 'text'],
  hurriedBy: ['hurried_by', 'text'],
  decidedBy: ['decided_by', 'text'],
  isKept: ['is_kept', 'boolean'],
  runId: ['run_id', 'text'],
  lastRunId: ['last_run_id', 'text'],
  tryAt: ['try_at', 'timestamptz'],
  isToBeDated: ['is_to_be_dated', 'boolean'],
  isToBeTold: ['is_to_be_told', 'boolean'],
};

const written = Object.entries(columns) as [keyof WrittenColumns, readonly [string, string]][];

export const departureRowColumns = `d.id, d.corp_id AS "corpId", d.member_id AS "memberId", d.oa_user_id AS "oaUserId",
  d.origin, d.after_days AS "afterDays", ${written.map(([field, [name]]) => `d.${name} AS "${field}"`).join(', ')}`;

/** Open departures, locked. Everybody locks more than one in this order, and the rows of a run's changes before them. */
export async function lockOpen(
  client: Connection,
  condition: string,
  params: readonly unknown[],
): Promise<DepartureRow[]> {
  const { rows } = await client.query<DepartureRow>(
    `SELECT ${departureRowColumns} FROM departure d WHERE d.closed_at IS NULL AND ${condition}
      ORDER BY d.id FOR UPDATE`,
    [...params],
  );
  return rows;
}

/** Writes what becomes of locked rows. Whoever waits for them is told, unless the step says that nobody has to be. */
export async function takeSteps(
  client: Connection,
  taken: readonly { readonly row: DepartureRow; readonly step: Step }[],
): Promise<void> {
  if (taken.length === 0) return;
  const rows = taken.map(({ row, step }) => ({ ...row, isToBeTold: true, ...step.set }));
  await client.query(
    `UPDATE departure d SET ${written.map(([field, [name]]) => `${name} = r."${field}"`).join(', ')},
            -- Whoever was renamed meanwhile is looked for by the last userid.
            user_id = CASE WHEN r."closedAt" IS NULL THEN d.user_id
                      ELSE COALESCE((SELECT m.user_id FROM mirror_member m WHERE m.id = d.member_id), d.user_id) END,
            updated_at = clock_timestamp()
       FROM (SELECT id, ${written
         .map(([field, [, type]]) =>
           type === 'jsonb' ? `NULLIF("${field}", 'null') AS "${field}"` : `"${field}"`,
         )
         .join(', ')}
               FROM jsonb_to_recordset($1::jsonb) AS r (id text, ${written.map(([field, [, type]]) => `"${field}" ${type}`).join(', ')})) r
      WHERE d.id = r.id`,
    [JSON.stringify(rows)],
  );
  await addEvents(
    client,
    taken.flatMap(({ row, step }) => (step.event === null ? [] : [{ departureId: row.id, ...step.event }])),
  );
}

export async function addEvents(
  client: Connection,
  events: readonly (NewEvent & { readonly departureId: string })[],
): Promise<void> {
  if (events.length === 0) return;
  await client.query(
    `INSERT INTO departure_event (departure_id, at, code, by, run_id, params)
     SELECT "departureId", COALESCE(at, clock_timestamp()), code, by, "runId", COALESCE(params, '{}')
       FROM jsonb_to_recordset($1::jsonb) AS e (place int, "departureId" text, at timestamptz, code text, by text,
         "runId" text, params jsonb)
      ORDER BY place`,
    [JSON.stringify(events.map((event, place) => ({ place, ...event })))],
  );
}

export type NewDeparture = {
  readonly corpId: string;
  readonly memberId: string;
  readonly userId: string;
  readonly oaUserId: string;
  readonly name: string | null;
  readonly origin: DepartureOrigin;
  readonly startedBy?: string | null;
  readonly activeInOa?: boolean;
  readonly state: DepartureState;
  readonly reason?: DepartureReason | null;
  readonly disabledAt?: Date | null;
  readonly closedAt?: Date | null;
  readonly remembered?: RememberedPlace | null;
  readonly lastRunId?: string | null;
};

/** Members who have an open one keep it: of two triggers at once the first one counts. Returns those that are new. */
export async function insertDepartures(
  client: Connection,
  departures: readonly NewDeparture[],
): Promise<{ readonly id: string; readonly memberId: string }[]> {
  if (departures.length === 0) return [];
  const { rows } = await client.query<{ id: string; memberId: string }>(
    `INSERT INTO departure (id, corp_id, member_id, user_id, oa_user_id, name, origin, started_by, active_in_oa, state,
       reason, disabled_at, closed_at, remembered, last_run_id, is_to_be_dated, is_to_be_told)
     SELECT gen_random_uuid()::text, "corpId", "memberId", "userId", "oaUserId", name, origin, "startedBy",
            COALESCE("activeInOa", false), state, NULLIF(reason, 'null'), "disabledAt", "closedAt",
            NULLIF(remembered, 'null'), "lastRunId", state = 'waiting', "closedAt" IS NULL
       FROM jsonb_to_recordset($1::jsonb) AS r ("corpId" text, "memberId" text, "userId" text, "oaUserId" text, name text,
         origin text, "startedBy" text, "activeInOa" boolean, state text, reason jsonb, "disabledAt" timestamptz,
         "closedAt" timestamptz, remembered jsonb, "lastRunId" text)
      ORDER BY "memberId"
     ON CONFLICT (corp_id, member_id) WHERE closed_at IS NULL DO NOTHING
     RETURNING id, member_id AS "memberId"`,
    [JSON.stringify(departures)],
  );
  return rows;
}

/** What a run is to do about the departure: kept in the reason while it is held. */
export type Wanted = 'disable' | 'delete' | 'restore';

export const wantedOf = ({
  state,
  disabledAt,
  reason,
}: Pick<DepartureRow, 'state' | 'disabledAt' | 'reason'>): Wanted =>
  state === 'restoring' || (state === 'held' && reason?.params?.['wanted'] === 'restore')
    ? 'restore'
    : disabledAt === null
      ? 'disable'
      : 'delete';

/** The same in SQL, of `d`. */
export const wantedInSql = `CASE WHEN d.state = 'restoring' OR (d.state = 'held' AND d.reason->'params'->>'wanted' = 'restore')
  THEN 'restore' WHEN d.disabled_at IS NULL THEN 'disable' ELSE 'delete' END`;

/** Why the settings let nobody write to WeCom; null where they do. */
export function barredBy({
  access,
  master,
}: Pick<DirectorySettings, 'access' | 'master'>): 'read-only' | 'wecom-is-master' | null {
  if (access === 'read-only') return 'read-only';
  return master === 'wecom' ? 'wecom-is-master' : null;
}

/** When the member's workflow wakes by itself, of `d`; null while it waits for something else than a date. */
export const wakeInSql = `CASE WHEN d.closed_at IS NULL AND d.run_id IS NULL AND d.state IN ('waiting', 'postponed')
  THEN LEAST(d.delete_at, CASE WHEN d.noticed_at IS NULL THEN d.notice_at END) END`;

/** A member's change in the run that has the departure in hand, and WeCom is being told of it. */
export const isBeingAppliedInSql = `(d.run_id IS NOT NULL AND EXISTS (SELECT FROM push_change c
  WHERE c.run_id = d.run_id AND c.status = 'applying' AND c.member_id = d.member_id))`;
