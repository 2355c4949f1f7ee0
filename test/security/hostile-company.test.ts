import type { Page } from 'playwright-core';
import { findLeaks } from '../acceptance/leaks';
import { consoleSuite } from '../console/console-suite';
import { simulate } from '../console/console-visit';
import { settledRun } from '../console/push-world';

/**
 * A company whose every name is a piece of a page, and whose every secret is known to the test: what it wrote is shown
 * as it was written and never run, and what it entrusted to the bridge is nowhere to be read.
 */

/** Short enough for every field, and run by any page that takes it for its own. */
const markup = '<img src=x onerror=hacked()>';
const inAttribute = `"'><script>hacked()</script>`;
const corpId = 'wwhostile0000corp';

const secrets = {
  contactsSecret: 'planted-contacts-secret-41',
  appSecret: 'planted-app-secret-42',
  callbackToken: 'plantedCallbackToken43',
  encodingAesKey: 'plantedEncodingAesKey44abcdefghijklmnopqrst'.slice(0, 43),
  webhookKey: 'planted-webhook-key-45',
  webhookSecret: 'planted-webhook-secret-46',
  oaPassword: 'planted-oa-password-47',
  consolePassword: 'planted-console-password-48',
  checkinSecret: 'planted-checkin-secret-49',
};

const answers: string[] = [];
const suite = consoleSuite(async () => {
  await company();
});

type Ids = { corp: string; app: string; run: string; push: string; rule: string };
const ids: Ids = { corp: '', app: '', run: '', push: '', rule: '' };

/** Keeps every answer, those that say no as well: they may not repeat what was sent either. */
async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const { product } = suite;
  const response = await fetch(product.apiUrl + path, {
    method,
    headers: { authorization: `Bearer ${product.adminToken}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  answers.push(text);
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  return (isJson ? JSON.parse(text) : undefined) as T;
}

async function company(): Promise<void> {
  const { product } = suite;
  const { contactsSecret, appSecret, callbackToken: token, encodingAesKey } = secrets;
  await simulate(product, 'POST', '/corps', {
    ...{ corpid: corpId, name: '甲公司', contactsSecret },
    apps: [{ agentid: 1000002, secret: appSecret, name: '助手', visibleDepartments: [1] }],
    departments: [{ id: 2, name: '研发部', parentid: 1 }],
    users: [1, 2, 3].map((number) => ({
      ...{ userid: `member${number}`, name: `${markup}${number}`, department: [2], position: inAttribute },
      ...{ alias: markup, english_name: markup },
    })),
  });
  await call('PUT', '/oa/directory', {
    subcompanies: [{ id: 'S1', name: '甲公司', parentId: null, order: 1 }],
    departments: [{ id: 'D1', name: `${markup}D`, parentId: null, subcompanyId: 'S1', order: 1 }],
    users: [1, 2, 3, 4].map((number) => ({
      ...{
        id: `U${number}`,
        loginId: `member${number}`,
        jobNumber: `J${number}`,
        name: `${markup}${number}`,
      },
      ...{ mobile: null, email: null, gender: null, position: inAttribute, telephone: markup },
      ...{ departmentId: 'D1', partTimeDepartmentIds: [], managerId: null, order: 1, status: 'active' },
      custom: { [markup]: markup },
    })),
  });
  await call('PUT', '/oa/users/U1/password', { password: secrets.oaPassword });
  const corp = await call<{ id: string }>('POST', '/corps?verify=false', {
    ...{ name: `${markup}corp`, corpId, apiBaseUrl: product.simulatorUrl, contactsSecret },
    contactsCallback: { token, encodingAesKey },
  });
  ids.corp = corp.id;
  const app = await call<{ id: string }>('POST', `/corps/${ids.corp}/apps?verify=false`, {
    ...{ name: `${markup}app`, agentId: 1000002, secret: appSecret, callback: { token, encodingAesKey } },
  });
  ids.app = app.id;
  await call('PUT', `/corps/${ids.corp}/directory/settings?verify=false`, {
    access: 'read-write',
    push: { schedule: { cron: '0 2 * * *', timezone: 'Asia/Shanghai' } },
    notices: [
      {
        ...{ kind: 'webhook', name: markup, url: `http://127.0.0.1:9/${secrets.webhookKey}` },
        ...{ secret: secrets.webhookSecret, events: ['failed', 'done'] },
      },
    ],
  });
  const pause = `/corps/${ids.corp}/directory/schedules/push/pause`;
  expect(await call('POST', pause, { note: markup })).toMatchObject({ paused: true, note: markup });
  await call('PUT', `/corps/${ids.corp}/attendance/settings?verify=false`, { secret: secrets.checkinSecret });
  const run = (direction: string, mode: string) =>
    call<{ runId: string }>('POST', `/corps/${ids.corp}/directory/runs`, { direction, mode });
  await settledRun(product, (await run('pull', 'apply')).runId);
  ids.run = (await run('push', 'simulate')).runId;
  await settledRun(product, ids.run);
  await call('PUT', `/corps/${ids.corp}/bindings/member1`, { oaUserId: 'U1' });
  const rule = await call<{ ruleId: string }>('POST', '/message-rules', {
    name: `${markup}rule`,
    targets: [
      { corpId: ids.corp, appId: ids.app, type: 'text', content: '{{ event.title }} {{ event.content }}' },
    ],
  });
  ids.rule = rule.ruleId;
  const event = await call<{ pushes: readonly { pushId: string }[] }>('POST', '/oa/events', {
    ...{ eventId: 'hostile-1', module: markup, type: 'todo.created', title: `${markup}title` },
    ...{ content: inAttribute, recipients: ['U1'], data: { [markup]: markup } },
  });
  ids.push = event.pushes[0]?.pushId ?? '';
  await call('POST', '/users', {
    loginName: 'hostile.viewer',
    displayName: `${markup}person`,
    role: 'viewer',
  });
  const token2 = await call<{ token: string }>('POST', '/tokens', {
    name: `${markup}token`,
    scopes: ['read'],
  });
  issued.push(token2.token);
}

/** Made by the bridge, shown once. */
const issued: string[] = [];

/** Each with whether names of others must be found on it, so that nothing passes for want of them. */
const pages = (): readonly (readonly [path: string, namesMustShow: boolean])[] => [
  ['/corps', true],
  [`/corps/${ids.corp}`, true],
  [`/corps/${ids.corp}/members`, true],
  [`/corps/${ids.corp}/settings`, false],
  [`/corps/${ids.corp}/bindings`, false],
  [`/corps/${ids.corp}/drift`, true],
  [`/corps/${ids.corp}/attendance`, true],
  [`/runs/${ids.run}`, true],
  ['/', false],
  ['/oa', false],
  ['/messages', true],
  ['/messages/pushes', false],
  ['/messages/apps', true],
  [`/messages/rules/${ids.rule}`, false],
  ['/users', true],
  ['/tokens', false],
  ['/audit', false],
];

/** What would be there, had a page taken a text for its own. */
const takenForPage = `document.querySelectorAll('img[src="x"], script:not([src]), [onerror]').length`;

async function settled(page: Page, path: string, namesMustShow: boolean): Promise<void> {
  await page.goto(path);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  if (namesMustShow) await page.getByText(markup).filter({ visible: true }).first().waitFor();
  await page.waitForLoadState('networkidle');
}

it('every page shows the names as they were written, and runs nothing of them', async () => {
  const { page } = await suite.visiting();
  let dialogs = 0;
  page.on('dialog', (dialog) => {
    dialogs += 1;
    void dialog.dismiss();
  });
  await page.addInitScript(
    'globalThis.wasHacked = 0; globalThis.hacked = () => { globalThis.wasHacked += 1; }',
  );
  for (const [path, namesMustShow] of pages()) {
    await settled(page, path, namesMustShow);
    expect([path, await page.evaluate<number>(takenForPage)]).toEqual([path, 0]);
    expect([path, await page.evaluate<number>('globalThis.wasHacked')]).toEqual([path, 0]);
  }
  expect(dialogs).toBe(0);
});

it('nothing that was entrusted to the bridge stands in an answer, a log, a history or the database', async () => {
  const { product } = suite;
  // Wrong ones must not be repeated either.
  await call('PATCH', `/corps/${ids.corp}`, { contactsSecret: `${secrets.contactsSecret}-wrong` });
  await call('POST', `/corps/${ids.corp}/apps`, { name: 'x', agentId: 'x', secret: secrets.appSecret });
  await call('PUT', '/oa/users/U1/password', { password: [secrets.oaPassword] });
  await call('POST', '/session', { loginName: secrets.consolePassword, password: secrets.consolePassword });
  await call('POST', `/corps/${ids.corp}/check`);
  const { paths } = await call<{ paths: Readonly<Record<string, object>> }>('GET', '/openapi.json');
  const known: Readonly<Record<string, string>> = {
    ...{ corpId: ids.corp, appId: ids.app, runId: ids.run, pushId: ids.push, ruleId: ids.rule },
    ...{ eventId: 'hostile-1', userId: 'member1', version: '1' },
  };
  for (const [path, operations] of Object.entries(paths)) {
    if (!('get' in operations)) continue;
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => known[name] ?? 'U1');
    await call('GET', filled.replace(/^\/api\/v1/, ''));
  }
  const metrics = await fetch(`${product.url}/metrics`);
  answers.push(await metrics.text());
  expect(metrics.status).toBe(200);
  // The token that was made is shown where it was made, once.
  const [madeToken = ''] = issued;
  expect(answers.filter((text) => text.includes(madeToken))).toHaveLength(1);
  const words = { secrets: [...Object.values(secrets), product.adminToken], personal: [markup] };
  expect(await findLeaks({ product, answers }, words)).toEqual([]);
  expect(await findLeaks({ product, answers: [] }, { secrets: [madeToken], personal: [] })).toEqual([]);
});
