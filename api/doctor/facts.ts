import type { CorpKind, TransportFault } from '../../wecom';

/** What the doctor found out. Probing collects it, judging reads it; nothing in here is an opinion. */

export type Found<T> = { readonly kind: 'found'; readonly value: T };
export type Failed<E> = { readonly kind: 'failed'; readonly problem: E };
export type NotTried = { readonly kind: 'not-tried' };

export type NetworkOutcome<T> = Found<T> | Failed<{ readonly code: string }> | NotTried;

export type WecomProblem = {
  readonly errcode?: number;
  readonly fault?: TransportFault;
  readonly fromIp?: string;
};
export type WecomOutcome<T> = Found<T> | Failed<WecomProblem> | NotTried;

export type CallbackOutcome =
  | { readonly kind: 'not-configured' }
  | { readonly kind: 'reached' }
  | { readonly kind: 'local-address' }
  | { readonly kind: 'unreachable'; readonly code: string }
  | { readonly kind: 'wrong-answer'; readonly status: number };

export type AppFacts = {
  readonly id: string;
  readonly name: string;
  readonly agentId: number;
  readonly token: WecomOutcome<unknown>;
  readonly range: WecomOutcome<{
    readonly departments: number;
    readonly users: number;
    readonly tags: number;
    /** On which WeCom lets pages learn who opened them; null while none is set. */
    readonly trustedDomain: string | null;
  }>;
  /** Departments the app may read; asked only where there is no contacts secret. */
  readonly departments: WecomOutcome<number>;
  readonly callback: CallbackOutcome;
};

export type ContactsFacts = {
  readonly token: WecomOutcome<unknown>;
  readonly departments: WecomOutcome<number>;
  readonly memberIds: WecomOutcome<unknown>;
  readonly write: WecomOutcome<'permitted' | 'refused'>;
};

export type DoctorFacts = {
  readonly kind: CorpKind;
  readonly access: 'read-only' | 'read-write';
  readonly publicUrl: string;
  readonly api: { readonly host: string; readonly port: number; readonly https: boolean };
  readonly dns:
    | { readonly kind: 'address' }
    | { readonly kind: 'resolved' }
    | { readonly kind: 'private' }
    | { readonly kind: 'failed'; readonly code: string };
  readonly network: NetworkOutcome<unknown>;
  readonly tls: NetworkOutcome<{ readonly daysLeft: number }>;
  readonly publicIp: WecomOutcome<string | null>;
  readonly contacts: ContactsFacts | undefined;
  readonly contactsCallback: CallbackOutcome;
  readonly apps: readonly AppFacts[];
  readonly apiIps: WecomOutcome<number>;
  readonly verificationFiles: readonly {
    readonly name: string;
    readonly served: { readonly kind: 'served' } | { readonly kind: 'not-served'; readonly code: string };
  }[];
};
