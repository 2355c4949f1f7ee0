import type { PoolClient } from 'pg';
import type { CallToRecall } from '../domain/messages/recall';
import type {
  CardState,
  MessageTemplate,
  MessageType,
  PushReason,
  PushState,
  RecallOutcome,
  RecipientState,
  RuleOptions,
} from '../domain/messages/message';
import { openPushStates, pushStates, recipientStates } from '../domain/messages/message';
import { encodeCursor, decodeCursor, CursorInvalidError } from './cursors';
import { openEventContent, renderingContext } from './message-contents';
import type { FrozenTemplate } from './oa-events';
import { decodeTimeCursor, fewRecipients } from './oa-events';
import { escapePattern } from './patterns';
import type { SecretBox } from './secrets';
import type { SqlDatabase } from './sql-database';

export type PushKind = 'event' | 'digest' | 'notice' | 'plan' | 'resend';

export type PushCounts = Readonly<Record<RecipientState | 'total', number>>;

export type PushRecord = {
  readonly id: string;
  readonly eventId: string;
  readonly kind: PushKind;
  readonly module: string;
  readonly eventType: string;
  /** Null once it was erased. */
  readonly title: string | null;
  readonly ruleId: string | null;
  readonly ruleName: string | null;
  readonly corpId: string;
  readonly corpName: string;
  readonly appId: string;
  readonly appName: string;
  readonly type: MessageType;
  readonly state: PushState;
  readonly reason: PushReason | null;
  readonly counts: PushCounts;
  readonly acceptedAt: Date;
  readonly waitUntil: Date | null;
  readonly isPaused: boolean;
  readonly firstSentAt: Date | null;
  readonly recallUntil: Date | null;
  readonly recallAskedAt: Date | null;
  readonly recallAskedBy: string | null;
  readonly recallId: string | null;
  readonly resendOf: string | null;
  readonly digestDueAt: Date | null;
  readonly digestPushId: string | null;
  readonly closedAt: Date | null;
  /** Its calls as far as a recall is concerned, each kind once. */
  readonly callKinds: readonly CallToRecall[];
};

export type PushFilter = {
  readonly corpId?: string | undefined;
  readonly appId?: string | undefined;
  readonly ruleId?: string | undefined;
  readonly eventId?: string | undefined;
  readonly states?: readonly PushState[] | undefined;
  readonly kinds?: readonly PushKind[] | undefined;
  /** An OA user's id, or a WeCom userid in any case. */
  readonly user?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
};

/** One call of message/send, and what came of it. */
export type CallRecord = {
  readonly id: string;
  readonly recipients: number;
  readonly state: 'sending' | 'sent' | 'unknown' | 'refused';
  readonly attempts: number;
  readonly startedAt: Date;
  readonly sentAt: Date | null;
  readonly msgId: string | null;
  readonly error: CallError | null;
  readonly cardState: CardState | null;
  readonly recallState: 'asked' | RecallOutcome | null;
  readonly recallError: CallError | null;
  readonly recalledAt: Date | null;
};

export type CallError = {
  readonly code: string;
  readonly wecom?: { readonly errcode?: number; readonly errmsg?: string; readonly path: string };
};

export type RecipientRecord = {
  readonly seq: number;
  readonly oaUserId: string | null;
  readonly userId: string | null;
  readonly name: string | null;
  readonly state: RecipientState;
  readonly reason: string | null;
  readonly sentAt: Date | null;
  readonly callId: string | null;
  readonly cardState: CardState | null;
};

/** The decision that the cards of a push show. */
export type CardOutcome = {
  /** Null where the OA said no more than that it was decided. */
  readonly outcome: string | null;
  readonly outcomeText: string | null;
  readonly by: string | null;
  readonly at: Date | null;
};

export type RecallTally = {
  readonly recalled: number;
  readonly tooLate: number;
  readonly notRecallable: number;
  readonly refused: number;
};

export type PushDetails = PushRecord & {
  readonly calls: readonly CallRecord[];
  /** What one of the recipients gets, as WeCom is sent it; null while it is not written, and once it was erased. */
  readonly body: Readonly<Record<string, unknown>> | null;
  readonly variants: number;
  /** Recipients the event named. */
  readonly recipientsGiven: number;
  readonly recalls: RecallTally;
};

export type RecipientFilter = {
  readonly states?: readonly RecipientState[] | undefined;
  /** Part of a name, of the OA's id or of the userid. */
  readonly q?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
};

export type RecallFilter = {
  readonly eventId: string | null;
  readonly ruleId: string | null;
  readonly appId: string | null;
  readonly corpId: string | null;
  /** By when they were accepted. `from` is included, `to` is not. */
  readonly from: Date | null;
  readonly to: Date | null;
};

export type BulkRecallRecord = {
  readonly id: string;
  readonly askedBy: string;
  readonly askedAt: Date;
  readonly filter: RecallFilter;
  readonly names: { readonly rule: string | null; readonly app: string | null; readonly corp: string | null };
  readonly phase: 'running' | 'done';
  readonly counts: Readonly<Record<string, number>>;
  readonly finishedAt: Date | null;
};

export type NewResend = {
  readonly id: string;
  readonly of: string;
  readonly states: readonly RecipientState[];
};

/** `erased`: what it said is gone; `open`: it is still being sent; `nobody`: nobody of those asked for. */
export type ResendResult =
  | { readonly kind: 'made'; readonly corpId: string; readonly recipients: number }
  | { readonly kind: 'unknown-push' | 'erased' | 'open' | 'nobody' };

export interface MessageLog {
  /** Newest first. */
  list(filter: PushFilter): Promise<{ items: PushRecord[]; nextCursor: string | null }>;
  ofEvent(eventId: string): Promise<PushRecord[]>;
  find(pushId: string): Promise<PushRecord | undefined>;
  details(pushId: string): Promise<PushDetails | undefined>;
  recipients(
    pushId: string,
    filter: RecipientFilter,
  ): Promise<{ items: RecipientRecord[]; nextCursor: string | null; outcome: CardOutcome | null }>;
  /** Of pushes accepted since then. */
  countsSince(since: Date): Promise<{
    readonly states: Readonly<Record<PushState, number>>;
    readonly recipients: PushCounts;
  }>;
  /** What a recall of these would be about: those that can still be taken back, or stopped. */
  recallable(filter: RecallFilter): Promise<{ readonly pushes: number; readonly messages: number }>;
  saveRecall(recall: {
    readonly id: string;
    readonly askedBy: string;
    readonly filter: RecallFilter;
    readonly pushes: number;
    readonly messages: number;
  }): Promise<void>;
  findRecall(recallId: string): Promise<BulkRecallRecord | undefined>;
  listRecalls(page: {
    readonly cursor?: string | undefined;
    readonly limit: number;
  }): Promise<{ items: BulkRecallRecord[]; nextCursor: string | null }>;
  /** Of rules, removed ones included, and of apps. */
  namesOf(ids: {
    readonly ruleIds: readonly string[];
    readonly appIds: readonly string[];
  }): Promise<{ readonly rules: ReadonlyMap<string, string>; readonly apps: ReadonlyMap<string, string> }>;
  /** Made once for each id. */
  resend(resend: NewResend): Promise<ResendResult>;
}

const pushColumns = `p.id, p.event_id AS "eventId", p.kind, e.module, e.type AS "eventType", e.content_enc AS "contentEnc",
  p.rule_id AS "ruleId", p.rule_name AS "ruleName", p.corp_id AS "corpId", corp.name AS "corpName", p.app_id AS "appId",
  app.name AS "appName", p.type, p.state, p.reason, p.counts, p.accepted_at AS "acceptedAt", p.wait_until AS "waitUntil",
  p.is_paused AS "isPaused", p.first_sent_at AS "firstSentAt", p.recall_until AS "recallUntil",
  p.recall_asked_at AS "recallAskedAt", p.recall_asked_by AS "recallAskedBy", p.recall_id AS "recallId",
  p.resend_of AS "resendOf", p.digest_due_at AS "digestDueAt", p.digest_push_id AS "digestPushId",
  p.closed_at AS "closedAt",
  (SELECT COALESCE(jsonb_agg(DISTINCT jsonb_build_object('state', c.state, 'hasMsgId', c.msg_id IS NOT NULL,
     'recallState', NULLIF(c.recall_state, 'asked'))), '[]') FROM message_call c WHERE c.push_id = p.id) AS "callKinds"`;

const pushTables = `message_push p JOIN oa_event e ON e.id = p.event_id JOIN corp ON corp.id = p.corp_id
  JOIN app ON app.id = p.app_id`;

type PushRow = Omit<PushRecord, 'title' | 'counts'> & {
  readonly contentEnc: string | null;
  readonly counts: Partial<PushCounts>;
};

export function createMessageLog(db: SqlDatabase, secrets: SecretBox): MessageLog {
  const { pool } = db;

  const toPush = ({ contentEnc, counts, ...row }: PushRow): PushRecord => ({
    ...row,
    title: openEventContent(secrets, row.eventId, contentEnc)?.title ?? null,
    counts: wholeCounts(counts),
  });

  const find = async (pushId: string): Promise<PushRecord | undefined> => {
    const { rows } = await pool.query<PushRow>(`SELECT ${pushColumns} FROM ${pushTables} WHERE p.id = $1`, [
      pushId,
    ]);
    return rows[0] === undefined ? undefined : toPush(rows[0]);
  };

  return {
    find,

    async list({ corpId, appId, ruleId, eventId, states, kinds, user, from, to, cursor, limit }) {
      const params: unknown[] = [];
      const param = (value: unknown): string => `$${params.push(value)}`;
      const conditions = ['true'];
      if (corpId !== undefined) conditions.push(`p.corp_id = ${param(corpId)}`);
      if (appId !== undefined) conditions.push(`p.app_id = ${param(appId)}`);
      if (ruleId !== undefined) conditions.push(`p.rule_id = ${param(ruleId)}`);
      if (eventId !== undefined) conditions.push(`p.event_id = ${param(eventId)}`);
      if (states !== undefined) conditions.push(`p.state = ANY(${param(states)}::text[])`);
      if (kinds !== undefined) conditions.push(`p.kind = ANY(${param(kinds)}::text[])`);
      if (from !== undefined) conditions.push(`p.accepted_at >= ${param(from)}::timestamptz`);
      if (to !== undefined) conditions.push(`p.accepted_at < ${param(to)}::timestamptz`);
      if (cursor !== undefined) {
        const [at, id] = decodeTimeCursor(cursor);
        conditions.push(`(p.accepted_at, p.id) < (${param(at)}::timestamptz, ${param(id)}::text)`);
      }
      // What one person got is little: found first, it need not be looked for among everybody's.
      const ofUser = user === undefined ? '' : `WITH of_user AS MATERIALIZED (${pushesOfUser(param(user))})`;
      if (user !== undefined) conditions.push('p.id IN (SELECT push_id FROM of_user)');
      // The page first; names and contents are then looked up for its rows alone.
      const { rows } = await pool.query<PushRow>(
        `${ofUser} SELECT ${pushColumns}
           FROM (SELECT p.* FROM message_push p WHERE ${conditions.join(' AND ')}
                  ORDER BY p.accepted_at DESC, p.id DESC LIMIT ${param(limit + 1)}::int) p
           JOIN oa_event e ON e.id = p.event_id JOIN corp ON corp.id = p.corp_id JOIN app ON app.id = p.app_id
          ORDER BY p.accepted_at DESC, p.id DESC`,
        params,
      );
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      return {
        items: page.map(toPush),
        nextCursor: last === undefined ? null : encodeCursor([last.acceptedAt.toISOString(), last.id]),
      };
    },

    async ofEvent(eventId) {
      const { rows } = await pool.query<PushRow>(
        `SELECT ${pushColumns} FROM ${pushTables}
          WHERE p.event_id = $1 OR p.id IN (SELECT digest_push_id FROM message_push WHERE event_id = $1)
          ORDER BY p.accepted_at, p.id`,
        [eventId],
      );
      return rows.map(toPush);
    },

    async details(pushId) {
      const [push, calls, rendering, given] = await Promise.all([
        find(pushId),
        pool.query<CallRecord>(
          `SELECT id, recipients, state, attempts, started_at AS "startedAt", sent_at AS "sentAt", msg_id AS "msgId",
                  error, card_state AS "cardState", recall_state AS "recallState", recall_error AS "recallError",
                  recalled_at AS "recalledAt"
             FROM message_call WHERE push_id = $1 ORDER BY seq`,
          [pushId],
        ),
        pool.query<{ hash: string; bodyEnc: string | null; variants: number }>(
          `SELECT hash, body_enc AS "bodyEnc",
                  (SELECT count(*)::int FROM message_rendering WHERE push_id = $1) AS variants
             FROM message_rendering
            WHERE push_id = $1
            ORDER BY hash = (SELECT rendering_hash FROM message_recipient
                              WHERE push_id = $1 AND rendering_hash IS NOT NULL ORDER BY seq LIMIT 1) DESC NULLS LAST
            LIMIT 1`,
          [pushId],
        ),
        pool.query<{ recipients: number }>(
          `SELECT cardinality(e.recipients) AS recipients FROM message_push p JOIN oa_event e ON e.id = p.event_id
            WHERE p.id = $1`,
          [pushId],
        ),
      ]);
      if (push === undefined) return undefined;
      const [first] = rendering.rows;
      return {
        ...push,
        calls: calls.rows,
        body:
          first === undefined || first.bodyEnc === null
            ? null
            : openBody(secrets, pushId, first.hash, first.bodyEnc),
        variants: first?.variants ?? 0,
        recipientsGiven: given.rows[0]?.recipients ?? 0,
        recalls: tallyRecalls(calls.rows),
      };
    },

    async recipients(pushId, { states, q, cursor, limit }) {
      const params: unknown[] = [pushId];
      const param = (value: unknown): string => `$${params.push(value)}`;
      const conditions = ['r.push_id = $1'];
      if (states !== undefined) conditions.push(`r.state = ANY(${param(states)}::text[])`);
      if (q !== undefined) {
        const pattern = param(`%${escapePattern(q)}%`);
        const texts = ['u.name', 'm.name', 'r.oa_user_id', 'r.user_id'];
        conditions.push(`(${texts.map((text) => `${text} ILIKE ${pattern}`).join(' OR ')})`);
      }
      if (cursor !== undefined) conditions.push(`r.seq > ${param(decodeSeq(cursor))}::int`);
      const [{ rows }, outcome] = await Promise.all([
        pool.query<RecipientRecord>(
          `SELECT r.seq, r.oa_user_id AS "oaUserId", r.user_id AS "userId", COALESCE(u.name, m.name) AS name, r.state,
                  r.reason, c.sent_at AS "sentAt", r.call_id AS "callId", r.card_state AS "cardState"
             FROM message_recipient r
             LEFT JOIN oa_user u ON u.id = r.oa_user_id
             LEFT JOIN mirror_member m ON m.id = r.member_id
             LEFT JOIN message_call c ON c.id = r.call_id
            WHERE ${conditions.join(' AND ')} ORDER BY r.seq LIMIT ${param(limit + 1)}::int`,
          params,
        ),
        pool.query<CardOutcome>(
          `SELECT t.outcome, t.outcome_text AS "outcomeText", t.by, t.at
             FROM message_push p JOIN oa_event e ON e.id = p.event_id JOIN todo t ON t.task_id = e.task_id
            WHERE p.id = $1 AND t.state IN ('decided', 'settled')`,
          [pushId],
        ),
      ]);
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      return {
        items: page,
        nextCursor: last === undefined ? null : encodeCursor([String(last.seq)]),
        outcome: outcome.rows[0] ?? null,
      };
    },

    async countsSince(since) {
      const sums = recipientStates
        .map((state) => `COALESCE(sum((p.counts->>'${state}')::int), 0)::int AS "${state}"`)
        .join(', ');
      const { rows } = await pool.query<
        { pushState: PushState; pushes: number } & Record<RecipientState, number>
      >(
        `SELECT p.state AS "pushState", count(*)::int AS pushes, ${sums} FROM message_push p
          WHERE p.accepted_at >= $1 GROUP BY p.state`,
        [since],
      );
      const summed = (state: RecipientState): number => rows.reduce((sum, row) => sum + row[state], 0);
      return {
        states: recordOf(
          pushStates,
          (state) => rows.find(({ pushState }) => pushState === state)?.pushes ?? 0,
        ),
        recipients: wholeCounts(recordOf(recipientStates, summed)),
      };
    },

    async recallable(filter) {
      const params: unknown[] = [];
      const condition = recallFilterInSql(filter, (value) => `$${params.push(value)}`);
      const { rows } = await pool.query<{ pushes: number; messages: number }>(
        `SELECT count(*)::int AS pushes, COALESCE(sum((
                  SELECT sum((p.counts->>k)::int) FROM unnest(ARRAY['queued', 'gathered', 'sending', 'sent', 'unknown']) k
                )), 0)::int AS messages
           FROM message_push p WHERE ${condition}`,
        params,
      );
      return rows[0] ?? { pushes: 0, messages: 0 };
    },

    async saveRecall({ id, askedBy, filter, pushes, messages }) {
      await pool.query(
        `INSERT INTO message_recall (id, asked_by, filter, counts) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING`,
        [id, askedBy, JSON.stringify(filter), JSON.stringify({ pushes, messages })],
      );
    },

    async findRecall(recallId) {
      const { rows } = await pool.query<BulkRecallRow>(
        `SELECT ${recallColumns} FROM ${recallTables} WHERE l.id = $1`,
        [recallId],
      );
      return rows[0] === undefined ? undefined : toRecall(rows[0]);
    },

    async listRecalls({ cursor, limit }) {
      const params: unknown[] = [limit + 1];
      let after = '';
      if (cursor !== undefined) {
        params.push(...decodeTimeCursor(cursor));
        after = 'WHERE (l.asked_at, l.id) < ($2::timestamptz, $3::text)';
      }
      const { rows } = await pool.query<BulkRecallRow>(
        `SELECT ${recallColumns} FROM ${recallTables} ${after} ORDER BY l.asked_at DESC, l.id DESC LIMIT $1`,
        params,
      );
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      return {
        items: page.map(toRecall),
        nextCursor: last === undefined ? null : encodeCursor([last.askedAt.toISOString(), last.id]),
      };
    },

    async namesOf({ ruleIds, appIds }) {
      const named = async (table: 'message_rule' | 'app', ids: readonly string[]) => {
        if (ids.length === 0) return new Map<string, string>();
        const { rows } = await pool.query<{ id: string; name: string }>(
          `SELECT id, name FROM ${table} WHERE id = ANY($1::text[])`,
          [ids],
        );
        return new Map(rows.map(({ id, name }) => [id, name]));
      };
      const [rules, apps] = await Promise.all([named('message_rule', ruleIds), named('app', appIds)]);
      return { rules, apps };
    },

    resend: ({ id, of, states }) =>
      db.transaction(async (client): Promise<ResendResult> => {
        const { rows } = await client.query<ResentPush>(
          `SELECT p.corp_id AS "corpId", p.app_id AS "appId", p.kind, p.state, p.rule_id AS "ruleId",
                  p.rule_name AS "ruleName", p.rule_version AS "ruleVersion", p.template, p.options,
                  e.content_enc IS NULL AS "isErased", e.task_id IS NOT NULL AS "hasTodo",
                  cardinality(e.recipients) AS "recipientsGiven",
                  EXISTS (SELECT FROM message_recipient r WHERE r.push_id = p.id) AS "hasRecipients"
             FROM message_push p JOIN oa_event e ON e.id = p.event_id WHERE p.id = $1`,
          [of],
        );
        const [push] = rows;
        if (push === undefined) return { kind: 'unknown-push' };
        if (isOpen(push.state)) return { kind: 'open' };
        if (push.isErased) return { kind: 'erased' };
        // Whole pushes may fail before their recipients were looked up: then it is everybody's turn again.
        const isForAll = push.state === 'failed' && !push.hasRecipients && states.includes('failed');
        const chosen = await client.query<{ recipients: number }>(
          `SELECT count(*)::int AS recipients FROM message_recipient r WHERE ${chosenRecipients}`,
          [of, states],
        );
        const recipients = isForAll ? push.recipientsGiven : (chosen.rows[0]?.recipients ?? 0);
        if (recipients === 0) return { kind: 'nobody' };

        const rule = await currentTarget(client, push);
        const isInteractive = push.hasTodo || recipients <= fewRecipients;
        const { rowCount } = await client.query(
          `INSERT INTO message_push (id, event_id, kind, rule_id, rule_name, rule_version, corp_id, app_id, type, template,
             options, priority, resend_of)
           SELECT $1, event_id, 'resend', rule_id, $3, $4, corp_id, app_id, $5, $6, $7, $8, id
             FROM message_push WHERE id = $2
           ON CONFLICT (id) DO NOTHING`,
          [
            id,
            of,
            rule.ruleName,
            rule.ruleVersion,
            rule.template.type,
            JSON.stringify(rule.template),
            // Somebody asked for it now.
            JSON.stringify({ ...rule.options, quietHours: null, digest: null }),
            isInteractive ? 'interactive' : 'bulk',
          ],
        );
        if (rowCount === 1 && !isForAll) {
          await client.query(
            `INSERT INTO message_recipient (push_id, seq, app_id, oa_user_id, member_id, user_id, user_id_key, state)
             SELECT $3, row_number() OVER (ORDER BY r.seq) - 1, r.app_id, r.oa_user_id, r.member_id, r.user_id,
                    r.user_id_key, 'queued'
               FROM message_recipient r WHERE ${chosenRecipients}`,
            [of, states, id],
          );
        }
        return { kind: 'made', corpId: push.corpId, recipients };
      }),
  };
}

export const isOpen = (state: PushState): boolean => (openPushStates as readonly PushState[]).includes(state);

/** Who got it with others in a digest has got it. */
const chosenRecipients = `r.push_id = $1 AND r.state = ANY($2::text[])
  AND NOT (r.state = 'skipped' AND r.reason = 'in-digest')`;

type ResentPush = {
  readonly corpId: string;
  readonly appId: string;
  readonly kind: PushKind;
  readonly state: PushState;
  readonly ruleId: string | null;
  readonly ruleName: string | null;
  readonly ruleVersion: number | null;
  readonly template: FrozenTemplate;
  readonly options: Partial<RuleOptions>;
  readonly isErased: boolean;
  readonly hasTodo: boolean;
  readonly recipientsGiven: number;
  readonly hasRecipients: boolean;
};

type UsedRule = Pick<ResentPush, 'ruleName' | 'ruleVersion' | 'template' | 'options'>;

/** What is sent again after the rule was put right is sent by the rule as it is now. */
async function currentTarget(client: Pick<PoolClient, 'query'>, push: ResentPush): Promise<UsedRule> {
  if (push.ruleId === null || (push.kind !== 'event' && push.kind !== 'resend')) return push;
  const { rows } = await client.query<
    Omit<UsedRule, 'template'> & { targetId: string; template: MessageTemplate }
  >(
    `SELECT r.name AS "ruleName", r.version AS "ruleVersion", r.options, t.id AS "targetId", t.template
       FROM message_rule r JOIN message_target t ON t.rule_id = r.id
      WHERE r.id = $1 AND r.deleted_at IS NULL AND t.app_id = $2 ORDER BY t.position LIMIT 1`,
    [push.ruleId, push.appId],
  );
  const [rule] = rows;
  if (rule === undefined) return push;
  const { targetId, template, ...used } = rule;
  return { ...used, template: { ...template, targetId } };
}

/** Of `p`: pushes that a recall of many is about. What is closed is beyond WeCom's day; an event's own are asked about all the same. */
export function recallFilterInSql(
  { eventId, ruleId, appId, corpId, from, to }: RecallFilter,
  param: (value: unknown) => string,
): string {
  const conditions = [
    'p.recall_asked_at IS NULL',
    'p.digest_push_id IS NULL',
    `(p.state IN ('new', 'waiting', 'gathered', 'sending') OR (p.state IN ('sent', 'partly', 'failed') AND EXISTS (
       SELECT FROM message_call c WHERE c.push_id = p.id AND c.state <> 'refused'
          AND c.recall_state IS DISTINCT FROM 'too-late')))`,
    eventId === null ? 'p.closed_at IS NULL' : `p.event_id = ${param(eventId)}`,
  ];
  if (ruleId !== null) conditions.push(`p.rule_id = ${param(ruleId)}`);
  if (appId !== null) conditions.push(`p.app_id = ${param(appId)}`);
  if (corpId !== null) conditions.push(`p.corp_id = ${param(corpId)}`);
  if (from !== null) conditions.push(`p.accepted_at >= ${param(from)}::timestamptz`);
  if (to !== null) conditions.push(`p.accepted_at < ${param(to)}::timestamptz`);
  return conditions.join(' AND ');
}

/** WeCom's userids are unique within a corp only, and indexed by app: there are few. */
const pushesOfUser = (user: string): string => `
  SELECT push_id FROM message_recipient WHERE oa_user_id = ${user}
  UNION
  SELECT r.push_id FROM app a JOIN message_recipient r ON r.app_id = a.id AND r.user_id_key = lower(${user})`;

function openBody(
  secrets: SecretBox,
  pushId: string,
  hash: string,
  sealed: string,
): Readonly<Record<string, unknown>> {
  return JSON.parse(secrets.open(sealed, renderingContext(pushId, hash))) as Record<string, unknown>;
}

function tallyRecalls(calls: readonly CallRecord[]): RecallTally {
  const of = (outcome: RecallOutcome): number =>
    calls.filter(({ recallState }) => recallState === outcome).length;
  return {
    recalled: of('recalled'),
    tooLate: of('too-late'),
    notRecallable: of('not-recallable'),
    refused: of('refused'),
  };
}

function recordOf<K extends string>(keys: readonly K[], of: (key: K) => number): Record<K, number> {
  return Object.fromEntries(keys.map((key) => [key, of(key)])) as Record<K, number>;
}

function wholeCounts(counts: Partial<PushCounts>): PushCounts {
  const known = recordOf(recipientStates, (state) => counts[state] ?? 0);
  const total = counts.total ?? Object.values(known).reduce((sum, count) => sum + count, 0);
  return { ...known, total };
}

function decodeSeq(cursor: string): number {
  const [seq = ''] = decodeCursor(cursor, 1);
  if (!/^\d{1,9}$/.test(seq)) throw new CursorInvalidError();
  return Number(seq);
}

type BulkRecallRow = Omit<BulkRecallRecord, 'filter' | 'names'> & {
  readonly filter: Partial<Record<keyof RecallFilter, string | null>>;
  readonly ruleName: string | null;
  readonly appName: string | null;
  readonly corpName: string | null;
};

const recallColumns = `l.id, l.asked_by AS "askedBy", l.asked_at AS "askedAt", l.filter, l.phase, l.counts,
  l.finished_at AS "finishedAt", r.name AS "ruleName", app.name AS "appName", corp.name AS "corpName"`;

const recallTables = `message_recall l LEFT JOIN message_rule r ON r.id = l.filter->>'ruleId'
  LEFT JOIN app ON app.id = l.filter->>'appId' LEFT JOIN corp ON corp.id = l.filter->>'corpId'`;

function toRecall({ filter, ruleName, appName, corpName, ...row }: BulkRecallRow): BulkRecallRecord {
  return {
    ...row,
    filter: toRecallFilter(filter),
    names: { rule: ruleName, app: appName, corp: corpName },
  };
}

/** As it is kept in its row. */
export function toRecallFilter(stored: Partial<Record<keyof RecallFilter, string | null>>): RecallFilter {
  const time = (at: string | null | undefined): Date | null => (at == null ? null : new Date(at));
  return {
    eventId: stored.eventId ?? null,
    ruleId: stored.ruleId ?? null,
    appId: stored.appId ?? null,
    corpId: stored.corpId ?? null,
    from: time(stored.from),
    to: time(stored.to),
  };
}
