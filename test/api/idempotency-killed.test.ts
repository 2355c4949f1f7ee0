import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client as TemporalClient, Connection } from '@temporalio/client';
import { Client } from 'pg';
import { freePort } from '../../embedded/ports';
import { projectRoot } from '../../project-root';
import { patienceMs } from '../support/patience';
import { testTemporal } from '../support/temporal';
import { startTestApi, type TestApi } from './harness';
import { startTestWorker } from './worker';

// One Idempotency-Key at several API processes, some of which die before they have answered.

let api: TestApi;
let worker: { stop(): Promise<void> } | undefined;
/** Makes a process wait in the middle of a request. */
let blocker: Client;
const processes: ChildProcess[] = [];

beforeAll(async () => {
  api = await startTestApi();
  worker = await startTestWorker(api);
  blocker = new Client({ connectionString: api.databaseUrl });
  await blocker.connect();
});
afterAll(async () => {
  for (const child of processes) child.kill('SIGKILL');
  await blocker?.end();
  await worker?.stop();
  await api?.close();
});

interface ApiProcess {
  readonly url: string;
  kill(): Promise<void>;
}

/** An API process as it runs in production, on the same database and Temporal as the others. */
async function startProcess(): Promise<ApiProcess> {
  const port = await freePort();
  const child = fork(join(projectRoot, 'dist', 'api', 'main.js'), [], {
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: api.databaseUrl,
      TEMPORAL_ADDRESS: testTemporal().address,
      TEMPORAL_NAMESPACE: api.namespace,
      BRIDGE_MASTER_KEY: api.masterKey,
      BRIDGE_ADMIN_TOKEN: api.adminToken,
      BRIDGE_LOG_LEVEL: 'silent',
      SIMULATOR_URL: api.simulator.url,
      WECOM_API_BASE_URL: api.simulator.url,
      PORT: String(port),
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  processes.push(child);
  const ended = once(child, 'exit');
  for (;;) {
    const [said] = (await Promise.race([
      once(child, 'message'),
      ended.then(() => Promise.reject(new Error('The API process ended before it was ready'))),
    ])) as [{ readonly type: string }];
    if (said.type === 'ready') break;
  }
  return {
    url: `http://127.0.0.1:${port}`,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

type Start = { readonly direction: 'pull' | 'push'; readonly mode: 'simulate' | 'apply' };
const pull: Start = { direction: 'pull', mode: 'apply' };
const push: Start = { direction: 'push', mode: 'simulate' };

async function connect(): Promise<string> {
  const corp = await api.createCorp();
  const { body } = await api.call('/corps', {
    body: { name: 'A', corpId: corp.corpId, contactsSecret: corp.contactsSecret },
  });
  const app = await api.call(`/corps/${body.id}/apps`, {
    body: { name: '通讯录', agentId: corp.agentId, secret: corp.appSecret },
  });
  const settings = await api.call(`/corps/${body.id}/directory/settings?verify=false`, {
    method: 'PUT',
    body: { access: 'read-write' },
  });
  expect([app.status, settings.status]).toEqual([201, 200]);
  return String(body.id);
}

async function start({ url }: { readonly url: string }, corpId: string, key: string, body: Start = pull) {
  const response = await fetch(`${url}/api/v1/corps/${corpId}/directory/runs`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${api.adminToken}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    },
    body: JSON.stringify(body),
  });
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    isRepeated: response.headers.get('idempotency-replayed') === 'true',
    body: (await response.json()) as { runId?: string; error?: { code: string } },
  };
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + patienceMs; ; await wait(50)) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`Not: ${what}`);
  }
}

async function rows<T extends object>(sql: string, values: readonly string[]): Promise<T[]> {
  return (await api.db.pool.query<T>(sql, [...values])).rows;
}

/** Not what a push reads by itself. */
const runsOf = async (corpId: string): Promise<string[]> =>
  (await rows<{ id: string }>(`SELECT id FROM run WHERE corp_id = $1 AND trigger = 'api'`, [corpId])).map(
    ({ id }) => id,
  );

async function settled(corpId: string): Promise<void> {
  await until('all its runs have ended', async () => {
    const [open] = await rows(`SELECT 1 FROM run WHERE corp_id = $1 AND finished_at IS NULL`, [corpId]);
    return open === undefined ? true : undefined;
  });
}

/** As Temporal has it, whatever the rows say. */
async function executionsOf(corpId: string, { direction }: Start): Promise<number> {
  const connection = await Connection.connect({ address: testTemporal().address });
  try {
    const { workflow } = new TemporalClient({ connection, namespace: api.namespace });
    const query = `WorkflowId = 'directory-${direction}:${corpId}'`;
    // What has just begun or ended is listed a moment later.
    return await until('it is listed as ended', async () => {
      const listed = [];
      for await (const { status } of workflow.list({ query })) listed.push(status.name);
      return listed.length > 0 && !listed.includes('RUNNING') ? listed.length : undefined;
    });
  } finally {
    await connection.close();
  }
}

/** A claim that nobody has answered may be taken over after a minute; this one is that old from the beginning. */
async function withOldClaims<T>(work: () => Promise<T>): Promise<T> {
  await api.db.pool.query(
    `CREATE FUNCTION claimed_long_ago() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN NEW.created_at := NEW.created_at - interval '2 minutes'; RETURN NEW; END $$;
     CREATE TRIGGER claimed_long_ago BEFORE INSERT ON idempotency_key
       FOR EACH ROW EXECUTE FUNCTION claimed_long_ago()`,
  );
  try {
    return await work();
  } finally {
    await api.db.pool.query(
      `DROP TRIGGER claimed_long_ago ON idempotency_key; DROP FUNCTION claimed_long_ago()`,
    );
  }
}

it('sent to two processes at once, it begins one run', async () => {
  const [one, other] = await Promise.all([startProcess(), startProcess()]);
  const corpId = await connect();
  const answers = await Promise.all([one, other, one, other].map((each) => start(each, corpId, 'at-once')));
  const accepted = answers.filter(({ status }) => status === 202);
  expect(accepted.length).toBeGreaterThan(0);
  for (const { status, retryAfter } of answers.filter((answer) => !accepted.includes(answer))) {
    expect([status, retryAfter]).toEqual([409, '1']);
  }
  await settled(corpId);
  const later = await start(other, corpId, 'at-once');
  expect([later.status, later.isRepeated]).toEqual([202, true]);
  expect(new Set([...accepted, later].map(({ body }) => body.runId))).toEqual(new Set(await runsOf(corpId)));
  expect(await runsOf(corpId)).toHaveLength(1);
});

/** Asks, and kills the process that was asked as soon as `moment` has come; nobody ever hears its answer. */
async function killedWhile(
  corpId: string,
  key: string,
  body: Start,
  moment: () => Promise<unknown>,
): Promise<void> {
  const doomed = await startProcess();
  const unanswered = start(doomed, corpId, key, body).then(
    () => Promise.reject(new Error('It was answered')),
    () => undefined,
  );
  await moment();
  await doomed.kill();
  await unanswered;
}

const isClaimed = (key: string) => () =>
  until('the key is claimed', async () => {
    const [claim] = await rows(`SELECT 1 FROM idempotency_key WHERE key = $1 AND status IS NULL`, [key]);
    return claim;
  });

/** Until it is over, whoever was asked has claimed the key and begun nothing. */
async function beforeAnythingBegins(work: () => Promise<void>): Promise<void> {
  await blocker.query('BEGIN; LOCK TABLE corp IN ACCESS EXCLUSIVE MODE');
  try {
    await work();
  } finally {
    await blocker.query('ROLLBACK');
  }
}

/** Until it is over, whoever was asked has begun the run and can't write down the answer. */
async function beforeAnAnswer(work: () => Promise<void>): Promise<void> {
  await blocker.query('SELECT pg_advisory_lock(1)');
  await api.db.pool.query(
    `CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END $$;
     CREATE TRIGGER hold BEFORE UPDATE ON idempotency_key FOR EACH ROW EXECUTE FUNCTION hold()`,
  );
  try {
    await work();
  } finally {
    // What the killed process had sent would be carried out by the server all the same.
    await blocker.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`,
    );
    await blocker.query('SELECT pg_advisory_unlock(1)');
    await api.db.pool.query('DROP TRIGGER hold ON idempotency_key; DROP FUNCTION hold()');
  }
}

describe.each<[string, Start]>([
  ['a pull', pull],
  ['a push', push],
])('the request for %s that nobody answered because its process was killed', (_, body) => {
  const other: Start = body === pull ? push : pull;

  it.each([
    ['before the run began', beforeAnythingBegins, (key: string) => isClaimed(key)()],
    [
      'after the run began',
      beforeAnAnswer,
      (key: string, corpId: string) =>
        isClaimed(key)().then(() =>
          until('the run has begun', async () => ((await runsOf(corpId)).length > 0 ? true : undefined)),
        ),
    ],
  ])('sent again it is the same run, under another body none: %s', async (moment, holding, reached) => {
    const corpId = await connect();
    const key = `${body.direction} ${moment}`.replaceAll(' ', '-');
    await withOldClaims(() => holding(() => killedWhile(corpId, key, body, () => reached(key, corpId))));
    const begun = await runsOf(corpId);

    const refused = await start(api, corpId, key, other);
    expect([refused.status, refused.body.error?.code]).toEqual([409, 'idempotency_conflict']);
    expect(await runsOf(corpId)).toEqual(begun);

    const survivor = await startProcess();
    const answers = await Promise.all(
      [api, survivor, api, survivor].map((each) => start(each, corpId, key, body)),
    );
    const accepted = answers.filter(({ status }) => status === 202);
    expect(accepted.length).toBeGreaterThan(0);
    expect(answers.filter(({ status }) => status !== 202 && status !== 409)).toEqual([]);
    await settled(corpId);
    const all = await runsOf(corpId);
    expect(all).toHaveLength(1);
    expect(new Set(accepted.map(({ body: { runId } }) => runId))).toEqual(new Set(all));
    if (begun.length > 0) expect(all).toEqual(begun);
    expect(await executionsOf(corpId, body)).toBe(1);
    await survivor.kill();
  });
});
