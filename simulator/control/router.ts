import express, { Router } from 'express';
import type { NextFunction, Request, Response } from 'express';
import { ChangeRecorder } from '../callbacks/change-recorder';
import { Rejection } from '../errors';
import { buildCorp, CorpInputError } from '../state/build-corp';
import type { CallbackReceiver, Corp } from '../state/corp';
import { publicState } from '../state/snapshot';
import { openidOf } from '../state/oauth-grants';
import type { World } from '../state/world';
import { defaultSettings } from '../settings';
import { doByHand } from './by-hand';
import { checkinControls } from './checkins';
import { messageControls } from './messages';
import { ControlError, corpOf, parse } from './requests';
import {
  byHandSchema,
  callFilterSchema,
  callbackSettingSchema,
  clockSchema,
  corpSchema,
  faultsSchema,
  oauthCodeSchema,
  settingsSchema,
} from './schemas';

/** What tests and demos do to the simulator; no part of WeCom. */
export function controlRouter(world: World): Router {
  const router = Router();
  router.use(express.json({ limit: '512mb', type: () => true, strict: false }));

  router.post('/corps', (request, response) => {
    const input = parse(corpSchema, request.body);
    let corp: Corp;
    try {
      corp = buildCorp(input);
    } catch (error) {
      if (!(error instanceof CorpInputError)) throw error;
      throw new ControlError(422, error.message, [{ path: error.path, message: error.message }]);
    }
    // Posting a corp again starts it afresh.
    world.tokens.forgetCorp(corp.corpid);
    world.oauth.forgetCorp(corp.corpid);
    world.corpBans.forgetCorp(corp.corpid);
    world.corps.set(corp.corpid, corp);
    world.onChange();
    let memberships = 0;
    for (const member of corp.directory.members()) memberships += member.department.length;
    response.status(201).json({
      corpid: corp.corpid,
      departments: corp.directory.departments.size,
      members: corp.directory.memberCount,
      memberships,
    });
  });

  router.get('/corps', (_request, response) => {
    response.json({
      items: [...world.corps.values()].map(({ corpid, name, rights }) => ({ corpid, name, rights })),
    });
  });

  router.delete('/corps/:corpid', (request, response) => {
    const corp = corpOf(world, request);
    world.corps.delete(corp.corpid);
    world.tokens.forgetCorp(corp.corpid);
    world.oauth.forgetCorp(corp.corpid);
    world.onChange();
    response.json({});
  });

  router.get('/corps/:corpid/state', (request, response) => {
    response.json(publicState(corpOf(world, request)));
  });

  router.post('/corps/:corpid/by-hand', (request, response) => {
    const corp = corpOf(world, request);
    const { path, body } = parse(byHandSchema, request.body);
    const changes = new ChangeRecorder(world, corp, { kind: 'admin' });
    const answer = doByHand({ world, corp, path, body, changes });
    if (answer === undefined) throw new ControlError(422, `${path} is nothing an admin does in the console`);
    response.json(answer);
  });

  router.post('/corps/:corpid/oauth/code', (request, response) => {
    const corp = corpOf(world, request);
    const { agentid, scope, userid, externalUserid, openid } = parse(oauthCodeSchema, request.body);
    if (!corp.apps.has(agentid)) throw new ControlError(404, `no app ${agentid}`);
    if (userid !== undefined && corp.directory.member(userid) === undefined) {
      throw new ControlError(422, `no member ${userid}`);
    }
    const code = world.oauth.issueCode(
      {
        corpid: corp.corpid,
        agentid,
        scope,
        visitor:
          userid === undefined
            ? {
                kind: 'outsider',
                openid: openid ?? openidOf(corp, externalUserid ?? ''),
                externalUserid,
              }
            : { kind: 'member', userid },
      },
      world.clock.nowMs(),
    );
    response.json({ code });
  });

  router.use(messageControls(world));
  router.use(checkinControls(world));

  router.put('/corps/:corpid/callbacks', async (request, response) => {
    const corp = corpOf(world, request);
    const { agentid, contacts, ...receiver } = parse(callbackSettingSchema, request.body);
    const target = contacts === true ? 'contacts' : agentid;
    if (target === undefined) throw new ControlError(422, 'agentid must be a number or "contacts"');
    if (target !== 'contacts' && !corp.apps.has(target)) throw new ControlError(404, `no app ${target}`);
    try {
      await world.callbacks.verify(corp.corpid, receiver);
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      response.json({ errcode: error.errcode, errmsg: error.message });
      return;
    }
    saveReceiver(corp, target, receiver);
    world.onChange();
    response.json({ errcode: 0, errmsg: 'ok' });
  });

  router.get('/calls', (request, response) => {
    if (request.query['summary'] === '1') {
      response.json(world.calls.summary());
      return;
    }
    const { path, corpid } = parse(callFilterSchema, request.query);
    response.json(world.calls.rows({ path, corpid }));
  });

  router.delete('/calls', (_request, response) => {
    world.calls.clear();
    response.json({});
  });

  router.get('/callbacks', (request, response) => {
    const { corpid } = parse(callFilterSchema, request.query);
    response.json(world.callbacks.deliveries(corpid));
  });

  router.delete('/callbacks', (_request, response) => {
    world.callbacks.clear();
    response.json({});
  });

  router.get('/faults', (_request, response) => {
    response.json(world.faults.list());
  });

  router.post('/faults', (request, response) => {
    world.faults.arm(parse(faultsSchema, request.body));
    response.json(world.faults.list());
  });

  router.delete('/faults', (_request, response) => {
    world.faults.clear();
    response.json({});
  });

  router.get('/settings', (_request, response) => {
    response.json(world.settings);
  });

  router.post('/settings', (request, response) => {
    const { variants, perMinuteOf, ...changes } = parse(settingsSchema, request.body);
    world.settings = {
      ...world.settings,
      ...changes,
      perMinuteOf: { ...world.settings.perMinuteOf, ...perMinuteOf },
      variants: { ...world.settings.variants, ...variants },
    };
    // Counting starts afresh under new limits; otherwise an old block would outlive them.
    if (perMinuteOf !== undefined || Object.keys(changes).some((name) => name.startsWith('per'))) {
      world.limits.reset();
    }
    world.onChange();
    response.json(world.settings);
  });

  router.delete('/settings', (_request, response) => {
    world.settings = defaultSettings();
    world.limits.reset();
    world.onChange();
    response.json(world.settings);
  });

  router.get('/clock', (_request, response) => {
    response.json(clockView(world));
  });

  router.post('/clock', (request, response) => {
    world.clock.advance(parse(clockSchema, request.body).advanceSeconds);
    world.onChange();
    response.json(clockView(world));
  });

  router.use((_request: Request, response: Response) => {
    response.status(404).json({ error: { code: 'not_found', message: 'no such control' } });
  });
  router.use(answerError(world));
  return router;
}

function saveReceiver(corp: Corp, target: number | 'contacts', receiver: CallbackReceiver): void {
  if (target === 'contacts') {
    corp.contactsCallback = receiver;
    return;
  }
  const app = corp.apps.get(target);
  if (app !== undefined) app.callback = receiver;
}

function clockView(world: World): Record<string, unknown> {
  return { now: new Date(world.clock.nowMs()).toISOString(), offsetSeconds: world.clock.offsetMs / 1000 };
}

function answerError(world: World) {
  return (error: unknown, _request: Request, response: Response, _next: NextFunction): void => {
    if (error instanceof ControlError) {
      const code = error.status === 404 ? 'not_found' : 'invalid_request';
      response.status(error.status).json({ error: { code, message: error.message, fields: error.fields } });
      return;
    }
    const status = (error as { status?: unknown }).status;
    if (typeof status === 'number' && status >= 400 && status < 500) {
      response
        .status(status)
        .json({ error: { code: 'invalid_request', message: String((error as Error).message) } });
      return;
    }
    world.logger.error({ err: error }, 'simulator control failed');
    response.status(500).json({ error: { code: 'internal', message: 'the simulator failed' } });
  };
}
