import { initialCard, outcomeCard, refusedCard, withCardTaskId } from '../../domain/messages/card';
import type { TemplateCard } from '../../domain/messages/card';
import { cardTexts } from '../../i18n/message-cards';
import type { WecomError, WecomSession } from '../../wecom';
import {
  callbackKind,
  createWecomClient,
  explainErrcode,
  isCardKind,
  messageLimits,
  parseCallbackXml,
  readCardTap,
} from '../../wecom';
import { encodingAesKey, Receiver, token } from '../simulator/receiver';
import type { TestSimulator } from '../support/simulator';
import { startTestSimulator } from '../support/simulator';
import { memoryBudget, memoryTokenStore } from './memory-stores';
import { startRawServer } from './raw-server';
import type { SimulatedCorp } from './simulated-corp';
import { agentId, createSimulatedCorp } from './simulated-corp';

let simulator: TestSimulator;
let receiver: Receiver;
let corp: SimulatedCorp;
let app: WecomSession;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  simulator = await startTestSimulator();
  receiver = await Receiver.start();
});
afterAll(async () => {
  receiver.close();
  for (const close of closing) await close();
  await simulator.close();
});
beforeEach(async () => {
  const callback = { url: receiver.url, token, encodingAesKey };
  const apps = [{ agentid: agentId, secret: 'app-secret', name: '消息', visibleDepartments: [1], callback }];
  corp = await createSimulatedCorp(simulator, { apps, unlicensed: ['hanmeimei'] });
  app = createWecomClient({
    connection: { corpKey: 'corp-1', corpId: corp.corpId, kind: 'private', apiBaseUrl: simulator.url },
    tokens: memoryTokenStore(),
    budget: memoryBudget(),
  }).as({ kind: 'app', agentId, secret: 'app-secret' });
});

type Inbox = readonly { readonly msgid: string; readonly body: unknown; readonly card?: unknown }[];
const inbox = async (userId: string) =>
  (await corp.control('GET', `corps/${corp.corpId}/inbox/${userId}`)) as Inbox;
const failure = (call: Promise<unknown>) =>
  call.then(
    () => Promise.reject(new Error('went through')),
    (error: WecomError) => error,
  );
const text = (content: string) => ({ msgtype: 'text', text: { content } });
const toLiLei = (content: string, usesDuplicateCheck = false) =>
  app.messages.send({ userIds: ['LiLei'], body: text(content), usesDuplicateCheck });

describe('sending', () => {
  it('tells the message’s id, and who did not get it', async () => {
    const sent = await app.messages.send({
      userIds: ['LiLei', 'HanMeiMei', 'Nobody'],
      body: text('开会'),
      usesDuplicateCheck: false,
    });
    expect(sent).toEqual({
      msgId: expect.stringMatching(/.+/) as string,
      responseCode: null,
      invalidUsers: ['nobody'],
      unlicensedUsers: ['hanmeimei'],
    });
    expect(await inbox('LiLei')).toMatchObject([
      { msgid: sent.msgId, msgtype: 'text', body: { content: '开会' } },
    ]);
  });

  it('the same again within four hours delivers nothing where WeCom is asked to look', async () => {
    await toLiLei('开会', true);
    await toLiLei('开会', true);
    await toLiLei('散会', true);
    await toLiLei('散会');
    expect(await inbox('LiLei')).toHaveLength(3);
  });

  it('to nobody WeCom knows is an error of the recipients', async () => {
    const call = app.messages.send({ userIds: ['nobody'], body: text('开会'), usesDuplicateCheck: false });
    expect(await failure(call)).toMatchObject({ errcode: 81013, reaction: 'fix-data' });
  });

  it('an answer that is lost leaves open whether it was sent, and nothing is repeated here', async () => {
    await corp.faults({ path: 'message/send', times: 1, drop: 'after' });
    expect(await failure(toLiLei('开会'))).toMatchObject({ reaction: 'retry-soon', outcomeUnknown: true });
    expect(await inbox('LiLei')).toHaveLength(1);
    await corp.faults({ path: 'message/send', times: 1, errcode: -1 });
    expect(await failure(toLiLei('散会'))).toMatchObject({ errcode: -1, outcomeUnknown: true });
    expect(await corp.calls('message/send')).toBe(2);
  });

  it('is for 1 to 1,000 members, which is the caller’s business', async () => {
    const many = Array.from({ length: 1_001 }, (_, index) => `user${index}`);
    for (const userIds of [[], many]) {
      const call = app.messages.send({ userIds, body: text('开会'), usesDuplicateCheck: false });
      await expect(call).rejects.toThrow(/1 to 1000 members/);
    }
    expect(await corp.calls('message/send')).toBe(0);
  });

  it('is done as an app', async () => {
    const call = corp.client().contacts.messages.send({
      userIds: ['LiLei'],
      body: text('开会'),
      usesDuplicateCheck: false,
    });
    await expect(call).rejects.toThrow(/as an app/);
  });

  it('no error repeats what was to be said, or to whom', async () => {
    const server = await startRawServer((_request, response) =>
      response.end(JSON.stringify({ errcode: 40058, errmsg: 'bad content 年终奖一百万 for hanmeimei' })),
    );
    closing.push(() => server.close());
    const session = createWecomClient({
      connection: { corpKey: 'corp-1', corpId: 'ww1', kind: 'private', apiBaseUrl: server.url },
      tokens: memoryTokenStore(),
      budget: memoryBudget(),
    }).as({ kind: 'app', agentId, secret: 's' });
    const card = {
      msgtype: 'textcard',
      textcard: { title: '年终奖一百万', description: ' ', url: 'https://x.cn' },
    };
    const error = await failure(
      session.messages.send({ userIds: ['HanMeiMei'], body: card, usesDuplicateCheck: false }),
    );
    expect(error.message).toContain('bad content');
    expect(`${error.message}${JSON.stringify(error)}`).not.toMatch(/年终奖|hanmeimei/i);
  });

  it('an answer with lists, nulls or numbers is read like the documented one', async () => {
    const server = await startRawServer((_request, response) =>
      response.end(
        JSON.stringify({
          errcode: 0,
          invaliduser: ['a', 'b'],
          unlicenseduser: null,
          msgid: '',
          response_code: 7,
        }),
      ),
    );
    closing.push(() => server.close());
    const session = createWecomClient({
      connection: { corpKey: 'corp-1', corpId: 'ww1', kind: 'private', apiBaseUrl: server.url },
      tokens: memoryTokenStore(),
      budget: memoryBudget(),
    }).as({ kind: 'app', agentId, secret: 's' });
    expect(
      await session.messages.send({ userIds: ['c'], body: text('x'), usesDuplicateCheck: false }),
    ).toEqual({
      msgId: null,
      responseCode: null,
      invalidUsers: ['a', 'b'],
      unlicensedUsers: [],
    });
  });

  it('is counted by WeCom', async () => {
    await toLiLei('开会');
    expect(await app.messages.statistics({ day: 'today' })).toEqual([{ agentId, appName: '消息', count: 1 }]);
    expect(await app.messages.statistics({ day: 'yesterday' })).toEqual([]);
  });
});

describe('recalling', () => {
  it('takes a message back, also when asked twice', async () => {
    const { msgId } = await toLiLei('开会');
    await app.messages.recall({ msgId: String(msgId) });
    await app.messages.recall({ msgId: String(msgId) });
    expect(await inbox('LiLei')).toMatchObject([{ recalled: true }]);
  });

  it('is refused after 24 hours, and for a message of nobody', async () => {
    const { msgId } = await toLiLei('开会');
    await corp.advance(24 * 3_600 + 1);
    expect(await failure(app.messages.recall({ msgId: String(msgId) }))).toMatchObject({ errcode: 42052 });
    expect(await failure(app.messages.recall({ msgId: 'other' }))).toMatchObject({ errcode: 40058 });
  });
});

describe('cards', () => {
  const context = { texts: cardTexts('zh-CN'), limits: messageLimits, timezone: 'Asia/Shanghai' };
  const decided = { outcomeText: '已同意', by: '李雷', at: new Date(0) };
  const subject = {
    title: '请审批',
    content: '差旅申请',
    url: 'https://oa.example.com/1',
    kind: 'pending',
    linkButton: null,
  } as const;

  function card(keys: readonly string[]): TemplateCard {
    const made = initialCard({ ...subject, actions: keys.map((key) => ({ key, text: key })) }, context);
    if (made === null) throw new Error('no card');
    return withCardTaskId(made, 'call-1');
  }

  async function sendCard(sent: TemplateCard): Promise<{ msgId: string; responseCode: string }> {
    const answer = await app.messages.send({
      userIds: ['LiLei'],
      body: { msgtype: 'template_card', template_card: sent },
      usesDuplicateCheck: true,
    });
    return { msgId: String(answer.msgId), responseCode: String(answer.responseCode) };
  }

  const shown = async () => (await inbox('LiLei'))[0]?.card;

  it.each([[['approve', 'reject']], [[]]])(
    'with buttons %j can be changed once with the code they were sent with',
    async (keys) => {
      const sent = card(keys);
      const { responseCode } = await sendCard(sent);
      const change = {
        userIds: ['LiLei', 'hanmeimei'],
        responseCode,
        card: outcomeCard(sent, decided, context),
      };
      expect(await app.messages.updateTemplateCard(change)).toEqual({ invalidUsers: ['hanmeimei'] });
      expect(JSON.stringify(await shown())).toContain('已同意');
      expect(await failure(app.messages.updateTemplateCard(change))).toMatchObject({ errcode: 60140 });
    },
  );

  it('can have their buttons replaced by one text', async () => {
    const { responseCode } = await sendCard(card(['approve']));
    await app.messages.updateTemplateCard({ userIds: ['LiLei'], responseCode, replaceName: '已办结' });
    expect(await shown()).toMatchObject({ replace_text: '已办结' });
  });

  it('their code ends after 72 hours', async () => {
    const sent = card(['approve']);
    const { responseCode } = await sendCard(sent);
    await corp.advance(72 * 3_600 + 1);
    const change = { userIds: ['LiLei'], responseCode, card: outcomeCard(sent, decided, context) };
    expect(await failure(app.messages.updateTemplateCard(change))).toMatchObject({ errcode: 60140 });
  });

  async function tapped(msgId: string, key: string) {
    const before = receiver.received.length;
    await corp.control('POST', `corps/${corp.corpId}/messages/${msgId}/click`, { userid: 'LiLei', key });
    for (let waits = 0; receiver.received.length === before && waits < 500; waits += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const fields = await parseCallbackXml(receiver.received[before]?.plain ?? '<xml/>');
    return { kind: callbackKind(fields), tap: readCardTap(fields) };
  }

  it('a tap tells whose it was, on which card, and brings a code of its own', async () => {
    const sent = card(['approve', 'reject']);
    const { msgId, responseCode } = await sendCard(sent);
    const { kind, tap } = await tapped(msgId, 'reject');
    expect(isCardKind(kind)).toBe(true);
    expect(tap).toMatchObject({
      taskId: 'call-1',
      actionKey: 'reject',
      userId: 'LiLei',
      cardType: 'button_interaction',
      selected: [],
    });
    const ownCode = String(tap?.responseCode);
    expect(ownCode).not.toBe(responseCode);

    const refused = withCardTaskId(
      refusedCard(sent, { said: '预算不足', tapped: '退回' }, context),
      'call-1',
    );
    await app.messages.updateTemplateCard({ userIds: ['LiLei'], responseCode: ownCode, card: refused });
    expect(await shown()).toMatchObject({
      quote_area: { quote_text: '预算不足' },
      button_list: sent.button_list,
    });
    await app.messages.updateTemplateCard({
      userIds: ['LiLei'],
      responseCode,
      card: outcomeCard(sent, decided, context),
    });
    expect(await shown()).toMatchObject({ replace_text: '已同意' });
  });

  it('a card without buttons is tapped in its menu', async () => {
    const sent = card([]);
    const { msgId } = await sendCard(sent);
    const { kind, tap } = await tapped(msgId, String(sent.action_menu?.action_list[0]?.key));
    expect(kind).toBe('event/template_card_menu_event');
    expect(isCardKind(kind)).toBe(true);
    expect(tap).toMatchObject({ taskId: 'call-1', cardType: 'text_notice' });
  });

  it('without a callback address of the app are refused', async () => {
    const apps = [{ agentid: agentId, secret: 'app-secret', name: '消息', visibleDepartments: [1] }];
    const other = await createSimulatedCorp(simulator, { apps });
    const session = createWecomClient({
      connection: { corpKey: 'corp-2', corpId: other.corpId, kind: 'private', apiBaseUrl: simulator.url },
      tokens: memoryTokenStore(),
      budget: memoryBudget(),
    }).as({ kind: 'app', agentId, secret: 'app-secret' });
    const body = { msgtype: 'template_card', template_card: card(['approve']) };
    const call = session.messages.send({ userIds: ['LiLei'], body, usesDuplicateCheck: true });
    expect(await failure(call)).toMatchObject({ errcode: 43012, reaction: 'fix-access' });
  });
});

describe('what a callback says of a tap', () => {
  const fields = {
    ToUserName: 'ww1',
    FromUserName: 'LiLei',
    CreateTime: '1790000000',
    MsgType: 'event',
    Event: 'template_card_event',
    EventKey: 'submit',
    TaskId: 'call-1',
    CardType: 'multiple_interaction',
    ResponseCode: 'code',
    AgentID: '1000002',
  };

  it('names what was chosen, one or several', () => {
    const SelectedItems = {
      SelectedItem: [
        { QuestionKey: 'q1', OptionIds: { OptionId: ['a', 'b'] } },
        { QuestionKey: 'q2', OptionIds: { OptionId: 'c' } },
        { QuestionKey: 'q3', OptionIds: '' },
      ],
    };
    expect(readCardTap({ ...fields, SelectedItems })?.selected).toEqual([
      { questionKey: 'q1', optionIds: ['a', 'b'] },
      { questionKey: 'q2', optionIds: ['c'] },
      { questionKey: 'q3', optionIds: [] },
    ]);
    expect(readCardTap({ ...fields, SelectedItems: '' })?.selected).toEqual([]);
  });

  it('is nothing where card, key or person is missing, or it is no tap', () => {
    for (const missing of ['TaskId', 'EventKey', 'FromUserName']) {
      expect(readCardTap({ ...fields, [missing]: '' })).toBeUndefined();
    }
    expect(readCardTap({ ...fields, Event: 'click' })).toBeUndefined();
    expect(readCardTap({ ...fields, ResponseCode: '' })?.responseCode).toBeNull();
    expect(isCardKind('event/click')).toBe(false);
    expect(isCardKind('message/text')).toBe(false);
  });
});

describe('what WeCom may refuse of messages', () => {
  it.each([40032, 40058, 42015, 42052, 43012, 44004, 60140, 81013, 82101, 82102])(
    'errcode %d is explained in both languages',
    (errcode) => {
      for (const lang of ['zh-CN', 'en'] as const) {
        const { cause, advice } = explainErrcode(errcode, lang);
        expect(cause).not.toContain(String(errcode));
        expect(advice.length).toBeGreaterThan(5);
      }
    },
  );
});
