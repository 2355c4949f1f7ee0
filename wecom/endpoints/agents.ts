import { z } from 'zod';
import type { ApiCaller } from '../api-request';
import type { CallOptions } from '../connection';
import { looseFlag, looseString, numberList, wholeNumber } from './answer-fields';

export type AgentBrief = { readonly agentId: number; readonly name: string; readonly logoUrl?: string };

export type Agent = AgentBrief & {
  readonly description?: string;
  /** The visible range: who and what the app may see. */
  readonly visibleUserIds: readonly string[];
  readonly visibleDepartmentIds: readonly number[];
  readonly visibleTagIds: readonly number[];
  readonly closed: boolean;
  readonly trustedDomain?: string;
  readonly homeUrl?: string;
};

const brief = {
  agentid: wholeNumber,
  name: z.string().catch(''),
  square_logo_url: looseString,
};

const agent = z
  .object({
    ...brief,
    description: looseString,
    allow_userinfos: z.object({ user: z.array(z.object({ userid: z.string() })).catch([]) }).optional(),
    allow_partys: z.object({ partyid: numberList }).optional(),
    allow_tags: z.object({ tagid: numberList }).optional(),
    close: looseFlag,
    redirect_domain: looseString,
    home_url: looseString,
  })
  .transform((row): Agent => ({
    ...briefOf(row),
    ...(row.description ? { description: row.description } : {}),
    visibleUserIds: row.allow_userinfos?.user.map(({ userid }) => userid) ?? [],
    visibleDepartmentIds: row.allow_partys?.partyid ?? [],
    visibleTagIds: row.allow_tags?.tagid ?? [],
    closed: row.close ?? false,
    ...(row.redirect_domain ? { trustedDomain: row.redirect_domain } : {}),
    ...(row.home_url ? { homeUrl: row.home_url } : {}),
  }));

const agentList = z.object({ agentlist: z.array(z.object(brief).transform(briefOf)) });

export function agentEndpoints(api: ApiCaller, ownAgentId: number | undefined) {
  return {
    /** The credential's own app unless another id is given; WeCom refuses every other one (301002). */
    async get(
      { agentId = ownAgentId }: { readonly agentId?: number } = {},
      call?: CallOptions,
    ): Promise<Agent> {
      return api.call(
        { path: 'agent/get', method: 'GET', query: { agentid: agentId }, writes: false, answer: agent },
        call,
      );
    },

    async list(call?: CallOptions): Promise<AgentBrief[]> {
      const { agentlist } = await api.call(
        {
          path: 'agent/list',
          method: 'GET',
          writes: false,
          answer: agentList,
        },
        call,
      );
      return agentlist;
    },
  };
}

export type AgentEndpoints = ReturnType<typeof agentEndpoints>;

function briefOf(row: {
  readonly agentid: number;
  readonly name: string;
  readonly square_logo_url?: string | undefined;
}): AgentBrief {
  return {
    agentId: row.agentid,
    name: row.name,
    ...(row.square_logo_url ? { logoUrl: row.square_logo_url } : {}),
  };
}
