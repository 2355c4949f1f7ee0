import type { EventOutcome } from '../domain/directory/contact-events';
import { decodeCursor, encodeCursor } from './cursors';
import type { Database } from './database';
import type { SecretBox } from './secrets';
import { secretContext } from './secrets';
import { timeOrderedId } from './time-ordered-ids';

export type NewCallbackEvent = {
  readonly corpId: string;
  readonly appId: string | null;
  /** Identity of the whole event: WeCom delivers again when an answer is late. */
  readonly eventKey: string;
  /** What it is about, without naming anybody. */
  readonly kind: string;
  /** The decrypted message; stored encrypted, because it may name people. */
  readonly payload: string;
  /** False for what nobody acts on: it is kept to be looked at and counts as done. */
  readonly isWork: boolean;
};

/** `corp-gone`: the corp was removed a moment ago; nothing was stored. */
export type SavedEvent = 'new' | 'repeated' | 'corp-gone';

export type CallbackEventRecord = {
  readonly eventId: string;
  readonly appId: string | null;
  readonly kind: string;
  readonly deliveries: number;
  readonly receivedAt: Date;
  readonly processedAt: Date | null;
  readonly outcome: EventOutcome | null;
  readonly attempts: number;
};

export type CallbackState = 'waiting' | 'processed' | 'failed' | 'all';

export type CallbackSummary = {
  readonly lastReceivedAt: Date | null;
  readonly total: number;
  readonly waiting: number;
  readonly oldestWaitingAt: Date | null;
  readonly failed: number;
  /** Deliveries beyond the first of each event. */
  readonly repeated: number;
  readonly kinds: readonly { readonly kind: string; readonly events: number; readonly waiting: number }[];
  readonly outcomes: Readonly<Record<string, number>>;
};

export type WakeClaim =
  | { readonly claimed: true }
  /** Somebody else told of it `agoMs` ago. */
  | { readonly claimed: false; readonly agoMs: number };

export interface CallbackEventStore {
  /** All of them in one transaction, answered in their order. */
  saveEvents(events: readonly NewCallbackEvent[]): Promise<SavedEvent[]>;
  countEvents(corpId: string): Promise<number>;
  listEvents(search: {
    readonly corpId: string;
    readonly state: CallbackState;
    readonly kind?: string | undefined;
    readonly cursor?: string | undefined;
    readonly limit: number;
  }): Promise<{ items: CallbackEventRecord[]; nextCursor: string | null }>;
  summary(corpId: string): Promise<CallbackSummary>;
  /** The right to tell the corp's workflow, given once per `everyMs` to all processes together. */
  claimWake(corpId: string, everyMs: number): Promise<WakeClaim>;
  backlog(): Promise<readonly { readonly corpId: string; readonly waiting: number }[]>;
}

type EventRow = {
  id: string;
  app_id: string | null;
  kind: string;
  deliveries: number;
  received_at: Date;
  processed_at: Date | null;
  outcome: EventOutcome | null;
  attempts: number;
};

const conditions: Readonly<Record<CallbackState, string>> = {
  all: 'true',
  waiting: 'processed_at IS NULL',
  processed: 'processed_at IS NOT NULL',
  failed: `outcome = 'failed'`,
};

export function createCallbackEventStore({ prisma, pool }: Database, secrets: SecretBox): CallbackEventStore {
  return {
    async saveEvents(events) {
      // A statement may touch a row only once, and WeCom's second try may come together with its first.
      const distinct = new Map<string, NewCallbackEvent & { deliveries: number }>();
      for (const event of events) {
        const known = distinct.get(identityOf(event));
        if (known === undefined) distinct.set(identityOf(event), { ...event, deliveries: 1 });
        else known.deliveries += 1;
      }
      const rows = [...distinct.values()].map(({ payload, corpId, appId, eventKey, isWork, ...event }) => {
        const id = timeOrderedId();
        return {
          ...event,
          id,
          corp_id: corpId,
          app_id: appId,
          event_key: eventKey,
          is_work: isWork,
          payload_enc: secrets.seal(payload, secretContext('callback_event', 'payload_enc', id)),
        };
      });
      // In one order, so that two processes never wait for each other's rows in a circle.
      const { rows: saved } = await pool.query<{ corp_id: string; event_key: string; is_new: boolean }>(
        `INSERT INTO callback_event AS e (id, corp_id, app_id, event_key, kind, payload_enc, deliveries, processed_at,
           outcome)
         SELECT n.id, n.corp_id, n.app_id, n.event_key, n.kind, n.payload_enc, n.deliveries,
           CASE WHEN NOT n.is_work THEN now() END, CASE WHEN NOT n.is_work THEN 'nothing-to-do' END
         FROM jsonb_to_recordset($1::jsonb) AS n (id text, corp_id text, app_id text, event_key text, kind text,
           payload_enc text, deliveries int, is_work boolean)
         JOIN corp ON corp.id = n.corp_id
         ORDER BY n.corp_id, n.event_key
         ON CONFLICT (corp_id, event_key) DO UPDATE SET deliveries = e.deliveries + EXCLUDED.deliveries
         RETURNING corp_id, event_key, xmax = 0 AS is_new`,
        [JSON.stringify(rows)],
      );
      const results = new Map(
        saved.map(({ corp_id, event_key, is_new }) => [
          identityOf({ corpId: corp_id, eventKey: event_key }),
          is_new,
        ]),
      );
      const told = new Set<string>();
      return events.map((event): SavedEvent => {
        const identity = identityOf(event);
        const isNew = results.get(identity);
        if (isNew === undefined) return 'corp-gone';
        const isFirst = isNew && !told.has(identity);
        told.add(identity);
        return isFirst ? 'new' : 'repeated';
      });
    },

    async countEvents(corpId) {
      return prisma.callbackEvent.count({ where: { corpId } });
    },

    async listEvents({ corpId, state, kind, cursor, limit }) {
      const [at, id] = cursor === undefined ? [] : decodeCursor(cursor, 2);
      const { rows } = await pool.query<EventRow>(
        `SELECT id, app_id, kind, deliveries, received_at, processed_at, outcome, attempts FROM callback_event
         WHERE corp_id = $1 AND ${conditions[state]} AND ($2::text IS NULL OR kind = $2)
           AND ($3::timestamptz IS NULL OR (received_at, id) < ($3, $4))
         ORDER BY received_at DESC, id DESC LIMIT $5`,
        [corpId, kind ?? null, at ?? null, id ?? null, limit + 1],
      );
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      return {
        items: page.map(toRecord),
        nextCursor: last === undefined ? null : encodeCursor([last.received_at.toISOString(), last.id]),
      };
    },

    async summary(corpId) {
      const { rows } = await pool.query<{
        kind: string;
        outcome: string | null;
        events: number;
        deliveries: number;
        last: Date;
        oldest: Date;
      }>(
        `SELECT kind, CASE WHEN processed_at IS NOT NULL THEN outcome END AS outcome, count(*)::int AS events,
                sum(deliveries)::int AS deliveries, max(received_at) AS last, min(received_at) AS oldest
         FROM callback_event WHERE corp_id = $1 GROUP BY 1, 2`,
        [corpId],
      );
      const kinds = new Map<string, { kind: string; events: number; waiting: number }>();
      const outcomes: Record<string, number> = {};
      let [total, waiting, repeated] = [0, 0, 0];
      let lastReceivedAt: Date | null = null;
      let oldestWaitingAt: Date | null = null;
      for (const { kind, outcome, events, deliveries, last, oldest } of rows) {
        const entry = kinds.get(kind) ?? { kind, events: 0, waiting: 0 };
        entry.events += events;
        total += events;
        repeated += deliveries - events;
        if (lastReceivedAt === null || last > lastReceivedAt) lastReceivedAt = last;
        if (outcome === null) {
          entry.waiting += events;
          waiting += events;
          if (oldestWaitingAt === null || oldest < oldestWaitingAt) oldestWaitingAt = oldest;
        } else {
          outcomes[outcome] = (outcomes[outcome] ?? 0) + events;
        }
        kinds.set(kind, entry);
      }
      return {
        lastReceivedAt,
        total,
        waiting,
        oldestWaitingAt,
        failed: outcomes['failed'] ?? 0,
        repeated,
        kinds: [...kinds.values()].toSorted((a, b) => b.events - a.events || (a.kind < b.kind ? -1 : 1)),
        outcomes,
      };
    },

    async claimWake(corpId, everyMs) {
      const { rowCount } = await pool.query(
        `INSERT INTO callback_wake AS w (corp_id, woken_at) VALUES ($1, clock_timestamp())
         ON CONFLICT (corp_id) DO UPDATE SET woken_at = clock_timestamp()
         WHERE w.woken_at <= clock_timestamp() - make_interval(secs => $2)`,
        [corpId, everyMs / 1000],
      );
      if (rowCount === 1) return { claimed: true };
      const { rows } = await pool.query<{ ago: number }>(
        `SELECT (extract(epoch FROM clock_timestamp() - woken_at) * 1000)::float AS ago
         FROM callback_wake WHERE corp_id = $1`,
        [corpId],
      );
      return { claimed: false, agoMs: Math.max(0, rows[0]?.ago ?? everyMs) };
    },

    async backlog() {
      const { rows } = await pool.query<{ corpId: string; waiting: number }>(
        `SELECT c.id AS "corpId", (SELECT count(*)::int FROM callback_event e
                                   WHERE e.corp_id = c.id AND e.processed_at IS NULL) AS waiting
         FROM corp c`,
      );
      return rows;
    },
  };
}

function identityOf({ corpId, eventKey }: Pick<NewCallbackEvent, 'corpId' | 'eventKey'>): string {
  return `${corpId}/${eventKey}`;
}

function toRecord(row: EventRow): CallbackEventRecord {
  return {
    eventId: row.id,
    appId: row.app_id,
    kind: row.kind,
    deliveries: row.deliveries,
    receivedAt: row.received_at,
    processedAt: row.processed_at,
    outcome: row.outcome,
    attempts: row.attempts,
  };
}
