import type { DoctorFacts } from '../../api/doctor/facts';
import { judge } from '../../api/doctor/judge';
import { doctorTexts } from '../../i18n/doctor';

const found = <T>(value: T) => ({ kind: 'found', value }) as const;
const failed = (errcode: number, fromIp?: string) =>
  ({ kind: 'failed', problem: { errcode, ...(fromIp === undefined ? {} : { fromIp }) } }) as const;
const notTried = { kind: 'not-tried' } as const;

const app: DoctorFacts['apps'][number] = {
  id: 'app-1',
  name: '通讯录',
  agentId: 1000002,
  token: found(undefined),
  range: found({ departments: 1, users: 0, tags: 0, trustedDomain: 'bridge.example.com' }),
  departments: notTried,
  callback: { kind: 'not-configured' },
};

const healthy: DoctorFacts = {
  kind: 'public',
  access: 'read-write',
  publicUrl: 'https://bridge.example.com',
  api: { host: 'qyapi.weixin.qq.com', port: 443, https: true },
  dns: { kind: 'resolved' },
  network: found(undefined),
  tls: found({ daysLeft: 90 }),
  publicIp: found('198.51.100.7'),
  contacts: {
    token: found(undefined),
    departments: found(30),
    memberIds: found(undefined),
    write: found('permitted'),
  },
  contactsCallback: { kind: 'not-configured' },
  apps: [app],
  apiIps: found(12),
  verificationFiles: [],
};

const blind = { token: notTried, departments: notTried, memberIds: notTried, write: notTried } as const;
const blindApp = { ...app, token: notTried, range: notTried };
const unreachable = { contacts: blind, apps: [blindApp], publicIp: notTried, apiIps: notTried } as const;

function verdicts(change: Partial<DoctorFacts>): Record<string, boolean> {
  return Object.fromEntries(judge({ ...healthy, ...change }).checks.map(({ name, ok }) => [name, ok]));
}

const failing = (change: Partial<DoctorFacts>) =>
  Object.entries(verdicts(change))
    .filter(([, ok]) => !ok)
    .map(([name]) => name);

const one = (name: string, change: Partial<DoctorFacts>) =>
  judge({ ...healthy, ...change }).checks.find((check) => check.name === name);

describe('the doctor', () => {
  it('finds nothing wrong where nothing is, and looks at everything in order', () => {
    const { ok, checks } = judge(healthy);
    expect(ok).toBe(true);
    expect(checks.map(({ name }) => name)).toEqual([
      'dns',
      'network',
      'tls',
      'public-ip',
      'token.contacts',
      'token.app:1000002',
      'trusted-ip',
      'contacts.read',
      'contacts.write',
      'visible-range:1000002',
      'api-ips',
      'callback.contacts',
      'callback.app:1000002',
      'bind-page:1000002',
      'domain-verification',
    ]);
  });

  it.each<[string, Partial<DoctorFacts>, string]>([
    [
      'dns',
      { dns: { kind: 'failed', code: 'ENOTFOUND' }, network: notTried, tls: notTried, ...unreachable },
      'dns',
    ],
    ['dns', { dns: { kind: 'private' }, network: notTried, tls: notTried, ...unreachable }, 'dns'],
    [
      'network',
      { network: { kind: 'failed', problem: { code: 'ECONNREFUSED' } }, tls: notTried, ...unreachable },
      'network',
    ],
    ['tls', { tls: { kind: 'failed', problem: { code: 'CERT_HAS_EXPIRED' } }, ...unreachable }, 'tls'],
  ])('names %s as the obstacle of everything behind it', (name, facts, because) => {
    expect(one(name, facts)).toMatchObject({ ok: false, advice: expect.any(String) });
    const behind = judge({ ...healthy, ...facts }).checks.filter(({ text }) => text === 'not-checked');
    expect(behind.map((check) => check.name)).toEqual(
      expect.arrayContaining([
        'public-ip',
        'token.contacts',
        'token.app:1000002',
        'trusted-ip',
        'contacts.read',
        'api-ips',
      ]),
    );
    expect(new Set(behind.map(({ params }) => params?.['because']))).toEqual(new Set([because]));
  });

  it('tells an address that is not trusted once, with the address, and not as many other faults', () => {
    const distrusted = failed(60020, '203.0.113.5');
    const facts: Partial<DoctorFacts> = {
      contacts: {
        token: found(undefined),
        departments: distrusted,
        memberIds: distrusted,
        write: distrusted,
      },
      apps: [{ ...app, range: distrusted }],
      apiIps: distrusted,
    };
    expect(one('trusted-ip', facts)).toMatchObject({
      ok: false,
      errcode: 60020,
      params: { ip: '203.0.113.5' },
      advice: 'advise-trusted-ip',
    });
    const others = failing(facts).filter((name) => name !== 'trusted-ip');
    expect(others).toEqual(['contacts.read', 'contacts.write', 'visible-range:1000002', 'api-ips']);
    for (const name of others)
      expect(one(name, facts)).toMatchObject({ text: 'not-checked', params: { because: 'trusted-ip' } });
  });

  it('tells which secret is wrong', () => {
    const facts: Partial<DoctorFacts> = { apps: [{ ...app, token: failed(40001), range: notTried }] };
    expect(failing(facts)).toEqual(['token.app:1000002', 'visible-range:1000002']);
    expect(one('token.app:1000002', facts)).toMatchObject({ errcode: 40001, app: { id: 'app-1' } });
  });

  it.each([
    ['departments', { departments: 2, users: 5, tags: 0 }, true],
    ['single members only', { departments: 0, users: 5, tags: 0 }, false],
    ['nothing', { departments: 0, users: 0, tags: 0 }, false],
    ['tags', { departments: 0, users: 0, tags: 1 }, true],
  ])('judges a visible range of %s', (_, range, ok) => {
    expect(
      verdicts({ apps: [{ ...app, range: found({ ...range, trustedDomain: null }) }] })[
        'visible-range:1000002'
      ],
    ).toBe(ok);
  });

  it.each<[string, Partial<DoctorFacts>, boolean, string]>([
    ['a secret that may write', {}, true, 'contacts-write-ok'],
    [
      'a secret that may not',
      { contacts: { ...healthy.contacts!, write: found('refused') } },
      false,
      'contacts-write-refused',
    ],
    [
      'no secret while read-only',
      { contacts: undefined, access: 'read-only' },
      true,
      'contacts-write-not-needed',
    ],
    ['no secret while read-write', { contacts: undefined }, false, 'contacts-write-no-secret'],
  ])('judges writing with %s', (_, facts, ok, text) => {
    expect(one('contacts.write', facts)).toMatchObject({ ok, text });
  });

  it('takes the app’s range for reading where there is no contacts secret', () => {
    expect(
      one('contacts.read', { contacts: undefined, apps: [{ ...app, departments: found(4) }] }),
    ).toMatchObject({
      ok: true,
      text: 'contacts-read-app',
      params: { departments: 4 },
    });
    expect(one('contacts.read', { contacts: undefined, apps: [] })).toMatchObject({
      ok: false,
      text: 'no-credentials',
    });
  });

  it.each<[DoctorFacts['contactsCallback'], boolean]>([
    [{ kind: 'not-configured' }, true],
    [{ kind: 'reached' }, true],
    [{ kind: 'local-address' }, false],
    [{ kind: 'unreachable', code: 'ECONNREFUSED' }, false],
    [{ kind: 'wrong-answer', status: 502 }, false],
  ])('judges a callback that is %j', (contactsCallback, ok) => {
    expect(verdicts({ contactsCallback })['callback.contacts']).toBe(ok);
  });

  it('needs domain verification only where files were uploaded, and never for a private deployment', () => {
    const missing = [{ name: 'WW_verify_a.txt', served: { kind: 'not-served', code: 'HTTP 404' } }] as const;
    expect(verdicts({})['domain-verification']).toBe(true);
    expect(verdicts({ verificationFiles: missing })['domain-verification']).toBe(false);
    expect(verdicts({ verificationFiles: missing, kind: 'private' })['domain-verification']).toBe(true);
  });

  it.each([
    ['bridge.example.com', 'bind-page-ok', undefined],
    [null, 'bind-page-none', 'advise-bind-page'],
    ['other.example.com', 'bind-page-elsewhere', 'advise-bind-page'],
  ])(
    'says whether employees can bind with the trusted domain %s, and holds it against nobody',
    (domain, text, advice) => {
      const range = found({ departments: 1, users: 0, tags: 0, trustedDomain: domain });
      const check = one('bind-page:1000002', { apps: [{ ...app, range }] });
      expect(check).toMatchObject({ ok: true, text, app: { id: 'app-1' } });
      expect(check?.advice).toBe(advice);
    },
  );

  it('does not expect an API IP list of a private deployment', () => {
    expect(verdicts({ kind: 'private', apiIps: failed(40003) })['api-ips']).toBe(true);
    expect(verdicts({ apiIps: failed(40003) })['api-ips']).toBe(false);
  });

  it('gives every fault an advice, in Chinese with the menu’s names', () => {
    for (const [key, text] of Object.entries(doctorTexts)) {
      expect([key, text['zh-CN'].length > 0 && text.en.length > 0]).toEqual([key, true]);
    }
    expect(doctorTexts['advise-visible-range']['zh-CN']).toContain('可见范围');
    expect(doctorTexts['advise-trusted-ip']['zh-CN']).toContain('企业可信IP');
  });
});
