import { chooseFromMenu } from '../support/browser';
import { consoleSuite } from './console-suite';
import {
  api,
  connectCorp,
  newcomersLink,
  phone,
  pixelsSideways,
  simulate,
  simulateCorp,
  unnamedControls,
  type Visit,
  visit,
  wide,
} from './console-visit';

const suite = consoleSuite();

describe('signing in', () => {
  it('takes a one-time link at once, removes its token from the address and offers a password', async () => {
    const { page, picture } = suite.kept(await visit(suite.browser, suite.product));
    await page.goto(suite.product.oneTimeLogin ?? '');
    await page.getByRole('heading', { name: '设置密码' }).waitFor();
    expect(new URL(page.url()).search).toBe('');
    await picture('set-password');
    await page.getByLabel('新密码', { exact: true }).fill('correct horse battery');
    await page.getByLabel('再次输入新密码').fill('correct horse battery');
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByRole('heading', { name: '概览', level: 1 }).waitFor();
    await settled(page);
    await picture('overview-empty');

    await chooseFromMenu(page.getByRole('button', { name: /账号/ }), '退出登录');
    await page.getByLabel('登录名').fill('admin');
    await page.getByLabel('密码', { exact: true }).fill('correct horse battery');
    await page.getByRole('button', { name: '登录', exact: true }).click();
    await page.getByRole('heading', { name: '概览', level: 1 }).waitFor();
  });

  it('refuses a used link with the way to a new one', async () => {
    const { page } = suite.kept(await visit(suite.browser, suite.product));
    await page.goto(suite.product.oneTimeLogin ?? '');
    await page.getByRole('alert').waitFor();
    await page.getByRole('heading', { name: '登录控制台' }).waitFor();
  });

  it('leads from an ended session to the login and back to where the person wanted to go', async () => {
    const { page } = suite.kept(await visit(suite.browser, suite.product));
    await page.goto(await newcomersLink(suite.product, 'viewer', 'returning'));
    await page.getByLabel('新密码', { exact: true }).fill('back to where I was');
    await page.getByLabel('再次输入新密码').fill('back to where I was');
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByRole('heading', { name: '概览', level: 1 }).waitFor();
    await page.context().clearCookies();
    await page.getByRole('link', { name: '同步任务' }).click();
    await page.getByText('登录已过期').waitFor();
    expect(page.url()).toBe(`${suite.product.url}/login`);
    await page.getByLabel('登录名').fill('returning');
    await page.getByLabel('密码', { exact: true }).fill('back to where I was');
    await page.getByRole('button', { name: '登录', exact: true }).click();
    await page.getByRole('heading', { name: '同步任务', level: 1 }).waitFor();
  });
});

describe('connecting a corp', () => {
  it('shows a wrong secret at its field with the way out, keeps nothing of it, and connects with the right one', async () => {
    const corp = await simulateCorp(suite.product, 'wwconsole00connect');
    const { page, picture } = await suite.visiting('admin');
    await page.goto('/');
    await page.getByRole('link', { name: '企业与应用' }).click();
    await page.getByRole('button', { name: '接入企业' }).first().click();
    await page.getByLabel('名称', { exact: true }).fill('海川科技');
    await page.getByLabel('企业 ID（CorpID）').fill(corp.corpId);
    await page.getByLabel('API 地址').fill(suite.product.simulatorUrl);
    await page.getByLabel('通讯录同步密钥（Secret）').fill('not-the-right-secret');
    await page.getByRole('button', { name: '验证并接入' }).click();
    await page.locator('.ant-form-item-has-error', { hasText: '通讯录同步密钥' }).waitFor();
    await page.getByRole('alert').filter({ hasText: '40001' }).waitFor();
    await picture('connect-refused');
    const before = await api<{ items: { corpId: string }[] }>(suite.product, 'GET', '/corps');
    expect(before.items.map(({ corpId }) => corpId)).not.toContain(corp.corpId);

    await page.getByLabel('通讯录同步密钥（Secret）').fill(corp.contactsSecret);
    await page.getByRole('button', { name: '验证并接入' }).click();
    await page.getByRole('heading', { name: '海川科技', level: 1 }).waitFor();

    await page.getByRole('button', { name: '添加应用' }).click();
    await page.getByLabel('名称', { exact: true }).fill('海川助手');
    await page.getByLabel('AgentId').fill(String(corp.agentId));
    await page.getByLabel('Secret', { exact: true }).fill(corp.appSecret);
    await page.getByRole('button', { name: '验证并添加' }).click();
    await page.getByText('应用已添加').waitFor();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.getByText(String(corp.agentId)).first().waitFor();
    await picture('apps');
    await page.reload();
    await page.getByRole('heading', { name: '海川科技', level: 1 }).waitFor();
    const shown = await page.content();
    expect([corp.appSecret, corp.contactsSecret].filter((secret) => shown.includes(secret))).toEqual([]);
  });

  it('names an address that is not trusted, and where to enter it', async () => {
    const corp = await simulateCorp(suite.product, 'wwconsole00trusted', {
      contactsTrustedIps: ['203.0.113.9'],
    });
    const { id } = await connectCorp(suite.product, corp, '未受信任');
    const { page, picture } = await suite.visiting('admin');
    await page.goto(`/corps/${id}`);
    await page.getByText('还没有检查过').waitFor();
    // The tests' browser is in UTC, the corp is not.
    await page.getByText('时间按企业所在时区 Asia/Shanghai').waitFor();
    await page.getByRole('button', { name: '检查连接' }).click();
    const finding = page.locator('.finding').filter({ hasText: '60020' }).first();
    await finding.waitFor();
    expect(await finding.innerText()).toContain('企业可信');
    expect(await finding.innerText()).toContain('怎么办');
    await picture('doctor');
  });
});

describe('pulling a directory', () => {
  it('can be started, watched to its end and searched', async () => {
    const corp = await simulateCorp(suite.product, 'wwconsole00pulling');
    const { id } = await connectCorp(suite.product, corp, '海川科技');
    const { page, picture } = await suite.visiting('admin');
    await page.goto(`/corps/${id}`);
    await page.getByRole('button', { name: '读取通讯录' }).click();
    await page.getByRole('heading', { name: '从企业微信读取 · 海川科技' }).waitFor();
    await page.getByText('读取完整：3 个部门、6 名成员').waitFor();
    await page.getByText('完整：应读的都已读到').waitFor();
    await page.getByRole('link', { name: '在 Temporal 中查看' }).waitFor();
    await picture('run-done');

    await page.goto(`/corps/${id}/members`);
    await page.getByText('共 6 名成员').waitFor();
    await picture('members');
    await page.getByRole('searchbox', { name: /搜索/ }).fill('林晓');
    await page.getByText('共 1 名成员').waitFor();
    await page.getByRole('button', { name: '林晓雨' }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByText('hc-1').first().waitFor();
    await drawer.getByText('研发部').first().waitFor();
    await picture('member');
    expect(page.url()).not.toContain('hc-1');
  });
});

describe('a run', () => {
  it('says what happened, why and what to do when WeCom refuses', async () => {
    const corp = await simulateCorp(suite.product, 'wwconsole00refused', {
      contactsTrustedIps: ['203.0.113.9'],
    });
    const { id } = await connectCorp(suite.product, corp, '被拒绝的企业');
    const { runId } = await api<{ runId: string }>(suite.product, 'POST', `/corps/${id}/directory/runs`, {
      direction: 'pull',
      mode: 'apply',
    });
    const { page, picture } = await suite.visiting('admin');
    await page.goto(`/runs/${runId}`);
    const error = page.getByRole('alert').filter({ hasText: '任务没有完成' });
    await error.waitFor();
    const words = await error.innerText();
    expect(['发生了什么', '原因', '60020', '怎么办', '可信'].filter((word) => !words.includes(word))).toEqual(
      [],
    );
    await picture('run-failed');
  });

  it('can be cancelled while it is under way, and leaves the mirror as it was', async () => {
    const corp = await simulateCorp(suite.product, 'wwconsole00cancel');
    const { id } = await connectCorp(suite.product, corp, '取消读取的企业');
    const { page, picture } = await suite.visiting('admin');
    await simulate(suite.product, 'POST', '/faults', [{ path: 'user/list_id', delayMs: 20_000, times: 50 }]);
    try {
      await page.goto(`/corps/${id}`);
      await page.getByRole('button', { name: '读取通讯录' }).click();
      await page.getByRole('button', { name: '取消任务' }).click();
      await picture('run-cancelling');
      await page.getByRole('dialog').getByRole('button', { name: '取消任务' }).click();
      await page.getByText('已取消，镜像保持不变').waitFor();
    } finally {
      await simulate(suite.product, 'DELETE', '/faults');
    }
    await page.goto(`/corps/${id}/members`);
    await page.getByText('还没有读取过通讯录').waitFor();
  });
});

describe('an administrator', () => {
  it("puts a domain file at the site's root", async () => {
    const corp = await simulateCorp(suite.product, 'wwconsole00domain');
    const { id } = await connectCorp(suite.product, corp, '校验域名的企业');
    const { page } = await suite.visiting('admin');
    await page.goto(`/corps/${id}/domain`);
    await page.locator('input[type=file]').setInputFiles({
      name: 'WW_verify_Console123.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('Console123'),
    });
    await page.getByRole('link', { name: 'WW_verify_Console123.txt' }).waitFor();
    const served = await fetch(`${suite.product.url}/WW_verify_Console123.txt`);
    expect([served.status, await served.text()]).toEqual([200, 'Console123']);
  });

  it('lets a colleague in by a link that works once', async () => {
    const { page } = await suite.visiting('admin');
    await page.goto('/users');
    await page.getByRole('button', { name: '添加用户' }).click();
    await page.getByLabel('登录名').fill('colleague');
    await page.getByLabel('显示名').fill('新同事');
    await page.getByRole('button', { name: '保存' }).click();
    await chooseFromMenu(page.getByRole('button', { name: '操作：新同事' }), '生成一次性登录链接');
    const link = await page.getByRole('dialog').locator('.copy-value').innerText();
    const colleague = suite.kept(await visit(suite.browser, suite.product));
    await colleague.page.goto(link);
    await colleague.page.getByRole('heading', { name: '设置密码' }).waitFor();
  });

  it('sees a new API token once, and can revoke it', async () => {
    const { page, picture } = await suite.visiting('admin');
    await page.goto('/tokens');
    await page.getByRole('button', { name: '创建令牌' }).click();
    await page.getByLabel('名称').fill('OA 测试');
    await page.getByRole('button', { name: '创建', exact: true }).click();
    const token = await page.getByRole('dialog').locator('.copy-value').innerText();
    const read = () =>
      fetch(`${suite.product.apiUrl}/corps`, { headers: { authorization: `Bearer ${token}` } });
    expect((await read()).status).toBe(200);
    await page.reload();
    await page.getByRole('cell', { name: 'OA 测试' }).waitFor();
    expect((await page.content()).includes(token)).toBe(false);
    await picture('tokens');
    await page.getByRole('button', { name: '吊销' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '吊销' }).click();
    await page.getByText('已吊销').waitFor();
    expect((await read()).status).toBe(401);
  });
});

describe('everyone', () => {
  it('reads the console in the language chosen, also after a reload', async () => {
    const { page, picture } = await suite.visiting('admin');
    await page.goto('/');
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    expect(await page.getAttribute('html', 'lang')).toBe('en');
    await page.getByRole('link', { name: 'Corps and apps' }).click();
    await page.getByRole('heading', { name: 'Corps and apps', level: 1 }).waitFor();
    await picture('corps-english');
  });

  it('is offered only what the role may do', async () => {
    const corp = await simulateCorp(suite.product, 'wwconsole00viewing');
    const { id } = await connectCorp(suite.product, corp, '只看不改');
    const { page, picture } = await suite.visiting('viewer');
    const writes = /接入企业|读取通讯录|检查连接|编辑|删除|添加|上传|保存|取消任务|创建/;
    for (const path of [
      '/',
      '/corps',
      `/corps/${id}`,
      ...corpTabs(id),
      '/oa',
      '/runs',
      '/messages',
      '/system',
    ]) {
      await page.goto(path);
      await settled(page);
      const names = await page.getByRole('button', { name: writes }).allInnerTexts();
      expect({ path, names }).toEqual({ path, names: [] });
    }
    const places = await page.getByRole('navigation').getByRole('link').allInnerTexts();
    expect(places).toEqual(['概览', '企业与应用', 'OA 组织', '同步任务', '消息', '系统']);
    await picture('viewer');
  });

  it('finds every page within the width of a screen and of a phone, with a name on every control', async () => {
    const corp = await simulateCorp(suite.product, 'wwconsole00layout');
    const { id } = await connectCorp(suite.product, corp, '一家名称相当长的示例企业（华东分公司）');
    const { page, picture } = await suite.visiting('admin');
    const pages = ['/', '/corps', '/corps/new', `/corps/${id}`, ...corpTabs(id), '/oa', '/oa/upload'];
    for (const path of [
      ...pages,
      '/runs',
      '/messages',
      '/messages/rules',
      '/audit',
      '/users',
      '/tokens',
      '/system',
      '/no-such-page',
    ]) {
      for (const size of [wide, phone]) {
        await page.setViewportSize(size);
        if (size === wide) await page.goto(path);
        await settled(page);
        const found = { sideways: await pixelsSideways(page), unnamed: await unnamedControls(page) };
        expect({ path, size, ...found }).toEqual({ path, size, sideways: 0, unnamed: [] });
      }
      await picture(`page${path.replaceAll(/[/?=]/g, '-').replace(id, 'corp')}`);
    }
  });

  it('reaches every place from a drawer on a phone', async () => {
    const { page, picture } = await suite.visiting('admin', phone);
    await page.goto('/');
    await page.getByRole('button', { name: '打开导航' }).click();
    await picture('navigation');
    await page.getByRole('dialog').getByRole('link', { name: '审计日志' }).click();
    await page.getByRole('heading', { name: '审计日志', level: 1 }).waitFor();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  });
});

function corpTabs(id: string): string[] {
  const tabs = ['apps', 'network', 'domain', 'settings', 'members', 'attendance', 'runs'];
  const views = ['settings?view=versions', 'settings?view=fields'];
  return [...tabs, ...views].map((tab) => `/corps/${id}/${tab}`);
}

async function settled(page: Visit['page']): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.locator('.ant-skeleton-active, .ant-spin-spinning').first().waitFor({ state: 'detached' });
}
