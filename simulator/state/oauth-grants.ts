import { createHash, randomBytes } from 'node:crypto';
import type { Corp } from './corp';

export type OauthScope = 'snsapi_base' | 'snsapi_privateinfo';

/** Who opened the page in WeCom. */
export type Visitor =
  | { readonly kind: 'member'; readonly userid: string }
  | { readonly kind: 'outsider'; readonly openid: string; readonly externalUserid?: string | undefined };

export type OauthCode = {
  readonly corpid: string;
  /** Null where the page was opened without an agentid, which snsapi_base allows. */
  readonly agentid: number | null;
  readonly visitor: Visitor;
  readonly scope: OauthScope;
  readonly expiresAtMs: number;
};

export type UserTicket = {
  readonly corpid: string;
  readonly agentid: number;
  readonly userid: string;
  readonly expiresAtMs: number;
};

const CODE_LIFE_MS = 5 * 60_000;
export const TICKET_LIFE_SECONDS = 1800;

/** Codes and tickets under way; they live for minutes and do not outlive the process. */
export class OauthGrants {
  readonly #codes = new Map<string, OauthCode>();
  readonly #tickets = new Map<string, UserTicket>();

  issueCode(code: Omit<OauthCode, 'expiresAtMs'>, nowMs: number): string {
    forgetExpired(this.#codes, nowMs);
    const text = randomBytes(32).toString('base64url');
    this.#codes.set(text, { ...code, expiresAtMs: nowMs + CODE_LIFE_MS });
    return text;
  }

  findCode(text: string, nowMs: number): OauthCode | undefined {
    const code = this.#codes.get(text);
    return code !== undefined && nowMs < code.expiresAtMs ? code : undefined;
  }

  spendCode(text: string): void {
    this.#codes.delete(text);
  }

  issueTicket(ticket: Omit<UserTicket, 'expiresAtMs'>, nowMs: number): string {
    const text = randomBytes(128).toString('base64url');
    // An expired ticket is told from one that never was, so it is kept for a while.
    forgetExpired(this.#tickets, nowMs - 24 * 60 * 60_000);
    this.#tickets.set(text, { ...ticket, expiresAtMs: nowMs + TICKET_LIFE_SECONDS * 1000 });
    return text;
  }

  findTicket(text: string): UserTicket | undefined {
    return this.#tickets.get(text);
  }

  forgetCorp(corpid: string): void {
    for (const grants of [this.#codes, this.#tickets]) {
      for (const [text, grant] of grants) if (grant.corpid === corpid) grants.delete(text);
    }
  }
}

/** The same person is the same openid to one corp, and another to every other. */
export function openidOf({ corpid }: Corp, person: string): string {
  const digest = createHash('sha256').update(`${corpid} ${person}`).digest('base64url');
  return `oSIM${digest.replace(/[-_]/g, 'x').slice(0, 24)}`;
}

function forgetExpired(grants: Map<string, { readonly expiresAtMs: number }>, nowMs: number): void {
  for (const [text, { expiresAtMs }] of grants) if (expiresAtMs <= nowMs) grants.delete(text);
}
