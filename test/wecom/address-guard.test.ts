import type { AddressRefusal, CorpKind } from '../../wecom';
import {
  WecomAddressRefusedError,
  assertApiBaseUrlAllowed,
  isPrivateAddress,
  normaliseApiBaseUrl,
} from '../../wecom';

async function verdict(
  url: string,
  kind: CorpKind = 'public',
  allowedHosts: readonly string[] = [],
): Promise<AddressRefusal | 'allowed'> {
  try {
    await assertApiBaseUrlAllowed({ url, kind, allowedHosts });
    return 'allowed';
  } catch (error) {
    if (error instanceof WecomAddressRefusedError) return error.reason;
    throw error;
  }
}

describe('the API address of a public or government corp', () => {
  it.each([
    ['https://127.0.0.1', 'private-address'],
    ['https://localhost', 'private-address'], // by look-up
    ['https://2130706433', 'private-address'], // 127.0.0.1 as one number
    ['https://0x7f.1', 'private-address'],
    ['https://[::1]', 'private-address'],
    ['https://[::ffff:10.0.0.1]', 'private-address'],
    ['https://[64:ff9b::7f00:1]', 'private-address'],
    ['https://10.1.2.3/cgi-bin', 'private-address'],
    ['https://172.31.0.1:8443', 'private-address'],
    ['https://192.168.1.1', 'private-address'],
    ['https://169.254.169.254', 'private-address'], // cloud metadata
    ['https://100.100.100.200', 'private-address'],
    ['https://[fd00::1]', 'private-address'],
    ['https://[fe80::1]', 'private-address'],
    ['https://0.0.0.0', 'private-address'],
    ['http://203.0.113.9', 'not-https'],
    ['https://203.0.113.9', 'allowed'],
    ['https://172.32.0.1', 'allowed'],
    ['https://user:pass@203.0.113.9', 'has-credentials'],
    ['ftp://203.0.113.9', 'not-a-url'],
    ['https://203.0.113.9/?x=1', 'not-a-url'],
    ['qyapi.weixin.qq.com', 'not-a-url'],
    ['https://no-such-host.invalid', 'unresolvable'],
  ])('%s: %s', async (url, expected) => {
    expect(await verdict(url)).toBe(expected);
    expect(await verdict(url, 'government')).toBe(expected);
  });

  it('may be the embedded simulator, on exactly its port', async () => {
    const allowed = ['127.0.0.1:8601'];
    expect(await verdict('http://127.0.0.1:8601', 'public', allowed)).toBe('allowed');
    expect(await verdict('http://127.0.0.1:5432', 'public', allowed)).toBe('not-https');
    expect(await verdict('https://127.0.0.1:5432', 'public', allowed)).toBe('private-address');
  });
});

describe('the API address of a private deployment', () => {
  it.each(['http://10.0.0.5', 'https://wecom.corp.internal', 'http://localhost:8080/'])(
    '%s: allowed',
    async (url) => {
      expect(await verdict(url, 'private')).toBe('allowed');
    },
  );

  it('is a URL all the same', async () => {
    expect(await verdict('file:///etc/passwd', 'private')).toBe('not-a-url');
  });
});

it.each([
  ['8.8.8.8', false],
  ['2400:3200::1', false],
  ['255.255.255.255', true],
  ['::ffff:192.168.0.1', true],
  ['::ffff:8.8.8.8', false],
  ['not an address', false],
])('%s is internal: %s', (address, internal) => {
  expect(isPrivateAddress(address)).toBe(internal);
});

it.each([
  ['https://qyapi.weixin.qq.com/', 'https://qyapi.weixin.qq.com'],
  ['https://QYAPI.weixin.qq.com:443/cgi-bin/', 'https://qyapi.weixin.qq.com'],
  ['https://wecom.example.com/proxy/cgi-bin', 'https://wecom.example.com/proxy'],
])('%s is one with %s', (url, normal) => {
  expect(normaliseApiBaseUrl(url)).toBe(normal);
});
