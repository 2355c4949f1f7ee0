import { readFileSync } from 'node:fs';
import { closeByEscape, openMenu } from '../support/browser';
import { consoleSuite } from './console-suite';
import {
  connectCorp,
  phone,
  pixelsSideways,
  simulate,
  simulateCorp,
  unnamedControls,
  type Visit,
  wide,
} from './console-visit';
import { changePushSettings, corpToPush, feedOa, once, pushed, settledRun, storekeepers } from './push-world';

const suite = consoleSuite(feedOa);

type Page = Visit['page'];

const verdict = (page: Page) => page.locator('.plan-strip strong');
const row = (page: Page, name: string) => page.locator('.change-rows .change-row').filter({ hasText: name });
const fingerprint = (page: Page) => page.getByTestId('plan-hash').innerText();
const runOf = (page: Page) => new URL(page.url()).pathname.split('/').at(-1) ?? '';

interface WecomState {
  readonly users: readonly { readonly userid: string; readonly name: string; readonly status: number }[];
  readonly departments: readonly { readonly name: string }[];
}

const wecomNow = (corpId: string) => simulate<WecomState>(suite.product, 'GET', `/corps/${corpId}/state`);

async function openPlan(page: Page, runId: string, query = ''): Promise<void> {
  await page.goto(`/runs/${runId}${query}`);
  await page.locator('.change-total').waitFor();
}

/** A plan that is only read, by whoever wants to. */
const readPlan = once(async () => {
  const { id } = await corpToPush(suite.product, 'wwplan00read', '看方案的企业');
  return pushed(suite.product, id, 'simulate');
});

/** A corp that is as the OA says; what is to be changed is told by the scope. */
const corpInStep = once(async () => {
  const { id } = await corpToPush(suite.product, 'wwplan00instep', '已经一致的企业');
  expect(await pushed(suite.product, id, 'apply')).toMatchObject({ phase: 'done' });
  return id;
});

const departments = ['D1', 'D2', 'D3'];

async function simulatedWithout(...excludeUsers: readonly string[]) {
  const id = await corpInStep();
  await changePushSettings(suite.product, id, { scope: { departments, excludeUsers } });
  return pushed(suite.product, id, 'simulate');
}

describe('a plan', () => {
  it('is simulated, read, thinned out, approved and applied as it was seen, and undone by a plan of its own', async () => {
    const corpId = 'wwplan00whole';
    const { id } = await corpToPush(suite.product, corpId, '海川科技');
    const { page, picture } = await suite.visiting();
    await page.goto(`/corps/${id}`);
    await page.getByRole('button', { name: '模拟写入' }).click();
    await page.getByRole('heading', { name: '模拟写入企业微信 · 海川科技' }).waitFor();
    await page.locator('.change-total').waitFor();
    await picture('plan-simulated');
    expect((await wecomNow(corpId)).users.map(({ name }) => name)).not.toContain('郑新月');

    const before = await fingerprint(page);
    await row(page, '郑新月').getByRole('checkbox').check();
    await page.getByRole('button', { name: '本次排除 1 项' }).click();
    await page.getByText(/方案已重写/).waitFor();
    await row(page, '郑新月').getByText('已排除').waitFor();
    const after = await fingerprint(page);
    expect(after).not.toBe(before);

    const simulation = runOf(page);
    await page.getByRole('button', { name: '批准并写入' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(new RegExp(`^${after}`)).waitFor();
    await dialog.getByLabel(/备注/).fill('已核对');
    await picture('plan-approving');
    await dialog.getByRole('button', { name: '批准并写入' }).click();
    await page.waitForURL((url) => !url.pathname.endsWith(simulation));
    await page.getByText('全部按计划写入').waitFor();
    const written = await wecomNow(corpId);
    expect(written.departments.map(({ name }) => name)).toContain('法务部');
    expect(written.users.map(({ name }) => name)).not.toContain('郑新月');

    const applied = runOf(page);
    await page.getByRole('link', { name: '依据的模拟' }).click();
    await page.getByText('这份模拟方案已经用于写入').waitFor();
    await page.locator('.change-total').waitFor();
    expect(await page.getByRole('button', { name: '批准并写入' }).count()).toBe(0);
    await page.getByRole('link', { name: '查看按它写入的任务' }).click();
    await page.waitForURL((url) => url.pathname.endsWith(applied));

    await page.getByRole('button', { name: '撤销' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '撤销' }).click();
    await page.getByRole('heading', { name: '撤销写入 · 海川科技' }).waitFor();
    await page.getByText('全部按计划写入').waitFor();
    expect((await wecomNow(corpId)).departments.map(({ name }) => name)).not.toContain('法务部');
  });

  it('that deletes people is approved only by typing how many', async () => {
    const corpId = 'wwplan00deletes';
    const { id } = await corpToPush(suite.product, corpId, '会删除的企业');
    expect(await pushed(suite.product, id, 'apply')).toMatchObject({ phase: 'done' });
    await changePushSettings(suite.product, id, {
      scope: { departments, excludeUsers: ['1', '2'], outOfScope: 'delete' },
      guard: { maxDeletes: 1, maxDeletePercent: null, maxBranchPercent: null },
    });
    const run = await pushed(suite.product, id, 'apply');
    expect(run).toMatchObject({ phase: 'awaiting-approval', counts: { deleteUser: 2 } });
    const { page, picture } = await suite.visiting();
    await page.goto('/');
    await page.getByText('会删除的企业：有写入方案等待审批。').waitFor();
    await page.goto('/runs');
    await page.getByText(/^需要处理：/).waitFor();
    await openPlan(page, run.id);
    await page.locator('.plan-strip .chip').filter({ hasText: '2 删除成员' }).waitFor();
    await picture('plan-awaiting');

    await page.getByRole('button', { name: '批准并写入' }).click();
    const dialog = page.getByRole('dialog');
    const approve = dialog.getByRole('button', { name: '批准并写入' });
    await approve.click();
    await dialog.getByText('请填写此项').waitFor();
    await dialog.getByLabel('请输入将被删除的人数').fill('1');
    await approve.click();
    await dialog.getByText('与方案中被删除的人数不一致').waitFor();
    expect((await wecomNow(corpId)).users.map(({ userid }) => userid)).toContain('hc-1');
    await dialog.getByLabel('请输入将被删除的人数').fill('2');
    await approve.click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('全部按计划写入').waitFor();
    expect((await wecomNow(corpId)).users.map(({ userid }) => userid)).not.toContain('hc-1');
  });

  it('that waits can be rejected with a reason, also when it can not be approved any more, and nothing of it is written', async () => {
    const { id } = await corpToPush(suite.product, 'wwplan00rejected', '驳回方案的企业', {
      approval: { required: 'always' },
    });
    const run = await pushed(suite.product, id, 'apply');
    expect(run.phase).toBe('awaiting-approval');
    const { page } = await suite.visiting();
    await openPlan(page, run.id);
    expect(await page.getByRole('button', { name: '批准并写入' }).isEnabled()).toBe(true);
    await changePushSettings(suite.product, id, { guard: { maxDisables: 7 } });
    await page.reload();
    await page.getByText('方案生成后情况已变化，不能再批准这份方案').waitFor();
    await page.getByText('设置改过，已是另一个版本').waitFor();
    expect(await page.getByRole('button', { name: '批准并写入' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: '驳回' }).click();
    await page.getByLabel('理由').fill('本周不改');
    await page.getByRole('dialog').getByRole('button', { name: '驳回' }).click();
    await page.getByText(/已驳回：已写入 0 项/).waitFor();
    await page.getByText(/驳回：本周不改/).waitFor();
    expect((await wecomNow('wwplan00rejected')).users.map(({ name }) => name)).not.toContain('郑新月');
  });

  it('can protect somebody for good, which makes new settings and asks for a new plan', async () => {
    const run = await simulatedWithout('4');
    const { page } = await suite.visiting();
    await openPlan(page, run.id);
    await row(page, '赵明轩').getByRole('button', { name: '赵明轩' }).click();
    await page.getByRole('button', { name: '始终排除' }).click();
    const asked = page.getByRole('dialog').filter({ hasText: '始终排除这 1 人' });
    await asked.getByRole('button', { name: '始终排除' }).click();
    const answer = page.getByRole('dialog').filter({ hasText: '已写入设置第' });
    await answer.getByRole('button', { name: '重新模拟' }).click();
    await page.waitForURL((url) => !url.pathname.endsWith(run.id));
    await page.locator('.change-total').waitFor();
    await row(page, '赵明轩').getByText('暂缓', { exact: true }).waitFor();
  });

  it('that was not written in full says what failed and why, and the failed part can be tried again', async () => {
    const { id } = await corpToPush(suite.product, 'wwplan00retry', '重试的企业');
    await simulate(suite.product, 'POST', '/faults', [{ path: 'user/create', errcode: 60103, times: 1 }]);
    const run = await pushed(suite.product, id, 'apply').finally(() =>
      simulate(suite.product, 'DELETE', '/faults'),
    );
    const { page, picture } = await suite.visiting();
    await openPlan(page, run.id);
    await page.getByText('有 1 类变更与计划不同，列在最前').waitFor();
    await page.getByRole('button', { name: '新增成员，失败：1' }).click();
    await page.getByText('符合筛选的 1 项').waitFor();
    await row(page, '郑新月').getByRole('button', { name: '郑新月' }).click();
    await page.getByRole('dialog').getByText('60103').waitFor();
    await picture('plan-failed-change');
    await closeByEscape(page.getByRole('dialog'));
    await page.getByRole('button', { name: '重试没有写成的 1 项' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '重试没有写成的' }).click();
    await page.getByText('全部按计划写入').waitFor();
    const { users } = await wecomNow('wwplan00retry');
    expect(users.map(({ name }) => name)).toContain('郑新月');
  });

  it('answers in five steps why a person is to be disabled', async () => {
    const run = await simulatedWithout('3');
    const { page, picture } = await suite.visiting();
    await openPlan(page, run.id, '?action=disableUser');
    await row(page, '王思琪').getByRole('button', { name: '王思琪' }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByRole('tab', { name: '为什么' }).click();
    const steps = drawer.getByRole('list', { name: '为什么' }).getByRole('listitem');
    await steps.first().waitFor();
    expect(await steps.count()).toBe(5);
    await picture('plan-why');
    await drawer.getByRole('tab', { name: '历史' }).click();
    await drawer.getByRole('link').first().waitFor();
    expect(page.url()).not.toContain('hc-3');
  });

  it('shows both trees in words, opens them together and narrows the list by a click', async () => {
    const run = await readPlan();
    const { page, picture } = await suite.visiting();
    await openPlan(page, run.id, '?tab=tree');
    const oa = page.getByRole('tree', { name: 'OA 组织' });
    const wecom = page.getByRole('tree', { name: '企业微信' });
    await oa.getByRole('treeitem', { name: '法务部, 新建' }).waitFor();
    await wecom.getByRole('treeitem', { name: '研发部, 匹配到' }).waitFor();
    await oa.getByRole('treeitem', { name: '仓储部, 范围外' }).waitFor();
    await picture('plan-trees');
    const all = await page.locator('.change-total').innerText();
    await oa.getByRole('treeitem', { name: '研发部, 匹配到' }).getByText('研发部').click();
    await page.getByText(/^符合筛选的/).waitFor();
    expect(page.url()).toContain('department=department%3AD1');
    expect(await wecom.locator('.tree-row-twin').innerText()).toContain('研发部');
    expect(await page.locator('.change-total').innerText()).not.toBe(all);
    await oa
      .getByRole('treeitem', { name: '海川科技' })
      .first()
      .getByRole('button', { name: '收起 海川科技' })
      .click();
    await wecom.getByRole('treeitem', { name: '研发部, 匹配到' }).waitFor({ state: 'detached' });
  });

  it('keeps its filter in the address and under a name, and finds people by pinyin and the end of a number', async () => {
    const run = await readPlan();
    const { page } = await suite.visiting();
    await openPlan(page, run.id);
    const search = page.getByRole('searchbox', { name: /拼音/ });
    for (const words of ['zhengxinyue', '郑新', '0007']) {
      await search.fill(words);
      await page.getByText('符合筛选的 1 项').waitFor();
      await row(page, '郑新月').waitFor();
    }
    await page.waitForURL(/q=0007/);
    await page.reload();
    await page.getByText('符合筛选的 1 项').waitFor();
    await page.getByRole('button', { name: /视图$/ }).click();
    await page.getByLabel('视图名称').fill('尾号 0007');
    await page.getByRole('button', { name: '保存当前筛选' }).click();
    await page.getByRole('button', { name: '尾号 0007', exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: '清除筛选' }).click();
    await page.getByText(/^共 \d+ 项变更/).waitFor();
    await page.getByRole('button', { name: /视图$/ }).click();
    await page.getByRole('button', { name: '尾号 0007', exact: true }).click();
    await page.getByText('符合筛选的 1 项').waitFor();
  });

  it('leaves the console as a file with what the filter shows, and as a sheet to be signed', async () => {
    const run = await readPlan();
    const { page } = await suite.visiting();
    await openPlan(page, run.id, '?action=createUser');
    const csv = await openMenu(page.getByRole('button', { name: '导出' }), 'CSV');
    const [file] = await Promise.all([page.waitForEvent('download'), csv.getByRole('link').click()]);
    const text = readFileSync(await file.path(), 'utf8');
    expect(text.startsWith('\uFEFF')).toBe(true);
    expect([text.includes('郑新月'), text.includes('林晓雨')]).toEqual([true, false]);
    const print = await openMenu(page.getByRole('button', { name: '导出' }), '打印审批单');
    const [sheet] = await Promise.all([page.waitForEvent('popup'), print.getByRole('link').click()]);
    await sheet.getByText('看方案的企业').first().waitFor();
    expect(await sheet.content()).toContain((await fingerprint(page)).slice(0, 8));
  });

  it('is compared with the one before it', async () => {
    const { id } = await corpToPush(suite.product, 'wwplan00compare', '对比方案的企业');
    await pushed(suite.product, id, 'simulate');
    await changePushSettings(suite.product, id, { scope: { departments: ['D1', 'D2'] } });
    const run = await pushed(suite.product, id, 'simulate');
    const { page, picture } = await suite.visiting();
    await openPlan(page, run.id);
    await page.getByRole('tab', { name: '对比' }).click();
    await page.getByRole('button', { name: /不再有 [1-9]/ }).waitFor();
    await page.getByText('郑新月').first().waitFor();
    await picture('plan-compared');
  });

  it('with nothing to do says so, and when that was found', async () => {
    const run = await simulatedWithout();
    const { page, picture } = await suite.visiting();
    await page.goto(`/runs/${run.id}`);
    await page.getByRole('heading', { name: '没有需要写入的变更' }).waitFor();
    await page.getByText('最近检查于').waitFor();
    expect(await page.getByRole('button', { name: '批准并写入' }).count()).toBe(0);
    await picture('plan-nothing');
  });

  it('that can not be made names both sides, the way out and what is still safe', async () => {
    const corpId = 'wwplan00roots';
    const corp = await simulateCorp(suite.product, corpId);
    await simulate(suite.product, 'POST', `/corps/${corpId}/by-hand`, {
      path: 'department/update',
      body: { id: 1, name: '海川集团' },
    });
    const { id } = await connectCorp(suite.product, corp, '根名称不同的企业');
    await changePushSettings(suite.product, id, {});
    const run = await pushed(suite.product, id, 'simulate');
    expect(run.phase).toBe('failed');
    const { page, picture } = await suite.visiting();
    await page.goto(`/runs/${run.id}`);
    const error = page.getByRole('alert').filter({ hasText: '任务没有完成' });
    await error.waitFor();
    const words = await error.innerText();
    const wanted = ['发生了什么', '海川科技', '海川集团', '改为相同名称', '现在仍然安全', '没有写入任何内容'];
    expect(wanted.filter((word) => !words.includes(word))).toEqual([]);
    await picture('plan-stopped');
  });
});

describe('a large plan', () => {
  it('keeps only the rows on the screen in the page, reads further ones when they are scrolled to, and is watched, paused and resumed while it is written', async () => {
    const { id } = await corpToPush(suite.product, 'wwplan00large', '人多的企业', {
      scope: { departments: [] },
    });
    const simulation = await pushed(suite.product, id, 'simulate');
    expect(simulation.counts).toMatchObject({ createUser: storekeepers + 1 });
    const { page, picture } = await suite.visiting();
    await openPlan(page, simulation.id);
    await page.getByText(/已载入 100 项/).waitFor();
    expect(await page.locator('.change-rows .change-row').count()).toBeLessThan(60);
    await page.locator('.change-rows').hover();
    for (let turn = 0; turn < 30; turn += 1) await page.mouse.wheel(0, 1_000);
    await page.getByText(/已载入 100 项/).waitFor({ state: 'detached' });
    expect(await page.locator('.change-rows .change-row').count()).toBeLessThan(60);
    expect(await verdict(page).isVisible()).toBe(true);
    await picture('plan-scrolled');

    await simulate(suite.product, 'POST', '/faults', [
      { path: 'user/create', delayMs: 2_000, times: 10_000 },
    ]);
    try {
      await page.getByRole('button', { name: '批准并写入' }).click();
      await page.getByRole('dialog').getByRole('button', { name: '批准并写入' }).click();
      await page.getByRole('button', { name: '暂停' }).click();
      await page.getByText(/^已暂停：/).waitFor();
      await picture('plan-paused');
      await simulate(suite.product, 'DELETE', '/faults');
      await page.getByRole('button', { name: '继续' }).click();
      await page.getByText('全部按计划写入').waitFor();
    } finally {
      await simulate(suite.product, 'DELETE', '/faults');
    }
    expect(await settledRun(suite.product, runOf(page))).toMatchObject({ phase: 'done' });
  });
});

describe('everyone', () => {
  it('may read a plan, and is offered only what the role may do with it', async () => {
    const run = await readPlan();
    const { page } = await suite.visiting('viewer');
    await openPlan(page, run.id);
    const writes = /批准|驳回|排除|模拟|撤销|暂停|继续|推迟|重试/;
    expect(await page.locator('main').getByRole('button', { name: writes }).allInnerTexts()).toEqual([]);
    expect(await page.locator('.change-rows').getByRole('checkbox').count()).toBe(0);
    await row(page, '郑新月').getByRole('button', { name: '郑新月' }).click();
    await page.getByRole('dialog').getByRole('tab', { name: '内容' }).waitFor();
    expect(await page.getByRole('tab', { name: '原始数据' }).count()).toBe(0);
  });

  it('reads a plan with the keyboard alone', async () => {
    const run = await readPlan();
    const { page } = await suite.visiting();
    await openPlan(page, run.id);
    const names = await page.locator('.change-open').allInnerTexts();
    await page.locator('.change-open').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page
      .getByRole('dialog')
      .getByRole('heading', { name: names[1] ?? '' })
      .waitFor();
    await closeByEscape(page.getByRole('dialog'));
    await page.getByRole('tab', { name: '部门树' }).click();
    const root = page.getByRole('tree', { name: 'OA 组织' }).getByRole('treeitem').first();
    await root.focus();
    await page.keyboard.press('ArrowLeft');
    expect(await root.getAttribute('aria-expanded')).toBe('false');
    await page.keyboard.press('ArrowRight');
    expect(await root.getAttribute('aria-expanded')).toBe('true');
  });

  it('finds a plan within the width of a screen and of a phone, with a name on every control and words in English too', async () => {
    const { id } = await corpToPush(
      suite.product,
      'wwplan00layout',
      '一家名称相当长的示例企业（华东分公司）',
      {
        approval: { required: 'always' },
      },
    );
    const run = await pushed(suite.product, id, 'apply');
    const { page, picture } = await suite.visiting();
    for (const language of ['中文', 'English']) {
      if (language === 'English') await page.getByRole('button', { name: language }).click();
      for (const tab of ['changes', 'tree', 'compare', 'about']) {
        for (const size of [wide, phone]) {
          await page.setViewportSize(size);
          if (size === wide) await page.goto(`/runs/${run.id}?tab=${tab}`);
          await page.locator('.plan-tabs .ant-tabs-tab-active').waitFor();
          await page
            .locator('.ant-skeleton-active, .ant-spin-spinning')
            .first()
            .waitFor({ state: 'detached' });
          const found = { sideways: await pixelsSideways(page), unnamed: await unnamedControls(page) };
          expect({ tab, size, language, ...found }).toEqual({
            ...{ tab, size, language, sideways: 0, unnamed: [] },
          });
        }
        if (language === '中文') await picture(`plan-${tab}`);
        await page.setViewportSize(wide);
      }
    }
    const rows = await page.locator('main').innerText();
    expect(rows).toContain('Approve & apply');
  });
});
