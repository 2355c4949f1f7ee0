import { Rejection } from '../errors';
import type { App } from '../state/corp';
import { memberStatus } from '../state/directory';
import type { Member } from '../state/directory';
import { requestKey } from '../state/messages';
import type { Content, SentMessage } from '../state/messages';
import { ownApp } from './agent';
import type { Call, Endpoint, Fields } from './endpoint';
import { deliveredContent } from './message-content';
import { askedByList, askedByText, recipientsOf } from './message-recipients';
import { optionalFlag, optionalInteger, optionalObject, optionalText } from './params';
import { assertCard, assertTaskId, callsBack, hasButtons, withoutButtons } from './template-cards';

const DAY_MS = 24 * 60 * 60 * 1000;
const RECALL_MS = DAY_MS;
const DEFAULT_DUPLICATE_CHECK_SECONDS = 1800;
const MAX_DUPLICATE_CHECK_SECONDS = 14_400;

export const messageEndpoints: readonly Endpoint[] = [
  {
    path: 'message/send',
    access: 'own-app',
    writes: true,
    // Messages have limits of their own.
    isFree: () => true,
    handle: send,
  },
  {
    path: 'message/recall',
    access: 'own-app',
    writes: true,
    handle(call) {
      const msgid = optionalText(call.body, 'msgid') ?? '';
      const message = call.corp.messages.find(msgid);
      const isOthers = call.caller.kind === 'app' && call.caller.app.agentid !== message?.agentid;
      if (message === undefined || isOthers) throw new Rejection(40058, 'invalid msgid');
      if (message.recalledAtMs !== null) {
        if (call.world.settings.variants.secondRecall === 'refused')
          throw new Rejection(40058, 'recalled already');
        return {};
      }
      if (call.nowMs - message.sentAtMs > RECALL_MS) throw new Rejection(42052);
      message.recalledAtMs = call.nowMs;
      return {};
    },
  },
  {
    path: 'message/update_template_card',
    access: 'own-app',
    writes: true,
    defaults: { invaliduser: [] },
    handle: updateCard,
  },
  {
    path: 'message/get_statistics',
    access: 'any',
    defaults: { statistics: [] },
    handle(call) {
      const day = optionalInteger(call.body, 'time_type') ?? 0;
      if (day !== 0 && day !== 1) throw new Rejection(40058, 'time_type');
      return {
        statistics: [...call.corp.apps.values()]
          .map(({ agentid, name }) => ({
            agentid,
            app_name: name,
            count: call.corp.messages.sentOnDay(agentid, call.nowMs - day * DAY_MS),
          }))
          .filter(({ count }) => count > 0),
      };
    },
  },
];

function send(call: Call): Fields {
  const { corp, body, nowMs, world } = call;
  const app = ownApp(call, optionalInteger(body, 'agentid', 40056));
  const msgtype = optionalText(body, 'msgtype', 40008) ?? '';
  const asked = askedByText(body);
  assertSafe(body, msgtype);
  const isCard = msgtype === 'template_card';
  const content = isCard
    ? checkedCard(call, app)
    : deliveredContent(msgtype, body, { corp, nowMs, settings: world.settings });
  if (msgtype === 'miniprogram_notice' && asked.everyone) throw new Rejection(40058, '@all');

  const { members, ...invalid } = recipientsOf(corp, app, asked);
  const told = joined(invalid);
  if (members.length === 0) throw new Rejection(81013, undefined, told);

  // Before the task_id is looked at: the same request again is the same card, not a second one.
  const key = duplicateKey(app, body);
  const same = key === undefined ? undefined : corp.messages.sameRequest(key.request, key.windowMs, nowMs);
  if (same !== undefined) {
    same.suppressed += 1;
    return { ...told, ...(world.settings.variants.duplicateAnswer === 'msgid' ? { msgid: same.msgid } : {}) };
  }
  const taskId = isCard ? assertTaskId(content, (id) => corp.messages.hasTask(app.agentid, id)) : null;
  assertWithinDay(call, app, members.length);

  const { delivered, dropped, unreached, unlicensed } = deliver(call, app, members);
  const message = corp.messages.add({
    agentid: app.agentid,
    msgtype,
    body: content,
    sentAtMs: nowMs,
    taskId,
    delivered,
    dropped,
    unreached,
  });
  corp.messages.countForDay(app.agentid, members.length, nowMs);
  if (key !== undefined) corp.messages.rememberRequest(key.request, message.msgid, nowMs);
  return {
    ...told,
    ...(unlicensed.length === 0 ? {} : { unlicenseduser: unlicensed.join('|') }),
    msgid: message.msgid,
    ...(isCard && isAnswerable(content) ? { response_code: corp.messages.issueCode(message, nowMs) } : {}),
  };
}

function checkedCard({ corp, body, nowMs }: Call, app: App): Content {
  const card = optionalObject(body, 'template_card', 42031) ?? {};
  assertCard(card, { corp, nowMs });
  if (callsBack(card) && app.callback === undefined) throw new Rejection(43012);
  return card;
}

function assertSafe(body: Fields, msgtype: string): void {
  const safe = optionalInteger(body, 'safe') ?? 0;
  if (![0, 1, 2].includes(safe)) throw new Rejection(40058, 'safe');
  if (safe !== 0 && msgtype === 'news') throw new Rejection(40074);
  if (safe === 2 && msgtype !== 'mpnews') throw new Rejection(40058, 'safe');
}

function duplicateKey(app: App, body: Fields): { request: string; windowMs: number } | undefined {
  const seconds = optionalInteger(body, 'duplicate_check_interval') ?? DEFAULT_DUPLICATE_CHECK_SECONDS;
  if (optionalFlag(body, 'enable_duplicate_check') !== 1) return undefined;
  if (seconds < 0 || seconds > MAX_DUPLICATE_CHECK_SECONDS)
    throw new Rejection(40058, 'duplicate_check_interval');
  return { request: requestKey(app.agentid, body), windowMs: seconds * 1000 };
}

function assertWithinDay({ corp, nowMs, world }: Call, app: App, persons: number): void {
  if (corp.accountLimit === null) return;
  const most = corp.accountLimit * world.settings.messagesPerAccountPerDay;
  if (corp.messages.sentOnDay(app.agentid, nowMs) + persons > most) throw new Rejection(45009);
}

function deliver(
  { corp, nowMs, world }: Call,
  { agentid }: App,
  members: readonly Member[],
): { delivered: Set<string>; dropped: string[]; unreached: string[]; unlicensed: string[] } {
  const { messagesPerMemberPerMinute, messagesPerMemberPerHour } = world.settings;
  const most = { perMinute: messagesPerMemberPerMinute, perHour: messagesPerMemberPerHour };
  const delivered = new Set<string>();
  const dropped: string[] = [];
  const unreached: string[] = [];
  const unlicensed: string[] = [];
  for (const member of members) {
    const userid = member.userid.toLowerCase();
    const status = memberStatus(member);
    if (corp.messages.unlicensed.has(userid)) {
      unlicensed.push(userid);
      unreached.push(userid);
    } else if (status === 2 || status === 5) {
      unreached.push(userid);
    } else {
      if (corp.messages.hasEnough(userid, agentid, nowMs, most)) dropped.push(userid);
      else delivered.add(userid);
    }
  }
  return { delivered, dropped, unreached, unlicensed };
}

/** Only such cards can be changed later. */
function isAnswerable(card: Content): boolean {
  return hasButtons(card) || callsBack(card);
}

function updateCard(call: Call): Fields {
  const { corp, body, nowMs } = call;
  const app = ownApp(call, optionalInteger(body, 'agentid', 40056));
  const code = optionalText(body, 'response_code', 60140) ?? '';
  const message = corp.messages.messageOfCode(code, nowMs);
  if (message === undefined) throw new Rejection(60140);
  if (message.agentid !== app.agentid) throw new Rejection(42015);
  const asked = askedByList(body);
  const change = changeOf(call, message);

  const { members, invaliduser } = asked.everyone
    ? { members: [...message.delivered], invaliduser: [] }
    : sortOut(message, recipientsOf(corp, app, asked));
  if (members.length === 0) throw new Rejection(82102, undefined, { invaliduser });

  // A member sees one card; those who saw the same one before see the same one after.
  const changed = new Map<Content, Content>();
  for (const userid of members) {
    const before = corp.messages.cardFor(message, userid);
    let after = changed.get(before);
    if (after === undefined) changed.set(before, (after = change(before)));
    message.cards.set(userid, after);
  }
  corp.messages.spendCode(code);
  return { invaliduser };
}

function sortOut(
  message: SentMessage,
  { members, invaliduser }: { readonly members: readonly Member[]; readonly invaliduser: readonly string[] },
): { members: string[]; invaliduser: string[] } {
  const reached: string[] = [];
  const invalid = [...invaliduser];
  for (const member of members) {
    const userid = member.userid.toLowerCase();
    (message.delivered.has(userid) ? reached : invalid).push(userid);
  }
  return { members: reached, invaliduser: invalid };
}

function changeOf({ corp, body, nowMs }: Call, message: SentMessage): (before: Content) => Content {
  const button = optionalObject(body, 'button');
  if (button !== undefined) {
    const replaceName = optionalText(button, 'replace_name', 42020) ?? '';
    if (replaceName === '') throw new Rejection(42020);
    if (!hasButtons(message.body)) throw new Rejection(42031);
    return (before) => withoutButtons(before, replaceName);
  }
  const card = optionalObject(body, 'template_card');
  if (card === undefined) throw new Rejection(40063, 'button or template_card');
  assertCard(card, { corp, nowMs });
  const replaceText = optionalText(card, 'replace_text') ?? '';
  const after = hasButtons(card) && replaceText !== '' ? withoutButtons(card, replaceText) : card;
  return () => after;
}

function joined(invalid: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(invalid)
      .filter(([, entries]) => entries.length > 0)
      .map(([name, entries]) => [name, entries.join('|')]),
  );
}
