import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { NextFunction, Request, Response, Router } from 'express';
import express from 'express';
import type { Logger } from 'pino';
import { z } from 'zod';
import { apiTexts } from '../i18n/api';
import type { AuditStore } from '../store/audit';
import type { IdempotencyClaim, IdempotencyRequest, IdempotencyStore } from '../store/idempotency';
import type { Authenticator } from './authentication';
import { csrfHeader, equalSecrets } from './authentication';
import type { Access, AuditNote, Reply, RequestFacts, Route, RouteInput } from './define-route';
import { isWrite } from './define-route';
import { FileAnswer } from './file-answer';
import { ApiError, conflict, invalidField, toApiError } from './http-errors';
import { readMultipart } from './multipart';
import type { Principal } from './principal';
import type { Scope } from './scopes';
import { factsOf, sendError } from './request';
import { parseInput } from './validation';

export type RouteServices = {
  readonly authenticate: Authenticator;
  readonly audit: AuditStore;
  readonly idempotency: IdempotencyStore;
  readonly logger: Logger;
  /** Answers are checked against the schemas they are documented with (tests). */
  readonly checkAnswers: boolean;
};

type Handled = Omit<Reply<unknown>, 'status'> & { readonly status: number };

const defaultBodyLimitBytes = 256 * 1024;
const noInput = z.object({});

export function registerRoutes(router: Router, routes: readonly Route[], services: RouteServices): void {
  const methodsByPath = new Map<string, string[]>();
  for (const route of routes) {
    const path = expressPath(route.path);
    router[route.method](path, handlerOf(route, services));
    methodsByPath.set(path, [...(methodsByPath.get(path) ?? []), route.method.toUpperCase()]);
  }
  for (const [path, methods] of methodsByPath) {
    router.all(path, (request, response) => {
      const error = new ApiError(
        405,
        'method_not_allowed',
        { text: apiTexts.methodNotAllowed, params: { method: request.method } },
        { headers: { Allow: methods.join(', ') } },
      );
      sendError(response, error, factsOf(request, response).lang);
    });
  }
}

function expressPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

function handlerOf(route: Route, services: RouteServices) {
  const { multipart } = route;
  const parseBody = route.body === undefined || multipart !== undefined ? undefined : bodyParser(route);

  return async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    const facts = factsOf(request, response);
    const audit: AuditNote = { target: defaultTarget(request) };
    let principal: Principal | undefined;
    try {
      principal = await services.authenticate(request);
      authorise(route, principal, request);
      const ndjson = route.ndjson !== undefined && isNdjson(request) ? request : undefined;
      const jsonRows = route.readsJsonRows === true && isPlainJson(request) ? request : undefined;
      if (parseBody !== undefined && ndjson === undefined && jsonRows === undefined) {
        await parseBody(request, response);
      }
      const file =
        multipart === undefined ? undefined : await readMultipart(request, response, multipart.maxFileBytes);
      const input = { ...parse(route, request, facts, principal, audit), ndjson, jsonRows, file };
      const handled = await answer(route, request, input, services);
      await record(handled.status, null);
      await send(response, handled);
    } catch (error) {
      const apiError = toApiError(error, facts.id);
      if (apiError.status >= 500) {
        // A part that is away for a moment is reported once, by whoever restarts it, not by every request meanwhile.
        const level = apiError.status === 503 ? 'warn' : 'error';
        services.logger[level](
          { err: apiError.cause ?? apiError, requestId: facts.id, operation: route.operationId },
          apiError.code,
        );
      }
      await record(apiError.status, apiError.code);
      if (response.headersSent) return next(error);
      sendError(response, apiError, facts.lang);
    }

    async function record(status: number, code: string | null): Promise<void> {
      if (route.audit === undefined || route.audit === null) return;
      // Nobody known did nothing: such requests stand in the request log, where they can't fill the database. A login
      // that failed is kept; there are only so many from one address.
      const isFailedLogin = route.access === 'public' && status === 401;
      if (principal === undefined && status >= 400 && status < 500 && !isFailedLogin) return;
      try {
        await services.audit.record({
          actor: audit.actor ?? principal?.label ?? 'anonymous',
          action: route.audit,
          target: audit.target ?? '',
          corpId: audit.corpId ?? corpIdOf(request),
          result: status < 400 ? 'ok' : status < 500 ? 'refused' : 'failed',
          code: code ?? String(status),
          detail: {
            ...(principal === undefined ? {} : { actorId: principal.id }),
            ...changedFields(request.body),
            ...audit.detail,
            requestId: facts.id,
          },
          remoteIp: facts.remoteIp,
        });
      } catch (error) {
        services.logger.error(
          { err: error, requestId: facts.id, action: route.audit },
          'audit entry could not be written',
        );
      }
    }
  };
}

function authorise(route: Route, principal: Principal | undefined, request: Request): void {
  if (route.access === 'public') return;
  if (principal === undefined) {
    throw new ApiError(
      401,
      'unauthenticated',
      { text: apiTexts.unauthenticated },
      { advice: { text: apiTexts.unauthenticatedAdvice }, headers: { 'WWW-Authenticate': 'Bearer' } },
    );
  }
  if (isWrite(route.method)) assertCsrf(principal, request);
  if (route.access === 'signed-in') return;
  const scope = missingRight(route.access, principal);
  if (scope !== undefined) {
    throw new ApiError(
      403,
      'forbidden',
      { text: apiTexts.forbidden, params: { scope } },
      { advice: { text: apiTexts.forbiddenAdvice } },
    );
  }
}

function missingRight(access: Exclude<Access, string>, { scopes }: Principal): Scope | undefined {
  const { scope } = access;
  if ('and' in access) return [scope, access.and].find((one) => !scopes.includes(one));
  return [scope, access.or].some((one) => one !== undefined && scopes.includes(one)) ? undefined : scope;
}

/** A browser sends its cookie along from any page; only our own page knows the session's CSRF token. */
function assertCsrf(principal: Principal, request: Request): void {
  if (principal.kind !== 'user') return;
  const given = request.get(csrfHeader);
  if (given === undefined || !equalSecrets(given, principal.session.csrfToken)) {
    throw new ApiError(403, 'csrf_failed', { text: apiTexts.csrfFailed });
  }
}

function bodyParser(route: Route) {
  const limitBytes = route.bodyLimitBytes ?? defaultBodyLimitBytes;
  const json = express.json({ limit: limitBytes, strict: false, type: isJson });
  return async (request: Request, response: Response): Promise<void> => {
    if (Number(request.get('content-length') ?? 0) > 0 && !isJson(request)) {
      throw new ApiError(415, 'unsupported_media_type', {
        text:
          route.ndjson === undefined ? apiTexts.unsupportedMediaType : apiTexts.unsupportedMediaTypeOrNdjson,
      });
    }
    await new Promise<void>((resolve, reject) => {
      json(request, response, (error?: unknown) =>
        error === undefined ? resolve() : reject(bodyError(error, limitBytes)),
      );
    });
  };
}

function isJson(request: { headers: { 'content-type'?: string | undefined } }): boolean {
  return /^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '');
}

/** Compressed JSON is unpacked whole, within the limit of the body's size. */
function isPlainJson(request: Request): boolean {
  return request.headers['content-encoding'] === undefined && isJson(request);
}

/** Compressed, it is refused like any other body that is not JSON: its size can't be bounded line by line. */
function isNdjson(request: Request): boolean {
  if (request.headers['content-encoding'] !== undefined) return false;
  return /^application\/(x-)?ndjson\s*(;|$)/i.test(request.headers['content-type'] ?? '');
}

function bodyError(error: unknown, limitBytes: number): Error {
  const { type, status } = error as { type?: string; status?: number };
  if (type === 'entity.too.large') {
    return new ApiError(413, 'body_too_large', {
      text: apiTexts.bodyTooLarge,
      params: { limit: `${Math.round(limitBytes / 1024)} KiB` },
    });
  }
  if (status !== undefined && status < 500) {
    return new ApiError(400, 'bad_json', { text: apiTexts.badJson }, {}, { cause: error });
  }
  return error instanceof Error ? error : new Error('the body could not be read', { cause: error });
}

function parse(
  route: Route,
  request: Request,
  facts: RequestFacts,
  principal: Principal | undefined,
  audit: AuditNote,
): Omit<RouteInput<unknown, unknown, unknown, 'public'>, 'ndjson' | 'jsonRows' | 'file'> {
  const { lang } = facts;
  return {
    params: parseInput(route.params ?? noInput, request.params, lang),
    query: parseInput(route.query ?? noInput, request.query, lang),
    body: route.body === undefined ? undefined : parseInput(route.body, request.body, lang),
    principal,
    request: facts,
    audit,
  };
}

async function answer(
  route: Route,
  request: Request,
  input: RouteInput<unknown, unknown, unknown, 'public'>,
  services: RouteServices,
): Promise<Handled> {
  const key = route.idempotent === true ? request.get('idempotency-key') : undefined;
  if (key === undefined || input.principal === undefined) return handle(route, input, services);
  if (!/^[\x21-\x7e]{1,200}$/.test(key)) throw invalidField('Idempotency-Key', apiTexts.idempotencyKeyShape);

  const claimed: IdempotencyRequest = {
    principal: input.principal.id,
    key,
    requestHash: requestHash(request),
  };
  const claim = await services.idempotency.claim(claimed);
  if (claim.kind !== 'claimed') return earlierAnswer(claim);
  try {
    const handled = await handle(
      route,
      { ...input, request: { ...input.request, idempotency: { ...claimed, since: claim.since } } },
      services,
    );
    const { status, body, headers = {} } = handled;
    await services.idempotency.complete(claimed, { status, body: { body, headers } });
    return handled;
  } catch (error) {
    // A refusal has begun nothing. After anything else a second run must not be the answer to the second try.
    if (isRefusal(error)) await services.idempotency.release(claimed);
    else await services.idempotency.abandon(claimed);
    throw error;
  }
}

const isRefusal = (error: unknown): boolean => error instanceof ApiError && error.status < 500;

function earlierAnswer(claim: Exclude<IdempotencyClaim, { kind: 'claimed' }>): Handled {
  switch (claim.kind) {
    case 'answered': {
      const { body, headers } = claim.answer.body as Reply<unknown>;
      return { status: claim.answer.status, body, headers: { ...headers, 'Idempotency-Replayed': 'true' } };
    }
    case 'in-progress':
      throw conflict('idempotency_conflict', apiTexts.idempotencyInProgress, {
        headers: { 'Retry-After': '1' },
      });
    case 'other-request':
      throw conflict('idempotency_conflict', apiTexts.idempotencyOtherRequest);
  }
}

function requestHash(request: Request): string {
  return createHash('sha256')
    .update(JSON.stringify([request.method, request.originalUrl, sortedKeys(request.body)]))
    .digest('hex');
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [key, sortedKeys(entry)]),
  );
}

async function handle(
  route: Route,
  input: RouteInput<unknown, unknown, unknown, 'public'>,
  { checkAnswers }: RouteServices,
): Promise<Handled> {
  const reply = await route.handle(input);
  if (checkAnswers && route.success.status !== 204) route.success.schema.parse(reply.body);
  return { ...reply, status: reply.status ?? route.success.status };
}

async function send(response: Response, { status, body, headers }: Handled): Promise<void> {
  response.status(status).set(headers ?? {});
  if (body instanceof FileAnswer) {
    response.set(body.headers());
    await pipeline(Readable.from(body.chunks), response);
  } else if (status === 204) response.end();
  else response.json(body);
}

function defaultTarget(request: Request): string {
  return Object.entries(request.params)
    .map(([key, value]) => `${key.replace(/Id$/, '')}:${String(value)}`.slice(0, 200).replaceAll('\0', ''))
    .join(' ');
}

function corpIdOf(request: Request): string | null {
  const { corpId } = request.params;
  return typeof corpId === 'string' && /^[\w-]{1,64}$/.test(corpId) ? corpId : null;
}

/** Names only: the values may be secrets or somebody's data. */
function changedFields(body: unknown): { fields?: readonly string[] } {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return {};
  const fields = Object.keys(body)
    .filter((field) => /^\w{1,60}$/.test(field))
    .slice(0, 50);
  return fields.length === 0 ? {} : { fields };
}
