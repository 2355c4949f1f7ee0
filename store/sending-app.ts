import type { Credential, RateLimits, WecomConnection } from '../wecom';
import type { CorpKind } from './corps';
import { secretContext, type SecretBox } from './secrets';

/** The app through which something is sent or changed, read in the same statement as what that is. */
export type SendingApp = {
  readonly timezone: string;
  readonly connection: WecomConnection;
  readonly credential: Extract<Credential, { kind: 'app' }>;
};

export type SendingAppRow = {
  readonly corpId: string;
  readonly appId: string;
  readonly wecomCorpId: string;
  readonly kind: CorpKind;
  readonly apiBaseUrl: string;
  readonly rateLimits: RateLimits;
  readonly agentId: number;
  readonly secretEnc: string;
  readonly timezone: string | null;
};

/** Of `app a` and `corp corp`. */
export const sendingAppColumns = `
  corp.id AS "corpId", corp.corp_id AS "wecomCorpId", corp.kind, corp.api_base_url AS "apiBaseUrl",
  corp.rate_limits AS "rateLimits", a.id AS "appId", a.agent_id AS "agentId", a.secret_enc AS "secretEnc",
  (SELECT s.document->>'timezone' FROM directory_settings s WHERE s.corp_id = corp.id ORDER BY s.version DESC LIMIT 1)
    AS timezone`;

export function toSendingApp(secrets: SecretBox, row: SendingAppRow): SendingApp {
  const { corpId, appId, wecomCorpId, kind, apiBaseUrl, rateLimits, agentId, secretEnc, timezone } = row;
  return {
    timezone: timezone ?? 'Asia/Shanghai',
    connection: { corpKey: corpId, corpId: wecomCorpId, kind, apiBaseUrl, rateLimits },
    credential: {
      kind: 'app',
      agentId,
      secret: secrets.open(secretEnc, secretContext('app', 'secret_enc', appId)),
    },
  };
}
