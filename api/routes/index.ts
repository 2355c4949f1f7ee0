import type { Route } from '../define-route';
import type { ApiDeps } from '../deps';
import type { HealthProbe } from '../health';
import { auditRoutes } from './audit';
import { checkRoutes } from './checks';
import { corpRoutes } from './corps';
import { directorySettingsRoutes } from './directory-settings';
import { mirrorRoutes } from './mirror';
import { oaRoutes } from './oa';
import { oaDirectoryRoutes } from './oa-directory';
import { overviewRoutes } from './overview';
import { runRoutes } from './runs';
import { sessionRoutes } from './session';
import { systemRoutes } from './system';
import { tokenRoutes } from './tokens';
import { userRoutes } from './users';
import { verificationFileRoutes } from './verification-files';

export const apiBasePath = '/api/v1';

/** Every operation of the API, in the order of its documentation. */
export function apiRoutes(deps: ApiDeps, probeHealth: HealthProbe): Route[] {
  return [
    ...sessionRoutes(deps),
    ...overviewRoutes(deps, probeHealth),
    ...corpRoutes(deps),
    ...checkRoutes(deps),
    ...directorySettingsRoutes(deps),
    ...runRoutes(deps),
    ...mirrorRoutes(deps),
    ...oaRoutes(deps),
    ...oaDirectoryRoutes(deps),
    ...verificationFileRoutes(deps),
    ...userRoutes(deps),
    ...tokenRoutes(deps),
    ...auditRoutes(deps),
    ...systemRoutes(deps, probeHealth),
  ];
}
