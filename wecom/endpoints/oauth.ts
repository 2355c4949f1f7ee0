import { z } from 'zod';
import { normaliseApiBaseUrl } from '../address-guard';
import type { ApiCaller } from '../api-request';
import type { CallOptions, WecomConnection } from '../connection';
import { looseString } from './answer-fields';
import type { Gender } from './members';

/** `snsapi_base` asks nobody; `snsapi_privateinfo` asks the member for consent and gives a ticket for their details. */
export type OauthScope = 'snsapi_base' | 'snsapi_privateinfo';

/** Who opened a page in WeCom. */
export type OauthVisitor =
  | { readonly kind: 'member'; readonly userId: string; readonly userTicket?: string }
  /** Nobody the app may see: a customer, a stranger, or a member outside its visible range. */
  | { readonly kind: 'outsider'; readonly openId: string; readonly externalUserId?: string };

export type OauthUserDetail = {
  readonly userId: string;
  readonly gender?: Gender;
  readonly avatarUrl?: string;
  readonly mobile?: string;
  readonly email?: string;
  readonly bizMail?: string;
  readonly address?: string;
};

const publicAuthorizePage = 'https://open.weixin.qq.com/connect/oauth2/authorize';
const authorizePath = '/connect/oauth2/authorize';

/**
 * The address to send a browser to. WeCom proper has its page on a host of its own, also where its API is reached
 * through another one; a private WeCom and the simulator (`ownHosts`) have it beside their API.
 */
export function authorizeUrl({
  connection: { corpId, kind, apiBaseUrl },
  ownHosts,
  agentId,
  redirectUri,
  scope,
  state,
}: {
  readonly connection: Pick<WecomConnection, 'corpId' | 'kind' | 'apiBaseUrl'>;
  readonly ownHosts: readonly string[];
  readonly agentId: number;
  readonly redirectUri: string;
  readonly scope: OauthScope;
  /** Letters and digits, at most 128: WeCom refuses anything else. */
  readonly state: string;
}): string {
  const base = normaliseApiBaseUrl(apiBaseUrl);
  const isWecomProper = kind === 'public' && !ownHosts.includes(new URL(base).host);
  const query = new URLSearchParams({
    appid: corpId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope,
    state,
    agentid: String(agentId),
  });
  return `${isWecomProper ? publicAuthorizePage : base + authorizePath}?${query.toString()}#wechat_redirect`;
}

const visitor = z
  .object({
    userid: looseString,
    user_ticket: looseString,
    openid: looseString,
    external_userid: looseString,
    // As `user/getuserinfo` spells them, which old private installations answer with.
    UserId: looseString,
    OpenId: looseString,
  })
  .transform((row, context): OauthVisitor => {
    const userId = row.userid || row.UserId;
    const openId = row.openid || row.OpenId;
    if (userId) {
      return { kind: 'member', userId, ...(row.user_ticket ? { userTicket: row.user_ticket } : {}) };
    }
    if (openId) {
      return {
        kind: 'outsider',
        openId,
        ...(row.external_userid ? { externalUserId: row.external_userid } : {}),
      };
    }
    context.addIssue({ code: 'custom', message: 'neither userid nor openid' });
    return z.NEVER;
  });

const genders: Readonly<Record<string, Gender>> = { '1': 'male', '2': 'female' };

const detail = z
  .object({
    userid: z.string(),
    gender: z.coerce.string().catch('0'),
    avatar: looseString,
    mobile: looseString,
    email: looseString,
    biz_mail: looseString,
    address: looseString,
  })
  .transform((row): OauthUserDetail => {
    const gender = genders[row.gender];
    return {
      userId: row.userid,
      ...(gender === undefined ? {} : { gender }),
      ...(row.avatar ? { avatarUrl: row.avatar } : {}),
      ...(row.mobile ? { mobile: row.mobile } : {}),
      ...(row.email ? { email: row.email } : {}),
      ...(row.biz_mail ? { bizMail: row.biz_mail } : {}),
      ...(row.address ? { address: row.address } : {}),
    };
  });

/** Only an app may ask, and only about pages opened from itself. */
export function oauthEndpoints(api: ApiCaller) {
  return {
    /** A code is good once and for five minutes: what it tells must be kept, and a lost answer starts anew. */
    async exchangeCode(code: string, call?: CallOptions): Promise<OauthVisitor> {
      return api.call(
        { path: 'auth/getuserinfo', method: 'GET', query: { code }, writes: false, answer: visitor },
        call,
      );
    },

    async userDetail(userTicket: string, call?: CallOptions): Promise<OauthUserDetail> {
      return api.call(
        {
          path: 'auth/getuserdetail',
          method: 'POST',
          body: { user_ticket: userTicket },
          writes: false,
          answer: detail,
        },
        call,
      );
    },
  };
}

export type OauthEndpoints = ReturnType<typeof oauthEndpoints>;
