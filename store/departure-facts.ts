import type { PoolClient } from 'pg';
import type { DepartureFact, DirectorySnapshot } from '../domain/directory/push/snapshot';
import { wantedInSql } from './departure-rows';

/** What planning has to know of departures: open ones, and the last of each member where somebody decided how it ends. */
export async function readDepartureFacts(
  client: Pick<PoolClient, 'query'>,
  corpId: string,
  runId: string | null,
): Promise<Pick<DirectorySnapshot, 'departures' | 'deletedOaUserIds'>> {
  const { rows: departures } = await client.query<DepartureFact>(
    `SELECT d.member_id AS "memberId", 'open' AS standing,
            -- Whose account it is now, the run has nothing to do with.
            CASE WHEN d.run_id = $2 AND EXISTS (SELECT FROM binding b
              WHERE b.member_id = d.member_id AND b.oa_user_id = d.oa_user_id) THEN ${wantedInSql} END AS wanted, d.active_in_oa AS "askedByPerson",
            d.released_by IS NOT NULL AS "isReleased", d.remembered,
            d.state = 'restoring' AND d.run_id IS DISTINCT FROM $2 AS "isRestoring"
       FROM departure d WHERE d.corp_id = $1 AND d.closed_at IS NULL
     UNION ALL
     SELECT d.member_id,
            -- Cancelled before anything was done, the account is as good as given back.
            CASE WHEN d.state = 'cancelled' AND d.disabled_at IS NOT NULL THEN 'kept-disabled' ELSE 'kept-enabled' END,
            NULL, false, false, d.remembered, false
       FROM departure d JOIN binding b ON b.member_id = d.member_id AND b.oa_user_id = d.oa_user_id
      WHERE d.corp_id = $1 AND d.is_kept AND NOT EXISTS (
        SELECT FROM departure later
         WHERE later.corp_id = d.corp_id AND later.member_id = d.member_id
           AND (later.closed_at IS NULL OR (later.created_at, later.id) > (d.created_at, d.id)))
     ORDER BY 1`,
    [corpId, runId],
  );
  const { rows: deleted } = await client.query<{ oaUserId: string }>(
    `SELECT DISTINCT d.oa_user_id AS "oaUserId" FROM departure d JOIN oa_user o ON o.id = d.oa_user_id
      WHERE d.corp_id = $1 AND d.state = 'deleted' AND o.status = 'active'
        AND NOT EXISTS (SELECT FROM binding b WHERE b.corp_id = $1 AND b.oa_user_id = d.oa_user_id)
      ORDER BY 1`,
    [corpId],
  );
  return {
    ...(departures.length === 0 ? {} : { departures }),
    ...(deleted.length === 0 ? {} : { deletedOaUserIds: deleted.map(({ oaUserId }) => oaUserId) }),
  };
}
