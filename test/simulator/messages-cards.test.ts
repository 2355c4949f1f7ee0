import { encodingAesKey, Receiver, token } from './receiver';
import { SimulatorClient } from './simulator-client';
import type { Answer, Json, TestCorp } from './simulator-client';

let client: SimulatorClient;
let receiver: Receiver;
let corp: TestCorp;
beforeAll(async () => {
  client = await SimulatorClient.start();
  await client.control('POST', '/settings', { callbackVerifyTimeoutMs: 10_000, callbackRetryDelayMs: 20 });
  receiver = await Receiver.start();
});
beforeEach(async () => {
  corp = await client.corp({
    users: [
      { userid: 'Zhang', name: '张三', mobile: '19900000001' },
      { userid: 'li', name: '李四', mobile: '19900000002' },
      { userid: 'wang', name: '王五', mobile: '19900000003' },
    ],
    apps: [
      { agentid, secret: 'office', name: '办公' },
      { agentid: 1000003, secret: 'deaf', name: '不收消息' },
    ],
  });
  await client.control('PUT', `/corps/${corp.corpid}/callbacks`, {
    agentid,
    url: receiver.url,
    token,
    encodingAesKey,
  });
  receiver.received.length = 0;
});
afterAll(async () => {
  await client.close();
  receiver.close();
});

const agentid = 1000002;
const url = 'https://oa.example/todo/1';
const opens = { type: 1, url };

const buttons = (changes: Record<string, unknown> = {}) => ({
  card_type: 'button_interaction',
  main_title: { title: '请假申请', desc: '张三提交' },
  task_id: 'leave-1',
  button_list: [
    { text: '同意', style: 1, key: 'approve' },
    { text: '驳回', style: 2, key: 'reject' },
  ],
  ...changes,
});
const notice = (changes: Record<string, unknown> = {}) => ({
  card_type: 'text_notice',
  main_title: { title: '请假申请' },
  card_action: opens,
  ...changes,
});
const options = (...ids: string[]) => ids.map((id) => ({ id, text: `选项${id}` }));
const vote = (changes: Record<string, unknown> = {}) => ({
  card_type: 'vote_interaction',
  main_title: { title: '去哪里' },
  task_id: 'vote-1',
  checkbox: { question_key: 'where', mode: 1, option_list: options('sea', 'hill', 'home') },
  submit_button: { text: '提交', key: 'submit' },
  ...changes,
});
const questions = () => ({
  card_type: 'multiple_interaction',
  main_title: { title: '调查' },
  task_id: 'survey-1',
  select_list: [
    { question_key: 'q1', selected_id: 'b', option_list: options('a', 'b') },
    { question_key: 'q2', option_list: options('c', 'd') },
  ],
  submit_button: { text: '提交', key: 'submit' },
});
const menu = { desc: '更多', action_list: [{ text: '看看最新状态', key: 'refresh' }] };

async function call(path: string, body: unknown, secret = 'office'): Promise<Answer> {
  const accessToken = await client.token(corp.corpid, secret);
  return client.post(`message/${path}`, { access_token: accessToken }, body);
}

const send = (card: unknown, changes: Record<string, unknown> = {}, secret?: string) =>
  call(
    'send',
    { agentid, touser: 'zhang|li', msgtype: 'template_card', template_card: card, ...changes },
    secret,
  );
const update = (changes: Record<string, unknown>, secret?: string) =>
  call('update_template_card', { agentid, ...changes }, secret);
const click = (msgid: unknown, body: Record<string, unknown>) =>
  client.http('POST', `/_sim/corps/${corp.corpid}/messages/${String(msgid)}/click`, {
    userid: 'zhang',
    ...body,
  });

async function cardOf(userid: string): Promise<Json> {
  return (await client.control('GET', `/corps/${corp.corpid}/inbox/${userid}`)).at(-1).card;
}

/** What the app has been told, once nothing is under way any more. */
async function events(): Promise<Json[]> {
  for (;;) {
    const all: Json[] = await client.control('GET', `/callbacks?corpid=${corp.corpid}`);
    if (all.every((one) => one.finished)) return receiver.events();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('a card', () => {
  it.each([
    ['buttons', buttons()],
    ['a vote', vote()],
    ['questions', questions()],
    ['a notice with a menu', notice({ action_menu: menu, task_id: 'notice-1' })],
  ])('that can be answered comes with a response_code: %s', async (_case, card) => {
    expect(await send(card)).toMatchObject({
      errcode: 0,
      msgid: expect.any(String),
      response_code: expect.any(String),
    });
    expect(await cardOf('li')).toEqual(card);
  });

  it('that only tells comes without one, and needs no task_id', async () => {
    expect(await send(notice())).not.toHaveProperty('response_code');
  });

  it('that calls back is refused with 43012 for an app that listens to nothing', async () => {
    const from = { agentid: 1000003 };
    expect(await send(buttons(), from, 'deaf')).toMatchObject({ errcode: 43012 });
    expect(await send(notice({ action_menu: menu, task_id: 'x' }), from, 'deaf')).toMatchObject({
      errcode: 43012,
    });
    expect(await send(notice(), from, 'deaf')).toMatchObject({ errcode: 0 });
  });

  it('has a task_id of its own in the app; the same one again is 42014', async () => {
    await send(buttons());
    expect(await send(buttons())).toMatchObject({
      errcode: 42014,
      errmsg: expect.stringContaining('has existed'),
    });
  });

  it('that is sent again by a caller who lost the answer is the same card, not a second one', async () => {
    const checked = { enable_duplicate_check: 1, duplicate_check_interval: 14_400 };
    await send(buttons(), checked);
    expect(await send(buttons(), checked)).toEqual({ errcode: 0, errmsg: 'ok' });
  });

  const row = (row_: Record<string, unknown>) => notice({ horizontal_content_list: [row_] });
  it.each<[number, string, Record<string, unknown>]>([
    [42031, 'no type', notice({ card_type: 'poster' })],
    [42033, 'no title', notice({ main_title: {} })],
    [42033, 'no title although there is a subtitle', buttons({ main_title: {}, sub_title_text: '副标题' })],
    [42014, 'buttons without task_id', buttons({ task_id: undefined })],
    [42014, 'a task_id of other characters', buttons({ task_id: '请假' })],
    [42014, 'a task_id of 129 bytes', buttons({ task_id: 'a'.repeat(129) })],
    [42014, 'a menu without task_id', notice({ action_menu: menu })],
    [42045, 'a notice that opens nothing', notice({ card_action: undefined })],
    [42045, 'a notice that opens an unknown thing', notice({ card_action: { type: 3 } })],
    [42028, 'an action without address', notice({ card_action: { type: 1 } })],
    [42030, 'a mini-program without appid', notice({ card_action: { type: 2 } })],
    [42035, 'seven rows', notice({ horizontal_content_list: Array(7).fill({ keyname: 'k', value: 'v' }) })],
    [42027, 'a row without name', row({ value: 'v' })],
    [42028, 'a link row without address', row({ keyname: 'k', type: 1 })],
    [42029, 'a file row without media_id', row({ keyname: 'k', type: 2 })],
    [40007, 'a file row with a media_id nobody knows', row({ keyname: 'k', type: 2, media_id: 'made-up' })],
    [42050, 'a member row without userid', row({ keyname: 'k', type: 3 })],
    [
      42036,
      'five paragraphs',
      notice({ card_type: 'news_notice', vertical_content_list: Array(5).fill({ title: 't' }) }),
    ],
    [42042, 'four jumps', notice({ jump_list: Array(4).fill({ title: 't', ...opens }) })],
    [42044, 'a picture card without picture', notice({ card_type: 'news_notice' })],
    [
      42051,
      'two menu entries of one key',
      notice({ task_id: 'm', action_menu: { action_list: [...menu.action_list, ...menu.action_list] } }),
    ],
    [
      42038,
      'seven buttons',
      buttons({ button_list: Array.from({ length: 7 }, (_, i) => ({ text: 't', key: `k${i}` })) }),
    ],
    [42038, 'a button without text', buttons({ button_list: [{ key: 'k' }] })],
    [42039, 'a button without key', buttons({ button_list: [{ text: 't' }] })],
    [42039, 'two buttons of one key', buttons({ button_list: Array(2).fill({ text: 't', key: 'k' }) })],
    [42028, 'a link button without address', buttons({ button_list: [{ type: 1, text: 't' }] })],
    [42043, 'a vote without question_key', vote({ checkbox: { option_list: options('a') } })],
    [42037, 'a vote without options', vote({ checkbox: { question_key: 'q', option_list: [] } })],
    [
      42040,
      'two options of one id',
      vote({ checkbox: { question_key: 'q', option_list: options('a', 'a') } }),
    ],
    [42041, 'an option without text', vote({ checkbox: { question_key: 'q', option_list: [{ id: 'a' }] } })],
    [42046, 'a submit button without key', vote({ submit_button: { text: '提交' } })],
    [42047, 'four questions', { ...questions(), select_list: Array(4).fill(questions().select_list[0]) }],
  ])('is refused with %i for %s', async (errcode, _case, card) => {
    expect(await send(card)).toMatchObject({ errcode });
  });
});

describe('a tap', () => {
  it('on a button reaches the app encrypted, with the task and a fresh code', async () => {
    const { msgid, response_code: sent } = await send(buttons());
    const answer = await click(msgid, { key: 'approve' });
    expect(answer).toMatchObject({ status: 200, json: { event: 'template_card_event', taskId: 'leave-1' } });
    const [event] = await events();
    expect(event).toMatchObject({
      ToUserName: corp.corpid,
      FromUserName: 'Zhang',
      MsgType: 'event',
      Event: 'template_card_event',
      EventKey: 'approve',
      TaskId: 'leave-1',
      CardType: 'button_interaction',
      ResponseCode: answer.json.responseCode,
      AgentID: String(agentid),
    });
    expect(event.ResponseCode).not.toBe(sent);
    expect(event).not.toHaveProperty('SelectedItems');
  });

  it('on an entry of the menu is an event of its own', async () => {
    const { msgid } = await send(notice({ action_menu: menu, task_id: 'notice-1' }));
    expect(await click(msgid, { key: 'refresh' })).toMatchObject({ status: 200 });
    expect(await events()).toMatchObject([
      { Event: 'template_card_menu_event', EventKey: 'refresh', CardType: 'text_notice' },
    ]);
  });

  it('on a vote carries what was ticked', async () => {
    const { msgid } = await send(vote());
    await click(msgid, { key: 'submit', questionKey: 'where', optionIds: ['sea', 'home'] });
    expect((await events())[0].SelectedItems).toEqual({
      SelectedItem: { QuestionKey: 'where', OptionIds: { OptionId: ['sea', 'home'] } },
    });
  });

  it('on several questions carries an answer to each, the preset one where nothing was chosen', async () => {
    const { msgid } = await send(questions());
    await click(msgid, { key: 'submit', answers: [{ questionKey: 'q2', optionIds: ['d'] }] });
    expect((await events())[0].SelectedItems.SelectedItem).toEqual([
      { QuestionKey: 'q1', OptionIds: { OptionId: 'b' } },
      { QuestionKey: 'q2', OptionIds: { OptionId: 'd' } },
    ]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['a key that is not on the card', { key: 'escalate' }],
    ['an option there is none of', { key: 'submit', questionKey: 'where', optionIds: ['moon'] }],
    ['a question nobody asked', { key: 'submit', questionKey: 'when', optionIds: [] }],
    ['a member who has not received it', { userid: 'wang', key: 'submit' }],
    ['somebody who is nobody', { userid: 'ghost', key: 'submit' }],
  ])('is impossible for %s', async (_case, body) => {
    const { msgid } = await send(vote());
    expect(await click(msgid, body)).toMatchObject({ status: 422 });
    expect(await events()).toEqual([]);
  });

  it('is impossible on a card that was recalled, and on a message that is no card', async () => {
    const { msgid } = await send(buttons());
    await call('recall', { msgid });
    expect(await click(msgid, { key: 'approve' })).toMatchObject({ status: 422 });
    const plain = await call('send', { agentid, touser: 'zhang', msgtype: 'text', text: { content: '好' } });
    expect(await click(plain['msgid'], { key: 'approve' })).toMatchObject({ status: 422 });
    expect(await click('made-up', { key: 'approve' })).toMatchObject({ status: 404 });
  });
});

describe('a change of a card', () => {
  it('shows one grey text instead of the buttons, and only to those it is for', async () => {
    const { msgid, response_code } = await send(buttons());
    expect(await update({ userids: ['ZHANG'], response_code, button: { replace_name: '已同意' } })).toEqual({
      errcode: 0,
      errmsg: 'ok',
      invaliduser: [],
    });
    const { button_list: _gone, ...rest } = buttons();
    expect(await cardOf('zhang')).toEqual({ ...rest, replace_text: '已同意' });
    expect(await cardOf('li')).toEqual(buttons());
    expect(await click(msgid, { key: 'approve' })).toMatchObject({ status: 422 });
    expect(await click(msgid, { userid: 'li', key: 'approve' })).toMatchObject({ status: 200 });
  });

  it('can put another kind of card in its place, for everybody at once', async () => {
    const { response_code } = await send(buttons());
    const after = notice({ sub_title_text: '李四已同意' });
    expect(await update({ atall: 1, response_code, template_card: after })).toMatchObject({ errcode: 0 });
    expect([await cardOf('zhang'), await cardOf('li')]).toEqual([after, after]);
  });

  it('can keep the buttons pressable, or grey them with a text', async () => {
    const { msgid, response_code } = await send(buttons());
    const { json } = await click(msgid, { key: 'approve' });
    await update({ userids: ['zhang'], response_code, template_card: buttons({ sub_title_text: '请再试' }) });
    expect(await click(msgid, { key: 'approve' })).toMatchObject({ status: 200 });
    const greyed = buttons({ replace_text: '已同意' });
    await update({ userids: ['zhang'], response_code: json.responseCode, template_card: greyed });
    expect(await click(msgid, { key: 'approve' })).toMatchObject({ status: 422 });
    expect(await cardOf('zhang')).toMatchObject({ replace_text: '已同意' });
  });

  it('is possible once per code; a refused one does not use it up', async () => {
    const { msgid, response_code } = await send(buttons());
    const done = { userids: ['zhang'], response_code, button: { replace_name: '已同意' } };
    expect(await update({ ...done, button: { replace_name: '' } })).toMatchObject({ errcode: 42020 });
    expect(await update({ ...done, userids: [] })).toMatchObject({ errcode: 82101 });
    expect(await update({ ...done, userids: ['wang', 'Ghost'] })).toMatchObject({
      errcode: 82102,
      invaliduser: ['ghost', 'wang'],
    });
    expect(await update({ ...done, button: undefined })).toMatchObject({ errcode: 40063 });
    expect(await update({ ...done, userids: ['zhang', 'WANG'] })).toMatchObject({
      errcode: 0,
      invaliduser: ['wang'],
    });
    expect(await update(done)).toMatchObject({ errcode: 60140 });
    const { json } = await click(msgid, { userid: 'li', key: 'reject' });
    expect(await update({ ...done, response_code: json.responseCode })).toMatchObject({ errcode: 0 });
    expect(await update({ ...done, response_code: json.responseCode })).toMatchObject({ errcode: 60140 });
  });

  it('is possible for 72 hours by the clock of the simulator', async () => {
    const { response_code } = await send(buttons());
    await client.control('POST', '/clock', { advanceSeconds: 72 * 3600 + 1 });
    expect(
      await update({ userids: ['zhang'], response_code, button: { replace_name: '晚了' } }),
    ).toMatchObject({
      errcode: 60140,
    });
  });

  it('is for the app that has sent it', async () => {
    const { response_code } = await send(buttons());
    const change = { userids: ['zhang'], response_code, button: { replace_name: '已同意' } };
    expect(await update(change, 'deaf')).toMatchObject({ errcode: 301002 });
    expect(await update({ ...change, agentid: 1000003 }, 'deaf')).toMatchObject({ errcode: 42015 });
  });

  it('of a notice with a menu is a whole new card: there is no button to grey', async () => {
    const { response_code } = await send(notice({ action_menu: menu, task_id: 'notice-1' }));
    const target = { userids: ['zhang'], response_code };
    expect(await update({ ...target, button: { replace_name: '好' } })).toMatchObject({ errcode: 42031 });
    expect(await update({ ...target, template_card: notice() })).toMatchObject({ errcode: 0 });
  });
});

describe('what a member says to an app', () => {
  const say = (body: Record<string, unknown>) =>
    client.http('POST', `/_sim/corps/${corp.corpid}/say`, { agentid, userid: 'zhang', ...body });

  it('reaches it as a message with an id of its own', async () => {
    expect(await say({ msgtype: 'text', content: '我要 <请假> ]]>' })).toMatchObject({ status: 201 });
    await say({ content: '第二句' });
    const [first, second] = (await events()).sort((a, b) => Number(a.MsgId) - Number(b.MsgId));
    expect(first).toMatchObject({
      FromUserName: 'Zhang',
      MsgType: 'text',
      Content: '我要 <请假> ]]>',
      AgentID: String(agentid),
    });
    expect(second.MsgId).not.toBe(first.MsgId);
  });

  it('may be a picture that was uploaded before', async () => {
    const form = new FormData();
    form.append('media', new Blob([Buffer.from('89504e470d0a1a0a', 'hex')]), 'a.png');
    const accessToken = await client.token(corp.corpid, 'office');
    const { media_id } = await client.post(
      'media/upload',
      { access_token: accessToken, type: 'image' },
      form,
    );
    expect(await say({ msgtype: 'image', mediaId: media_id })).toMatchObject({ status: 201 });
    expect(await events()).toMatchObject([
      { MsgType: 'image', MediaId: media_id, PicUrl: expect.stringContaining('http') },
    ]);
  });

  it.each<[string, number, Record<string, unknown>]>([
    ['an app that listens to nothing', 422, { agentid: 1000003, content: '喂' }],
    ['an app there is none of', 404, { agentid: 5, content: '喂' }],
    ['nothing', 422, { msgtype: 'text' }],
    ['a picture nobody uploaded', 422, { msgtype: 'image', mediaId: 'made-up' }],
    ['somebody who is nobody', 422, { userid: 'ghost', content: '喂' }],
  ])('is refused for %s', async (_case, status, body) => {
    expect(await say(body)).toMatchObject({ status });
    expect(await events()).toEqual([]);
  });
});
