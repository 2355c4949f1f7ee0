import { appHealthId, probeAppSignal } from '../../../workflows/message-push.contract';
import { createFlowWorld, everybody, oaIdOf, type FlowWorld } from './flow-world';

let world: FlowWorld;
beforeAll(async () => {
  world = await createFlowWorld({ people: 100 });
});
afterAll(() => world.close());
afterEach(() => world.noFaults());

const pauses = () =>
  world.sql<{ code: string; errcode: number; pausedAt: Date }>(
    `SELECT cause->>'code' AS code, (cause->'wecom'->>'errcode')::int AS errcode, paused_at AS "pausedAt" FROM app_pause`,
  );
const probe = () => world.client.workflow.getHandle(appHealthId(world.appId)).signal(probeAppSignal);

it('60020 pauses the app; put right, all that waited goes out in order, and what came later after it', async () => {
  await world.fault({ path: 'message/send', rate: 1, errcode: 60020 });
  const titles = ['First', 'Second', 'Third', 'Fourth'];
  const pushIds: string[] = [];
  for (const title of titles) {
    const pushId = await world.push({ title });
    pushIds.push(pushId);
    expect(await world.reaches(pushId, 'waiting')).toMatchObject({
      reason: 'app-paused',
      isPaused: true,
      counts: { total: 1, queued: 1 },
      calls: 0,
    });
  }
  const large = await world.push({ title: 'Large', recipients: everybody(60, 30) });
  await world.reaches(large, 'waiting');
  const [pause] = await pauses();
  expect(pause).toMatchObject({ code: 'app-paused', errcode: 60020 });

  // Asked again while it is still refused.
  await world.until('somebody looks after the app', async () =>
    probe().then(
      () => true,
      () => undefined,
    ),
  );
  await world.until('it was asked', async () => {
    const [row] = await world.sql<{ probes: number; waiting: number }>('SELECT probes FROM app_pause');
    const calls = await world.sendCalls();
    return row !== undefined && calls.filter(({ errcode }) => errcode === 60020).length >= 2
      ? true
      : undefined;
  });
  expect(await world.texts(1)).toEqual([]);

  await world.noFaults();
  await probe();
  const later = await world.push({ title: 'Later' });
  for (const pushId of [...pushIds, large, later]) await world.reaches(pushId, 'sent');
  expect(await world.texts(1)).toEqual([...titles, 'Later']);
  expect(await pauses()).toEqual([]);
  expect(await world.texts(30)).toEqual(['Large']);
  for (const kind of ['app-paused', 'app-resumed']) {
    const id = `notice:${kind}:${world.appId}:${pause!.pausedAt.toISOString()}`;
    await world.until(`${kind} is told`, async () => {
      const described = await world.client.workflow
        .getHandle(id)
        .describe()
        .catch(() => undefined);
      return described === undefined ? undefined : true;
    });
  }
});

it('a refusal of the app alone (43012) fails the push and pauses nothing', async () => {
  await world.fault({ path: 'message/send', times: 1, errcode: 43012 });
  const pushId = await world.push({ recipients: everybody(2, 2) });
  expect(await world.reaches(pushId, 'failed')).toMatchObject({
    reason: 'refused-by-wecom',
    errcode: 43012,
    counts: { total: 2, failed: 2 },
  });
  expect(await pauses()).toEqual([]);
});

it('a pause nobody looks after is taken up by the sweep', async () => {
  await world.fault({ path: 'message/send', rate: 1, errcode: 48002 });
  const pushId = await world.push({ title: 'Forgotten', recipients: [oaIdOf(5)] });
  await world.reaches(pushId, 'waiting');
  const health = () => world.client.workflow.getHandle(appHealthId(world.appId));
  await world.until('it is there', async () => {
    const { status } = await health().describe();
    return status.name === 'RUNNING' ? true : undefined;
  });
  await health().terminate();
  await world.noFaults();
  await world.sweep({ againMs: 0 });
  await probe();
  await world.reaches(pushId, 'sent');
  expect(await world.texts(5)).toEqual(['Forgotten']);
});
