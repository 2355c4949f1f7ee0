import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join } from 'node:path';
import { CommandError, run } from './command.mjs';
import { withLock } from './lock.mjs';
import { cacheFolder, inRoot, root } from './paths.mjs';
import { SetupError, step, text } from './say.mjs';

const require = createRequire(import.meta.url);
const dist = inRoot('dist');
const manifestFile = join(dist, '.manifest.json');

/** Folders at the root that hold no server code. */
const notServerCode = new Set([
  'node_modules',
  'dist',
  'console',
  'test',
  'coverage',
  'test-output',
  'scripts',
  'docs',
]);

/**
 * Brings `dist/` up to date: server code by swc, the console by vite, the workflow bundle by the Temporal SDK; each
 * only when its sources have changed.
 * @param {{ keepGoing?: boolean, workflows?: boolean, console?: boolean }} [options] keepGoing: a file that can't be
 *   compiled is reported and left out instead of ending the build
 */
export async function build({ keepGoing = false, workflows = true, console = true } = {}) {
  await withLock(join(cacheFolder, 'build.lock'), async () => {
    await step(text({ en: 'Compiling the server', 'zh-CN': '编译服务端代码' }), () =>
      compileServer(keepGoing),
    );
    if (workflows) await buildWorkflowBundle();
    if (console) await buildConsole();
  });
}

/** @param {boolean} keepGoing */
async function compileServer(keepGoing) {
  const swcrc = readFileSync(inRoot('.swcrc'), 'utf8');
  const swcVersion = JSON.parse(
    readFileSync(inRoot('node_modules', '@swc', 'core', 'package.json'), 'utf8'),
  ).version;
  const tool = hashOf(swcVersion, swcrc);
  const before = readManifest();
  const known = before.tool === tool ? before.files : {};
  /** @type {Record<string, { stamp: string, hash: string }>} */
  const files = {};
  /** @type {string[]} */
  const failures = [];
  /** @type {typeof import('@swc/core') | undefined} */
  let swc;

  const { $schema: _, ...swcOptions } = JSON.parse(swcrc);
  for (const source of serverSources()) {
    const { mtimeMs, size } = statSync(inRoot(source));
    const stamp = `${mtimeMs}:${size}`;
    const target = join(dist, source.replace(/\.ts$/, '.js'));
    const last = known[source];
    if (last?.stamp === stamp && existsSync(target)) {
      files[source] = last;
      continue;
    }
    const code = readFileSync(inRoot(source), 'utf8');
    const hash = hashOf(code);
    if (last?.hash === hash && existsSync(target)) {
      files[source] = { stamp, hash };
      continue;
    }
    swc ??= /** @type {typeof import('@swc/core')} */ (require('@swc/core'));
    try {
      const output = swc.transformSync(code, {
        ...swcOptions,
        swcrc: false,
        filename: inRoot(source),
        sourceFileName: inRoot(source),
      });
      mkdirSync(dirname(target), { recursive: true });
      writeWhole(`${target}.map`, output.map ?? '');
      writeWhole(target, `${output.code}\n//# sourceMappingURL=${basename(target)}.map\n`);
      files[source] = { stamp, hash };
    } catch (error) {
      rmSync(target, { force: true });
      failures.push(`${source}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  for (const gone of Object.keys(before.files).filter((source) => !files[source])) {
    const target = join(dist, gone.replace(/\.ts$/, '.js'));
    rmSync(target, { force: true });
    rmSync(`${target}.map`, { force: true });
  }
  mkdirSync(dist, { recursive: true });
  writeWhole(manifestFile, JSON.stringify({ ...before, tool, files }));
  if (failures.length === 0) return;
  if (!keepGoing) throw new SetupError(failures.join('\n'));
  process.stderr.write(`Left out of the build:\n${failures.join('\n')}\n`);
}

async function buildWorkflowBundle() {
  if (!existsSync(inRoot('workflows', 'index.ts'))) return;
  const sources = filesBelow('workflows', /\.ts$/).concat(
    filesBelow('domain', /\.ts$/),
    filesBelow('i18n', /\.ts$/),
  );
  const hash = hashOf(hashOfFiles(sources), versionOf('@temporalio/worker'));
  const target = join(dist, 'workflows', 'bundle.js');
  const manifest = readManifest();
  if (manifest.workflowBundle === hash && existsSync(target)) return;
  await step(text({ en: 'Bundling the workflows', 'zh-CN': '打包工作流' }), async () => {
    const { bundleWorkflowCode } = /** @type {typeof import('@temporalio/worker')} */ (
      require('@temporalio/worker')
    );
    /** @type {string[]} */
    const complaints = [];
    const keep = (/** @type {string} */ message) => void complaints.push(message);
    const quiet = { trace() {}, debug() {}, info() {}, warn: keep, error: keep, log() {} };
    try {
      const { code } = await bundleWorkflowCode({
        workflowsPath: inRoot('workflows', 'index.ts'),
        logger: quiet,
      });
      mkdirSync(dirname(target), { recursive: true });
      writeWhole(target, code);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new SetupError([`The workflows can't be bundled: ${reason}`, ...complaints].join('\n'));
    }
  });
  writeWhole(manifestFile, JSON.stringify({ ...readManifest(), workflowBundle: hash }));
}

async function buildConsole() {
  if (!existsSync(inRoot('console', 'index.html'))) return;
  const sources = [
    ...filesBelow('console', /./).filter((file) => !file.endsWith('.tsbuildinfo')),
    // Its texts.
    ...filesBelow('i18n', /\.ts$/),
  ];
  const hash = hashOf(hashOfFiles(sources), readFileSync(inRoot('package-lock.json'), 'utf8'));
  const manifest = readManifest();
  if (manifest.console === hash && existsSync(join(dist, 'console', 'index.html'))) return;
  const fresh = join(dist, '.console-next');
  await step(text({ en: 'Building the console', 'zh-CN': '构建控制台' }), async () => {
    try {
      await run(process.execPath, [
        inRoot('node_modules', 'vite', 'bin', 'vite.js'),
        ...['build', inRoot('console'), '--outDir', fresh, '--emptyOutDir', '--logLevel', 'warn'],
      ]);
    } catch (error) {
      if (error instanceof CommandError) throw new SetupError(error.message);
      throw error;
    }
  });
  rmSync(join(dist, 'console'), { recursive: true, force: true });
  renameSync(fresh, join(dist, 'console'));
  writeWhole(manifestFile, JSON.stringify({ ...readManifest(), console: hash }));
}

function serverSources() {
  const folders = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !notServerCode.has(entry.name))
    .map((entry) => entry.name);
  const atRoot = readdirSync(root).filter((name) => name.endsWith('.ts') && name !== 'prisma.config.ts');
  return [...atRoot, ...folders.flatMap((folder) => filesBelow(folder, /(?<!\.d|\.test)\.ts$/))];
}

/** @param {string} folder relative to the root @param {RegExp} pattern @returns {string[]} */
function filesBelow(folder, pattern) {
  if (!existsSync(inRoot(folder))) return [];
  return readdirSync(inRoot(folder), { withFileTypes: true })
    .flatMap((entry) => {
      const file = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(file, pattern);
      return pattern.test(entry.name) || (extname(entry.name) === '' && pattern.source === '.') ? [file] : [];
    })
    .sort();
}

/**
 * @typedef {{ tool?: string, files: Record<string, { stamp: string, hash: string }>, workflowBundle?: string,
 *   console?: string }} Manifest
 * @returns {Manifest}
 */
function readManifest() {
  try {
    return { files: {}, ...JSON.parse(readFileSync(manifestFile, 'utf8')) };
  } catch {
    return { files: {} };
  }
}

/** Readers never meet half a file, even while processes are starting from `dist/`. @param {string} file @param {string} content */
function writeWhole(file, content) {
  const next = `${file}.${process.pid}`;
  writeFileSync(next, content);
  renameSync(next, file);
}

/** @param {string[]} files */
const hashOfFiles = (files) =>
  hashOf(...files.flatMap((file) => [file, readFileSync(inRoot(file), 'latin1')]));

/** @param {string[]} parts */
function hashOf(...parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex');
}

/** @param {string} name */
const versionOf = (name) =>
  JSON.parse(readFileSync(inRoot('node_modules', name, 'package.json'), 'utf8')).version;
