import type {
  CorpKind,
  Credential,
  RateBudgetStore,
  TokenStore,
  WecomClient,
  WecomConnection,
} from '../wecom';
import {
  assertApiBaseUrlAllowed,
  createWecomClient,
  hostsOf,
  WecomAccessError,
  WecomAddressRefusedError,
  WecomError,
  WecomTokenError,
  WecomTransientError,
} from '../wecom';
import { apiTexts } from '../i18n/api';
import type { ApiDeps } from './deps';
import type { Said } from './http-errors';
import { invalid, invalidField, wecomSaid } from './http-errors';

/** Asks WeCom whether what an administrator typed in is right, before any of it is saved. */

// A person is waiting at a form; WeCom answers within a second or not at all.
const verificationTimeoutMs = 8_000;

type WecomAccessDeps = Pick<ApiDeps, 'settings' | 'rateBudget' | 'wecomTokens' | 'metrics'>;

export function allowedHosts({
  simulatorUrl,
}: {
  readonly simulatorUrl: string | undefined;
}): readonly string[] {
  return hostsOf(simulatorUrl);
}

/** For credentials that are saved: shares its tokens and budget with the workers. */
export function clientOf(deps: WecomAccessDeps, connection: WecomConnection): WecomClient {
  return createWecomClient({
    connection,
    tokens: deps.wecomTokens,
    budget: deps.rateBudget,
    timeoutMs: verificationTimeoutMs,
    allowedHosts: allowedHosts(deps.settings),
    onCall: deps.metrics.countWecomCall,
  });
}

/** For credentials that may be wrong: always asks WeCom, and leaves no trace in the database. */
function trialClient(deps: WecomAccessDeps, connection: WecomConnection, tokens: TokenStore): WecomClient {
  return createWecomClient({
    connection,
    tokens,
    budget: withoutLimits,
    timeoutMs: verificationTimeoutMs,
    allowedHosts: allowedHosts(deps.settings),
    onCall: deps.metrics.countWecomCall,
  });
}

// A corp that is not saved yet has no budget to share; these are a handful of calls.
const withoutLimits: RateBudgetStore = {
  take: ({ want }) => Promise.resolve({ granted: want, retryAfterMs: 0 }),
  block: () => Promise.resolve(),
};

function forgetfulTokens(): TokenStore {
  return {
    read: () => Promise.resolve(undefined),
    refresh: (_key, _staleToken, fetch) => fetch(),
  };
}

/** The text of a token that WeCom never gave out. */
const inventedToken = 'not-a-token';

/**
 * WeCom tells the caller's public address in the errmsg of a refused token. An invented token asks for it without a
 * secret: wrong secrets are counted against the address, wrong tokens are not.
 */
export async function askPublicIp(
  deps: WecomAccessDeps,
  connection: WecomConnection,
): Promise<{ readonly publicIp: string | null }> {
  const expiresAt = new Date(Date.now() + 3_600_000);
  const inventing: TokenStore = {
    read: () => Promise.resolve({ token: inventedToken, expiresAt }),
    refresh: () => Promise.resolve({ token: `${inventedToken}-either`, expiresAt }),
  };
  const session = trialClient(deps, connection, inventing).as({ kind: 'contacts', secret: inventedToken });
  try {
    await session.network.apiDomainIps();
    return { publicIp: null };
  } catch (error) {
    if (error instanceof WecomTokenError || error instanceof WecomAccessError) {
      if (error.errcode !== undefined) return { publicIp: error.fromIp ?? null };
    }
    throw error;
  }
}

export async function assertApiAddressAllowed(
  deps: WecomAccessDeps,
  { url, kind, verify }: { readonly url: string; readonly kind: CorpKind; readonly verify: boolean },
): Promise<void> {
  try {
    await assertApiBaseUrlAllowed({ url, kind, allowedHosts: allowedHosts(deps.settings) });
  } catch (error) {
    if (!(error instanceof WecomAddressRefusedError)) throw error;
    // Every connection checks the address again, so a name that can't be resolved today may be saved offline.
    if (error.reason === 'unresolvable' && !verify) return;
    const refusal = addressRefusals[error.reason];
    throw invalidField(
      'apiBaseUrl',
      refusal.text,
      { host: error.host },
      refusal.advice && { advice: refusal.advice },
    );
  }
}

const addressRefusals: Readonly<
  Record<WecomAddressRefusedError['reason'], { text: Said['text']; advice?: Said }>
> = {
  'not-a-url': { text: apiTexts.apiBaseUrlNotUrl },
  'not-https': { text: apiTexts.apiBaseUrlNotHttps, advice: { text: apiTexts.apiBaseUrlPrivateAdvice } },
  'has-credentials': { text: apiTexts.apiBaseUrlHasCredentials },
  'private-address': { text: apiTexts.apiBaseUrlPrivate, advice: { text: apiTexts.apiBaseUrlPrivateAdvice } },
  unresolvable: {
    text: apiTexts.apiBaseUrlUnresolvable,
    advice: { text: apiTexts.apiBaseUrlUnresolvableAdvice },
  },
};

/** A corp without any secret: at least there is a WeCom at this address. */
export async function assertWecomAnswers(deps: WecomAccessDeps, connection: WecomConnection): Promise<void> {
  try {
    await askPublicIp(deps, connection);
  } catch (error) {
    throw asFieldProblem(error, 'apiBaseUrl');
  }
}

export async function assertContactsSecretWorks(
  deps: WecomAccessDeps,
  connection: WecomConnection,
  secret: string,
): Promise<void> {
  const session = trialClient(deps, connection, forgetfulTokens()).as({ kind: 'contacts', secret });
  try {
    // The ids of members are what only the contacts secret may read; the token alone would pass with an app's secret
    // and from an address that is not trusted.
    await session.members.listIds({ limit: 1 });
  } catch (error) {
    throw asFieldProblem(error, 'contactsSecret');
  }
}

export async function assertAppWorks(
  deps: WecomAccessDeps,
  connection: WecomConnection,
  { agentId, secret }: { readonly agentId: number; readonly secret: string },
): Promise<void> {
  const credential: Credential = { kind: 'app', agentId, secret };
  const session = trialClient(deps, connection, forgetfulTokens()).as(credential);
  let agent;
  try {
    agent = await session.agent.get({ agentId });
  } catch (error) {
    throw asFieldProblem(error, 'secret');
  }
  if (agent.visibleDepartmentIds.length === 0 && agent.visibleTagIds.length === 0) {
    throw invalidField('agentId', apiTexts.appSeesNoDepartment, undefined, {
      advice: { text: apiTexts.appSeesNoDepartmentAdvice },
    });
  }
}

/** The rules of the check-in app are what every credential for its data may read, and they are about nobody. */
export async function askForCheckins(
  deps: WecomAccessDeps,
  connection: WecomConnection,
  credential: Credential,
): Promise<void> {
  await trialClient(deps, connection, forgetfulTokens()).as(credential).checkin.corpOptions({});
}

export type WriteRight = 'permitted' | 'refused';

/**
 * Changing a department that can not exist: WeCom checks the right before it looks for the department, so the answer
 * tells whether writing is allowed, and nothing is written either way.
 */
export const impossibleDepartmentId = 2_147_483_647;

const departmentUnknownErrcodes = new Set([60003, 60123]);

export async function probeWriteRight(client: WecomClient, secret: string): Promise<WriteRight> {
  try {
    await client.as({ kind: 'contacts', secret }).departments.update({ id: impossibleDepartmentId });
    return 'permitted';
  } catch (error) {
    if (error instanceof WecomError && departmentUnknownErrcodes.has(error.errcode ?? 0)) return 'permitted';
    if (error instanceof WecomAccessError && error.errcode === 48002) return 'refused';
    throw error;
  }
}

const corpIdErrcodes = new Set([40013, 41002]);
const agentIdErrcodes = new Set([301002, 40056]);

/** What WeCom refuses points at the field that has to be changed; WeCom being busy points at none. */
function asFieldProblem(
  error: unknown,
  credentialField: 'contactsSecret' | 'secret' | 'apiBaseUrl',
): unknown {
  if (!(error instanceof WecomError)) return error;
  const at = (path: string) => invalid([{ path, said: wecomSaid(error) }], { wecom: error });
  if (error.fault !== undefined) return at('apiBaseUrl');
  if (error instanceof WecomTransientError || !(error instanceof WecomAccessError)) return error;
  if (corpIdErrcodes.has(error.errcode ?? 0)) return at('corpId');
  if (agentIdErrcodes.has(error.errcode ?? 0)) return at('agentId');
  return at(credentialField);
}
