import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { dayIn, todayIn } from '../../console/src/departures/days';
import { closeByEscape } from '../support/browser';
import { patienceMs } from '../support/patience';
import { consoleSuite } from './console-suite';
import { api, phone, pixelsSideways, simulate } from './console-visit';
import { corpToPush, feedOa, pushed } from './push-world';

const suite = consoleSuite(feedOa);

interface Departure {
  readonly userId: string;
  readonly state: string;
  readonly deleteAt: string | null;
  readonly postponedDays: number;
}

/** A corp whose people are bound; those of the OA who are named have just left it. */
async function corpWithLeavers(
  corpId: string,
  name: string,
  oaUserIds: readonly string[],
  days: number | null,
) {
  await bringBack();
  const { id } = await corpToPush(suite.product, corpId, name, {
    departed: { action: 'disable', immediate: true, deleteAfterDays: days },
    // Half of six people is more than any limit means.
    guard: { maxBranchPercent: null, maxDeletePercent: null, maxDisables: null, maxDecrease: null },
  });
  expect(await pushed(suite.product, id, 'apply')).toMatchObject({ phase: 'done' });
  await depart(oaUserIds);
  await settled(id, oaUserIds.length);
  return { id };
}

const six = ['1', '2', '3', '4', '5', '6'];

const says = (oaUserIds: readonly string[], status: 'active' | 'departed') =>
  api(suite.product, 'PATCH', '/oa/directory', {
    upsert: { users: oaUserIds.map((id) => ({ id, status })) },
  });

const depart = (oaUserIds: readonly string[]) => says(oaUserIds, 'departed');
const bringBack = () => says(six, 'active');

const departures = async (id: string, query = 'open=true') =>
  (await api<{ items: Departure[] }>(suite.product, 'GET', `/corps/${id}/departures?${query}`)).items;

/** Until that many wait for their day. */
async function settled(id: string, count: number): Promise<void> {
  let open: readonly Departure[] = [];
  const waiting = async () => {
    open = await departures(id);
    return open.filter(({ state }) => state === 'waiting').length === count;
  };
  await until(() => `${count} departures wait: ${JSON.stringify(open)}`, waiting);
}

async function until(what: () => string, holds: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + patienceMs; !(await holds()); await wait(250)) {
    if (Date.now() > deadline) throw new Error(`Not within ${patienceMs} ms: ${what()}`);
  }
}

const enabled = async (corpId: string): Promise<Readonly<Record<string, boolean>>> => {
  const { users } = await simulate<{ users: { userid: string; enable: number }[] }>(
    suite.product,
    'GET',
    `/corps/${corpId}/state`,
  );
  return Object.fromEntries(users.map(({ userid, enable }) => [userid, enable !== 0]));
};

const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });
const drawer = (page: Page) => page.locator('.ant-drawer').filter({ hasText: '离职处理' });
const dialog = (page: Page) => page.locator('.ant-modal:visible');

describe('departures', () => {
  it('stand in a line and in a calendar, and are postponed, cancelled and restored by whoever decides', async () => {
    const corpId = 'wwdepart000decided';
    const { id } = await corpWithLeavers(corpId, '有人离职的企业', ['1', '2', '3'], 7);
    const { page, picture } = await suite.visiting();
    await page.goto(`/corps/${id}`);
    await page.getByRole('tab', { name: '离职' }).click();
    await page.getByText(/离职人员先禁用，满 7 天后的 03:00/).waitFor();
    await row(page, '林晓雨').getByText('等待删除').waitFor();
    await row(page, '林晓雨')
      .getByText(/还有 [78] 天/)
      .waitFor();
    await picture('departures');

    await row(page, '林晓雨').click();
    await drawer(page).getByText('账号已在企业微信中禁用').waitFor();
    await picture('departure');
    await drawer(page).getByRole('button', { name: '推迟' }).click();
    await dialog(page).getByRole('spinbutton', { name: '推迟的天数' }).fill('14');
    await picture('departure-postponing');
    await dialog(page).getByRole('button', { name: '推迟', exact: true }).click();
    await drawer(page).getByText('已推迟', { exact: true }).waitFor();
    expect(await departures(id, 'state=postponed')).toMatchObject([{ userId: 'hc-1', postponedDays: 14 }]);

    await drawer(page).getByRole('button', { name: '恢复账号' }).click();
    await dialog(page).getByText('放回禁用前所在的部门').waitFor();
    await dialog(page).getByRole('button', { name: '恢复账号' }).click();
    await drawer(page).getByText('已恢复', { exact: true }).first().waitFor();
    expect(await enabled(corpId)).toMatchObject({ 'hc-1': true, 'hc-2': false, 'hc-3': false });
    await closeByEscape(drawer(page));

    await page.getByText('日历', { exact: true }).click();
    const [next] = await departures(id);
    const day = dayIn('Asia/Shanghai', new Date(next?.deleteAt ?? ''));
    if (!day.startsWith(todayIn('Asia/Shanghai').slice(0, 7))) {
      await page.getByRole('button', { name: '下个月' }).click();
    }
    const due = page.getByRole('button', { name: `${day}、删除 2 人` });
    await due.focus();
    await page.keyboard.press('Enter');
    await row(page, '陈志远').waitFor();
    await row(page, '王思琪').waitFor();
    await picture('departures-calendar');

    await row(page, '陈志远').getByRole('button', { name: '陈志远' }).click();
    await drawer(page).getByRole('button', { name: '取消删除' }).click();
    await dialog(page).getByText('账号会一直保持禁用').waitFor();
    await dialog(page).getByRole('button', { name: '取消删除' }).click();
    await drawer(page).getByText('已取消', { exact: true }).first().waitFor();
    await page.keyboard.press('Escape');

    await page.goto(`/corps/${id}/departures?view=done`);
    await row(page, '林晓雨').getByText('已恢复').waitFor();
    await row(page, '陈志远').getByText('已取消').waitFor();
  });

  it('are begun on this page or on the member’s card, and ended at once by typing the userid', async () => {
    const corpId = 'wwdepart00000begun';
    const { id } = await corpWithLeavers(corpId, '由人发起离职的企业', [], 30);
    const { page, picture } = await suite.visiting();
    await page.goto(`/corps/${id}/departures`);
    await page.getByText('没有离职中的成员').waitFor();
    await picture('departures-none');

    await page.getByRole('button', { name: '发起离职' }).click();
    await dialog(page).getByRole('searchbox').fill('周雅婷');
    await dialog(page)
      .getByRole('radio', { name: /周雅婷/ })
      .check();
    await picture('departure-beginning');
    await dialog(page).getByRole('button', { name: '禁用账号' }).click();
    await drawer(page).getByText('等待删除').first().waitFor();
    expect(await enabled(corpId)).toMatchObject({ 'hc-5': false });

    await page.goto(`/corps/${id}/members?q=hc-6`);
    await page.getByRole('button', { name: '吴浩然' }).click();
    const card = page.locator('.ant-drawer').filter({ hasText: '成员信息' });
    await card.getByRole('button', { name: '发起离职' }).click();
    await dialog(page).getByRole('button', { name: '禁用账号' }).click();
    await drawer(page).getByText('等待删除').first().waitFor();
    await page.goto(`/corps/${id}/members?q=hc-6`);
    await page.getByRole('button', { name: '吴浩然' }).click();
    await card.getByText('禁用时间').waitFor();
    await picture('departure-member');

    await card.getByRole('link', { name: '查看离职处理' }).click();
    await drawer(page).getByRole('button', { name: '立即删除' }).click();
    await dialog(page).getByText('聊天记录和在企业微信中的所有数据会永久消失').waitFor();
    const submit = dialog(page).getByRole('button', { name: '立即删除' });
    expect(await submit.isDisabled()).toBe(true);
    await dialog(page).getByRole('textbox', { name: /账号/ }).fill('hc-6');
    await picture('departure-deleting');
    await submit.click();
    // The OA has them as active: what was begun by a person waits for its word.
    await drawer(page).getByText('需要处理', { exact: true }).first().waitFor();
    expect(await enabled(corpId)).toMatchObject({ 'hc-6': false });
    await page.getByText('1 人的离职需要您处理').waitFor();
    await picture('departure-held');

    await depart(['6']);
    await until(
      () => 'the one whom the OA has let go waits for the day',
      async () => (await departures(id, 'state=waiting')).some(({ userId }) => userId === 'hc-6'),
    );
    // An open page looks only now and then at what waits for somebody.
    await page.reload();
    await drawer(page).getByText('等待删除', { exact: true }).first().waitFor();
    await drawer(page).getByRole('button', { name: '立即删除' }).click();
    await dialog(page).getByRole('textbox', { name: /账号/ }).fill('hc-6');
    await dialog(page).getByRole('button', { name: '立即删除' }).click();
    await drawer(page).getByText('已删除', { exact: true }).first().waitFor();
    expect(await enabled(corpId)).not.toHaveProperty('hc-6');
    await drawer(page)
      .getByText(/visitor-\d/)
      .first()
      .waitFor();
    await drawer(page).getByRole('link', { name: '查看任务' }).first().click();
    await page.getByRole('heading', { name: '离职处理 · 由人发起离职的企业' }).waitFor();
    await page.getByText('吴浩然').first().waitFor();
  });

  it('get new dates by other settings only after showing whose', async () => {
    const { id } = await corpWithLeavers('wwdepart0000redate', '要改天数的企业', ['4', '5'], 30);
    const { page, picture } = await suite.visiting();
    await page.goto(`/corps/${id}/settings`);
    await page.getByRole('spinbutton', { name: '禁用几天后删除' }).fill('10');
    await page.getByText('删除日期改变：2 人').first().waitFor();
    await page.getByRole('switch', { name: '交接完成后才删除' }).scrollIntoViewIfNeeded();
    await picture('departures-settings');
    await page.getByRole('button', { name: '检查并保存…' }).first().click();
    await dialog(page).getByText('删除日期改变：2 人').waitFor();
    await dialog(page).getByText('赵明轩').waitFor();
    await dialog(page).getByRole('checkbox', { name: '我知道被删除的成员无法恢复' }).check();
    await picture('departures-redating');
    await dialog(page).getByRole('button', { name: '保存' }).click();
    await page.getByText('2 人的删除日期会重新计算。').waitFor();
    await until(
      () => 'the dates are nearer',
      async () => {
        const near = Date.now() + 12 * 86_400_000;
        return (await departures(id)).every(
          ({ deleteAt }) => deleteAt !== null && Date.parse(deleteAt) < near,
        );
      },
    );
  });

  it('are only read by those who may not decide, also on a phone', async () => {
    const { id } = await corpWithLeavers('wwdepart0000viewed', '只看离职的企业', ['6'], 7);
    const { page, picture } = await suite.visiting('viewer', phone);
    await page.goto(`/corps/${id}/departures`);
    await page.getByRole('button', { name: '吴浩然：查看离职处理' }).waitFor();
    expect(await page.getByRole('button', { name: '发起离职' }).count()).toBe(0);
    expect(await pixelsSideways(page)).toBe(0);
    await picture('departures-viewer');
    await page.getByRole('button', { name: '吴浩然：查看离职处理' }).click();
    await drawer(page).getByText('账号已在企业微信中禁用').waitFor();
    expect(await drawer(page).getByRole('button', { name: '推迟' }).count()).toBe(0);
    await picture('departure-viewer');
    await page.goto(`/corps/${id}/departures?view=calendar`);
    await page.getByRole('grid').waitFor();
    expect(await pixelsSideways(page)).toBe(0);
    await picture('departures-calendar-viewer');
  });
});
