import type { DestinationStream, Logger } from 'pino';
import pino from 'pino';

export function createApiLogger(level: string, destination?: DestinationStream): Logger {
  const options = { name: 'api', level, serializers: { err: describeError } };
  return destination === undefined ? pino(options) : pino(options, destination);
}

type DescribedError = {
  readonly type: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack?: string;
  readonly cause?: DescribedError;
};

const deepestCause = 5;

/**
 * What happened and where, and nothing else an error may carry: Postgres puts the values of a row into `detail`, HTTP
 * clients the whole request.
 */
function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an error' };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(error.cause === undefined || depth >= deepestCause
      ? {}
      : { cause: describeError(error.cause, depth + 1) }),
  };
}
