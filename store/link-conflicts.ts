import type { PoolClient } from 'pg';
import {
  compareWithUser,
  likeliestFirst,
  type LinkConflictCode,
  type LinkMember,
  type LinkReason,
  type LinkUser,
} from '../domain/directory/linking';
import { bindMembers, lockBindings, refusePairs } from './bindings';
import { decodeCursor, encodeCursor } from './cursors';
import type { Database } from './database';
import { readLinkMembers, readLinkUsers } from './link-members';
import { statusNameOf, type MirrorMemberStatus } from './mirror';

/** What decides for many at once: the only candidate of whom this is true. */
export const decisionRules = [
  'same-name',
  'same-mobile',
  'same-email',
  'same-job-number',
  'same-department',
  'only-active',
] as const;

export type DecisionRule = (typeof decisionRules)[number];

export type ConflictCandidate = {
  readonly oaUserId: string;
  readonly name: string;
  readonly loginId: string;
  readonly jobNumber: string | null;
  readonly department: string | null;
  readonly mobile: string | null;
  readonly position: string | null;
  readonly status: 'active' | 'departed';
  readonly reasons: readonly LinkReason[];
  readonly score: number;
  /** Userid of the member who has the OA user now. */
  readonly boundTo: string | null;
};

export type LinkConflictRecord = {
  readonly memberId: string;
  readonly member: {
    readonly userId: string;
    readonly name: string | null;
    readonly departments: readonly string[];
    readonly mobile: string | null;
    readonly email: string | null;
    readonly position: string | null;
    readonly status: MirrorMemberStatus;
  };
  readonly code: LinkConflictCode;
  readonly candidates: readonly ConflictCandidate[];
  readonly foundAt: Date;
  readonly decidedAt: Date | null;
  /** Id of a principal. */
  readonly decidedBy: string | null;
  readonly oaUserId: string | null;
  readonly rule: DecisionRule | null;
};

export type ConflictSearch = {
  readonly corpId: string;
  readonly state: 'open' | 'decided';
  readonly code?: LinkConflictCode | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
};

export type DecideOutcome =
  | { readonly kind: 'decided' }
  | { readonly kind: 'unknown' | 'not-a-candidate' | 'oa-user-departed' }
  | { readonly kind: 'oa-user-bound'; readonly userId: string; readonly name: string | null }
  | { readonly kind: 'member-bound'; readonly oaUserId: string; readonly name: string | null };

export type RuleDecision = {
  readonly memberId: string;
  readonly userId: string;
  readonly name: string | null;
  readonly oaUserId: string;
  readonly oaName: string;
};

export interface LinkConflictStore {
  list(
    search: ConflictSearch,
  ): Promise<{ items: LinkConflictRecord[]; total: number; nextCursor: string | null }>;
  countOpen(corpIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** `oaUserId` null: none of them. */
  decide(decision: {
    readonly corpId: string;
    readonly memberId: string;
    readonly oaUserId: string | null;
    readonly by: string;
  }): Promise<DecideOutcome>;
  /** Those of whom the rule leaves exactly one candidate. */
  decideByRule(request: {
    readonly corpId: string;
    readonly rule: DecisionRule;
    readonly apply: boolean;
    readonly by: string;
  }): Promise<readonly RuleDecision[]>;
}

export function createLinkConflictStore(db: Database): LinkConflictStore {
  const { pool } = db;

  return {
    async list({ corpId, state, code, cursor, limit }) {
      const params: unknown[] = [corpId];
      const param = (value: unknown): string => `$${params.push(value)}`;
      const conditions = ['c.corp_id = $1', stateConditions[state]];
      if (code !== undefined) conditions.push(`c.code = ${param(code)}`);
      const from = `${conflictFrom} WHERE ${conditions.join(' AND ')}`;
      const counted = await pool.query<{ total: number }>(`SELECT count(*)::int AS total ${from}`, params);
      const [after] = cursor === undefined ? [] : decodeCursor(cursor, 1);
      const keyset = after === undefined ? '' : `AND m.user_id_key > ${param(after)}`;
      const { rows } = await pool.query<ConflictRow>(
        `SELECT ${conflictColumns} ${from} ${keyset} ORDER BY m.user_id_key LIMIT ${param(limit + 1)}`,
        params,
      );
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      return {
        items: await db.transaction((client) => toRecords(client, corpId, page)),
        total: counted.rows[0]?.total ?? 0,
        nextCursor: last === undefined ? null : encodeCursor([last.userIdKey]),
      };
    },

    async countOpen(corpIds) {
      const { rows } = await pool.query<{ corpId: string; count: number }>(
        `SELECT c.corp_id AS "corpId", count(*)::int AS count ${conflictFrom}
          WHERE c.corp_id = ANY($1::text[]) AND ${stateConditions.open} GROUP BY c.corp_id`,
        [corpIds],
      );
      return new Map(rows.map(({ corpId, count }) => [corpId, count]));
    },

    decide: ({ corpId, memberId, oaUserId, by }) =>
      db.transaction(async (client): Promise<DecideOutcome> => {
        await lockBindings(client, corpId);
        const found = await client.query<{
          candidates: string[];
          boundTo: string | null;
          name: string | null;
        }>(
          `SELECT ${candidateIds} AS candidates, b.oa_user_id AS "boundTo", u.name
           ${conflictFrom} LEFT JOIN oa_user u ON u.id = b.oa_user_id
           WHERE c.corp_id = $1 AND c.member_id = $2 AND m.gone_at IS NULL`,
          [corpId, memberId],
        );
        const [conflict] = found.rows;
        if (conflict === undefined) return { kind: 'unknown' };
        const { boundTo, name, candidates } = conflict;
        if (boundTo !== null && boundTo !== oaUserId)
          return { kind: 'member-bound', oaUserId: boundTo, name };
        if (oaUserId !== null) {
          if (!candidates.includes(oaUserId)) return { kind: 'not-a-candidate' };
          const [user] = await readLinkUsers(client, corpId, [oaUserId]);
          if (user?.status !== 'active') return { kind: 'oa-user-departed' };
          if (user.boundTo !== null && user.boundTo !== memberId) {
            return { kind: 'oa-user-bound', ...(await holderOf(client, user.boundTo)) };
          }
        }
        await writeDecisions(client, corpId, [{ memberId, oaUserId }], { by, rule: null });
        if (oaUserId === null) {
          const turnedDown = candidates.map((candidate) => ({ memberId, oaUserId: candidate }));
          await refusePairs(client, corpId, turnedDown, by);
        }
        return { kind: 'decided' };
      }),

    decideByRule: ({ corpId, rule, apply, by }) =>
      db.transaction(async (client) => {
        if (apply) await lockBindings(client, corpId);
        const { rows } = await client.query<OpenConflict>(
          `SELECT c.member_id AS "memberId", m.user_id AS "userId", m.name, m.status, ${candidateIds} AS "oaUserIds"
           ${conflictFrom} WHERE c.corp_id = $1 AND ${stateConditions.open} ORDER BY m.user_id_key`,
          [corpId],
        );
        const decisions = await applyRule(client, corpId, rule, rows);
        if (apply) await writeDecisions(client, corpId, decisions, { by, rule });
        return decisions;
      }),
  };
}

const conflictFrom = `FROM link_conflict c
  JOIN mirror_member m ON m.id = c.member_id
  LEFT JOIN binding b ON b.member_id = c.member_id`;

const candidateIds = `ARRAY(SELECT e->>'oaUserId' FROM jsonb_array_elements(c.candidates) AS e)`;

const stateConditions = {
  // Who was bound in the meantime, by whatever way, needs no decision any more.
  open: 'c.decided_at IS NULL AND b.member_id IS NULL AND m.gone_at IS NULL',
  decided: 'c.decided_at IS NOT NULL',
} as const;

type ConflictRow = {
  userIdKey: string;
  memberId: string;
  userId: string;
  name: string | null;
  status: number | null;
  code: LinkConflictCode;
  oaUserIds: string[];
  foundAt: Date;
  decidedAt: Date | null;
  decidedBy: string | null;
  oaUserId: string | null;
  rule: DecisionRule | null;
};

const conflictColumns = `m.user_id_key AS "userIdKey", c.member_id AS "memberId", m.user_id AS "userId", m.name, m.status,
  c.code, ${candidateIds} AS "oaUserIds", c.found_at AS "foundAt", c.decided_at AS "decidedAt",
  c.decided_by AS "decidedBy", c.oa_user_id AS "oaUserId", c.rule`;

type OpenConflict = {
  memberId: string;
  userId: string;
  name: string | null;
  status: number | null;
  oaUserIds: string[];
};

type Sides = {
  readonly members: ReadonlyMap<string, LinkMember>;
  readonly users: ReadonlyMap<string, LinkUser>;
};

/** As both sides are now, not as they were when the conflict was found. */
async function readSides(
  client: PoolClient,
  corpId: string,
  conflicts: readonly { readonly memberId: string; readonly oaUserIds: readonly string[] }[],
): Promise<Sides> {
  const members = await readLinkMembers(
    client,
    corpId,
    conflicts.map(({ memberId }) => memberId),
  );
  const users = await readLinkUsers(client, corpId, [
    ...new Set(conflicts.flatMap(({ oaUserIds }) => oaUserIds)),
  ]);
  return {
    members: new Map(members.map((member) => [member.memberId, member])),
    users: new Map(users.map((user) => [user.id, user])),
  };
}

async function toRecords(
  client: PoolClient,
  corpId: string,
  rows: readonly ConflictRow[],
): Promise<LinkConflictRecord[]> {
  if (rows.length === 0) return [];
  const { members, users } = await readSides(client, corpId, rows);
  const holders = [...users.values()].flatMap(({ boundTo }) => boundTo ?? []);
  const held = await client.query<{ id: string; userId: string }>(
    'SELECT id, user_id AS "userId" FROM mirror_member WHERE id = ANY($1::text[])',
    [holders],
  );
  const userIdOf = new Map(held.rows.map(({ id, userId }) => [id, userId]));
  return rows.map((row) => {
    const member = members.get(row.memberId);
    const values = member?.values ?? {};
    const candidates = row.oaUserIds.flatMap((oaUserId): ConflictCandidate[] => {
      const user = users.get(oaUserId);
      if (user === undefined || member === undefined) return [];
      const { reasons, score } = compareWithUser(member, user);
      const { name, loginId, jobNumber, departmentName, mobile, position, status, boundTo } = user;
      return [
        {
          oaUserId,
          name,
          loginId,
          jobNumber,
          department: departmentName,
          mobile,
          position,
          status,
          reasons,
          score,
          boundTo: boundTo === null ? null : (userIdOf.get(boundTo) ?? null),
        },
      ];
    });
    candidates.sort(likeliestFirst);
    return {
      memberId: row.memberId,
      member: {
        userId: row.userId,
        name: row.name,
        departments: member?.departmentNames ?? [],
        mobile: values['mobile'] ?? null,
        email: values['email'] ?? values['biz_mail'] ?? null,
        position: values['position'] ?? null,
        status: statusNameOf(row.status),
      },
      code: row.code,
      candidates,
      foundAt: row.foundAt,
      decidedAt: row.decidedAt,
      decidedBy: row.decidedBy,
      oaUserId: row.oaUserId,
      rule: row.rule,
    };
  });
}

async function holderOf(
  client: PoolClient,
  memberId: string,
): Promise<{ userId: string; name: string | null }> {
  const { rows } = await client.query<{ userId: string; name: string | null }>(
    'SELECT user_id AS "userId", name FROM mirror_member WHERE id = $1',
    [memberId],
  );
  return rows[0] ?? { userId: memberId, name: null };
}

const activated = 1;

async function applyRule(
  client: PoolClient,
  corpId: string,
  rule: DecisionRule,
  conflicts: readonly OpenConflict[],
): Promise<RuleDecision[]> {
  const { members, users } = await readSides(client, corpId, conflicts);
  const choices = conflicts.flatMap((conflict) => {
    const member = members.get(conflict.memberId);
    if (member === undefined) return [];
    const fitting = conflict.oaUserIds.flatMap((oaUserId) => {
      const user = users.get(oaUserId);
      if (user?.status !== 'active' || user.boundTo !== null) return [];
      return rule === 'only-active' || compareWithUser(member, user).reasons.includes(rule) ? [user] : [];
    });
    const [user] = fitting;
    return user === undefined || fitting.length > 1 ? [] : [{ conflict, user }];
  });
  const claims = new Map<string, typeof choices>();
  for (const choice of choices) {
    const others = claims.get(choice.user.id);
    if (others === undefined) claims.set(choice.user.id, [choice]);
    else others.push(choice);
  }
  return [...claims.values()].flatMap((claim) => {
    // Of two members who would get the same person, one may be the only one in use.
    const inUse = claim.filter(({ conflict }) => conflict.status === activated);
    const left = rule === 'only-active' && claim.length > 1 ? inUse : claim;
    const [choice] = left;
    if (choice === undefined || left.length > 1) return [];
    const { memberId, userId, name } = choice.conflict;
    return [{ memberId, userId, name, oaUserId: choice.user.id, oaName: choice.user.name }];
  });
}

async function writeDecisions(
  client: PoolClient,
  corpId: string,
  decisions: readonly { readonly memberId: string; readonly oaUserId: string | null }[],
  { by, rule }: { readonly by: string; readonly rule: DecisionRule | null },
): Promise<void> {
  await bindMembers(
    client,
    corpId,
    decisions.flatMap(({ memberId, oaUserId }) =>
      oaUserId === null ? [] : [{ memberId, oaUserId, source: 'decided', matchedBy: rule, by }],
    ),
  );
  await client.query(
    `UPDATE link_conflict c SET decided_at = now(), decided_by = $2, rule = $3, oa_user_id = d."oaUserId"
     FROM jsonb_to_recordset($4::jsonb) AS d ("memberId" text, "oaUserId" text)
     WHERE c.corp_id = $1 AND c.member_id = d."memberId"`,
    [corpId, by, rule, JSON.stringify(decisions)],
  );
}
