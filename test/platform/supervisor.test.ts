import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { identify, isRunning } from '../../embedded/processes';
import { freePort } from '../../embedded/ports';
import {
  listeningAddresses,
  newDataFolder,
  removeDataFolders,
  shown,
  startStandIns,
  until,
  untilGone,
  type StandInProduct,
} from './stand-in-product';

const running: StandInProduct[] = [];

function start(options: Parameters<typeof startStandIns>[0] = {}): StandInProduct {
  const product = startStandIns(options);
  running.push(product);
  return product;
}

afterEach(async () => {
  const processes = running.flatMap((product) => product.processes());
  for (const product of running.splice(0)) product.signal('SIGTERM');
  await untilGone(processes);
});
afterAll(removeDataFolders);

describe('stopping', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    '%s drains the worker first and leaves no process',
    async (signal) => {
      const product = start();
      await product.untilShown(shown);
      const processes = product.processes();
      product.signal(signal);
      expect(await product.ended()).toBe(0);
      expect(product.events().filter((event) => event.endsWith('drained'))).toEqual([
        'worker drained',
        'api drained',
        'simulator drained',
      ]);
      expect(processes.filter(isRunning)).toEqual([]);
    },
  );

  it('a signal during the start stops what has been started', async () => {
    const product = start();
    await until(
      () => product.processes().length > 2,
      () => 'nothing was started',
    );
    const processes = product.processes();
    product.signal('SIGINT');
    expect(await product.ended()).toBe(0);
    await untilGone(processes);
  });

  it('a second Ctrl-C ends everything without waiting for the worker', async () => {
    const product = start({ env: { STAND_IN_DRAIN_MS: '600000' } });
    await product.untilShown(shown);
    const processes = product.processes();
    product.signal('SIGINT');
    await product.untilNoted(/^worker draining$/);
    await wait(1_500);
    product.signal('SIGINT');
    expect(await product.ended()).toBe(130);
    await untilGone(processes);
  });

  it('one Ctrl-C that the terminal and npm both pass on is one', async () => {
    const product = start({ env: { STAND_IN_DRAIN_MS: '300' } });
    await product.untilShown(shown);
    product.signal('SIGINT');
    product.signal('SIGINT');
    expect(await product.ended()).toBe(0);
    expect(product.events()).toContain('worker drained');
  });
});

describe('kill -9', () => {
  it('of the supervisor leaves no orphan, and the next start finds no stale lock', async () => {
    const product = start();
    await product.untilShown(shown);
    const processes = product.processes();
    expect(processes.length).toBeGreaterThan(6);
    product.signal('SIGKILL');
    await product.ended();
    await untilGone(processes);
    const next = start({ dataFolder: product.dataFolder });
    await next.untilShown(shown);
    expect(next.output()).not.toMatch(/taken/);
  });

  it('of the supervisor and both guardians leaves servers that the next start ends', async () => {
    const product = start();
    await product.untilShown(shown);
    const guardians = ['postgres', 'temporal'].map((service) => readIdentity(product, `${service}-guardian`));
    const servers = product.processes();
    for (const guardian of guardians) process.kill(guardian.pid, 'SIGKILL');
    product.signal('SIGKILL');
    await product.ended();
    const next = start({ dataFolder: product.dataFolder });
    await next.untilShown(shown);
    await untilGone(servers);
  });
});

describe('kill -9 of one part', () => {
  let product: StandInProduct;
  beforeAll(async () => {
    product = startStandIns();
    await product.untilShown(shown);
  });
  afterAll(async () => {
    product.signal('SIGTERM');
    await product.ended();
  });

  it.each(['api', 'worker', 'simulator'] as const)('%s: it is back, the others never left', async (part) => {
    const others = (['api', 'worker', 'simulator'] as const)
      .filter((other) => other !== part)
      .map(product.pidOf);
    process.kill(product.pidOf(part), 'SIGKILL');
    await product.untilNoted(new RegExp(`^${part} ready`), 2);
    await product.untilShown(new RegExp(`${part} is running again`));
    expect(
      (['api', 'worker', 'simulator'] as const).filter((other) => other !== part).map(product.pidOf),
    ).toEqual(others);
  });

  it('Postgres and Temporal: both are back with what they held', async () => {
    const { databaseUrl } = JSON.parse(
      readFileSync(join(product.dataFolder, 'run', 'endpoints.json'), 'utf8'),
    ) as {
      databaseUrl: string;
    };
    await query(databaseUrl, 'create table kept (answer int)');
    await query(databaseUrl, 'insert into kept values (42)');
    process.kill(postgresPid(product), 'SIGKILL');
    process.kill(temporalPid(product), 'SIGKILL');
    await product.untilShown(/postgres is running again/);
    await product.untilShown(/temporal is running again/);
    expect(await query(databaseUrl, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('a guardian: its server is back', async () => {
    const before = postgresPid(product);
    process.kill(readIdentity(product, 'postgres-guardian').pid, 'SIGKILL');
    await product.untilShown(/postgres is running again[^]*postgres is running again/);
    expect(postgresPid(product)).not.toBe(before);
  });
});

describe('starting', () => {
  it('a second start on the same folder is refused with the number of the first', async () => {
    const product = start();
    await product.untilShown(shown);
    const second = start({ dataFolder: product.dataFolder });
    expect(await second.ended()).toBe(1);
    expect(second.output()).toContain(`process ${product.pid}`);
    expect(identify(product.pid)).toBeDefined();
  });

  it('a wrong setting ends the start with its name, shape and example, before anything is on disk', async () => {
    const product = start({ env: { PORT: 'eighty' } });
    expect(await product.ended()).toBe(1);
    expect(product.output()).toMatch(/PORT.*Expected: a port number.*Example: 8080/);
    expect(product.output()).not.toContain('eighty');
    expect(existsSync(product.dataFolder)).toBe(false);
  });

  it('a port that was asked for and is taken ends the start with variable, port and holder', async () => {
    const { server, port } = await occupy();
    try {
      const product = start({ env: { PORT: String(port) } });
      expect(await product.ended()).toBe(1);
      expect(product.output()).toMatch(
        new RegExp(`Port ${port}, which PORT asks for, is taken by process ${process.pid} `),
      );
    } finally {
      server.close();
    }
  });

  it('a usual port that is taken gives way to the next free one, which is said and kept', async () => {
    const occupied = await occupy(8080).catch(() => undefined);
    try {
      const product = start();
      await product.untilShown(shown);
      const [, port] = /Port 8080 is taken; PORT is (\d+) this time/.exec(product.output()) ?? [];
      expect(Number(port)).toBeGreaterThan(8080);
      expect(product.output()).toContain(`http://127.0.0.1:${port}`);
      product.signal('SIGINT');
      await product.ended();
      const next = start({ dataFolder: product.dataFolder });
      await next.untilShown(shown);
      expect(next.output()).toContain(`http://127.0.0.1:${port}`);
    } finally {
      occupied?.server.close();
    }
  });

  it('secrets are made once, for their owner only, and stand on no command line', async () => {
    const folder = newDataFolder();
    const product = start({ dataFolder: folder });
    await product.untilShown(shown);
    const secrets = ['master.key', 'postgres.password'].map((name) =>
      readFileSync(join(folder, name), 'utf8').trim(),
    );
    for (const name of ['master.key', 'postgres.password', 'run/endpoints.json']) {
      expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600]);
    }
    expect(Buffer.from(secrets[0]!, 'base64')).toHaveLength(32);
    for (const { pid } of product.processes()) {
      const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      for (const secret of secrets) expect(commandLine).not.toContain(secret);
    }
    product.signal('SIGINT');
    await product.ended();
    const next = start({ dataFolder: folder });
    await next.untilShown(shown);
    expect(readFileSync(join(folder, 'master.key'), 'utf8').trim()).toBe(secrets[0]);
  });

  it('everything embedded listens on loopback only', async () => {
    const product = start();
    await product.untilShown(shown);
    const addresses = listeningAddresses(product.processes().map(({ pid }) => pid));
    expect(addresses.length).toBeGreaterThanOrEqual(4);
    expect(addresses.filter((address) => !address.startsWith('127.'))).toEqual([]);
  });
});

function postgresPid({ dataFolder }: StandInProduct): number {
  return Number.parseInt(readFileSync(join(dataFolder, 'postgres', 'postmaster.pid'), 'utf8'), 10);
}

function temporalPid({ dataFolder }: StandInProduct): number {
  return (JSON.parse(readFileSync(join(dataFolder, 'temporal', 'server.json'), 'utf8')) as { pid: number })
    .pid;
}

async function query(databaseUrl: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

function readIdentity(product: StandInProduct, name: string): { pid: number } {
  return JSON.parse(readFileSync(join(product.dataFolder, 'run', `${name}.process.json`), 'utf8')) as {
    pid: number;
  };
}

async function occupy(wanted?: number): Promise<{ server: Server; port: number }> {
  const port = wanted ?? (await freePort());
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return { server, port };
}
