import { randomUUID } from 'node:crypto';
import { renderingContext } from '../../../store/message-contents';
import { createSecretBox } from '../../../store/secrets';
import { messagePushId, messageRecallId } from '../../../workflows/message-push.contract';
import type { MessagesWorld } from './messages-world';
import { createMessagesWorld, event } from './messages-world';

let world: MessagesWorld;

beforeAll(async () => {
  world = await createMessagesWorld();
});
afterAll(() => world.close());
afterEach(() => world.clear());

type Stored = Readonly<Record<string, unknown>>;

/** An event with its push, which then is made to look as if it had gone so far. */
async function pushed(
  row: Stored = {},
  {
    recipients = [],
    calls = [],
  }: { readonly recipients?: readonly Stored[]; readonly calls?: readonly Stored[] } = {},
  sent: Readonly<Record<string, unknown>> = event(),
): Promise<string> {
  const answer = await world.call('/oa/events', sent);
  const id = String(answer.body.pushes[0]?.pushId);
  await set('message_push', id, row);
  for (const [seq, call] of calls.entries()) {
    await insert('message_call', {
      ...{
        id: randomUUID(),
        push_id: id,
        corp_id: world.corpId,
        app_id: world.apps[0],
        seq,
        rendering_hash: 'h',
      },
      ...{
        recipients: 1,
        request_hash: 'r',
        uses_duplicate_check: true,
        state: 'sent',
        msg_id: `msg-${seq}`,
      },
      ...{ sent_at: new Date() },
      ...call,
    });
  }
  for (const [seq, recipient] of recipients.entries()) {
    await insert('message_recipient', {
      push_id: id,
      seq,
      app_id: world.apps[0],
      state: 'sent',
      ...recipient,
    });
  }
  return id;
}

async function set(table: string, id: string, row: Stored): Promise<void> {
  for (const [column, value] of Object.entries(row)) {
    await world.sql(`UPDATE ${table} SET ${column} = $2 WHERE id = $1`, [id, stored(value)]);
  }
}

async function insert(table: string, row: Stored): Promise<void> {
  const columns = Object.keys(row);
  await world.sql(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((_, index) => `$${index + 1}`).join(', ')})`,
    Object.values(row).map(stored),
  );
}

const stored = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !(value instanceof Date) ? JSON.stringify(value) : value;

const pushIds = async (query = ''): Promise<string[]> => {
  const { status, body } = await world.call(`/pushes${query}`);
  expect([status, body.error]).toEqual([200, undefined]);
  return body.items.map(({ pushId }: { pushId: string }) => pushId);
};

const hour = 3_600_000;

describe('the push log', () => {
  it('says of each what it is, for whom, how far it got and what can be done', async () => {
    const { ruleId } = await world.rule({ name: '审批', source: 'workflow', targets: [{ type: 'news' }] });
    const recallUntil = new Date(Date.now() + hour);
    const sent = event({ eventId: 'shown-1' });
    const id = await pushed(
      {
        state: 'partly',
        counts: { total: 3, sent: 2, skipped: 1 },
        first_sent_at: new Date(),
        recall_until: recallUntil,
      },
      { calls: [{}] },
      sent,
    );
    const { items, nextCursor } = (await world.call('/pushes')).body;
    expect([items, nextCursor]).toEqual([
      [
        {
          ...{ pushId: id, eventId: 'shown-1', kind: 'event', module: 'workflow', eventType: 'created' },
          ...{ title: '请假申请', ruleId, ruleName: '审批', corpId: world.corpId, corpName: '测试企业' },
          ...{ appId: world.apps[0], appName: '审批', type: 'news', state: 'partly' },
          ...{ reason: null, reasonCode: null, advice: null, wecom: null },
          counts: {
            ...{ total: 3, queued: 0, sending: 0, sent: 2, invalid: 0, unlicensed: 0, failed: 0, unknown: 0 },
            ...{ skipped: 1, gathered: 0, cancelled: 0, recalled: 0, 'recall-failed': 0 },
          },
          acceptedAt: expect.any(String),
          ...{ waitUntil: null, isPaused: false, sentAt: expect.any(String) },
          recallUntil: recallUntil.toISOString(),
          recallLeftSeconds: expect.any(Number),
          ...{ recallId: null, resendOf: null, digestDueAt: null, digestPushId: null, closedAt: null },
          can: { recall: true, resend: true },
          workflowId: messagePushId(id),
          temporalUrl: null,
        },
      ],
      null,
    ]);
    expect(items[0].recallLeftSeconds).toBeGreaterThan(3_500);
  });

  it('gives the reason, WeCom’s words and the advice in the reader’s language', async () => {
    await world.rule();
    await pushed({ state: 'failed', reason: { code: 'not-a-todo' } });
    await pushed({
      state: 'waiting',
      reason: {
        code: 'too-long',
        params: { field: 'title', length: 700, max: 512, unit: 'bytes', bytes: 700 },
      },
    });
    await pushed({
      state: 'failed',
      reason: {
        code: 'refused-by-wecom',
        wecom: { errcode: 40008, errmsg: 'invalid msgtype', path: 'message/send' },
      },
    });
    await pushed({ state: 'failed', reason: { code: 'of-a-later-version' } });
    const [later, refused, long, notTodo] = (await world.call('/pushes')).body.items;
    expect(notTodo).toMatchObject({
      reasonCode: 'not-a-todo',
      reason: expect.stringContaining('template cards'),
      advice: expect.stringContaining('rule'),
    });
    expect(long.reason).toBe('The title is longer than WeCom takes: 700, at most 512 bytes.');
    expect(refused).toMatchObject({ wecom: { errcode: 40008, path: 'message/send' } });
    expect(later.reason).toBe('of-a-later-version');
    const chinese = (await world.call('/pushes', undefined, { 'accept-language': 'zh-CN' })).body.items;
    expect(chinese[3].reason).toContain('模板卡片只能用于待办消息');
  });

  it('is filtered by corp, app, rule, event, state, kind, person and time', async () => {
    const [first, second] = world.apps;
    const one = await world.rule({ source: 'workflow', targets: [{ appId: first }] });
    const other = await world.rule({ source: 'report', targets: [{ appId: second }] });
    const [sentEvent, reportEvent] = [event(), event({ module: 'report' })];
    const member = world.members.get('Ada');
    const sent = await pushed(
      { state: 'sent', accepted_at: new Date(Date.now() - 2 * hour) },
      {
        recipients: [
          { oa_user_id: 'u1', member_id: member, user_id: 'Ada', user_id_key: 'ada' },
          { oa_user_id: 'u2', state: 'skipped', reason: 'unbound' },
        ],
      },
      sentEvent,
    );
    const report = await pushed({ state: 'failed', kind: 'resend' }, {}, reportEvent);
    expect(await pushIds()).toEqual([report, sent]);
    for (const [query, expected] of [
      [`corpId=${world.corpId}`, [report, sent]],
      ['corpId=elsewhere', []],
      [`appId=${first}`, [sent]],
      [`ruleId=${other.ruleId}`, [report]],
      [`ruleId=${one.ruleId}&state=failed`, []],
      [`eventId=${sentEvent.eventId}`, [sent]],
      ['state=sent,partly', [sent]],
      ['state=sent&state=failed', [report, sent]],
      ['kind=resend', [report]],
      ['user=u2', [sent]],
      ['user=ADA', [sent]],
      ['user=nobody', []],
      [`to=${new Date(Date.now() - hour).toISOString()}`, [sent]],
      [`from=${new Date(Date.now() - hour).toISOString()}`, [report]],
    ] as const) {
      expect([query, await pushIds(`?${query}`)]).toEqual([query, expected]);
    }
    for (const [query, path] of [
      ['state=gone', 'state.0'],
      ['kind=letter', 'kind.0'],
      ['from=yesterday', 'from'],
      ['from=2026-02-02&to=2026-02-01', 'to'],
      ['cursor=x', 'cursor'],
      ['limit=0', 'limit'],
    ] as const) {
      const { status, body } = await world.call(`/pushes?${query}`);
      expect([query, status, body.error.fields[0].path]).toEqual([query, 422, path]);
    }
  });

  it('goes page by page without losing or repeating any, also where several came at the same moment', async () => {
    await world.rule();
    const at = new Date();
    for (let number = 0; number < 5; number += 1) await pushed({ accepted_at: at });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: { pushId: string }[]; nextCursor: string | null } = (
        await world.call(`/pushes?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`)
      ).body;
      seen.push(...page.items.map(({ pushId }) => pushId));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect([seen.length, new Set(seen).size]).toEqual([5, 5]);
  });

  it('counts today’s pushes by state, and their messages', async () => {
    await world.rule();
    await pushed({ state: 'sent', counts: { total: 2, sent: 2 } });
    await pushed({ state: 'failed', counts: { total: 3, failed: 1, invalid: 2 } });
    await pushed({ state: 'sent', accepted_at: new Date(Date.now() - 48 * hour) });
    const { body } = await world.call('/pushes/summary?timezone=UTC');
    expect(body).toMatchObject({
      ...{ sent: 1, failed: 1, new: 0, total: 2 },
      messages: { sent: 2, failed: 3, skipped: 0, waiting: 0, recalled: 0 },
      since: `${new Date().toISOString().slice(0, 10)}T00:00:00.000Z`,
    });
    expect((await world.call('/pushes/summary?timezone=Mars')).status).toBe(422);
  });
});

describe('one push', () => {
  it('shows its message, its calls with WeCom’s answers, and its recall', async () => {
    await world.rule({ targets: [{ type: 'textcard' }] });
    const id = await pushed(
      {
        state: 'partly-recalled',
        recall_asked_at: new Date(),
        recall_asked_by: 'token:installation',
      },
      {
        calls: [
          { recall_state: 'recalled', recalled_at: new Date() },
          {
            recall_state: 'too-late',
            recall_error: {
              code: 'too-late',
              wecom: { errcode: 42052, errmsg: 'no', path: 'message/recall' },
            },
          },
          {
            state: 'unknown',
            msg_id: null,
            sent_at: null,
            error: { code: 'unknown' },
            recall_state: 'not-recallable',
          },
        ],
      },
    );
    const body = {
      msgtype: 'textcard',
      textcard: { title: '请假申请', description: '三天', url: 'https://oa.example.com/1', btntxt: '详情' },
    };
    await insert('message_rendering', {
      push_id: id,
      hash: 'h',
      body_enc: createSecretBox([world.api.masterKey]).seal(JSON.stringify(body), renderingContext(id, 'h')),
    });
    const shown = (await world.call(`/pushes/${id}`)).body;
    expect(shown.message).toEqual({
      type: 'textcard',
      fields: {
        title: '请假申请',
        content: '三天',
        url: 'https://oa.example.com/1',
        buttonText: '详情',
        imageUrl: null,
      },
      body,
      variants: 1,
    });
    expect(shown.calls).toMatchObject([
      { state: 'sent', msgid: 'msg-0', recall: { state: 'recalled', error: null } },
      {
        recall: {
          state: 'too-late',
          error: { message: expect.stringContaining('24'), wecom: { errcode: 42052 } },
        },
      },
      { state: 'unknown', msgid: null, error: { code: 'unknown' }, recall: { state: 'not-recallable' } },
    ]);
    expect(shown).toMatchObject({
      recall: {
        askedBy: 'token:BRIDGE_ADMIN_TOKEN',
        outcome: { state: 'partly-recalled', recalled: 1, tooLate: 1, notRecallable: 1, refused: 0 },
      },
      recipientsGiven: 2,
      can: { recall: false },
    });
    expect((await world.call('/pushes/nowhere')).status).toBe(404);
  });

  it('lists its recipients with names, states and reasons, and the decision on their cards', async () => {
    await world.rule({ targets: [{ type: 'template_card' }] });
    const call = randomUUID();
    const id = await pushed(
      { state: 'partly' },
      {
        calls: [{ id: call }],
        recipients: [
          {
            oa_user_id: 'u1',
            member_id: world.members.get('Ada'),
            user_id: 'Ada',
            user_id_key: 'ada',
            call_id: call,
            card_state: 'updated',
          },
          { oa_user_id: 'u2', state: 'skipped', reason: 'unbound' },
          { oa_user_id: 'u3', state: 'invalid' },
        ],
      },
      event({ todo: { taskId: 'task-listed', kind: 'pending' } }),
    );
    await world.call('/oa/todos/task-listed/settle', { outcome: 'approve', by: 'u1', text: '已同意' });
    const { items } = (await world.call(`/pushes/${id}/recipients`)).body;
    expect(items).toMatchObject([
      {
        ...{
          oaUserId: 'u1',
          userId: 'Ada',
          name: '阿达',
          state: 'sent',
          reason: null,
          sentAt: expect.any(String),
        },
        card: {
          state: 'updated',
          outcome: 'approve',
          outcomeText: '已同意',
          by: 'u1',
          at: expect.any(String),
        },
      },
      {
        oaUserId: 'u2',
        userId: null,
        name: '鲍勃',
        reasonCode: 'unbound',
        reason: 'Not bound to a member of this corp.',
        card: null,
      },
      { oaUserId: 'u3', state: 'invalid', reason: expect.stringContaining('visible range') },
    ]);
    const found = async (query: string) =>
      (await world.call(`/pushes/${id}/recipients?${query}`)).body.items.map(
        ({ oaUserId }: { oaUserId: string }) => oaUserId,
      );
    expect(await found('state=skipped,invalid')).toEqual(['u2', 'u3']);
    expect(await found(`q=${encodeURIComponent('阿')}`)).toEqual(['u1']);
    expect(await found('q=ada')).toEqual(['u1']);
    const first = (await world.call(`/pushes/${id}/recipients?limit=2`)).body;
    expect(await found(`limit=2&cursor=${first.nextCursor}`)).toEqual(['u3']);
    expect((await world.call(`/pushes/${id}/recipients?cursor=x`)).status).toBe(422);
    expect((await world.call('/pushes/nowhere/recipients')).status).toBe(404);
  });
});

describe('a recall', () => {
  it('is refused with the reason where nothing can come of it', async () => {
    await world.rule();
    const refused: readonly (readonly [string, Stored, readonly Stored[]])[] = [
      ['already_recalled', { state: 'recalled' }, [{ recall_state: 'recalled' }]],
      ['already_recalled', { state: 'cancelled' }, []],
      ['recall_too_late', { state: 'sent' }, [{ recall_state: 'too-late' }]],
      ['nothing_sent', { state: 'nobody' }, []],
      ['nothing_sent', { state: 'failed' }, [{ state: 'refused' }]],
      ['in_digest', { state: 'sent', digest_push_id: 'another' }, [{}]],
    ];
    for (const [code, row, calls] of refused) {
      const id = await pushed(row, { calls });
      const { status, body } = await world.call(`/pushes/${id}/recall`, {});
      expect([code, status, body.error]).toMatchObject([
        code,
        409,
        { code, message: expect.any(String), advice: expect.any(String), reason: code.replaceAll('_', '-') },
      ]);
      expect((await world.call(`/pushes/${id}`)).body.can.recall).toBe(false);
    }
    expect((await world.call('/pushes/nowhere/recall', {})).status).toBe(404);
    const viewer = await world.api.signIn('viewer');
    expect((await viewer.call('/pushes/x/recall', { method: 'POST' })).status).toBe(403);
  });

  it('of all pushes of an event is stored, started, and can be looked at', async () => {
    await world.rule({ name: '审批' });
    const sent = event();
    await pushed({ state: 'sent', counts: { total: 2, sent: 2 } }, { calls: [{}] }, sent);
    const answer = await world.call(`/oa/events/${sent.eventId}/recall`, {});
    const { recallId } = answer.body;
    expect([answer.status, answer.body]).toEqual([
      202,
      { recallId, workflowId: messageRecallId(recallId), pushes: 1 },
    ]);
    expect(await world.workflow(messageRecallId(recallId))).toEqual({ type: 'messageRecall' });
    const { body } = await world.call(`/pushes/recalls/${recallId}`);
    expect(body).toMatchObject({
      ...{ recallId, phase: 'running', askedBy: 'token:BRIDGE_ADMIN_TOKEN', finishedAt: null },
      filter: { eventId: sent.eventId, ruleId: null, from: null },
      counts: { pushes: 1, messages: 2, recalled: 0 },
    });
    expect((await world.call('/pushes/recalls')).body.items).toEqual([body]);
    expect((await world.call('/pushes/recalls/nowhere')).status).toBe(404);
  });

  it('of an event says why where nothing can be recalled', async () => {
    const unheard = event();
    await world.call('/oa/events', unheard);
    const reasonOf = async (eventId: string) =>
      (await world.call(`/oa/events/${eventId}/recall`, {})).body.error.code;
    expect(await reasonOf(unheard.eventId)).toBe('nothing_sent');
    await world.rule();
    const gone = event();
    await pushed(
      { state: 'recalled', recall_asked_at: new Date() },
      { calls: [{ recall_state: 'recalled' }] },
      gone,
    );
    expect(await reasonOf(gone.eventId)).toBe('already_recalled');
    expect(await reasonOf('nowhere')).toBe('not_found');
  });

  it('of many is by rule, app or corp and by time, and says first how many it would be', async () => {
    const { ruleId } = await world.rule({ name: '审批' });
    await pushed({ state: 'sent', counts: { total: 2, sent: 2 } }, { calls: [{}] });
    await pushed({ state: 'waiting', counts: { total: 1, queued: 1 } });
    await pushed({ state: 'recalled', recall_asked_at: new Date() }, { calls: [{}] });
    await pushed({ state: 'sent', accepted_at: new Date(Date.now() - 3 * hour) }, { calls: [{}] });
    await pushed({ state: 'sent', closed_at: new Date() }, { calls: [{}] });
    const times = {
      from: new Date(Date.now() - hour).toISOString(),
      to: new Date(Date.now() + hour).toISOString(),
    };
    const dry = await world.call('/pushes/recall', { ruleId, ...times, dryRun: true });
    expect([dry.status, dry.body]).toEqual([200, { pushes: 2, messages: 3 }]);
    expect((await world.call('/pushes/recalls')).body.items).toEqual([]);
    const started = await world.call(
      '/pushes/recall',
      { ruleId, ...times },
      { 'idempotency-key': 'many-once' },
    );
    expect([started.status, started.body.pushes]).toEqual([202, 2]);
    const again = await world.call(
      '/pushes/recall',
      { ruleId, ...times },
      { 'idempotency-key': 'many-once' },
    );
    expect(again.body).toEqual(started.body);
    expect((await world.call('/pushes/recalls')).body.items).toMatchObject([
      { filter: { ruleId, ruleName: '审批', from: times.from, to: times.to } },
    ]);
    const nothing = await world.call('/pushes/recall', { appId: world.apps[1], ...times });
    expect([nothing.status, nothing.body.error.code]).toEqual([409, 'nothing_to_recall']);
  });

  it('of many without an end or an aim is refused', async () => {
    const now = new Date().toISOString();
    for (const [body, path] of [
      [{ from: now, to: now }, 'eventId'],
      [{ ruleId: 'r', to: now }, 'from'],
      [{ ruleId: 'r', from: now }, 'to'],
      [{ ruleId: 'r', from: now, to: '2026-01-01' }, 'to'],
    ] as const) {
      const answer = await world.call('/pushes/recall', body);
      expect([answer.status, answer.body.error.fields[0].path]).toEqual([422, path]);
    }
  });
});

describe('sending again', () => {
  const everyone = [
    { oa_user_id: 'u1', member_id: 'm1', user_id: 'Ada', user_id_key: 'ada', state: 'sent' },
    { oa_user_id: 'u2', state: 'skipped', reason: 'unbound' },
    { oa_user_id: 'u3', user_id: 'carol', user_id_key: 'carol', state: 'unknown' },
    { oa_user_id: 'u4', state: 'skipped', reason: 'in-digest' },
    { oa_user_id: 'u5', user_id: 'eve', user_id_key: 'eve', state: 'invalid' },
  ];
  const recipientsOf = (id: string) =>
    world.sql(
      `SELECT seq, oa_user_id AS "oaUserId", user_id AS "userId", state FROM message_recipient WHERE push_id = $1 ORDER BY seq`,
      [id],
    );

  it('is another push, to those who did not get it, by the rule as it is now', async () => {
    const { targetIds } = await world.rule({
      options: { quietHours: { from: '22:00', to: '07:00', timezone: 'UTC' } },
    });
    const id = await pushed({ state: 'partly' }, { recipients: everyone });
    await world.sql(`UPDATE message_target SET template = template || '{"content": "更正"}' WHERE id = $1`, [
      targetIds[0],
    ]);
    const answer = await world.call(`/pushes/${id}/resend`, {});
    expect([answer.status, answer.body]).toEqual([
      202,
      { pushId: expect.any(String), workflowId: messagePushId(answer.body.pushId), recipients: 2 },
    ]);
    const { pushId } = answer.body;
    expect(await recipientsOf(pushId)).toEqual([
      { seq: 0, oaUserId: 'u2', userId: null, state: 'queued' },
      { seq: 1, oaUserId: 'u5', userId: 'eve', state: 'queued' },
    ]);
    expect((await world.call(`/pushes/${pushId}`)).body).toMatchObject({
      kind: 'resend',
      resendOf: id,
      state: 'new',
    });
    const [row] = await world.sql('SELECT template, options FROM message_push WHERE id = $1', [pushId]);
    expect(row).toMatchObject({ template: { content: '更正' }, options: { quietHours: null, digest: null } });
    expect(await world.workflow(messagePushId(pushId))).toEqual({ type: 'messagePush' });
  });

  it('reaches those with an unknown outcome only when they are named, and once for each Idempotency-Key', async () => {
    await world.rule();
    const id = await pushed({ state: 'partly' }, { recipients: everyone });
    const resend = () =>
      world.call(`/pushes/${id}/resend`, { states: ['unknown'] }, { 'idempotency-key': 'once-more' });
    const first = await resend();
    expect((await resend()).body).toEqual(first.body);
    expect(await recipientsOf(first.body.pushId)).toMatchObject([{ oaUserId: 'u3' }]);
    expect(await world.sql(`SELECT 1 FROM message_push WHERE kind = 'resend'`)).toHaveLength(1);
  });

  it('of one that failed before anybody was looked up is for everybody', async () => {
    await world.rule();
    const id = await pushed({ state: 'failed', reason: { code: 'template-broken', params: {} } });
    const answer = await world.call(`/pushes/${id}/resend`, {});
    expect([answer.status, answer.body.recipients]).toEqual([202, 2]);
    expect(await recipientsOf(answer.body.pushId)).toEqual([]);
  });

  it('is refused while it is being sent, to nobody, and after what it said was erased', async () => {
    await world.rule();
    const refused = async (id: string, body: object = {}) =>
      (await world.call(`/pushes/${id}/resend`, body)).body.error.code;
    expect(await refused(await pushed({ state: 'sending' }, { recipients: everyone }))).toBe('still_sending');
    expect(await refused(await pushed({ state: 'sent' }, { recipients: everyone.slice(0, 1) }))).toBe(
      'nobody_to_resend',
    );
    const sent = event();
    const erased = await pushed({ state: 'partly' }, { recipients: everyone }, sent);
    await world.call(`/oa/events/${sent.eventId}/erase`, {});
    expect(await refused(erased)).toBe('content_erased');
    expect(await refused('nowhere')).toBe('not_found');
    expect(await refused(erased, { states: ['sent'] })).toBe('validation_failed');
  });
});
