import type { PoolClient } from 'pg';
import { departmentsField, enabledField, nameField, parentField } from '../domain/directory/drift/judge';
import { activeDriftStates } from '../domain/directory/drift/listing';
import type { LedgerEffect } from './push-ledger';

/** What became of changes by hand about which somebody decided. */

type Connection = Pick<PoolClient, 'query'>;

/** What a push has written is as the bridge wants it: whoever changed it by hand, it is no more. */
export async function endDriftOfWrites(
  client: Connection,
  { runId, corpId }: { readonly runId: string; readonly corpId: string },
  effects: readonly LedgerEffect[],
): Promise<void> {
  const members = effects.flatMap((effect) => {
    switch (effect.kind) {
      case 'member-created':
        return [{ userId: effect.userId, fields: [], everything: true }];
      case 'member-written':
        return [
          {
            userId: effect.userId,
            fields: [
              ...Object.keys(effect.values),
              ...(effect.placement === null ? [] : [departmentsField]),
              ...(effect.enabled === null ? [] : [enabledField]),
            ],
            everything: false,
          },
        ];
      default:
        return [];
    }
  });
  if (members.length > 0) {
    await client.query(
      `UPDATE drift d SET ${endedByWrite}
       FROM jsonb_to_recordset($4::jsonb) AS e ("userId" text, fields text[], everything boolean)
       JOIN mirror_member m ON m.corp_id = $1 AND m.user_id_key = lower(e."userId")
       WHERE d.corp_id = $1 AND d.kind = 'member' AND d.member_id = m.id AND d.state = ANY($3::text[])
         AND (e.everything OR d.field = ANY(e.fields))`,
      [corpId, runId, activeDriftStates, JSON.stringify(members)],
    );
  }

  const departments = effects.flatMap((effect): WrittenDepartment[] =>
    effect.kind === 'department-written'
      ? [
          {
            departmentId: effect.departmentId,
            fields: [
              ...(effect.name === null ? [] : [nameField]),
              ...(effect.parentId === null ? [] : [parentField]),
            ],
            oaKey: null,
          },
        ]
      : // Made anew, it has another number: the OA's department tells that it is the same.
        effect.kind === 'department-linked'
        ? [{ departmentId: null, fields: [], oaKey: effect.oaKey }]
        : [],
  );
  if (departments.length > 0) {
    await client.query(
      `UPDATE drift d SET ${endedByWrite}
       FROM jsonb_to_recordset($4::jsonb) AS e ("departmentId" int, fields text[], "oaKey" text)
       WHERE d.corp_id = $1 AND d.kind = 'department' AND d.state = ANY($3::text[])
         AND (d.department_id = e."departmentId" AND d.field = ANY(e.fields)
              OR d.field = 'existence' AND d.before->>'oaKey' = e."oaKey")`,
      [corpId, runId, activeDriftStates, JSON.stringify(departments)],
    );
  }
}

type WrittenDepartment = {
  readonly departmentId: number | null;
  readonly fields: readonly string[];
  readonly oaKey: string | null;
};

/** Ignored until the OA wants something else: that has come. */
const endedByWrite = `state = CASE WHEN d.state = 'ignored' THEN 'gone' ELSE 'reverted' END, run_id = $2`;

/** As a run ends, in the same transaction. */
export async function endDecisionsOfRun(client: Connection, runId: string): Promise<void> {
  const { rows } = await client.query<{ corpId: string }>(
    `SELECT DISTINCT corp_id AS "corpId" FROM drift WHERE run_id = $1 AND state IN ('accepting', 'reverting')
       AND corp_id = (SELECT corp_id FROM run WHERE id = $1)`,
    [runId],
  );
  for (const { corpId } of rows) await endDecisions(client, corpId);
}

/**
 * Decisions whose run has ended. What was to be written back and was not is open again; what was to be accepted is so
 * once the OA has it. A run that was never begun is given up after a while.
 */
export async function endDecisions(client: Connection, corpId: string): Promise<void> {
  const { rows } = await client.query<{ id: string; isAccepted: boolean }>(
    `SELECT d.id, d.state = 'accepting' AND COALESCE(
              CASE WHEN about.changes > 0 THEN about.done = about.changes ELSE run.phase = 'done' END, false) AS "isAccepted"
     FROM drift d
     LEFT JOIN run ON run.id = d.run_id
     LEFT JOIN LATERAL (
       SELECT count(*) AS changes, count(*) FILTER (WHERE c.status = 'done') AS done
       FROM push_change c
       LEFT JOIN binding b ON b.corp_id = d.corp_id AND b.member_id = d.member_id
       LEFT JOIN department_link l ON l.corp_id = d.corp_id AND l.department_id = d.department_id
       WHERE c.run_id = d.run_id AND CASE d.kind
         WHEN 'member' THEN c.member_id = d.member_id OR c.oa_user_id = b.oa_user_id
         ELSE c.department_id = d.department_id OR c.oa_key = l.oa_key END
     ) AS about ON true
     WHERE d.corp_id = $1 AND d.state IN ('accepting', 'reverting')
       AND (run.finished_at IS NOT NULL OR run.id IS NULL AND d.decided_at < now() - interval '10 minutes')
     FOR UPDATE OF d SKIP LOCKED`,
    [corpId],
  );
  if (rows.length === 0) return;
  const accepted = rows.flatMap(({ id, isAccepted }) => (isAccepted ? [id] : []));
  await client.query(
    `UPDATE drift SET state = 'open', decided_by = NULL, decided_at = NULL, oa_value = NULL
     WHERE id = ANY($1::text[]) AND NOT id = ANY($2::text[])`,
    [rows.map(({ id }) => id), accepted],
  );
  if (accepted.length === 0) return;
  await client.query(`UPDATE drift SET state = 'accepted' WHERE id = ANY($1::text[])`, [accepted]);
  await takeAsWritten(client, accepted);
}

/** The OA has come to want what somebody made of it by hand: nothing is left to decide. */
export async function endAgreed(
  client: Connection,
  corpId: string,
  driftIds: readonly string[],
): Promise<void> {
  const { rows } = await client.query<{ id: string }>(
    `UPDATE drift SET state = 'gone', last_seen_at = now()
     WHERE corp_id = $1 AND id = ANY($2::text[]) AND state = 'open' RETURNING id`,
    [corpId, driftIds],
  );
  if (rows.length > 0)
    await takeAsWritten(
      client,
      rows.map(({ id }) => id),
    );
}

/** From now on this is what the OA wants: the next change by hand is held against it. */
async function takeAsWritten(client: Connection, driftIds: readonly string[]): Promise<void> {
  await client.query(
    `UPDATE mirror_member m SET written = m.written || accepted."values"
     FROM (SELECT member_id, jsonb_object_agg(field, after) AS "values" FROM drift
           WHERE id = ANY($1::text[]) AND kind = 'member' AND jsonb_typeof(after) = 'string' AND field <> $2
           GROUP BY member_id) AS accepted
     WHERE m.id = accepted.member_id AND m.written IS NOT NULL`,
    [driftIds, enabledField],
  );
  await client.query(
    `UPDATE mirror_member m SET departments_from_oa = ARRAY(
       SELECT l.department_id FROM jsonb_array_elements_text(d.after) AS place (id)
       JOIN department_link l ON l.corp_id = d.corp_id AND l.department_id = place.id::int ORDER BY 1)
     FROM drift d
     WHERE d.id = ANY($1::text[]) AND d.kind = 'member' AND d.field = $2 AND m.id = d.member_id
       AND cardinality(m.departments_from_oa) > 0`,
    [driftIds, departmentsField],
  );
  await client.query(
    `UPDATE mirror_department m SET written = m.written || accepted."values"
     FROM (SELECT corp_id, department_id,
                  jsonb_object_agg(CASE field WHEN $3 THEN 'parentId' ELSE field END, after) AS "values"
           FROM drift WHERE id = ANY($1::text[]) AND kind = 'department' AND field IN ($2, $3)
           GROUP BY corp_id, department_id) AS accepted
     WHERE m.corp_id = accepted.corp_id AND m.department_id = accepted.department_id AND m.written IS NOT NULL`,
    [driftIds, nameField, parentField],
  );
}
