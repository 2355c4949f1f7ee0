/** Messages between the supervisor and the parts it starts (API, worker, simulator), over their IPC channel. */
export type ToPart = { readonly type: 'one-time-login' };

export type FromPart =
  | { readonly type: 'ready'; readonly url?: string }
  | { readonly type: 'one-time-login'; readonly url: string };
