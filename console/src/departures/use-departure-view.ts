import { useSearchParams } from 'react-router';
import { endedDepartureStates } from '../api/departures';
import { withValues } from '../parts/address-values';

export const departureViews = ['timeline', 'calendar', 'done'] as const;
export type DepartureViewName = (typeof departureViews)[number];

export const openFilters = ['held', 'soon', 'waiting', 'postponed', 'busy'] as const;
/** What of those that have not ended is shown. */
export type OpenFilter = (typeof openFilters)[number];

type Name = 'view' | 'state' | 'q' | 'month' | 'day' | 'member';

interface ViewInAddress {
  readonly view: DepartureViewName;
  readonly open: OpenFilter | undefined;
  readonly ended: (typeof endedDepartureStates)[number] | undefined;
  readonly q: string | undefined;
  /** YYYY-MM */
  readonly month: string | undefined;
  /** YYYY-MM-DD */
  readonly day: string | undefined;
  /** Whose drawer is open: a userid. */
  readonly member: string | undefined;
  readonly change: (values: Partial<Record<Name, string | undefined>>) => void;
}

/** What is looked at stands in the address: it can be sent to a colleague, and survives a reload. */
export function useDepartureView(): ViewInAddress {
  const [parameters, setParameters] = useSearchParams();
  const text = (name: Name) => parameters.get(name) ?? undefined;
  const like = (name: Name, pattern: RegExp) => {
    const value = text(name);
    return value !== undefined && pattern.test(value) ? value : undefined;
  };
  return {
    view: departureViews.find((known) => known === text('view')) ?? 'timeline',
    open: openFilters.find((known) => known === text('state')),
    ended: endedDepartureStates.find((known) => known === text('state')),
    q: text('q'),
    month: like('month', /^\d{4}-(0[1-9]|1[0-2])$/),
    day: like('day', /^\d{4}-\d{2}-\d{2}$/),
    member: text('member'),
    change: (values) =>
      setParameters((before) => withValues(before, values), { replace: true, preventScrollReset: true }),
  };
}
