import { Rejection } from '../errors';
import type { Settings } from '../settings';
import type { Corp, MediaFile } from '../state/corp';
import type { Content } from '../state/messages';
import type { Fields } from './endpoint';
import { mediaIsGood } from './media';
import { byteCount, charCount, optionalObject, optionalText } from './params';

const MAX_TEXT_BYTES = 2048;
const MAX_URL_BYTES = 2048;
const MAX_MPNEWS_BYTES = 666 * 1024;

type Context = { readonly corp: Corp; readonly nowMs: number; readonly settings: Settings };

/** The message as it is delivered: what is wrong is refused, what is too long is cut as WeCom cuts it. */
export function deliveredContent(msgtype: string, body: Fields, context: Context): Content {
  const part = optionalObject(body, msgtype) ?? {};
  switch (msgtype) {
    case 'text':
      return { ...part, content: cutToBytes(needed(part, 'content', 44004), MAX_TEXT_BYTES) };
    case 'markdown': {
      const content = needed(part, 'content', 44004);
      if (byteCount(content) > MAX_TEXT_BYTES) throw new Rejection(45002);
      return part;
    }
    case 'image':
    case 'voice':
    case 'file':
      assertMedia(part['media_id'], context);
      return part;
    case 'video':
      assertMedia(part['media_id'], context);
      return { ...part, ...cutBytes(part, 'title', 128), ...cutBytes(part, 'description', 512) };
    case 'textcard':
      return textcard(part, context.settings);
    case 'news':
      return { articles: articlesOf(part).map(newsArticle) };
    case 'mpnews':
      return { articles: articlesOf(part).map((article) => mpnewsArticle(article, context)) };
    case 'miniprogram_notice':
      return miniprogramNotice(part);
    default:
      throw new Rejection(40008);
  }
}

export function assertUrl(value: unknown, whenMissing: number): void {
  if (typeof value !== 'string' || value === '') throw new Rejection(whenMissing);
  if (byteCount(value) > MAX_URL_BYTES) throw new Rejection(40039);
  if (!/^[a-z][a-z0-9+.-]*:\/\/./i.test(value)) throw new Rejection(45034);
}

export function findMedia(corp: Corp, mediaId: string, nowMs: number): MediaFile | undefined {
  const media = corp.media.get(mediaId);
  return media !== undefined && mediaIsGood(media, nowMs) ? media : undefined;
}

function assertMedia(mediaId: unknown, { corp, nowMs }: Context): void {
  if (mediaId === undefined || mediaId === '') throw new Rejection(41006);
  if (typeof mediaId !== 'string' || findMedia(corp, mediaId, nowMs) === undefined)
    throw new Rejection(40007);
}

function textcard(part: Fields, { variants }: Settings): Content {
  const title = needed(part, 'title', 41016);
  const description = needed(part, 'description', 41033);
  assertUrl(part['url'], 41010);
  const cut = variants.textcardLimits === 'bytes' ? cutToBytes : cutToChars;
  const button = optionalText(part, 'btntxt');
  return {
    ...part,
    title: cut(title, 128),
    description: cut(description, 512),
    ...(button === undefined ? {} : { btntxt: cutToChars(button, 4) }),
  };
}

function articlesOf(part: Fields): Fields[] {
  const articles = part['articles'];
  if (!Array.isArray(articles) || articles.length < 1 || articles.length > 8) throw new Rejection(45008);
  if (!articles.every((one) => typeof one === 'object' && one !== null))
    throw new Rejection(40058, 'articles');
  return articles as Fields[];
}

function newsArticle(article: Fields): Content {
  needed(article, 'title', 41016);
  const appid = optionalText(article, 'appid') ?? '';
  const page = optionalText(article, 'pagepath') ?? '';
  if (appid !== '' && page !== '') {
    if (byteCount(page) > 128) throw new Rejection(40058, 'pagepath');
  } else {
    assertUrl(article['url'], 41010);
  }
  return { ...article, ...cutBytes(article, 'title', 128), ...cutBytes(article, 'description', 512) };
}

function mpnewsArticle(article: Fields, context: Context): Content {
  needed(article, 'title', 41016);
  assertMedia(article['thumb_media_id'], context);
  const content = needed(article, 'content', 44004);
  if (byteCount(content) > MAX_MPNEWS_BYTES) throw new Rejection(45002);
  if (byteCount(optionalText(article, 'author') ?? '') > 64) throw new Rejection(45032);
  return { ...article, ...cutBytes(article, 'title', 128), ...cutBytes(article, 'digest', 512) };
}

function miniprogramNotice(part: Fields): Content {
  needed(part, 'appid', 42030);
  const title = needed(part, 'title', 41016);
  const description = optionalText(part, 'description');
  for (const text of [title, description]) {
    if (text !== undefined && (charCount(text) < 4 || charCount(text) > 12))
      throw new Rejection(40058, 'length');
  }
  const items = part['content_item'] ?? [];
  if (!Array.isArray(items) || items.length > 10) throw new Rejection(40058, 'content_item');
  for (const item of items as Fields[]) {
    if (charCount(needed(item, 'key', 40058)) > 10) throw new Rejection(40058, 'key');
    if (charCount(needed(item, 'value', 40058)) > 30) throw new Rejection(40058, 'value');
  }
  return part;
}

function needed(fields: Fields, name: string, errcode: number): string {
  const value = optionalText(fields, name, errcode) ?? '';
  if (value === '') throw new Rejection(errcode);
  return value;
}

function cutBytes(fields: Fields, name: string, most: number): Fields {
  const value = optionalText(fields, name);
  return value === undefined ? {} : { [name]: cutToBytes(value, most) };
}

/** Never in the middle of a character. */
function cutToBytes(text: string, most: number): string {
  if (byteCount(text) <= most) return text;
  let kept = '';
  let bytes = 0;
  for (const char of text) {
    bytes += byteCount(char);
    if (bytes > most) break;
    kept += char;
  }
  return kept;
}

function cutToChars(text: string, most: number): string {
  return [...text].slice(0, most).join('');
}
