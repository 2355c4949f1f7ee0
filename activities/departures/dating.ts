import { datesBySettings } from '../../domain/departures/dates-by-settings';
import type { CorpStore } from '../../store/corps';
import type { DepartureStore } from '../../store/departures';
import type { SettingsStore } from '../../store/settings';

/** How long a day is. Other days than those of the calendar are for rehearsals, against the simulator alone. */
export type DepartureDay = {
  /** Of the corp with this address of WeCom's API; undefined where days are days. */
  lengthMs(apiBaseUrl: string): number | undefined;
};

type Dating = {
  readonly departures: Pick<DepartureStore, 'openToDate' | 'saveDates'>;
  readonly settings: Pick<SettingsStore, 'currentSettings'>;
  readonly corps: Pick<CorpStore, 'findCorp'>;
  readonly day: DepartureDay;
};

const datedAtOnce = 1_000;
/** Then the desk looks what else there is: somebody may have to be disabled within the minute. */
const dateForMs = 10_000;

export async function dateOpenDepartures(
  { departures, settings, corps, day }: Dating,
  { corpId, at }: { readonly corpId: string; readonly at: Date },
  reached: (details: object) => void,
): Promise<{ readonly dated: number }> {
  const corp = await corps.findCorp(corpId);
  if (corp === undefined) return { dated: 0 };
  const dayMs = day.lengthMs(corp.apiBaseUrl);
  const stopAt = performance.now() + dateForMs;
  let dated = 0;
  for (;;) {
    const open = await departures.openToDate(corpId, datedAtOnce);
    if (open.length === 0) return { dated };
    // Read with each lot: a save in between has asked for new dates as well.
    const { document } = await settings.currentSettings(corpId);
    await departures.saveDates(
      open.map((row) => ({
        id: row.id,
        version: row.version,
        ...datesBySettings(row, document, at, dayMs),
      })),
      at,
    );
    dated += open.length;
    reached({ dated });
    if (performance.now() > stopAt) return { dated };
  }
}
