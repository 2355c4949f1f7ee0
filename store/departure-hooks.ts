import { rememberedOf } from '../domain/departures/remembered';
import type { Placement } from '../domain/directory/push/changes';
import { completeSettings, type DirectorySettings } from '../domain/directory/settings';
import { lockClaimed, notDone } from './departure-claims';
import {
  addEvents,
  barredBy,
  departureRowColumns,
  insertDepartures,
  lockOpen,
  takeSteps,
  wantedInSql,
  wantedOf,
  type Connection,
  type DepartureRow,
  type NewDeparture,
  type Step,
} from './departure-rows';
import {
  departedAgain,
  departedAtLast,
  deleted,
  disabled,
  restored,
  restoring,
  spared,
} from './departure-steps';
import type { Settlement } from './push-ledger';

/** What others find out about people changes their departures, in the transaction that says it. */

// ---------------------------------------------------------------- the ledger

type Tried = {
  readonly seq: number;
  readonly action: 'disableUser' | 'deleteUser' | 'enableUser' | 'updateUser';
  readonly memberId: string;
  readonly userId: string;
  readonly oaUserId: string;
  readonly name: string | null;
  readonly isUndo: boolean;
  readonly isActiveInOa: boolean;
  readonly placement: Placement | null;
  readonly now: Date;
};

/** After the outcomes were written: what a run did to members, or did not, and what that makes of their departures. */
export async function settleDepartures(
  client: Connection,
  { runId, corpId }: { readonly runId: string; readonly corpId: string },
  ended: readonly Settlement[],
): Promise<void> {
  const outcomes = new Map(
    ended.flatMap((settlement) =>
      settlement.status === 'left' || settlement.status === 'given-back'
        ? []
        : [[settlement.seq, settlement] as const],
    ),
  );
  if (outcomes.size === 0) return;
  // Most changes of most pushes are none of these: they are not even read.
  const { rows: tried } = await client.query<Tried>(
    `SELECT c.seq, c.action, c.member_id AS "memberId", c.user_id AS "userId", c.oa_user_id AS "oaUserId", c.name,
            c.rule_code LIKE 'undo-%' AS "isUndo", COALESCE(o.status = 'active', false) AS "isActiveInOa",
            NULLIF(c.change->'before'->'placement', 'null') AS placement, clock_timestamp() AS now
       FROM push_change c LEFT JOIN oa_user o ON o.id = c.oa_user_id
      WHERE c.run_id = $1 AND c.seq = ANY($2::int[]) AND c.member_id IS NOT NULL AND c.user_id IS NOT NULL
        AND c.oa_user_id IS NOT NULL
        AND (c.action IN ('disableUser', 'deleteUser', 'enableUser') OR c.action = 'updateUser' AND EXISTS (
          SELECT FROM departure d WHERE d.run_id = $1 AND d.member_id = c.member_id AND d.closed_at IS NULL
             AND ${wantedInSql} = 'restore'))
        AND NOT EXISTS (SELECT FROM push_plan p WHERE p.run_id = c.run_id AND p.target = 'oa')
      ORDER BY c.seq`,
    [runId, [...outcomes.keys()]],
  );
  if (tried.length === 0) return;
  const done = tried.filter(({ seq }) => outcomes.get(seq)?.status === 'done');
  await settleDone(client, { runId, corpId }, done, (seq) => outcomes.get(seq)?.outcome?.code ?? null);
  const inVain = tried.filter(({ seq }) => outcomes.get(seq)?.status !== 'done');
  if (inVain.length === 0) return;
  const claimed = await lockClaimed(
    client,
    runId,
    inVain.map(({ memberId }) => memberId),
  );
  const outcomeOf = new Map(inVain.map(({ seq, memberId }) => [memberId, outcomes.get(seq)]));
  await takeSteps(
    client,
    claimed.map((row) => {
      const settlement = outcomeOf.get(row.memberId);
      const { code = settlement?.status ?? 'failed', wecom } = settlement?.outcome ?? {};
      return { row, step: notDone(row, runId, { code, ...(wecom === undefined ? {} : { wecom }) }) };
    }),
  );
}

async function settleDone(
  client: Connection,
  { runId, corpId }: { readonly runId: string; readonly corpId: string },
  done: readonly Tried[],
  codeOf: (seq: number) => string | null,
): Promise<void> {
  if (done.length === 0) return;
  const rows = await lockOpen(client, 'd.corp_id = $1 AND d.member_id = ANY($2::text[])', [
    corpId,
    done.map(({ memberId }) => memberId),
  ]);
  const open = new Map(rows.map((row) => [row.memberId, row]));
  const steps: { row: DepartureRow; step: Step }[] = [];
  const fresh: NewDeparture[] = [];
  const goneAgain: string[] = [];
  for (const change of done) {
    const { memberId, userId, oaUserId, name, isActiveInOa, now, placement } = change;
    const row = open.get(memberId);
    const facts = { now, runId };
    const begun = { corpId, memberId, userId, oaUserId, name, origin: 'push', lastRunId: runId } as const;
    switch (change.action) {
      case 'disableUser': {
        const remembered = rememberedOf(placement);
        if (row !== undefined) steps.push({ row, step: disabled(row, { ...facts, at: now, remembered }) });
        // An undo that takes away again what a run gave somebody who is active begins no departure.
        else if (!change.isUndo || !isActiveInOa)
          fresh.push({ ...begun, state: 'waiting', disabledAt: now, remembered });
        break;
      }
      case 'deleteUser': {
        const reason = codeOf(change.seq) === 'already-gone' ? { code: 'gone-from-wecom' } : null;
        if (row !== undefined) steps.push({ row, step: deleted(facts, reason) });
        else if (!change.isUndo) fresh.push({ ...begun, state: 'deleted', reason, closedAt: now });
        break;
      }
      case 'enableUser':
      case 'updateUser': {
        if (row === undefined || (change.action === 'updateUser' && wantedOf(row) !== 'restore')) break;
        const step = restored(row, {
          ...facts,
          isActiveInOa,
          otherwise: change.isUndo ? 'undone' : 'returned-in-oa',
        });
        steps.push({ row, step });
        if (!isActiveInOa && step.set.reason?.code === 'returned-in-oa') goneAgain.push(oaUserId);
        break;
      }
    }
  }
  await takeSteps(client, steps);
  // Let go again while WeCom was being told that they are back.
  if (goneAgain.length > 0) await beginAtOnce(client, goneAgain);
  const inserted = new Map((await insertDepartures(client, fresh)).map(({ id, memberId }) => [memberId, id]));
  await addEvents(
    client,
    fresh.flatMap(({ memberId, state, disabledAt, closedAt }) => {
      const departureId = inserted.get(memberId);
      if (departureId === undefined) return [];
      const at = disabledAt ?? closedAt ?? undefined;
      const code = state === 'deleted' ? ('deleted' as const) : ('disabled' as const);
      return [
        {
          departureId,
          code: 'started' as const,
          runId,
          params: { origin: 'push' },
          ...(at === undefined ? {} : { at }),
        },
        { departureId, code, runId, ...(at === undefined ? {} : { at }) },
      ];
    }),
  );
}

// ---------------------------------------------------------------- the OA

export type OaWord = {
  /** OA users who have left, beyond doubt. */
  readonly departed: readonly string[];
  /** Who had left and is active again. */
  readonly returned: readonly string[];
};

/** In the transaction that changes the OA's directory. */
export async function followOa(client: Connection, { departed, returned }: OaWord): Promise<void> {
  if (departed.length > 0) await followDeparted(client, departed);
  if (returned.length > 0) await followReturned(client, returned);
}

type CorpToFollow = { readonly corpId: string; readonly isImmediate: boolean };

/** Corps that the bridge writes the OA's word to. */
async function corpsToFollow(client: Connection): Promise<CorpToFollow[]> {
  const { rows } = await client.query<{ corpId: string; document: unknown }>(
    `SELECT DISTINCT ON (corp_id) corp_id AS "corpId", document FROM directory_settings
      ORDER BY corp_id, version DESC`,
  );
  return rows.flatMap(({ corpId, document }) => {
    const { access, master, push } = completeSettings(document);
    return access === 'read-write' && master === 'oa'
      ? [{ corpId, isImmediate: push.departed.immediate }]
      : [];
  });
}

async function followDeparted(client: Connection, departed: readonly string[]): Promise<void> {
  const inHand = await changesInHand(client, departed);
  const open = await lockOpen(client, 'd.oa_user_id = ANY($1::text[])', [departed]);
  const now = await momentOf(client);
  await takeSteps(
    client,
    open.flatMap((row) => {
      const step = departedNow(row, inHand.has(row.id), now);
      return step === null ? [] : [{ row, step }];
    }),
  );
  await beginAtOnce(client, departed);
}

/** Of those who have left, whoever has an account in use where the settings ask for it at once. */
async function beginAtOnce(client: Connection, departed: readonly string[]): Promise<void> {
  const corps = (await corpsToFollow(client)).filter(({ isImmediate }) => isImmediate);
  if (corps.length === 0) return;
  const { rows: leavers } = await client.query<
    Pick<NewDeparture, 'corpId' | 'memberId' | 'userId' | 'oaUserId' | 'name'>
  >(
    `SELECT b.corp_id AS "corpId", m.id AS "memberId", m.user_id AS "userId", b.oa_user_id AS "oaUserId",
            COALESCE(m.name, o.name) AS name
       FROM binding b JOIN mirror_member m ON m.id = b.member_id LEFT JOIN oa_user o ON o.id = b.oa_user_id
      WHERE b.corp_id = ANY($1::text[]) AND b.oa_user_id = ANY($2::text[]) AND m.gone_at IS NULL
        AND m.status IS DISTINCT FROM 2
        AND NOT EXISTS (SELECT FROM departure d WHERE d.corp_id = m.corp_id AND d.member_id = m.id AND d.closed_at IS NULL)`,
    [corps.map(({ corpId }) => corpId), departed],
  );
  const begun = await insertDepartures(
    client,
    leavers.map((leaver) => ({ ...leaver, origin: 'oa' as const, state: 'disabling' as const })),
  );
  await addEvents(
    client,
    begun.map(({ id }) => ({ departureId: id, code: 'started' as const, params: { origin: 'oa' } })),
  );
}

/** Null where it changes nothing. */
function departedNow(row: DepartureRow, isInHand: boolean, now: Date): Step | null {
  if (row.state === 'restoring' && row.reason?.code === 'returned-in-oa' && !isInHand)
    return departedAgain(row);
  if (row.state === 'held' && row.reason?.code === 'active-in-oa') return departedAtLast(row, now);
  if (row.activeInOa) return { set: { activeInOa: false, isToBeTold: row.isToBeTold }, event: null };
  // What stood in the way may have been the doubt about this very word.
  return row.tryAt === null ? null : { set: { tryAt: null }, event: null };
}

async function momentOf(client: Connection): Promise<Date> {
  const { rows } = await client.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  return rows[0]?.now ?? new Date();
}

async function followReturned(client: Connection, returned: readonly string[]): Promise<void> {
  const inHand = await changesInHand(client, returned);
  const open = await lockOpen(client, 'NOT d.active_in_oa AND d.oa_user_id = ANY($1::text[])', [returned]);
  const now = await momentOf(client);
  await takeSteps(
    client,
    open.flatMap((row) => {
      const keepsRun = inHand.has(row.id);
      if (row.state === 'restoring') return [];
      if (row.disabledAt === null && !keepsRun) return [{ row, step: spared({ now }) }];
      return [{ row, step: restoring('returned-in-oa', { now, keepsRun }) }];
    }),
  );
  await reopenCancelled(client, returned);
  await client.query(
    'UPDATE departure SET is_kept = false, updated_at = clock_timestamp() WHERE is_kept AND oa_user_id = ANY($1::text[])',
    [returned],
  );
}

/** Departures about which WeCom is being told at this moment; the others' changes wait until this transaction is over. */
async function changesInHand(client: Connection, oaUserIds: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ id: string; status: string }>(
    `SELECT d.id, c.status FROM departure d JOIN push_change c ON c.run_id = d.run_id AND c.member_id = d.member_id
      WHERE d.closed_at IS NULL AND d.oa_user_id = ANY($1::text[]) ORDER BY c.run_id, c.seq FOR UPDATE OF c`,
    [oaUserIds],
  );
  return new Set(rows.flatMap(({ id, status }) => (status === 'applying' ? [id] : [])));
}

/** Disabled still, and no longer waited for: whoever is hired again gets the account back like everybody. */
async function reopenCancelled(client: Connection, returned: readonly string[]): Promise<void> {
  const corps = await corpsToFollow(client);
  const { rows } = await client.query<
    DepartureRow & { readonly userId: string; readonly name: string | null }
  >(
    `SELECT ${departureRowColumns}, m.user_id AS "userId", d.name
       FROM departure d
       JOIN mirror_member m ON m.id = d.member_id AND m.gone_at IS NULL AND m.status = 2
       JOIN binding b ON b.member_id = m.id AND b.oa_user_id = d.oa_user_id
      WHERE d.corp_id = ANY($1::text[]) AND d.oa_user_id = ANY($2::text[]) AND d.is_kept AND d.state = 'cancelled'
        AND d.disabled_at IS NOT NULL`,
    [corps.map(({ corpId }) => corpId), returned],
  );
  const reason = { code: 'returned-in-oa' };
  const opened = await insertDepartures(
    client,
    rows.map(({ corpId, memberId, userId, oaUserId, name, disabledAt, remembered }) => ({
      corpId,
      memberId,
      userId,
      oaUserId,
      name,
      disabledAt,
      remembered,
      origin: 'oa' as const,
      state: 'restoring' as const,
      reason,
    })),
  );
  await addEvents(
    client,
    opened.map(({ id }) => ({
      departureId: id,
      code: 'restoring' as const,
      params: { reason: reason.code },
    })),
  );
}

// ---------------------------------------------------------------- WeCom

/** After the mirror took over what was read: of the whole corp, or of these members alone (userids in lower case). */
export async function followWecom(
  client: Connection,
  corpId: string,
  userIdKeys: readonly string[] | null = null,
): Promise<void> {
  const { rows } = await client.query<DepartureRow & { isGone: boolean; now: Date }>(
    `SELECT ${departureRowColumns}, m.id IS NULL OR m.gone_at IS NOT NULL AS "isGone", clock_timestamp() AS now
       FROM departure d LEFT JOIN mirror_member m ON m.id = d.member_id
      WHERE d.corp_id = $1 AND d.closed_at IS NULL AND ($2::text[] IS NULL OR m.user_id_key = ANY($2))
        AND (m.id IS NULL OR m.gone_at IS NOT NULL
          OR d.state IN ('waiting', 'postponed', 'held') AND m.status IN (1, 4) AND m.details_seen_at > d.disabled_at)
        -- Of what is being written right now, its outcome tells.
        AND NOT EXISTS (SELECT FROM push_change c
          WHERE c.run_id = d.run_id AND c.member_id = d.member_id AND c.status = 'applying')
      ORDER BY d.id FOR UPDATE OF d`,
    [corpId, userIdKeys],
  );
  await takeSteps(
    client,
    rows.map((row) => ({
      row,
      step: row.isGone
        ? deleted({ now: row.now }, { code: 'gone-from-wecom' })
        : restoring('enabled-by-hand', { now: row.now }),
    })),
  );
}

// ---------------------------------------------------------------- the settings

/** Whether those who wait get other dates. */
export function movesDates(before: DirectorySettings, after: DirectorySettings): boolean {
  return datesOf(before) !== datesOf(after);
}

const datesOf = ({ timezone, maintenanceWindows, push }: DirectorySettings): string =>
  JSON.stringify([
    timezone,
    // Postgres gives the keys of a document back in an order of its own.
    maintenanceWindows.map(({ days, from, to }) => [days, from, to]),
    // Blank and 0 both say never.
    push.departed.deleteAfterDays ?? 0,
    push.departed.deletionTime,
  ]);

/** Prisma's client, within a transaction. */
type RawExecutor = {
  $executeRaw(query: TemplateStringsArray, ...values: unknown[]): PromiseLike<number>;
};

/** In the transaction that saves them. Returns how many departures are dated anew. */
export async function followSettings(
  client: RawExecutor,
  corpId: string,
  before: DirectorySettings,
  after: DirectorySettings,
): Promise<number> {
  if (before.push.departed.holdForHandOver && !after.push.departed.holdForHandOver)
    await letGoOfHandOver(client, corpId);
  if (barredBy(before) !== null && barredBy(after) === null) await letGoOfBarred(client, corpId);
  return movesDates(before, after) ? redate(client, corpId) : 0;
}

/** The desk dates them anew. */
async function redate(client: RawExecutor, corpId: string): Promise<number> {
  return client.$executeRaw`
    UPDATE departure d SET is_to_be_dated = true, updated_at = clock_timestamp()
      FROM (SELECT id FROM departure WHERE corp_id = ${corpId} AND closed_at IS NULL AND disabled_at IS NOT NULL
               AND state <> 'restoring' AND hurried_by IS NULL ORDER BY id FOR UPDATE) t
     WHERE d.id = t.id`;
}

/** The bridge may write again. Whose day is over meanwhile is warned like anybody whose date a setting brings. */
async function letGoOfBarred(client: RawExecutor, corpId: string): Promise<void> {
  await client.$executeRaw`
    WITH free AS (
      SELECT id, reason, disabled_at IS NOT NULL AND reason->'params'->>'wanted' = 'delete' AND delete_at <= now() AS late
        FROM departure WHERE corp_id = ${corpId} AND closed_at IS NULL AND state = 'held'
         AND reason->>'code' IN ('read-only', 'wecom-is-master')
       ORDER BY id FOR UPDATE
    ), freed AS (
      UPDATE departure d
         SET state = CASE WHEN f.reason->'params'->>'wanted' = 'restore' THEN 'restoring'
                     WHEN d.disabled_at IS NULL THEN 'disabling' WHEN d.postponed_days > 0 THEN 'postponed'
                     ELSE 'waiting' END,
             reason = CASE WHEN f.reason->'params'->>'wanted' = 'restore'
                      THEN jsonb_build_object('code', COALESCE(f.reason->'params'->>'restoring', 'by-person')) END,
             delete_at = CASE WHEN NOT f.late THEN d.delete_at END, is_to_be_dated = d.is_to_be_dated OR f.late,
             try_at = NULL, run_id = NULL, is_to_be_told = true, updated_at = clock_timestamp()
        FROM free f WHERE d.id = f.id
      RETURNING d.id, f.reason->>'code' AS code
    )
    INSERT INTO departure_event (departure_id, at, code, params)
    SELECT id, clock_timestamp(), 'released', jsonb_build_object('reason', code) FROM freed ORDER BY id`;
}

/** Nobody has to say any more that everything was handed over. */
async function letGoOfHandOver(client: RawExecutor, corpId: string): Promise<void> {
  await client.$executeRaw`
    UPDATE departure d SET state = CASE WHEN postponed_days > 0 THEN 'postponed' ELSE 'waiting' END, reason = NULL,
           run_id = NULL, is_to_be_told = true, updated_at = clock_timestamp()
      FROM (SELECT id FROM departure WHERE corp_id = ${corpId} AND closed_at IS NULL AND state = 'held'
               AND reason->>'code' = 'hand-over' ORDER BY id FOR UPDATE) t
     WHERE d.id = t.id`;
}
