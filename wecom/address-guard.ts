import type { LookupAddress, LookupOptions } from 'node:dns';
import { lookup as dnsLookup } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import type { CorpKind } from './connection';

/**
 * The API address of a corp is typed in by an administrator and called from inside the company's network:
 * unless the corp is a private deployment, it must not be a way to reach internal systems.
 */

export type AddressRefusal =
  'not-a-url' | 'not-https' | 'has-credentials' | 'private-address' | 'unresolvable';

export class WecomAddressRefusedError extends Error {
  constructor(
    readonly reason: AddressRefusal,
    readonly host: string,
    options?: ErrorOptions,
  ) {
    super(`WeCom API address refused: ${reason} (${host})`, options);
    this.name = 'WecomAddressRefusedError';
  }
}

const privateRanges = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.88.99.0', 24], // relays of 6to4
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  privateRanges.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 96], // unspecified, loopback and the old IPv4-compatible form
  ['::ffff:0:0:0', 96], // IPv4 as translators write it
  ['64:ff9b::', 96], // NAT64: an IPv4 address in disguise
  ['64:ff9b:1::', 48],
  ['2001::', 32], // Teredo, likewise
  ['2002::', 16], // 6to4, likewise
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  privateRanges.addSubnet(network, prefix, 'ipv6');
}

/** Loopback, private, link-local, multicast and reserved addresses; IPv4-mapped IPv6 counts as the IPv4 address. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  return privateRanges.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** One form per address, so that two spellings share a token, a connection pool and a comparison. */
export function normaliseApiBaseUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname.replace(/\/+$/, '').replace(/\/cgi-bin$/, '');
}

/** By what `host:port` a service on this machine is called: its own address and, on loopback, the other names of it. */
export function hostsOf(url: string | undefined): readonly string[] {
  if (url === undefined) return [];
  const { host, hostname, port } = new URL(url);
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) return [host];
  return ['127.0.0.1', 'localhost', '[::1]'].map((name) => (port === '' ? name : `${name}:${port}`));
}

/** Whether an API address is the embedded simulator's, by whatever name of this machine. */
export function isSimulator(apiBaseUrl: string, simulatorUrl: string | undefined): boolean {
  return hostsOf(simulatorUrl).includes(new URL(apiBaseUrl).host);
}

/**
 * Whether what is done for a corp may go to internal addresses: its administrator said so by its kind, or it lives in
 * the embedded simulator, where nothing is real.
 */
export function mayReachInternal(
  corp: { readonly kind: CorpKind; readonly apiBaseUrl: string },
  simulatorHosts: readonly string[],
): boolean {
  return corp.kind === 'private' || simulatorHosts.includes(new URL(corp.apiBaseUrl).host);
}

/** Whether an address leads inside by what it says, or by what its name is resolved to now. */
export async function leadsInside(url: string): Promise<boolean> {
  const host = bareHost(new URL(url));
  if (isIP(host) !== 0) return isPrivateAddress(host);
  if (/(^|\.)localhost\.?$/.test(host)) return true;
  try {
    return (await lookup(host, { all: true })).some(({ address }) => isPrivateAddress(address));
  } catch {
    // A name that nobody knows leads nowhere; every connection looks again.
    return false;
  }
}

/** The checks that need no look-up. Returns the parsed address. */
export function checkApiBaseUrl({
  url,
  kind,
  allowedHosts,
}: {
  readonly url: string;
  readonly kind: CorpKind;
  /** `host:port` pairs that are always fine: the embedded simulator's own address. */
  readonly allowedHosts: readonly string[];
}): { readonly parsed: URL; readonly guarded: boolean } {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol) || parsed.search || parsed.hash) {
    throw new WecomAddressRefusedError('not-a-url', parsed?.host ?? '');
  }
  if (parsed.username || parsed.password) throw new WecomAddressRefusedError('has-credentials', parsed.host);
  const guarded = kind !== 'private' && !allowedHosts.includes(parsed.host);
  if (!guarded) return { parsed, guarded };
  if (parsed.protocol !== 'https:') throw new WecomAddressRefusedError('not-https', parsed.host);
  if (isPrivateAddress(bareHost(parsed))) throw new WecomAddressRefusedError('private-address', parsed.host);
  return { parsed, guarded };
}

/**
 * For saving a corp: resolves the name and refuses it when any of its addresses is internal.
 * Names can be pointed elsewhere afterwards, therefore every connection checks again (`guardedLookup`).
 */
export async function assertApiBaseUrlAllowed(address: {
  readonly url: string;
  readonly kind: CorpKind;
  readonly allowedHosts: readonly string[];
}): Promise<void> {
  const { parsed, guarded } = checkApiBaseUrl(address);
  const host = bareHost(parsed);
  if (!guarded || isIP(host) !== 0) return;
  let addresses: LookupAddress[];
  try {
    addresses = await lookup(host, { all: true });
  } catch (error) {
    throw new WecomAddressRefusedError('unresolvable', parsed.host, { cause: error });
  }
  if (addresses.some(({ address: ip }) => isPrivateAddress(ip))) {
    throw new WecomAddressRefusedError('private-address', parsed.host);
  }
}

type LookupCallback = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;

/** Resolves like Node does and hands over only what may be connected to. */
export function guardedLookup(hostname: string, options: LookupOptions, callback: LookupCallback): void {
  dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, []);
    if (addresses.some(({ address }) => isPrivateAddress(address))) {
      return callback(new WecomAddressRefusedError('private-address', hostname), []);
    }
    if (options.all) return callback(null, addresses);
    const [first] = addresses;
    if (!first) return callback(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), []);
    return callback(null, first.address, first.family);
  });
}

function bareHost({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}
