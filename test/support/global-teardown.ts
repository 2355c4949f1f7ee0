import { rmSync } from 'node:fs';
import { dropDatabase } from './database';

export default async function globalTeardown(): Promise<void> {
  const run = globalThis.testRun;
  if (run === undefined) return;
  if (run.template !== undefined) await dropDatabase(run.template);
  await Promise.all(run.services.map((service) => service.stop()));
  rmSync(run.folder, { recursive: true, force: true });
}
