import { html } from '../html';
import type { Html } from '../html';
import { mediaIsGood } from '../endpoints/media';
import type { Corp } from '../state/corp';
import type { Content, SaidMessage, SentMessage } from '../state/messages';
import { cardView } from './card-view';
import { link, markdown, richText, textcardDescription, webAddress } from './markup';
import type { Say } from './texts';

export type Viewer = {
  readonly corp: Corp;
  readonly userid: string;
  readonly nowMs: number;
  readonly say: Say;
};

/** What stands in the chat for one message of an app. */
export function bubble(message: SentMessage, { corp, userid, nowMs, say }: Viewer): Html {
  const { body } = message;
  switch (message.msgtype) {
    case 'text':
      return html`<div class="bubble">${richText(text(body['content']))}</div>`;
    case 'markdown':
      return html`<div class="bubble">${markdown(text(body['content']))}</div>`;
    case 'textcard':
      return textcard(body, say);
    case 'news':
    case 'mpnews':
      return articles(list(body['articles']));
    case 'template_card':
      return cardView(corp.messages.cardFor(message, userid), message.msgid, say);
    case 'miniprogram_notice':
      return miniprogram(body, say);
    default:
      return media(message.msgtype, body['media_id'], { corp, nowMs, say }, text(body['title']));
  }
}

export function saidBubble({ content, msgtype, mediaId }: SaidMessage, viewer: Viewer): Html {
  return content === null
    ? media(msgtype, mediaId, viewer, '')
    : html`<div class="bubble">${richText(content)}</div>`;
}

/** One line for the list of chats. */
export function preview(message: SentMessage, corp: Corp, userid: string, say: Say): string {
  const { body, msgtype } = message;
  if (message.recalledAtMs !== null) return say('recalled');
  switch (msgtype) {
    case 'text':
    case 'markdown':
      return text(body['content']).replace(/<[^>]*>/g, '');
    case 'news':
    case 'mpnews':
      return text(list(body['articles'])[0]?.['title']);
    case 'template_card': {
      const card = corp.messages.cardFor(message, userid);
      return text((card['main_title'] as Content | undefined)?.['title']) || text(card['sub_title_text']);
    }
    case 'image':
    case 'voice':
    case 'video':
    case 'file':
      return say(msgtype);
    default:
      return text(body['title']);
  }
}

function textcard(body: Content, say: Say): Html {
  const address = webAddress(body['url']);
  const title = text(body['title']);
  return html`<article class="card textcard">
    <h3>${address === undefined ? title : link(address, title, 'cover')}</h3>
    <div class="description">${textcardDescription(text(body['description']))}</div>
    <p class="open">${text(body['btntxt']) || say('details')}</p>
  </article>`;
}

function articles(all: readonly Content[]): Html {
  return html`<article class="card news n${all.length}">
    ${all.map((article, index) => {
      const address = webAddress(article['url']);
      const image = webAddress(article['picurl']);
      const title = text(article['title']);
      const description = text(article['description']);
      return html`<section class="${image === undefined ? 'plain' : ''}">
        ${image === undefined ? undefined : html`<img src="${image}" alt="" />`}
        <h3>${address === undefined ? title : link(address, title, 'cover')}</h3>
        ${all.length > 1 && index > 0 ? undefined : html`<p class="desc">${description}</p>`}
      </section>`;
    })}
  </article>`;
}

function miniprogram(body: Content, say: Say): Html {
  return html`<article class="card">
    <h3>${text(body['title'])}</h3>
    <p class="desc">${text(body['description'])}</p>
    <dl>
      ${list(body['content_item']).map(
        (row) =>
          html`<dt>${text(row['key'])}</dt>
            <dd>${text(row['value'])}</dd>`,
      )}
    </dl>
    <p class="open">${say('miniprogram')}</p>
  </article>`;
}

function media(
  msgtype: string,
  mediaId: unknown,
  { corp, nowMs, say }: Omit<Viewer, 'userid'>,
  title: string,
): Html {
  const file = corp.media.get(text(mediaId));
  if (file === undefined || !mediaIsGood(file, nowMs))
    return html`<div class="bubble grey">${say('gone')}</div>`;
  const address = `/sim-media/${encodeURIComponent(file.mediaId)}`;
  if (msgtype === 'image')
    return html`<a href="${address}" target="_blank"
      ><img class="photo" src="${address}" alt="${say('image')}"
    /></a>`;
  const kind = msgtype === 'voice' || msgtype === 'video' ? msgtype : 'file';
  return html`<div class="bubble file">
    <a href="${address}" target="_blank">${say(kind)} ${title || file.filename}</a>
  </div>`;
}

function list(value: unknown): readonly Content[] {
  return Array.isArray(value) ? (value as Content[]) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
