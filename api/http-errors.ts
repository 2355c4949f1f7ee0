import {
  isGrpcServiceError,
  NamespaceNotFoundError,
  ServiceError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { apiTexts } from '../i18n/api';
import type { Lang, Text, TextParams } from '../i18n';
import { translate } from '../i18n';
import { CursorInvalidError } from '../store/cursors';
import { AppExistsError, CorpExistsError } from '../store/corps';
import { LastAdminError, LoginNameTakenError } from '../store/console-users';
import { isDatabaseUnavailable } from '../store/errors';
import { MasterKeyMissingError, SealedSecretDamagedError } from '../store/secrets';
import {
  explainWecomError,
  WecomAccessError,
  WecomAlreadySoError,
  WecomDataError,
  WecomError,
  WecomRateLimitedError,
} from '../wecom';

export type Said = { readonly text: Text; readonly params?: TextParams };

export type FieldProblem = { readonly path: string; readonly said: Said | string };

export type ApiErrorDetails = {
  readonly fields?: readonly FieldProblem[];
  readonly advice?: Said;
  readonly wecom?: WecomError;
  /** Shown beside code and message, for example the id of the run that is in the way. */
  readonly extra?: Readonly<
    Record<string, string | number | boolean | readonly string[] | Readonly<Record<string, number>>>
  >;
  readonly headers?: Readonly<Record<string, string>>;
};

export type ErrorBody = {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly fields?: readonly { readonly path: string; readonly message: string }[];
    readonly advice?: string;
    readonly wecom?: { readonly errcode: number | null; readonly errmsg: string; readonly path: string };
    readonly [extra: string]: unknown;
  };
};

/** An answer other than success; becomes the error shape in the reader's language at the very end. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly said: Said,
    readonly details: ApiErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(`${status} ${code}`, options);
    this.name = 'ApiError';
  }

  render(lang: Lang): ErrorBody {
    const { fields, advice, wecom, extra } = this.details;
    const wecomAdvice = wecom === undefined ? undefined : explainWecomError(wecom, lang).advice;
    const advised = advice === undefined ? wecomAdvice : say(advice, lang);
    return {
      error: {
        code: this.code,
        message:
          wecom === undefined
            ? say(this.said, lang)
            : say(
                { text: this.said.text, params: { ...this.said.params, ...wecomParams(wecom, lang) } },
                lang,
              ),
        ...(fields === undefined
          ? {}
          : { fields: fields.map(({ path, said }) => ({ path, message: fieldMessage(said, lang, wecom) })) }),
        ...(advised === undefined ? {} : { advice: advised }),
        ...(wecom === undefined
          ? {}
          : { wecom: { errcode: wecom.errcode ?? null, errmsg: wecom.errmsg ?? '', path: wecom.path } }),
        ...extra,
      },
    };
  }
}

function say({ text, params }: Said, lang: Lang): string {
  return translate(text, lang, params);
}

function fieldMessage(said: Said | string, lang: Lang, wecom: WecomError | undefined): string {
  if (typeof said === 'string') return said;
  return say(
    wecom === undefined ? said : { text: said.text, params: { ...said.params, ...wecomParams(wecom, lang) } },
    lang,
  );
}

function wecomParams(error: WecomError, lang: Lang): TextParams {
  return { errcode: error.errcode ?? error.fault ?? '-', cause: explainWecomError(error, lang).cause };
}

/** What is said about a WeCom error; `{errcode}` and `{cause}` are filled in when it is rendered. */
export function wecomSaid(error: WecomError): Said {
  return { text: error.errcode === undefined ? apiTexts.wecomSaid : apiTexts.wecomRefused };
}

export function notFound(): ApiError {
  return new ApiError(404, 'not_found', { text: apiTexts.notFound });
}

export function conflict(code: string, text: Text, details?: ApiErrorDetails, params?: TextParams): ApiError {
  return new ApiError(409, code, { text, ...(params === undefined ? {} : { params }) }, details);
}

export function invalid(
  fields: readonly FieldProblem[],
  details: Omit<ApiErrorDetails, 'fields'> = {},
): ApiError {
  return new ApiError(
    422,
    'validation_failed',
    { text: apiTexts.validationFailed, params: { count: fields.length } },
    { ...details, fields },
  );
}

export function invalidField(
  path: string,
  text: Text,
  params?: TextParams,
  details: Omit<ApiErrorDetails, 'fields'> = {},
): ApiError {
  return invalid([{ path, said: { text, ...(params === undefined ? {} : { params }) } }], details);
}

export function unavailable(text: Text, advice?: Text, cause?: unknown): ApiError {
  return new ApiError(
    503,
    'unavailable',
    { text },
    { headers: { 'Retry-After': '5' }, ...(advice === undefined ? {} : { advice: { text: advice } }) },
    { cause },
  );
}

/** Error class → HTTP, for everything a route did not translate itself. */
export function toApiError(error: unknown, requestId: string): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof CorpExistsError) return conflict('conflict', apiTexts.corpExists);
  if (error instanceof AppExistsError) return conflict('conflict', apiTexts.appExists);
  if (error instanceof LoginNameTakenError) return conflict('conflict', apiTexts.loginNameTaken);
  if (error instanceof LastAdminError) return conflict('conflict', apiTexts.lastAdmin);
  if (error instanceof CursorInvalidError) return invalidField('cursor', apiTexts.cursorShape);
  if (error instanceof WecomError) return wecomToApiError(error);
  if (error instanceof MasterKeyMissingError || error instanceof SealedSecretDamagedError) {
    return new ApiError(
      503,
      'secret_unreadable',
      { text: apiTexts.secretUnreadable },
      { advice: { text: apiTexts.secretUnreadableAdvice } },
      { cause: error },
    );
  }
  if (isDatabaseUnavailable(error)) return unavailable(apiTexts.databaseUnavailable, undefined, error);
  if (isTemporalUnavailable(error)) {
    return unavailable(apiTexts.temporalUnavailable, apiTexts.temporalAdvice, error);
  }
  return new ApiError(
    500,
    'internal',
    { text: apiTexts.internal, params: { requestId } },
    {},
    { cause: error },
  );
}

function wecomToApiError(error: WecomError): ApiError {
  if (error instanceof WecomRateLimitedError) {
    const retryAfterSeconds = Math.max(1, Math.ceil(error.retryAfterMs / 1000));
    return new ApiError(503, 'wecom_rate_limited', wecomSaid(error), {
      wecom: error,
      headers: { 'Retry-After': String(retryAfterSeconds) },
    });
  }
  const code =
    error instanceof WecomAccessError
      ? 'wecom_access'
      : error instanceof WecomDataError
        ? 'wecom_data'
        : error instanceof WecomAlreadySoError
          ? 'wecom_state'
          : 'wecom_unavailable';
  return new ApiError(502, code, wecomSaid(error), { wecom: error }, { cause: error });
}

// gRPC's DEADLINE_EXCEEDED, UNAVAILABLE, RESOURCE_EXHAUSTED, CANCELLED (by our own deadline)
const temporaryGrpcCodes = new Set([1, 4, 8, 14]);

export function isTemporalUnavailable(error: unknown): boolean {
  // No worker has answered in time.
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true;
  if (error instanceof NamespaceNotFoundError) return true;
  if (isGrpcServiceError(error)) {
    // The first worker makes the namespace ready; until then Temporal does not know our search attributes.
    return (
      temporaryGrpcCodes.has(error.code) || /search attribute|namespace .*not found/i.test(error.message)
    );
  }
  return error instanceof ServiceError && isTemporalUnavailable(error.cause);
}
