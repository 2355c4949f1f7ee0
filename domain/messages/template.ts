import type { Emitter, Template } from 'liquidjs';
import { Context, Liquid, LiquidError, ParseError, TokenizationError, filters, toValueSync } from 'liquidjs';
import { timezoneOffsetMs, wallClockTime } from '../time/zones';
import type { MessageEvent } from './message';

/**
 * What an administrator writes to make a message out of an event: Liquid, without files, and with its work counted
 * instead of timed, so that a slow machine never makes a template fail that is good.
 */

export type TemplateProblemCode =
  | 'syntax'
  | 'tag-not-allowed'
  | 'filter-not-allowed'
  | 'too-long'
  /** Loops over more than a message can hold. */
  | 'too-much-work'
  | 'not-renderable';

export interface TemplateProblem {
  readonly code: TemplateProblemCode;
  /** In the words of the template language, for whoever wrote it. */
  readonly detail: string;
  /** From 1; null when no place can be named. */
  readonly line: number | null;
  readonly column: number | null;
}

export interface CompiledTemplate {
  readonly nodes: readonly Template[];
  readonly usesRecipient: boolean;
}

export type ParsedTemplate =
  | { readonly ok: true; readonly template: CompiledTemplate }
  | { readonly ok: false; readonly problem: TemplateProblem };

export type RenderedTemplate =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problem: TemplateProblem };

export interface RecipientScope {
  readonly name: string | null;
  readonly loginId: string | null;
  readonly jobNumber: string | null;
  readonly departmentName: string | null;
  readonly position: string | null;
  readonly userId: string | null;
}

export interface TemplateScope {
  readonly event: MessageEvent;
  /** Null where the message is the same for everybody: its variables are empty then. */
  readonly recipient: RecipientScope | null;
}

/** Shown to whoever writes a template. */
export const templateVariables: readonly string[] = [
  ...[
    'event.title',
    'event.content',
    'event.url',
    'event.imageUrl',
    'event.id',
    'event.module',
    'event.type',
  ],
  ...['event.data.*', 'event.todo.taskId', 'event.todo.kind'],
  ...['recipient.name', 'recipient.loginId', 'recipient.jobNumber', 'recipient.departmentName'],
  ...['recipient.position', 'recipient.userId'],
];

/** None that reads a file, keeps what was rendered, or counts on across templates. */
export const templateTags: readonly string[] = [
  ...['if', 'unless', 'case', 'for', 'break', 'continue', 'assign', 'comment', '#', 'raw', 'echo'],
];

export const templateFilters: readonly string[] = [
  ...['default', 'date', 'truncate', 'upcase', 'downcase', 'capitalize', 'append', 'prepend'],
  ...['replace', 'replace_first', 'remove', 'remove_first', 'strip', 'lstrip', 'rstrip', 'strip_html'],
  ...['strip_newlines', 'newline_to_br', 'escape', 'url_encode', 'split', 'join', 'first', 'last', 'size'],
  ...['slice', 'reverse', 'sort', 'uniq', 'compact', 'map', 'plus', 'minus', 'times', 'divided_by'],
  ...['modulo', 'round', 'floor', 'ceil', 'abs', 'at_least', 'at_most'],
];

export const maxTemplateChars = 8_000;
/** Tags and outputs rendered for one message. */
const maxSteps = 5_000;
/** Characters and items that filters may touch for one message. */
const maxFilterWork = 1_000_000;
/** More than any field of a message holds: what is beyond it would be cut anyway. */
const maxOutputChars = 20_000;
const maxTemplatesKept = 500;
const defaultDateFormat = '%Y-%m-%d %H:%M';

class TooMuchWork extends Error {
  override readonly name = 'TooMuchWork';
}

const engine = makeEngine();

function makeEngine(): Liquid {
  const made = new Liquid({
    strictFilters: true,
    strictVariables: false,
    ownPropertyOnly: true,
    parseLimit: maxTemplateChars,
    memoryLimit: maxFilterWork,
    dateFormat: defaultDateFormat,
    locale: 'zh-CN',
    // Templates are looked up here and nowhere else.
    templates: {},
  });
  made.registerFilter('strip_html', withoutTags);
  made.registerFilter('truncate', truncated);
  made.registerFilter('date', function (value: unknown, format?: unknown) {
    const { timezone } = this.context.globals as { readonly timezone: string };
    const at = timeOf(value, timezone);
    // By its number: asking for a zone by name takes longer than everything else about a message.
    return at === null
      ? value
      : builtInDate.call(this, at, format, -timezoneOffsetMs(at, timezone) / minuteMs);
  });
  for (const name of Object.keys(made.filters)) {
    if (!templateFilters.includes(name)) made.unregisterFilter(name);
  }
  for (const name of Object.keys(made.tags)) {
    if (!templateTags.includes(name)) Reflect.deleteProperty(made.tags, name);
  }
  return made;
}

type BuiltInFilter = (this: unknown, ...values: unknown[]) => unknown;
const builtInDate = filters['date'] as BuiltInFilter;

const minuteMs = 60_000;
const withZone = /(?:Z|[+-]\d{2}:?\d{2})$/i;
/** Later than any second of this millennium that an OA might mean. */
const mostSeconds = 100_000_000_000;

/** A date without a zone is one of the corp's own clocks; numbers are seconds, or milliseconds where they are large. */
function timeOf(value: unknown, timezone: string): Date | null {
  if (value === 'now' || value === 'today') return new Date();
  const number = typeof value === 'number' ? value : /^\d+$/.test(textOf(value)) ? Number(value) : null;
  if (number !== null) return validDate(new Date(number > mostSeconds ? number : number * 1_000));
  const text = textOf(value).trim();
  if (!/^\d{4}-/.test(text) || withZone.test(text)) return validDate(new Date(text));
  const shown = validDate(new Date(`${text.includes(':') ? text.replace(' ', 'T') : `${text}T00:00`}Z`));
  return shown === null ? null : wallClockTime(shown, timezone);
}

function validDate(date: Date): Date | null {
  return Number.isNaN(date.getTime()) ? null : date;
}

/** The library's own looks for the end of every "<" anew, which takes minutes for a text of nothing else. */
function withoutTags(value: unknown): string {
  return textOf(value).replace(/<[^<>]*>/g, '');
}

/** The library's own counts UTF-16 units and leaves half an emoji. */
function truncated(value: unknown, length: unknown = 50, ending: unknown = '…'): string {
  const characters = [...textOf(value)];
  const max = Math.max(0, Math.floor(Number(length) || 0));
  if (characters.length <= max) return characters.join('');
  const tail = [...textOf(ending)].slice(0, max);
  return [...characters.slice(0, max - tail.length), ...tail].join('');
}

const parsedTemplates = new Map<string, ParsedTemplate>();

export function parseTemplate(text: string): ParsedTemplate {
  const known = parsedTemplates.get(text);
  if (known !== undefined) return known;
  const parsed = parse(text);
  if (parsedTemplates.size >= maxTemplatesKept) parsedTemplates.clear();
  parsedTemplates.set(text, parsed);
  return parsed;
}

function parse(text: string): ParsedTemplate {
  if (text.length > maxTemplateChars) {
    const detail = `longer than ${maxTemplateChars} characters`;
    return { ok: false, problem: { code: 'too-long', detail, line: null, column: null } };
  }
  try {
    const nodes = engine.parse(text);
    return { ok: true, template: { nodes, usesRecipient: mentionsRecipient(text) } };
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
}

/** By the text, which may say yes for nothing; who reaches for it by a computed name gets none. */
function mentionsRecipient(text: string): boolean {
  return (text.match(/\{[{%][\s\S]*?[}%]\}/g) ?? []).some((tag) => tag.includes('recipient'));
}

export function usesRecipient(template: CompiledTemplate): boolean {
  return template.usesRecipient;
}

/** Where in its template, as parameters of a text. */
export function placeParams({ line, column }: TemplateProblem): Readonly<Record<string, number>> {
  return line === null || column === null ? {} : { line, column };
}

/** Never throws: what can't be rendered is a problem. `timezone` is that of dates. */
export function renderTemplate(
  template: CompiledTemplate,
  { event, recipient }: TemplateScope,
  timezone: string,
): RenderedTemplate {
  const variables = {
    event: {
      id: event.id,
      module: event.module,
      type: event.type,
      title: clamped(event.title),
      content: clamped(event.content),
      url: event.url,
      imageUrl: event.imageUrl,
      data: event.data,
      todo: event.todo,
    },
    recipient: template.usesRecipient ? recipient : null,
  };
  const context = new Context(
    variables,
    engine.options,
    { sync: true, globals: { timezone } },
    { liquid: engine },
  );
  let steps = 0;
  // Asked before every tag and output; the library itself would look at the clock here.
  context.renderLimit.check = () => {
    steps += 1;
    if (steps > maxSteps) throw new TooMuchWork(`more than ${maxSteps} steps`);
  };
  const output = new BoundedOutput();
  try {
    toValueSync(engine.renderer.renderTemplates([...template.nodes], context, output));
    return { ok: true, text: output.buffer };
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
}

class BoundedOutput implements Emitter {
  buffer = '';

  write(value: unknown): void {
    const room = maxOutputChars - this.buffer.length;
    if (room > 0) this.buffer += textOf(value).slice(0, room);
  }
}

function clamped(text: string | null): string | null {
  return text === null ? null : text.slice(0, maxOutputChars);
}

function textOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      return Array.isArray(value) ? value.map(textOf).join('') : '';
  }
}

function problemOf(error: unknown): TemplateProblem {
  if (!(error instanceof Error)) throw error;
  if (!LiquidError.is(error)) {
    return { code: 'not-renderable', detail: error.message, line: null, column: null };
  }
  const cause = error.originalError ?? error;
  const [line, column] = placeOf(error);
  const detail = cause.message.replace(/, line:\d+, col:\d+$/, '');
  return { code: codeOf(error, cause), detail, line, column };
}

function codeOf(error: LiquidError, cause: Error): TemplateProblemCode {
  if (cause instanceof TooMuchWork || /memory alloc limit/.test(cause.message)) return 'too-much-work';
  if (/^undefined filter/.test(cause.message)) return 'filter-not-allowed';
  if (/^tag ".*" not found/.test(cause.message)) return 'tag-not-allowed';
  return error instanceof ParseError || error instanceof TokenizationError ? 'syntax' : 'not-renderable';
}

function placeOf({ token }: LiquidError): readonly [number, number] | readonly [null, null] {
  const [line, column] = token.getPosition();
  return line === undefined || column === undefined ? [null, null] : [line, column];
}
