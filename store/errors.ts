import { Prisma } from './generated/client';

/** Two writers wanted the same unique value; the other one was first. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}

/** Postgres: undefined_table. */
export function isTableMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '42P01';
}

const connectionCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  // Postgres: shutting down, crashed, starting up, too many connections, connection failures
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '08000',
  '08001',
  '08003',
  '08006',
  // Prisma: can't reach the server, timed out, closed the connection, pool timeout
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
]);

/** The database can't be reached at the moment: nothing is known to be wrong with the request. */
export function isDatabaseUnavailable(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > 5) return false;
  // What Postgres answers to a new connection while it starts reaches us wrapped by Prisma, its own code deep inside.
  const { code, originalCode, message, cause, meta } = error as {
    readonly code?: unknown;
    readonly originalCode?: unknown;
    readonly message?: unknown;
    readonly cause?: unknown;
    readonly meta?: { readonly driverAdapterError?: unknown };
  };
  if ([code, originalCode].some((found) => typeof found === 'string' && connectionCodes.has(found)))
    return true;
  // The pool's own errors carry no code.
  if (
    typeof message === 'string' &&
    /Connection terminated|timeout exceeded when trying to connect|server closed the connection/i.test(
      message,
    )
  ) {
    return true;
  }
  return [cause, meta?.driverAdapterError].some((inner) => isDatabaseUnavailable(inner, depth + 1));
}
