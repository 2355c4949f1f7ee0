import { initialCard, withCardTaskId, type CardSubject, type CardTexts, type TemplateCard } from './card';
import { cutMarkupTo, cutTo, fits, lengthOf, type LengthLimit } from './fit';
import type { MessageLimits } from './limits';
import type { MessageEvent, MessageTemplate, PushReason, RuleOptions } from './message';
import { isWebAddress, type MessageField } from './rule';
import { parseTemplate, placeParams, renderTemplate, type RecipientScope } from './template';

/** A message as WeCom takes it, made out of a rule's template and an event. */

/** What message/send is given, without who gets it, through which app, and the card's task id. */
export type MessageBody =
  | { readonly msgtype: 'text'; readonly text: { readonly content: string } }
  | { readonly msgtype: 'news'; readonly news: { readonly articles: readonly [NewsArticle] } }
  | { readonly msgtype: 'textcard'; readonly textcard: TextCard }
  | { readonly msgtype: 'template_card'; readonly template_card: TemplateCard };

export interface NewsArticle {
  readonly title: string;
  readonly description?: string;
  readonly url: string;
  readonly picurl?: string;
}

export interface TextCard {
  readonly title: string;
  readonly description: string;
  readonly url: string;
  readonly btntxt: string;
}

export interface MessageLinks {
  /** Where neither the event nor the rule names an address. */
  readonly fallbackUrl?: string | null;
  /** A button of a template card that leads somewhere instead of deciding. */
  readonly button?: CardSubject['linkButton'];
}

export interface RenderRequest {
  readonly template: MessageTemplate;
  readonly options: Pick<RuleOptions, 'onTooLong'>;
  readonly event: MessageEvent;
  /** Null where everybody gets the same. */
  readonly recipient: RecipientScope | null;
  readonly timezone: string;
  readonly links?: MessageLinks;
  readonly texts: CardTexts;
  readonly limits: MessageLimits;
}

export type RenderedMessage =
  | { readonly kind: 'message'; readonly body: MessageBody; readonly cut: readonly MessageField[] }
  | { readonly kind: 'failed'; readonly reason: PushReason };

export const defaultButtonText = '详情';

/**
 * WeCom refuses a text card without a description (41033) and names no shortest one; a space is what its pages give
 * for a line break.
 */
const leastDescription = ' ';

export function renderMessage(request: RenderRequest): RenderedMessage {
  const message = new MessageInMaking(request);
  try {
    return { kind: 'message', body: bodyOf(message), cut: message.cut };
  } catch (error) {
    if (error instanceof MessageFailed) return { kind: 'failed', reason: error.reason };
    throw error;
  }
}

class MessageFailed extends Error {
  override readonly name = 'MessageFailed';

  constructor(readonly reason: PushReason) {
    super(reason.code);
  }
}

function bodyOf(message: MessageInMaking): MessageBody {
  const { template, event, limits } = message.request;
  switch (template.type) {
    case 'text': {
      const max = { max: limits.textBytes, unit: 'bytes' } as const;
      const content = message.fitted('content', message.text(), max, cutMarkupTo);
      return { msgtype: 'text', text: { content } };
    }
    case 'news': {
      const title = message.title();
      const description = message.description();
      const picture = message.picture();
      const article: NewsArticle = {
        title,
        ...(description === '' ? {} : { description }),
        url: message.requiredUrl(),
        ...(picture === null ? {} : { picurl: picture }),
      };
      return { msgtype: 'news', news: { articles: [article] } };
    }
    case 'textcard': {
      const title = message.title();
      const description = message.description();
      const textcard: TextCard = {
        title,
        description: description === '' ? leastDescription : description,
        url: message.requiredUrl(),
        btntxt: template.buttonText ?? defaultButtonText,
      };
      return { msgtype: 'textcard', textcard };
    }
    case 'template_card': {
      if (event.todo === null) throw new MessageFailed({ code: 'not-a-todo' });
      return { msgtype: 'template_card', template_card: message.card(event.todo) };
    }
  }
}

class MessageInMaking {
  readonly cut: MessageField[] = [];

  constructor(readonly request: RenderRequest) {}

  /** A text message says nothing but its content, so there has to be one. */
  text(): string {
    return this.rendered('content') || this.request.event.title;
  }

  title(limit: LengthLimit = { max: this.request.limits.titleBytes, unit: 'bytes' }): string {
    const title = oneLine(this.rendered('title')) || oneLine(this.request.event.title);
    return this.fitted('title', title, limit, cutTo);
  }

  description(
    limit: LengthLimit = { max: this.request.limits.descriptionBytes, unit: 'bytes' },
    cut: typeof cutTo = this.request.template.type === 'textcard' ? cutMarkupTo : cutTo,
  ): string {
    const { template, event } = this.request;
    const content = template.content === null ? (event.content ?? '') : this.rendered('content');
    return this.fitted('content', content.trim(), limit, cut);
  }

  requiredUrl(): string {
    const url = this.url();
    if (url === null) throw new MessageFailed({ code: 'no-url' });
    return url;
  }

  /** The event's own, else the rule's. */
  url(): string | null {
    const { event, links, limits } = this.request;
    const url = event.url?.trim() || this.rendered('url') || (links?.fallbackUrl ?? '');
    if (url === '') return null;
    if (!isWebAddress(url)) {
      throw new MessageFailed({ code: 'template-broken', params: { field: 'url', problem: 'not-http-url' } });
    }
    // A part of an address leads nowhere, whatever the rule says of what is too long.
    this.refuseTooLong('url', url, { max: limits.urlBytes, unit: 'bytes' });
    return url;
  }

  /** The event's own, else the rule's. A message goes out without a picture rather than not at all. */
  picture(): string | null {
    const { event, limits, options } = this.request;
    const url = event.imageUrl?.trim() || this.rendered('imageUrl');
    if (url === '') return null;
    const limit = { max: limits.urlBytes, unit: 'bytes' } as const;
    if (options.onTooLong === 'refuse') this.refuseTooLong('imageUrl', url, limit);
    if (isWebAddress(url) && fits(url, limit)) return url;
    this.cut.push('imageUrl');
    return null;
  }

  card(todo: NonNullable<MessageEvent['todo']>): TemplateCard {
    const { links, texts, limits } = this.request;
    const subject: CardSubject = {
      title: this.title({ max: limits.card.titleChars, unit: 'characters' }),
      content: this.description({ max: limits.card.subTitleChars, unit: 'characters' }),
      url: this.url(),
      kind: todo.kind,
      actions: todo.showActions ? todo.actions : [],
      linkButton: links?.button ?? null,
    };
    const card = initialCard(subject, { texts, limits });
    if (card === null) throw new MessageFailed({ code: 'no-url' });
    return card;
  }

  fitted(field: MessageField, text: string, limit: LengthLimit, cut: typeof cutTo): string {
    if (fits(text, limit)) return text;
    if (this.request.options.onTooLong === 'refuse') this.refuseTooLong(field, text, limit);
    this.cut.push(field);
    return cut(text, limit);
  }

  /** Without blanks around it; "" where the rule leaves it to the default. */
  private rendered(field: 'title' | 'content' | 'url' | 'imageUrl'): string {
    const { template, event, recipient, timezone } = this.request;
    const text = template[field];
    if (text === null || text === '') return '';
    const parsed = parseTemplate(text);
    const rendered = parsed.ok ? renderTemplate(parsed.template, { event, recipient }, timezone) : parsed;
    if (rendered.ok) return rendered.text.trim();
    const { code: problem, detail } = rendered.problem;
    const params = { field, problem, detail, ...placeParams(rendered.problem) };
    throw new MessageFailed({ code: 'template-broken', params });
  }

  private refuseTooLong(field: MessageField, text: string, { max, unit }: LengthLimit): void {
    const length = lengthOf(text, unit);
    if (length <= max) return;
    const params = { field, length, max, unit, bytes: Buffer.byteLength(text) };
    throw new MessageFailed({ code: 'too-long', params });
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** A card's task id is that of the call which sends it, so the body gets it last. */
export function withTaskId(body: MessageBody, taskId: string): MessageBody {
  if (body.msgtype !== 'template_card') return body;
  return { ...body, template_card: withCardTaskId(body.template_card, taskId) };
}

export interface ShownFields {
  readonly title: string | null;
  readonly content: string | null;
  readonly buttonText: string | null;
  readonly url: string | null;
  readonly imageUrl: string | null;
}

/** What a person reads of it, for previews and the log. */
export function shownFields(body: MessageBody): ShownFields {
  const nothing: ShownFields = { title: null, content: null, buttonText: null, url: null, imageUrl: null };
  switch (body.msgtype) {
    case 'text':
      return { ...nothing, content: body.text.content };
    case 'news': {
      const [{ title, description, url, picurl }] = body.news.articles;
      return { ...nothing, title, content: description ?? '', url, imageUrl: picurl ?? null };
    }
    case 'textcard': {
      const { title, description, url, btntxt } = body.textcard;
      const content = description === leastDescription ? '' : description;
      return { ...nothing, title, content, url, buttonText: btntxt };
    }
    case 'template_card': {
      const { main_title, sub_title_text, card_action } = body.template_card;
      const url = card_action?.url ?? null;
      return { ...nothing, title: main_title.title, content: sub_title_text ?? '', url };
    }
  }
}
