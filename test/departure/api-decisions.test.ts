import { startTestApi } from '../api/harness';
import { createDepartureWorld, userIdOf, type DepartureWorld } from './departure-world';
import { createStoredWorld, inDays } from './stored-departures';

const hourMs = 3_600_000;

let world: DepartureWorld;

beforeAll(async () => {
  // Days of an hour: nothing is due while a test looks on.
  world = await createDepartureWorld({ daySeconds: 3_600, departed: { deleteAfterDays: 7 } });
  await world.hire(1, 2, 3, 4, 5, 6, 7, 8);
});
afterAll(() => world.close());

const english = { 'accept-language': 'en' };
const at = (path: string): string => `/corps/${world.corp.corpId}/departures${path}`;
const begin = (number: number, headers: Record<string, string> = {}) =>
  world.api.call(at(''), { body: { userId: userIdOf(number) }, headers: { ...english, ...headers } });
const read = async (number: number) =>
  (await world.api.call(at(`/${userIdOf(number)}`), { headers: english })).body;

async function begun(...numbers: readonly number[]): Promise<void> {
  for (const number of numbers) {
    const answer = await begin(number);
    expect([answer.status, answer.text]).toEqual([202, expect.anything()]);
  }
  for (const number of numbers) {
    await world.reaches(number, 'waiting');
    await world.until('dated', async () => ((await read(number)).deleteAt === null ? undefined : true));
  }
}

it('whoever an administrator lets go is disabled by a run of its own, and dated', async () => {
  const answer = await begin(1);
  expect(answer).toMatchObject({ status: 202, body: { state: 'disabling', origin: 'person' } });
  await world.reaches(1, 'waiting');
  expect((await world.member(1))?.enable).toBe(0);
  const departure = await world.until('dated', async () => {
    const found = await read(1);
    return found.deleteAt === null ? undefined : found;
  });
  expect(departure).toMatchObject({
    state: 'waiting',
    afterDays: 7,
    daysLeft: 7,
    startedBy: 'token:BRIDGE_ADMIN_TOKEN',
    can: { postpone: true, cancel: true, restore: true, release: false, deleteNow: true },
  });
  expect(Date.parse(departure.deleteAt) - Date.parse(departure.disabledAt)).toBe(7 * hourMs);
  const codes = departure.events.map(({ code }: { code: string }) => code);
  expect(codes.slice(0, 2)).toEqual(['started', 'disabled']);
  const run = (await world.api.call(`/runs/${departure.runId}`)).body;
  expect(run).toMatchObject({ trigger: 'departures', direction: 'push', push: { kind: 'departures' } });
  for (const path of ['/plan', '/changes']) {
    expect([path, (await world.api.call(`/runs/${departure.runId}${path}`)).status]).toEqual([path, 200]);
  }
  const { items } = (await world.api.call(`/runs/${departure.runId}/changes`, { headers: english })).body;
  const change = await world.api.call(`/runs/${departure.runId}/changes/${encodeURIComponent(items[0].id)}`, {
    headers: english,
  });
  expect([items.length, items[0].action, change.status]).toEqual([1, 'disableUser', 200]);
  expect(change.body.rule).toMatchObject({ code: 'asked-by-person', text: expect.stringMatching(/ /) });
  const runs = await world.api.call(`/corps/${world.corp.corpId}/directory/runs`);
  expect(runs.status).toBe(200);
  const card = (await world.api.call(`/corps/${world.corp.corpId}/members/${userIdOf(1)}`)).body.departure;
  expect(card).toMatchObject({ state: 'waiting', disabledAt: departure.disabledAt, daysLeft: 7 });
});

describe('of those who wait', () => {
  // One run disables them all.
  beforeAll(() => begun(2, 3, 4, 5, 6, 8));

  it('a deletion is put off by days, once for each Idempotency-Key', async () => {
    const before = await read(2);
    const headers = { ...english, 'idempotency-key': 'three-days' };
    const postpone = () =>
      world.api.call(at(`/${userIdOf(2)}/postpone`), { body: { days: 3, comment: 'more time' }, headers });
    const first = await postpone();
    expect(first).toMatchObject({ status: 200, body: { state: 'postponed', postponedDays: 3 } });
    // A day is an hour here, in the very answer too.
    expect(Date.parse(first.body.deleteAt) - Date.parse(before.deleteAt)).toBe(3 * hourMs);
    expect((await postpone()).headers.get('idempotency-replayed')).toBe('true');
    const after = await world.until('the day is made anew', async () => {
      const found = await read(2);
      const moved = Date.parse(found.deleteAt) - Date.parse(before.deleteAt);
      return moved === 3 * hourMs ? found : undefined;
    });
    expect(after).toMatchObject({ state: 'postponed', postponedDays: 3 });
    expect(after.events.at(-1)).toMatchObject({
      code: expect.stringMatching(/postponed|dated/),
      text: expect.stringMatching(/\S/),
    });
    const more = await world.decide(2, 'postpone', { days: 2 });
    expect(more).toMatchObject({ status: 200, body: { postponedDays: 5 } });
  });

  it('a hand-over is marked as done, with who did it', async () => {
    expect(await world.decide(3, 'hand-over-done', { comment: 'all to u1' })).toMatchObject({
      status: 200,
      body: {
        handOverDoneAt: expect.any(String),
        handOverDoneBy: 'token:BRIDGE_ADMIN_TOKEN',
        can: { handOverDone: false },
      },
    });
    expect((await read(3)).events.at(-1)).toMatchObject({
      code: 'hand-over-done',
      by: 'token:BRIDGE_ADMIN_TOKEN',
    });
  });

  it('one that is cancelled stays disabled and is over; a new one may be begun', async () => {
    const cancelled = await world.decide(4, 'cancel');
    expect(cancelled).toMatchObject({
      status: 200,
      body: { state: 'cancelled', closedAt: expect.any(String) },
    });
    expect((await world.member(4))?.enable).toBe(0);
    for (const what of ['cancel', 'restore', 'delete-now']) {
      expect(await world.decide(4, what)).toMatchObject({
        status: 409,
        body: { error: { code: 'departure_closed', reason: 'departure-closed' } },
      });
    }
    const again = await begin(4);
    expect(again.status).toBe(202);
    const { departureId, earlier } = await read(4);
    expect(departureId).toBe(again.body.departureId);
    expect(earlier).toMatchObject([{ state: 'cancelled', decidedBy: 'token:BRIDGE_ADMIN_TOKEN' }]);
    expect(await world.decide(4, 'cancel')).toMatchObject({ status: 200, body: { state: 'cancelled' } });
  });

  it('one that is restored is enabled again', async () => {
    expect(await world.decide(5, 'restore')).toMatchObject({
      status: 202,
      body: { state: expect.stringMatching(/^restor(ing|ed)$/) },
    });
    await world.reaches(5, 'restored');
    expect((await world.member(5))?.enable).toBe(1);
    expect(await read(5)).toMatchObject({ state: 'restored', decidedBy: 'token:BRIDGE_ADMIN_TOKEN' });
  });

  it('one that is held goes on when it is released', async () => {
    const reason = JSON.stringify({ code: 'rejected', params: { wanted: 'delete' } });
    await world.api.db.pool.query(
      "UPDATE departure SET state = 'held', reason = $2 WHERE corp_id = $1 AND user_id = $3",
      [world.corp.corpId, reason, userIdOf(8)],
    );
    expect(await read(8)).toMatchObject({
      state: 'held',
      reason: 'Somebody rejected the plan.',
      advice: expect.stringContaining('release'),
      can: { release: true },
    });
    expect(await world.decide(8, 'release')).toMatchObject({
      status: 202,
      body: { state: 'waiting', reason: null, advice: null },
    });
    expect((await read(8)).events.at(-1)).toMatchObject({
      code: 'released',
      by: 'token:BRIDGE_ADMIN_TOKEN',
    });
  });

  it('of two decisions at once one is followed, and the other is told why not', async () => {
    const answers = await Promise.all([
      world.decide(6, 'cancel'),
      world.decide(6, 'restore'),
      world.decide(6, 'cancel'),
    ]);
    expect(answers.map(({ status }) => (status < 300 ? 'followed' : status)).sort()).toEqual([
      409,
      409,
      'followed',
    ]);
    const { state } = await world.reaches(6, 'cancelled', 'restored');
    await world.until('the account agrees', async () =>
      (await world.member(6))?.enable === (state === 'restored' ? 1 : 0) ? true : undefined,
    );
  });
});

it('an account that departed in the OA is deleted at once when somebody says so', async () => {
  await world.depart(7);
  await world.reaches(7, 'waiting');
  const operator = await world.api.signIn('operator');
  const path = at(`/${userIdOf(7)}/delete-now`);
  expect((await operator.call(path, { method: 'POST', body: {} })).status).toBe(403);
  expect(await world.decide(7, 'delete-now')).toMatchObject({ status: 202 });
  await world.reaches(7, 'deleted');
  expect(await world.member(7)).toBeUndefined();
  expect(await read(7)).toMatchObject({
    state: 'deleted',
    closedAt: expect.any(String),
    can: { cancel: false },
  });
  const done = await world.api.call(at('?state=deleted'));
  expect(done.body).toMatchObject({ total: 1, items: [{ userId: userIdOf(7) }] });
});

it('without Temporal a departure is begun all the same, and a decision has to wait', async () => {
  const api = await startTestApi({ TEMPORAL_ADDRESS: '127.0.0.1:9' });
  try {
    const stored = await createStoredWorld(api);
    const begins = await api.call(stored.at('/departures'), { body: { userId: 'ada' }, headers: english });
    expect(begins).toMatchObject({ status: 202, body: { state: 'disabling' } });
    await stored.store({ userId: 'bob', state: 'waiting', deleteAt: inDays(3) });
    const answer = await api.call(stored.at('/departures/bob/cancel'), { method: 'POST', headers: english });
    expect(answer).toMatchObject({ status: 503, body: { error: { code: 'unavailable' } } });
    const { rows } = await api.db.pool.query("SELECT state FROM departure WHERE user_id = 'bob'");
    expect(rows).toEqual([{ state: 'waiting' }]);
  } finally {
    await api.close();
  }
});
