import { english } from '../directory-push/api/push-world';
import { createDriftWorld, users, writesOf, type DriftWorld } from './drift-world';

/** What pushes leave alone, what only a decision brings back, and what can be seen at all. */

let world: DriftWorld;

beforeAll(async () => {
  world = await createDriftWorld();
});
afterAll(() => world.close());

it('what was ignored outlives pulls and pushes, until the OA wants something else', async () => {
  await world.byHand('user/update', { userid: 'u3', position: 'artist' });
  await world.pull();
  const { driftId } = await world.only('position');
  const ignored = await world.decide(driftId, 'ignore');
  expect([ignored.status, ignored.body]).toEqual([200, { runId: null, workflowId: null, decided: 1 }]);
  await world.pull();
  const quiet = await world.push({}, 'done');
  expect(writesOf(quiet)).toEqual({});
  expect((await world.members())['u3']?.position).toBe('artist');
  const left = await world.changeOf(String(quiet.id), 'skipUser:U3:left-by-decision:position');
  expect(left).toMatchObject({ action: 'skipUser', rule: { code: 'left-by-decision' } });
  expect(await world.only('position', 'state=ignored')).toMatchObject({
    decidedBy: 'token:BRIDGE_ADMIN_TOKEN',
  });
  expect(await world.drift()).toEqual([]);

  await world.feed(users.map((user) => (user.id === 'U3' ? { ...user, position: 'head' } : user)));
  await world.push({}, 'done');
  expect((await world.members())['u3']?.position).toBe('head');
  expect(await world.drift('state=ignored')).toEqual([]);
  await world.feed(users);
  await world.push({}, 'done');
});

it('what the OA has come to want as well needs no decision', async () => {
  await world.byHand('user/update', { userid: 'u1', position: 'partner' });
  const departmentId = await world.departmentNamed('研发部');
  await world.byHand('department/update', { id: departmentId, name: '实验室' });
  await world.pull();
  expect(await world.drift()).toHaveLength(2);
  const partner = users.map((user) => (user.id === 'U1' ? { ...user, position: 'partner' } : user));
  await world.feed(partner, [{ id: 'D1', name: '实验室' }]);
  expect(await world.drift()).toEqual([]);
  await world.pull();
  expect(await world.drift()).toEqual([]);
  // From now on that is what is expected.
  await world.byHand('user/update', { userid: 'u1', position: 'clerk' });
  await world.pull();
  expect(await world.only('position')).toMatchObject({ before: 'partner', after: 'clerk' });
  await world.feed(users);
  await world.push({}, 'done');
  expect(await world.drift()).toEqual([]);
});

it('a member disabled by hand is left by every push, and enabled by a decision', async () => {
  await world.byHand('user/update', { userid: 'u2', enable: 0 });
  await world.pull();
  const found = await world.only('enabled');
  expect(found).toMatchObject({
    userId: 'u2',
    before: 'Enabled',
    after: 'Disabled',
    canRevert: { ok: true },
    canAccept: { ok: false, reason: expect.stringContaining('departed') },
  });
  expect(writesOf(await world.push({}, 'done'))).toEqual({});
  const asked = await world.decide(found.driftId, 'revert');
  const run = await world.until(String(asked.body.runId), 'done');
  expect(writesOf(run)).toEqual({ 'user/update': 1 });
  expect((await world.members())['u2']?.enable).toBe(1);
  await world.settled(found.driftId, 'reverted');
});

it('a member deleted by hand is listed, and made anew when that is decided', async () => {
  await world.byHand('user/delete', { userid: 'u4' });
  await world.pull();
  const found = await world.only('existence');
  expect(found).toMatchObject({ userId: 'u4', name: 'Person U4', before: 'Exists', after: 'Deleted' });
  const member = await world.api.call(`/corps/${world.corpId}/members/u4`);
  expect(member.body.drift).toBe(1);
  const asked = await world.decide(found.driftId, 'revert');
  await world.until(String(asked.body.runId), 'done');
  expect(Object.keys(await world.members())).toContain('u4');
  await world.settled(found.driftId, 'reverted');
});

it('says what this corp can observe and what it can not', async () => {
  await world.pull();
  const { body } = await world.api.call(`/corps/${world.corpId}/drift/coverage`, { headers: english });
  expect(body).toMatchObject({
    members: { observed: 4, total: 4 },
    callbackConfigured: false,
    lastEventAt: null,
    note: expect.stringContaining('not configured'),
  });
  const field = (kind: string, name: string) =>
    body.fields.find((one: { kind: string; field: string }) => one.kind === kind && one.field === name);
  expect(field('member', 'departments')).toMatchObject({ observable: true, how: 'pull' });
  expect(field('member', 'position')).toMatchObject({ observable: true, how: 'pull' });
  expect(field('member', 'mobile')).toMatchObject({ observable: false, how: 'never' });
  expect(field('member', 'existence')).toMatchObject({ observable: true });
  expect(field('department', 'name')).toMatchObject({ observable: true });
});
