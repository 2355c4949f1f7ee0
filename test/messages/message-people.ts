import type { MessageTemplate } from '../../domain/messages/message';

/** People whom OA, WeCom and bindings know by the same numbers; both worlds of messages are full of them. */

export type Sql = <T extends object>(text: string, params?: readonly unknown[]) => Promise<T[]>;

export const userIdOf = (number: number): string => `u${number}`;
export const oaIdOf = (number: number): string => `U${number}`;

export const usualTemplate: MessageTemplate = {
  type: 'text',
  title: null,
  content: null,
  buttonText: null,
  imageUrl: null,
  url: null,
};

/** As the simulator takes them. */
export const membersInWecom = (people: number): readonly object[] =>
  Array.from({ length: people }, (_, index) => ({
    userid: userIdOf(index + 1),
    name: `Person ${index + 1}`,
    department: [1],
    mobile: `1990${String(index).padStart(7, '0')}`,
  }));

export async function addOaPeople(sql: Sql, people: number): Promise<void> {
  await sql(
    `INSERT INTO oa_user (id, login_id, name, updated_at)
     SELECT 'U' || n, 'u' || n, 'Person ' || n, now() FROM generate_series(1, $1::int) n`,
    [people],
  );
}

/** As a pull and a push would have left them. */
export async function bindPeople(sql: Sql, corpId: string, people: number): Promise<void> {
  await sql(
    `INSERT INTO mirror_member (id, corp_id, user_id, user_id_key, departments, name, status)
     SELECT $1 || '-m' || n, $1, 'u' || n, 'u' || n, '{1}', 'Person ' || n, 1 FROM generate_series(1, $2::int) n`,
    [corpId, people],
  );
  await sql(
    `INSERT INTO binding (corp_id, member_id, oa_user_id, source)
     SELECT $1, $1 || '-m' || n, 'U' || n, 'manual' FROM generate_series(1, $2::int) n`,
    [corpId, people],
  );
}
