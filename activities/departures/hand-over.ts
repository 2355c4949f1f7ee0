import { cancellationSignal } from '@temporalio/activity';
import type { HandOverItem } from '../../domain/departures/departure';
import type { CorpStore } from '../../store/corps';
import { handOverNamesAtMost, type HandOverStore } from '../../store/hand-over';
import type { SettingsStore } from '../../store/settings';
import {
  WecomAccessError,
  WecomAlreadySoError,
  WecomDataError,
  type CallOptions,
  type CallRecord,
  type WecomClient,
  type WecomConnection,
  type WecomSession,
} from '../../wecom';
import { withHeartbeat } from '../heartbeat';
import { eachInFlight } from '../in-flight';

export type HandOverDeps = {
  readonly corps: Pick<CorpStore, 'connectionOf'>;
  readonly settings: Pick<SettingsStore, 'currentSettings'>;
  readonly handOver: HandOverStore;
  readonly departures: {
    saveHandOver(departureId: string, items: readonly HandOverItem[], at: Date): Promise<void>;
  };
  connectWecom(connection: WecomConnection, onCall: (call: CallRecord) => void): WecomClient;
};

/** Two or three calls each, at WeCom's usual 50 to 100 ms. */
const subjectsInFlight = 8;

const mayNotAskErrcode = 48002;

type Asked = {
  readonly app: WecomSession;
  /** Kinds that WeCom has refused to this app altogether: it is asked about nobody else. */
  readonly refused: Set<HandOverItem['kind']>;
};

export type HandOverActivities = ReturnType<typeof createHandOverActivities>;

export function createHandOverActivities(deps: HandOverDeps) {
  /** The app that the settings name comes first; which one may ask about customers, nobody has told the bridge. */
  async function appsOf(corpId: string): Promise<readonly Asked[]> {
    const access = await deps.corps.connectionOf(corpId);
    if (access === undefined) return [];
    const { document } = await deps.settings.currentSettings(corpId);
    const chosen = access.apps.filter(({ appId }) => appId === document.appId);
    const others = access.apps.filter(({ appId }) => appId !== document.appId);
    const client = deps.connectWecom(access.connection, () => undefined);
    return [...chosen, ...others].map(({ agentId, secret }) => ({
      app: client.as({ kind: 'app', agentId, secret }),
      refused: new Set(),
    }));
  }

  return {
    /**
     * What these people still own, kept with their departures. WeCom being away is an error; WeCom saying no is an
     * item that could not be counted. Ids in, a number out: nobody's name leaves Postgres.
     */
    async readHandOver({
      corpId,
      departureIds,
      at,
    }: {
      readonly corpId: string;
      readonly departureIds: readonly string[];
      /** The workflow's clock. */
      readonly at: string;
    }): Promise<{ readonly read: number }> {
      return withHeartbeat(async () => {
        const subjects = await deps.handOver.subjects(corpId, departureIds);
        if (subjects.length === 0) return { read: 0 };
        const apps = await appsOf(corpId);
        await eachInFlight(
          subjects,
          { limit: subjectsInFlight, signal: cancellationSignal() },
          async ({ departureId, userId, todos, subordinates, ledDepartments }, signal) => {
            const call = { signal, priority: 'bulk' } as const;
            const externalContacts = await item(apps, 'external-contacts', (app) =>
              countCustomers(app, userId, call),
            );
            const customerGroups = await item(apps, 'customer-groups', (app) =>
              countGroups(app, userId, call),
            );
            const items = [externalContacts, customerGroups, todos, subordinates, ledDepartments];
            await deps.departures.saveHandOver(departureId, items, new Date(at));
          },
        );
        return { read: subjects.length };
      });
    },
  };
}

type Counted = Pick<HandOverItem, 'count' | 'names'>;

async function item(
  apps: readonly Asked[],
  kind: HandOverItem['kind'],
  count: (app: WecomSession) => Promise<Counted>,
): Promise<HandOverItem> {
  for (const { app, refused } of apps) {
    if (refused.has(kind)) continue;
    try {
      return { kind, ...(await count(app)) };
    } catch (error) {
      if (!saysNo(error)) throw error;
      if (error.errcode === mayNotAskErrcode) refused.add(kind);
    }
  }
  return { kind, count: null, names: [] };
}

function saysNo(error: unknown): error is WecomAccessError | WecomDataError | WecomAlreadySoError {
  return (
    error instanceof WecomAccessError ||
    error instanceof WecomDataError ||
    error instanceof WecomAlreadySoError
  );
}

/** Their names are nothing the bridge has to know. */
async function countCustomers(app: WecomSession, userId: string, call: CallOptions): Promise<Counted> {
  return { count: (await app.externalContacts.list({ userId }, call)).length, names: [] };
}

async function countGroups(app: WecomSession, userId: string, call: CallOptions): Promise<Counted> {
  const chatIds: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await app.externalContacts.listGroups(
      { ownerUserIds: [userId], ...(cursor === undefined ? {} : { cursor }) },
      call,
    );
    chatIds.push(...page.groups.map(({ chatId }) => chatId));
    cursor = page.groups.length === 0 ? undefined : page.nextCursor;
  } while (cursor !== undefined);
  const names: string[] = [];
  for (const chatId of chatIds.slice(0, handOverNamesAtMost)) {
    try {
      const { name } = await app.externalContacts.getGroup({ chatId }, call);
      if (name !== '') names.push(name);
    } catch (error) {
      // It may have been dissolved since; the count is what matters.
      if (!saysNo(error)) throw error;
    }
  }
  return { count: chatIds.length, names };
}
