import type { PoolClient } from 'pg';
import type { Change } from '../domain/directory/push/changes';
import { refKey, type DepartmentRef } from '../domain/directory/push/department-match';
import type { OaNode } from '../domain/directory/push/snapshot';
import { knownValue, sameValue } from '../domain/directory/push/values';
import { memberColumns, readOaNodes, toSnapshotMember, type MemberRow } from './push-snapshot';

/** Which of the things behind a plan differ from what it was made of. */
export type PlanMovement = { readonly settings: boolean; readonly records: boolean };

type Connection = Pick<PoolClient, 'query'>;

type Planned = {
  readonly runId: string;
  readonly corpId: string;
  readonly plannedAt: Date;
  readonly settingsMoved: boolean;
  /** The OA was fed since. */
  readonly oaMoved: boolean;
  /** A pull has reached the mirror since, or somebody else wrote. */
  readonly wecomMoved: boolean;
};

/** What waits to be applied or released; the rest is nobody's approval any more. */
const openRows = `c.run_id = $1 AND NOT c.left_out AND c.status IN ('pending', 'held')`;

const rowsPerPage = 2_000;

/** Looks at the records behind the changes that are still to be made, and at nothing else. */
export async function findMovement(client: Connection, runId: string): Promise<PlanMovement> {
  const planned = await readPlanned(client, runId);
  if (planned === undefined) throw new Error(`Run ${runId} has no plan`);
  const records =
    (planned.oaMoved && ((await usersMoved(client, planned)) || (await nodesMoved(client, planned)))) ||
    (await bindingsMoved(client, planned)) ||
    (await goneFromWecom(client, planned)) ||
    (planned.wecomMoved &&
      ((await membersMoved(client, planned)) || (await departmentsMoved(client, planned))));
  return { settings: planned.settingsMoved, records };
}

async function readPlanned(client: Connection, runId: string): Promise<Planned | undefined> {
  const { rows } = await client.query<Planned>(
    `SELECT p.run_id AS "runId", p.corp_id AS "corpId", p.planned_at AS "plannedAt",
            coalesce(r.settings_version, 0) <>
              coalesce((SELECT max(version) FROM directory_settings s WHERE s.corp_id = p.corp_id), 0) AS "settingsMoved",
            coalesce(p.oa_version, 0) <>
              coalesce((SELECT max(version) FROM oa_directory_version), 0) AS "oaMoved",
            EXISTS (SELECT FROM run o WHERE o.corp_id = p.corp_id AND o.merged_at > p.planned_at)
              OR EXISTS (SELECT FROM push_plan o JOIN push_change c ON c.run_id = o.run_id
                          WHERE o.corp_id = p.corp_id AND o.run_id <> p.run_id AND c.corp_id = p.corp_id
                            AND c.status = 'done' AND c.finished_at > p.planned_at) AS "wecomMoved"
       FROM push_plan p JOIN run r ON r.id = p.run_id WHERE p.run_id = $1 AND p.planned_at IS NOT NULL`,
    [runId],
  );
  return rows[0];
}

async function usersMoved(client: Connection, { runId, plannedAt }: Planned): Promise<boolean> {
  return any(
    client,
    `SELECT FROM push_change c JOIN oa_user u ON u.id = c.oa_user_id WHERE ${openRows} AND u.updated_at > $2`,
    [runId, plannedAt],
  );
}

async function nodesMoved(client: Connection, { runId }: Planned): Promise<boolean> {
  const { rows } = await client.query<{ change: Change }>(
    `SELECT c.change FROM push_change c WHERE ${openRows} AND c.oa_key IS NOT NULL`,
    [runId],
  );
  if (rows.length === 0) return false;
  const nodes = new Map((await readOaNodes(client)).map((node) => [node.key, node]));
  const links = await client.query<{ oaKey: string; departmentId: number }>(
    `SELECT oa_key AS "oaKey", department_id AS "departmentId" FROM department_link
      WHERE corp_id = (SELECT corp_id FROM run WHERE id = $1)`,
    [runId],
  );
  const linked = new Map(links.rows.map(({ oaKey, departmentId }) => [oaKey, departmentId]));
  return rows.some(({ change }) => isOfAnotherNode(change, nodes, linked));
}

function isOfAnotherNode(
  change: Change,
  nodes: ReadonlyMap<string, OaNode>,
  linked: ReadonlyMap<string, number>,
): boolean {
  switch (change.action) {
    case 'createDepartment':
    case 'renameDepartment':
    case 'moveDepartment': {
      const node = nodes.get(change.oaKey);
      // The folder of disabled members is nobody's department.
      if (node === undefined) return !change.oaKey.startsWith('folder:');
      const plannedName = change.rule.params['alteredFrom'] ?? change.after.name;
      if (plannedName !== null && plannedName !== node.name) return true;
      return node.parentKey !== null && !isPlaceOf(change.after.parent, node.parentKey, linked);
    }
    case 'createOaDepartment':
      return nodes.has(change.oaKey);
    case 'renameOaDepartment':
    case 'moveOaDepartment':
    case 'removeOaDepartment': {
      const node = nodes.get(change.oaKey);
      return (
        node === undefined || node.name !== change.before.name || node.parentKey !== change.before.parentKey
      );
    }
    case 'linkDepartment':
      return !nodes.has(change.oaKey);
    case 'deleteDepartment':
      return nodes.has(change.oaKey) && change.rule.code === 'gone-from-oa';
    default:
      return false;
  }
}

function isPlaceOf(ref: DepartmentRef, oaKey: string, linked: ReadonlyMap<string, number>): boolean {
  const departmentId = linked.get(oaKey);
  if (ref.kind === 'planned') return ref.oaKey === oaKey;
  // Not linked yet: the plan links it, and the plan stands.
  return departmentId === undefined || ref.departmentId === departmentId;
}

async function bindingsMoved(client: Connection, { runId, corpId }: Planned): Promise<boolean> {
  const otherPerson = `
    SELECT FROM push_change c LEFT JOIN binding b ON b.member_id = c.member_id
     WHERE ${openRows} AND c.action IN ('updateUser', 'enableUser', 'disableUser', 'deleteUser')
       AND c.change_id NOT LIKE 'undo:%'
       AND (b.oa_user_id <> c.oa_user_id OR b.member_id IS NULL AND NOT EXISTS (
              SELECT FROM push_change bind
               WHERE bind.run_id = c.run_id AND bind.action = 'bindUser' AND bind.oa_user_id = c.oa_user_id))`;
  const boundMeanwhile = `
    SELECT FROM push_change c JOIN binding b ON b.corp_id = $2 AND b.oa_user_id = c.oa_user_id
     WHERE ${openRows} AND c.action IN ('bindUser', 'createUser', 'createOaUser')`;
  const memberTaken = `
    SELECT FROM push_change c JOIN binding b ON b.member_id = c.member_id
     WHERE ${openRows} AND c.action IN ('bindUser', 'createOaUser')`;
  return (
    (await any(client, otherPerson, [runId])) ||
    (await any(client, boundMeanwhile, [runId, corpId])) ||
    (await any(client, memberTaken, [runId]))
  );
}

/** Of these it is the reason, or no matter at all. */
const mayBeGone = `(c.action IN ('departOaUser', 'removeOaDepartment')
  OR c.change_id LIKE 'undo:%' AND c.action LIKE '%Oa%')`;

async function goneFromWecom(client: Connection, { runId, corpId }: Planned): Promise<boolean> {
  const members = `SELECT FROM push_change c JOIN mirror_member m ON m.id = c.member_id
                    WHERE ${openRows} AND NOT ${mayBeGone} AND m.gone_at IS NOT NULL`;
  const departments = `SELECT FROM push_change c
                         JOIN mirror_department d ON d.corp_id = $2 AND d.department_id = c.department_id
                        WHERE ${openRows} AND NOT ${mayBeGone} AND d.gone_at IS NOT NULL`;
  return (await any(client, members, [runId])) || (await any(client, departments, [runId, corpId]));
}

async function membersMoved(client: Connection, { runId, plannedAt }: Planned): Promise<boolean> {
  for (let after = -1; ;) {
    const { rows } = await client.query<MemberRow & { seq: number; change: Change }>(
      `SELECT c.seq, c.change, ${memberColumns}
         FROM push_change c JOIN mirror_member m ON m.id = c.member_id
        WHERE ${openRows} AND c.seq > $3 AND (m.last_seen_at > $2 OR m.written_at > $2)
        ORDER BY c.seq LIMIT ${rowsPerPage}`,
      [runId, plannedAt, after],
    );
    if (rows.some(isOfAnotherMember)) return true;
    const last = rows.at(-1);
    if (last === undefined || rows.length < rowsPerPage) return false;
    after = last.seq;
  }
}

function isOfAnotherMember(row: MemberRow & { readonly change: Change }): boolean {
  const { change } = row;
  const member = toSnapshotMember(row);
  switch (change.action) {
    case 'updateUser':
    case 'enableUser':
    case 'disableUser':
    case 'deleteUser': {
      const { values, placement } = change.before;
      const differs = Object.entries(values).some(([field, value]) => {
        const known = knownValue(member, field);
        if (value === null || known === undefined) return known !== undefined;
        return !sameValue(field, known, value);
      });
      if (differs) return true;
      if (placement === null) return false;
      const before = new Set(placement.departments.map(refKey));
      return (
        before.size !== member.departments.length ||
        member.departments.some((departmentId) => !before.has(`#${departmentId}`))
      );
    }
    default:
      return false;
  }
}

async function departmentsMoved(client: Connection, { runId, corpId }: Planned): Promise<boolean> {
  const { rows } = await client.query<{ change: Change; name: string | null; parentId: number }>(
    `SELECT c.change, d.parent_id AS "parentId",
            CASE WHEN d.written_at > d.last_seen_at THEN coalesce(d.written->>'name', d.name) ELSE d.name END AS name
       FROM push_change c JOIN mirror_department d ON d.corp_id = $2 AND d.department_id = c.department_id
      WHERE ${openRows} AND c.action IN ('renameDepartment', 'moveDepartment', 'deleteDepartment')`,
    [runId, corpId],
  );
  return rows.some(({ change, name, parentId }) => {
    switch (change.action) {
      case 'renameDepartment':
      case 'moveDepartment':
        return change.before.name !== name || refKey(change.before.parent) !== `#${parentId}`;
      case 'deleteDepartment':
        return refKey(change.before.parent) !== `#${parentId}`;
      default:
        return false;
    }
  });
}

async function any(client: Connection, query: string, params: readonly unknown[]): Promise<boolean> {
  const { rows } = await client.query<{ any: boolean }>(`SELECT EXISTS (${query}) AS any`, [...params]);
  return rows[0]?.any ?? false;
}
