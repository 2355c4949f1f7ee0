import { noticeType } from '../../../workflows/notices.contract';
import { createMessageSweep } from '../../../workers/messages-sweep';
import { bridgeTaskQueue } from '../../../workflows/task-queues';
import { createTodosWorld, type TodoCorp, type TodosWorld } from './todos-world';

let world: TodosWorld;
let corp: TodoCorp;
beforeAll(async () => {
  world = await createTodosWorld();
  corp = world.corps[0];
});
afterAll(() => world.close());

const save = (notice: object) =>
  world.api.call(`/corps/${corp.corpId}/directory/settings`, {
    method: 'PUT',
    body: { access: 'read-only', notices: [notice] },
  });

const fields = async (notice: object): Promise<string[]> => {
  const { status, body } = await save(notice);
  expect(status).toBe(422);
  return (body.error.fields as { path: string }[]).map(({ path }) => path);
};

it('a notice goes as a message to the members whom the settings name, once, and stands in the push log', async () => {
  const notice = {
    kind: 'message',
    name: '值班群',
    appId: corp.appId,
    userIds: ['U1', 'u2', 'u1'],
    events: ['schedule-skipped', 'failed'],
  };
  const saved = await save(notice);
  expect([saved.status, saved.body.notices]).toEqual([200, [notice]]);

  const input = { corpId: corp.corpId, runId: null, kind: 'schedule-skipped' } as const;
  const workflowId = 'notice:schedule-skipped:run:1';
  await world.client.workflow.execute(noticeType, { taskQueue: bridgeTaskQueue, workflowId, args: [input] });
  const { messageSweep } = world.worker().deps;
  const sweep = createMessageSweep(world.client, messageSweep, bridgeTaskQueue, { newMs: 0 });
  const message = await world.until('it arrives', async () => {
    await sweep.sweep();
    const inbox = (await world.api.control(`/_sim/corps/${corp.corpid}/inbox/u1`, undefined, 'GET')) as {
      body: { content?: string };
    }[];
    return inbox[0];
  });
  expect(JSON.stringify(message)).toContain('[已跳过] 企业微信同步');
  const { body } = await world.api.call(`/pushes?kind=notice`);
  expect(body.items).toMatchObject([{ kind: 'notice', appId: corp.appId, counts: { total: 2, sent: 2 } }]);
  const rows = await world.sql('SELECT status, attempts FROM notice');
  expect(rows).toEqual([{ status: 'sent', attempts: 1 }]);
});

it('an app or a member that the corp does not have is refused by its field', async () => {
  const notice = { kind: 'message', name: 'x', appId: corp.appId, userIds: ['u1'], events: ['failed'] };
  expect(await fields({ ...notice, appId: world.corps[1].appId })).toEqual(['notices.0.appId']);
  expect(await fields({ ...notice, userIds: ['u1', 'nobody'] })).toEqual(['notices.0.userIds.1']);
  expect(await fields({ ...notice, userIds: [] })).toEqual(['notices.0.userIds']);
  expect(await fields({ ...notice, url: 'https://example.com' })).not.toEqual([]);
  expect(
    (await save({ kind: 'webhook', name: 'x', url: 'https://example.com/a', events: ['failed'] })).status,
  ).toBe(200);
});
