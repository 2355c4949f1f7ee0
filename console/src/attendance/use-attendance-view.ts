import { useSearchParams } from 'react-router';
import {
  attendanceSources,
  type ExceptionCode,
  kindCodes,
  punchExceptions,
  type RecordState,
  recordStates,
  reportExceptions,
} from '../api/attendance';
import { phases } from '../api/runs';
import { withValues } from '../parts/address-values';

export const attendanceViews = ['records', 'calendar', 'runs', 'rules', 'settings'] as const;
export type AttendanceViewName = (typeof attendanceViews)[number];

/** What one of the tiles of today counts together. */
export const elsewhere = ['place', 'wifi', 'device'] as const satisfies readonly ExceptionCode[];

export type ExceptionFilter = 'any' | 'elsewhere' | ExceptionCode;
const exceptionFilters: readonly ExceptionFilter[] = [
  ...new Set(['any', 'elsewhere', ...punchExceptions, ...reportExceptions] as const),
];

type Name =
  | 'show'
  | 'q'
  | 'user'
  | 'kind'
  | 'exception'
  | 'from'
  | 'to'
  | 'state'
  | 'record'
  | 'member'
  | 'month'
  | 'day'
  | 'rule'
  | 'phase'
  | 'edit';

export type AttendanceValues = Partial<Record<Name, string | undefined>>;

/** What is looked at stands in the address: it can be sent to a colleague, and survives a reload. */
export function useAttendanceView() {
  const [parameters, setParameters] = useSearchParams();
  const text = (name: Name) => parameters.get(name) ?? undefined;
  const like = (name: Name, pattern: RegExp) => {
    const value = text(name);
    return value !== undefined && pattern.test(value) ? value : undefined;
  };
  const day = (name: Name) => like(name, /^\d{4}-\d{2}-\d{2}$/);
  return {
    /** Undefined: what makes most sense, see the tab. */
    view: attendanceViews.find((known) => known === parameters.get('view')),
    /** Punches, or the reports that WeCom makes of them. */
    show: attendanceSources.find((known) => known === text('show')) ?? 'punches',
    q: text('q'),
    user: text('user'),
    kind: kindCodes.find((known) => known === text('kind')),
    exception: exceptionFilters.find((known) => known === text('exception')),
    from: day('from'),
    to: day('to'),
    state: recordStates.find((known) => known === text('state')) ?? ('current' satisfies RecordState),
    /** Whose drawer is open. */
    record: text('record'),
    member: text('member'),
    month: like('month', /^\d{4}-(0[1-9]|1[0-2])$/),
    day: day('day'),
    rule: text('rule'),
    phase: phases.find((known) => known === text('phase')),
    /** The rule in the form: its id, or "new". */
    edit: text('edit'),
    change: (values: AttendanceValues) =>
      setParameters((before) => withValues(before, values), { replace: true, preventScrollReset: true }),
    /** Another view, with nothing of what the last one was narrowed to. */
    open: (view: AttendanceViewName, values: AttendanceValues = {}) =>
      setParameters(withValues(new URLSearchParams({ view }), values), { preventScrollReset: true }),
  };
}
