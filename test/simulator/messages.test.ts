import { SimulatorClient } from './simulator-client';
import type { Answer, Json, TestCorp } from './simulator-client';

let client: SimulatorClient;
beforeAll(async () => {
  client = await SimulatorClient.start();
});
afterAll(() => client.close());

const agentid = 1000002;
const otherSecret = 'the-other-app';
const users = [
  { userid: 'Zhang', name: '张三', department: [2], mobile: '19900000001' },
  { userid: 'li', name: '李四', department: [2], mobile: '19900000002' },
  { userid: 'off', name: '停用', department: [2], mobile: '19900000003', enable: 0 },
  { userid: 'chief', name: '老板', department: [3], mobile: '19900000004' },
];

async function office(input: Record<string, unknown> = {}): Promise<Office> {
  const corp = await client.corp({
    departments: [
      { id: 2, name: '研发', parentid: 1 },
      { id: 3, name: '总裁办', parentid: 1 },
      { id: 4, name: '空', parentid: 2 },
    ],
    users,
    tags: [{ tagid: 7, tagname: '骨干', userlist: ['li', 'chief'] }],
    apps: [
      { agentid, secret: 'office', name: '办公', visibleDepartments: [2] },
      { agentid: 1000003, secret: otherSecret, name: '别的应用' },
    ],
    ...input,
  });
  return new Office(corp);
}

class Office {
  constructor(readonly corp: TestCorp) {}

  async call(path: string, body: unknown, secret = 'office'): Promise<Answer> {
    // Asked for anew every time: some of these tests last for days.
    const token = await client.token(this.corp.corpid, secret);
    return client.post(`message/${path}`, { access_token: token }, body);
  }

  send(body: Record<string, unknown>): Promise<Answer> {
    return this.call('send', { agentid, touser: 'zhang', ...text('你好'), ...body });
  }

  inbox(userid = 'zhang'): Promise<Json> {
    return client.control('GET', `/corps/${this.corp.corpid}/inbox/${userid}`);
  }

  messages(query = ''): Promise<Json> {
    return client.control('GET', `/corps/${this.corp.corpid}/messages${query}`);
  }
}

const text = (content: string) => ({ msgtype: 'text', text: { content } });
const textcard = (part: Record<string, unknown> = {}) => ({
  msgtype: 'textcard',
  textcard: { title: '标题', description: '说明', url: 'https://oa.example/1', ...part },
});
const news = (...articles: Record<string, unknown>[]) => ({ msgtype: 'news', news: { articles } });
const markdown = (content: string) => ({ msgtype: 'markdown', markdown: { content } });
const advance = (advanceSeconds: number) => client.control('POST', '/clock', { advanceSeconds });

describe('a message', () => {
  it('arrives with everybody the app sees, and comes back with a msgid', async () => {
    const office_ = await office();
    const answer = await office_.send({ touser: 'ZHANG|li' });
    expect(answer).toEqual({ errcode: 0, errmsg: 'ok', msgid: expect.stringMatching(/^[\w-]{40,}$/) });
    for (const userid of ['Zhang', 'li']) {
      expect(await office_.inbox(userid)).toEqual([
        {
          msgid: answer['msgid'],
          agentid,
          msgtype: 'text',
          sentAt: expect.stringMatching(/^\d{4}-.*Z$/),
          recalled: false,
          body: { content: '你好' },
        },
      ]);
    }
  });

  it('names who could not be reached in lower case, joined by |, and goes to the others', async () => {
    const office_ = await office();
    expect(
      await office_.send({ touser: 'zhang|Nobody|CHIEF', toparty: '3|4|99', totag: '7|8' }),
    ).toMatchObject({
      errcode: 0,
      invaliduser: 'nobody|chief',
      invalidparty: '3|99',
      invalidtag: '8',
    });
    expect(await office_.inbox('li')).toHaveLength(1);
    expect(await office_.inbox('chief')).toEqual([]);
  });

  it.each([
    ['@all', { touser: '@all', toparty: '99' }, ['zhang', 'li']],
    ['a department and those below', { touser: '', toparty: '2' }, ['zhang', 'li']],
    ['a tag', { touser: '', totag: '7' }, ['li']],
  ])('to %s reaches those among them whom the app sees', async (_case, to, reached) => {
    const office_ = await office();
    expect(await office_.send(to)).toMatchObject({ errcode: 0 });
    expect((await office_.messages('?recipients=1'))[0].recipients).toEqual(reached);
  });

  it.each([
    [301002, 'the agentid of another app', { agentid: 1000003 }],
    [41011, 'no agentid', { agentid: undefined }],
    [40008, 'a msgtype there is none of', { msgtype: 'carrier-pigeon' }],
    [82001, 'nobody to send to', { touser: '' }],
    [40032, '1,001 members', { touser: Array(1001).fill('zhang').join('|') }],
    [82002, '101 departments', { toparty: Array(101).fill('2').join('|') }],
    [82003, '101 tags', { totag: Array(101).fill('7').join('|') }],
    [81013, 'nobody the app sees', { touser: 'nobody|chief' }],
    [44004, 'an empty text', text('')],
    [41016, 'a text card without title', textcard({ title: '' })],
    [41033, 'a text card without description', textcard({ description: undefined })],
    [41010, 'a text card without address', textcard({ url: '' })],
    [45034, 'an address without scheme', textcard({ url: 'oa.example/1' })],
    [
      40039,
      'an address of more than 2,048 bytes',
      textcard({ url: `https://oa.example/${'a'.repeat(2048)}` }),
    ],
    [45008, 'no articles', news()],
    [45008, 'nine articles', news(...Array(9).fill({ title: 't', url: 'https://oa.example' }))],
    [41016, 'an article without title', news({ url: 'https://oa.example' })],
    [41010, 'an article without address', news({ title: 't' })],
    [
      40074,
      'articles that may not be shared',
      { ...news({ title: 't', url: 'https://oa.example' }), safe: 1 },
    ],
    [45002, 'markdown of more than 2,048 bytes', markdown('长'.repeat(683))],
    [41006, 'a picture without media_id', { msgtype: 'image', image: {} }],
    [40007, 'a media_id nobody knows', { msgtype: 'file', file: { media_id: 'made-up' } }],
    [
      40058,
      'a longer duplicate check than four hours',
      { enable_duplicate_check: 1, duplicate_check_interval: 14_401 },
    ],
  ])('is refused with %i for %s', async (errcode, _case, body) => {
    const office_ = await office();
    expect(await office_.send(body)).toMatchObject({ errcode });
    expect(await office_.messages()).toEqual([]);
  });

  it('is no business of the contacts secret', async () => {
    const { corp } = await office();
    expect(
      await corp.contactsPost('message/send', { agentid, touser: 'zhang', ...text('你好') }),
    ).toMatchObject({
      errcode: 48002,
    });
  });

  it('for nobody at all says who was meant', async () => {
    expect(await (await office()).send({ touser: 'Nobody|chief' })).toMatchObject({
      errcode: 81013,
      invaliduser: 'nobody|chief',
    });
  });

  it.each([
    ['a text', text('长'.repeat(683)), 'content', '长'.repeat(682)],
    ['the title of a text card', textcard({ title: '题'.repeat(129) }), 'title', '题'.repeat(128)],
    ['the button of a text card', textcard({ btntxt: '立即前往处理' }), 'btntxt', '立即前往'],
  ])('is cut rather than refused where %s is too long', async (_case, body, field, shown) => {
    const office_ = await office();
    expect(await office_.send(body)).toMatchObject({ errcode: 0 });
    expect((await office_.inbox())[0].body[field]).toBe(shown);
  });

  it('with articles has titles of 128 and descriptions of 512 bytes', async () => {
    const office_ = await office();
    await office_.send(
      news({ title: '题'.repeat(60), description: '说'.repeat(200), url: 'https://oa.example' }),
    );
    const [{ body }] = await office_.inbox();
    expect(body.articles).toEqual([
      { title: '题'.repeat(42), description: '说'.repeat(170), url: 'https://oa.example' },
    ]);
  });

  it('does not reach who is disabled, and says nothing about it', async () => {
    const office_ = await office();
    expect(await office_.send({ touser: 'off|zhang' })).toEqual({
      errcode: 0,
      errmsg: 'ok',
      msgid: expect.any(String),
    });
    expect(await office_.inbox('off')).toEqual([]);
    expect(await office_.messages()).toMatchObject([{ delivered: 1, unreached: ['off'] }]);
  });

  it('does not reach who has no licence, and says who that is', async () => {
    const office_ = await office({ unlicensed: ['Zhang'] });
    expect(await office_.send({ touser: 'zhang|li' })).toMatchObject({ errcode: 0, unlicenseduser: 'zhang' });
    await client.control('POST', `/corps/${office_.corp.corpid}/licence`, { unlicensed: [] });
    expect(await office_.send({ touser: 'zhang|li' })).not.toHaveProperty('unlicenseduser');
    expect(await office_.inbox('zhang')).toHaveLength(1);
  });
});

describe('the same request again', () => {
  const checked = { enable_duplicate_check: 1, duplicate_check_interval: 600 };

  it('is delivered again where nobody asked for a check', async () => {
    const office_ = await office();
    await office_.send({});
    await office_.send({});
    expect(await office_.inbox()).toHaveLength(2);
  });

  it('is swallowed within the interval, without a msgid, and delivered after it', async () => {
    const office_ = await office();
    await office_.send(checked);
    expect(await office_.send(checked)).toEqual({ errcode: 0, errmsg: 'ok' });
    expect(await office_.send({ ...checked, ...text('另一条') })).toHaveProperty('msgid');
    expect(await office_.messages()).toMatchObject([{ delivered: 1, suppressed: 1 }, { suppressed: 0 }]);
    await advance(601);
    expect(await office_.send(checked)).toHaveProperty('msgid');
    expect(await office_.inbox()).toHaveLength(3);
  });

  it('is known again after an answer that was lost', async () => {
    const office_ = await office();
    await client.control('POST', '/faults', { path: 'message/send', times: 1, drop: 'after' });
    await expect(office_.send(checked)).rejects.toThrow();
    expect(await office_.send(checked)).toMatchObject({ errcode: 0 });
    expect(await office_.inbox()).toHaveLength(1);
  });
});

describe('too many messages', () => {
  it('to one member, 31 in a minute, are dropped without a word', async () => {
    const office_ = await office();
    for (let i = 0; i < 30; i += 1) await office_.send(text(`第${i}条`));
    expect(await office_.send({ touser: 'zhang|li' })).toMatchObject({
      errcode: 0,
      msgid: expect.any(String),
    });
    expect(await office_.inbox('zhang')).toHaveLength(30);
    expect(await office_.inbox('li')).toHaveLength(1);
    expect((await office_.messages()).at(-1)).toMatchObject({ delivered: 1, dropped: ['zhang'] });
    expect(
      await office_.call('send', { agentid: 1000003, touser: 'zhang', ...text('别的') }, otherSecret),
    ).toMatchObject({
      errcode: 0,
    });
    await advance(60);
    await office_.send(text('又可以了'));
    expect(await office_.inbox('zhang')).toHaveLength(32);
  });

  it('of one app, 200 times the account limit in a day, are refused with 45009', async () => {
    await client.control('POST', '/settings', { messagesPerAccountPerDay: 2 });
    const office_ = await office({ accountLimit: 4 });
    await office_.send({ touser: 'zhang|li' });
    await office_.send({ touser: 'zhang|li' });
    await office_.send({ touser: 'zhang|li|off' });
    expect(await office_.send({ touser: 'zhang|li' })).toMatchObject({ errcode: 45009 });
    expect(await office_.send({})).toMatchObject({ errcode: 0 });
    expect(await office_.call('get_statistics', { time_type: 0 })).toMatchObject({
      statistics: [{ agentid, app_name: '办公', count: 8 }],
    });
    await advance(24 * 3600);
    expect(await office_.send({})).toMatchObject({ errcode: 0 });
    expect(await office_.call('get_statistics', { time_type: 1 })).toMatchObject({
      statistics: [{ count: 8 }],
    });
    await client.control('DELETE', '/settings');
  });
});

describe('a recall', () => {
  it('takes the message off every phone', async () => {
    const office_ = await office();
    const { msgid } = await office_.send({ touser: 'zhang|li' });
    expect(await office_.call('recall', { msgid })).toEqual({ errcode: 0, errmsg: 'ok' });
    expect(await office_.inbox('zhang')).toMatchObject([{ msgid, recalled: true }]);
    expect(await office_.inbox('li')).toMatchObject([{ msgid, recalled: true }]);
  });

  it('comes too late after 24 hours by the clock of the simulator', async () => {
    const office_ = await office();
    const { msgid } = await office_.send({});
    const { msgid: second } = await office_.send({});
    await advance(24 * 3600 - 60);
    expect(await office_.call('recall', { msgid })).toMatchObject({ errcode: 0 });
    await advance(61);
    expect(await office_.call('recall', { msgid: second })).toMatchObject({ errcode: 42052 });
    expect(await office_.inbox()).toMatchObject([{ recalled: true }, { recalled: false }]);
  });

  it('is for the app that has sent the message', async () => {
    const office_ = await office();
    const { msgid } = await office_.send({});
    expect(await office_.call('recall', { msgid }, otherSecret)).toMatchObject({ errcode: 40058 });
    expect(await office_.call('recall', { msgid: 'made-up' })).toMatchObject({ errcode: 40058 });
    expect(await office_.call('recall', {})).toMatchObject({ errcode: 40058 });
    expect(await office_.inbox()).toMatchObject([{ recalled: false }]);
  });

  it('of a message recalled before is good, or refused where a test wants that', async () => {
    const office_ = await office();
    const { msgid } = await office_.send({});
    await office_.call('recall', { msgid });
    expect(await office_.call('recall', { msgid })).toMatchObject({ errcode: 0 });
    await client.control('POST', '/settings', { variants: { secondRecall: 'refused' } });
    expect(await office_.call('recall', { msgid })).toMatchObject({ errcode: 40058 });
    await client.control('DELETE', '/settings');
  });
});

describe('the messages of a corp', () => {
  it('are listed with when and how many, from a moment on', async () => {
    const office_ = await office();
    await office_.send({ touser: '@all' });
    await advance(60);
    const { msgid } = await office_.send({});
    const [first, second] = await office_.messages();
    expect(second).toMatchObject({ msgid, delivered: 1, dropped: [], suppressed: 0, recalledAt: null });
    expect(Date.parse(second.at)).toBeGreaterThan(Date.parse(first.at));
    expect(await office_.messages(`?since=${encodeURIComponent(second.at)}`)).toEqual([second]);
    expect(await office_.messages(`?since=${Date.parse(second.at)}&agentid=1000003`)).toEqual([]);
  });

  it('stay with a member whose userid changes', async () => {
    const office_ = await office({
      users: [{ ...users[0], userid: 'wwid1', userid_changeable: true }, ...users.slice(1)],
    });
    await office_.send({ touser: 'wwid1' });
    await office_.corp.contactsPost('user/update', { userid: 'wwid1', new_userid: 'Zhang.San' });
    expect(await office_.inbox('zhang.san')).toHaveLength(1);
  });
});
