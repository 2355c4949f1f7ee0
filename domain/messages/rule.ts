import { isTimezone } from '../time/zones';
import type { MessageLimits } from './limits';
import type { MessageTemplate, MessageType, RuleOptions } from './message';
import { parseTemplate, placeParams, type TemplateProblemCode, usesRecipient } from './template';
import { isTemplated } from './templated';

/** What may stand in a rule's target, and what stands for the default. */

/** As a person fills it in: a field left out, null or empty. */
export interface TemplateDraft {
  readonly type: MessageType;
  readonly title?: string | null | undefined;
  readonly content?: string | null | undefined;
  readonly buttonText?: string | null | undefined;
  readonly imageUrl?: string | null | undefined;
  readonly url?: string | null | undefined;
}

export type MessageField = 'title' | 'content' | 'buttonText' | 'imageUrl' | 'url';

export type RuleProblemCode =
  | 'content-required'
  | 'button-text-too-long'
  | 'not-http-url'
  | 'url-too-long'
  | `template-${TemplateProblemCode}`;

export interface RuleProblem {
  readonly path: MessageField;
  readonly code: RuleProblemCode;
  readonly params: Readonly<Record<string, string | number>>;
}

export function ruleProblems(draft: TemplateDraft, limits: MessageLimits): readonly RuleProblem[] {
  return [
    ...(draft.type === 'text' && isCleared(draft.content)
      ? [{ path: 'content', code: 'content-required', params: {} } as const]
      : templateProblems('content', draft.content)),
    ...templateProblems('title', draft.title),
    ...buttonTextProblems(draft.buttonText, limits),
    ...addressProblems('url', draft.url, limits),
    ...addressProblems('imageUrl', draft.imageUrl, limits),
  ];
}

/** Emptied by hand; a field that was never filled in has its default. */
function isCleared(text: string | null | undefined): boolean {
  return typeof text === 'string' && text.trim() === '';
}

function templateProblems(path: MessageField, text: string | null | undefined): readonly RuleProblem[] {
  const parsed = parseTemplate(text ?? '');
  if (parsed.ok) return [];
  const { code, detail } = parsed.problem;
  return [{ path, code: `template-${code}`, params: { detail, ...placeParams(parsed.problem) } }];
}

function buttonTextProblems(
  text: string | null | undefined,
  { buttonTextChars: max }: MessageLimits,
): readonly RuleProblem[] {
  const characters = [...(text ?? '').trim()].length;
  return characters > max
    ? [{ path: 'buttonText', code: 'button-text-too-long', params: { max, length: characters } }]
    : [];
}

function addressProblems(
  path: 'url' | 'imageUrl',
  address: string | null | undefined,
  { urlBytes: max }: MessageLimits,
): readonly RuleProblem[] {
  const url = (address ?? '').trim();
  if (url === '') return [];
  // What a template makes of it is known with the event, and looked at then.
  if (isTemplated(url)) return templateProblems(path, url);
  if (!isWebAddress(url)) return [{ path, code: 'not-http-url', params: {} }];
  const bytes = Buffer.byteLength(url);
  return bytes > max ? [{ path, code: 'url-too-long', params: { max, bytes } }] : [];
}

export function isWebAddress(text: string): boolean {
  return /^https?:\/\/\S+$/i.test(text) && URL.canParse(text);
}

/** Of a draft without problems. */
export function toTemplate(draft: TemplateDraft): MessageTemplate {
  return {
    type: draft.type,
    // News and cards always have a title: emptied, it is the default again.
    title: filled(draft.title),
    content: draft.type === 'text' ? filled(draft.content) : (draft.content ?? null),
    buttonText: filled(draft.buttonText)?.trim() ?? null,
    imageUrl: filled(draft.imageUrl)?.trim() ?? null,
    url: filled(draft.url)?.trim() ?? null,
  };
}

function filled(text: string | null | undefined): string | null {
  return text === null || text === undefined || text.trim() === '' ? null : text;
}

/** Whether people get different messages; otherwise one rendering is everybody's. */
export function templateUsesRecipient({ title, content, imageUrl, url }: MessageTemplate): boolean {
  return [title, content, imageUrl, url].some((text) => {
    const parsed = parseTemplate(text ?? '');
    return parsed.ok && usesRecipient(parsed.template);
  });
}

export interface OptionProblem {
  readonly path: 'quietHours.from' | 'quietHours.to' | 'quietHours.timezone' | 'digest.everyMinutes';
  readonly code: 'not-a-time' | 'no-time' | 'unknown-timezone' | 'out-of-range';
  readonly params: Readonly<Record<string, string | number>>;
}

export const digestMinutes = { min: 1, max: 1_440 } as const;

export function optionProblems({
  quietHours,
  digest,
}: Pick<RuleOptions, 'quietHours' | 'digest'>): readonly OptionProblem[] {
  const problems: OptionProblem[] = [];
  if (quietHours !== null) {
    const { from, to, timezone } = quietHours;
    if (!isTime(from)) problems.push({ path: 'quietHours.from', code: 'not-a-time', params: {} });
    if (!isTime(to)) problems.push({ path: 'quietHours.to', code: 'not-a-time', params: {} });
    else if (from === to) problems.push({ path: 'quietHours.to', code: 'no-time', params: {} });
    if (!isTimezone(timezone)) {
      problems.push({ path: 'quietHours.timezone', code: 'unknown-timezone', params: { timezone } });
    }
  }
  if (digest !== null) {
    const { everyMinutes } = digest;
    const { min, max } = digestMinutes;
    if (!Number.isInteger(everyMinutes) || everyMinutes < min || everyMinutes > max) {
      problems.push({ path: 'digest.everyMinutes', code: 'out-of-range', params: { min, max } });
    }
  }
  return problems;
}

function isTime(text: string): boolean {
  return /^([01]\d|2[0-3]):[0-5]\d$/.test(text);
}
