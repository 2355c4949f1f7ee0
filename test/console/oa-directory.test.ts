import { choose } from '../support/browser';
import { consoleSuite } from './console-suite';
import { api, phone, pixelsSideways, type Visit } from './console-visit';

const suite = consoleSuite();

async function visitOa(role: 'admin' | 'viewer' = 'admin', path = '/oa'): Promise<Visit> {
  const visit = await suite.visiting(role);
  await visit.page.goto(path);
  return visit;
}

/** The whole directory: 青禾集团 with 华东分部, two departments, and so many people. */
async function feed(people: number): Promise<void> {
  await api(suite.product, 'PUT', '/oa/directory', {
    subcompanies: [
      { id: 'S1', name: '青禾集团', parentId: null, order: 1 },
      { id: 'S2', name: '华东分部', parentId: 'S1', order: 1 },
    ],
    departments: [
      { id: 'D1', name: '研发部', parentId: null, subcompanyId: 'S1', order: 1 },
      { id: 'D2', name: '销售部', parentId: null, subcompanyId: 'S2', order: 1 },
    ],
    users: Array.from({ length: people }, (_, index) => ({
      id: `U${index + 1}`,
      loginId: `staff.${index + 1}`,
      jobNumber: `J${index + 1}`,
      name: `青禾员工${index + 1}`,
      mobile: `138${String(index + 1).padStart(8, '0')}`,
      departmentId: index % 2 === 0 ? 'D1' : 'D2',
      managerId: index === 0 ? null : 'U1',
      status: 'active',
    })),
  });
}

const upload = (page: Visit['page'], name: string, text: string) =>
  page.locator('input[type=file]').setInputFiles({
    name,
    mimeType: 'text/csv',
    buffer: Buffer.from(`\uFEFF${text}`),
  });

describe('the OA directory', () => {
  it('says how it can be fed while it is empty', async () => {
    const { page, picture } = await visitOa();
    await page.getByText('还没有 OA 数据').waitFor();
    await page.getByText(/PUT \/api\/v1\/oa\/directory/).waitFor();
    await picture('oa-empty');
  });

  it('shows what the OA gave, by place and by search', async () => {
    await feed(60);
    const { page, picture } = await visitOa();
    await page.getByText('60 名在职人员，2 个部门，2 个分部').waitFor();
    await page.getByText('共 60 人').waitFor();
    await page.getByRole('tree').getByText('销售部').click();
    await page.getByText('共 30 人').waitFor();
    await page.getByRole('searchbox', { name: /搜索/ }).fill('青禾员工12');
    await page.getByText('共 1 人').waitFor();
    await page.getByRole('button', { name: '青禾员工12' }).click();
    const person = page.getByRole('dialog');
    await person.getByText('青禾集团 / 华东分部 / 销售部').waitFor();
    await person.getByText('青禾员工1', { exact: true }).waitFor();
    await picture('oa-person');
    expect(page.url()).not.toContain('U12');
  });

  it('lets an administrator confirm a suspicious loss only by typing its number', async () => {
    await feed(60);
    await feed(30);
    const { page, picture } = await visitOa();
    await page.getByText('有 30 人从 OA 数据中消失（原有 60 人），尚未确认').waitFor();
    await picture('oa-loss');
    await page.getByRole('button', { name: '确认他们确实离开了' }).click();
    const dialog = page.getByRole('dialog');
    const confirm = dialog.getByRole('button', { name: '确认他们确实离开了' });
    await dialog.getByLabel('人数').fill('29');
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByLabel('人数').fill('30');
    await confirm.click();
    await page.getByText(/尚未确认/).waitFor({ state: 'detached' });
    const state = await api<{ unconfirmed: unknown }>(suite.product, 'GET', '/oa/directory');
    expect(state.unconfirmed).toBeNull();
  });

  it('shows a viewer everything but the way to change it', async () => {
    await feed(60);
    const { page } = await visitOa('viewer');
    await page.getByText('共 60 人').waitFor();
    expect(await page.getByRole('button', { name: /上传|确认/ }).count()).toBe(0);
    await page.goto('/oa/upload');
    await page.getByRole('heading', { name: '页面不存在' }).waitFor();
  });
});

describe('uploading a file', () => {
  it('names what is wrong by row and column, and stores nothing of it', async () => {
    await feed(60);
    const before = await api<{ version: number }>(suite.product, 'GET', '/oa/directory');
    const { page, picture } = await visitOa('admin', '/oa/upload');
    await upload(
      page,
      '人员.csv',
      '编号,登录名,姓名,部门\nN1,new.one,新人一,没有的部门\nN2,new.two,新人二,D1\n',
    );
    await page.getByText(/1 处有问题/).waitFor();
    const problem = page.getByRole('row').filter({ hasText: '没有的部门' }).first();
    expect(await problem.getByRole('cell').allInnerTexts()).toEqual([
      '2',
      '部门',
      expect.stringContaining('没有的部门'),
    ]);
    expect(await page.getByRole('button', { name: '保存到 OA 组织' }).isDisabled()).toBe(true);
    await picture('oa-upload-errors');
    expect(await api(suite.product, 'GET', '/oa/directory')).toMatchObject({ version: before.version });
  });

  it('takes columns with names of their own once somebody has said what they are', async () => {
    await feed(60);
    const { page, picture } = await visitOa('admin', '/oa/upload');
    await upload(page, '花名册.csv', '人员代码,系统账户,姓名,部门,楼层\nN3,new.three,新人三,D2,八楼\n');
    await page.getByText(/缺少.*登录名/).waitFor();
    await choose(page.getByLabel('系统账户'), /^登录名/);
    await choose(page.getByLabel('人员代码'), /^编号/);
    await page.getByText('可以保存：1 行都没有问题').waitFor();
    await choose(page.getByLabel('楼层'), '自定义字段“楼层”');
    await page.getByRole('cell', { name: '八楼' }).waitFor();
    await page.getByText('可以保存：1 行都没有问题').waitFor();
    await picture('oa-upload-columns');
    await page.getByRole('button', { name: '保存到 OA 组织' }).click();
    await page.getByRole('link', { name: '查看 OA 组织' }).click();
    await page.getByText('61 名在职人员').waitFor();
    expect(await api(suite.product, 'GET', '/oa/users/N3')).toMatchObject({
      ...{ loginId: 'new.three', name: '新人三', departmentId: 'D2', custom: { 楼层: '八楼' } },
    });
  });

  it('replaces everybody only after the number of those who leave was typed', async () => {
    await feed(60);
    const rows = Array.from(
      { length: 58 },
      (_, index) => `U${index + 1},staff.${index + 1},青禾员工${index + 1}`,
    );
    const { page, picture } = await visitOa('admin', '/oa/upload');
    await page.getByText('替换：文件就是全部').click();
    await page.getByText(/文件中没有的人员会成为离职人员/).waitFor();
    await upload(page, '全部.csv', ['编号,登录名,姓名', ...rows].join('\n'));
    await page.getByText('保存后将有 2 人成为离职人员。').waitFor();
    await page.getByRole('button', { name: '保存到 OA 组织' }).click();
    const dialog = page.getByRole('dialog');
    const store = dialog.getByRole('button', { name: '保存到 OA 组织' });
    expect(await store.isDisabled()).toBe(true);
    await dialog.getByLabel('人数').fill('2');
    await picture('oa-upload-replace');
    await store.click();
    await page.getByText(/已保存为第/).waitFor();
    expect(await api(suite.product, 'GET', '/oa/directory')).toMatchObject({ users: { active: 58 } });
  });

  it('finds its place on a phone', async () => {
    await feed(60);
    const { page, picture } = await visitOa('admin', '/oa/upload');
    await page.setViewportSize(phone);
    await upload(page, '人员.csv', '编号,登录名,姓名,部门\nN1,new.one,新人一,没有的部门\n');
    await page.getByText(/1 处有问题/).waitFor();
    await picture('oa-upload');
    expect(await pixelsSideways(page)).toBe(0);
  });
});
