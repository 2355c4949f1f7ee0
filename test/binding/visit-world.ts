import { randomUUID } from 'node:crypto';
import type { SimulatedCorp, TestApi } from '../api/harness';

/** A corp whose members the bridge has read, and an OA of the same people. */

export type Company = {
  readonly simulated: SimulatedCorp;
  /** The bridge's own ids. */
  readonly corpId: string;
  readonly appId: string;
  readonly bindUrl: string;
};

export type Person = { readonly userId: string; readonly name?: string; readonly gone?: boolean };

export async function createCompany(api: TestApi, people: readonly Person[], unread: readonly string[] = []) {
  const simulated = await api.createCorp();
  const { corpId: corpid, contactsSecret, agentId, appSecret } = simulated;
  await api.control('/_sim/corps', {
    corpid,
    name: '星河科技',
    contactsSecret,
    apps: [
      { agentid: agentId, secret: appSecret, name: 'OA', visibleDepartments: [2] },
      { agentid: 1000009, secret: `other-${appSecret}`, name: '另一个应用' },
    ],
    departments: [
      { id: 2, name: '研发部', parentid: 1 },
      { id: 3, name: '看不见的部门', parentid: 1 },
    ],
    users: [
      ...[...people.map(({ userId, name = userId }) => ({ userId, name })), ...unread.map(unreadMember)].map(
        ({ userId, name }, index) => ({
          userid: userId,
          name,
          department: [2],
          mobile: `139000${String(index).padStart(5, '0')}`,
        }),
      ),
      { userid: 'hidden', name: '看不见', department: [3], mobile: '13800000000' },
    ],
  });
  const corp = await api.call('/corps', {
    body: { name: '星河科技', corpId: corpid, contactsSecret, apiBaseUrl: api.simulator.url },
  });
  const corpId = String(corp.body.id);
  const app = await api.call(`/corps/${corpId}/apps`, { body: { name: 'OA', agentId, secret: appSecret } });
  for (const { userId, name = userId, gone = false } of people) {
    await api.db.pool.query(
      `INSERT INTO mirror_member (id, corp_id, user_id_key, user_id, departments, name, status, seen, gone_at)
       VALUES ($1, $2, lower($3), $3, '{2}', $4, 1, '{}', $5)`,
      [randomUUID(), corpId, userId, name, gone ? new Date() : null],
    );
  }
  return {
    simulated,
    corpId,
    appId: String(app.body.id),
    bindUrl: String(app.body.bindUrl),
  } satisfies Company;
}

const unreadMember = (userId: string) => ({ userId, name: userId });

/** Keeps cookies and stops at every redirect, as somebody who looks at each step. */
export class Browser {
  readonly cookies = new Map<string, string>();
  lastSetCookie = '';

  constructor(private readonly headers: Readonly<Record<string, string>> = {}) {}

  async open(url: string, form?: Readonly<Record<string, string>>): Promise<Opened> {
    const response = await fetch(url, {
      redirect: 'manual',
      method: form === undefined ? 'GET' : 'POST',
      headers: {
        'accept-language': 'zh-CN',
        ...this.headers,
        ...(this.cookies.size === 0
          ? {}
          : { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
      },
      ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) {
      this.lastSetCookie = line;
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const text = await response.text();
    return {
      status: response.status,
      location: response.headers.get('location') ?? '',
      headers: response.headers,
      text,
      words: wordsOf(text),
      csrf: /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? '',
      action: /<form[^>]* action="([^"]+)"/.exec(text)?.[1] ?? '',
    };
  }

  /** From the app to where WeCom leads back to. */
  async comeBack(company: Company, as: string, bindUrl = company.bindUrl): Promise<string> {
    const away = await this.open(bindUrl);
    const authorize = new URL(away.location);
    authorize.searchParams.set('as', as);
    return (await this.open(authorize.href)).location;
  }

  async visit(company: Company, as: string, bindUrl = company.bindUrl): Promise<Opened> {
    return this.open(await this.comeBack(company, as, bindUrl));
  }

  signIn(page: Opened, loginName: string, password: string): Promise<Opened> {
    return this.open(page.action, { csrf: page.csrf, loginName, password });
  }
}

export type Opened = {
  readonly status: number;
  readonly location: string;
  readonly headers: Headers;
  readonly text: string;
  /** What is read in Chinese. */
  readonly words: string;
  readonly csrf: string;
  readonly action: string;
};

function wordsOf(html: string): string {
  return html
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<span class="en"[^>]*>.*?<\/span>/gs, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');
}

export type OaPerson = {
  readonly id: string;
  readonly loginId: string;
  readonly name?: string;
  readonly jobNumber?: string;
  readonly status?: 'active' | 'departed';
};

export const password = 'correct horse battery';

export const oaPeople: readonly OaPerson[] = [
  { id: 'u1', loginId: 'Zhang.San', jobNumber: 'zs001' },
  { id: 'u2', loginId: 'lisi', jobNumber: 'ls002' },
  { id: 'u3', loginId: 'twin1', jobNumber: 'twin' },
  { id: 'u4', loginId: 'twin2', jobNumber: 'twin' },
  { id: 'u5', loginId: 'gone.from.oa', status: 'departed' },
];

export async function givePasswords(api: TestApi, people: readonly OaPerson[]): Promise<void> {
  for (const { id } of people) {
    const answer = await api.call(`/oa/users/${id}/password`, { method: 'PUT', body: { password } });
    if (answer.status !== 204) throw new Error(answer.text);
  }
}

export async function feedOa(api: TestApi, people: readonly OaPerson[]): Promise<void> {
  const answer = await api.call('/oa/directory', {
    method: 'PUT',
    body: {
      subcompanies: [{ id: 's1', name: '星河科技', parentId: null, order: 1 }],
      departments: [{ id: 'd1', name: '研发部', parentId: null, subcompanyId: 's1', order: 1 }],
      users: people.map((person) => ({
        name: person.loginId,
        departmentId: 'd1',
        status: 'active',
        ...person,
      })),
    },
  });
  if (answer.status >= 300) throw new Error(answer.text);
}

export async function bindingsOf(api: TestApi, corpId: string): Promise<Record<string, string>[]> {
  const { rows } = await api.db.pool.query(
    `SELECT m.user_id AS "userId", b.oa_user_id AS "oaUserId", b.source, b.matched_by AS "matchedBy"
     FROM binding b JOIN mirror_member m ON m.id = b.member_id WHERE b.corp_id = $1 ORDER BY m.user_id_key`,
    [corpId],
  );
  return rows;
}

/** New members and visitors are recognised by their userid being the OA's job number. */
export async function enableLinking(api: TestApi, { corpId, appId }: Company): Promise<void> {
  const answer = await api.call(`/corps/${corpId}/directory/settings`, {
    method: 'PUT',
    body: { appId, pull: { linkNewMembers: { enabled: true, wecomField: 'userid', oaField: 'jobNumber' } } },
  });
  if (answer.status >= 300) throw new Error(answer.text);
}
