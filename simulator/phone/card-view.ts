import { html } from '../html';
import type { Html } from '../html';
import type { Content } from '../state/messages';
import { link, webAddress } from './markup';
import { nearestRatio } from './style';
import type { Say } from './texts';

/** A template card as it looks now; what can be pressed carries its key for the page's script. */
export function cardView(card: Content, msgid: string, say: Say): Html {
  const title = part(card['main_title']);
  const action = webAddress(part(card['card_action'])['url']);
  const heading = text(title['title']);
  return html`<article class="card" data-msgid="${msgid}">
    <div class="top">${source(card)}${menu(card, say)}</div>
    ${picture(card)}
    ${heading === '' ? undefined : html`<h3>${action === undefined ? heading : link(action, heading, 'cover')}</h3>`}
    ${shown('desc', title['desc'])}${emphasis(card)}${imageText(card)}${quote(card)}
    ${
      heading === '' && action !== undefined
        ? html`<p class="sub">${link(action, text(card['sub_title_text']), 'cover')}</p>`
        : shown('sub', card['sub_title_text'])
    }
    ${paragraphs(card)}${rows(card)}${jumps(card)}${questions(card)}${buttons(card, say)}
  </article>`;
}

function source(card: Content): Html | undefined {
  const { icon_url: icon, desc, desc_color: colour } = part(card['source']);
  if (icon === undefined && desc === undefined) return undefined;
  const address = webAddress(icon);
  return html`<p class="source tone${text(colour)}">
    ${address === undefined ? undefined : html`<img src="${address}" alt="" />`}${text(desc)}
  </p>`;
}

function menu(card: Content, say: Say): Html | undefined {
  const { desc, action_list: actions } = part(card['action_menu']);
  if (!Array.isArray(actions)) return undefined;
  return html`<details class="menu">
    <summary aria-label="${text(desc) === '' ? say('menu') : text(desc)}">⋯</summary>
    <div>
      ${list(actions).map((one) => html`<button type="button" data-key="${text(one['key'])}">${text(one['text'])}</button>`)}
    </div>
  </details>`;
}

function picture(card: Content): Html | undefined {
  const { url, aspect_ratio: ratio } = part(card['card_image']);
  const address = webAddress(url);
  if (address === undefined) return undefined;
  const wide = typeof ratio === 'number' && ratio >= 1.3 && ratio <= 2.25 ? ratio : 1.3;
  return html`<img class="picture ratio${nearestRatio(wide)}" src="${address}" alt="" />`;
}

function emphasis(card: Content): Html | undefined {
  const { title, desc } = part(card['emphasis_content']);
  if (title === undefined && desc === undefined) return undefined;
  return html`<div class="emphasis"><b>${text(title)}</b><span>${text(desc)}</span></div>`;
}

function imageText(card: Content): Html | undefined {
  const area = part(card['image_text_area']);
  const address = webAddress(area['image_url']);
  if (address === undefined) return undefined;
  return html`<div class="image-text">
    <img src="${address}" alt="" />
    <div>${opening(area, 'b', area['title'])}<span>${text(area['desc'])}</span></div>
  </div>`;
}

function quote(card: Content): Html | undefined {
  const area = part(card['quote_area']);
  if (area['title'] === undefined && area['quote_text'] === undefined) return undefined;
  return html`<div class="quoted">
    ${opening(area, 'b', area['title'])}<span>${text(area['quote_text'])}</span>
  </div>`;
}

function paragraphs(card: Content): Html[] {
  return list(card['vertical_content_list']).map(
    (one) => html`<div class="vertical"><b>${text(one['title'])}</b><span>${text(one['desc'])}</span></div>`,
  );
}

function rows(card: Content): Html | undefined {
  const all = list(card['horizontal_content_list']);
  if (all.length === 0) return undefined;
  return html`<dl>
    ${all.map((row) => {
      const value = text(row['value']);
      const address = row['type'] === 1 ? webAddress(row['url']) : undefined;
      // Files and members open something too, which a simulated phone does not have.
      const isBlue = row['type'] === 2 || row['type'] === 3;
      return html`<dt>${text(row['keyname'])}</dt>
        <dd class="${isBlue ? 'blue' : ''}">${address === undefined ? value : link(address, value)}</dd>`;
    })}
  </dl>`;
}

function jumps(card: Content): Html[] {
  return list(card['jump_list']).map(
    (jump) => html`<p class="jump">${opening(jump, 'span', jump['title'])}</p>`,
  );
}

function questions(card: Content): Html[] {
  const isOver = text(card['replace_text']) !== '';
  const { question_key: key, mode, option_list: options } = part(card['checkbox']);
  const ticks = list(options).map(
    (option) =>
      html`<label>
        <input
          type="${mode === 1 ? 'checkbox' : 'radio'}"
          name="${text(key)}"
          value="${text(option['id'])}"
          ${option['is_checked'] === true ? html`checked` : undefined}
          ${isOver ? html`disabled` : undefined}
        />
        ${text(option['text'])}</label
      >`,
  );
  const selects = [card['button_selection'], ...list(card['select_list'])]
    .map(part)
    .filter((one) => 'question_key' in one);
  return [
    ...(ticks.length === 0 ? [] : [html`<fieldset data-question="${text(key)}">${ticks}</fieldset>`]),
    ...selects.map(
      (one) =>
        html`<label class="select"
          >${text(one['title'])}
          <select data-question="${text(one['question_key'])}" ${isOver ? html`disabled` : undefined}>
            ${list(one['option_list']).map(
              (option) =>
                html`<option
                  value="${text(option['id'])}"
                  ${option['id'] === one['selected_id'] ? html`selected` : undefined}
                >
                  ${text(option['text'])}
                </option>`,
            )}
          </select></label
        >`,
    ),
  ];
}

function buttons(card: Content, say: Say): Html | undefined {
  const replaced = text(card['replace_text']);
  if (replaced !== '')
    return html`<div class="buttons"><button type="button" disabled>${replaced}</button></div>`;
  const submit = part(card['submit_button']);
  const all = list(card['button_list']).map((button) => {
    const style = `style${text(button['style']) || '1'}`;
    const address = webAddress(button['url']);
    if (button['type'] === 1)
      return address === undefined ? html`` : link(address, text(button['text']), style);
    return html`<button type="button" class="${style}" data-key="${text(button['key'])}">
      ${text(button['text'])}
    </button>`;
  });
  if ('key' in submit) {
    const name = text(submit['text']) || say('submit');
    all.push(html`<button type="button" class="style1" data-key="${text(submit['key'])}">${name}</button>`);
  }
  return all.length === 0 ? undefined : html`<div class="buttons n${all.length}">${all}</div>`;
}

function opening(area: Content, tag: 'b' | 'span', title: unknown): Html {
  const address = webAddress(area['url']);
  const name = address === undefined ? text(title) : link(address, text(title));
  return tag === 'b' ? html`<b>${name}</b>` : html`<span>${name}</span>`;
}

function shown(className: string, value: unknown): Html | undefined {
  return text(value) === '' ? undefined : html`<p class="${className}">${text(value)}</p>`;
}

function part(value: unknown): Content {
  return typeof value === 'object' && value !== null ? (value as Content) : {};
}

function list(value: unknown): readonly Content[] {
  return Array.isArray(value) ? value.map(part) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
