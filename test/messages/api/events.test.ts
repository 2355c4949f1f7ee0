import { createEventAcceptor } from '../../../api/messages/accepting';
import { eventStateOf } from '../../../api/messages/view';
import { createTemporalGateway } from '../../../api/temporal';
import type { PushState } from '../../../domain/messages/message';
import { messageDigestId, messagePushId } from '../../../workflows/message-push.contract';
import type { MessagesWorld } from './messages-world';
import { createMessagesWorld, event } from './messages-world';

let world: MessagesWorld;

beforeAll(async () => {
  world = await createMessagesWorld();
});
afterAll(() => world.close());
afterEach(() => world.clear());

const send = (body: object) => world.call('/oa/events', body);
const pushesOf = (eventId: string) =>
  world.sql<{
    id: string;
    state: string;
    appId: string;
    ruleId: string;
    template: object;
    options: object;
    priority: string;
    digestDueAt: Date | null;
  }>(
    `SELECT id, state, app_id AS "appId", rule_id AS "ruleId", template, options, priority, digest_due_at AS "digestDueAt"
       FROM message_push WHERE event_id = $1 ORDER BY id`,
    [eventId],
  );

describe('an event that is accepted', () => {
  it('is a row with its push, whose workflow is started, before it is answered', async () => {
    const { ruleId, targetIds } = await world.rule({
      name: '审批',
      source: 'workflow',
      targets: [{ type: 'textcard', title: '{{ event.title }}' }],
      options: { onTooLong: 'refuse' },
    });
    const sent = event({ content: '三天', url: 'https://oa.example.com/4711', data: { days: 3 } });
    const answer = await send(sent);
    expect([answer.status, answer.body]).toEqual([
      202,
      {
        eventId: sent.eventId,
        pushes: [{ pushId: expect.any(String), workflowId: expect.stringMatching(/^push:/) }],
        state: 'new',
      },
    ]);
    const [push] = await pushesOf(sent.eventId);
    expect(push).toMatchObject({
      id: answer.body.pushes[0].pushId,
      ruleId,
      state: 'new',
      priority: 'interactive',
      template: { type: 'textcard', title: '{{ event.title }}', content: null, targetId: targetIds[0] },
      options: { onTooLong: 'refuse', quietHours: null, digest: null },
    });
    expect(await world.workflow(answer.body.pushes[0].workflowId)).toMatchObject({ type: 'messagePush' });
  });

  it('is kept sealed: neither the database nor the log nor the workflow has what it says', async () => {
    await world.rule();
    const sent = event({ title: '绝密标题', content: '绝密内容' });
    await send(sent);
    const rows = await world.sql(`SELECT * FROM oa_event e JOIN message_push p ON p.event_id = e.id`);
    expect(rows).toHaveLength(1);
    const [{ id } = { id: '' }] = await pushesOf(sent.eventId);
    const history = await world.client.workflow.getHandle(messagePushId(id)).fetchHistory();
    for (const text of [JSON.stringify(rows), world.api.logged.join(''), JSON.stringify(history)]) {
      expect(text).not.toContain('绝密');
    }
  });

  it('is the same event again, whatever the order of its fields; nothing is made twice', async () => {
    await world.rule();
    const sent = event({ data: { a: 1, b: { c: 2, d: 3 } } });
    const [first, second] = await Promise.all([send(sent), send(sent)]);
    const third = await send({
      ...Object.fromEntries(Object.entries(sent).toReversed()),
      data: { b: { d: 3, c: 2 }, a: 1 },
    });
    for (const answer of [second, third]) {
      expect([answer.status, answer.body]).toEqual([202, first.body]);
    }
    expect(await pushesOf(sent.eventId)).toHaveLength(1);
  });

  it('under an id that means something else is refused, at once or later', async () => {
    await world.rule();
    const sent = event();
    const answers = await Promise.all([send(sent), send({ ...sent, title: '另一个' })]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 409]);
    const kept = answers[0]?.status === 202 ? sent.title : '另一个';
    for (const change of [
      { title: 'x' },
      { title: kept, recipients: ['u1'] },
      { title: kept, data: { a: 1 } },
    ]) {
      const { status, body } = await send({ ...sent, ...change });
      expect([status, body.error.code]).toEqual([409, 'event_differs']);
      expect(body.error.message).toContain(sent.eventId);
    }
    expect(await pushesOf(sent.eventId)).toHaveLength(1);
  });

  it('that no rule is for is kept, and says so', async () => {
    await world.rule({ source: 'attendance' });
    await world.rule({ isEnabled: false });
    const sent = event();
    expect((await send(sent)).body).toEqual({ eventId: sent.eventId, pushes: [], state: 'no-rule' });
    expect((await world.call(`/oa/events/${sent.eventId}`)).body).toMatchObject({
      state: 'no-rule',
      title: '请假申请',
      pushes: [],
    });
  });

  it('names each recipient once', async () => {
    const sent = event({ recipients: ['u2', 'u1', 'u2'] });
    await send(sent);
    const { body } = await world.call(`/oa/events/${sent.eventId}`);
    expect([body.recipients, body.recipientIds]).toEqual([2, ['u2', 'u1']]);
  });

  it('to many people goes as bulk, a to-do never does', async () => {
    await world.rule();
    const recipients = Array.from({ length: 51 }, (_, number) => `u${number}`);
    const many = event({ recipients });
    const todo = event({ recipients, todo: { taskId: 'task-many', kind: 'pending' } });
    await Promise.all([send(many), send(todo)]);
    expect((await pushesOf(many.eventId))[0]?.priority).toBe('bulk');
    expect((await pushesOf(todo.eventId))[0]?.priority).toBe('interactive');
  });
});

describe('rules', () => {
  it('all apply in their order, but each app serves an event once, by the first of them', async () => {
    const [first, second] = world.apps;
    const late = await world.rule({ name: '后', order: 2, targets: [{ appId: first }, { appId: second }] });
    const early = await world.rule({ name: '先', order: 1, source: 'workflow', targets: [{ appId: first }] });
    const sent = event();
    const { body } = await send(sent);
    expect(body.pushes).toHaveLength(2);
    expect((await pushesOf(sent.eventId)).map(({ appId, ruleId }) => [appId, ruleId])).toEqual([
      [first, early.ruleId],
      [second, late.ruleId],
    ]);
    expect((await world.call(`/oa/events/${sent.eventId}`)).body.shadowed).toEqual([
      {
        ruleId: late.ruleId,
        ruleName: '后',
        targetId: late.targetIds[0],
        appId: first,
        appName: '审批',
        servedByRuleId: early.ruleId,
        servedByRuleName: '先',
      },
    ]);
  });

  it('that were removed serve nobody', async () => {
    const { ruleId } = await world.rule();
    await world.sql('UPDATE message_rule SET deleted_at = now() WHERE id = $1', [ruleId]);
    expect((await send(event())).body.state).toBe('no-rule');
  });

  it('with a digest gather: one workflow per target wakes at the end of the stretch', async () => {
    const { targetIds } = await world.rule({ options: { digest: { everyMinutes: 60 } } });
    const before = Date.now();
    const [one, other] = [event(), event()];
    const answers = [await send(one), await send(other)];
    expect(answers.map(({ body }) => body.state)).toEqual(['gathered', 'gathered']);
    const [push] = await pushesOf(one.eventId);
    const dueAtMs = push?.digestDueAt?.getTime() ?? 0;
    expect([dueAtMs % 3_600_000, dueAtMs > before]).toEqual([0, true]);
    expect(await world.workflow(messageDigestId(targetIds[0] ?? '', dueAtMs))).toMatchObject({
      type: 'messageDigest',
    });
    expect(await world.workflow(messagePushId(push?.id ?? ''))).toBeUndefined();
  });
});

describe('an event that can not be used', () => {
  it('is refused with every field that is wrong', async () => {
    const { status, body } = await send({
      eventId: 'has space',
      type: '',
      title: ' ',
      url: 'oa.example.com',
      imageUrl: 'ftp://oa.example.com/a.png',
      recipients: [],
      todo: { taskId: 'plan:4711', kind: 'urged' },
      foo: 1,
    });
    expect(status).toBe(422);
    expect(body.error.fields.map(({ path }: { path: string }) => path).toSorted()).toEqual([
      'eventId',
      'foo',
      'imageUrl',
      'module',
      'recipients',
      'title',
      'todo.kind',
      'todo.taskId',
      'type',
      'url',
    ]);
    expect(await world.sql('SELECT 1 FROM oa_event')).toEqual([]);
  });

  it('can not be a card with buttons that WeCom has no room for', async () => {
    const actions = [
      { key: 'a', text: '同意' },
      { key: 'a', text: '同意这个非常长的申请啊' },
      { key: '', text: ' ' },
      ...['4', '5', '6', '7'].map((key) => ({ key, text: key })),
    ];
    const todo = { taskId: 'task-buttons', kind: 'pending', actions };
    const { status, body } = await send(event({ todo: { ...todo, showActions: true } }));
    expect(status).toBe(422);
    expect(body.error.fields).toEqual([
      { path: 'todo.actions.1.key', message: 'No two actions may have the same key.' },
      { path: 'todo.actions.1.text', message: 'A button takes at most 10 characters.' },
      { path: 'todo.actions.2.key', message: 'Must not be empty.' },
      { path: 'todo.actions.2.text', message: 'Must not be empty.' },
      { path: 'todo.actions.6', message: 'A card takes at most 6 buttons.' },
    ]);
    expect((await send(event({ todo }))).status).toBe(202);
  });

  it('needs the right to send events', async () => {
    await world.rule();
    const viewer = await world.api.signIn('viewer');
    expect((await viewer.call('/oa/events', { body: event() })).status).toBe(403);
    expect((await world.operator.call('/oa/events', { body: event() })).status).toBe(202);
  });
});

it('an event’s state is what its pushes come to together, those under way first', () => {
  const together: readonly (readonly [readonly PushState[], string])[] = [
    [[], 'no-rule'],
    [['new', 'sent'], 'new'],
    [['gathered', 'sending', 'failed'], 'sending'],
    [['sent', 'sent'], 'sent'],
    [['sent', 'nobody'], 'sent'],
    [['sent', 'failed'], 'partly'],
    [['failed', 'nobody'], 'failed'],
    [['recalled', 'cancelled', 'failed'], 'recalled'],
    [['recalled', 'sent'], 'partly-recalled'],
    [['partly-recalled', 'recalled'], 'partly-recalled'],
  ];
  for (const [states, expected] of together)
    expect([states, eventStateOf(states)]).toEqual([states, expected]);
});

describe('the log of events', () => {
  it('is filtered by module, beginning of the id and time, page by page', async () => {
    for (let number = 0; number < 5; number += 1) {
      const module = number % 2 === 0 ? 'workflow' : 'report';
      await send(event({ eventId: `log.${module}_${number}`, module }));
    }
    const ids = async (query: string) =>
      (await world.call(`/oa/events?${query}`)).body.items.map(({ eventId }: { eventId: string }) => eventId);
    expect(await ids('module=report')).toEqual(['log.report_3', 'log.report_1']);
    expect(await ids('q=log.workflow_')).toEqual(['log.workflow_4', 'log.workflow_2', 'log.workflow_0']);
    expect(await ids('q=log%25')).toEqual([]);
    expect(await ids(`from=${encodeURIComponent(new Date(Date.now() + 60_000).toISOString())}`)).toEqual([]);
    const first = (await world.call('/oa/events?limit=3')).body;
    const second = (await world.call(`/oa/events?limit=3&cursor=${first.nextCursor}`)).body;
    expect([first.items.length, second.items.length, second.nextCursor]).toEqual([3, 2, null]);
    expect((await world.call('/oa/events?cursor=x')).status).toBe(422);
    expect((await world.call('/oa/events/nowhere')).body.error).toMatchObject({ code: 'not_found' });
  });

  it('forgets what an event said, for good, and keeps that it happened', async () => {
    await world.rule();
    const sent = event({ content: '三天', todo: { taskId: 'task-erase', kind: 'copied' } });
    const { body } = await send(sent);
    await world.sql(`INSERT INTO message_rendering (push_id, hash, body_enc) VALUES ($1, 'h', 'sealed')`, [
      body.pushes[0].pushId,
    ]);
    const erased = await world.call(`/oa/events/${sent.eventId}/erase`, {});
    expect(erased).toMatchObject({
      status: 200,
      body: {
        title: null,
        content: null,
        data: null,
        erasedAt: expect.any(String),
        recipients: 2,
        todo: { taskId: 'task-erase', kind: 'copied' },
        pushes: [{ title: null, can: { resend: false } }],
      },
    });
    expect(await world.sql('SELECT body_enc FROM message_rendering')).toEqual([{ body_enc: null }]);
    expect((await send(sent)).body).toMatchObject({ eventId: sent.eventId, pushes: body.pushes });
    expect((await world.call('/oa/events/nowhere/erase', {})).status).toBe(404);
    const { items } = (await world.call('/audit?action=event.')).body;
    expect(items[1]).toMatchObject({ action: 'event.erase', result: 'ok' });
    expect((await world.api.fetch('/metrics')).text).toMatch(
      /wecom_bridge_oa_events_total\{outcome="accepted"\} \d/,
    );
  });
});

it('Temporal being away is not the sender’s problem: what was said is stored, for the worker to find', async () => {
  await world.rule();
  const { deps } = world.api;
  const temporal = createTemporalGateway({
    address: '127.0.0.1:1',
    namespace: world.api.namespace,
    tls: false,
    apiKey: undefined,
  });
  const acceptor = createEventAcceptor({ oaEvents: deps.oaEvents, temporal, logger: deps.logger });
  const content = { title: '请假申请', content: null, url: null, imageUrl: null, data: {} };
  const accepted = await acceptor.accept({
    ...{ id: 'while-away', module: 'workflow', type: 'created', content, recipients: ['u1'], todo: null },
    sentBy: 'token:installation',
  });
  await temporal.close();
  expect(accepted).toMatchObject({ kind: 'accepted', pushes: [{ state: 'new' }] });
  expect(await pushesOf('while-away')).toMatchObject([{ state: 'new' }]);
});
