import { consoleSuite } from './console-suite';
import { api, phone, pixelsSideways, simulate } from './console-visit';
import { corpToPush, feedOa, pushed, settledRun } from './push-world';

const suite = consoleSuite(feedOa);

const positions = async (corpId: string): Promise<Readonly<Record<string, string | undefined>>> => {
  const { users } = await simulate<{ users: { userid: string; position?: string }[] }>(
    suite.product,
    'GET',
    `/corps/${corpId}/state`,
  );
  return Object.fromEntries(users.map(({ userid, position }) => [userid, position]));
};

/** As an administrator does it in WeCom's own console. */
const byHand = (corpId: string, userid: string, position: string) =>
  simulate(suite.product, 'POST', `/corps/${corpId}/by-hand`, {
    path: 'user/update',
    body: { userid, position },
  });

async function pulled(id: string): Promise<void> {
  const { runId } = await api<{ runId: string }>(suite.product, 'POST', `/corps/${id}/directory/runs`, {
    direction: 'pull',
    mode: 'apply',
  });
  expect(await settledRun(suite.product, runId)).toMatchObject({ phase: 'done' });
}

const positionOf = async (oaUserId: string) =>
  (await api<{ position: string | null }>(suite.product, 'GET', `/oa/users/${oaUserId}`)).position;

describe('changes made by hand in WeCom', () => {
  it('are listed with what was written and what is there now, and reverted, accepted or ignored by whoever decides', async () => {
    const corpId = 'wwdrift0000decided';
    const { id } = await corpToPush(suite.product, corpId, '有人手工改动的企业');
    expect(await pushed(suite.product, id, 'apply')).toMatchObject({ phase: 'done' });
    await byHand(corpId, 'hc-1', '总监');
    await byHand(corpId, 'hc-2', '顾问');
    await byHand(corpId, 'hc-3', '实习生');
    await pulled(id);

    const { page, picture } = await suite.visiting();
    await page.goto('/');
    await page
      .getByRole('link', { name: '查看' })
      .and(page.locator(`[href="/corps/${id}/drift"]`))
      .click();
    await page.getByText('有 3 项手工改动待处理').waitFor();
    const row = (name: string) => page.locator('.drift-row').filter({ hasText: name });
    await row('林晓雨').getByText('高级专员').waitFor();
    await row('林晓雨').getByText('总监').waitFor();
    await picture('drift');

    await row('林晓雨').getByRole('button', { name: '在企业微信还原' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('林晓雨 的职务：企业微信改回 高级专员').waitFor();
    await picture('drift-reverting');
    await dialog.getByRole('button', { name: '在企业微信还原' }).click();
    await page.getByText('正在企业微信还原').waitFor();
    await row('林晓雨').waitFor({ state: 'detached' });
    expect((await positions(corpId))['hc-1']).toBe('高级专员');

    await row('陈志远').getByRole('button', { name: '采纳到 OA' }).click();
    await dialog.getByText('陈志远 的职务：OA 改为 顾问').waitFor();
    await dialog.getByRole('button', { name: '采纳到 OA' }).click();
    await row('陈志远').waitFor({ state: 'detached' });
    expect(await positionOf('2')).toBe('顾问');
    expect((await positions(corpId))['hc-2']).toBe('顾问');

    await row('王思琪').getByRole('checkbox').check();
    await page.getByRole('button', { name: '忽略 1' }).click();
    await dialog.getByRole('button', { name: '忽略' }).click();
    await page.getByText('没有待处理的手工改动').waitFor();
    await page.getByText('没有发现手工改动').waitFor();
    expect((await positions(corpId))['hc-3']).toBe('实习生');

    await page.getByText('全部', { exact: true }).click();
    await row('林晓雨').getByText('已还原').waitFor();
    await row('陈志远').getByText('已采纳').waitFor();
    await row('王思琪').getByText('已忽略').waitFor();
    expect(new URL(page.url()).searchParams.get('state')).toBe('all');
    await row('陈志远').getByRole('link', { name: '查看任务' }).click();
    await page.getByRole('heading', { name: '从企业微信同步到 OA · 有人手工改动的企业' }).waitFor();
    await page.getByText('企业微信 → OA：写入 OA').waitFor();
    await picture('drift-accepted-run');
  });

  it('are only read by those who may not decide, also on a phone, with what can not be seen and why', async () => {
    const corpId = 'wwdrift0000viewed';
    const { id } = await corpToPush(suite.product, corpId, '只看不改的企业');
    await pushed(suite.product, id, 'apply');
    await byHand(corpId, 'hc-1', '总监');
    await pulled(id);
    const { page, picture } = await suite.visiting('viewer', phone);
    await page.goto(`/corps/${id}/drift`);
    await page.locator('.drift-row').filter({ hasText: '林晓雨' }).getByText('待处理').waitFor();
    await page.getByRole('heading', { name: '看不到的' }).waitFor();
    expect(await page.getByRole('button', { name: '在企业微信还原' }).count()).toBe(0);
    expect(await pixelsSideways(page)).toBe(0);
    await picture('drift-viewer');
    await page.goto(`/corps/${id}`);
    await page.getByText('还没有配置回调，企业微信不会发送事件。').waitFor();
  });
});
