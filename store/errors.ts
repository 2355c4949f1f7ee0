import { Prisma } from './generated/client';

/** Two writers wanted the same unique value; the other one was first. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}

/** The row named as a parent does not exist (any more). */
export function isForeignKeyViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2003';
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
  if (!(error instanceof Error) || depth > 5) return false;
  const { code, originalCode } = error as { code?: unknown; originalCode?: unknown };
  if ([code, originalCode].some((found) => typeof found === 'string' && connectionCodes.has(found)))
    return true;
  // The pool's own errors carry no code.
  if (
    /Connection terminated|timeout exceeded when trying to connect|server closed the connection/i.test(
      error.message,
    )
  ) {
    return true;
  }
  return isDatabaseUnavailable(error.cause, depth + 1);
}
