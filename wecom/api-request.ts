import type { ZodType } from 'zod';
import type { AnswerRows } from './answer-rows';
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

/** A read whose answer is a list of rows by the ten thousand. */
export type ApiRowsRequest<Row> = Omit<ApiRequest<never>, 'answer' | 'writes'> & {
  /** The field they stand in; missing or null, there are none. */
  readonly rowsIn: string;
  isRow(value: unknown): value is Row;
};

export type ApiDownload = {
  readonly path: string;
  readonly query: Readonly<Record<string, string | number | undefined>>;
};

export interface ApiCaller {
  call<T>(request: ApiRequest<T>, options?: CallOptions): Promise<T>;
  /** Broken rows are found when they are looked at: whoever stores rows looks at all of them first. */
  readRows<Row>(request: ApiRowsRequest<Row>, options?: CallOptions): Promise<AnswerRows<Row>>;
  /** For the endpoints that answer with a file, and with JSON only when they refuse. */
  download(request: ApiDownload, options?: CallOptions): Promise<RawAnswer>;
}
