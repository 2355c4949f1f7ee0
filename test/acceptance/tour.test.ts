import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { todayIn } from '../../console/src/departures/days';
import {
  browserTestMs,
  choose,
  chooseFromMenu,
  closeByEscape,
  complaintsOf,
  launchBrowser,
  openContext,
} from '../support/browser';
import { type Product, startProduct } from '../support/product';

jest.setTimeout(browserTestMs);

/** Where the pictures of the README go; without it none is taken. */
const pictures = process.env['TOUR_PICTURES'];
const window = { width: 1280, height: 800 };
const timezoneId = 'Asia/Shanghai';

let product: Product;
let browser: Browser;
/** The newcomer's own page, from the first link to logging out. */
let page: Page;
/** The demo company's page in the console. */
let corp: string;
const complaints: (readonly string[])[] = [];
const refused: string[] = [];

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(), launchBrowser()]);
  page = await open(product.url, window);
});

afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

/** A page whose complaints and failed requests are counted. */
async function open(baseURL: string, viewport: typeof window): Promise<Page> {
  const opened = await (
    await openContext(browser, { viewport, locale: 'zh-CN', timezoneId, baseURL })
  ).newPage();
  complaints.push(complaintsOf(opened));
  opened.on('response', (response) => {
    // Who has not logged in, or not any more, is told by this one answer.
    const asksWhoIsHere = response.status() === 401 && response.url().endsWith('/api/v1/session');
    if (response.status() >= 400 && !asksWhoIsHere) refused.push(`${response.status()} ${response.url()}`);
  });
  opened.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText;
    // Leaving a page ends what it was still asking for.
    if (reason !== 'net::ERR_ABORTED') refused.push(`${reason} ${request.url()}`);
  });
  return opened;
}

afterEach(() => {
  expect({ complaints: complaints.flat(), refused }).toEqual({ complaints: [], refused: [] });
});

async function picture(name: string, of: Page = page): Promise<void> {
  if (pictures === undefined) return;
  mkdirSync(pictures, { recursive: true });
  await of.mouse.move(0, window.height);
  await of.screenshot({ path: join(pictures, `${name}.png`), animations: 'disabled' });
}

const heading = (name: string | RegExp) => page.getByRole('heading', { name, level: 1 });
const button = (name: string | RegExp) => page.getByRole('button', { name }).first();
const view = (name: string) => page.locator('.ant-segmented-item').filter({ hasText: name }).first();
const drawer = () => page.locator('.ant-drawer').filter({ visible: true });
const dialog = () => page.locator('.ant-modal:visible');
const row = (words: string | RegExp) => page.getByRole('row').filter({ hasText: words });
const verdict = () => page.locator('.plan-strip strong');
const goTo = (place: string) =>
  page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: place }).click();
const tab = (name: string) => page.getByRole('tab', { name }).click();

/** The first hour of somebody who has just installed the product, in the order in which the console leads there. */
describe('a newcomer', () => {
  it('comes in by the link that the start printed, and is told what comes first', async () => {
    await page.goto(product.oneTimeLogin ?? '');
    await page.getByRole('heading', { name: '设置密码' }).waitFor();
    await button('以后再说').click();
    await heading('概览').waitFor();
    await page.getByText('演示环境').waitFor();
    await page.getByText('目前只有演示企业。').waitFor();
    await page.getByText('1 个在线').waitFor();
    await page.getByText('还没有任务').waitFor();
    // The step that is next leads there.
    await page.getByRole('link', { name: '检查连接' }).click();
    await heading('云程科技（演示）').waitFor();
    corp = new URL(page.url()).pathname;
  });

  it('finds that the connection works, from the name of the host to the callbacks', async () => {
    await page.getByText('还没有检查过').waitFor();
    await button('检查连接').click();
    await page.getByText(/^\d+ 项检查全部通过/).waitFor();
    await page
      .locator('.finding')
      .filter({ hasText: '通讯录回调' })
      .getByText('通过', { exact: true })
      .waitFor();
  });

  it('looks into places that are empty still, and finds in each what would fill it', async () => {
    await tab('成员与部门');
    await page.getByText('还没有读取过通讯录。').waitFor();
    await tab('绑定');
    await page.getByText('还没有绑定。').waitFor();
    await tab('变动雷达');
    await page.getByText('还没有读取过企业微信，因此还看不到变动。').first().waitFor();
    await tab('离职');
    await page.getByText('没有离职中的成员').waitFor();
    await tab('考勤');
    await page.getByText('还没有读取过打卡数据').waitFor();
    await tab('任务');
    await page.getByText('还没有任务').waitFor();
  });

  it('looks at the settings, which guard the people from the start', async () => {
    await tab('通讯录设置');
    await page.getByRole('radio', { name: /以 OA 为准/, checked: true }).waitFor();
    await page.getByRole('radio', { name: /^禁用/, checked: true }).waitFor();
    expect(await page.getByRole('spinbutton', { name: '禁用几天后删除' }).inputValue()).toBe('30');
    expect(await page.getByRole('spinbutton', { name: '删除成员' }).inputValue()).toBe('50');
    await page.getByText('建议先关着完成首次同步').waitFor();
  });

  it('simulates a push, reads the plan, approves it and sees it applied', async () => {
    await button('模拟写入').click();
    await page.getByTestId('plan-hash').waitFor();
    await verdict().filter({ hasText: '将禁用 0 人，删除 0 人' }).waitFor();
    await page.getByText('模拟完成').waitFor();
    await page.getByText('两边都已完整读取').waitFor();
    await row('曾雨桐')
      .getByText(/请手动绑定，或在 OA 中更正/)
      .waitFor();
    await picture('plan');

    await button('批准并写入').click();
    await dialog().getByText('审批的是这个指纹所代表的方案').waitFor();
    await dialog().getByRole('button', { name: '批准并写入' }).click();
    await verdict()
      .filter({ hasText: /写入结束：\d+ 项已写入，1 项没有写成/ })
      .waitFor();
    await button('重试没有写成的 1 项').waitFor();
    await page.getByText('计划与结果').waitFor();
  });

  it('binds by a file the two whom no rule could tell apart', async () => {
    await page.goto(`${corp}/bindings`);
    await page.getByText(/^共 \d+ 条绑定$/).waitFor();
    await view('文件导入').click();
    await button('已经填好，下一步').click();
    await page.getByText('OA 登录名').click();
    await page.locator('input[type=file]').setInputFiles({
      name: '成员.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(
        '\uFEFF账号,姓名,关联字段\nYC0052,曾雨桐,yutong.zeng\nYC0111,黄磊,lei.huang\nYC9999,没有此人,qiang.wang\n',
      ),
    });
    await page.getByText('可以绑定 2 人', { exact: true }).waitFor();
    await button('绑定 2 人').click();
    await page.getByText('已绑定 2 人', { exact: true }).waitFor();
    await view('待确认').click();
    await page.getByText('没有需要确认的成员').waitFor();
  });

  it('starts a departure, postpones it, and gives the account back', async () => {
    await tab('离职');
    await button('发起离职').click();
    await dialog().getByRole('searchbox').fill('YC0131');
    await dialog()
      .getByRole('radio', { name: /YC0131/ })
      .check();
    await dialog().getByText('会立即在企业微信禁用该账号').waitFor();
    await dialog().getByRole('button', { name: '禁用账号' }).click();
    await drawer().getByText('等待删除', { exact: true }).first().waitFor();
    await drawer().getByText('账号已在企业微信中禁用').waitFor();
    await drawer().getByText('星河商贸').first().waitFor();
    await picture('departure');

    await drawer().getByRole('button', { name: '推迟' }).click();
    await dialog().getByRole('spinbutton', { name: '推迟的天数' }).fill('14');
    await dialog().getByRole('button', { name: '推迟', exact: true }).click();
    await drawer().getByText('已推迟', { exact: true }).waitFor();
    await drawer().getByRole('button', { name: '恢复账号' }).click();
    await dialog().getByText('放回禁用前所在的部门').waitFor();
    await dialog().getByRole('button', { name: '恢复账号' }).click();
    await drawer().getByText('已恢复', { exact: true }).first().waitFor();
    await closeByEscape(drawer());
    await page.getByText('没有需要处理的离职').waitFor();
  });

  it('has the OA ask for a leave on a card, decides it on a phone, and takes the message back', async () => {
    await goTo('消息');
    await page.getByRole('link', { name: '流程待办', exact: true }).waitFor();
    await reportLeave();
    const phone = await open(product.simulatorUrl, { width: 390, height: 480 });
    await phone.goto('/phone');
    await phone.getByText('云程科技（演示）').click();
    await phone.getByRole('searchbox').fill('YC0001');
    await phone.getByRole('searchbox').press('Enter');
    await phone.getByText('唐宇航').click();
    await phone.getByText('OA 集成').click();
    await phone.getByText('请假申请：张三 3 天').waitFor();
    await picture('card', phone);
    await phone.getByRole('button', { name: '同意' }).click();
    await phone.getByText('已处理').waitFor();
    await phone.context().close();

    await tab('推送日志');
    await row('请假申请').getByText('送达 2 / 2').waitFor();
    await row('请假申请').click();
    await drawer()
      .getByText(/卡片显示“同意”/)
      .first()
      .waitFor();
    await picture('message');
    await drawer().getByRole('button', { name: '撤回' }).click();
    await dialog().getByText('从 2 人的企业微信中撤回').waitFor();
    await dialog().getByRole('button', { name: '撤回' }).click();
    await drawer().getByText('已撤回', { exact: true }).first().waitFor();
    await closeByEscape(drawer());
  });

  it('has check-ins read by a rule, and finds them as records and as a month', async () => {
    await page.goto(`${corp}/attendance?view=settings`);
    await page.getByRole('textbox', { name: '每天开始于' }).waitFor();
    await view('规则').click();
    await button('新建规则').click();
    await drawer().getByRole('textbox', { name: '规则名称' }).fill('每日考勤');
    await drawer().getByText('还没有任何绑定时，读取所有成员').waitFor();
    await drawer().getByRole('button', { name: '保存' }).click();
    await page.getByRole('listitem').filter({ hasText: '每日考勤' }).getByText('所有已绑定的成员').waitFor();

    await view('任务').click();
    await button('立即读取').click();
    await choose(dialog().getByRole('combobox', { name: '规则' }), '每日考勤');
    await dialog()
      .getByText(/共 7 天/)
      .waitFor();
    await dialog().getByRole('button', { name: '开始读取' }).click();
    await row('每日考勤').first().getByText('完成').waitFor();

    await view('记录').click();
    await row(/[上下]班打卡/)
      .first()
      .waitFor();
    await page.goto(`${corp}/attendance?view=calendar&member=YC0001`);
    const today = todayIn(timezoneId);
    await page.getByRole('grid', { name: /唐宇航/ }).waitFor();
    await page
      .getByText(`${Number(today.slice(0, 4))}年${Number(today.slice(5, 7))}月`)
      .first()
      .waitFor();
    // The days that were read are the last ones of the page.
    await page.getByRole('gridcell').last().scrollIntoViewIfNeeded();
    await picture('calendar');
  });

  it('finds everything that happened on the overview, in the audit log, and in English', async () => {
    await goTo('概览');
    await page.getByText('检查通过').waitFor();
    await row('写入企业微信').first().waitFor();
    await row('离职处理').first().waitFor();
    await picture('overview');
    await goTo('审计日志');
    await row('批准方案').first().waitFor();

    await button('English').click();
    await heading('Audit log').waitFor();
    await page.goto('/');
    await heading('Overview').waitFor();
    await row('Push to WeCom').first().waitFor();
    await picture('overview.en');
    await row('Push to WeCom').first().getByRole('link').first().click();
    await page.getByText('Planned and done').waitFor();
    await page.getByRole('link', { name: 'The simulation it applies' }).click();
    await page.getByText('Simulated').first().waitFor();
    await picture('plan.en');
  });

  it('leaves, and what was open is closed to whoever comes next', async () => {
    await chooseFromMenu(page.getByRole('button', { name: /^Account/ }), 'Sign out');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.goto(corp);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  it('has left no warning and no error in any log of the product', () => {
    const folder = join(product.dataFolder, 'logs');
    const ours = readdirSync(folder).filter((file) => !/^(postgres|temporal)/.test(file));
    expect(ours.sort()).toEqual(['api.log', 'demo.log', 'simulator.log', 'worker.log']);
    const serious = ours.flatMap((file) =>
      readFileSync(join(folder, file), 'utf8')
        .split('\n')
        .filter((line) => line !== '' && !isCalm(line))
        .map((line) => `${file}: ${line}`),
    );
    expect(serious).toEqual([]);
  });
});

const warning = 40;

function isCalm(line: string): boolean {
  if (!line.startsWith('{')) return false;
  return (JSON.parse(line) as { readonly level: number }).level < warning;
}

/** As the company's OA does it. */
async function reportLeave(): Promise<void> {
  const answer = await fetch(`${product.apiUrl}/oa/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${product.adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ eventId: 'leave-1', module: 'workflow', type: 'todo.created', title: '请假申请：张三 3 天' },
      ...{ content: '事由：家中有事', recipients: ['1001', '1002'] },
      todo: {
        ...{ taskId: 'leave-1', kind: 'pending', showActions: true },
        actions: [
          { key: 'approve', text: '同意' },
          { key: 'reject', text: '退回' },
        ],
      },
    }),
  });
  expect([answer.status, await answer.json()]).toMatchObject([202, { state: 'new' }]);
}
