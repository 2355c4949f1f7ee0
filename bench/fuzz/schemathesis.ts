import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const here = join('bench', 'fuzz');
const requirements = join(here, 'requirements.txt');
const installWithinMs = 300_000;

/** What may be said of an answer. That wrong input is refused is asked too: a lost body must not be taken for an empty one. */
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
  'negative_data_rejection',
];

/** Installed once, with versions of its own: a change of them is another environment. */
export async function installSchemathesis(): Promise<string> {
  const version = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const environment = join('node_modules', '.cache', 'wecom-bridge', `schemathesis-${version}`);
  const bin = join(environment, process.platform === 'win32' ? 'Scripts' : 'bin');
  const schemathesis = join(bin, 'schemathesis');
  if (existsSync(join(environment, 'installed'))) return schemathesis;
  try {
    await run('python3', ['-c', 'import sys, venv, ensurepip; assert sys.version_info >= (3, 10)']);
  } catch (error) {
    throw new Error(
      'Fuzzing needs Python 3.10 or newer, with its venv module. On Debian and Ubuntu: apt-get install -y python3 python3-venv',
      { cause: error },
    );
  }
  try {
    await run('python3', ['-m', 'venv', '--clear', environment]);
    await run(join(bin, 'python'), ['-m', 'pip', 'install', '--quiet', '--no-deps', '-r', requirements], {
      timeout: installWithinMs,
    });
    await run(join(bin, 'python'), [
      '-c',
      'open(__import__("sys").argv[1], "w")',
      join(environment, 'installed'),
    ]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `Schemathesis could not be installed. The first run needs a network and a Python package index (pip config get global.index-url); later runs need neither.\n${reason}`,
      { cause: error },
    );
  }
  return schemathesis;
}

export type Pass = {
  /** Which operations, in the words of its command line. */
  readonly operations: readonly string[];
  readonly reportFile: string;
};

export type Settings = {
  readonly documentUrl: string;
  readonly adminToken: string;
  readonly knownFile: string;
  readonly seed: number;
  readonly examples: number;
};

/** Ends with what it wrote into the report; it has then said nothing of whether it liked what it saw. */
export async function runSchemathesis(program: string, settings: Settings, pass: Pass): Promise<void> {
  const child = spawn(
    program,
    [
      ...['run', settings.documentUrl, '--header', `Authorization: Bearer ${settings.adminToken}`],
      ...['--checks', checks.join(','), '--phases', 'examples,coverage,fuzzing'],
      ...['--max-examples', String(settings.examples), '--seed', String(settings.seed)],
      ...['--continue-on-failure', '--no-shrink', '--generation-database', 'none', '--no-color'],
      ...[
        '--request-timeout',
        '60',
        '--suppress-health-check',
        'all',
        '--report-ndjson-path',
        pass.reportFile,
        ...pass.operations,
      ],
    ],
    {
      env: {
        ...process.env,
        PYTHONPATH: here,
        SCHEMATHESIS_HOOKS: 'known_ids',
        FUZZ_KNOWN: settings.knownFile,
        FUZZ_SEED: String(settings.seed),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  const keep = (data: Buffer): void => void (output = (output + data.toString()).slice(-4_000));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  // 1: it found something, which the report tells.
  if (code !== 0 && code !== 1) throw new Error(`Schemathesis ended with ${code}:\n${output}`);
}
