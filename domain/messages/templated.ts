/**
 * Whether a text is a template, and not one that says the same of every event. Apart from the template language, so that
 * workflows need not carry it.
 */
export function isTemplated(text: string): boolean {
  return /\{[{%]/.test(text);
}
