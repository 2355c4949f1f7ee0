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
 * The demo's contacts callback: what somebody changes by hand in the embedded simulator arrives in the bridge by
 * itself. Its keys are made once; whoever changes them or takes them away afterwards is not overruled.
 */

const madeFact = 'demo-callback-made';
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

export async function connectDemoCallback({
  db,
  secrets,
  simulatorUrl,
  bridgeUrl,
  bridgeAnswersWithinMs = 60_000,
}: {
  readonly db: Database;
  readonly secrets: SecretBox;
  readonly simulatorUrl: string;
  /** Where this machine reaches the API: the public address may be one that only the internet can use. */
  readonly bridgeUrl: string;
  readonly bridgeAnswersWithinMs?: number;
}): Promise<DemoCallbackResult> {
  const corps = createCorpStore(db, secrets);
  const demo = (await corps.listCorps()).find(({ isDemo }) => isDemo);
  if (demo === undefined) return 'not-wanted';
  await makeOnce(db, corps, demo);
  const keys = (await corps.findCallback(demo.contactsCallbackKey))?.secrets;
  if (keys === undefined) return 'not-wanted';

  const path = `/callback/wecom/${demo.contactsCallbackKey}`;
  const corpUrl = `${simulatorUrl}/_sim/corps/${encodeURIComponent(demo.corpId)}`;
  const present = await addressInSimulator(corpUrl);
  // The simulator can be told to report elsewhere, to a receiver of somebody's own.
  if (present !== undefined && new URL(present).pathname !== path) return 'not-wanted';
  await untilAnswering(bridgeUrl, bridgeAnswersWithinMs);
  await tellSimulator(`${corpUrl}/callbacks`, { ...keys, url: bridgeUrl + path });
  return 'connected';
}

async function makeOnce(db: Database, corps: CorpStore, demo: CorpRecord): Promise<void> {
  const installation = createInstallationStore(db);
  if ((await installation.readFact<boolean>(madeFact)) === true) return;
  if (!demo.contactsCallbackConfigured) {
    await corps.updateCorp(demo.id, { contactsCallback: newCallbackSecrets() });
  }
  await installation.saveFact(madeFact, true);
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

const simulatorState = z.object({ contactsCallback: z.object({ url: z.url() }).nullable() });

async function addressInSimulator(corpUrl: string): Promise<string | undefined> {
  const { data } = await axios.get<unknown>(`${corpUrl}/state`, { timeout: 15_000 });
  return simulatorState.parse(data).contactsCallback?.url;
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
  receiver: CallbackSecrets & { url: string },
): Promise<void> {
  for (let verification = 1; ; verification += 1) {
    const { data } = await axios.put<unknown>(
      callbacksUrl,
      { contacts: true, ...receiver },
      { timeout: 15_000 },
    );
    const { errcode, errmsg } = verdict.parse(data);
    if (errcode === 0) return;
    if (verification >= verifications.atMost) throw new DemoCallbackFailedError(`${errcode} ${errmsg}`);
    await wait(verifications.everyMs);
  }
}
