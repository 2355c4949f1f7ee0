import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandError, run } from './command.mjs';
import { withLock } from './lock.mjs';
import { cacheFolder, inRoot, root } from './paths.mjs';
import { SetupError, step, text } from './say.mjs';
import { temporalBinary } from './temporal-binary.mjs';

/**
 * What a fresh clone lacks: packages, the generated Prisma client and, where asked for, the Temporal server. Quick when
 * nothing is missing.
 * @param {{ temporal: boolean }} needs
 */
export async function prepare(needs) {
  checkNodeVersion();
  await installPackages();
  await generatePrismaClient();
  if (needs.temporal) await temporalBinary();
}

function checkNodeVersion() {
  const wanted = JSON.parse(readFileSync(inRoot('package.json'), 'utf8')).engines.node.replace('>=', '');
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [wantedMajor, wantedMinor] = wanted.split('.').map(Number);
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  throw new SetupError(
    text(
      {
        en: 'Node.js {wanted} or newer is needed; this is {found} ({path}). Install it from https://nodejs.org or with your version manager.',
        'zh-CN':
          '需要 Node.js {wanted} 或更新版本，当前为 {found}（{path}）。请从 https://nodejs.org 或用版本管理工具安装。',
      },
      { wanted, found: process.versions.node, path: process.execPath },
    ),
  );
}

async function installPackages() {
  if (packagesMatchLockfile()) return;
  // The lock lies outside node_modules, which `npm ci` removes.
  await withLock(
    join(tmpdir(), `wecom-bridge-${createHash('sha256').update(root).digest('hex').slice(0, 16)}.lock`),
    async () => {
      if (packagesMatchLockfile()) return;
      await step(
        text({ en: 'Installing packages from the lockfile', 'zh-CN': '按锁定文件安装依赖包' }),
        async () => {
          try {
            await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel', 'error'], {
              env: { NODE_ENV: '' },
            });
          } catch (error) {
            if (!(error instanceof CommandError)) throw error;
            throw new SetupError(
              text(
                {
                  en: 'The packages could not be installed. Check the network and the registry that npm uses (npm config get registry), then run this again.\n\n{output}',
                  'zh-CN':
                    '依赖包安装失败。请检查网络与 npm 使用的源（npm config get registry）后重试。\n\n{output}',
                },
                { output: error.output.slice(-3_000) },
              ),
            );
          }
        },
      );
    },
  );
}

/** npm writes `node_modules/.package-lock.json` when an installation has come to its end, and only then. */
function packagesMatchLockfile() {
  try {
    const wanted = JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8')).packages;
    const installed = JSON.parse(readFileSync(inRoot('node_modules', '.package-lock.json'), 'utf8')).packages;
    return Object.entries(wanted).every(
      ([path, entry]) => path === '' || entry.optional || installed[path]?.version === entry.version,
    );
  } catch {
    return false;
  }
}

async function generatePrismaClient() {
  const schemaFile = inRoot('prisma', 'schema.prisma');
  if (!existsSync(schemaFile)) return;
  const prisma = JSON.parse(readFileSync(inRoot('node_modules', 'prisma', 'package.json'), 'utf8')).version;
  const wanted = createHash('sha256').update(prisma).update(readFileSync(schemaFile)).digest('hex');
  const record = join(cacheFolder, 'prisma-client');
  const isCurrent = () =>
    existsSync(inRoot('store', 'generated', 'client.ts')) &&
    existsSync(record) &&
    readFileSync(record, 'utf8') === wanted;
  if (isCurrent()) return;
  await withLock(join(cacheFolder, 'prisma-generate.lock'), async () => {
    if (isCurrent()) return;
    await step(text({ en: 'Generating the database client', 'zh-CN': '生成数据库客户端' }), async () => {
      rmSync(record, { force: true });
      await run(process.execPath, [inRoot('node_modules', 'prisma', 'build', 'index.js'), 'generate'], {
        env: { CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' },
      });
      mkdirSync(cacheFolder, { recursive: true });
      writeFileSync(record, wanted);
    });
  });
}
