import type { Endpoint } from './endpoint';

// Addresses reserved for documentation, so that nobody opens a firewall for them by mistake.
const apiDomainIps = ['203.0.113.10', '203.0.113.11', '198.51.100.20', '198.51.100.21'];
const callbackIps = { wildcard: ['203.0.113.*', '198.51.100.7'], exact: ['203.0.113.40', '198.51.100.7'] };

export const networkEndpoints: readonly Endpoint[] = [
  {
    path: 'get_api_domain_ip',
    access: 'any',
    defaults: { ip_list: [] },
    defaultsFirst: true,
    handle: () => ({ ip_list: apiDomainIps }),
  },
  {
    path: 'getcallbackip',
    access: 'any',
    defaults: { ip_list: [] },
    defaultsFirst: true,
    handle: (call) => ({ ip_list: callbackIps[call.world.settings.variants.callbackIps] }),
  },
];
