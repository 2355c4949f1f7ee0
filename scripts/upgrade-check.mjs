// `npm run upgrade-check -- --from <commit> --json`: an earlier version begins work, is killed, and today's goes on with
// its data folder: database, open workflows and the simulator's WeCom. Ends with 1 if anything was lost on the way.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './lib/paths.mjs';
import { failWith, say, step } from './lib/say.mjs';
import { checkOut } from './upgrade/earlier-version.mjs';
import { installation } from './upgrade/installation.mjs';
import { record } from './upgrade/record.mjs';
import { strands } from './upgrade/strands.mjs';
import { createWorld } from './upgrade/world.mjs';

/** The first commit whose product can be started and used over its API; its schema is the first migration alone. */
const oldestThatRuns = 'b2c41dc';

/** @typedef {import('./upgrade/strands.mjs').Finding} Finding */

const { values } = parseArgs({
  options: {
    from: { type: 'string', default: oldestThatRuns },
    /** A folder: what stood in the database, and the histories that were open, when the earlier version was killed. */
    record: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const startedAt = performance.now();
const folder = mkdtempSync(join(tmpdir(), 'wecom-bridge-upgrade-'));
/** @type {Awaited<ReturnType<typeof installation>> | undefined} */
let installed;
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
  process.once(signal, () => {
    process.exitCode = 1;
    // Whatever waits for it fails then, and says where it was.
    void installed?.stop();
  });
try {
  const earlier = await checkOut(values.from);
  installed = await installation(folder);

  await step(`Starting ${earlier.name}`, () => installed?.start(earlier.folder) ?? Promise.resolve());
  const world = await createWorld(installed);
  const begun = [];
  for (const strand of strands) {
    if (!strand.needs.every((path) => world.offers(path))) continue;
    await step(`Before: ${strand.name}`, () => strand.begin(world));
    begun.push(strand);
  }
  if (values.record !== undefined) await record(world, values.record);
  const open = await world.openWorkflows();
  await installed.kill();

  await step('Starting today’s version', () => installed?.start(root) ?? Promise.resolve());
  /** @type {Finding[]} */
  const findings = [];
  for (const strand of begun) {
    await step(`After: ${strand.name}`, async () => {
      try {
        findings.push(...(await strand.check(world)).map((one) => ({ ...one, of: strand.name })));
      } catch (error) {
        const seen = error instanceof Error ? error.message : String(error);
        findings.push({ of: strand.name, what: 'it goes on', holds: false, seen });
      }
    });
  }
  findings.push(...(await world.workflowsThatStumbled()));
  findings.push(...installed.complaints());
  await installed.stop();

  const broken = findings.filter(({ holds }) => !holds);
  const result = {
    from: earlier.name,
    strands: begun.map(({ name }) => name),
    openWorkflows: open,
    checks: findings.length,
    broken,
    seconds: Math.round((performance.now() - startedAt) / 1000),
  };
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else show(result);
  process.exitCode = broken.length === 0 ? 0 : 1;
} catch (error) {
  failWith(error);
  if (installed !== undefined) say(installed.said());
} finally {
  await installed?.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** @param {{ from: string, strands: string[], openWorkflows: Record<string, number>, checks: number, broken: Finding[] }} result */
function show({ from, strands: names, openWorkflows, checks, broken }) {
  say(`From ${from}: ${names.join(', ')}`);
  say(`Open when it was killed: ${JSON.stringify(openWorkflows)}`);
  for (const { of, what, seen } of broken) say(`✘ ${of}: ${what} — ${seen ?? ''}`);
  say(`${checks - broken.length} of ${checks} checks hold`);
}
