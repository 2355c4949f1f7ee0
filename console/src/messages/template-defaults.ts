import type { MessageField, MessageType, NewTarget, TargetTemplate } from '../api/messages';

/** What a field left to its default comes to; the API stores nothing for it. */
const eventTitle = '{{ event.title }}';
const eventContent = '{{ event.content }}';
const details = '详情';

export function defaultOf(field: MessageField, type: MessageType): string {
  switch (field) {
    case 'title':
      return eventTitle;
    case 'content':
      return type === 'text' ? eventTitle : eventContent;
    case 'buttonText':
      return details;
    case 'url':
    case 'imageUrl':
      return '';
  }
}

export const messageFields = ['title', 'content', 'imageUrl', 'buttonText', 'url'] as const;

const fieldsOfType: Readonly<Record<MessageType, readonly MessageField[]>> = {
  text: ['content'],
  news: ['title', 'content', 'imageUrl', 'url'],
  textcard: ['title', 'content', 'buttonText', 'url'],
  template_card: ['title', 'content', 'url'],
};

export const hasField = (type: MessageType, field: MessageField): boolean =>
  fieldsOfType[type].includes(field);

/** Must never be empty: emptied by hand, they have their default again. */
export const isNeverEmpty = (field: MessageField): boolean => field === 'title' || field === 'buttonText';

/** As it stands in the form: defaults in words, so that they can be changed. */
export interface TargetDraft {
  readonly appId?: string | undefined;
  readonly type: MessageType;
  readonly title: string;
  readonly content: string;
  readonly buttonText: string;
  readonly imageUrl: string;
  readonly url: string;
}

export function toDraft(target: TargetTemplate & { readonly appId?: string }): TargetDraft {
  const text = (field: MessageField) => target[field] ?? defaultOf(field, target.type);
  return {
    appId: target.appId,
    type: target.type,
    title: text('title'),
    content: text('content'),
    buttonText: text('buttonText'),
    imageUrl: text('imageUrl'),
    url: text('url'),
  };
}

export function toTemplate(draft: TargetDraft): TargetTemplate {
  const stored = (field: MessageField): string | null => {
    if (!hasField(draft.type, field)) return null;
    const text = draft[field];
    // Of a content that was emptied nothing is shown, which is not the default.
    if (field === 'content') return text === defaultOf(field, draft.type) ? null : text;
    return text.trim() === '' || text === defaultOf(field, draft.type) ? null : text;
  };
  return {
    type: draft.type,
    title: stored('title'),
    content: stored('content'),
    buttonText: stored('buttonText'),
    imageUrl: stored('imageUrl'),
    url: stored('url'),
  };
}

export function toTarget(draft: TargetDraft, corpOfApp: ReadonlyMap<string, string>): NewTarget {
  const appId = draft.appId ?? '';
  return { corpId: corpOfApp.get(appId) ?? '', appId, ...toTemplate(draft) };
}

/** A content that nobody has written follows the type: of a text it is the title. */
export function withType(draft: TargetDraft, type: MessageType): TargetDraft {
  const isDefault = draft.content === defaultOf('content', draft.type);
  return { ...draft, type, content: isDefault ? defaultOf('content', type) : draft.content };
}
