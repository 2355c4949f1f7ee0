import { cancellationSignal } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { OaRefusedError } from '../oa/errors';
import type { OaDirectoryReader, OaDirectoryWriter } from '../oa/port';
import type { CorpStore } from '../store/corps';
import type { ClaimedChange, PushLedgerStore, Settlement } from '../store/push-ledger';
import type { EndedPhase, OpenPhase, RunError } from '../store/runs';
import type { SettingsStore } from '../store/settings';
import type { CallRecord, WecomClient, WecomConnection, WecomError, WecomSession } from '../wecom';
import { WecomRateLimitedError } from '../wecom';
import { applyOaGroup } from './directory-oa-sync/apply-group';
import { applyChange } from './directory-push/apply-change';
import { attempt, longestWaitMs, PushStop } from './directory-push/attempt';
import { runBatch, type BatchWork } from './directory-push/batch';
import { factsWanted } from './directory-push/facts-wanted';
import { outcome, saidBy, type Settled } from './directory-push/settled';
import { withHeartbeat } from './heartbeat';
import { countCalls } from './wecom-calls';

export type DirectoryPushApplyingDeps = {
  readonly corps: Pick<CorpStore, 'connectionOf' | 'findCorp'>;
  readonly settings: Pick<SettingsStore, 'currentSettings'>;
  readonly oa: Pick<OaDirectoryReader, 'findUser'>;
  readonly ledger: PushLedgerStore;
  /** Of the OA, where WeCom is the master. */
  readonly oaWriter: OaDirectoryWriter;
  connectWecom(connection: WecomConnection, onCall: (call: CallRecord) => void): WecomClient;
};

export type PushSource = {
  readonly corpId: string;
  readonly runId: string;
  /** Where the run does not write to WeCom. */
  readonly target?: 'oa';
};

/** Changes of one stage: they may be applied in any order, and beside other batches of the same stage. */
export type ApplyBatch = {
  readonly stage: number;
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly changes: number;
};

export type BatchResult = {
  readonly done: number;
  readonly failed: number;
  readonly skipped: number;
  /** Still to be done: WeCom was unable for a while, or what it depends on is still open. */
  readonly left: number;
  /** What stood in the way of the last one that was left. */
  readonly lastError?: RunError;
};

export type PushEnd = { readonly phase: EndedPhase; readonly error?: RunError };

export type PushTotals = { readonly done: number; readonly failed: number; readonly held: number };

/** The failure with which a batch says that the whole push has to wait for an administrator; its detail is a RunError. */
export const pushStopped = 'PushStopped';

/** Two batches run side by side: eight calls in flight reach WeCom's 10,000 a minute, and more would only queue. */
const callsInFlight = 4;

export type DirectoryPushApplyingActivities = ReturnType<typeof createDirectoryPushApplyingActivities>;

export function createDirectoryPushApplyingActivities(deps: DirectoryPushApplyingDeps) {
  const { corps, settings, oa, oaWriter, ledger, connectWecom } = deps;

  type Sessions = { readonly contacts: WecomSession; readonly app: WecomSession | undefined };

  /** The contacts secret writes; the app of the settings reads back what that secret may not read. */
  async function connect(corpId: string, onCall: (call: CallRecord) => void): Promise<Sessions> {
    const access = await corps.connectionOf(corpId);
    if (access === undefined) throw stopped({ code: 'corp-not-found' });
    if (access.contactsSecret === undefined) throw stopped({ code: 'no-contacts-secret' });
    const client = connectWecom(access.connection, onCall);
    const { document } = await settings.currentSettings(corpId);
    const app = access.apps.find(({ appId }) => appId === document.appId) ?? access.apps[0];
    return {
      contacts: client.as({ kind: 'contacts', secret: access.contactsSecret }),
      app: app && client.as({ kind: 'app', agentId: app.agentId, secret: app.secret }),
    };
  }

  /** All of a group is in the OA before the first of it is asked about. */
  function prepareForOa(corpId: string, signal: AbortSignal): BatchWork['prepare'] {
    return async (claimed) => {
      const corp = await corps.findCorp(corpId);
      if (corp === undefined) throw stopped({ code: 'corp-not-found' });
      const facts = await ledger.facts(corpId, factsWanted(claimed.map(({ change }) => change)));
      try {
        const settled = await applyOaGroup(claimed, { writer: oaWriter, facts, corpid: corp.corpId, signal });
        return async ({ seq }) => {
          const settlement = settled.get(seq);
          if (settlement === undefined) throw new Error(`Change ${seq} was not among those applied`);
          return settlement;
        };
      } catch (error) {
        // A person has to look at the OA's program, its secret or its address.
        if (error instanceof OaRefusedError) throw stopped({ code: 'oa-refused' });
        throw error;
      }
    };
  }

  return {
    /** What is left to be done, stage by stage. Safe to ask again at any time. */
    async listBatches({ runId }: PushSource): Promise<ApplyBatch[]> {
      return ledger.listBatches(runId);
    },

    /** Safe to repeat: rows that an earlier attempt finished are not taken again, those it left unclear are settled. */
    async applyBatch(
      { corpId, runId, target }: PushSource,
      { fromSeq, toSeq, changes }: ApplyBatch,
    ): Promise<BatchResult> {
      const calls = countCalls();
      const signal = cancellationSignal();
      const batch = { runId, corpId, fromSeq, toSeq };
      if (target === 'oa') {
        const prepare = prepareForOa(corpId, signal);
        // The OA takes a batch as one patch.
        const work = { ledger, calls, signal, inFlight: 1, together: changes, prepare };
        return withHeartbeat((reached) => runBatch(batch, { ...work, reached }));
      }
      const { contacts, app } = await connect(corpId, calls.onCall);

      const prepare = async (changes: readonly ClaimedChange[]) => {
        const facts = await ledger.facts(corpId, factsWanted(changes.map(({ change }) => change)));
        return (claimed: ClaimedChange): Promise<Settlement> =>
          settlementOf(claimed, signal, (perhapsDone) =>
            // Without the signal: a write that is given up half-way is one whose outcome nobody knows.
            applyChange(claimed.change, {
              runId,
              contacts,
              app,
              oa,
              facts,
              perhapsDone,
              call: { priority: 'bulk' },
            }),
          );
      };

      try {
        return await withHeartbeat((reached) =>
          runBatch(batch, { ledger, calls, signal, inFlight: callsInFlight, prepare, reached }),
        );
      } catch (error) {
        if (!(error instanceof PushStop)) throw error;
        throw stopOf(error.reason);
      }
    },

    /** Tells whoever looks at the rows that were left when they are tried again. */
    async noteNextTry({ runId }: PushSource, at: string): Promise<void> {
      await ledger.noteNextTry(runId, new Date(at));
    },

    /** Counts what became of the changes, and ends the run. */
    async finishPush({ runId }: PushSource, end: PushEnd): Promise<PushTotals> {
      return ledger.finish(runId, end);
    },

    /** `error` says why a run is paused, for example a credential that WeCom refuses. */
    async setPushPhase({ runId }: PushSource, phase: OpenPhase, error?: RunError): Promise<void> {
      await ledger.setPhase(runId, phase, error);
    },
  };
}

async function settlementOf(
  { seq, attempt: number, perhapsDone }: ClaimedChange,
  signal: AbortSignal,
  execute: (perhapsDone: boolean) => Promise<Settled>,
): Promise<Settlement> {
  const settled = await attempt(execute, { perhapsDone, signal });
  const row = { seq, attempt: number } as const;
  if (settled.status !== 'left') return { ...row, ...settled };
  return {
    ...row,
    effects: [],
    status: 'left',
    perhapsDone: settled.perhapsDone,
    outcome: outcome('wecom-unavailable', { wecom: saidBy(settled.error) }),
  };
}

/** A limit that ends by itself is waited for; what ends it otherwise is an administrator. */
function stopOf(reason: WecomError): Error {
  if (!(reason instanceof WecomRateLimitedError)) {
    return stopped({ code: 'wecom-access', wecom: saidBy(reason) });
  }
  const isTemporary = reason.retryAfterMs > longestWaitMs;
  return isTemporary ? reason : stopped({ code: 'wecom-rate-limited', wecom: saidBy(reason) });
}

function stopped(error: RunError): ApplicationFailure {
  return ApplicationFailure.create({
    type: pushStopped,
    message: `The push stopped: ${error.code}`,
    details: [error],
    nonRetryable: true,
  });
}
