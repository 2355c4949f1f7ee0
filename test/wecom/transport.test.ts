import { once } from 'node:events';
import { createServer } from 'node:net';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import type { CallRecord, WecomConnection } from '../../wecom';
import {
  WecomAccessError,
  WecomError,
  WecomRateLimitedError,
  WecomTransientError,
  createWecomClient,
} from '../../wecom';
import { memoryBudget, memoryTokenStore } from './memory-stores';
import type { RawServer } from './raw-server';
import { startRawServer } from './raw-server';

const secret = 'a-secret-that-must-never-be-seen-anywhere';

let server: RawServer | undefined;
let calls: CallRecord[] = [];

beforeEach(() => {
  calls = [];
});

afterEach(async () => {
  await server?.close();
  server = undefined;
});

function session(
  apiBaseUrl: string,
  { timeoutMs = 20_000, ...connection }: Partial<WecomConnection> & { timeoutMs?: number } = {},
) {
  const client = createWecomClient({
    connection: { corpKey: 'corp-1', corpId: 'ww1', kind: 'private', apiBaseUrl, ...connection },
    tokens: memoryTokenStore(),
    budget: memoryBudget(),
    onCall: (call) => calls.push(call),
    timeoutMs,
  });
  return client.as({ kind: 'contacts', secret });
}

async function answering(answer: (request: IncomingMessage, response: ServerResponse, path: string) => void) {
  server = await startRawServer(answer);
  return server.url;
}

async function failure(call: Promise<unknown>): Promise<WecomError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof WecomError) return error;
    throw error;
  }
  throw new Error('the call succeeded');
}

const reads = (url: string, timeoutMs?: number) =>
  session(url, timeoutMs === undefined ? {} : { timeoutMs }).departments.simpleList();
const writes = (url: string, timeoutMs?: number) =>
  session(url, timeoutMs === undefined ? {} : { timeoutMs }).members.delete({ userId: 'zhangsan' });

describe('an answer that can not be read', () => {
  it.each([
    ['cut in the middle', '{"errcode":0,"errmsg":"ok","department_id":[{"id":1,'],
    ['empty', ''],
    ['plain text', 'gateway says hello'],
    ['of another shape than documented', '{"errcode":0,"department_id":{"id":1}}'],
    ['JSON but no object', '[]'],
  ])('%s: worth another try soon', async (_name, body) => {
    const url = await answering((_request, response) => response.end(body));
    const error = await failure(reads(url));
    expect(error).toBeInstanceOf(WecomTransientError);
    expect(error).toMatchObject({ fault: 'broken-answer', outcomeUnknown: false });
  });

  it('after a write leaves open whether the write happened', async () => {
    const url = await answering((_request, response) => response.end('{"errc'));
    expect(await failure(writes(url))).toMatchObject({ reaction: 'retry-soon', outcomeUnknown: true });
  });

  it('promised longer than it came is a broken connection', async () => {
    const url = await answering((_request, response) => {
      response.setHeader('Content-Length', '500');
      response.write('{"errcode":0');
      setImmediate(() => response.destroy());
    });
    expect(await failure(writes(url))).toMatchObject({ fault: 'reset', outcomeUnknown: true });
  });

  it('from a login page or proxy is a matter of the address', async () => {
    const url = await answering((_request, response) => response.end('<!DOCTYPE html><html>log in</html>'));
    const error = await failure(reads(url));
    expect(error).toBeInstanceOf(WecomAccessError);
    expect(error.fault).toBe('not-wecom');
  });

  it('that is an empty 404, as WeCom gives for unknown paths, is a matter of the address', async () => {
    const url = await answering((_request, response) => response.writeHead(404).end());
    expect(await failure(reads(url))).toMatchObject({
      reaction: 'fix-access',
      fault: 'not-wecom',
      httpStatus: 404,
    });
  });

  it('larger than any honest one is cut off', async () => {
    const url = await answering((_request, response) => {
      const megabyte = Buffer.alloc(1024 * 1024, ' ');
      for (let sent = 0; sent < 33; sent += 1) response.write(megabyte);
      response.end('{}');
    });
    expect(await failure(reads(url))).toMatchObject({ fault: 'answer-too-large' });
  });

  it('without errcode is a good one', async () => {
    const url = await answering((_request, response) => response.end('\uFEFF{"department_id":[{"id":1}]}'));
    expect(await reads(url)).toEqual([{ id: 1, parentId: 0, order: 0 }]);
  });
});

describe('redirects', () => {
  it('are never followed, for they would carry the token elsewhere', async () => {
    let visited = false;
    const url = await answering((_request, response, path) => {
      if (path === 'elsewhere') visited = true;
      response.writeHead(302, { Location: '/cgi-bin/elsewhere' }).end();
    });
    expect(await failure(reads(url))).toMatchObject({ reaction: 'fix-access', fault: 'redirect' });
    expect(visited).toBe(false);
  });
});

describe('HTTP errors of something in between', () => {
  it.each([500, 502, 503, 504])('%d: worth another try soon', async (status) => {
    const url = await answering((_request, response) => response.writeHead(status).end('oops'));
    expect(await failure(reads(url))).toMatchObject({ reaction: 'retry-soon', httpStatus: status });
  });

  it('503 after a write leaves open whether the write happened', async () => {
    const url = await answering((_request, response) => response.writeHead(503).end());
    expect(await failure(writes(url))).toMatchObject({ outcomeUnknown: true });
  });

  it('429 says when to come back', async () => {
    const url = await answering((_request, response) =>
      response.writeHead(429, { 'Retry-After': '7' }).end(),
    );
    const error = await failure(reads(url));
    expect(error).toBeInstanceOf(WecomRateLimitedError);
    expect(error).toMatchObject({ retryAfterMs: 7000 });
  });

  it('403 is for an administrator', async () => {
    const url = await answering((_request, response) => response.writeHead(403).end());
    expect(await failure(reads(url))).toMatchObject({ reaction: 'fix-access', fault: 'http-status' });
  });
});

describe('connections that break', () => {
  it('a reset read is repeated once at once', async () => {
    let resets = 1;
    const url = await answering((request, response) => {
      if (resets-- > 0) return request.socket.destroy();
      return response.end('{"errcode":0,"department_id":[]}');
    });
    expect(await reads(url)).toEqual([]);
    expect(
      calls
        .filter(({ path }) => path === 'department/simplelist')
        .map(({ attempt, fault }) => [attempt, fault]),
    ).toEqual([
      [1, 'reset'],
      [2, undefined],
    ]);
  });

  it('a reset write is not repeated, its outcome is unknown', async () => {
    let arrived = 0;
    const url = await answering((request) => {
      arrived += 1;
      request.socket.destroy();
    });
    expect(await failure(writes(url))).toMatchObject({ fault: 'reset', outcomeUnknown: true });
    expect(arrived).toBe(1);
  });

  it('a server that is not there can not have done anything', async () => {
    const url = await answering(() => undefined);
    await server?.close();
    server = undefined;
    expect(await failure(writes(url))).toMatchObject({
      reaction: 'retry-soon',
      fault: 'connect',
      outcomeUnknown: false,
    });
  });

  it('a name that does not exist is a matter of DNS', async () => {
    expect(await failure(reads('http://no-such-host.invalid'))).toMatchObject({
      fault: 'dns',
      outcomeUnknown: false,
    });
  });

  it('speaking TLS to a server that does not is for an administrator', async () => {
    const url = await answering(() => undefined);
    expect(await failure(reads(url.replace('http:', 'https:')))).toMatchObject({
      reaction: 'fix-access',
      fault: 'tls',
    });
  });

  it('something that is no HTTP server gives a broken answer', async () => {
    const other = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const error = await failure(reads(`http://127.0.0.1:${address.port}`));
    other.close();
    expect(error).toMatchObject({ reaction: 'retry-soon', fault: 'broken-answer' });
  });
});

describe('time', () => {
  it('a silent server costs the timeout and no more', async () => {
    const url = await answering(() => undefined);
    expect(await failure(writes(url, 1_000))).toMatchObject({ fault: 'timeout', outcomeUnknown: true });
  });

  it('a server that drips bytes for ever is cut off as well', async () => {
    const url = await answering((_request, response) => {
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    });
    expect(await failure(reads(url, 1_000))).toMatchObject({ fault: 'timeout' });
  });

  it('cancellation arrives as the reason the caller gave, and the call that was under way counts', async () => {
    const cancel = new AbortController();
    const reason = new Error('the run was cancelled');
    const url = await answering(() => cancel.abort(reason));
    const call = session(url).members.get({ userId: 'x' }, { signal: cancel.signal });
    await expect(call).rejects.toBe(reason);
    expect(calls.filter(({ path }) => path === 'user/get')).toMatchObject([{ fault: 'abandoned' }]);
  });

  it('a call that was cancelled before it began sends nothing', async () => {
    const url = await answering((_request, response) => response.end('{}'));
    const reason = new Error('cancelled');
    const call = session(url).departments.simpleList({}, { signal: AbortSignal.abort(reason) });
    await expect(call).rejects.toBe(reason);
    expect(calls.some(({ path }) => path === 'department/simplelist')).toBe(false);
  });
});

describe('internal addresses', () => {
  it('are not connected to for a public corp, whatever its saved address resolves to', async () => {
    let reached = false;
    const url = await answering((_request, response) => {
      reached = true;
      response.end('{}');
    });
    const port = new URL(url).port;
    const error = await failure(
      session(`https://localhost:${port}`, { kind: 'public' }).departments.simpleList(),
    );
    expect(error).toMatchObject({ reaction: 'fix-access', fault: 'address-refused' });
    expect(reached).toBe(false);
  });

  it('a socket opened for a private deployment is not reused for a public corp', async () => {
    const url = await answering((_request, response) => response.end('{"errcode":0,"department_id":[]}'));
    const localhost = `https://localhost:${new URL(url).port}`;
    await reads(url);
    expect(await failure(session(localhost, { kind: 'government' }).departments.simpleList())).toMatchObject({
      fault: 'address-refused',
    });
  });
});

describe('a file', () => {
  it('keeps a Chinese name, which WeCom writes into the header as it is', async () => {
    const header = Buffer.from('attachment; filename="花名册.xlsx"').toString('latin1');
    const url = await answering((_request, response) =>
      response.writeHead(200, { 'Content-Disposition': header }).end('content'),
    );
    expect(await session(url).media.get({ mediaId: 'm' })).toMatchObject({ filename: '花名册.xlsx' });
  });

  it('is uploaded under the field and with the length WeCom asks for', async () => {
    let sent = '';
    const url = await answering((request, response) => {
      request.on('data', (chunk: Buffer) => (sent += chunk.toString('utf8')));
      request.on('end', () => response.end('{"errcode":0,"media_id":"m","created_at":"1700000000"}'));
    });
    const content = Buffer.from('姓名,帐号\n');
    const uploaded = await session(url).media.upload({ type: 'file', filename: '花名册.csv', content });
    expect(uploaded).toEqual({ type: 'file', mediaId: 'm', createdAt: new Date(1_700_000_000_000) });
    expect(sent).toContain('name="media"; filename="花名册.csv"; filelength=14\r\n');
    expect(sent).toContain('\r\n\r\n姓名,帐号\n\r\n--');
  });
});

describe('secrets', () => {
  it('stand in no error and in no record, whatever went wrong', async () => {
    const url = await answering((request, response, path) => {
      if (path === 'user/get') return request.socket.destroy();
      if (path === 'user/delete') return response.end(`{"errcode":40003,"errmsg":"bad ${request.url}"}`);
      return response.end('{"errcode":0,"nonsense":true}');
    });
    const { members, departments } = session(url, { timeoutMs: 5_000 });
    const errors = [
      await failure(members.get({ userId: 'zhangsan' })),
      await failure(members.delete({ userId: 'zhangsan' })),
      await failure(departments.simpleList()),
      await failure(session('http://127.0.0.1:1').token()),
    ];
    const seen =
      inspect([errors, calls], { depth: 20, showHidden: true }) + errors.map((e) => e.stack).join();
    expect(seen).not.toContain(secret);
    expect(seen).not.toContain('token-of-the-raw-server');
    expect(seen).not.toMatch(/access_token=[^…]/);
  });
});
