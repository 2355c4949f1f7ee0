import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import type {
  EventContent,
  EventOrigin,
  EventTodo,
  MessageTemplate,
  PushState,
  RuleOptions,
  TodoAction,
  TodoKind,
} from '../domain/messages/message';
import { CursorInvalidError, decodeCursor, encodeCursor } from './cursors';
import { openEventContent, sealEventContent } from './message-contents';
import { escapePattern } from './patterns';
import type { SecretBox } from './secrets';
import type { SqlDatabase } from './sql-database';
import { timeOrderedId } from './time-ordered-ids';

export type NewOaEvent = {
  readonly id: string;
  readonly module: string;
  readonly type: string;
  readonly content: EventContent;
  /** As given; who is named twice counts once. */
  readonly recipients: readonly string[];
  readonly todo: EventTodo | null;
  /** Id of the console user or API token. */
  readonly sentBy: string;
};

/** A target's template as it was, and which target that was. */
export type FrozenTemplate = MessageTemplate & { readonly targetId: string };

export type AcceptedPush = {
  readonly id: string;
  readonly corpId: string;
  readonly state: PushState;
  /** Gathered until then with others of its target. */
  readonly digest: { readonly targetId: string; readonly dueAt: Date } | null;
};

export type AcceptedEvent =
  | {
      /** `repeated`: the very same had been accepted before. */
      readonly kind: 'accepted' | 'repeated';
      readonly pushes: readonly AcceptedPush[];
    }
  /** Something else goes by this id. */
  | { readonly kind: 'differs' };

/** A target that had nothing to do, because an earlier one serves its app. */
export type ShadowedTarget = {
  readonly ruleId: string;
  readonly targetId: string;
  readonly appId: string;
  readonly servedByRuleId: string;
};

export type OaEventRecord = {
  readonly id: string;
  readonly origin: EventOrigin;
  readonly module: string;
  readonly type: string;
  /** Null once it was erased. */
  readonly content: EventContent | null;
  readonly erasedAt: Date | null;
  readonly recipients: number;
  /** In the order given, the first of them. */
  readonly firstRecipients: readonly string[];
  readonly todo: EventTodo | null;
  readonly shadowed: readonly ShadowedTarget[];
  readonly sentBy: string;
  readonly acceptedAt: Date;
  /** Of the event's own pushes; resends and digests stand for themselves. */
  readonly pushStates: readonly PushState[];
};

export type OaEventFilter = {
  readonly module?: string | undefined;
  /** How its id begins. */
  readonly idPrefix?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
};

export interface OaEventStore {
  /** All of them in one transaction, answered in their order: the event, its to-do, a push per rule and target. */
  accept(events: readonly NewOaEvent[]): Promise<AcceptedEvent[]>;
  list(filter: OaEventFilter): Promise<{ items: OaEventRecord[]; nextCursor: string | null }>;
  find(eventId: string): Promise<OaEventRecord | undefined>;
  /** What it said, and what was written from it, for good. False where there is no such event. */
  erase(eventId: string): Promise<boolean>;
}

const shownRecipients = 1_000;

export function createOaEventStore(db: SqlDatabase, secrets: SecretBox): OaEventStore {
  const { pool } = db;
  return {
    async accept(events) {
      const prepared = events.map(prepareEvent);
      return db.transaction((client) => acceptAll(client, prepared, secrets));
    },

    async list({ module, idPrefix, from, to, cursor, limit }) {
      const params: unknown[] = [];
      const param = (value: unknown): string => `$${params.push(value)}`;
      const conditions = ['true'];
      if (module !== undefined) conditions.push(`e.module = ${param(module)}`);
      if (idPrefix !== undefined) conditions.push(`e.id LIKE ${param(`${escapePattern(idPrefix)}%`)}`);
      if (from !== undefined) conditions.push(`e.accepted_at >= ${param(from)}::timestamptz`);
      if (to !== undefined) conditions.push(`e.accepted_at < ${param(to)}::timestamptz`);
      if (cursor !== undefined) {
        const [at, id] = decodeTimeCursor(cursor);
        conditions.push(`(e.accepted_at, e.id) < (${param(at)}::timestamptz, ${param(id)}::text)`);
      }
      const { rows } = await pool.query<EventRow>(
        `SELECT ${eventColumns} FROM oa_event e WHERE ${conditions.join(' AND ')}
          ORDER BY e.accepted_at DESC, e.id DESC LIMIT ${param(limit + 1)}::int`,
        params,
      );
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      return {
        items: page.map((row) => toEvent(row, secrets)),
        nextCursor: last === undefined ? null : encodeCursor([last.acceptedAt.toISOString(), last.id]),
      };
    },

    async find(eventId) {
      const { rows } = await pool.query<EventRow>(`SELECT ${eventColumns} FROM oa_event e WHERE e.id = $1`, [
        eventId,
      ]);
      return rows[0] === undefined ? undefined : toEvent(rows[0], secrets);
    },

    erase: (eventId) => db.transaction((client) => eraseEvent(client, eventId)),
  };
}

/** Sealed texts go for good; that it happened, and to whom it went, stays in the log. */
export async function eraseEvent(client: Pick<PoolClient, 'query'>, eventId: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE oa_event SET content_enc = NULL, erased_at = COALESCE(erased_at, now()) WHERE id = $1`,
    [eventId],
  );
  await client.query(
    `UPDATE message_rendering r SET body_enc = NULL FROM message_push p
      WHERE p.event_id = $1 AND r.push_id = p.id AND r.body_enc IS NOT NULL`,
    [eventId],
  );
  return rowCount === 1;
}

export function decodeTimeCursor(cursor: string): [at: string, id: string] {
  const [at = '', id = ''] = decodeCursor(cursor, 2);
  if (Number.isNaN(Date.parse(at))) throw new CursorInvalidError();
  return [at, id];
}

// ---------------------------------------------------------------- accepting

type PreparedEvent = NewOaEvent & { readonly contentHash: string };

function prepareEvent(event: NewOaEvent): PreparedEvent {
  const recipients = [...new Set(event.recipients)];
  const said = { ...event, recipients };
  return { ...said, contentHash: fingerprint(said) };
}

/** The id is part of it: the same words in two events have nothing to do with each other. */
function fingerprint({ id, module, type, content, recipients, todo }: NewOaEvent): string {
  return createHash('sha256')
    .update(canonical({ id, module, type, content, recipients, todo }))
    .digest('hex');
}

/** The order of an object's keys says nothing. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** A rule's target as it stands when an event comes in. */
type LiveTarget = {
  readonly ruleId: string;
  readonly ruleName: string;
  readonly ruleVersion: number;
  readonly source: string;
  readonly options: Partial<RuleOptions>;
  readonly targetId: string;
  readonly corpId: string;
  readonly appId: string;
  readonly template: MessageTemplate;
};

const liveTargetsInOrder = `
  SELECT r.id AS "ruleId", r.name AS "ruleName", r.version AS "ruleVersion", r.source, r.options, t.id AS "targetId",
         t.corp_id AS "corpId", t.app_id AS "appId", t.template
    FROM message_rule r JOIN message_target t ON t.rule_id = r.id
   WHERE r.deleted_at IS NULL AND r.is_enabled AND (r.source = 'all' OR r.source = ANY($1::text[]))
   ORDER BY r."order", r.created_at, r.id, t.position`;

type NewPush = {
  readonly id: string;
  readonly eventId: string;
  readonly ruleId: string;
  readonly ruleName: string;
  readonly ruleVersion: number;
  readonly corpId: string;
  readonly appId: string;
  readonly type: string;
  readonly template: FrozenTemplate;
  readonly options: RuleOptions;
  readonly priority: 'interactive' | 'bulk';
  readonly state: 'new' | 'gathered';
  readonly digestDueAt: string | null;
};

/** Somebody waits for them: to-dos, and what goes to few. */
export const fewRecipients = 50;

function route(
  event: NewOaEvent,
  targets: readonly LiveTarget[],
  nowMs: number,
): { readonly pushes: NewPush[]; readonly shadowed: ShadowedTarget[] } {
  const servedBy = new Map<string, string>();
  const pushes: NewPush[] = [];
  const shadowed: ShadowedTarget[] = [];
  for (const { source, targetId, template, ...target } of targets) {
    if (source !== 'all' && source !== event.module) continue;
    const { ruleId, appId } = target;
    const servedByRuleId = servedBy.get(appId);
    if (servedByRuleId !== undefined) {
      shadowed.push({ ruleId, targetId, appId, servedByRuleId });
      continue;
    }
    servedBy.set(appId, ruleId);
    const options = { ...usualOptions, ...target.options };
    pushes.push({
      ...target,
      id: timeOrderedId(),
      eventId: event.id,
      type: template.type,
      template: { ...template, targetId },
      options,
      priority: event.todo !== null || event.recipients.length <= fewRecipients ? 'interactive' : 'bulk',
      state: options.digest === null ? 'new' : 'gathered',
      digestDueAt: options.digest === null ? null : nextDigest(nowMs, options.digest.everyMinutes),
    });
  }
  return { pushes, shadowed };
}

const usualOptions: RuleOptions = { onTooLong: 'cut', quietHours: null, digest: null };

/** Stretches of time begin with the epoch, so that every process comes to the same end of one. */
function nextDigest(nowMs: number, everyMinutes: number): string {
  const stretchMs = everyMinutes * 60_000;
  return new Date((Math.floor(nowMs / stretchMs) + 1) * stretchMs).toISOString();
}

async function acceptAll(
  client: PoolClient,
  events: readonly PreparedEvent[],
  secrets: SecretBox,
): Promise<AcceptedEvent[]> {
  // A statement may touch a row only once, and an impatient sender may say the same twice at a time.
  const distinct = [...new Map(events.toReversed().map((event) => [event.id, event])).values()];
  const modules = [...new Set(distinct.map(({ module }) => module))];
  const { rows: targets } = await client.query<LiveTarget>(liveTargetsInOrder, [modules]);
  const nowMs = Date.now();
  const routed = new Map(distinct.map((event) => [event.id, route(event, targets, nowMs)]));

  const inserted = await insertEvents(
    client,
    distinct.map((event) => ({ event, shadowed: routed.get(event.id)?.shadowed ?? [] })),
    secrets,
  );
  await insertTodos(
    client,
    distinct.filter(({ id }) => inserted.has(id)),
  );
  const stored = await insertPushes(
    client,
    [...inserted].flatMap((id) => routed.get(id)?.pushes ?? []),
  );
  const known = await readKnown(
    client,
    events.filter(({ id }) => !inserted.has(id)).map(({ id }) => id),
  );

  const told = new Set<string>();
  return events.map(({ id, contentHash }): AcceptedEvent => {
    const before = known.get(id);
    const first = distinct.find((event) => event.id === id);
    if ((before?.contentHash ?? first?.contentHash) !== contentHash) return { kind: 'differs' };
    if (before !== undefined) return { kind: 'repeated', pushes: before.pushes };
    const pushes = stored.filter(({ eventId }) => eventId === id).map(({ eventId: _, ...push }) => push);
    const isFirst = !told.has(id);
    told.add(id);
    return { kind: isFirst ? 'accepted' : 'repeated', pushes };
  });
}

/** In one order, so that two processes never wait for each other's rows in a circle. Gives the ids that are new. */
async function insertEvents(
  client: PoolClient,
  events: readonly { readonly event: PreparedEvent; readonly shadowed: readonly ShadowedTarget[] }[],
  secrets: SecretBox,
): Promise<ReadonlySet<string>> {
  const rows = events.map(
    ({ event: { id, module, type, contentHash, content, recipients, todo, sentBy }, shadowed }) => ({
      id,
      module,
      type,
      contentHash,
      contentEnc: sealEventContent(secrets, id, content),
      recipients,
      taskId: todo?.taskId ?? null,
      todoKind: todo?.kind ?? null,
      todoActions: todo === null ? null : { showActions: todo.showActions, actions: todo.actions },
      shadowed,
      sentBy,
    }),
  );
  const { rows: inserted } = await client.query<{ id: string }>(
    `INSERT INTO oa_event (id, module, type, content_hash, content_enc, recipients, task_id, todo_kind, todo_actions,
       shadowed, sent_by, accepted_at)
     SELECT id, module, type, "contentHash", "contentEnc", ARRAY(SELECT jsonb_array_elements_text(recipients)),
            "taskId", "todoKind", NULLIF("todoActions", 'null'), shadowed, "sentBy", clock_timestamp()
       FROM jsonb_to_recordset($1::jsonb) AS n (id text, module text, type text, "contentHash" text, "contentEnc" text,
         recipients jsonb, "taskId" text, "todoKind" text, "todoActions" jsonb, shadowed jsonb, "sentBy" text)
      ORDER BY id
     ON CONFLICT (id) DO NOTHING
     RETURNING id`,
    [JSON.stringify(rows)],
  );
  return new Set(inserted.map(({ id }) => id));
}

/** Several events may be about one task; it is decided once. */
async function insertTodos(client: PoolClient, events: readonly PreparedEvent[]): Promise<void> {
  const taskIds = [...new Set(events.flatMap(({ todo }) => (todo === null ? [] : [todo.taskId])))];
  if (taskIds.length === 0) return;
  await client.query(
    `INSERT INTO todo (task_id) SELECT id FROM unnest($1::text[]) AS id ORDER BY id
     ON CONFLICT (task_id) DO NOTHING`,
    [taskIds],
  );
}

type StoredPush = AcceptedPush & { readonly eventId: string };

type PushRow = {
  readonly id: string;
  readonly eventId: string;
  readonly corpId: string;
  readonly state: PushState;
  readonly targetId: string;
  readonly digestDueAt: Date | null;
};

const pushRowColumns = `p.id, p.event_id AS "eventId", p.corp_id AS "corpId", p.state,
  p.template->>'targetId' AS "targetId", p.digest_due_at AS "digestDueAt"`;

function toStoredPush({ targetId, digestDueAt, ...push }: PushRow): StoredPush {
  return { ...push, digest: digestDueAt === null ? null : { targetId, dueAt: digestDueAt } };
}

async function insertPushes(client: PoolClient, pushes: readonly NewPush[]): Promise<StoredPush[]> {
  if (pushes.length === 0) return [];
  // An app may have been removed since its targets were read.
  const { rows } = await client.query<PushRow>(
    `INSERT INTO message_push AS p (id, event_id, rule_id, rule_name, rule_version, corp_id, app_id, type, template,
       options, priority, state, digest_due_at, accepted_at)
     SELECT n.id, n."eventId", n."ruleId", n."ruleName", n."ruleVersion", n."corpId", n."appId", n.type, n.template,
            n.options, n.priority, n.state, n."digestDueAt", clock_timestamp()
       FROM jsonb_to_recordset($1::jsonb) AS n (id text, "eventId" text, "ruleId" text, "ruleName" text,
         "ruleVersion" int, "corpId" text, "appId" text, type text, template jsonb, options jsonb, priority text,
         state text, "digestDueAt" timestamptz)
       JOIN app a ON a.id = n."appId" AND a.corp_id = n."corpId"
      ORDER BY n.id
     RETURNING ${pushRowColumns}`,
    [JSON.stringify(pushes)],
  );
  return rows.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(toStoredPush);
}

type KnownEvent = { readonly contentHash: string; readonly pushes: AcceptedPush[] };

async function readKnown(
  client: PoolClient,
  ids: readonly string[],
): Promise<ReadonlyMap<string, KnownEvent>> {
  if (ids.length === 0) return new Map();
  const [{ rows: events }, { rows: pushes }] = [
    await client.query<{ id: string; contentHash: string }>(
      `SELECT id, content_hash AS "contentHash" FROM oa_event WHERE id = ANY($1::text[])`,
      [ids],
    ),
    await client.query<PushRow>(
      `SELECT ${pushRowColumns} FROM message_push p
        WHERE p.event_id = ANY($1::text[]) AND p.kind = 'event' ORDER BY p.id`,
      [ids],
    ),
  ];
  return new Map(
    events.map(({ id, contentHash }) => [
      id,
      {
        contentHash,
        pushes: pushes
          .filter(({ eventId }) => eventId === id)
          .map((row) => {
            const { eventId: _, ...push } = toStoredPush(row);
            return push;
          }),
      },
    ]),
  );
}

// ---------------------------------------------------------------- reading

type EventRow = {
  readonly id: string;
  readonly origin: EventOrigin;
  readonly module: string;
  readonly type: string;
  readonly contentEnc: string | null;
  readonly erasedAt: Date | null;
  readonly recipients: number;
  readonly firstRecipients: string[];
  readonly taskId: string | null;
  readonly todoKind: TodoKind | null;
  readonly todoActions: { readonly showActions: boolean; readonly actions: readonly TodoAction[] } | null;
  readonly shadowed: readonly ShadowedTarget[];
  readonly sentBy: string;
  readonly acceptedAt: Date;
  readonly pushStates: PushState[];
};

const eventColumns = `e.id, e.origin, e.module, e.type, e.content_enc AS "contentEnc", e.erased_at AS "erasedAt",
  cardinality(e.recipients) AS recipients, e.recipients[1:${shownRecipients}] AS "firstRecipients", e.task_id AS "taskId",
  e.todo_kind AS "todoKind", e.todo_actions AS "todoActions", e.shadowed, e.sent_by AS "sentBy",
  e.accepted_at AS "acceptedAt",
  ARRAY(SELECT p.state FROM message_push p WHERE p.event_id = e.id AND p.kind <> 'resend') AS "pushStates"`;

function toEvent(
  { contentEnc, taskId, todoKind, todoActions, ...row }: EventRow,
  secrets: SecretBox,
): OaEventRecord {
  return {
    ...row,
    content: openEventContent(secrets, row.id, contentEnc),
    todo:
      taskId === null || todoKind === null
        ? null
        : {
            taskId,
            kind: todoKind,
            showActions: todoActions?.showActions ?? false,
            actions: todoActions?.actions ?? [],
          },
  };
}
