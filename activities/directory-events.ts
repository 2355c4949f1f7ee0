import { cancellationSignal, log } from '@temporalio/activity';
import type { OutcomeCounts, ReceivedContactEvent } from '../domain/directory/contact-events';
import { collectNews, noOutcomes } from '../domain/directory/contact-events';
import type { CorpStore } from '../store/corps';
import type { DirectoryEventsStore, Remaining, Settlement, WaitingEvent } from '../store/directory-events';
import type { SettingsStore } from '../store/settings';
import type { CallRecord, WecomClient, WecomConnection } from '../wecom';
import { readContactMessage, WecomTransientError } from '../wecom';
import { createDepartmentReader } from './directory-events/read-departments';
import { createMemberReader } from './directory-events/read-members';
import type { Sources } from './directory-events/sources';
import { PullRefusedError } from './directory-pull';
import { withHeartbeat } from './heartbeat';
import { eachInFlight } from './in-flight';

export type DirectoryEventDeps = {
  readonly corps: Pick<CorpStore, 'connectionOf'>;
  readonly settings: Pick<SettingsStore, 'currentSettings'>;
  readonly events: DirectoryEventsStore;
  connectWecom(connection: WecomConnection, onCall: (call: CallRecord) => void): WecomClient;
};

export type EventBatch = {
  readonly taken: number;
  readonly outcomes: OutcomeCounts;
  readonly remaining: Remaining;
};

/** A second's worth of callbacks, and then some. */
const eventsAtOnce = 1_000;
const readsInFlight = 8;

export type DirectoryEventActivities = ReturnType<typeof createDirectoryEventActivities>;

export function createDirectoryEventActivities(deps: DirectoryEventDeps) {
  const { events: inbox } = deps;

  async function sourcesOf(corpId: string): Promise<Sources> {
    const access = await deps.corps.connectionOf(corpId);
    if (access === undefined) throw new PullRefusedError('corp-not-found');
    const { document } = await deps.settings.currentSettings(corpId);
    const appId = document.appId ?? access.apps[0]?.appId ?? null;
    const app = access.apps.find((candidate) => candidate.appId === appId);
    const client = deps.connectWecom(access.connection, () => undefined);
    return {
      app: app === undefined ? null : client.as({ kind: 'app', agentId: app.agentId, secret: app.secret }),
      contacts:
        access.contactsSecret === undefined
          ? null
          : client.as({ kind: 'contacts', secret: access.contactsSecret }),
      signal: cancellationSignal(),
    };
  }

  return {
    /** Looks into the oldest events of the inbox and brings the mirror up to date with what they name. */
    async processDirectoryEvents({ corpId }: { readonly corpId: string }): Promise<EventBatch> {
      return withHeartbeat(async () => {
        const { events, readAt } = await inbox.take(corpId, eventsAtOnce);
        if (events.length === 0) return { taken: 0, outcomes: noOutcomes, remaining: 'none' };
        const { readable, unreadable } = understand(events);
        const { members, departments, nothingToDo } = collectNews(readable);
        const settlements: Settlement[] = [
          { eventIds: nothingToDo, outcome: 'nothing-to-do' },
          { eventIds: unreadable, outcome: 'failed' },
        ];
        const tryAgain: string[] = [];
        let failure: { readonly error: unknown } | undefined;

        if (members.length + departments.length > 0) {
          const sources = await sourcesOf(corpId);
          const memberReader = createMemberReader(members, {
            sources,
            known: await inbox.knownMembers(
              corpId,
              members.flatMap(({ userId, formerUserIds }) => [userId, ...formerUserIds]),
            ),
            departmentSizes: (ids) => inbox.departmentSizes(corpId, ids),
          });
          const departmentReader = createDepartmentReader(departments, sources);
          const looks: Look[] = [
            ...departments.map((news) => ({
              eventIds: news.eventIds,
              look: (signal: AbortSignal) => departmentReader.read(news, signal),
            })),
            ...members.map((news) => ({
              eventIds: news.eventIds,
              look: (signal: AbortSignal) => memberReader.read(news, signal),
            })),
          ];
          try {
            await Promise.all([departmentReader.readWhole(), memberReader.readWholes()]);
            await eachInFlight(
              looks,
              { limit: readsInFlight, signal: sources.signal },
              async ({ eventIds, look }, signal) => {
                try {
                  const settlement = await look(signal);
                  if (settlement === 'try-again') tryAgain.push(...eventIds);
                  else settlements.push(settlement);
                } catch (error) {
                  if (error instanceof WecomTransientError && !signal.aborted) tryAgain.push(...eventIds);
                  throw error;
                }
              },
            );
          } catch (error) {
            failure = { error };
          }
        }

        const isSomethingDone = settlements.some(({ eventIds }) => eventIds.length > 0);
        // Where nothing can be read, it is not the event that is wrong: no attempt is counted.
        if (failure !== undefined && (!isSomethingDone || cancellationSignal().aborted)) throw failure.error;
        const { outcomes, remaining } = await inbox.settle({ corpId, readAt, settlements, tryAgain });
        if (outcomes.failed > 0)
          log.warn('events could not be understood or were refused', { corpId, outcomes });
        return { taken: events.length, outcomes, remaining };
      });
    },
  };
}

type Look = {
  readonly eventIds: readonly string[];
  readonly look: (signal: AbortSignal) => Promise<Settlement | 'try-again'>;
};

function understand(events: readonly WaitingEvent[]): {
  readonly readable: ReceivedContactEvent[];
  readonly unreadable: string[];
} {
  const readable: ReceivedContactEvent[] = [];
  const unreadable: string[] = [];
  for (const { eventId, receivedAtMs, payload } of events) {
    const message = payload === null ? undefined : readContactMessage(JSON.parse(payload));
    if (message === undefined) unreadable.push(eventId);
    else readable.push({ eventId, receivedAtMs, ...message });
  }
  return { readable, unreadable };
}
