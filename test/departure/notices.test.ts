import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createNoticeActivities } from '../../activities/notices';
import type { HandOverItem } from '../../domain/departures/departure';
import { departureNoticeId, momentOfNotice } from '../../domain/departures/notice';
import {
  completeSettings,
  defaultDirectorySettings,
  noticeEvents,
  type NoticeEvent,
} from '../../domain/directory/settings';
import { createAppPauseStore } from '../../store/app-pauses';
import { createAttendanceGapStore } from '../../store/attendance-gaps';
import { createAttendanceRunStore } from '../../store/attendance-runs';
import { createBridgeMessageStore } from '../../store/bridge-messages';
import { createCorpStore } from '../../store/corps';
import { openDatabase, type Database } from '../../store/database';
import { createDepartureNoticeStore } from '../../store/departure-notices';
import { createDepartureStore } from '../../store/departures';
import { createNoticeStore } from '../../store/notices';
import { createRunStore } from '../../store/runs';
import { createSecretBox } from '../../store/secrets';
import { createSettingsStore, shownUrl } from '../../store/settings';
import { createTestDatabase, type TestDatabase } from '../support/database';

type Payload = {
  readonly event: string;
  readonly subject: string;
  readonly subjects: Readonly<Record<string, string>>;
  readonly runId: string | null;
  readonly departures?: {
    readonly url: string;
    readonly due?: {
      readonly total: number;
      readonly owning: number;
      readonly items: readonly {
        readonly userId: string;
        readonly day: string;
        readonly texts: Readonly<Record<string, string>>;
      }[];
    };
    readonly held?: {
      readonly total: number;
      readonly reasons: readonly {
        readonly code: string;
        readonly count: number;
        readonly texts: Readonly<Record<string, string>>;
      }[];
    };
  };
};

let database: TestDatabase;
let db: Database;
let received: Payload[] = [];

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    received.push(JSON.parse(Buffer.concat(chunks).toString('utf8')) as Payload);
    response.writeHead(204).end();
  });
});

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, maxConnections: 5 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

beforeEach(() => {
  received = [];
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await db.close();
  await database.drop();
});

const secrets = createSecretBox([Buffer.alloc(32, 7).toString('base64')]);
const departures = () => createDepartureStore(db);

async function corpThatTells(...events: readonly NoticeEvent[]): Promise<string> {
  const corps = createCorpStore(db, secrets);
  const { id } = await corps.createCorp({
    name: '测试企业',
    corpId: `ww${randomUUID().replaceAll('-', '')}`,
    kind: 'private',
    apiBaseUrl: 'https://wecom.example.invalid',
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  await createSettingsStore(db, secrets).saveSettings(
    id,
    {
      ...defaultDirectorySettings,
      notices: [{ kind: 'webhook', name: 'ops', url: shownUrl(url), hasSecret: false, events }],
    },
    'user:test',
    [{ url, secret: null }],
  );
  return id;
}

function noticeActivities() {
  return createNoticeActivities({
    apps: createAppPauseStore(db),
    gaps: createAttendanceGapStore(db),
    attendanceRuns: createAttendanceRunStore(db),
    corps: createCorpStore(db, secrets),
    settings: createSettingsStore(db, secrets),
    runs: createRunStore(db),
    notices: createNoticeStore(db),
    departures: createDepartureNoticeStore(db),
    messages: createBridgeMessageStore(db, secrets),
    publicUrl: 'https://bridge.example.com',
    simulatorHosts: [],
  });
}

/** As the workflow of a notice does, and as often as it is told to. */
async function tell(kind: 'departures-due' | 'departures-held', corpId: string, at: Date): Promise<void> {
  const environment = new MockActivityEnvironment();
  const id = departureNoticeId(kind, corpId, at);
  const noticeIds: string[] = await environment.run(noticeActivities().recordNotices, {
    id,
    corpId,
    runId: null,
    kind,
  });
  for (const noticeId of noticeIds) await environment.run(noticeActivities().sendNotice, noticeId);
}

async function departure(
  corpId: string,
  userId: string,
  row: {
    readonly name?: string | null;
    readonly deleteAt?: Date;
    readonly state?: string;
    readonly reason?: string;
    readonly handOver?: readonly HandOverItem[];
    readonly isDone?: boolean;
  } = {},
): Promise<string> {
  const { name = null, deleteAt = new Date('2026-03-10T19:00:00Z'), state = 'waiting', reason } = row;
  const { rows } = await db.pool.query<{ id: string }>(
    `INSERT INTO departure (id, corp_id, member_id, user_id, oa_user_id, name, origin, state, reason, disabled_at,
                            delete_at, notice_at, hand_over, hand_over_done_at)
     VALUES (gen_random_uuid()::text, $1, gen_random_uuid()::text, $2, $2, $3, 'push', $4, $5, now(), $6,
             $6::timestamptz - interval '3 days', $7, $8)
     RETURNING id`,
    [
      corpId,
      userId,
      name,
      state,
      reason === undefined ? null : JSON.stringify({ code: reason }),
      deleteAt,
      row.handOver === undefined ? null : JSON.stringify(row.handOver),
      row.isDone === true ? new Date() : null,
    ],
  );
  return rows[0]!.id;
}

const at = new Date('2026-03-07T19:00:00.123Z');

it.each([
  ['of departures that disabled or restored everybody it was to is no news', 'departures', {}, 0, 0],
  ['of departures that deleted somebody is told', 'departures', { deleteUser: 1 }, 0, 1],
  ['of departures with a failure is told', 'departures', {}, 1, 1],
  ['that somebody started is told', 'api', {}, 0, 1],
])('the end of a run %s', async (_, trigger, counts, failed, told) => {
  const corpId = await corpThatTells('done');
  const runId = randomUUID();
  await db.pool.query(
    `INSERT INTO run (id, corp_id, direction, mode, phase, trigger, requested_by, workflow_id, counts, progress)
     VALUES ($1, $2, 'push', 'apply', 'done', $3, 'test', $1, $4, $5)`,
    [runId, corpId, trigger, { disableUser: 1, ...counts }, { done: 1, failed, total: 1 + failed }],
  );
  const recorded: string[] = await new MockActivityEnvironment().run(noticeActivities().recordNotices, {
    id: `notice:done:${runId}`,
    corpId,
    runId,
    kind: 'done' as const,
  });
  expect(recorded).toHaveLength(told);
});

describe('deletions that are near', () => {
  it('are listed with who they are, the day in the corp’s zone, and what they still own', async () => {
    const corpId = await corpThatTells('departures-due');
    const ids = [
      await departure(corpId, 'zhangsan', {
        name: '张三',
        handOver: [
          { kind: 'external-contacts', count: 3, names: [] },
          { kind: 'customer-groups', count: 1, names: ['华东客户群'] },
          { kind: 'subordinates', count: 0, names: [] },
        ],
      }),
      await departure(corpId, 'lisi', { handOver: [{ kind: 'external-contacts', count: 0, names: [] }] }),
      await departure(corpId, 'wangwu', { deleteAt: new Date('2026-03-09T19:00:00Z') }),
    ];
    await departures().noticed(ids, at);
    await tell('departures-due', corpId, at);
    const [notice] = received;
    expect(notice).toMatchObject({
      event: 'departures-due',
      subject:
        '[Deleted soon] Departed accounts: 3 will be deleted within 3 days, 1 still have something to hand over',
      runId: null,
      departures: {
        url: `https://bridge.example.com/corps/${corpId}/departures`,
        due: {
          total: 3,
          owning: 1,
          items: [
            { userId: 'wangwu', name: null, day: '2026-03-10', handOver: null, handOverDone: false },
            { userId: 'lisi', day: '2026-03-11', deleteAt: '2026-03-10T19:00:00.000Z' },
            { userId: 'zhangsan', name: '张三', handOver: [{ count: 3 }, { count: 1 }, { count: 0 }] },
          ],
        },
      },
    });
    const texts = notice!.departures!.due!.items.map((item) => item.texts);
    expect(texts[2]).toEqual({
      'zh-CN': '张三 (zhangsan)：2026-03-11 删除；仍有外部联系人 3、客户群 1（华东客户群）',
      en: '张三 (zhangsan): deleted on 2026-03-11; still has External contacts: 3, Customer groups: 1 (华东客户群)',
    });
    expect(texts[0]!['en']).toBe(
      'wangwu: deleted on 2026-03-10; nobody has looked yet what is left to hand over',
    );
    expect(texts[1]!['zh-CN']).toBe('lisi：2026-03-11 删除；没有待交接的事项');
  });

  it('say what to click where something could not be read, and count as not handed over', async () => {
    const corpId = await corpThatTells('departures-due');
    const unread = { kind: 'external-contacts', count: null, names: [] } as const;
    const ids = [
      await departure(corpId, 'blind', { handOver: [unread] }),
      await departure(corpId, 'done', { handOver: [unread], isDone: true }),
    ];
    await departures().noticed(ids, at);
    await tell('departures-due', corpId, at);
    const { owning, items } = received[0]!.departures!.due!;
    expect(owning).toBe(1);
    expect(items[0]!.texts['en']).toContain('Customer Contact → API → Apps that may call');
    expect(items[1]!.texts['en']).toContain('the hand-over is marked as done');
  });

  it('have nobody’s name in the subject', async () => {
    const corpId = await corpThatTells('departures-due');
    await departures().noticed([await departure(corpId, 'zhangsan', { name: '张三' })], at);
    await tell('departures-due', corpId, at);
    for (const subject of Object.values(received[0]!.subjects)) expect(subject).not.toMatch(/张三|zhangsan/);
  });

  it('are those of one moment: neither those told earlier nor those who have come back since', async () => {
    const corpId = await corpThatTells('departures-due');
    const [told, back, due] = [
      await departure(corpId, 'told'),
      await departure(corpId, 'back'),
      await departure(corpId, 'due'),
    ];
    await departures().noticed([told], new Date(at.getTime() - 86_400_000));
    await departures().noticed([back, due], at);
    await db.pool.query(`UPDATE departure SET state = 'restored', closed_at = now() WHERE id = $1`, [back]);
    await tell('departures-due', corpId, at);
    expect(received[0]!.departures!.due!.items.map(({ userId }) => userId)).toEqual(['due']);
  });

  it('of which nobody is left are no news, and the list of notices says so', async () => {
    const corpId = await corpThatTells('departures-due', 'departures-held');
    await tell('departures-due', corpId, at);
    await tell('departures-held', corpId, at);
    expect(received).toEqual([]);
    const { rows } = await db.pool.query('SELECT status, error FROM notice WHERE corp_id = $1', [corpId]);
    expect(rows).toEqual(Array(2).fill({ status: 'failed', error: 'nobody-left' }));
  });

  it('go out once, however often they are told', async () => {
    const corpId = await corpThatTells('departures-due');
    await departures().noticed([await departure(corpId, 'due')], at);
    await tell('departures-due', corpId, at);
    await tell('departures-due', corpId, at);
    expect(received).toHaveLength(1);
  });

  it('by the thousand are counted, and the first 200 listed', async () => {
    const corpId = await corpThatTells('departures-due');
    const { rows } = await db.pool.query<{ id: string }>(
      `INSERT INTO departure (id, corp_id, member_id, user_id, oa_user_id, origin, state, disabled_at, delete_at)
       SELECT gen_random_uuid()::text, $1, gen_random_uuid()::text, 'u' || lpad(n::text, 5, '0'), n::text, 'push',
              'waiting', now(), $2
         FROM generate_series(1, 1500) AS n RETURNING id`,
      [corpId, new Date('2026-03-10T19:00:00Z')],
    );
    await departures().noticed(
      rows.map(({ id }) => id),
      at,
    );
    await tell('departures-due', corpId, at);
    const { total, items } = received[0]!.departures!.due!;
    expect([total, items.length, items[0]!.userId]).toEqual([1_500, 200, 'u00001']);
  });
});

it('deletions that are held are counted by reason, without anybody’s name', async () => {
  const corpId = await corpThatTells('departures-held');
  await departure(corpId, 'a1', { name: '张三', state: 'held', reason: 'status-unreadable' });
  await departure(corpId, 'b2', { state: 'held', reason: 'hand-over' });
  await departure(corpId, 'c3', { state: 'held', reason: 'hand-over' });
  await departure(corpId, 'd4');
  await tell('departures-held', corpId, at);
  const [notice] = received;
  expect(notice).toMatchObject({
    event: 'departures-held',
    subject: '[Needs a person] Departed accounts: 3 are not deleted before somebody has looked at them',
    departures: {
      url: `https://bridge.example.com/corps/${corpId}/departures`,
      held: {
        total: 3,
        reasons: [
          { code: 'hand-over', count: 2 },
          { code: 'status-unreadable', count: 1 },
        ],
      },
    },
  });
  for (const { texts } of notice!.departures!.held!.reasons) {
    expect(Object.values(texts).every((text) => text.length > 5 && !text.includes('{'))).toBe(true);
  }
  expect(JSON.stringify(notice)).not.toMatch(/张三|"a1"/);
});

it('whoever asked for other kinds hears nothing of departures', async () => {
  const corpId = await corpThatTells('done', 'failed');
  await departures().noticed([await departure(corpId, 'due')], at);
  await tell('departures-due', corpId, at);
  expect(received).toEqual([]);
});

it('settings stored before there were departures keep the kinds they name', () => {
  const { notices } = completeSettings({
    notices: [{ kind: 'webhook', name: 'ops', url: 'https://x', hasSecret: false, events: ['done'] }],
  });
  expect(notices).toMatchObject([{ events: ['done'] }]);
  expect(noticeEvents).toEqual(expect.arrayContaining(['departures-due', 'departures-held']));
});

it('the moment of a notice stands in its id, whatever target it is for', () => {
  const id = departureNoticeId('departures-due', 'corp', at);
  expect([momentOfNotice(id), momentOfNotice(`${id}/3`), momentOfNotice('notice:done:run:1')]).toEqual([
    at,
    at,
    undefined,
  ]);
});
