import { setImmediate as breathe } from 'node:timers/promises';
import { datesBySettings } from '../../domain/departures/dates-by-settings';
import type { DirectorySettings } from '../../domain/directory/settings';
import type { CorpRecord } from '../../store/corps';
import { movesDates } from '../../store/departure-hooks';
import type { ApiDeps } from '../deps';
import { departureDayMs } from '../departures/days';

/** Whose deletion other settings would move, the next one first. */
export type Redated = {
  readonly count: number;
  readonly items: {
    readonly userId: string;
    readonly name: string | null;
    readonly deleteAtBefore: string | null;
    readonly deleteAtAfter: string | null;
  }[];
};

export const redatedShown = 100;

/** A date takes up to a millisecond: others are answered in between. */
const datedAtOnce = 200;

export async function whoIsRedated(
  { departures, settings }: Pick<ApiDeps, 'departures' | 'settings'>,
  corp: Pick<CorpRecord, 'id' | 'apiBaseUrl'>,
  current: DirectorySettings,
  wanted: DirectorySettings,
): Promise<Redated> {
  if (!movesDates(current, wanted)) return { count: 0, items: [] };
  const rows = await departures.datesOf(corp.id);
  const now = new Date();
  const dayMs = departureDayMs(settings, corp.apiBaseUrl);
  const items: Redated['items'] = [];
  let count = 0;
  for (const [index, row] of rows.entries()) {
    if (index % datedAtOnce === datedAtOnce - 1) await breathe();
    const { deleteAt } = datesBySettings(row, wanted, now, dayMs);
    if (row.deleteAt?.getTime() === deleteAt?.getTime()) continue;
    count += 1;
    if (items.length === redatedShown) continue;
    items.push({
      userId: row.userId,
      name: row.name,
      deleteAtBefore: row.deleteAt?.toISOString() ?? null,
      deleteAtAfter: deleteAt?.toISOString() ?? null,
    });
  }
  return { count, items };
}
