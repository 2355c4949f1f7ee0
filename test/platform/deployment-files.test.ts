import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { loadConfig } from '../../config';
import { projectRoot } from '../../project-root';

interface Service {
  image?: string;
  build?: string;
  command?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
  deploy?: { replicas: number };
  volumes?: string[];
}

const read = (file: string): string => readFileSync(join(projectRoot, file), 'utf8');

const compose = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};
const services = Object.entries(compose.services);
const longLived = services.filter(([name]) => name !== 'migrate');

/** As compose reads it: ${NAME:-default}, ${NAME:?complaint}, $$ for a dollar. */
function interpolate(value: string, env: Record<string, string>): string {
  return value
    .replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name: string, kind?: string, rest = '') => {
      const set = env[name];
      if (set !== undefined) return set;
      if (kind === '-') return rest;
      throw new Error(`${name} is required`);
    })
    .replaceAll('$$', '$');
}

const secrets = {
  POSTGRES_PASSWORD: 'f00d',
  BRIDGE_MASTER_KEY: Buffer.alloc(32, 1).toString('base64'),
  BRIDGE_ADMIN_TOKEN: 'a'.repeat(48),
};

describe('docker-compose.yml', () => {
  it('is Postgres, Temporal with its UI, a migration, the API and two workers', () => {
    expect(services.map(([name]) => name).sort()).toEqual(
      ['api', 'migrate', 'postgres', 'temporal', 'temporal-ui', 'worker'].sort(),
    );
    expect(compose.services['worker']?.deploy?.replicas).toBe(2);
  });

  it('holds no secret: each comes from the environment, and its absence stops the start', () => {
    const values = services.flatMap(([name, { environment = {} }]) =>
      Object.entries(environment)
        .filter(([variable]) => /KEY|PASSWORD|PWD|SECRET|TOKEN|DATABASE_URL/.test(variable))
        .map(([variable, value]) => ({ where: `${name}.${variable}`, value })),
    );
    expect(values.length).toBeGreaterThanOrEqual(6);
    for (const { where, value } of values)
      expect([where, value]).toEqual([where, expect.stringMatching(/\$\{\w+:\?/)]);
  });

  it.each(['api', 'worker', 'migrate'])('%s is given a configuration that it accepts', (name) => {
    const environment = Object.entries(compose.services[name]?.environment ?? {});
    const env = Object.fromEntries(environment.map(([key, value]) => [key, interpolate(value, secrets)]));
    const config = loadConfig(env);
    expect(new URL(config.DATABASE_URL).hostname).toBe('postgres');
    expect(config.TEMPORAL_ADDRESS).toBe('temporal:7233');
  });

  it('every service that stays says whether it is well, except the UI, on which nothing depends', () => {
    const silent = longLived.filter(([, service]) => service.healthcheck === undefined).map(([name]) => name);
    expect(silent).toEqual(['temporal-ui']);
    const depended = services.flatMap(([, { depends_on: needs = {} }]) => Object.keys(needs));
    expect(depended).not.toContain('temporal-ui');
  });

  it('API and workers wait for the migration, which waits for Postgres', () => {
    for (const name of ['api', 'worker']) {
      expect(compose.services[name]?.depends_on?.['migrate']?.condition).toBe(
        'service_completed_successfully',
      );
    }
    expect(compose.services['migrate']?.depends_on?.['postgres']?.condition).toBe('service_healthy');
  });

  it('is reachable from this machine only, until somebody says otherwise', () => {
    const ports = services.flatMap(([, { ports: published = [] }]) => published);
    expect(ports.map((port) => interpolate(port, {}))).toEqual([
      '127.0.0.1:8233:8080',
      '127.0.0.1:8080:8080',
    ]);
  });

  it('names versions of what it does not build, and keeps the database in a volume', () => {
    for (const [name, { image = '', build }] of services) {
      if (build === undefined) expect([name, image]).toEqual([name, expect.stringMatching(/:\d/)]);
    }
    expect(compose.services['postgres']?.volumes).toEqual(['postgres-data:/var/lib/postgresql']);
    expect(Object.keys(compose.volumes)).toEqual(['postgres-data']);
  });

  it('the programs it runs exist', () => {
    const programs = services.flatMap(([, { command = [] }]) =>
      command.filter((word) => word.startsWith('dist/')),
    );
    expect(programs.length).toBe(2);
    for (const program of [...programs, 'dist/api/main.js']) expect(existsSync(sourceOf(program))).toBe(true);
  });
});

describe('Dockerfile', () => {
  const stages = read('Dockerfile')
    .split(/^FROM /m)
    .slice(1);
  const last = stages.at(-1) ?? '';

  it('builds in one stage, and runs in another without tools, as a user who is not root', () => {
    expect(stages.length).toBeGreaterThanOrEqual(3);
    expect(stages[0]).toMatch(/npm run build/);
    expect(stages[1]).toMatch(/npm ci --omit=dev/);
    expect(last).toMatch(/^USER node$/m);
    expect(last).not.toMatch(/^RUN/m);
  });

  it('what it copies and starts exists', () => {
    const copied = [...last.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files = '']) =>
      files.split(' '),
    );
    expect(copied).toContain('prisma/migrations');
    for (const file of copied) expect([file, existsSync(join(projectRoot, file))]).toEqual([file, true]);
    const [, entry = ''] = /^CMD \["node", "(.+)"\]$/m.exec(last) ?? [];
    expect(existsSync(sourceOf(entry))).toBe(true);
  });

  it('no secret, no data and no tool output reaches the build', () => {
    const ignored = read('.dockerignore').split('\n');
    for (const name of ['.data', '.env', '.git', 'node_modules', 'dist']) expect(ignored).toContain(name);
  });
});

const sourceOf = (program: string): string =>
  join(projectRoot, program.replace(/^dist\//, '').replace(/\.js$/, '.ts'));
