import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import type { TestApi } from './harness';
import { startTestApi } from './harness';

/** Stands between the API and Postgres, and can be cut. */
async function startProxy(target: URL) {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((client) => {
    if (isCut) return void client.destroy();
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.toString(),
    cut() {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    mend() {
      isCut = false;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

let api: TestApi;
let proxy: Awaited<ReturnType<typeof startProxy>>;

beforeAll(async () => {
  api = await startTestApi({ TEMPORAL_NAMESPACE: 'default' }, async (url) => {
    proxy = await startProxy(new URL(url));
    return proxy.url;
  });
});
afterAll(async () => {
  await api.close();
  proxy.close();
});

it('says that the database is away, stays alive, and goes on when it is back', async () => {
  expect((await api.call('/corps')).status).toBe(200);
  proxy.cut();
  for (const path of ['/corps', '/runs', '/session', '/corps/x/members']) {
    const answer = await api.call(path, path === '/session' ? { token: 'unknown' } : {});
    expect([path, answer.status, answer.body.error.code]).toEqual([path, 503, 'unavailable']);
    expect(answer.headers.get('retry-after')).toBe('5');
  }
  expect((await api.fetch('/healthz', { token: null })).status).toBe(200);
  const ready = await api.fetch('/readyz', { token: null });
  expect([ready.status, ready.body.database.ok]).toEqual([503, false]);
  proxy.mend();
  expect((await api.call('/corps')).status).toBe(200);
});
