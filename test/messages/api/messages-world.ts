import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import pino from 'pino';
import type { MessageTemplate, RuleOptions } from '../../../domain/messages/message';
import type { Answer, Person, TestApi } from '../../api/harness';
import { usualTemplate } from '../message-people';
import { startTestApi } from '../../api/harness';
import { addMembers, connectCorp, feedOa } from '../../binding/bindings-world';
import { ensureNamespace } from '../../../workers/namespace';
import { testTemporal } from '../../support/temporal';

export type NewRule = {
  readonly name?: string;
  readonly source?: string;
  readonly order?: number;
  readonly isEnabled?: boolean;
  readonly options?: Partial<RuleOptions>;
  readonly targets?: readonly (Partial<MessageTemplate> & { readonly appId?: string })[];
};

export type SavedRule = { readonly ruleId: string; readonly targetIds: readonly string[] };

export interface MessagesWorld {
  readonly api: TestApi;
  readonly client: Client;
  readonly corpId: string;
  /** The bridge's ids of two apps. */
  readonly apps: readonly [string, string];
  readonly members: ReadonlyMap<string, string>;
  readonly operator: Person;
  call(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  rule(rule?: NewRule): Promise<SavedRule>;
  sql<T extends object>(text: string, params?: readonly unknown[]): Promise<T[]>;
  /** Whether Temporal knows such a workflow, and of which type. */
  workflow(workflowId: string): Promise<{ readonly type: string } | undefined>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

export const english = { 'accept-language': 'en' };

/** A corp with two apps, ada and bob bound to OA users; rules are put in as rows. */
export async function createMessagesWorld(): Promise<MessagesWorld> {
  const api = await startTestApi();
  // Temporal knows our search attributes only when a worker has been there.
  await ensureNamespace(testTemporal(), api.namespace, pino({ level: 'silent' }));
  const connection = await Connection.connect(testTemporal());
  const client = new Client({ connection, namespace: api.namespace });
  const corp = await connectCorp(api);
  const sql: MessagesWorld['sql'] = async (text, params = []) =>
    (await api.db.pool.query(text, [...params])).rows;
  const apps = [randomUUID(), randomUUID()] as const;
  await sql(
    `INSERT INTO app (id, corp_id, name, agent_id, secret_enc, callback_key, updated_at)
     VALUES ($2, $1, '审批', 11, 'x', $2, now()), ($3, $1, '公告', 12, 'x', $3, now())`,
    [corp.id, ...apps],
  );
  const members = await addMembers(api, corp.id, [
    { userId: 'Ada', name: '阿达' },
    { userId: 'bob', name: '鲍勃' },
  ]);
  await feedOa(api, [
    { id: 'u1', name: '阿达' },
    { id: 'u2', name: '鲍勃' },
    { id: 'u3', name: '卡萝尔' },
  ]);
  for (const [userId, oaUserId] of [
    ['Ada', 'u1'],
    ['bob', 'u2'],
  ] as const) {
    const answer = await api.call(`/corps/${corp.id}/bindings/${userId}`, {
      method: 'PUT',
      body: { oaUserId },
    });
    if (answer.status !== 200) throw new Error(answer.text);
  }
  return {
    api,
    client,
    corpId: corp.id,
    apps,
    members,
    operator: await api.signIn('operator'),
    sql,

    call: (path, body, headers = english) =>
      api.call(path, { headers, ...(body === undefined ? {} : { method: 'POST', body }) }),

    async rule({
      name = '全部',
      source = 'all',
      order = 1,
      isEnabled = true,
      options = {},
      targets = [{}],
    } = {}) {
      const ruleId = randomUUID();
      await sql(
        `INSERT INTO message_rule (id, name, source, "order", is_enabled, options, created_by, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'token:installation', now())`,
        [ruleId, name, source, order, isEnabled, JSON.stringify(options)],
      );
      const targetIds: string[] = [];
      for (const [position, { appId = apps[0], ...template }] of targets.entries()) {
        const targetId = randomUUID();
        targetIds.push(targetId);
        await sql(
          `INSERT INTO message_target (id, rule_id, position, corp_id, app_id, template) VALUES ($1, $2, $3, $4, $5, $6)`,
          [targetId, ruleId, position, corp.id, appId, JSON.stringify({ ...usualTemplate, ...template })],
        );
      }
      return { ruleId, targetIds };
    },

    async workflow(workflowId) {
      try {
        const { type } = await client.workflow.getHandle(workflowId).describe();
        return { type };
      } catch (error) {
        if (error instanceof Error && error.name === 'WorkflowNotFoundError') return undefined;
        throw error;
      }
    },

    async clear() {
      for (const table of ['message_recall', 'todo', 'oa_event', 'message_rule'])
        await sql(`DELETE FROM ${table}`);
    },

    async close() {
      await connection.close();
      await api.close();
    },
  };
}

let events = 0;

/** An event of the OA, and what the test says of it. */
export const event = (given: Readonly<Record<string, unknown>> = {}) => ({
  eventId: `event-${++events}-${randomUUID()}`,
  module: 'workflow',
  type: 'created',
  title: '请假申请',
  recipients: ['u1', 'u2'],
  ...given,
});
