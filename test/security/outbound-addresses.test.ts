import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createNoticeActivities } from '../../activities/notices';
import { defaultDirectorySettings } from '../../domain/directory/settings';
import { createAppPauseStore } from '../../store/app-pauses';
import { createAttendanceGapStore } from '../../store/attendance-gaps';
import { createAttendanceRunStore } from '../../store/attendance-runs';
import { createBridgeMessageStore } from '../../store/bridge-messages';
import type { CorpRecord } from '../../store/corps';
import { createDepartureNoticeStore } from '../../store/departure-notices';
import { createNoticeStore } from '../../store/notices';
import { createRunStore } from '../../store/runs';
import { createSecretBox } from '../../store/secrets';
import { shownUrl } from '../../store/settings';
import { isPrivateAddress } from '../../wecom';
import type { TestApi } from '../api/harness';
import { startTestApi } from '../api/harness';

/** Something in the company's network that nobody outside may reach. */
let connections = 0;
const inside = createServer((socket) => {
  connections += 1;
  socket.on('error', () => undefined);
  socket.once('data', () => socket.end('HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n'));
});
let port: number;
let api: TestApi;

beforeAll(async () => {
  await new Promise<void>((resolve) => inside.listen(0, '127.0.0.1', resolve));
  port = (inside.address() as AddressInfo).port;
  api = await startTestApi();
});
beforeEach(() => {
  connections = 0;
});
afterAll(async () => {
  inside.close();
  await api?.close();
});

type Kind = 'public' | 'private' | 'government';

/** Outside the simulator; nothing is asked of WeCom when it is saved. */
function corp(kind: Kind): Promise<CorpRecord> {
  return api.deps.corps.createCorp({
    name: '企业',
    corpId: `ww${randomUUID().replaceAll('-', '')}`,
    kind,
    apiBaseUrl: 'https://wecom.example.invalid',
  });
}

const spellings = [
  ['the name of this machine', (at: number) => `http://localhost:${at}/`],
  ['its name with a dot', (at: number) => `http://localhost.:${at}/`],
  ['loopback', (at: number) => `http://127.0.0.1:${at}/`],
  ['loopback by another number', (at: number) => `http://127.8.8.8:${at}/`],
  ['loopback as one number', (at: number) => `http://2130706433:${at}/`],
  ['loopback in octal', (at: number) => `http://0177.0.0.1:${at}/`],
  ['loopback in hexadecimal', (at: number) => `http://0x7f.0x0.0x0.0x1:${at}/`],
  ['loopback with parts left out', (at: number) => `http://127.1:${at}/`],
  ['loopback in full-width digits', (at: number) => `http://１２７.０.０.１:${at}/`],
  ['IPv4 in IPv6', (at: number) => `http://[::ffff:127.0.0.1]:${at}/`],
  ['IPv6 loopback', (at: number) => `http://[::1]:${at}/`],
  ['a private range', () => 'http://10.1.2.3/'],
  ['carrier-grade NAT', () => 'http://100.64.0.1/'],
  ['unique local IPv6', () => 'http://[fd12:3456::1]/'],
  ['NAT64', () => 'http://[64:ff9b::a00:1]/'],
  ['6to4', () => 'http://[2002:a00:1::]/'],
  ['Teredo', () => 'http://[2001:0:4136:e378:8000:63bf:f5ff:fffe]/'],
  ['translated IPv4', () => 'http://[::ffff:0:10.0.0.1]/'],
  ['the metadata of a cloud', () => 'http://169.254.169.254/latest/meta-data/'],
  ['the metadata of a cloud in IPv6', () => 'http://[::ffff:a9fe:a9fe]/'],
] as const;

describe('the webhook of a notice', () => {
  const notice = (url: string) => ({ kind: 'webhook', name: 'ops', url, events: ['failed'] });
  const save = (corpId: string, url: string) =>
    api.call(`/corps/${corpId}/directory/settings?verify=false`, {
      method: 'PUT',
      body: { notices: [notice(url)] },
    });

  let open: CorpRecord;
  beforeAll(async () => {
    open = await corp('public');
  });

  it.each(spellings)('of a corp in the public cloud is no way inside: %s', async (_, url) => {
    const { status, body } = await save(open.id, url(port));
    expect([status, body.error?.fields?.[0]?.path]).toEqual([422, 'notices.0.url']);
    expect(connections).toBe(0);
  });

  it('of a government’s corp is no way inside either', async () => {
    expect((await save((await corp('government')).id, `http://127.0.0.1:${port}/`)).status).toBe(422);
  });

  it('of a private deployment may be inside, but never a cloud’s metadata', async () => {
    const { id } = await corp('private');
    expect((await save(id, `http://127.0.0.1:${port}/`)).status).toBe(200);
    expect((await save(id, 'http://169.254.169.254/')).status).toBe(422);
  });

  it('is judged again by the address that is connected to, whatever was true when it was saved', async () => {
    const [outside, allowed] = await Promise.all([corp('public'), corp('private')]);
    for (const url of [`http://localhost:${port}/hook`, `http://127.0.0.1:${port}/hook`]) {
      expect(await sent(outside, url)).toMatchObject({ status: 'failed', error: 'private-address' });
      expect(connections).toBe(0);
    }
    expect(await sent(allowed, `http://localhost:${port}/hook`)).toMatchObject({ status: 'sent' });
    expect(connections).toBe(1);
  });

  /** As the workflow of a notice does; the address is stored past the API, as one from before would be. */
  async function sent({ id: corpId }: CorpRecord, url: string) {
    const secrets = createSecretBox([api.masterKey]);
    await api.deps.directorySettings.saveSettings(
      corpId,
      {
        ...defaultDirectorySettings,
        notices: [{ kind: 'webhook', name: 'ops', url: shownUrl(url), hasSecret: false, events: ['failed'] }],
      },
      'user:test',
      [{ url, secret: null }],
    );
    const activities = createNoticeActivities({
      corps: api.deps.corps,
      settings: api.deps.directorySettings,
      runs: createRunStore(api.db),
      notices: createNoticeStore(api.db),
      departures: createDepartureNoticeStore(api.db),
      apps: createAppPauseStore(api.db),
      gaps: createAttendanceGapStore(api.db),
      attendanceRuns: createAttendanceRunStore(api.db),
      messages: createBridgeMessageStore(api.db, secrets),
      publicUrl: 'https://bridge.example.com',
      simulatorHosts: [new URL(api.simulator.url).host],
    });
    const environment = new MockActivityEnvironment();
    const [noticeId = '']: string[] = await environment.run(activities.recordNotices, {
      ...{ id: `notice:${randomUUID()}`, corpId, runId: null, kind: 'failed' as const },
    });
    await environment.run(activities.sendNotice, noticeId).catch(() => undefined);
    const { rows } = await api.db.pool.query<{ status: string; error: string | null }>(
      'SELECT status, error FROM notice WHERE id = $1',
      [noticeId],
    );
    return rows[0];
  }
});

describe('the API address of a corp', () => {
  it.each(spellings)('leads nobody inside, and nothing is asked of it: %s', async (_, url) => {
    const apiBaseUrl = url(port).replace('http:', 'https:');
    const body = { name: '企业', corpId: 'wwoutside', kind: 'public', apiBaseUrl };
    const { status, body: answer } = await api.call('/corps', { body });
    expect([status, answer.error?.fields?.[0]?.path]).toEqual([422, 'apiBaseUrl']);
    expect(connections).toBe(0);
  });
});

it.each(['fe80::1', 'fec0::1', '2001::1', '::ffff:0:a00:1', '192.88.99.1', 'ff02::1'])(
  '%s is never an address outside',
  (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  },
);
