import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import pg from 'pg';

const require = createRequire(import.meta.url);

/** Postgres' one-byte "char", used in pg_catalog, and the text type it is read as. */
const charTypeId = 18;
const textTypeId = 25;

/**
 * Prisma's schema engine, compiled to WebAssembly: the one the CLI would download as a native binary.
 * @template T
 * @param {{ url: string, schema: string, migrations: string }} options
 * @param {(tools: { engine: any, filters: object, migrationsList: () => object, schemaFiles: object }) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withSchemaEngine({ url, schema, migrations }, work) {
  const adapters = new MigrationAdapterFactory(connectionConfig(url));
  const content = readFileSync(schema, 'utf8');
  const engine = await loadEngine([[schema, content]], bindMigrationAwareSqlAdapterFactory(adapters));
  try {
    return await work({
      engine,
      filters: { externalTables: [], externalEnums: [] },
      migrationsList: () => listMigrations(migrations),
      schemaFiles: { files: [{ path: schema, content }] },
    });
  } finally {
    engine.free();
    await adapters.close();
  }
}

/** @param {[string, string][]} datamodels @param {object} adapterFactory */
async function loadEngine(datamodels, adapterFactory) {
  Reflect.set(globalThis, 'PRISMA_WASM_PANIC_REGISTRY', {
    /** @param {string} message */
    set_message(message) {
      process.stderr.write(`The schema engine panicked: ${message}\n`);
    },
  });
  const script = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const bindings = await import(pathToFileURL(script).href);
  const module = new WebAssembly.Module(readFileSync(script.replace(/\.js$/, '.wasm')));
  const instance = new WebAssembly.Instance(module, { './schema_engine_bg.js': bindings });
  bindings.__wbg_set_wasm(instance.exports);
  /** @type {() => void} */ (instance.exports['__wbindgen_start'])();
  return bindings.SchemaEngine.new({ datamodels }, () => undefined, adapterFactory);
}

/** @param {string} folder */
function listMigrations(folder) {
  const lockFile = join(folder, 'migration_lock.toml');
  const names = existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
        .sort()
    : [];
  return {
    baseDir: folder,
    shadowDbInitScript: '',
    lockfile: {
      path: 'migration_lock.toml',
      content: existsSync(lockFile) ? readFileSync(lockFile, 'utf8') : null,
    },
    migrationDirectories: names.map((name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok', value: readFileSync(join(folder, name, 'migration.sql'), 'utf8') },
      },
    })),
  };
}

/**
 * In parts, because in pg a connection string wins over `database`, and the shadow database needs its own name.
 * @param {string} url
 * @returns {pg.PoolConfig}
 */
function connectionConfig(url) {
  const { hostname, port, username, password, pathname } = new URL(url);
  return {
    host: hostname,
    port: Number(port || 5432),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
  };
}

/**
 * The published adapter serves queries; the schema engine asks for more. It reads pg_catalog's "char" columns, runs
 * whole scripts (the adapter splits at every semicolon, also inside a function's body), and drops the shadow database
 * only after its connection has ended. One connection each, so that the engine's session lock holds.
 */
class MigrationAdapterFactory extends PrismaPg {
  /** @param {pg.PoolConfig} config */
  constructor(config) {
    super(config);
    this.connection = config;
    /** @type {Set<pg.Pool>} */
    this.pools = new Set();
  }

  async close() {
    await Promise.all([...this.pools].map((pool) => pool.end()));
  }

  /** @override */
  connect() {
    return this.open(this.connection);
  }

  /** @override */
  async connectToShadowDb() {
    const name = `prisma_migrate_shadow_db_${globalThis.crypto.randomUUID()}`;
    const main = await this.connect();
    await main.executeScript(`CREATE DATABASE "${name}"`);
    return this.open({ ...this.connection, database: name }, async () => {
      await main.executeScript(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
      await main.dispose();
    });
  }

  /** @param {pg.PoolConfig} config @param {() => Promise<void>} [afterwards] */
  async open(config, afterwards) {
    const pool = new pg.Pool({ ...config, max: 1 });
    this.pools.add(pool);
    /** @type {any} */
    const adapter = await new PrismaPg(pool, { disposeExternalPool: false }).connect();
    const { queryRaw, performIO } = adapter;
    adapter.queryRaw = async (/** @type {unknown} */ query) => {
      /** @type {boolean[]} */
      let isChar = [];
      const reader = Object.create(adapter, {
        performIO: {
          value: async (/** @type {unknown} */ input) => {
            const result = await performIO.call(adapter, input);
            isChar = result.fields.map((/** @type {{ dataTypeID: number }} */ field) => {
              if (field.dataTypeID !== charTypeId) return false;
              field.dataTypeID = textTypeId;
              return true;
            });
            return result;
          },
        },
      });
      const rows = await queryRaw.call(reader, query);
      rows.columnTypes = rows.columnTypes.map((/** @type {number} */ type, /** @type {number} */ column) =>
        isChar[column] ? ColumnTypeEnum.Character : type,
      );
      return rows;
    };
    adapter.executeScript = async (/** @type {string} */ sql) => {
      try {
        await pool.query(sql);
      } catch (error) {
        adapter.onError(error);
      }
    };
    adapter.dispose = async () => {
      if (this.pools.delete(pool)) await pool.end();
      await afterwards?.();
    };
    return adapter;
  }
}
