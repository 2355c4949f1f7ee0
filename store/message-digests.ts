import type { PoolClient } from 'pg';
import { fewRecipients, type MessageTemplate, type RuleOptions } from '../domain/messages/message';
import { openEventContent, sealEventContent } from './message-contents';
import { putPrepared, type PreparedPush } from './message-preparing';
import type { SecretBox } from './secrets';
import type { SqlDatabase } from './sql-database';
import { timeOrderedId } from './time-ordered-ids';

export type DigestMessage = {
  readonly title: string;
  readonly content: string;
};

/** How the titles become one message. */
export interface DigestWriter {
  template(template: MessageTemplate): MessageTemplate;
  message(titles: readonly string[]): DigestMessage;
  /** Rendered with the template: the body and its fingerprint, or null where it can't be sent. */
  render(
    template: MessageTemplate,
    options: RuleOptions,
    message: DigestMessage,
  ): { readonly hash: string; readonly body: string } | null;
}

export type ReleasedPush = { readonly pushId: string; readonly corpId: string };

export interface MessageDigestStore {
  /**
   * Ends a stretch of time of a rule's target, in one transaction: whoever has several messages gets one about all of
   * them, whoever has one gets that. Returns the pushes that are to be sent now.
   */
  release(
    targetId: string,
    dueAt: Date,
    writer: DigestWriter,
    seal: (pushId: string, hash: string, body: string) => string,
  ): Promise<ReleasedPush[]>;
  /** Stretches that are over, while somebody's messages still wait for their end. */
  overdue(
    forMs: number,
  ): Promise<{ readonly targetId: string; readonly corpId: string; readonly dueAt: Date }[]>;
}

type GatheredPush = {
  readonly id: string;
  readonly eventId: string;
  readonly contentEnc: string | null;
  readonly corpId: string;
  readonly appId: string;
  readonly ruleId: string | null;
  readonly ruleName: string | null;
  readonly ruleVersion: number | null;
  readonly template: MessageTemplate;
  readonly options: RuleOptions;
};

export function createMessageDigestStore(db: SqlDatabase, secrets: SecretBox): MessageDigestStore {
  return {
    release: (targetId, dueAt, writer, seal) =>
      db.transaction(async (client) => {
        const { rows: pushes } = await client.query<GatheredPush>(
          `SELECT p.id, p.event_id AS "eventId", e.content_enc AS "contentEnc", p.corp_id AS "corpId", p.app_id AS "appId",
                  p.rule_id AS "ruleId", p.rule_name AS "ruleName", p.rule_version AS "ruleVersion", p.template, p.options
             FROM message_push p JOIN oa_event e ON e.id = p.event_id
            WHERE p.state = 'gathered' AND p.closed_at IS NULL AND p.digest_due_at <= $2 AND p.template->>'targetId' = $1
            ORDER BY p.accepted_at, p.id FOR UPDATE OF p`,
          [targetId, dueAt],
        );
        const newest = pushes.at(-1);
        if (newest === undefined) return [];
        const pushIds = pushes.map(({ id }) => id);
        const digestId = timeOrderedId();
        const several = await digestedPeople(client, pushIds);
        await putAside(
          client,
          pushIds,
          several.map(({ oaUserId }) => oaUserId),
          digestId,
        );
        if (several.length > 0) {
          await putDigest(client, { digestId, newest, pushes, several, writer, seal, secrets });
        }
        const { rows: released } = await client.query<ReleasedPush>(
          `SELECT id AS "pushId", corp_id AS "corpId" FROM message_push
            WHERE (id = ANY($1) OR id = $2) AND state = 'new' ORDER BY accepted_at, id`,
          [pushIds, digestId],
        );
        return released;
      }),

    async overdue(forMs) {
      const { rows } = await db.pool.query<{
        readonly targetId: string;
        readonly corpId: string;
        readonly dueAt: Date;
      }>(
        `SELECT template->>'targetId' AS "targetId", corp_id AS "corpId", digest_due_at AS "dueAt"
           FROM message_push
          WHERE digest_due_at < clock_timestamp() - make_interval(secs => $1::float8 / 1000)
            AND state = 'gathered' AND closed_at IS NULL AND template->>'targetId' IS NOT NULL
          GROUP BY 1, 2, 3 LIMIT 100`,
        [forMs],
      );
      return rows;
    },
  };
}

type DigestedPerson = { readonly oaUserId: string; readonly pushIds: readonly string[] };

async function digestedPeople(client: PoolClient, pushIds: readonly string[]): Promise<DigestedPerson[]> {
  const { rows } = await client.query<DigestedPerson>(
    `SELECT r.oa_user_id AS "oaUserId", array_agg(p.id ORDER BY p.accepted_at, p.id) AS "pushIds"
       FROM message_push p JOIN oa_event e ON e.id = p.event_id CROSS JOIN unnest(e.recipients) AS r (oa_user_id)
      WHERE p.id = ANY($1) GROUP BY r.oa_user_id HAVING count(*) > 1 ORDER BY r.oa_user_id`,
    [pushIds],
  );
  return rows;
}

/** Whoever gets a digest gets nothing else of these pushes; one that is left with nobody is over. */
async function putAside(
  client: PoolClient,
  pushIds: readonly string[],
  oaUserIds: readonly string[],
  digestId: string,
): Promise<void> {
  await client.query(
    `INSERT INTO message_recipient (push_id, seq, app_id, oa_user_id, state, reason)
     SELECT p.id, r.seq, p.app_id, r.oa_user_id,
            CASE WHEN d.oa_user_id IS NULL THEN 'queued' ELSE 'skipped' END,
            CASE WHEN d.oa_user_id IS NOT NULL THEN 'in-digest' END
       FROM message_push p JOIN oa_event e ON e.id = p.event_id
       CROSS JOIN unnest(e.recipients) WITH ORDINALITY AS r (oa_user_id, seq)
       LEFT JOIN unnest($2::text[]) AS d (oa_user_id) ON d.oa_user_id = r.oa_user_id
      WHERE p.id = ANY($1)`,
    [pushIds, oaUserIds],
  );
  await client.query(
    `WITH counted AS (
       SELECT push_id, count(*)::int AS total, (count(*) FILTER (WHERE state = 'queued'))::int AS queued
         FROM message_recipient WHERE push_id = ANY($1) GROUP BY push_id)
     UPDATE message_push p
        SET state = CASE WHEN c.queued > 0 THEN 'new' ELSE p.state END,
            digest_push_id = CASE WHEN c.queued = 0 THEN $2 END,
            -- Only those that wait for it have one: the sweep asks for them every other second.
            digest_due_at = NULL,
            prepared_at = CASE WHEN c.queued = 0 THEN clock_timestamp() END,
            counts = CASE WHEN c.queued = 0 THEN jsonb_build_object('total', c.total, 'skipped', c.total) ELSE p.counts END,
            closed_at = CASE WHEN c.queued = 0 THEN clock_timestamp() END, updated_at = clock_timestamp()
       FROM counted c WHERE p.id = c.push_id`,
    [pushIds, digestId],
  );
}

async function putDigest(
  client: PoolClient,
  {
    digestId,
    newest,
    pushes,
    several,
    writer,
    seal,
    secrets,
  }: {
    readonly digestId: string;
    readonly newest: GatheredPush;
    readonly pushes: readonly GatheredPush[];
    readonly several: readonly DigestedPerson[];
    readonly writer: DigestWriter;
    readonly seal: (pushId: string, hash: string, body: string) => string;
    readonly secrets: SecretBox;
  },
): Promise<void> {
  const eventId = `digest-${digestId}`;
  const template = writer.template(newest.template);
  const options: RuleOptions = { ...newest.options, digest: null };
  const titles = new Map(
    pushes.map(({ id, eventId: of, contentEnc }) => [
      id,
      openEventContent(secrets, of, contentEnc)?.title ?? '…',
    ]),
  );
  const all = writer.message(pushes.map(({ id }) => titles.get(id) ?? ''));
  const content = { ...all, url: null, imageUrl: null, data: {} };
  await client.query(
    `INSERT INTO oa_event (id, origin, module, type, content_hash, content_enc, recipients, sent_by)
     SELECT $1, 'digest', e.module, 'digest', '', $2, $3, e.sent_by FROM oa_event e WHERE e.id = $4`,
    [
      eventId,
      sealEventContent(secrets, eventId, content),
      several.map(({ oaUserId }) => oaUserId),
      newest.eventId,
    ],
  );
  const { corpId, appId, ruleId, ruleName, ruleVersion } = newest;
  await client.query(
    `INSERT INTO message_push (id, event_id, kind, rule_id, rule_name, rule_version, corp_id, app_id, type, template,
                               options, priority, state)
     VALUES ($1, $2, 'digest', $3, $4, $5, $6, $7, $8, $9, $10, $11, 'new')`,
    [
      digestId,
      eventId,
      ruleId,
      ruleName,
      ruleVersion,
      corpId,
      appId,
      template.type,
      JSON.stringify(template),
      JSON.stringify(options),
      several.length <= fewRecipients ? 'interactive' : 'bulk',
    ],
  );
  await client.query(
    `INSERT INTO message_recipient (push_id, seq, app_id, oa_user_id, state)
     SELECT $1, g.seq, $2, g.oa_user_id, 'queued' FROM unnest($3::text[]) WITH ORDINALITY AS g (oa_user_id, seq)`,
    [digestId, appId, several.map(({ oaUserId }) => oaUserId)],
  );
  const bodies = new Map<string, string>();
  const assigned = several.map(({ pushIds }, index) => {
    const message = writer.message(pushIds.map((id) => titles.get(id) ?? ''));
    const made = writer.render(template, options, message);
    if (made !== null && !bodies.has(made.hash)) bodies.set(made.hash, seal(digestId, made.hash, made.body));
    return { position: index + 1, seq: index + 1, hash: made?.hash ?? null };
  });
  const prepared: PreparedPush = {
    renderings: [...bodies].map(([hash, bodyEnc]) => ({ hash, bodyEnc })),
    alike: null,
    assigned,
  };
  await putPrepared(client, digestId, true, prepared);
  // Prepared, but nobody has begun to send it.
  await client.query(`UPDATE message_push SET state = 'new' WHERE id = $1 AND closed_at IS NULL`, [digestId]);
}
