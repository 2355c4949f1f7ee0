/** One class per reaction; none of them repeats what the OA was told or has answered about a person. */

export abstract class OaError extends Error {
  constructor(
    /** What was asked, for example "GET /directory". */
    readonly operation: string,
    readonly code: string,
    readonly httpStatus: number | undefined,
    options?: ErrorOptions,
  ) {
    super(`${operation}: ${code}${httpStatus === undefined ? '' : ` (HTTP ${httpStatus})`}`, options);
    this.name = new.target.name;
  }
}

/** The network, or an OA that is down or not itself: the same request may work in a moment. */
export class OaUnavailableError extends OaError {}

/** The OA has said when to come back. */
export class OaBusyError extends OaError {
  constructor(
    operation: string,
    httpStatus: number,
    readonly retryAfterMs: number,
  ) {
    super(operation, 'busy', httpStatus);
  }
}

/** Repeating changes nothing: a person has to look at the secret, the clock, the address or the OA's program. */
export class OaRefusedError extends OaError {}

/** A cursor or page is not known any more: read from the beginning. */
export class OaReadingExpiredError extends OaError {}
