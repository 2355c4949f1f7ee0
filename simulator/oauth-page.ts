import type { Request, Response } from 'express';
import { Rejection } from './errors';
import { escapeHtml } from './html';
import { appSeesMember } from './state/corp';
import type { App, Corp } from './state/corp';
import { memberStatus } from './state/directory';
import type { Member } from './state/directory';
import { openidOf } from './state/oauth-grants';
import type { OauthScope, Visitor } from './state/oauth-grants';
import type { World } from './state/world';
import { queryOf } from './wire';

/**
 * The page WeCom's client opens on the way to an app's page. WeCom knows who holds the phone; here one says who one is,
 * on the page or with `as=<userid>` (`as_outsider=1` for somebody who is no member).
 */

const LISTED = 200;

type Asked = {
  readonly corp: Corp;
  readonly app: App | undefined;
  readonly redirectUri: URL;
  readonly scope: OauthScope;
  readonly state: string | undefined;
};

export function oauthPage(world: World) {
  return (request: Request, response: Response): void => {
    const query = queryOf(request);
    try {
      const asked = read(world, query);
      const visitor = visitorOf(asked, query);
      if (visitor === undefined) sendPage(response, 200, picker(asked, query));
      else response.redirect(302, leadBack(world, asked, visitor));
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      sendPage(response, 400, refusal(error));
    }
  };
}

function read(world: World, query: Readonly<Record<string, string>>): Asked {
  const corp = world.corps.get(query['appid'] ?? '');
  if (corp === undefined) throw new Rejection(40013);
  if (query['response_type'] !== 'code') throw new Rejection(40058, 'response_type must be code');
  const { scope, state, agentid } = query;
  if (scope !== 'snsapi_base' && scope !== 'snsapi_privateinfo') throw new Rejection(40058, 'scope');
  if (scope === 'snsapi_privateinfo' && !agentid) throw new Rejection(41011);
  if (state !== undefined && !/^[a-zA-Z0-9]{0,128}$/.test(state)) throw new Rejection(84025);
  const app = agentid ? corp.apps.get(Number(agentid)) : undefined;
  if (agentid && app === undefined) throw new Rejection(40056);
  if (app?.disabled === true) throw new Rejection(50003);
  const address = query['redirect_uri'] ?? '';
  if (!URL.canParse(address)) throw new Rejection(50001, 'redirect_uri');
  const redirectUri = new URL(address);
  if (!/^https?:$/.test(redirectUri.protocol)) throw new Rejection(50001, 'redirect_uri');
  // Without an agentid, the domain of any app of the corp will do.
  const apps = app === undefined ? [...corp.apps.values()] : [app];
  const isTrusted = apps.some(
    ({ redirectDomain }) => redirectDomain === '' || redirectDomain === redirectUri.host,
  );
  if (!isTrusted) throw new Rejection(50001, `redirect_uri: ${redirectUri.host} is not the app's domain`);
  return { corp, app, redirectUri, scope, state };
}

function visitorOf({ corp }: Asked, query: Readonly<Record<string, string>>): Visitor | undefined {
  if (query['as_outsider'] === '1') return { kind: 'outsider', openid: openidOf(corp, 'outsider') };
  const userid = query['as'];
  if (userid === undefined) return undefined;
  const member = corp.directory.member(userid);
  if (member === undefined || !maySignIn(member)) throw new Rejection(60111);
  return { kind: 'member', userid: member.userid };
}

/** Somebody who is disabled or has left can't open WeCom. */
function maySignIn(member: Member): boolean {
  const status = memberStatus(member);
  return status !== 2 && status !== 5;
}

function leadBack(world: World, { corp, app, redirectUri, scope, state }: Asked, visitor: Visitor): string {
  const { corpid } = corp;
  const code = world.oauth.issueCode(
    { corpid, agentid: app?.agentid ?? null, visitor, scope },
    world.clock.nowMs(),
  );
  const target = new URL(redirectUri);
  target.searchParams.set('code', code);
  if (state !== undefined) target.searchParams.set('state', state);
  return target.href;
}

function picker({ corp, app, scope }: Asked, query: Readonly<Record<string, string>>): string {
  const wanted = (query['q'] ?? '').trim().toLowerCase();
  const members: Member[] = [];
  let more = false;
  for (const member of corp.directory.members()) {
    if (!maySignIn(member) || (app !== undefined && !appSeesMember(corp, app, member))) continue;
    if (!`${member.userid}\n${member.name}`.toLowerCase().includes(wanted)) continue;
    if (members.length === LISTED) {
      more = true;
      break;
    }
    members.push(member);
  }
  const { q: _q, as: _as, ...kept } = query;
  const link = (extra: Readonly<Record<string, string>>) =>
    escapeHtml(`?${new URLSearchParams({ ...kept, ...extra }).toString()}`);
  const hidden = Object.entries(kept)
    .map(([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`)
    .join('');
  const rows = members
    .map(({ userid, name }) => {
      const person = `<b>${escapeHtml(name)}</b> <span>${escapeHtml(userid)}</span>`;
      return `<li><a href="${link({ as: userid })}">${person}</a></li>`;
    })
    .join('');
  return `<h1>${escapeHtml(corp.name)}${app === undefined ? '' : ` · ${escapeHtml(app.name)}`}</h1>
<p>模拟器不知道是谁打开的页面，请选择。The simulator can't know who opens the page: choose. <code>${scope}</code></p>
<form method="get">${hidden}<input name="q" value="${escapeHtml(query['q'] ?? '')}" placeholder="姓名、userid / name, userid"
 aria-label="name, userid"><button>搜索 Search</button></form>
<ul>${rows}</ul>${more ? `<p>… ${LISTED}+</p>` : ''}
<p><a href="${link({ as_outsider: '1' })}">不是企业成员 / Somebody who is no member</a></p>`;
}

function refusal({ errcode, message }: Rejection): string {
  return `<h1>${errcode}</h1><p>${escapeHtml(message)}</p>`;
}

function sendPage(response: Response, status: number, body: string): void {
  response
    .status(status)
    .set('Cache-Control', 'no-store')
    .set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
    .type('html').end(`<!doctype html><html lang="zh-CN"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>WeCom simulator</title>
<style>body{font:16px/1.6 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;max-width:34rem;
margin:0 auto;padding:1rem;color:#1f2329}h1{font-size:1.2rem}ul{list-style:none;padding:0}
li a{display:block;padding:.6rem 0;border-bottom:1px solid #e5e6eb;color:inherit;text-decoration:none}
span{color:#646a73}input{font:inherit;padding:.3rem .5rem}button{font:inherit;padding:.3rem .8rem}</style>
${body}</html>`);
}
