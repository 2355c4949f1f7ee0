import { defineConfig } from 'prisma/config';

// `generate`, `validate` and `format` never execute the native schema engine, but the Prisma CLI insists on having one
// and would download it. Any existing file satisfies the check, so these commands work without a network.
if (['generate', 'validate', 'format'].some((command) => process.argv.includes(command))) {
  process.env['PRISMA_SCHEMA_ENGINE_BINARY'] ??= process.execPath;
}

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env['DATABASE_URL'] ?? 'postgresql://localhost:5432/wecom_bridge' },
});
