import type { PushStanding, PushStandingStore } from '../store/push-standing';
import { PushRefusedError, type PushSource } from './directory-push-planning';

export type PushStandingActivities = ReturnType<typeof createPushStandingActivities>;

export function createPushStandingActivities({ standing }: { readonly standing: PushStandingStore }) {
  return {
    /** Where a run that is taken up again had come to; what was never approved must not be applied now. */
    async pushStanding({ runId }: PushSource): Promise<PushStanding> {
      const found = await standing.standingOf(runId);
      if (found === undefined) throw new PushRefusedError('plan-not-found');
      return found;
    },
  };
}
