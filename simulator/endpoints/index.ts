import { agentEndpoints } from './agent';
import { checkinEndpoints } from './checkin';
import { checkinReportEndpoints } from './checkin-reports';
import { checkinRuleEndpoints } from './checkin-rules';
import { departmentEndpoints } from './departments';
import type { Endpoint } from './endpoint';
import { externalContactEndpoints } from './external-contacts';
import { inviteEndpoints } from './invite';
import { mediaEndpoints } from './media';
import { memberLookupEndpoints } from './member-lookups';
import { memberReadEndpoints } from './member-reads';
import { memberWriteEndpoints } from './member-writes';
import { messageEndpoints } from './messages';
import { networkEndpoints } from './network';
import { oauthEndpoints } from './oauth';
import { tagEndpoints } from './tags';

const all: readonly Endpoint[] = [
  ...networkEndpoints,
  ...departmentEndpoints,
  ...memberReadEndpoints,
  ...memberWriteEndpoints,
  ...memberLookupEndpoints,
  ...tagEndpoints,
  ...mediaEndpoints,
  ...inviteEndpoints,
  ...agentEndpoints,
  ...oauthEndpoints,
  ...externalContactEndpoints,
  ...messageEndpoints,
  ...checkinEndpoints,
  ...checkinReportEndpoints,
  ...checkinRuleEndpoints,
];

export const endpoints: ReadonlyMap<string, Endpoint> = new Map(all.map((one) => [one.path, one]));
