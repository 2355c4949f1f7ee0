import { basename, dirname } from 'node:path';
import type { Routes } from './product';

// Loaded by `node --require` into every process of the product: gives the API and the worker the addresses of the links
// in place of the servers' own, at which the supervisor has told them to look.

const program = process.argv[1] ?? '';
const part = basename(program) === 'main.js' ? basename(dirname(program)) : '';
if (part === 'api' || part === 'workers') {
  const routes = JSON.parse(process.env['CHAOS_ROUTES'] ?? '') as Routes;
  const own = part === 'api' ? routes.api : routes.worker;
  const database = new URL(process.env['DATABASE_URL'] ?? '');
  database.port = String(own.postgres);
  process.env['DATABASE_URL'] = database.href;
  process.env['TEMPORAL_ADDRESS'] = `127.0.0.1:${own.temporal}`;
  process.env['SIMULATOR_URL'] = `http://127.0.0.1:${routes.wecom}`;
}
