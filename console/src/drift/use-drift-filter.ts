import { useSearchParams } from 'react-router';
import { type DriftFilter, type DriftFilterName, driftKinds, driftStates } from '../api/drift';
import { withValues } from '../parts/address-values';

interface FilterInAddress {
  readonly filter: DriftFilter;
  readonly change: (name: DriftFilterName, value: string | undefined) => void;
  readonly clear: () => void;
}

/** The filter lives in the address: it can be sent to a colleague, and survives a reload. */
export function useDriftFilter(): FilterInAddress {
  const [parameters, setParameters] = useSearchParams();
  const text = (name: DriftFilterName) => parameters.get(name) ?? undefined;
  return {
    filter: {
      state: driftStates.find((known) => known === text('state')) ?? 'open',
      kind: driftKinds.find((known) => known === text('kind')),
      field: text('field'),
      q: text('q'),
    },
    change: (name, value) =>
      setParameters(
        (before) => withValues(before, { [name]: name === 'state' && value === 'open' ? undefined : value }),
        { replace: true, preventScrollReset: true },
      ),
    clear: () => setParameters({}, { replace: true, preventScrollReset: true }),
  };
}
