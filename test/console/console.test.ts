import type { Browser } from 'playwright-core';
import { launchBrowser } from '../support/browser';
import { type Product, startProduct } from '../support/product';
import {
  api,
  connectCorp,
  phone,
  simulateCorp,
  type Visit,
  visit,
  visitAs,
  visitAsAdmin,
  wide,
} from './console-visit';

// One product for all: its start costs more than any of the tests. Each test brings its own corp and its own visit.
let product: Product;
let browser: Browser;
let opened: Visit[] = [];

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ env: { BRIDGE_DEMO: 'false' } }), launchBrowser()]);
}, 240_000);

afterAll(async () => {
  await browser?.close();
  await product?.stop();
}, 60_000);

afterEach(async () => {
  const complaints = opened.flatMap((one) => one.complaints);
  await Promise.all(opened.map((one) => one.end()));
  opened = [];
  expect(complaints).toEqual([]);
});

function kept(one: Visit): Visit {
  opened.push(one);
  one.page.setDefaultTimeout(20_000);
  return one;
}

describe('signing in', () => {
  it('takes a one-time link at once, removes its token from the address and offers a password', async () => {
    const { page, picture } = kept(await visit(browser, product));
    await page.goto(product.oneTimeLogin ?? '');
    await page.getByRole('heading', { name: '设置密码' }).waitFor();
    expect(new URL(page.url()).search).toBe('');
    await picture('set-password');
    await page.getByLabel('新密码', { exact: true }).fill('correct horse battery');
    await page.getByLabel('再次输入新密码').fill('correct horse battery');
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByRole('heading', { name: '概览', level: 1 }).waitFor();
    await picture('overview-empty');

    await page.getByRole('button', { name: /账号/ }).click();
    await page.getByRole('menuitem', { name: '退出登录' }).click();
    await page.getByLabel('登录名').fill('admin');
    await page.getByLabel('密码', { exact: true }).fill('correct horse battery');
    await page.getByRole('button', { name: '登录', exact: true }).click();
    await page.getByRole('heading', { name: '概览', level: 1 }).waitFor();
  });

  it('refuses a used link with the way to a new one', async () => {
    const { page } = kept(await visit(browser, product));
    await page.goto(product.oneTimeLogin ?? '');
    await page.getByRole('alert').waitFor();
    await page.getByRole('heading', { name: '登录控制台' }).waitFor();
  });

  it('leads from an ended session to the login and back to the page that was open', async () => {
    const user = await api<{ id: string }>(product, 'POST', '/users', {
      loginName: 'returning',
      displayName: '返回者',
      role: 'admin',
    });
    const { page } = kept(await visitAs(browser, product, user.id));
    await page.getByRole('link', { name: '系统' }).click();
    await page.getByRole('heading', { name: '系统', level: 1 }).waitFor();
    await page.context().clearCookies();
    await page.getByRole('link', { name: '同步任务' }).click();
    await page.getByText('登录已过期').waitFor();
    // A second link in the same tab stands for the password this user does not have.
    const { url } = await api<{ url: string }>(product, 'POST', `/users/${user.id}/one-time-login`);
    await page.goto(url);
    await page.getByRole('button', { name: '以后再说' }).click();
    await page.getByRole('heading', { name: '概览', level: 1 }).waitFor();
  });

  it('goes back to the search after a login by password', async () => {
    await api(product, 'POST', '/users', { loginName: 'seeker', displayName: '查找者', role: 'viewer' });
    const users = await api<{ items: { id: string; loginName: string }[] }>(product, 'GET', '/users');
    const id = users.items.find(({ loginName }) => loginName === 'seeker')?.id ?? '';
    const { page } = kept(await visit(browser, product));
    const { url } = await api<{ url: string }>(product, 'POST', `/users/${id}/one-time-login`);
    await page.goto(url);
    await page.getByLabel('新密码', { exact: true }).fill('looking for someone');
    await page.getByLabel('再次输入新密码').fill('looking for someone');
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByRole('heading', { name: '概览', level: 1 }).waitFor();
    await page.context().clearCookies();
    await page.goto('/runs?phase=failed');
    await page.getByLabel('登录名').fill('seeker');
    await page.getByLabel('密码', { exact: true }).fill('looking for someone');
    await page.getByRole('button', { name: '登录', exact: true }).click();
    await page.getByRole('heading', { name: '同步任务', level: 1 }).waitFor();
    expect(page.url()).toBe(`${product.url}/runs?phase=failed`);
  });
});

describe('connecting a corp', () => {
  it('shows a wrong secret at its field with the way out, keeps nothing of it, and connects with the right one', async () => {
    const corp = await simulateCorp(product, 'wwconsole00connect');
    const { page, picture } = kept(await visitAsAdmin(browser, product));
    await page.getByRole('link', { name: '企业与应用' }).click();
    await page.getByRole('button', { name: '连接企业' }).first().click();
    await page.getByLabel('名称', { exact: true }).fill('海川科技');
    await page.getByLabel('企业 ID（CorpID）').fill(corp.corpId);
    await page.getByLabel('API 地址').fill(product.simulatorUrl);
    await page.getByLabel('通讯录同步密钥（Secret）').fill('not-the-right-secret');
    await page.getByRole('button', { name: '验证并连接' }).click();
    await page.locator('.ant-form-item-has-error', { hasText: '通讯录同步密钥' }).waitFor();
    await page.getByRole('alert').filter({ hasText: '40001' }).waitFor();
    await picture('connect-refused');
    const before = await api<{ items: { corpId: string }[] }>(product, 'GET', '/corps');
    expect(before.items.map(({ corpId }) => corpId)).not.toContain(corp.corpId);

    await page.getByLabel('通讯录同步密钥（Secret）').fill(corp.contactsSecret);
    await page.getByRole('button', { name: '验证并连接' }).click();
    await page.getByRole('heading', { name: '海川科技', level: 1 }).waitFor();

    await page.getByRole('button', { name: '添加应用' }).click();
    await page.getByLabel('名称', { exact: true }).fill('海川助手');
    await page.getByLabel('AgentId').fill(String(corp.agentId));
    await page.getByLabel('Secret', { exact: true }).fill(corp.appSecret);
    await page.getByRole('button', { name: '验证并添加' }).click();
    await page.getByText('应用已添加').waitFor();
    await page.getByText(String(corp.agentId)).first().waitFor();
    await picture('apps');
    expect(await page.content()).not.toContain(corp.appSecret);
  });

  it('names an address that is not trusted, and where to enter it', async () => {
    const corp = await simulateCorp(product, 'wwconsole00trusted', { contactsTrustedIps: ['203.0.113.9'] });
    const { id } = await connectCorp(product, corp, '未受信任');
    const { page, picture } = kept(await visitAsAdmin(browser, product));
    await page.goto(`/corps/${id}`);
    await page.getByText('还没有检查过').waitFor();
    await page.getByRole('button', { name: '立即检查' }).click();
    const finding = page.locator('.finding').filter({ hasText: '60020' }).first();
    await finding.waitFor({ timeout: 45_000 });
    expect(await finding.innerText()).toContain('企业可信');
    expect(await finding.innerText()).toContain('怎么办');
    await picture('doctor');
  });
});

describe('pulling a directory', () => {
  it('can be started, watched to its end and searched', async () => {
    const corp = await simulateCorp(product, 'wwconsole00pulling');
    const { id } = await connectCorp(product, corp, '海川科技');
    const { page, picture } = kept(await visitAsAdmin(browser, product));
    await page.goto(`/corps/${id}`);
    await page.getByRole('button', { name: '读取通讯录' }).click();
    await page.getByRole('heading', { name: '从企业微信读取 · 海川科技' }).waitFor();
    await page.getByText('读取完整：3 个部门、6 名成员').waitFor({ timeout: 60_000 });
    await page.getByText('完整：应读的都已读到').waitFor();
    await page.getByRole('link', { name: '在 Temporal 中查看' }).waitFor();
    await picture('run-done');

    await page.goto(`/corps/${id}/members`);
    await page.getByText('共 6 名成员').waitFor();
    await picture('members');
    await page.getByRole('searchbox', { name: /搜索/ }).fill('林晓');
    await page.getByText('共 1 名成员').waitFor();
    await page.getByRole('button', { name: '林晓雨' }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByText('hc-1').first().waitFor();
    await drawer.getByText('研发部').first().waitFor();
    await picture('member');
    expect(page.url()).not.toContain('hc-1');
  });
});

describe('everyone', () => {
  it('reads the console in the language chosen, also after a reload', async () => {
    const { page, picture } = kept(await visitAsAdmin(browser, product));
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    expect(await page.getAttribute('html', 'lang')).toBe('en');
    await page.getByRole('link', { name: 'Corps and apps' }).click();
    await page.getByRole('heading', { name: 'Corps and apps', level: 1 }).waitFor();
    await picture('corps-english');
  });

  it('is offered only what the role may do', async () => {
    const corp = await simulateCorp(product, 'wwconsole00viewing');
    const { id } = await connectCorp(product, corp, '只看不改');
    const user = await api<{ id: string }>(product, 'POST', '/users', {
      loginName: 'onlooker',
      displayName: '旁观者',
      role: 'viewer',
    });
    const { page, picture } = kept(await visitAs(browser, product, user.id));
    const writes = /连接企业|读取通讯录|立即检查|编辑|删除|添加|上传|保存|取消任务|创建/;
    for (const path of ['/', '/corps', `/corps/${id}`, ...corpTabs(id), '/runs', '/system']) {
      await page.goto(path);
      await settled(page);
      const names = await page.getByRole('button', { name: writes }).allInnerTexts();
      expect({ path, names }).toEqual({ path, names: [] });
    }
    const places = await page.getByRole('navigation').getByRole('link').allInnerTexts();
    expect(places).toEqual(['概览', '企业与应用', '同步任务', '系统']);
    await picture('viewer');
  });

  it.each([wide, phone])('scrolls no page sideways at $width px', async (size) => {
    const corp = await simulateCorp(product, `wwconsole00width${size.width}`);
    const { id } = await connectCorp(product, corp, '一家名称相当长的示例企业（华东分公司）');
    const { page, picture } = kept(await visitAsAdmin(browser, product, size));
    const pages = ['/', '/corps', '/corps/new', `/corps/${id}`, ...corpTabs(id)];
    for (const path of [...pages, '/runs', '/audit', '/users', '/tokens', '/system', '/no-such-page']) {
      await page.goto(path);
      await settled(page);
      const sideways = await page.evaluate<number>(
        'document.documentElement.scrollWidth - window.innerWidth',
      );
      expect({ path, sideways }).toEqual({ path, sideways: expect.any(Number) });
      expect({ path, isScrolled: sideways > 0 }).toEqual({ path, isScrolled: false });
      await picture(`page${path.replaceAll('/', '-').replace(id, 'corp')}`);
    }
  });

  it('reaches every place from a drawer on a phone', async () => {
    const { page, picture } = kept(await visitAsAdmin(browser, product, phone));
    await page.getByRole('button', { name: '打开导航' }).click();
    await picture('navigation');
    await page.getByRole('dialog').getByRole('link', { name: '审计日志' }).click();
    await page.getByRole('heading', { name: '审计日志', level: 1 }).waitFor();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  });
});

function corpTabs(id: string): string[] {
  return ['apps', 'network', 'domain', 'settings', 'members', 'runs'].map((tab) => `/corps/${id}/${tab}`);
}

async function settled(page: Visit['page']): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('.ant-skeleton-active, .ant-spin-spinning').first().waitFor({ state: 'detached' });
}
