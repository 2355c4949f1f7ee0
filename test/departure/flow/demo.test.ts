import { setTimeout as wait } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { seedDemo } from '../../../embedded/seed-demo';
import { createSecretBox } from '../../../store/secrets';
import { startDepartureDesks } from '../../../workers/departures-sweep';
import { bridgeTaskQueue } from '../../../workflows/task-queues';
import { startTestApi, type TestApi } from '../../api/harness';
import { startTestWorker } from '../../api/worker';
import { testTemporal } from '../../support/temporal';
import { patienceMs } from '../../support/patience';

type Departure = {
  readonly userId: string;
  readonly state: string;
  readonly daysLeft: number | null;
  readonly handOver:
    | readonly { readonly kind: string; readonly count: number | null; readonly names: readonly string[] }[]
    | null;
};

let api: TestApi;
let worker: Awaited<ReturnType<typeof startTestWorker>>;
let connection: Connection;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  api = await startTestApi();
  worker = await startTestWorker(api);
  connection = await Connection.connect(testTemporal());
});

afterAll(async () => {
  await worker.stop();
  await connection.close();
  await api.close();
});

it('in the demo, whoever leaves after the first push has a day, and a list of what is left to hand over', async () => {
  await seedDemo({
    db: api.db,
    secrets: createSecretBox([api.masterKey]),
    simulatorUrl: api.simulator.url,
  });
  const { id } = (await api.call('/corps')).body.items[0];
  const started = await api.call(`/corps/${id}/directory/runs`, {
    body: { direction: 'push', mode: 'apply' },
  });
  expect([started.status, started.text]).toEqual([202, expect.anything()]);
  const { runId } = started.body;
  const until = async <T>(look: () => Promise<T | undefined>): Promise<T> => {
    for (const deadline = Date.now() + patienceMs; ; await wait(200)) {
      const found = await look();
      if (found !== undefined) return found;
      if (Date.now() > deadline) throw new Error('It did not come to that in time');
    }
  };
  await until(async () => ((await api.call(`/runs/${runId}`)).body.phase === 'done' ? true : undefined));

  const begun = await api.call(`/corps/${id}/departures`, { body: { userId: 'YC0131' } });
  expect([begun.status, begun.text]).toEqual([202, expect.anything()]);
  const client = new Client({ connection, namespace: api.namespace });
  const departure = await until<Departure>(async () => {
    await startDepartureDesks(client, worker.deps.departures, bridgeTaskQueue);
    const { body } = await api.call(`/corps/${id}/departures/YC0131`);
    return body.handOver === null || body.daysLeft === null ? undefined : body;
  });
  expect(departure.state).toBe('waiting');
  expect([30, 31]).toContain(departure.daysLeft);
  expect(departure.handOver).toMatchObject([
    { kind: 'external-contacts', count: 8, hint: null },
    { kind: 'customer-groups', count: 2, names: ['星河商贸 × 云程 项目群', '远山科技续约沟通群'] },
    { kind: 'todos', count: 0 },
    { kind: 'subordinates', count: 14 },
    { kind: 'led-departments', count: 1, names: ['华南销售部'] },
  ]);
});
