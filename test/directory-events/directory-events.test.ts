import { patienceMs } from '../support/patience';
import type { EventsWorld } from './events-world';
import { createEventsWorld } from './events-world';

let world: EventsWorld;

beforeAll(async () => {
  world = await createEventsWorld();
});
afterEach(async () => {
  await world.api.control('/_sim/faults', undefined, 'DELETE');
  await world.api.control('/_sim/settings', undefined, 'DELETE');
});
afterAll(() => world.close());

describe('an event brings the mirror up to date without a pull', () => {
  it('when a member is created, moved and renamed in the console of WeCom', async () => {
    const corp = await world.createCorp();
    await world.pull(corp);
    await world.byHand(corp, 'user/create', {
      userid: 'carol',
      name: '卡萝',
      department: [2],
      mobile: '19900000003',
    });
    await world.byHand(corp, 'user/update', { userid: 'bob', department: [2, 3] });
    const events = await world.settled(corp, 2);
    expect(events.map(({ kind, outcome }) => [kind, outcome])).toEqual([
      ['change_contact/create_user', 'applied'],
      ['change_contact/update_user', 'applied'],
    ]);
    expect(await world.members(corp)).toMatchObject([
      { userId: 'ada', departments: [2] },
      { userId: 'bob', departments: [2, 3] },
      { userId: 'carol', departments: [2], name: '卡萝', gone: false },
    ]);
  });

  it('when departments are created, renamed, moved and deleted', async () => {
    const corp = await world.createCorp();
    await world.pull(corp);
    await world.byHand(corp, 'department/create', { id: 10, name: '新部门', parentid: 2 });
    await world.byHand(corp, 'department/update', { id: 10, name: '新名字', parentid: 3 });
    await world.byHand(corp, 'department/create', { id: 11, name: '短命', parentid: 3 });
    await world.byHand(corp, 'department/delete', { id: 11 });
    await world.settled(corp, 4);
    expect(await world.departments(corp)).toEqual(
      expect.arrayContaining([{ id: 10, parentId: 3, name: '新名字', gone: false }]),
    );
    const deleted = (await world.departments(corp)).find(({ id }) => id === 11);
    expect(deleted?.gone ?? true).toBe(true);
  });

  it('and a changed userid keeps the member, the binding and what was written', async () => {
    const corp = await world.createCorp({ sends: false });
    await world.pull(corp);
    const ada = (await world.members(corp)).find(({ userId }) => userId === 'ada')!;
    await world.api.db.pool.query(
      `INSERT INTO binding (corp_id, member_id, oa_user_id, source) VALUES ($1, $2, 'oa-1', 'manual')`,
      [corp.id, ada.id],
    );
    await world.deliver(corp, {
      ChangeType: 'update_user',
      UserID: 'ada',
      NewUserID: 'ada.lovelace',
      Department: '2',
    });
    await world.settled(corp, 1);
    const members = await world.members(corp);
    expect(members.map(({ userId }) => userId)).toEqual(['ada.lovelace', 'bob']);
    expect(members[0]?.id).toBe(ada.id);
    const bindings = await world.api.db.pool.query('SELECT oa_user_id FROM binding WHERE member_id = $1', [
      ada.id,
    ]);
    expect(bindings.rows).toEqual([{ oa_user_id: 'oa-1' }]);
  });
});

describe('a change by hand to what the bridge wrote', () => {
  it('is listed as drift, seen by an event', async () => {
    const corp = await world.createCorp();
    await world.pull(corp);
    const { pool } = world.api.db;
    const ada = (await world.members(corp)).find(({ userId }) => userId === 'ada')!;
    await pool.query(
      `INSERT INTO binding (corp_id, member_id, oa_user_id, source) VALUES ($1, $2, 'oa-1', 'manual')`,
      [corp.id, ada.id],
    );
    await pool.query(
      `UPDATE mirror_member SET written = '{"name": "阿达"}', departments_from_oa = '{2}',
         written_at = now() - interval '1 minute' WHERE id = $1`,
      [ada.id],
    );
    await pool.query(
      `INSERT INTO department_link (corp_id, oa_key, department_id) VALUES ($1, 'department:2', 2), ($1, 'department:3', 3)`,
      [corp.id],
    );
    await world.byHand(corp, 'user/update', { userid: 'ada', department: [3], name: '别名' });
    await world.settled(corp, 1);
    const drift = await pool.query<{ field: string; seen_by: string }>(
      'SELECT field, seen_by FROM drift WHERE corp_id = $1 AND member_id = $2 ORDER BY field',
      [corp.id, ada.id],
    );
    expect(drift.rows).toEqual(expect.arrayContaining([{ field: 'name', seen_by: 'event' }]));
  });
});

describe('a deletion', () => {
  it('counts when WeCom does not know the member any more', async () => {
    const corp = await world.createCorp();
    await world.pull(corp);
    await world.byHand(corp, 'user/delete', { userid: 'bob' });
    expect(await world.settled(corp, 1)).toMatchObject([{ outcome: 'applied' }]);
    expect((await world.members(corp)).map(({ userId, gone }) => [userId, gone])).toEqual([
      ['ada', false],
      ['bob', true],
    ]);
  });

  it('that nobody can confirm is left to the next pull', async () => {
    const corp = await world.createCorp({ sends: false, visibleDepartments: [2] });
    await world.pull(corp);
    await world.deliver(corp, { ChangeType: 'delete_user', UserID: 'bob' });
    expect(await world.settled(corp, 1)).toMatchObject([{ outcome: 'left-to-pull' }]);
    expect((await world.members(corp)).every(({ gone }) => !gone)).toBe(true);
  });

  it('of somebody who is still there changes nothing', async () => {
    const corp = await world.createCorp({ sends: false });
    await world.pull(corp);
    await world.deliver(corp, { ChangeType: 'delete_user', UserID: 'ada' });
    await world.settled(corp, 1);
    expect((await world.members(corp)).every(({ gone }) => !gone)).toBe(true);
  });

  it('waits while the reading that would confirm it fails', async () => {
    const corp = await world.createCorp();
    await world.pull(corp);
    await world.api.control('/_sim/faults', [{ path: 'user/get', httpStatus: 502, rate: 1 }]);
    await world.byHand(corp, 'user/delete', { userid: 'ada' });
    for (const deadline = Date.now() + patienceMs; (await world.history(corp)).batches === 0;) {
      if (Date.now() > deadline) throw new Error('The workflow did not begin');
    }
    expect(await world.events(corp)).toMatchObject([{ outcome: null, processed: false }]);
    expect((await world.members(corp)).every(({ gone }) => !gone)).toBe(true);
    await world.api.control('/_sim/faults', undefined, 'DELETE');
    expect(await world.settled(corp, 1)).toMatchObject([{ outcome: 'applied' }]);
    expect((await world.members(corp)).find(({ userId }) => userId === 'ada')?.gone).toBe(true);
  });
});

describe('outside the range of the app', () => {
  it('a new member is taken over with the departments that the event names', async () => {
    const corp = await world.createCorp({ visibleDepartments: [2] });
    await world.pull(corp);
    await world.byHand(corp, 'user/create', {
      userid: 'dora',
      name: '朵拉',
      department: [3],
      mobile: '19900000004',
    });
    expect(await world.settled(corp, 1)).toMatchObject([{ outcome: 'not-visible' }]);
    expect(await world.members(corp)).toEqual(
      expect.arrayContaining([expect.objectContaining({ userId: 'dora', departments: [3], name: null })]),
    );
  });

  it('a member who is there half keeps the departments that the app does not see', async () => {
    const corp = await world.createCorp({ visibleDepartments: [2] });
    await world.pull(corp);
    await world.byHand(corp, 'user/update', { userid: 'ada', department: [2, 3] });
    await world.settled(corp, 1);
    expect((await world.members(corp)).find(({ userId }) => userId === 'ada')?.departments).toEqual([2, 3]);
  });
});

describe('events come in bursts, twice and broken', () => {
  it('300 at once become a few signals, a few batches and one reading of the department', async () => {
    const corp = await world.createCorp({ generate: { members: 300, departments: 1 } });
    await world.pull(corp);
    const members = await world.members(corp);
    await world.api.control('/_sim/calls', undefined, 'DELETE');
    const startedAt = Date.now();
    await Promise.all(
      members.map(({ userId }) =>
        world.deliver(corp, { ChangeType: 'update_user', UserID: userId, Department: '1' }),
      ),
    );
    const seconds = Math.ceil((Date.now() - startedAt) / 1000);
    await world.settled(corp, members.length);
    const { signals, batches } = await world.history(corp);
    expect(signals).toBeLessThanOrEqual(seconds + 2);
    expect(batches).toBeLessThanOrEqual(2 * (seconds + 2));
    expect((await world.callsByPath())['user/get'] ?? 0).toBeLessThan(60);
  });

  it('delivered again with another nonce, it is counted and applied once', async () => {
    const corp = await world.createCorp({ sends: false });
    await world.pull(corp);
    const event = { ChangeType: 'update_user', UserID: 'ada', Department: '2' };
    for (let time = 0; time < 4; time += 1) expect(await world.deliver(corp, event)).toBe(200);
    expect(await world.settled(corp, 1)).toEqual([
      { kind: 'change_contact/update_user', outcome: 'applied', deliveries: 4, attempts: 1, processed: true },
    ]);
    const summary = await world.api.call(`/corps/${corp.id}/callbacks/summary`);
    expect(summary.body).toMatchObject({ total: 1, waiting: 0, repeated: 3, outcomes: { applied: 1 } });
    const listed = await world.api.call(`/corps/${corp.id}/callbacks?state=processed`);
    expect(listed.body.items).toMatchObject([{ kind: 'change_contact/update_user', deliveries: 4 }]);
    expect(listed.text).not.toContain('ada');
  });

  it('one that makes no sense fails, and those around it are applied', async () => {
    const corp = await world.createCorp({ sends: false });
    await world.deliver(corp, { ChangeType: 'delete_party', Id: 'nonsense' });
    await world.deliver(corp, { ChangeType: 'update_tag', TagId: 1 });
    await world.deliver(corp, { ChangeType: 'update_user', UserID: 'ada', Department: '2' });
    const events = await world.settled(corp, 3);
    expect(Object.fromEntries(events.map(({ kind, outcome }) => [kind, outcome]))).toEqual({
      'change_contact/delete_party': 'failed',
      'change_contact/update_tag': 'nothing-to-do',
      'change_contact/update_user': 'applied',
    });
  });

  it('nobody is named in histories and logs', async () => {
    const corp = await world.createCorp();
    await world.byHand(corp, 'user/create', {
      userid: 'secretive',
      name: '某某',
      department: [2],
      mobile: '19900000005',
    });
    await world.settled(corp, 1);
    const { text } = await world.history(corp);
    expect(text).toContain('processDirectoryEvents');
    for (const personal of ['secretive', '某某', '19900000005']) {
      expect(text).not.toContain(personal);
      expect(world.api.logged.join('')).not.toContain(personal);
    }
  });
});
