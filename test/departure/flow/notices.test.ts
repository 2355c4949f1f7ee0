import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDepartureWorld, userIdOf, type DepartureWorld } from '../departure-world';

type Received = {
  readonly event: string;
  readonly departures: {
    readonly due?: { readonly items: readonly { readonly userId: string; readonly handOver: unknown }[] };
    readonly held?: { readonly total: number; readonly reasons: readonly { readonly code: string }[] };
  };
};

let world: DepartureWorld;
const received: Received[] = [];

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    received.push(JSON.parse(Buffer.concat(chunks).toString('utf8')) as Received);
    response.writeHead(204).end();
  });
});

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));

afterAll(async () => {
  await world.close();
  server.closeAllConnections();
  server.close();
});

const of = (event: string) => received.filter((notice) => notice.event === event);

it('who is deleted soon is listed once, who can not be deleted is told, and the mark goes on with it', async () => {
  world = await createDepartureWorld({
    departed: { deleteAfterDays: 5, holdForHandOver: true },
  });
  const { port } = server.address() as AddressInfo;
  const path = `/corps/${world.corp.corpId}/directory/settings`;
  const { access, push } = (await world.api.call(path)).body;
  const notices = [
    {
      kind: 'webhook',
      name: 'ops',
      url: `http://127.0.0.1:${port}/hook`,
      events: ['departures-due', 'departures-held'],
    },
  ];
  const saved = await world.api.call(path, { method: 'PUT', body: { access, push, notices } });
  expect([saved.status, saved.text]).toEqual([200, expect.anything()]);
  await world.hire(1, 2, 3);
  await world.depart(2, 3);

  const listed = await world.until('both are listed', async () => {
    const userIds = of('departures-due').flatMap(({ departures }) =>
      departures.due!.items.map(({ userId }) => userId),
    );
    return userIds.length >= 2 ? userIds : undefined;
  });
  expect(listed.sort()).toEqual([userIdOf(2), userIdOf(3)]);
  // The app of this corp may not ask about customers, so nobody can tell what is left.
  expect(of('departures-due')[0]!.departures.due!.items[0]!.handOver).toMatchObject([
    { kind: 'external-contacts', count: null },
    { kind: 'customer-groups', count: null },
    { kind: 'todos', count: 0 },
    { kind: 'subordinates', count: 0 },
    { kind: 'led-departments', count: 0 },
  ]);

  for (const number of [2, 3])
    expect(await world.reaches(number, 'held')).toMatchObject({ reason: 'hand-over' });
  const told = await world.until('both are told of', async () =>
    of('departures-held').find(({ departures }) => departures.held!.total === 2),
  );
  expect(told.departures.held!.reasons).toMatchObject([{ code: 'hand-over', count: 2 }]);

  expect(await world.decide(2, 'hand-over-done')).toMatchObject({ status: 200 });
  await world.reaches(2, 'deleted');
  expect(await world.member(2)).toBeUndefined();
  expect(await world.departures(3)).toMatchObject([{ state: 'held', reason: 'hand-over' }]);
  const names = of('departures-due').flatMap(({ departures }) => departures.due!.items);
  expect(names).toHaveLength(2);
});
