import type { ZodType } from 'zod';
import { z } from 'zod';
import type { AnswerRows } from './answer-rows';
import { rowsAt, splitAnswer } from './answer-rows';
import { errcodeReaction } from './errcodes';
import type { WecomErrorDetails, WecomError } from './errors';
import {
  WecomAccessError,
  WecomAlreadySoError,
  WecomDataError,
  WecomRateLimitedError,
  WecomTokenError,
  WecomTransientError,
} from './errors';
import { blockAfterRefusalMs } from './limits';
import type { RawAnswer, TransportError } from './transport';

/** What WeCom said, read once: the errcode, the cleaned errmsg, and the JSON still unparsed. */
export type Verdict =
  | { readonly kind: 'ok'; readonly json: unknown; readonly rowBounds?: Uint32Array }
  | { readonly kind: 'refused'; readonly errcode: number; readonly errmsg: string; readonly fromIp?: string }
  | {
      readonly kind: 'unreadable';
      readonly fault: 'http-status' | 'broken-answer' | 'redirect' | 'not-wecom';
    };

// `errcode` is left out of some good answers, and of none of the bad ones.
const head = z.looseObject({ errcode: z.coerce.number().int().default(0), errmsg: z.string().catch('') });

export function readVerdict(
  raw: RawAnswer,
  {
    unspeakable,
    downloads,
    rowsIn,
  }: {
    /** The call's own secrets and personal values, should WeCom or something in between echo them. */
    readonly unspeakable: readonly string[];
    readonly downloads: boolean;
    /** A field whose rows are left for later, where they are there. */
    readonly rowsIn?: string | undefined;
  },
): Verdict {
  const { httpStatus, body } = raw;
  if (httpStatus >= 300 && httpStatus < 400) return { kind: 'unreadable', fault: 'redirect' };
  // WeCom answers an unknown path with an empty 404: the address has a WeCom behind it that lacks this API, or none.
  if (httpStatus === 404) return { kind: 'unreadable', fault: 'not-wecom' };
  if (httpStatus < 200 || httpStatus >= 300) return { kind: 'unreadable', fault: 'http-status' };
  if (downloads && isFile(raw)) return { kind: 'ok', json: undefined };
  const split = rowsIn === undefined ? null : splitAnswer(body, rowsIn);
  const text = (split?.rest ?? body.toString('utf8')).replace(/^\uFEFF/, '').trim();
  if (/^<(!doctype|html)/i.test(text)) return { kind: 'unreadable', fault: 'not-wecom' };
  const json = parseJson(text);
  const parsed = head.safeParse(json);
  if (!parsed.success) return { kind: 'unreadable', fault: 'broken-answer' };
  const { errcode, errmsg } = parsed.data;
  if (errcode === 0) return { kind: 'ok', json, ...(split === null ? {} : { rowBounds: split.bounds }) };
  const fromIp = /from ip: *([0-9a-fA-F.:]+)/.exec(errmsg)?.[1];
  return {
    kind: 'refused',
    errcode,
    errmsg: cleanErrmsg(errmsg, unspeakable),
    ...(fromIp === undefined ? {} : { fromIp }),
  };
}

/** An answer of another shape than documented is treated like a broken one: nothing is known for sure. */
export function parseAnswer<T>(answer: ZodType<T>, json: unknown, details: WecomErrorDetails): T {
  const parsed = answer.safeParse(json);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map(({ path, code }) => `${path.join('.')} ${code}`).slice(0, 3);
  throw new WecomTransientError({ ...details, fault: 'broken-answer', errmsg: where.join('; ') });
}

/** As `parseAnswer`, of rows: each when it is looked at. */
export function parseRows<Row>(
  { body, httpStatus }: RawAnswer,
  bounds: Uint32Array,
  isRow: (value: unknown) => value is Row,
  details: WecomErrorDetails,
): AnswerRows<Row> {
  return rowsAt(body, { bounds }, (json) => {
    const row = parseJson(json);
    if (isRow(row)) return row;
    throw new WecomTransientError({ ...details, httpStatus, fault: 'broken-answer', errmsg: 'a row of it' });
  });
}

export function refusalError(
  verdict: Extract<Verdict, { kind: 'refused' }>,
  {
    path,
    writes,
    httpStatus,
  }: { readonly path: string; readonly writes: boolean; readonly httpStatus: number },
): WecomError {
  const { errcode, errmsg, fromIp } = verdict;
  const details: WecomErrorDetails = {
    path,
    errcode,
    errmsg,
    httpStatus,
    ...(fromIp === undefined ? {} : { fromIp }),
  };
  const reaction = errcodeReaction(errcode);
  switch (reaction.kind) {
    case 'retry-soon':
      // "System busy" does not say how far WeCom had come; the other codes are refusals at the door.
      return new WecomTransientError({ ...details, outcomeUnknown: writes && errcode === -1 });
    case 'retry-at':
      return new WecomRateLimitedError(details, blockAfterRefusalMs(path, errmsg));
    case 'refresh-token':
      return new WecomTokenError(details);
    case 'fix-access':
      return new WecomAccessError(details);
    case 'fix-data':
      return new WecomDataError(details);
    case 'already-so':
      return new WecomAlreadySoError(details, reaction.state);
  }
}

export function unreadableError(
  { fault }: Extract<Verdict, { kind: 'unreadable' }>,
  raw: RawAnswer,
  { path, writes }: { readonly path: string; readonly writes: boolean },
): WecomError {
  const { httpStatus } = raw;
  const details: WecomErrorDetails = { path, fault, httpStatus };
  if (fault === 'redirect' || fault === 'not-wecom') return new WecomAccessError(details);
  if (httpStatus === 429) return new WecomRateLimitedError(details, retryAfterHeaderMs(raw));
  if (httpStatus >= 400 && httpStatus < 500 && httpStatus !== 408) return new WecomAccessError(details);
  return new WecomTransientError({ ...details, outcomeUnknown: writes });
}

export function faultError(
  error: TransportError,
  { path, writes }: { readonly path: string; readonly writes: boolean },
): WecomError {
  const { fault, code, mayHaveArrived } = error;
  const details: WecomErrorDetails = {
    path,
    fault,
    ...(code === undefined ? {} : { errmsg: code }),
    outcomeUnknown: writes && mayHaveArrived,
  };
  // A certificate or an internal address does not get better by waiting.
  if (fault === 'tls' || fault === 'address-refused') return new WecomAccessError(details, { cause: error });
  if (fault === 'answer-too-large') return new WecomDataError(details, { cause: error });
  return new WecomTransientError(details, { cause: error });
}

/** Drops the hint, the address and the link WeCom appends, and everything that could be about a person. */
export function cleanErrmsg(errmsg: string, unspeakable: readonly string[]): string {
  const withoutTail = errmsg.replace(/,? *(hint: *\[|from ip:|more info at).*$/s, '');
  const withoutEcho = unspeakable.reduce((text, value) => text.replaceAll(value, '…'), withoutTail);
  return withoutEcho
    .replace(/[\w.+-]+@[\w-]+\.[\w.-]+/g, '…')
    .replace(/\+?\d[\d-]{6,}/g, '…')
    .replace(/[A-Za-z0-9_-]{32,}/g, '…')
    .trim()
    .slice(0, 300);
}

function isFile({ headers }: RawAnswer): boolean {
  return 'content-disposition' in headers || !/json|text/i.test(headers['content-type'] ?? 'json');
}

function retryAfterHeaderMs({ headers }: RawAnswer): number {
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 60_000;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Not JSON is an answer too: it fails the schema and becomes `broken-answer`.
    return undefined;
  }
}
