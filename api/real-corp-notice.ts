import type { CorpStore } from '../store/corps';
import { isSimulator } from '../wecom';

/** Tells whoever started this process whether a real corp is connected: the simulator's controls then go off. */
export type RealCorpNotice = () => Promise<void>;

export function createRealCorpNotice({
  corps,
  simulatorUrl,
  tell,
}: {
  readonly corps: Pick<CorpStore, 'listCorps'>;
  readonly simulatorUrl: string | undefined;
  readonly tell: (exists: boolean) => void;
}): RealCorpNotice {
  return async () => {
    const records = await corps.listCorps();
    tell(records.some(({ apiBaseUrl, isDemo }) => !isDemo && !isSimulator(apiBaseUrl, simulatorUrl)));
  };
}
