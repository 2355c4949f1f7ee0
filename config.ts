import { z } from 'zod';

/** A setting's shape in words and an example, shown when its value can't be used. */
type Described = { readonly expected: string; readonly example: string };

const port = z.coerce.number().int().min(1).max(65535);
const flag = z.enum(['true', 'false', '1', '0']).transform((value) => value === 'true' || value === '1');
const httpUrl = z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/+$/, ''));

const schema = z.object({
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\/.+/),
  TEMPORAL_ADDRESS: z.string().regex(/^[^\s/]+:\d{1,5}$/),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  TEMPORAL_TLS: flag.default(false),
  TEMPORAL_API_KEY: z.string().min(1).optional(),
  TEMPORAL_UI_URL: httpUrl.optional(),
  TEMPORAL_UI_PORT: port.optional(),
  WECOM_API_BASE_URL: httpUrl.default('https://qyapi.weixin.qq.com'),
  BRIDGE_PUBLIC_URL: httpUrl.optional(),
  BRIDGE_MASTER_KEY: z.string().regex(/^[A-Za-z0-9+/]{43}=(,[A-Za-z0-9+/]{43}=)*$/),
  BRIDGE_ADMIN_TOKEN: z
    .string()
    .min(24)
    .regex(/^[\x21-\x7e]+$/)
    .optional(),
  BRIDGE_DATA_DIR: z.string().min(1).default('.data'),
  BRIDGE_HOST: z.string().min(1).default('127.0.0.1'),
  BRIDGE_TRUST_PROXY: z.coerce.number().int().min(0).max(10).default(0),
  BRIDGE_SESSION_HOURS: z.coerce.number().int().min(1).max(720).default(12),
  BRIDGE_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  BRIDGE_DEMO: flag.default(true),
  PORT: port.default(8080),
  METRICS_PORT: port.optional(),
  SIMULATOR_PORT: port.optional(),
  SIMULATOR_URL: httpUrl.optional(),
  OA_ADAPTER: z.enum(['embedded', 'http']).default('embedded'),
  OA_HTTP_URL: httpUrl.optional(),
  OA_HTTP_SECRET: z
    .string()
    .min(32)
    .regex(/^[\x21-\x7e]+$/)
    .optional(),
  DEPARTURE_DAY_SECONDS: z.coerce.number().int().min(1).max(86_400).optional(),
  WORKER_CACHED_WORKFLOWS: z.coerce.number().int().min(1).max(10_000).default(100),
  WORKER_CONCURRENT_ACTIVITIES: z.coerce.number().int().min(1).max(1_000).default(20),
});

export type Config = z.infer<typeof schema>;

const descriptions: { readonly [K in keyof z.infer<typeof schema>]-?: Described } = {
  DATABASE_URL: {
    expected: 'a Postgres connection URL',
    example: 'postgresql://bridge:password@db.internal:5432/wecom_bridge',
  },
  TEMPORAL_ADDRESS: { expected: 'host:port of a Temporal frontend', example: 'temporal.internal:7233' },
  TEMPORAL_NAMESPACE: { expected: 'the name of a Temporal namespace', example: 'wecom-bridge' },
  TEMPORAL_TLS: { expected: 'true or false', example: 'true' },
  TEMPORAL_API_KEY: { expected: 'an API key of Temporal Cloud', example: '(copied from Temporal Cloud)' },
  TEMPORAL_UI_URL: { expected: 'the address of the Temporal UI', example: 'https://temporal-ui.internal' },
  TEMPORAL_UI_PORT: { expected: 'a port number from 1 to 65535', example: '8233' },
  WECOM_API_BASE_URL: {
    expected: 'the address of the WeCom API for new corps, without a path',
    example: 'https://qyapi.weixin.qq.com',
  },
  BRIDGE_PUBLIC_URL: {
    expected: 'the address under which WeCom and people reach the bridge',
    example: 'https://bridge.example.com',
  },
  BRIDGE_MASTER_KEY: {
    expected: '32 random bytes in Base64 (several with commas during a rotation, the newest first)',
    example: 'the output of: openssl rand -base64 32',
  },
  BRIDGE_ADMIN_TOKEN: {
    expected: 'at least 24 printable characters without spaces',
    example: 'the output of: openssl rand -hex 24',
  },
  BRIDGE_DATA_DIR: { expected: 'the path of a folder', example: '/var/lib/wecom-bridge' },
  BRIDGE_HOST: { expected: 'the address to listen on', example: '0.0.0.0' },
  BRIDGE_TRUST_PROXY: { expected: 'how many proxies stand in front of the bridge', example: '1' },
  BRIDGE_SESSION_HOURS: { expected: 'whole hours from 1 to 720', example: '12' },
  BRIDGE_LOG_LEVEL: { expected: 'trace, debug, info, warn, error or silent', example: 'info' },
  BRIDGE_DEMO: { expected: 'true or false', example: 'false' },
  PORT: { expected: 'a port number from 1 to 65535', example: '8080' },
  METRICS_PORT: { expected: 'a port number from 1 to 65535', example: '9464' },
  SIMULATOR_PORT: { expected: 'a port number from 1 to 65535', example: '8090' },
  SIMULATOR_URL: { expected: 'the address of the simulator', example: 'http://127.0.0.1:8090' },
  OA_ADAPTER: { expected: 'embedded or http', example: 'http' },
  OA_HTTP_URL: {
    expected: 'the address under which the OA speaks the contract of oa/http/openapi.yaml',
    example: 'https://oa.internal/wecom-bridge',
  },
  OA_HTTP_SECRET: {
    expected: 'at least 32 printable characters without spaces, known to the OA as well',
    example: 'the output of: openssl rand -hex 32',
  },
  DEPARTURE_DAY_SECONDS: {
    expected: 'a whole number from 1 to 86400: how long a day of departures is against the simulator',
    example: '10',
  },
  WORKER_CACHED_WORKFLOWS: { expected: 'a whole number from 1 to 10000', example: '100' },
  WORKER_CONCURRENT_ACTIVITIES: { expected: 'a whole number from 1 to 1000', example: '20' },
};

export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration can't be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** What the process that starts Postgres and Temporal itself can do without. */
export type EmbeddedConfig = Omit<Config, 'DATABASE_URL' | 'TEMPORAL_ADDRESS' | 'BRIDGE_MASTER_KEY'> &
  Partial<Pick<Config, 'DATABASE_URL' | 'TEMPORAL_ADDRESS' | 'BRIDGE_MASTER_KEY'>>;

const embeddedSchema = schema.partial({
  DATABASE_URL: true,
  TEMPORAL_ADDRESS: true,
  BRIDGE_MASTER_KEY: true,
});

export type Environment = Readonly<Record<string, string | undefined>>;

/** The only reader of the environment. Empty variables count as not set. */
export function loadConfig(env: Environment = process.env): Config {
  return parse(schema, env);
}

export function loadEmbeddedConfig(env: Environment = process.env): EmbeddedConfig {
  return parse(embeddedSchema, env);
}

/** What the HTTP adapter of the OA can't do without. */
const neededForHttpOa = ['OA_HTTP_URL', 'OA_HTTP_SECRET'] as const;

function parse<T extends Pick<Config, 'OA_ADAPTER'>>(shape: z.ZodType<T>, env: Environment): T {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = shape.safeParse(given);
  const missing =
    given['OA_ADAPTER'] === 'http' ? neededForHttpOa.filter((name) => given[name] === undefined) : [];
  if (result.success && missing.length === 0) return result.data;
  const wrong = result.error?.issues.map((issue) => String(issue.path[0])) ?? [];
  const names = [...new Set([...wrong, ...missing])];
  throw new ConfigError(
    names.map((name) => {
      const { expected, example } = descriptions[name as keyof Config];
      // The value itself is not repeated: it may be a secret with a typing error.
      const what = given[name] === undefined ? 'is not set' : "has a value that can't be used";
      return `${name} ${what}. Expected: ${expected}. Example: ${example}`;
    }),
  );
}
