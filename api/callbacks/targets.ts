import type { CallbackTarget } from '../../store/corps';
import type { CallbackCrypto } from '../../wecom';
import { createCallbackCrypto } from '../../wecom';

/** Where a callback address leads, ready to check and decrypt what arrives there. */
export type CallbackReceiver = {
  readonly corpId: string;
  /** Null for the contacts callback. */
  readonly appId: string | null;
  readonly crypto: CallbackCrypto;
};

export interface CallbackTargets {
  /** As it was a moment ago. */
  find(key: string): Promise<CallbackReceiver | undefined>;
  /** As it is now. */
  reload(key: string): Promise<CallbackReceiver | undefined>;
}

/** A changed key is refused by the old one's signature and then looked up; one that was taken away lives on so long. */
const rememberedForMs = 3_000;
/** More addresses than any installation has. */
const rememberedAtMost = 1_000;

type Remembered = { readonly receiver: CallbackReceiver; readonly untilMs: number };

export function createCallbackTargets(
  load: (key: string) => Promise<CallbackTarget | undefined>,
  now: () => number = () => performance.now(),
): CallbackTargets {
  const remembered = new Map<string, Remembered>();
  const loading = new Map<string, Promise<CallbackReceiver | undefined>>();

  function loadOnce(key: string): Promise<CallbackReceiver | undefined> {
    const underWay = loading.get(key);
    if (underWay !== undefined) return underWay;
    const begun = loadReceiver(key).finally(() => loading.delete(key));
    loading.set(key, begun);
    return begun;
  }

  async function loadReceiver(key: string): Promise<CallbackReceiver | undefined> {
    const target = await load(key);
    // Unknown ones are not remembered: anybody can make them up.
    if (target?.secrets === undefined) {
      remembered.delete(key);
      return undefined;
    }
    const receiver: CallbackReceiver = {
      corpId: target.corp.id,
      appId: target.app?.id ?? null,
      crypto: createCallbackCrypto({ ...target.secrets, receiveId: target.corp.corpId }),
    };
    if (remembered.size >= rememberedAtMost) remembered.clear();
    remembered.set(key, { receiver, untilMs: now() + rememberedForMs });
    return receiver;
  }

  return {
    async find(key) {
      const known = remembered.get(key);
      if (known !== undefined && now() < known.untilMs) return known.receiver;
      return loadOnce(key);
    },
    // Whoever sends forgeries makes at most one look-up at a time.
    reload: loadOnce,
  };
}
