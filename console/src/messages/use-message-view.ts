import { useSearchParams } from 'react-router';
import { pushKinds } from '../api/messages';
import { withValues } from '../parts/address-values';
import { type StateGroup, stateGroups } from './push-state-mark';

type Name =
  | 'state'
  | 'kind'
  | 'corp'
  | 'app'
  | 'rule'
  | 'event'
  | 'user'
  | 'from'
  | 'to'
  | 'module'
  | 'q'
  | 'push'
  | 'open';

export type MessageViewValues = Partial<Record<Name, string | undefined>>;

/** What is looked at stands in the address: it can be sent to a colleague, and survives a reload. */
export function useMessageView() {
  const [parameters, setParameters] = useSearchParams();
  const text = (name: Name) => parameters.get(name) ?? undefined;
  const day = (name: 'from' | 'to') => {
    const value = text(name);
    return value !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined;
  };
  return {
    state: Object.keys(stateGroups).find((known): known is StateGroup => known === text('state')),
    kind: pushKinds.find((known) => known === text('kind')),
    corp: text('corp'),
    app: text('app'),
    rule: text('rule'),
    /** The log narrowed to one event. */
    event: text('event'),
    user: text('user'),
    from: day('from'),
    to: day('to'),
    module: text('module'),
    q: text('q'),
    /** Whose drawer is open. */
    push: text('push'),
    open: text('open'),
    change: (values: MessageViewValues) =>
      setParameters((before) => withValues(before, values), { replace: true, preventScrollReset: true }),
  };
}
