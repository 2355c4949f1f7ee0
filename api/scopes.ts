import type { Role } from '../store/console-users';

export const scopes = [
  'read',
  'corps:write',
  'settings:write',
  'users:write',
  'tokens:write',
  'runs:start',
  'runs:approve',
  'oa:write',
  'bindings:write',
  'departures:write',
  'events:write',
  'audit:read',
] as const;

export type Scope = (typeof scopes)[number];

export const roles = ['admin', 'operator', 'approver', 'viewer'] as const satisfies readonly Role[];

const scopesByRole: Readonly<Record<Role, readonly Scope[]>> = {
  admin: scopes,
  operator: ['read', 'runs:start', 'oa:write', 'bindings:write', 'departures:write', 'events:write'],
  approver: ['read', 'runs:approve'],
  viewer: ['read'],
};

export function scopesOfRole(role: Role): readonly Scope[] {
  return scopesByRole[role];
}

export function isScope(value: string): value is Scope {
  return (scopes as readonly string[]).includes(value);
}
