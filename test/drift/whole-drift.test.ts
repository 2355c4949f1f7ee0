import { english } from '../directory-push/api/push-world';
import { createDriftWorld, users, writesOf, type DriftWorld } from './drift-world';

/** From a change by hand in WeCom to the decision about it, with every part in earnest. */

let world: DriftWorld;

beforeAll(async () => {
  world = await createDriftWorld();
});
afterAll(() => world.close());

it('what a push wrote is never a change by hand', async () => {
  await world.pull();
  await world.feed(users.map((user) => ({ ...user, position: 'senior clerk' })));
  await world.push({}, 'done');
  await world.pull();
  await world.feed(users);
  await world.push({}, 'done');
  await world.pull();
  expect(await world.drift('state=all')).toEqual([]);
});

it('a position and a department changed by hand are listed, and reverted with one call each', async () => {
  await world.byHand('user/update', { userid: 'u1', position: 'boss' });
  const departmentId = await world.departmentNamed('研发部');
  await world.byHand('department/update', { id: departmentId, name: '实验室' });
  await world.pull();

  const position = await world.only('position');
  expect(position).toMatchObject({
    kind: 'member',
    userId: 'u1',
    name: 'Person U1',
    fieldName: 'Position',
    before: 'clerk',
    after: 'boss',
    seenBy: 'pull',
    state: 'open',
    revertsTo: 'clerk',
    canRevert: { ok: true },
    canAccept: { ok: true },
    canIgnore: { ok: true },
  });
  const name = await world.only('name');
  expect(name).toMatchObject({ kind: 'department', departmentId, before: '研发部', after: '实验室' });
  expect(await world.drift()).toHaveLength(2);

  const asked = await world.api.call(`/corps/${world.corpId}/drift/decide`, {
    body: { driftIds: [position.driftId, name.driftId], decision: 'revert' },
  });
  expect([asked.status, asked.body]).toEqual([202, expect.objectContaining({ decided: 2 })]);
  const run = await world.until(String(asked.body.runId), 'done');
  expect(writesOf(run)).toEqual({ 'user/update': 1, 'department/update': 1 });
  expect((await world.members())['u1']?.position).toBe('clerk');
  await world.settled(position.driftId, 'reverted');
  expect(await world.drift('state=reverted')).toHaveLength(2);
  expect(await world.drift()).toEqual([]);
  await world.pull();
  expect(await world.drift()).toEqual([]);
});

it('only what somebody decided to take back is written, beside other changes of the same person', async () => {
  await world.byHand('user/update', { userid: 'u2', position: 'boss', name: 'Somebody' });
  await world.pull();
  const position = await world.only('position');
  const asked = await world.decide(position.driftId, 'revert');
  expect(asked.status).toBe(202);
  const run = await world.until(String(asked.body.runId), 'done');
  expect(writesOf(run)).toEqual({ 'user/update': 1 });
  expect((await world.members())['u2']).toMatchObject({ position: 'clerk', name: 'Somebody' });
  expect(await world.only('name')).toMatchObject({ userId: 'u2', state: 'open', after: 'Somebody' });
  // Decided and done: not a second time.
  const again = await world.decide(position.driftId, 'revert');
  expect([again.status, again.body.error.code]).toEqual([409, 'drift_not_decidable']);
  await world
    .decide((await world.only('name')).driftId, 'revert')
    .then(({ body }) => world.until(body.runId, 'done'));
});

it('to revert obeys the approvals of every push, and is open again when nobody approves', async () => {
  await world.configure({ approval: { required: 'always' } });
  await world.byHand('user/update', { userid: 'u4', position: 'boss' });
  await world.pull();
  const { driftId } = await world.only('position');
  const asked = await world.decide(driftId, 'revert');
  const runId = String(asked.body.runId);
  await world.until(runId, 'awaiting-approval');
  expect(await world.only('position')).toMatchObject({ state: 'reverting', runId, canRevert: { ok: false } });
  // One push at a time: what can not begin is not said to be under way.
  await world.byHand('user/update', { userid: 'u3', position: 'boss' });
  await world.pull();
  const waiting = (await world.drift()).find(({ userId }) => userId === 'u3');
  const refused = await world.decide(String(waiting?.driftId), 'revert');
  expect([refused.status, refused.body.error.code]).toEqual([409, 'run_open']);
  expect((await world.drift()).find(({ userId }) => userId === 'u3')).toMatchObject({
    state: 'open',
    runId: null,
  });
  await world.byHand('user/update', { userid: 'u3', position: 'clerk' });
  await world.pull();
  const rejected = await world.api.call(`/runs/${runId}/reject`, { body: { reason: 'not now' } });
  expect(rejected.status).toBe(202);
  await world.until(runId, 'rejected');
  expect(await world.only('position')).toMatchObject({ state: 'open', decidedBy: null, runId });
  expect((await world.members())['u4']?.position).toBe('boss');
  await world.configure({ approval: { required: 'over-limit' } });
  await world.push({}, 'done');
  // Nobody decided about it, and the next push wrote what the OA wants.
  await world.settled(driftId, 'reverted');
});

it('shows numbers in full to administrators alone', async () => {
  await world.api.db.pool.query(
    `INSERT INTO drift (id, corp_id, kind, member_id, field, before, after, seen_by)
     SELECT 'masked', corp_id, 'member', id, 'mobile', '"19800000001"', '"13912345678"', 'pull'
     FROM mirror_member WHERE corp_id = $1 AND user_id_key = 'u1'`,
    [world.corpId],
  );
  expect(await world.only('mobile')).toMatchObject({ before: '19800000001', after: '13912345678' });
  const made = await world.api.call('/tokens', { body: { name: 'sees numbers masked', scopes: ['read'] } });
  const { body } = await world.api.call(`/corps/${world.corpId}/drift?field=mobile`, {
    token: String(made.body.token),
  });
  expect(body.items).toMatchObject([{ before: '198****0001', after: '139****5678' }]);
  await world.api.db.pool.query(`DELETE FROM drift WHERE id = 'masked'`);
});

it('is refused with a reason: read-only access, an unknown id, or no right to decide', async () => {
  await world.byHand('user/update', { userid: 'u1', position: 'boss' });
  await world.pull();
  const { driftId } = await world.only('position');
  const overview = await world.api.call('/overview', { headers: english });
  expect(overview.body.attention).toContainEqual(expect.objectContaining({ code: 'drift-open' }));

  await world.configure({}, { access: 'read-only' });
  expect((await world.only('position')).canRevert).toEqual({
    ok: false,
    reason: expect.stringContaining('read-only'),
  });
  // Read-only is about WeCom: the OA may still take the value over.
  expect((await world.only('position')).canAccept).toEqual({ ok: true });
  const refused = await world.decide(driftId, 'revert');
  expect([refused.status, refused.body.error.code]).toEqual([409, 'drift_not_decidable']);
  expect((await world.decide('00000000-0000-0000-0000-000000000000', 'ignore')).status).toBe(404);

  const made = await world.api.call('/tokens', { body: { name: 'reader', scopes: ['read'] } });
  const reader = { token: String(made.body.token) };
  expect((await world.api.call(`/corps/${world.corpId}/drift`, reader)).status).toBe(200);
  const forbidden = await world.api.call(`/corps/${world.corpId}/drift/${driftId}/ignore`, {
    method: 'POST',
    ...reader,
  });
  expect(forbidden.status).toBe(403);
});
