import { createHash } from 'node:crypto';
import type { Request, Router } from 'express';
import express, { Router as createRouter } from 'express';
import type { CallbackTarget } from '../store/corps';
import type { CallbackQuery } from '../wecom';
import { CallbackRejectedError, createCallbackCrypto } from '../wecom';
import type { ApiDeps } from './deps';

/**
 * WeCom's callbacks. No token: the signature is the check. An event is committed before WeCom gets its answer, which
 * it wants within five seconds; the work comes later.
 */

const maxBody = '1mb';

type Configured = CallbackTarget & { readonly secrets: NonNullable<CallbackTarget['secrets']> };

export function callbackRouter({ corps, callbackEvents, logger }: ApiDeps): Router {
  const router = createRouter();
  const path = '/callback/wecom/:key';

  router.get(path, async (request, response) => {
    const target = await configured(request);
    if (target === undefined) return void response.status(404).end();
    try {
      const echostr = queryText(request, 'echostr');
      const plain = cryptoOf(target).verifyUrl({ ...signatureOf(request), echostr });
      response.type('text/plain').send(plain);
    } catch (error) {
      response.status(rejection(error, target)).end();
    }
  });

  router.post(path, express.text({ type: () => true, limit: maxBody }), async (request, response) => {
    const target = await configured(request);
    if (target === undefined) return void response.status(404).end();
    let fields;
    try {
      ({ fields } = await cryptoOf(target).open(signatureOf(request), textOf(request.body)));
    } catch (error) {
      return void response.status(rejection(error, target)).end();
    }
    const payload = JSON.stringify(fields);
    const isNew = await callbackEvents.saveEvent({
      corpId: target.corp.id,
      appId: target.app?.id ?? null,
      eventKey: eventKey(target, payload),
      payload,
    });
    logger.info({ corpId: target.corp.id, appId: target.app?.id, isNew }, 'callback stored');
    response.status(200).end();
  });

  return router;

  async function configured(request: Request): Promise<Configured | undefined> {
    const { key } = request.params;
    if (typeof key !== 'string' || !/^[\w-]{10,100}$/.test(key)) return undefined;
    const target = await corps.findCallback(key);
    return target?.secrets === undefined ? undefined : { ...target, secrets: target.secrets };
  }

  function rejection(error: unknown, { corp, app }: CallbackTarget): number {
    if (!(error instanceof CallbackRejectedError)) throw error;
    logger.warn({ corpId: corp.id, appId: app?.id, reason: error.reason }, 'callback refused');
    return error.reason === 'not-an-envelope' ? 400 : 403;
  }
}

function cryptoOf({ corp, secrets }: Configured) {
  return createCallbackCrypto({ ...secrets, receiveId: corp.corpId });
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

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : '';
}

/**
 * The whole plaintext, because a delivery is repeated with the same one, while sender and second together are shared
 * by different events (a batch of approvals, a member created and changed).
 */
function eventKey({ app }: CallbackTarget, payload: string): string {
  return createHash('sha256')
    .update(JSON.stringify([app?.id ?? 'contacts', payload]))
    .digest('hex');
}
