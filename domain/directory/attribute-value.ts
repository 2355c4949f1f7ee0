/**
 * The OA has one text per field; some of WeCom's attributes are links. A link is written `[title](https://…)`, a page
 * of a mini program `[title](miniprogram:appid/path)`; where the title is the attribute's name, the address is enough.
 */
export type AttributeValue =
  | { readonly type: 'text'; readonly value: string }
  | { readonly type: 'web'; readonly url: string; readonly title: string }
  | {
      readonly type: 'miniprogram';
      readonly appId: string;
      readonly pagePath: string;
      readonly title: string;
    };

const titled = /^\[([^\]]+)\]\((.+)\)$/;
const webAddress = /^https?:\/\/\S+$/;
const miniprogramAddress = /^miniprogram:([^/\s]+)\/(\S+)$/;

export function parseAttribute(name: string, text: string): AttributeValue {
  const [, title = name, address = text] = titled.exec(text) ?? [];
  if (webAddress.test(address)) return { type: 'web', url: address, title };
  const [, appId, pagePath] = miniprogramAddress.exec(address) ?? [];
  if (appId === undefined || pagePath === undefined) return { type: 'text', value: text };
  return { type: 'miniprogram', appId, pagePath, title };
}

/** The text that would be parsed into it, so that what was read can be compared with what is wanted. */
export function formatAttribute(name: string, attribute: AttributeValue): string {
  switch (attribute.type) {
    case 'text':
      return attribute.value;
    case 'web':
      return withTitle(name, attribute.title, attribute.url);
    case 'miniprogram':
      return withTitle(name, attribute.title, `miniprogram:${attribute.appId}/${attribute.pagePath}`);
  }
}

function withTitle(name: string, title: string, address: string): string {
  return title === name ? address : `[${title}](${address})`;
}
