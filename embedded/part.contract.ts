/** Messages between the supervisor and the parts it starts (API, worker, simulator), over their IPC channel. */
export type ToPart =
  | { readonly type: 'one-time-login' }
  /** To the simulator: whether its control surface may be used. */
  | { readonly type: 'control'; readonly enabled: boolean };

export type FromPart =
  | { readonly type: 'ready'; readonly url?: string }
  | { readonly type: 'one-time-login'; readonly url: string }
  /** From the API, at its start and with every change: whether a corp outside the simulator is connected. */
  | { readonly type: 'real-corp'; readonly exists: boolean }
  /** From the demo's set-up, which goes on without it. */
  | { readonly type: 'demo-without-callback'; readonly reason: string };
