import type { HandOverItem } from '../domain/departures/departure';
import type { Database } from './database';

/** Whose belongings are looked for, with what the bridge knows of them by itself. */
export type HandOverSubject = {
  readonly departureId: string;
  readonly userId: string;
  /** Tasks that nobody has decided, and that lie on a card of theirs. */
  readonly todos: HandOverItem;
  readonly subordinates: HandOverItem;
  readonly ledDepartments: HandOverItem;
};

export interface HandOverStore {
  /** The open ones of these departures. */
  subjects(corpId: string, departureIds: readonly string[]): Promise<readonly HandOverSubject[]>;
}

export const handOverNamesAtMost = 5;

type Row = {
  departureId: string;
  userId: string;
  todos: number;
  subordinates: number;
  subordinateNames: string[];
  led: number;
  ledNames: string[];
};

/**
 * Somebody reports to them by WeCom's word or by the OA's, and is one person where both say so. They lead a department
 * where WeCom names them; once they have been moved out of it, as long as nobody else leads it.
 */
const subjectsSql = `
  WITH subject AS (
    SELECT d.id, d.user_id, lower(d.user_id) AS key, d.oa_user_id, d.member_id, d.remembered
      FROM departure d WHERE d.corp_id = $1 AND d.id = ANY($2::text[]) AND d.closed_at IS NULL
  ),
  report AS (
    SELECT s.id, 'member ' || m.id AS who, coalesce(m.name, '') AS name
      FROM mirror_member m
      CROSS JOIN LATERAL jsonb_array_elements_text(
        CASE WHEN m.written ? 'direct_leader' AND m.written_at > coalesce(m.details_seen_at, '-infinity')
               THEN jsonb_build_array(m.written->>'direct_leader')
             WHEN jsonb_typeof(m.seen->'directLeaders') = 'array' THEN m.seen->'directLeaders'
             ELSE '[]' END) AS leader
      JOIN subject s ON s.key = lower(leader.value) AND s.member_id <> m.id
     WHERE m.corp_id = $1 AND m.gone_at IS NULL AND coalesce(m.status, 1) NOT IN (2, 5)
    UNION ALL
    SELECT s.id, coalesce('member ' || b.member_id, 'oa ' || u.id), u.name
      FROM oa_user u
      JOIN subject s ON s.oa_user_id = u.manager_id AND s.oa_user_id <> u.id
      LEFT JOIN binding b ON b.corp_id = $1 AND b.oa_user_id = u.id
     WHERE u.status = 'active'
  ),
  reporting AS (
    SELECT id, count(*)::int AS count, array_agg(name ORDER BY name COLLATE "C") FILTER (WHERE name <> '') AS names
      FROM (SELECT id, who, max(name) AS name FROM report GROUP BY id, who) AS each_once GROUP BY id
  ),
  led AS (
    SELECT s.id, count(*)::int AS count,
           array_agg(d.name ORDER BY d.department_id) FILTER (WHERE d.name IS NOT NULL) AS names
      FROM subject s
      JOIN mirror_department d ON d.corp_id = $1 AND d.gone_at IS NULL
       AND (d.leaders ? s.user_id
            OR s.remembered->'leaderIn' @> to_jsonb(d.department_id)
               AND jsonb_array_length(coalesce(d.leaders, '[]')) = 0)
     GROUP BY s.id
  ),
  undecided AS (
    SELECT s.id, count(DISTINCT t.task_id)::int AS count
      FROM subject s
      JOIN message_recipient r ON r.oa_user_id = s.oa_user_id AND r.state = 'sent' AND r.card_state IN ('outstanding', 'stale')
      JOIN message_push p ON p.id = r.push_id
      JOIN oa_event e ON e.id = p.event_id
      JOIN todo t ON t.task_id = e.task_id AND t.target = 'oa' AND t.state IN ('open', 'deciding')
     GROUP BY s.id
  )
  SELECT s.id AS "departureId", s.user_id AS "userId", coalesce(u.count, 0) AS todos,
         coalesce(r.count, 0) AS subordinates, coalesce(r.names[1:$3], '{}') AS "subordinateNames",
         coalesce(l.count, 0) AS led, coalesce(l.names[1:$3], '{}') AS "ledNames"
    FROM subject s LEFT JOIN reporting r ON r.id = s.id LEFT JOIN led l ON l.id = s.id
    LEFT JOIN undecided u ON u.id = s.id`;

export function createHandOverStore({ pool }: Database): HandOverStore {
  return {
    async subjects(corpId, departureIds) {
      const { rows } = await pool.query<Row>(subjectsSql, [corpId, departureIds, handOverNamesAtMost]);
      return rows.map(({ departureId, userId, todos, subordinates, subordinateNames, led, ledNames }) => ({
        departureId,
        userId,
        todos: { kind: 'todos', count: todos, names: [] },
        subordinates: { kind: 'subordinates', count: subordinates, names: subordinateNames },
        ledDepartments: { kind: 'led-departments', count: led, names: ledNames },
      }));
    },
  };
}
