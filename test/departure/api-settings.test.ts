import { defaultDirectorySettings } from '../../domain/directory/settings';
import type { TestApi } from '../api/harness';
import { startTestApi } from '../api/harness';
import { createStoredWorld, dayMs, inDays, type StoredWorld } from './stored-departures';

let api: TestApi;
let world: StoredWorld;
const english = { 'accept-language': 'en' };

beforeAll(async () => {
  api = await startTestApi();
  world = await createStoredWorld(api);
});
afterAll(() => api.close());
beforeEach(async () => {
  await world.clear();
  await world.configure({ push: { departed: { deleteAfterDays: 30 } } });
});

const settings = '/directory/settings';
const documentOf = (departed: object, more: object = {}) => ({
  access: 'read-write',
  ...more,
  push: { departed },
});
const save = (departed: object, more?: object) =>
  api.call(world.at(`${settings}?verify=false`), {
    method: 'PUT',
    body: documentOf(departed, more),
    headers: english,
  });
const preview = async (departed: object, more?: object) => {
  const answer = await api.call(world.at(`${settings}/preview`), {
    body: { document: documentOf(departed, more) },
    headers: english,
  });
  expect([answer.status, answer.text]).toEqual([200, expect.anything()]);
  return answer.body.departures;
};

describe('days between disabling and deletion', () => {
  it('are blank or 0 for never, or a positive whole number', async () => {
    for (const deleteAfterDays of [null, 0, 1, 7, 3650]) {
      const { status, body } = await save({ deleteAfterDays });
      expect([status, body.push.departed.deleteAfterDays]).toEqual([200, deleteAfterDays]);
    }
    for (const deleteAfterDays of [-1, 1.5, 0.5, '7', '', 3651, true, [], {}]) {
      const { status, body } = await save({ deleteAfterDays });
      expect([deleteAfterDays, status, body.error.fields]).toEqual([
        deleteAfterDays,
        422,
        [{ path: 'push.departed.deleteAfterDays', message: expect.stringMatching(/\S/) }],
      ]);
    }
  });
});

it('deletions have a time of day, and may wait for the hand-over', async () => {
  const { body: defaults } = await save({});
  expect(defaults.push.departed).toEqual(defaultDirectorySettings.push.departed);
  expect(defaults.push.departed).toMatchObject({ deletionTime: '03:00', holdForHandOver: false });
  const { body } = await save({ deletionTime: '22:30', holdForHandOver: true });
  expect(body.push.departed).toMatchObject({ deletionTime: '22:30', holdForHandOver: true });
  expect((await api.call(world.at(settings))).body.push.departed).toEqual(body.push.departed);
  for (const [departed, path] of [
    [{ deletionTime: '24:00' }, 'push.departed.deletionTime'],
    [{ deletionTime: '3:00' }, 'push.departed.deletionTime'],
    [{ deletionTime: null }, 'push.departed.deletionTime'],
    [{ deletionTime: 180 }, 'push.departed.deletionTime'],
    [{ holdForHandOver: 'yes' }, 'push.departed.holdForHandOver'],
    [{ holdForEver: true }, 'push.departed.holdForEver'],
  ] as const) {
    const { status, body } = await save(departed);
    expect([status, body.error.fields[0].path]).toEqual([422, path]);
  }
});

it('settings saved before departures were kept read as the defaults', async () => {
  await api.db.pool.query(
    `UPDATE directory_settings SET document = document #- '{push,departed,deletionTime}' #- '{push,departed,holdForHandOver}'
      WHERE corp_id = $1`,
    [world.id],
  );
  const { body } = await api.call(world.at(settings));
  expect(body.push.departed).toMatchObject({
    deletionTime: '03:00',
    holdForHandOver: false,
    deleteAfterDays: 30,
  });
  const page = await api.call(world.at(`${settings}/versions?limit=2`));
  expect(page.status).toBe(200);
});

describe('before other settings are saved', () => {
  const wait = (userId: string, daysAgo: number, name: string | null = null) =>
    world.store({
      userId,
      name,
      state: 'waiting',
      disabledAt: inDays(-daysAgo),
      afterDays: 30,
      deleteAt: inDays(30 - daysAgo),
    });

  it('those whose deletion moves are shown, with the old day and the new one', async () => {
    const { rows } = await api.db.pool.query<{ at: Date }>("SELECT now() - interval '10 days' AS at");
    const disabledAt = rows[0]?.at ?? new Date();
    const deleteAt = new Date(disabledAt.getTime() + 30 * dayMs);
    await world.store({ userId: 'ada', name: '阿达', state: 'waiting', disabledAt, afterDays: 30, deleteAt });
    await world.store({ userId: 'old', state: 'deleted', disabledAt, afterDays: 30, deleteAt });
    const never = await preview({ deleteAfterDays: null });
    expect(never).toEqual({
      count: 1,
      items: [{ userId: 'ada', name: '阿达', deleteAtBefore: deleteAt.toISOString(), deleteAtAfter: null }],
    });
    const later = await preview({ deleteAfterDays: 60 });
    const after = new Date(later.items[0].deleteAtAfter);
    expect(after.getTime() - disabledAt.getTime()).toBeGreaterThanOrEqual(60 * dayMs);
    expect(after.getTime() - disabledAt.getTime()).toBeLessThan(61 * dayMs);
    expect(after.toISOString()).toMatch(/T19:00:00.000Z$/);
  });

  it('nobody is shown to be deleted without days of warning', async () => {
    await wait('ada', 20);
    const { items } = await preview({ deleteAfterDays: 7 });
    expect(Date.parse(items[0].deleteAtAfter) - Date.now()).toBeGreaterThan(2.9 * dayMs);
  });

  it('a time of day, a time zone and maintenance windows move them too; anything else moves nobody', async () => {
    await save({ deleteAfterDays: 30 });
    await wait('ada', 10);
    for (const [departed, more] of [
      [{ deletionTime: '04:00' }, {}],
      [{}, { timezone: 'Europe/Berlin' }],
      [{}, { maintenanceWindows: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '02:00', to: '05:00' }] }],
    ] as const) {
      expect((await preview({ deleteAfterDays: 30, ...departed }, more)).count).toBe(1);
    }
    expect(await preview({ deleteAfterDays: 30, immediate: true })).toEqual({ count: 0, items: [] });
  });

  it('the first hundred are listed, and all are counted', async () => {
    for (let number = 0; number < 105; number += 1)
      await wait(`m${String(number).padStart(3, '0')}`, number % 20);
    const { count, items } = await preview({ deleteAfterDays: 0 });
    expect([count, items.length]).toEqual([105, 100]);
    const before = items.map(({ deleteAtBefore }: { deleteAtBefore: string }) => deleteAtBefore);
    expect(before).toEqual([...before].sort());
  });
});

describe('saving other settings', () => {
  it('says how many are dated anew, and marks them for it', async () => {
    await world.store({ userId: 'ada', state: 'waiting', deleteAt: inDays(20), afterDays: 30 });
    await world.store({ userId: 'bob', state: 'held', deleteAt: inDays(20), reason: { code: 'rejected' } });
    await world.store({ userId: 'old', state: 'deleted', deleteAt: inDays(-1) });
    const { body } = await save({ deleteAfterDays: 60 });
    expect(body.departuresRedated).toBe(2);
    const { rows } = await api.db.pool.query(
      'SELECT user_id FROM departure WHERE corp_id = $1 AND is_to_be_dated ORDER BY user_id',
      [world.id],
    );
    expect(rows).toEqual([{ user_id: 'ada' }, { user_id: 'bob' }]);
    // What was answered may be sent back.
    const again = await api.call(world.at(`${settings}?verify=false`), { method: 'PUT', body });
    expect(again.status).toBe(200);
    expect(again.body).not.toHaveProperty('departuresRedated');
  });

  it('names the changed fields among the versions', async () => {
    await save({ deleteAfterDays: 30, deletionTime: '05:00', holdForHandOver: true });
    const { items } = (await api.call(world.at(`${settings}/versions?limit=1`))).body;
    expect(items[0].changes).toEqual([
      { path: 'push.departed.deletionTime', before: '03:00', after: '05:00' },
      { path: 'push.departed.holdForHandOver', before: false, after: true },
    ]);
  });

  it('back to an earlier version dates them anew as well', async () => {
    const { body: before } = await save({ deleteAfterDays: 30 });
    await save({ deleteAfterDays: null });
    await world.store({ userId: 'ada', state: 'waiting', deleteAt: null });
    const { body } = await api.call(world.at(`${settings}/rollback?verify=false`), {
      body: { version: before.version },
    });
    expect(body).toMatchObject({ departuresRedated: 1, push: { departed: { deleteAfterDays: 30 } } });
  });
});
