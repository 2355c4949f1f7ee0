import type { DestinationStream, Logger } from 'pino';
import pino from 'pino';
import { loggedError } from '../logged-error';

export function createApiLogger(level: string, destination?: DestinationStream): Logger {
  const options = { name: 'api', level, serializers: { err: (error: unknown) => loggedError(error) } };
  return destination === undefined ? pino(options) : pino(options, destination);
}
