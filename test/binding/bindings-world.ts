import { randomUUID } from 'node:crypto';
import { strToU8, zipSync } from 'fflate';
import { readSheet } from 'read-excel-file/node';
import type { Answer, TestApi } from '../api/harness';
import { writeXlsx, type Cell } from '../../api/exports/xlsx';

/** A corp whose mirror is filled by hand: what the bridge makes of it is what is tested. */

export type MirrorMember = {
  readonly userId: string;
  readonly name?: string;
  readonly departments?: readonly number[];
  readonly status?: number;
  readonly seen?: Readonly<Record<string, unknown>>;
  readonly written?: Readonly<Record<string, unknown>>;
  readonly gone?: boolean;
};

export type OaPerson = {
  readonly id: string;
  readonly loginId?: string;
  readonly name?: string;
  readonly jobNumber?: string;
  readonly mobile?: string;
  readonly email?: string;
  readonly departmentId?: string;
  readonly status?: 'active' | 'departed';
};

export async function connectCorp(api: TestApi): Promise<{ readonly id: string; readonly corpId: string }> {
  const { corpId, contactsSecret } = await api.createCorp();
  const { body } = await api.call('/corps', { body: { name: '测试企业', corpId, contactsSecret } });
  await api.db.pool.query(
    `INSERT INTO mirror_department (corp_id, department_id, parent_id, name) VALUES ($1, 1, 0, '测试企业'), ($1, 2, 1, '研发部')`,
    [body.id],
  );
  return { id: String(body.id), corpId };
}

export async function addMembers(
  api: TestApi,
  corp: string,
  members: readonly MirrorMember[],
): Promise<ReadonlyMap<string, string>> {
  const rows = members.map((member) => ({
    id: randomUUID(),
    departments: [2],
    status: 1,
    gone: false,
    ...member,
  }));
  await api.db.pool.query(
    `INSERT INTO mirror_member (id, corp_id, user_id_key, user_id, name, departments, status, seen, written, details_seen_at,
       gone_at)
     SELECT id, $1, lower("userId"), "userId", name, departments, status,
            coalesce(seen, '{}') || jsonb_strip_nulls(jsonb_build_object('name', name)), written, now(),
            CASE WHEN gone THEN now() END
     FROM jsonb_to_recordset($2::jsonb) AS m (id text, "userId" text, name text, departments int[], status int, seen jsonb,
       written jsonb, gone boolean)`,
    [corp, JSON.stringify(rows)],
  );
  return new Map(rows.map(({ id, userId }) => [userId, id]));
}

/** The whole OA, as it is from now on; `departed` ones are known to have left. */
export async function feedOa(api: TestApi, people: readonly OaPerson[]): Promise<void> {
  const { status, text } = await api.call('/oa/directory?allowEmpty=true', {
    method: 'PUT',
    body: {
      subcompanies: [{ id: 's1', name: '总部' }],
      departments: [{ id: 'd1', name: '研发部', subcompanyId: 's1' }],
      users: people.map((person) => ({
        loginId: person.id,
        name: person.id,
        departmentId: 'd1',
        ...person,
      })),
    },
  });
  if (status !== 200) throw new Error(text);
}

export async function upload(
  api: TestApi,
  path: string,
  content: string | Uint8Array,
  { token = api.adminToken, lang = 'zh-CN' }: { readonly token?: string; readonly lang?: string } = {},
): Promise<Answer> {
  const form = new FormData();
  const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content);
  form.set('file', new Blob([new Uint8Array(bytes)]), '关联.xlsx');
  const response = await fetch(`${api.url}/api/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'accept-language': lang },
    body: form,
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
}

export async function workbook(head: readonly string[], rows: readonly (readonly Cell[])[]): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  const sheet = { name: '成员', widths: head.map(() => 12), head, rows: [rows] };
  for await (const chunk of writeXlsx([sheet])) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export async function readWorkbook(content: Uint8Array): Promise<string[][]> {
  const rows = await readSheet(Buffer.from(content));
  return rows.map((cells) => cells.map((cell) => (cell === null ? '' : String(cell))));
}

/** A workbook around the XML of one sheet, as Excel saves it. */
export function workbookOf(sheet: string): Uint8Array {
  const relationships = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const packageRelationships = 'http://schemas.openxmlformats.org/package/2006/relationships';
  return zipSync({
    '_rels/.rels': strToU8(
      `<Relationships xmlns="${packageRelationships}"><Relationship Id="r1" Type="${relationships}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ),
    'xl/workbook.xml': strToU8(
      `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${relationships}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>`,
    ),
    'xl/_rels/workbook.xml.rels': strToU8(
      `<Relationships xmlns="${packageRelationships}"><Relationship Id="r1" Type="${relationships}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    ),
    'xl/worksheets/sheet1.xml': strToU8(
      `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${sheet}</sheetData></worksheet>`,
    ),
  });
}
