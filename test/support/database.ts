import { randomUUID } from 'node:crypto';
import { Client } from 'pg';

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** A database of its own, migrated to the newest schema. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const template = process.env['TEST_DATABASE_TEMPLATE'];
  if (!template)
    throw new Error('There is no migrated database: store/migrate-main.ts is missing or not compiled');
  return createTestDatabaseFrom(template);
}

/** A database of its own without any table. */
export function createEmptyTestDatabase(): Promise<TestDatabase> {
  return createTestDatabaseFrom('template0');
}

async function createTestDatabaseFrom(template: string): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await createDatabase(name, template);
  return { url: databaseUrl(name), drop: () => dropDatabase(name) };
}

export function databaseUrl(name: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  return url.toString();
}

export async function createDatabase(name: string, template = 'template0'): Promise<void> {
  await asAdmin((client) => client.query(`create database "${name}" template "${template}"`));
}

export async function dropDatabase(name: string): Promise<void> {
  await asAdmin((client) => client.query(`drop database if exists "${name}" with (force)`));
}

async function asAdmin(work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function serverUrl(): string {
  const url = process.env['TEST_DATABASE_URL'];
  if (!url) throw new Error('TEST_DATABASE_URL is not set: jest runs without its global set-up');
  return url;
}
