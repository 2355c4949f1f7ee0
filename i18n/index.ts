export type Lang = 'zh-CN' | 'en';

export const languages: readonly Lang[] = ['zh-CN', 'en'];

/** One thing said to a person, in every language of the product. */
export type Text = { readonly [L in Lang]: string };

export type TextParams = Readonly<Record<string, string | number>>;

/** `{name}` in the text is replaced by `params.name`; a placeholder without a value stays visible. */
export function translate(text: Text, lang: Lang, params: TextParams = {}): string {
  return text[lang].replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = params[name];
    return value === undefined ? placeholder : String(value);
  });
}

/** The first language of an Accept-Language header that the product speaks; Chinese when there is none. */
export function languageOf(acceptLanguage: string | undefined): Lang {
  const wanted = (acceptLanguage ?? '')
    .split(',')
    .map((entry) => {
      const [tag = '', ...attributes] = entry.trim().split(';');
      const quality = attributes.map((a) => /^\s*q=([\d.]+)$/.exec(a)?.[1]).find((q) => q !== undefined);
      return { tag: tag.toLowerCase(), quality: quality === undefined ? 1 : Number(quality) };
    })
    .sort((a, b) => b.quality - a.quality);
  for (const { tag } of wanted) {
    if (tag.startsWith('zh')) return 'zh-CN';
    if (tag.startsWith('en')) return 'en';
  }
  return 'zh-CN';
}
