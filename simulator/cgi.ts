import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Request, Response } from 'express';
import { assertAccess } from './access';
import { ChangeRecorder } from './callbacks/change-recorder';
import { isFileAnswer, isWrittenAnswer } from './endpoints/endpoint';
import type { Answer, Endpoint, Fields } from './endpoints/endpoint';
import { endpoints } from './endpoints/index';
import { getToken } from './endpoints/token';
import { Rejection } from './errors';
import type { Fault } from './faults';
import type { Caller, Corp } from './state/corp';
import { callerBySecret } from './state/world';
import type { World } from './state/world';
import {
  clientIp,
  queryOf,
  rejectionBody,
  sendFile,
  sendJson,
  sendTruncated,
  sendWritten,
  successBody,
} from './wire';

type ParsedRequest = {
  readonly path: string;
  readonly ip: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Fields;
  readonly brokenJson: boolean;
  readonly raw: Buffer;
};
type Principal = { readonly corp: Corp; readonly caller: Caller };
type Outcome = { readonly answer: Answer } | { readonly rejection: Rejection };

/** One call under /cgi-bin. WeCom's order: token, address, permission, parameters. */
export async function handleCgi(world: World, request: Request, response: Response): Promise<void> {
  const parsed = parseRequest(request);
  const endpoint = endpoints.get(parsed.path);
  if (endpoint === undefined && parsed.path !== 'gettoken') {
    log(world, parsed, { httpStatus: 404, errcode: null });
    response.status(404).end();
    return;
  }

  const slot = world.limits.enter(world.tokens.find(parsed.query['access_token'] ?? '')?.corpid, parsed.path);
  try {
    await answer(world, endpoint, parsed, slot.isOver, request, response);
  } finally {
    slot.leave();
  }
}

async function answer(
  world: World,
  endpoint: Endpoint | undefined,
  parsed: ParsedRequest,
  tooManyAtOnce: boolean,
  request: Request,
  response: Response,
): Promise<void> {
  const fault = world.faults.take(parsed.path);
  const waitMs = world.settings.latencyMs + (fault?.delayMs ?? 0);
  if (waitMs > 0) await delay(waitMs);

  if (fault?.drop === 'before') {
    log(world, parsed, { httpStatus: null, errcode: null, dropped: 'before' });
    request.socket.destroy();
    return;
  }
  if (fault?.httpStatus !== undefined) {
    log(world, parsed, { httpStatus: fault.httpStatus, errcode: null });
    response.status(fault.httpStatus).type('html').end(`<html><body>${fault.httpStatus}</body></html>`);
    return;
  }

  const outcome = run(world, endpoint, parsed, { fault, tooManyAtOnce, headers: request.headers });
  const body = bodyOf(world, endpoint, parsed, outcome);
  const errcode = 'rejection' in outcome ? outcome.rejection.errcode : 0;
  if (fault?.drop === 'after') {
    log(world, parsed, { httpStatus: null, errcode, dropped: 'after' });
    request.socket.destroy();
    return;
  }
  log(world, parsed, { httpStatus: 200, errcode });
  const written = 'answer' in outcome && isWrittenAnswer(outcome.answer) ? outcome.answer.written : undefined;
  if ('answer' in outcome && isFileAnswer(outcome.answer)) {
    sendFile(response, outcome.answer, request.headers.range);
  } else if (fault?.body === 'html') {
    response.status(200).type('html').end('<html><body>502 Bad Gateway</body></html>');
  } else if (fault?.body === 'truncated') {
    sendTruncated(response, written ?? body);
  } else if (written !== undefined) {
    sendWritten(response, written);
  } else {
    sendJson(response, body);
  }
}

function run(
  world: World,
  endpoint: Endpoint | undefined,
  parsed: ParsedRequest,
  { fault, tooManyAtOnce, headers }: { fault?: Fault; tooManyAtOnce: boolean; headers: IncomingHttpHeaders },
): Outcome {
  try {
    if (fault?.errcode !== undefined && fault.errcode !== 0) {
      // A token that WeCom has called bad does not become good again.
      if (fault.errcode === 40014 || fault.errcode === 42001)
        world.tokens.revoke(parsed.query['access_token'] ?? '');
      throw new Rejection(fault.errcode);
    }
    if (endpoint === undefined) return { answer: getToken(world, parsed) };
    endpoint.beforeToken?.(parsed);
    const { corp, caller } = authenticate(world, parsed.query['access_token']);
    const nowMs = world.clock.nowMs();
    const changes = new ChangeRecorder(world, corp, caller);
    const call = { ...parsed, world, corp, caller, nowMs, headers, changes };
    if (endpoint.isFree?.(call) !== true) {
      world.limits.admit({ corpid: corp.corpid, path: parsed.path, ip: parsed.ip, nowMs });
    }
    if (tooManyAtOnce) throw new Rejection(45033);
    assertTrustedIp(world, corp, caller, parsed.ip);
    assertAccess(endpoint.access, caller, corp.rights);
    assertRawText(world, parsed);
    const answer = endpoint.handle(call);
    if (endpoint.writes) world.onChange();
    changes.send();
    return { answer };
  } catch (error) {
    if (error instanceof Rejection) return { rejection: error };
    world.logger.error({ err: error, path: parsed.path }, 'simulator failed');
    return { rejection: new Rejection(-1) };
  }
}

function authenticate(world: World, token: string | undefined): Principal {
  if (token === undefined || token === '') throw new Rejection(41001);
  const issued = world.tokens.find(token);
  if (issued === undefined || issued.revoked) throw new Rejection(40014);
  if (world.clock.nowMs() >= issued.expiresAtMs) throw new Rejection(world.settings.variants.expiredToken);
  const corp = world.corps.get(issued.corpid);
  const caller = corp === undefined ? undefined : callerBySecret(corp, issued.secret);
  if (corp === undefined || caller === undefined) throw new Rejection(40014);
  if (caller.kind === 'app' && caller.app.disabled) throw new Rejection(50003);
  return { corp, caller };
}

function assertTrustedIp(world: World, corp: Corp, caller: Caller, ip: string): void {
  const own = caller.kind === 'app' ? caller.app.trustedIps : corp.contactsTrustedIps;
  const trusted = own ?? world.settings.trustedIps;
  if (trusted.length === 0) return;
  const fits = trusted.some((entry) =>
    entry.endsWith('*') ? ip.startsWith(entry.slice(0, -1)) : entry === ip,
  );
  if (!fits) throw new Rejection(60020);
}

function assertRawText(world: World, { raw }: ParsedRequest): void {
  if (world.settings.variants.escapedUnicode === 'accepted') return;
  if (/\\u[0-9a-fA-F]{4}/.test(raw.toString('utf8'))) throw new Rejection(40033);
}

function bodyOf(
  world: World,
  endpoint: Endpoint | undefined,
  parsed: ParsedRequest,
  outcome: Outcome,
): Fields {
  if ('answer' in outcome) return fieldsOf(outcome.answer);
  return rejectionBody(outcome.rejection, {
    endpoint,
    ip: parsed.ip,
    nowSeconds: world.clock.nowSeconds(),
    brokenJson: parsed.brokenJson,
  });
}

function fieldsOf(answer: Answer): Fields {
  return isFileAnswer(answer) || isWrittenAnswer(answer) ? {} : successBody(answer);
}

function parseRequest(request: Request): ParsedRequest {
  const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  return {
    path: request.path.replace(/^\/+/, ''),
    ip: clientIp(request),
    query: queryOf(request),
    raw,
    ...parseJson(raw, request.headers['content-type']),
  };
}

/** SDKs send JSON under any Content-Type or none. */
function parseJson(raw: Buffer, contentType = ''): { body: Fields; brokenJson: boolean } {
  if (raw.length === 0 || contentType.startsWith('multipart/')) return { body: {}, brokenJson: false };
  try {
    const parsed: unknown = JSON.parse(raw.toString('utf8').replace(/^\ufeff/, ''));
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      return { body: parsed as Fields, brokenJson: false };
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return { body: {}, brokenJson: true };
}

function log(
  world: World,
  parsed: ParsedRequest,
  outcome: { httpStatus: number | null; errcode: number | null; dropped?: 'before' | 'after' },
): void {
  const { access_token: token, corpid: askedCorpid, corpsecret: askedSecret, ...query } = parsed.query;
  const issued = token === undefined ? undefined : world.tokens.find(token);
  const corpid = issued?.corpid ?? (parsed.path === 'gettoken' ? askedCorpid : undefined);
  const secret = issued?.secret ?? (parsed.path === 'gettoken' ? askedSecret : undefined);
  const corp = corpid === undefined ? undefined : world.corps.get(corpid);
  const caller = corp === undefined || secret === undefined ? undefined : callerBySecret(corp, secret);
  world.calls.add({
    at: new Date(world.clock.nowMs()).toISOString(),
    corpid: corpid ?? null,
    path: parsed.path,
    ...(caller?.kind === 'app' ? { agentid: caller.app.agentid } : {}),
    ...outcome,
    request: { ...(askedCorpid === undefined ? {} : { corpid: askedCorpid }), ...query, ...parsed.body },
  });
}
