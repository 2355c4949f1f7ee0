import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Messages } from '../../simulator/state/messages';
import { SimulatorClient, TestCorp } from './simulator-client';
import type { Json } from './simulator-client';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'simulator-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const agentid = 1000002;

describe('100,000 recipients in 100 calls', () => {
  it('reach everybody’s inbox once', async () => {
    const client = await SimulatorClient.start();
    const corp = await client.corp({ generate: { members: 10_000, departments: 300 } });
    const userids = Array.from({ length: 10_000 }, (_, i) => `u${String(i + 1).padStart(6, '0')}`);
    await corp.tokenFor(corp.appSecret);
    for (let i = 0; i < 100; i += 1) {
      const touser = userids.slice((i % 10) * 1000, ((i % 10) + 1) * 1000).join('|');
      const body = {
        agentid,
        touser,
        msgtype: 'text',
        text: { content: `第${i}批` },
        enable_duplicate_check: 1,
      };
      expect(await corp.appPost('message/send', body)).toMatchObject({ errcode: 0 });
    }
    const sent: Json[] = await client.control('GET', `/corps/${corp.corpid}/messages`);
    expect(sent.reduce((sum, { delivered }) => sum + delivered, 0)).toBe(100_000);
    await client.close();
  });
});

describe('messages without end', () => {
  it('push the oldest ones out once there are 200,000 deliveries and some more', () => {
    const messages = new Messages();
    const everybody = Array.from({ length: 1000 }, (_, i) => `u${i}`);
    const add = (n: number) =>
      messages.add({
        agentid,
        msgtype: 'text',
        body: { content: `第${n}条` },
        sentAtMs: n,
        taskId: `task-${n}`,
        delivered: new Set(everybody),
        dropped: [],
        unreached: [],
      });
    for (let n = 1; n <= 220; n += 1) add(n);
    expect(messages.inbox('u1')).toHaveLength(220);
    add(221);
    expect(messages.inbox('U1')).toHaveLength(200);
    expect([...messages.all()][0]).toMatchObject({ body: { content: '第22条' } });
    expect(messages.hasTask(agentid, 'task-1')).toBe(false);
    expect(messages.hasTask(agentid, 'task-22')).toBe(true);
  });
});

describe('messages in a state file', () => {
  const users = ['a', 'b'].map((userid, i) => ({ userid, name: userid, mobile: `1990000000${i}` }));
  const card = {
    card_type: 'button_interaction',
    main_title: { title: '请假' },
    task_id: 'leave-1',
    button_list: [{ text: '同意', key: 'approve' }],
  };

  it('come back as they were: inboxes, cards, codes, and what was sent before', async () => {
    const stateFile = join(folder, 'simulator.json');
    const first = await SimulatorClient.start({ stateFile });
    const callback = { url: 'http://127.0.0.1:9/', token: 'QDG6eK', encodingAesKey: 'j'.repeat(43) };
    const before = await first.corp({
      users,
      unlicensed: ['b'],
      apps: [{ agentid, secret: 'app', name: '办公', callback }],
    });
    const post = async (corp: TestCorp, path: string, body: object) =>
      corp.client.post(`message/${path}`, { access_token: await corp.tokenFor('app') }, { agentid, ...body });
    const sending = {
      touser: 'a|b',
      msgtype: 'template_card',
      template_card: card,
      enable_duplicate_check: 1,
    };
    const { msgid, response_code } = await post(before, 'send', sending);
    await first.control('POST', '/settings', { callbackRetries: 0 });
    const click = await first.control('POST', `/corps/${before.corpid}/messages/${msgid}/click`, {
      userid: 'a',
      key: 'approve',
    });
    await post(before, 'update_template_card', {
      userids: ['a'],
      response_code,
      button: { replace_name: '好' },
    });
    await first.control('POST', `/corps/${before.corpid}/say`, { agentid, userid: 'a', content: '谢谢' });
    const inbox = await first.control('GET', `/corps/${before.corpid}/inbox/a`);
    const listed = await first.control('GET', `/corps/${before.corpid}/messages`);
    await first.close();
    expect(statSync(stateFile).size).toBeLessThan(20_000);

    const second = await SimulatorClient.start({ stateFile });
    const after = new TestCorp(second, before.corpid, before.contactsSecret, 'app');
    expect(await second.control('GET', `/corps/${after.corpid}/inbox/a`)).toEqual(inbox);
    expect(inbox[0].card.replace_text).toBe('好');
    expect(await second.control('GET', `/corps/${after.corpid}/messages`)).toEqual(listed);
    expect(listed[0].unreached).toEqual(['b']);
    expect(await second.control('GET', `/corps/${after.corpid}/said/a`)).toMatchObject([{ content: '谢谢' }]);
    expect(await post(after, 'send', sending)).toEqual({
      errcode: 0,
      errmsg: 'ok',
      unlicenseduser: undefined,
    });
    expect(await post(after, 'send', { ...sending, enable_duplicate_check: 0 })).toMatchObject({
      errcode: 42014,
    });
    const change = { userids: ['a'], button: { replace_name: '迟了' } };
    expect(await post(after, 'update_template_card', { ...change, response_code })).toMatchObject({
      errcode: 60140,
    });
    expect(
      await post(after, 'update_template_card', { ...change, response_code: click.responseCode }),
    ).toMatchObject({ errcode: 0 });
    expect(await post(after, 'recall', { msgid })).toMatchObject({ errcode: 0 });
    await second.close();
  });
});
