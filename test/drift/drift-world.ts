import { setTimeout as wait } from 'node:timers/promises';
import type { Answer, TestApi } from '../api/harness';
import { startTestApi } from '../api/harness';
import { startTestWorker } from '../api/worker';
import { createApiPushWorld, english, person, type ApiPushWorld } from '../directory-push/api/push-world';
import { patienceMs } from '../support/patience';

type Listed = Answer['body'] & {
  readonly driftId: string;
  readonly field: string;
  readonly state: string;
};

/** A corp into which a push has brought four people, an administrator of WeCom, and the list of what they change. */
export type DriftWorld = ApiPushWorld & {
  readonly api: TestApi;
  byHand(path: string, body: object): Promise<void>;
  pull(): Promise<void>;
  /** Those of a state; without one, those that wait for a decision. */
  drift(query?: string): Promise<Listed[]>;
  /** The one change of this field. */
  only(field: string, query?: string): Promise<Listed>;
  decide(driftId: string, decision: string): Promise<Answer>;
  /** Until a decision is carried out. */
  settled(driftId: string, state: string): Promise<void>;
  departmentNamed(name: string): Promise<number>;
  close(): Promise<void>;
};

export const users = [person('U1'), person('U2'), person('U3'), person('U4')];

export async function createDriftWorld(): Promise<DriftWorld> {
  const api = await startTestApi();
  const worker = await startTestWorker(api);
  const push = await createApiPushWorld(api, {});
  await push.feed(users);
  await push.push({}, 'done');

  const world: DriftWorld = {
    ...push,
    api,

    async byHand(path, body) {
      await api.control(`/_sim/corps/${push.corpid}/by-hand`, { path, body });
    },

    async pull() {
      const answer = await api.call(`/corps/${push.corpId}/directory/runs`, {
        body: { direction: 'pull', mode: 'apply' },
      });
      expect([answer.status, answer.text]).toEqual([202, expect.anything()]);
      await push.until(String(answer.body.runId), 'done');
    },

    async drift(query = 'state=open') {
      const answer = await api.call(`/corps/${push.corpId}/drift?${query}`, { headers: english });
      expect([answer.status, answer.text]).toEqual([200, expect.anything()]);
      return answer.body.items;
    },

    async only(field, query) {
      const found = (await world.drift(query)).filter((one) => one.field === field);
      expect(found).toHaveLength(1);
      return found[0]!;
    },

    decide: (driftId, decision) =>
      api.call(`/corps/${push.corpId}/drift/${driftId}/${decision}`, { method: 'POST', headers: english }),

    async settled(driftId, state) {
      for (const deadline = Date.now() + patienceMs; ; await wait(100)) {
        const found = (await world.drift('state=all')).find((one) => one.driftId === driftId);
        if (found?.state === state) return;
        if (Date.now() > deadline) throw new Error(`not ${state}: ${JSON.stringify(found)}`);
      }
    },

    async departmentNamed(wanted) {
      const { items } = (await api.call(`/corps/${push.corpId}/departments`)).body;
      return items.find(({ name }: { name: string }) => name === wanted).departmentId;
    },

    async close() {
      await worker.stop();
      await api.close();
    },
  };
  return world;
}

/** Calls that wrote to WeCom. */
export const writesOf = (run: Answer['body']): Record<string, number> =>
  Object.fromEntries(
    Object.entries(run.apiCalls as Record<string, number>).filter(([path]) =>
      /create|update|delete/.test(path),
    ),
  );
