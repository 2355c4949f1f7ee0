import type { OaDepartment, OaDirectory, OaDirectoryReader, OaSubcompany, OaUser } from '../oa/port';
import { chunksOf } from './chunks';
import type { Database } from './database';
import type { Prisma } from './generated/client';
import { insertVersion } from './oa-directory-feed';

export interface OaDirectoryStore extends OaDirectoryReader {
  /** The demo's directory, whole, in one transaction: readers see the old one or the new one. */
  seed(directory: OaDirectory): Promise<void>;
  isEmpty(): Promise<boolean>;
  /** Those of them that there are. */
  usersOf(ids: readonly string[]): Promise<OaUser[]>;
  departmentsOf(ids: {
    readonly departments: readonly string[];
    readonly subcompanies: readonly string[];
  }): Promise<{ departments: OaDepartment[]; subcompanies: OaSubcompany[] }>;
}

type UserRow = Prisma.OaUserGetPayload<object>;

/** One statement stays well below what Postgres takes as a parameter. */
const rowsPerStatement = 5_000;

export function createOaDirectoryStore(db: Database): OaDirectoryStore {
  const { prisma, pool } = db;
  return {
    async listSubcompanies() {
      return prisma.oaSubcompany.findMany({ orderBy: [{ order: 'asc' }, { id: 'asc' }] });
    },

    async listDepartments() {
      return prisma.oaDepartment.findMany({ orderBy: [{ order: 'asc' }, { id: 'asc' }] });
    },

    async searchUsers({ q, departmentId, after, limit }) {
      const where: Prisma.OaUserWhereInput = {
        ...(departmentId === undefined
          ? {}
          : { OR: [{ departmentId }, { partTimeDepartmentIds: { has: departmentId } }] }),
        ...(q === undefined ? {} : { AND: { OR: matches(q) } }),
      };
      const [total, rows] = await Promise.all([
        prisma.oaUser.count({ where }),
        prisma.oaUser.findMany({
          where: after === undefined ? where : { ...where, id: { gt: after } },
          orderBy: { id: 'asc' },
          take: limit + 1,
        }),
      ]);
      return { items: rows.slice(0, limit).map(toUser), total, hasMore: rows.length > limit };
    },

    async findUser(id) {
      const row = await prisma.oaUser.findUnique({ where: { id } });
      return row === null ? undefined : toUser(row);
    },

    async unknownIds({ subcompanies, departments, users }) {
      const unknown = async (
        table: 'oa_subcompany' | 'oa_department' | 'oa_user',
        ids: readonly string[],
      ) => {
        if (ids.length === 0) return [];
        const { rows } = await pool.query<{ id: string }>(
          `SELECT id FROM unnest($1::text[]) AS given (id) WHERE NOT EXISTS (SELECT FROM ${table} t WHERE t.id = given.id)`,
          [ids],
        );
        return rows.map((row) => row.id);
      };
      return {
        subcompanies: await unknown('oa_subcompany', subcompanies),
        departments: await unknown('oa_department', departments),
        users: await unknown('oa_user', users),
      };
    },

    async seed({ subcompanies, departments, users }) {
      await db.transaction(async (client) => {
        await client.query('DELETE FROM oa_user');
        await client.query('DELETE FROM oa_department');
        await client.query('DELETE FROM oa_subcompany');
        for (const rows of chunksOf(subcompanies, rowsPerStatement)) {
          await client.query(
            `INSERT INTO oa_subcompany (id, name, parent_id, "order")
             SELECT id, name, "parentId", "order" FROM jsonb_to_recordset($1::jsonb)
               AS r (id text, name text, "parentId" text, "order" int)`,
            [JSON.stringify(rows)],
          );
        }
        for (const rows of chunksOf(departments, rowsPerStatement)) {
          await client.query(
            `INSERT INTO oa_department (id, name, parent_id, subcompany_id, "order")
             SELECT id, name, "parentId", "subcompanyId", "order" FROM jsonb_to_recordset($1::jsonb)
               AS r (id text, name text, "parentId" text, "subcompanyId" text, "order" int)`,
            [JSON.stringify(rows)],
          );
        }
        for (const rows of chunksOf(users, rowsPerStatement)) {
          await client.query(
            `INSERT INTO oa_user (id, login_id, job_number, name, mobile, email, gender, position, telephone, department_id,
                                  part_time_department_ids, manager_id, "order", status, custom, departed_at, updated_at)
             SELECT id, "loginId", "jobNumber", name, mobile, email, gender, position, telephone, "departmentId",
                    ARRAY(SELECT jsonb_array_elements_text("partTimeDepartmentIds")), "managerId", "order", status, custom,
                    CASE WHEN status = 'departed' THEN now() END, now()
               FROM jsonb_to_recordset($1::jsonb)
                 AS r (id text, "loginId" text, "jobNumber" text, name text, mobile text, email text, gender text,
                       position text, telephone text, "departmentId" text, "partTimeDepartmentIds" jsonb, "managerId" text,
                       "order" int, status text, custom jsonb)`,
            [JSON.stringify(rows)],
          );
        }
        await client.query('DELETE FROM oa_directory_version');
        await insertVersion(client, {
          version: 1,
          source: 'demo',
          fedBy: 'system:demo',
          counts: {},
          loss: { lost: 0, of: 0 },
          confirmed: true,
        });
      });
    },

    async usersOf(ids) {
      if (ids.length === 0) return [];
      return (await prisma.oaUser.findMany({ where: { id: { in: [...ids] } } })).map(toUser);
    },

    async departmentsOf({ departments, subcompanies }) {
      const [found, above] = await Promise.all([
        prisma.oaDepartment.findMany({ where: { id: { in: [...departments] } } }),
        prisma.oaSubcompany.findMany({ where: { id: { in: [...subcompanies] } } }),
      ]);
      return { departments: found, subcompanies: above };
    },

    async isEmpty() {
      return (await prisma.oaUser.findFirst({ select: { id: true } })) === null;
    },
  };
}

function matches(q: string): Prisma.OaUserWhereInput[] {
  // A percent sign typed by a person means itself.
  const contains = q.replace(/[\\%_]/g, '\\$&');
  return [
    { id: q },
    { name: { contains, mode: 'insensitive' } },
    { loginId: { contains, mode: 'insensitive' } },
    { jobNumber: { contains, mode: 'insensitive' } },
  ];
}

function toUser({
  departedAt: _departedAt,
  departedVersion: _version,
  updatedAt: _updatedAt,
  ...row
}: UserRow): OaUser {
  return {
    ...row,
    gender: row.gender as OaUser['gender'],
    status: row.status as OaUser['status'],
    custom: row.custom as Record<string, string>,
  };
}
