import { Environment, EvaluationError, ParseError, TypeError, type ASTNode } from '@marcbachmann/cel-js';
import type { SourceUser } from './push/snapshot';

/**
 * What an administrator writes to make a value of a member out of an OA user: the Common Expression Language, without
 * loops and regular expressions, so that no expression can hold up a plan. A value that is missing makes the whole
 * expression give none, unless `coalesce` or a condition says what to take instead.
 */

export type ExpressionError = {
  readonly message: string;
  /** Of the first character that is wrong, from 0; null when no place can be named. */
  readonly position: number | null;
};

export type ExpressionValue =
  | {
      readonly ok: true;
      /** Null where the expression gives no value. */
      readonly value: string | null;
    }
  | { readonly ok: false; readonly error: ExpressionError };

export type Evaluate = (user: SourceUser) => ExpressionValue;

export type CompiledExpression =
  | { readonly ok: true; readonly evaluate: Evaluate }
  | { readonly ok: false; readonly error: ExpressionError };

export const maxExpressionChars = 1_000;
const maxValueChars = 4_096;
const limits = {
  maxAstNodes: 200,
  maxDepth: 30,
  maxListElements: 30,
  maxMapEntries: 30,
  maxCallArguments: 8,
};

const plainVariables = [
  'id',
  'loginId',
  'jobNumber',
  'name',
  'mobile',
  'email',
  'gender',
  'position',
  'telephone',
  'departmentId',
  'managerId',
  'status',
] as const satisfies readonly (keyof SourceUser)[];

type Missing = null | undefined;
type TextHelper = (text: string, ...rest: readonly (string | bigint)[]) => string;

const codePoints = (text: string): string[] => [...text];
/** CEL counts in big integers. */
const toIndex = (value: string | bigint | undefined): number => Math.max(0, Number(value ?? 0));

/** By CEL signature. Each of them gives nothing for nothing. */
const textHelpers: Readonly<Record<string, TextHelper>> = {
  'lower(dyn): dyn': (text) => text.toLowerCase(),
  'upper(dyn): dyn': (text) => text.toUpperCase(),
  'trim(dyn): dyn': (text) => text.trim(),
  'digits(dyn): dyn': (text) => text.replace(/[^0-9]/g, ''),
  'replace(dyn, string, string): dyn': (text, search, replacement) =>
    bounded(search === '' ? text : text.split(String(search)).join(String(replacement))),
  'substring(dyn, int): dyn': (text, from) => codePoints(text).slice(toIndex(from)).join(''),
  'substring(dyn, int, int): dyn': (text, from, to) =>
    codePoints(text).slice(toIndex(from), toIndex(to)).join(''),
  'left(dyn, int): dyn': (text, count) => codePoints(text).slice(0, toIndex(count)).join(''),
  'right(dyn, int): dyn': (text, count) => {
    const all = codePoints(text);
    return all.slice(Math.max(0, all.length - toIndex(count))).join('');
  },
  'padLeft(dyn, int, string): dyn': (text, width, filler) =>
    text.padStart(Math.min(toIndex(width), maxValueChars), String(filler)),
  'part(dyn, string, int): dyn': (text, separator, index) => {
    const parts = separator === '' ? [text] : text.split(String(separator));
    return parts[toIndex(index)] ?? '';
  },
};

/** Of the language's own: what cannot loop, and cannot be made slow by its argument. */
const safeFunctions: ReadonlySet<string> = new Set([
  ...Object.keys(textHelpers).map((signature) => signature.slice(0, signature.indexOf('('))),
  ...['coalesce', 'has', 'size', 'string', 'int', 'double', 'bool'],
]);
const safeMethods: ReadonlySet<string> = new Set([
  ...['startsWith', 'endsWith', 'contains', 'size', 'trim', 'lowerAscii', 'upperAscii'],
  ...['indexOf', 'lastIndexOf', 'substring'],
]);

class ValueTooLong extends Error {
  override readonly name = 'ValueTooLong';
}

function bounded(text: string): string {
  if (text.length > maxValueChars) throw new ValueTooLong(`longer than ${maxValueChars} characters`);
  return text;
}

const environment = makeEnvironment();

function makeEnvironment(): Environment {
  const made = new Environment({ limits });
  for (const name of plainVariables) made.registerVariable(name, 'dyn');
  made.registerVariable('partTimeDepartmentIds', 'list<string>');
  made.registerVariable('custom', 'map<string, dyn>');
  for (const [signature, help] of Object.entries(textHelpers)) {
    made.registerFunction(signature, (text: unknown, ...rest: (string | bigint)[]) =>
      text === null || text === undefined ? null : help(asText(text), ...rest),
    );
  }
  // Empty texts count as missing here: the OA writes them where it knows nothing.
  const firstOf = (...values: unknown[]): unknown =>
    values.find((value) => value !== null && value !== undefined && value !== '') ?? null;
  for (const count of [2, 3, 4, 5, 6]) {
    made.registerFunction(`coalesce(${Array.from({ length: count }, () => 'dyn').join(', ')}): dyn`, firstOf);
  }
  return made;
}

export function compileExpression(text: string): CompiledExpression {
  const refuse = (message: string, position: number | null = null): CompiledExpression => ({
    ok: false,
    error: { message, position },
  });
  if (text.trim() === '') return refuse('The expression is empty.', 0);
  if (text.length > maxExpressionChars) {
    return refuse(`The expression is longer than ${maxExpressionChars} characters.`, maxExpressionChars);
  }
  try {
    const parsed = environment.parse(text);
    const found = inspect(parsed.ast);
    if (found.refused !== null) return refuse(found.refused.message, found.refused.position);
    const check = parsed.check();
    if (!check.valid) return { ok: false, error: describe(check.error) };
    return {
      ok: true,
      evaluate: (user) => {
        const variables = variablesOf(user, found.customFields);
        try {
          return toValue(parsed(variables));
        } catch (error) {
          const lacksSomething = found.fields.some((field) => variables[field] == null);
          const lacksCustom = found.customFields.some((field) => !Object.hasOwn(user.custom, field));
          if (error instanceof EvaluationError && (lacksSomething || lacksCustom)) {
            return { ok: true, value: null };
          }
          return { ok: false, error: describe(error) };
        }
      },
    };
  } catch (error) {
    return { ok: false, error: describe(error) };
  }
}

type Inspection = {
  readonly fields: readonly string[];
  readonly customFields: readonly string[];
  readonly refused: ExpressionError | null;
};

/** Which fields an expression reads, and whether it calls something that is not allowed here. */
function inspect(root: ASTNode): Inspection {
  const fields = new Set<string>();
  const customFields = new Set<string>();
  let refused: ExpressionError | null = null;
  const open: unknown[] = [root];
  while (open.length > 0) {
    const node = open.pop();
    if (Array.isArray(node)) {
      open.push(...(node as unknown[]));
      continue;
    }
    if (!isNode(node)) continue;
    if (node.op === 'id') fields.add(node.args);
    if (node.op === '.' && isCustom(node.args[0])) customFields.add(node.args[1]);
    if (node.op === '[]' && isCustom(node.args[0])) {
      const [, key] = node.args;
      if (key.op === 'value' && typeof key.args === 'string') customFields.add(key.args);
    }
    if (node.op === 'call' && !safeFunctions.has(node.args[0])) {
      refused ??= { message: `Unknown function: ${node.args[0]}`, position: node.pos };
    }
    if (node.op === 'rcall' && !safeMethods.has(node.args[0])) {
      refused ??= { message: `Unknown function: ${node.args[0]}`, position: node.pos };
    }
    open.push(node.args);
  }
  return { fields: [...fields], customFields: [...customFields], refused };
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value;
}

function isCustom(node: ASTNode): boolean {
  return node.op === 'id' && node.args === 'custom';
}

function variablesOf(user: SourceUser, customFields: readonly string[]): Record<string, unknown> {
  const custom: Record<string, string | null> = { ...user.custom };
  // A user without the field is no mistake of the expression.
  for (const field of customFields) custom[field] ??= null;
  const variables: Record<string, unknown> = { custom, partTimeDepartmentIds: user.partTimeDepartmentIds };
  for (const name of plainVariables) variables[name] = user[name];
  return variables;
}

function asText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'bigint':
    case 'number':
    case 'boolean':
      return String(value);
    default:
      throw new NotText('not a text');
  }
}

class NotText extends Error {
  override readonly name = 'NotText';
}

function toValue(result: unknown): ExpressionValue {
  const missing = result as Missing;
  if (missing === null || missing === undefined) return { ok: true, value: null };
  return { ok: true, value: bounded(asText(result)) };
}

function describe(error: unknown): ExpressionError {
  if (error instanceof ParseError || error instanceof TypeError || error instanceof EvaluationError) {
    return { message: error.summary, position: error.range?.start ?? null };
  }
  if (error instanceof ValueTooLong || error instanceof NotText) {
    return { message: `The value is ${error.message}.`, position: null };
  }
  if (error instanceof Error) return { message: error.message, position: null };
  throw error;
}
