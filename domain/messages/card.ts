import { cutTo, fits, lengthOf } from './fit';
import type { MessageLimits } from './limits';
import type { TodoAction, TodoKind } from './message';

/**
 * Template cards, as they are sent and as they are replaced by later ones. A card with buttons, and one with a menu,
 * gives a code with which it can be changed once; a card without either could never be.
 */

export type CardButton =
  | { readonly type: 0; readonly text: string; readonly style: 1 | 2; readonly key: string }
  | { readonly type: 1; readonly text: string; readonly style: 1 | 2; readonly url: string };

export interface CardRow {
  readonly keyname: string;
  readonly value: string;
}

/** In WeCom's own field names, because it is kept and sent as it is. */
export interface TemplateCard {
  readonly card_type: 'button_interaction' | 'text_notice';
  readonly source?: { readonly desc: string; readonly desc_color: 0 };
  readonly action_menu?: {
    readonly desc: string;
    readonly action_list: readonly { readonly text: string; readonly key: string }[];
  };
  readonly task_id?: string;
  readonly main_title: { readonly title: string; readonly desc?: string };
  readonly quote_area?: { readonly type: 0; readonly title: string; readonly quote_text: string };
  readonly sub_title_text?: string;
  readonly horizontal_content_list?: readonly CardRow[];
  readonly card_action?: { readonly type: 1; readonly url: string };
  readonly button_list?: readonly CardButton[];
  /** Stands instead of the buttons, grey and without effect. */
  readonly replace_text?: string;
}

export type TapRefusal =
  'not-a-recipient' | 'not-bound' | 'not-active' | 'unknown-action' | 'not-an-approver' | 'plan-changed';

export interface CardTexts {
  readonly kinds: Readonly<Record<TodoKind, string>>;
  readonly menu: string;
  readonly showState: string;
  readonly rows: Readonly<Record<'outcome' | 'by' | 'at' | 'via', string>>;
  readonly via: Readonly<Record<'card' | 'oa', string>>;
  readonly decided: string;
  readonly stillOpen: string;
  readonly oaReply: string;
  readonly kept: string;
  /** Where the OA did not take a decision and said nothing. */
  readonly notAccepted: string;
  readonly unknownToOa: string;
  /** For a card whose content has been erased. */
  readonly untitled: string;
  readonly tapRefusals: Readonly<Record<TapRefusal, string>>;
  refused(action: string): string;
  late(action: string): string;
  oaAway(action: string): string;
}

export interface CardContext {
  readonly texts: CardTexts;
  readonly limits: MessageLimits;
  /** Of the times on the card. */
  readonly timezone: string;
}

/** What a card is about. Title and content are cut by whoever made them. */
export interface CardSubject {
  readonly title: string;
  readonly content: string;
  readonly url: string | null;
  readonly kind: TodoKind;
  /** Those that get a button. */
  readonly actions: readonly TodoAction[];
  /** For what has to be done elsewhere; beside buttons only. */
  readonly linkButton: { readonly text: string; readonly url: string } | null;
}

/** Key of the one entry in the menu of a card without buttons. */
export const showStateKey = 'bridge:show-state';

/** Null where WeCom takes no such card: one without buttons has to lead somewhere. */
export function initialCard(
  { title, content, url, kind, actions, linkButton }: CardSubject,
  { texts, limits }: Pick<CardContext, 'texts' | 'limits'>,
): TemplateCard | null {
  const shared = {
    source: { desc: cutTo(texts.kinds[kind], inCharacters(limits.card.sourceChars)), desc_color: 0 as const },
    main_title: { title },
    ...(content === '' ? {} : { sub_title_text: content }),
    ...(url === null ? {} : { card_action: { type: 1 as const, url } }),
  };
  if (actions.length > 0) {
    const buttons = buttonsOf(actions, linkButton, limits);
    return { card_type: 'button_interaction', ...shared, button_list: buttons };
  }
  if (url === null) return null;
  return { card_type: 'text_notice', ...shared, action_menu: menuOf(texts) };
}

function menuOf(texts: CardTexts): NonNullable<TemplateCard['action_menu']> {
  return { desc: texts.menu, action_list: [{ text: texts.showState, key: showStateKey }] };
}

function buttonsOf(
  actions: readonly TodoAction[],
  linkButton: CardSubject['linkButton'],
  { card }: MessageLimits,
): readonly CardButton[] {
  const short = (text: string) => cutTo(text, inCharacters(card.buttonTextChars));
  const link: readonly CardButton[] =
    linkButton === null ? [] : [{ type: 1, text: short(linkButton.text), style: 1, url: linkButton.url }];
  const buttons = actions.slice(0, card.buttons - link.length).map(({ key, text }, index): CardButton => {
    // One stands out: the first thing somebody may do.
    const style = index === 0 && link.length === 0 ? 1 : 2;
    return { type: 0, text: short(text), style, key };
  });
  return [...link, ...buttons];
}

export interface Decision {
  /** "已同意", as the OA or the action calls it. */
  readonly outcomeText: string;
  readonly by: string | null;
  readonly at: Date | null;
  readonly via?: 'card' | 'oa' | null;
}

/**
 * What everybody sees once it is decided. `sent` is the card as it was sent; null where its content has been erased.
 */
export function outcomeCard(
  sent: TemplateCard | null,
  decision: Decision,
  context: CardContext,
): TemplateCard {
  return decidedCard(sent, decision, context.texts.decided, context);
}

/** For somebody who tapped when it had been decided already. */
export function lateCard(
  sent: TemplateCard | null,
  { tapped, ...decision }: Decision & { readonly tapped: string },
  context: CardContext,
): TemplateCard {
  return decidedCard(sent, decision, context.texts.late(tapped), context);
}

function decidedCard(
  sent: TemplateCard | null,
  { outcomeText, by, at, via }: Decision,
  remark: string,
  context: CardContext,
): TemplateCard {
  const { texts, limits, timezone } = context;
  const rows = [
    [texts.rows.outcome, outcomeText],
    [texts.rows.by, by],
    [texts.rows.at, at === null ? null : timeShown(at, timezone)],
    [texts.rows.via, via === null || via === undefined ? null : texts.via[via]],
  ] as const;
  const shown = rows.flatMap(([name, value]) => (value === null ? [] : [rowOf(name, value, limits)]));
  return {
    ...closed(sent, cutTo(outcomeText, inCharacters(limits.card.buttonTextChars)), context),
    ...titled(sent, remark, context),
    horizontal_content_list: shown,
  };
}

/** The OA did not take the decision: its words, and the buttons as they were. Needs the card's task id again. */
export function refusedCard(
  sent: TemplateCard | null,
  { said, tapped }: { readonly said: string; readonly tapped: string },
  context: CardContext,
): TemplateCard {
  const { texts, limits } = context;
  return {
    ...stillOpen(sent, context),
    ...titled(sent, texts.refused(tapped), context),
    quote_area: {
      type: 0,
      title: texts.oaReply,
      quote_text: cutTo(said, inCharacters(limits.card.subTitleChars)),
    },
  };
}

/** The OA does not answer: the decision is kept, and goes there as soon as it does. */
export function oaAwayCard(
  sent: TemplateCard | null,
  { tapped }: { readonly tapped: string },
  context: CardContext,
): TemplateCard {
  const { texts } = context;
  return { ...closed(sent, texts.kept, context), ...titled(sent, texts.oaAway(tapped), context) };
}

/** Nobody has decided yet. Needs the card's task id again. */
export function openCard(sent: TemplateCard | null, at: Date, context: CardContext): TemplateCard {
  const { texts, timezone } = context;
  return {
    ...stillOpen(sent, context),
    ...titled(sent, `${texts.stillOpen} · ${timeShown(at, timezone)}`, context),
  };
}

/** A tap that does not count: why, and the buttons as they were. Needs the card's task id again. */
export function ignoredTapCard(
  sent: TemplateCard | null,
  refusal: TapRefusal,
  context: CardContext,
): TemplateCard {
  return { ...stillOpen(sent, context), ...titled(sent, context.texts.tapRefusals[refusal], context) };
}

/** WeCom knows a card by it, and says so when it is tapped. */
export function withCardTaskId(card: TemplateCard, taskId: string): TemplateCard {
  return { ...card, task_id: taskId };
}

/** What the button says whose key was tapped. */
export function tappedText(sent: TemplateCard | null, key: string): string | null {
  const button = sent?.button_list?.find((candidate) => candidate.type === 0 && candidate.key === key);
  return button?.text ?? null;
}

export type ActionProblem =
  | { readonly index: number; readonly code: 'key-missing' | 'key-too-long' | 'key-twice' | 'key-reserved' }
  | { readonly index: number; readonly code: 'text-missing' | 'text-too-long' }
  | { readonly index: number; readonly code: 'too-many' };

/** Of actions that are to become buttons. */
export function actionProblems(
  actions: readonly TodoAction[],
  { card }: MessageLimits,
): readonly ActionProblem[] {
  return actions.flatMap(({ key, text }, index): readonly ActionProblem[] => {
    if (index >= card.buttons) return [{ index, code: 'too-many' }];
    const codes = [
      key === '' ? 'key-missing' : null,
      fits(key, { max: card.keyBytes, unit: 'bytes' }) ? null : 'key-too-long',
      actions.findIndex((other) => other.key === key) < index ? 'key-twice' : null,
      key === showStateKey ? 'key-reserved' : null,
      text.trim() === '' ? 'text-missing' : null,
      lengthOf(text, 'characters') > card.buttonTextChars ? 'text-too-long' : null,
    ] as const;
    return codes.flatMap((code) => (code === null ? [] : [{ index, code }]));
  });
}

/** The card with its buttons or its menu taken away. */
function closed(sent: TemplateCard | null, instead: string, context: CardContext): TemplateCard {
  const { action_menu: _menu, ...card } = sent ?? erasedCard(context);
  return card.card_type === 'button_interaction' ? { ...card, replace_text: instead } : card;
}

function stillOpen(sent: TemplateCard | null, context: CardContext): TemplateCard {
  return sent ?? erasedCard(context);
}

/** Of a kind that needs no address, which was erased with the rest. */
function erasedCard({ texts }: CardContext): TemplateCard {
  return {
    card_type: 'button_interaction',
    main_title: { title: texts.untitled },
    button_list: [{ type: 0, text: texts.showState, style: 2, key: showStateKey }],
  };
}

function titled(
  sent: TemplateCard | null,
  remark: string,
  { texts, limits }: CardContext,
): Pick<TemplateCard, 'main_title'> {
  const title = sent?.main_title.title ?? texts.untitled;
  return { main_title: { title, desc: cutTo(remark, inCharacters(limits.card.titleDescChars)) } };
}

function rowOf(name: string, value: string, { card }: MessageLimits): CardRow {
  return {
    keyname: cutTo(name, inCharacters(card.rowNameChars)),
    value: cutTo(value, inCharacters(card.rowValueChars)),
  };
}

function inCharacters(max: number) {
  return { max, unit: 'characters' } as const;
}

function timeShown(at: Date, timezone: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: timezone,
    dateStyle: 'short',
    timeStyle: 'short',
  });
  return format.format(at);
}
