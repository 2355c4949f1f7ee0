import type { Logger } from 'pino';
import { createAttendanceActivities, type AttendanceActivities } from '../activities/attendance';
import {
  createAttendanceDeliveryActivities,
  type AttendanceDeliveryActivities,
} from '../activities/attendance-delivery';
import { createDepartureActivities, type DepartureActivities } from '../activities/departures';
import type { DepartureDay } from '../activities/departures/dating';
import { createHandOverActivities, type HandOverActivities } from '../activities/departures/hand-over';
import {
  createDirectoryEventActivities,
  type DirectoryEventActivities,
} from '../activities/directory-events';
import { createDirectoryPullActivities, type DirectoryPullActivities } from '../activities/directory-pull';
import {
  createDirectoryPushApplyingActivities,
  type DirectoryPushApplyingActivities,
} from '../activities/directory-push-applying';
import {
  createDirectoryPushPlanningActivities,
  type DirectoryPushPlanningActivities,
} from '../activities/directory-push-planning';
import { createMaintenanceActivities, type MaintenanceActivities } from '../activities/maintenance';
import { createMemberLinkingActivities, type MemberLinkingActivities } from '../activities/member-linking';
import { createMessageActivities, type MessageActivities } from '../activities/messages';
import { createNoticeActivities, type NoticeActivities } from '../activities/notices';
import {
  createOaDirectoryRefreshActivities,
  type OaDirectoryRefreshActivities,
} from '../activities/oa-directory-refresh';
import { createPushStandingActivities, type PushStandingActivities } from '../activities/push-standing';
import { createPlanDecider } from '../activities/plan-decisions';
import { createScheduledRunActivities, type ScheduledRunActivities } from '../activities/scheduled-runs';
import { createTodoActivities, type TodoActivities } from '../activities/todos';
import type { Config } from '../config';
import { createEmbeddedOa } from '../oa/embedded';
import { createEmbeddedAttendance } from '../oa/embedded-attendance';
import { createEmbeddedTodos } from '../oa/embedded-todos';
import { createOaHttpSource } from '../oa/http/client';
import type { RemoteOa } from '../oa/port';
import { createEmbeddedOaWriter, createRemoteOaWriter } from '../oa/writer';
import { createAppPauseStore } from '../store/app-pauses';
import { createAttendanceDeliveryStore, type AttendanceDeliveryStore } from '../store/attendance-delivery';
import { createAttendanceGapStore, type AttendanceGapStore } from '../store/attendance-gaps';
import { createAttendanceRunStore } from '../store/attendance-runs';
import { createAttendanceSettingsStore } from '../store/attendance-settings';
import { createAttendanceStoringStore } from '../store/attendance-storing';
import { createBridgeMessageStore } from '../store/bridge-messages';
import { createCardTapStore, type CardTapStore } from '../store/card-taps';
import { createCorpStore, type CorpStore } from '../store/corps';
import { openDatabase, type Database } from '../store/database';
import { createDepartureNoticeStore } from '../store/departure-notices';
import { createDepartureSweepStore, type DepartureSweepStore } from '../store/departure-sweep';
import { createDepartureStore, type DepartureStore } from '../store/departures';
import { createDirectoryEventsStore, type DirectoryEventsStore } from '../store/directory-events';
import { createDirectoryPullStore } from '../store/directory-pull';
import { createHandOverStore } from '../store/hand-over';
import { createLinkMemberStore } from '../store/link-members';
import { createMessageDigestStore } from '../store/message-digests';
import { createMessageRecallStore } from '../store/message-recalls';
import { createMessageRetentionStore, type MessageRetentionStore } from '../store/message-retention';
import { createMessageSendingStore } from '../store/message-sending';
import { createMessageSweepStore, type MessageSweepStore } from '../store/message-sweep';
import { createNoticeStore } from '../store/notices';
import { createOaAttendanceStore } from '../store/oa-attendance';
import { createOaDirectoryStore } from '../store/oa-directory';
import { createOaDirectorySourceStore } from '../store/oa-directory-source';
import { createKeptDirectory } from '../store/oa-directory-writing';
import { createPlanCardStore, type PlanCardStore } from '../store/plan-cards';
import { createPushLedgerStore } from '../store/push-ledger';
import { createPushStandingStore } from '../store/push-standing';
import { createRateBudgetStore } from '../store/rate-budget';
import { createRunStore, type RunStore } from '../store/runs';
import { createSecretBox, type SecretBox } from '../store/secrets';
import { createSettingsStore, type SettingsStore } from '../store/settings';
import { createTodoDeskStore } from '../store/todo-desk';
import { createTodoSweepStore, type TodoSweepStore } from '../store/todo-sweep';
import { createTokenStore } from '../store/wecom-tokens';
import {
  createWecomClient,
  hostsOf,
  isSimulator,
  readCardTap,
  type CallRecord,
  type WecomClient,
  type WecomConnection,
} from '../wecom';
import { createWorkerMetrics, type WorkerMetrics } from './metrics';

export interface WorkerDeps {
  readonly db: Database;
  readonly secrets: SecretBox;
  readonly runs: RunStore;
  readonly metrics: WorkerMetrics;
  readonly corps: CorpStore;
  readonly settings: SettingsStore;
  readonly events: DirectoryEventsStore;
  readonly departures: DepartureStore;
  readonly departureSweep: DepartureSweepStore;
  readonly messageSweep: MessageSweepStore;
  readonly messageRetention: MessageRetentionStore;
  readonly cardTaps: CardTapStore;
  readonly todoSweep: TodoSweepStore;
  readonly planCards: PlanCardStore;
  readonly attendanceDelivery: AttendanceDeliveryStore;
  readonly attendanceGaps: AttendanceGapStore;
  /** Where people open what a message is about. */
  readonly publicUrl: string;
  readonly activities: BridgeActivities;
}

export type BridgeActivities = DirectoryPullActivities &
  MemberLinkingActivities &
  DirectoryPushPlanningActivities &
  DirectoryPushApplyingActivities &
  OaDirectoryRefreshActivities &
  PushStandingActivities &
  DirectoryEventActivities &
  MaintenanceActivities &
  ScheduledRunActivities &
  NoticeActivities &
  DepartureActivities &
  HandOverActivities &
  MessageActivities &
  TodoActivities &
  AttendanceActivities &
  AttendanceDeliveryActivities;

/** The composition root: every collaborator of the worker is made here. */
export function createWorkerDeps(config: Config, logger: Logger): WorkerDeps {
  const db = openDatabase({
    url: config.DATABASE_URL,
    // One for each activity that may run, and some for the waits inside them.
    maxConnections: config.WORKER_CONCURRENT_ACTIVITIES + 5,
    onConnectionLost: (error) => logger.warn({ err: error }, 'a connection to the database was lost'),
  });
  const secrets = createSecretBox(config.BRIDGE_MASTER_KEY.split(','));
  const corps = createCorpStore(db, secrets);
  const settings = createSettingsStore(db, secrets);
  const runs = createRunStore(db);
  const pulls = createDirectoryPullStore(db);
  const events = createDirectoryEventsStore(db, secrets);
  const departures = createDepartureStore(db);
  const pauses = createAppPauseStore(db);
  const digests = createMessageDigestStore(db, secrets);
  const tokens = createTokenStore(db, secrets);
  const budget = createRateBudgetStore(db);
  const planCards = createPlanCardStore(db, secrets);
  const attendanceDelivery = createAttendanceDeliveryStore(db);
  const attendanceGaps = createAttendanceGapStore(db);
  const attendanceRuns = createAttendanceRunStore(db);
  const publicUrl = config.BRIDGE_PUBLIC_URL ?? `http://127.0.0.1:${config.PORT}`;
  const metrics = createWorkerMetrics();
  const allowedHosts = hostsOf(config.SIMULATOR_URL);
  const remote = remoteOa(config);
  const oaDirectory = createOaDirectoryStore(db);
  const keptDirectory = createKeptDirectory(db, oaDirectory);

  const connectWecom = (connection: WecomConnection, onCall: (call: CallRecord) => void): WecomClient =>
    createWecomClient({
      connection,
      tokens,
      budget,
      allowedHosts,
      onCall: (call) => {
        metrics.countCall(call);
        onCall(call);
      },
    });

  return {
    db,
    secrets,
    runs,
    metrics,
    corps,
    settings,
    events,
    departures,
    departureSweep: createDepartureSweepStore(db),
    messageSweep: createMessageSweepStore(db, { pauses, digests }),
    messageRetention: createMessageRetentionStore(db),
    cardTaps: createCardTapStore(db, secrets, readCardTap),
    todoSweep: createTodoSweepStore(db),
    planCards,
    attendanceDelivery,
    attendanceGaps,
    publicUrl,
    activities: {
      ...createDirectoryPullActivities({ corps, settings, runs, pulls, connectWecom }),
      ...createMemberLinkingActivities({ links: createLinkMemberStore(db), runs, settings }),
      ...createDirectoryPushPlanningActivities({ db, corps, settings, runs, connectWecom }),
      ...createDirectoryPushApplyingActivities({
        corps,
        settings,
        oa: createEmbeddedOa(oaDirectory),
        oaWriter:
          remote === null
            ? createEmbeddedOaWriter(keptDirectory)
            : createRemoteOaWriter(remote, keptDirectory),
        ledger: createPushLedgerStore(db),
        connectWecom,
      }),
      ...createOaDirectoryRefreshActivities({
        source: remote,
        sources: createOaDirectorySourceStore(db),
      }),
      ...createDirectoryEventActivities({ corps, settings, events, connectWecom }),
      ...createPushStandingActivities({ standing: createPushStandingStore(db) }),
      ...createMaintenanceActivities({ settings }),
      ...createScheduledRunActivities({ runs, settings }),
      ...createDepartureActivities({ departures, settings, corps, runs, day: departureDay(config) }),
      ...createHandOverActivities({
        corps,
        settings,
        departures,
        handOver: createHandOverStore(db),
        connectWecom,
      }),
      ...createMessageActivities({
        sending: createMessageSendingStore(db, secrets),
        recalls: createMessageRecallStore(db),
        pauses,
        digests,
        corps,
        connectWecom,
      }),
      ...createTodoActivities({
        desk: createTodoDeskStore(db, secrets),
        oa: remote ?? createEmbeddedTodos(),
        plans: createPlanDecider({ plans: planCards }),
        connectWecom,
      }),
      ...createAttendanceActivities({
        corps,
        settings: createAttendanceSettingsStore(db, secrets),
        runs,
        attendanceRuns,
        storing: createAttendanceStoringStore(db),
        connectWecom,
      }),
      ...createAttendanceDeliveryActivities({
        delivery: attendanceDelivery,
        oa: remote ?? createEmbeddedAttendance(createOaAttendanceStore(db)),
      }),
      ...createNoticeActivities({
        corps,
        settings,
        runs,
        notices: createNoticeStore(db),
        departures: createDepartureNoticeStore(db),
        apps: pauses,
        gaps: attendanceGaps,
        attendanceRuns,
        messages: createBridgeMessageStore(db, secrets),
        publicUrl,
        simulatorHosts: allowedHosts,
      }),
    },
  };
}

/** Against the simulator a day may be short, so that a rehearsal takes minutes; anywhere else it is a day. */
function departureDay({ DEPARTURE_DAY_SECONDS, SIMULATOR_URL }: Config): DepartureDay {
  return {
    lengthMs: (apiBaseUrl) =>
      DEPARTURE_DAY_SECONDS !== undefined && isSimulator(apiBaseUrl, SIMULATOR_URL)
        ? DEPARTURE_DAY_SECONDS * 1_000
        : undefined,
  };
}

/** The OA that is asked for its directory; null where it feeds the bridge by itself. */
function remoteOa({ OA_ADAPTER, OA_HTTP_URL, OA_HTTP_SECRET }: Config): RemoteOa | null {
  if (OA_ADAPTER === 'embedded') return null;
  if (OA_HTTP_URL === undefined || OA_HTTP_SECRET === undefined) {
    throw new Error('The configuration was not checked: the OA has no address or no secret');
  }
  return createOaHttpSource({ baseUrl: OA_HTTP_URL, secret: OA_HTTP_SECRET });
}
