import type { Page } from 'playwright-core';
import { consoleSuite } from './console-suite';
import { api, connectCorp, phone, pixelsSideways, simulateCorp, type Visit } from './console-visit';
import { settledRun } from './push-world';

const corpId = 'wwbindings';
let corp: { readonly id: string };

const suite = consoleSuite(async (product) => {
  await feedOa();
  corp = await connectCorp(product, await simulateCorp(product, corpId), '海川科技');
  await matchByName();
  const { runId } = await api<{ runId: string }>(product, 'POST', `/corps/${corp.id}/directory/runs`, {
    direction: 'pull',
    mode: 'apply',
  });
  expect(await settledRun(product, runId)).toMatchObject({ phase: 'done' });
});

/** The six of the corp, two of whom share their names with somebody else. */
async function feedOa(): Promise<void> {
  const user = (id: string, loginId: string, name: string, departmentId: string) => ({
    ...{ id, loginId, jobNumber: `J${id}`, name, departmentId, mobile: `199${id.padStart(8, '0')}` },
    ...{ email: `${loginId}@example.com`, position: '专员', order: 1, status: 'active' },
  });
  const department = (id: string, name: string) => ({
    ...{ id, name, parentId: null, subcompanyId: 'S1', order: 1 },
  });
  await api(suite.product, 'PUT', '/oa/directory', {
    subcompanies: [{ id: 'S1', name: '海川科技', parentId: null, order: 1 }],
    departments: [department('D1', '研发部'), department('D2', '市场部')],
    users: [
      user('1', 'lin.xiaoyu', '林晓雨', 'D1'),
      user('2', 'chen.zhiyuan', '陈志远', 'D2'),
      user('3', 'wang.siqi', '王思琪', 'D1'),
      user('4', 'zhao.mingxuan', '赵明轩', 'D2'),
      user('5', 'zhou.yating', '周雅婷', 'D1'),
      user('50', 'zhou.yating2', '周雅婷', 'D2'),
      user('6', 'wu.haoran', '吴浩然', 'D2'),
      user('60', 'wu.haoran2', '吴浩然', 'D1'),
    ],
  });
}

/** Nobody is bound by it: only those who match several are noted. */
async function matchByName(): Promise<void> {
  const path = `/corps/${corp.id}/directory/settings`;
  const {
    version: _v,
    savedAt: _a,
    savedBy: _b,
    ...document
  } = await api<Readonly<Record<string, Readonly<Record<string, unknown>>>>>(suite.product, 'GET', path);
  await api(suite.product, 'PUT', path, {
    ...document,
    push: { ...document['push'], match: [{ oaField: 'name', wecomField: 'name' }] },
  });
}

async function open(path: string, role: 'admin' | 'viewer' = 'admin', size?: typeof phone): Promise<Visit> {
  const visit = await suite.visiting(role, size);
  await visit.page.goto(path);
  return visit;
}

const page = (rest: string) => `/corps/${corp.id}${rest}`;
const bind = (userId: string, oaUserId: string) =>
  api(suite.product, 'PUT', page(`/bindings/${userId}`), { oaUserId, replace: true });
const unbindAll = () => api(suite.product, 'DELETE', page('/bindings'), { confirm: corpId });

interface Bound {
  readonly userId: string;
  readonly oaUserId: string;
  readonly source: string;
}

async function bindings(): Promise<Readonly<Record<string, string>>> {
  const { items } = await api<{ items: Bound[] }>(suite.product, 'GET', page('/bindings'));
  return Object.fromEntries(items.map(({ userId, oaUserId, source }) => [userId, `${source} ${oaUserId}`]));
}

async function openCard(on: Page, name: string) {
  await on.getByRole('button', { name, exact: true }).click();
  const card = on.getByRole('dialog', { name: '成员信息' });
  await card.getByRole('heading', { name }).waitFor();
  return card;
}

const upload = (on: Page, name: string, rows: readonly string[]) =>
  on.locator('input[type=file]').setInputFiles({
    name,
    mimeType: 'text/csv',
    buffer: Buffer.from(`\uFEFF${rows.join('\n')}\n`),
  });

describe('the card of a member', () => {
  it('says who loses a binding before it is given to somebody else, and keeps what happened', async () => {
    await unbindAll();
    await bind('hc-1', '1');
    const { page: on, picture } = await open(page('/members?binding=unbound'));
    await on.getByText('共 5 名成员').waitFor();
    const card = await openCard(on, '陈志远');
    await card.getByRole('button', { name: '绑定 OA 人员' }).click();
    await card.getByRole('searchbox').fill('lin.xiaoyu');
    await card.getByRole('radio', { name: /林晓雨/ }).click();
    await card.getByText(/现在绑定的是成员 林晓雨 \(hc-1\)。继续后，该成员将变为未绑定/).waitFor();
    await picture('binding-card');
    await card.getByRole('button', { name: '换绑' }).click();
    await card.getByText('手工绑定').first().waitFor();
    expect(await bindings()).toEqual({ 'hc-2': 'manual 1' });

    await card.getByRole('button', { name: '解绑' }).click();
    await on.getByText(/企业微信账号和 OA 账号都不受影响/).waitFor();
    await on.getByRole('dialog').last().getByRole('button', { name: '解绑' }).click();
    await card.getByText('未绑定', { exact: true }).waitFor();
    expect(await bindings()).toEqual({});
    await card.getByRole('tab', { name: '绑定记录' }).click();
    await card.getByText('与 林晓雨 解除绑定').waitFor();
    await card.getByText('绑定到 林晓雨').waitFor();
    expect(on.url()).not.toContain('hc-2');
  });

  it('keeps the chosen people in the address, so that the list can be handed on', async () => {
    await unbindAll();
    await bind('hc-1', '1');
    const { page: on } = await open(page('/members'));
    const show = on.getByRole('group', { name: '显示哪些成员' });
    await show.getByRole('button', { name: '已绑定' }).click();
    await on.getByText('共 1 名成员').waitFor();
    expect(on.url()).toContain('binding=bound');
    await on.getByRole('cell', { name: /林晓雨.*手工绑定/s }).waitFor();
    await show.getByRole('button', { name: '待确认' }).click();
    await on.getByText('共 2 名成员').waitFor();
    await show.getByRole('button', { name: '已禁用' }).click();
    await on.getByText('没有符合条件的成员').waitFor();
    expect(new URL(on.url()).search).toBe('?status=disabled');
  });
});

describe('a file of bindings', () => {
  it('is bound only after every row was shown, and leaves out what cannot be bound', async () => {
    await unbindAll();
    await bind('hc-3', '4');
    const { page: on, picture } = await open(page('/bindings?view=import'));
    const file = on.waitForEvent('download');
    await on.getByRole('button', { name: '下载成员表' }).click();
    expect((await file).suggestedFilename()).toMatch(/\.xlsx$/);
    await on.getByRole('button', { name: '已经填好，下一步' }).click();
    await on.getByText('OA 登录名').click();
    await upload(on, '成员.csv', [
      '账号,姓名,关联字段',
      'hc-1,林晓雨,lin.xiaoyu',
      'hc-2,陈志远,nobody.here',
      'hc-3,王思琪,wang.siqi',
      'hc-4,赵明轩,',
      'hc-99,没有此人,zhou.yating',
    ]);
    await on.getByText('可以绑定 1 人', { exact: true }).waitFor();
    const chips = on.getByRole('group', { name: '按结果筛选' });
    await chips.getByRole('button', { name: /全部\s*5/ }).click();
    await on.getByRole('row', { name: /hc-99.*没有此成员/s }).waitFor();
    await on.getByRole('row', { name: /hc-2.*OA 中没有/s }).waitFor();
    await on.getByRole('row', { name: /hc-1.*绑定到 林晓雨/s }).waitFor();
    await picture('binding-import-preview');
    expect(await bindings()).toEqual({ 'hc-3': 'manual 4' });

    await on.getByRole('switch').click();
    await on.getByRole('button', { name: '绑定 2 人' }).click();
    await on.getByText('已绑定 2 人', { exact: true }).waitFor();
    expect(await bindings()).toEqual({ 'hc-1': 'imported 1', 'hc-3': 'imported 3' });
  });

  it('is refused with what is wrong and what to do when it has other columns', async () => {
    await unbindAll();
    const { page: on, picture } = await open(page('/bindings?view=import'));
    await on.getByRole('button', { name: '已经填好，下一步' }).click();
    await upload(on, '别的.csv', ['编号,备注', '1,二']);
    await on
      .getByRole('alert')
      .getByText(/缺少列/)
      .waitFor();
    await on.getByText('没有任何绑定被改变。改好文件后重新选择即可。').waitFor();
    await picture('binding-import-refused');
    expect(await bindings()).toEqual({});
  });
});

describe('the desk', () => {
  it('shows whom a rule would bind before it binds anybody', async () => {
    await unbindAll();
    const { page: on, picture } = await open(page('/bindings?view=conflicts'));
    await on.getByRole('button', { name: '按规则处理' }).click();
    const drawer = on.getByRole('dialog');
    await drawer.getByText('手机号相同').click();
    await drawer.getByText('这条规则不会绑定任何人').waitFor();
    await drawer.getByText('部门名称相同').click();
    await drawer.getByText('这条规则会绑定 2 人').waitFor();
    await drawer.getByRole('row', { name: /hc-5.*周雅婷/s }).waitFor();
    await drawer.getByRole('button', { name: '绑定这 2 人' }).waitFor();
    await picture('conflict-rule');
    expect(await bindings()).toEqual({});
  });

  it('is worked with the keyboard alone, and says afterwards what was decided', async () => {
    await unbindAll();
    const { page: on, picture } = await open(page('/bindings?view=conflicts'));
    await on.getByText('2 位成员待确认').waitFor();
    const cases = on.getByRole('list', { name: '待确认的成员' }).locator(':scope > li');
    await picture('conflict-desk');
    await on.keyboard.press('j');
    await on.locator('[aria-current=true]').getByRole('button', { name: '吴浩然', exact: true }).waitFor();
    await on.keyboard.press('0');
    await on.getByText(/吴浩然：已记为“都不是”/).waitFor();
    await on.getByText('1 位成员待确认').waitFor();
    expect(await cases.count()).toBe(1);
    const first = (await cases.getByRole('listitem').first().innerText()).includes('zhou.yating2')
      ? '50'
      : '5';
    await on.keyboard.press('1');
    await on.getByText('没有需要确认的成员').waitFor();
    await on.getByText(/上次查找/).waitFor();
    expect(await bindings()).toEqual({ 'hc-5': `decided ${first}` });
    await on.getByRole('button', { name: '已确认' }).click();
    await on.getByRole('row', { name: /吴浩然.*都不是/s }).waitFor();
    await on.getByRole('row', { name: /周雅婷.*visitor-/s }).waitFor();
  });
});

describe('unbinding everybody', () => {
  it('takes the id of the corp, typed, and says that no account is touched', async () => {
    await unbindAll();
    await bind('hc-1', '1');
    const { page: on, picture } = await open(page('/bindings'));
    await on.getByText('共 1 条绑定').waitFor();
    await on.getByRole('button', { name: '全部解绑' }).click();
    const dialog = on.getByRole('dialog', { name: '全部解绑？' });
    await dialog.getByText('不会禁用、删除或修改任何企业微信账号和 OA 账号。').waitFor();
    const confirm = dialog.getByRole('button', { name: '全部解绑' });
    await dialog.getByLabel('企业 ID').fill('wwother');
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByLabel('企业 ID').fill(corpId);
    await picture('bindings-clear');
    await confirm.click();
    await on.getByText('已解除 1 条绑定').waitFor();
    expect(await bindings()).toEqual({});
  });
});

describe('who may only look', () => {
  it('finds every binding and no way to change one', async () => {
    await unbindAll();
    await bind('hc-1', '1');
    const { page: on } = await open(page('/bindings'), 'viewer');
    await on.getByText('共 1 条绑定').waitFor();
    expect(await on.getByRole('button', { name: /解绑/ }).count()).toBe(0);
    expect(await on.getByText('文件导入').count()).toBe(0);
    const card = await openCard(on, '林晓雨');
    await card.getByText('手工绑定').first().waitFor();
    expect(await card.getByRole('button', { name: /绑/ }).count()).toBe(0);
  });
});

describe('what employees need to bind themselves', () => {
  it('is the address to enter in WeCom, and a password of the embedded OA', async () => {
    await unbindAll();
    await bind('hc-2', '2');
    const { page: on, picture } = await open(page('/apps'));
    await on.getByRole('button', { name: '编辑' }).click();
    const drawer = on.getByRole('dialog');
    const { apps } = await api<{ apps: readonly { id: string; bindUrl: string }[] }>(
      suite.product,
      'GET',
      page(''),
    );
    await drawer.getByText(apps[0]?.bindUrl ?? 'no address').waitFor();
    await drawer.getByText(/应用主页：填入上面的地址/).waitFor();
    await picture('app-binding-page');

    await on.goto('/oa?q=chen.zhiyuan');
    await on.getByRole('button', { name: '陈志远' }).click();
    const person = on.getByRole('dialog');
    await person.getByRole('link', { name: '海川科技' }).waitFor();
    await person.getByText('hc-2').waitFor();
    await person.getByRole('button', { name: '设置 OA 密码' }).click();
    await person.getByLabel('新密码').fill('short');
    await person.getByRole('button', { name: '设置 OA 密码' }).click();
    await person.getByText('至少 8 个字符').waitFor();
    await person.getByLabel('新密码').fill('long enough for the OA');
    await person.getByRole('button', { name: '设置 OA 密码' }).click();
    await on.getByText('已设置 陈志远 的密码').waitFor();
    await picture('oa-password');
  });

  it('and everything of it finds its place on a phone', async () => {
    await unbindAll();
    await bind('hc-1', '1');
    const { page: on, picture } = await open(page('/bindings'), 'admin', phone);
    await on.getByText('共 1 条绑定').waitFor();
    for (const view of ['', '?view=conflicts&state=decided', '?view=import']) {
      await on.goto(page(`/bindings${view}`));
      await on.getByRole('radiogroup', { name: '绑定页面' }).waitFor();
      expect(await pixelsSideways(on)).toBe(0);
    }
    await picture('bindings');
    await on.getByRole('button', { name: 'English' }).click();
    await on.getByText('Fill in “Link field”').waitFor();
    await picture('bindings-english');
  });
});
