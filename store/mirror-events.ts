import type { PoolClient } from 'pg';
import { followWecom } from './departure-hooks';
import { statusNumber } from './directory-pull';

/** What an event turned out to mean for the mirror, once what it names was read. */
export type MirrorEffect =
  | {
      readonly kind: 'member-read';
      readonly userId: string;
      readonly formerUserIds: readonly string[];
      /** Another account under the same userid: nothing of the old one holds. */
      readonly madeAnew: boolean;
      readonly departmentIds: readonly number[];
      /** Only fields that could be read. */
      readonly details: Readonly<Record<string, unknown>>;
      /** When the event arrived. */
      readonly toldAtMs: number;
    }
  /** Nobody could read the member; the departments are the event's own word. */
  | {
      readonly kind: 'member-told';
      readonly userId: string;
      readonly formerUserIds: readonly string[];
      readonly madeAnew: boolean;
      readonly departmentIds: readonly number[] | null;
      readonly toldAtMs: number;
    }
  | {
      readonly kind: 'member-gone';
      readonly userId: string;
      readonly formerUserIds: readonly string[];
      readonly toldAtMs: number;
    }
  | {
      readonly kind: 'department-read';
      readonly departmentId: number;
      readonly parentId: number;
      readonly order: number;
      /** Null where nobody could read it: the known one stays. */
      readonly name: string | null;
      readonly nameEn: string | null;
      readonly leaders: readonly string[] | null;
    }
  | {
      readonly kind: 'department-told';
      readonly departmentId: number;
      readonly name: string | null;
      readonly parentId: number | null;
      readonly toldAtMs: number;
    }
  | { readonly kind: 'department-gone'; readonly departmentId: number };

type EffectOf<K extends MirrorEffect['kind']> = Extract<MirrorEffect, { readonly kind: K }>;
type Connection = Pick<PoolClient, 'query'>;

/** The rows that effects are about. */
export type TouchedRows = {
  readonly userIdKeys: readonly string[];
  readonly departmentIds: readonly number[];
};

export function rowsOf(effects: readonly MirrorEffect[]): TouchedRows {
  return {
    userIdKeys: [
      ...new Set(
        effects.flatMap((effect) =>
          'userId' in effect ? [effect.userId, ...effect.formerUserIds].map((id) => id.toLowerCase()) : [],
        ),
      ),
    ],
    departmentIds: [
      ...new Set(effects.flatMap((effect) => ('departmentId' in effect ? [effect.departmentId] : []))),
    ],
  };
}

/** Those of the rows about which somebody has learnt something after `readAt`: what was read then is to be read again. */
export async function rowsKnownBetter(
  client: Connection,
  corpId: string,
  { userIdKeys, departmentIds }: TouchedRows,
  readAt: Date,
): Promise<{ readonly userIdKeys: ReadonlySet<string>; readonly departmentIds: ReadonlySet<number> }> {
  const since = 'GREATEST(written_at, last_seen_at, gone_at, event_read_at) > $3';
  const members = await client.query<{ key: string }>(
    `SELECT user_id_key AS key FROM mirror_member WHERE corp_id = $1 AND user_id_key = ANY($2::text[]) AND ${since}`,
    [corpId, userIdKeys, readAt],
  );
  const departments = await client.query<{ id: number }>(
    `SELECT department_id AS id FROM mirror_department
     WHERE corp_id = $1 AND department_id = ANY($2::int[]) AND ${since}`,
    [corpId, departmentIds, readAt],
  );
  return {
    userIdKeys: new Set(members.rows.map(({ key }) => key)),
    departmentIds: new Set(departments.rows.map(({ id }) => id)),
  };
}

/** In the turn of the corp (`takeMirrorTurn`) and in one transaction with what says that the events are done. */
export async function writeMirrorEvents(
  client: Connection,
  corpId: string,
  effects: readonly MirrorEffect[],
): Promise<void> {
  // Renames come first: the old userid may belong to somebody else by now.
  for (const effect of effects)
    if ('userId' in effect)
      for (const former of effect.formerUserIds)
        await renameMember(client, corpId, { from: former, to: effect.userId, toldAtMs: effect.toldAtMs });
  await writeMembersRead(client, corpId, ofKind(effects, 'member-read'));
  await writeMembersTold(client, corpId, ofKind(effects, 'member-told'));
  await client.query(
    `UPDATE mirror_member SET gone_at = clock_timestamp(), event_read_at = clock_timestamp()
     WHERE corp_id = $1 AND user_id_key = ANY($2::text[]) AND gone_at IS NULL`,
    [corpId, ofKind(effects, 'member-gone').map(({ userId }) => userId.toLowerCase())],
  );
  await followWecom(client, corpId, rowsOf(effects).userIdKeys);
  await writeDepartmentsRead(client, corpId, ofKind(effects, 'department-read'));
  await writeDepartmentsTold(client, corpId, ofKind(effects, 'department-told'));
  await client.query(
    `UPDATE mirror_department SET gone_at = clock_timestamp(), event_read_at = clock_timestamp()
     WHERE corp_id = $1 AND department_id = ANY($2::int[]) AND gone_at IS NULL`,
    [corpId, ofKind(effects, 'department-gone').map(({ departmentId }) => departmentId)],
  );
}

function ofKind<K extends MirrorEffect['kind']>(effects: readonly MirrorEffect[], kind: K): EffectOf<K>[] {
  return effects.filter((effect): effect is EffectOf<K> => effect.kind === kind);
}

type MemberRow = { id: string; key: string; isOurs: boolean; firstSeenAt: Date };

/** The row, and with it the member's id, binding and what was written, goes over to the new userid. */
async function renameMember(
  client: Connection,
  corpId: string,
  { from, to, toldAtMs }: { readonly from: string; readonly to: string; readonly toldAtMs: number },
): Promise<void> {
  if (from.toLowerCase() === to.toLowerCase()) return;
  const { rows } = await client.query<MemberRow>(
    `SELECT m.id, m.user_id_key AS key, m.written IS NOT NULL OR b.member_id IS NOT NULL AS "isOurs",
            m.first_seen_at AS "firstSeenAt"
     FROM mirror_member m LEFT JOIN binding b ON b.member_id = m.id
     WHERE m.corp_id = $1 AND m.user_id_key IN (lower($2), lower($3)) FOR UPDATE OF m`,
    [corpId, from, to],
  );
  const old = rows.find(({ key }) => key === from.toLowerCase());
  const taken = rows.find(({ key }) => key === to.toLowerCase());
  // Somebody new under the old userid, seen after the event.
  if (old === undefined || old.firstSeenAt.getTime() > toldAtMs) return;
  if (taken !== undefined) {
    // A pull was faster and took the new userid for somebody new. Where that one has a life of its own by now, the
    // next pull finds the old userid gone.
    if (taken.isOurs) return;
    await client.query('DELETE FROM link_conflict WHERE corp_id = $1 AND member_id = $2', [corpId, taken.id]);
    await client.query('DELETE FROM mirror_member WHERE id = $1', [taken.id]);
  }
  await client.query(
    `UPDATE mirror_member SET user_id = $2, user_id_key = lower($2), gone_at = NULL,
       event_read_at = clock_timestamp() WHERE id = $1`,
    [old.id, to],
  );
}

/** The same rules as a pull's merge: a field that could not be read keeps its last value. */
async function writeMembersRead(
  client: Connection,
  corpId: string,
  effects: readonly EffectOf<'member-read'>[],
): Promise<void> {
  if (effects.length === 0) return;
  const rows = JSON.stringify(effects);
  const read = `jsonb_to_recordset($2::jsonb) AS r
    ("userId" text, "madeAnew" boolean, "departmentIds" int[], details jsonb)`;
  const status = statusNumber('r.details');
  const isSame = '(m.gone_at IS NULL AND NOT r."madeAnew")';
  await client.query(
    `UPDATE mirror_member m SET
       user_id = r."userId", name = COALESCE(r.details->>'name', m.name), status = COALESCE(${status}, m.status),
       departments = r."departmentIds",
       seen = CASE WHEN ${isSame} THEN COALESCE(m.seen, '{}') ELSE '{}' END || r.details,
       ever_activated = (m.ever_activated AND NOT r."madeAnew") OR COALESCE(${status} = 1, false),
       written = CASE WHEN ${isSame} THEN m.written END,
       created_by_bridge_at = CASE WHEN ${isSame} THEN m.created_by_bridge_at END,
       disabled_by_bridge_at = CASE WHEN ${isSame} THEN m.disabled_by_bridge_at END,
       last_seen_at = clock_timestamp(), details_seen_at = clock_timestamp(), event_read_at = clock_timestamp(),
       gone_at = NULL
     FROM ${read} WHERE m.corp_id = $1 AND m.user_id_key = lower(r."userId")`,
    [corpId, rows],
  );
  await client.query(
    `INSERT INTO mirror_member (id, corp_id, user_id_key, user_id, departments, name, status, ever_activated, seen,
       first_seen_at, last_seen_at, details_seen_at, event_read_at)
     SELECT gen_random_uuid()::text, $1, lower(r."userId"), r."userId", r."departmentIds", r.details->>'name', ${status},
       COALESCE(${status} = 1, false), r.details, clock_timestamp(), clock_timestamp(), clock_timestamp(),
       clock_timestamp()
     FROM ${read} ORDER BY lower(r."userId")
     ON CONFLICT (corp_id, user_id_key) DO NOTHING`,
    [corpId, rows],
  );
}

/** A later reading or our own writing knows more than an event that arrived before it. */
const toldTooLate = `COALESCE(GREATEST(m.written_at, m.gone_at, m.event_read_at) > t."toldAt", false)
  OR EXISTS (SELECT FROM run WHERE run.id = m.last_run_id AND run.started_at > t."toldAt")`;

async function writeMembersTold(
  client: Connection,
  corpId: string,
  effects: readonly EffectOf<'member-told'>[],
): Promise<void> {
  const placed = effects.filter(({ departmentIds }) => departmentIds !== null);
  if (placed.length === 0) return;
  const rows = JSON.stringify(
    placed.map(({ toldAtMs, ...effect }) => ({ ...effect, toldAt: new Date(toldAtMs) })),
  );
  const told = `jsonb_to_recordset($2::jsonb) AS t
    ("userId" text, "madeAnew" boolean, "departmentIds" int[], "toldAt" timestamptz)`;
  const isSame = '(m.gone_at IS NULL AND NOT t."madeAnew")';
  await client.query(
    `UPDATE mirror_member m SET
       user_id = t."userId", departments = t."departmentIds", seen = CASE WHEN ${isSame} THEN m.seen END,
       written = CASE WHEN ${isSame} THEN m.written END,
       created_by_bridge_at = CASE WHEN ${isSame} THEN m.created_by_bridge_at END,
       disabled_by_bridge_at = CASE WHEN ${isSame} THEN m.disabled_by_bridge_at END,
       last_seen_at = clock_timestamp(), event_read_at = clock_timestamp(), gone_at = NULL
     FROM ${told} WHERE m.corp_id = $1 AND m.user_id_key = lower(t."userId") AND NOT (${toldTooLate})`,
    [corpId, rows],
  );
  await client.query(
    `INSERT INTO mirror_member (id, corp_id, user_id_key, user_id, departments, first_seen_at, last_seen_at,
       event_read_at)
     SELECT gen_random_uuid()::text, $1, lower(t."userId"), t."userId", t."departmentIds", clock_timestamp(),
       clock_timestamp(), clock_timestamp()
     FROM ${told} ORDER BY lower(t."userId")
     ON CONFLICT (corp_id, user_id_key) DO NOTHING`,
    [corpId, rows],
  );
}

async function writeDepartmentsRead(
  client: Connection,
  corpId: string,
  effects: readonly EffectOf<'department-read'>[],
): Promise<void> {
  if (effects.length === 0) return;
  await client.query(
    `INSERT INTO mirror_department AS m (corp_id, department_id, parent_id, "order", name, name_en, leaders,
       first_seen_at, last_seen_at, event_read_at)
     SELECT $1, r."departmentId", r."parentId", r."order", r.name, r."nameEn", r.leaders, clock_timestamp(),
       clock_timestamp(), clock_timestamp()
     FROM jsonb_to_recordset($2::jsonb) AS r ("departmentId" int, "parentId" int, "order" bigint, name text,
       "nameEn" text, leaders jsonb)
     ORDER BY r."departmentId"
     ON CONFLICT (corp_id, department_id) DO UPDATE SET
       parent_id = EXCLUDED.parent_id, "order" = EXCLUDED."order", name = COALESCE(EXCLUDED.name, m.name),
       name_en = COALESCE(EXCLUDED.name_en, m.name_en), leaders = COALESCE(EXCLUDED.leaders, m.leaders),
       last_seen_at = EXCLUDED.last_seen_at, event_read_at = EXCLUDED.event_read_at, gone_at = NULL`,
    [corpId, JSON.stringify(effects)],
  );
}

async function writeDepartmentsTold(
  client: Connection,
  corpId: string,
  effects: readonly EffectOf<'department-told'>[],
): Promise<void> {
  if (effects.length === 0) return;
  const rows = JSON.stringify(
    effects.map(({ toldAtMs, ...effect }) => ({ ...effect, toldAt: new Date(toldAtMs) })),
  );
  const told = `jsonb_to_recordset($2::jsonb) AS t
    ("departmentId" int, "parentId" int, name text, "toldAt" timestamptz)`;
  await client.query(
    `UPDATE mirror_department m SET
       parent_id = COALESCE(t."parentId", m.parent_id), name = COALESCE(t.name, m.name),
       last_seen_at = clock_timestamp(), event_read_at = clock_timestamp(), gone_at = NULL
     FROM ${told} WHERE m.corp_id = $1 AND m.department_id = t."departmentId" AND NOT (${toldTooLate})`,
    [corpId, rows],
  );
  // Without a parent it has no place yet: the next pull finds it.
  await client.query(
    `INSERT INTO mirror_department (corp_id, department_id, parent_id, name, first_seen_at, last_seen_at, event_read_at)
     SELECT $1, t."departmentId", t."parentId", t.name, clock_timestamp(), clock_timestamp(), clock_timestamp()
     FROM ${told} WHERE t."parentId" IS NOT NULL ORDER BY t."departmentId"
     ON CONFLICT (corp_id, department_id) DO NOTHING`,
    [corpId, rows],
  );
}
