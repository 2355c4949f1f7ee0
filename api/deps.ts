import type { Logger } from 'pino';
import type { Config } from '../config';
import type { OaDirectoryReader, OaSignIn } from '../oa/port';
import { createEmbeddedOa } from '../oa/embedded';
import { createEmbeddedSignIn } from '../oa/embedded-sign-in';
import { createOaHttpSource } from '../oa/http/client';
import type { ApiTokenStore } from '../store/api-tokens';
import { createApiTokenStore } from '../store/api-tokens';
import type { AttemptStore } from '../store/attempts';
import { createAttemptStore } from '../store/attempts';
import type { AttendanceDeliveryStore } from '../store/attendance-delivery';
import { createAttendanceDeliveryStore } from '../store/attendance-delivery';
import type { AttendanceGapStore } from '../store/attendance-gaps';
import { createAttendanceGapStore } from '../store/attendance-gaps';
import type { AttendanceOverview } from '../store/attendance-overview';
import { createAttendanceOverview } from '../store/attendance-overview';
import type { AttendanceRecordStore } from '../store/attendance-records';
import { createAttendanceRecordStore } from '../store/attendance-records';
import type { AttendanceRuleStore } from '../store/attendance-rules';
import { createAttendanceRuleStore } from '../store/attendance-rules';
import { createAttendanceRunStore } from '../store/attendance-runs';
import type { AttendanceSettingsStore } from '../store/attendance-settings';
import { createAttendanceSettingsStore } from '../store/attendance-settings';
import type { AttendanceStartStore } from '../store/attendance-starts';
import { createAttendanceStartStore } from '../store/attendance-starts';
import type { AuditStore } from '../store/audit';
import { createAuditStore } from '../store/audit';
import type { BindingVisitStore } from '../store/binding-visits';
import { createBindingVisitStore } from '../store/binding-visits';
import type { BindingImportStore } from '../store/binding-imports';
import { createBindingImportStore } from '../store/binding-imports';
import type { BindingStore } from '../store/bindings';
import { createBindingStore } from '../store/bindings';
import type { CallbackEventStore } from '../store/callback-events';
import { createCallbackEventStore } from '../store/callback-events';
import { createCardTapStore } from '../store/card-taps';
import type { CheckStore } from '../store/checks';
import { createCheckStore } from '../store/checks';
import type { ConsoleUserStore } from '../store/console-users';
import { createConsoleUserStore } from '../store/console-users';
import type { CorpStore } from '../store/corps';
import { createCorpStore } from '../store/corps';
import type { Database } from '../store/database';
import type { DatabaseHealth } from '../store/health';
import { createDatabaseHealth } from '../store/health';
import type { DepartureStore } from '../store/departures';
import { createDepartureStore } from '../store/departures';
import type { DriftDesk } from '../store/drift-desk';
import { createDriftDesk } from '../store/drift-desk';
import type { IdempotencyStore } from '../store/idempotency';
import { createIdempotencyStore } from '../store/idempotency';
import type { LinkMemberStore } from '../store/link-members';
import { createLinkMemberStore } from '../store/link-members';
import type { LinkConflictStore } from '../store/link-conflicts';
import { createLinkConflictStore } from '../store/link-conflicts';
import type { MessageAppStore } from '../store/message-apps';
import { createMessageAppStore } from '../store/message-apps';
import type { MessageLog } from '../store/message-log';
import { createMessageLog } from '../store/message-log';
import type { MessageRetentionStore } from '../store/message-retention';
import { createMessageRetentionStore } from '../store/message-retention';
import type { MessageRuleStore } from '../store/message-rules';
import { createMessageRuleStore } from '../store/message-rules';
import type { MirrorStore } from '../store/mirror';
import { createMirrorStore } from '../store/mirror';
import type { OaAttendanceStore } from '../store/oa-attendance';
import { createOaAttendanceStore } from '../store/oa-attendance';
import { createOaDirectoryStore } from '../store/oa-directory';
import type { OaEventStore } from '../store/oa-events';
import { createOaEventStore } from '../store/oa-events';
import type { OaPasswordStore } from '../store/oa-passwords';
import { createOaPasswordStore } from '../store/oa-passwords';
import { verifyPassword } from '../store/password-hash';
import type { OaDirectoryFeedStore } from '../store/oa-directory-feed';
import { createOaDirectoryFeedStore } from '../store/oa-directory-feed';
import type { OaUploadStore } from '../store/oa-uploads';
import { createOaUploadStore } from '../store/oa-uploads';
import type { PrincipalDirectory } from '../store/principals';
import { createPrincipalDirectory } from '../store/principals';
import type { PushDecisionStore } from '../store/push-decisions';
import { createPushDecisionStore } from '../store/push-decisions';
import type { LookUpStore } from '../store/push-look-ups';
import { createLookUpStore } from '../store/push-look-ups';
import type { PushPlanStore } from '../store/push-plans';
import { createPushPlanStore } from '../store/push-plans';
import type { PushPostponementStore } from '../store/push-postponements';
import { createPushPostponementStore } from '../store/push-postponements';
import type { SchedulePauseStore } from '../store/schedule-pauses';
import { createSchedulePauseStore } from '../store/schedule-pauses';
import type { PushReadingStore } from '../store/push-reading';
import { createPushReadingStore } from '../store/push-reading';
import type { PushSubjectStore } from '../store/push-subjects';
import { createPushSubjectStore } from '../store/push-subjects';
import type { PushSnapshotStore } from '../store/push-snapshot';
import { createPushSnapshotStore } from '../store/push-snapshot';
import { createRateBudgetStore } from '../store/rate-budget';
import type { RunStore } from '../store/runs';
import { createRunStore } from '../store/runs';
import { createSecretBox } from '../store/secrets';
import type { SessionStore } from '../store/sessions';
import { createSessionStore } from '../store/sessions';
import type { SettingsStore } from '../store/settings';
import { createSettingsStore } from '../store/settings';
import type { TodoStore } from '../store/todos';
import { createTodoStore } from '../store/todos';
import type { VisitBindingStore } from '../store/visit-bindings';
import { createVisitBindingStore } from '../store/visit-bindings';
import type { VerificationFileStore } from '../store/verification-files';
import { createVerificationFileStore } from '../store/verification-files';
import { createTokenStore } from '../store/wecom-tokens';
import { readCardTap, type RateBudgetStore, type TokenStore } from '../wecom';
import type { CardTapIntake } from './callbacks/card-taps';
import { createCardTapIntake } from './callbacks/card-taps';
import type { CallbackWaker } from './callbacks/waking';
import { createCallbackWaker } from './callbacks/waking';
import type { EventAcceptor } from './messages/accepting';
import { createEventAcceptor } from './messages/accepting';
import type { ApiMetrics } from './metrics';
import { createApiMetrics } from './metrics';
import type { RealCorpNotice } from './real-corp-notice';
import { createRealCorpNotice } from './real-corp-notice';
import type { TemporalGateway } from './temporal';
import { createTemporalGateway } from './temporal';

export type ApiSettings = {
  readonly version: string;
  /** Without a slash at the end. */
  readonly publicUrl: string;
  readonly sessionHours: number;
  readonly trustProxy: number;
  readonly adminToken: string | undefined;
  readonly defaultApiBaseUrl: string;
  readonly simulatorUrl: string | undefined;
  /** How long a day of a departure is in a rehearsal against the simulator. */
  readonly departureDaySeconds: number | undefined;
  readonly temporalUiUrl: string | undefined;
  readonly temporalNamespace: string;
  readonly checkAnswers: boolean;
  /** Where the OA's directory comes from. */
  readonly oaAdapter: Config['OA_ADAPTER'];
};

export type ApiDeps = {
  readonly settings: ApiSettings;
  readonly logger: Logger;
  readonly metrics: ApiMetrics;
  readonly database: DatabaseHealth;
  readonly temporal: TemporalGateway;
  readonly corps: CorpStore;
  readonly directorySettings: SettingsStore;
  readonly checks: CheckStore;
  readonly users: ConsoleUserStore;
  readonly principals: PrincipalDirectory;
  readonly sessions: SessionStore;
  readonly tokens: ApiTokenStore;
  readonly audit: AuditStore;
  readonly idempotency: IdempotencyStore;
  readonly verificationFiles: VerificationFileStore;
  readonly callbackEvents: CallbackEventStore;
  readonly callbackWaker: CallbackWaker;
  readonly cardTaps: CardTapIntake;
  readonly runs: RunStore;
  readonly mirror: MirrorStore;
  readonly departures: DepartureStore;
  readonly driftDesk: DriftDesk;
  readonly bindings: BindingStore;
  readonly bindingImports: BindingImportStore;
  readonly linkConflicts: LinkConflictStore;
  readonly pushReading: PushReadingStore;
  readonly pushPlans: PushPlanStore;
  readonly pushSnapshots: PushSnapshotStore;
  readonly pushSubjects: PushSubjectStore;
  readonly pushPostponements: PushPostponementStore;
  readonly schedulePauses: SchedulePauseStore;
  readonly pushDecisions: PushDecisionStore;
  readonly lookUps: LookUpStore;
  readonly oa: OaDirectoryReader;
  readonly oaSignIn: OaSignIn;
  readonly oaPasswords: OaPasswordStore;
  readonly links: LinkMemberStore;
  readonly bindingVisits: BindingVisitStore;
  readonly visitBindings: VisitBindingStore;
  readonly attempts: AttemptStore;
  readonly oaFeeds: OaDirectoryFeedStore;
  readonly oaUploads: OaUploadStore;
  readonly oaEvents: OaEventStore;
  readonly eventAcceptor: EventAcceptor;
  readonly messageLog: MessageLog;
  readonly messageRules: MessageRuleStore;
  readonly messageApps: MessageAppStore;
  readonly messageRetention: MessageRetentionStore;
  readonly todos: TodoStore;
  readonly attendanceSettings: AttendanceSettingsStore;
  readonly attendanceRules: AttendanceRuleStore;
  readonly attendanceStarts: AttendanceStartStore;
  readonly attendanceRecords: AttendanceRecordStore;
  readonly attendanceOverview: AttendanceOverview;
  readonly attendanceDelivery: Pick<AttendanceDeliveryStore, 'states'>;
  readonly attendanceGaps: Pick<AttendanceGapStore, 'troubles'>;
  readonly oaAttendance: Pick<OaAttendanceStore, 'list'>;
  readonly wecomTokens: TokenStore;
  readonly rateBudget: RateBudgetStore;
  /** After every change of the corps. */
  readonly realCorpNotice: RealCorpNotice;
};

/** The composition root: every collaborator of the API is made here. */
export function createApiDeps({
  config,
  db,
  logger,
  version,
  publicUrl,
  checkAnswers = false,
  tellRealCorp = () => undefined,
}: {
  readonly config: Config;
  readonly db: Database;
  readonly logger: Logger;
  readonly version: string;
  readonly publicUrl: string;
  readonly checkAnswers?: boolean;
  readonly tellRealCorp?: (exists: boolean) => void;
}): ApiDeps {
  const secrets = createSecretBox(config.BRIDGE_MASTER_KEY.split(','));
  const corps = createCorpStore(db, secrets);
  const callbackEvents = createCallbackEventStore(db, secrets);
  const temporal = createTemporalGateway({
    address: config.TEMPORAL_ADDRESS,
    namespace: config.TEMPORAL_NAMESPACE,
    tls: config.TEMPORAL_TLS,
    apiKey: config.TEMPORAL_API_KEY,
  });
  const oaPasswords = createOaPasswordStore(db);
  const oaEvents = createOaEventStore(db, secrets);
  const runs = createRunStore(db);
  return {
    settings: {
      version,
      publicUrl,
      sessionHours: config.BRIDGE_SESSION_HOURS,
      trustProxy: config.BRIDGE_TRUST_PROXY,
      adminToken: config.BRIDGE_ADMIN_TOKEN,
      defaultApiBaseUrl: config.WECOM_API_BASE_URL,
      simulatorUrl: config.SIMULATOR_URL,
      departureDaySeconds: config.DEPARTURE_DAY_SECONDS,
      temporalUiUrl: config.TEMPORAL_UI_URL,
      temporalNamespace: config.TEMPORAL_NAMESPACE,
      checkAnswers,
      oaAdapter: config.OA_ADAPTER,
    },
    logger,
    metrics: createApiMetrics(),
    database: createDatabaseHealth(db),
    temporal,
    corps,
    directorySettings: createSettingsStore(db, secrets),
    checks: createCheckStore(db),
    users: createConsoleUserStore(db),
    principals: createPrincipalDirectory(db),
    sessions: createSessionStore(db),
    tokens: createApiTokenStore(db),
    audit: createAuditStore(db),
    idempotency: createIdempotencyStore(db),
    verificationFiles: createVerificationFileStore(db),
    callbackEvents,
    callbackWaker: createCallbackWaker({
      events: callbackEvents,
      tell: (corpId) => temporal.tellDirectoryEvents(corpId),
      logger,
    }),
    cardTaps: createCardTapIntake({
      taps: createCardTapStore(db, secrets, readCardTap),
      tell: (taskId) => temporal.tellTodo(taskId),
      logger,
    }),
    runs,
    mirror: createMirrorStore(db),
    departures: createDepartureStore(db),
    driftDesk: createDriftDesk(db),
    bindings: createBindingStore(db),
    bindingImports: createBindingImportStore(db),
    linkConflicts: createLinkConflictStore(db),
    pushReading: createPushReadingStore(db),
    pushPlans: createPushPlanStore(db),
    pushSnapshots: createPushSnapshotStore(db),
    pushSubjects: createPushSubjectStore(db),
    pushPostponements: createPushPostponementStore(db),
    schedulePauses: createSchedulePauseStore(db),
    pushDecisions: createPushDecisionStore(db),
    lookUps: createLookUpStore(db),
    oa: createEmbeddedOa(createOaDirectoryStore(db)),
    oaSignIn: signInOf(config, oaPasswords),
    oaPasswords,
    links: createLinkMemberStore(db),
    bindingVisits: createBindingVisitStore(db),
    visitBindings: createVisitBindingStore(db),
    attempts: createAttemptStore(db),
    oaFeeds: createOaDirectoryFeedStore(db),
    oaUploads: createOaUploadStore(db),
    oaEvents,
    eventAcceptor: createEventAcceptor({ oaEvents, temporal, logger }),
    messageLog: createMessageLog(db, secrets),
    messageRules: createMessageRuleStore(db),
    messageApps: createMessageAppStore(db),
    messageRetention: createMessageRetentionStore(db),
    todos: createTodoStore(db),
    attendanceSettings: createAttendanceSettingsStore(db, secrets),
    attendanceRules: createAttendanceRuleStore(db),
    attendanceStarts: createAttendanceStartStore({
      pool: db.pool,
      runs,
      attendanceRuns: createAttendanceRunStore(db),
    }),
    attendanceRecords: createAttendanceRecordStore(db),
    attendanceOverview: createAttendanceOverview(db),
    attendanceDelivery: createAttendanceDeliveryStore(db),
    attendanceGaps: createAttendanceGapStore(db),
    oaAttendance: createOaAttendanceStore(db),
    wecomTokens: createTokenStore(db, secrets),
    rateBudget: createRateBudgetStore(db),
    realCorpNotice: createRealCorpNotice({ corps, simulatorUrl: config.SIMULATOR_URL, tell: tellRealCorp }),
  };
}

// Somebody looks at a form meanwhile.
const passwordCheckTimeoutMs = 8_000;

function signInOf({ OA_HTTP_URL, OA_HTTP_SECRET, OA_ADAPTER }: Config, passwords: OaPasswordStore): OaSignIn {
  if (OA_ADAPTER === 'embedded') {
    return createEmbeddedSignIn({ findLogin: (name) => passwords.findLogin(name), verifyPassword });
  }
  if (OA_HTTP_URL === undefined || OA_HTTP_SECRET === undefined) {
    throw new Error('The configuration was not checked: the OA has no address or no secret');
  }
  return createOaHttpSource({
    baseUrl: OA_HTTP_URL,
    secret: OA_HTTP_SECRET,
    timeoutMs: passwordCheckTimeoutMs,
  });
}
