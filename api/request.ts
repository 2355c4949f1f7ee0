import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Lang } from '../i18n';
import { languageOf } from '../i18n';
import type { RequestFacts } from './define-route';
import type { ApiError } from './http-errors';

/** Given by a proxy, or ours; answered in every response and written in every log line. */
export function requestIdOf(request: Request): string {
  const given = request.get('x-request-id');
  return given !== undefined && /^[\w.:-]{1,100}$/.test(given) ? given : randomUUID();
}

export function factsOf(request: Request, response: Response): RequestFacts {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  return {
    id: String(response.getHeader('x-request-id')),
    remoteIp: request.ip ?? '',
    lang: languageOf(request.get('accept-language')),
    signal: gone.signal,
  };
}

export function sendError(response: Response, error: ApiError, lang: Lang): void {
  response
    .status(error.status)
    .set({ 'Content-Language': lang, ...error.details.headers })
    .json(error.render(lang));
}
