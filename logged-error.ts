/** An error as it stands in a log. */
export type LoggedError = {
  readonly type: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack?: string;
  readonly cause?: LoggedError;
};

const deepestCause = 5;

/**
 * What happened and where, and nothing else an error may carry: Postgres puts the values of a row into `detail`, HTTP
 * clients the whole request, and Prisma prints a refused call with all that was to be written.
 */
export function loggedError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an error' };
  const { code } = error as { code?: unknown };
  const { message, stack } = error.name.startsWith('PrismaClient') ? withoutCall(error) : error;
  return {
    type: error.name,
    message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(stack === undefined ? {} : { stack }),
    ...(error.cause === undefined || depth >= deepestCause
      ? {}
      : { cause: loggedError(error.cause, depth + 1) }),
  };
}

/** The last line says what is wrong; a stack begins with the message. */
function withoutCall({ message, stack }: Error): Pick<Error, 'message' | 'stack'> {
  const said = message.trim().split('\n').at(-1) ?? '';
  const frames = stack?.split('\n').filter((line) => /^ {4}at /.test(line));
  return { message: said, ...(frames === undefined ? {} : { stack: [said, ...frames].join('\n') }) };
}
