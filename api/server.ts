import type { Express, NextFunction, Request, Response } from 'express';
import express, { Router } from 'express';
import helmet from 'helmet';
import { apiTexts } from '../i18n/api';
import { createAuthenticator } from './authentication';
import { bindingPages } from './binding-pages';
import { callbackRouter } from './callbacks';
import { consoleFiles } from './console-files';
import type { ApiDeps } from './deps';
import { docsPage } from './docs-page';
import { createHealthProbe, healthRouter } from './health';
import { ApiError, toApiError } from './http-errors';
import { openApiDocument } from './openapi';
import { registerRoutes } from './register-routes';
import { factsOf, sendError } from './request';
import { requestLog } from './request-log';
import { apiBasePath, apiRoutes } from './routes';
import { verificationPages } from './verification-pages';

export function createApp(deps: ApiDeps): Express {
  const { settings, logger, metrics, tokens, sessions } = deps;
  const authenticate = createAuthenticator({ tokens, sessions, adminToken: settings.adminToken });
  const probeHealth = createHealthProbe(deps);
  const routes = apiRoutes(deps, probeHealth);

  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('trust proxy', settings.trustProxy);
  app.use(requestLog(logger, metrics));
  // No browser asks here, and at five hundred a second headers for browsers are a good part of the work.
  app.use(callbackRouter(deps));
  app.use(securityHeaders(settings.publicUrl.startsWith('https:')));

  app.use(healthRouter(deps, probeHealth, authenticate));
  app.use('/api/docs', docsPage(`${apiBasePath}/openapi.json`));
  app.use(apiBasePath, apiRouter());
  app.use(bindingPages(deps));
  app.use(verificationPages(deps));
  app.use(consoleFiles());
  app.use((request, response) => {
    sendError(response, noSuchEndpoint(request), factsOf(request, response).lang);
  });
  app.use((error: unknown, request: Request, response: Response, next: NextFunction) => {
    if (response.headersSent) return next(error);
    const facts = factsOf(request, response);
    const apiError = unusableRequest(error) ?? toApiError(error, facts.id);
    if (apiError.status >= 500) logger.error({ err: error, requestId: facts.id }, 'request failed');
    sendError(response, apiError, facts.lang);
  });
  return app;

  function apiRouter(): Router {
    const router = Router();
    router.use((_request, response, next) => {
      response.set('Cache-Control', 'no-store');
      next();
    });
    let document: ReturnType<typeof openApiDocument> | undefined;
    router.get('/openapi.json', (_request, response) => {
      // Every schema is walked for it, which is a good part of a start: only where somebody asks.
      document ??= openApiDocument(routes, { version: settings.version, basePath: apiBasePath });
      response.json(document);
    });
    registerRoutes(router, routes, {
      authenticate,
      audit: deps.audit,
      idempotency: deps.idempotency,
      logger,
      checkAnswers: settings.checkAnswers,
    });
    router.use((request, response) => {
      sendError(response, noSuchEndpoint(request), factsOf(request, response).lang);
    });
    return router;
  }
}

function securityHeaders(https: boolean) {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'script-src': ["'self'"],
        // Ant Design writes its styles at run time.
        'style-src': ["'self'", "'unsafe-inline'"],
        'img-src': ["'self'", 'data:'],
        'font-src': ["'self'", 'data:'],
        'connect-src': ["'self'"],
        'object-src': ["'none'"],
        'base-uri': ["'self'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
      },
    },
    // Behind plain http (a laptop) the header would lock people out of the host's other ports.
    strictTransportSecurity: https,
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: 'no-referrer' },
  });
}

function noSuchEndpoint({ method, path, baseUrl }: Request): ApiError {
  return new ApiError(404, 'not_found', {
    text: apiTexts.noSuchEndpoint,
    params: { method, path: baseUrl + path },
  });
}

/** What Express itself refuses before a handler sees the request. */
function unusableRequest(error: unknown): ApiError | undefined {
  if (error instanceof URIError) return new ApiError(400, 'bad_path', { text: apiTexts.badPath });
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 500;
  if (status < 400 || status > 499) return undefined;
  return new ApiError(status, 'bad_request', { text: apiTexts.badRequest });
}
