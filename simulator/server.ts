import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { NextFunction, Request, Response } from 'express';
import pino from 'pino';
import type { Logger } from 'pino';
import { handleCgi } from './cgi';
import { SimulatorClock } from './clock';
import { controlRouter } from './control/router';
import { mediaIsGood } from './endpoints/media';
import { Rejection } from './errors';
import { oauthPage } from './oauth-page';
import { phonePages } from './phone/phone';
import { defaultSettings } from './settings';
import { readStoredWorld, restoreWorld, WorldStorage } from './state/storage';
import { World } from './state/world';
import { clientIp, rejectionBody, sendJson } from './wire';

export type SimulatorOptions = {
  readonly host?: string;
  readonly port?: number;
  readonly stateFile?: string;
  readonly logger?: Logger;
  readonly publicBaseUrl?: string;
  /** Serve /_sim to other machines too, where the network itself is closed. */
  readonly exposeControl?: boolean;
};

export type RunningSimulator = {
  readonly url: string;
  readonly port: number;
  /** Off: /_sim answers 404, as it must once a real corp is connected. */
  setControlEnabled(enabled: boolean): void;
  close(): Promise<void>;
};

// WeCom takes files of 20 MB; the rest is multipart dressing.
const MAX_BODY = '24mb';
const CLOSE_GRACE_MS = 500;

export async function startSimulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const logger = options.logger ?? pino({ level: 'silent' });
  const stored = options.stateFile === undefined ? undefined : readStoredWorld(options.stateFile, logger);
  const settings = defaultSettings();
  const world = new World(
    new SimulatorClock(stored?.clockOffsetMs),
    { ...settings, ...stored?.settings, variants: { ...settings.variants, ...stored?.settings.variants } },
    logger,
  );
  if (stored !== undefined) restoreWorld(world, stored);
  const storage = options.stateFile === undefined ? undefined : new WorldStorage(world, options.stateFile);
  world.onChange = () => storage?.changed();

  const control = { enabled: true };
  const app = simulatorApp(world, control, options.exposeControl ?? false);
  const server = createServer(app);
  server.keepAliveTimeout = 65_000;
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${port}`;
  world.publicBaseUrl = options.publicBaseUrl ?? url;

  return {
    url,
    port,
    setControlEnabled: (enabled) => {
      control.enabled = enabled;
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      // Calls under way get a moment to end; a client that keeps its connection busy does not hold the process up.
      const cut = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
      await closed;
      clearTimeout(cut);
      await world.callbacks.close();
      await storage?.close();
    },
  };
}

function simulatorApp(world: World, control: { enabled: boolean }, exposeControl: boolean): express.Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');

  app.use(['/_sim', '/phone'], (request, response, next) => {
    if (!control.enabled) response.status(404).end();
    else if (!exposeControl && !(isLocal(clientIp(request)) && isLocalHost(request)))
      response.status(403).end();
    else if (isForeignPage(request)) response.status(403).end();
    else next();
  });
  app.use('/_sim', controlRouter(world));
  app.use('/phone', phonePages(world));

  app.use('/cgi-bin', express.raw({ limit: MAX_BODY, type: () => true }), (request, response) =>
    handleCgi(world, request, response),
  );

  app.get('/connect/oauth2/authorize', oauthPage(world));

  app.get('/sim-images/:id', (request, response) => {
    const image = world.images.get(request.params.id);
    if (image === undefined) response.status(404).end();
    else response.type(image.contentType).end(image.content);
  });

  app.get('/sim-media/:mediaId', (request, response) => {
    const nowMs = world.clock.nowMs();
    const media = [...world.corps.values()]
      .map((corp) => corp.media.get(request.params.mediaId))
      .find((one) => one !== undefined && mediaIsGood(one, nowMs));
    response.set('X-Content-Type-Options', 'nosniff');
    if (media === undefined) response.status(404).end();
    else response.type(media.contentType).end(media.content);
  });

  app.use((_request, response) => {
    response.status(404).end();
  });
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    const status = (error as { status?: unknown }).status;
    if (typeof status !== 'number') world.logger.error({ err: error }, 'simulator failed');
    if (response.headersSent) response.destroy();
    else if (status === 413 && request.path.startsWith('/cgi-bin/'))
      refuseLargeBody(world, request, response);
    else response.status(typeof status === 'number' ? status : 500).end();
  });
  return app;
}

function refuseLargeBody(world: World, request: Request, response: Response): void {
  const rejection = new Rejection(request.path.startsWith('/cgi-bin/media/') ? 45001 : 40206);
  sendJson(
    response,
    rejectionBody(rejection, { ip: clientIp(request), nowSeconds: world.clock.nowSeconds() }),
  );
}

function isLocal(ip: string): boolean {
  return ip.startsWith('127.') || ip === '::1';
}

/** A name that somebody else's DNS points to this machine is not this machine's name. */
function isLocalHost(request: Request): boolean {
  const { hostname } = request;
  return hostname === 'localhost' || isLocal(hostname.replace(/^\[|\]$/g, ''));
}

/** A web page open in some browser on this machine must not steer the simulator. */
function isForeignPage(request: Request): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== request.headers.host;
}
