import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Call, TestApi } from '../api/harness';
import { startTestApi } from '../api/harness';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});
beforeEach(async () => {
  await api.db.pool.query(
    'TRUNCATE oa_user, oa_department, oa_subcompany, oa_directory_version, oa_feed_row',
  );
});
afterAll(() => api.close());

type Row = { id: string; [field: string]: unknown };

const english = { 'accept-language': 'en' };
const structure = {
  subcompanies: [{ id: 's1', name: '星河科技', parentId: null, order: 1 }] as Row[],
  departments: [{ id: 'd1', name: '研发部', parentId: null, subcompanyId: 's1', order: 1 }] as Row[],
};
const person = (number: number, more: object = {}): Row => ({
  id: `u${number}`,
  loginId: `login${number}`,
  jobNumber: `J${number}`,
  name: `员工${number}`,
  mobile: '19900000000',
  email: null,
  gender: null,
  position: '工程师',
  telephone: null,
  departmentId: 'd1',
  partTimeDepartmentIds: [],
  managerId: null,
  order: number,
  status: 'active',
  custom: { level: 'P5' },
  ...more,
});
const people = (count: number) => Array.from({ length: count }, (_, index) => person(index + 1));

const put = (body: unknown, query = '') =>
  api.call(`/oa/directory${query}`, { method: 'PUT', body, headers: english });
const patch = (body: unknown) => api.call('/oa/directory', { method: 'PATCH', body, headers: english });
const state = async () => (await api.call('/oa/directory')).body;
const lines = (users: readonly Row[], end?: object) =>
  [
    ...structure.subcompanies.map((row) => ({ type: 'subcompany', ...row })),
    ...structure.departments.map((row) => ({ type: 'department', ...row })),
    ...users.map((row) => ({ type: 'user', ...row })),
    ...(end === undefined ? [] : [{ type: 'end', ...end }]),
  ].map((row) => JSON.stringify(row));
const upload = (raw: string, more: Call = {}) =>
  api.call('/oa/directory', {
    method: 'PUT',
    raw,
    ...more,
    headers: { ...english, 'content-type': 'application/x-ndjson' },
  });
const stagedRows = async () =>
  (await api.db.pool.query<{ count: number }>('SELECT count(*)::int FROM oa_feed_row')).rows[0]!.count;
const nothing = {
  version: 0,
  updatedAt: null,
  subcompanies: 0,
  departments: 0,
  users: { active: 0, departed: 0 },
  unconfirmed: null,
};

describe('a whole directory as JSON', () => {
  it('is stored as a version and can be read', async () => {
    const answer = await put({ ...structure, users: people(3) });
    expect([answer.status, answer.body]).toMatchObject([
      200,
      {
        version: 1,
        counts: {
          created: 3,
          updated: 0,
          departed: 0,
          returned: 0,
          unchanged: 0,
          departments: { created: 1 },
        },
        unconfirmed: null,
      },
    ]);
    expect(await state()).toMatchObject({
      version: 1,
      updatedAt: expect.any(String),
      subcompanies: 1,
      departments: 1,
      users: { active: 3, departed: 0 },
    });
    expect((await api.call('/oa/users/u2')).body).toEqual(person(2));
    expect(await stagedRows()).toBe(0);
  });

  it('lets who is missing leave, takes them back, and writes only what differs', async () => {
    await put({ ...structure, users: people(4) });
    const second = await put({ ...structure, users: [person(1), person(2, { position: '经理' })] });
    expect(second.body.counts).toMatchObject({ created: 0, updated: 1, departed: 2, unchanged: 1 });
    expect((await api.call('/oa/users/u4')).body.status).toBe('departed');
    expect((await state()).users).toEqual({ active: 2, departed: 2 });

    const third = await put({ ...structure, users: people(4) });
    expect(third.body.counts).toMatchObject({ updated: 1, departed: 0, returned: 2, unchanged: 1 });
    const { rows } = await api.db.pool.query('SELECT 1 FROM oa_user WHERE departed_at IS NOT NULL');
    expect(rows).toEqual([]);
    expect((await put({ ...structure, users: people(4) })).body).toMatchObject({
      version: 4,
      counts: { updated: 0, unchanged: 4, departments: { unchanged: 1, removed: 0 } },
    });
  });

  it('leaves the time of change alone where nothing changed', async () => {
    await put({ ...structure, users: people(4) });
    const changedAt = async () => {
      const { rows } = await api.db.pool.query<{ id: string; at: string }>(
        'SELECT id, updated_at::text || xmin AS at FROM oa_user ORDER BY id',
      );
      return rows.map(({ at }) => at);
    };
    const before = await changedAt();
    const users = [person(1), person(2, { position: '经理' }), person(3)];
    await put({ ...structure, users });
    await put({ ...structure, users });
    await patch({
      upsert: {
        users: [
          { id: 'u1', name: '员工1' },
          { id: 'u4', status: 'departed' },
        ],
      },
    });
    const after = await changedAt();
    // u2 was changed, u4 left.
    expect(after.map((at, index) => at === before[index])).toEqual([true, false, true, false]);
  });

  it('may swap login names, and give a newcomer the one of somebody who left', async () => {
    await put({ ...structure, users: people(3) });
    const swapped = [person(1, { loginId: 'login2' }), person(2, { loginId: 'login1' })];
    const answer = await put({ ...structure, users: [...swapped, person(9, { loginId: 'login3' })] });
    expect([answer.status, answer.body.counts]).toMatchObject([200, { created: 1, updated: 2, departed: 1 }]);
  });

  it('without users is refused unless that is meant', async () => {
    await put({ ...structure, users: people(3) });
    for (const body of [{}, structure, { ...structure, users: [] }]) {
      const answer = await put(body);
      expect([answer.status, answer.body.error.fields]).toMatchObject([422, [{ path: 'users' }]]);
    }
    expect((await state()).version).toBe(1);
    expect((await put({ ...structure, users: [] }, '?allowEmpty=true')).body.counts.departed).toBe(3);
  });

  it('of which nothing arrived is refused, even where an empty one would be allowed', async () => {
    await put({ ...structure, users: people(3) });
    const lost: Call['headers'][] = [{}, { 'content-type': 'application/json' }];
    for (const headers of lost) {
      const answer = await api.call('/oa/directory?allowEmpty=true', {
        method: 'PUT',
        headers: { ...headers },
      });
      expect([400, 422]).toContain(answer.status);
    }
    expect(await state()).toMatchObject({ version: 1, users: { active: 3 } });
  });

  it('with something wrong is refused as a whole, the rows named', async () => {
    const users = [...people(2), person(3, { departmentId: 'dx', loginId: 'LOGIN1' })];
    const answer = await put({ ...structure, users });
    expect(answer.status).toBe(422);
    expect(answer.body.error).toMatchObject({
      code: 'validation_failed',
      total: 2,
      fields: [
        { path: 'users[2].loginId', message: expect.stringContaining('u3') },
        { path: 'users[2].departmentId', message: expect.stringContaining('"dx"') },
      ],
    });
    expect(await state()).toEqual(nothing);
    expect(await stagedRows()).toBe(0);
  });

  it('with 150 wrong rows names the first 100 and counts all', async () => {
    const users = people(150).map((row) => ({ ...row, name: 7 }));
    const { body } = await put({ ...structure, users });
    expect(body.error.total).toBe(150);
    expect(body.error.fields).toHaveLength(100);
    expect(body.error.fields[99].path).toBe('users[99].name');
  });

  it('takes 20,000 people', async () => {
    const answer = await put({ ...structure, users: people(20_000) });
    expect([answer.status, answer.body.counts?.created]).toEqual([200, 20_000]);
    const patched = await patch({ upsert: { users: [{ id: 'u5', position: '总监' }] } });
    expect(patched.body.counts).toMatchObject({ updated: 1, unchanged: 0, departed: 0 });
  });
});

describe('NDJSON', () => {
  it('with a matching end line is stored without doubt, whoever is missing', async () => {
    await put({ ...structure, users: people(60) });
    const end = { subcompanies: 1, departments: 1, users: 10 };
    const answer = await upload(`${lines(people(10), end).join('\n')}\n`);
    expect([answer.status, answer.body]).toMatchObject([
      200,
      { counts: { departed: 50 }, unconfirmed: null },
    ]);
  });

  it('without an end line is stored, its loss in doubt', async () => {
    await put({ ...structure, users: people(60) });
    const answer = await upload(lines(people(10)).join('\r\n'));
    expect(answer.body).toMatchObject({ counts: { departed: 50 }, unconfirmed: { lost: 50, of: 60 } });
  });

  it.each<[string, () => string, string]>([
    [
      'other numbers at its end',
      () => lines(people(2), { subcompanies: 1, departments: 1, users: 3 }).join('\n'),
      'end.users',
    ],
    ['a line that is cut off', () => lines(people(2)).join('\n').slice(0, -9), 'lines[4]'],
    [
      'a line of an unknown kind',
      () => [...lines(people(2)), '{"type":"robot"}'].join('\n'),
      'lines[5].type',
    ],
    [
      'something after its end',
      () => [...lines(people(1), { subcompanies: 1, departments: 1, users: 1 }), '{}'].join('\n'),
      'lines[5]',
    ],
    [
      'a line of more than a megabyte',
      () => [...lines(people(1)), `"${'x'.repeat(2 ** 20)}"`].join('\n'),
      'lines[4]',
    ],
    ['a row that can not be used', () => lines([person(1, { gender: 'x' })]).join('\n'), 'users[0].gender'],
  ])('with %s stores nothing', async (_, raw, path) => {
    const answer = await upload(raw());
    expect([answer.status, answer.body.error.fields[0].path]).toEqual([422, path]);
    expect(await state()).toEqual(nothing);
    expect(await stagedRows()).toBe(0);
  });

  it('whose connection is cut stores nothing and leaves nothing behind', async () => {
    const sent = lines(people(6_000)).join('\n');
    const { hostname, port } = new URL(api.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `PUT /api/v1/oa/directory HTTP/1.1\r\nHost: bridge\r\nAuthorization: Bearer ${api.adminToken}\r\n` +
        `Content-Type: application/x-ndjson\r\nContent-Length: ${Buffer.byteLength(sent) + 1000}\r\n\r\n`,
    );
    await new Promise<void>((resolve, reject) => {
      socket.write(sent, (error) => (error == null ? resolve() : reject(error)));
    });
    await until(async () => (await stagedRows()) > 0);
    socket.destroy();
    await until(async () => (await stagedRows()) === 0);
    expect(await state()).toEqual(nothing);
  });
});

describe('a loss in doubt', () => {
  it('stays in doubt through later feeds until exactly this loss is confirmed by an administrator', async () => {
    await put({ ...structure, users: people(100) });
    expect((await put({ ...structure, users: people(60) })).body.unconfirmed).toEqual({ lost: 40, of: 100 });
    expect((await put({ ...structure, users: people(60) })).body.unconfirmed).toEqual({ lost: 40, of: 100 });
    expect((await patch({ remove: { users: ['u60'] } })).body.unconfirmed).toEqual({ lost: 41, of: 100 });

    const confirm = (loss: number) => api.call('/oa/directory/confirm', { body: { loss } });
    const operator = await api.signIn('operator');
    const refused = await operator.call('/oa/directory/confirm', { body: { loss: 41 } });
    expect(refused.status).toBe(403);
    expect([(await confirm(40)).status, (await confirm(41)).status, (await confirm(41)).status]).toEqual([
      409, 200, 409,
    ]);
    expect((await confirm(Number.MAX_SAFE_INTEGER)).status).toBe(422);
    expect((await state()).unconfirmed).toBeNull();
    expect((await put({ ...structure, users: people(58) })).body.unconfirmed).toBeNull();
  });

  it('goes away when the people are back', async () => {
    await put({ ...structure, users: people(100) });
    await put({ ...structure, users: people(60) });
    expect((await put({ ...structure, users: people(99) })).body.unconfirmed).toBeNull();
  });

  it('also comes from a patch', async () => {
    await put({ ...structure, users: people(50) });
    const answer = await patch({ remove: { users: people(25).map(({ id }) => id) } });
    expect(answer.body).toMatchObject({ counts: { departed: 25 }, unconfirmed: { lost: 25, of: 50 } });
  });
});

describe('a patch', () => {
  it('changes what it names, keeps what it leaves out, and removes', async () => {
    await put({
      ...structure,
      departments: [
        ...structure.departments,
        { id: 'd2', name: '旧部门', parentId: 'd1', subcompanyId: 's1' },
      ],
      users: people(3),
    });
    const answer = await patch({
      upsert: {
        departments: [{ id: 'd3', name: '新部门', parentId: 'd1' }],
        users: [{ id: 'u1', departmentId: 'd3' }, person(4)],
      },
      remove: { departments: ['d2'], users: ['u3'] },
    });
    expect([answer.status, answer.body.counts]).toMatchObject([
      200,
      { created: 1, updated: 1, departed: 1, departments: { created: 1, removed: 1, updated: 0 } },
    ]);
    expect((await api.call('/oa/users/u1')).body).toEqual(person(1, { departmentId: 'd3' }));
    expect((await api.call('/oa/users/u3')).body.status).toBe('departed');
    expect((await patch({ upsert: { users: [{ id: 'u3', status: 'active' }] } })).body.counts.returned).toBe(
      1,
    );
  });

  it('that leaves somebody without a department is refused', async () => {
    await put({ ...structure, users: people(2) });
    const answer = await patch({ remove: { departments: ['d1'] } });
    expect([answer.status, answer.body.error.fields[0].path]).toEqual([422, 'remove.departments[0]']);
    expect((await state()).version).toBe(1);
  });
});

it('stores feeds that arrive together one after the other', async () => {
  const answers = await Promise.all(
    [10, 20, 30, 40].map((count) => put({ ...structure, users: people(count) })),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(answers.map(({ body }) => body.version).sort()).toEqual([1, 2, 3, 4]);
  const last = answers.findIndex(({ body }) => body.version === 4);
  expect((await state()).users.active).toBe([10, 20, 30, 40][last]);
});

it('takes feeds only from callers with the right, and writes them into the audit log without names', async () => {
  const viewer = await api.signIn('viewer');
  expect((await viewer.call('/oa/directory', { method: 'PUT', body: {} })).status).toBe(403);
  await put({ ...structure, users: people(3) });
  const { items } = (await api.call('/audit?action=oa-directory.replace&limit=1')).body;
  expect(items[0]).toMatchObject({ result: 'ok', target: 'oa-directory:1', detail: { created: 3 } });
  expect(JSON.stringify(items) + api.logged.join('')).not.toContain('员工');
});

it('does not miss the people of the demo', async () => {
  await put({ ...structure, users: people(60) });
  await api.db.pool.query("UPDATE oa_directory_version SET source = 'demo'");
  const own = people(30).map((row) => ({ ...row, id: `own-${row.id}` }));
  expect((await put({ ...structure, users: own })).body.unconfirmed).toBeNull();
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await condition()) return;
    await sleep(50);
  }
  throw new Error('waited 10 s in vain');
}
