// One data folder and the ports that stay with it, on which one version of the product runs after another.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Its first start installs packages and builds. */
const readyWithinMs = 15 * 60_000;
const errorLevel = 50;

/** @typedef {Awaited<ReturnType<typeof installation>>} Installation */
/** @typedef {{ temporalAddress: string, simulatorUrl: string, databaseUrl: string }} Endpoints */

/** @param {string} folder */
export async function installation(folder) {
  const [port, simulatorPort, uiPort] = await freePorts(3);
  const token = randomBytes(24).toString('hex');
  // The same in every recording, so that what it sealed can be read by whoever knows it.
  const masterKey = Buffer.alloc(32, 'upgrade').toString('base64');
  const baseUrl = `http://127.0.0.1:${port}`;
  let output = '';
  /** @type {{ child: import('node:child_process').ChildProcess, ended: Promise<void> } | undefined} */
  let running;
  let runsTodays = false;
  /** @type {Map<string, number>} */
  const logged = new Map();

  return {
    apiUrl: `${baseUrl}/api/v1`,
    folder,
    masterKey,
    token,

    /** The end of what it said, on the terminal and in its logs. */
    said: () =>
      [
        output.slice(-4_000),
        ...logs(folder).map(({ file, lines }) => [file, ...lines.slice(-8)].join('\n')),
      ].join('\n'),

    /** @param {string} version where its code lies */
    async start(version) {
      for (const { file, lines } of logs(folder)) logged.set(file, lines.length);
      runsTodays = logged.size > 0;
      output = '';
      const child = spawn(process.execPath, [join(version, 'scripts', 'start.mjs')], {
        cwd: version,
        env: {
          ...inheritedEnv(),
          LC_ALL: 'C.UTF-8',
          BRIDGE_DATA_DIR: folder,
          BRIDGE_ADMIN_TOKEN: token,
          BRIDGE_MASTER_KEY: masterKey,
          // A corp of its own, with the people it needs.
          BRIDGE_DEMO: 'false',
          PORT: String(port),
          SIMULATOR_PORT: String(simulatorPort),
          TEMPORAL_UI_PORT: String(uiPort),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (/** @type {Buffer} */ data) => (output += data.toString()));
      running = { child, ended: new Promise((resolve) => child.once('close', () => resolve())) };
      await untilReady(`${baseUrl}/readyz`, () => child.exitCode === null && child.signalCode === null);
    },

    /** As kill -9 of the process that was started does it: nothing says goodbye. */
    async kill() {
      running?.child.kill('SIGKILL');
      await running?.ended;
      running = undefined;
    },

    async stop() {
      running?.child.kill('SIGINT');
      await running?.ended;
      running = undefined;
    },

    /** @returns {Endpoints} */
    endpoints: () => JSON.parse(readFileSync(join(folder, 'run', 'endpoints.json'), 'utf8')),

    /** What today's version has logged as an error. @returns {import('./strands.mjs').Finding[]} */
    complaints() {
      if (!runsTodays) return [];
      const errors = logs(folder).flatMap(({ file, lines }) =>
        lines
          .slice(logged.get(file) ?? 0)
          .filter((line) => levelOf(line) >= errorLevel)
          .map((line) => `${file}: ${line.slice(0, 500)}`),
      );
      const seen = errors.slice(0, 5).join('\n');
      return [{ of: 'logs', what: 'today’s version logs no error', holds: errors.length === 0, seen }];
    },
  };
}

/** @param {string} folder */
function logs(folder) {
  const parts = join(folder, 'logs');
  /** @type {string[]} */
  let files = [];
  try {
    files = readdirSync(parts).filter((file) => /^(api|worker)\.log$/.test(file));
  } catch {
    // The first start makes it.
  }
  return files.map((file) => ({ file, lines: readFileSync(join(parts, file), 'utf8').split('\n') }));
}

/** @param {string} line */
function levelOf(line) {
  try {
    return Number(JSON.parse(line).level);
  } catch {
    return 0;
  }
}

/** Settings of the machine's user must not reach the product under test. */
function inheritedEnv() {
  const settings =
    /^(BRIDGE_|TEMPORAL_|SIMULATOR_|WORKER_|WECOM_|OA_|DATABASE_URL$|PORT$|METRICS_PORT$|LANG|LC_|npm_|NODE_ENV$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !settings.test(name)));
}

/** @param {string} url @param {() => boolean} isAlive */
async function untilReady(url, isAlive) {
  for (const deadline = Date.now() + readyWithinMs; ; await wait(200)) {
    if (!isAlive()) throw new Error('The product ended');
    if (Date.now() > deadline) throw new Error(`Not ready within ${readyWithinMs / 60_000} minutes`);
    try {
      if ((await fetch(url)).ok) return;
    } catch {
      // Nobody listens yet.
    }
  }
}

/** Reserved together, so that they differ. @param {number} count */
async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await /** @type {Promise<void>} */ (
        new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
      );
      return server;
    }),
  );
  const ports = servers.map(
    (server) => /** @type {import('node:net').AddressInfo} */ (server.address()).port,
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
