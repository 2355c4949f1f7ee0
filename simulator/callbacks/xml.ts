export type XmlValue = string | number | readonly XmlValue[] | { readonly [name: string]: XmlValue };

/** Lists become repeated elements, as WeCom prints them. */
export function xmlDocument(fields: { readonly [name: string]: XmlValue }): string {
  return `<xml>${inner(fields)}</xml>`;
}

function inner(fields: { readonly [name: string]: XmlValue }): string {
  return Object.entries(fields)
    .map(([name, value]) => element(name, value))
    .join('');
}

function element(name: string, value: XmlValue): string {
  if (typeof value === 'number') return `<${name}>${value}</${name}>`;
  if (typeof value === 'string')
    return `<${name}><![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]></${name}>`;
  if (Array.isArray(value)) return value.map((item: XmlValue) => element(name, item)).join('');
  return `<${name}>${inner(value as { readonly [name: string]: XmlValue })}</${name}>`;
}
