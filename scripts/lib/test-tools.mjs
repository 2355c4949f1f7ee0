import { existsSync } from 'node:fs';
import { CommandError, findOnPath, run } from './command.mjs';
import { say, step, text } from './say.mjs';
import { lacksJavaOnly } from './time-skipping-server.mjs';

const browsers = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Programs of the system that some tests need, as Debian packages. */
const tools = [
  { packages: ['chromium'], isThere: async () => browsers.some(findOnPath) },
  // Without a CJK font Chinese text is drawn as boxes, and screenshots prove nothing.
  { packages: ['fonts-noto-cjk'], isThere: hasChineseFont },
  { packages: ['python3', 'python3-venv'], isThere: hasPythonEnvironments },
  // Runs Temporal's test server where the SDK can't download one that needs nothing else.
  { packages: ['default-jre-headless', 'maven'], isThere: async () => !(await lacksJavaOnly()) },
];

/** Installs what is missing where that is allowed; otherwise says how. The tests that need it fail without it. */
export async function prepareTestTools() {
  /** @type {string[]} */
  const missing = [];
  for (const { packages, isThere } of tools) if (!(await isThere())) missing.push(...packages);
  if (missing.length === 0) return;
  const command = `apt-get install -y ${missing.join(' ')}`;
  if (process.getuid?.() === 0 && findOnPath('apt-get')) {
    try {
      await step(
        text({ en: 'Installing {packages}', 'zh-CN': '安装 {packages}' }, { packages: missing.join(', ') }),
        async () => {
          const env = { DEBIAN_FRONTEND: 'noninteractive' };
          await run('apt-get', ['update', '-qq'], { env, cwd: '/' });
          await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], {
            env,
            cwd: '/',
          });
        },
      );
      return;
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      say(error.message);
    }
  }
  say(
    text(
      {
        en: '! Missing: {packages}. The tests that need them will fail. Install with: {command}',
        'zh-CN': '! 缺少：{packages}。依赖它们的测试将失败。安装命令：{command}',
      },
      { packages: missing.join(', '), command },
    ),
  );
}

async function hasChineseFont() {
  if (process.platform !== 'linux') return true;
  if (!findOnPath('fc-list')) return existsSync('/usr/share/fonts/opentype/noto');
  return (await run('fc-list', [':lang=zh', 'family'])).trim() !== '';
}

async function hasPythonEnvironments() {
  try {
    await run('python3', ['-c', 'import venv, ensurepip']);
    return true;
  } catch {
    return false;
  }
}
