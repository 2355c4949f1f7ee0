import type { Page } from 'playwright-core';
import { choose, closeByEscape } from '../support/browser';
import { consoleSuite } from './console-suite';
import { api, phone, pixelsSideways, simulate, unnamedControls } from './console-visit';
import { corpToPush, feedOa, once, pushed } from './push-world';

const suite = consoleSuite(feedOa);
const simulated = 'wwmessages0000page';
/** A PNG of one pixel. */
const dot =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const callback = { token: 'callbackToken1', encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C' };

interface App {
  readonly id: string;
  readonly agentId: number;
  readonly callbackUrl: string;
}

/** A corp whose people are bound, and whose app takes taps on its cards. */
const corp = once(async () => {
  const { id } = await corpToPush(suite.product, simulated, '海川科技', {
    guard: { maxBranchPercent: null, maxDeletePercent: null, maxDisables: null, maxDecrease: null },
  });
  await pushed(suite.product, id, 'apply');
  const { apps } = await api<{ apps: readonly App[] }>(suite.product, 'GET', `/corps/${id}`);
  const app = apps[0]!;
  await api(suite.product, 'PATCH', `/corps/${id}/apps/${app.id}?verify=false`, { callback });
  await simulate(suite.product, 'PUT', `/corps/${simulated}/callbacks`, {
    ...{ agentid: app.agentId, url: app.callbackUrl },
    ...callback,
  });
  return { id, appId: app.id };
});

interface Rule {
  readonly ruleId: string;
  readonly name: string;
}

const rules = async (): Promise<readonly Rule[]> =>
  (await api<{ items: readonly Rule[] }>(suite.product, 'GET', '/message-rules')).items;

async function onlyRule(name: string, type: string): Promise<string> {
  const { id: corpId, appId } = await corp();
  for (const { ruleId } of await rules()) await api(suite.product, 'DELETE', `/message-rules/${ruleId}`);
  const rule = await api<Rule>(suite.product, 'POST', '/message-rules', {
    ...{ name, targets: [{ corpId, appId, type, url: 'https://oa.example.com/' }] },
  });
  return rule.ruleId;
}

const event = (eventId: string, more: Readonly<Record<string, unknown>> = {}) =>
  api(suite.product, 'POST', '/oa/events', {
    ...{ eventId, module: 'workflow', type: 'todo.created', title: '请假申请：林晓雨 3 天' },
    ...{ content: '11 月 23 日到 25 日', recipients: ['1', '2', '1001'], ...more },
  });

const drawer = (page: Page) => page.locator('.ant-drawer').filter({ visible: true });
const dialog = (page: Page) => page.locator('.ant-modal:visible');
const row = (page: Page, words: string) => page.getByRole('row').filter({ hasText: words });
const bubble = (page: Page) => page.getByRole('figure', { name: '企业微信中的样子' });

describe('the rules of messages', () => {
  it('are written beside what WeCom will show, and what is emptied has its default again', async () => {
    await corp();
    const { page, picture } = await suite.visiting();
    await page.goto('/messages');
    await page.getByText('还没有推送规则').waitFor();
    await page.getByRole('button', { name: '新建规则' }).click();
    await page.getByRole('textbox', { name: '规则名称' }).fill('日报消息');
    await choose(page.getByRole('combobox', { name: '企业应用' }), '海川科技 · 海川助手');
    await bubble(page).getByText('详情').waitFor();

    const title = page.getByRole('textbox', { name: /^标题/ });
    await title.fill('');
    await title.blur();
    expect(await title.inputValue()).toBe('{{ event.title }}');
    await title.fill('新日报：');
    await page.getByRole('button', { name: '事件标题' }).click();
    expect(await title.inputValue()).toBe('新日报：{{ event.title }}');
    await bubble(page)
      .getByText(/^新日报：/)
      .waitFor();

    await page.getByRole('textbox', { name: /^按钮文字/ }).fill('马上去看看');
    await page.getByRole('button', { name: '保存' }).click();
    await page.locator('.ant-form-item-explain').getByText(/4/).waitFor();
    await page.getByRole('textbox', { name: /^按钮文字/ }).fill('看日报');
    await bubble(page).getByText('看日报').waitFor();
    await picture('message-rule');

    await page.getByText('图文', { exact: true }).click();
    const file = page.locator('input[type="file"]');
    await file.setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
    await page.getByRole('alert').getByText('只支持 JPG、PNG 图片').waitFor();
    const png = Buffer.from(dot, 'base64');
    await file.setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: png });
    await bubble(page).getByRole('img', { name: '刚上传的图片' }).waitFor();
    expect(await page.getByRole('textbox', { name: /^图片地址/ }).inputValue()).toContain('/sim-images/');
    await picture('message-rule-news');

    await page.getByText('文字', { exact: true }).click();
    await page.getByRole('textbox', { name: /^内容/ }).fill('');
    await page.getByRole('button', { name: '保存' }).click();
    await page.locator('.ant-form-item-explain').first().waitFor();
    await page.getByText('模板卡片', { exact: true }).click();
    await page.getByRole('textbox', { name: /^内容/ }).fill('{{ recipient.name }}，{{ event.content }}');
    await page.getByText('模板卡片只用于待办消息', { exact: false }).waitFor();
    await bubble(page).locator('.wx-button').first().waitFor();
    await picture('message-rule-card');
    // The button moves up when the complaint goes away.
    await page.locator('.ant-form-item-explain-error').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByRole('link', { name: '日报消息', exact: true }).waitFor();

    await api(suite.product, 'POST', '/message-rules', {
      ...{
        name: '全部消息',
        targets: [{ corpId: (await corp()).id, appId: (await corp()).appId, type: 'text' }],
      },
      options: { quietHours: { from: '22:00', to: '07:30' }, digest: { everyMinutes: 30 } },
    });
    await page.reload();
    await page.getByText('免打扰 22:00–07:30').waitFor();
    await page.getByRole('button', { name: '上移“全部消息”' }).click();
    await page.getByText('“全部消息”现在排在第 1 位').waitFor({ state: 'attached' });
    await page.getByRole('listitem').first().getByRole('link', { name: '全部消息', exact: true }).waitFor();
    expect((await rules()).map(({ name }) => name)).toEqual(['全部消息', '日报消息']);
    await page.getByRole('switch', { name: '启用“全部消息”' }).click();
    await page.getByText('已停用').waitFor();
    await picture('message-rules');
    await page.getByRole('button', { name: '删除“全部消息”' }).click();
    await dialog(page).getByRole('button', { name: '删除' }).click();
    await page.getByRole('link', { name: '全部消息', exact: true }).waitFor({ state: 'detached' });
  });
});

describe('the log of messages', () => {
  it('shows whom a test message reached, what was decided on its card, and recalls it', async () => {
    await onlyRule('待办卡片', 'template_card');
    const { page, picture } = await suite.visiting();
    await page.goto('/messages/log');
    await page.getByRole('button', { name: '发送测试消息' }).click();
    const people = dialog(page).getByRole('combobox', { name: '发给谁（OA 人员）' });
    for (const name of ['林晓雨', '仓管员1']) {
      await choose(people, name, name);
      await people.fill('');
    }
    await dialog(page).getByRole('switch', { name: '作为待办发送' }).click();
    await picture('message-test');
    await dialog(page).getByRole('button', { name: '发送', exact: true }).click();
    await dialog(page).getByText('已接受，产生 1 条推送').waitFor();
    await dialog(page).getByRole('link', { name: '查看结果' }).click();
    await drawer(page).getByText('等待处理').first().waitFor();
    const ofEvent = page.url();
    await drawer(page).getByRole('link', { name: '海川科技 · 海川助手' }).click();
    await drawer(page).getByText('已发送').first().waitFor();
    await drawer(page).getByText('没有绑定该企业的企业微信账号。').waitFor();

    const [inbox] = await simulate<readonly { readonly msgid: string }[]>(
      suite.product,
      'GET',
      `/corps/${simulated}/inbox/hc-1`,
    );
    await simulate(suite.product, 'POST', `/corps/${simulated}/messages/${inbox!.msgid}/click`, {
      ...{ userid: 'hc-1', key: 'approve' },
    });
    await page.reload();
    await drawer(page).getByText('已送达', { exact: true }).first().waitFor();
    await drawer(page)
      .getByText(/\d\d:\d\d:\d\d/)
      .first()
      .waitFor();
    await picture('message-push');
    const ofPush = page.url();
    await page.goto(ofEvent);
    await drawer(page).locator('.msg-taps').getByText('林晓雨').waitFor();
    await drawer(page).locator('.msg-facts').getByTitle('1', { exact: true }).getByText('林晓雨').waitFor();
    await page.goto(ofPush);

    await drawer(page).getByRole('button', { name: '撤回' }).click();
    await picture('message-recalling');
    await dialog(page).getByRole('button', { name: '撤回' }).click();
    await drawer(page).getByText('已撤回', { exact: true }).first().waitFor();
    await closeByEscape(drawer(page));
    await row(page, '测试消息').getByText('已撤回').first().waitFor();
    await picture('message-log');
  });

  it('is recalled by rule and time only after it was counted', async () => {
    await onlyRule('发错的消息', 'textcard');
    await Promise.all(['wrong-1', 'wrong-2'].map((id) => event(id)));
    const { page, picture } = await suite.visiting();
    await page.goto('/messages/recalls');
    await choose(page.getByRole('combobox', { name: '规则' }), '发错的消息');
    await page.getByText(/共 2 条推送，\d+ 人次/).waitFor();
    await picture('message-recalls');
    await page.getByRole('button', { name: '撤回…' }).click();
    await dialog(page).getByRole('button', { name: '撤回', exact: true }).click();
    await row(page, '发错的消息').getByText('已完成').waitFor();
    await row(page, '发错的消息')
      .getByText(/已撤回 2/)
      .waitFor();

    await page.goto('/messages/events?open=wrong-1');
    await drawer(page).getByText('已撤回').first().waitFor();
    await drawer(page).getByRole('button', { name: '清除内容' }).click();
    await dialog(page).getByRole('button', { name: '清除内容' }).click();
    await drawer(page).getByText('（内容已清除）').first().waitFor();
    await picture('message-event');
  });
});

describe('an app that WeCom refuses', () => {
  it('stands on the overview and with its reason on its page, and goes on when it is tried again', async () => {
    await onlyRule('全部消息', 'textcard');
    await simulate(suite.product, 'POST', '/faults', [{ path: 'message/send', rate: 1, errcode: 60020 }]);
    await event('paused-1');
    const { page, picture } = await suite.visiting();
    await page.goto('/messages/apps');
    await page.getByText('“海川科技 · 海川助手”已暂停发送').waitFor();
    await page.getByText(/60020/).first().waitFor();
    await page.getByText('1 条推送在等待').waitFor();
    await picture('message-apps');
    await page.goto('/');
    await page.getByText(/企业微信拒绝应用“海川助手”发送消息/).waitFor();

    await simulate(suite.product, 'DELETE', '/faults');
    await page.goto('/messages/apps');
    await page.getByRole('button', { name: '立即重试' }).click();
    await page.getByText('所有应用都可以发送消息').waitFor();
    await page.goto('/messages/log?event=paused-1');
    await row(page, '请假申请').getByText('已发送').waitFor();
  });
});

describe('notices of runs', () => {
  it('may be messages to members of WeCom', async () => {
    const { id, appId } = await corp();
    const { page, picture } = await suite.visiting();
    await page.goto(`/corps/${id}/settings`);
    const notices = page.getByRole('region', { name: '通知' });
    await notices.getByRole('button', { name: '添加企业微信消息' }).click();
    await notices.getByRole('textbox', { name: '名称' }).fill('值班管理员');
    await choose(notices.getByRole('combobox', { name: '接收成员' }), '林晓雨', '林晓雨');
    await picture('message-notices');
    await page.getByRole('button', { name: '检查并保存…' }).first().click();
    await dialog(page).getByRole('button', { name: '保存' }).click();
    await page.getByText('已保存').first().waitFor();
    const saved = await api<{ notices: unknown }>(suite.product, 'GET', `/corps/${id}/directory/settings`);
    expect(saved.notices).toMatchObject([{ kind: 'message', name: '值班管理员', appId, userIds: ['hc-1'] }]);
  });
});

describe('the pages of messages', () => {
  it('fit a phone, are named for those who can not see them, and speak English', async () => {
    await onlyRule('全部消息', 'news');
    await event('small-1');
    const { page, picture } = await suite.visiting('admin', phone);
    const pages = ['/messages', '/messages/log', '/messages/events', '/messages/recalls', '/messages/apps'];
    for (const path of [
      ...pages,
      '/messages/retention',
      '/messages/rules/new',
      '/messages/log?event=small-1',
    ]) {
      await page.goto(path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.locator('.ant-skeleton, .ant-spin').waitFor({ state: 'detached' });
      expect([path, await pixelsSideways(page)]).toEqual([path, 0]);
      expect([path, await unnamedControls(page)]).toEqual([path, []]);
      await picture(`messages${path.replace(/\W/g, '-')}`);
    }
    await page.getByRole('button', { name: 'English' }).click();
    await page.goto('/messages/rules/new');
    await page.getByRole('heading', { name: 'New rule' }).waitFor();
    await page.getByRole('figure', { name: 'As WeCom shows it' }).waitFor();
    await picture('messages-english-rule');
  });

  it('let a viewer read and change nothing', async () => {
    await onlyRule('全部消息', 'textcard');
    const { page } = await suite.visiting('viewer');
    await page.goto('/messages');
    await page.getByRole('link', { name: '全部消息', exact: true }).waitFor();
    expect(await page.getByRole('button', { name: /新建规则|删除|上移|发送测试消息/ }).count()).toBe(0);
    await page.getByRole('link', { name: '全部消息', exact: true }).click();
    await page.getByRole('textbox', { name: '规则名称' }).waitFor();
    expect(await page.getByRole('button', { name: '保存' }).count()).toBe(0);
  });
});
