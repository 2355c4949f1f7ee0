import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { secondsSince, wholeNumber } from '../measuring';
import { startProductProcess } from '../product-process';
import type { Findings } from './report';
import { readReports } from './report';
import { installSchemathesis, runSchemathesis } from './schemathesis';
import { workInDemo } from './world';

export interface FuzzResult extends Findings {
  readonly seed: number;
  readonly seconds: number;
}

/** What takes things away comes last, and the corp at the very end: behind a 404 there is little to find. */
const passes: readonly (readonly string[])[] = [
  ['--exclude-method', 'DELETE'],
  ['--include-method', 'DELETE', '--exclude-path', '/api/v1/corps/{corpId}'],
  ['--include-operation-id', 'deleteCorp'],
];

/** Calls made up from the API's own description against a product of its own. Where anything is found, it ends with 1. */
export async function fuzz(args: readonly string[]): Promise<FuzzResult> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: '1' },
      examples: { type: 'string', default: '20' },
      operation: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const seed = wholeNumber(values.seed);
  const schemathesis = await installSchemathesis();
  const folder = mkdtempSync(join(tmpdir(), 'wecom-bridge-fuzz-'));
  const product = await startProductProcess({ BRIDGE_DEMO: 'true' });
  try {
    const knownFile = join(folder, 'known.json');
    writeFileSync(knownFile, JSON.stringify(await workInDemo(product)));
    const settings = {
      documentUrl: `${product.apiUrl}/openapi.json`,
      adminToken: product.adminToken,
      knownFile,
      seed,
      examples: wholeNumber(values.examples),
    };
    const chosen = values.operation === undefined ? passes : [['--include-operation-id', values.operation]];
    const startedAt = performance.now();
    const files: string[] = [];
    for (const operations of chosen) {
      const reportFile = join(folder, `pass-${files.length + 1}.ndjson`);
      await runSchemathesis(schemathesis, settings, { operations, reportFile });
      files.push(reportFile);
    }
    const found = await readReports(files);
    if (found.findings.length > 0 || found.untried.length > 0) process.exitCode = 1;
    return { seed, seconds: Math.round(secondsSince(startedAt)), ...found };
  } finally {
    await product.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
