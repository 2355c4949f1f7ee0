import type { CallOptions, CallRecord, Credential, WecomConnection } from './connection';
import { createApiCaller } from './api-caller';
import type { AgentEndpoints } from './endpoints/agents';
import { agentEndpoints } from './endpoints/agents';
import type { CheckinEndpoints } from './endpoints/checkin';
import { checkinEndpoints } from './endpoints/checkin';
import type { DepartmentEndpoints } from './endpoints/departments';
import { departmentEndpoints } from './endpoints/departments';
import type { ExternalContactEndpoints } from './endpoints/external-contacts';
import { externalContactEndpoints } from './endpoints/external-contacts';
import type { MediaEndpoints } from './endpoints/media';
import { mediaEndpoints } from './endpoints/media';
import type { MemberEndpoints } from './endpoints/members';
import { memberEndpoints } from './endpoints/members';
import type { MessageEndpoints } from './endpoints/messages';
import { messageEndpoints } from './endpoints/messages';
import type { NetworkEndpoints } from './endpoints/network';
import { networkEndpoints } from './endpoints/network';
import type { OauthEndpoints } from './endpoints/oauth';
import { oauthEndpoints } from './endpoints/oauth';
import type { RateBudgetStore, TokenStore } from './ports';

export type WecomClientOptions = {
  readonly connection: WecomConnection;
  readonly tokens: TokenStore;
  readonly budget: RateBudgetStore;
  /** Told of every HTTP exchange, failed ones included. Must not throw. */
  readonly onCall?: (call: CallRecord) => void;
  /** For one exchange as a whole, connection included. */
  readonly timeoutMs?: number;
  /** `host:port` of the embedded simulator, the only private address a public corp may use. */
  readonly allowedHosts?: readonly string[];
};

export type WecomSession = {
  readonly departments: DepartmentEndpoints;
  readonly members: MemberEndpoints;
  readonly agent: AgentEndpoints;
  readonly network: NetworkEndpoints;
  readonly media: MediaEndpoints;
  readonly oauth: OauthEndpoints;
  readonly externalContacts: ExternalContactEndpoints;
  readonly messages: MessageEndpoints;
  readonly checkin: CheckinEndpoints;
  /** Asks WeCom for a token even if one is cached, to learn whether the credential is good now. */
  token(call?: CallOptions): Promise<{ readonly expiresAt: Date }>;
};

export type WecomClient = {
  readonly connection: WecomConnection;
  as(credential: Credential): WecomSession;
};

export function createWecomClient(options: WecomClientOptions): WecomClient {
  return {
    connection: options.connection,
    as(credential) {
      const api = createApiCaller({ ...options, credential });
      return {
        departments: departmentEndpoints(api),
        members: memberEndpoints(api),
        agent: agentEndpoints(api, credential.kind === 'app' ? credential.agentId : undefined),
        network: networkEndpoints(api),
        media: mediaEndpoints(api),
        oauth: oauthEndpoints(api),
        externalContacts: externalContactEndpoints(api),
        messages: messageEndpoints(api, credential.kind === 'app' ? credential.agentId : undefined),
        checkin: checkinEndpoints(api),
        token: (call) => api.freshToken(call),
      };
    },
  };
}
