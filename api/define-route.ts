import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Lang } from '../i18n';
import type { AuditDetail } from '../store/audit';
import type { Principal } from './principal';
import type { Scope } from './scopes';

/** One operation: registered on Express and described in the OpenAPI document from the same definition. */

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** `signed-in`: whoever is known, whatever their rights. */
export type Access =
  | 'public'
  | 'signed-in'
  | { readonly scope: Scope; readonly or?: Scope }
  | { readonly scope: Scope; readonly and: Scope };

export type RequestFacts = {
  readonly id: string;
  readonly remoteIp: string;
  readonly lang: Lang;
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal;
  readonly idempotency?: { readonly principal: string; readonly key: string; readonly since: Date };
};

/** What a handler adds to the audit entry of its request. */
export type AuditNote = {
  actor?: string;
  target?: string;
  corpId?: string;
  detail?: AuditDetail;
};

export type UploadedFile = { readonly name: string; readonly content: Buffer };

export type RouteInput<P, Q, B, A extends Access> = {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** The unread body, when it was sent as NDJSON to a route that takes it; `body` is then undefined. */
  readonly ndjson: Readable | undefined;
  /** The unread JSON of a route that reads it row by row; `body` is then undefined. */
  readonly jsonRows: Readable | undefined;
  /** The file of a route that takes one. */
  readonly file: UploadedFile | undefined;
  readonly principal: A extends 'public' ? Principal | undefined : Principal;
  readonly request: RequestFacts;
  readonly audit: AuditNote;
};

export type Reply<T> = {
  readonly body: T;
  /** Where one operation answers with another than the status of its definition. */
  readonly status?: 200;
  readonly headers?: Readonly<Record<string, string>>;
};

type Audited = {
  /**
   * `<thing>.<verb>`, as it stands in the audit log; null where a question is asked with a body and nothing changes, and
   * where what was sent is a log of its own.
   */
  readonly audit: string | null;
};

type Definition<
  P extends z.ZodObject,
  Q extends z.ZodObject,
  B extends z.ZodType,
  R extends z.ZodType,
  A extends Access,
> = {
  readonly path: string;
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: A;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly bodyLimitBytes?: number;
  /** What the OpenAPI document says of the body, where the handler looks at its rows itself. */
  readonly documentedBody?: z.ZodType;
  /** Takes `application/x-ndjson` too; the schema documents one line. */
  readonly ndjson?: z.ZodType;
  /** Reads plain JSON row by row as well, so that its size does not matter to memory. */
  readonly readsJsonRows?: boolean;
  /** Takes `multipart/form-data` instead of JSON: a part `file`, and the fields of `body` as text. */
  readonly multipart?: { readonly maxFileBytes: number };
  readonly success: {
    readonly status: 200 | 201 | 202 | 204;
    readonly description: string;
    readonly schema: R;
    /** What 200 means, where some calls are answered with it instead. */
    readonly or200?: string;
    /** Media types of an answer that is a file; the schema then is that of `fileAnswer`. */
    readonly files?: readonly string[];
  };
  /** Statuses besides the ones that follow from the rest (401, 403, 422, 500 …). */
  readonly failures?: Readonly<Record<number, string>>;
  /** Honours the header Idempotency-Key. */
  readonly idempotent?: boolean;
  readonly handler: (
    input: RouteInput<z.output<P>, z.output<Q>, z.output<B>, A>,
  ) => Promise<Reply<z.input<R>>>;
} & (
  ({ readonly method: 'get' } & Partial<Audited>) | ({ readonly method: Exclude<Method, 'get'> } & Audited)
);

export type Route = Omit<
  Definition<z.ZodObject, z.ZodObject, z.ZodType, z.ZodType, Access>,
  'handler' | 'audit' | 'method'
> & {
  readonly method: Method;
  readonly audit?: string | null;
  readonly handle: (input: RouteInput<unknown, unknown, unknown, Access>) => Promise<Reply<unknown>>;
};

export function defineRoute<
  const A extends Access,
  R extends z.ZodType,
  P extends z.ZodObject = z.ZodObject<Record<never, never>>,
  Q extends z.ZodObject = z.ZodObject<Record<never, never>>,
  B extends z.ZodType = z.ZodUndefined,
>(definition: Definition<P, Q, B, R, A>): Route {
  const { handler, ...rest } = definition;
  return {
    ...rest,
    // The registrar parses params, query and body with these very schemas before it calls.
    handle: (input) => handler(input as RouteInput<z.output<P>, z.output<Q>, z.output<B>, A>),
  };
}

export function isWrite(method: Method): boolean {
  return method !== 'get';
}
