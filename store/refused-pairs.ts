import type { PoolClient } from 'pg';
import type { Binding } from '../domain/directory/push/snapshot';

type Connection = Pick<PoolClient, 'query'>;

const refusing = (event: string): string =>
  `(${event}.event = 'refused' OR ${event}.event = 'unbound' AND ${event}.source = 'manual')`;

/** Bound again since, or unbound by something else, a pair is refused no more. */
const isNewest = (event: string): string =>
  `NOT EXISTS (SELECT FROM binding_event later
     WHERE later.corp_id = ${event}.corp_id AND later.member_id = ${event}.member_id
       AND later.oa_user_id = ${event}.oa_user_id AND later.id > ${event}.id)`;

/** True of the pair that the two expressions name, in the corp of the first parameter. */
export const isRefusedPair = (memberId: string, oaUserId: string): string =>
  `EXISTS (SELECT FROM binding_event e
     WHERE e.corp_id = $1 AND e.member_id = ${memberId} AND e.oa_user_id = ${oaUserId}
       AND ${refusing('e')} AND ${isNewest('e')})`;

/** Every pair of the corp that only a person binds again. */
export async function readRefusedPairs(client: Connection, corpId: string): Promise<Binding[]> {
  const { rows } = await client.query<Binding>(
    `SELECT e.member_id AS "memberId", e.oa_user_id AS "oaUserId" FROM binding_event e
     WHERE e.corp_id = $1 AND ${refusing('e')} AND ${isNewest('e')} ORDER BY e.member_id, e.oa_user_id`,
    [corpId],
  );
  return rows;
}

export async function isPairRefused(
  client: Connection,
  corpId: string,
  { memberId, oaUserId }: Binding,
): Promise<boolean> {
  const { rows } = await client.query<{ refused: boolean }>(
    `SELECT ${isRefusedPair('$2', '$3')} AS refused`,
    [corpId, memberId, oaUserId],
  );
  return rows[0]?.refused ?? false;
}
