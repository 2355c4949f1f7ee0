export interface LoginState {
  /** Where to go after the login. */
  readonly from?: string;
  /** A session ended while it was in use, which is worth a word; a first visit is not. */
  readonly expired?: boolean;
}
