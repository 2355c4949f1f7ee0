import { createServer, type Server } from 'node:net';
import { choosePort, freePort, isFree, PortTakenError } from '../../embedded/ports';
import { holderOfPort } from '../../embedded/processes';

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

async function occupy(host = '127.0.0.1'): Promise<number> {
  const port = await freePort();
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  return port;
}

it.each(['127.0.0.1', '0.0.0.0'])('a port that somebody holds on %s is not free', async (host) => {
  expect(await isFree(await occupy(host))).toBe(false);
});

it('the holder of a port is known by its number', async () => {
  expect(holderOfPort(await occupy())?.pid).toBe(process.pid);
});

it('a port that a person asked for is that one or none', async () => {
  const wanted = await occupy();
  await expect(choosePort({ variable: 'PORT', wanted, usual: 1 }, new Set())).rejects.toThrow(
    new PortTakenError('PORT', wanted, undefined),
  );
});

it('the usual port gives way to the next free one', async () => {
  const usual = await occupy();
  const { port, insteadOf } = await choosePort({ variable: 'PORT', usual }, new Set());
  expect(port).not.toBe(usual);
  expect(insteadOf).toBe(usual);
});

it('the port of the last time comes before the usual one', async () => {
  const last = await freePort();
  expect(await choosePort({ variable: 'PORT', usual: await freePort(), last }, new Set())).toEqual({
    port: last,
  });
});

it('no port is given out twice', async () => {
  const port = await freePort();
  const second = await choosePort({ variable: 'PORT', usual: port }, new Set([port]));
  expect(second.port).not.toBe(port);
  await expect(choosePort({ variable: 'PORT', wanted: port, usual: 1 }, new Set([port]))).rejects.toThrow(
    PortTakenError,
  );
});
