import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
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
  progress: { done: number; failed: number; total: number };
  attendance: {
    people: number;
    counts: Record<string, number>;
    unknownPeople: unknown[];
    heldBack: unknown[];
  };
  apiCalls: Record<string, number>;
  error?: unknown;
};
type CallRow = { corpid: string; path: string; errcode: number };
type Corp = { readonly id: string; readonly corpid: string };

const agentid = 1000002;
const people = 110;
/** The others' records are kept for whoever binds them one day. */
const bound = 10;
const perDay = 2;
const days = 120;
const range = { from: '2026-03-01', to: '2026-06-28' };
const userIds = Array.from({ length: people }, (_, index) => `user${index}`);

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

async function feedOa(): Promise<void> {
  await api('PUT', '/oa/directory', {
    departments: [{ id: 'root', name: '测试企业', parentId: null, order: 0 }],
    users: userIds.slice(0, bound).map((loginId, index) => ({
      id: `oa${index}`,
      loginId,
      name: `员工${index}`,
      departmentId: 'root',
      status: 'active',
    })),
  });
}

async function connect(corpid: string): Promise<Corp> {
  await control('POST', '/corps', {
    corpid,
    name: '测试企业',
    contactsSecret: 'contacts-secret',
    apps: [
      {
        agentid,
        secret: 'app-secret',
        name: '桥',
        visibleDepartments: [1],
        permissions: ['checkin'],
      },
    ],
    users: userIds.map((userid, index) => ({ userid, name: `员工${index}`, department: [1] })),
  });
  await control('POST', `/corps/${corpid}/checkins/generate`, { from: range.from, days, perDay });
  const { id } = await api<{ id: string }>('POST', '/corps', {
    name: corpid,
    corpId: corpid,
    apiBaseUrl: product.simulatorUrl,
    contactsSecret: 'contacts-secret',
  });
  const app = await api<{ id: string }>('POST', `/corps/${id}/apps`, {
    name: '桥',
    agentId: agentid,
    secret: 'app-secret',
  });
  await api('PUT', `/corps/${id}/directory/settings`, {
    pull: { linkNewMembers: { enabled: true, wecomField: 'userid', oaField: 'loginId' } },
    push: { match: [{ oaField: 'loginId', wecomField: 'userid' }] },
  });
  const pull = await api<{ runId: string }>('POST', `/corps/${id}/directory/runs`, {
    direction: 'pull',
    mode: 'apply',
  });
  expect(await ended(pull.runId)).toMatchObject({ phase: 'done', counts: { bindUser: bound } });
  await api('PUT', `/corps/${id}/attendance/settings`, { appId: app.id, dayStartsAt: '04:00' });
  return { id, corpid };
}

async function start(corp: Corp): Promise<string> {
  const { runId } = await api<{ runId: string }>('POST', `/corps/${corp.id}/attendance/runs`, {
    ...range,
    userIds,
    reads: { punches: true, daily: true },
  });
  return runId;
}

const look = (runId: string): Promise<Run> => api('GET', `/runs/${runId}`);

async function ended(runId: string, withinMs = 120_000): Promise<Run> {
  for (const deadline = Date.now() + withinMs; ; await wait(200)) {
    const run = await look(runId);
    if (run.finishedAt !== null) return run;
    if (Date.now() > deadline)
      throw new Error(`The run is still ${run.phase}: ${JSON.stringify(run.progress)}`);
  }
}

async function reaches(runId: string, unitsDone: number): Promise<void> {
  for (const deadline = Date.now() + 90_000; ; await wait(20)) {
    const run = await look(runId);
    if (run.progress.done >= unitsDone) {
      expect(run.finishedAt).toBeNull();
      return;
    }
    if (Date.now() > deadline)
      throw new Error(`The run is still ${run.phase}: ${JSON.stringify(run.progress)}`);
  }
}

/** Processes as they are on record in the data folder. */
const pidOf = {
  worker: () => {
    const file = join(product.dataFolder, 'run', 'worker.process.json');
    return (JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid;
  },
  postgres: () =>
    Number(readFileSync(join(product.dataFolder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]),
};

async function sql<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]> {
  const file = join(product.dataFolder, 'run', 'endpoints.json');
  const { databaseUrl } = JSON.parse(readFileSync(file, 'utf8')) as { databaseUrl: string };
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<Row>(text, [...values])).rows;
  } finally {
    await client.end();
  }
}

/** All columns but the numbers of changes and of the corp. */
const stored = {
  punches: `SELECT p.user_id, r.at, r.kind, r.timeline_id, r.group_id, r.day, r.exceptions, r.digest, r.raw::text AS raw,
              r.version, r.superseded_at
            FROM attendance_record r JOIN attendance_person p ON p.id = r.person_id WHERE p.corp_id = `,
  reports: `SELECT p.user_id, r.period, r.day, r.exceptions, r.digest, r.raw::text AS raw, r.version, r.superseded_at
            FROM attendance_report r JOIN attendance_person p ON p.id = r.person_id WHERE p.corp_id = `,
} as const;

async function compare(
  select: string,
  one: Corp,
  other: Corp,
): Promise<{ rows: number; differences: number }> {
  const [counted] = await sql<{ rows: number; differences: number }>(
    `WITH one AS (${select} $1), other AS (${select} $2)
     SELECT (SELECT count(*)::int FROM other) AS rows,
            (SELECT count(*)::int FROM (SELECT * FROM one EXCEPT ALL SELECT * FROM other) a)
            + (SELECT count(*)::int FROM (SELECT * FROM other EXCEPT ALL SELECT * FROM one) b) AS differences`,
    [one.id, other.id],
  );
  if (counted === undefined) throw new Error('nothing was counted');
  return counted;
}

/** Twice the same change would be two rows, a lower version or another state. */
async function inTheOa({
  id,
}: Corp): Promise<{ type: string; state: string; version: number; items: number }[]> {
  return sql(
    `SELECT o.type, o.state, o.version, count(*)::int AS items
       FROM oa_attendance o JOIN attendance_person p ON p.id = split_part(o.id, '-', 1)::int
      WHERE p.corp_id = $1 GROUP BY 1, 2, 3 ORDER BY 1`,
    [id],
  );
}

async function untilTold(corp: Corp): Promise<void> {
  type Summary = { delivery: Record<'punches' | 'reports', { pending: number }> };
  for (const deadline = Date.now() + 120_000; ; await wait(300)) {
    const { delivery } = await api<Summary>('GET', `/corps/${corp.id}/attendance/summary`);
    if (delivery.punches.pending === 0 && delivery.reports.pending === 0) return;
    if (Date.now() > deadline) throw new Error(`The OA is not told yet: ${JSON.stringify(delivery)}`);
  }
}

it('through a used-up rate, errors, lost and slow answers, expired tokens, killed workers and a killed database, the records are those of an undisturbed run', async () => {
  await feedOa();
  const calm = await connect('wwcalm0000000001');
  const limited = await connect('wwlimited0000001');
  const stormy = await connect('wwstormy00000001');

  const undisturbed = await ended(await start(calm));
  const rows = people * days * perDay;
  const reports = people * days;
  expect(undisturbed).toMatchObject({
    phase: 'done',
    // Two batches, four windows, of each.
    progress: { done: 16, failed: 0, total: 16 },
    attendance: {
      people,
      counts: { read: rows + reports, new: rows + reports, changed: 0, superseded: 0, heldBack: 0 },
      unknownPeople: [],
      heldBack: [],
    },
  });

  // The one corp may not ask for a minute; meanwhile the other one has everything else happen to it.
  await control('DELETE', '/calls');
  await control('POST', '/faults', [{ path: 'checkin/getcheckindata', times: 1, errcode: 45009 }]);
  const limitedRun = await start(limited);
  for (const deadline = Date.now() + 60_000; !(await wasRefused(limited)); await wait(100)) {
    if (Date.now() > deadline) throw new Error('WeCom did not refuse a call');
  }
  await control('POST', '/settings', { latencyMs: 400, tokenTtlSeconds: 10 });
  await control('POST', '/faults', [
    { path: 'checkin/getcheckindata', times: 2, errcode: 42001 },
    { path: 'checkin/getcheckindata', times: 2, drop: 'after' },
    { path: 'checkin/getcheckindata', times: 2, errcode: -1 },
    { path: 'checkin/getcheckindata', times: 1, delayMs: 3_000 },
    { path: 'checkin/getcheckin_daydata', times: 1, body: 'truncated' },
    { path: 'checkin/getcheckin_daydata', times: 1, errcode: 42001 },
    { path: 'checkin/getcheckin_daydata', times: 1, drop: 'before' },
    { path: 'checkin/getcheckin_daydata', times: 2, drop: 'after' },
  ]);
  const stormyRun = await start(stormy);
  await reaches(stormyRun, 1);
  process.kill(pidOf.worker(), 'SIGKILL');
  await reaches(stormyRun, 5);
  process.kill(pidOf.postgres(), 'SIGKILL');
  await reaches(stormyRun, 9);
  process.kill(pidOf.worker(), 'SIGKILL');
  const disturbed = await ended(stormyRun);
  await control('DELETE', '/faults');
  await control('POST', '/settings', { latencyMs: 0, tokenTtlSeconds: 7_200 });
  const late = await ended(limitedRun);

  for (const [corp, run] of [
    [stormy, disturbed],
    [limited, late],
  ] as const) {
    expect(run).toMatchObject({
      phase: 'done',
      progress: undisturbed.progress,
      attendance: undisturbed.attendance,
    });
    expect(await compare(stored.punches, calm, corp)).toEqual({ rows, differences: 0 });
    expect(await compare(stored.reports, calm, corp)).toEqual({ rows: reports, differences: 0 });
    expect(await sql('SELECT 1 FROM attendance_past WHERE run_id = $1', [run.id])).toEqual([]);
    await untilTold(corp);
    expect(await inTheOa(corp)).toEqual([
      { type: 'daily', state: 'current', version: 1, items: bound * days },
      { type: 'punch', state: 'current', version: 1, items: bound * days * perDay },
    ]);
  }

  const again = await ended(await start(stormy));
  expect(again).toMatchObject({
    phase: 'done',
    attendance: { counts: { new: 0, changed: 0, superseded: 0, unchanged: rows + reports } },
  });
}, 400_000);

async function wasRefused({ corpid }: Corp): Promise<boolean> {
  const calls = await control<CallRow[] | { items: CallRow[] }>('GET', `/calls?corpid=${corpid}`);
  return ('items' in calls ? calls.items : calls).some(({ errcode }) => errcode === 45009);
}
