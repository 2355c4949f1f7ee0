import type { WorkflowClient } from '@temporalio/client';
import { fewRecipients } from '../../domain/messages/message';
import type { AppPauseStore, PauseCause, WaitingPush } from '../../store/app-pauses';
import type { CorpStore } from '../../store/corps';
import { WecomAccessError, WecomError, WecomTokenError } from '../../wecom';
import {
  messagePushChangedSignal,
  messagePushStart,
  messagePushType,
  type MessagePushInput,
  type MessagePushResult,
} from '../../workflows/message-push.contract';
import { eachInFlight } from '../in-flight';
import { carryOn, saidBy, type SendingDeps } from './sending';

export type AppHealthDeps = SendingDeps & {
  readonly corps: Pick<CorpStore, 'connectionOf'>;
  readonly pauses: AppPauseStore;
};

/** Whether the app may send again: it is asked for a token and its own settings, then with the first push that waits. */
export async function isWell(
  deps: AppHealthDeps,
  app: { readonly appId: string; readonly corpId: string },
  signal: AbortSignal,
): Promise<boolean> {
  const refusal = await refusalOf(deps, app, signal);
  if (refusal === 'unknown') return false;
  if (refusal !== null) {
    await deps.pauses.noteProbe(app.appId, refusal);
    return false;
  }
  const [first] = await deps.pauses.waitingPushes(app.appId, 1);
  const push = first === undefined ? undefined : await deps.sending.find(first.pushId);
  if (push === undefined) return true;
  const outcome = await carryOn(deps, push, {
    lanes: 1,
    forMs: Infinity,
    maxCalls: 1,
    despitePause: true,
    signal,
  });
  return outcome.kind !== 'paused';
}

async function refusalOf(
  { corps, connectWecom }: AppHealthDeps,
  { appId, corpId }: { readonly appId: string; readonly corpId: string },
  signal: AbortSignal,
): Promise<PauseCause | 'unknown' | null> {
  const access = await corps.connectionOf(corpId);
  const app = access?.apps.find((one) => one.appId === appId);
  if (access === undefined || app === undefined) return 'unknown';
  const session = connectWecom(access.connection, () => undefined).as({
    kind: 'app',
    agentId: app.agentId,
    secret: app.secret,
  });
  try {
    await session.token({ signal });
    await session.agent.get({}, { signal });
    return null;
  } catch (error) {
    if (!(error instanceof WecomError)) throw error;
    const isRefused = error instanceof WecomAccessError || error instanceof WecomTokenError;
    return isRefused ? { code: 'app-paused', ...saidBy(error) } : 'unknown';
  }
}

export type Draining = {
  readonly workflows: Pick<WorkflowClient, 'signalWithStart'>;
  readonly taskQueue: string;
  readonly signal: AbortSignal;
  readonly reached: (details: object) => void;
};

const waveSize = 100;
const lanes = 4;
const sendFor = 5_000;

/**
 * The next of those that waited, in the order of their events: whoever has several messages gets them one after another.
 * New ones stand in line behind them (see the claim). Returns how many were let go.
 */
export async function sendWave(deps: AppHealthDeps, appId: string, draining: Draining): Promise<number> {
  const waiting = await deps.pauses.waitingPushes(appId, waveSize);
  let isPausedAgain = false;
  let letGo = 0;
  await eachInFlight(chainsOf(waiting), { limit: lanes, signal: draining.signal }, async (chain, signal) => {
    for (const { pushId, corpId } of chain) {
      if (isPausedAgain || signal.aborted) return;
      const push = await deps.sending.find(pushId);
      // Larger ones are sent by their own workflows, as always.
      if (push !== undefined && push.recipients <= fewRecipients) {
        const outcome = await carryOn(deps, push, { lanes: 1, forMs: sendFor, despitePause: true, signal });
        if (outcome.kind === 'paused') return void (isPausedAgain = true);
      }
      await deps.pauses.letGo(pushId);
      await tell(draining, { pushId, corpId });
      letGo += 1;
      draining.reached({ letGo });
    }
  });
  return letGo;
}

function chainsOf(waiting: readonly WaitingPush[]): WaitingPush[][] {
  const chains = new Map<string, WaitingPush[]>();
  for (const push of waiting) {
    const chain = chains.get(push.onlyFor ?? '') ?? [];
    chain.push(push);
    chains.set(push.onlyFor ?? '', chain);
  }
  return [...chains.values()];
}

/** Its workflow looks at the row again; where there is none any more, another one begins. */
export async function tell(
  { workflows, taskQueue }: Pick<Draining, 'workflows' | 'taskQueue'>,
  input: MessagePushInput,
): Promise<void> {
  await workflows.signalWithStart<(input: MessagePushInput) => Promise<MessagePushResult>, []>(
    messagePushType,
    { ...messagePushStart(input, taskQueue), signal: messagePushChangedSignal, signalArgs: [] },
  );
}
