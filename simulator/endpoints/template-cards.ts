import { Rejection } from '../errors';
import type { Corp, MediaFile } from '../state/corp';
import type { Content } from '../state/messages';
import type { Fields } from './endpoint';
import { assertUrl, findMedia } from './message-content';
import { byteCount, optionalInteger, optionalObject, optionalText } from './params';

const interactive = ['button_interaction', 'vote_interaction', 'multiple_interaction'];
const types = ['text_notice', 'news_notice', ...interactive];

type Context = { readonly corp: Corp; readonly nowMs: number };

/** Refuses what WeCom refuses; texts that are too long are cut by the client, not by the server. */
export function assertCard(card: Fields, context: Context): void {
  const type = optionalText(card, 'card_type', 42031) ?? '';
  if (!types.includes(type)) throw new Rejection(42031);

  const title = optionalText(optionalObject(card, 'main_title', 42033) ?? {}, 'title', 42033) ?? '';
  const subTitle = optionalText(card, 'sub_title_text', 42033) ?? '';
  if (title === '' && (type !== 'text_notice' || subTitle === '')) throw new Rejection(42033);

  optionalObject(card, 'source');
  optionalObject(card, 'emphasis_content');
  assertTarget(optionalObject(card, 'quote_area'), { url: 42028, appid: 42030 });
  assertHorizontal(card, context);
  assertList(card, 'vertical_content_list', { most: 4, errcode: 42036 }, (row) => text(row, 'title', 42033));
  assertList(card, 'jump_list', { most: 3, errcode: 42042 }, (row) => {
    text(row, 'title', 42033);
    assertTarget(row, { url: 42028, appid: 42030 });
  });
  assertMenu(card);
  assertCardAction(card, type);

  switch (type) {
    case 'news_notice':
      assertPicture(card);
      return;
    case 'button_interaction':
      assertSelection(optionalObject(card, 'button_selection', 42043), 10);
      assertButtons(card);
      return;
    case 'vote_interaction':
      if (card['checkbox'] === undefined) throw new Rejection(42043, 'checkbox');
      assertSelection(optionalObject(card, 'checkbox', 42043), 20);
      assertSubmit(card);
      return;
    case 'multiple_interaction':
      assertSelectList(card);
      assertSubmit(card);
      return;
  }
}

/** A card somebody can answer needs a task_id, which the app has not used before. */
export function assertTaskId(card: Fields, isTaken: (taskId: string) => boolean): string | null {
  const taskId = optionalText(card, 'task_id', 42014) ?? '';
  if (taskId === '') {
    if (callsBack(card) || interactive.includes(String(card['card_type']))) throw new Rejection(42014);
    return null;
  }
  if (!/^[A-Za-z0-9_@-]+$/.test(taskId) || byteCount(taskId) > 128 || isTaken(taskId))
    throw new Rejection(42014);
  return taskId;
}

export type Press =
  { readonly kind: 'button'; readonly questions: readonly Question[] } | { readonly kind: 'menu' };
type Question = {
  readonly key: string;
  readonly options: readonly string[];
  readonly takesSeveral: boolean;
  readonly selected: readonly string[];
};

/** What a member can press on the card as it looks now, by key. */
export function pressOf(card: Content, key: string): Press | undefined {
  if (rows(optionalObject(card, 'action_menu')?.['action_list']).some((action) => action['key'] === key)) {
    return { kind: 'menu' };
  }
  const isButton = rows(card['button_list']).some((button) => isCallback(button) && button['key'] === key);
  const isSubmit = optionalObject(card, 'submit_button')?.['key'] === key;
  return isButton || isSubmit ? { kind: 'button', questions: questionsOf(card) } : undefined;
}

function questionsOf(card: Content): Question[] {
  const checkbox = optionalObject(card, 'checkbox');
  const selections = [card['button_selection'], ...rows(card['select_list'])].filter(
    (one): one is Fields => typeof one === 'object' && one !== null,
  );
  return [
    ...selections.map((one) => ({
      key: String(one['question_key']),
      options: rows(one['option_list']).map(({ id }) => String(id)),
      takesSeveral: false,
      // The client sends the first option where nobody has chosen.
      selected: [String(one['selected_id'] ?? rows(one['option_list'])[0]?.['id'] ?? '')],
    })),
    ...(checkbox === undefined
      ? []
      : [
          {
            key: String(checkbox['question_key']),
            options: rows(checkbox['option_list']).map(({ id }) => String(id)),
            takesSeveral: checkbox['mode'] === 1,
            selected: rows(checkbox['option_list'])
              .filter((option) => option['is_checked'] === true)
              .map(({ id }) => String(id)),
          },
        ]),
  ];
}

/** Whether anything on the card reaches the app when it is touched. */
export function callsBack(card: Fields): boolean {
  if (card['action_menu'] !== undefined && card['action_menu'] !== null) return true;
  if (card['card_type'] === 'button_interaction') return rows(card['button_list']).some(isCallback);
  return interactive.includes(String(card['card_type']));
}

/** Where the buttons were there is one grey text. */
export function withoutButtons(card: Content, replaceText: string): Content {
  const { button_list: _buttons, submit_button: _submit, ...rest } = card;
  return { ...rest, replace_text: replaceText };
}

export function hasButtons(card: Fields): boolean {
  return interactive.includes(String(card['card_type']));
}

function isCallback(button: Fields): boolean {
  return button['type'] === undefined || button['type'] === 0;
}

function rows(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? (value as Fields[]) : [];
}

function text(fields: Fields, name: string, errcode: number): string {
  const value = optionalText(fields, name, errcode) ?? '';
  if (value === '') throw new Rejection(errcode, name);
  return value;
}

function assertList(
  card: Fields,
  name: string,
  { least = 0, most, errcode }: { least?: number; most: number; errcode: number },
  assertRow: (row: Fields) => void,
): void {
  const value = card[name];
  if (value === undefined || value === null) {
    if (least > 0) throw new Rejection(errcode, name);
    return;
  }
  if (!Array.isArray(value) || value.length < least || value.length > most)
    throw new Rejection(errcode, name);
  for (const row of value as unknown[]) {
    if (typeof row !== 'object' || row === null) throw new Rejection(40058, name);
    assertRow(row as Fields);
  }
}

/** `type` 1 opens an address, 2 a mini-program. */
function assertTarget(part: Fields | undefined, missing: { url: number; appid: number }): void {
  if (part === undefined) return;
  const type = optionalInteger(part, 'type') ?? 0;
  if (type === 1) assertUrl(part['url'], missing.url);
  if (type === 2) text(part, 'appid', missing.appid);
}

function assertHorizontal(card: Fields, { corp, nowMs }: Context): void {
  assertList(card, 'horizontal_content_list', { most: 6, errcode: 42035 }, (row) => {
    text(row, 'keyname', 42027);
    const type = optionalInteger(row, 'type') ?? 0;
    if (type === 1) assertUrl(row['url'], 42028);
    if (type === 2) assertMedia(corp, nowMs, text(row, 'media_id', 42029));
    if (type === 3 && corp.directory.member(text(row, 'userid', 42050)) === undefined)
      throw new Rejection(42050);
  });
}

function assertMedia(corp: Corp, nowMs: number, mediaId: string): MediaFile {
  const media = findMedia(corp, mediaId, nowMs);
  if (media === undefined) throw new Rejection(40007);
  return media;
}

function assertMenu(card: Fields): void {
  const menu = optionalObject(card, 'action_menu', 42051);
  if (menu === undefined) return;
  const keys = new Set<string>();
  assertList(menu, 'action_list', { least: 1, most: 3, errcode: 42051 }, (action) => {
    text(action, 'text', 42038);
    const key = text(action, 'key', 42051);
    if (byteCount(key) > 1024 || keys.has(key)) throw new Rejection(42051);
    keys.add(key);
  });
}

function assertCardAction(card: Fields, type: string): void {
  const action = optionalObject(card, 'card_action', 42045);
  const isNotice = !interactive.includes(type);
  if (action === undefined) {
    if (isNotice) throw new Rejection(42045);
    return;
  }
  const allowed = isNotice ? [1, 2] : [0, 1, 2];
  if (!allowed.includes(optionalInteger(action, 'type', 42045) ?? 0)) throw new Rejection(42045);
  assertTarget(action, { url: 42028, appid: 42030 });
}

function assertPicture(card: Fields): void {
  const image = optionalObject(card, 'card_image', 42044);
  const area = optionalObject(card, 'image_text_area', 42044);
  if (image === undefined && area === undefined) throw new Rejection(42044);
  if (image !== undefined) assertUrl(image['url'], 42044);
  if (area === undefined) return;
  assertUrl(area['image_url'], 42044);
  assertTarget(area, { url: 42028, appid: 42030 });
}

function assertButtons(card: Fields): void {
  const keys = new Set<string>();
  assertList(card, 'button_list', { least: 1, most: 6, errcode: 42038 }, (button) => {
    text(button, 'text', 42038);
    if (!isCallback(button)) {
      assertUrl(button['url'], 42028);
      return;
    }
    const key = text(button, 'key', 42039);
    if (byteCount(key) > 1024 || keys.has(key)) throw new Rejection(42039);
    keys.add(key);
  });
}

function assertSelection(selection: Fields | undefined, mostOptions: number): void {
  if (selection === undefined) return;
  if (byteCount(text(selection, 'question_key', 42043)) > 1024) throw new Rejection(42043);
  const ids = new Set<string>();
  assertList(selection, 'option_list', { least: 1, most: mostOptions, errcode: 42037 }, (option) => {
    const id = text(option, 'id', 42040);
    if (byteCount(id) > 128 || ids.has(id)) throw new Rejection(42040);
    ids.add(id);
    text(option, 'text', 42041);
  });
}

function assertSelectList(card: Fields): void {
  const keys = new Set<unknown>();
  assertList(card, 'select_list', { least: 1, most: 3, errcode: 42047 }, (selection) => {
    assertSelection(selection, 10);
    if (keys.has(selection['question_key'])) throw new Rejection(42043);
    keys.add(selection['question_key']);
  });
}

function assertSubmit(card: Fields): void {
  const button = optionalObject(card, 'submit_button', 42046);
  if (button === undefined) throw new Rejection(42046);
  if (byteCount(text(button, 'key', 42046)) > 1024) throw new Rejection(42046);
  optionalText(button, 'text', 42049);
}
