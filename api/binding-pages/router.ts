import type { NextFunction, Request, Response, Router } from 'express';
import express, { Router as createRouter } from 'express';
import { languageOf, languages } from '../../i18n';
import type { Lang } from '../../i18n';
import { bindingPageTexts as texts } from '../../i18n/binding-pages';
import { readCookie } from '../authentication';
import type { ApiDeps } from '../deps';
import { toApiError } from '../http-errors';
import type { Caller } from './arrive';
import { arrive, depart, visitLifetimeMs } from './arrive';
import { createOutcomes, notice } from './outcomes';
import { contentSecurityPolicy } from './page';
import { signIn } from './sign-in';
import { isBrowserToken } from './visit-tokens';
import type { View } from './views';
import { render } from './views';

/** Pages that employees open from WeCom. No token: WeCom says who they are, the OA whether that is true. */

const visitCookie = 'bridge_visit';

export function bindingPages(deps: ApiDeps): Router {
  const { publicUrl } = deps.settings;
  const outcomes = createOutcomes(publicUrl);
  const router = createRouter();

  router.use('/wecom', (_request, response, next) => {
    response.set({
      'Cache-Control': 'no-store',
      'Content-Security-Policy': contentSecurityPolicy,
      'X-Robots-Tag': 'noindex',
    });
    next();
  });

  router.get('/wecom/apps/:appId/bind', async (request, response) => {
    const wanted = { appId: request.params.appId, returnTo: request.query['return'] };
    const started = await depart(deps, outcomes, wanted, callerOf(request));
    if (started.kind === 'notice') return send(request, response, started);
    response.set('Set-Cookie', cookieOf(publicUrl, started.browser));
    response.redirect(302, started.url);
  });

  router.get('/wecom/bind/done', async (request, response) => {
    const back = { code: textOf(request.query['code']), state: textOf(request.query['state']) };
    send(request, response, await arrive(deps, outcomes, back, callerOf(request)));
  });

  router.post(
    '/wecom/bind',
    express.urlencoded({ extended: false, limit: '8kb', parameterLimit: 20 }),
    express.json({ limit: '8kb' }),
    async (request, response) => {
      const { csrf, loginName, password, lang } = fieldsOf(request.body);
      const login = {
        csrf: textOf(csrf),
        loginName: textOf(loginName, 128).trim(),
        password: textOf(password, 256),
      };
      const picked = languages.find((one) => one === lang);
      send(request, response, await signIn(deps, outcomes, login, callerOf(request)), picked);
    },
  );

  // What is left of a page that was sent, when it is opened again.
  router.get('/wecom/bind', (request, response) => {
    send(request, response, outcomes.broken(404, texts.startFromApp));
  });

  router.use('/wecom', (error: unknown, request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error);
    const requestId = String(response.getHeader('x-request-id'));
    if (isRefusedByExpress(error)) {
      return send(request, response, outcomes.broken(400, texts.stateUnknown));
    }
    const { status } = toApiError(error, requestId);
    deps.logger.error({ err: error, requestId }, 'binding page failed');
    const said = [{ text: texts.unexpected, params: { requestId } }];
    send(request, response, notice(status >= 500 ? status : 500, texts.troubleTitle, said));
  });
  return router;
}

function send(request: Request, response: Response, view: View, picked?: Lang): void {
  const lang = picked ?? languageOf(request.get('accept-language'));
  response
    .status(view.status)
    .set({ 'Content-Language': lang, Vary: 'Accept-Language' })
    .type('html')
    .send(render(view, lang));
}

function callerOf(request: Request): Caller {
  return { browser: browserOf(request), remoteIp: request.ip ?? '' };
}

/** As we make it; anything else counts as none. */
function browserOf(request: Request): string | undefined {
  const value = readCookie(request.get('cookie'), visitCookie);
  return value !== undefined && isBrowserToken(value) ? value : undefined;
}

/** Lax: the browser comes back from WeCom's page by a link. */
function cookieOf(publicUrl: string, browser: string): string {
  const { protocol, pathname } = new URL(publicUrl);
  return [
    `${visitCookie}=${browser}`,
    `Path=${pathname.replace(/\/$/, '')}/wecom`,
    'HttpOnly',
    'SameSite=Lax',
    `Max-Age=${visitLifetimeMs / 1000}`,
    ...(protocol === 'https:' ? ['Secure'] : []),
  ].join('; ');
}

function fieldsOf(body: unknown): Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
}

/** A parameter given twice is a list, and counts as none; so does what no form of ours sends. */
function textOf(value: unknown, longest = 1024): string {
  return typeof value === 'string' && value.length <= longest && !value.includes('\0') ? value : '';
}

function isRefusedByExpress(error: unknown): boolean {
  if (error instanceof URIError) return true;
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 500;
  return status >= 400 && status < 500;
}
