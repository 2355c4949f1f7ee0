import { createHmac, randomBytes } from 'node:crypto';
import { equalSecrets } from '../authentication';

/** What tells a visit and its browser from others. */

/** WeCom takes letters and digits only. */
export function newState(): string {
  return randomBytes(32).toString('hex');
}

export function newBrowserToken(): string {
  return randomBytes(32).toString('base64url');
}

export function isBrowserToken(value: string): boolean {
  return /^[\w-]{43}$/.test(value);
}

/** Good for one visit in one browser; nothing of it has to be kept. */
export function formToken(browser: string, stateHash: string): string {
  return `${stateHash}.${createHmac('sha256', browser).update(`bind ${stateHash}`).digest('hex')}`;
}

/** The visit that a form belongs to, if the form was made for this browser. */
export function visitOfForm(token: string, browser: string): string | undefined {
  const stateHash = token.split('.')[0] ?? '';
  return equalSecrets(token, formToken(browser, stateHash)) ? stateHash : undefined;
}
