import { randomUUID } from 'node:crypto';
import dns, { type LookupAddress, type LookupOptions } from 'node:dns';
import type { AddressInfo } from 'node:net';
import { createServer, isIP } from 'node:net';
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

/** As the workflow of a notice does; the address is stored past the API, as one from before would be. */
async function sent({ id: corpId }: Pick<CorpRecord, 'id'>, url: string) {
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

describe('a name that is pointed elsewhere after it was looked at', () => {
  const host = 'wecom.rebinding.example';
  /** Where packets are thrown away: outside, and nobody answers. */
  const outside = '100::1';
  const inward = '127.0.0.1';
  const real = { lookup: dns.lookup, promised: dns.promises.lookup };
  /** What its owner's name server says, look-up by look-up (an address, or several); the last one repeats. */
  let says: readonly string[];
  let lookedUp: number;

  function answer(): LookupAddress[] {
    const addresses = (says[Math.min(lookedUp, says.length - 1)] ?? outside).split(' ');
    lookedUp += 1;
    return addresses.map((address) => ({ address, family: isIP(address) }));
  }

  type Found = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

  // There is no name server to be had that every machine would ask; from here on all is the product's.
  beforeAll(() => {
    const lookup = (name: string, options: LookupOptions, found: Found): void => {
      if (name !== host) return void (real.lookup as (...of: unknown[]) => void)(name, options, found);
      const all = answer();
      const [first] = all;
      process.nextTick(() =>
        options.all === true ? found(null, all) : found(null, first?.address ?? '', first?.family),
      );
    };
    const promised = (name: string, options: LookupOptions) =>
      name === host ? Promise.resolve(answer()) : real.promised(name, options);
    Object.assign(dns, { lookup });
    Object.assign(dns.promises, { lookup: promised });
  });
  afterAll(() => {
    Object.assign(dns, { lookup: real.lookup });
    Object.assign(dns.promises, { lookup: real.promised });
  });
  beforeEach(() => {
    lookedUp = 0;
  });

  const url = () => `https://${host}:${port}`;

  async function savedWhileOutside(): Promise<string> {
    says = [outside];
    const corpId = `ww${randomUUID().replaceAll('-', '')}`;
    const body = { name: '企业', corpId, kind: 'public', apiBaseUrl: url(), contactsSecret: 'secret' };
    const { status, body: saved } = await api.call('/corps?verify=false', { body });
    expect(status).toBe(201);
    lookedUp = 0;
    return String(saved.id);
  }

  it.each([
    ['before it is called', [inward]],
    ['after it is found to be outside', [outside, inward]],
    ['to both sides at once', [`${outside} ${inward}`]],
  ])('is no way to call something inside as if it were WeCom: %s', async (_, answers) => {
    const id = await savedWhileOutside();
    says = answers;
    const { status, body } = await api.call(`/corps/${id}`, {
      method: 'PATCH',
      body: { contactsSecret: 'another' },
    });
    expect([status, body.error.fields[0].path]).toEqual([422, 'apiBaseUrl']);
    expect(connections).toBe(0);
  });

  it('is no way to let the doctor knock at doors inside', async () => {
    const id = await savedWhileOutside();
    says = [outside, inward];
    const { status, body } = await api.call(`/corps/${id}/check`, { method: 'POST' });
    expect(status).toBe(200);
    expect(body.checks).toContainEqual(expect.objectContaining({ name: 'network', ok: false }));
    expect([lookedUp, connections]).toEqual([2, 0]);
  });

  it.each([
    ['before it is called', [inward], 'private-address'],
    ['after it is found to be outside', [outside, inward], null],
  ] as const)('is no way to send a notice inside: %s', async (_, answers, error) => {
    says = [outside];
    const { id } = await corp('public');
    const saved = await api.call(`/corps/${id}/directory/settings?verify=false`, {
      method: 'PUT',
      body: { notices: [{ kind: 'webhook', name: 'ops', url: `${url()}/hook`, events: ['failed'] }] },
    });
    expect(saved.status).toBe(200);
    lookedUp = 0;
    says = answers;
    const notice = await sent({ id }, `${url()}/hook`);
    if (error === null) expect(notice).not.toMatchObject({ status: 'sent' });
    else expect(notice).toMatchObject({ status: 'failed', error });
    // Whatever was judged is what was connected to: nobody asked a second time.
    expect([lookedUp, connections]).toEqual([1, 0]);
  });
});

it.each(['fe80::1', 'fec0::1', '2001::1', '::ffff:0:a00:1', '192.88.99.1', 'ff02::1'])(
  '%s is never an address outside',
  (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  },
);
