import { setTimeout as wait } from 'node:timers/promises';
import { patienceMs } from '../support/patience';
import type { Product } from '../support/product';
import { api, connectCorp, simulateCorp } from './console-visit';

/** What the OA says of the simulated corp: the same six people, one more in a new department, and a large store. */
export const storekeepers = 130;

export async function feedOa(product: Product): Promise<void> {
  const department = (id: string, name: string, order: number) => ({
    ...{ id, name, order },
    ...{ parentId: null, subcompanyId: 'S1' },
  });
  const user = (id: string, loginId: string, name: string, departmentId: string, position: string) => ({
    ...{ id, loginId, jobNumber: loginId, name, departmentId, position },
    ...{ mobile: `199${id.padStart(8, '0')}`, email: `${loginId}@example.com`, gender: null, telephone: '' },
    ...{ partTimeDepartmentIds: [], managerId: null, order: 1, status: 'active', custom: {} },
  });
  const six = ['林晓雨', '陈志远', '王思琪', '赵明轩', '周雅婷', '吴浩然'];
  await api(product, 'PUT', '/oa/directory', {
    subcompanies: [{ id: 'S1', name: '海川科技', parentId: null, order: 1 }],
    departments: [
      department('D1', '研发部', 1),
      department('D2', '市场部', 2),
      department('D3', '法务部', 3),
      department('D9', '仓储部', 9),
    ],
    users: [
      ...six.map((name, index) =>
        user(String(index + 1), `hc-${index + 1}`, name, index % 2 === 0 ? 'D1' : 'D2', '高级专员'),
      ),
      user('7', 'zheng.xinyue', '郑新月', 'D3', '法务专员'),
      ...Array.from({ length: storekeepers }, (_, index) =>
        user(String(1000 + index), `store-${index}`, `仓管员${index + 1}`, 'D9', '仓管员'),
      ),
    ],
  });
}

type Section = Readonly<Record<string, unknown>>;

interface SettingsDocument {
  readonly push: Readonly<Record<string, Section>>;
}

/** Connects a simulated corp that may be written to; without the large store unless the scope says so. */
export async function corpToPush(
  product: Product,
  corpId: string,
  name: string,
  push: Readonly<Record<string, Section>> = {},
): Promise<{ readonly id: string }> {
  const corp = await simulateCorp(product, corpId);
  const { id } = await connectCorp(product, corp, name);
  await changePushSettings(product, id, { scope: { departments: ['D1', 'D2', 'D3'] }, ...push });
  return { id };
}

export async function changePushSettings(
  product: Product,
  id: string,
  push: Readonly<Record<string, Section>>,
): Promise<void> {
  const path = `/corps/${id}/directory/settings`;
  const document = await api<SettingsDocument & Section>(product, 'GET', path);
  const changed = Object.entries(push).map(([key, section]) => [key, { ...document.push[key], ...section }]);
  const { version: _version, savedAt: _savedAt, savedBy: _savedBy, ...saved } = document;
  await api(product, 'PUT', path, {
    ...saved,
    access: 'read-write',
    push: { ...document.push, ...Object.fromEntries(changed) },
  });
}

interface StartedRun {
  readonly id: string;
  readonly phase: string;
  readonly planHash: string | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly error: unknown;
}

const moving = ['reading', 'planning', 'applying'];

/** Starts a push without the console and waits until it has ended or waits for somebody. */
export async function pushed(product: Product, id: string, mode: 'simulate' | 'apply'): Promise<StartedRun> {
  const { runId } = await api<{ runId: string }>(product, 'POST', `/corps/${id}/directory/runs`, {
    direction: 'push',
    mode,
  });
  return settledRun(product, runId);
}

export async function settledRun(product: Product, runId: string): Promise<StartedRun> {
  for (const deadline = Date.now() + patienceMs; ; await wait(250)) {
    const run = await api<StartedRun>(product, 'GET', `/runs/${runId}`);
    if (!moving.includes(run.phase)) return run;
    if (Date.now() > deadline) throw new Error(`Run ${runId} is still ${run.phase}`);
  }
}

/** Made by the first test that needs it. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
