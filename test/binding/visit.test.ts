import { startTestApi } from '../api/harness';
import type { TestApi } from '../api/harness';
import {
  bindingsOf,
  Browser,
  createCompany,
  enableLinking,
  feedOa,
  givePasswords,
  oaPeople,
  password,
} from './visit-world';
import type { Company, Person } from './visit-world';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  await feedOa(api, oaPeople);
  await givePasswords(api, oaPeople);
});
afterAll(() => api?.close());
beforeEach(() => api.db.pool.query('DELETE FROM login_attempt'));

function company(
  people: readonly Person[] = [{ userId: 'zs001', name: '张三' }],
  unread: readonly string[] = [],
) {
  return createCompany(api, people, unread);
}

async function bindingCount(corpId: string): Promise<number> {
  return (await bindingsOf(api, corpId)).length;
}

describe('an employee who opens an app', () => {
  it('is sent to WeCom with a state of letters and digits, and the way back within the bridge', async () => {
    const { bindUrl, simulated } = await company();
    const browser = new Browser();
    const away = await browser.open(bindUrl);
    expect(away.status).toBe(302);
    const url = new URL(away.location);
    expect(url.origin + url.pathname).toBe(`${api.simulator.url}/connect/oauth2/authorize`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      appid: simulated.corpId,
      agentid: '1000002',
      redirect_uri: `${api.url}/wecom/bind/done`,
      response_type: 'code',
      scope: 'snsapi_base',
      state: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(url.hash).toBe('#wechat_redirect');
    expect(browser.lastSetCookie).toMatch(
      /^bridge_visit=[\w-]{43}; Path=\/wecom; HttpOnly; SameSite=Lax; Max-Age=600$/,
    );
  });

  it('binds with the OA’s login name and password, once', async () => {
    const at = await company();
    const browser = new Browser();
    const form = await browser.visit(at, 'zs001');
    expect(form.status).toBe(200);
    expect(form.words).toContain('张三，您好');
    expect(await bindingCount(at.corpId)).toBe(0);

    const done = await browser.signIn(form, 'zhang.san', password);
    expect(done.status).toBe(200);
    expect(done.words).toContain('绑定成功');
    expect(done.words).toContain('Zhang.San');
    expect(await bindingsOf(api, at.corpId)).toEqual([
      { userId: 'zs001', oaUserId: 'u1', source: 'employee', matchedBy: null },
    ]);

    // The same page sent once more changes nothing.
    expect((await browser.signIn(form, 'lisi', password)).status).toBe(400);
    expect(await bindingsOf(api, at.corpId)).toMatchObject([{ oaUserId: 'u1' }]);
  });

  it('is told when already bound, with the login name masked, and is never bound anew', async () => {
    const at = await company();
    const browser = new Browser();
    await browser.signIn(await browser.visit(at, 'zs001'), 'zhang.san', password);
    const again = await new Browser().visit(at, 'zs001');
    expect(again.status).toBe(200);
    expect(again.words).toContain('已经绑定');
    expect(again.words).toContain('Zh***an');
    expect(again.text).not.toContain('Zhang.San');
    expect(again.csrf).toBe('');
  });

  it('reads the page in English when the browser asks for that, and can change the language', async () => {
    const at = await company();
    const page = await new Browser({ 'accept-language': 'en-GB,en;q=0.9' }).visit(at, 'zs001');
    expect(page.headers.get('content-language')).toBe('en');
    expect(page.text).toContain('<html lang="en">');
    expect(page.text).toMatch(/id="pick-en"[^>]*checked/);
    expect(page.text).toContain('Link your OA account');
    expect(page.text).toContain('绑定 OA 账号');
  });

  it('goes on to where they came from, and nowhere outside the bridge', async () => {
    const at = await company([{ userId: 'zs001' }, { userId: 'ls002' }, { userId: 'third' }]);
    const browser = new Browser();
    const inside = `${at.bindUrl}?return=${encodeURIComponent('/pages/7?a=b')}`;
    const done = await browser.signIn(await browser.visit(at, 'zs001', inside), 'zhang.san', password);
    expect(done.text).toContain(`href="${api.url}/pages/7?a=b"`);
    for (const outside of [
      '//evil.example/x',
      'https://evil.example/',
      '/\\evil.example',
      'javascript:alert(1)',
    ]) {
      const page = await new Browser().visit(
        at,
        'zs001',
        `${at.bindUrl}?return=${encodeURIComponent(outside)}`,
      );
      expect(page.words).toContain('已经绑定');
      expect(page.text).not.toContain('evil.example');
      expect(page.text).not.toContain('<a ');
    }
  });

  it('has the binding recorded with how and when, and audited without the password', async () => {
    const at = await company();
    const browser = new Browser();
    const form = await browser.visit(at, 'zs001');
    await browser.signIn(form, 'zhang.san', 'a wrong password');
    await browser.signIn(form, 'zhang.san', password);
    const { body } = await api.call(`/audit?action=binding.visit&corpId=${at.corpId}`);
    expect(body.items).toMatchObject([
      {
        actor: 'employee:zs001',
        target: `corp:${at.corpId} user:zs001`,
        result: 'ok',
        detail: { oaUserId: 'u1', source: 'employee' },
      },
      { actor: 'employee:zs001', result: 'refused', code: 'wrong-password' },
    ]);
    const events = await api.db.pool.query('SELECT event, source, by FROM binding_event WHERE corp_id = $1', [
      at.corpId,
    ]);
    expect(events.rows).toEqual([{ event: 'bound', source: 'employee', by: null }]);
  });
});

describe('a member who is certain by the match fields', () => {
  it('is bound without a password where new members are linked', async () => {
    const at = await company();
    await enableLinking(api, at);
    const page = await new Browser().visit(at, 'ZS001');
    expect(page.words).toContain('绑定成功');
    expect(page.words).toContain('不需要密码');
    expect(await bindingsOf(api, at.corpId)).toEqual([
      { userId: 'zs001', oaUserId: 'u1', source: 'visit', matchedBy: 'userid' },
    ]);
  });

  it('is asked for the password where linking is off', async () => {
    const at = await company();
    expect((await new Browser().visit(at, 'zs001')).csrf).not.toBe('');
    expect(await bindingCount(at.corpId)).toBe(0);
  });

  it('is asked for the password when several OA users fit, and binds to the one they show', async () => {
    const at = await company([{ userId: 'twin' }]);
    await enableLinking(api, at);
    const browser = new Browser();
    const form = await browser.visit(at, 'twin');
    expect(form.csrf).not.toBe('');
    expect(form.text).not.toContain('twin2');
    await browser.signIn(form, 'twin2', password);
    expect(await bindingsOf(api, at.corpId)).toMatchObject([
      { userId: 'twin', oaUserId: 'u4', source: 'employee' },
    ]);
  });

  it('is asked for the password after an administrator unbound the two, and may show that they are the same', async () => {
    const at = await company();
    await enableLinking(api, at);
    const path = `/corps/${at.corpId}/bindings/zs001`;
    await api.call(path, { method: 'PUT', body: { oaUserId: 'u1' } });
    await api.call(path, { method: 'DELETE' });
    const browser = new Browser();
    const form = await browser.visit(at, 'zs001');
    expect(form.csrf).not.toBe('');
    expect(await bindingCount(at.corpId)).toBe(0);
    await browser.signIn(form, 'Zhang.San', password);
    expect(await bindingsOf(api, at.corpId)).toMatchObject([{ oaUserId: 'u1', source: 'employee' }]);
  });
});

describe('who is not to be bound', () => {
  it('somebody who is no member, or whom the app may not see', async () => {
    const at = await company();
    const browser = new Browser();
    for (const as of ['hidden']) {
      const page = await browser.visit(at, as);
      expect(page.status).toBe(403);
      expect(page.words).toContain('没有认出您');
    }
    const away = new URL((await browser.open(at.bindUrl)).location);
    away.searchParams.set('as_outsider', '1');
    const page = await browser.open((await browser.open(away.href)).location);
    expect(page.status).toBe(403);
    expect(await bindingCount(at.corpId)).toBe(0);
  });

  it('a member nobody has pulled yet, or who is gone by the last pull', async () => {
    const at = await company([{ userId: 'zs001' }, { userId: 'ls002', gone: true }], ['newcomer']);
    for (const as of ['newcomer', 'ls002']) {
      const page = await new Browser().visit(at, as);
      expect(page.status).toBe(403);
      expect(page.words).toContain('下一次读取通讯录以后');
    }
  });

  it('an OA user who is bound to another member already', async () => {
    const at = await company([{ userId: 'zs001' }, { userId: 'ls002' }]);
    const first = new Browser();
    await first.signIn(await first.visit(at, 'zs001'), 'zhang.san', password);
    const second = new Browser();
    const refused = await second.signIn(await second.visit(at, 'ls002'), 'zhang.san', password);
    expect(refused.status).toBe(409);
    expect(refused.words).toContain('另一位成员');
    expect(refused.text).not.toContain('zs001');
    expect(await bindingsOf(api, at.corpId)).toMatchObject([{ userId: 'zs001', oaUserId: 'u1' }]);
    // Their own account is still theirs to bind.
    expect((await second.signIn(refused, 'lisi', password)).words).toContain('绑定成功');
  });

  it('an OA user who has left, and only the owner of the account learns that', async () => {
    const at = await company();
    const browser = new Browser();
    const form = await browser.visit(at, 'zs001');
    const refused = await browser.signIn(form, 'gone.from.oa', password);
    expect(refused.status).toBe(403);
    expect(refused.words).toContain('离职');
    expect((await browser.signIn(form, 'gone.from.oa', 'guess guess')).words).toContain('登录名或密码不正确');
    expect(await bindingCount(at.corpId)).toBe(0);
  });
});

describe('the way back from WeCom', () => {
  it('is good once', async () => {
    const at = await company();
    const browser = new Browser();
    const back = await browser.comeBack(at, 'zs001');
    expect((await browser.open(back)).status).toBe(200);
    const replayed = await browser.open(back);
    expect(replayed.status).toBe(400);
    expect(replayed.words).toContain('已经用过一次');
    expect(replayed.text).toContain(`href="${at.bindUrl}"`);
    expect(replayed.csrf).toBe('');
  });

  it('is good in the browser that began, and trying elsewhere does not use it up', async () => {
    const at = await company();
    const browser = new Browser();
    const back = await browser.comeBack(at, 'zs001');
    for (const other of [new Browser(), await begun(at)]) {
      const page = await other.open(back);
      expect(page.status).toBe(403);
      expect(page.words).toContain('另一个浏览器');
    }
    expect((await browser.open(back)).csrf).not.toBe('');
  });

  it.each([
    ['no state at all', '?code=abc'],
    ['a state of nobody’s', `?code=abc&state=${'0'.repeat(64)}`],
    ['two states', `?code=abc&state=a&state=b`],
  ])('is refused with %s', async (_what, query) => {
    const at = await company();
    const browser = await begun(at);
    const page = await browser.open(`${api.url}/wecom/bind/done${query}`);
    expect(page.status).toBe(400);
    expect(page.headers.get('content-type')).toContain('text/html');
  });

  it('is refused with an invented code, and with a code that was made for another app', async () => {
    const at = await company();
    const browser = new Browser();
    const forApp = async (agentid: number) =>
      (
        (await api.control(`/_sim/corps/${at.simulated.corpId}/oauth/code`, {
          agentid,
          userid: 'zs001',
        })) as { code: string }
      ).code;
    for (const code of ['invented', await forApp(1000009)]) {
      const back = new URL(await browser.comeBack(at, 'zs001'));
      back.searchParams.set('code', code);
      const page = await browser.open(back.href);
      expect([400, 502]).toContain(page.status);
      expect(page.csrf).toBe('');
    }
    expect(await bindingCount(at.corpId)).toBe(0);
  });

  it('takes the member from WeCom alone, whatever the address or the form says', async () => {
    const at = await company([{ userId: 'zs001' }, { userId: 'ls002' }]);
    const browser = new Browser();
    const form = await browser.open(`${await browser.comeBack(at, 'zs001')}&userid=ls002&memberId=x`);
    await browser.open(form.action, {
      csrf: form.csrf,
      loginName: 'zhang.san',
      password,
      userId: 'ls002',
      memberId: 'ls002',
    });
    expect(await bindingsOf(api, at.corpId)).toMatchObject([{ userId: 'zs001' }]);
  });

  it('ends after ten minutes', async () => {
    const at = await company();
    const browser = new Browser();
    const back = await browser.comeBack(at, 'zs001');
    const form = await browser.visit(at, 'zs001');
    await api.db.pool.query(
      `UPDATE binding_visit SET expires_at = now() - interval '1 second' WHERE corp_id = $1`,
      [at.corpId],
    );
    expect((await browser.open(back)).words).toContain('十分钟');
    expect((await browser.signIn(form, 'zhang.san', password)).words).toContain('十分钟');
    expect(await bindingCount(at.corpId)).toBe(0);
    await api.db.pool.query(
      `UPDATE binding_visit SET expires_at = now() - interval '2 hours' WHERE corp_id = $1`,
      [at.corpId],
    );
    await api.deps.bindingVisits.deleteExpired();
    const left = await api.db.pool.query('SELECT 1 FROM binding_visit WHERE corp_id = $1', [at.corpId]);
    expect(left.rows).toEqual([]);
  });

  it('says so when WeCom can not be asked', async () => {
    const at = await company();
    const browser = new Browser();
    const back = await browser.comeBack(at, 'zs001');
    await api.control('/_sim/faults', [{ path: 'auth/getuserinfo', times: 3, httpStatus: 503 }]);
    const page = await browser.open(back);
    await api.control('/_sim/faults', undefined, 'DELETE');
    expect(page.status).toBe(502);
    expect(page.words).toContain('连接不上企业微信');
    expect(page.text).toContain(`href="${at.bindUrl}"`);
  });

  async function begun(at: Company): Promise<Browser> {
    const browser = new Browser();
    await browser.open(at.bindUrl);
    return browser;
  }
});

describe('the form', () => {
  it('is not taken without its token, from another browser, or with another visit’s token', async () => {
    const at = await company([{ userId: 'zs001' }, { userId: 'ls002' }]);
    const mine = new Browser();
    const form = await mine.visit(at, 'zs001');
    const other = new Browser();
    const theirs = await other.visit(at, 'ls002');
    const login = { loginName: 'zhang.san', password };
    expect((await mine.open(form.action, login)).status).toBe(403);
    expect((await mine.open(form.action, { ...login, csrf: theirs.csrf })).status).toBe(403);
    expect((await new Browser().open(form.action, { ...login, csrf: form.csrf })).status).toBe(403);
    expect((await mine.open(form.action, { ...login, csrf: `${form.csrf.split('.')[0]}.0` })).status).toBe(
      403,
    );
    expect(await bindingCount(at.corpId)).toBe(0);
  });

  it('can be filled in twice at once and binds once', async () => {
    const at = await company();
    const browser = new Browser();
    const form = await browser.visit(at, 'zs001');
    const pages = await Promise.all([1, 2, 3].map(() => browser.signIn(form, 'zhang.san', password)));
    expect(pages.filter(({ words }) => words.includes('绑定成功'))).toHaveLength(1);
    expect(await bindingCount(at.corpId)).toBe(1);
  });

  it('can be open twice in one browser', async () => {
    const at = await company();
    const browser = new Browser();
    const back = await browser.comeBack(at, 'zs001');
    const second = await browser.visit(at, 'zs001');
    const first = await browser.open(back);
    expect([first.csrf, second.csrf]).not.toContain('');
    expect((await browser.signIn(first, 'zhang.san', password)).words).toContain('绑定成功');
    expect((await browser.signIn(second, 'lisi', password)).words).toContain('已经绑定');
    expect(await bindingsOf(api, at.corpId)).toMatchObject([{ oaUserId: 'u1' }]);
  });

  it('shows what others wrote as text, whatever they wrote', async () => {
    const evil = `<script>alert(1)</script>"'\`<img src=x onerror=alert(2)>`;
    const at = await company([{ userId: 'zs001', name: evil }]);
    await api.call(`/corps/${at.corpId}`, { method: 'PATCH', body: { name: '<i>corp</i>' } });
    const browser = new Browser();
    const form = await browser.visit(at, 'zs001');
    const wrong = await browser.signIn(form, '"><script>alert(3)</script>', 'wrong wrong');
    for (const { text } of [form, wrong]) {
      expect(text).not.toMatch(/<script|<img|<i>/);
      expect(text).toContain('&#60;script&#62;');
    }
    const policy = form.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(form.headers.get('cache-control')).toBe('no-store');
    expect(form.headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('keeps the language that was picked, asks for what is missing, and never repeats a password', async () => {
    const at = await company();
    const browser = new Browser();
    const form = await browser.visit(at, 'zs001');
    const asked = await browser.open(form.action, {
      csrf: form.csrf,
      loginName: 'zhang.san',
      password: '',
      lang: 'en',
    });
    expect(asked.status).toBe(422);
    expect(asked.text).toContain('<html lang="en">');
    expect(asked.text).toContain('value="zhang.san"');
    const wrong = await browser.signIn(asked, 'zhang.san', 'a wrong password');
    expect(wrong.text).not.toContain('a wrong password');
  });
});

describe('a bridge behind a proxy, at an address of its own', () => {
  it('sends its cookie over https alone and for its own pages alone, and is led back to that address', async () => {
    const proxied = await startTestApi({
      BRIDGE_PUBLIC_URL: 'https://bridge.example.com/base',
      TEMPORAL_NAMESPACE: api.namespace,
    });
    try {
      const at = await createCompany(proxied, [{ userId: 'zs001' }]);
      expect(at.bindUrl).toBe(`https://bridge.example.com/base/wecom/apps/${at.appId}/bind`);
      const browser = new Browser();
      const away = await browser.open(`${proxied.url}/wecom/apps/${at.appId}/bind`);
      expect(browser.lastSetCookie).toMatch(/; Path=\/base\/wecom; .*; Secure$/);
      expect(new URL(away.location).searchParams.get('redirect_uri')).toBe(
        'https://bridge.example.com/base/wecom/bind/done',
      );
    } finally {
      await proxied.close();
    }
  });
});

describe('what is no visit at all', () => {
  it.each([
    ['an app nobody knows', '/wecom/apps/nobody/bind', 404],
    ['an address that is damaged', '/wecom/apps/%E0%A4%A/bind', 400],
    ['a form that was opened as a page', '/wecom/bind', 404],
  ])('is answered with a page in words: %s', async (_what, path, status) => {
    const page = await new Browser().open(api.url + path);
    expect(page.status).toBe(status);
    expect(page.words).toContain('请重新打开');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('is refused when more is sent than a form holds', async () => {
    const page = await new Browser().open(`${api.url}/wecom/bind`, { csrf: 'x'.repeat(20_000) });
    expect(page.status).toBe(400);
    expect(page.words).toContain('请重新打开');
  });
});
