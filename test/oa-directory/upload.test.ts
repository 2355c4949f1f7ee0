import iconv from 'iconv-lite';
import { strToU8, zipSync } from 'fflate';
import type { TestApi } from '../api/harness';
import { startTestApi } from '../api/harness';

let api: TestApi;
/** Made first: packing it keeps this process busy for seconds. */
const bomb = workbookOf(new Uint8Array(160 * 1024 * 1024));

beforeAll(async () => {
  api = await startTestApi();
});
beforeEach(async () => {
  await api.db.pool.query(
    'TRUNCATE oa_user, oa_department, oa_subcompany, oa_directory_version, oa_feed_row, oa_upload',
  );
  const answer = await api.call('/oa/directory', {
    method: 'PUT',
    body: {
      subcompanies: [{ id: 's1', name: '总部' }],
      departments: [
        { id: 'd1', name: '研发部', subcompanyId: 's1' },
        { id: 'd2', name: '后端组', parentId: 'd1' },
        { id: 'd3', name: '销售部', subcompanyId: 's1' },
        { id: 'd4', name: '后端组', parentId: 'd3' },
      ],
      users: [
        {
          id: 'u1',
          loginId: 'zhangsan',
          name: '张三',
          jobNumber: '001',
          email: 'a@example.com',
          departmentId: 'd1',
        },
        { id: 'u2', loginId: 'lisi', name: '李四', jobNumber: '002', departmentId: 'd3' },
      ],
    },
  });
  expect(answer.status).toBe(200);
});
afterAll(() => api.close());

type Form = { readonly kind?: string; readonly mode?: string; readonly mapping?: object };

async function preview(content: string | Uint8Array, { kind = 'users', mode = 'patch', mapping }: Form = {}) {
  const form = new FormData();
  form.set('kind', kind);
  form.set('mode', mode);
  if (mapping !== undefined) form.set('mapping', JSON.stringify(mapping));
  const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content);
  form.set('file', new Blob([new Uint8Array(bytes)]), '员工.csv');
  const response = await fetch(`${api.url}/api/v1/oa/directory/preview`, {
    method: 'POST',
    headers: { authorization: `Bearer ${api.adminToken}`, 'accept-language': 'zh-CN' },
    body: form,
  });
  // Tests look into answers of every shape; the expectations are the check.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  return { status: response.status, body: (await response.json()) as any };
}
const apply = (previewId: string) => api.call(`/oa/directory/preview/${previewId}/apply`, { method: 'POST' });
const user = async (id: string) => (await api.call(`/oa/users/${id}`)).body;

it('shows what a CSV would change, changes nothing, and applies exactly that', async () => {
  const csv =
    '姓名,登录名,工号,手机,部门,岗位,状态,备注\n' +
    '张三,zhangsan,001,19900000001,总部/研发部/后端组,工程师,在职,x\n' +
    '王五,wangwu,003,19900000003,销售部,经理,在职,\n';
  const { status, body } = await preview(csv);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    applicable: true,
    format: 'csv',
    encoding: 'utf-8',
    mapping: { 姓名: 'name', 登录名: 'loginId', 部门: 'departmentId', 备注: null },
    counts: { rows: 2, valid: 2, wrong: 0, created: 1, updated: 1, departed: 0, unchanged: 0 },
    errors: [],
    totalErrors: 0,
  });
  expect(body.rows[0]).toEqual({
    row: 2,
    values: expect.objectContaining({ name: '张三', departmentId: '总部/研发部/后端组' }),
    errors: [],
  });
  expect((await api.call('/oa/directory')).body.version).toBe(1);
  expect((await user('u1')).position).toBeNull();

  const applied = await apply(body.previewId);
  expect([applied.status, applied.body]).toMatchObject([
    200,
    { version: 2, counts: { created: 1, updated: 1 } },
  ]);
  expect(await user('u1')).toMatchObject({ departmentId: 'd2', position: '工程师', email: 'a@example.com' });
  expect(await user('wangwu')).toMatchObject({
    loginId: 'wangwu',
    departmentId: 'd3',
    mobile: '19900000003',
  });
  expect((await apply(body.previewId)).body.error.code).toBe('preview_applied');
});

it('reads what Excel in China saves as CSV (GBK), and Unicode text with tabs', async () => {
  const gbk = iconv.encode('姓名,登录名,部门\r\n龔㸆,gong,研发部\r\n', 'gb18030');
  expect((await preview(gbk)).body).toMatchObject({
    encoding: 'gb18030',
    rows: [{ values: { name: '龔㸆', departmentId: '研发部' } }],
    counts: { created: 1 },
  });
  const utf16 = Buffer.concat([
    Buffer.from([0xff, 0xfe]),
    iconv.encode('姓名\t登录名\r\n赵六\tzhao\r\n', 'utf-16le'),
  ]);
  expect((await preview(utf16)).body).toMatchObject({ encoding: 'utf-16le', counts: { created: 1 } });
});

it('reads XLSX, phone numbers that Excel took for numbers included', async () => {
  const { body } = await preview(
    workbook([
      ['Name', 'Login name', 'Mobile', 'Department', 'Status'],
      ['Wang Wu', 'wangwu', 19900000003, 'd1', 'active'],
    ]),
  );
  expect(body).toMatchObject({ format: 'xlsx', encoding: null, applicable: true, counts: { created: 1 } });
  await apply(body.previewId);
  expect((await user('wangwu')).mobile).toBe('19900000003');
});

it('names every row and column that can not be used, and can then not be applied', async () => {
  const csv =
    '姓名,登录名,部门,性别,状态,直属上级,排序\n' +
    '张三,zhangsan,后端组,男,在职,,1\n' +
    ',wangwu,不存在的部门,x,休假,nobody,一\n' +
    '赵六,LISI,总部,女,在职,002,\n';
  const { body } = await preview(csv);
  expect(body.applicable).toBe(false);
  expect(body.counts).toMatchObject({ rows: 3, valid: 0, wrong: 3, created: 0 });
  const told = body.errors.map(({ row, column }: { row: number; column: string }) => `${row} ${column}`);
  expect(told.sort()).toEqual(
    ['2 部门', '3 姓名', '3 性别', '3 状态', '3 部门', '3 直属上级', '3 排序', '4 部门'].sort(),
  );
  expect(body.errors[0].message).toContain('后端组');
  const refused = await apply(body.previewId);
  expect([refused.status, refused.body.error.code]).toEqual([409, 'preview_has_errors']);
});

it('finds what only the whole directory shows: a login name that somebody else has', async () => {
  const { body } = await preview('id,姓名,登录名\nu9,某某,LiSi\n');
  expect(body).toMatchObject({ applicable: false, totalErrors: 1, errors: [{ row: 2, column: '登录名' }] });
});

it('takes a whole table of people as all there are, and warns of a loss before it happens', async () => {
  const people = Array.from({ length: 60 }, (_, i) => `员工${i},login${i},d1`).join('\n');
  const first = await preview(`姓名,登录名,部门\n${people}\n`, { mode: 'whole' });
  expect(first.body.counts).toMatchObject({ created: 60, departed: 2 });
  expect((await apply(first.body.previewId)).body.unconfirmed).toBeNull();
  const second = await preview('姓名,登录名,部门\n员工0,login0,d1\n', { mode: 'whole' });
  expect(second.body).toMatchObject({
    applicable: true,
    counts: { departed: 59, unchanged: 1 },
    unconfirmed: { lost: 59, of: 60 },
  });
  const departments = await api.call('/oa/departments');
  expect(departments.body.total).toBe(5);
});

it('builds departments below each other from paths within the same table', async () => {
  const csv = '编号,名称,上级\nx2,华东组,总部/市场部\nx1,市场部,总部\nx3,上海,总部/市场部/华东组\n';
  const { body } = await preview(csv, { kind: 'departments' });
  expect(body).toMatchObject({ applicable: true, counts: { created: 3 } });
  await apply(body.previewId);
  const { items } = (await api.call('/oa/departments')).body;
  const parents = Object.fromEntries(
    items.map(({ id, parentId, subcompanyId }: Record<string, string>) => [id, parentId ?? subcompanyId]),
  );
  expect(parents).toMatchObject({ x1: 's1', x2: 'x1', x3: 'x2' });
});

it('is outdated as soon as the directory has changed', async () => {
  const { body } = await preview('姓名,登录名\n王五,wangwu\n');
  await api.call('/oa/directory', {
    method: 'PATCH',
    body: { upsert: { users: [{ id: 'u1', position: 'x' }] } },
  });
  const refused = await apply(body.previewId);
  expect([refused.status, refused.body.error.code]).toEqual([409, 'preview_outdated']);
  expect((await api.call('/oa/users/wangwu')).status).toBe(404);
});

it('lets a person say what a column means', async () => {
  const csv = '全名,账户,级别\n王五,wangwu,P6\n';
  expect((await preview(csv)).status).toBe(422);
  const mapping = { 全名: 'name', 账户: 'loginId', 级别: 'custom.level' };
  const { body } = await preview(csv, { mapping });
  expect(body).toMatchObject({ applicable: true, mapping });
  await apply(body.previewId);
  expect((await user('wangwu')).custom).toEqual({ level: 'P6' });
});

it.each<[string, () => Uint8Array | string, string]>([
  ['an old Excel file', () => Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 1, 2]), 'file'],
  ['a picture', () => Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0xff, 0xff, 0x0d]), 'file'],
  ['a broken workbook', () => Buffer.from('PK\u0003\u0004 nothing', 'latin1'), 'file'],
  ['a workbook that unpacks to more than fits', () => bomb, 'file'],
  ['a header alone', () => '姓名,登录名\n', 'file'],
  ['a quote that is never closed', () => '姓名,登录名\n"张三,zhang\n李四,li\n', 'file'],
  ['a table without login names', () => '姓名,部门\n张三,d1\n', 'loginId'],
])('refuses %s', async (_, content, path) => {
  const { status, body } = await preview(content());
  expect([status, body.error.fields?.[0]?.path]).toEqual([422, path]);
});

it('refuses a file above 20 MiB before it is read, and callers without the right', async () => {
  expect((await preview(Buffer.alloc(21 * 1024 * 1024, 'a'))).status).toBe(413);
  const viewer = await api.signIn('viewer');
  expect((await viewer.call('/oa/directory/preview', { body: {} })).status).toBe(403);
  expect((await api.call('/oa/directory/preview', { body: {} })).status).toBe(415);
});

function workbook(rows: readonly (readonly (string | number)[])[]): Uint8Array {
  const cells = rows
    .map(
      (row, y) =>
        `<row r="${y + 1}">${row
          .map((cell, x) => {
            const place = `${String.fromCharCode(65 + x)}${y + 1}`;
            return typeof cell === 'number'
              ? `<c r="${place}"><v>${cell}</v></c>`
              : `<c r="${place}" t="inlineStr"><is><t>${cell}</t></is></c>`;
          })
          .join('')}</row>`,
    )
    .join('');
  return workbookOf(
    strToU8(
      `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${cells}</sheetData></worksheet>`,
    ),
  );
}

function workbookOf(sheet: Uint8Array): Uint8Array {
  const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  return zipSync({
    '[Content_Types].xml': strToU8(
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
    ),
    '_rels/.rels': strToU8(
      `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ),
    'xl/workbook.xml': strToU8(
      `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${relations}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`,
    ),
    'xl/_rels/workbook.xml.rels': strToU8(
      `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    ),
    'xl/worksheets/sheet1.xml': [sheet, { level: 1 }],
  });
}
