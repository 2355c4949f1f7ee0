import type { MessagesWorld } from './messages-world';
import { createMessagesWorld, english, event } from './messages-world';

let world: MessagesWorld;

beforeAll(async () => {
  world = await createMessagesWorld();
});
afterAll(() => world.close());
beforeEach(() => world.clear());

type Given = Readonly<Record<string, unknown>>;

const target = (given: Given = {}) => ({
  corpId: world.corpId,
  appId: world.apps[0],
  type: 'textcard',
  url: 'https://oa.example.com/',
  ...given,
});

const rule = (given: Given = {}) => ({ name: '全部消息', source: 'all', targets: [target()], ...given });

const create = (given: Given = {}) => world.call('/message-rules', rule(given));

const change = (ruleId: string, body: unknown, method = 'PATCH', headers = english) =>
  world.api.call(`/message-rules/${ruleId}`, { method, body, headers });

const fieldsOf = ({ body }: { body: { error: { fields: { path: string; message: string }[] } } }) =>
  Object.fromEntries(body.error.fields.map(({ path, message }) => [path, message]));

it('a rule is kept as it was given, with the usual options, and in the order rules have their turn', async () => {
  const second = await create({ order: 20 });
  const first = await create({
    name: '待办',
    source: 'workflow',
    order: 10,
    targets: [target({ title: '' })],
  });
  expect(first).toMatchObject({
    status: 201,
    body: {
      ...{ name: '待办', source: 'workflow', enabled: true, order: 10, version: 1 },
      options: { onTooLong: 'cut', quietHours: null, digest: null },
      targets: [{ appName: '审批', type: 'textcard', title: null, content: null, canTakeTaps: false }],
    },
  });
  const last = await create();
  expect(last.body.order).toBeGreaterThan(20);
  const { items } = (await world.call('/message-rules')).body;
  const ids = [first, second, last].map(({ body }) => body.ruleId);
  expect(items.map(({ ruleId }: { ruleId: string }) => ruleId)).toEqual(ids);
  expect((await world.call(`/message-rules/${ids[0]}`)).body).toEqual(items[0]);
  expect((await world.call('/message-rules/nothing')).status).toBe(404);
});

it('emptied titles of news and cards are the default again, emptied contents stay empty', async () => {
  for (const type of ['news', 'textcard', 'template_card']) {
    const { body } = await create({ targets: [target({ type, title: ' ', content: '' })] });
    expect(body.targets[0]).toMatchObject({ title: null, content: '' });
  }
});

it('every limit has its message, at its place, in the reader’s language', async () => {
  const targets = [
    target({ type: 'text', content: '' }),
    target({ buttonText: '查看详情吧' }),
    target({ url: 'oa/4711', imageUrl: `https://oa.example.com/${'x'.repeat(2_048)}` }),
    target({ title: '{{ event.title', content: '{% include "x" %}' }),
    target({ appId: 'nobody' }),
    target({ corpId: 'nobody' }),
  ];
  const options = {
    quietHours: { from: '25:00', to: '7:30', timezone: 'Mars/Olympus' },
    digest: { everyMinutes: 0 },
  };
  const answer = await create({ targets, options });
  expect(answer.status).toBe(422);
  const fields = fieldsOf(answer);
  expect(Object.keys(fields).toSorted()).toEqual([
    ...['options.digest.everyMinutes', 'options.quietHours.from', 'options.quietHours.timezone'],
    ...['options.quietHours.to', 'targets.0.content', 'targets.1.buttonText', 'targets.2.imageUrl'],
    ...['targets.2.url', 'targets.3.content', 'targets.3.title', 'targets.4.appId', 'targets.5.corpId'],
  ]);
  expect(fields['targets.0.content']).toMatch(/needs a content/);
  expect(fields['targets.1.buttonText']).toMatch(/4 characters at most; this has 5/);
  expect(fields['targets.3.title']).toMatch(/line 1, column/);
  const chinese = await world.api.call('/message-rules', {
    method: 'POST',
    body: rule({ targets }),
    headers: { 'accept-language': 'zh-CN' },
  });
  expect(fieldsOf(chinese)['targets.1.buttonText']).toBe('按钮文本不能超过 4 个字符（现在 5 个）。');
  expect(fieldsOf(chinese)['targets.0.content']).toMatch(/^文字消息的内容必填/);
});

it('every save is a version; a push keeps the one its event met', async () => {
  const { ruleId } = (await create()).body;
  await world.call('/oa/events', event({ eventId: 'e-version' }));
  const changed = await change(ruleId, { name: '改名', targets: [target({ type: 'text' })] });
  expect(changed.body).toMatchObject({ name: '改名', version: 2, targets: [{ type: 'text' }] });
  const { pushes } = (await world.call('/oa/events/e-version')).body;
  expect(pushes).toMatchObject([{ type: 'textcard', ruleName: '全部消息' }]);
  expect((await change(ruleId, {})).status).toBe(422);
  const whole = await change(ruleId, rule({ enabled: false, options: { onTooLong: 'refuse' } }), 'PUT');
  expect(whole.body).toMatchObject({
    ...{ name: '全部消息', enabled: false, version: 3, order: changed.body.order },
    options: { onTooLong: 'refuse' },
  });
});

it('a rule that is off or removed sends nothing', async () => {
  const { ruleId } = (await create()).body;
  await change(ruleId, { enabled: false });
  expect((await world.call('/oa/events', event())).body).toMatchObject({ pushes: [], state: 'no-rule' });
  await change(ruleId, { enabled: true });
  expect((await world.call('/oa/events', event())).body.pushes).toHaveLength(1);
  expect((await change(ruleId, undefined, 'DELETE')).status).toBe(204);
  expect((await change(ruleId, undefined, 'DELETE')).status).toBe(404);
  expect((await world.call('/oa/events', event())).body.pushes).toEqual([]);
  expect((await world.call('/message-rules')).body.items).toEqual([]);
});

it('the order is changed as a whole, and decides which rule serves an app', async () => {
  const ids: string[] = [];
  for (const name of ['甲', '乙', '丙']) ids.push((await create({ name })).body.ruleId);
  const [a = '', b = '', c = ''] = ids;
  const order = (ruleIds: readonly string[]) => world.call('/message-rules/order', { ruleIds });
  const { body } = await order([c, a]);
  expect(body.items.map(({ ruleId }: { ruleId: string }) => ruleId)).toEqual([c, a, b]);
  await world.call('/oa/events', event({ eventId: 'e-order' }));
  expect((await world.call('/oa/events/e-order')).body.pushes).toMatchObject([{ ruleName: '丙' }]);
  expect(fieldsOf(await order([a, 'nothing']))).toHaveProperty(['ruleIds.1']);
  expect(fieldsOf(await order([a, a]))).toHaveProperty(['ruleIds.1']);
});

it('a rule whose app is removed is there without targets', async () => {
  const { status, body } = await world.api.call(`/corps/${world.corpId}/apps?verify=false`, {
    method: 'POST',
    body: { name: '临时', agentId: 77, secret: 'not-verified' },
  });
  expect(status).toBe(201);
  const { ruleId } = (await create({ targets: [target({ appId: body.id })] })).body;
  await world.api.call(`/corps/${world.corpId}/apps/${body.id}`, { method: 'DELETE' });
  expect((await world.call(`/message-rules/${ruleId}`)).body).toMatchObject({ targets: [], enabled: true });
});

it('only administrators change rules', async () => {
  const { status } = await world.operator.call('/message-rules', { method: 'POST', body: rule() });
  expect(status).toBe(403);
  expect((await world.operator.call('/message-rules')).status).toBe(200);
});

describe('a preview', () => {
  const preview = (body: unknown, headers = english) => world.call('/message-rules/preview', body, headers);

  it('is what would be sent, for an event made up for the type of message', async () => {
    const card = await preview({
      target: { type: 'template_card', content: '{{ recipient.name }}' },
      sample: true,
    });
    expect(card).toMatchObject({
      status: 200,
      body: {
        ...{ type: 'template_card', problems: [], cut: [] },
        fields: { title: 'Purchase request waits for approval', content: 'Na Li' },
        body: { template_card: { card_type: 'button_interaction', button_list: [{ text: 'Approve' }, {}] } },
      },
    });
    const news = await preview({ target: { type: 'news', imageUrl: 'https://oa.example.com/rule.png' } });
    expect(news.body.fields).toMatchObject({ imageUrl: 'https://oa.example.com/rule.png' });
    expect(news.body.lengths).toContainEqual({ field: 'title', length: 37, max: 128, unit: 'bytes' });
  });

  it('takes an event and a recipient of one’s own', async () => {
    const { body } = await preview({
      target: { type: 'text', content: '{{ recipient.name }}: {{ event.title }} {{ event.data.amount }}' },
      event: { title: '报销', data: { amount: 12 } },
      recipient: { name: '阿达' },
    });
    expect(body.fields).toMatchObject({ content: '阿达: 报销 12' });
  });

  it('says what would fail, and what would be cut', async () => {
    const problemOf = async (body: unknown) => (await preview(body)).body.problems;
    const plain = { title: '通知' };
    expect(await problemOf({ target: { type: 'news' }, event: plain })).toMatchObject([
      { path: 'url', code: 'no-url' },
    ]);
    expect(await problemOf({ target: { type: 'template_card' }, event: plain })).toMatchObject([
      { path: 'type', code: 'not-a-todo', message: expect.stringMatching(/^Only to-dos/) },
    ]);
    expect(await problemOf({ target: { type: 'text', content: '' } })).toMatchObject([
      { path: 'content', code: 'content-required' },
    ]);
    expect(await problemOf({ target: { ...target(), type: 'template_card' }, sample: true })).toMatchObject([
      { path: 'type', code: 'callback-missing' },
    ]);
    const long = { target: { type: 'textcard', title: '长'.repeat(100) } };
    expect((await preview(long)).body).toMatchObject({ cut: ['title'], problems: [] });
    expect(await problemOf({ ...long, options: { onTooLong: 'refuse' } })).toMatchObject([
      { path: 'title', code: 'too-long', message: expect.stringMatching(/300, at most 128 bytes/) },
    ]);
  });

  it('names targets that are not there', async () => {
    expect(fieldsOf(await preview({ target: target({ appId: 'nobody' }) }))).toHaveProperty(['target.appId']);
    expect(fieldsOf(await preview({ target: { type: 'text', appId: 'x' } }))).toHaveProperty([
      'target.corpId',
    ]);
  });
});

it('whoever writes a template can ask what may stand in it', async () => {
  expect((await world.call('/message-rules/template-language')).body).toMatchObject({
    variables: expect.arrayContaining(['event.title', 'recipient.name']),
    filters: expect.arrayContaining(['date']),
    limits: { buttonTextChars: 4, titleBytes: 128 },
  });
});
