import type { Locator } from 'playwright-core';
import { choose, chooseToSee } from '../support/browser';
import { consoleSuite } from './console-suite';
import { api, connectCorp, phone, pixelsSideways, simulateCorp, type Visit } from './console-visit';
import { changePushSettings, corpToPush, feedOa, pushed } from './push-world';

const suite = consoleSuite(feedOa);

type Page = Visit['page'];

interface Settings {
  readonly version: number;
  readonly access: string;
  readonly notices: readonly { readonly url: string; readonly hasSecret: boolean }[];
  readonly push: {
    readonly scope: { readonly departments: readonly string[]; readonly excludeUsers: readonly string[] };
    readonly departed: { readonly action: string };
    readonly guard: { readonly maxDeletes: number | null };
    readonly fieldMapping: readonly { readonly to: string; readonly from: unknown }[];
    readonly schedule: { readonly cron: string; readonly timezone: string } | null;
  };
}

const settingsOf = (corpId: string) =>
  api<Settings>(suite.product, 'GET', `/corps/${corpId}/directory/settings`);

async function visitSettings(corpId: string, role: 'admin' | 'viewer' = 'admin'): Promise<Visit> {
  const visit = await suite.visiting(role);
  await visit.page.goto(`/corps/${corpId}/settings`);
  await visit.page.getByRole('heading', { name: '主数据与权限' }).waitFor();
  return visit;
}

const review = (page: Page) => page.getByRole('button', { name: '检查并保存…' }).first().click();
const dialog = (page: Page) => page.getByRole('dialog').filter({ visible: true });
const save = (page: Page) => dialog(page).getByRole('button', { name: '保存', exact: true }).click();

describe('changing the directory settings', () => {
  it('shows by name who would be newly affected before anything is saved, and leads to the simulation', async () => {
    const { id } = await corpToPush(suite.product, 'wwsettings00scope', '范围试验');
    expect(await pushed(suite.product, id, 'apply')).toMatchObject({ phase: 'done' });
    const { version } = await settingsOf(id);
    const { page, picture } = await visitSettings(id);
    await choose(page.getByLabel('用户范围（排除）'), '林晓雨', '林晓雨');
    await page.keyboard.press('Escape');

    const beside = page.getByRole('complementary').filter({ hasText: '尚未保存的修改' });
    await beside.getByText('加入：林晓雨').waitFor();
    await beside.getByText('新受影响 1 人').waitFor();
    await beside.getByRole('listitem').filter({ hasText: '林晓雨' }).filter({ hasText: '禁用' }).waitFor();
    await picture('settings-affected');
    expect((await settingsOf(id)).version).toBe(version);

    await review(page);
    await dialog(page).getByRole('listitem').filter({ hasText: '林晓雨' }).waitFor();
    await save(page);
    await page
      .getByText(`已保存为第 ${version + 1} 版`)
      .first()
      .waitFor();
    expect((await settingsOf(id)).push.scope.excludeUsers).toEqual(['1']);
    await page.getByRole('link', { name: '查看模拟' }).click();
    await page.waitForURL(/\/runs\//);
    const run = await api<{ direction: string; mode: string; settingsVersion: number }>(
      suite.product,
      'GET',
      `/runs/${page.url().split('/').at(-1) ?? ''}`,
    );
    expect(run).toMatchObject({ direction: 'push', mode: 'simulate', settingsVersion: version + 1 });
  });

  it('says what deleting means where it is chosen, and saves it only with consent', async () => {
    const { id } = await corpToPush(suite.product, 'wwsettings00delete', '删除试验');
    const { page } = await visitSettings(id);
    const people = page.getByRole('region', { name: '离职人员' });
    await people.getByRole('radio', { name: /^删除/ }).click();
    await people.getByText(/永久清除该成员的聊天记录/).waitFor();
    await review(page);
    const submit = dialog(page).getByRole('button', { name: '保存', exact: true });
    expect(await submit.isDisabled()).toBe(true);
    await dialog(page).getByText('保存后立即模拟一次同步').click();
    await dialog(page).getByRole('checkbox', { name: '我知道被删除的成员无法恢复' }).check();
    await submit.click();
    await page
      .getByText(/已保存为第/)
      .first()
      .waitFor();
    expect((await settingsOf(id)).push.departed.action).toBe('delete');
    await page.getByRole('button', { name: '模拟同步' }).waitFor();
  });

  it('puts what the API refuses at its setting, and keeps the rest of what was typed', async () => {
    const { id } = await corpToPush(suite.product, 'wwsettings00refused', '填错试验');
    const { version } = await settingsOf(id);
    const { page, picture } = await visitSettings(id);
    await page.getByRole('spinbutton', { name: '删除成员' }).fill('7');
    await page.getByRole('button', { name: '添加 Webhook' }).click();
    const notice = page.getByRole('group', { name: /通知 1/ });
    await notice.getByLabel('名称').fill('运维群');
    await notice.getByLabel('地址（URL）').fill('ftp://hooks.example.com/key');
    await notice.getByLabel('签名密钥').fill('a-signing-secret');
    await review(page);
    await save(page);
    const wrong = page.locator('.ant-form-item-has-error').filter({ hasText: '地址（URL）' });
    await wrong.getByText(/http/).first().waitFor();
    await picture('settings-refused');
    expect((await settingsOf(id)).version).toBe(version);

    await notice.getByLabel('地址（URL）').fill('https://hooks.example.com/services/key?token=1');
    await review(page);
    await save(page);
    await page
      .getByText(`已保存为第 ${version + 1} 版`)
      .first()
      .waitFor();
    const saved = await settingsOf(id);
    expect(saved.push.guard.maxDeletes).toBe(7);
    expect(saved.notices).toMatchObject([{ hasSecret: true }]);
    // The page got the address as everybody does: without what follows the host.
    expect(await notice.getByLabel('地址（URL）').inputValue()).toBe(saved.notices[0]?.url);
    expect(saved.notices[0]?.url).not.toContain('token');
  });

  it('tells what read-write needs while the contacts secret is missing, and refuses it at that choice', async () => {
    const corp = await simulateCorp(suite.product, 'wwsettings00secret');
    const { id } = await connectCorp(suite.product, corp, '没有密钥');
    await api(suite.product, 'PATCH', `/corps/${id}`, { contactsSecret: null });
    const { page } = await visitSettings(id);
    await page.getByRole('radio', { name: /^读写/ }).click();
    await page.getByText('读写需要通讯录同步密钥，这个企业还没有填写').waitFor();
    await page.getByText(/管理工具 → 通讯录同步/).waitFor();
    await review(page);
    await save(page);
    await page.locator('.ant-form-item-has-error').filter({ hasText: '接口权限' }).waitFor();
    expect((await settingsOf(id)).access).toBe('read-only');
  });

  it('asks before changes that are not saved get lost', async () => {
    const { id } = await corpToPush(suite.product, 'wwsettings00leave', '离开试验');
    const { page } = await visitSettings(id);
    await page.getByRole('switch', { name: '同步上级' }).click();
    await page.getByText('尚未保存的修改').first().waitFor();
    await page.getByRole('link', { name: '同步任务' }).click();
    await page.getByRole('button', { name: '留在这里' }).click();
    expect(new URL(page.url()).pathname).toBe(`/corps/${id}/settings`);
    expect(await page.getByRole('switch', { name: '同步上级' }).isChecked()).toBe(true);
    await page.getByRole('link', { name: '同步任务' }).click();
    await page.getByRole('button', { name: '放弃修改并离开' }).click();
    await page.getByRole('heading', { name: '同步任务', level: 1 }).waitFor();
  });

  it('tries an expression on somebody before it is used', async () => {
    const { id } = await corpToPush(suite.product, 'wwsettings00express', '表达式试验');
    const { page, picture } = await visitSettings(id);
    const drawer = dialog(page);
    await chooseToSee(page.getByLabel('第 1 个字段: 取自'), '表达式…', drawer);
    await drawer.getByLabel('表达式', { exact: true }).fill('position + (');
    await drawer.getByText('表达式有误').waitFor();
    await drawer.getByLabel('表达式', { exact: true }).fill(`position + '-' + jobNumber`);
    await choose(drawer.getByLabel('选择一个 OA 人员'), /郑新月/, '郑新月');
    await drawer.getByText('法务专员-zheng.xinyue').waitFor();
    await picture('settings-expression');
    const use = drawer.getByRole('button', { name: '使用这个表达式' });
    await use.click();
    await use.waitFor({ state: 'hidden' });
    await review(page);
    await save(page);
    await page
      .getByText(/已保存为第/)
      .first()
      .waitFor();
    expect((await settingsOf(id)).push.fieldMapping).toMatchObject([
      { to: 'position', from: { expression: `position + '-' + jobNumber` } },
    ]);
  });
});

describe('versions of the settings', () => {
  it('can be compared, and rolled back to as a new version', async () => {
    const { id } = await corpToPush(suite.product, 'wwsettings00version', '版本试验');
    await changePushSettings(suite.product, id, { guard: { maxDeletes: 3 } });
    const { version } = await settingsOf(id);
    const { page, picture } = await visitSettings(id);
    await page.getByText('历史版本').click();
    await page.getByText(`第 ${version} 版`, { exact: true }).waitFor();
    await page.getByRole('definition').filter({ hasText: '50 → 3' }).waitFor();
    await picture('settings-versions');
    await page.getByRole('button', { name: `恢复到第 ${version - 1} 版` }).click();
    await dialog(page).getByRole('definition').filter({ hasText: '3 → 50' }).waitFor();
    await dialog(page).getByRole('button', { name: '恢复到这一版' }).click();
    await page.getByText(`第 ${version + 1} 版`, { exact: true }).waitFor();
    expect((await settingsOf(id)).push.guard.maxDeletes).toBe(50);
    await page.setViewportSize(phone);
    expect(await pixelsSideways(page)).toBe(0);
  });
});

describe('a schedule', () => {
  it('shows its next five runs while it is edited, and on the page of the corp, where it can be paused', async () => {
    const { id } = await corpToPush(suite.product, 'wwsettings00sched', '定时试验');
    const { page, picture } = await visitSettings(id);
    const section = page.getByRole('region', { name: '定时与维护时段' });
    await section.getByRole('switch', { name: '定时同步到企业微信' }).click();
    await choose(section.getByLabel('定时同步到企业微信: 频率'), '周一至周五');
    const next = section.getByRole('listitem').filter({ has: page.locator('time') });
    await next.nth(4).waitFor();
    const promised = await momentsIn(section);
    await review(page);
    await save(page);
    await page
      .getByText(/已保存为第/)
      .first()
      .waitFor();
    expect((await settingsOf(id)).push.schedule).toEqual({
      ...{ cron: '0 2 * * 1-5', timezone: 'Asia/Shanghai' },
    });

    await page.goto(`/corps/${id}`);
    const card = page.locator('.ant-card').filter({ hasText: '定时任务' });
    await card.getByText('周一至周五 02:00').waitFor();
    await card.locator('.moments time').nth(4).waitFor();
    // Temporal reads the expression as the console does.
    expect(await momentsIn(card.locator('.moments'))).toEqual(promised);
    await picture('schedules');
    await card.getByRole('button', { name: '暂停：同步到企业微信' }).click();
    await dialog(page).getByLabel(/原因/).fill('月末结账');
    await dialog(page).getByRole('button', { name: '暂停' }).click();
    await card.getByText('已暂停').waitFor();
    await card.getByText('月末结账').waitFor();
    await card.getByRole('button', { name: '恢复：同步到企业微信' }).click();
    await card.getByText('已启用').waitFor();
  });
});

describe('the settings page', () => {
  it('tells which fields the credentials of the corp really give', async () => {
    const { id } = await corpToPush(suite.product, 'wwsettings00fields', '字段试验');
    await pushed(suite.product, id, 'simulate');
    const { page, picture } = await visitSettings(id);
    await page.getByRole('link', { name: '查看哪些字段可读' }).click();
    const mobile = page.getByRole('row').filter({ hasText: 'mobile' });
    await mobile.getByText('读不到').waitFor();
    await mobile.getByText(/逐人查询/).waitFor();
    await page.getByRole('row').filter({ hasText: 'position' }).getByText('海川助手').first().waitFor();
    await picture('settings-fields');
  });

  it('shows the effect of a change on a phone too', async () => {
    const { id } = await corpToPush(suite.product, 'wwsettings00phone', '手机试验');
    const { page, picture } = await visitSettings(id);
    await page.setViewportSize(phone);
    await page.getByRole('switch', { name: '同步上级' }).click();
    await page.getByText(/改动 1 处/).waitFor();
    await page.getByRole('button', { name: '查看影响' }).click();
    await dialog(page).getByText('同步上级').waitFor();
    await picture('settings-effect');
    expect(await pixelsSideways(page)).toBe(0);
  });

  it('offers nothing to change to whoever may only look', async () => {
    const { id } = await corpToPush(suite.product, 'wwsettings00viewer', '只看试验');
    const { page } = await visitSettings(id, 'viewer');
    await page.getByText('您的角色只能查看设置，不能修改。').waitFor();
    expect(await page.getByRole('switch', { name: '同步上级' }).isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: /添加|保存|移除|暂停/ }).count()).toBe(0);
  });
});

async function momentsIn(place: Locator): Promise<(string | null)[]> {
  const times = await place.locator('time').all();
  return Promise.all(times.map((time) => time.getAttribute('datetime')));
}
