import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startProduct, type Product } from '../support/product';

let product: Product;

beforeAll(async () => {
  product = await startProduct({ env: { BRIDGE_DEMO: 'false' } });
});

afterAll(async () => {
  await product.stop();
});

type Run = {
  id: string;
  phase: string;
  finishedAt: string | null;
  counts: Record<string, number>;
  progress: { done: number; failed: number; total: number };
};
type ChangeRow = { id: string; action: string; status: string; attempts: number };
type CallRow = { path: string; errcode: number; request: Record<string, unknown> };
type State = {
  departments: { id: number; name: string; parentid: number }[];
  users: (Record<string, unknown> & { userid: string; department: number[]; main_department?: number })[];
};

const agentid = 1000002;

async function request<T>(url: string, method: string, body: unknown, authorization: string): Promise<T> {
  // Whatever is restarting is asked until it is back.
  for (const deadline = Date.now() + 60_000; ; await wait(200)) {
    try {
      const answer = await fetch(url, {
        method,
        headers: { authorization, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (answer.ok) return (text === '' ? undefined : JSON.parse(text)) as T;
      if (answer.status < 500 || Date.now() > deadline) {
        throw new Error(`${method} ${url}: ${answer.status} ${text}`);
      }
    } catch (error) {
      // By name: jest gives tests a TypeError of their own.
      const isUnreachable = (error as Error).name === 'TypeError';
      if (!isUnreachable || Date.now() > deadline) throw error;
    }
  }
}

const api = <T>(method: string, path: string, body?: unknown): Promise<T> =>
  request(`${product.apiUrl}${path}`, method, body, `Bearer ${product.adminToken}`);
const control = <T>(method: string, path: string, body?: unknown): Promise<T> =>
  request(`${product.simulatorUrl}/_sim${path}`, method, body, '');

const places = 24;
const people = 700;

type Person = {
  id: string;
  loginId: string;
  name: string;
  mobile: string;
  position: string;
  departmentId: string;
  status: 'active' | 'departed';
};

function organisation() {
  const departments = Array.from({ length: places }, (_, index) => ({
    id: `d${index}`,
    name: `部门${index}`,
    parentId: index < 6 ? 'root' : `d${index % 6}`,
    order: index,
  }));
  const users = Array.from({ length: people }, (_, index): Person => person(index));
  return { departments: [{ id: 'root', name: '测试企业', parentId: null, order: 0 }, ...departments], users };
}

function person(index: number): Person {
  return {
    id: `p${index}`,
    loginId: `user${index}`,
    name: `员工${index}`,
    mobile: `13${String(index).padStart(9, '0')}`,
    position: '工程师',
    departmentId: `d${index % places}`,
    status: 'active',
  };
}

/** 1,000 changes of every kind: people come, change, move and leave; departments come, move, get names, go. */
function reorganisation() {
  const { departments, users } = organisation();
  return {
    departments: [
      ...departments
        .filter(({ id }) => id !== 'd23')
        .map((department) =>
          department.id === 'd7'
            ? { ...department, name: '新名部门' }
            : department.id === 'd8'
              ? { ...department, parentId: 'd3' }
              : department,
        ),
      ...Array.from({ length: 20 }, (_, index) => ({
        id: `n${index}`,
        name: `新部门${index}`,
        parentId: index < 5 ? 'd1' : `n${index % 5}`,
        order: 100 + index,
      })),
    ],
    users: [
      ...users.map((user, index): Person => {
        const departmentId = user.departmentId === 'd23' ? 'n3' : user.departmentId;
        if (index % 7 === 0) return { ...user, departmentId, status: 'departed' };
        if (index % 7 < 4) return { ...user, departmentId, position: '高级工程师' };
        if (index % 7 < 6) return { ...user, departmentId: `n${index % 20}` };
        return { ...user, departmentId };
      }),
      ...Array.from({ length: 490 }, (_, index) => ({
        ...person(people + index),
        departmentId: `n${index % 20}`,
      })),
    ],
  };
}

async function connect(corpid: string): Promise<string> {
  await control('POST', '/corps', {
    corpid,
    name: '测试企业',
    contactsSecret: 'contacts-secret',
    apps: [{ agentid, secret: 'app-secret', name: '桥', visibleDepartments: [1] }],
  });
  const corp = await api<{ id: string }>('POST', '/corps', {
    name: corpid,
    corpId: corpid,
    apiBaseUrl: product.simulatorUrl,
    contactsSecret: 'contacts-secret',
  });
  await api('POST', `/corps/${corp.id}/apps`, { name: '桥', agentId: agentid, secret: 'app-secret' });
  const limits = ['maxDecrease', 'maxDeletes', 'maxDeletePercent', 'maxDisables', 'maxDepartmentDeletes'];
  await api('PUT', `/corps/${corp.id}/directory/settings`, {
    access: 'read-write',
    master: 'oa',
    push: {
      match: [{ oaField: 'loginId', wecomField: 'userid' }],
      departed: { action: 'disable', moveToDepartment: { enabled: true, name: '已禁用用户' } },
      guard: Object.fromEntries(
        [...limits, 'maxBranchPercent', 'maxMoves', 'maxCleared'].map((name) => [name, null]),
      ),
      approval: { required: 'never' },
    },
  });
  return corp.id;
}

async function startPush(corp: string): Promise<string> {
  const { runId } = await api<{ runId: string }>('POST', `/corps/${corp}/directory/runs`, {
    direction: 'push',
    mode: 'apply',
  });
  return runId;
}

const look = (runId: string): Promise<Run> => api('GET', `/runs/${runId}`);

async function ended(runId: string, withinMs: number): Promise<Run> {
  for (const deadline = Date.now() + withinMs; ; await wait(300)) {
    const run = await look(runId);
    if (run.finishedAt !== null) return run;
    if (Date.now() > deadline)
      throw new Error(`The run is still ${run.phase}: ${JSON.stringify(run.progress)}`);
  }
}

async function ledger(runId: string): Promise<ChangeRow[]> {
  const rows: ChangeRow[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { items: ChangeRow[]; nextCursor: string | null } = await api(
      'GET',
      `/runs/${runId}/changes?limit=200${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    rows.push(...page.items);
    cursor = page.nextCursor;
  }
  return rows;
}

/** As people see it: departments by their path, whatever number WeCom gave them. */
async function directoryOf(corpid: string) {
  const { departments, users } = await control<State>('GET', `/corps/${corpid}/state`);
  const byId = new Map(departments.map((department) => [department.id, department]));
  const pathOf = (id: number): string => {
    const department = byId.get(id);
    return department === undefined
      ? ''
      : `${department.parentid === 0 ? '' : pathOf(department.parentid)}/${department.name}`;
  };
  return {
    departments: departments.map(({ id }) => pathOf(id)).sort(),
    users: Object.fromEntries(
      users.map(({ userid, name, mobile, position, enable, status, department, main_department: main }) => [
        userid,
        {
          name,
          mobile,
          position,
          enable,
          status,
          in: department.map(pathOf).sort(),
          main: pathOf(main ?? 0),
        },
      ]),
    ),
  };
}

function recordedPid(name: string): number {
  const file = join(product.dataFolder, 'run', `${name}.process.json`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid;
}

it('through errors, lost answers, expired tokens, a used-up rate and five killed workers, a push ends where it would have ended without', async () => {
  await api('PUT', '/oa/directory', organisation());
  const calm = { corpid: 'wwcalm0000000001', id: await connect('wwcalm0000000001') };
  const stormy = { corpid: 'wwstormy00000001', id: await connect('wwstormy00000001') };
  for (const { id } of [calm, stormy]) {
    expect(await ended(await startPush(id), 120_000)).toMatchObject({
      phase: 'done',
      progress: { failed: 0 },
      counts: { createUser: people, createDepartment: places },
    });
  }

  // So many leave at once that somebody has to say it is true.
  const { unconfirmed } = await api<{ unconfirmed: { lost: number } }>(
    'PUT',
    '/oa/directory',
    reorganisation(),
  );
  await api('POST', '/oa/directory/confirm', { loss: unconfirmed.lost });
  const undisturbed = await ended(await startPush(calm.id), 120_000);
  expect(undisturbed).toMatchObject({ phase: 'done', progress: { failed: 0 } });
  expect(undisturbed.progress.total).toBeGreaterThanOrEqual(1_000);

  await control('DELETE', '/calls');
  await control('POST', '/settings', { latencyMs: 60, tokenTtlSeconds: 20 });
  await control('POST', '/faults', [
    { path: 'user/create', times: 1, errcode: 45009 },
    { path: 'user/update', times: 3, errcode: 42001 },
    { path: '*', rate: 0.05, errcode: -1 },
    { path: '*', rate: 0.02, drop: 'after' },
    { path: '*', rate: 0.01, drop: 'before' },
  ]);
  const runId = await startPush(stormy.id);
  for (let kills = 0; kills < 5;) {
    const run = await look(runId);
    expect(run.finishedAt).toBeNull();
    const next = (run.progress.total * (kills + Math.random() * 0.6)) / 6;
    if (run.phase === 'applying' && run.progress.done >= next) {
      process.kill(recordedPid('worker'), 'SIGKILL');
      kills += 1;
      await wait(2_000);
    } else await wait(200);
  }
  const run = await ended(runId, 400_000);
  await control('DELETE', '/faults');
  await control('POST', '/settings', { latencyMs: 0, tokenTtlSeconds: 7_200 });

  expect(run).toMatchObject({ phase: 'done', counts: undisturbed.counts, progress: undisturbed.progress });
  expect(await directoryOf(stormy.corpid)).toEqual(await directoryOf(calm.corpid));

  const rows = await ledger(runId);
  expect(rows.filter(({ status }) => !['done', 'skipped', 'conflict'].includes(status))).toEqual([]);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  const byAction = (status: string): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const row of rows) if (row.status === status) counts[row.action] = (counts[row.action] ?? 0) + 1;
    return counts;
  };
  expect(byAction('done')).toMatchObject({
    createUser: undisturbed.counts['createUser'],
    updateUser: undisturbed.counts['updateUser'],
    disableUser: undisturbed.counts['disableUser'],
  });

  expect(await objectsWrittenTwice(stormy.corpid)).toEqual([]);

  const again = await ended(await startPush(stormy.id), 120_000);
  expect(again).toMatchObject({ phase: 'done', progress: { total: 0 } });
}, 900_000);

/** A write repeated with the same values changes nothing; with other values, or a second creation, it would. */
async function objectsWrittenTwice(corpid: string): Promise<string[]> {
  const calls = await control<CallRow[] | { items: CallRow[] }>('GET', `/calls?corpid=${corpid}`);
  const first = new Map<string, string>();
  const twice: string[] = [];
  for (const { path, errcode, request: body } of 'items' in calls ? calls.items : calls) {
    if (errcode !== 0 || !/^(user|department)\/(create|update|delete)$/.test(path)) continue;
    const object = `${path} ${String(body['userid'] ?? body['id'] ?? `${String(body['parentid'])} ${String(body['name'])}`)}`;
    const values = JSON.stringify(body);
    const isRepeat = first.has(object);
    if (isRepeat && path !== 'user/update' && path !== 'department/update') twice.push(object);
    if (isRepeat && first.get(object) !== values) twice.push(`${object}: ${first.get(object)} ${values}`);
    first.set(object, values);
  }
  return twice;
}
