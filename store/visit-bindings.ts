import { bindMembers, lockBindings } from './bindings';
import type { Database } from './database';
import { isPairRefused } from './refused-pairs';

/** The member who opened the binding page. */
export type Visitor = {
  readonly memberId: string;
  readonly userId: string;
  readonly name: string | null;
  readonly boundTo: { readonly oaUserId: string; readonly loginName: string | null } | null;
};

export type VisitBinding = {
  readonly corpId: string;
  readonly memberId: string;
  readonly oaUserId: string;
  /** `visit`: found by the match fields; `employee`: shown by the OA's password. */
  readonly source: 'visit' | 'employee';
  readonly matchedBy: string | null;
};

export type VisitBindOutcome =
  | { readonly kind: 'bound'; readonly loginName: string }
  | { readonly kind: 'member-bound' | 'oa-user-unknown' | 'oa-user-departed' | 'rejected' }
  /** By whom the OA user is held. */
  | { readonly kind: 'oa-user-bound'; readonly userId: string };

export interface VisitBindingStore {
  /** Undefined for whom the bridge does not know, or knows to be gone. */
  findVisitor(corpId: string, who: { userId: string } | { memberId: string }): Promise<Visitor | undefined>;
  /** Never takes the place of a binding that is there. */
  bind(wanted: VisitBinding): Promise<VisitBindOutcome>;
}

type VisitorRow = {
  id: string;
  user_id: string;
  name: string | null;
  oa_user_id: string | null;
  login_id: string | null;
};

export function createVisitBindingStore(db: Database): VisitBindingStore {
  return {
    async findVisitor(corpId, who) {
      const [condition, value] =
        'userId' in who ? ['m.user_id_key = lower($2)', who.userId] : ['m.id = $2', who.memberId];
      const { rows } = await db.pool.query<VisitorRow>(
        `SELECT m.id, m.user_id, m.name, b.oa_user_id, u.login_id
         FROM mirror_member m
         LEFT JOIN binding b ON b.member_id = m.id
         LEFT JOIN oa_user u ON u.id = b.oa_user_id
         WHERE m.corp_id = $1 AND m.gone_at IS NULL AND ${condition}`,
        [corpId, value],
      );
      const [row] = rows;
      if (row === undefined) return undefined;
      return {
        memberId: row.id,
        userId: row.user_id,
        name: row.name,
        boundTo: row.oa_user_id === null ? null : { oaUserId: row.oa_user_id, loginName: row.login_id },
      };
    },

    bind: ({ corpId, memberId, oaUserId, source, matchedBy }) =>
      db.transaction(async (client): Promise<VisitBindOutcome> => {
        await lockBindings(client, corpId);
        const user = await client.query<{ login_id: string; status: string }>(
          'SELECT login_id, status FROM oa_user WHERE id = $1',
          [oaUserId],
        );
        const [found] = user.rows;
        if (found === undefined) return { kind: 'oa-user-unknown' };
        if (found.status !== 'active') return { kind: 'oa-user-departed' };
        const held = await client.query<{ member_id: string; user_id: string }>(
          `SELECT b.member_id, m.user_id FROM binding b JOIN mirror_member m ON m.id = b.member_id
           WHERE b.corp_id = $1 AND (b.member_id = $2 OR b.oa_user_id = $3)`,
          [corpId, memberId, oaUserId],
        );
        if (held.rows.some(({ member_id }) => member_id === memberId)) return { kind: 'member-bound' };
        const [holder] = held.rows;
        if (holder !== undefined) return { kind: 'oa-user-bound', userId: holder.user_id };
        // Somebody looked at both and said that they are not the same person: a password may still show that they are.
        if (source === 'visit' && (await isPairRefused(client, corpId, { memberId, oaUserId }))) {
          return { kind: 'rejected' };
        }
        const bound = await bindMembers(client, corpId, [{ memberId, oaUserId, source, matchedBy }]);
        return bound.length === 1 ? { kind: 'bound', loginName: found.login_id } : { kind: 'member-bound' };
      }),
  };
}
