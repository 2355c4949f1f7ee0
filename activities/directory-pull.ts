import { activityInfo, cancellationSignal } from '@temporalio/activity';
import type { PullScope } from '../domain/directory/completeness';
import { isWorthSecondReading, judgeCompleteness, mayMarkGone } from '../domain/directory/completeness';
import type { PullCounts } from '../domain/directory/pull-counts';
import type { CorpStore } from '../store/corps';
import type { DirectoryPullStore, Merge, StagedMember } from '../store/directory-pull';
import type { EndedPhase, RunError, RunStore } from '../store/runs';
import type { SettingsStore } from '../store/settings';
import type { CallRecord, Member, MemberBrief, WecomClient, WecomConnection, WecomSession } from '../wecom';
import { WecomAlreadySoError, WecomDataError } from '../wecom';
import type { DirectoryPullInput } from '../workflows/directory-pull.contract';
import { withHeartbeat } from './heartbeat';
import { eachInFlight } from './in-flight';
import { countCalls, storeRemaining, type CallCounter } from './wecom-calls';

export type DirectoryPullDeps = {
  readonly corps: Pick<CorpStore, 'findCorp' | 'connectionOf'>;
  readonly settings: Pick<SettingsStore, 'currentSettings'>;
  readonly runs: RunStore;
  readonly pulls: DirectoryPullStore;
  connectWecom(connection: WecomConnection, onCall: (call: CallRecord) => void): WecomClient;
};

/** What a run reads from, decided once at its start. */
export type PullSource = {
  readonly corpId: string;
  readonly runId: string;
  readonly scope: PullScope;
  /** The bridge's id of the app that reads names and details; null where there is none. */
  readonly appId: string | null;
};

/** The corp, its app or its secrets are not in a state to be read; a person has to change something. */
export class PullRefusedError extends Error {
  constructor(
    readonly code: 'no-credential' | 'app-without-departments' | 'corp-not-found' | 'app-not-found',
    readonly params: Readonly<Record<string, string | number>> = {},
  ) {
    super(`The directory can't be pulled: ${code}`);
    this.name = 'PullRefusedError';
  }
}

/** WeCom answers one department in some 50 to 100 ms; eight in flight stay far below 10,000 calls a minute. */
const detailsInFlight = 8;

/** Written to Postgres at once. More would live long enough to be garbage that only a full collection removes. */
const stagedAtOnce = { members: 500, departments: 100 };

/** Each batch costs six events of history; eight keep two rounds of reading below 200. */
const maxDetailsBatches = 8;
const smallestDetailsBatch = 50;

const unknownDepartmentErrcodes = new Set([60003, 60123]);
const invalidCursorErrcode = 50100;
const answerTooLargeErrcode = 45029;

export type DirectoryPullActivities = ReturnType<typeof createDirectoryPullActivities>;

export function createDirectoryPullActivities(deps: DirectoryPullDeps) {
  const { corps, settings, runs, pulls, connectWecom } = deps;

  /** The sessions of a source, with the calls made through them counted for the run. */
  async function reading<T>(
    { corpId, runId, appId }: PullSource,
    work: (wecom: Wecom, calls: CallCounter) => Promise<T>,
  ): Promise<T> {
    const access = await corps.connectionOf(corpId);
    if (access === undefined) throw new PullRefusedError('corp-not-found');
    const calls = countCalls();
    const client = connectWecom(access.connection, calls.onCall);
    const app = access.apps.find((candidate) => candidate.appId === appId);
    if (appId !== null && app === undefined) throw new PullRefusedError('app-not-found');
    const { contactsSecret } = access;
    try {
      return await work(
        {
          ...(contactsSecret === undefined
            ? {}
            : { contacts: client.as({ kind: 'contacts', secret: contactsSecret }) }),
          ...(app === undefined
            ? {}
            : {
                app: client.as({ kind: 'app', agentId: app.agentId, secret: app.secret }),
                agentId: app.agentId,
              }),
        },
        calls,
      );
    } finally {
      await storeRemaining(runs, runId, calls);
    }
  }

  return {
    /** Makes the run's row, clears what earlier runs left, and decides what to read from. */
    async beginPull(input: DirectoryPullInput): Promise<PullSource> {
      const { corpId, runId } = input;
      // The row comes before the secrets are opened: what goes wrong with them must have a run to be told by.
      if ((await corps.findCorp(corpId)) === undefined) throw new PullRefusedError('corp-not-found');
      const { workflowExecution } = activityInfo();
      if (workflowExecution === undefined) throw new Error('A pull is begun by its workflow only');
      await runs.ensureRun({
        id: runId,
        corpId,
        direction: 'pull',
        mode: input.mode,
        trigger: input.trigger,
        requestedBy: input.requestedBy,
        workflowId: workflowExecution.workflowId,
        temporalRunId: workflowExecution.runId,
      });
      await pulls.removeStagingOfEndedRuns();
      const access = await corps.connectionOf(corpId);
      if (access === undefined) throw new PullRefusedError('corp-not-found');
      const { document, version } = await settings.currentSettings(corpId);
      await runs.useSettings(runId, version);
      const appId = document.appId ?? access.apps[0]?.appId ?? null;
      if (appId !== null && !access.apps.some((app) => app.appId === appId)) {
        throw new PullRefusedError('app-not-found');
      }
      if (access.contactsSecret === undefined && appId === null) throw new PullRefusedError('no-credential');
      return {
        corpId,
        runId,
        appId,
        scope: access.contactsSecret === undefined ? 'app-range' : 'whole-corp',
      };
    },

    async readDepartments(source: PullSource, round: number): Promise<{ departments: number }> {
      const { runId, scope } = source;
      return reading(source, (wecom, calls) =>
        withHeartbeat(async () => {
          const call = { signal: cancellationSignal(), priority: 'bulk' } as const;
          const [listed, visible] = await Promise.all([
            wecom.contacts?.departments.simpleList({}, call),
            wecom.app?.departments.list({}, call),
          ]);
          if (scope === 'app-range' && visible?.length === 0) {
            throw new PullRefusedError('app-without-departments', { agentId: wecom.agentId ?? 0 });
          }
          return calls.storedWith((tally) =>
            pulls.stageDepartments({
              runId,
              round,
              calls: tally,
              ...(listed === undefined ? {} : { listed }),
              ...(visible === undefined ? {} : { visible }),
            }),
          );
        }),
      );
    },

    /** Every member id with its departments, a page at a time from the cursor kept in Postgres. */
    async readMemberIds(source: PullSource, round: number): Promise<{ pages: number; rows: number }> {
      const { runId } = source;
      return reading(source, ({ contacts }, calls) =>
        withHeartbeat(async (reached) => {
          if (contacts === undefined) throw new PullRefusedError('no-credential');
          const call = { signal: cancellationSignal(), priority: 'bulk' } as const;
          let step = await pulls.openStep(runId, 'member-ids', round);
          while (!step.done) {
            const { cursor } = step;
            const page = await readPage(contacts, cursor, call);
            if (page === 'cursor-expired') {
              step = await pulls.restartMemberIds(runId, round);
              continue;
            }
            const { rows, nextCursor = null } = page;
            step = await calls.storedWith((tally) =>
              pulls.stageMemberIds({ runId, round, cursor, nextCursor, rows, calls: tally }),
            );
            reached({ pages: step.pages, rows: step.rows });
          }
          return { pages: step.pages, rows: step.rows };
        }),
      );
    },

    async planDetails(
      source: PullSource,
      round: number,
    ): Promise<{ batches: number; departments: number; members: number }> {
      return withHeartbeat(() =>
        pulls.planDetails({
          runId: source.runId,
          scope: source.scope,
          round,
          maxBatches: maxDetailsBatches,
          smallestBatch: smallestDetailsBatch,
        }),
      );
    },

    /** One call per department. What is read is staged as it comes, so another attempt reads only the rest. */
    async readMemberDetails(
      source: PullSource,
      batch: number,
    ): Promise<{ departments: number; members: number }> {
      const { runId } = source;
      return reading(source, ({ app }, calls) =>
        withHeartbeat(async (reached) => {
          if (app === undefined) throw new PullRefusedError('app-not-found');
          const unread = await pulls.unreadDepartments(runId, batch);
          let done = { departments: 0, members: 0 };
          let buffer = emptyBuffer();
          let writing = Promise.resolve();

          const flush = async (): Promise<void> => {
            const { departments, vanished, members } = buffer;
            if (departments.length + vanished.length === 0) return;
            buffer = emptyBuffer();
            await calls.storedWith((tally) =>
              pulls.stageDetails({ runId, departments, vanished, members, calls: tally }),
            );
            done = {
              departments: done.departments + departments.length,
              members: done.members + departments.reduce((sum, { rows }) => sum + rows, 0),
            };
            reached(done);
          };

          const readOne = async (departmentId: number, signal: AbortSignal): Promise<void> => {
            const members = await readDepartment(app, departmentId, signal);
            if (members === 'vanished') buffer.vanished.push(departmentId);
            else {
              buffer.departments.push({ departmentId, rows: members.length });
              for (const member of members) buffer.members.push(staged(member));
            }
            const { departments, vanished, members: waiting } = buffer;
            const isFull =
              waiting.length >= stagedAtOnce.members ||
              departments.length + vanished.length >= stagedAtOnce.departments;
            // One write at a time; the lanes wait for it, so that answers never pile up faster than they are stored.
            if (isFull) writing = writing.then(flush);
            await writing;
          };

          try {
            await eachInFlight(unread, { limit: detailsInFlight, signal: cancellationSignal() }, readOne);
          } finally {
            await writing.then(flush);
          }
          return done;
        }),
      );
    },

    /** Holds what was read against what should have been, and against what was known before. */
    async reviewReading(
      source: PullSource,
      round: number,
    ): Promise<{ readAgain: boolean; complete: boolean; departments: number; members: number }> {
      const { runId, scope } = source;
      return withHeartbeat(async () => {
        const facts = await pulls.facts(runId, scope);
        const completeness = judgeCompleteness(facts);
        await runs.saveCompleteness(runId, completeness);
        await pulls.finishDetails(runId);
        return {
          readAgain: round === 1 && isWorthSecondReading(facts),
          complete: completeness.complete,
          departments: completeness.departments.read,
          members: completeness.members.read,
        };
      });
    },

    async compareWithMirror(source: PullSource): Promise<PullCounts> {
      return withHeartbeat(async () => {
        await runs.setPhase(source.runId, 'planning');
        return pulls.compare(await mergeOf(source));
      });
    },

    async mergeIntoMirror(source: PullSource): Promise<PullCounts> {
      return withHeartbeat(async () => {
        await runs.setPhase(source.runId, 'applying');
        return pulls.merge(await mergeOf(source));
      });
    },

    async finishPull(end: { readonly runId: string; readonly phase: EndedPhase; readonly error?: RunError }) {
      const { runId, phase, error } = end;
      await runs.finishRun(runId, { phase, ...(error === undefined ? {} : { error }) });
      await pulls.removeStaging(runId);
    },
  };

  async function mergeOf({ runId, corpId, scope }: PullSource): Promise<Merge> {
    const completeness = judgeCompleteness(await pulls.facts(runId, scope));
    return { runId, corpId, scope, markGone: mayMarkGone(completeness) };
  }
}

type Wecom = { readonly contacts?: WecomSession; readonly app?: WecomSession; readonly agentId?: number };

type Buffer = {
  readonly departments: { departmentId: number; rows: number }[];
  readonly vanished: number[];
  readonly members: StagedMember[];
};

function emptyBuffer(): Buffer {
  return { departments: [], vanished: [], members: [] };
}

async function readPage(
  contacts: WecomSession,
  cursor: string | null,
  call: { readonly signal: AbortSignal; readonly priority: 'bulk' },
) {
  try {
    return await contacts.members.listIds(cursor === null ? {} : { cursor }, call);
  } catch (error) {
    // A cursor lives for a while only, and a worker may have been down for longer. Without one there is none to expire.
    const expired =
      error instanceof WecomDataError && error.errcode === invalidCursorErrcode && cursor !== null;
    if (expired) return 'cursor-expired';
    throw error;
  }
}

async function readDepartment(
  app: WecomSession,
  departmentId: number,
  signal: AbortSignal,
): Promise<readonly (Member | MemberBrief)[] | 'vanished'> {
  try {
    return await app.members.list({ departmentId }, { signal, priority: 'bulk' });
  } catch (error) {
    const refused = error instanceof WecomDataError || error instanceof WecomAlreadySoError;
    if (!refused) throw error;
    if (unknownDepartmentErrcodes.has(error.errcode ?? 0)) return 'vanished';
    if (error.errcode !== answerTooLargeErrcode) throw error;
  }
  // Thousands of people in one department: their names fit into an answer where their details do not.
  return app.members.simpleList({ departmentId }, { signal, priority: 'bulk' });
}

/** Without the avatar: its address changes from one answer to the next and would look like a change of the member. */
export function staged(member: Member | MemberBrief): StagedMember {
  const { userId, departmentIds: inAnyOrder, openUserId: _, ...fields } = member;
  const order = inAnyOrder
    .map((departmentId, at) => ({ departmentId, at }))
    .sort((one, other) => one.departmentId - other.departmentId);
  const departmentIds = order.map(({ departmentId }) => departmentId);
  if (!('status' in fields)) return { userId, departmentIds, details: fields };
  const { avatarUrl: __, status, orders, leaderIn, ...others } = fields;
  const details = { ...others, orders: inOrder(orders, order), leaderIn: inOrder(leaderIn, order) };
  return { userId, departmentIds, details: status === 'unknown' ? details : { ...details, status } };
}

/** Departments are kept by number, and these belong to them one by one; an answer without them has an empty list. */
function inOrder<T>(values: readonly T[], order: readonly { readonly at: number }[]): readonly T[] {
  if (values.length !== order.length) return values;
  return order.flatMap(({ at }) => values.slice(at, at + 1));
}
