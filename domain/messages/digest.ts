import type { MessageTemplate } from './message';
import { isTemplated } from './templated';

const minuteMs = 60_000;

/** The end of the stretch of time that `now` lies in; stretches are counted from 1970, so that restarts move none. */
export function digestDueAt(now: Date, everyMinutes: number): Date {
  const stretchMs = everyMinutes * minuteMs;
  return new Date((Math.floor(now.getTime() / stretchMs) + 1) * stretchMs);
}

export interface DigestTexts {
  waiting(count: number): string;
  more(count: number): string;
}

const titlesShown = 20;
const titleChars = 60;

/** One message instead of many, oldest first. */
export function digestMessage(
  titles: readonly string[],
  texts: DigestTexts,
): { readonly title: string; readonly content: string } {
  const lines = titles.slice(0, titlesShown).map((title) => `· ${shortened(title)}`);
  const hidden = titles.length - lines.length;
  return {
    title: texts.waiting(titles.length),
    content: [...lines, ...(hidden > 0 ? [texts.more(hidden)] : [])].join('\n'),
  };
}

function shortened(title: string): string {
  const characters = [...title.replace(/\s+/g, ' ').trim()];
  return characters.length <= titleChars
    ? characters.join('')
    : `${characters.slice(0, titleChars - 1).join('')}…`;
}

/** Many events have no address in common, so a digest is a plain text unless its rule names one. */
export function digestTemplate({ type, url, buttonText }: MessageTemplate): MessageTemplate {
  const nothing = { title: null, content: null, buttonText: null, imageUrl: null, url: null };
  if (type === 'text' || url === null || isTemplated(url)) {
    return { ...nothing, type: 'text', content: '{{ event.title }}\n{{ event.content }}' };
  }
  return { ...nothing, type: 'textcard', url, buttonText };
}
