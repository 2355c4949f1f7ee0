/**
 * Where notices may be sent, whoever the corp is. What is refused here is never a webhook, and would hand the machine's
 * cloud credentials to whoever reads the answer: link-local addresses and the clouds' metadata services. Whether an
 * internal address may be called is the corp's kind's to say.
 */

export type NoticeAddressProblem = 'not-a-url' | 'has-credentials' | 'metadata-address' | 'private-address';

/** What can be told without resolving a name; whoever sends checks the resolved address too. */
export function noticeUrlProblem(url: string): NoticeAddressProblem | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !['http:', 'https:'].includes(parsed.protocol)) return 'not-a-url';
  if (parsed.username !== '' || parsed.password !== '') return 'has-credentials';
  const host = parsed.hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
  if (metadataNames.has(host) || isRefusedNoticeAddress(host)) return 'metadata-address';
  return undefined;
}

const metadataNames: ReadonlySet<string> = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.tencentyun.com',
  'instance-data',
]);

/** Alibaba's and Oracle's metadata services lie outside the link-local range; AWS has one for IPv6. */
const metadataAddresses: ReadonlySet<string> = new Set(['100.100.100.200', '192.0.0.192', 'fd00:ec2::254']);

/** `address` as Node and URL write it: dotted IPv4, or IPv6 in its shortest form. */
export function isRefusedNoticeAddress(address: string): boolean {
  const lower = address.toLowerCase();
  const mapped = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(lower);
  if (mapped !== null) {
    const [high = 0, low = 0] = mapped.slice(1).map((part) => Number.parseInt(part, 16));
    return isRefusedNoticeAddress([high >> 8, high & 255, low >> 8, low & 255].join('.'));
  }
  if (lower.startsWith('::ffff:') && lower.includes('.')) {
    return isRefusedNoticeAddress(lower.slice('::ffff:'.length));
  }
  if (metadataAddresses.has(lower)) return true;
  const octets = /^(\d{1,3})\.(\d{1,3})\.\d{1,3}\.\d{1,3}$/.exec(lower);
  if (octets !== null) {
    const [first = 0, second = 0] = octets.slice(1).map(Number);
    return first === 0 || first >= 224 || (first === 169 && second === 254);
  }
  return lower === '::' || /^fe[89ab][\da-f]:/.test(lower) || /^ff[\da-f]{2}:/.test(lower);
}
