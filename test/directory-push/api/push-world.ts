import { setTimeout as wait } from 'node:timers/promises';
import type { Answer, TestApi } from '../../api/harness';

/** The OA and one corp, as a caller of the API arranges and watches them. */

export const english = { 'accept-language': 'en' };

export const person = (id: string, more: object = {}) => ({
  id,
  loginId: id.toLowerCase(),
  jobNumber: id.toLowerCase(),
  name: `Person ${id}`,
  mobile: `1980000${id.slice(1).padStart(4, '0')}`,
  email: null,
  gender: null,
  position: 'clerk',
  telephone: null,
  departmentId: 'D1',
  partTimeDepartmentIds: [],
  managerId: null,
  order: 0,
  status: 'active',
  custom: {},
  ...more,
});

export type Member = {
  readonly name: string;
  readonly enable?: number;
  readonly position?: string;
  readonly mobile?: string;
};

export interface ApiPushWorld {
  readonly corpId: string;
  readonly corpid: string;
  /** The OA belongs to the installation, so tests of one file go one after the other. */
  feed(users: readonly object[], departments?: readonly object[]): Promise<void>;
  configure(push: object, document?: object): Promise<void>;
  start(body?: object): Promise<Answer>;
  /** Starts a push and waits until it has come to one of the phases. */
  push(body: object, ...phases: string[]): Promise<Answer['body']>;
  until(runId: string, ...phases: string[]): Promise<Answer['body']>;
  changeIds(runId: string): Promise<string[]>;
  changeOf(runId: string, changeId: string): Promise<Answer['body']>;
  members(): Promise<Record<string, Member>>;
}

export async function createApiPushWorld(api: TestApi, push: object = {}): Promise<ApiPushWorld> {
  const corp = await api.createCorp();
  await api.control(`/_sim/corps/${corp.corpId}/by-hand`, {
    path: 'department/update',
    body: { id: 1, name: 'Whole corp' },
  });
  const created = await api.call('/corps', {
    body: { name: 'Whole corp', corpId: corp.corpId, contactsSecret: corp.contactsSecret },
  });
  const corpId = String(created.body.id);
  await api.call(`/corps/${corpId}/apps`, {
    body: { name: 'Directory', agentId: corp.agentId, secret: corp.appSecret },
  });

  const world: ApiPushWorld = {
    corpId,
    corpid: corp.corpId,

    async feed(users, departments = [{ id: 'D1', name: '研发部' }]) {
      const answer = await api.call('/oa/directory', {
        method: 'PUT',
        body: {
          subcompanies: [{ id: 'S1', name: 'Whole corp', parentId: null, order: 0 }],
          departments: departments.map((department) => ({
            parentId: null,
            subcompanyId: 'S1',
            order: 0,
            ...department,
          })),
          users,
        },
      });
      expect(answer.status).toBe(200);
    },

    async configure(settings, document = {}) {
      const saved = await api.call(`/corps/${corpId}/directory/settings`, {
        method: 'PUT',
        body: { access: 'read-write', ...document, push: settings },
      });
      expect([saved.status, saved.text]).toEqual([200, expect.anything()]);
    },

    start: (body = {}) =>
      api.call(`/corps/${corpId}/directory/runs`, {
        body: { direction: 'push', mode: 'apply', ...body },
        headers: english,
      }),

    async push(body, ...phases) {
      const answer = await world.start(body);
      expect([answer.status, answer.text]).toEqual([202, expect.anything()]);
      return world.until(String(answer.body.runId), ...phases);
    },

    async until(runId, ...phases) {
      for (const deadline = Date.now() + 120_000; ; await wait(100)) {
        const { body } = await api.call(`/runs/${runId}`, { headers: english });
        if (phases.includes(String(body.phase))) return body;
        if (Date.now() > deadline || body.finishedAt != null) {
          throw new Error(`not ${phases.join()}: ${JSON.stringify(body)}`);
        }
      }
    },

    async changeIds(runId) {
      const { body } = await api.call(`/runs/${runId}/changes?sort=seq`);
      return (body.items as { id: string }[]).map(({ id }) => id);
    },

    async changeOf(runId, changeId) {
      const answer = await api.call(`/runs/${runId}/changes/${encodeURIComponent(changeId)}`, {
        headers: english,
      });
      expect(answer.status).toBe(200);
      return answer.body;
    },

    async members() {
      const state = (await (await fetch(`${api.simulator.url}/_sim/corps/${corp.corpId}/state`)).json()) as {
        users: (Member & { userid: string })[];
      };
      return Object.fromEntries(state.users.map((user) => [user.userid, user]));
    },
  };
  await world.configure(push);
  return world;
}
