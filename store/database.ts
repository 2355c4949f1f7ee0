import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './generated/client';
import { openSqlDatabase, type DatabaseOptions, type SqlDatabase } from './sql-database';

export { CommitUnknownError } from './sql-database';
export type { DatabaseOptions } from './sql-database';

/** Two seconds by default, which a busy machine takes to open a connection. */
const transactionStartsWithinMs = 10_000;

export interface Database extends SqlDatabase {
  readonly prisma: PrismaClient;
}

export function openDatabase(options: DatabaseOptions): Database {
  const sql = openSqlDatabase(options);
  const prisma = new PrismaClient({
    adapter: new PrismaPg(sql.pool, { disposeExternalPool: false }),
    transactionOptions: { maxWait: transactionStartsWithinMs },
  });
  let closing: Promise<void> | undefined;
  return {
    ...sql,
    prisma,
    close: () => (closing ??= prisma.$disconnect().then(sql.close)),
  };
}
