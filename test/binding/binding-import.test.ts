import { zipSync } from 'fflate';
import type { TestApi } from '../api/harness';
import { startTestApi } from '../api/harness';
import {
  addMembers,
  connectCorp,
  feedOa,
  readWorkbook,
  upload,
  workbook,
  workbookOf,
} from './bindings-world';

/** Made first: packing it keeps this process busy for seconds. */
const bomb = zipSync({ 'xl/worksheets/sheet1.xml': new Uint8Array(160 * 1024 * 1024) });

let api: TestApi;
let corp: { id: string; corpId: string };

beforeAll(async () => {
  api = await startTestApi();
});
beforeEach(async () => {
  corp = await connectCorp(api);
  await addMembers(api, corp.id, [
    { userId: 'Ada', name: '阿达', seen: { mobile: '19900000001' } },
    { userId: 'bob', name: '波波' },
    { userId: 'carol', name: '卡萝' },
    { userId: 'dave', name: '戴夫' },
  ]);
  await feedOa(api, [
    { id: 'u1', jobNumber: '001', mobile: '19911110001', email: 'One@Example.com', loginId: 'one' },
    { id: 'u2', jobNumber: '002', mobile: '19911110002' },
    { id: 'u3', jobNumber: '003', mobile: '19911110003' },
    { id: 'twin1', jobNumber: 'same' },
    { id: 'twin2', jobNumber: 'same' },
    { id: 'u9', jobNumber: '009', status: 'departed' },
  ]);
});
afterAll(() => api.close());

const at = (rest: string) => `/corps/${corp.id}/bindings${rest}`;
const preview = (content: string | Uint8Array, query = 'field=jobNumber', options = {}) =>
  upload(api, at(`/import?${query}`), content, options);
const apply = (previewId: string, body?: object) =>
  api.call(at(`/import/${previewId}/apply`), { method: 'POST', ...(body === undefined ? {} : { body }) });
const bound = async () =>
  Object.fromEntries(
    (await api.call(at(''))).body.items.map(({ userId, oaUserId }: Record<string, string>) => [
      userId,
      oaUserId,
    ]),
  );
const bind = (userId: string, oaUserId: string) =>
  api.call(at(`/${userId}`), { method: 'PUT', body: { oaUserId, replace: true } });
const results = (body: { rows: { userId: string; result: string }[] }) =>
  Object.fromEntries(body.rows.map(({ userId, result }) => [userId, result]));
const csv = (...lines: string[]) => `账号,关联字段\n${lines.join('\n')}\n`;

it.each([
  ['zh-CN', ['账号', '姓名', '部门', '手机', '状态', '已绑定OA账号', 'OA姓名', '关联字段'], '研发部'],
  [
    'en',
    ['Userid', 'Name', 'Department', 'Mobile', 'Status', 'Bound OA account', 'OA name', 'Link field'],
    '研发部',
  ],
])('members are exported in %s, filled in, looked at and imported', async (lang, head, department) => {
  await bind('dave', 'u3');
  const file = await fetch(`${api.url}/api/v1${at('/export.xlsx?only=all')}`, {
    headers: { authorization: `Bearer ${api.adminToken}`, 'accept-language': lang },
  });
  expect(file.status).toBe(200);
  const rows = await readWorkbook(new Uint8Array(await file.arrayBuffer()));
  expect(rows[0]).toEqual(head);
  expect(rows[1]?.slice(0, 4)).toEqual(['Ada', '阿达', department, '19900000001']);
  expect(rows[4]).toMatchObject({ 0: 'dave', 5: 'u3', 6: 'u3' });

  const [, ...members] = rows;
  const filled = members.map((cells) => [
    ...cells.slice(0, 7),
    { Ada: '001', bob: '002' }[cells[0] ?? ''] ?? '',
  ]);
  const answer = await preview(await workbook(head, filled), 'field=jobNumber', { lang });
  expect(answer.status).toBe(200);
  expect(results(answer.body)).toEqual({ Ada: 'bind', bob: 'bind', carol: 'empty', dave: 'empty' });
  expect(answer.body).toMatchObject({ counts: { bind: 2, empty: 2 }, nextCursor: null, appliedAt: null });
  expect(answer.body.rows[0]).toEqual({
    row: 2,
    userId: 'Ada',
    value: '001',
    result: 'bind',
    oaUserId: 'u1',
    oaName: 'u1',
  });
  expect(await bound()).toEqual({ dave: 'u3' });

  expect(await apply(answer.body.previewId)).toMatchObject({ status: 200, body: { applied: 2 } });
  expect(await bound()).toEqual({ Ada: 'u1', bob: 'u2', dave: 'u3' });
  expect((await api.call(at('?source=imported'))).body.items).toMatchObject([
    { userId: 'Ada', matchedBy: 'jobNumber', boundBy: 'token:BRIDGE_ADMIN_TOKEN' },
    { userId: 'bob' },
  ]);
});

it('whoever does not hold every right exports masked numbers, and only those asked for', async () => {
  await bind('Ada', 'u1');
  const viewer = await api.signIn('viewer');
  const exported = async (only: string) => {
    const file = await fetch(`${api.url}/api/v1${at(`/export.xlsx?only=${only}`)}`, {
      headers: { cookie: viewer.cookie },
    });
    return readWorkbook(new Uint8Array(await file.arrayBuffer()));
  };
  const [, ada] = await exported('bound');
  expect(ada?.slice(0, 7)).toEqual(['Ada', '阿达', '研发部', '199****0001', '已激活', 'one', 'u1']);
  expect((await exported('unbound')).slice(1).map(([userId]) => userId)).toEqual(['bob', 'carol', 'dave']);
  const audit = (await api.call(`/audit?corpId=${corp.id}&action=bindings.export`)).body.items;
  expect(audit[0]).toMatchObject({ detail: { only: 'unbound', masked: true } });
});

it('a preview says of every row what would become of it and why', async () => {
  await bind('carol', 'u2');
  await bind('dave', 'u3');
  const { body } = await preview(
    csv('Ada,003', 'carol,001', 'dave,', 'nobody,001', 'bob,404', 'BOB,same', 'bob,009'),
    'field=jobNumber',
    { lang: 'en' },
  );
  expect(body.rows).toMatchObject([
    { row: 2, result: 'taken', message: expect.stringContaining('戴夫 (dave)') },
    { row: 3, result: 'rebind', oaUserId: 'u1', message: expect.stringContaining('u2') },
    { row: 4, result: 'empty' },
    { row: 5, result: 'unknown-member' },
    { row: 6, result: 'unknown-value', message: expect.stringContaining('job number') },
    { row: 7, result: 'ambiguous' },
    { row: 8, result: 'departed' },
  ]);
  const page = await api.call(at(`/import/${body.previewId}?result=ambiguous`));
  expect(page.body.rows).toMatchObject([{ row: 7, userId: 'BOB' }]);
});

it.each([
  ['mobile', '+86 199-1111-0001'],
  ['email', 'one@example.COM'],
  ['loginId', 'ONE'],
  ['jobNumber', '001'],
])('people are found by %s whatever its spelling', async (field, value) => {
  const { body } = await preview(csv(`Ada,${value}`), `field=${field}`);
  expect(body.rows).toMatchObject([{ result: 'bind', oaUserId: 'u1' }]);
});

it('two rows that want the same person are both left out, and say so', async () => {
  const { body } = await preview(csv('Ada,001', 'bob,001', 'carol,002'));
  expect(body.rows).toMatchObject([
    { result: 'repeated', message: expect.stringContaining('3') },
    { result: 'repeated', message: expect.stringContaining('2') },
    { result: 'bind' },
  ]);
});

it('members are rebound only when that is asked for; two may exchange their OA users', async () => {
  await bind('Ada', 'u1');
  await bind('bob', 'u2');
  const file = csv('Ada,002', 'bob,001', 'carol,003');
  const first = await preview(file);
  expect(results(first.body)).toEqual({ Ada: 'rebind', bob: 'rebind', carol: 'bind' });
  expect((await apply(first.body.previewId)).body).toEqual({ applied: 1, counts: { kept: 2, bind: 1 } });
  expect(await bound()).toEqual({ Ada: 'u1', bob: 'u2', carol: 'u3' });

  const second = await preview(file);
  expect(results(second.body)).toEqual({ Ada: 'rebind', bob: 'rebind', carol: 'unchanged' });
  expect((await apply(second.body.previewId, { replace: true })).body).toEqual({
    applied: 2,
    counts: { rebind: 2, unchanged: 1 },
  });
  expect(await bound()).toEqual({ Ada: 'u2', bob: 'u1', carol: 'u3' });
});

it('what has changed since the preview is refused row by row, and the rest applied', async () => {
  const { body } = await preview(csv('Ada,001', 'bob,002', 'carol,003', 'dave,009'));
  await bind('dave', 'u2');
  await bind('carol', 'u3');
  const applied = await apply(body.previewId);
  expect(applied.body).toEqual({ applied: 1, counts: { bind: 1, changed: 1, unchanged: 1, departed: 1 } });
  expect(await bound()).toEqual({ Ada: 'u1', dave: 'u2', carol: 'u3' });
  const after = await api.call(at(`/import/${body.previewId}`));
  expect(after.body.rows).toMatchObject([
    { userId: 'Ada', outcome: 'bind' },
    { userId: 'bob', outcome: 'changed', message: expect.any(String) },
    { userId: 'carol', outcome: 'unchanged' },
    { userId: 'dave', result: 'departed' },
  ]);
});

it('a preview is applied once, by its own corp, and within a day', async () => {
  const { body } = await preview(csv('Ada,001'));
  const other = await connectCorp(api);
  expect(
    (await api.call(`/corps/${other.id}/bindings/import/${body.previewId}/apply`, { body: {} })).status,
  ).toBe(404);
  const both = await Promise.all([apply(body.previewId, {}), apply(body.previewId, {})]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);

  const old = await preview(csv('bob,002'));
  await api.db.pool.query(
    `UPDATE binding_import SET created_at = now() - interval '25 hours' WHERE id = $1`,
    [old.body.previewId],
  );
  expect((await api.call(at(`/import/${old.body.previewId}`))).status).toBe(404);
  expect((await apply(old.body.previewId)).body.error.code).toBe('preview_expired');
  await preview(csv('bob,002'));
  const kept = await api.db.pool.query('SELECT FROM binding_import WHERE id = $1', [old.body.previewId]);
  expect(kept.rowCount).toBe(0);
});

it('can be looked at and applied in one go', async () => {
  const { status, body } = await preview(csv('Ada,001', 'bob,404'), 'field=jobNumber&apply=true');
  expect(status).toBe(200);
  expect(body).toMatchObject({ applied: 1, counts: { bind: 1, 'unknown-value': 1 } });
  expect(await bound()).toEqual({ Ada: 'u1' });
});

it('a person without the right can not import', async () => {
  const viewer = await api.signIn('viewer');
  const answer = await viewer.call(at('/import?field=mobile'), { method: 'POST' });
  expect(answer.status).toBe(403);
});

describe('a file is refused with what is wrong and what to do, and nothing is kept of it', () => {
  const cell = (place: string, text: string) => `<c r="${place}" t="inlineStr"><is><t>${text}</t></is></c>`;
  const head = `<row r="1">${cell('A1', '账号')}${cell('B1', '关联字段')}</row>`;
  const refusals: [string, () => string | Uint8Array | Promise<Uint8Array>, RegExp][] = [
    ['of other columns', () => '姓名,工号\n张三,001\n', /账号、关联字段.*姓名, ?工号|姓名、工号/],
    ['without the link column', () => '账号,工号\nAda,001\n', /缺少列：关联字段/],
    ['with a column twice', () => '账号,关联字段,Link field\nAda,1,2\n', /不止一次/],
    ['with nothing below the header', () => '账号,关联字段\n', /没有数据/],
    ['that is empty', () => '', /没有数据/],
    [
      'with formulas',
      () => workbookOf(`${head}<row r="2">${cell('A2', 'Ada')}<c r="B2"><f>1+1</f><v>2</v></c></row>`),
      /公式（例如 B2）/,
    ],
    ['with formulas as text', () => '账号,关联字段\nAda,=1+1\n', /公式/],
    ['that is no table', () => new Uint8Array([137, 80, 78, 71, 0, 0, 1, 2, 3]), /CSV|XLSX|编码/],
    ['that only looks like a workbook', () => Buffer.from('PK\u0003\u0004 and nothing else'), /无法打开/],
    ['that unpacks without end', () => bomb, /太大/],
    [
      'of 200,000 rows',
      () =>
        workbookOf(head + `<row>${'<c t="inlineStr"><is><t>u</t></is></c>'.repeat(2)}</row>`.repeat(200_000)),
      /超过 100000 行/,
    ],
    ['of 200,000 lines', () => csv('u,1\n'.repeat(200_000)), /超过 100000 行/],
  ];

  it.each(refusals)('%s', async (_, make, message) => {
    const content = await make();
    const { status, body } = await preview(content);
    expect(status).toBe(422);
    expect(body.error.fields[0]).toMatchObject({ path: 'file', message: expect.stringMatching(message) });
    const kept = await api.db.pool.query('SELECT FROM binding_import WHERE corp_id = $1', [corp.id]);
    expect(kept.rowCount).toBe(0);
  });

  it('larger than is taken', async () => {
    const answer = await preview(new Uint8Array(21 * 1024 * 1024));
    expect(answer).toMatchObject({ status: 413, body: { error: { code: 'file_too_large' } } });
  });

  it('for a field that links nobody, or none at all', async () => {
    expect((await preview(csv('Ada,001'), 'field=name')).body.error.fields).toMatchObject([
      { path: 'field' },
    ]);
    expect((await preview(csv('Ada,001'), '')).status).toBe(422);
  });
});

it('10,000 rows are looked at and applied at once', async () => {
  const size = 10_000;
  await addMembers(
    api,
    corp.id,
    Array.from({ length: size }, (_, index) => ({ userId: `m${index}`, name: `成员${index}` })),
  );
  await feedOa(
    api,
    Array.from({ length: size }, (_, index) => ({ id: `p${index}`, jobNumber: `J${index}` })),
  );
  const file = await workbook(
    ['账号', '姓名', '关联字段'],
    Array.from({ length: size }, (_, index) => [`m${index}`, `成员${index}`, `J${index}`]),
  );
  const { body } = await preview(file);
  expect(body).toMatchObject({ counts: { bind: size } });
  expect(body.rows).toHaveLength(1_000);
  const next = await api.call(at(`/import/${body.previewId}?limit=1000&cursor=${body.nextCursor}`));
  expect(next.body.rows[0]).toMatchObject({ row: 1_002 });
  expect((await apply(body.previewId, {})).body).toMatchObject({ applied: size });
});
