import { randomUUID } from 'node:crypto';
import type { Answer, TestApi } from '../api/harness';
import { startTestApi } from '../api/harness';
import {
  createStoredWorld,
  inDays,
  storeEvent,
  type StoredDeparture,
  type StoredWorld,
} from './stored-departures';

let api: TestApi;
let world: StoredWorld;

const english = { 'accept-language': 'en' };

beforeAll(async () => {
  api = await startTestApi();
  world = await createStoredWorld(api);
});
afterAll(() => api.close());
afterEach(async () => {
  await world.clear();
  await world.configure();
});

const list = async (query = ''): Promise<Answer['body']> => {
  const answer = await api.call(world.at(`/departures${query}`), { headers: english });
  expect([answer.status, answer.text]).toEqual([200, expect.anything()]);
  return answer.body;
};
const read = (path: string, headers = english) => api.call(world.at(`/departures${path}`), { headers });
const decide = (userId: string, what: string, body?: unknown, headers: Record<string, string> = english) =>
  api.call(world.at(`/departures/${userId}/${what}`), { method: 'POST', body, headers });
const userIds = (body: Answer['body']) => body.items.map(({ userId }: { userId: string }) => userId);

describe('the list of departures', () => {
  it('says of each who, when, why, and what can be done', async () => {
    const deleteAt = inDays(5);
    const id = await world.store({
      userId: 'ada',
      name: '阿达',
      state: 'waiting',
      origin: 'oa',
      afterDays: 6,
      disabledAt: inDays(-1),
      deleteAt,
      handOver: [
        { kind: 'subordinates', count: 2, names: ['鲍勃', '卡萝尔'] },
        { kind: 'customer-groups', count: null, names: [] },
      ],
    });
    const { items, total, nextCursor } = await list();
    expect([total, nextCursor]).toEqual([1, null]);
    expect(items).toEqual([
      {
        departureId: id,
        userId: 'ada',
        memberId: world.members.get('ada'),
        oaUserId: 'oa-ada',
        name: '阿达',
        state: 'waiting',
        disabledAt: expect.stringMatching(/Z$/),
        deleteAt: deleteAt.toISOString(),
        daysLeft: 5,
        ...{ reason: null, reasonCode: null, advice: null, wecom: null },
        ...{ origin: 'oa', startedBy: null, decidedBy: null, afterDays: 6, postponedDays: 0 },
        ...{ noticeAt: null, noticedAt: null, createdAt: expect.stringMatching(/Z$/), closedAt: null },
        runId: null,
        workflowId: `departure:${world.id}:${world.members.get('ada')}`,
        temporalUrl: null,
        handOver: [
          { kind: 'subordinates', title: 'Direct reports', count: 2, names: ['鲍勃', '卡萝尔'], hint: null },
          {
            ...{ kind: 'customer-groups', title: 'Customer groups', count: null, names: [] },
            hint: expect.stringContaining('admin console'),
          },
        ],
        ...{ handOverReadAt: null, handOverDoneAt: null, handOverDoneBy: null },
        can: {
          postpone: true,
          cancel: true,
          restore: true,
          release: false,
          deleteNow: true,
          handOverDone: true,
        },
      },
    ]);
  });

  it('gives the reason, WeCom’s answer and what to do in the reader’s language', async () => {
    await world.store({
      userId: 'ada',
      state: 'held',
      deleteAt: inDays(-1),
      reason: {
        code: 'wecom-refused',
        wecom: { errcode: 301005, errmsg: 'cannot delete corp creator', path: 'user/delete' },
      },
    });
    const said = {
      reasonCode: 'wecom-refused',
      daysLeft: 0,
      wecom: { errcode: 301005, path: 'user/delete' },
    };
    expect((await list()).items[0]).toMatchObject({
      ...said,
      reason: expect.stringContaining("creator can't be deleted"),
      advice: expect.stringContaining('release'),
    });
    const chinese = (await api.call(world.at('/departures'), { headers: { 'accept-language': 'zh-CN' } }))
      .body;
    expect(chinese.items[0]).toMatchObject({
      ...said,
      reason: expect.stringContaining('不能删除企业创建者'),
      advice: expect.stringContaining('放行'),
    });
  });

  it('shows a reason it has no words for as its code, and still says what to do', async () => {
    await world.store({ userId: 'ada', state: 'held', reason: { code: 'of-a-later-version' } });
    expect((await list()).items[0]).toMatchObject({
      reason: 'of-a-later-version',
      advice: expect.stringContaining('release'),
    });
  });

  it('says of what is tried again by itself that nothing has to be done', async () => {
    await world.store({
      userId: 'ada',
      state: 'waiting',
      deleteAt: inDays(1),
      reason: { code: 'changed-since' },
    });
    await world.store({ userId: 'bob', state: 'restoring', reason: { code: 'returned-in-oa' } });
    const [bob, ada] = (await list()).items;
    expect(ada).toMatchObject({
      reason: expect.any(String),
      advice: expect.stringMatching(/tried again by itself/),
    });
    expect(bob).toMatchObject({ reason: 'The person is active in the OA again.', advice: null });
  });

  it('says what became of the change where a run could not do it', async () => {
    const reason = { code: 'run-failed', params: { outcome: 'department-gone', wanted: 'restore' } };
    await world.store({ userId: 'ada', state: 'held', reason });
    expect((await list()).items[0]).toMatchObject({ reason: 'The department no longer exists.' });
  });

  it('advises nothing about what is over', async () => {
    await world.store({
      userId: 'ada',
      state: 'restored',
      reason: { code: 'active-in-oa' },
      deleteAt: inDays(3),
    });
    expect((await list()).items[0]).toMatchObject({
      reason: expect.any(String),
      advice: null,
      daysLeft: null,
    });
  });

  it('is filtered by state, openness, text, userid and day, and sorted by newest or due', async () => {
    const rows: StoredDeparture[] = [
      { userId: 'ada', name: '阿达', state: 'waiting', deleteAt: inDays(9), createdAt: inDays(-4) },
      { userId: 'bob', name: '鲍勃', state: 'held', deleteAt: inDays(2), createdAt: inDays(-3) },
      { userId: 'carol', name: '卡萝尔', state: 'postponed', deleteAt: null, createdAt: inDays(-2) },
      { userId: 'old', name: '老王', state: 'deleted', deleteAt: inDays(-7), createdAt: inDays(-1) },
    ];
    for (const row of rows) await world.store(row);
    expect(userIds(await list())).toEqual(['old', 'carol', 'bob', 'ada']);
    expect(userIds(await list('?open=true&sort=due'))).toEqual(['bob', 'ada', 'carol']);
    expect(userIds(await list('?open=false'))).toEqual(['old']);
    expect(userIds(await list('?state=held,postponed'))).toEqual(['carol', 'bob']);
    expect(userIds(await list('?state=held&state=deleted'))).toEqual(['old', 'bob']);
    expect(userIds(await list(`?q=${encodeURIComponent('鲍')}`))).toEqual(['bob']);
    expect(userIds(await list('?q=CAR'))).toEqual(['carol']);
    expect(userIds(await list('?userId=ADA'))).toEqual(['ada']);
    expect(userIds(await list('?userId=nobody'))).toEqual([]);
    const day = (days: number) => inDays(days).toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' });
    expect(userIds(await list(`?from=${day(2)}&to=${day(2)}`))).toEqual(['bob']);
    expect(userIds(await list(`?from=${day(3)}`))).toEqual(['ada']);
    expect(userIds(await list(`?to=${day(2)}&open=true`))).toEqual(['bob']);
  });

  it('goes page by page without losing or repeating anybody', async () => {
    for (let number = 0; number < 7; number += 1) {
      await world.store({
        userId: `m${number}`,
        state: 'waiting',
        createdAt: inDays(-number),
        deleteAt: inDays(number % 3),
      });
    }
    for (const sort of ['newest', 'due']) {
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await list(`?limit=3&sort=${sort}${cursor === null ? '' : `&cursor=${cursor}`}`);
        expect(page.total).toBe(7);
        seen.push(...userIds(page));
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect([seen.length, new Set(seen).size]).toEqual([7, 7]);
    }
  });

  it('refuses filters that mean nothing, naming the field', async () => {
    for (const [query, path] of [
      ['?state=leaving', 'state.0'],
      ['?open=maybe', 'open'],
      ['?from=tomorrow', 'from'],
      ['?from=2026-02-30', 'from'],
      ['?from=2026-03-02&to=2026-03-01', 'to'],
      ['?sort=oldest', 'sort'],
      ['?limit=0', 'limit'],
      ['?cursor=nonsense', 'cursor'],
    ] as const) {
      const { status, body } = await read(query);
      expect([query, status, body.error?.fields?.[0]?.path]).toEqual([query, 422, path]);
    }
  });
});

it('the summary counts by state, the open ones, and deletions of the next seven days', async () => {
  await world.store({ userId: 'ada', state: 'waiting', deleteAt: inDays(3) });
  await world.store({ userId: 'bob', state: 'waiting', deleteAt: inDays(30) });
  await world.store({ userId: 'carol', state: 'held', deleteAt: inDays(-1) });
  await world.store({ userId: 'old', state: 'deleted', deleteAt: inDays(-9) });
  expect((await read('/summary')).body).toEqual({
    ...{
      disabling: 0,
      waiting: 2,
      postponed: 0,
      held: 1,
      restoring: 0,
      deleted: 1,
      restored: 0,
      cancelled: 0,
    },
    ...{ open: 3, dueWithinWeek: 2, daySeconds: null },
  });
});

describe('the calendar', () => {
  it('counts deletions by the day of the corp’s time zone', async () => {
    // 20:00 UTC is the next morning in Shanghai.
    for (const [userId, state] of [
      ['ada', 'waiting'],
      ['bob', 'held'],
    ] as const) {
      await world.store({ userId, state, deleteAt: new Date('2027-03-09T20:00:00Z') });
    }
    await world.store({ userId: 'carol', state: 'waiting', deleteAt: new Date('2027-03-12T00:00:00Z') });
    await world.store({ userId: 'old', state: 'deleted', deleteAt: new Date('2027-03-12T00:00:00Z') });
    expect((await read('/calendar?from=2027-03-10&to=2027-03-12')).body).toEqual({
      days: [
        { date: '2027-03-10', count: 2, held: 1 },
        { date: '2027-03-12', count: 1, held: 0 },
      ],
      timezone: 'Asia/Shanghai',
    });
    expect((await read('/calendar?from=2027-03-11&to=2027-03-11')).body.days).toEqual([]);
    expect((await read('/calendar')).status).toBe(200);
  });

  it('takes at most 400 days, in their order', async () => {
    const field = async (query: string) => (await read(`/calendar${query}`)).body.error.fields[0].path;
    expect(await field('?from=2027-01-02&to=2027-01-01')).toBe('to');
    expect(await field('?from=2027-01-01&to=2028-02-05')).toBe('to');
    expect(await field('?from=01.02.2027')).toBe('from');
    expect((await read('/calendar?from=2027-01-01&to=2028-02-04')).status).toBe(200);
  });
});

describe('one departure', () => {
  it('tells what happened, by whom, in words, and which came before', async () => {
    const { id: by } = await api.signIn('admin');
    const earlier = await world.store({
      userId: 'ada',
      state: 'cancelled',
      createdAt: inDays(-90),
      reason: { code: 'by-person' },
      decidedBy: `user:${by}`,
    });
    const id = await world.store({ userId: 'ada', state: 'postponed', origin: 'oa', deleteAt: inDays(4) });
    await storeEvent(api, id, 'started', { params: { origin: 'oa' } });
    await storeEvent(api, id, 'disabled', { runId: 'run-1' });
    await storeEvent(api, id, 'dated', { params: { deleteAt: '2027-03-09T19:00:00.000Z', afterDays: 7 } });
    await storeEvent(api, id, 'held', { params: { reason: 'hand-over' } });
    await storeEvent(api, id, 'postponed', { params: { days: 3 }, by: 'token:installation' });
    const { status, body } = await read('/ADA');
    expect(status).toBe(200);
    expect(body).toMatchObject({ departureId: id, state: 'postponed', earlier: [{ departureId: earlier }] });
    expect(body.events).toMatchObject([
      { code: 'started', text: 'The OA told that the person has left.', by: null },
      { code: 'disabled', text: 'The account was disabled in WeCom.', runId: 'run-1' },
      { code: 'dated', text: 'The deletion was set to 2027-03-10 03:00.' },
      { code: 'held', text: expect.stringContaining('hand-over is not marked') },
      { code: 'postponed', text: 'The deletion was postponed by 3 days.', by: 'token:BRIDGE_ADMIN_TOKEN' },
    ]);
    const chinese = await read('/ada', { 'accept-language': 'zh-CN' });
    expect(chinese.body.events.at(-1).text).toBe('删除推迟了 3 天。');
  });

  it('is found by its own id too, where the userid is a word of the path or the departure an earlier one', async () => {
    const earlier = await world.store({ userId: 'ada', state: 'cancelled', createdAt: inDays(-90) });
    const id = await world.store({ userId: 'ada', state: 'waiting', deleteAt: inDays(4) });
    await storeEvent(api, earlier, 'cancelled');
    expect((await read(`/${id}`)).body).toMatchObject({
      departureId: id,
      earlier: [{ departureId: earlier }],
    });
    expect((await read(`/${earlier}`)).body).toMatchObject({
      departureId: earlier,
      userId: 'ada',
      state: 'cancelled',
      events: [{ code: 'cancelled' }],
      earlier: [{ departureId: id }],
    });
    expect(await decide(earlier, 'restore')).toMatchObject({
      status: 409,
      body: { error: { code: 'departure_closed' } },
    });
    const other = await createStoredWorld(api);
    expect((await api.call(other.at(`/departures/${id}`))).status).toBe(404);
  });

  it('that is not there says how to begin one', async () => {
    for (const answer of [await read('/dave'), await decide('dave', 'cancel')]) {
      expect(answer).toMatchObject({
        status: 404,
        body: {
          error: {
            code: 'not_found',
            message: 'dave has no departure.',
            advice: expect.stringContaining('POST /corps/{corpId}/departures'),
          },
        },
      });
    }
  });

  it('belongs to its corp alone', async () => {
    await world.store({ userId: 'ada', state: 'waiting', deleteAt: inDays(4) });
    const other = await createStoredWorld(api);
    for (const path of ['', '/cancel', '/restore']) {
      const method = path === '' ? 'GET' : 'POST';
      expect((await api.call(other.at(`/departures/ada${path}`), { method })).status).toBe(404);
    }
    expect((await api.call(other.at('/departures'))).body.total).toBe(0);
    for (const path of ['', '/summary', '/calendar', '/ada']) {
      expect((await api.call(`/corps/nowhere/departures${path}`)).status).toBe(404);
    }
  });
});

describe('a decision', () => {
  const open = { deleteAt: inDays(4) };
  const states: Readonly<Record<string, StoredDeparture>> = {
    disabling: { userId: 'ada', state: 'disabling' },
    never: { userId: 'ada', state: 'waiting', deleteAt: null },
    underway: { userId: 'ada', state: 'waiting', ...open, runId: 'run-1' },
    restoring: { userId: 'ada', state: 'restoring', ...open },
    unbound: { userId: 'ada', state: 'held', ...open, reason: { code: 'not-bound' } },
    deleted: { userId: 'ada', state: 'deleted', ...open },
    restored: { userId: 'ada', state: 'restored', ...open },
    cancelled: { userId: 'ada', state: 'cancelled', ...open },
  };
  const decisions = ['postpone', 'cancel', 'restore', 'release', 'delete-now', 'hand-over-done'];
  /** Those not named here would be followed. */
  const refusals: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    disabling: {
      postpone: 'not-disabled-yet',
      restore: 'not-disabled-yet',
      release: 'not-held',
      'delete-now': 'not-disabled-yet',
    },
    never: { postpone: 'no-date', release: 'not-held' },
    restoring: {
      postpone: 'in-progress',
      cancel: 'in-progress',
      restore: 'in-progress',
      release: 'in-progress',
      'delete-now': 'in-progress',
    },
    unbound: { restore: 'not-releasable', release: 'not-releasable', 'delete-now': 'not-releasable' },
    deleted: Object.fromEntries(decisions.map((what) => [what, 'departure-closed'])),
    restored: Object.fromEntries(decisions.map((what) => [what, 'departure-closed'])),
    cancelled: Object.fromEntries(decisions.map((what) => [what, 'departure-closed'])),
  };

  for (const [name, expected] of Object.entries(refusals)) {
    it(`is refused where it makes no sense, saying what to do: ${name}`, async () => {
      const stored = states[name];
      if (stored === undefined) throw new Error(name);
      await world.store(stored);
      const [item] = (await list()).items;
      for (const what of decisions) {
        const flag = what.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
        const reason = expected[what];
        expect([what, item.can[flag]]).toEqual([what, reason === undefined]);
        if (reason === undefined) continue;
        for (const headers of [english, { 'accept-language': 'zh-CN' }]) {
          const body = what === 'postpone' ? { days: 1 } : undefined;
          const answer = await decide('ada', what, body, headers);
          expect([what, answer.status]).toEqual([what, 409]);
          expect(answer.body.error).toMatchObject({
            code: reason.replaceAll('-', '_'),
            reason,
            message: expect.stringMatching(/\S/),
            advice: expect.stringMatching(/\S/),
          });
        }
      }
    });
  }

  it('to postpone names the days: 1 to 3650, whole', async () => {
    await world.store({ userId: 'ada', state: 'waiting', ...open });
    for (const days of [0, -1, 1.5, '3', 3651, null, undefined, true, 1e9]) {
      const { status, body } = await decide('ada', 'postpone', { days });
      expect([days, status, body.error.fields[0].path]).toEqual([days, 422, 'days']);
    }
    expect((await decide('ada', 'postpone', { days: 1, until: 'never' })).body.error.fields[0].path).toBe(
      'until',
    );
    expect((await decide('ada', 'cancel', { comment: 'x'.repeat(501) })).body.error.fields[0].path).toBe(
      'comment',
    );
    expect((await decide('ada', 'cancel', { force: true })).body.error.fields[0].path).toBe('force');
  });

  it('that would write to WeCom is refused where the corp is read-only or its own master', async () => {
    for (const [settings, code] of [
      [{ access: 'read-only' }, 'read_only'],
      [{ access: 'read-write', master: 'wecom', confirmMaster: true }, 'wecom_is_master'],
    ] as const) {
      await world.clear();
      await world.configure(settings);
      await world.store({ userId: 'ada', state: 'held', ...open, reason: { code: 'rejected' } });
      const { can } = (await list()).items[0];
      expect(can).toMatchObject({
        restore: false,
        release: false,
        deleteNow: false,
        postpone: true,
        cancel: true,
      });
      for (const what of ['restore', 'release', 'delete-now']) {
        const { status, body } = await decide('ada', what);
        expect([what, status, body.error.code]).toEqual([what, 409, code]);
        expect(body.error.advice).toMatch(/\S/);
      }
      const begun = await api.call(world.at('/departures'), { body: { userId: 'bob' } });
      expect([begun.status, begun.body.error.code]).toEqual([409, code]);
    }
  });
});

describe('beginning a departure', () => {
  const begin = (userId: unknown, headers: Record<string, string> = english) =>
    api.call(world.at('/departures'), { body: { userId }, headers });

  it('is refused for whom it can not be, naming the field and what to do', async () => {
    await world.configure({ push: { guard: { protectedUsers: ['bob'] } } });
    for (const [userId, said] of [
      ['nobody', /no member nobody/],
      ['dave', /not bound.*Bind/],
      ['gone', /no longer in WeCom/],
      ['bob', /protected/],
    ] as const) {
      const { status, body } = await begin(userId);
      expect([userId, status, body.error.fields[0].path]).toEqual([userId, 422, 'userId']);
      expect(body.error.fields[0].message).toMatch(said);
      expect((await begin(userId, { 'accept-language': 'zh-CN' })).body.error.fields[0].message).toMatch(
        /[一-鿿]/,
      );
    }
    for (const wrong of ['', 5, null, undefined, 'x'.repeat(65)]) {
      expect((await begin(wrong)).body.error.fields[0].path).toBe('userId');
    }
    expect((await list()).total).toBe(0);
  });

  it('answers the open one where there is one, and one account disabled already as waiting', async () => {
    const first = await begin('ada');
    expect(first).toMatchObject({
      status: 202,
      body: { state: 'disabling', origin: 'person', startedBy: 'token:BRIDGE_ADMIN_TOKEN', disabledAt: null },
    });
    expect(first.headers.get('location')).toBe(`/api/v1${world.at('/departures/ada')}`);
    const again = await begin('ADA');
    expect([again.status, again.body.departureId]).toEqual([202, first.body.departureId]);
    expect((await begin('carol')).body).toMatchObject({ state: 'waiting', disabledAt: expect.any(String) });
    expect((await list()).total).toBe(2);
  });

  it('by several at once begins one', async () => {
    const answers = await Promise.all(['ada', 'ADA', 'Ada', 'aDa'].map((userId) => begin(userId)));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
    expect(new Set(answers.map(({ body }) => body.departureId)).size).toBe(1);
    expect((await list()).total).toBe(1);
    expect((await read('/ada')).body.events).toHaveLength(1);
  });

  it('honours the Idempotency-Key', async () => {
    const headers = { ...english, 'idempotency-key': 'once' };
    const first = await begin('ada', headers);
    const again = await begin('ada', headers);
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([202, 'true']);
    expect(again.body).toEqual(first.body);
    expect((await begin('bob', headers)).status).toBe(409);
  });
});

describe('rights', () => {
  it('are those of the role', async () => {
    await world.store({ userId: 'ada', state: 'deleted', deleteAt: inDays(-1) });
    const paths = ['postpone', 'cancel', 'restore', 'hand-over-done', 'release', 'delete-now', ''];
    // 409: it has ended. 422: nobody of that name. Whoever gets that far may.
    const may = { admin: [409, 409, 409, 409, 409, 409, 422], operator: [409, 409, 409, 409, 403, 403, 403] };
    const nobody = [403, 403, 403, 403, 403, 403, 403];
    for (const [role, expected] of Object.entries({ ...may, approver: nobody, viewer: nobody })) {
      const person = await api.signIn(role as 'admin');
      const statuses: number[] = [];
      for (const path of paths) {
        const body = path === 'postpone' ? { days: 1 } : path === '' ? { userId: 'nobody' } : {};
        const at = path === '' ? '/departures' : `/departures/ada/${path}`;
        statuses.push((await person.call(world.at(at), { body })).status);
      }
      expect([role, statuses]).toEqual([role, expected]);
      for (const path of ['', '/summary', '/calendar', '/ada']) {
        expect((await person.call(world.at(`/departures${path}`))).status).toBe(200);
      }
    }
  });

  it('of a token are its own: what deletes or disables needs runs:approve as well', async () => {
    await world.store({ userId: 'ada', state: 'deleted', deleteAt: inDays(-1) });
    const tokenOf = async (scopes: string[]) =>
      (await api.call('/tokens', { body: { name: scopes.join(), scopes } })).body.token as string;
    const writer = await tokenOf(['read', 'departures:write']);
    const both = await tokenOf(['read', 'departures:write', 'runs:approve']);
    const approver = await tokenOf(['read', 'runs:approve']);
    const at = (what: string) => world.at(`/departures/ada/${what}`);
    const post = async (token: string, what: string) => {
      const { status, body } = await api.call(at(what), { method: 'POST', token, headers: english });
      return [status, body.error.message];
    };
    expect(await post(writer, 'cancel')).toEqual([409, expect.anything()]);
    expect(await post(writer, 'delete-now')).toEqual([403, expect.stringContaining('runs:approve')]);
    expect(await post(both, 'delete-now')).toEqual([409, expect.anything()]);
    expect(await post(approver, 'delete-now')).toEqual([403, expect.stringContaining('departures:write')]);
  });

  it('what was asked for is in the audit log, refused or not', async () => {
    await world.store({ userId: 'ada', state: 'deleted', deleteAt: inDays(-1) });
    await decide('ada', 'postpone', { days: 3, comment: 'hand-over in May' });
    const { items } = (await api.call(`/audit?corpId=${world.id}&limit=1`)).body;
    expect(items[0]).toMatchObject({
      action: 'departure.postpone',
      result: 'refused',
      code: 'departure_closed',
      detail: { days: 3, comment: 'hand-over in May' },
    });
  });
});

it('members show their departure, in lists and by themselves', async () => {
  await world.store({ userId: 'ada', state: 'held', deleteAt: inDays(2), reason: { code: 'hand-over' } });
  const { items } = (await api.call(world.at('/members'), { headers: english })).body;
  const of = (userId: string) =>
    items.find((member: { userId: string }) => member.userId === userId).departure;
  expect(of('ada')).toEqual({
    state: 'held',
    disabledAt: expect.any(String),
    deleteAt: expect.any(String),
    reason: 'The hand-over is not marked as done, so the account was not deleted.',
    daysLeft: 2,
  });
  expect(of('bob')).toBeNull();
  const { body } = await api.call(world.at('/members/ada'), { headers: { 'accept-language': 'zh-CN' } });
  expect(body.departure).toMatchObject({ state: 'held', reason: '交接还没有标记为完成，因此没有删除。' });
});

it('the overview says how many are held and how many deletions are near', async () => {
  await world.store({ userId: 'ada', state: 'held', deleteAt: inDays(30), reason: { code: 'limits' } });
  await world.store({ userId: 'bob', state: 'waiting', deleteAt: inDays(2) });
  const { attention } = (await api.call('/overview', { headers: english })).body;
  const found = attention.filter(({ code }: { code: string }) => code.startsWith('departures-'));
  expect(found).toMatchObject([
    {
      level: 'warning',
      code: 'departures-held',
      message: expect.stringContaining('1 departure'),
      link: `/corps/${world.id}/departures`,
    },
    { level: 'info', code: 'departures-due', message: expect.stringContaining('1 account') },
  ]);
});

it('the overview names a plan of deletions that waits, although pushes go on beside it', async () => {
  const runOf = async (trigger: 'departures' | 'api', phase: 'awaiting-approval' | 'applying') => {
    const id = randomUUID();
    const run = { id, corpId: world.id, direction: 'push', mode: 'apply', trigger } as const;
    await api.deps.runs.ensureRun({ ...run, requestedBy: 'system:departures', workflowId: `any:${id}` });
    await api.deps.runs.setPhase(id, phase);
    return id;
  };
  const waiting = await runOf('departures', 'awaiting-approval');
  const newer = await runOf('api', 'applying');
  const { attention } = (await api.call('/overview', { headers: english })).body;
  expect(attention.filter(({ code }: { code: string }) => code.startsWith('push-'))).toMatchObject([
    { code: 'push-awaiting-approval', link: `/runs/${waiting}` },
  ]);
  await api.db.pool.query('DELETE FROM run WHERE id = ANY($1)', [[waiting, newer]]);
});

it('metrics count the open ones by state, and those overdue', async () => {
  await world.store({ userId: 'ada', state: 'waiting', deleteAt: inDays(-1) });
  await world.store({ userId: 'bob', state: 'held', deleteAt: inDays(-1) });
  await world.store({ userId: 'old', state: 'deleted', deleteAt: inDays(-1) });
  const { text } = await api.fetch('/metrics');
  expect(text).toContain('wecom_bridge_departures{state="waiting"} 1');
  expect(text).toContain('wecom_bridge_departures{state="held"} 1');
  expect(text).toContain('wecom_bridge_departures{state="restoring"} 0');
  expect(text).not.toContain('state="deleted"');
  expect(text).toContain('wecom_bridge_departures_overdue 1');
});
