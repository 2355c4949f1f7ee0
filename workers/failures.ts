import { Context } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { AttendanceRefusedError } from '../activities/attendance';
import { PullRefusedError } from '../activities/directory-pull';
import { RecallPostponedError, RecallRefusedError } from '../activities/messages';
import { PushRefusedError } from '../activities/directory-push-planning';
import { OaRefreshRefusedError } from '../activities/oa-directory-refresh';
import { OaBusyError, OaError, OaRefusedError } from '../oa/errors';
import { NoticeNotDeliveredError, NoticeUndeliverableError } from '../activities/notices';
import { DepartureRefusedError } from '../store/departures';
import { RunEndedError, StepMovedOnError } from '../store/directory-pull';
import type { RunError } from '../store/runs';
import { MasterKeyMissingError, SealedSecretDamagedError } from '../store/secrets';
import {
  WecomAccessError,
  WecomAlreadySoError,
  WecomDataError,
  WecomError,
  WecomRateLimitedError,
  WecomTokenError,
  WecomTransientError,
} from '../wecom';

/** The one place where an error's class becomes a retry behaviour. */
export function toFailure(error: unknown, attempt: number): Error {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  if (!(error instanceof Error)) return retryable(new Error(String(error)), { code: 'internal' });

  // Rate limits know when to come back; the policy's own backoff would be too early or too late.
  if (error instanceof WecomRateLimitedError) {
    return retryable(error, wecomError('wecom-rate-limited', error), { nextRetryDelay: error.retryAfterMs });
  }
  if (error instanceof WecomTransientError) return retryable(error, wecomError('wecom-unavailable', error));
  if (error instanceof WecomTokenError) {
    // A token refused right after being fetched: WeCom's caches may need a moment, but not hours.
    const detail = wecomError('wecom-access', error);
    return attempt < tokenAttempts ? retryable(error, detail) : final(error, detail);
  }
  if (error instanceof WecomAccessError) {
    const detail = wecomError('wecom-access', error);
    return isHearsay(error) && attempt < hearsayAttempts ? retryable(error, detail) : final(error, detail);
  }
  if (error instanceof WecomDataError || error instanceof WecomAlreadySoError) {
    return refusedValues(error);
  }
  if (error instanceof PullRefusedError || error instanceof PushRefusedError) {
    return final(error, { code: error.code, params: error.params });
  }
  if (error instanceof AttendanceRefusedError) return final(error, { code: error.code });
  // The update that decided fails with it: whoever asked reads the code.
  if (error instanceof DepartureRefusedError || error instanceof RecallRefusedError)
    return refusal(error.code);
  if (error instanceof RecallPostponedError) {
    const detail = { code: 'wecom-unavailable' };
    return retryable(error, detail, { nextRetryDelay: error.retryAfterMs });
  }
  if (error instanceof OaRefreshRefusedError) {
    return final(error, { code: error.code, params: error.params });
  }
  if (error instanceof OaBusyError) {
    return retryable(error, { code: 'oa-unavailable' }, { nextRetryDelay: error.retryAfterMs });
  }
  if (error instanceof OaRefusedError) return final(error, { code: 'oa-refused' });
  if (error instanceof OaError) return retryable(error, { code: 'oa-unavailable' });
  if (error instanceof NoticeUndeliverableError) return final(error, { code: 'notice-undeliverable' });
  if (error instanceof NoticeNotDeliveredError) return retryable(error, { code: 'notice-not-delivered' });
  if (error instanceof StepMovedOnError) return retryable(error, { code: 'internal' });
  if (error instanceof RunEndedError) return final(error, { code: 'workflow-ended' });
  if (error instanceof MasterKeyMissingError || error instanceof SealedSecretDamagedError) {
    return final(error, { code: 'secret-unreadable' });
  }
  if (isProgrammingError(error)) {
    return attempt < bugAttempts
      ? retryable(error, { code: 'internal' })
      : final(error, { code: 'internal' });
  }
  return retryable(error, { code: 'database-unavailable' });
}

const tokenAttempts = 4;
/** Half a minute: a gateway's maintenance page goes away, a wrong address stays. */
const hearsayAttempts = 6;
/** A new release may bring the fix, but a run must not hang for hours on a bug. */
const bugAttempts = 6;

/** Translates what activities throw, and says "cancelled" for whatever breaks because of a cancellation. */
export const translateFailures: ActivityInboundCallsInterceptor = {
  async execute(input, next) {
    try {
      return await next(input);
    } catch (error) {
      const { cancellationSignal, cancelled, info, log } = Context.current();
      if (cancellationSignal.aborted) throw await cancellationOf(cancelled);
      const failure = toFailure(error, info.attempt);
      // What is thrown says no more than the code; here the log has it whole.
      if (isUnexpected(failure)) log.warn('what the activity failed of', { error });
      throw failure;
    }
  },
};

async function cancellationOf(cancelled: Promise<never>): Promise<Error> {
  try {
    return await cancelled;
  } catch (reason) {
    // Nobody cancelled the run: another worker, or this one after its restart, goes on where this attempt stopped.
    const isShutdown = reason instanceof CancelledFailure && reason.message === 'WORKER_SHUTDOWN';
    if (isShutdown)
      return ApplicationFailure.create({ type: 'WorkerShutdown', message: 'The worker is stopping' });
    return reason as Error;
  }
}

function retryable(
  error: Error,
  detail: RunError,
  options: { readonly nextRetryDelay?: number } = {},
): Error {
  return ApplicationFailure.create({ ...described(error, detail), ...options });
}

/** An answer, not a fault: the log does not warn of it. */
function refusal(code: string): Error {
  return ApplicationFailure.create({
    type: code,
    message: code,
    nonRetryable: true,
    category: ApplicationFailureCategory.BENIGN,
  });
}

function final(error: Error, detail: RunError): Error {
  return ApplicationFailure.create({ ...described(error, detail), nonRetryable: true });
}

/** What WeCom says of values it refuses may quote them, or name whoever has them: its errcode says enough. */
function refusedValues({ name, path, errcode, fault }: WecomDataError | WecomAlreadySoError): Error {
  const wecom = {
    path,
    ...(errcode === undefined ? {} : { errcode }),
    ...(fault === undefined ? {} : { fault }),
  };
  return ApplicationFailure.create({
    type: name,
    message: `WeCom ${path}: ${errcode === undefined ? (fault ?? 'refused') : `errcode ${errcode}`}`,
    details: [{ code: 'wecom-refused', wecom } satisfies RunError],
    nonRetryable: true,
  });
}

/**
 * Without the cause: histories are kept for long and read by many, and a driver's error may quote the values of a row.
 * The worker's log has it whole.
 */
function described(error: Error, detail: RunError) {
  return {
    type: error.name,
    message: speaksForItself(error) ? error.message : `${error.name} (see the worker's log)`,
    details: [detail],
  };
}

function isUnexpected(failure: Error): boolean {
  if (!(failure instanceof ApplicationFailure)) return false;
  const [detail] = (failure.details ?? []) as readonly (RunError | undefined)[];
  return detail?.code === 'internal' || detail?.code === 'database-unavailable';
}

function speaksForItself(error: unknown): boolean {
  return [
    WecomError,
    OaError,
    PullRefusedError,
    PushRefusedError,
    AttendanceRefusedError,
    NoticeNotDeliveredError,
  ].some((ours) => error instanceof ours);
}

function wecomError(code: string, { path, errcode, errmsg, fault, fromIp }: WecomError): RunError {
  return {
    code,
    wecom: {
      path,
      ...(errcode === undefined ? {} : { errcode }),
      ...(errmsg === undefined ? {} : { errmsg }),
      ...(fault === undefined ? {} : { fault }),
      ...(fromIp === undefined ? {} : { fromIp }),
    },
  };
}

/** Not WeCom's own words: something in between answered with a page, a redirect or a refusal. */
function isHearsay({ errcode, fault }: WecomAccessError): boolean {
  return errcode === undefined && fault !== 'address-refused';
}

function isProgrammingError(error: Error): boolean {
  return (
    error instanceof TypeError ||
    error instanceof RangeError ||
    error instanceof ReferenceError ||
    error instanceof SyntaxError
  );
}
