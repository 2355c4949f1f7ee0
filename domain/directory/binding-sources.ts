/** How an OA user and a WeCom member came together. */
export const bindingSources = [
  /** A push created the member. */
  'created',
  /** A push found the member. */
  'matched',
  /** A pull found the OA user. */
  'pulled',
  /** Found when the member opened an app. */
  'visit',
  /** The employee gave the OA's password. */
  'employee',
  'manual',
  'imported',
  /** At the conflict desk. */
  'decided',
  /** The OA user was created for the member. */
  'synced',
] as const;

export type BindingSource = (typeof bindingSources)[number];
