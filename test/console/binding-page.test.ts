import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startTestApi } from '../api/harness';
import type { TestApi } from '../api/harness';
import { bindingsOf, createCompany, enableLinking, feedOa } from '../binding/visit-world';
import { browserTestMs, complaintsOf, launchBrowser, openContext } from '../support/browser';
import { phone, pictureOf } from './console-visit';

const password = 'correct horse battery';

jest.setTimeout(browserTestMs);

let api: TestApi;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: readonly string[];

beforeAll(async () => {
  [api, browser] = await Promise.all([startTestApi(), launchBrowser()]);
  await feedOa(api, [
    { id: 'u1', loginId: 'zhangsan', jobNumber: 'zs001' },
    { id: 'u2', loginId: 'lisi', jobNumber: 'ls002' },
  ]);
  await api.call('/oa/users/u1/password', { method: 'PUT', body: { password } });
});
afterAll(async () => {
  await browser?.close();
  await api?.close();
});
beforeEach(async () => {
  await api.db.pool.query('DELETE FROM login_attempt');
});
afterEach(async () => {
  await context?.close();
  expect(complaints).toEqual([]);
});

async function open(url: string, locale: string, viewport = phone): Promise<void> {
  context = await openContext(browser, { viewport, locale });
  page = await context.newPage();
  complaints = complaintsOf(page);
  await page.goto(url);
}

const picture = (name: string): Promise<void> => pictureOf(page)(`binding-${name}`);

/** Nothing to scroll sideways, and everything that is tapped is large enough for a finger. */
async function assertFits(): Promise<void> {
  expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
  for (const target of await page.locator('main input:visible, main button, main a').all()) {
    expect((await target.boundingBox())?.height).toBeGreaterThanOrEqual(44);
  }
}

it('leads an employee from the app through WeCom and the OA’s password to the binding, on a phone', async () => {
  const at = await createCompany(api, [{ userId: 'zs001', name: '张三' }]);
  await open(at.bindUrl, 'zh-CN');
  await page.getByRole('link', { name: /张三/ }).waitFor();
  await picture('1-wecom');
  await page.getByRole('link', { name: /张三/ }).click();

  await page.getByRole('heading', { name: '绑定 OA 账号' }).waitFor();
  await assertFits();
  await picture('2-form');
  await page.getByLabel('OA 登录名').fill('zhangsan');
  await page.getByLabel('OA 密码').fill('not the password');
  await page.getByRole('button', { name: '绑定' }).click();

  await page.getByRole('alert').filter({ hasText: '还可以试 4 次' }).waitFor();
  await assertFits();
  await picture('3-wrong');
  expect(await page.getByLabel('OA 登录名').inputValue()).toBe('zhangsan');
  expect(await page.getByLabel('OA 密码').inputValue()).toBe('');
  await page.getByLabel('OA 密码').fill(password);
  await page.keyboard.press('Enter');

  await page.getByRole('heading', { name: '绑定成功' }).waitFor();
  await picture('4-bound');
  expect(await bindingsOf(api, at.corpId)).toMatchObject([{ userId: 'zs001', oaUserId: 'u1' }]);

  await page.goto(at.bindUrl);
  await page.getByRole('link', { name: /张三/ }).click();
  await page.getByRole('heading', { name: '已经绑定' }).waitFor();
  await picture('5-already-bound');
  // Back and forth through the history shows no form again.
  await page.goBack();
  await page.goForward();
  expect(await page.getByRole('button', { name: '绑定' }).count()).toBe(0);
});

it('speaks the browser’s language, and the other one at a tap without losing what was typed', async () => {
  const at = await createCompany(api, [{ userId: 'zs001', name: 'Zhang San' }]);
  await open(at.bindUrl, 'en-GB');
  await page.getByRole('link', { name: /Zhang San/ }).click();
  await page.getByRole('heading', { name: 'Link your OA account' }).waitFor();
  await page.getByLabel('OA login name').fill('zhangsan');
  await picture('6-english');
  await page.getByText('中文').click();
  await page.getByRole('heading', { name: '绑定 OA 账号' }).waitFor();
  expect(await page.getByText('Link your OA account').isVisible()).toBe(false);
  expect(await page.getByLabel('OA 登录名').inputValue()).toBe('zhangsan');
  await page.getByLabel('OA 密码').fill('not the password');
  await page.getByRole('button', { name: '绑定' }).click();
  await page.getByRole('alert').filter({ hasText: '还可以试 4 次' }).waitFor();
});

it('says how long somebody is locked out, and shows long names and a wide screen as they should be', async () => {
  const name = `<b>${'欧阳'.repeat(20)}</b>${'VeryLongNameWithoutAnySpace'.repeat(3)}`;
  const at = await createCompany(api, [{ userId: 'zs001', name }]);
  await open(at.bindUrl, 'zh-CN');
  await page.locator('a[href*="as=zs001"]').click();
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    await page.getByLabel('OA 登录名').fill('zhangsan');
    await page.getByLabel('OA 密码').fill('not the password');
    await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: '绑定' }).click()]);
  }
  await page
    .getByRole('alert')
    .filter({ hasText: /请在 \d\d:\d\d 以后再试/ })
    .waitFor();
  await assertFits();
  await picture('7-locked');
  await page.setViewportSize({ width: 1280, height: 800 });
  await picture('7-locked');
  await page.setViewportSize({ width: 320, height: 568 });
  await assertFits();
});

it('binds without a password who is certain, and explains a link that was used before', async () => {
  const at = await createCompany(api, [{ userId: 'ls002', name: '李四' }]);
  await enableLinking(api, at);
  await open(at.bindUrl, 'zh-CN');
  await page.getByRole('link', { name: /李四/ }).click();
  await page.getByRole('heading', { name: '绑定成功' }).waitFor();
  await picture('8-without-password');
  await page.reload();
  await page.getByText('这个链接已经用过一次').waitFor();
  await assertFits();
  await picture('9-used');
  await page.getByRole('link', { name: '重新开始' }).click();
  await page.getByRole('link', { name: /李四/ }).click();
  await page.getByRole('heading', { name: '已经绑定' }).waitFor();
});
