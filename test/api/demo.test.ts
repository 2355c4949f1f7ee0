import { setTimeout as wait } from 'node:timers/promises';
import { demoPassword, demoPasswordOwners } from '../../demo/passwords';
import { connectDemoCallback, DemoCallbackFailedError } from '../../embedded/demo-callback';
import { freePort } from '../../embedded/ports';
import { seedDemo } from '../../embedded/seed-demo';
import { createSecretBox } from '../../store/secrets';
import { startTestSimulator } from '../support/simulator';
import { patienceMs } from '../support/patience';
import type { TestApi } from './harness';
import { startTestApi } from './harness';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const seed = (simulatorUrl = api.simulator.url) =>
  seedDemo({ db: api.db, secrets: createSecretBox([api.masterKey]), simulatorUrl });

describe('the demo', () => {
  it('is a corp that passes its check, saved read-write, with an OA whose root has the same name', async () => {
    expect(await seed()).toBe('seeded');
    const { items } = (await api.call('/corps')).body;
    expect(items).toMatchObject([
      { isDemo: true, access: 'read-write', hasContactsSecret: true, apps: [{ agentId: 1000002 }] },
    ]);
    const [corp] = items;
    const settings = await api.call(`/corps/${corp.id}/directory/settings`);
    expect(settings.body).toMatchObject({
      savedBy: 'system:demo',
      access: 'read-write',
      appId: corp.apps[0].id,
    });
    expect((await api.call(`/corps/${corp.id}/check`, { method: 'POST' })).body.ok).toBe(true);
    const attendance = await api.call(`/corps/${corp.id}/attendance/settings`);
    expect(attendance.body).toMatchObject({ appId: corp.apps[0].id, configured: true });
    const oa = await api.call('/oa/departments');
    expect((await api.call('/message-rules')).body.items).toMatchObject([
      { name: '流程待办', source: 'workflow', targets: [{ type: 'template_card' }] },
      { name: '全部消息', source: 'all', targets: [{ type: 'textcard' }] },
    ]);
    const root = oa.body.items.find(
      ({ kind, parentId }: { kind: string; parentId: string | null }) =>
        kind === 'subcompany' && parentId === null,
    );
    expect(root.name).toBe(corp.name);
    expect((await api.call('/oa/users?limit=1')).body.total).toBeGreaterThan(250);
    expect((await api.call('/system')).body.demo).toBe(true);
  });

  it('serves the OA in pages, with phone numbers for administrators only', async () => {
    const seen = new Set<string>();
    let cursor: string | null = null;
    do {
      const answer: { body: { items: { id: string }[]; nextCursor: string | null; total: number } } =
        await api.call(`/oa/users?limit=100${cursor === null ? '' : `&cursor=${cursor}`}`);
      for (const { id } of answer.body.items) seen.add(id);
      cursor = answer.body.nextCursor;
      if (cursor === null) expect(seen.size).toBe(answer.body.total);
    } while (cursor !== null);
    const [id] = seen;
    expect((await api.call(`/oa/users/${id}`)).body.mobile).toMatch(/^1990000/);
    expect((await (await api.signIn('viewer')).call(`/oa/users/${id}`)).body.mobile).toBeNull();
    expect((await api.call('/oa/users/nobody')).status).toBe(404);
    expect((await api.call('/oa/users?cursor=nonsense')).status).toBe(422);
    expect((await api.call('/oa/users?q=%25')).body.total).toBe(0);
  });

  it('has a few people in the OA whose password is known, and nobody else with one', async () => {
    const check = (loginName: string, password: string) =>
      api.deps.oaSignIn.checkPassword({ loginName, password });
    expect(await check('yuhang.tang', demoPassword)).toEqual({ kind: 'accepted', userId: '1001' });
    expect(await check('xinyi.li', demoPassword)).toEqual({ kind: 'rejected', reason: 'wrong-password' });
    expect((await api.db.pool.query('SELECT oa_user_id FROM oa_password ORDER BY 1')).rows).toEqual(
      demoPasswordOwners.map((id) => ({ oa_user_id: id })),
    );
  });

  it('is kept by the next start, follows the simulator to another port, and is made again there when lost', async () => {
    expect(await seed()).toBe('kept');
    const moved = await startTestSimulator();
    expect(await seed(moved.url)).toBe('restored');
    const [corp] = (await api.call('/corps')).body.items;
    expect(corp.apiBaseUrl).toBe(moved.url);
    await moved.close();
    expect(await seed()).toBe('kept');
  });

  describe('its contacts callback', () => {
    const connect = (bridgeUrl = api.url, bridgeAnswersWithinMs?: number) =>
      connectDemoCallback({
        db: api.db,
        secrets: createSecretBox([api.masterKey]),
        simulatorUrl: api.simulator.url,
        bridgeUrl,
        bridgeAnswersWithinMs,
      });
    const demoCorp = async () => (await api.call('/corps')).body.items[0];
    const keys = async () => {
      const key = new URL((await demoCorp()).contactsCallbackUrl).pathname.split('/').at(-1) ?? '';
      return (await api.deps.corps.findCallback(key))?.secrets;
    };
    const addressInSimulator = async () => {
      const state = await api.control(`/_sim/corps/${(await demoCorp()).corpId}/state`, undefined, 'GET');
      return (state as { contactsCallback: { url: string } | null }).contactsCallback?.url;
    };

    it('is given to a demo that has none, and tells what is changed by hand', async () => {
      expect((await demoCorp()).contactsCallbackConfigured).toBe(false);
      expect(await connect()).toBe('connected');
      const { id, corpId, contactsCallbackUrl } = await demoCorp();
      expect(await addressInSimulator()).toBe(contactsCallbackUrl);
      await api.control(`/_sim/corps/${corpId}/by-hand`, {
        path: 'user/update',
        body: { userid: 'YC0001', department: [1] },
      });
      const told = async () => (await api.call(`/corps/${id}/callbacks`)).body.items;
      for (const deadline = Date.now() + patienceMs; (await told()).length === 0 && Date.now() < deadline;) {
        await wait(50);
      }
      expect(await told()).toMatchObject([{ kind: 'change_contact/update_user', appId: null }]);
    });

    it('has one for its app too, so that cards can be tapped', async () => {
      const wanted = {
        db: api.db,
        secrets: createSecretBox([api.masterKey]),
        simulatorUrl: api.simulator.url,
      };
      expect(await connectDemoCallback({ ...wanted, bridgeUrl: api.url, receiver: 'app' })).toBe('connected');
      const { corpId, apps } = await demoCorp();
      expect(apps).toMatchObject([{ callbackConfigured: true }]);
      const state = await api.control(`/_sim/corps/${corpId}/state`, undefined, 'GET');
      expect(state).toMatchObject({ apps: [{ callback: { url: apps[0].callbackUrl } }] });
    });

    it('keeps its keys over the starts, and follows the bridge to another address', async () => {
      const before = await keys();
      const moved = api.url.replace('127.0.0.1', 'localhost');
      expect(await connect(moved)).toBe('connected');
      expect(await addressInSimulator()).toContain(moved);
      expect(await keys()).toEqual(before);
    });

    it('ends in an error that says so when the bridge does not answer', async () => {
      const nobody = `http://127.0.0.1:${await freePort()}`;
      await expect(connect(nobody, 300)).rejects.toThrow(DemoCallbackFailedError);
    });

    it('is not overruled where somebody has chosen other keys, another receiver, or none', async () => {
      const { id, corpId, apps } = await demoCorp();
      const own = { token: 'chosen', encodingAesKey: 'Q'.repeat(43) };
      const change = (contactsCallback: typeof own | null) =>
        api.call(`/corps/${id}`, { method: 'PATCH', body: { contactsCallback } });

      expect((await change(own)).status).toBe(200);
      expect(await connect()).toBe('connected');
      expect(await keys()).toEqual(own);

      // Any address that passes the verification will do for somebody's own.
      const { callbackUrl: url } = apps[0];
      await api.call(`/corps/${id}/apps/${apps[0].id}`, { method: 'PATCH', body: { callback: own } });
      await api.control(`/_sim/corps/${corpId}/callbacks`, { contacts: true, url, ...own }, 'PUT');
      expect(await connect()).toBe('not-wanted');
      expect(await addressInSimulator()).toBe(url);

      expect((await change(null)).status).toBe(200);
      expect(await connect()).toBe('not-wanted');
      expect((await demoCorp()).contactsCallbackConfigured).toBe(false);
    });
  });

  it('does not come back after somebody removed it', async () => {
    const [corp] = (await api.call('/corps')).body.items;
    expect((await api.call(`/corps/${corp.id}?confirm=${corp.corpId}`, { method: 'DELETE' })).status).toBe(
      204,
    );
    expect(await seed()).toBe('not-wanted');
    expect((await api.call('/corps')).body.items).toEqual([]);
  });
});

describe('an installation with a corp of its own', () => {
  it('gets no demo', async () => {
    const real = await startTestApi({ TEMPORAL_NAMESPACE: api.namespace });
    await real.call('/corps?verify=false', {
      body: { name: 'Real', corpId: 'wwrealcorp01', apiBaseUrl: 'https://qyapi.example.invalid' },
    });
    const result = await seedDemo({
      db: real.db,
      secrets: createSecretBox([real.masterKey]),
      simulatorUrl: real.simulator.url,
    });
    expect(result).toBe('not-wanted');
    await real.close();
  });
});
