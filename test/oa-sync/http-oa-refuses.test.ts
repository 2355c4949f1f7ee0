import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createReferenceOa, type ReferenceOa } from '../../reference-oa/app';
import { resumePushUpdate } from '../../workflows/directory-push.contract';
import { createOaSyncWorld, type OaSyncWorld } from './oa-sync-world';

const secret = 'a-secret-of-at-least-thirty-two-characters';

let oa: ReferenceOa;
let server: Server;
let world: OaSyncWorld;
/** What the OA answers to news instead of taking it. */
let refusals: number[] = [];

beforeAll(async () => {
  oa = createReferenceOa({
    secret,
    directory: {
      subcompanies: [{ id: 'root', name: '星河科技', parentId: null, order: 1 }],
      departments: [],
      users: [{ id: 'u1', loginId: 'someone', name: '某人', departmentId: null, status: 'active' }],
    },
  });
  server = createServer((request, response) => {
    const status = request.url?.startsWith('/directory/changes') === true ? refusals.shift() : undefined;
    if (status === undefined) return oa.app(request, response);
    request.resume();
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { code: 'not_now', message: '' } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  world = await createOaSyncWorld({
    env: {
      OA_ADAPTER: 'http',
      OA_HTTP_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      OA_HTTP_SECRET: secret,
    },
  });
});

afterAll(async () => {
  await world.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

it('an OA that is down for a while is told later; one that refuses pauses the run until somebody has seen to it', async () => {
  const corp = await world.createCorp({
    departments: [{ id: 1, name: '星河', parentid: 0 }],
    users: [{ userid: 'zhang', name: '张一', department: [1] }],
  });
  await world.makeWecomMaster(corp);
  refusals = [503, 400];
  const started = await world.startSync(corp);
  expect(await world.reaches(started, 'paused')).toMatchObject({ error: { code: 'oa-refused' } });
  expect(oa.received.directoryChanges).toEqual([]);
  expect(await world.oaUser('zhang')).toBeUndefined();

  await started.handle.executeUpdate(resumePushUpdate);
  expect(await world.endOf(started)).toMatchObject({ phase: 'done', error: null, progress: { failed: 0 } });
  expect(oa.received.directoryChanges).toHaveLength(1);
  expect(await world.oaUser('zhang')).toMatchObject({ status: 'active' });
});
