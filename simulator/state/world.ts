import type { Logger } from 'pino';
import { CallLog } from '../call-log';
import { CallbackSender } from '../callbacks/sender';
import type { SimulatorClock } from '../clock';
import { Faults } from '../faults';
import { CorpBans, SecretBans } from '../bans';
import { RateLimits } from '../rate-limits';
import type { Settings } from '../settings';
import type { Caller, Corp } from './corp';
import { OauthGrants } from './oauth-grants';
import { Tokens } from './tokens';

export type UploadedImage = { readonly contentType: string; readonly content: Buffer };

/** Everything one simulator process knows. */
export class World {
  readonly corps = new Map<string, Corp>();
  readonly tokens = new Tokens();
  readonly oauth = new OauthGrants();
  readonly faults = new Faults();
  readonly calls = new CallLog();
  readonly limits = new RateLimits(() => this.settings);
  readonly secretBans = new SecretBans();
  readonly corpBans = new CorpBans();
  readonly images = new Map<string, UploadedImage>();
  readonly callbacks: CallbackSender;
  /** Told after every change of what is kept on disk. */
  onChange: () => void = () => undefined;
  publicBaseUrl = '';

  constructor(
    readonly clock: SimulatorClock,
    public settings: Settings,
    readonly logger: Logger,
  ) {
    this.callbacks = new CallbackSender({ clock, settings: () => this.settings, logger });
  }
}

export function callerBySecret(corp: Corp, secret: string): Caller | undefined {
  if (secret === corp.contactsSecret) return { kind: 'contacts' };
  for (const app of corp.apps.values()) if (app.secret === secret) return { kind: 'app', app };
  for (const system of ['externalcontact', 'checkin', 'archive'] as const) {
    if (corp.systemSecrets[system] === secret) return { kind: 'system', system };
  }
  return undefined;
}
