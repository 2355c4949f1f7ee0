import type { Pool, PoolClient } from 'pg';
import type { DirectoryTable } from '../domain/oa-directory/directory';
import { directoryTables } from '../domain/oa-directory/directory';
import type { OaDirectoryPage, OaDirectoryReading } from '../oa/port';
import type { Database } from './database';
import type { FeedResult, OaFeed } from './oa-directory-feed';
import { createFeed, takeTurn } from './oa-directory-feed';

/** How far an OA that is asked for its directory was read. */
export type SourcePosition = {
  /** Counts the readings that were stored; two that overlap are told apart by it. */
  readonly readings: number;
  /** Null: read everything. */
  readonly cursor: string | null;
};

export type SourceFeedResult =
  | (FeedResult & { readonly kind: 'whole' | 'changes' })
  /** The OA knows of no change since the last reading. */
  | { readonly kind: 'unchanged'; readonly version: number };

export type SourceReading = {
  readonly sourceId: string;
  /** Where the reading began. */
  readonly position: SourcePosition;
  readonly fedBy: string;
  readonly onPage?: () => void;
};

export interface OaDirectorySourceStore {
  positionOf(sourceId: string): Promise<SourcePosition>;
  /** Takes a reading into the bridge's own tables, by the rules of every feed: everything or nothing. */
  feedFrom(reading: OaDirectoryReading, facts: SourceReading): Promise<SourceFeedResult>;
}

/** Another reading was stored meanwhile; this one may be the older of the two. */
export class SourceMovedOnError extends Error {
  constructor() {
    super('Another reading of the OA was stored meanwhile');
    this.name = 'SourceMovedOnError';
  }
}

/** Less or more arrived than the OA says it sent, or nothing where there must be somebody. */
export class SourceReadingBrokenError extends Error {
  constructor(readonly code: 'totals-differ' | 'no-last-page' | 'no-users') {
    super(`The reading of the OA can't be used: ${code}`);
    this.name = 'SourceReadingBrokenError';
  }
}

type Position = {
  readonly sourceId: string;
  readonly readings: number;
  readonly cursor: string | null;
  /** The version this reading made; with another one the directory was changed by other ways since. */
  readonly version: number;
  readonly wholeAt: string;
};

const factName = 'oa-source';
/** What a change log missed is found within a day. */
const wholeEveryHours = 20;

export function createOaDirectorySourceStore(db: Database): OaDirectorySourceStore {
  return {
    async positionOf(sourceId) {
      const { position, version, isWholeDue } = await readPosition(db.pool);
      if (position === undefined) return { readings: 0, cursor: null };
      const goesOn = position.sourceId === sourceId && position.version === version && !isWholeDue;
      return { readings: position.readings, cursor: goesOn ? position.cursor : null };
    },

    async feedFrom(reading, facts) {
      const feed = createFeed(db);
      try {
        return await feedReading(db, feed, reading, facts);
      } catch (error) {
        await feed.discard();
        throw error;
      }
    },
  };
}

async function feedReading(
  db: Database,
  feed: OaFeed,
  { kind, pages }: OaDirectoryReading,
  { sourceId, position, fedBy, onPage }: SourceReading,
): Promise<SourceFeedResult> {
  const arrived: Record<DirectoryTable, number> = { subcompanies: 0, departments: 0, users: 0 };
  const remove = { departments: [] as string[], users: [] as string[] };
  let end: OaDirectoryPage['end'];
  for await (const page of pages) {
    for (const table of directoryTables) {
      arrived[table] += page.rows[table].length;
      for (const row of page.rows[table]) await feed.add(table, row);
    }
    remove.departments.push(...page.remove.departments);
    remove.users.push(...page.remove.users);
    end = page.end;
    onPage?.();
  }
  if (end === undefined) throw new SourceReadingBrokenError('no-last-page');
  const { cursor, totals } = end;
  if (totals !== null && directoryTables.some((table) => totals[table] !== arrived[table])) {
    throw new SourceReadingBrokenError('totals-differ');
  }
  if (kind === 'whole' && arrived.users === 0) throw new SourceReadingBrokenError('no-users');

  const moveOn = async (client: PoolClient, version: number) => {
    const stored = (await readPosition(client)).position;
    if ((stored?.readings ?? 0) !== position.readings) throw new SourceMovedOnError();
    await savePosition(client, {
      sourceId,
      readings: position.readings + 1,
      cursor,
      version,
      wholeAt: kind === 'whole' ? new Date().toISOString() : (stored?.wholeAt ?? new Date(0).toISOString()),
    });
  };

  const isEmpty =
    directoryTables.every((table) => arrived[table] === 0) &&
    remove.departments.length === 0 &&
    remove.users.length === 0;
  if (kind === 'changes' && isEmpty) {
    return db.transaction(async (client) => {
      await takeTurn(client);
      const { version } = await readPosition(client);
      await moveOn(client, version);
      return { kind: 'unchanged', version };
    });
  }
  const change =
    kind === 'whole'
      ? ({ kind: 'whole', complete: totals !== null } as const)
      : ({ kind: 'patch', remove, ignoreUnknownRemovals: true } as const);
  return { ...(await feed.store(change, fedBy, moveOn)), kind };
}

async function readPosition(client: Pool | PoolClient) {
  const { rows } = await client.query<{
    position: Position | null;
    version: number;
    isWholeDue: boolean | null;
  }>(
    `SELECT f.value AS position,
            coalesce((SELECT max(version) FROM oa_directory_version), 0) AS version,
            (f.value ->> 'wholeAt')::timestamptz < now() - make_interval(hours => $2) AS "isWholeDue"
       FROM (SELECT) AS always
       LEFT JOIN installation_fact f ON f.name = $1`,
    [factName, wholeEveryHours],
  );
  const row = rows[0];
  return {
    position: row?.position ?? undefined,
    version: row?.version ?? 0,
    isWholeDue: row?.isWholeDue ?? true,
  };
}

async function savePosition(client: PoolClient, position: Position): Promise<void> {
  await client.query(
    `INSERT INTO installation_fact (name, value, updated_at) VALUES ($1, $2::jsonb, now())
     ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = now()`,
    [factName, JSON.stringify(position)],
  );
}
