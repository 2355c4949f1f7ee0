import { Router } from 'express';
import { mediaIsGood } from '../endpoints/media';
import { pressOf } from '../endpoints/template-cards';
import type { Press } from '../endpoints/template-cards';
import type { XmlValue } from '../callbacks/xml';
import type { App, CallbackReceiver, Corp } from '../state/corp';
import { memberStatus } from '../state/directory';
import type { Member } from '../state/directory';
import type { SaidMessage, SentMessage } from '../state/messages';
import type { World } from '../state/world';
import { ControlError, corpOf, parse } from './requests';
import { clickSchema, licenceSchema, messageFilterSchema, saySchema } from './schemas';

type Answer = { readonly questionKey: string; readonly optionIds: readonly string[] };

/** What a member sees of the apps' messages, and does with them. */
export function messageControls(world: World): Router {
  const router = Router();

  router.get('/corps/:corpid/inbox/:userid', (request, response) => {
    const corp = corpOf(world, request);
    const userid = String(request.params.userid);
    const inbox = corp.messages.inbox(userid);
    if (inbox.length === 0) memberOf(corp, userid);
    response.json(inbox.map((message) => seenBy(corp, userid, message)));
  });

  router.get('/corps/:corpid/said/:userid', (request, response) => {
    response.json(corpOf(world, request).messages.saidBy(String(request.params.userid)).map(saidView));
  });

  router.get('/corps/:corpid/messages', (request, response) => {
    const corp = corpOf(world, request);
    const { since, agentid, recipients } = parse(messageFilterSchema, request.query);
    const rows: Record<string, unknown>[] = [];
    for (const message of corp.messages.all()) {
      if (message.sentAtMs < since || (agentid !== undefined && message.agentid !== agentid)) continue;
      rows.push(listedMessage(message, recipients === '1'));
    }
    response.json(rows);
  });

  router.post('/corps/:corpid/messages/:msgid/click', (request, response) => {
    const corp = corpOf(world, request);
    const { userid, key, questionKey, optionIds = [], answers = [] } = parse(clickSchema, request.body);
    const message = corp.messages.find(String(request.params.msgid));
    if (message === undefined) throw new ControlError(404, 'no such message');
    const member = phoneOf(corp, userid);
    const card = corp.messages.cardFor(message, member.userid);
    const press = message.msgtype === 'template_card' ? pressOf(card, key) : undefined;
    if (!message.delivered.has(member.userid.toLowerCase())) {
      throw new ControlError(422, `${userid} has not received this message`);
    }
    if (message.recalledAtMs !== null) throw new ControlError(422, 'the message has been recalled');
    if (press === undefined)
      throw new ControlError(422, `nothing on the card, as it looks now, has the key ${key}`);
    const given = questionKey === undefined ? answers : [...answers, { questionKey, optionIds }];
    const selected = press.kind === 'button' ? selectedItems(press, given) : [];
    const { receiver } = receivingApp(corp, message.agentid);

    const responseCode = corp.messages.issueCode(message, world.clock.nowMs());
    world.onChange();
    const event = press.kind === 'menu' ? 'template_card_menu_event' : 'template_card_event';
    sendToApp(world, corp, message.agentid, receiver, member, {
      MsgType: 'event',
      Event: event,
      EventKey: key,
      TaskId: message.taskId ?? '',
      CardType: String(card['card_type']),
      ResponseCode: responseCode,
      AgentID: message.agentid,
      ...(selected.length === 0 ? {} : { SelectedItems: { SelectedItem: selected } }),
    });
    response.json({ event, key, taskId: message.taskId, cardType: card['card_type'], responseCode });
  });

  router.post('/corps/:corpid/say', (request, response) => {
    const corp = corpOf(world, request);
    const { agentid, userid, msgtype, content = null, mediaId = null } = parse(saySchema, request.body);
    const { receiver } = receivingApp(corp, agentid);
    const member = phoneOf(corp, userid);
    const media = mediaId === null ? undefined : corp.media.get(mediaId);
    const isGood = media !== undefined && mediaIsGood(media, world.clock.nowMs());
    if (msgtype !== 'text' && !isGood) throw new ControlError(422, `no media ${mediaId}`);
    const said = corp.messages.say({
      agentid,
      userid: member.userid,
      msgtype,
      content,
      mediaId,
      saidAtMs: world.clock.nowMs(),
    });
    world.onChange();
    sendToApp(world, corp, agentid, receiver, member, {
      MsgType: msgtype,
      ...saidFields(world, said),
      MsgId: said.msgid,
      AgentID: agentid,
    });
    response.status(201).json(saidView(said));
  });

  router.post('/corps/:corpid/licence', (request, response) => {
    const corp = corpOf(world, request);
    const { unlicensed } = parse(licenceSchema, request.body);
    corp.messages.unlicensed.clear();
    for (const userid of unlicensed) corp.messages.unlicensed.add(userid.toLowerCase());
    world.onChange();
    response.json({ unlicensed: [...corp.messages.unlicensed] });
  });

  return router;
}

function seenBy(corp: Corp, userid: string, message: SentMessage): Record<string, unknown> {
  const { msgid, agentid, msgtype, sentAtMs, recalledAtMs, body } = message;
  return {
    msgid,
    agentid,
    msgtype,
    sentAt: new Date(sentAtMs).toISOString(),
    recalled: recalledAtMs !== null,
    body,
    ...(msgtype === 'template_card' ? { card: corp.messages.cardFor(message, userid) } : {}),
  };
}

function listedMessage(message: SentMessage, withRecipients: boolean): Record<string, unknown> {
  const { msgid, agentid, msgtype, taskId, delivered, dropped, unreached, suppressed } = message;
  return {
    at: new Date(message.sentAtMs).toISOString(),
    msgid,
    agentid,
    msgtype,
    taskId,
    delivered: delivered.size,
    dropped,
    unreached,
    suppressed,
    recalledAt: message.recalledAtMs === null ? null : new Date(message.recalledAtMs).toISOString(),
    ...(withRecipients ? { recipients: [...delivered] } : {}),
  };
}

function saidView({ saidAtMs, ...said }: SaidMessage): Record<string, unknown> {
  return { ...said, saidAt: new Date(saidAtMs).toISOString() };
}

function selectedItems(press: Press & { kind: 'button' }, given: readonly Answer[]): XmlValue[] {
  for (const { questionKey, optionIds } of given) {
    const question = press.questions.find(({ key }) => key === questionKey);
    if (question === undefined) throw new ControlError(422, `the card does not ask ${questionKey}`);
    const unknown = optionIds.find((id) => !question.options.includes(id));
    if (unknown !== undefined) throw new ControlError(422, `${questionKey} has no option ${unknown}`);
    if (optionIds.length > 1 && !question.takesSeveral) {
      throw new ControlError(422, `${questionKey} takes one option`);
    }
  }
  return press.questions.map(({ key, selected }) => ({
    QuestionKey: key,
    OptionIds: { OptionId: given.find(({ questionKey }) => questionKey === key)?.optionIds ?? selected },
  }));
}

function saidFields(world: World, { msgtype, content, mediaId }: SaidMessage): Record<string, XmlValue> {
  switch (msgtype) {
    case 'text':
      return { Content: content ?? '' };
    case 'voice':
      return { MediaId: mediaId ?? '', Format: 'amr' };
    case 'video':
      return { MediaId: mediaId ?? '', ThumbMediaId: mediaId ?? '' };
    default:
      return { PicUrl: `${world.publicBaseUrl}/sim-media/${mediaId ?? ''}`, MediaId: mediaId ?? '' };
  }
}

function receivingApp(corp: Corp, agentid: number): { app: App; receiver: CallbackReceiver } {
  const app = corp.apps.get(agentid);
  if (app === undefined) throw new ControlError(404, `no app ${agentid}`);
  if (app.callback === undefined)
    throw new ControlError(422, `app ${agentid} receives no messages: it has no callback`);
  return { app, receiver: app.callback };
}

function sendToApp(
  world: World,
  corp: Corp,
  agentid: number,
  receiver: CallbackReceiver,
  member: Member,
  fields: Readonly<Record<string, XmlValue>>,
): void {
  world.callbacks.send({
    corpid: corp.corpid,
    agentid,
    receiver,
    fields: {
      ToUserName: corp.corpid,
      FromUserName: member.userid,
      CreateTime: world.clock.nowSeconds(),
      ...fields,
    },
  });
}

function memberOf(corp: Corp, userid: string): Member {
  const member = corp.directory.member(userid);
  if (member === undefined) throw new ControlError(404, `no member ${userid}`);
  return member;
}

/** Somebody who is disabled or has left can't open WeCom. */
function phoneOf(corp: Corp, userid: string): Member {
  const member = corp.directory.member(userid);
  if (member === undefined) throw new ControlError(422, `no member ${userid}`);
  const status = memberStatus(member);
  if (status === 2 || status === 5) throw new ControlError(422, `${userid} can't open WeCom`);
  return member;
}
