import type { Route } from '../define-route';
import type { ApiDeps } from '../deps';
import type { HealthProbe } from '../health';
import { attendanceRoutes } from './attendance';
import { attendanceRecordRoutes } from './attendance-records';
import { attendanceRuleRoutes } from './attendance-rules';
import { attendanceRunRoutes } from './attendance-runs';
import { attendanceSettingsRoutes } from './attendance-settings';
import { auditRoutes } from './audit';
import { bindingConflictRoutes } from './binding-conflicts';
import { bindingImportRoutes } from './binding-import';
import { bindingRoutes } from './bindings';
import { callbackRoutes } from './callbacks';
import { checkRoutes } from './checks';
import { corpRoutes } from './corps';
import { departureRoutes } from './departures';
import { directorySettingsRoutes } from './directory-settings';
import { driftRoutes } from './drift';
import { eventRoutes } from './events';
import { messageAppRoutes } from './message-apps';
import { messagePictureRoutes } from './message-pictures';
import { messageRuleRoutes } from './message-rules';
import { messageSettingsRoutes } from './message-settings';
import { mirrorRoutes } from './mirror';
import { oaRoutes } from './oa';
import { oaDirectoryRoutes } from './oa-directory';
import { oaPasswordRoutes } from './oa-passwords';
import { oaUploadRoutes } from './oa-upload';
import { overviewRoutes } from './overview';
import { pushChangeRoutes } from './push-changes';
import { pushControlRoutes } from './push-control';
import { pushExportRoutes } from './push-exports';
import { pushPlanRoutes } from './push-plan';
import { pushLogRoutes } from './pushes';
import { runRoutes } from './runs';
import { scheduleRoutes } from './schedules';
import { sessionRoutes } from './session';
import { systemRoutes } from './system';
import { todoRoutes } from './todos';
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
    ...scheduleRoutes(deps),
    ...runRoutes(deps),
    ...pushPlanRoutes(deps),
    ...pushControlRoutes(deps),
    ...pushChangeRoutes(deps),
    ...pushExportRoutes(deps),
    ...mirrorRoutes(deps),
    ...departureRoutes(deps),
    ...driftRoutes(deps),
    ...bindingRoutes(deps),
    ...bindingImportRoutes(deps),
    ...bindingConflictRoutes(deps),
    ...callbackRoutes(deps),
    ...oaRoutes(deps),
    ...oaPasswordRoutes(deps),
    ...oaDirectoryRoutes(deps),
    ...oaUploadRoutes(deps),
    ...eventRoutes(deps),
    ...pushLogRoutes(deps),
    ...todoRoutes(deps),
    ...messageRuleRoutes(deps),
    ...messagePictureRoutes(deps),
    ...messageAppRoutes(deps),
    ...messageSettingsRoutes(deps),
    ...attendanceSettingsRoutes(deps),
    ...attendanceRuleRoutes(deps),
    ...attendanceRunRoutes(deps),
    ...attendanceRoutes(deps),
    ...attendanceRecordRoutes(deps),
    ...verificationFileRoutes(deps),
    ...userRoutes(deps),
    ...tokenRoutes(deps),
    ...auditRoutes(deps),
    ...systemRoutes(deps, probeHealth),
  ];
}
