import { Rejection } from '../errors';
import { appSeesMember } from '../state/corp';
import type { App } from '../state/corp';
import { openidOf, TICKET_LIFE_SECONDS } from '../state/oauth-grants';
import type { OauthCode } from '../state/oauth-grants';
import type { Call, Endpoint } from './endpoint';
import { wholeMember } from './member-view';
import { optionalText } from './params';

/** What a code told of its visitor. */
type Identity =
  | { readonly kind: 'member'; readonly userid: string; readonly ticket?: string }
  | { readonly kind: 'outsider'; readonly openid: string; readonly externalUserid?: string | undefined };

export const oauthEndpoints: readonly Endpoint[] = [
  {
    path: 'auth/getuserinfo',
    access: 'own-app',
    isFree: hasGoodCode,
    handle(call) {
      const identity = exchange(call);
      if (identity.kind === 'member') {
        const { userid, ticket } = identity;
        return {
          userid,
          ...(ticket === undefined ? {} : { user_ticket: ticket, expires_in: TICKET_LIFE_SECONDS }),
        };
      }
      const { openid, externalUserid } = identity;
      return { openid, ...(externalUserid === undefined ? {} : { external_userid: externalUserid }) };
    },
  },
  {
    // The name it had before 2022, with the keys of then.
    path: 'user/getuserinfo',
    access: 'own-app',
    isFree: hasGoodCode,
    handle(call) {
      const identity = exchange(call);
      if (identity.kind === 'member') {
        const { userid, ticket } = identity;
        return {
          UserId: userid,
          DeviceId: '',
          ...(ticket === undefined ? {} : { user_ticket: ticket, expires_in: TICKET_LIFE_SECONDS }),
        };
      }
      const { openid, externalUserid } = identity;
      return {
        OpenId: openid,
        DeviceId: '',
        ...(externalUserid === undefined ? {} : { external_userid: externalUserid }),
      };
    },
  },
  {
    path: 'auth/getuserdetail',
    access: 'own-app',
    handle(call) {
      const text = optionalText(call.body, 'user_ticket', 84015) ?? '';
      if (text === '') throw new Rejection(84090);
      const app = appOf(call);
      const ticket = call.world.oauth.findTicket(text);
      if (ticket === undefined || ticket.corpid !== call.corp.corpid || ticket.agentid !== app.agentid) {
        throw new Rejection(84015);
      }
      if (call.nowMs >= ticket.expiresAtMs) throw new Rejection(84014);
      const member = call.corp.directory.member(ticket.userid);
      if (member === undefined) throw new Rejection(60111);
      const whole = wholeMember(member);
      const shown = ['gender', 'avatar', 'qr_code', 'mobile', 'email', 'biz_mail', 'address'];
      return { userid: member.userid, ...Object.fromEntries(shown.map((field) => [field, whole[field]])) };
    },
  },
];

function hasGoodCode(call: Call): boolean {
  const code = call.world.oauth.findCode(call.query['code'] ?? '', call.nowMs);
  return code !== undefined && isFor(call, code);
}

function exchange(call: Call): Identity {
  const { world, corp, query, nowMs } = call;
  const text = query['code'] ?? '';
  if (text === '') throw new Rejection(41008);
  const code = world.oauth.findCode(text, nowMs);
  if (code === undefined || code.corpid !== corp.corpid) throw new Rejection(40029);
  if (!isFor(call, code)) throw new Rejection(50001);
  world.oauth.spendCode(text);

  const { visitor } = code;
  if (visitor.kind === 'outsider') return visitor;
  const app = appOf(call);
  const member = corp.directory.member(visitor.userid);
  // Whom the app may not see is a stranger to it.
  if (member === undefined || !appSeesMember(corp, app, member)) {
    return { kind: 'outsider', openid: openidOf(corp, visitor.userid) };
  }
  const { userid } = member;
  if (code.scope === 'snsapi_base') return { kind: 'member', userid };
  const { corpid } = corp;
  return {
    kind: 'member',
    userid,
    ticket: world.oauth.issueTicket({ corpid, agentid: app.agentid, userid }, nowMs),
  };
}

function isFor(call: Call, { corpid, agentid }: OauthCode): boolean {
  if (corpid !== call.corp.corpid || call.caller.kind !== 'app') return false;
  return agentid === null || agentid === call.caller.app.agentid;
}

/** `own-app` has let nobody else through. */
function appOf({ caller }: Call): App {
  if (caller.kind !== 'app') throw new Rejection(48002);
  return caller.app;
}
