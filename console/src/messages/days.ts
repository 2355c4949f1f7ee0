import dayjs from 'dayjs';

/** Days as whoever chooses them has them: both included. */
export function momentsOfDays(
  from: string | undefined,
  to: string | undefined,
): { readonly from: string | undefined; readonly to: string | undefined } {
  return {
    from: from === undefined ? undefined : dayjs(from).startOf('day').toISOString(),
    to: to === undefined ? undefined : dayjs(to).add(1, 'day').startOf('day').toISOString(),
  };
}
