import { z } from 'zod';
import type { ApiCaller } from '../api-request';
import type { CallOptions } from '../connection';
import { stringList } from './answer-fields';

const ipList = z.object({ ip_list: stringList });

export function networkEndpoints(api: ApiCaller) {
  return {
    /** Addresses the API is reached at, for outgoing firewalls. Entries may end in `*`. */
    async apiDomainIps(call?: CallOptions): Promise<string[]> {
      const { ip_list: ips } = await api.call(
        { path: 'get_api_domain_ip', method: 'GET', writes: false, answer: ipList },
        call,
      );
      return ips;
    },

    /** Addresses callbacks come from, for incoming firewalls. Entries may end in `*`. */
    async callbackIps(call?: CallOptions): Promise<string[]> {
      const { ip_list: ips } = await api.call(
        { path: 'getcallbackip', method: 'GET', writes: false, answer: ipList },
        call,
      );
      return ips;
    },
  };
}

export type NetworkEndpoints = ReturnType<typeof networkEndpoints>;
