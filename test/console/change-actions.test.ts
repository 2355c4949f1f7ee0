import { closeByEscape } from '../support/browser';
import { consoleSuite } from './console-suite';
import { simulate, type Visit } from './console-visit';
import { corpToPush, feedOa, pushed } from './push-world';

const suite = consoleSuite(feedOa);

type Page = Visit['page'];

const row = (page: Page, name: string) => page.locator('.change-rows .change-row').filter({ hasText: name });
const drawer = (page: Page) => page.locator('.ant-drawer-section');

async function open(page: Page, name: string): Promise<void> {
  await row(page, name).getByRole('button', { name }).click();
  await drawer(page).getByRole('heading', { name }).waitFor();
}

async function membersOf(corpId: string) {
  const { users } = await simulate<{ users: { userid: string; position?: string }[] }>(
    suite.product,
    'GET',
    `/corps/${corpId}/state`,
  );
  return users;
}

describe('one change of a plan', () => {
  it('is put off to a day and taken back, or written at once by a run of its own', async () => {
    const corpId = 'wwaction000tried';
    const { id } = await corpToPush(suite.product, corpId, '逐项处理的企业');
    const simulation = await pushed(suite.product, id, 'simulate');
    const { page, picture } = await suite.visiting();
    // Everybody is also bound here: a change of its own.
    await page.goto(`/runs/${simulation.id}?action=updateUser`);
    await row(page, '林晓雨').waitFor();

    await open(page, '林晓雨');
    await drawer(page).getByRole('button', { name: '推迟…' }).click();
    const dialog = page.getByRole('dialog', { name: /推迟：林晓雨/ });
    await dialog.getByText('3 天', { exact: true }).click();
    await dialog.getByLabel(/备注/).fill('等人事确认');
    await picture('change-postponing');
    await dialog.getByRole('button', { name: '推迟' }).click();
    await drawer(page).getByText('等人事确认').waitFor();
    await drawer(page)
      .getByText(/现在就试这一项: 它已推迟/)
      .waitFor();
    await row(page, '林晓雨')
      .getByText(/推迟到/)
      .waitFor();
    await drawer(page).getByRole('button', { name: '取消推迟' }).click();
    await row(page, '林晓雨').getByText('待写入').waitFor();
    await closeByEscape(drawer(page));

    await open(page, '陈志远');
    await drawer(page).getByRole('button', { name: '现在就试这一项' }).click();
    const trying = page.getByRole('dialog', { name: '现在就写入这一项？' });
    await trying.getByText('企业微信：更新成员 陈志远 (hc-2)').waitFor();
    await trying.getByText('职务：客户经理 → 高级专员').waitFor();
    await picture('change-trying');
    await trying.getByRole('button', { name: '现在就试这一项' }).click();
    await page.waitForURL((url) => !url.pathname.endsWith(simulation.id));
    await page.getByText('只涉及指定的人员或部门').waitFor();
    await page.getByText('全部按计划写入').waitFor();
    const members = await membersOf(corpId);
    expect(members.find(({ userid }) => userid === 'hc-2')?.position).toBe('高级专员');
    expect(members.find(({ userid }) => userid === 'hc-1')?.position).toBe('工程师');
  });

  it('that would create somebody who is there already is bound to that member, and planned anew', async () => {
    const corpId = 'wwaction000bound';
    const { id } = await corpToPush(suite.product, corpId, '认出旧成员的企业');
    await simulate(suite.product, 'POST', `/corps/${corpId}/by-hand`, {
      path: 'user/create',
      body: { userid: 'old-zheng', name: '郑新月', department: [1], mobile: '13900000009' },
    });
    const simulation = await pushed(suite.product, id, 'simulate');
    expect(simulation.counts).toMatchObject({ createUser: 1 });
    const { page, picture } = await suite.visiting();
    await page.goto(`/runs/${simulation.id}`);
    await open(page, '郑新月');
    await drawer(page).getByRole('button', { name: '绑定到…' }).click();
    await drawer(page).getByText('old-zheng').click();
    await picture('change-binding');
    await drawer(page).getByRole('button', { name: '绑定', exact: true }).click();
    await drawer(page).getByRole('button', { name: '重新模拟' }).click();
    await page.waitForURL((url) => !url.pathname.endsWith(simulation.id));
    await row(page, '郑新月').getByText('更新').waitFor();
    await row(page, '郑新月').getByText('old-zheng').waitFor();
  });
});
