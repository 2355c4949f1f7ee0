import type { WorkflowClient } from '@temporalio/client';
import type { DepartureStore } from '../../store/departures';
import {
  departureChangedSignal,
  departureStart,
  departureType,
  type DepartureInput,
  type DepartureResult,
} from '../../workflows/departure.contract';
import { eachInFlight } from '../in-flight';

type Telling = {
  readonly departures: Pick<DepartureStore, 'openToTell' | 'told'>;
  readonly workflows: Pick<WorkflowClient, 'signalWithStart'>;
  readonly taskQueue: string;
  readonly signal: AbortSignal;
};

/** What was told is noted after so many: another attempt begins there. */
const toldAtOnce = 200;
/** Then the desk looks what else there is: somebody may have to be disabled within the minute. */
const tellForMs = 10_000;
/** A signal is answered in some milliseconds; more in flight would only queue at the server. */
const signalsInFlight = 20;

export async function tellOpenDepartures(
  { departures, workflows, taskQueue, signal }: Telling,
  corpId: string,
  reached: (details: object) => void,
): Promise<{ readonly told: number }> {
  const stopAt = performance.now() + tellForMs;
  let told = 0;
  for (;;) {
    const open = await departures.openToTell(corpId, toldAtOnce);
    if (open.length === 0) return { told };
    await eachInFlight(open, { limit: signalsInFlight, signal }, async ({ departureId, memberId }) => {
      await workflows.signalWithStart<(input: DepartureInput) => Promise<DepartureResult>, []>(
        departureType,
        {
          ...departureStart({ corpId, memberId, departureId }, taskQueue),
          signal: departureChangedSignal,
          signalArgs: [],
        },
      );
    });
    await departures.told(open);
    told += open.length;
    reached({ told });
    if (performance.now() > stopAt) return { told };
  }
}
