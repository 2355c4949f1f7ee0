import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';

/** Who may call, checked before anything is read from the body. */

export const windowSeconds = 300;

export type Refusal = 'signature_missing' | 'time_off' | 'signature_wrong' | 'nonce_used';

/** Remembers nonces as long as a request with them could be accepted. Several processes need one place for them. */
export class RequestVerifier {
  private readonly nonces = new Map<string, number>();

  constructor(
    private readonly secret: string,
    private readonly now: () => number = () => Date.now(),
  ) {}

  /** Undefined when the request is in order. */
  refusalOf(request: Request, body: Buffer): Refusal | undefined {
    const time = request.get('x-bridge-time') ?? '';
    const nonce = request.get('x-bridge-nonce') ?? '';
    const signature = request.get('x-bridge-signature') ?? '';
    if (!/^\d{1,12}$/.test(time) || !/^[\w-]{16,100}$/.test(nonce) || signature === '') {
      return 'signature_missing';
    }
    const nowSeconds = this.now() / 1000;
    if (Math.abs(nowSeconds - Number(time)) > windowSeconds) return 'time_off';

    const digest = createHash('sha256').update(body).digest('hex');
    const key = request.get('idempotency-key') ?? '';
    const text = ['v1', time, nonce, request.method, request.originalUrl, key, digest].join('\n');
    const expected = `v1=${createHmac('sha256', this.secret).update(text).digest('hex')}`;
    if (!equal(signature, expected)) return 'signature_wrong';

    // Only after the signature: nobody else may fill this memory.
    this.forgetOldNonces(nowSeconds);
    if (this.nonces.has(nonce)) return 'nonce_used';
    this.nonces.set(nonce, Number(time) + windowSeconds);
    return undefined;
  }

  private forgetOldNonces(nowSeconds: number): void {
    for (const [nonce, until] of this.nonces) if (until < nowSeconds) this.nonces.delete(nonce);
  }
}

function equal(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
