import type { ZodType } from 'zod';
import type { CallOptions } from './connection';
import type { Multipart, RawAnswer } from './transport';

/** One call as an endpoint describes it; the caller adds token, budget, timeout and repeat. */
export type ApiRequest<T> = {
  readonly path: string;
  readonly method: 'GET' | 'POST';
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  readonly multipart?: Multipart;
  /** A write whose answer is lost must not be repeated blindly. WeCom deletes by GET, so the method does not tell. */
  readonly writes: boolean;
  readonly answer: ZodType<T>;
  /** Values of the body that no error may repeat, beside the fields that are always personal. */
  readonly unspeakable?: readonly string[];
};

export type ApiDownload = {
  readonly path: string;
  readonly query: Readonly<Record<string, string | number | undefined>>;
};

export interface ApiCaller {
  call<T>(request: ApiRequest<T>, options?: CallOptions): Promise<T>;
  /** For the endpoints that answer with a file, and with JSON only when they refuse. */
  download(request: ApiDownload, options?: CallOptions): Promise<RawAnswer>;
}
