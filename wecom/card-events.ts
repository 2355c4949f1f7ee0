import { z } from 'zod';

/** Taps on template cards: Event=template_card_event for buttons, template_card_menu_event for the menu. */

export type CardTap = {
  /** The card's own, given when it was sent. */
  readonly taskId: string;
  /** Of the button or the menu's entry. */
  readonly actionKey: string;
  readonly userId: string;
  /** For changing the card once; null where WeCom gave none. */
  readonly responseCode: string | null;
  readonly cardType: string | null;
  readonly createdAtSeconds: number;
  /** What was chosen on cards with lists. */
  readonly selected: readonly { readonly questionKey: string; readonly optionIds: readonly string[] }[];
};

const cardEvents = ['template_card_event', 'template_card_menu_event'] as const;

/** Empty elements arrive as "", elements that repeat as a list, single ones alone. */
const text = z.string().trim();
const optionalText = text.optional().transform((value) => value || null);
function listOf<T extends z.ZodType>(item: T) {
  return z.preprocess(
    (raw) => (raw === undefined || raw === '' ? [] : Array.isArray(raw) ? (raw as unknown[]) : [raw]),
    z.array(item),
  );
}

const selectedItem = z
  .object({
    QuestionKey: text,
    OptionIds: z.preprocess(
      (raw) => (raw === undefined || raw === '' ? {} : raw),
      z.object({ OptionId: listOf(text) }),
    ),
  })
  .transform(({ QuestionKey, OptionIds }) => ({
    questionKey: QuestionKey,
    optionIds: OptionIds.OptionId,
  }));

const cardTap = z
  .object({
    Event: z.enum(cardEvents),
    FromUserName: text.min(1).max(64),
    TaskId: text.min(1).max(128),
    EventKey: text.min(1),
    ResponseCode: optionalText,
    CardType: optionalText,
    CreateTime: z.coerce.number().catch(0),
    SelectedItems: z
      .preprocess(
        (raw) => (raw === undefined || raw === '' ? {} : raw),
        z.object({ SelectedItem: listOf(selectedItem) }),
      )
      // What nobody asked for need not be readable.
      .catch({ SelectedItem: [] }),
  })
  .transform((fields): CardTap => ({
    taskId: fields.TaskId,
    actionKey: fields.EventKey,
    userId: fields.FromUserName,
    responseCode: fields.ResponseCode,
    cardType: fields.CardType,
    createdAtSeconds: fields.CreateTime,
    selected: fields.SelectedItems.SelectedItem,
  }));

/** Undefined where the fields are not what WeCom documents. */
export function readCardTap(fields: unknown): CardTap | undefined {
  const tap = cardTap.safeParse(fields);
  return tap.success ? tap.data : undefined;
}

/** By the kind that `callbackKind` gives a message. */
export function isCardKind(kind: string): boolean {
  return cardEvents.some((event) => kind === `event/${event}`);
}
