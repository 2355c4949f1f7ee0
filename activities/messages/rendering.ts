import { createHash } from 'node:crypto';
import type { MessageEvent, PushReason } from '../../domain/messages/message';
import { renderMessage, type MessageLinks } from '../../domain/messages/render';
import { templateUsesRecipient } from '../../domain/messages/rule';
import type { RecipientScope } from '../../domain/messages/template';
import { cardTexts } from '../../i18n/message-cards';
import type { MessageSendingStore, PreparedPush, PushToSend } from '../../store/message-sending';
import { messageLimits } from '../../wecom';

type Store = Pick<MessageSendingStore, 'recipientsToRender' | 'sealBody' | 'keepRenderings'>;

export type Preparation =
  | { readonly kind: 'prepared'; readonly prepared: PreparedPush }
  | { readonly kind: 'failed'; readonly reason: PushReason };

/** Cards are read by employees: in the language of the corp, not of whoever runs the bridge. */
const texts = cardTexts('zh-CN');

/** Some seconds of rendering in between are no reason to be taken for dead. */
const renderedAtOnce = 1_000;

export type Rendered =
  | { readonly kind: 'rendered'; readonly hash: string; readonly body: string }
  | { readonly kind: 'failed'; readonly reason: PushReason };

type ToRender = Pick<PushToSend, 'template' | 'options' | 'timezone'>;

export function rendered(
  { template, options, timezone }: ToRender,
  event: MessageEvent,
  recipient: RecipientScope | null,
): Rendered {
  const links = linksOf(event);
  const message = renderMessage({
    template,
    options,
    event,
    recipient,
    timezone,
    texts,
    limits: messageLimits,
    ...(links === undefined ? {} : { links }),
  });
  if (message.kind === 'failed') return message;
  const body = JSON.stringify(message.body);
  return { kind: 'rendered', hash: createHash('sha256').update(body).digest('hex'), body };
}

/** What the push's recipients get: rendered once where the template speaks of none of them. */
export async function prepare(
  store: Store,
  push: Pick<PushToSend, 'id' | 'comesWithRows' | 'event'> & ToRender,
  reached: () => void = () => undefined,
): Promise<Preparation> {
  const { event } = push;
  if (event === null) return { kind: 'failed', reason: { code: 'content-erased' } };
  if (!templateUsesRecipient(push.template)) {
    const message = rendered(push, event, null);
    if (message.kind === 'failed') return message;
    const { hash, body } = message;
    const renderings = [{ hash, bodyEnc: store.sealBody(push.id, hash, body) }];
    return { kind: 'prepared', prepared: { renderings, alike: hash, assigned: [] } };
  }
  return prepareForEach(store, push, event, reached);
}

async function prepareForEach(
  store: Store,
  push: Pick<PushToSend, 'id' | 'comesWithRows'> & ToRender,
  event: MessageEvent,
  reached: () => void,
): Promise<Preparation> {
  const turns = new Map<string, number>();
  const assigned: { readonly position: number; readonly hash: string | null }[] = [];
  for (let after = -1; ;) {
    const recipients = await store.recipientsToRender(push, { after, limit: renderedAtOnce });
    const renderings: { readonly hash: string; readonly bodyEnc: string }[] = [];
    for (const { position, skip, title, ...person } of recipients) {
      after = position;
      if (skip !== null) {
        assigned.push({ position, hash: null });
        continue;
      }
      const message = rendered(push, event, { ...person, position: title });
      if (message.kind === 'failed') return message;
      const { hash, body } = message;
      if (!turns.has(hash)) {
        turns.set(hash, turns.size);
        renderings.push({ hash, bodyEnc: store.sealBody(push.id, hash, body) });
      }
      assigned.push({ position, hash });
    }
    const isLast = recipients.length < renderedAtOnce;
    if (!isLast) {
      // What 100,000 people get does not have to be held in memory.
      await store.keepRenderings(push.id, renderings);
      reached();
      continue;
    }
    const inPlace = assigned.map((one) => ({ ...one, seq: one.position }));
    return {
      kind: 'prepared',
      prepared: {
        renderings,
        alike: null,
        assigned: push.comesWithRows ? inPlace : inOneRow(assigned, turns),
      },
    };
  }
}

/** Whoever gets the same stands together, so that one call after another takes them from the front. */
function inOneRow(
  assigned: readonly { readonly position: number; readonly hash: string | null }[],
  turns: ReadonlyMap<string, number>,
): PreparedPush['assigned'] {
  const turnOf = (hash: string | null): number => (hash === null ? turns.size : (turns.get(hash) ?? 0));
  return assigned
    .toSorted((a, b) => turnOf(a.hash) - turnOf(b.hash) || a.position - b.position)
    .map((one, index) => ({ ...one, seq: index + 1 }));
}

/** Events of the bridge itself say where their messages lead. */
function linksOf({ data }: MessageEvent): MessageLinks | undefined {
  const { bridgeLinks } = data as { readonly bridgeLinks?: MessageLinks };
  return bridgeLinks;
}
