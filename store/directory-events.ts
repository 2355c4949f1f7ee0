import type { PoolClient } from 'pg';
import type { EventOutcome, OutcomeCounts } from '../domain/directory/contact-events';
import { noOutcomes } from '../domain/directory/contact-events';
import { cardKinds } from './card-taps';
import type { Database } from './database';
import { readDriftBaseline, recordDrift } from './drift';
import type { MirrorEffect } from './mirror-events';
import { rowsKnownBetter, rowsOf, writeMirrorEvents } from './mirror-events';
import { takeMirrorTurn } from './mirror-turn';
import type { SecretBox } from './secrets';
import { SealedSecretDamagedError, secretContext } from './secrets';

export type WaitingEvent = {
  readonly eventId: string;
  readonly receivedAtMs: number;
  /** The decrypted message; null where the row was damaged. */
  readonly payload: string | null;
};

export type KnownMember = {
  readonly departmentIds: readonly number[];
  /** An app of the bridge has read the member once. */
  readonly wasRead: boolean;
};

/** What became of all events about one member or department. */
export type Settlement = {
  readonly eventIds: readonly string[];
  readonly outcome: EventOutcome;
  readonly effect?: MirrorEffect;
};

/** `later`: what remains failed before, and is not worth asking for again at once. */
export type Remaining = 'none' | 'more' | 'to-be-tried-again';

export interface DirectoryEventsStore {
  /** The oldest events of the inbox, and the moment from which on everything is read. */
  take(corpId: string, limit: number): Promise<{ events: readonly WaitingEvent[]; readAt: Date }>;
  /** By userid in lower case; those who are gone are not known. */
  knownMembers(corpId: string, userIds: readonly string[]): Promise<ReadonlyMap<string, KnownMember>>;
  departmentSizes(corpId: string, departmentIds: readonly number[]): Promise<ReadonlyMap<number, number>>;
  /** Writes the mirror and marks the events as done, both or neither; what was done before is left alone. */
  settle(batch: {
    readonly corpId: string;
    readonly readAt: Date;
    readonly settlements: readonly Settlement[];
    /** Counts an attempt; the last one ends as failed. */
    readonly tryAgain: readonly string[];
  }): Promise<{ readonly outcomes: OutcomeCounts; readonly remaining: Remaining }>;
  /** Corps with events that have waited for longer than `olderThanMs`. */
  corpsWithWaitingEvents(olderThanMs: number): Promise<string[]>;
  /** Only those that are done; the others are somebody's work. */
  removeProcessed(olderThanDays: number): Promise<number>;
}

export const attemptsAtMost = 3;

/** Whatever it was that hindered them, a complete pull that began later has read what they are about. */
const overtakenAfterMinutes = 15;

/** Taps on cards wait in the same inbox, for their tasks. */
const ofDirectory = `kind NOT IN (${cardKinds.map((kind) => `'${kind}'`).join(', ')})`;

export function createDirectoryEventsStore(db: Database, secrets: SecretBox): DirectoryEventsStore {
  const { pool } = db;

  function open(id: string, sealed: string): string | null {
    try {
      return secrets.open(sealed, secretContext('callback_event', 'payload_enc', id));
    } catch (error) {
      if (error instanceof SealedSecretDamagedError) return null;
      throw error;
    }
  }

  return {
    async take(corpId, limit) {
      await pool.query(
        `UPDATE callback_event SET processed_at = clock_timestamp(), outcome = 'left-to-pull'
         WHERE id IN (
           SELECT id FROM callback_event
           WHERE corp_id = $1 AND processed_at IS NULL AND ${ofDirectory}
             AND (attempts > 0 OR received_at < now() - make_interval(mins => $2))
             AND received_at < (
               SELECT max(started_at) FROM run WHERE corp_id = $1 AND direction = 'pull' AND mode = 'apply'
                 AND phase = 'done' AND (completeness->>'complete')::boolean)
           ORDER BY event_key FOR UPDATE)`,
        [corpId, overtakenAfterMinutes],
      );
      const clock = await pool.query<{ now: Date }>('SELECT clock_timestamp() AS now');
      const { rows } = await pool.query<{ id: string; payload_enc: string; received_at: Date }>(
        `SELECT id, payload_enc, received_at FROM callback_event
         WHERE corp_id = $1 AND processed_at IS NULL AND ${ofDirectory} ORDER BY attempts, received_at, id LIMIT $2`,
        [corpId, limit],
      );
      return {
        readAt: clock.rows[0]?.now ?? new Date(),
        events: rows.map(({ id, payload_enc, received_at }) => ({
          eventId: id,
          receivedAtMs: received_at.getTime(),
          payload: open(id, payload_enc),
        })),
      };
    },

    async knownMembers(corpId, userIds) {
      const { rows } = await pool.query<{ key: string; departments: number[]; wasRead: boolean }>(
        `SELECT user_id_key AS key, departments, details_seen_at IS NOT NULL AS "wasRead" FROM mirror_member
         WHERE corp_id = $1 AND user_id_key = ANY($2::text[]) AND gone_at IS NULL`,
        [corpId, userIds.map((userId) => userId.toLowerCase())],
      );
      return new Map(
        rows.map(({ key, departments, wasRead }) => [key, { departmentIds: departments, wasRead }]),
      );
    },

    async departmentSizes(corpId, departmentIds) {
      const { rows } = await pool.query<{ id: number; members: number }>(
        `SELECT d.id, (SELECT count(*)::int FROM mirror_member m
                       WHERE m.corp_id = $1 AND m.departments @> ARRAY[d.id] AND m.gone_at IS NULL) AS members
         FROM unnest($2::int[]) AS d (id)`,
        [corpId, departmentIds],
      );
      return new Map(rows.map(({ id, members }) => [id, members]));
    },

    async settle({ corpId, readAt, settlements, tryAgain }) {
      const outcomes = await db.transaction(async (client) => {
        // Whoever settles the same events at the same time waits here.
        await takeMirrorTurn(client, corpId);
        const eventIds = [...settlements.flatMap((settlement) => settlement.eventIds), ...tryAgain];
        const open = await client.query<{ id: string }>(
          'SELECT id FROM callback_event WHERE id = ANY($1::text[]) AND processed_at IS NULL',
          [eventIds],
        );
        const openIds = new Set(open.rows.map(({ id }) => id));
        const effectsOf = (all: readonly Settlement[]): MirrorEffect[] =>
          all.flatMap(({ effect }) => (effect === undefined ? [] : [effect]));
        const unsettled = settlements.filter(({ eventIds }) => eventIds.some((id) => openIds.has(id)));
        const better = await rowsKnownBetter(client, corpId, rowsOf(effectsOf(unsettled)), readAt);
        const valid = unsettled.filter(({ effect }) => {
          if (effect === undefined) return true;
          const { userIdKeys, departmentIds } = rowsOf([effect]);
          return (
            !userIdKeys.some((key) => better.userIdKeys.has(key)) &&
            !departmentIds.some((id) => better.departmentIds.has(id))
          );
        });
        await withDrift(client, { corpId, readAt, effects: effectsOf(valid) }, () =>
          writeMirrorEvents(client, corpId, effectsOf(valid)),
        );
        const settled = valid.flatMap(({ eventIds, outcome }) =>
          eventIds.filter((id) => openIds.has(id)).map((id) => ({ id, outcome })),
        );
        // Last, because a repeated delivery that counts itself waits for the row; and in the order in which the API
        // locks them, so that neither waits for the other in a circle.
        await client.query(
          'SELECT FROM callback_event WHERE id = ANY($1::text[]) ORDER BY event_key FOR UPDATE',
          [eventIds],
        );
        await client.query(
          `UPDATE callback_event e SET processed_at = clock_timestamp(), outcome = s.outcome, attempts = attempts + 1
           FROM unnest($1::text[], $2::text[]) AS s (id, outcome) WHERE e.id = s.id`,
          [settled.map(({ id }) => id), settled.map(({ outcome }) => outcome)],
        );
        const { rows: givenUp } = await client.query<{ failed: boolean }>(
          `UPDATE callback_event SET attempts = attempts + 1,
             processed_at = CASE WHEN attempts + 1 >= $2 THEN clock_timestamp() END,
             outcome = CASE WHEN attempts + 1 >= $2 THEN 'failed' END
           WHERE id = ANY($1::text[]) AND processed_at IS NULL RETURNING processed_at IS NOT NULL AS failed`,
          [tryAgain, attemptsAtMost],
        );
        const counts = { ...noOutcomes };
        for (const { outcome } of settled) counts[outcome] += 1;
        counts.failed += givenUp.filter(({ failed }) => failed).length;
        return counts;
      });
      const { rows } = await pool.query<{ fresh: boolean; waiting: boolean }>(
        `SELECT EXISTS (SELECT FROM callback_event
                        WHERE corp_id = $1 AND processed_at IS NULL AND ${ofDirectory}) AS waiting,
                EXISTS (SELECT FROM callback_event
                        WHERE corp_id = $1 AND processed_at IS NULL AND ${ofDirectory} AND attempts = 0) AS fresh`,
        [corpId],
      );
      const { fresh = false, waiting = false } = rows[0] ?? {};
      return { outcomes, remaining: fresh ? 'more' : waiting ? 'to-be-tried-again' : 'none' };
    },

    async corpsWithWaitingEvents(olderThanMs) {
      const { rows } = await pool.query<{ id: string }>(
        `SELECT c.id FROM corp c WHERE EXISTS (
           SELECT FROM callback_event e WHERE e.corp_id = c.id AND e.processed_at IS NULL AND ${ofDirectory}
             AND e.received_at < now() - make_interval(secs => $1))`,
        [olderThanMs / 1000],
      );
      return rows.map(({ id }) => id);
    },

    async removeProcessed(olderThanDays) {
      const { rowCount } = await pool.query(
        `DELETE FROM callback_event WHERE processed_at IS NOT NULL
           AND received_at < now() - make_interval(days => $1)`,
        [olderThanDays],
      );
      return rowCount ?? 0;
    },
  };
}

type Connection = Pick<PoolClient, 'query'>;

/** What was changed by hand is found by comparing before and after. */
async function withDrift(
  client: Connection,
  {
    corpId,
    readAt,
    effects,
  }: { readonly corpId: string; readonly readAt: Date; readonly effects: readonly MirrorEffect[] },
  write: () => Promise<void>,
): Promise<void> {
  const { userIdKeys, departmentIds } = rowsOf(effects);
  const idsBefore = await memberIdsOf(client, corpId, userIdKeys);
  const before = await readDriftBaseline(client, corpId, {
    memberIds: [...idsBefore.values()],
    departmentIds,
  });
  await write();
  const idsAfter = await memberIdsOf(client, corpId, userIdKeys);
  const members = effects.flatMap((effect) => {
    const memberId = 'userId' in effect ? idsAfter.get(effect.userId.toLowerCase()) : undefined;
    if (memberId === undefined) return [];
    return [{ memberId, details: effect.kind === 'member-read' ? effect.details : null }];
  });
  await recordDrift(client, corpId, { seenBy: 'event', at: readAt, members, departmentIds, before });
}

async function memberIdsOf(
  client: Connection,
  corpId: string,
  userIdKeys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ id: string; key: string }>(
    'SELECT id, user_id_key AS key FROM mirror_member WHERE corp_id = $1 AND user_id_key = ANY($2::text[])',
    [corpId, userIdKeys],
  );
  return new Map(rows.map(({ id, key }) => [key, id]));
}
