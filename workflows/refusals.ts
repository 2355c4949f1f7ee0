import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';

/** Whoever decided or asked is told why not, without the activity around it. */
export function refusalIn(error: unknown): unknown {
  const isRefusal = error instanceof ActivityFailure && error.cause instanceof ApplicationFailure;
  return isRefusal ? error.cause : error;
}
