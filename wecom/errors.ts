/** One class per reaction: who catches it knows what to do without looking at the errcode. */

export type Reaction = 'retry-soon' | 'retry-at' | 'refresh-token' | 'fix-access' | 'fix-data' | 'already-so';

/** Why no readable answer came. */
export type TransportFault =
  | 'dns'
  | 'connect'
  | 'tls'
  | 'timeout'
  | 'reset'
  | 'http-status'
  | 'broken-answer'
  | 'answer-too-large'
  | 'redirect'
  | 'not-wecom'
  | 'address-refused';

export type WecomErrorDetails = {
  /** The API, for example "user/create". */
  readonly path: string;
  readonly errcode?: number;
  /** Without hint, addresses, tokens and personal data. */
  readonly errmsg?: string;
  /** The caller's public address as WeCom saw it. */
  readonly fromIp?: string;
  readonly fault?: TransportFault;
  readonly httpStatus?: number;
  /** True when a write may have happened although no answer says so: read back before repeating. */
  readonly outcomeUnknown?: boolean;
};

export abstract class WecomError extends Error {
  abstract readonly reaction: Reaction;
  readonly path: string;
  readonly errcode: number | undefined;
  readonly errmsg: string | undefined;
  readonly fromIp: string | undefined;
  readonly fault: TransportFault | undefined;
  readonly httpStatus: number | undefined;
  readonly outcomeUnknown: boolean;

  constructor(details: WecomErrorDetails, options?: ErrorOptions) {
    super(describe(details), options);
    this.name = new.target.name;
    this.path = details.path;
    this.errcode = details.errcode;
    this.errmsg = details.errmsg;
    this.fromIp = details.fromIp;
    this.fault = details.fault;
    this.httpStatus = details.httpStatus;
    this.outcomeUnknown = details.outcomeUnknown ?? false;
  }
}

/** The network, or WeCom being busy: the same call may work in a moment. */
export class WecomTransientError extends WecomError {
  readonly reaction = 'retry-soon';
}

/** The budget of this API is used up, ours or WeCom's. */
export class WecomRateLimitedError extends WecomError {
  readonly reaction = 'retry-at';
  readonly retryAt: Date;

  constructor(
    details: WecomErrorDetails,
    readonly retryAfterMs: number,
    options?: ErrorOptions,
  ) {
    super(details, options);
    this.retryAt = new Date(Date.now() + retryAfterMs);
  }
}

/** WeCom refused a token that was fetched a moment ago; the repeat after a refresh has already failed. */
export class WecomTokenError extends WecomError {
  readonly reaction = 'refresh-token';
}

/** A credential, permission, trusted IP, visible range or address has to be set right by an administrator. */
export class WecomAccessError extends WecomError {
  readonly reaction = 'fix-access';
}

/** WeCom will refuse these values, however often they are sent. */
export class WecomDataError extends WecomError {
  readonly reaction = 'fix-data';
}

/** The thing exists already, or does not exist (any more). After a lost answer this is often the good news. */
export class WecomAlreadySoError extends WecomError {
  readonly reaction = 'already-so';

  constructor(
    details: WecomErrorDetails,
    readonly state: 'exists' | 'not-found',
    options?: ErrorOptions,
  ) {
    super(details, options);
  }
}

function describe({ path, errcode, errmsg, fault, httpStatus }: WecomErrorDetails): string {
  const said =
    errcode === undefined
      ? [fault, httpStatus === undefined ? undefined : `HTTP ${httpStatus}`, errmsg]
      : [`errcode ${errcode}`, errmsg];
  return `WeCom ${path}: ${said.filter((part) => part !== undefined && part !== '').join(', ')}`;
}
