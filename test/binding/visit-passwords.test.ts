import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createReferenceOa } from '../../reference-oa/app';
import { startTestApi } from '../api/harness';
import type { TestApi } from '../api/harness';
import { bindingsOf, Browser, createCompany, feedOa, givePasswords, oaPeople, password } from './visit-world';
import type { Person } from './visit-world';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  await feedOa(api, oaPeople);
  await givePasswords(api, oaPeople.slice(0, 2));
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

describe('wrong passwords', () => {
  it('lock the member after five, with the time, and the right one is not even looked at', async () => {
    const at = await company();
    const browser = new Browser();
    let page = await browser.visit(at, 'zs001');
    for (let left = 4; left >= 1; left -= 1) {
      page = await browser.signIn(page, `nobody${left}`, 'wrong wrong');
      expect(page.status).toBe(401);
      expect(page.words).toContain(`还可以试 ${left} 次`);
    }
    page = await browser.signIn(page, 'nobody', 'wrong wrong');
    expect(page.status).toBe(429);
    expect(page.words).toMatch(/请在 \d\d:\d\d 以后再试/);
    const locked = await browser.signIn(page, 'zhang.san', password);
    expect(locked.status).toBe(429);
    // Beginning anew in another browser does not help.
    const other = new Browser();
    expect((await other.signIn(await other.visit(at, 'zs001'), 'zhang.san', password)).status).toBe(429);
    expect(await bindingCount(at.corpId)).toBe(0);

    await api.db.pool.query(
      `UPDATE login_attempt SET window_start = window_start - interval '15 minutes 1 second'`,
    );
    expect((await browser.signIn(locked, 'zhang.san', password)).words).toContain('绑定成功');
  });

  it('of one member lock nobody else out, however often they are tried', async () => {
    const at = await company([{ userId: 'm1' }, { userId: 'zs001' }]);
    const browser = new Browser();
    const form = await browser.visit(at, 'm1');
    for (let attempt = 0; attempt < 20; attempt += 1) {
      await browser.signIn(form, 'zhang.san', 'wrong wrong');
    }
    const owner = new Browser();
    expect((await owner.signIn(await owner.visit(at, 'zs001'), 'zhang.san', password)).words).toContain(
      '绑定成功',
    );
  });

  it('lock the OA account after fifteen by several members, while other accounts go on', async () => {
    const people = ['m1', 'm2', 'm3', 'zs001', 'ls002'].map((userId) => ({ userId }));
    const at = await company(people);
    for (const { userId } of people.slice(0, 3)) {
      const browser = new Browser();
      const form = await browser.visit(at, userId);
      for (let attempt = 0; attempt < 5; attempt += 1) {
        await browser.signIn(form, 'zhang.san', 'wrong wrong');
      }
    }
    const owner = new Browser();
    expect((await owner.signIn(await owner.visit(at, 'zs001'), 'ZHANG.SAN', password)).status).toBe(429);
    const somebodyElse = new Browser();
    expect((await somebodyElse.signIn(await somebodyElse.visit(at, 'ls002'), 'lisi', password)).status).toBe(
      200,
    );
  });

  it('are counted when they come all at once', async () => {
    const at = await company();
    const browser = new Browser();
    const form = await browser.visit(at, 'zs001');
    const tries = await Promise.all(
      Array.from({ length: 12 }, () => browser.signIn(form, 'zhang.san', 'wrong wrong')),
    );
    expect(tries.filter(({ status }) => status === 401)).toHaveLength(4);
    expect(tries.filter(({ status }) => status === 429)).toHaveLength(8);
  });

  it('leave nothing of what was typed in logs, audit or database', async () => {
    const at = await company();
    const browser = new Browser();
    const form = await browser.visit(at, 'zs001');
    const typed = 'S3cret-that-was-typed';
    // People type a password into the wrong box.
    await browser.signIn(form, typed, typed);
    await browser.signIn(form, 'zhang.san', password);
    const { rows: tables } = await api.db.pool.query<{ name: string }>(
      `SELECT quote_ident(table_name) AS name FROM information_schema.tables
       WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
    );
    for (const { name } of tables) {
      const { rows } = await api.db.pool.query(`SELECT 1 FROM ${name} AS t WHERE t::text ILIKE ANY($1)`, [
        [`%${typed}%`, `%${password}%`],
      ]);
      expect([name, rows.length]).toEqual([name, 0]);
    }
    const logged = api.logged.join('');
    expect(logged).not.toContain(typed);
    expect(logged).not.toContain(password);
    expect(logged).not.toMatch(/code=|state=/);
  });
});

describe('passwords of the embedded OA', () => {
  it('are an administrator’s to set and to take away', async () => {
    const operator = await api.signIn('operator');
    const set = { method: 'PUT', body: { password: 'another password' } };
    expect((await operator.call('/oa/users/u2/password', set)).status).toBe(403);
    expect((await api.call('/oa/users/nobody/password', set)).status).toBe(404);
    expect((await api.call('/oa/users/u2/password', { ...set, body: { password: 'short' } })).status).toBe(
      422,
    );
    const at = await company([{ userId: 'ls002' }]);
    expect((await api.call('/oa/users/u2/password', { method: 'DELETE' })).status).toBe(204);
    const browser = new Browser();
    const form = await browser.visit(at, 'ls002');
    expect((await browser.signIn(form, 'lisi', password)).status).toBe(401);
    expect((await api.call('/oa/users/u2/password', { method: 'PUT', body: { password } })).status).toBe(204);
    expect((await browser.signIn(form, 'lisi', password)).status).toBe(200);
    const audited = await api.call('/audit?action=oa-password.set');
    expect(JSON.stringify(audited.body)).not.toContain(password);
  });
});

describe('an OA behind HTTP', () => {
  const secret = 'a-secret-of-at-least-thirty-two-characters';
  let remote: TestApi;
  let server: Server;
  let isDown = false;
  beforeAll(async () => {
    const user = {
      id: 'u1',
      loginId: 'zhangsan',
      name: '张三',
      departmentId: 'd1',
      status: 'active' as const,
    };
    const directory = {
      subcompanies: [{ id: 's1', name: '星河科技', parentId: null, order: 1 }],
      departments: [{ id: 'd1', name: '研发部', parentId: null, subcompanyId: 's1', order: 1 }],
      users: [user, { ...user, id: 'u9', loginId: 'not.fed' }],
    };
    const { app } = createReferenceOa({
      secret,
      directory,
      passwords: { zhangsan: password, 'not.fed': password },
    });
    server = createServer((request, response) => {
      if (isDown) request.socket.destroy();
      else app(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    remote = await startTestApi({ OA_ADAPTER: 'http', OA_HTTP_URL: url, OA_HTTP_SECRET: secret });
    await remote.db.pool.query(
      `INSERT INTO oa_user (id, login_id, name, status, updated_at) VALUES ('u1', 'zhangsan', '张三', 'active', now())`,
    );
  });
  afterAll(async () => {
    await remote?.close();
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
  });

  it('checks the passwords itself, and one that can not be reached costs no attempt', async () => {
    const at = await createCompany(remote, [{ userId: 'zhangsan' }]);
    const browser = new Browser();
    const form = await browser.visit(at, 'zhangsan');
    isDown = true;
    for (let attempt = 0; attempt < 6; attempt += 1) {
      const page = await browser.signIn(form, 'zhangsan', password);
      expect(page.status).toBe(503);
      expect(page.words).toContain('连接不上 OA');
    }
    isDown = false;
    expect((await browser.signIn(form, 'zhangsan', 'wrong wrong')).words).toContain('还可以试 4 次');
    expect((await browser.signIn(form, 'not.fed', password)).words).toContain('还没有您的 OA 资料');
    expect((await browser.signIn(form, 'zhangsan', password)).words).toContain('绑定成功');
    expect(await bindingsOf(remote, at.corpId)).toMatchObject([{ oaUserId: 'u1', source: 'employee' }]);
  });

  it('says in words that it has locked an account', async () => {
    const at = await createCompany(
      remote,
      ['a', 'b', 'c', 'd', 'e', 'f'].map((userId) => ({ userId })),
    );
    let last = '';
    for (const userId of ['a', 'b', 'c', 'd', 'e', 'f']) {
      await remote.db.pool.query('DELETE FROM login_attempt');
      const browser = new Browser();
      last = (await browser.signIn(await browser.visit(at, userId), 'zhangsan', 'wrong wrong')).words;
    }
    expect(last).toContain('OA 锁定了这个账号');
  });

  it('keeps its own passwords', async () => {
    const answer = await remote.call('/oa/users/u1/password', {
      method: 'PUT',
      body: { password: 'another password' },
      headers: { 'accept-language': 'en' },
    });
    expect(answer.status).toBe(409);
    expect(answer.body.error).toMatchObject({
      code: 'passwords_elsewhere',
      message: expect.stringContaining('keeps its own passwords'),
    });
    expect((await remote.call('/oa/users/u1/password', { method: 'DELETE' })).status).toBe(409);
  });
});
