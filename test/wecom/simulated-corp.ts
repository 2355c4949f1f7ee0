import { randomBytes } from 'node:crypto';
import type { CallRecord, RateLimits, WecomClientOptions } from '../../wecom';
import { createWecomClient } from '../../wecom';
import type { TestSimulator } from '../support/simulator';
import { memoryBudget, memoryTokenStore } from './memory-stores';

export const agentId = 1000002;

export type SimulatedCorp = Awaited<ReturnType<typeof createSimulatedCorp>>;

/** A small corp of its own in a running simulator, and clients for it. */
export async function createSimulatedCorp(simulator: TestSimulator, corp: Record<string, unknown> = {}) {
  const corpId = `ww${randomBytes(8).toString('hex')}`;
  const contactsSecret = randomBytes(16).toString('hex');
  const appSecret = randomBytes(16).toString('hex');

  async function control(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${simulator.url}/_sim/${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (!response.ok) throw new Error(`/_sim/${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? undefined : response.json();
  }

  await control('POST', 'corps', {
    corpid: corpId,
    name: '云程科技',
    contactsSecret,
    apps: [{ agentid: agentId, secret: appSecret, name: '组织同步', visibleDepartments: [1] }],
    departments: [
      { id: 1, name: '云程科技', parentid: 0 },
      { id: 2, name: '研发部', parentid: 1, order: 100 },
      { id: 3, name: '市场部', parentid: 1, order: 50 },
    ],
    users: [
      {
        userid: 'LiLei',
        name: '李雷',
        mobile: '19900000001',
        email: 'lilei@example.com',
        department: [2],
        position: '工程师',
      },
      {
        userid: 'hanmeimei',
        name: '韩梅梅',
        mobile: '19900000002',
        department: [2, 3],
        is_leader_in_dept: [0, 1],
        gender: '2',
      },
    ],
    ...corp,
  });

  const credentials = {
    contacts: { kind: 'contacts', secret: contactsSecret },
    app: { kind: 'app', agentId, secret: appSecret },
  } as const;

  function client(overrides: Partial<WecomClientOptions> & { readonly rateLimits?: RateLimits } = {}) {
    const { rateLimits = {}, ...options } = overrides;
    const records: CallRecord[] = [];
    const wecom = createWecomClient({
      connection: { corpKey: 'corp-1', corpId, kind: 'private', apiBaseUrl: simulator.url, rateLimits },
      tokens: memoryTokenStore(),
      budget: memoryBudget(),
      onCall: (call) => records.push(call),
      ...options,
    });
    return { contacts: wecom.as(credentials.contacts), app: wecom.as(credentials.app), wecom, records };
  }

  return {
    corpId,
    credentials,
    client,
    control,
    faults: (...faults: readonly Record<string, unknown>[]) => control('POST', 'faults', faults),
    settings: (settings: Record<string, unknown>) => control('POST', 'settings', settings),
    advance: (advanceSeconds: number) => control('POST', 'clock', { advanceSeconds }),
    async calls(path: string): Promise<number> {
      return ((await control('GET', `calls?path=${path}&corpid=${corpId}`)) as unknown[]).length;
    },
  };
}
