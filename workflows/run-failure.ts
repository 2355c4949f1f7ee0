import { ActivityFailure, ApplicationFailure, TemporalFailure, TimeoutFailure } from '@temporalio/workflow';

/** Why a run failed, as its row keeps it. The shape of store/runs.ts, made of what an activity's failure carries. */
export interface RecordedError {
  readonly code: string;
  readonly params?: Readonly<Record<string, string | number>>;
  readonly wecom?: { readonly path: string; readonly errcode?: number; readonly errmsg?: string };
}

/** The first detail of an application failure says what to tell people; without one it is our own fault. */
export function recordedError(error: unknown): RecordedError {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ApplicationFailure) {
      const [detail] = cause.details ?? [];
      if (isRecordedError(detail)) return detail;
    }
    if (cause instanceof TimeoutFailure) return { code: 'timed-out' };
  }
  return { code: 'internal' };
}

/**
 * A plain error would only fail the workflow task, which is repeated for ever; as a failure it ends the execution, and
 * the run's row says why.
 */
export function asFailure(error: unknown): TemporalFailure {
  if (error instanceof ActivityFailure || error instanceof ApplicationFailure) return error;
  if (error instanceof TemporalFailure) return error;
  return ApplicationFailure.fromError(error, { nonRetryable: true });
}

function isRecordedError(detail: unknown): detail is RecordedError {
  return (
    typeof detail === 'object' && detail !== null && typeof (detail as { code?: unknown }).code === 'string'
  );
}
