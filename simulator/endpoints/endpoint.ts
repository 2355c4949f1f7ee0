import type { IncomingHttpHeaders } from 'node:http';
import type { ChangeRecorder } from '../callbacks/change-recorder';
import type { Access } from '../access';
import type { Caller, Corp } from '../state/corp';
import type { World } from '../state/world';

export type Fields = Readonly<Record<string, unknown>>;

/** One authenticated call, already past token, IP and permission. */
export type Call = {
  readonly world: World;
  readonly corp: Corp;
  readonly caller: Caller;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Fields;
  readonly raw: Buffer;
  readonly headers: IncomingHttpHeaders;
  readonly nowMs: number;
  readonly changes: ChangeRecorder;
};

export type FileAnswer = {
  readonly file: { readonly content: Buffer; readonly filename: string; readonly contentType: string };
};

/** A whole answer that is JSON already, where making it out of fields would cost too much. */
export type WrittenAnswer = { readonly written: Buffer };

/** Fields beside errcode 0; `errmsg` is `ok` unless given. */
export type Answer = Fields | FileAnswer | WrittenAnswer;

export type Endpoint = {
  readonly path: string;
  readonly access: Access;
  /** Fields WeCom still prints when it refuses the call. */
  readonly defaults?: Fields;
  readonly defaultsFirst?: boolean;
  readonly writes?: boolean;
  /** Such a call is not counted against the rate limits. */
  isFree?(call: Call): boolean;
  /** A check WeCom makes even before it looks at the token. */
  beforeToken?(request: { readonly raw: Buffer }): void;
  handle(call: Call): Answer;
};

export function isWrittenAnswer(answer: Answer): answer is WrittenAnswer {
  return 'written' in answer && Buffer.isBuffer((answer as WrittenAnswer).written);
}

export function isFileAnswer(answer: Answer): answer is FileAnswer {
  return 'file' in answer && Buffer.isBuffer((answer as FileAnswer).file.content);
}
