import type { PlanOnly } from '../domain/directory/push/only';
import { departmentKey, subcompanyKey } from '../domain/directory/push/snapshot';
import type { Database } from './database';

/** People and departments as a caller names them. */
export type NamedSubjects = {
  readonly oaUserIds?: readonly string[] | undefined;
  /** WeCom's userids; upper and lower case are the same. */
  readonly userIds?: readonly string[] | undefined;
  readonly oaKeys?: readonly string[] | undefined;
};

export type ResolvedSubjects = {
  /** By ids alone: a userid often is a name, and stays here. */
  readonly only: PlanOnly;
  /** Where in which list somebody is named whom nobody knows. */
  readonly unknown: readonly {
    readonly list: keyof NamedSubjects;
    readonly index: number;
    readonly id: string;
  }[];
};

export interface PushSubjectStore {
  resolve(corpId: string, named: NamedSubjects): Promise<ResolvedSubjects>;
}

export function createPushSubjectStore({ pool }: Pick<Database, 'pool'>): PushSubjectStore {
  return {
    async resolve(corpId, { oaUserIds = [], userIds = [], oaKeys = [] }) {
      const users = await pool.query<{ id: string }>(
        `SELECT id FROM oa_user WHERE id = ANY ($2::text[])
         UNION SELECT oa_user_id FROM binding WHERE corp_id = $1 AND oa_user_id = ANY ($2::text[])`,
        [corpId, oaUserIds],
      );
      const members = await pool.query<{ id: string; key: string }>(
        `SELECT id, user_id_key AS key FROM mirror_member
          WHERE corp_id = $1 AND gone_at IS NULL AND user_id_key = ANY (SELECT lower(given) FROM unnest($2::text[]) AS given)`,
        [corpId, userIds],
      );
      const keys = await pool.query<{ key: string }>(
        `SELECT $2 || id AS key FROM oa_department WHERE $2 || id = ANY ($4::text[])
         UNION SELECT $3 || id FROM oa_subcompany WHERE $3 || id = ANY ($4::text[])
         UNION SELECT oa_key FROM department_link WHERE corp_id = $1 AND oa_key = ANY ($4::text[])`,
        [corpId, departmentKey(''), subcompanyKey(''), oaKeys],
      );
      const knownUsers = new Set(users.rows.map(({ id }) => id));
      const knownMembers = new Map(members.rows.map(({ id, key }) => [key, id]));
      const knownKeys = new Set(keys.rows.map(({ key }) => key));
      const missing = (
        list: keyof NamedSubjects,
        ids: readonly string[],
        isKnown: (id: string) => boolean,
      ): ResolvedSubjects['unknown'] =>
        ids.flatMap((id, index) => (isKnown(id) ? [] : [{ list, index, id }]));
      const memberIds = [...new Set(knownMembers.values())];
      return {
        only: {
          ...(oaUserIds.length === 0 ? {} : { oaUserIds: [...new Set(oaUserIds)] }),
          ...(memberIds.length === 0 ? {} : { memberIds }),
          ...(oaKeys.length === 0 ? {} : { oaKeys: [...new Set(oaKeys)] }),
        },
        unknown: [
          ...missing('oaUserIds', oaUserIds, (id) => knownUsers.has(id)),
          ...missing('userIds', userIds, (id) => knownMembers.has(id.toLowerCase())),
          ...missing('oaKeys', oaKeys, (key) => knownKeys.has(key)),
        ],
      };
    },
  };
}
