import { Rejection } from './errors';
import type { Caller, Rights } from './state/corp';

/**
 * `any`: every token · `contacts-write`, `contacts-only`: the contacts secret · `ids`: contacts secret and apps ·
 * `details`: what the contacts secret may no longer read · `own-app`: an app about itself · `external-contacts`: apps
 * that may call the customer interfaces, and in older corps those interfaces' own secret · `checkin`: the same for 打卡.
 */
export type Access =
  | 'any'
  | 'contacts-write'
  | 'contacts-only'
  | 'ids'
  | 'details'
  | 'own-app'
  | 'external-contacts'
  | 'checkin';

export function assertAccess(access: Access, caller: Caller, rights: Rights): void {
  switch (caller.kind) {
    case 'admin':
      return;
    case 'contacts':
      if (access === 'details' && rights === 'today') throw new Rejection(48009);
      if (access === 'own-app' || access === 'external-contacts' || access === 'checkin') {
        throw new Rejection(48002);
      }
      return;
    case 'app':
      if (access === 'external-contacts' && !caller.app.permissions.includes('externalcontact')) {
        throw new Rejection(48002);
      }
      if (access === 'checkin' && !caller.app.permissions.includes('checkin')) throw new Rejection(48002);
      if (access === 'contacts-write' || access === 'contacts-only') throw new Rejection(48002);
      return;
    case 'system':
      // Secrets of system apps stopped working for corps created since 2023-12-01.
      if (rights === 'today') throw new Rejection(48002);
      if (access === 'external-contacts' && caller.system !== 'externalcontact') throw new Rejection(48002);
      if (access === 'checkin' && caller.system !== 'checkin') throw new Rejection(48002);
      if (access === 'contacts-write' || access === 'contacts-only' || access === 'own-app') {
        throw new Rejection(48002);
      }
      return;
  }
}
