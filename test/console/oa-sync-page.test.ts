import { choose } from '../support/browser';
import { consoleSuite } from './console-suite';
import { api, simulate } from './console-visit';
import { corpToPush, feedOa, settledRun } from './push-world';

const suite = consoleSuite(feedOa);

interface Settings {
  readonly master: string;
  readonly pull: {
    readonly syncToOa: boolean;
    readonly linkNewMembers: { readonly wecomField: string; readonly oaField: string };
  };
  readonly push: { readonly match: readonly { readonly wecomField: string; readonly oaField: string }[] };
}

interface OaUser {
  readonly loginId: string;
  readonly status: string;
}

const settingsOf = (id: string) => api<Settings>(suite.product, 'GET', `/corps/${id}/directory/settings`);

const inOa = async (q: string): Promise<readonly OaUser[]> =>
  (await api<{ items: readonly OaUser[] }>(suite.product, 'GET', `/oa/users?q=${encodeURIComponent(q)}`))
    .items;

describe('syncing into the OA', () => {
  it('asks which side is right, says what another master would do, and changes the OA by a plan that can be undone', async () => {
    const corpId = 'wwoasync00whole';
    const { id } = await corpToPush(suite.product, corpId, '以企业微信为准的企业');
    await simulate(suite.product, 'POST', `/corps/${corpId}/by-hand`, {
      path: 'user/create',
      body: { userid: 'hc-new', name: '孙小美', department: [2], mobile: '13900000008' },
    });
    const { runId } = await api<{ runId: string }>(suite.product, 'POST', `/corps/${id}/directory/runs`, {
      direction: 'pull',
      mode: 'apply',
    });
    await settledRun(suite.product, runId);

    const visit = await suite.visiting('admin');
    const { page, picture } = visit;
    const dialog = page.getByRole('dialog').filter({ visible: true });
    await page.goto(`/corps/${id}/settings`);
    const pull = page.getByRole('region', { name: '从企业微信读取' });
    const sync = pull.getByRole('switch', { name: '同步到 OA（总开关）' });

    await sync.click();
    await dialog.getByText('先确认：组织架构以哪一边为准？').waitFor();
    await dialog.getByRole('button', { name: '以 OA 为准，保持关闭' }).click();
    expect(await sync.isChecked()).toBe(false);
    await sync.click();
    await dialog.getByRole('radio', { name: /^以企业微信为准/ }).click();
    await dialog.getByRole('button', { name: '以企业微信为准，并开启' }).click();
    expect(await sync.isChecked()).toBe(true);
    await pull.getByRole('switch', { name: '新成员自动关联 OA 人员' }).click();
    await choose(pull.getByLabel('OA 字段', { exact: true }), '登录名');
    await page.getByRole('region', { name: '成员', exact: true }).getByText('OA 登录名').waitFor();
    await picture('oa-sync-settings');

    await page.getByRole('radio', { name: /^以 OA 为准/ }).click();
    await pull.getByText(/两边都往对方写，改动会互相覆盖/).waitFor();
    await page.getByRole('radio', { name: /^以企业微信为准/ }).click();

    await page.getByRole('button', { name: '检查并保存…' }).first().click();
    await dialog.getByRole('button', { name: '保存', exact: true }).click();
    await dialog.getByText('保存之前请确认').waitFor();
    expect((await settingsOf(id)).master).toBe('oa');
    await dialog.getByRole('checkbox', { name: '我知道谁会受影响' }).check();
    await dialog.getByRole('button', { name: '确认并保存' }).click();
    await page.getByText('建议先模拟同步到 OA').waitFor();
    expect(await settingsOf(id)).toMatchObject({
      master: 'wecom',
      pull: { syncToOa: true, linkNewMembers: { wecomField: 'userid', oaField: 'loginId' } },
      push: { match: [{ wecomField: 'userid', oaField: 'loginId' }] },
    });

    await page.getByRole('status').getByRole('button', { name: '模拟同步到 OA' }).click();
    await page.getByRole('heading', { name: '模拟从企业微信同步到 OA · 以企业微信为准的企业' }).waitFor();
    await page.getByText('企业微信 → OA：写入 OA').waitFor();
    await page
      .locator('.change-rows .change-row')
      .filter({ hasText: '孙小美' })
      .getByText('OA 新增')
      .first()
      .waitFor();
    await picture('oa-sync-plan');
    await page.getByRole('tab', { name: '部门树' }).click();
    await page
      .getByRole('treeitem', { name: /研发部/ })
      .first()
      .waitFor();
    await picture('oa-sync-trees');
    expect(await inOa('hc-new')).toEqual([]);
    const simulation = new URL(page.url()).pathname;
    await page.getByRole('button', { name: '批准并写入' }).click();
    await dialog.getByText('这份方案改动的是 OA，不改动企业微信。').waitFor();
    await dialog.getByRole('button', { name: '批准并写入' }).click();
    await page.waitForURL((url) => url.pathname !== simulation);
    await page.getByText('全部按计划写入').waitFor();
    expect(await inOa('hc-new')).toMatchObject([{ loginId: 'hc-new', status: 'active' }]);

    await page.getByRole('button', { name: '撤销' }).click();
    await dialog.getByRole('button', { name: '撤销' }).click();
    await page.getByRole('heading', { name: '撤销同步到 OA · 以企业微信为准的企业' }).waitFor();
    await page.getByText('全部按计划写入').waitFor();
    await picture('oa-sync-undone');
    expect((await inOa('hc-new')).filter(({ status }) => status === 'active')).toEqual([]);
  });
});
