import { randomBytes } from 'node:crypto';

/** Which secret a token stands for; callers are resolved anew on each call, so a removed app loses its token. */
export type TokenHolder = { readonly corpid: string; readonly secret: string };
export type IssuedToken = TokenHolder & {
  readonly token: string;
  readonly expiresAtMs: number;
  revoked: boolean;
};

const KEEP_EXPIRED_MS = 24 * 60 * 60 * 1000;

export class Tokens {
  readonly #byToken = new Map<string, IssuedToken>();
  readonly #current = new Map<string, IssuedToken>();

  /** The same token within its validity, a new one after. */
  issue(holder: TokenHolder, nowMs: number, ttlSeconds: number): IssuedToken {
    const key = `${holder.corpid} ${holder.secret}`;
    const current = this.#current.get(key);
    if (current !== undefined && !current.revoked && nowMs < current.expiresAtMs) return current;
    this.#forgetOld(nowMs);
    return this.restore({
      ...holder,
      token: randomBytes(96).toString('base64url'),
      expiresAtMs: nowMs + ttlSeconds * 1000,
      revoked: false,
    });
  }

  restore(issued: IssuedToken): IssuedToken {
    this.#byToken.set(issued.token, issued);
    this.#current.set(`${issued.corpid} ${issued.secret}`, issued);
    return issued;
  }

  find(token: string): IssuedToken | undefined {
    return this.#byToken.get(token);
  }

  revoke(token: string): void {
    const issued = this.#byToken.get(token);
    if (issued !== undefined) issued.revoked = true;
  }

  forgetCorp(corpid: string): void {
    for (const [token, issued] of this.#byToken) if (issued.corpid === corpid) this.#byToken.delete(token);
    for (const [key, issued] of this.#current) if (issued.corpid === corpid) this.#current.delete(key);
  }

  all(): IssuedToken[] {
    return [...this.#byToken.values()];
  }

  #forgetOld(nowMs: number): void {
    for (const [token, issued] of this.#byToken) {
      if (issued.expiresAtMs + KEEP_EXPIRED_MS < nowMs) this.#byToken.delete(token);
    }
  }
}
