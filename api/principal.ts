import type { ConsoleUserRecord } from '../store/console-users';
import type { Scope } from './scopes';
import { scopes } from './scopes';

/** Who is asking. */
export type Principal =
  | {
      readonly kind: 'user';
      /** Id of the principal, free of names: this is what goes into workflows. */
      readonly id: string;
      readonly label: string;
      readonly scopes: readonly Scope[];
      readonly user: ConsoleUserRecord;
      readonly session: { readonly tokenHash: string; readonly csrfToken: string; readonly expiresAt: Date };
    }
  | {
      readonly kind: 'token';
      readonly id: string;
      readonly label: string;
      readonly scopes: readonly Scope[];
    };

/** The token of BRIDGE_ADMIN_TOKEN. */
export const installationPrincipal: Principal = {
  kind: 'token',
  id: 'token:installation',
  label: 'token:BRIDGE_ADMIN_TOKEN',
  scopes,
};

/** Holds every right there is: such a principal sees personal data unmasked. */
export function isAdministrator(principal: Principal): boolean {
  return scopes.every((scope) => principal.scopes.includes(scope));
}

/** As people read it: `user:<login name>`, `token:<name>`. Who has been removed keeps the id. */
export function labelOf(id: string, labels: ReadonlyMap<string, string>): string {
  return id === installationPrincipal.id ? installationPrincipal.label : (labels.get(id) ?? id);
}
