import type { DepartureAction } from '../api/departures';
import { useMay } from '../session/use-session';

type Rights = Readonly<Record<DepartureAction | 'begin', boolean>>;

/** What reaches WeCom without a plan that somebody approves needs the right to approve as well. */
export function useMayDecide(): Rights {
  const decides = useMay('departures:write');
  const mayApprove = useMay('runs:approve');
  const acts = decides && mayApprove;
  return {
    postpone: decides,
    cancel: decides,
    restore: decides,
    handOverDone: decides,
    release: acts,
    deleteNow: acts,
    begin: acts,
  };
}
