import { strFromU8, unzipSync } from 'fflate';
import readSheets from 'read-excel-file/node';
import { csvRow } from '../../../api/exports/csv';
import { writeXlsx } from '../../../api/exports/xlsx';
import type { TestApi } from '../../api/harness';
import { startTestApi } from '../../api/harness';
import { connectCorp, deletes, disables, storePlan, updates } from './stored-plan';

let api: TestApi;
let runId: string;

const english = { 'accept-language': 'en' };

beforeAll(async () => {
  api = await startTestApi();
  const corpId = await connectCorp(api);
  runId = await storePlan(api.db, corpId, {
    counts: { updateUser: 1, disableUser: 1, deleteUser: 1 },
    rows: [
      updates(
        'U1',
        { position: '工程师', mobile: '19900001234' },
        { position: '=HYPERLINK("http://evil")', mobile: '19900005678' },
        { name: '张三, "小张"', pathTo: '总公司 / 研发部' },
      ),
      disables('U3', { name: '<王五>' }),
      deletes('U5', { status: 'held', heldBy: ['limit-exceeded'] }),
    ],
  });
});
afterAll(() => api.close());

const get = (query: string) => api.call(`/runs/${runId}/export?${query}`, { headers: english });

async function bytes(query: string): Promise<Buffer> {
  const response = await fetch(`${api.url}/api/v1/runs/${runId}/export?${query}`, {
    headers: { authorization: `Bearer ${api.adminToken}`, ...english },
  });
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

describe('a CSV', () => {
  it('begins with a byte order mark and has one row per field change', async () => {
    const raw = await bytes('format=csv');
    expect([...raw.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const lines = raw.toString('utf8').slice(1).split('\r\n');
    expect(lines[0]).toBe(
      'Plan,Action,Status,Userid,Name,Department path,Field,Old,New,Rule,Limit group,Outcome,Postponed until',
    );
    expect(lines).toHaveLength(6);
    expect(lines[1]).toMatch(
      /^aaaaaaaa,Update member,Pending,u1,"张三, ""小张""",总公司 \/ 研发部,Position,工程师,/,
    );
    expect(lines[2]).toContain('Mobile,19900001234,19900005678');
    expect(lines[3]).toMatch(/^aaaaaaaa,Disable member,Pending,u3,<王五>,/);
  });

  it('never holds a cell that a spreadsheet would run', async () => {
    expect((await get('format=csv')).text).toContain(`"'=HYPERLINK(""http://evil"")"`);
    expect(csvRow(['=1', '+1', '-1', '@a', '\tx', '\rx', 'a=1', '', '张'])).toBe(
      `'=1,'+1,'-1,'@a,'\tx,"'\rx",a=1,,张\r\n`,
    );
  });

  it('holds what its filter names, and its name says which plan it is', async () => {
    const answer = await get('format=csv&action=deleteUser');
    expect(answer.text.trim().split('\r\n')).toHaveLength(2);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toContain('filename="plan-aaaaaaaa.csv"');
  });
});

describe('an XLSX', () => {
  it('has a summary and a sheet of changes that others can read', async () => {
    const sheets = await readSheets(await bytes('format=xlsx'));
    expect(sheets.map(({ sheet }) => sheet)).toEqual(['Summary', 'Changes']);
    const [summary, changes] = sheets;
    expect(summary?.data).toEqual(expect.arrayContaining([['Plan hash', 'a'.repeat(64)]]));
    expect(summary?.data).toEqual(expect.arrayContaining([['Disable member', 1]]));
    expect(changes?.data).toHaveLength(5);
    expect(changes?.data[1]?.slice(0, 9)).toEqual([
      'aaaaaaaa',
      'Update member',
      'Pending',
      'u1',
      '张三, "小张"',
      '总公司 / 研发部',
      'Position',
      '工程师',
      '=HYPERLINK("http://evil")',
    ]);
  });

  it('holds text as text, whatever it looks like', async () => {
    const files = unzipSync(new Uint8Array(await bytes('format=xlsx')));
    const sheet = strFromU8(files['xl/worksheets/sheet2.xml'] ?? new Uint8Array());
    expect(sheet).not.toContain('<f>');
    expect(sheet).toContain('&lt;王五&gt;');
  });

  it('leaves out what XML can not hold, and is written while it is read', async () => {
    const portions: number[] = [];
    function* rows() {
      for (let portion = 0; portion < 3; portion += 1) {
        portions.push(portion);
        yield Array.from({ length: 2_000 }, (_, row) => ['a\u0000b\uD800c\u000b', `${portion}/${row}`, row]);
      }
    }
    const chunks: Uint8Array[] = [];
    let seenAtFirstChunk: number | undefined;
    for await (const chunk of writeXlsx([
      { name: 'S:/x', widths: [10], head: ['a', 'b', 'c'], rows: rows() },
    ])) {
      seenAtFirstChunk ??= portions.length;
      chunks.push(chunk);
    }
    expect(seenAtFirstChunk).toBe(1);
    const [sheet] = await readSheets(Buffer.concat(chunks));
    expect(sheet?.data).toHaveLength(6_001);
    expect(sheet?.data[6_000]).toEqual(['abc', '2/1999', 1_999]);
  });
});

describe('a JSON', () => {
  it('tells the run and every change whole', async () => {
    const answer = await get('format=json');
    const plan = JSON.parse(answer.text);
    expect(plan.run).toMatchObject({ id: runId, planHash: 'a'.repeat(64) });
    expect(plan.changes).toHaveLength(3);
    expect(plan.changes[0]).toMatchObject({
      id: 'updateUser:U1',
      before: { values: { mobile: '19900001234' } },
      after: { values: { mobile: '19900005678' } },
    });
  });
});

describe('every export', () => {
  it('masks numbers for whoever does not hold every right, and says so in the audit log', async () => {
    const viewer = await api.signIn('viewer');
    for (const format of ['csv', 'json', 'xlsx']) {
      const answer = await viewer.call(`/runs/${runId}/export?format=${format}`);
      expect(answer.status).toBe(200);
      expect(answer.text).not.toMatch(/1990000(1234|5678)/);
      const { body } = await api.call('/audit?action=run.export&limit=1');
      expect(body.items[0]).toMatchObject({
        result: 'ok',
        target: `run:${runId}`,
        detail: { format, masked: true },
      });
    }
  });

  it('of a format nobody knows is refused', async () => {
    expect((await get('format=pdf')).status).toBe(422);
  });
});

describe('the approval sheet', () => {
  it('is one page with what matters, in which nothing runs', async () => {
    const answer = await api.call(`/runs/${runId}/approval-sheet`, { headers: english });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.text).toContain('a'.repeat(64));
    expect(answer.text).toContain('&lt;王五&gt;');
    expect(answer.text).not.toMatch(/<script|<王五>/);
    expect(answer.text).toContain('Disables and deletions (2)');
  });
});
