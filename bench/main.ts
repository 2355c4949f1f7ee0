import { benchAttendance } from './attendance';
import { benchBindings } from './bindings';
import { benchCallbacks } from './callbacks';
import { benchChaos } from './chaos/chaos';
import { benchDepartures } from './departures';
import { benchDirectory } from './directory';
import { fuzz } from './fuzz/fuzz';
import { benchPull } from './pull';
import { benchPush } from './push';
import { benchScale } from './scale';
import { soak } from './soak/soak';

type Bench = (args: readonly string[]) => Promise<object>;

const benches: Readonly<Record<string, Bench>> = {
  pull: benchPull,
  directory: benchDirectory,
  callbacks: benchCallbacks,
  bindings: benchBindings,
  departures: benchDepartures,
  push: benchPush,
  attendance: benchAttendance,
  chaos: benchChaos,
  scale: benchScale,
  soak,
  fuzz,
};

/** `npm run bench -- <name> [options] [--json]` */
async function main(): Promise<void> {
  const [name = '', ...args] = process.argv.slice(2);
  const bench = benches[name];
  if (bench === undefined) throw new Error(`Which benchmark? One of: ${Object.keys(benches).join(', ')}`);
  const result = await bench(args);
  process.stdout.write(args.includes('--json') ? `${JSON.stringify(result)}\n` : asTable(result));
}

function asTable(result: object): string {
  const rows = Object.entries(result);
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows
    .map(
      ([name, value]) =>
        `${name.padEnd(width)}  ${typeof value === 'object' ? JSON.stringify(value) : String(value)}\n`,
    )
    .join('');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
