import { activityInfo, heartbeat } from '@temporalio/activity';

/** A few beats fit into the heartbeat timeout, so that one lost beat is no reason to start over. */
const beatEveryMs = 2_000;

/** Beats while `work` runs, also when it waits for something long, and shows how far it has come. */
export async function withHeartbeat<T>(work: (reached: (details: object) => void) => Promise<T>): Promise<T> {
  let latest: unknown = activityInfo().heartbeatDetails;
  const beat = (): void => heartbeat(latest);
  const timer = setInterval(beat, beatEveryMs);
  beat();
  try {
    return await work((details) => {
      latest = details;
      beat();
    });
  } finally {
    clearInterval(timer);
  }
}
