import type { PoolClient } from 'pg';
import type { SkipReason } from '../domain/messages/message';
import { movedInPush } from './message-counts';

/** Who gets a push: the OA's people, their members in the push's corp, and why somebody gets nothing. */

type Connection = Pick<PoolClient, 'query'>;

/** Of one recipient, what a template may say. */
export type RecipientToRender = {
  /** The place among the event's recipients, or among the push's rows where it came with them. */
  readonly position: number;
  readonly skip: SkipReason | null;
  readonly name: string;
  readonly loginId: string;
  readonly jobNumber: string;
  readonly departmentName: string;
  readonly title: string;
  readonly userId: string | null;
};

export type SealedRendering = { readonly hash: string; readonly bodyEnc: string };

/** What recipients get. */
export type PreparedPush = {
  /** Those that are not kept yet. */
  readonly renderings: readonly SealedRendering[];
  /** The rendering for everybody; null where `assigned` says who gets which. */
  readonly alike: string | null;
  /** By position; whoever stands in none of them was not to get anything when it was rendered. */
  readonly assigned: readonly {
    readonly position: number;
    readonly seq: number;
    readonly hash: string | null;
  }[];
};

/**
 * Pushes of the bridge itself and resends come with their rows; other ones get them from their event. Somebody who is
 * named by a member's id is that member; somebody of the OA is whoever is bound to them at this moment.
 */
const candidates = (comesWithRows: boolean): string =>
  comesWithRows
    ? `SELECT r.seq AS position, r.oa_user_id, COALESCE(b.member_id, CASE WHEN r.oa_user_id IS NULL THEN r.member_id END)
              AS member_id
         FROM push JOIN message_recipient r ON r.push_id = push.id AND r.state = 'queued'
         LEFT JOIN binding b ON b.corp_id = push.corp_id AND b.oa_user_id = r.oa_user_id`
    : `SELECT g.position::int, g.oa_user_id, b.member_id
         FROM push JOIN oa_event e ON e.id = push.event_id
         CROSS JOIN unnest(e.recipients) WITH ORDINALITY g (oa_user_id, position)
         LEFT JOIN binding b ON b.corp_id = push.corp_id AND b.oa_user_id = g.oa_user_id`;

const skipInSql = `
  CASE WHEN c.oa_user_id IS NOT NULL AND o.id IS NULL THEN 'unknown-user'
       WHEN o.status = 'departed' THEN 'departed'
       WHEN c.member_id IS NULL AND c.oa_user_id IS NOT NULL THEN 'unbound'
       WHEN m.id IS NULL OR m.gone_at IS NOT NULL THEN 'gone'
       WHEN m.status = 2 THEN 'disabled' WHEN m.status = 5 THEN 'left' END`;

/** In the order of their positions, `limit` behind `after`. */
export async function recipientsToRender(
  client: Connection,
  pushId: string,
  comesWithRows: boolean,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<RecipientToRender[]> {
  const { rows } = await client.query<RecipientToRender>(
    `WITH push AS (SELECT id, corp_id, event_id FROM message_push WHERE id = $1)
     SELECT c.position, ${skipInSql} AS skip, COALESCE(o.name, m.name, '') AS name, COALESCE(o.login_id, '') AS "loginId",
            COALESCE(o.job_number, '') AS "jobNumber", COALESCE(d.name, '') AS "departmentName",
            COALESCE(o."position", '') AS title, m.user_id AS "userId"
       FROM (${candidates(comesWithRows)}) c
       LEFT JOIN oa_user o ON o.id = c.oa_user_id
       LEFT JOIN oa_department d ON d.id = o.department_id
       LEFT JOIN mirror_member m ON m.id = c.member_id
      WHERE c.position > $2 ORDER BY c.position LIMIT $3`,
    [pushId, after, limit],
  );
  return rows;
}

const putRecipients = (comesWithRows: boolean): string => `
  WITH push AS (
    SELECT id, app_id, corp_id, event_id FROM message_push WHERE id = $1 AND prepared_at IS NULL
  ), judged AS (
    SELECT c.*, m.user_id, m.user_id_key, COALESCE(a.seq, c.position) AS seq, COALESCE(a.hash, $2) AS hash,
           COALESCE(${skipInSql}, CASE WHEN COALESCE(a.hash, $2) IS NULL THEN 'unbound' END) AS skip
      FROM (${candidates(comesWithRows)}) c
      LEFT JOIN oa_user o ON o.id = c.oa_user_id
      LEFT JOIN mirror_member m ON m.id = c.member_id
      LEFT JOIN unnest($3::int[], $4::int[], $5::text[]) a (position, seq, hash) ON a.position = c.position
  ), rendered AS (
    INSERT INTO message_rendering (push_id, hash, body_enc)
    SELECT push.id, g.hash, g."bodyEnc" FROM push, jsonb_to_recordset($6::jsonb) AS g (hash text, "bodyEnc" text)
    ON CONFLICT DO NOTHING
  ), put AS (
    INSERT INTO message_recipient (push_id, seq, app_id, oa_user_id, member_id, user_id, user_id_key, state, reason,
                                   rendering_hash)
    SELECT push.id, j.seq, push.app_id, j.oa_user_id, j.member_id, j.user_id, j.user_id_key,
           CASE WHEN j.skip IS NULL THEN 'queued' ELSE 'skipped' END, j.skip, CASE WHEN j.skip IS NULL THEN j.hash END
      FROM push, judged j
    ON CONFLICT (push_id, seq) DO UPDATE
      SET member_id = EXCLUDED.member_id, user_id = EXCLUDED.user_id, user_id_key = EXCLUDED.user_id_key,
          state = EXCLUDED.state, reason = EXCLUDED.reason, rendering_hash = EXCLUDED.rendering_hash
    RETURNING state
  ), counted AS (
    SELECT COALESCE(jsonb_object_agg(state, n), '{}') || jsonb_build_object('total', COALESCE(sum(n), 0)) AS counts
      FROM (SELECT state, count(*) AS n
              FROM (SELECT state FROM put
                    UNION ALL SELECT r.state FROM message_recipient r WHERE r.push_id = $1 AND r.state <> 'queued') each
             GROUP BY state) by_state
  )
  UPDATE message_push p
     SET prepared_at = clock_timestamp(), ${movedInPush('counted.counts', `'{}'::jsonb`)}
    FROM counted WHERE p.id = $1 AND p.prepared_at IS NULL`;

/** Within the transaction that holds the push's row. A push is prepared once. */
export async function putPrepared(
  client: Connection,
  pushId: string,
  comesWithRows: boolean,
  { renderings, alike, assigned }: PreparedPush,
): Promise<void> {
  await client.query(putRecipients(comesWithRows), [
    pushId,
    alike,
    assigned.map(({ position }) => position),
    assigned.map(({ seq }) => seq),
    assigned.map(({ hash }) => hash),
    JSON.stringify(renderings),
  ]);
}

export async function keepRenderings(
  client: Connection,
  pushId: string,
  renderings: readonly SealedRendering[],
): Promise<void> {
  await client.query(
    `INSERT INTO message_rendering (push_id, hash, body_enc)
     SELECT p.id, g.hash, g."bodyEnc"
       FROM message_push p, jsonb_to_recordset($2::jsonb) AS g (hash text, "bodyEnc" text)
      WHERE p.id = $1 ON CONFLICT DO NOTHING`,
    [pushId, JSON.stringify(renderings)],
  );
}
