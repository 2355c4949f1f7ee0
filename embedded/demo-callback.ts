import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import axios from 'axios';
import { z } from 'zod';
import type { CallbackSecrets, CorpRecord, CorpStore } from '../store/corps';
import { createCorpStore } from '../store/corps';
import type { Database } from '../store/database';
import { createInstallationStore } from '../store/installation';
import type { SecretBox } from '../store/secrets';

/**
 * The demo's callbacks: what somebody changes by hand in the embedded simulator arrives in the bridge by itself
 * (contacts), and so does a tap on a card (app). Their keys are made once; whoever changes them or takes them away
 * afterwards is not overruled.
 */

export type DemoReceiver = 'contacts' | 'app';

const madeFacts: Readonly<Record<DemoReceiver, string>> = {
  contacts: 'demo-callback-made',
  app: 'demo-app-callback-made',
};
/** On a busy machine the API's first answers take longer than WeCom waits for one. */
const verifications = { atMost: 6, everyMs: 1_000 };

export type DemoCallbackResult = 'connected' | 'not-wanted';

/** The bridge gave no answer, or the simulator did not take the address; the message says why. */
export class DemoCallbackFailedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DemoCallbackFailedError';
  }
}

export type DemoToConnect = {
  readonly db: Database;
  readonly secrets: SecretBox;
  readonly simulatorUrl: string;
  /** Where this machine reaches the API: the public address may be one that only the internet can use. */
  readonly bridgeUrl: string;
  readonly bridgeAnswersWithinMs?: number;
  readonly receiver?: DemoReceiver;
};

export async function connectDemoCallback(demo: DemoToConnect): Promise<DemoCallbackResult> {
  const { db, secrets, receiver = 'contacts' } = demo;
  const corps = createCorpStore(db, secrets);
  const corp = (await corps.listCorps()).find(({ isDemo }) => isDemo);
  const receiving = corp === undefined ? undefined : receivers[receiver](corps, corp);
  if (corp === undefined || receiving === undefined) return 'not-wanted';
  const installation = createInstallationStore(db);
  if ((await installation.readFact<boolean>(madeFacts[receiver])) !== true) {
    if (!receiving.hasKeys) await receiving.give(newCallbackSecrets());
    await installation.saveFact(madeFacts[receiver], true);
  }
  return connect(demo, corps, corp, receiving);
}

type Receiving = {
  readonly callbackKey: string;
  readonly hasKeys: boolean;
  give(keys: CallbackSecrets): Promise<unknown>;
  readonly receives: { readonly contacts: true } | { readonly agentid: number };
  readonly presentIn: (state: SimulatorState) => string | undefined;
};

const receivers: Readonly<
  Record<DemoReceiver, (corps: CorpStore, corp: CorpRecord) => Receiving | undefined>
> = {
  contacts: (corps, { id, contactsCallbackKey, contactsCallbackConfigured }) => ({
    callbackKey: contactsCallbackKey,
    hasKeys: contactsCallbackConfigured,
    give: (contactsCallback) => corps.updateCorp(id, { contactsCallback }),
    receives: { contacts: true },
    presentIn: ({ contactsCallback }) => contactsCallback?.url,
  }),
  app: (corps, { id, apps: [app] }) =>
    app && {
      callbackKey: app.callbackKey,
      hasKeys: app.callbackConfigured,
      give: (callback) => corps.updateApp(id, app.id, { callback }),
      receives: { agentid: app.agentId },
      presentIn: ({ apps }) => apps.find(({ agentid }) => agentid === app.agentId)?.callback?.url,
    },
};

async function connect(
  { simulatorUrl, bridgeUrl, bridgeAnswersWithinMs = 60_000 }: DemoToConnect,
  corps: CorpStore,
  { corpId }: CorpRecord,
  { callbackKey, receives, presentIn }: Receiving,
): Promise<DemoCallbackResult> {
  const keys = (await corps.findCallback(callbackKey))?.secrets;
  if (keys === undefined) return 'not-wanted';
  const path = `/callback/wecom/${callbackKey}`;
  const corpUrl = `${simulatorUrl}/_sim/corps/${encodeURIComponent(corpId)}`;
  const present = presentIn(await stateInSimulator(corpUrl));
  // The simulator can be told to report elsewhere, to a receiver of somebody's own.
  if (present !== undefined && new URL(present).pathname !== path) return 'not-wanted';
  await untilAnswering(bridgeUrl, bridgeAnswersWithinMs);
  await tellSimulator(`${corpUrl}/callbacks`, { ...receives, ...keys, url: bridgeUrl + path });
  return 'connected';
}

function newCallbackSecrets(): CallbackSecrets {
  return { token: randomBytes(16).toString('hex'), encodingAesKey: newEncodingAesKey() };
}

/** 32 bytes in Base64, of which WeCom takes letters and digits only: about every fourth attempt is one. */
function newEncodingAesKey(): string {
  for (;;) {
    const key = randomBytes(32).toString('base64').slice(0, 43);
    if (/^[A-Za-z0-9]+$/.test(key)) return key;
  }
}

const address = z.object({ url: z.url() }).nullable();
const simulatorState = z.object({
  contactsCallback: address,
  apps: z.array(z.object({ agentid: z.int(), callback: address })),
});
type SimulatorState = z.infer<typeof simulatorState>;

async function stateInSimulator(corpUrl: string): Promise<SimulatorState> {
  const { data } = await axios.get<unknown>(`${corpUrl}/state`, { timeout: 15_000 });
  return simulatorState.parse(data);
}

async function untilAnswering(bridgeUrl: string, withinMs: number): Promise<void> {
  let answer = 'nothing';
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await wait(200)) {
    try {
      const { ok, status } = await fetch(`${bridgeUrl}/healthz`, { signal: AbortSignal.timeout(5_000) });
      if (ok) return;
      answer = String(status);
    } catch (error) {
      answer = error instanceof Error ? error.message : String(error);
    }
  }
  throw new DemoCallbackFailedError(`${bridgeUrl} answers ${answer} after ${withinMs / 1000} s`);
}

const verdict = z.object({ errcode: z.int(), errmsg: z.string() });

/** As with WeCom, saving an address has it verified. */
async function tellSimulator(
  callbacksUrl: string,
  receiver: CallbackSecrets & { url: string } & ({ contacts: true } | { agentid: number }),
): Promise<void> {
  for (let verification = 1; ; verification += 1) {
    const { data } = await axios.put<unknown>(callbacksUrl, receiver, { timeout: 15_000 });
    const { errcode, errmsg } = verdict.parse(data);
    if (errcode === 0) return;
    if (verification >= verifications.atMost) throw new DemoCallbackFailedError(`${errcode} ${errmsg}`);
    await wait(verifications.everyMs);
  }
}
