import type { Lang, Text, TextParams } from '../../i18n';
import { languages, translate } from '../../i18n';

/** Text that is HTML already. Everything else is escaped on its way into a page. */
export class Html {
  constructor(readonly text: string) {}
}

export const nothing = new Html('');

type Part = Html | string | number | readonly Html[];

export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const [first = '', ...rest] = strings;
  return new Html(first + rest.map((text, index) => render(parts[index] ?? '') + text).join(''));
}

function render(part: Part): string {
  if (part instanceof Html) return part.text;
  if (Array.isArray(part)) return part.map((one: Html) => one.text).join('');
  return String(part).replace(/[&<>"'`]/g, (char) => `&#${char.charCodeAt(0)};`);
}

export type Said = { readonly text: Text; readonly params?: TextParams };

const classes: Readonly<Record<Lang, string>> = { 'zh-CN': 'zh', en: 'en' };

/**
 * In every language; the style sheet shows one. So the language can be changed where nothing may be asked of the server
 * a second time, and without losing what was typed.
 */
export function say({ text, params }: Said): Html {
  return html`${languages.map(
    (lang) => html`<span class="${classes[lang]}" lang="${lang}">${translate(text, lang, params)}</span>`,
  )}`;
}
