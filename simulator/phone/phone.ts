import { randomBytes } from 'node:crypto';
import { Router } from 'express';
import type { Request, Response } from 'express';
import { html } from '../html';
import { Html } from '../html';
import { appSeesMember } from '../state/corp';
import type { App, Corp } from '../state/corp';
import { memberStatus } from '../state/directory';
import type { Member } from '../state/directory';
import type { SaidMessage, SentMessage } from '../state/messages';
import type { World } from '../state/world';
import { bubble, preview, saidBubble } from './bubbles';
import { phoneScript } from './script';
import { phoneStyle } from './style';
import { speaking } from './texts';
import type { PhoneLang, Say } from './texts';

type Screen = {
  readonly title: string;
  readonly subtitle?: string;
  readonly back?: Place;
  readonly body: Html;
  readonly foot?: Html;
};
type Place = { readonly corp?: string; readonly user?: string; readonly app?: string; readonly q?: string };
type Visit = { readonly place: Place; readonly lang: PhoneLang; readonly say: Say; readonly nowMs: number };

const LISTED_MEMBERS = 50;
const SHOWN_MESSAGES = 100;
const QUIET_MS = 5 * 60_000;
const colours = ['#2b6de5', '#0a9e8f', '#e5732b', '#8a5cd6', '#d5528a', '#4b7f2f'];

/** What a member sees in WeCom, for demos and for whoever tries the product without a phone. */
export function phonePages(world: World): Router {
  const router = Router();
  router.get('/', (request, response) => {
    const visit = visitOf(world, request);
    const screen = screenOf(world, visit);
    if (request.query['part'] === 'screen') response.type('html').end(screen.body.markup);
    else sendPage(response, visit, screen);
  });
  return router;
}

function visitOf(world: World, request: Request): Visit {
  const value = (name: string): string | undefined => {
    const given = request.query[name];
    return typeof given === 'string' && given !== '' ? given : undefined;
  };
  const asked = value('lang') ?? request.acceptsLanguages('zh-CN', 'zh', 'en');
  const lang = asked === 'en' ? 'en' : 'zh-CN';
  const place = { corp: value('corp'), user: value('user'), app: value('app'), q: value('q') };
  return { place, lang, say: speaking(lang), nowMs: world.clock.nowMs() };
}

function screenOf(world: World, visit: Visit): Screen {
  const { place } = visit;
  const corp = place.corp === undefined ? undefined : world.corps.get(place.corp);
  if (corp === undefined) return corpsScreen(world, visit);
  const member = place.user === undefined ? undefined : corp.directory.member(place.user);
  if (member === undefined || !canOpenWecom(member)) return membersScreen(corp, visit);
  const app = corp.apps.get(Number(place.app));
  return app === undefined ? chatsScreen(corp, member, visit) : chatScreen(corp, member, app, visit);
}

function corpsScreen(world: World, { say, lang }: Visit): Screen {
  const corps = [...world.corps.values()];
  const rows = corps.map(({ corpid, name }) =>
    entry({ corp: corpid }, lang, name, html`<span>${corpid}</span>`),
  );
  return {
    title: say('corps'),
    body:
      rows.length === 0
        ? html`<p class="note">${say('noCorps')}</p>`
        : html`<ul class="list">
            ${rows}
          </ul>`,
  };
}

function membersScreen(corp: Corp, { say, lang, place }: Visit): Screen {
  const wanted = (place.q ?? '').trim().toLowerCase();
  const found = membersToShow(corp, wanted);
  const rows = found
    .slice(0, LISTED_MEMBERS)
    .map(({ userid, name }) =>
      entry({ corp: corp.corpid, user: userid }, lang, name, html`<span>${userid}</span>`),
    );
  return {
    title: say('members'),
    subtitle: corp.name,
    back: {},
    body: html`<form class="search" method="get">
        <input type="hidden" name="corp" value="${corp.corpid}" /><input
          type="hidden"
          name="lang"
          value="${lang}"
        />
        <input
          type="search"
          name="q"
          value="${place.q ?? ''}"
          placeholder="${say('search')}"
          aria-label="${say('search')}"
        />
      </form>
      <ul class="list">
        ${rows}
      </ul>
      ${rows.length === 0 ? html`<p class="note">${say('nobody')}</p>` : undefined}
      ${found.length > LISTED_MEMBERS ? html`<p class="note">${say('more')}</p>` : undefined}`,
  };
}

const byName = new Intl.Collator('zh-CN', { numeric: true });

/** Who got something last comes first, everybody else by name; one more than a screen lists. */
function membersToShow(corp: Corp, wanted: string): readonly Member[] {
  const lastMs = ({ userid }: Member): number => corp.messages.inbox(userid).at(-1)?.sentAtMs ?? 0;
  const order = (a: Member, b: Member): number =>
    lastMs(b) - lastMs(a) || byName.compare(a.name, b.name) || byName.compare(a.userid, b.userid);
  let first: Member[] = [];
  const keepFirst = (): void => {
    first = first.sort(order).slice(0, LISTED_MEMBERS + 1);
  };
  for (const member of corp.directory.members()) {
    if (!canOpenWecom(member) || !`${member.userid}\n${member.name}`.toLowerCase().includes(wanted)) continue;
    first.push(member);
    // A hundred thousand names are not sorted for the fifty that are shown.
    if (first.length > 20 * LISTED_MEMBERS) keepFirst();
  }
  keepFirst();
  return first;
}

function chatsScreen(corp: Corp, member: Member, { say, lang, nowMs }: Visit): Screen {
  const last = new Map<number, SentMessage>();
  for (const message of corp.messages.inbox(member.userid)) last.set(message.agentid, message);
  const apps = [...corp.apps.values()]
    .filter((app) => last.has(app.agentid) || (!app.disabled && appSeesMember(corp, app, member)))
    .sort((a, b) => (last.get(b.agentid)?.sentAtMs ?? 0) - (last.get(a.agentid)?.sentAtMs ?? 0));
  const rows = apps.map((app) => {
    const message = last.get(app.agentid);
    const line = message === undefined ? '' : preview(message, corp, member.userid, say);
    return entry(
      { corp: corp.corpid, user: member.userid, app: String(app.agentid) },
      lang,
      app.name,
      html`<span>${line}</span>`,
      message === undefined ? undefined : html`<time>${moment(message.sentAtMs, nowMs, lang)}</time>`,
    );
  });
  return {
    title: say('chats'),
    subtitle: `${member.name} · ${corp.name}`,
    back: { corp: corp.corpid },
    body:
      rows.length === 0
        ? html`<p class="note">${say('noApps')}</p>`
        : html`<ul class="list">
            ${rows}
          </ul>`,
  };
}

type Line = { readonly atMs: number } & ({ readonly sent: SentMessage } | { readonly said: SaidMessage });

function chatScreen(corp: Corp, member: Member, app: App, { say, lang, nowMs }: Visit): Screen {
  const { userid } = member;
  const viewer = { corp, userid, nowMs, say };
  const sent = corp.messages.inbox(userid).filter(({ agentid }) => agentid === app.agentid);
  const said = corp.messages.saidBy(userid).filter(({ agentid }) => agentid === app.agentid);
  const lines: Line[] = [
    ...sent.slice(-SHOWN_MESSAGES).map((one) => ({ atMs: one.sentAtMs, sent: one })),
    ...said.slice(-SHOWN_MESSAGES).map((one) => ({ atMs: one.saidAtMs, said: one })),
  ].sort((a, b) => a.atMs - b.atMs);
  let lastMs = 0;
  const rows = lines.map((line) => {
    const when =
      line.atMs - lastMs < QUIET_MS
        ? undefined
        : html`<time class="when">${moment(line.atMs, nowMs, lang)}</time>`;
    lastMs = line.atMs;
    if ('said' in line) {
      return html`${when}
        <div class="line own">${avatar(member.name)}${saidBubble(line.said, viewer)}</div>`;
    }
    if (line.sent.recalledAtMs !== null) {
      return html`${when}
        <p class="recalled">${app.name} ${say('recalled')}</p>`;
    }
    return html`${when}
      <div class="line">${avatar(app.name)}${bubble(line.sent, viewer)}</div>`;
  });
  return {
    title: app.name,
    subtitle: member.name,
    back: { corp: corp.corpid, user: userid },
    body: html`<div class="chat" role="log">
      ${rows.length === 0 ? html`<p class="recalled">${say('noMessages')}</p>` : rows}
    </div>`,
    foot:
      app.callback === undefined
        ? html`<p class="say">${say('deaf')}</p>`
        : html`<form class="say">
            <input
              name="content"
              autocomplete="off"
              maxlength="2048"
              placeholder="${say('say')}"
              aria-label="${say('say')}"
            />
            <button>${say('send')}</button>
          </form>`,
  };
}

function entry(place: Place, lang: PhoneLang, name: string, below: Html, aside?: Html): Html {
  return html`<li>
    <a href="${addressOf(place, lang)}"
      >${avatar(name)}
      <div class="two"><b>${name}</b>${below}</div>
      ${aside}</a
    >
  </li>`;
}

function avatar(name: string): Html {
  let sum = 0;
  for (const char of name) sum += char.codePointAt(0) ?? 0;
  return html`<i class="avatar tint${sum % colours.length}" aria-hidden="true">${[...name][0] ?? ''}</i>`;
}

/** Chinese time, as on the phones of those who use WeCom. */
function moment(atMs: number, nowMs: number, lang: PhoneLang): string {
  const zone = { timeZone: 'Asia/Shanghai' } as const;
  const day = (ms: number) => new Date(ms).toLocaleDateString(lang, zone);
  const time = new Date(atMs).toLocaleTimeString(lang, {
    ...zone,
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  });
  if (day(atMs) === day(nowMs)) return time;
  return `${new Date(atMs).toLocaleDateString(lang, { ...zone, month: 'short', day: 'numeric' })} ${time}`;
}

/** Somebody who is disabled or has left can't open WeCom. */
function canOpenWecom(member: Member): boolean {
  const status = memberStatus(member);
  return status !== 2 && status !== 5;
}

function addressOf(place: Place, lang: PhoneLang): string {
  const given = Object.entries({ ...place, lang }).filter(
    (one): one is [string, string] => one[1] !== undefined,
  );
  return `?${new URLSearchParams(given).toString()}`;
}

function sendPage(response: Response, { place, lang, say }: Visit, screen: Screen): void {
  const nonce = randomBytes(16).toString('base64url');
  const other = lang === 'en' ? 'zh-CN' : 'en';
  const tints = colours.map((colour, i) => `.tint${i}{background:${colour}}`).join('');
  const page = html`<!doctype html>
    <html lang="${lang}">
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
      <title>${screen.title} · ${say('title')}</title>
      <link rel="icon" href="data:," />
      <style nonce="${nonce}">
        ${new Html(phoneStyle + tints)}
      </style>
      <main
        ${data('corp', place.corp)}
        ${data('user', place.user)}
        ${data('app', place.app)}
        data-failed="${say('failed')}"
      >
        <header>
          ${screen.back === undefined ? html`<span></span>` : html`<a class="back" href="${addressOf(screen.back, lang)}" aria-label="${say('back')}">‹</a>`}
          <h1>
            ${screen.title}${screen.subtitle === undefined ? undefined : html`<small>${screen.subtitle}</small>`}
          </h1>
          <a class="lang" href="${addressOf(place, other)}" lang="${other}"
            >${other === 'en' ? 'EN' : '中文'}</a
          >
        </header>
        <div id="screen">${screen.body}</div>
        ${screen.foot}
        <div class="toast" role="status"></div>
      </main>
      <script nonce="${nonce}">
        ${new Html(phoneScript)};
      </script>
    </html>`;
  response
    .set('Cache-Control', 'no-store')
    .set(
      'Content-Security-Policy',
      `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; ` +
        "img-src 'self' http: https: data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    .set('X-Content-Type-Options', 'nosniff')
    .set('Referrer-Policy', 'no-referrer')
    .type('html')
    .end(page.markup);
}

function data(name: 'corp' | 'user' | 'app', value: string | undefined): Html {
  return value === undefined ? html`` : html`data-${name}="${value}"`;
}
