import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import pino from 'pino';
import { ensureNamespace } from '../../../workers/namespace';
import type { Answer, TestApi } from '../../api/harness';
import { startTestApi } from '../../api/harness';
import { startTestWorker } from '../../api/worker';
import { addMembers, feedOa } from '../../binding/bindings-world';
import { testTemporal } from '../../support/temporal';
import { patienceMs } from '../../support/patience';

export const english = { 'accept-language': 'en' };

export const midnight = (day: string): number => Date.parse(`${day}T00:00:00+08:00`) / 1_000;
/** In Shanghai. */
export const at = (moment: string): number => Date.parse(`${moment}:00+08:00`) / 1_000;

export type AttendanceCorp = {
  /** The bridge's own id. */
  readonly id: string;
  readonly wecomCorpId: string;
  /** Which WeCom lets read check-ins, and which it does not. */
  readonly app: string;
  readonly otherApp: string;
  readonly systemSecret: string;
};

export type AttendanceWorld = Awaited<ReturnType<typeof createAttendanceWorld>>;

const people = [
  { userId: 'Ada', name: '阿达', oaUserId: 'u1' },
  { userId: 'bob', name: '鲍勃', oaUserId: 'u2' },
  { userId: 'cai', name: '蔡', oaUserId: null },
] as const;

/** API, Postgres, Temporal and simulator; a worker where runs are to be read. */
export async function createAttendanceWorld({
  worker: withWorker = false,
  env = {},
}: { readonly worker?: boolean; readonly env?: Readonly<Record<string, string>> } = {}) {
  const api: TestApi = await startTestApi(env);
  // Temporal knows our search attributes only when a worker has been there.
  await ensureNamespace(testTemporal(), api.namespace, pino({ level: 'silent' }));
  const worker = withWorker ? await startTestWorker(api) : undefined;
  await feedOa(api, [
    { id: 'u1', name: '阿达' },
    { id: 'u2', name: '鲍勃' },
    { id: 'u3', name: '蔡' },
  ]);

  const world = {
    api,

    call: (path: string, body?: unknown, method?: string, headers: Record<string, string> = english) =>
      api.call(path, {
        headers,
        ...(body === undefined ? {} : { body }),
        ...(method === undefined ? {} : { method }),
      }),

    sql: async <T extends object>(text: string, params: readonly unknown[] = []): Promise<T[]> =>
      (await api.db.pool.query<T>(text, [...params])).rows,

    /** Ada and bob are bound, cai is not. */
    async createCorp({ rights = 'today', members = true, bound = true } = {}): Promise<AttendanceCorp> {
      const wecomCorpId = `wwattend${randomBytes(6).toString('hex')}`;
      const secrets = ['contacts', 'app', 'other', 'system'].map(
        (kind) => `${kind}-${randomBytes(12).toString('hex')}`,
      );
      const [contactsSecret = '', appSecret = '', otherSecret = '', systemSecret = ''] = secrets;
      await api.control('/_sim/corps', {
        corpid: wecomCorpId,
        name: '考勤企业',
        rights,
        contactsSecret,
        systemSecrets: { checkin: systemSecret },
        apps: [
          { agentid: 1000002, secret: appSecret, name: '考勤', permissions: ['checkin'] },
          { agentid: 1000003, secret: otherSecret, name: '公告' },
        ].map((app) => ({ ...app, visibleDepartments: [1] })),
        departments: [{ id: 2, name: '研发部', parentid: 1 }],
        users: people.map(({ userId, name }) => ({ userid: userId, name, department: [2] })),
      });
      const corp = await expecting(
        201,
        api.call('/corps', { body: { name: '考勤企业', corpId: wecomCorpId, contactsSecret } }),
      );
      const id = String(corp.id);
      const addApp = async (agentId: number, secret: string) =>
        String(
          (
            await expecting(
              201,
              api.call(`/corps/${id}/apps`, { body: { name: `a${agentId}`, agentId, secret } }),
            )
          ).id,
        );
      const app = await addApp(1000002, appSecret);
      const otherApp = await addApp(1000003, otherSecret);
      if (members) {
        await world.sql(
          `INSERT INTO mirror_department (corp_id, department_id, parent_id, name)
           VALUES ($1, 1, 0, '考勤企业'), ($1, 2, 1, '研发部')`,
          [id],
        );
        await addMembers(api, id, people);
      }
      for (const { userId, oaUserId } of members && bound ? people : []) {
        if (oaUserId !== null) await world.bind(id, userId, oaUserId);
      }
      return { id, wecomCorpId, app, otherApp, systemSecret };
    },

    async bind(corpId: string, userId: string, oaUserId: string): Promise<void> {
      await expecting(
        200,
        api.call(`/corps/${corpId}/bindings/${userId}`, { method: 'PUT', body: { oaUserId } }),
      );
    },

    async setUp(corp: AttendanceCorp, settings: Record<string, unknown> = {}): Promise<void> {
      await expecting(
        200,
        api.call(`/corps/${corp.id}/attendance/settings`, {
          method: 'PUT',
          body: { appId: corp.app, ...settings },
        }),
      );
    },

    /** Rows as getcheckindata prints them. */
    punch: (corp: AttendanceCorp, rows: readonly Record<string, unknown>[]) =>
      api.control(`/_sim/corps/${corp.wecomCorpId}/checkins`, rows),

    async run(corp: AttendanceCorp, wanted: Record<string, unknown>): Promise<Answer['body']> {
      const { runId } = await expecting(202, api.call(`/corps/${corp.id}/attendance/runs`, { body: wanted }));
      return world.ended(String(runId));
    },

    async ended(runId: string): Promise<Answer['body']> {
      return until(`the end of run ${runId}`, async () => {
        const { body } = await api.call(`/runs/${runId}`, { headers: english });
        return body.finishedAt === null ? undefined : body;
      });
    },

    async close() {
      await worker?.stop();
      await api.close();
    },
  };
  return world;
}

export async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + patienceMs; ; await wait(100)) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`${what} did not come`);
  }
}

export async function expecting(status: number, asked: Promise<Answer>): Promise<Answer['body']> {
  const answer = await asked;
  if (answer.status !== status) throw new Error(`${answer.status} instead of ${status}: ${answer.text}`);
  return answer.body;
}

/** A row of getcheckindata; `moment` in Shanghai. */
export function row(userid: string, moment: string, fields: Record<string, unknown> = {}) {
  return {
    userid,
    groupname: '标准班',
    checkin_type: '上班打卡',
    exception_type: '',
    checkin_time: at(moment),
    location_title: '云程大厦',
    location_detail: '新港中路397号',
    wifiname: 'Office-5G',
    notes: '',
    wifimac: '3c:46:d8:0c:7a:70',
    deviceid: 'E5FA89F6-3926-4972-BE4F-4A7ACF4701E2',
    mediaids: [],
    groupid: 1,
    schedule_id: 0,
    timeline_id: 1,
    ...fields,
  };
}
