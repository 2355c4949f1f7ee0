import { createHash } from 'node:crypto';
import type { Request, Response, Router } from 'express';
import express, { Router as createRouter } from 'express';
import type { NewCallbackEvent } from '../store/callback-events';
import { isDatabaseUnavailable } from '../store/errors';
import type { CallbackMessage, CallbackQuery, CallbackRejection } from '../wecom';
import { callbackKind, CallbackRejectedError, isCardKind, isContactKind } from '../wecom';
import { createGroupCommit, TooManyWaitingError } from './callbacks/group-commit';
import type { CallbackReceiver } from './callbacks/targets';
import { createCallbackTargets } from './callbacks/targets';
import type { ApiDeps } from './deps';

/**
 * WeCom's callbacks. No token: the signature is the check. An event is committed before WeCom gets its answer, which
 * it wants within five seconds; the work comes later.
 */

const maxBody = '1mb';
/** Written together; more would keep the first of them waiting. */
const eventsAtOnce = 500;
const eventsWaitingAtMost = 20_000;

type Refusal = CallbackRejection | 'too-large' | 'unreadable';

const statuses: Readonly<Record<Refusal, number>> = {
  'bad-key': 403,
  signature: 403,
  'not-decryptable': 403,
  'receive-id': 403,
  'not-an-envelope': 400,
  'not-xml': 400,
  'too-large': 413,
  unreadable: 400,
};

export function callbackRouter(deps: ApiDeps): Router {
  const { corps, callbackEvents, callbackWaker, cardTaps, logger, metrics } = deps;
  const router = createRouter();
  const path = '/callback/wecom/:key';
  const targets = createCallbackTargets((key) => corps.findCallback(key));
  const inbox = createGroupCommit(
    (events: readonly NewCallbackEvent[]) => callbackEvents.saveEvents(events),
    {
      largestBatch: eventsAtOnce,
      waitingAtMost: eventsWaitingAtMost,
    },
  );
  // Nothing WeCom sends is compressed, and a small compressed body may be a large one.
  const readText = express.text({ type: () => true, limit: maxBody, inflate: false });

  router.get(path, async (request, response) => {
    const target = await found(request);
    if (target === undefined) return void response.status(404).end();
    try {
      const query = { ...signatureOf(request), echostr: queryText(request, 'echostr') };
      const plain = await withFreshKey(target, ({ crypto }) => crypto.verifyUrl(query));
      response.type('text/plain').send(plain);
    } catch (error) {
      refuse(response, target.receiver, rejectionOf(error));
    }
  });

  router.post(path, async (request, response) => {
    const target = await found(request);
    if (target === undefined) return void response.status(404).end();
    const body = await bodyOf(request, response);
    if (typeof body !== 'string') return refuse(response, target.receiver, body.refused);
    let message: CallbackMessage;
    try {
      message = await withFreshKey(target, ({ crypto }) => crypto.open(signatureOf(request), body));
    } catch (error) {
      return refuse(response, target.receiver, rejectionOf(error));
    }
    await accept(response, target.receiver, message);
  });

  return router;

  async function found(request: Request): Promise<Target | undefined> {
    const { key } = request.params;
    if (typeof key !== 'string' || !/^[\w-]{10,100}$/.test(key)) return undefined;
    const receiver = await targets.find(key);
    return receiver === undefined ? undefined : { key, receiver };
  }

  /** An administrator may have changed the key a moment ago: what the remembered one refuses is checked with today's. */
  async function withFreshKey<T>(
    { key, receiver }: Target,
    open: (receiver: CallbackReceiver) => T | Promise<T>,
  ): Promise<T> {
    try {
      return await open(receiver);
    } catch (error) {
      if (!(error instanceof CallbackRejectedError) || error.reason === 'not-an-envelope') throw error;
      const newer = await targets.reload(key);
      if (newer === undefined) throw error;
      return open(newer);
    }
  }

  function bodyOf(request: Request, response: Response): Promise<string | { readonly refused: Refusal }> {
    return new Promise((resolve) => {
      readText(request, response, (error?: unknown) => {
        if (error === undefined) return resolve(typeof request.body === 'string' ? request.body : '');
        const isTooLarge = error instanceof Error && 'status' in error && error.status === 413;
        resolve({ refused: isTooLarge ? 'too-large' : 'unreadable' });
      });
    });
  }

  async function accept(
    response: Response,
    { corpId, appId }: CallbackReceiver,
    { fields }: CallbackMessage,
  ): Promise<void> {
    const payload = JSON.stringify(fields);
    const kind = callbackKind(fields);
    const isTap = isCardKind(kind);
    const isWork = isTap || isContactKind(kind);
    let saved;
    try {
      saved = await inbox.commit({
        corpId,
        appId,
        eventKey: eventKey(appId, payload),
        kind,
        payload,
        isWork,
      });
    } catch (error) {
      // WeCom delivers again what is not answered with 200.
      const isExpected = isDatabaseUnavailable(error) || error instanceof TooManyWaitingError;
      logger[isExpected ? 'warn' : 'error']({ err: error, corpId, appId }, 'callback could not be stored');
      metrics.callbacks.inc({ outcome: 'not-stored' });
      return void response.status(503).end();
    }
    if (saved === 'corp-gone') return void response.status(404).end();
    metrics.callbacks.inc({ outcome: saved });
    response.status(200).end();
    // A repeated one may be WeCom's answer to our silence: its first may have been stored by a process that died then.
    if (isTap) cardTaps.take(corpId);
    else if (isWork) callbackWaker.wake(corpId);
    logger.debug({ corpId, appId, kind, saved }, 'callback stored');
  }

  function refuse(response: Response, { corpId, appId }: CallbackReceiver, reason: Refusal): void {
    logger.warn({ corpId, appId, reason }, 'callback refused');
    metrics.callbacks.inc({ outcome: `refused:${reason}` });
    response.status(statuses[reason]).end();
  }
}

type Target = { readonly key: string; readonly receiver: CallbackReceiver };

function rejectionOf(error: unknown): CallbackRejection {
  if (error instanceof CallbackRejectedError) return error.reason;
  throw error;
}

function signatureOf(request: Request): CallbackQuery {
  return {
    msgSignature: queryText(request, 'msg_signature'),
    timestamp: queryText(request, 'timestamp'),
    nonce: queryText(request, 'nonce'),
  };
}

function queryText(request: Request, name: string): string {
  const value = request.query[name];
  return typeof value === 'string' ? value : '';
}

/**
 * The whole plaintext, because a delivery is repeated with the same one, while sender and second together are shared
 * by different events (a batch of approvals, a member created and changed).
 */
function eventKey(appId: string | null, payload: string): string {
  return createHash('sha256')
    .update(JSON.stringify([appId ?? 'contacts', payload]))
    .digest('hex');
}
