import { createHash } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandError, findOnPath, run } from './command.mjs';
import { withLock } from './lock.mjs';
import { inRoot } from './paths.mjs';
import { say, step, text } from './say.mjs';
import { testServerJars, testServerVersion } from './time-skipping-jars.mjs';

const downloadTimeoutMs = 20_000;
const jarTimeoutMs = 60_000;
const jarsInFlight = 6;

const cache = join(
  process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
  'wecom-bridge',
  'temporal-test-server',
);
const downloadFolder = join(cache, 'sdk');
const jarFolder = join(cache, testServerVersion);
const script = join(jarFolder, 'temporal-test-server');

/** @typedef {{ server: string | undefined, reasons: string[] }} Search why there is none, where there is none */

/**
 * Temporal's test server, which skips time while nothing is to do: as named by TEST_TIME_SKIPPING_SERVER, as downloaded
 * by the SDK, or Java with the jars that Maven has.
 * @returns {Promise<Search>}
 */
export async function timeSkippingServer() {
  const named = process.env.TEST_TIME_SKIPPING_SERVER;
  if (named) return { server: named, reasons: [] };
  const cached = cachedServer();
  if (cached) return { server: cached, reasons: [] };
  return withLock(
    join(cache, 'get.lock'),
    async () => {
      /** @type {string[]} */
      const reasons = [];
      const server = cachedServer() ?? (await downloaded(reasons)) ?? (await madeOfJars(reasons));
      return { server, reasons };
    },
    {
      onWait: (holder) =>
        say(
          text(
            {
              en: "• Waiting for process {holder}, which is fetching Temporal's test server",
              'zh-CN': '• 等待进程 {holder} 获取 Temporal 测试服务端',
            },
            { holder },
          ),
        ),
    },
  );
}

/** Whether Java would make the difference. */
export async function lacksJavaOnly() {
  if (findOnPath('java') || process.platform === 'win32') return false;
  return (await timeSkippingServer()).server === undefined;
}

function cachedServer() {
  return downloadedServer() ?? (findOnPath('java') && isExecutable(script) ? script : undefined);
}

function downloadedServer() {
  if (!existsSync(downloadFolder)) return undefined;
  const name = readdirSync(downloadFolder).find(
    (entry) => /^temporal-test-server/.test(entry) && !/\.(downloading|part|tmp)/.test(entry),
  );
  const file = name && join(downloadFolder, name);
  return file && isExecutable(file) ? file : undefined;
}

/** @param {string[]} reasons */
async function downloaded(reasons) {
  mkdirSync(downloadFolder, { recursive: true });
  // In a process of its own: the SDK has no time limit for its download.
  const program = `
    const { TestWorkflowEnvironment } = require('@temporalio/testing');
    const executable = { type: 'cached-download', downloadDir: process.argv[1], ttl: '365 days' };
    TestWorkflowEnvironment.createTimeSkipping({ server: { executable } })
      .then((server) => server.teardown())
      .then(() => process.exit(0), (error) => { console.error(String(error.message ?? error)); process.exit(1); });`;
  try {
    await step(text({ en: "Downloading Temporal's test server", 'zh-CN': '下载 Temporal 测试服务端' }), () =>
      run(process.execPath, ['-e', program, downloadFolder], { timeoutMs: downloadTimeoutMs, cwd: inRoot() }),
    );
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const said = error.output.trim().split('\n').at(-1)?.slice(0, 300);
    reasons.push(`download: ${said || `no answer within ${downloadTimeoutMs / 1000} s`}`);
    rmSync(downloadFolder, { recursive: true, force: true });
    return undefined;
  }
  const server = downloadedServer();
  if (!server) reasons.push(`download: nothing arrived in ${downloadFolder}`);
  return server;
}

/** @param {string[]} reasons */
async function madeOfJars(reasons) {
  if (process.platform === 'win32') {
    reasons.push('Java: the server is started by a shell script');
    return undefined;
  }
  if (!findOnPath('java')) {
    reasons.push('Java: not installed');
    return undefined;
  }
  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(join(cache, 'jars-'));
  try {
    await step(
      text({ en: "Fetching Temporal's test server", 'zh-CN': '获取 Temporal 测试服务端' }),
      async () => {
        if (!(await fetchJars(unfinished, reasons))) await copyByMaven(unfinished, reasons);
      },
    );
    const wrong = testServerJars.filter(({ file, sha256 }) => hashOf(join(unfinished, file)) !== sha256);
    if (wrong.length > 0) {
      reasons.push(
        `Java: ${wrong.length} of ${testServerJars.length} jars are missing or are not the known ones`,
      );
      return undefined;
    }
    const starter = join(unfinished, 'temporal-test-server');
    // Few workflows at a time, and many servers one after the other: what counts is a quick start.
    const options = '-Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1';
    writeFileSync(
      starter,
      `#!/bin/sh\nexec java ${options} -cp "$(dirname "$0")/*" io.temporal.testserver.TestServer "$@"\n`,
    );
    chmodSync(starter, 0o755);
    rmSync(jarFolder, { recursive: true, force: true });
    renameSync(unfinished, jarFolder);
    return script;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** @param {string} folder @param {string[]} reasons @returns {Promise<boolean>} */
async function fetchJars(folder, reasons) {
  const repository = mavenMirror();
  if (repository === undefined) return false;
  const missing = [...testServerJars];
  const one = async () => {
    for (let jar = missing.shift(); jar; jar = missing.shift()) {
      const answer = await fetch(`${repository}/${jar.path}`, { signal: AbortSignal.timeout(jarTimeoutMs) });
      if (!answer.ok) throw new Error(`${answer.status} for ${jar.file}`);
      writeFileSync(join(folder, jar.file), new Uint8Array(await answer.arrayBuffer()));
    }
  };
  try {
    await Promise.all(Array.from({ length: jarsInFlight }, one));
    return true;
  } catch (error) {
    missing.length = 0;
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
    reasons.push(`jars: ${error instanceof Error ? error.message : String(error)}${cause}`);
    return false;
  }
}

/** Of the settings' mirrors, the one that stands for Maven's default repository: many at once are soon there. */
function mavenMirror() {
  const homes = [process.env.MAVEN_HOME, process.env.M2_HOME]
    .filter(Boolean)
    .map((home) => join(home ?? '', 'conf'));
  for (const folder of [join(homedir(), '.m2'), ...homes, '/etc/maven']) {
    const file = join(folder, 'settings.xml');
    if (!existsSync(file)) continue;
    const settings = readFileSync(file, 'utf8').replaceAll(/<!--[\s\S]*?-->/g, '');
    for (const [, mirror = ''] of settings.matchAll(/<mirror>([\s\S]*?)<\/mirror>/g)) {
      const valueOf = (/** @type {string} */ name) =>
        new RegExp(`<${name}>\\s*([^<]*?)\\s*</${name}>`).exec(mirror)?.[1] ?? '';
      const stoodFor = valueOf('mirrorOf')
        .split(',')
        .map((part) => part.trim());
      const isOfCentral = ['*', 'central', 'external:*'].some((name) => stoodFor.includes(name));
      if (isOfCentral && !stoodFor.includes('!central')) return valueOf('url').replace(/\/+$/, '');
    }
  }
  return undefined;
}

/** Maven knows proxies and passwords. @param {string} folder @param {string[]} reasons */
async function copyByMaven(folder, reasons) {
  const maven = findOnPath('mvn');
  if (!maven) {
    reasons.push('Maven: not installed');
    return;
  }
  const scratch = mkdtempSync(join(tmpdir(), 'wecom-bridge-maven-'));
  try {
    writeFileSync(
      join(scratch, 'pom.xml'),
      `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
  <groupId>wecom-bridge</groupId><artifactId>test-server</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${testServerVersion}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`,
    );
    await run(
      maven,
      ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`, '-DincludeScope=runtime'],
      { cwd: scratch },
    );
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    reasons.push(`Maven: ${error.output.trim().split('\n').slice(-3).join(' ').slice(0, 500)}`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** @param {string} file */
function hashOf(file) {
  return existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : undefined;
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
