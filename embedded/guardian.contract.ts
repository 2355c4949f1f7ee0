import type { ServiceSpec } from './service';

export type ToGuardian = { readonly type: 'start'; readonly spec: ServiceSpec } | { readonly type: 'stop' };

export type FromGuardian =
  | { readonly type: 'ready'; readonly pid: number }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'gone'; readonly reason: string };
