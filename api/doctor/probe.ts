import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, type TcpNetConnectOpts } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { CorpAccess, CorpRecord, CallbackSecrets } from '../../store/corps';
import type { WecomSession } from '../../wecom';
import {
  createCallbackCrypto,
  guardedLookup,
  isPrivateAddress,
  isSimulator,
  parseCallbackXml,
  WecomAddressRefusedError,
  WecomError,
} from '../../wecom';
import type { ApiDeps } from '../deps';
import { allowedHosts, askPublicIp, clientOf, probeWriteRight } from '../wecom-access';
import type {
  AppFacts,
  CallbackOutcome,
  ContactsFacts,
  DoctorFacts,
  NetworkOutcome,
  WecomOutcome,
} from './facts';

/** Looks at every part of the way to WeCom and back. Never throws: what fails is a fact too. */

const connectTimeoutMs = 5_000;
// WeCom itself waits one second for the verification and five for an event.
const callbackTimeoutMs = 5_000;
const dayMs = 86_400_000;

type DoctorDeps = Pick<
  ApiDeps,
  'settings' | 'corps' | 'directorySettings' | 'verificationFiles' | 'rateBudget' | 'wecomTokens' | 'metrics'
>;

const notTried = { kind: 'not-tried' } as const;

export async function probe(deps: DoctorDeps, corp: CorpRecord, access: CorpAccess): Promise<DoctorFacts> {
  const { publicUrl } = deps.settings;
  const url = new URL(corp.apiBaseUrl);
  const https = url.protocol === 'https:';
  const api = { host: bareHost(url), port: Number(url.port || (https ? 443 : 80)), https };
  const mayBePrivate = corp.kind === 'private' || allowedHosts(deps.settings).includes(url.host);

  const dns = await probeDns(api.host, mayBePrivate);
  const resolved = dns.kind === 'resolved' || dns.kind === 'address';
  // The name may be pointed elsewhere since: each connection judges the very address that it goes to.
  const to = { ...api, ...(mayBePrivate ? {} : { lookup: guardedLookup }) };
  const network = resolved ? await probeNetwork(to) : notTried;
  const tls = network.kind === 'found' && https ? await probeTls(to) : notTried;
  const connected = network.kind === 'found' && (!https || tls.kind === 'found');

  const [publicIp, contacts, apps, contactsCallback, verificationFiles, { document }] = await Promise.all([
    connected
      ? asked(async () => (await askPublicIp(deps, access.connection)).publicIp)
      : Promise.resolve(notTried),
    access.contactsSecret === undefined
      ? Promise.resolve(undefined)
      : probeContacts(deps, access, access.contactsSecret, connected),
    Promise.all(access.apps.map((app) => probeApp(deps, corp, access, app, connected))),
    probeCallback(deps, corp, corp.contactsCallbackKey),
    probeVerificationFiles(deps),
    deps.directorySettings.currentSettings(corp.id),
  ]);

  return {
    kind: corp.kind,
    access: document.access,
    publicUrl,
    api,
    dns,
    network,
    tls,
    publicIp,
    contacts,
    contactsCallback,
    apps,
    apiIps: await probeApiIps(deps, access, contacts, apps),
    verificationFiles,
  };
}

async function probeDns(host: string, mayBePrivate: boolean): Promise<DoctorFacts['dns']> {
  if (isIP(host) !== 0) {
    return !mayBePrivate && isPrivateAddress(host) ? { kind: 'private' } : { kind: 'address' };
  }
  try {
    const addresses = await lookup(host, { all: true });
    const refused = !mayBePrivate && addresses.some(({ address }) => isPrivateAddress(address));
    return { kind: refused ? 'private' : 'resolved' };
  } catch (error) {
    return { kind: 'failed', code: codeOf(error) };
  }
}

type Destination = Pick<TcpNetConnectOpts, 'port' | 'lookup'> & { readonly host: string };

function probeNetwork({ host, port, lookup }: Destination): Promise<NetworkOutcome<unknown>> {
  return new Promise((resolve) => {
    const socket = connectTcp({ host, port, timeout: connectTimeoutMs, ...(lookup && { lookup }) });
    const end = (outcome: NetworkOutcome<unknown>) => {
      socket.destroy();
      resolve(outcome);
    };
    socket.once('connect', () => end({ kind: 'found', value: undefined }));
    socket.once('timeout', () => end({ kind: 'failed', problem: { code: 'ETIMEDOUT' } }));
    socket.once('error', (error) => end({ kind: 'failed', problem: { code: codeOf(error) } }));
  });
}

function probeTls({ host, port, lookup }: Destination): Promise<NetworkOutcome<{ daysLeft: number }>> {
  return new Promise((resolve) => {
    const servername = isIP(host) === 0 ? host : undefined;
    const socket = connectTls({
      host,
      port,
      timeout: connectTimeoutMs,
      ...(lookup && { lookup }),
      ...(servername === undefined ? {} : { servername }),
    });
    const end = (outcome: NetworkOutcome<{ daysLeft: number }>) => {
      socket.destroy();
      resolve(outcome);
    };
    socket.once('secureConnect', () => {
      const validTo = new Date(socket.getPeerCertificate().valid_to).getTime();
      end({ kind: 'found', value: { daysLeft: Math.floor((validTo - Date.now()) / dayMs) } });
    });
    socket.once('timeout', () => end({ kind: 'failed', problem: { code: 'ETIMEDOUT' } }));
    socket.once('error', (error) => end({ kind: 'failed', problem: { code: codeOf(error) } }));
  });
}

async function probeContacts(
  deps: DoctorDeps,
  access: CorpAccess,
  secret: string,
  connected: boolean,
): Promise<ContactsFacts> {
  const nothing = { departments: notTried, memberIds: notTried, write: notTried };
  if (!connected) return { token: notTried, ...nothing };
  const client = clientOf(deps, access.connection);
  const session = client.as({ kind: 'contacts', secret });
  const token = await asked(() => session.token());
  if (token.kind !== 'found') return { token, ...nothing };
  const [departments, memberIds, write] = await Promise.all([
    asked(async () => (await session.departments.simpleList()).length),
    asked(() => session.members.listIds({ limit: 1 })),
    asked(() => probeWriteRight(client, secret)),
  ]);
  return { token, departments, memberIds, write };
}

async function probeApp(
  deps: DoctorDeps,
  corp: CorpRecord,
  access: CorpAccess,
  app: CorpAccess['apps'][number],
  connected: boolean,
): Promise<AppFacts> {
  const { appId: id, agentId, name, secret } = app;
  const key = corp.apps.find((record) => record.id === id)?.callbackKey;
  const callback =
    key === undefined ? ({ kind: 'not-configured' } as const) : await probeCallback(deps, corp, key);
  const nothing = { id, name, agentId, callback, range: notTried, departments: notTried };
  if (!connected) return { ...nothing, token: notTried };
  const session = clientOf(deps, access.connection).as({ kind: 'app', agentId, secret });
  const token = await asked(() => session.token());
  if (token.kind !== 'found') return { ...nothing, token };
  const [range, departments] = await Promise.all([
    asked(async () => {
      const agent = await session.agent.get({ agentId });
      return {
        departments: agent.visibleDepartmentIds.length,
        users: agent.visibleUserIds.length,
        tags: agent.visibleTagIds.length,
        trustedDomain: agent.trustedDomain ?? null,
      };
    }),
    access.contactsSecret === undefined
      ? asked(async () => (await session.departments.list()).length)
      : Promise.resolve(notTried),
  ]);
  return { ...nothing, token, range, departments };
}

async function probeApiIps(
  deps: DoctorDeps,
  access: CorpAccess,
  contacts: ContactsFacts | undefined,
  apps: readonly AppFacts[],
): Promise<WecomOutcome<number>> {
  const session = workingSession(deps, access, contacts, apps);
  return session === undefined ? notTried : asked(async () => (await session.network.apiDomainIps()).length);
}

function workingSession(
  deps: DoctorDeps,
  access: CorpAccess,
  contacts: ContactsFacts | undefined,
  apps: readonly AppFacts[],
): WecomSession | undefined {
  const client = clientOf(deps, access.connection);
  if (access.contactsSecret !== undefined && contacts?.token.kind === 'found') {
    return client.as({ kind: 'contacts', secret: access.contactsSecret });
  }
  const working = apps.find(({ token }) => token.kind === 'found');
  const app = access.apps.find(({ appId }) => appId === working?.id);
  return app === undefined ? undefined : client.as({ kind: 'app', agentId: app.agentId, secret: app.secret });
}

/** Does what WeCom does when a callback is saved: a signed text goes in, the decrypted one must come back. */
async function probeCallback(deps: DoctorDeps, corp: CorpRecord, key: string): Promise<CallbackOutcome> {
  const { publicUrl, simulatorUrl } = deps.settings;
  const target = await deps.corps.findCallback(key);
  if (target?.secrets === undefined) return { kind: 'not-configured' };
  const { hostname } = new URL(publicUrl);
  const local = hostname === 'localhost' || isPrivateAddress(hostname.replace(/^\[|\]$/g, ''));
  const reachesLocal = corp.kind === 'private' || isSimulator(corp.apiBaseUrl, simulatorUrl);
  if (local && !reachesLocal) return { kind: 'local-address' };
  const expected = randomBytes(12).toString('hex');
  try {
    const query = await signedEcho(target.secrets, corp.corpId, expected);
    const response = await fetch(`${publicUrl}/callback/wecom/${key}?${query.toString()}`, {
      redirect: 'manual',
      signal: AbortSignal.timeout(callbackTimeoutMs),
    });
    const text = (await response.text()).slice(0, 1_000);
    return text === expected ? { kind: 'reached' } : { kind: 'wrong-answer', status: response.status };
  } catch (error) {
    return { kind: 'unreachable', code: codeOf(error) };
  }
}

async function signedEcho(
  secrets: CallbackSecrets,
  receiveId: string,
  text: string,
): Promise<URLSearchParams> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const nonce = randomBytes(8).toString('hex');
  const sealed = createCallbackCrypto({ ...secrets, receiveId }).sealReply(text, { timestamp, nonce });
  const { Encrypt, MsgSignature } = await parseCallbackXml(sealed);
  return new URLSearchParams({
    msg_signature: String(MsgSignature),
    timestamp,
    nonce,
    echostr: String(Encrypt),
  });
}

async function probeVerificationFiles({
  verificationFiles,
  settings,
}: DoctorDeps): Promise<DoctorFacts['verificationFiles']> {
  const files = await verificationFiles.listFiles();
  return Promise.all(
    files.map(async ({ name, content }) => {
      try {
        const response = await fetch(`${settings.publicUrl}/${name}`, {
          redirect: 'manual',
          signal: AbortSignal.timeout(callbackTimeoutMs),
        });
        const text = await response.text();
        const served = response.status === 200 && text === content;
        return {
          name,
          served: served
            ? ({ kind: 'served' } as const)
            : ({ kind: 'not-served', code: `HTTP ${response.status}` } as const),
        };
      } catch (error) {
        return { name, served: { kind: 'not-served', code: codeOf(error) } as const };
      }
    }),
  );
}

/** What WeCom refuses is the finding; anything else is a fault of ours and goes on. */
async function asked<T>(call: () => Promise<T>): Promise<WecomOutcome<T>> {
  try {
    return { kind: 'found', value: await call() };
  } catch (error) {
    if (!(error instanceof WecomError)) throw error;
    return {
      kind: 'failed',
      problem: {
        ...(error.errcode === undefined ? {} : { errcode: error.errcode }),
        ...(error.fault === undefined ? {} : { fault: error.fault }),
        ...(error.fromIp === undefined ? {} : { fromIp: error.fromIp }),
      },
    };
  }
}

function bareHost({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** Node's code for what went wrong, or the kind of error: never its message, which may hold an address with a query. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error instanceof WecomAddressRefusedError) return error.reason;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') return code;
  return error.cause instanceof Error ? codeOf(error.cause) : error.name;
}
