import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { type ChangeFilter, type ChangeFilterName, changeFilterNames } from '../api/push';
import { withValues } from '../parts/address-values';

export function filterOf(parameters: URLSearchParams): ChangeFilter {
  return Object.fromEntries(
    changeFilterNames.flatMap((name) => {
      const value = parameters.get(name);
      return value === null || value === '' ? [] : [[name, value]];
    }),
  );
}

/** As it stands in an address: the same filter always gives the same text. */
export function filterText(filter: ChangeFilter): string {
  return new URLSearchParams(
    changeFilterNames.flatMap((name): [string, string][] => {
      const value = filter[name];
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  ).toString();
}

/** What the API names as a filter, with what this page doesn't know left out. */
export function parsedFilter(text: string): ChangeFilter {
  return filterOf(new URLSearchParams(text));
}

interface FilterInAddress {
  readonly filter: ChangeFilter;
  readonly change: (name: ChangeFilterName, value: string | undefined) => void;
  /** Another filter in place of all of this one; shows the list of changes. */
  readonly replace: (filter: ChangeFilter) => void;
}

/** The filter lives in the address: it can be sent to a colleague, and survives a reload. */
export function useChangeFilter(): FilterInAddress {
  const [parameters, setParameters] = useSearchParams();
  const filter = useMemo(() => filterOf(parameters), [parameters]);
  const change = useCallback<FilterInAddress['change']>(
    (name, value) =>
      setParameters((before) => withValues(before, { [name]: value }), {
        replace: true,
        preventScrollReset: true,
      }),
    [setParameters],
  );
  const replace = useCallback<FilterInAddress['replace']>(
    (wanted) => setParameters(new URLSearchParams(filterText(wanted)), { preventScrollReset: true }),
    [setParameters],
  );
  return { filter, change, replace };
}
