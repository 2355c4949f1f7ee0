import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { projectRoot } from '../../project-root';
import { complaintsOf, openContext } from '../support/browser';
import type { Product } from '../support/product';

const pictures = join(projectRoot, 'test-output', 'console');

export const wide = { width: 1280, height: 900 };
export const phone = { width: 390, height: 844 };

/** One person at one browser. */
export interface Visit {
  readonly page: Page;
  /** What the browser complained about. */
  readonly complaints: readonly string[];
  /** Where TEST_PICTURES asks for it; kept out of the repository, for people to look at. */
  picture(name: string): Promise<void>;
  end(): Promise<void>;
}

export async function visit(browser: Browser, product: Product, size = wide): Promise<Visit> {
  const context = await openContext(browser, { viewport: size, locale: 'zh-CN', baseURL: product.url });
  const page = await context.newPage();
  return { page, complaints: complaintsOf(page), picture: pictureOf(page), end: () => context.close() };
}

/** Signs in by a one-time link as somebody who was made for it. */
export async function signIn(browser: Browser, product: Product, role: 'admin' | 'viewer'): Promise<Visit> {
  const signedIn = await visit(browser, product);
  const { page, complaints } = signedIn;
  await page.goto(await newcomersLink(product, role));
  await page.getByRole('button', { name: '以后再说' }).click();
  await page.getByRole('heading', { name: '概览', level: 1 }).waitFor();
  expect(complaints).toEqual([]);
  return signedIn;
}

/** Comes back on the same page, where nothing is remembered of the last time. */
export function visitAgain({ page, complaints, picture }: Visit): Visit {
  const earlier = complaints.length;
  return {
    page,
    picture,
    get complaints() {
      return complaints.slice(earlier);
    },
    async end() {
      if (page.url() !== 'about:blank') await page.evaluate('localStorage.clear()');
      // A page of the same site, so that the browser goes on with what it has compiled of the console.
      await page.goto('/healthz');
      const others = page
        .context()
        .pages()
        .filter((other) => other !== page);
      await Promise.all(others.map((other) => other.close()));
    },
  };
}

export function pictureOf(page: Page): Visit['picture'] {
  return async (name) => {
    if (!process.env['TEST_PICTURES']) return;
    mkdirSync(pictures, { recursive: true });
    const width = page.viewportSize()?.width ?? wide.width;
    await page.screenshot({ path: join(pictures, `${name}-${width}.png`), fullPage: true });
  };
}

let newcomers = 0;

export async function newcomersLink(
  product: Product,
  role: 'admin' | 'viewer',
  loginName = `visitor-${(newcomers += 1)}`,
): Promise<string> {
  const user = await api<{ id: string }>(product, 'POST', '/users', { loginName, displayName: '访客', role });
  const { url } = await api<{ url: string }>(product, 'POST', `/users/${user.id}/one-time-login`);
  return url;
}

/** The API as a program uses it: to prepare what the person then finds. */
export async function api<T>(product: Product, method: string, path: string, body?: unknown): Promise<T> {
  return answerOf<T>(
    await fetch(`${product.apiUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${product.adminToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
}

/** WeCom's side of things. */
export async function simulate<T>(
  product: Product,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  return answerOf<T>(
    await fetch(`${product.simulatorUrl}/_sim${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
}

async function answerOf<T>(response: Response): Promise<T> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

export interface SimulatedCorp {
  readonly corpId: string;
  readonly contactsSecret: string;
  readonly agentId: number;
  readonly appSecret: string;
}

/** A small corp in the simulator: three departments and a handful of people, seen by one app. */
export async function simulateCorp(
  product: Product,
  corpId: string,
  options: { readonly contactsTrustedIps?: readonly string[] } = {},
): Promise<SimulatedCorp> {
  const corp = { corpId, contactsSecret: `contacts-${corpId}`, agentId: 1000002, appSecret: `app-${corpId}` };
  const people = ['林晓雨', '陈志远', '王思琪', '赵明轩', '周雅婷', '吴浩然'];
  await simulate(product, 'POST', '/corps', {
    corpid: corp.corpId,
    name: '海川科技',
    contactsSecret: corp.contactsSecret,
    apps: [{ agentid: corp.agentId, secret: corp.appSecret, name: '海川助手', visibleDepartments: [1] }],
    departments: [
      { id: 1, name: '海川科技', parentid: 0, order: 1 },
      { id: 2, name: '研发部', parentid: 1, order: 2 },
      { id: 3, name: '市场部', parentid: 1, order: 1 },
    ],
    users: people.map((name, index) => ({
      userid: `hc-${index + 1}`,
      name,
      department: [index % 2 === 0 ? 2 : 3],
      position: index % 2 === 0 ? '工程师' : '客户经理',
    })),
    ...options,
  });
  return corp;
}

/** Connects a simulated corp and its app without the console. */
export async function connectCorp(
  product: Product,
  corp: SimulatedCorp,
  name: string,
): Promise<{ id: string }> {
  const connected = await api<{ id: string }>(product, 'POST', '/corps?verify=false', {
    name,
    corpId: corp.corpId,
    apiBaseUrl: product.simulatorUrl,
    contactsSecret: corp.contactsSecret,
  });
  await api(product, 'POST', `/corps/${connected.id}/apps?verify=false`, {
    name: '海川助手',
    agentId: corp.agentId,
    secret: corp.appSecret,
  });
  return connected;
}

/** How far a page can be scrolled sideways. */
export function pixelsSideways(page: Page): Promise<number> {
  return page.evaluate<number>('Math.max(0, document.documentElement.scrollWidth - innerWidth)');
}

const controls = new Set([
  'button',
  'checkbox',
  'combobox',
  'link',
  'menuitem',
  'radio',
  'searchbox',
  'spinbutton',
  'tab',
  'textbox',
  'treeitem',
]);

interface AccessibilityNode {
  readonly ignored: boolean;
  readonly role?: { readonly value?: unknown };
  readonly name?: { readonly value?: unknown };
}

/** Controls that a screen reader could only call by their kind. */
export async function unnamedControls(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = (await session.send('Accessibility.getFullAXTree')) as {
    nodes: readonly AccessibilityNode[];
  };
  await session.detach();
  return nodes
    .filter(({ ignored, role, name }) => !ignored && controls.has(String(role?.value)) && !name?.value)
    .map(({ role }) => String(role?.value));
}
