import type { Logger } from 'pino';
import pino from 'pino';
import { loggedError } from '../logged-error';

export function createWorkerLogger(level = 'info'): Logger {
  return pino({ name: 'worker', level, serializers: { err: (error: unknown) => loggedError(error) } });
}
