import { rotateMasterKey } from '../../../store/rotate-key';
import { createSecretBox } from '../../../store/secrets';
import { createAttendanceSettingsStore } from '../../../store/attendance-settings';
import { randomBytes } from 'node:crypto';
import type { AttendanceWorld } from './attendance-world';
import { createAttendanceWorld } from './attendance-world';

let world: AttendanceWorld;
beforeAll(async () => {
  world = await createAttendanceWorld();
});
afterAll(() => world.close());

const path = (corp: { readonly id: string }) => `/corps/${corp.id}/attendance/settings`;

const put = (corp: { readonly id: string }, body: unknown, query = '') =>
  world.call(`${path(corp)}${query}`, body, 'PUT');

it('says what applies while nothing is set', async () => {
  const corp = await world.createCorp();
  const { status, body } = await world.call(path(corp));
  expect(status).toBe(200);
  expect(body).toEqual({
    appId: null,
    hasSecret: false,
    timezone: 'Asia/Shanghai',
    dayStartsAt: '00:00',
    configured: false,
    credential: null,
    check: null,
    advice: expect.stringContaining('2023-12-01'),
  });
});

it('takes an app that WeCom lets read, tried out at once', async () => {
  const corp = await world.createCorp();
  const { status, body } = await put(corp, {
    appId: corp.app,
    timezone: 'Europe/Berlin',
    dayStartsAt: '04:30',
  });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    appId: corp.app,
    hasSecret: false,
    timezone: 'Europe/Berlin',
    dayStartsAt: '04:30',
    configured: true,
    credential: 'app',
    check: { ok: true, message: null, advice: null, wecom: null },
    advice: null,
  });
  expect((await world.call(path(corp))).body).toEqual(body);
});

it('refuses an app that WeCom does not let read, says what to click, and saves nothing', async () => {
  const corp = await world.createCorp();
  const { status, body } = await put(corp, { appId: corp.otherApp, timezone: 'Europe/Berlin' });
  expect(status).toBe(422);
  expect(body.error).toMatchObject({
    fields: [{ path: 'appId', message: expect.stringContaining('48002') }],
    wecom: { errcode: 48002 },
    advice: expect.stringContaining('可调用接口的应用'),
  });
  expect((await world.call(path(corp))).body).toMatchObject({
    configured: false,
    timezone: 'Asia/Shanghai',
  });
});

it('refuses the secret of the check-in app in corps of today, and takes it in older ones', async () => {
  const corp = await world.createCorp();
  const refused = await put(corp, { secret: corp.systemSecret });
  expect(refused.status).toBe(422);
  expect(refused.body.error).toMatchObject({
    fields: [{ path: 'secret' }],
    wecom: { errcode: 48002 },
    advice: expect.stringMatching(/2023-12-01.*self-built app/),
  });

  const older = await world.createCorp({ rights: 'legacy' });
  const { status, body } = await put(older, { secret: older.systemSecret });
  expect(status).toBe(200);
  expect(body).toMatchObject({ appId: null, hasSecret: true, credential: 'system-secret', configured: true });
});

it('refuses a wrong secret at its field', async () => {
  const corp = await world.createCorp({ rights: 'legacy' });
  const { status, body } = await put(corp, { secret: 'never-given-out' });
  expect(status).toBe(422);
  expect(body.error.fields).toEqual([{ path: 'secret', message: expect.any(String) }]);
  expect(body.error.advice).toContain('打卡');
});

it('names every field that can not be used', async () => {
  const corp = await world.createCorp();
  const other = await world.createCorp();
  const cases: [unknown, string][] = [
    [{}, 'appId'],
    [{ timezone: 'Asia/Tokyo' }, 'appId'],
    [{ appId: corp.app, secret: 'both-of-them' }, 'secret'],
    [{ appId: 'nobody' }, 'appId'],
    [{ appId: other.app }, 'appId'],
    [{ appId: corp.app, timezone: 'Mars/Base' }, 'timezone'],
    [{ appId: corp.app, timezone: '+08:00' }, 'timezone'],
    [{ appId: corp.app, dayStartsAt: '24:00' }, 'dayStartsAt'],
    [{ appId: corp.app, dayStartsAt: '4am' }, 'dayStartsAt'],
    [{ appId: corp.app, colour: 'red' }, 'colour'],
    [{ secret: 'with a space' }, 'secret'],
  ];
  for (const [body, field] of cases) {
    const answer = await put(corp, body);
    expect([answer.status, answer.body.error.fields.map((one: { path: string }) => one.path)]).toEqual([
      422,
      [field],
    ]);
  }
});

it('keeps the credential where neither is given, and one takes the place of the other', async () => {
  const corp = await world.createCorp({ rights: 'legacy' });
  await put(corp, { secret: corp.systemSecret });
  const kept = await put(corp, { timezone: 'Asia/Tokyo' });
  expect(kept.body).toMatchObject({ hasSecret: true, timezone: 'Asia/Tokyo', dayStartsAt: '00:00' });
  const changed = await put(corp, { appId: corp.app });
  expect(changed.body).toMatchObject({ appId: corp.app, hasSecret: false, credential: 'app' });
  expect((await world.call(`/corps/${corp.id}/apps/${corp.app}`, undefined, 'DELETE')).status).toBe(204);
  expect((await world.call(path(corp))).body).toMatchObject({ configured: false, credential: null });
});

it('can be prepared offline, and asks WeCom when told to', async () => {
  const corp = await world.createCorp();
  const saved = await put(corp, { appId: corp.otherApp }, '?verify=false');
  expect(saved.body).toMatchObject({ configured: true, check: null });
  const checked = await world.call(`${path(corp)}/check`, undefined, 'POST');
  expect(checked.status).toBe(200);
  expect(checked.body.check).toMatchObject({
    ok: false,
    message: expect.any(String),
    advice: expect.stringContaining('可调用接口的应用'),
    wecom: { errcode: 48002, path: 'checkin/getcorpcheckinoption' },
  });
  await put(corp, { appId: corp.app });
  expect((await world.call(`${path(corp)}/check`, undefined, 'POST')).body.check.ok).toBe(true);
  const nothing = await world.createCorp();
  const unset = await world.call(`${path(nothing)}/check`, undefined, 'POST');
  expect([unset.status, unset.body.error.code]).toEqual([422, 'attendance_not_set_up']);
});

it('says what is still missing before a run can read anybody', async () => {
  const unread = await world.createCorp({ members: false });
  await world.setUp(unread);
  expect((await world.call(path(unread))).body.advice).toContain('Pull');
  const unbound = await world.createCorp({ bound: false });
  await world.setUp(unbound);
  expect((await world.call(path(unbound))).body.advice).toContain('bound');
});

it('never gives the secret back, writes it nowhere in the open, and takes it along when the key is rotated', async () => {
  const corp = await world.createCorp({ rights: 'legacy' });
  await put(corp, { secret: corp.systemSecret });
  await world.call(`${path(corp)}/check`, undefined, 'POST');
  const { text: answer } = await world.call(path(corp));
  const { text: audit } = await world.call('/audit?limit=50');
  const [stored] = await world.sql<{ secret_enc: string }>(
    'SELECT secret_enc FROM attendance_settings WHERE corp_id = $1',
    [corp.id],
  );
  for (const text of [answer, audit, stored?.secret_enc ?? '', ...world.api.logged]) {
    expect(text).not.toContain(corp.systemSecret);
  }
  expect(audit).toContain('attendance-settings.save');

  const newest = randomBytes(32).toString('base64');
  await rotateMasterKey(world.api.db, createSecretBox([newest, world.api.masterKey]));
  const withNewKey = createAttendanceSettingsStore(world.api.db, createSecretBox([newest]));
  expect(await withNewKey.credentialOf(corp.id)).toEqual({ kind: 'check-in', secret: corp.systemSecret });
});

it('lets viewers and operators look, and administrators alone save', async () => {
  const corp = await world.createCorp();
  for (const role of ['viewer', 'operator', 'approver'] as const) {
    const person = await world.api.signIn(role);
    expect((await person.call(path(corp))).status).toBe(200);
    expect((await person.call(path(corp), { method: 'PUT', body: { appId: corp.app } })).status).toBe(403);
    expect((await person.call(`${path(corp)}/check`, { method: 'POST' })).status).toBe(403);
  }
  const admin = await world.api.signIn('admin');
  expect((await admin.call(path(corp), { method: 'PUT', body: { appId: corp.app } })).status).toBe(200);
  expect((await world.call('/corps/nobody/attendance/settings')).status).toBe(404);
});
