// Draws the README's pictures into docs/images/ from a demo of its own: node scripts/screenshots.mjs
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { inRoot, root } from './lib/paths.mjs';
import { failWith, say, SetupError } from './lib/say.mjs';

const pictures = inRoot('docs', 'images');
const size = { width: 1280, height: 800 };
const largestBytes = 200 * 1024;
const readyWithinMs = 10 * 60_000;

const dataFolder = mkdtempSync(join(tmpdir(), 'wecom-bridge-screenshots-'));
const product = spawn(process.execPath, [inRoot('scripts', 'start.mjs')], {
  cwd: root,
  env: { ...process.env, BRIDGE_DATA_DIR: dataFolder, BRIDGE_DEMO: 'true', LC_ALL: 'C.UTF-8' },
  stdio: ['ignore', 'pipe', 'pipe'],
});
const ended = new Promise((resolve) => product.once('close', resolve));

try {
  const login = await oneTimeLogin();
  mkdirSync(pictures, { recursive: true });
  const browser = await chromium.launch({
    executablePath: browserPath(),
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  });
  const page = await browser.newPage({ viewport: size, baseURL: new URL(login).origin, locale: 'zh-CN' });
  await draw(page, login);
  await browser.close();
} catch (error) {
  failWith(error);
} finally {
  product.kill('SIGINT');
  await ended;
  rmSync(dataFolder, { recursive: true, force: true });
}

/** @param {import('playwright-core').Page} page @param {string} login */
async function draw(page, login) {
  await page.goto(login);
  await page.getByRole('button', { name: '以后再说' }).click();
  await page.getByRole('heading', { name: '概览', level: 1 }).waitFor();
  await page.getByRole('button', { name: '读取通讯录' }).first().click();
  await page.getByText(/^读取完整/).waitFor({ timeout: 120_000 });
  const run = new URL(page.url()).pathname;
  await page.goto('/corps');
  await page.locator('.corp-grid a').first().click();
  await page.getByRole('button', { name: '检查连接' }).click();
  await page.locator('.finding').first().waitFor({ timeout: 60_000 });
  const corp = new URL(page.url()).pathname;
  await page.getByRole('button', { name: '模拟写入' }).first().click();
  await page.getByTestId('plan-hash').waitFor({ timeout: 120_000 });
  const plan = new URL(page.url()).pathname;

  await picture(page, 'connection', corp);
  await picture(page, 'members', `${corp}/members`);
  await picture(page, 'run', run);
  await picture(page, 'plan', plan);
  await picture(page, 'overview', '/');
  await page.getByRole('button', { name: 'English' }).click();
  await picture(page, 'overview.en', '/');
  await picture(page, 'run.en', run);
  await picture(page, 'plan.en', plan);
}

/** @param {import('playwright-core').Page} page @param {string} name @param {string} path */
async function picture(page, name, path) {
  await page.goto(path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForLoadState('networkidle');
  await page.mouse.move(0, size.height);
  const file = join(pictures, `${name}.png`);
  await page.screenshot({ path: file, animations: 'disabled' });
  const { size: bytes } = statSync(file);
  if (bytes > largestBytes)
    throw new SetupError(`${name}.png is larger than ${largestBytes} bytes: ${bytes}`);
  say(`docs/images/${name}.png  ${Math.round(bytes / 1024)} KB`);
}

/** @returns {Promise<string>} */
function oneTimeLogin() {
  return new Promise((resolve, reject) => {
    let shown = '';
    const late = setTimeout(() => reject(new SetupError(`Not ready in time:\n${shown}`)), readyWithinMs);
    const read = (/** @type {Buffer} */ data) => {
      shown += String(data);
      const link = /^ {2}(?:One-time login|一次性登录)\s+(\S+)$/m.exec(shown)?.[1];
      if (link === undefined) return;
      clearTimeout(late);
      resolve(link);
    };
    product.stdout.on('data', read);
    product.stderr.on('data', read);
    product.once('close', () => reject(new SetupError(`The demo did not start:\n${shown}`)));
  });
}

function browserPath() {
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    const found = spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim();
    if (found !== '') return found;
  }
  throw new SetupError('No Chromium on the PATH. Install it: apt-get install -y chromium fonts-noto-cjk');
}
