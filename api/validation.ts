import { locales, type z } from 'zod';
import { apiTexts } from '../i18n/api';
import type { Lang, Text } from '../i18n';
import { translate } from '../i18n';
import type { FieldProblem } from './http-errors';
import { invalid } from './http-errors';

export function parseInput<S extends z.ZodType>(
  schema: S,
  value: unknown,
  lang: Lang,
  prefix = '',
): z.output<S> {
  // Almost never so; naming the place costs more than all other checks together, 100,000 rows feel it.
  if (holdsUnusable(value)) throw invalid(unusableStrings(value, prefix));
  const result = schema.safeParse(value, {
    error: lang === 'en' ? english : chinese,
    reportInput: true,
  });
  if (result.success) return result.data;
  throw invalid(result.error.issues.flatMap((issue) => problems(issue, lang, prefix)));
}

const chinese = locales.zhCN().localeError;
const english = locales.en().localeError;

function problems(issue: z.core.$ZodIssue, lang: Lang, prefix: string): FieldProblem[] {
  const path = joinPath(prefix, issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: path === '' ? key : `${path}.${key}`,
      said: translate(apiTexts.fieldUnknown, lang),
    }));
  }
  return [{ path, said: messageOf(issue, lang) }];
}

function messageOf(issue: z.core.$ZodIssue, lang: Lang): string {
  const say = (text: Text, params?: Readonly<Record<string, string | number>>) =>
    translate(text, lang, params);
  switch (issue.code) {
    case 'custom': {
      const { text } = (issue.params ?? {}) as { text?: Text };
      return text === undefined ? issue.message : say(text, issue.params as Record<string, string | number>);
    }
    case 'invalid_type':
      if (issue.input === undefined) return say(apiTexts.fieldRequired);
      return issue.expected === 'int'
        ? say(apiTexts.fieldNotInteger)
        : say(apiTexts.fieldWrongType, { expected: issue.expected });
    case 'invalid_value':
      if (issue.input === undefined) return say(apiTexts.fieldRequired);
      return say(apiTexts.fieldNotOneOf, { values: issue.values.map(String).join(', ') });
    case 'too_small': {
      const minimum = Number(issue.minimum);
      if (issue.origin === 'string')
        return minimum === 1 ? say(apiTexts.fieldEmpty) : say(apiTexts.fieldTooShort, { minimum });
      return say(issue.origin === 'array' ? apiTexts.fieldTooFew : apiTexts.fieldTooSmall, { minimum });
    }
    case 'too_big': {
      const maximum = Number(issue.maximum);
      if (issue.origin === 'string') return say(apiTexts.fieldTooLong, { maximum });
      return say(issue.origin === 'array' ? apiTexts.fieldTooMany : apiTexts.fieldTooBig, { maximum });
    }
    case 'invalid_format':
      return say(apiTexts.fieldWrongFormat);
    default:
      return issue.message;
  }
}

function joinPath(prefix: string, path: readonly PropertyKey[]): string {
  return [prefix, ...path.map(String)].filter((part) => part !== '').join('.');
}

/** Deeper than anything the API takes; a body of nothing but brackets must not exhaust the stack. */
const deepestValue = 40;

/** Postgres stores neither NUL nor half a surrogate pair, wherever in the input they stand. */
const unusableCharacters = /[\0\p{Surrogate}]/u;

function holdsUnusable(value: unknown, depth = 0): boolean {
  if (depth > deepestValue) return true;
  if (typeof value === 'string') return unusableCharacters.test(value);
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((entry) => holdsUnusable(entry, depth + 1));
  for (const [key, entry] of Object.entries(value)) {
    if (unusableCharacters.test(key) || holdsUnusable(entry, depth + 1)) return true;
  }
  return false;
}

function unusableStrings(value: unknown, path: string, depth = 0): FieldProblem[] {
  if (depth > deepestValue) return [{ path, said: { text: apiTexts.fieldTooDeep } }];
  if (typeof value === 'string') {
    return unusableCharacters.test(value) ? [{ path, said: { text: apiTexts.fieldNul } }] : [];
  }
  if (Array.isArray(value)) {
    return value.flatMap((entry, index) => unusableStrings(entry, joinPath(path, [index]), depth + 1));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, entry]) => [
      ...unusableStrings(key, joinPath(path, [key]), depth + 1),
      ...unusableStrings(entry, joinPath(path, [key]), depth + 1),
    ]);
  }
  return [];
}
