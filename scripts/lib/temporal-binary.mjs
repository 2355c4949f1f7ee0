import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandError, findOnPath, run } from './command.mjs';
import { withLock } from './lock.mjs';
import { inRoot } from './paths.mjs';
import { SetupError, say, step, text } from './say.mjs';

// The newest version that `go install` accepts: later ones carry a `replace` for a nested module.
const goVersion = 'v1.5.1';
// Workflow updates and the search attributes used here need at least this server.
const oldestServer = [1, 25];
const downloadTimeoutMs = 20_000;

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'wecom-bridge', 'temporal');
const executable = process.platform === 'win32' ? 'temporal.exe' : 'temporal';

/**
 * The Temporal CLI with its development server: on the PATH, downloaded by the SDK, or built from its Go module.
 * @returns {Promise<string>} the path of the binary
 */
export async function temporalBinary() {
  const onPath = findOnPath('temporal');
  if (onPath && (await isUsable(onPath))) return onPath;
  const cached = cachedBinary();
  if (cached) return cached;
  return withLock(
    join(cache, 'get.lock'),
    async () => {
      const meanwhile = cachedBinary();
      if (meanwhile) return meanwhile;
      /** @type {string[]} */
      const reasons = [];
      const binary = (await downloaded(reasons)) ?? (await built(reasons));
      if (binary) return binary;
      throw new SetupError(
        [
          text({
            en: 'No Temporal server was found, and none could be fetched. Any one of these helps:',
            'zh-CN': '未找到 Temporal 服务端，也无法获取。以下任一办法均可解决：',
          }),
          text({
            en: '  1. Point TEMPORAL_ADDRESS at a running Temporal server, e.g. TEMPORAL_ADDRESS=temporal.internal:7233',
            'zh-CN':
              '  1. 用 TEMPORAL_ADDRESS 指向已运行的 Temporal 服务端，例如 TEMPORAL_ADDRESS=temporal.internal:7233',
          }),
          text({
            en: '  2. Install the Temporal CLI so that `temporal` is on the PATH (https://docs.temporal.io/cli)',
            'zh-CN': '  2. 安装 Temporal CLI，使 PATH 中有 `temporal` 命令（https://docs.temporal.io/cli）',
          }),
          text({
            en: '  3. Install Go 1.24 or newer with access to a Go module proxy, and start again: the server is then built once',
            'zh-CN': '  3. 安装 Go 1.24 或更新版本并能访问 Go 模块代理，然后重新启动：将自动构建一次',
          }),
          ...reasons.map((reason) => `     - ${reason}`),
        ].join('\n'),
      );
    },
    {
      onWait: (holder) =>
        say(
          text(
            {
              en: '• Waiting for process {holder}, which is fetching the Temporal server',
              'zh-CN': '• 等待进程 {holder} 获取 Temporal 服务端',
            },
            { holder },
          ),
        ),
    },
  );
}

/** @param {string} binary */
async function isUsable(binary) {
  try {
    const version = await run(binary, ['--version'], { timeoutMs: 10_000 });
    const server = /Server (\d+)\.(\d+)/.exec(version);
    if (!server) return false;
    const [major, minor] = [Number(server[1]), Number(server[2])];
    const [oldestMajor = 0, oldestMinor = 0] = oldestServer;
    if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return true;
    say(
      text(
        {
          en: '• {binary} is too old (server {major}.{minor}) and is left alone',
          'zh-CN': '• {binary} 版本过旧（服务端 {major}.{minor}），不使用',
        },
        { binary, major, minor },
      ),
    );
    return false;
  } catch (error) {
    if (error instanceof CommandError) return false;
    throw error;
  }
}

const builtBinary = () => join(cache, goVersion, executable);
const downloadFolder = join(cache, 'sdk');

function cachedBinary() {
  return [downloadedBinary(), builtBinary()].find((file) => file !== undefined && isExecutable(file));
}

function downloadedBinary() {
  if (!existsSync(downloadFolder)) return undefined;
  const name = readdirSync(downloadFolder).find(
    (entry) => /^temporal.*?(\.exe)?$/.test(entry) && !/\.(downloading|part|tmp)/.test(entry),
  );
  return name && join(downloadFolder, name);
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @param {string[]} reasons */
async function downloaded(reasons) {
  mkdirSync(downloadFolder, { recursive: true });
  // In a process of its own: the SDK has no time limit for its download.
  const program = `
    const { TestWorkflowEnvironment } = require('@temporalio/testing');
    const executable = { type: 'cached-download', downloadDir: process.argv[1], ttl: '365 days' };
    TestWorkflowEnvironment.createLocal({ server: { executable } })
      .then((server) => server.teardown())
      .then(() => process.exit(0), (error) => { console.error(String(error.message ?? error)); process.exit(1); });`;
  try {
    await step(text({ en: 'Downloading the Temporal server', 'zh-CN': '下载 Temporal 服务端' }), () =>
      run(process.execPath, ['-e', program, downloadFolder], { timeoutMs: downloadTimeoutMs, cwd: inRoot() }),
    );
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const said = error.output.trim().split('\n').at(-1)?.slice(0, 300);
    reasons.push(`download: ${said || `no answer within ${downloadTimeoutMs / 1000} s`}`);
    rmSync(downloadFolder, { recursive: true, force: true });
    return undefined;
  }
  const binary = downloadedBinary();
  if (!binary) reasons.push(`download: nothing arrived in ${downloadFolder}`);
  return binary;
}

/** @param {string[]} reasons */
async function built(reasons) {
  const go = findOnPath('go') ?? ['/usr/local/go/bin/go', '/usr/lib/go/bin/go'].find(isExecutable);
  if (!go) {
    reasons.push('Go: not installed');
    return undefined;
  }
  const folder = join(cache, goVersion);
  mkdirSync(folder, { recursive: true });
  // 250 modules and their objects take gigabytes that a machine without Go projects has no other use for.
  const moduleCache = (await run(go, ['env', 'GOMODCACHE'])).trim();
  const scratch = existsSync(moduleCache) ? undefined : mkdtempSync(join(tmpdir(), 'wecom-bridge-go-'));
  const caches = scratch && {
    GOMODCACHE: join(scratch, 'modules'),
    GOCACHE: join(scratch, 'objects'),
    GOFLAGS: '-modcacherw',
  };
  const unfinished = mkdtempSync(join(folder, 'build-'));
  try {
    say(
      text({
        en: '• The Temporal server is built once from its Go module. This takes about four minutes; later starts use the result.',
        'zh-CN': '• 首次启动需从 Go 模块构建 Temporal 服务端，约需四分钟；之后启动直接使用构建结果。',
      }),
    );
    await step(text({ en: 'Building the Temporal server', 'zh-CN': '构建 Temporal 服务端' }), () =>
      run(go, ['install', '-ldflags', '-s -w', `github.com/temporalio/cli/cmd/temporal@${goVersion}`], {
        cwd: tmpdir(),
        env: { ...caches, CGO_ENABLED: '0', GOBIN: unfinished },
      }),
    );
    renameSync(join(unfinished, executable), builtBinary());
    return builtBinary();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    reasons.push(`Go: ${error.output.trim().split('\n').slice(-3).join(' ').slice(0, 500)}`);
    return undefined;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
    if (scratch) rmSync(scratch, { recursive: true, force: true });
  }
}
