import { createFlowWorld, dayAfter, firstDay, type FlowCorp, type FlowWorld } from './flow-world';

let flow: FlowWorld;

beforeAll(async () => {
  flow = await createFlowWorld({ http: true });
});
afterAll(() => flow.close());
afterEach(() => void (flow.server.spoil = undefined));

const days = 10;
const range = { from: firstDay, to: dayAfter(firstDay, days - 1) };

/** By the corp, since the OA is one for all. */
function received(corp: FlowCorp) {
  type Item = { id: string; corpId: string; oaUserId: string; state: string; version: number; kind?: string };
  return (flow.server.oa.received.attendance as Item[]).filter(({ corpId }) => corpId === corp.corpid);
}

async function receives(corp: FlowCorp, count: number) {
  return flow.until(`the OA has received ${count}`, async () => {
    const items = received(corp);
    return items.length >= count ? items : undefined;
  });
}

async function settled(corp: FlowCorp): Promise<void> {
  await flow.until('the delivery is over', async () => {
    const { status } = await corp.deliveryHandle().describe();
    return status.name === 'COMPLETED' ? true : undefined;
  });
}

it('an OA that is away fails no run, and has everything exactly once when it is back', async () => {
  const corp = await flow.createCorp();
  await corp.punchesFor(days);
  flow.server.spoil = 503;
  expect(await corp.run(range)).toMatchObject({ phase: 'done', counts: { new: 4 * days * 2 } });
  const failing = await flow.until('the failure is shown', async () =>
    (await flow.delivery.states(corp.corpId)).find(({ failingSince }) => failingSince !== null),
  );
  expect(failing).toMatchObject({
    stream: 'punches',
    toldUpTo: 0n,
    error: {
      code: 'oa-unavailable',
      params: { operation: 'POST /attendance', reason: 'not_today', httpStatus: 503 },
    },
  });

  // It takes a batch, and its answer is lost: the same one comes again, under the same key.
  flow.server.batches.length = 0;
  flow.server.spoil = 'lost';
  await corp.tellNow();
  await receives(corp, 4 * days * 2);
  await flow.until('it is repeated', async () => (flow.server.batches.length >= 3 ? true : undefined));
  expect(new Set(flow.server.batches.map(({ key }) => key)).size).toBe(1);

  flow.server.spoil = undefined;
  await corp.tellNow();
  await settled(corp);
  const items = received(corp);
  expect(items).toHaveLength(4 * days * 2);
  expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
  expect(new Set(flow.server.batches.map(({ key }) => key)).size).toBe(1);
  expect(await flow.delivery.states(corp.corpId)).toMatchObject([
    { failingSince: null, error: null, attempts: 0 },
  ]);
});

it('an OA that refuses punches is told of reports all the same', async () => {
  const corp = await flow.createCorp({ people: 2 });
  await corp.punchesFor(days);
  await corp.run({ ...range, reads: { punches: true, daily: true, monthly: true } });
  // Per person a day's report each, and one of the month.
  const items = await receives(corp, 2 * (days * 3 + 1));
  expect(items.filter(({ kind }) => kind === undefined)).toHaveLength(2 * (days + 1));

  flow.server.spoil = 404;
  await corp.punch('u1', `${firstDay}T04:00:00Z`);
  await corp.run({ from: firstDay, reads: { punches: true, daily: true } });
  const failing = await flow.until('the refusal is shown', async () =>
    (await flow.delivery.states(corp.corpId)).find(({ failingSince }) => failingSince !== null),
  );
  expect(failing.error).toMatchObject({
    code: 'oa-refused',
    params: { reason: 'not_today', httpStatus: 404 },
  });
  flow.server.spoil = undefined;
  await corp.tellNow();
  await settled(corp);
});

it('what WeCom no longer has is told as superseded, and what it has changed as a new version', async () => {
  const corp = await flow.createCorp({ people: 1 });
  const at = `${firstDay}T01:00:00Z`;
  const other = `${firstDay}T10:00:00Z`;
  await corp.punch('u1', at);
  await corp.punch('u1', other, { checkin_type: '下班打卡' });
  await corp.run();
  await receives(corp, 2);

  await corp.forget('u1', at);
  await corp.punch('u1', other, { checkin_type: '下班打卡', notes: '补卡' });
  await corp.run();
  const [, , ...news] = await receives(corp, 4);
  expect(news).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ state: 'superseded', version: 2, kind: '上班打卡' }),
      expect.objectContaining({ state: 'current', version: 2, kind: '下班打卡' }),
    ]),
  );
});

it('members without a binding are kept, and told of once they are bound', async () => {
  const corp = await flow.createCorp({ people: 3, bound: 1 });
  await corp.punchesFor(days);
  await corp.run({ ...range, reads: { punches: true, daily: true } });
  await receives(corp, days * 3);
  await settled(corp);
  expect(received(corp)).toHaveLength(days * 3);
  expect(await flow.sweepDeliveries()).toBe(0);

  await corp.bind('u2');
  expect(await flow.sweepDeliveries()).toBe(1);
  const items = await receives(corp, days * 6);
  await settled(corp);
  expect(new Set(items.map(({ oaUserId }) => oaUserId))).toEqual(
    new Set([`oa-${corp.corpid}-u1`, `oa-${corp.corpid}-u2`]),
  );
  expect(await flow.sweepDeliveries()).toBe(0);
  const waiting = await flow.sql<{ userId: string }>(
    `SELECT user_id AS "userId" FROM attendance_person WHERE corp_id = $1 AND waiting_since IS NOT NULL`,
    [corp.corpId],
  );
  expect(waiting).toEqual([{ userId: 'u3' }]);

  // Nothing of it comes again with the next reading.
  await corp.run(range);
  await settled(corp);
  expect(received(corp)).toHaveLength(days * 6);
});
