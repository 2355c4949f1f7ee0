import { Html, html } from '../html';

/** Addresses a phone opens; anything else, `javascript:` above all, is only text. */
export function webAddress(value: unknown): string | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined;
  return /^https?:$/.test(new URL(value).protocol) ? value : undefined;
}

export function link(address: string, shown: Html | string, className = ''): Html {
  return html`<a class="${className}" href="${address}" target="_blank" rel="noopener noreferrer"
    >${shown}</a
  >`;
}

/** Texts may hold `<a href>`; bare addresses become links as well. */
export function richText(text: string): Html {
  return tokens(
    text,
    /<a\s[^>]*?href\s*=\s*(["'])(.*?)\1[^>]*>(.*?)<\/a>|https?:\/\/[^\s<>"'，。；）]+/gis,
    (match) => {
      const [whole, quote, href, shown = ''] = match;
      const address = webAddress(quote === undefined ? whole : href);
      if (address === undefined) return undefined;
      return link(address, quote === undefined ? whole : shown);
    },
  );
}

/** The description of a text card: line breaks and three kinds of paragraphs, nothing else. */
export function textcardDescription(text: string): Html {
  let open = 0;
  const body = tokens(
    text,
    /<br\s*\/?>|<div\s+class\s*=\s*["'](gray|highlight|normal)["']\s*>|<\/div>/gi,
    ([tag, paragraph]) => {
      if (/^<br/i.test(tag)) return html`<br />`;
      if (paragraph !== undefined) {
        open += 1;
        return new Html(`<div class="${paragraph.toLowerCase()}">`);
      }
      // One that closes nothing is a text like any other.
      if (open === 0) return undefined;
      open -= 1;
      return new Html('</div>');
    },
  );
  return html`${body}${new Html('</div>'.repeat(open))}`;
}

/** What WeCom knows of markdown: headings, quotes, bold, links, code and three colours. */
export function markdown(text: string): Html {
  const lines = text.split('\n').map((line) => {
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    if (heading !== null)
      return html`<p class="h h${heading[1]?.length ?? 1}">${inline(heading[2] ?? '')}</p>`;
    const quote = /^>\s?(.*)$/.exec(line);
    if (quote !== null) return html`<p class="quote">${inline(quote[1] ?? '')}</p>`;
    return html`<p>${inline(line)}</p>`;
  });
  return html`<div class="markdown">${lines}</div>`;
}

function inline(text: string): Html {
  const pattern =
    /\*\*(.+?)\*\*|`([^`]+)`|\[([^\]]*)\]\((\S+?)\)|<font\s+color\s*=\s*["'](info|comment|warning)["']\s*>(.*?)<\/font>/gi;
  return tokens(text, pattern, ([, bold, code, shown, href, colour, coloured]) => {
    if (bold !== undefined) return html`<b>${inline(bold)}</b>`;
    if (code !== undefined) return html`<code>${code}</code>`;
    if (colour !== undefined)
      return html`<span class="${colour.toLowerCase()}">${inline(coloured ?? '')}</span>`;
    const address = webAddress(href);
    return address === undefined ? undefined : link(address, shown ?? '');
  });
}

/** What `render` knows becomes markup, all around it and all it doesn't know stays text. */
function tokens(text: string, pattern: RegExp, render: (match: RegExpMatchArray) => Html | undefined): Html {
  const parts: Html[] = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    parts.push(html`${text.slice(from, match.index)}`, render(match) ?? html`${match[0]}`);
    from = match.index + match[0].length;
  }
  return html`${parts}${text.slice(from)}`;
}
