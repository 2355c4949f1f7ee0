import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import type { TestApi } from '../api/harness';
import { startTestApi } from '../api/harness';
import { addMembers, connectCorp, feedOa, upload, workbookOf } from '../binding/bindings-world';

let api: TestApi;
let corp: { readonly id: string };

beforeAll(async () => {
  api = await startTestApi();
  corp = await connectCorp(api);
  await addMembers(api, corp.id, [{ userId: 'Ada', name: '阿达' }]);
  await feedOa(api, [{ id: 'u1', jobNumber: '001' }]);
});
afterEach(() => {
  // Whatever was sent, nothing of it was a fault of ours.
  expect(api.logged.filter((line) => (JSON.parse(line) as { level: number }).level >= 50)).toEqual([]);
});
afterAll(() => api?.close());

/** The path as it stands: fetch would tidy it up first. */
function raw(
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly text: string; readonly location: string | undefined }> {
  const { hostname, port } = new URL(api.url);
  return new Promise((resolve, reject) => {
    httpRequest({ hostname, port, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(chunks).toString('utf8'),
          location: response.headers.location,
        }),
      );
    })
      .on('error', reject)
      .end();
  });
}

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text));

describe('paths', () => {
  it.each([
    '/../package.json',
    '/assets/../../package.json',
    '/assets/..%2f..%2fpackage.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/..%5c..%5cpackage.json',
    '/assets/....//....//package.json',
    '/WW_verify_../../package.json',
    '/WW_verify_%2e%2e%2fx.txt',
    '/api/docs/../../package.json',
    '/api/docs/..%2f..%2f..%2fpackage.json',
    '/%00package.json',
    '/.data/master.key',
    '/.env',
    '/package.json',
    '//package.json',
  ])('%s leads to no file of this machine', async (path) => {
    const { status, text } = await raw(path);
    expect([400, 403, 404]).toContain(status);
    expect(text).not.toContain('"dependencies"');
  });

  it('of a verification file are its name alone, and its content is text', async () => {
    for (const name of ['../x.txt', 'WW_verify_a/../../x.txt', 'WW_verify_a.txt/..', 'WW_verify_a.html']) {
      const { status } = await api.call('/verification-files', { body: { name, content: 'abc' } });
      expect(status).toBe(422);
    }
    const content = '<script>alert(1)</script>';
    await api.call('/verification-files', { body: { name: 'WW_verify_xss.txt', content } });
    const page = await api.fetch('/WW_verify_xss.txt', { token: null });
    expect(page.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each(['//evil.example', '/\\evil.example', '/login?next=//evil.example', '/%5cevil.example/..'])(
    '%s sends nobody to another site',
    async (path) => {
      const { location } = await raw(path);
      expect(location ?? '').not.toMatch(/^(https?:)?[/\\]{2}/);
    },
  );
});

describe('headers', () => {
  it('who says another host gets no link, redirect or cookie for it', async () => {
    const { body: user } = await api.call('/users', {
      body: { loginName: 'host-header', displayName: 'x', role: 'viewer' },
    });
    const forged = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
    const asked = { authorization: `Bearer ${api.adminToken}`, ...forged };
    for (const path of ['/api/v1/system', `/api/v1/corps/${corp.id}`, '/api/v1/verification-files', '/']) {
      const { text, location } = await raw(path, asked);
      expect([text.includes('evil.example'), location]).toEqual([false, undefined]);
    }
    const link = await api.call(`/users/${user.id}/one-time-login`, { method: 'POST', headers: forged });
    expect(String(link.body.url).startsWith(`${api.url}/login?`)).toBe(true);
  });

  it('that try to write lines of the log write none', async () => {
    const forged = '{"level":60,"msg":"forged"}';
    await raw(`/api/v1/corps/%0a${encodeURIComponent(forged)}`, {
      'user-agent': `x\u009b31m ${forged}`,
      'x-request-id': `1 ${forged}`,
      'accept-language': forged,
      authorization: `Bearer ${forged}`,
    });
    expect(api.logged.filter((line) => /forged|\u009b/.test(line))).toEqual([]);
    for (const line of api.logged) expect(line.trimEnd().split('\n')).toHaveLength(1);
  });

  it('with a broken line end are refused before anybody reads them', async () => {
    const { port } = new URL(api.url);
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1');
      let text = '';
      socket.on('data', (data) => (text += data.toString()));
      socket.on('close', () => resolve(text));
      socket.write(
        'GET / HTTP/1.1\r\nHost: a\r\nX-A: b\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc',
      );
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('of every page forbid scripts from elsewhere, frames and guessing of types', async () => {
    for (const path of ['/', '/login', '/api/docs/', '/wecom/bind', '/nothing.here', '/api/v1/corps']) {
      const { headers } = await api.fetch(path, { token: null });
      const policy = headers.get('content-security-policy') ?? '';
      expect([path, policy]).toEqual([path, expect.stringMatching(/default-src '(self|none)'/)]);
      expect(policy).toMatch(/frame-ancestors 'none'/);
      expect(policy).not.toMatch(/script-src[^;]*('unsafe|\*|https?:)/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });
});

describe('bodies', () => {
  const limits = [
    ['/session', 4_096],
    ['/corps', 256 * 1024],
    ['/tokens', 256 * 1024],
  ] as const;

  it.each(limits)('of %s beyond its limit are refused unread', async (path, limit) => {
    const body = JSON.stringify({ padding: 'x'.repeat(limit * 2) });
    const { status } = await api.call(path, { raw: body, method: 'POST' });
    expect(status).toBe(413);
  });

  it('that are small and unpack to a lot are refused', async () => {
    for (const path of ['/corps', '/session']) {
      const response = await fetch(`${api.url}/api/v1${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${api.adminToken}`,
          'content-type': 'application/json',
          'content-encoding': 'gzip',
        },
        body: new Uint8Array(gzipSync(Buffer.alloc(20 * 1024 * 1024, ' '))),
      });
      expect([400, 413, 415]).toContain(response.status);
    }
  });

  it.each([
    ['nested a hundred thousand times', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    [
      'with keys of a prototype',
      '{"__proto__":{"role":"admin"},"constructor":{"prototype":{"role":"admin"}}}',
    ],
    ['with a key twice', '{"name":"a","name":"b","corpId":1}'],
    ['with half a character', '{"name":"\\ud800","corpId":"wwx"}'],
    ['with a zero byte', '{"name":"a\\u0000b","corpId":"wwx"}'],
    ['of another shape', '[{"name":"a"}]'],
    ['of nothing', 'null'],
  ])('%s are refused with an answer', async (_, text) => {
    for (const path of ['/corps', '/users', '/oa/events', '/message-rules', '/tokens']) {
      const { status } = await api.call(path, { raw: text, method: 'POST' });
      expect([path, [400, 413, 422].includes(status)]).toEqual([path, true]);
    }
    expect(({} as Record<string, unknown>)['role']).toBeUndefined();
  });
});

describe('uploaded files', () => {
  const cell = (place: string, text: string) => `<c r="${place}" t="inlineStr"><is><t>${text}</t></is></c>`;
  const sheet = (value: string) =>
    `<row r="1">${cell('A1', '账号')}${cell('B1', '关联字段')}</row>` +
    `<row r="2">${cell('A2', 'Ada')}${cell('B2', value)}</row>`;
  const hostile: [string, () => Uint8Array][] = [
    ['a zero byte in a cell', () => workbookOf(sheet('0&#0;01'))],
    ['half a character in a cell', () => workbookOf(sheet('&#xD800;'))],
    [
      'a cell far out',
      () => workbookOf(`${sheet('001')}<row r="99999999">${cell('ZZZ99999999', 'x')}</row>`),
    ],
    [
      'entities that grow',
      () =>
        zipSync({
          'xl/workbook.xml': strToU8(
            `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">${Array.from(
              { length: 9 },
              (_, level) => `<!ENTITY a${level} "${`&a${level === 0 ? '' : level - 1};`.repeat(10)}">`,
            ).join('')}]><workbook><sheets><sheet name="&a8;"/></sheets></workbook>`,
          ),
          'xl/worksheets/sheet1.xml': strToU8(
            '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&e;</t></is></c></row></sheetData></worksheet>',
          ),
        }),
    ],
    [
      'ten thousand files',
      () =>
        zipSync(
          Object.fromEntries(
            Array.from({ length: 10_000 }, (_, file) => [`xl/worksheets/${file}.xml`, strToU8('x')]),
          ),
          { level: 0 },
        ),
    ],
    [
      'names that climb',
      () => zipSync({ '../../../../tmp/climbed.xml': strToU8('x'), 'xl/workbook.xml': strToU8('') }),
    ],
    ['half a million open tags', () => workbookOf('<row><c>'.repeat(250_000))],
    ['a tag without an end', () => workbookOf(`<row ${'a'.repeat(3_000_000)}`)],
    ['a text without an end in CSV', () => bytesOf(`账号,关联字段\n"${'x'.repeat(3_000_000)}`)],
    ['columns without an end', () => bytesOf(`账号,关联字段${',x'.repeat(500_000)}\nAda,001\n`)],
    ['columns of a prototype’s names', () => bytesOf('账号,关联字段,__proto__,constructor\nAda,001,x,y\n')],
    ['a zero byte in CSV', () => bytesOf('账号,关联字段\nAda,0\u000001\n')],
  ];

  it.each(hostile)('with %s are answered, and are no fault', async (_, make) => {
    const content = make();
    const binding = await upload(api, `/corps/${corp.id}/bindings/import?field=jobNumber`, content);
    const form = new FormData();
    form.set('kind', 'users');
    form.set('mode', 'patch');
    form.set('file', new Blob([new Uint8Array(content)]), '../../etc/passwd\u0000.xlsx');
    const feed = await fetch(`${api.url}/api/v1/oa/directory/preview`, {
      method: 'POST',
      headers: { authorization: `Bearer ${api.adminToken}` },
      body: form,
    });
    const text = await feed.text();
    expect([binding.status < 500, feed.status < 500]).toEqual([true, true]);
    expect(binding.text + text).not.toContain('root:');
  });
});
