import type { Browser, Page } from 'playwright-core';
import { browserTestMs, complaintsOf, launchBrowser, openContext } from '../support/browser';
import { encodingAesKey, Receiver, token } from './receiver';
import { SimulatorClient } from './simulator-client';
import type { Answer, TestCorp } from './simulator-client';

const agentid = 1000002;

let client: SimulatorClient;
let receiver: Receiver;
let corp: TestCorp;
beforeAll(async () => {
  client = await SimulatorClient.start();
  await client.control('POST', '/settings', { callbackVerifyTimeoutMs: 10_000 });
  receiver = await Receiver.start();
});
beforeEach(async () => {
  corp = await client.corp({
    name: '星河<集团>',
    users: [
      { userid: 'zhang', name: '张三', mobile: '19900000001' },
      { userid: 'gone', name: '离职', mobile: '19900000002', enable: 0 },
    ],
    apps: [
      { agentid, secret: 'office', name: '办公助手' },
      { agentid: 1000003, secret: 'news', name: '公告' },
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

async function call(path: string, body: Record<string, unknown>): Promise<Answer> {
  const accessToken = await client.token(corp.corpid, 'office');
  return client.post(`message/${path}`, { access_token: accessToken }, { agentid, ...body });
}

const send = (msgtype: string, part: unknown) => call('send', { touser: 'zhang', msgtype, [msgtype]: part });
const chat = () => `/phone?corp=${corp.corpid}&user=zhang&app=${agentid}&lang=zh-CN`;
const shown = async (address = chat()) => (await client.http('GET', `${address}&part=screen`)).text;

const card = (changes: Record<string, unknown> = {}) => ({
  card_type: 'button_interaction',
  main_title: { title: '请假申请', desc: '李四，三天' },
  task_id: 'leave-1',
  button_list: [
    { text: '同意', key: 'approve' },
    { text: '驳回', key: 'reject', style: 3 },
  ],
  action_menu: { action_list: [{ text: '看看最新状态', key: 'refresh' }] },
  ...changes,
});

describe('the words of a message on the phone', () => {
  it('are never markup, whatever they are', async () => {
    await send('text', { content: '<script>alert(1)</script><img src=x onerror=alert(1)>' });
    await send('news', {
      articles: [{ title: '<b>题</b>', description: '"><i>', url: 'https://oa.example/?a="<' }],
    });
    await send('template_card', card({ main_title: { title: '<u>卡</u>' }, sub_title_text: '</article>' }));
    await send('markdown', { content: '# <s>大</s>' });
    const markup = await shown();
    expect(markup).not.toMatch(/<(script|img|b>|i>|u>|s>)/);
    expect(markup).toContain('&#60;script&#62;alert(1)');
    expect(markup).toContain('href="https://oa.example/?a=&#34;&#60;"');
  });

  it('may hold links, to the web only', async () => {
    const content = `<a href="https://oa.example/1">这里</a>，<a href="javascript:alert(1)">那里</a> http://oa.example/2`;
    await send('text', { content });
    const markup = await shown();
    expect(markup).toContain('href="https://oa.example/1"');
    expect(markup).toContain('href="http://oa.example/2"');
    expect(markup).not.toContain('href="javascript');
  });

  it('of a text card may hold line breaks and three kinds of paragraphs, and nothing stays open', async () => {
    const description =
      '<div class="gray">灰</div><br><div class="highlight">亮<div class="red">红</div></div></div>';
    await send('textcard', { title: '题', description, url: 'https://oa.example' });
    expect(await shown()).toContain(
      '<div class="gray">灰</div><br /><div class="highlight">' +
        '亮&#60;div class=&#34;red&#34;&#62;红</div>&#60;/div&#62;&#60;/div&#62;',
    );
    await send('textcard', { title: '题', description: '<div class="normal">开', url: 'https://oa.example' });
    expect(await shown()).toContain('<div class="normal">开</div>');
  });

  it('come with their pictures, links and rows', async () => {
    await send('news', {
      articles: [{ title: '新闻', url: 'https://oa.example', picurl: 'https://oa.example/p.png' }],
    });
    await send('template_card', {
      card_type: 'news_notice',
      main_title: { title: '图文' },
      card_image: { url: 'https://oa.example/c.png', aspect_ratio: 2.25 },
      horizontal_content_list: [{ keyname: '地点', value: '三楼', type: 1, url: 'https://oa.example/3' }],
      jump_list: [{ type: 1, title: '去看看', url: 'https://oa.example/4' }],
      card_action: { type: 1, url: 'https://oa.example/5' },
    });
    const markup = await shown();
    for (const address of ['p.png', 'c.png', '3', '4', '5'])
      expect(markup).toContain(`"https://oa.example/${address}"`);
    expect(markup).toContain('ratio225');
  });
});

describe('the phone', () => {
  it('belongs to the control surface: another site may not read it, and it goes off with it', async () => {
    expect(await client.http('GET', '/phone', undefined, { Origin: 'https://evil.example' })).toMatchObject({
      status: 403,
    });
    client.simulator.setControlEnabled(false);
    expect(await client.http('GET', '/phone')).toMatchObject({ status: 404 });
    client.simulator.setControlEnabled(true);
    const page = await client.http('GET', '/phone');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('is nobody’s who can’t open WeCom', async () => {
    const members = await shown(`/phone?corp=${corp.corpid}`);
    expect(members).toContain('张三');
    expect(members).not.toContain('离职');
    expect(await shown(`/phone?corp=${corp.corpid}&user=gone`)).toContain('张三');
  });

  it('lists whoever got something last first, and everybody else by name', async () => {
    const { corpid } = await client.corp({
      users: [
        { userid: 'u1', name: '周雅婷', mobile: '19900000011' },
        { userid: 'u2', name: '陈志远', mobile: '19900000012' },
        { userid: 'u3', name: '仓管员10', mobile: '19900000013' },
        { userid: 'u4', name: '仓管员9', mobile: '19900000014' },
        { userid: 'u5', name: '王思琪', mobile: '19900000015' },
      ],
      apps: [{ agentid, secret: 'office', name: '办公助手' }],
    });
    const listed = async () =>
      [...(await shown(`/phone?corp=${corpid}`)).matchAll(/<span>(u\d)<\/span>/g)].map(
        ([, userid]) => userid,
      );
    expect(await listed()).toEqual(['u4', 'u3', 'u2', 'u5', 'u1']);
    for (const touser of ['u5', 'u3']) {
      const accessToken = await client.token(corpid, 'office');
      const message = { agentid, touser, msgtype: 'text', text: { content: touser } };
      await client.post('message/send', { access_token: accessToken }, message);
      await client.control('POST', '/clock', { advanceSeconds: 60 });
    }
    expect(await listed()).toEqual(['u3', 'u5', 'u4', 'u2', 'u1']);
  });

  it('shows a picture somebody sent', async () => {
    const form = new FormData();
    form.append('media', new Blob([Buffer.from('89504e470d0a1a0a', 'hex')]), 'a.png');
    const accessToken = await client.token(corp.corpid, 'office');
    const { media_id } = await client.post(
      'media/upload',
      { access_token: accessToken, type: 'image' },
      form,
    );
    await send('image', { media_id });
    expect(await shown()).toContain(`src="/sim-media/${media_id}"`);
    const picture = await client.http('GET', `/sim-media/${media_id}`);
    expect(picture.headers.get('content-type')).toBe('image/png');
    expect(await client.http('GET', '/sim-media/made-up')).toMatchObject({ status: 404 });
  });
});

describe('a member with the phone in hand', () => {
  let browser: Browser;
  let page: Page;
  let complaints: readonly string[];
  beforeAll(async () => {
    browser = await launchBrowser();
  }, browserTestMs);
  beforeEach(async () => {
    const context = await openContext(browser, {
      viewport: { width: 390, height: 844 },
      locale: 'zh-CN',
      baseURL: client.url,
    });
    page = await context.newPage();
    complaints = complaintsOf(page);
  });
  afterEach(async () => {
    await page.context().close();
  });
  afterAll(() => browser.close());

  it(
    'finds the chat, sees what arrives, taps, and sees what became of it',
    async () => {
      await send('text', { content: '早上好' });
      await page.goto('/phone');
      await page.getByRole('link', { name: '星河<集团>' }).filter({ hasText: corp.corpid }).click();
      await page.getByRole('link', { name: '张三' }).click();
      await page.getByRole('link', { name: '办公助手' }).click();
      await page.getByText('早上好').waitFor();

      const { response_code } = await send('template_card', card());
      await page.getByRole('button', { name: '同意' }).click();
      while ((await receiver.events()).length === 0) await page.waitForTimeout(50);
      expect(await receiver.events()).toMatchObject([
        { Event: 'template_card_event', EventKey: 'approve', FromUserName: 'zhang', TaskId: 'leave-1' },
      ]);
      await call('update_template_card', {
        userids: ['zhang'],
        response_code,
        button: { replace_name: '已同意' },
      });
      await page.getByRole('button', { name: '已同意' }).waitFor();
      expect(await page.getByRole('button', { name: '驳回' }).count()).toBe(0);

      await page.getByLabel('更多操作').click();
      await page.getByRole('button', { name: '看看最新状态' }).click();
      while ((await receiver.events()).length === 1) await page.waitForTimeout(50);
      expect((await receiver.events())[1]).toMatchObject({
        Event: 'template_card_menu_event',
        EventKey: 'refresh',
      });

      const overflow = 'document.documentElement.scrollWidth - innerWidth';
      expect(await page.evaluate<number>(overflow)).toBeLessThanOrEqual(0);
      expect(complaints).toEqual([]);
    },
    browserTestMs,
  );

  it(
    'sees a message go, and answers the app',
    async () => {
      const { msgid } = await send('text', { content: '发错了' });
      await page.goto(chat());
      await page.getByText('发错了').waitFor();
      await call('recall', { msgid });
      await page.getByText('撤回了一条消息').waitFor();
      expect(await page.getByText('发错了').count()).toBe(0);

      await page.getByPlaceholder('发消息').fill('收到，谢谢');
      await page.getByRole('button', { name: '发送' }).click();
      await page.getByText('收到，谢谢').waitFor();
      while ((await receiver.events()).length === 0) await page.waitForTimeout(50);
      expect(await receiver.events()).toMatchObject([{ MsgType: 'text', Content: '收到，谢谢' }]);
      expect(complaints).toEqual([]);
    },
    browserTestMs,
  );

  it(
    'can’t talk to an app that listens to nothing, in either language',
    async () => {
      await page.goto(`/phone?corp=${corp.corpid}&user=zhang&app=1000003`);
      await page.getByText('此应用不接收消息').waitFor();
      await page.getByRole('link', { name: 'EN' }).click();
      await page.getByText('This app takes no messages').waitFor();
    },
    browserTestMs,
  );
});
