// `npm run api`, `npm run worker` …: one part of the product in this terminal.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from './lib/compile.mjs';
import { stopWithNpm } from './lib/npm-parent.mjs';
import { inRoot, root } from './lib/paths.mjs';
import { SetupError, failWith, text } from './lib/say.mjs';
import { prepare } from './lib/set-up.mjs';

/** @type {Record<string, { entry: string[], needs: ('database' | 'temporal' | 'masterKey')[] }>} */
const parts = {
  api: { entry: ['api', 'main.js'], needs: ['database', 'temporal', 'masterKey'] },
  worker: { entry: ['workers', 'main.js'], needs: ['database', 'temporal', 'masterKey'] },
  simulator: { entry: ['simulator', 'main.js'], needs: [] },
  migrate: { entry: ['store', 'migrate-main.js'], needs: ['database'] },
  'rotate-key': { entry: ['store', 'rotate-key-main.js'], needs: ['database', 'masterKey'] },
};

const dataFolder = resolve(root, process.env.BRIDGE_DATA_DIR || '.data');

try {
  const [name = '', ...args] = process.argv.slice(2);
  const part = parts[name];
  if (part === undefined) {
    throw new SetupError(
      text(
        { en: 'Which part? One of: {parts}', 'zh-CN': '请指定部件：{parts}' },
        { parts: Object.keys(parts).join(', ') },
      ),
    );
  }
  // An image carries what was built and no tools; there is nothing to prepare, and nothing to prepare it with.
  if (process.env.NODE_ENV !== 'production') {
    await prepare({ temporal: false });
    await build({ workflows: name === 'worker', console: name === 'api' });
  }
  const env = environmentFor(part.needs);
  process.exitCode = await runPart(inRoot('dist', ...part.entry), args, env);
} catch (error) {
  failWith(error);
}

/**
 * What is not set is taken from a product that runs on the same data folder.
 * @param {string[]} needs
 * @returns {Record<string, string>}
 */
function environmentFor(needs) {
  const running = readEndpoints();
  /** @type {Record<string, string | undefined>} */
  const found = {
    DATABASE_URL: process.env.DATABASE_URL || running.databaseUrl,
    TEMPORAL_ADDRESS: process.env.TEMPORAL_ADDRESS || running.temporalAddress,
    TEMPORAL_UI_URL: process.env.TEMPORAL_UI_URL || running.temporalUiUrl,
    SIMULATOR_URL: process.env.SIMULATOR_URL || running.simulatorUrl,
  };
  if (needs.includes('masterKey')) found.BRIDGE_MASTER_KEY = process.env.BRIDGE_MASTER_KEY || masterKey();
  /** @type {string[]} */
  const missing = [];
  if (needs.includes('database') && !found.DATABASE_URL) missing.push('DATABASE_URL');
  if (needs.includes('temporal') && !found.TEMPORAL_ADDRESS) missing.push('TEMPORAL_ADDRESS');
  if (missing.length > 0) {
    throw new SetupError(
      text(
        {
          en: '{names}: not set, and no product runs on {folder} to take it from. Set it, or run `npm start` first.\nExample: DATABASE_URL=postgresql://bridge:password@db.internal:5432/wecom_bridge TEMPORAL_ADDRESS=temporal.internal:7233',
          'zh-CN':
            '{names} 未设置，且数据目录 {folder} 上没有正在运行的实例可供读取。请设置该变量，或先运行 `npm start`。\n示例：DATABASE_URL=postgresql://bridge:password@db.internal:5432/wecom_bridge TEMPORAL_ADDRESS=temporal.internal:7233',
        },
        { names: missing.join(', '), folder: dataFolder },
      ),
    );
  }
  return Object.fromEntries(Object.entries(found).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

/** @returns {{ databaseUrl?: string, temporalAddress?: string, temporalUiUrl?: string, simulatorUrl?: string }} */
function readEndpoints() {
  const file = join(dataFolder, 'run', 'endpoints.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

function masterKey() {
  const file = join(dataFolder, 'master.key');
  if (!existsSync(file)) {
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    const mine = `${file}.${process.pid}`;
    writeFileSync(mine, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
    try {
      // Of two that start together, one key wins and both read it.
      linkSync(mine, file);
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    } finally {
      rmSync(mine, { force: true });
    }
  }
  return readFileSync(file, 'utf8').trim();
}

/** @param {string} entry @param {string[]} args @param {Record<string, string>} env */
async function runPart(entry, args, env) {
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', '--disable-warning=ExperimentalWarning', entry, ...args],
    {
      cwd: root,
      env: { ...process.env, ...env },
      // The channel tells the part when we are killed.
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    },
  );
  // A terminal's Ctrl-C has reached the part as well; it drains, and we wait for it.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  stopWithNpm();
  return new Promise((resolveCode) => child.once('close', (code) => resolveCode(code ?? 1)));
}
