import type { DirectorySettings } from '../../domain/directory/settings';
import { departureTexts } from '../../i18n/departures';
import { pushApiTexts } from '../../i18n/push-api';
import type { CorpRecord } from '../../store/corps';
import type { ApiDeps } from '../deps';
import { conflict } from '../http-errors';
import { departureDayMs } from './days';

/** What of a corp the departures of its members need. */
export type CorpOfDepartures = {
  readonly id: string;
  readonly timezone: string;
  /** How long a day of a rehearsal is; undefined where days are days. */
  readonly dayMs: number | undefined;
  /** Why no account may be touched at all. */
  readonly barred: 'read_only' | 'wecom_is_master' | 'no_contacts_secret' | null;
};

export async function corpOfDepartures(
  { directorySettings, settings }: Pick<ApiDeps, 'directorySettings' | 'settings'>,
  corp: CorpRecord,
): Promise<CorpOfDepartures> {
  const { document } = await directorySettings.currentSettings(corp.id);
  return {
    id: corp.id,
    timezone: document.timezone,
    dayMs: departureDayMs(settings, corp.apiBaseUrl),
    barred: barredBy(corp, document),
  };
}

function barredBy(corp: CorpRecord, { access, master }: DirectorySettings): CorpOfDepartures['barred'] {
  if (access === 'read-only') return 'read_only';
  if (master === 'wecom') return 'wecom_is_master';
  return corp.hasContactsSecret ? null : 'no_contacts_secret';
}

const barredTexts = {
  read_only: { message: departureTexts.readOnly, advice: pushApiTexts.readOnlyAdvice },
  wecom_is_master: { message: departureTexts.wecomIsMaster, advice: pushApiTexts.wecomIsMasterAdvice },
  no_contacts_secret: {
    message: pushApiTexts.noContactsSecret,
    advice: pushApiTexts.noContactsSecretAdvice,
  },
} as const;

export function assertMayTouchAccounts({ barred }: CorpOfDepartures): void {
  if (barred === null) return;
  const { message, advice } = barredTexts[barred];
  throw conflict(barred, message, { advice: { text: advice } });
}
