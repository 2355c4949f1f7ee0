import type { CallPriority } from './ports';
import type { RateLimits } from './limits';
import type { TransportFault } from './errors';

export type CorpKind = 'public' | 'private' | 'government';

export type WecomConnection = {
  /** The bridge's own corp id. */
  readonly corpKey: string;
  /** WeCom's corp id (ww…). */
  readonly corpId: string;
  readonly kind: CorpKind;
  /** For example https://qyapi.weixin.qq.com; a trailing /cgi-bin is accepted. */
  readonly apiBaseUrl: string;
  /** Lowers the published limits for this corp, by API path or `*` for every API. */
  readonly rateLimits?: RateLimits;
};

export type Credential =
  | { readonly kind: 'contacts'; readonly secret: string }
  | { readonly kind: 'app'; readonly agentId: number; readonly secret: string }
  /** WeCom's own check-in app, as corps from before 2023-12-01 have its secret. */
  | { readonly kind: 'check-in'; readonly secret: string };

export type CredentialLabel = 'contacts' | 'check-in' | `app:${number}`;

export type CallOptions = { readonly signal?: AbortSignal; readonly priority?: CallPriority };

/** One HTTP exchange with WeCom, for metrics and logs: no secret, no token, no personal data. */
export type CallRecord = {
  readonly corpKey: string;
  /** "user/list_id" */
  readonly path: string;
  readonly credential: CredentialLabel;
  /** Absent when WeCom gave no answer that could be read; `fault` then says why. */
  readonly errcode?: number;
  readonly fault?: TransportFault | 'abandoned';
  readonly httpStatus?: number;
  readonly durationMs: number;
  readonly budgetWaitMs: number;
  /** 1 for the first try; 2 for the repeat after a fresh token or a reset connection. */
  readonly attempt: number;
};

export function credentialLabel(credential: Credential): CredentialLabel {
  return credential.kind === 'app' ? `app:${credential.agentId}` : credential.kind;
}
