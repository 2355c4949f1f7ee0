import { createHash, createHmac, randomBytes } from 'node:crypto';

/** How a request to the OA proves where it comes from; docs/oa-http.md says it for those who write the other side. */

export const signatureHeaders = {
  time: 'x-bridge-time',
  nonce: 'x-bridge-nonce',
  signature: 'x-bridge-signature',
  idempotencyKey: 'idempotency-key',
} as const;

export type SignedRequest = {
  /** In capitals. */
  readonly method: string;
  /** Path and query exactly as they are sent. */
  readonly path: string;
  readonly body: Buffer;
  /** Empty where the request has none. */
  readonly idempotencyKey: string;
  readonly timeSeconds: number;
  readonly nonce: string;
};

export function signRequest(request: SignedRequest, secret: string): string {
  const { method, path, body, idempotencyKey, timeSeconds, nonce } = request;
  const bodyDigest = createHash('sha256').update(body).digest('hex');
  const text = ['v1', String(timeSeconds), nonce, method, path, idempotencyKey, bodyDigest].join('\n');
  return `v1=${createHmac('sha256', secret).update(text).digest('hex')}`;
}

export function newNonce(): string {
  return randomBytes(18).toString('base64url');
}
