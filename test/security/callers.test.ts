import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import express from 'express';
import { callerLimits, createHttpServer } from '../../api/http-server';

/** The limits of the API, made short. */
const short = {
  headersMs: 300,
  requestMs: 900,
  keptAliveMs: 300,
  silentMs: 600,
  connections: 20,
  lookEveryMs: 50,
};

let server: Server;
let port: number;
const opened: Socket[] = [];

beforeAll(async () => {
  const app = express();
  app.post('/body', express.text({ type: () => true }), (request, response) => {
    response.send(String(request.body).length.toString());
  });
  // More than every buffer on the way holds.
  app.get('/export', (_request, response) => void response.end(Buffer.alloc(64 * 1024 * 1024)));
  app.get('/', (_request, response) => void response.send('ok'));
  server = createHttpServer(app, short);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(() => {
  for (const socket of opened.splice(0)) socket.destroy();
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function caller(): Promise<{ readonly socket: Socket; said(): string }> {
  const socket = connect(port, '127.0.0.1');
  opened.push(socket);
  socket.on('error', () => undefined);
  let said = '';
  socket.on('data', (data: Buffer) => (said += data.toString('latin1').slice(0, 200)));
  await once(socket, 'connect');
  return { socket, said: () => said };
}

/** Sends a little again and again until the other side has had enough. */
async function drip({ socket }: { readonly socket: Socket }, first: string, drop: string): Promise<void> {
  const gone = once(socket, 'close');
  socket.write(first);
  const timer = setInterval(() => {
    if (!socket.destroyed) socket.write(drop);
  }, 40);
  await gone;
  clearInterval(timer);
}

it('who never comes to the end of the headers is sent away', async () => {
  const slow = await caller();
  await drip(slow, 'GET / HTTP/1.1\r\nHost: a\r\n', 'X-More: 1\r\n');
  expect(slow.said()).toMatch(/^HTTP\/1\.1 408 /);
});

it('who never comes to the end of the body is sent away', async () => {
  const slow = await caller();
  await drip(slow, 'POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n', 'x');
  expect(slow.said()).not.toMatch(/ 200 /);
});

it('who asks for a file and does not read it is sent away', async () => {
  const { socket } = await caller();
  socket.pause();
  socket.write('GET /export HTTP/1.1\r\nHost: a\r\n\r\n');
  const isOpen = () => new Promise<number>((resolve) => server.getConnections((_error, n) => resolve(n)));
  while ((await isOpen()) > 0) await wait(50);
});

it('who says nothing at all is sent away, and others are answered meanwhile', async () => {
  const silent = await caller();
  const gone = once(silent.socket, 'close');
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('ok');
  await gone;
});

it('headers larger than 16 KiB are refused', async () => {
  const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { 'x-large': 'x'.repeat(20_000) } });
  expect(answer.status).toBe(431);
});

it('the API itself gives a minute to nobody’s headers, and an upload five', () => {
  expect(callerLimits.headersMs).toBeLessThan(60_000);
  expect(callerLimits.requestMs).toBeLessThanOrEqual(300_000);
  expect(callerLimits.silentMs).toBeLessThanOrEqual(300_000);
  expect(callerLimits.keptAliveMs).toBeGreaterThan(60_000);
});
